"""Counting in working days: there and back again, whatever the holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.calendars.rules import Calendar, NoWork, add_workdays, between, workday

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.frozensets(DAYS, max_size=40),
    st.frozensets(DAYS, max_size=10),
    st.sets(st.integers(1, 7), min_size=1),
)


@given(CALENDARS, DAYS, st.integers(-60, 60))
def test_between_counts_what_add_went(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.between(day, calendar.add(day, n)) == n


@given(CALENDARS, DAYS, st.integers(-60, 60))
def test_going_back_by_as_many_days_ends_where_it_began(calendar: Calendar, day: date, n: int) -> None:
    start = calendar.on_or_after(day)
    assert calendar.add(calendar.add(start, n), -n) == start


@given(CALENDARS, DAYS, st.integers(1, 60), st.integers(1, 60))
def test_steps_add_up_and_end_on_working_days(calendar: Calendar, day: date, a: int, b: int) -> None:
    assert calendar.add(calendar.add(day, a), b) == calendar.add(day, a + b)
    assert calendar.workday(calendar.add(day, a)) and calendar.workday(calendar.add(day, -a))


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_stretches_add_up(calendar: Calendar, a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(c, a) == -sum(calendar.workday(a + timedelta(i)) for i in range((c - a).days))


def test_a_long_weekend_is_jumped_over() -> None:
    friday, monday, tuesday = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
    assert add_workdays(friday, 1, ()) == monday
    assert add_workdays(friday, 1, {monday}) == tuesday
    assert add_workdays(tuesday, -1, {monday}) == friday
    assert add_workdays(date(2026, 11, 21), 0, ()) == date(2026, 11, 21)
    assert between(friday, tuesday, {monday}) == 1


def test_a_day_on_which_the_office_works_all_the_same_counts() -> None:
    saturday = date(2026, 11, 21)
    assert not workday(saturday, ())
    assert workday(saturday, {saturday}, works={saturday})
    assert add_workdays(date(2026, 11, 20), 1, (), works={saturday}) == saturday


def test_an_office_that_never_works_is_told_so_and_not_counted_for_ever() -> None:
    with pytest.raises(NoWork):
        add_workdays(date(2026, 1, 1), 1, (), workdays=())
