"""The path to the target and the quarters, in plain numbers."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.cockpit.rules import course as rules
from pendapa.cockpit.rules.course import Course, Step
from pendapa.cockpit.rules.quarters import quarter_of
from pendapa.kernel.ui import chart

RESULT = {
    "index": ["2.6", "2.9", "3.5"],
    "steps": [
        {"year": 1, "indicator": "10", "from": "2", "to": "3", "cost": "1"},
        {"year": 1, "indicator": "2", "from": "2", "to": "3", "cost": "1"},
        {"year": 2, "indicator": "10", "from": "3", "to": "4", "cost": "1"},
        {"year": 3, "indicator": "7", "from": "1", "to": "2", "cost": "1"},
    ],
}


def course(first_year: int, key: str = "a") -> Course:
    found = rules.read(key, first_year, RESULT)
    assert found is not None
    return found


def test_a_path_says_what_is_planned_for_a_year() -> None:
    path = course(2026)
    assert [path.at(year) for year in (2025, 2026, 2028, 2031)] == [None, Fraction("2.6"), Fraction("3.5"), Fraction("3.5")]  # fmt: skip
    assert path.points() == [(2026, Fraction("2.6")), (2027, Fraction("2.9")), (2028, Fraction("3.5"))]


@pytest.mark.parametrize("result", [{}, {"index": [], "steps": []}, {"index": None}])
def test_a_plan_without_an_index_is_no_path(result: dict[str, object]) -> None:
    assert rules.read("a", 2026, result) is None


def test_the_newest_plan_that_covers_the_year_is_the_path() -> None:
    newest_later, covering, older = course(2028, "later"), course(2025, "covering"), course(2024, "older")
    assert rules.chosen([newest_later, covering, older], 2026) == covering
    assert rules.chosen([newest_later, course(2020, "past")], 2026) == newest_later
    assert rules.chosen([course(2020, "past")], 2026) == course(2020, "past")
    assert rules.chosen([], 2026) is None


def test_what_is_due_and_not_reached_holds_the_index_back() -> None:
    path = course(2026)
    levels = {"10": "3", "2": "2", "7": "1"}
    assert rules.holding(path, 2026, levels) == [Step("2", Fraction(3), 2026)]
    assert [one.indicator for one in rules.holding(path, 2027, levels)] == ["2", "10"]
    assert rules.holding(path, 2025, levels) == []


def test_an_indicator_without_a_level_has_not_reached_its_step() -> None:
    assert [one.indicator for one in rules.holding(course(2026), 2026, {})] == ["2", "10"]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_its_quarter(day: date) -> None:
    found = quarter_of(day)
    assert found.begin <= day <= found.end
    assert quarter_of(found.begin - timedelta(days=1)) != found != quarter_of(found.end + timedelta(days=1))
    assert quarter_of(found.begin) == found == quarter_of(found.end)


def test_quarters_are_told_as_offices_write_them() -> None:
    assert [quarter_of(date(2026, month, 1)).roman for month in (1, 4, 9, 12)] == ["I", "II", "III", "IV"]


INDEX = st.integers(10, 50).map(lambda n: Fraction(n, 10))


@given(
    st.lists(st.integers(2018, 2030), unique=True, max_size=6),
    st.one_of(
        st.none(), st.tuples(st.integers(2020, 2030), st.lists(INDEX, min_size=1, max_size=6).map(sorted))
    ),
    st.one_of(st.none(), INDEX),
)
def test_the_years_of_the_drawing_go_forward_and_the_target_ends_it(
    measured: list[int], plan: tuple[int, list[Fraction]] | None, target: Fraction | None
) -> None:
    path = None if plan is None else Course("a", plan[0], tuple(plan[1]), ())
    planned, year = rules.ahead(path, max(measured, default=0), target)
    aim = (
        None
        if target is None
        else str(float(target))
        if year is None
        else {"year": year, "value": str(float(target))}
    )
    drawn = [{"year": one, "value": "2"} for one in measured]
    drawn += [{"year": one, "value": str(float(value)), "plan": True} for one, value in planned]
    points = chart.points_of(drawn, aim)
    years = [one.year for one in points if one.year is not None]
    assert years == sorted(set(years))
    assert target is None or all(value < target for _year, value in planned[:-1])
    assert [one.what for one in points].count("target") == (target is not None)
    if target is not None:
        assert points[-1].what == "target"


def test_a_plan_that_reaches_the_target_before_its_end_is_drawn_until_then() -> None:
    path = course(2026)
    assert rules.ahead(path, 2025, Fraction("2.9")) == (path.points()[:2], 2027)
    assert rules.ahead(path, 2026, Fraction("2.6")) == (path.points()[1:2], 2027)
    assert rules.ahead(path, 2025, Fraction(4)) == (path.points(), None)
    assert rules.ahead(path, 2025, None) == (path.points(), None)
    assert rules.ahead(None, 2025, Fraction(4)) == ([], None)
