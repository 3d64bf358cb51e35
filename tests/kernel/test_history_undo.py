"""Undo takes back what nobody built upon since, and names the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.models import Programme
from tests.cast import WHO, Cast, make_cast, make_unit
from tests.kernel.things import SYSTEM, edit, element, relation, write

pytestmark = pytest.mark.django_db


def test_undo_of_an_addition_deletes(cast: Cast) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(3)]
    done = undoing.undo(SYSTEM, write(SYSTEM, cast.unit, "import", add=rows))
    assert (done.count, done.kept) == (3, [])
    assert not Element.objects.filter(deleted_at=None).exists()
    assert history.verify(cast.institution) == []


def test_undo_of_a_change_puts_every_field_back(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Lama", attributes={"basis": "web"})
    write(SYSTEM, cast.unit, add=[row])
    changed = edit(
        SYSTEM, row, name="Baru", attributes={"basis": "desktop", "url": "x"}, unit=cast.other_unit
    )
    undoing.undo(SYSTEM, changed)
    row.refresh_from_db()
    assert (row.name, row.attributes, row.unit, row.version) == ("Lama", {"basis": "web"}, cast.unit, 3)
    assert row.name_key == element(cast.unit, "x", "Lama").name_key
    changed.refresh_from_db()
    assert changed.state == "undone"


def test_undo_of_a_deletion_brings_back(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Simpus")
    write(SYSTEM, cast.unit, add=[row])
    done = undoing.undo(SYSTEM, write(SYSTEM, cast.unit, delete=[row]))
    row.refresh_from_db()
    assert (done.count, row.deleted_at, row.name) == (1, None, "Simpus")


def test_undo_keeps_what_was_edited_since_and_says_who_and_when(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    edit(cast.actor("operator"), rows[0], name="Satu baru")
    done = undoing.undo(SYSTEM, imported)
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
    undoing.undo(SYSTEM, imported)
    again = undoing.undo(SYSTEM, imported)
    assert (again.count, [row.pk for row, _why in again.kept]) == (0, [rows[0].pk])
    assert again.change_set is None


def test_only_what_falls_under_the_same_rule_stands_in_the_way_of_what_comes_back(cast: Cast) -> None:
    def line(unit: Unit | None) -> Programme:
        return Programme(
            institution=cast.institution, unit=unit, year=2027, code="2.16.03", name="Aplikasi Informatika"
        )

    own, of_all = line(cast.unit), line(None)
    write(SYSTEM, cast.unit, add=[own])
    away = write(SYSTEM, cast.unit, delete=[own])
    write(SYSTEM, cast.unit, add=[of_all])
    assert undoing.undo(SYSTEM, away).kept == []
    own.refresh_from_db()
    assert own.deleted_at is None

    away = write(SYSTEM, cast.unit, delete=[of_all])
    again = line(None)
    write(SYSTEM, cast.unit, add=[again])
    [(kept, why)] = undoing.undo(SYSTEM, away).kept
    assert kept.pk == of_all.pk and "tempatnya" in why


def test_undo_of_undo_restores(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    write(SYSTEM, cast.unit, add=rows[:1])
    changed = edit(SYSTEM, rows[0], name="Baru")
    imported = write(SYSTEM, cast.unit, "import", add=rows[1:])
    for done in (changed, imported):
        first = undoing.undo(SYSTEM, done)
        assert first.change_set is not None
        second = undoing.undo(SYSTEM, first.change_set)
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

    done = undoing.undo(SYSTEM, history.write(SYSTEM, cast.institution, "import", parts()))
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

    done = undoing.undo(SYSTEM, history.write(SYSTEM, cast.institution, "import", parts()))
    assert (done.count, done.kept) == (1, [])
    assert not Relation.objects.filter(deleted_at=None).exists()
    assert list(Element.objects.filter(deleted_at=None)) == [there]


def test_undo_keeps_what_something_else_needs(cast: Cast) -> None:
    rows = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    other = element(cast.unit, "A3", "Tiga")
    write(SYSTEM, cast.unit, add=[other])
    write(SYSTEM, cast.unit, add=[relation(other, rows[0])])
    done = undoing.undo(SYSTEM, imported)
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
    done = undoing.undo(SYSTEM, imported)
    assert (done.count, {row.pk for row, _why in done.kept}) == (0, {above.pk, below.pk})
    assert Unit.objects.get(pk=below.pk).path == f"/{above.pk}/{below.pk}/"


def test_what_cannot_come_back_is_named_with_what_stands_in_its_place(cast: Cast) -> None:
    row = element(cast.unit, "A1", "Lama")
    write(SYSTEM, cast.unit, add=[row])
    deleted = write(SYSTEM, cast.unit, delete=[row])
    write(SYSTEM, cast.unit, add=[element(cast.unit, "A1", "Pengganti")])
    done = undoing.undo(SYSTEM, deleted)
    assert done.count == 0
    assert [(kept.pk, "Pengganti" in why) for kept, why in done.kept] == [(row.pk, True)]


def test_what_points_to_something_deleted_does_not_come_back_alone(cast: Cast) -> None:
    ends = [element(cast.unit, "A1", "Satu"), element(cast.unit, "A2", "Dua")]
    write(SYSTEM, cast.unit, add=ends)
    link = relation(*ends)
    write(SYSTEM, cast.unit, add=[link])
    unlinked = write(SYSTEM, cast.unit, delete=[link])
    write(SYSTEM, cast.unit, delete=[ends[1]])
    done = undoing.undo(SYSTEM, unlinked)
    assert (done.count, [(kept.pk, "Dua" in why) for kept, why in done.kept]) == (0, [(link.pk, True)])


def test_units_come_back_above_before_below(cast: Cast) -> None:
    above = make_unit(cast.institution, "9", "Badan Uji")
    below = make_unit(cast.institution, "9.1", "Bidang Uji", above)
    gone = write(SYSTEM, above, delete=[below, above])
    done = undoing.undo(SYSTEM, gone)
    assert (done.count, done.kept) == (2, [])
    assert Unit.objects.get(pk=below.pk).path.startswith(f"/{above.pk}/")


@pytest.mark.parametrize("who", WHO)
def test_own_sets_are_undone_by_their_author_and_all_by_the_secretariat(cast: Cast, who: str) -> None:
    author = cast.actor("operator")
    for within in (cast.unit, None):
        done = write(author, cast.unit, "import", within=within, add=[element(cast.unit, f"A{within}")])
        if who in ("operator", "diskominfo"):
            assert undoing.undo(cast.actor(who), done).count == 1
        else:
            with pytest.raises(NotFound):
                undoing.undo(cast.actor(who), done)


def test_who_has_left_the_unit_no_longer_undoes_there(cast: Cast) -> None:
    author = cast.actor("operator")
    sets = [
        write(author, cast.unit, within=within, add=[element(cast.unit, f"A{within}")])
        for within in (cast.unit, None)
    ]
    cast.users["operator"].assignments.update(unit=cast.other_unit)
    for done in sets:
        with pytest.raises(NotFound):
            undoing.undo(cast.actor("operator"), done)


def test_what_one_wrote_elsewhere_is_not_undone_by_the_unit_of_its_set(cast: Cast) -> None:
    author = cast.actor("operator")
    done = write(
        author,
        cast.unit,
        "import",
        within=cast.unit,
        add=[element(cast.other_unit, "A1"), element(cast.unit, "A2")],
    )
    with pytest.raises(NotFound):
        undoing.undo(author, done)


def test_a_change_is_not_undone_into_a_unit_one_no_longer_writes_for(cast: Cast) -> None:
    row = element(cast.other_unit, "A1")
    write(SYSTEM, cast.other_unit, add=[row])
    moved = edit(cast.actor("operator"), row, unit=cast.unit)
    with pytest.raises(NotFound):
        undoing.undo(cast.actor("operator"), moved)


def test_links_are_undone_by_their_author_in_the_unit_from_which_they_lead(cast: Cast) -> None:
    ours, theirs = element(cast.unit, "A1"), element(cast.other_unit, "A2")
    write(SYSTEM, cast.unit, add=[ours, theirs])
    author = cast.actor("operator")
    there, back = (
        write(author, cast.unit, add=[relation(*ends)]) for ends in ((ours, theirs), (theirs, ours))
    )
    assert undoing.undo(author, there).count == 1
    with pytest.raises(NotFound):
        undoing.undo(author, back)


def test_what_was_undone_is_refused_a_second_time(cast: Cast) -> None:
    done = write(SYSTEM, cast.unit, add=[element(cast.unit, "A1")])
    stale = ChangeSet.objects.get(pk=done.pk)
    undoing.undo(SYSTEM, done)
    with pytest.raises(undoing.Refused):
        undoing.undo(SYSTEM, stale)
    assert ChangeSet.objects.filter(undoes=done).count() == 1


def _hide(*rows: Element) -> None:
    """Somebody else moves the rows away and restricts them; ``updated`` past history, so that only the sight changes."""
    Element.objects.filter(pk__in=[row.pk for row in rows]).update(classification="restricted")


def test_undo_names_nothing_that_was_hidden_since(cast: Cast) -> None:
    """Each of the ways in which something else holds a row: a link, a taken code, a lost end, another edit."""
    operator, client = cast.actor("operator"), cast.client("operator")
    mine = [element(cast.unit, f"A{n}", f"Milik {n}") for n in range(4)]
    secret = [element(cast.other_unit, f"S{n}", f"Sandi {n}") for n in range(3)]
    write(SYSTEM, cast.unit, add=[*secret])

    linked = write(operator, cast.unit, within=cast.unit, add=mine[:2])
    write(SYSTEM, cast.unit, add=[relation(secret[0], mine[0])])

    write(SYSTEM, cast.unit, add=mine[2:3])
    gone = write(operator, cast.unit, within=cast.unit, delete=mine[2:3])
    taker = element(cast.other_unit, "A2", "Sandi pengganti")
    write(SYSTEM, cast.unit, add=[taker])

    write(SYSTEM, cast.unit, add=mine[3:])
    link = relation(mine[3], secret[1])
    write(SYSTEM, cast.unit, add=[link])
    unlinked = write(operator, cast.unit, within=cast.unit, delete=[link])
    write(SYSTEM, cast.unit, delete=[secret[1]])

    moved = element(cast.unit, "M1", "Milik dahulu")
    added = write(operator, cast.unit, within=cast.unit, add=[moved, element(cast.unit, "M2")])
    edit(cast.actor("diskominfo"), moved, name="Sandi pindahan", unit=cast.other_unit)

    _hide(*secret, taker, moved)
    for done, count in ((linked, 1), (gone, 0), (unlinked, 0), (added, 1)):
        answer = client.post(f"/di/uji/riwayat/{done.uid}/batalkan/", follow=True)
        text = answer.content.decode()
        assert answer.status_code == 200 and "Sandi" not in text and "Diskominfo<" not in text
        assert ChangeSet.objects.filter(undoes=done).count() == count
    assert Relation.objects.filter(deleted_at=None).count() == 1


def test_what_holds_is_named_to_who_may_see_it_only(cast: Cast) -> None:
    row, secret = element(cast.unit, "A1"), element(cast.other_unit, "S1", "Sandi")
    write(SYSTEM, cast.unit, add=[secret])
    done = write(cast.actor("operator"), cast.unit, within=cast.unit, add=[row])
    write(SYSTEM, cast.unit, add=[relation(secret, row)])
    _hide(secret)
    for who, named in (("operator", False), ("diskominfo", True)):
        [(kept, why)] = undoing.undo(cast.actor(who), done).kept
        assert (kept, "Sandi" in why) == (row, named)
    edit(SYSTEM, row, unit=cast.other_unit)
    _hide(row)
    undone = undoing.undo(cast.actor("operator"), done)
    assert (undone.named, [kept.row for kept in undone.kept]) == ([], [None])
    assert "1" in undoing.unnamed(undone)


# ---- at the same time


def _together(*work: Callable[[], object]) -> list[Exception]:
    """Run the pieces of work at once, each on a connection of its own; what they raised."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and tests keep it in memory")
    raised: list[Exception] = []
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        try:
            start.wait(10)
            one()
        except Exception as fault:
            raised.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_who_undo_at_once_undo_once() -> None:
    cast = make_cast()
    for n in range(5):
        done = write(SYSTEM, cast.unit, add=[element(cast.unit, f"A{n}")])
        copies = [ChangeSet.objects.select_related("institution").get(pk=done.pk) for _ in range(2)]
        raised = _together(*(partial(undoing.undo, SYSTEM, copy) for copy in copies))
        assert [type(fault) for fault in raised] == [undoing.Already]
        assert ChangeSet.objects.filter(undoes=done).count() == 1
    assert history.verify(cast.institution) == []


@pytest.mark.django_db(transaction=True)
def test_nobody_links_with_what_is_deleted_at_the_same_moment() -> None:
    cast = make_cast()
    for n in range(8):
        ends = [element(cast.unit, f"A{n}"), element(cast.unit, f"B{n}", domain="services")]
        write(SYSTEM, cast.unit, add=ends)
        raised = _together(
            partial(architecture.link, SYSTEM, ends[0], "application_service", ends[1]),
            partial(architecture.delete_element, SYSTEM, ends[1]),
        )
        assert [type(fault) for fault in raised] in ([NotFound], [architecture.Linked])
    lost = Relation.objects.filter(deleted_at=None).exclude(source__deleted_at=None, target__deleted_at=None)
    assert not lost.exists()


def test_undo_of_many_rows_asks_in_chunks(cast: Cast, django_assert_max_num_queries) -> None:
    rows = [element(cast.unit, f"A{n}") for n in range(600)]
    imported = write(SYSTEM, cast.unit, "import", add=rows)
    for row in rows[:300]:
        row.name = "Lain"
    write(cast.actor("operator"), cast.unit, change=rows[:300])
    with django_assert_max_num_queries(68):
        done = undoing.undo(SYSTEM, imported)
    assert (done.count, len(done.kept)) == (300, 300)
