"""How far a roadmap has moved: dates, money, what came and went."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import drift as rules
from pendapa.roadmap.rules.drift import Facts

DAYS = st.none() | st.dates(date(2024, 1, 1), date(2032, 12, 31))
MONEY = st.none() | st.integers(0, 10**12).map(Decimal)
FACTS = st.builds(
    Facts,
    title=st.sampled_from(["Antrean", "Jaringan"]),
    unit=st.sampled_from(["", "a", "b"]),
    starts_on=DAYS,
    ends_on=DAYS,
    done_on=DAYS,
    money=MONEY,
    cost=MONEY,
    state=st.sampled_from(["planned", "doing", "done", "postponed", "cancelled"]),
    partners=st.frozensets(st.sampled_from("pqr")),
)
SNAPSHOT = {
    "title": "Antrean pasien satu aplikasi",
    "unit": {"uid": "u-1", "code": "1.02", "name": "Dinas Kesehatan"},
    "starts_on": "2027-01-01",
    "ends_on": "2027-09-30",
    "state": "planned",
    "cost": "500000000",
    "targets": {"2027": {"target": "Tiga puskesmas", "done": ""}},
    "budgets": [
        {"year": 2027, "planned": "150000000.5", "budgeted": None, "spent": None},
        {"year": 2028, "planned": None, "budgeted": None, "spent": None},
    ],
}


@given(FACTS)
def test_nothing_has_moved_from_itself(one: Facts) -> None:
    assert not rules.drift(one, one)
    assert not rules.summed([(one, one)])


@given(FACTS, FACTS)
def test_the_way_back_is_as_far(now: Facts, was: Facts) -> None:
    there, back = rules.drift(now, was), rules.drift(was, now)
    assert there.changed == back.changed
    for one, other in ((there.start_days, back.start_days), (there.end_days, back.end_days)):
        assert (one is None and other is None) or one == -(other or 0)
    assert (there.money is None and back.money is None) or there.money == -(back.money or 0)


@given(st.lists(st.tuples(st.none() | FACTS, st.none() | FACTS), max_size=12))
def test_the_sums_are_those_of_the_rows(pairs: list[tuple[Facts | None, Facts | None]]) -> None:
    told = rules.summed(pairs)
    moved = [rules.drift(now, was) for now, was in pairs]
    assert told.now - told.before == told.added - told.removed
    assert told.later + told.sooner == sum(bool(one.way) for one in moved)
    if not told.unknown:
        known = [((now and now.ceiling) or 0, (was and was.ceiling) or 0) for now, was in pairs]
        assert told.money == sum(a - b for a, b in known)


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(-900, 900))
def test_dates_move_by_days_and_the_end_says_which_way(day: date, by: int) -> None:
    told = rules.drift(Facts(ends_on=day + timedelta(days=by)), Facts(ends_on=day))
    assert told.end_days == by
    assert told.way == ("later" if by > 0 else "sooner" if by < 0 else "")
    assert abs(rules.months(by) - by / 30.436875) <= 0.5


def test_a_snapshot_tells_dates_owner_and_the_planned_money_of_all_years() -> None:
    told = rules.facts(SNAPSHOT)
    assert told.ends_on == date(2027, 9, 30)
    assert (told.unit, told.unit_name) == ("u-1", "Dinas Kesehatan")
    assert told.money == Decimal("150000000.5")


def test_an_estimate_is_no_ceiling() -> None:
    assert rules.money({"cost": "5", "budgets": [{"planned": None}]}) is None
    assert rules.money({"cost": "5", "budgets": [{"planned": "0"}]}) == 0
    assert rules.facts({"cost": "5", "budgets": []}).cost == 5


def test_what_is_done_is_measured_by_its_day_and_without_one_not_at_all() -> None:
    was = Facts(starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30), state="planned")
    plan = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 8, 31), "state": "done"}
    told = rules.drift(Facts(**plan, done_on=date(2027, 6, 20)), was)
    assert (told.start_days, told.end_days, told.way) == (None, -10, "sooner")
    assert told.changed == ("starts_on", "ends_on", "done_on")
    told = rules.drift(Facts(**plan), was)
    assert (told.start_days, told.end_days, told.way) == (None, None, "")
    assert rules.drift(Facts(**plan, done_on=date(2027, 6, 20)), Facts(**plan)).way == ""


def test_what_is_done_on_its_day_has_no_drift_though_it_began_late() -> None:
    was = Facts(starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30), state="planned")
    now = Facts(was.title, starts_on=date(2027, 3, 1), ends_on=was.ends_on, done_on=was.ends_on, state="done")
    assert rules.drift(now, was).way == ""


def test_what_is_cancelled_has_no_drift_and_counts_as_nought() -> None:
    was = Facts(ends_on=date(2027, 6, 30), money=Decimal(7), state="planned")
    now = Facts(ends_on=date(2027, 8, 30), money=Decimal(9), state="cancelled")
    told = rules.drift(now, was)
    assert (told.end_days, told.money, told.way) == (None, None, "")
    assert rules.summed([(now, was)]).money == -7 and rules.summed([(now, was)]).later == 0
    assert rules.summed([(Facts(state="cancelled"), was)]).unknown == 0


def test_what_is_not_known_on_one_side_is_not_told_as_a_number_but_as_changed() -> None:
    told = rules.drift(Facts(money=Decimal(5)), Facts())
    assert (told.money, told.end_days, told.changed) == (None, None, ("money",))
    assert rules.summed([(Facts(money=Decimal(5)), Facts())]).unknown == 1


def test_a_new_and_a_lost_initiative_count_with_their_money() -> None:
    told = rules.summed([(Facts(money=Decimal(7)), None), (None, Facts(money=Decimal(3)))])
    assert (told.added, told.removed, told.money) == (1, 1, Decimal(4))


def test_work_that_goes_on_is_no_drift_but_a_postponed_one_is() -> None:
    was = Facts(state="planned")
    assert not rules.drift(Facts(state="done"), was)
    assert rules.drift(Facts(state="postponed"), was).changed == ("state",)


def test_what_was_reached_is_no_drift_but_another_target_is() -> None:
    reached = {**SNAPSHOT, "targets": {"2027": {"target": "Tiga puskesmas", "done": "Dua"}}}
    assert not rules.drift(reached, SNAPSHOT)
    other = {**SNAPSHOT, "targets": {"2027": {"target": "Lima puskesmas", "done": ""}}}
    assert rules.drift(other, SNAPSHOT).changed == ("targets",)
