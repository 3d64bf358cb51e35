"""What happens to a unit: made, renamed, moved, closed, found by its other names; and who may do it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables.names import Found
from pendapa.kernel.tables.names import NotFound as NoUnit
from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation import actions, queries
from pendapa.organisation.actions import Refused
from pendapa.organisation.models import UnitAlias
from tests.cast import Cast, cast, make_unit

__all__ = ["cast"]
TODAY = timezone.localdate


def found(cast: Cast, name: str) -> int | None:
    result = queries.unit_index(cast.institution).find(name=name)
    return result.id if isinstance(result, Found) else None


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=[cast.institution.code, *args])


def test_diskominfo_makes_a_unit_below_another_and_it_is_remembered(cast: Cast) -> None:
    made = actions.create_unit(
        cast.actor("diskominfo"), cast.institution, name=" Bidang  Pelayanan ", parent=cast.unit
    )
    made.refresh_from_db()
    assert made.name == "Bidang Pelayanan" and made.path == f"{cast.unit.path}{made.pk}/"
    assert made.code.startswith("OPD-")
    assert ChangeSet.objects.get(revisions__target_uid=made.uid).author == cast.users["diskominfo"]


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "assessor", "stranger", "foreigner", "public"])
def test_nobody_else_changes_units(cast: Cast, who: str) -> None:
    actor, home = cast.actor(who), cast.institution
    for act in (
        lambda: actions.create_unit(actor, home, name="Dinas Baru"),
        lambda: actions.rename_unit(actor, home, cast.unit, name="Dinas Baru"),
        lambda: actions.move_unit(actor, home, cast.subunit, None),
        lambda: actions.close_unit(actor, home, cast.subunit),
        lambda: actions.reopen_unit(actor, home, cast.subunit),
        lambda: actions.add_alias(actor, home, cast.unit, name="Dinkes"),
    ):
        with pytest.raises(NotFound):
            act()
    assert not UnitAlias.objects.exists()


def test_a_unit_of_another_institution_is_out_of_reach(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    with pytest.raises(NotFound):
        actions.rename_unit(actor, cast.institution, cast.foreign_unit, name="Milik Kita")
    with pytest.raises(NotFound):
        actions.move_unit(actor, cast.institution, cast.unit, cast.foreign_unit)
    with pytest.raises(NotFound):
        actions.create_unit(actor, cast.institution, name="Bidang", parent=cast.foreign_unit)


def test_a_taken_code_is_refused_and_says_whose_it_is(cast: Cast) -> None:
    with pytest.raises(Refused, match="Dinas Kesehatan"):
        actions.create_unit(cast.actor("diskominfo"), cast.institution, name="Dinas Baru", code="1.02")


def test_two_sisters_do_not_share_a_name_but_cousins_may(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    with pytest.raises(Refused, match=r"1\.02"):
        actions.create_unit(actor, cast.institution, name="DINAS  kesehatan.")
    actions.create_unit(actor, cast.institution, name="Sekretariat", parent=cast.unit)
    actions.create_unit(actor, cast.institution, name="Sekretariat", parent=cast.other_unit)


def test_the_alias_finds_the_unit(cast: Cast) -> None:
    assert found(cast, "Dinkes Uji") is None
    actions.add_alias(cast.actor("diskominfo"), cast.institution, cast.unit, name="Dinkes")
    assert found(cast, "DINKES") == cast.unit.pk
    page = cast.client("operator").get(address(cast, "tree"), {"q": "dinkes"})
    assert [row.unit for row in page.context["rows"] if row.hit] == [cast.unit]
    assert "Dinkes" in page.content.decode()


def test_a_removed_alias_no_longer_finds_it(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    alias = actions.add_alias(actor, cast.institution, cast.unit, name="Dinkes")
    actions.remove_alias(actor, cast.institution, alias)
    assert found(cast, "Dinkes") is None


def test_one_name_leads_to_one_unit(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    with pytest.raises(Refused, match="Dinas Kesehatan"):
        actions.add_alias(actor, cast.institution, cast.other_unit, name="Din. Kesehatan")
    actions.add_alias(actor, cast.institution, cast.unit, name="Dinkes")
    with pytest.raises(Refused, match="Dinas Kesehatan"):
        actions.add_alias(actor, cast.institution, cast.other_unit, name="dinkes")


def test_renaming_keeps_the_old_name_findable_with_its_dates(cast: Cast) -> None:
    actor, since = cast.actor("diskominfo"), date(2025, 3, 1)
    actions.rename_unit(actor, cast.institution, cast.unit, name="Dinas Kesehatan dan Keluarga", since=since)
    assert found(cast, "Dinas Kesehatan") == cast.unit.pk
    assert found(cast, "Dinas Kesehatan dan Keluarga") == cast.unit.pk
    alias = UnitAlias.objects.get()
    assert alias.valid_to == date(2025, 2, 28) and alias.valid_from is None
    actions.rename_unit(actor, cast.institution, cast.unit, name="Dinas Sehat", since=date(2026, 1, 1))
    second = UnitAlias.objects.get(name="Dinas Kesehatan dan Keluarga")
    assert (second.valid_from, second.valid_to) == (since, date(2025, 12, 31))


def test_renaming_back_and_forth_keeps_one_alias_a_name(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    for name in ("Dinas Sehat", "Dinas Kesehatan", "Dinas Sehat"):
        actions.rename_unit(actor, cast.institution, cast.unit, name=name)
    assert sorted(UnitAlias.objects.values_list("name", flat=True)) == ["Dinas Kesehatan", "Dinas Sehat"]


def test_a_new_spelling_of_the_same_name_needs_no_alias(cast: Cast) -> None:
    actions.rename_unit(cast.actor("diskominfo"), cast.institution, cast.unit, name="DINAS KESEHATAN")
    assert not UnitAlias.objects.exists()


def test_an_older_page_does_not_overwrite_a_newer_name(cast: Cast) -> None:
    actor, seen = cast.actor("diskominfo"), cast.unit.version
    actions.rename_unit(actor, cast.institution, cast.unit, name="Dinas Sehat")
    with pytest.raises(history.Conflict):
        actions.rename_unit(actor, cast.institution, cast.unit, name="Dinas Lain", version=seen)
    page = cast.client("diskominfo").post(
        address(cast, "unit_rename", cast.unit.uid), {"name": "Dinas Lain", "version": seen}
    )
    assert page.status_code == 422 and "tidak ada yang disimpan" in page.content.decode()


def test_moving_takes_along_what_stands_below_and_undo_brings_it_back(cast: Cast) -> None:
    deep = make_unit(cast.institution, "1.02.01.01", "Poli Gigi", cast.subunit)
    before = deep.path
    moved = actions.move_unit(cast.actor("diskominfo"), cast.institution, cast.subunit, cast.other_unit)
    deep.refresh_from_db()
    moved.refresh_from_db()
    assert moved.path == f"{cast.other_unit.path}{moved.pk}/" and deep.path == f"{moved.path}{deep.pk}/"
    change_set = ChangeSet.objects.order_by("-pk").first()
    assert change_set is not None
    undoing.undo(access.system(), change_set)
    deep.refresh_from_db()
    assert deep.path == before


def test_moving_cannot_make_a_cycle(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    deep = make_unit(cast.institution, "1.02.01.01", "Poli Gigi", cast.subunit)
    for below in (cast.unit, cast.subunit, deep):
        with pytest.raises(Refused):
            actions.move_unit(actor, cast.institution, cast.unit, below)
    page = cast.client("diskominfo").post(
        address(cast, "unit_move", cast.unit.uid), {"parent": str(deep.uid)}
    )
    assert page.status_code == 422
    cast.unit.refresh_from_db()
    assert cast.unit.parent_id is None


def test_a_unit_with_open_units_below_is_not_closed(cast: Cast) -> None:
    with pytest.raises(Refused, match="UPT Puskesmas Uji"):
        actions.close_unit(cast.actor("diskominfo"), cast.institution, cast.unit)


def test_a_closed_unit_is_not_found_by_imports_and_can_be_opened_again(cast: Cast) -> None:
    actor, yesterday = cast.actor("diskominfo"), timezone.localdate() - timedelta(days=1)
    actions.close_unit(actor, cast.institution, cast.other_unit, last_day=yesterday)
    name = cast.other_unit.name
    assert isinstance(queries.unit_index(cast.institution).find(name=name), NoUnit)
    assert cast.other_unit not in [row.unit for row in queries.tree(actor, cast.institution)]
    assert cast.other_unit in [row.unit for row in queries.tree(actor, cast.institution, closed=True)]
    actions.reopen_unit(actor, cast.institution, cast.other_unit)
    assert found(cast, name) == cast.other_unit.pk


def test_the_index_finds_by_code_short_name_and_with_the_own_name_at_the_end(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    actions.rename_unit(actor, cast.institution, cast.unit, name="Dinas Kesehatan", short_name="Dinkes")
    index = queries.unit_index(cast.institution)
    for text in ("1.02", "dinkes", "Din. Kesehatan", "DINAS KESEHATAN KABUPATEN UJI"):
        result = index.find(name=text)
        assert isinstance(result, Found) and result.id == cast.unit.pk, text


def test_the_index_knows_only_its_own_institution(cast: Cast) -> None:
    result = queries.unit_index(cast.other_institution).find(name="Dinas Kesehatan")
    assert isinstance(result, Found) and result.id == cast.foreign_unit.pk


def test_children_follow_their_parent_and_sisters_stand_by_code(cast: Cast) -> None:
    make_unit(cast.institution, "1.02.10", "UPT Sepuluh", cast.unit)
    make_unit(cast.institution, "1.02.2", "UPT Dua", cast.unit)
    rows = queries.tree(cast.actor("operator"), cast.institution)
    assert [(row.unit.code, row.depth) for row in rows] == [
        ("1.02", 0),
        ("1.02.01", 1),
        ("1.02.2", 1),
        ("1.02.10", 1),
        ("2.12", 0),
        ("2.16", 0),
    ]
    assert rows[0].children == 3 and rows[0].people == 2


def test_the_search_keeps_what_stands_above_a_hit(cast: Cast) -> None:
    rows = queries.tree(cast.actor("operator"), cast.institution, query="puskesmas")
    assert [(row.unit.code, row.hit) for row in rows] == [("1.02", False), ("1.02.01", True)]


def test_the_tree_costs_one_query_however_many_units(cast: Cast, django_assert_num_queries: object) -> None:
    actor = cast.actor("operator")
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.tree(actor, cast.institution)
    for number in range(30):
        make_unit(cast.institution, f"9.{number}", f"Badan {number}", cast.unit)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.tree(actor, cast.institution)) == 34
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.unit_index(cast.institution)
    assert Unit.objects.count() == 35
