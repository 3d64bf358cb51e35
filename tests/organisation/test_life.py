"""OPD are merged, split and renamed: what hangs on them goes along, the past stays, and one undo puts everything back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element
from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeItem, ChangeSet, Revision
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.names import Found
from pendapa.kernel.tenancy.models import Assignment, Unit, User
from pendapa.organisation import actions, queries
from pendapa.organisation.actions import NewUnit, Part, Refused
from pendapa.organisation.models import Succession, UnitAlias
from tests.cast import Cast, cast, make_unit

__all__ = ["cast"]
TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


def by(cast: Cast) -> Any:
    return cast.actor("diskominfo")


def element(cast: Cast, unit: Unit, name: str, domain: str = "applications") -> Element:
    made = architecture.create_element(by(cast), cast.institution, domain, unit, name=name).row
    assert isinstance(made, Element)
    return made


def leads_to(cast: Cast, text: str) -> str:
    found = queries.unit_index(cast.institution).find(name=text)
    return found.name if isinstance(found, Found) else ""


def state(cast: Cast) -> dict[str, Any]:
    """Everything that a change of the OPD may touch, as plain values."""
    return {
        "units": list(
            Unit.objects.filter(institution=cast.institution, deleted_at=None)
            .order_by("pk")
            .values_list("code", "name", "parent", "path", "valid_from", "valid_to")
        ),
        "aliases": sorted(UnitAlias.objects.filter(deleted_at=None).values_list("name", "unit")),
        "elements": list(Element.objects.order_by("pk").values_list("code", "unit", "name")),
        "roles": list(
            Assignment.objects.order_by("pk").values_list(
                "pk", "user", "unit", "role", "valid_from", "valid_to", "acting", "taken_over_from"
            )
        ),
        "drafts": list(ChangeSet.objects.filter(state="draft").order_by("pk").values_list("pk", "unit")),
    }


def test_a_merge_moves_elements_people_and_units_below_and_closes_the_old_opd(cast: Cast) -> None:
    app = element(cast, cast.unit, "SIMPUS")
    made = actions.merge(
        by(cast), cast.institution, [cast.unit], cast.other_unit, decree="Perda 3/2026", reason="perampingan"
    )
    for row in (cast.unit, cast.subunit, app):
        row.refresh_from_db()
    assert cast.unit.valid_to == YESTERDAY and cast.unit.deleted_at is None
    assert cast.subunit.parent == cast.other_unit
    assert cast.subunit.path == f"{cast.other_unit.path}{cast.subunit.pk}/"
    assert app.unit == cast.other_unit
    assert cast.actor("operator").may("architecture.edit", cast.institution, cast.other_unit)
    assert not cast.actor("operator").may("architecture.edit", cast.institution, cast.unit)
    old = Assignment.objects.get(user=cast.users["head"], unit=cast.unit)
    new = Assignment.objects.get(user=cast.users["head"], unit=cast.other_unit)
    assert (old.valid_to, new.valid_from, new.taken_over_from) == (YESTERDAY, TODAY, old)
    said = Succession.objects.get()
    assert (said.kind, said.source, said.target, said.decree) == (
        "merge",
        cast.unit,
        cast.other_unit,
        "Perda 3/2026",
    )
    assert made.change_set is not None and made.change_set.reason == "Perda 3/2026; perampingan"
    assert ChangeSet.objects.filter(revisions__target_uid__in=[app.uid, cast.unit.uid, said.uid]).last() == (
        made.change_set
    )


def test_old_names_and_codes_lead_to_the_successor(cast: Cast) -> None:
    actions.add_alias(by(cast), cast.institution, cast.unit, name="Dinkes Uji")
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    for text in ("Dinas Kesehatan", "Dinkes Uji", "1.02"):
        assert leads_to(cast, text) == cast.other_unit.name, text


def test_a_merge_taken_back_puts_units_elements_names_and_roles_where_they_were(cast: Cast) -> None:
    element(cast, cast.unit, "SIMPUS")
    Assignment.objects.filter(user=cast.users["operator"]).update(valid_to=date(2031, 5, 1), acting=True)
    Assignment.objects.create(
        user=cast.users["operator"], institution=cast.institution, unit=cast.other_unit, role="operator"
    )
    draft = ChangeSet.objects.create(
        institution=cast.institution,
        kind="edit",
        state="draft",
        unit=cast.unit,
        author_name="x",
        created_at=timezone.now(),
    )
    before = state(cast)
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    draft.refresh_from_db()
    assert draft.unit == cast.other_unit and made.change_set
    assert state(cast) != before
    done = actions.take_back(by(cast), made.change_set)
    assert not done.kept
    assert state(cast) == before


def test_a_merge_into_a_new_opd_taken_back_leaves_nothing_of_it(cast: Cast) -> None:
    element(cast, cast.unit, "SIMPUS")
    element(cast, cast.other_unit, "SIAK", "services")
    before = state(cast)
    made = actions.merge(
        by(cast),
        cast.institution,
        [cast.unit, cast.other_unit],
        NewUnit("Dinas Kesehatan dan Kependudukan", code="1.99"),
    )
    new = Unit.objects.get(code="1.99")
    assert new.valid_from == TODAY and set(Element.objects.values_list("unit", flat=True)) == {new.pk}
    assert {one.source for one in Succession.objects.all()} == {cast.unit, cast.other_unit}
    assert made.change_set
    assert not actions.take_back(by(cast), made.change_set).kept
    assert state(cast) == before


def test_taking_back_what_was_taken_back_merges_again(cast: Cast) -> None:
    app = element(cast, cast.unit, "SIMPUS")
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    after = state(cast)
    assert made.change_set
    undone = actions.take_back(by(cast), made.change_set).change_set
    assert undone is not None
    actions.take_back(by(cast), undone)
    app.refresh_from_db()
    assert app.unit == cast.other_unit
    assert state(cast) == after


def test_units_below_with_a_namesake_are_joined_with_it(cast: Cast) -> None:
    mine = make_unit(cast.institution, "1.02.90", "Sekretariat", cast.unit)
    theirs = make_unit(cast.institution, "2.12.90", "Sekretariat", cast.other_unit)
    deep = make_unit(cast.institution, "1.02.90.1", "Subbagian Umum", mine)
    app = element(cast, mine, "Arsip Sekretariat")
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    for row in (mine, deep, app):
        row.refresh_from_db()
    assert mine.valid_to == YESTERDAY and deep.parent == theirs and app.unit == theirs
    assert deep.path == f"{theirs.path}{deep.pk}/"


def test_a_person_with_the_role_in_both_holds_it_once_and_as_long_as_either(cast: Cast) -> None:
    user = cast.users["operator"]
    other = Assignment.objects.create(
        user=user, institution=cast.institution, unit=cast.other_unit, role="operator", valid_to=TODAY
    )
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    other.refresh_from_db()
    assert other.valid_to is None and other.valid_from is None
    assert Assignment.objects.get(user=user, unit=cast.unit).valid_to == YESTERDAY
    assert Assignment.objects.filter(user=user, unit=cast.other_unit).count() == 1


def test_a_shorter_role_does_not_shorten_the_one_that_is_held_already(cast: Cast) -> None:
    user = cast.users["operator"]
    Assignment.objects.filter(user=user).update(valid_to=TODAY + timedelta(days=5))
    other = Assignment.objects.create(
        user=user, institution=cast.institution, unit=cast.other_unit, role="operator"
    )
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    other.refresh_from_db()
    assert other.valid_to is None


def test_roles_that_wait_or_begin_later_go_along_as_they_are(cast: Cast) -> None:
    user = User.objects.create_user("nanti@uji.example", "Nanti", "x")
    held = Assignment.objects.create(
        user=user,
        institution=cast.institution,
        unit=cast.unit,
        role="operator",
        valid_from=TODAY + timedelta(days=9),
    )
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    held.refresh_from_db()
    assert held.unit == cast.other_unit and held.valid_from == TODAY + timedelta(days=9)


def test_the_past_of_an_element_names_the_old_unit(cast: Cast) -> None:
    app = element(cast, cast.unit, "SIMPUS")
    actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    first, last = Revision.objects.filter(target_uid=app.uid).order_by("version")
    assert first.snapshot["_names"]["unit"] == "Dinas Kesehatan" and first.recorded_to is not None
    assert last.snapshot["_names"]["unit"] == cast.other_unit.name


def test_a_dry_run_tells_and_writes_nothing(cast: Cast) -> None:
    element(cast, cast.unit, "SIMPUS")
    before, sets = state(cast), ChangeSet.objects.count()
    told = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit, dry_run=True)
    assert told.change_set is None
    assert [(one.count, list(one.names), one.to) for one in told.counts] == [
        (1, ["SIMPUS"], cast.other_unit.name)
    ]
    assert {(seat.name, seat.how) for seat in told.plan.seats} == {("Operator", "moves"), ("Head", "moves")}
    assert [unit for unit, _to in told.plan.moved] == [cast.subunit]
    assert state(cast) == before and ChangeSet.objects.count() == sets


def test_drafts_stay_valid_for_what_moved_under_them(cast: Cast) -> None:
    app = element(cast, cast.unit, "SIMPUS")
    draft = ChangeSet.objects.create(
        institution=cast.institution,
        kind="edit",
        state="draft",
        unit=cast.unit,
        author_name="x",
        created_at=timezone.now(),
    )
    told = {"unit": {"uid": str(cast.unit.uid), "name": cast.unit.name}, "name": "Baru"}
    add = ChangeItem.objects.create(
        change_set=draft,
        target_type="element",
        target_uid="7" * 32,
        verb="add",
        patch=told,
    )
    edit = ChangeItem.objects.create(
        change_set=draft,
        target_type="element",
        target_uid=app.uid,
        verb="change",
        base_version=app.version,
        patch={"name": "SIMPUS 2"},
    )
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    for row in (add, edit, app):
        row.refresh_from_db()
    assert add.patch["unit"]["uid"] == str(cast.other_unit.uid) and add.patch["name"] == "Baru"
    assert edit.base_version == app.version
    assert made.change_set
    actions.take_back(by(cast), made.change_set)
    add.refresh_from_db()
    assert add.patch == told


@pytest.mark.parametrize(
    "who", ["operator", "head", "sekda", "verifier", "assessor", "stranger", "foreigner", "public"]
)
def test_nobody_but_the_secretariat_changes_the_life_of_an_opd(cast: Cast, who: str) -> None:
    actor, home = cast.actor(who), cast.institution
    for act in (
        lambda: actions.merge(actor, home, [cast.unit], cast.other_unit, dry_run=True),
        lambda: actions.merge(actor, home, [cast.unit], NewUnit("Dinas Baru")),
        lambda: actions.split(actor, home, cast.unit, [Part(NewUnit("A")), Part(NewUnit("B"))]),
        lambda: actions.rename(actor, home, cast.unit, name="Dinas Baru"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_unit_of_another_institution_does_not_exist(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.merge(by(cast), cast.institution, [cast.unit], cast.foreign_unit)
    with pytest.raises(NotFound):
        actions.merge(access.system(), cast.institution, [cast.foreign_unit], cast.unit)


def test_what_cannot_be_merged_is_refused_with_the_reason(cast: Cast) -> None:
    home = cast.institution
    with pytest.raises(Refused, match=r"dirinya sendiri|itself"):
        actions.merge(by(cast), home, [cast.unit], cast.unit)
    with pytest.raises(Refused, match=cast.subunit.name):
        actions.merge(by(cast), home, [cast.unit], cast.subunit)
    with pytest.raises(Refused, match=cast.unit.name):
        actions.merge(by(cast), home, [cast.unit, cast.subunit], cast.other_unit)
    with pytest.raises(Refused):
        actions.merge(by(cast), home, [cast.unit], cast.other_unit, on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match=r"2\.12"):
        actions.merge(by(cast), home, [cast.unit], NewUnit("Dinas Baru", code="2.12"))
    with pytest.raises(Refused):
        actions.merge(by(cast), home, [], cast.unit)
    actions.merge(by(cast), home, [cast.unit], cast.other_unit)
    with pytest.raises(Refused, match="Dinas Kesehatan"):
        actions.merge(by(cast), home, [cast.unit], cast.other_unit)


def test_two_heads_of_one_office_are_told_beforehand(cast: Cast) -> None:
    Assignment.objects.create(
        user=cast.users["other_operator"],
        institution=cast.institution,
        unit=cast.other_unit,
        role="head",
    )
    told = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit, dry_run=True)
    assert any("Head" in text and "Other Operator" in text for text in told.plan.doubts)


# ---- splitting


def test_a_split_hands_named_things_to_the_parts_and_the_rest_to_the_heir(cast: Cast) -> None:
    one, two, three = (element(cast, cast.unit, name) for name in ("Satu", "Dua", "Tiga"))
    operator = Assignment.objects.get(user=cast.users["operator"])
    before = state(cast)
    made = actions.split(
        by(cast),
        cast.institution,
        cast.unit,
        [
            Part(NewUnit("Dinas Kesehatan Masyarakat", code="1.03"), things=[one.uid]),
            Part(
                NewUnit("Dinas Rumah Sakit", code="1.04"),
                subunits=[cast.subunit],
                things=[two.uid],
                people=[operator],
                heir=True,
            ),
        ],
        decree="Perda 4/2026",
    )
    first, second = Unit.objects.get(code="1.03"), Unit.objects.get(code="1.04")
    assert made.targets == [first, second]
    for row in (one, two, three, cast.unit, cast.subunit):
        row.refresh_from_db()
    assert (one.unit, two.unit, three.unit) == (first, second, second)
    assert cast.subunit.parent == second and cast.unit.valid_to == YESTERDAY
    assert Assignment.objects.get(user=cast.users["operator"], unit=second).valid_from == TODAY
    assert leads_to(cast, "Dinas Kesehatan") == second.name
    assert {s.target for s in Succession.objects.filter(kind="split", source=cast.unit)} == {first, second}
    assert made.change_set
    assert not actions.take_back(by(cast), made.change_set).kept
    assert state(cast) == before


def test_a_unit_that_goes_on_keeps_what_nobody_takes_over(cast: Cast) -> None:
    one, two = element(cast, cast.unit, "Satu"), element(cast, cast.unit, "Dua")
    actions.split(
        by(cast), cast.institution, cast.unit, [Part(cast.other_unit, things=[one.uid])], closes=False
    )
    for row in (one, two, cast.unit):
        row.refresh_from_db()
    assert (one.unit, two.unit, cast.unit.valid_to) == (cast.other_unit, cast.unit, None)
    assert Assignment.objects.filter(unit=cast.unit, valid_to=None).count() == 2
    assert leads_to(cast, "Dinas Kesehatan") == "Dinas Kesehatan"


def test_a_split_that_makes_no_sense_is_refused(cast: Cast) -> None:
    home, app = cast.institution, element(cast, cast.unit, "Satu")
    new = [Part(NewUnit("A", code="A")), Part(NewUnit("B", code="B"))]
    with pytest.raises(Refused):
        actions.split(by(cast), home, cast.unit, new[:1])
    with pytest.raises(Refused):
        actions.split(by(cast), home, cast.unit, [Part(cast.other_unit), Part(cast.other_unit)])
    with pytest.raises(Refused):
        actions.split(by(cast), home, cast.unit, new, closes=False)
    with pytest.raises(Refused):
        twice = [Part(NewUnit(n, code=n), things=[app.uid]) for n in "AB"]
        actions.split(by(cast), home, cast.unit, twice)
    with pytest.raises(NotFound):
        actions.split(by(cast), home, cast.other_unit, [Part(NewUnit("A"), things=[app.uid])], closes=False)
    with pytest.raises(Refused):
        actions.split(by(cast), home, cast.unit, [Part(cast.subunit), Part(NewUnit("B"))])
    assert not Succession.objects.exists()


# ---- renaming


def test_a_rename_by_decree_is_told_and_can_be_tried_first(cast: Cast) -> None:
    before = state(cast)
    actions.rename(by(cast), cast.institution, cast.unit, name="Dinas Sehat", dry_run=True)
    assert state(cast) == before
    made = actions.rename(by(cast), cast.institution, cast.unit, name="Dinas Sehat", decree="Perda 5/2026")
    said = Succession.objects.get()
    assert (said.kind, said.source, said.note, said.decree) == (
        "rename",
        cast.unit,
        "Dinas Kesehatan",
        "Perda 5/2026",
    )
    assert leads_to(cast, "Dinas Kesehatan") == "Dinas Sehat"
    assert made.change_set
    assert not actions.take_back(by(cast), made.change_set).kept
    assert state(cast) == before


def test_the_ledger_holds_after_a_merge_and_its_undo(cast: Cast) -> None:
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    assert made.change_set
    actions.take_back(by(cast), made.change_set)
    assert not history.verify(cast.institution)


def test_an_import_in_preview_goes_to_the_successor_and_back(cast: Cast) -> None:
    batch = ImportBatch.objects.create(
        institution=cast.institution, unit=cast.unit, file_name="a.csv", state="preview"
    )
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    batch.refresh_from_db()
    assert batch.unit == cast.other_unit and made.change_set
    actions.take_back(by(cast), made.change_set)
    batch.refresh_from_db()
    assert batch.unit == cast.unit


def test_what_was_changed_since_stays_when_a_merge_is_taken_back(cast: Cast) -> None:
    app = element(cast, cast.unit, "SIMPUS")
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit)
    app.refresh_from_db()
    architecture.change_element(by(cast), app, version=app.version, name="SIMPUS 2")
    new = Assignment.objects.get(user=cast.users["head"], unit=cast.other_unit)
    Assignment.objects.filter(pk=new.pk).update(valid_to=TODAY + timedelta(days=30))
    assert made.change_set
    done = actions.take_back(by(cast), made.change_set)
    assert [str(row) for row, _why in done.named] == ["SIMPUS 2"]
    app.refresh_from_db()
    assert app.unit == cast.other_unit
    assert Assignment.objects.filter(pk=new.pk).exists()


def test_the_history_tells_a_merge_without_the_rows_that_it_keeps_for_its_undo(cast: Cast) -> None:
    made = actions.merge(by(cast), cast.institution, [cast.unit], cast.other_unit).change_set
    assert made is not None and made.title == "Dinas Kesehatan → Dinas Kependudukan dan Pencatatan Sipil"
    client = cast.client("diskominfo")
    listed = client.get("/di/uji/riwayat/").content.decode()
    shown = client.get(f"/di/uji/riwayat/{made.uid}/")
    assert shown.status_code == 200 and str(made.uid) in listed
    assert "kernel.assignment" not in shown.content.decode() + listed
    told = client.get(f"/api/v1/institutions/uji/change-sets/{made.uid}")
    assert told.status_code == 200 and "kernel.assignment" not in told.content.decode()
