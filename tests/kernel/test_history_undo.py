"""Undo takes back what nobody built upon since, and names the rest."""

from __future__ import annotations

import pytest

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from tests.cast import WHO, Cast, make_unit
from tests.kernel.things import SYSTEM, edit, element, relation, write

pytestmark = pytest.mark.usefixtures("cast")


def test_undo_of_an_addition_deletes(cast: Cast) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(3)]
    done = history.undo(SYSTEM, write(SYSTEM, cast.unit, "import", add=rows))
    assert (done.count, done.kept) == (3, [])
    assert not Element.objects.filter(deleted_at=None).exists()
    assert history.verify(cast.institution) == []


def test_undo_of_a_change_puts_every_field_back(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Lama", attributes={"basis": "web"})
    write(SYSTEM, cast.unit, add=[row])
    changed = edit(
        SYSTEM, row, name="Baru", attributes={"basis": "desktop", "url": "x"}, unit=cast.other_unit
    )
    history.undo(SYSTEM, changed)
    row.refresh_from_db()
    assert (row.name, row.attributes, row.unit, row.version) == ("Lama", {"basis": "web"}, cast.unit, 3)
    assert row.name_key == element(cast.unit, "x", "Lama").name_key
    changed.refresh_from_db()
    assert changed.state == "undone"


def test_undo_of_a_deletion_brings_back(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Simpus")
    write(SYSTEM, cast.unit, add=[row])
    done = history.undo(SYSTEM, write(SYSTEM, cast.unit, delete=[row]))
    row.refresh_from_db()
    assert (done.count, row.deleted_at, row.name) == (1, None, "Simpus")


def test_undo_keeps_what_was_edited_since_and_says_who_and_when(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    edit(cast.actor("operator"), rows[0], name="Satu baru")
    done = history.undo(SYSTEM, imported)
    assert done.count == 1
    [(kept, why)] = done.kept
    assert kept.pk == rows[0].pk
    assert "Operator" in why and any(ch.isdigit() for ch in why)
    assert list(Element.objects.filter(deleted_at=None).values_list("name", flat=True)) == ["Satu baru"]
    imported.refresh_from_db()
    assert imported.state == "partly_undone"


def test_a_second_undo_names_only_what_still_stands(cast: Cast) -> None:
    rows = [element(cast.unit, "A1"), element(cast.unit, "A2")]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    edit(SYSTEM, rows[0], name="Lain")
    history.undo(SYSTEM, imported)
    again = history.undo(SYSTEM, imported)
    assert (again.count, [row.pk for row, _why in again.kept]) == (0, [rows[0].pk])
    assert again.change_set is None


def test_undo_of_undo_restores(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    write(SYSTEM, cast.unit, add=rows[:1])
    changed = edit(SYSTEM, rows[0], name="Baru")
    imported = write(SYSTEM, cast.unit, "import", add=rows[1:])
    for done in (changed, imported):
        first = history.undo(SYSTEM, done)
        assert first.change_set is not None
        second = history.undo(SYSTEM, first.change_set)
        assert (second.count, second.kept) == (1, [])
    assert set(Element.objects.filter(deleted_at=None).values_list("name", flat=True)) == {"Baru", "Dua"}
    assert history.verify(cast.institution) == []


def test_a_thing_written_twice_in_one_set_goes_back_to_before_the_set(cast: Cast) -> None:
    old, new = element(cast.unit, "A1", "Lama"), element(cast.unit, "A2", "Baru")
    write(SYSTEM, cast.unit, add=[old])

    def parts():
        old.name = "Tengah"
        yield history.Writes(add=[new], change=[old])
        old.name, new.name = "Akhir", "Akhir juga"
        yield history.Writes(change=[old, new])

    done = history.undo(SYSTEM, history.write(SYSTEM, cast.institution, "import", parts()))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (done.count, done.kept) == (2, [])
    assert (old.name, new.deleted_at is not None) == ("Lama", True)


def test_undo_takes_relations_before_the_elements_they_hold(cast: Cast) -> None:
    there = element(cast.unit, "A0", "Sudah ada")
    write(SYSTEM, cast.unit, add=[there])
    new = element(cast.unit, "A1", "Baru")

    def parts():
        yield history.Writes(add=[new])
        yield history.Writes(add=[relation(new, there)])

    done = history.undo(SYSTEM, history.write(SYSTEM, cast.institution, "import", parts()))
    assert (done.count, done.kept) == (2, [])
    assert not Relation.objects.filter(deleted_at=None).exists()
    assert list(Element.objects.filter(deleted_at=None)) == [there]


def test_undo_keeps_what_something_else_needs(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    other = element(cast.unit, "A3", "Tiga")
    write(SYSTEM, cast.unit, add=[other])
    write(SYSTEM, cast.unit, add=[relation(other, rows[0])])
    done = history.undo(SYSTEM, imported)
    assert done.count == 1
    assert [row.pk for row, _why in done.kept] == [rows[0].pk]
    assert "Tiga" in done.kept[0][1]


def test_a_unit_that_keeps_its_child_stays_as_well(cast: Cast) -> None:
    above = Unit(institution=cast.institution, code="9", name="Badan Uji")
    above.derive()
    below = Unit(institution=cast.institution, code="9.1", name="Bidang Uji", parent=above)
    below.derive()

    def parts():
        yield history.Writes(add=[above])
        yield history.Writes(add=[below])

    imported = history.write(SYSTEM, cast.institution, "import", parts())
    write(SYSTEM, below, add=[element(below, "A1")])
    done = history.undo(SYSTEM, imported)
    assert (done.count, {row.pk for row, _why in done.kept}) == (0, {above.pk, below.pk})
    assert Unit.objects.get(pk=below.pk).path == f"/{above.pk}/{below.pk}/"


def test_what_cannot_come_back_is_named_with_what_stands_in_its_place(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Lama")
    write(SYSTEM, cast.unit, add=[row])
    deleted = write(SYSTEM, cast.unit, delete=[row])
    write(SYSTEM, cast.unit, add=[element(cast.unit, "A1", "Pengganti")])
    done = history.undo(SYSTEM, deleted)
    assert done.count == 0
    assert [(kept.pk, "Pengganti" in why) for kept, why in done.kept] == [(row.pk, True)]


def test_what_points_to_something_deleted_does_not_come_back_alone(cast: Cast) -> None:
    ends = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    write(SYSTEM, cast.unit, add=ends)
    link = relation(*ends)
    write(SYSTEM, cast.unit, add=[link])
    unlinked = write(SYSTEM, cast.unit, delete=[link])
    write(SYSTEM, cast.unit, delete=[ends[1]])
    done = history.undo(SYSTEM, unlinked)
    assert (done.count, [(kept.pk, "Dua" in why) for kept, why in done.kept]) == (0, [(link.pk, True)])


def test_units_come_back_above_before_below(cast: Cast) -> None:
    above = make_unit(cast.institution, "9", "Badan Uji")
    below = make_unit(cast.institution, "9.1", "Bidang Uji", above)
    gone = write(SYSTEM, above, delete=[below, above])
    done = history.undo(SYSTEM, gone)
    assert (done.count, done.kept) == (2, [])
    assert Unit.objects.get(pk=below.pk).path.startswith(f"/{above.pk}/")


@pytest.mark.parametrize("who", WHO)
def test_own_sets_are_undone_by_their_author_and_all_by_the_secretariat(cast: Cast, who: str) -> None:
    author = cast.actor("operator")
    for within in (cast.unit, None):
        done = write(author, cast.unit, "import", within=within, add=[element(cast.unit, f"A{within}")])
        if who in ("operator", "diskominfo"):
            assert history.undo(cast.actor(who), done).count == 1
        else:
            with pytest.raises(NotFound):
                history.undo(cast.actor(who), done)


def test_who_has_left_the_unit_no_longer_undoes_there(cast: Cast) -> None:
    author = cast.actor("operator")
    sets = [
        write(author, cast.unit, within=within, add=[element(cast.unit, f"A{within}")])
        for within in (cast.unit, None)
    ]
    cast.users["operator"].assignments.update(unit=cast.other_unit)
    for done in sets:
        with pytest.raises(NotFound):
            history.undo(cast.actor("operator"), done)


def test_undo_of_many_rows_asks_in_chunks(cast: Cast, django_assert_max_num_queries) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(600)]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    for row in rows[:300]:
        row.name = "Lain"
    write(cast.actor("operator"), cast.unit, change=rows[:300])
    with django_assert_max_num_queries(60):
        done = history.undo(SYSTEM, imported)
    assert (done.count, len(done.kept)) == (300, 300)
