"""The ladder: the highest rung once, to whoever holds the office, on working days alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.calendars.rules import Calendar
from pendapa.kernel.notices import rules
from pendapa.kernel.notices.rules import (
    HEAD,
    LEADER,
    LEFT,
    NO_HEAD,
    NOBODY,
    PERSON,
    Ladder,
    Offices,
    Step,
    Thing,
)

STEPS = [Step(-7, PERSON), Step(-1, PERSON), Step(1, PERSON), Step(3, HEAD), Step(7, LEADER)]
PLAIN = Calendar(())
BUDI, HEAD_OF_OPD, SEKDA, DISKOMINFO = 1, 2, 3, 4
OFFICES = Offices({10: frozenset({HEAD_OF_OPD})}, frozenset({SEKDA}), frozenset({DISKOMINFO}))
DUE = date(2026, 11, 18)  # a Wednesday
THING = Thing("action:1", DUE, (11, 10), BUDI)
JAKARTA = ZoneInfo("Asia/Jakarta")


def told_on(
    day: date,
    thing: Thing = THING,
    told: dict | None = None,
    calendar: Calendar = PLAIN,
    offices: Offices = OFFICES,
) -> dict[int, str]:
    """User → rung."""
    found = Ladder(STEPS, calendar).tellings(thing, day, offices, told or {})
    return {one.user: one.rung for one in found}


def run(
    days: list[date], thing: Thing = THING, calendar: Calendar = PLAIN, told: dict | None = None
) -> list[tuple[date, int, str]]:
    """What is told on each of the days, one after the other, as it is remembered in between."""
    told, log = {} if told is None else told, []
    for day in days:
        for user, rung in told_on(day, thing, told, calendar).items():
            told.setdefault((user, thing.key), set()).add(rung)
            log.append((day, user, rung))
    return log


def test_a_thing_climbs_rung_by_rung_in_working_days() -> None:
    days = [date(2026, 11, 1) + timedelta(i) for i in range(45)]
    assert run(days) == [
        (date(2026, 11, 9), BUDI, "before_7"),
        (date(2026, 11, 17), BUDI, "before_1"),
        (date(2026, 11, 19), BUDI, "after_1"),
        (date(2026, 11, 23), HEAD_OF_OPD, "after_3"),
        (date(2026, 11, 27), SEKDA, "after_7"),
    ]


def test_after_a_week_offline_each_is_told_once_on_the_highest_rung_and_no_lower_one_later() -> None:
    offline = run([date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)])
    assert offline == [
        (date(2026, 11, 30), BUDI, "after_1"),
        (date(2026, 11, 30), HEAD_OF_OPD, "after_3"),
        (date(2026, 11, 30), SEKDA, "after_7"),
    ]


def test_a_holiday_added_afterwards_moves_the_rungs_and_tells_nothing_twice() -> None:
    told: dict = {}
    before = run([date(2026, 11, 9), date(2026, 11, 17), date(2026, 11, 19)], told=told)
    assert [rung for _day, _user, rung in before] == ["before_7", "before_1", "after_1"]
    longer = Calendar(frozenset({date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23)}))
    after = run([DUE + timedelta(i) for i in range(1, 25)], calendar=longer, told=told)
    assert after == [(date(2026, 11, 26), HEAD_OF_OPD, "after_3"), (date(2026, 12, 2), SEKDA, "after_7")]


@given(
    st.frozensets(st.dates(date(2026, 11, 1), date(2026, 12, 31)), max_size=15),
    st.frozensets(st.dates(date(2026, 11, 1), date(2026, 12, 31)), max_size=15),
    st.lists(st.dates(date(2026, 11, 1), date(2027, 1, 20)), max_size=40),
    st.integers(0, 40),
)
def test_no_rung_is_told_twice_and_none_goes_down_whatever_the_holidays(
    first: frozenset, then: frozenset, days: list[date], change: int
) -> None:
    told: dict = {}
    days = sorted(days)
    log = run(days[:change], calendar=Calendar(first), told=told)
    log += run(days[change:], calendar=Calendar(first | then), told=told)
    for user in (BUDI, HEAD_OF_OPD, SEKDA):
        heights = [rules.days_of(rung) for _day, who, rung in log if who == user]
        assert heights == sorted(set(heights))


def test_a_head_who_is_also_to_do_it_is_told_once_a_day_on_the_higher_rung() -> None:
    own = Thing("action:1", DUE, (10,), HEAD_OF_OPD)
    assert told_on(date(2026, 11, 30), own) == {HEAD_OF_OPD: "after_3", SEKDA: "after_7"}


def test_what_nobody_is_to_do_goes_to_the_head_at_once_and_says_so() -> None:
    orphan = Thing("action:2", DUE, (10,), None, NOBODY)
    early = date(2026, 10, 12)
    found = Ladder(STEPS, PLAIN).tellings(orphan, early, OFFICES, {})
    assert [(one.user, one.rung, one.why) for one in found] == [(HEAD_OF_OPD, NOBODY, NOBODY)]
    log = run([early, date(2026, 11, 9), date(2026, 11, 17)], orphan)
    assert [(user, rung) for _day, user, rung in log] == [
        (HEAD_OF_OPD, NOBODY), (HEAD_OF_OPD, "before_7"), (HEAD_OF_OPD, "before_1"),
    ]  # fmt: skip
    assert told_on(date(2026, 9, 1), orphan) == {}, "years ahead nobody is bothered"


def test_who_left_is_replaced_by_the_head_and_that_is_said() -> None:
    left = Thing("action:3", DUE, (10,), None, LEFT)
    (one,) = Ladder(STEPS, PLAIN).tellings(left, date(2026, 11, 19), OFFICES, {})
    assert (one.user, one.rung, one.why) == (HEAD_OF_OPD, "after_1", LEFT)


def test_a_unit_without_a_head_goes_to_the_nearest_above_then_the_leader_then_the_secretariat() -> None:
    assert OFFICES.head((10, 1)) == (frozenset({HEAD_OF_OPD}), "")
    assert OFFICES.head((11, 10)) == (frozenset({HEAD_OF_OPD}), NO_HEAD)
    assert OFFICES.head((12, 13)) == (frozenset({SEKDA}), NO_HEAD)
    assert Offices(keepers=frozenset({DISKOMINFO})).head((12,)) == (frozenset({DISKOMINFO}), NO_HEAD)
    assert OFFICES.head(()) == (frozenset({DISKOMINFO}), "")


def test_a_rung_on_the_due_day_is_told_on_the_last_working_day_when_that_is_a_sunday() -> None:
    ladder = Ladder([Step(0, PERSON)], PLAIN)
    sunday = Thing("action:1", date(2026, 11, 22), (10,), BUDI)
    assert not ladder.tellings(sunday, date(2026, 11, 19), OFFICES, {})
    assert [one.rung for one in ladder.tellings(sunday, date(2026, 11, 20), OFFICES, {})] == ["due_day"]


@given(st.integers(-rules.FARTHEST, rules.FARTHEST))
def test_a_rung_is_known_again_by_its_name(days: int) -> None:
    assert rules.days_of(rules.key_of(days)) == days
    assert len(rules.key_of(days)) <= 20


def test_a_ladder_says_what_is_wrong_with_it() -> None:
    assert rules.faults(STEPS) == []
    assert rules.faults([]) == ["empty"]
    assert rules.faults([Step(1, PERSON), Step(1, PERSON)]) == ["twice"]
    assert rules.faults([Step(500, PERSON)]) == ["far"]
    assert rules.faults([Step(i, PERSON) for i in range(rules.MOST + 1)]) == ["many"]
    assert rules.faults([Step(1, PERSON), Step(1, HEAD)]) == []


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


def test_quiet_hours_weekends_and_holidays_wait_for_the_next_working_morning() -> None:
    assert rules.send_after(at(20, 9, 30), 18, 7, PLAIN) == at(20, 9, 30)
    assert rules.send_after(at(20, 5), 18, 7, PLAIN) == at(20, 7)
    assert rules.send_after(at(19, 21), 18, 7, PLAIN) == at(20, 7)
    assert rules.send_after(at(20, 18), 18, 7, PLAIN) == at(23, 7), "Friday evening waits for Monday"
    assert rules.send_after(at(21, 10), 18, 7, PLAIN) == at(23, 7)
    holiday = Calendar({date(2026, 11, 23)})
    assert rules.send_after(at(20, 18), 18, 7, holiday) == at(24, 7)
    assert rules.send_after(at(20, 12, 15), 12, 13, PLAIN) == at(20, 13), "quiet at noon"
    assert rules.send_after(at(20, 3), 0, 0, PLAIN) == at(20, 3), "no quiet hours"


@given(st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31)), st.integers(0, 23), st.integers(0, 23))
def test_what_may_go_out_goes_out_on_a_working_day_outside_the_quiet_hours(
    moment: datetime, quiet_from: int, quiet_until: int
) -> None:
    now = moment.replace(tzinfo=JAKARTA)
    after = rules.send_after(now, quiet_from, quiet_until, PLAIN)
    assert after >= now and PLAIN.workday(after.date())
    assert not rules.is_quiet(after.hour, quiet_from, quiet_until)
