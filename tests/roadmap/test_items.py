"""The one source of the views: what it holds, for whom, in how many queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pendapa.roadmap.actions import baselines
from pendapa.roadmap.queries import public as everybody
from pendapa.roadmap.queries.items import Filters, Item, items, totals
from tests.cast import Cast, cast  # noqa: F401
from tests.roadmap.initiatives_scene import (
    a_roadmap,
    an_action,
    an_initiative,
    money,
    waits,
    with_partner,
)

pytestmark = pytest.mark.django_db
DAY = date(2027, 7, 1)


def read(cast: Cast, who: str, roadmap=None, **filters: str) -> dict[str, Item]:  # noqa: F811
    found = items(cast.actor(who), cast.institution, roadmap, Filters(**filters), day=DAY)
    return {one.title: one for one in found}


def test_an_item_holds_money_partners_and_what_it_waits_for(cast):  # noqa: F811
    first = an_initiative(cast.institution, "Satu", cast.unit, begins="2027-01-01", ends="2027-06-30")
    second = an_initiative(cast.institution, "Dua", cast.other_unit, begins="2027-07-01", ends="2028-06-30")
    waits(second, first)
    with_partner(second, cast.unit)
    money(second, 2027, 100, budgeted="90", spent="45")
    money(second, 2027, 50, programme_code="2.16.03")
    money(second, 2028, None)
    one = read(cast, "diskominfo")["Dua"]
    assert one.waits_for == (first.uid,) and [unit.name for unit in one.partners] == [cast.unit.name]
    assert (one.money[2027].planned, one.money[2027].spent) == (150, 45)
    assert one.money[2028].planned is None and one.total.planned == 150 and list(one.years) == [2027, 2028]
    assert one.unit_name == cast.other_unit.name and one.drift is None


def test_what_is_not_done_by_its_end_is_late_but_drafts_and_postponed_are_not(cast):  # noqa: F811
    for state in ("draft", "planned", "doing", "done", "postponed", "cancelled"):
        an_initiative(cast.institution, state, cast.unit, state=state, begins="2027-01-01", ends="2027-06-30")
    an_initiative(cast.institution, "hari terakhir", cast.unit, begins="2027-01-01", ends="2027-07-01")
    late = {title for title, one in read(cast, "sekda").items() if one.late}
    assert late == {"planned", "doing"} == set(read(cast, "sekda", late="1"))


def test_progress_counts_leaves_that_are_not_cancelled(cast):  # noqa: F811
    one = an_initiative(cast.institution, "Satu", cast.unit, state="doing")
    parent = an_action(one)
    an_action(one, "done", parent=parent, done_on=date(2027, 2, 1))
    an_action(one, "doing", parent=parent, due=date(2027, 6, 1))
    an_action(one, "cancelled", parent=parent)
    an_action(one, "todo", due=date(2027, 8, 1))
    found = read(cast, "operator")["Satu"]
    assert (found.progress, found.actions_done, found.actions_open, found.actions_late) == (33, 1, 2, 1)


def test_without_actions_the_state_tells_or_nobody_knows(cast):  # noqa: F811
    for state in ("draft", "planned", "doing", "done", "postponed"):
        an_initiative(cast.institution, state, cast.unit, state=state)
    told = {title: one.progress for title, one in read(cast, "sekda").items()}
    assert told == {"draft": 0, "planned": 0, "doing": None, "done": 100, "postponed": None}


def test_what_one_may_not_see_is_neither_there_nor_waited_for_nor_counted(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    hidden = an_initiative(cast.institution, "Rahasia", cast.other_unit, state="draft", roadmap=roadmap)
    theirs = an_initiative(cast.institution, "Terbuka", cast.other_unit, state="doing", roadmap=roadmap)
    an_action(theirs, "done", done_on=date(2027, 2, 1))
    mine = an_initiative(cast.institution, "Milik", cast.unit, roadmap=roadmap)
    waits(mine, hidden)
    waits(mine, theirs)
    seen = read(cast, "operator", roadmap)
    assert set(seen) == {"Milik", "Terbuka"}
    assert seen["Milik"].waits_for == (theirs.uid,)
    assert (seen["Terbuka"].progress, seen["Terbuka"].actions_done) == (None, None)
    assert read(cast, "diskominfo", roadmap)["Milik"].waits_for == (hidden.uid, theirs.uid)
    assert read(cast, "diskominfo", roadmap)["Terbuka"].progress == 100
    for who in ("stranger", "foreigner", "public"):
        assert read(cast, who) == {}


def test_how_far_a_public_initiative_came_is_told_to_officers_as_to_everybody(cast):  # noqa: F811
    public = a_roadmap(cast.institution, public=True)
    theirs = an_initiative(cast.institution, "Terbuka", cast.other_unit, state="doing", roadmap=public)
    draft = an_initiative(cast.institution, "Draf", cast.other_unit, state="draft", roadmap=public)
    for one in (theirs, draft):
        an_action(one, "done", done_on=date(2027, 2, 1))
    outside = {
        one.item.title: one.item.progress for one in everybody.initiatives(cast.institution, public, DAY)
    }
    assert (
        outside
        == {title: one.progress for title, one in read(cast, "operator", public).items()}
        == {"Terbuka": 100}
    )


def test_filters_narrow_and_what_is_no_such_thing_finds_nothing(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    an_initiative(
        cast.institution, "Panjang", cast.unit, begins="2026-03-01", ends="2028-02-01", code="PR-2026-001"
    )
    an_initiative(
        cast.institution, "Puskesmas", cast.subunit, begins="2029-01-01", ends="2029-02-01", content=""
    )
    an_initiative(
        cast.institution, "Lain", cast.other_unit, begins="2029-03-01", state="doing", roadmap=roadmap
    )
    assert set(read(cast, "sekda", year="2027")) == {"Panjang"}
    assert set(read(cast, "sekda", unit=str(cast.unit.uid))) == {"Panjang", "Puskesmas"}
    assert set(read(cast, "sekda", content="-")) == {"Puskesmas"}
    assert set(read(cast, "sekda", state="doing")) == {"Lain"} == set(read(cast, "sekda", roadmap))
    assert set(read(cast, "sekda", text="pr-2026")) == {"Panjang"}
    for wrong in (
        {"year": "x"},
        {"year": "99999"},
        {"unit": "x"},
        {"plan": "x"},
        {"content": "x"},
        {"state": "x"},
    ):
        assert read(cast, "sekda", **wrong) == {}


def test_the_drift_from_the_latest_baseline_is_on_each_item(cast):  # noqa: F811
    roadmap = a_roadmap(cast.institution, state="draft")
    one = an_initiative(
        cast.institution, "Geser", cast.unit, begins="2027-01-01", ends="2027-06-30", roadmap=roadmap
    )
    money(one, 2027, 100)
    baselines.freeze(cast.actor("sekda"), roadmap, "Baku", "Perbup 52/2026", date(2026, 8, 14))
    one.ends_on = date(2027, 8, 30)
    one.plan = None
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    history.write(system(), cast.institution, "edit", history.Writes(change=[one]))
    money(one, 2028, 25)
    an_initiative(cast.institution, "Baru", cast.unit, roadmap=roadmap)
    an_initiative(cast.institution, "Rancangan", cast.unit, roadmap=roadmap, state="draft")
    seen = read(cast, "sekda", roadmap)
    moved = seen["Geser"]
    assert (moved.drift.end_days, moved.drift.start_days, moved.drift.money) == (61, 0, Decimal(25))
    assert moved.was == (date(2027, 1, 1), date(2027, 6, 30))
    assert seen["Baru"].drift.added and seen["Baru"].was is None
    assert seen["Rancangan"].drift is None


def test_sums_leave_out_the_money_of_what_is_cancelled_and_keep_unknown_apart(cast):  # noqa: F811
    one = an_initiative(cast.institution, "Satu", cast.unit, begins="2027-01-01", ends="2027-06-30")
    gone = an_initiative(cast.institution, "Batal", cast.unit, state="cancelled")
    done = an_initiative(cast.institution, "Selesai", cast.unit, state="done")
    money(one, 2027, "0.10")
    money(done, 2027, "0.20")
    money(done, 2028, None, spent="5")
    money(gone, 2027, 999)
    found = totals(read(cast, "sekda").values())
    assert (found.count, found.late, found.done) == (3, 1, 1)
    assert (found.money.planned, found.money.budgeted, found.money.spent) == (Decimal("0.30"), None, 5)
    assert found.by_year[2027].planned == Decimal("0.30") and found.by_year[2028].planned is None


def test_the_number_of_queries_is_fixed(cast, django_assert_num_queries):  # noqa: F811
    roadmap = a_roadmap(cast.institution)
    before = None
    for n in range(6):
        one = an_initiative(cast.institution, f"I{n}", cast.unit, roadmap=roadmap)
        money(one, 2027, n)
        an_action(one)
        with_partner(one, cast.other_unit)
        if before:
            waits(one, before)
        before = one
        if n in (0, 5):
            for who, queries in (("sekda", 8), ("operator", 8)):
                actor = cast.actor(who)
                with django_assert_num_queries(queries):
                    items(actor, cast.institution, roadmap, Filters(unit=str(cast.unit.uid)), day=DAY)
