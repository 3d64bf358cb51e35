"""Baselines: what is frozen, that it never changes, and what has moved since."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import verify as ledger_holds
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions import baselines as actions
from pendapa.roadmap.actions import initiatives as initiative_actions
from pendapa.roadmap.models import Baseline, BaselineItem, Initiative, Roadmap
from pendapa.roadmap.queries import baselines as queries
from pendapa.roadmap.rules.initiatives import Lift, Target
from tests.cast import WHO, Cast, cast, make_unit
from tests.roadmap.frozen import FIRST, changed, decreed, initiative, roadmap

__all__ = ["cast"]


def frozen(cast: Cast, row: Roadmap, name: str = "Baku pertama") -> Baseline:
    return actions.freeze(cast.actor("diskominfo"), row, name)


def snapshot(baseline: Baseline, row: Initiative) -> dict:
    return queries.snapshots(baseline)[row.uid]


def test_a_decree_freezes_the_roadmap_with_its_number_and_day(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    decreed(cast, row)
    known = queries.measure(row)
    assert known is not None
    assert (known.decree_number, known.decree_on) == ("Perbup 52/2026", timezone.localdate())
    assert known.counts == {"initiatives": 1, "ceiling": "100000000.00", "estimate": "0.00"}
    assert queries.verify(known)


def test_a_snapshot_holds_everything_that_was_recorded_and_who_it_was_by_name_and_code(cast: Cast) -> None:
    row = roadmap(cast)
    first = initiative(cast, row, "Jaringan intra")
    made = initiative(
        cast, row, description="Satu antrean", partners=(cast.other_unit.uid,), waits_for=(first.uid,),
        lifts=(Lift("spbe-2020", "12", "2", "4"),), targets={FIRST + 1: Target("Tiga puskesmas")}, days=Decimal(40),
    )  # fmt: skip
    told = snapshot(frozen(cast, row), made)
    assert set(Initiative.recorded_fields) <= set(told)
    assert told["unit"] == {"uid": str(cast.unit.uid), "code": "1.02", "name": "Dinas Kesehatan"}
    assert told["partners"][0]["name"] == "Dinas Kependudukan dan Pencatatan Sipil"
    assert told["waits_for"] == [{"uid": str(first.uid), "code": first.code, "title": "Jaringan intra"}]
    assert (
        told["budgets"][0]["planned"] in ("100000000", "100000000.00")
        and told["budgets"][0]["year"] == FIRST + 1
    )
    assert told["starts_on"] == f"{FIRST + 1}-01-01" and told["lifts"][0]["indicator"] == "12"
    assert told["targets"][str(FIRST + 1)]["target"] == "Tiga puskesmas"


def test_drafts_are_not_frozen_and_a_roadmap_of_drafts_alone_is_refused(cast: Cast) -> None:
    row = roadmap(cast)
    draft = initiative(cast, row, state="draft")
    with pytest.raises(Refused) as told:
        frozen(cast, row)
    assert "draf" in told.value.faults[""]
    initiative(cast, row, "Jaringan intra")
    assert draft.uid not in queries.snapshots(frozen(cast, row))


@pytest.mark.parametrize(
    ("name", "number", "day", "field"),
    [
        ("", "", None, "name"),
        ("x" * 201, "", None, "name"),
        ("Baku pertama", "", None, "name"),
        ("Baru", "", date(2026, 1, 5), "decree_number"),
        ("Baru", "Perbup 1/2026", None, "decree_on"),
        ("Baru", "Perbup 1/2026", timezone.localdate() + timedelta(days=2), "decree_on"),
    ],
)
def test_a_baseline_without_a_name_of_its_own_or_with_half_a_decree_is_refused(
    cast: Cast, name: str, number: str, day: date | None, field: str
) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    frozen(cast, row)
    with pytest.raises(Refused) as told:
        actions.freeze(cast.actor("diskominfo"), row, name, number, day)
    assert set(told.value.faults) == {field}
    assert Baseline.objects.count() == 1


@pytest.mark.parametrize("who", WHO)
def test_only_the_secretariat_and_the_leader_freeze(cast: Cast, who: str) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    if who in ("diskominfo", "sekda"):
        assert actions.freeze(cast.actor(who), row, "Baku").pk
        return
    with pytest.raises(NotFound):
        actions.freeze(cast.actor(who), row, "Baku")


def test_no_verb_changes_what_was_frozen(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    known = frozen(cast, row)
    before = queries.snapshots(known)
    changed(cast, made, title="Antrean lain", later=61, money=150_000_000)
    row = decreed(cast, row)
    fresh = Initiative.objects.get(pk=made.pk)
    initiative_actions.move(cast.actor("diskominfo"), fresh, fresh.version, "cancelled")
    fresh.refresh_from_db()
    initiative_actions.delete(cast.actor("diskominfo"), fresh, fresh.version)
    assert queries.snapshots(known) == before
    assert queries.verify(known)


def test_the_history_does_not_take_a_baseline_back(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    known = frozen(cast, row)
    of_it = ChangeSet.objects.get(revisions__target_uid=known.uid)
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), of_it)
    known.refresh_from_db()
    assert known.deleted_at is None and BaselineItem.objects.filter(baseline=known).count() == 1


def test_a_decree_with_a_baseline_is_not_taken_back_in_the_history(cast: Cast) -> None:
    row = roadmap(cast)
    initiative(cast, row)
    decreed(cast, row)
    by_decree = ChangeSet.objects.filter(revisions__target_uid=row.uid).last()
    assert by_decree is not None
    with pytest.raises(undoing.Refused):
        undoing.undo(cast.actor("diskominfo"), by_decree)
    row.refresh_from_db()
    assert row.state == "set"


def test_what_was_tampered_with_is_noticed_by_the_digest(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    known = frozen(cast, row)
    item = BaselineItem.objects.get(baseline=known, initiative_uid=made.uid)
    BaselineItem.objects.filter(pk=item.pk).update(snapshot={**item.snapshot, "ends_on": "2030-12-31"})
    assert not queries.verify(known)
    assert ledger_holds(cast.institution) == []


def test_what_moved_since_is_told_in_days_and_rupiah_with_what_came_and_went(cast: Cast) -> None:
    row = roadmap(cast)
    later, sooner = initiative(cast, row, "A mundur"), initiative(cast, row, "B maju")
    gone, same = initiative(cast, row, "C keluar", money=5), initiative(cast, row, "D tetap")
    known = frozen(cast, row)
    changed(cast, later, later=61, money=150_000_000)
    changed(cast, sooner, later=-31, unit=cast.other_unit.uid)
    changed(cast, gone, state="draft")
    initiative(cast, row, "E baru", money=7)
    told = queries.since(cast.actor("diskominfo"), known)
    assert [one.title for one in told.moved] == ["A mundur", "B maju", "C keluar", "E baru"]
    rows = {one.title: one.drift for one in told.rows}
    assert (rows["A mundur"].end_days, rows["A mundur"].money) == (61, Decimal(50_000_000))
    assert rows["B maju"].changed == ("unit", "starts_on", "ends_on")
    assert rows["C keluar"].removed and rows["E baru"].added and not rows[same.title]
    sums = told.sums
    assert (sums.later, sums.sooner, sums.added, sums.removed, sums.owners) == (1, 1, 1, 1, 1)
    assert sums.money == Decimal(50_000_002) and (sums.before, sums.now) == (4, 4)


def test_two_baselines_are_compared_with_each_other(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    first = frozen(cast, row)
    changed(cast, made, later=30)
    second = frozen(cast, row, "Baku kedua")
    changed(cast, made, later=30)
    told = queries.between(cast.actor("diskominfo"), first, second)
    assert told.sums.later == 1 and told.rows[0].drift.end_days == 30
    other = roadmap(cast, "Lain", FIRST - 5)
    initiative(
        cast, other, "Lama", starts_on=date(FIRST - 4, 1, 1), ends_on=date(FIRST - 4, 2, 1), budgets=()
    )
    with pytest.raises(NotFound):
        queries.between(cast.actor("diskominfo"), frozen(cast, other), second)


def test_an_opd_reads_what_a_decree_froze_but_of_an_inner_baseline_only_its_own(cast: Cast) -> None:
    row = roadmap(cast)
    own = initiative(cast, row)
    theirs = initiative(cast, row, "Kartu keluarga daring", unit=cast.other_unit)
    decreed(cast, row)
    published = queries.measure(row)
    assert published is not None
    changed(cast, theirs, state="draft")
    initiative(cast, row, "Rahasia rencana", unit=cast.other_unit, state="draft")
    assert set(queries.visible(cast.actor("operator"), published)) == {own.uid, theirs.uid}
    inner = frozen(cast, row, "Kerja")
    third = initiative(cast, row, "Data penduduk", unit=cast.other_unit)
    inner_two = frozen(cast, row, "Kerja dua")
    changed(cast, third, state="draft")
    assert set(queries.visible(cast.actor("operator"), inner_two)) == {own.uid}
    assert set(queries.visible(cast.actor("sekda"), inner_two)) == {own.uid, third.uid}
    assert queries.visible(cast.actor("stranger"), inner) == {}


def test_a_baseline_tells_the_owner_by_the_name_it_had(cast: Cast) -> None:
    row = roadmap(cast)
    unit = make_unit(cast.institution, "9.99", "Badan Lama")
    made = initiative(cast, row, unit=unit)
    known = frozen(cast, row)
    type(unit).objects.filter(pk=unit.pk).update(name="Badan Baru")
    assert snapshot(known, made)["unit"]["name"] == "Badan Lama"
    assert not queries.since(cast.actor("diskominfo"), known).moved


def test_freezing_and_comparing_ask_the_same_number_of_queries_for_few_and_many(cast: Cast) -> None:
    def asked(first_year: int, number: int) -> tuple[int, int]:
        row = Roadmap.objects.create(
            institution=cast.institution, title=f"Peta {first_year}", first_year=first_year,
            last_year=first_year + 4, created_at=timezone.now(),
        )  # fmt: skip
        Initiative.objects.bulk_create(
            Initiative(
                institution=cast.institution, roadmap=row, title=f"I {n}", unit=cast.unit, year=first_year,
                state="planned", created_at=timezone.now(),
            )
            for n in range(number)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as freezing:
            known = actions.freeze(cast.actor("diskominfo"), row, "Baku")
        with CaptureQueriesContext(connection) as comparing:
            queries.since(cast.actor("diskominfo"), known)
        return len(freezing), len(comparing)

    asked(2016, 2)
    few, many = asked(2021, 3), asked(2031, 300)
    assert many[0] <= few[0] + 2  # the items go into the table in parts
    assert many[1] == few[1]
