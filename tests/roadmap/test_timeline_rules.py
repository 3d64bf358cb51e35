"""Where days stand on a timeline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules.timeline import LEAST, MOST_YEARS, Scale, scale_of, tops

SCALE = Scale(2026, 2030)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS)
def test_a_later_day_never_stands_before_an_earlier_one_and_all_stay_inside(one, other):
    first, last = sorted((one, other))
    assert 0 <= SCALE.at(first) <= SCALE.at(last) <= 100


@given(DAYS, DAYS)
def test_a_bar_is_seen_and_lies_inside(one, other):
    starts, ends = sorted((one, other))
    left, width = SCALE.bar(starts, ends)
    assert width >= LEAST - 0.01 and left >= 0 and left + width <= 100.01


def test_a_bar_reaches_to_the_evening_of_its_last_day():
    left, width = SCALE.bar(date(2027, 1, 1), date(2027, 12, 31))
    assert left == SCALE.at(date(2027, 1, 1)) and left + width == pytest.approx(SCALE.at(date(2028, 1, 1)))
    assert SCALE.bar(date(2026, 1, 1), date(2030, 12, 31)) == (0, 100)


def test_what_has_no_dates_or_turned_ones_has_no_bar():
    day = date(2027, 1, 1)
    for starts, ends in ((None, day), (day, None), (None, None), (day, day - timedelta(days=1))):
        assert SCALE.bar(starts, ends) is None


@pytest.mark.parametrize(
    ("years", "days", "drawn"),
    [
        ((2026, 2030), [], (2026, 2030)),
        ((2026, 2030), [date(2025, 6, 1), None], (2025, 2030)),
        ((2026, 2030), [date(1900, 6, 1), date(2099, 1, 1)], (2024, 2032)),
        ((), [date(2027, 6, 1), date(2028, 6, 1)], (2027, 2028)),
        ((), [], (2026, 2030)),
        ((), [date(1, 1, 1), date(9999, 1, 1)], (1, MOST_YEARS)),
    ],
)
def test_the_years_drawn_are_those_of_the_roadmap_and_a_little_more(years, days, drawn):
    found = scale_of(years, days, date(2026, 11, 23))
    assert (found.first, found.last) == drawn


def test_rows_stand_below_each_other():
    assert tops([True, False, False, True]) == [0, 34, 82, 130, 164]
