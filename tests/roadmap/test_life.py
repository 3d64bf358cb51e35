"""An OPD is merged into another, or split, in mid-year: what hangs on it in the roadmap goes along, and comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation import actions, life
from pendapa.organisation.actions import NewUnit, Part
from pendapa.roadmap.models import (
    Action,
    Budget,
    Commitment,
    Initiative,
    InitiativePartner,
    Programme,
    Roadmap,
)
from pendapa.roadmap.queries import baselines
from pendapa.roadmap.rules.initiatives import BudgetRow
from tests.cast import Cast, cast, make_unit
from tests.roadmap.frozen import FIRST, decreed, initiative, roadmap

__all__ = ["cast"]
CODE = "2.16.03.2.02.0035"


def added(cast: Cast, row: Any) -> Any:
    row.institution = cast.institution
    history.write(system(), cast.institution, "edit", history.Writes(add=[row]))
    return type(row).objects.get(pk=row.pk)


def programme(cast: Cast, unit: Unit, ceiling: int | None, code: str = CODE) -> Programme:
    return added(
        cast, Programme(year=FIRST + 1, unit=unit, code=code, name="Koordinasi SPBE", ceiling=ceiling)
    )


def action(cast: Cast, row: Initiative, unit: Unit, title: str) -> Action:
    return added(cast, Action(initiative=row, unit=unit, title=title, created_at=timezone.now()))


def commitment(cast: Cast, unit: Unit) -> Commitment:
    return added(cast, Commitment(
        unit=unit, title="Antrean tanpa kertas", text="Semua puskesmas", starts_on=date(FIRST, 1, 1),
        ends_on=date(FIRST, 12, 31), state="approved", approved_hash="a" * 64, created_at=timezone.now(),
    ))  # fmt: skip


def state() -> dict[str, Any]:
    """Everything of the room that a change of the OPD may touch."""
    live = {"deleted_at": None}
    return {
        "initiatives": list(Initiative.objects.filter(**live).order_by("pk").values_list("title", "unit")),
        "partners": sorted(InitiativePartner.objects.filter(**live).values_list("initiative", "unit")),
        "actions": list(Action.objects.filter(**live).order_by("pk").values_list("title", "unit")),
        "commitments": list(Commitment.objects.filter(**live).order_by("pk").values_list("title", "unit")),
        "programmes": sorted(
            Programme.objects.filter(**live).values_list("pk", "code", "unit", "ceiling", "spent"), key=str
        ),
        "budgets": sorted(Budget.objects.filter(**live).values_list("pk", "programme"), key=str),
    }


def merged(cast: Cast, **more: Any) -> Any:
    return actions.merge(cast.actor("diskominfo"), cast.institution, [cast.unit], cast.other_unit, **more)


@pytest.fixture
def full(cast: Cast) -> tuple[Roadmap, Initiative]:
    """A decreed roadmap with work of the OPD, of another with it as a partner, and money of both under one code."""
    row = roadmap(cast)
    programme(cast, cast.unit, 300_000_000)
    programme(cast, cast.other_unit, 200_000_000)
    budgets = (BudgetRow(FIRST + 1, CODE, planned=Decimal(100_000_000)),)
    own = initiative(cast, row, partners=(cast.other_unit.uid,), budgets=budgets)
    initiative(cast, row, "Kartu keluarga daring", unit=cast.other_unit, partners=(cast.unit.uid,))
    action(cast, own, cast.unit, "Susun SOP")
    commitment(cast, cast.unit)
    decreed(cast, row)
    return row, own


def test_in_mid_year_everything_goes_to_the_successor(cast: Cast, full) -> None:
    _row, own = full
    merged(cast)
    own.refresh_from_db()
    assert own.unit == cast.other_unit
    assert Action.objects.get().unit == cast.other_unit
    kept = Commitment.objects.get()
    assert (kept.unit, kept.approved_hash, kept.state) == (cast.other_unit, "a" * 64, "approved")
    assert not Initiative.objects.filter(unit=cast.unit).exists()


def test_nobody_becomes_a_partner_of_its_own_initiative_or_twice(cast: Cast, full) -> None:
    row, _own = full
    third = make_unit(cast.institution, "3.00", "Dinas Ketiga")
    both = initiative(cast, row, "Bersama", unit=third, partners=(cast.unit.uid, cast.other_unit.uid))
    merged(cast)
    live = InitiativePartner.objects.filter(deleted_at=None)
    assert list(live.values_list("initiative", "unit")) == [(both.pk, cast.other_unit.pk)]


def test_lines_of_the_budget_go_along_but_not_where_the_successor_has_that_line(cast: Cast, full) -> None:
    other = programme(cast, cast.unit, 5, code="2.16.02")
    merged(cast)
    other.refresh_from_db()
    assert other.unit == cast.other_unit
    lines = Programme.objects.filter(code=CODE, deleted_at=None).values_list("unit", "ceiling")
    assert set(lines) == {(cast.unit.pk, Decimal(300_000_000)), (cast.other_unit.pk, Decimal(200_000_000))}
    assert Budget.objects.get(programme_code=CODE).programme.unit == cast.unit


def test_two_units_that_merge_into_a_new_one_do_not_bring_the_same_line_twice(cast: Cast) -> None:
    programme(cast, cast.unit, 1)
    programme(cast, cast.other_unit, 2)
    actions.merge(
        cast.actor("diskominfo"), cast.institution, [cast.unit, cast.other_unit], NewUnit("Dinas Gabungan")
    )
    names = set(Programme.objects.values_list("unit__name", flat=True))
    assert len(names) == 2 and "Dinas Gabungan" in names


def test_a_merge_taken_back_puts_everything_where_it_was(cast: Cast, full) -> None:
    before = state()
    made = merged(cast)
    assert state() != before
    actions.take_back(cast.actor("diskominfo"), made.change_set)
    assert state() == before


def test_the_baseline_still_says_who_it_was_and_tells_the_new_owner(cast: Cast, full) -> None:
    row, own = full
    merged(cast)
    known = baselines.measure(row)
    assert known is not None and baselines.verify(known)
    assert baselines.snapshots(known)[own.uid]["unit"]["name"] == "Dinas Kesehatan"
    told = baselines.since(cast.actor("diskominfo"), known)
    moved = next(one for one in told.rows if one.uid == own.uid)
    assert "unit" in moved.drift.changed and told.sums.owners == 1


def test_the_preview_counts_what_would_move(cast: Cast, full) -> None:
    programme(cast, cast.unit, 5, code="2.16.02")
    told = merged(cast, dry_run=True)
    counts = [(one.count, list(one.names)) for one in told.counts]
    assert (1, ["Antrean pasien"]) in counts and (1, ["Susun SOP"]) in counts
    assert (1, ["Antrean tanpa kertas"]) in counts and (1, ["Koordinasi SPBE"]) in counts  # the other stays
    assert Initiative.objects.filter(unit=cast.unit).exists()


def test_a_split_hands_an_initiative_to_one_part_and_its_actions_follow(cast: Cast, full) -> None:
    row, own = full
    other = initiative(cast, row, "Imunisasi daring")
    action(cast, other, cast.unit, "Latih petugas")
    offered = {one.name for one in life.things_of(cast.actor("diskominfo"), cast.institution, cast.unit)}
    assert {own.title, other.title, "Antrean tanpa kertas"} <= offered
    parts = [Part(NewUnit("Dinas A"), things=frozenset({own.uid})), Part(NewUnit("Dinas B"), heir=True)]
    actions.split(cast.actor("diskominfo"), cast.institution, cast.unit, parts)
    owners = dict(Initiative.objects.values_list("title", "unit__name"))
    assert (owners[own.title], owners[other.title]) == ("Dinas A", "Dinas B")
    doers = dict(Action.objects.values_list("title", "unit__name"))
    assert doers == {"Susun SOP": "Dinas A", "Latih petugas": "Dinas B"}


def test_deleted_things_stay_with_the_unit_that_had_them(cast: Cast) -> None:
    row = initiative(cast, None, "Lama", state="draft", budgets=())
    history.write(system(), cast.institution, "edit", history.Writes(delete=[row]))
    merged(cast)
    row.refresh_from_db()
    assert row.unit == cast.unit


def test_who_takes_over_may_work_on_what_came(cast: Cast, full) -> None:
    from pendapa.roadmap.actions import initiatives

    _row, own = full
    merged(cast)
    own.refresh_from_db()
    told = initiatives.report(
        cast.actor("other_operator"), own, own.version, spent={(FIRST + 1, CODE, "apbd"): Decimal(1)}
    )
    assert told.version == own.version + 1
