"""The planned path to the target (*jalur ke target*): where the index should be, and what holds it back. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Step:
    """An indicator is to reach the level ``end`` by the end of ``year``."""

    indicator: str
    end: Fraction
    year: int


@dataclass(frozen=True)
class Course:
    """A computed plan as a path: ``index[0]`` is to be reached in ``first_year``. ``key`` names the plan."""

    key: str
    first_year: int
    index: tuple[Fraction, ...]
    steps: tuple[Step, ...]

    @property
    def last_year(self) -> int:
        return self.first_year + len(self.index) - 1

    def points(self) -> list[tuple[int, Fraction]]:
        """Year and index, in order."""
        return [(self.first_year + place, value) for place, value in enumerate(self.index)]

    def at(self, year: int) -> Fraction | None:
        """The index that is planned for a year: None before the path begins, the last one after its end."""
        if year < self.first_year or not self.index:
            return None
        return self.index[min(year - self.first_year, len(self.index) - 1)]


def read(key: str, first_year: int, result: Mapping[str, object]) -> Course | None:
    """A plan's result (as `pendapa plan` answers) as a path; None where it is none."""
    index, steps = result.get("index"), result.get("steps")
    if not isinstance(index, list) or not index:
        return None
    found = [
        Step(str(one["indicator"]), Fraction(str(one["to"])), first_year + int(one["year"]) - 1)
        for one in (steps if isinstance(steps, list) else [])
    ]
    return Course(key, first_year, tuple(Fraction(str(one)) for one in index), tuple(found))


def chosen(courses: Sequence[Course], year: int) -> Course | None:
    """Of paths, the newest first: the newest that covers the year, else the newest that begins later, else the newest."""
    covering = [one for one in courses if one.first_year <= year <= one.last_year]
    later = [one for one in courses if one.first_year > year]
    return next(iter([*covering, *later, *courses]), None)


def holding(course: Course, year: int, levels: Mapping[str, str]) -> list[Step]:
    """What should stand by now and does not: of each indicator its highest due step, the earliest due first. An indicator
    without a level has not reached it."""
    due: dict[str, Step] = {}
    for one in course.steps:
        known = due.get(one.indicator)
        if one.year <= year and (known is None or one.end > known.end):
            due[one.indicator] = one
    open_ones = [one for one in due.values() if _level(levels, one.indicator) < one.end]
    return sorted(open_ones, key=lambda one: (one.year, _number(one.indicator)))


def _level(levels: Mapping[str, str], indicator: str) -> Fraction:
    text = levels.get(indicator)
    return Fraction(text) if text else Fraction(0)


def _number(indicator: str) -> tuple[Fraction, str]:
    try:
        return Fraction(indicator), indicator
    except ValueError:
        return Fraction(10**6), indicator


def ahead(
    course: Course | None, measured: int, target: Fraction | None
) -> tuple[list[tuple[int, Fraction]], int | None]:
    """What is left of the path to draw after the last year with a measured index: its points until the target is reached, in the
    order of their years, and the year in which that is; None where the target is not known or lies beyond the path.

    A plan may reach the target before it ends. The drawing ends with the target, so nothing is drawn after it."""
    points = [point for point in (course.points() if course else []) if point[0] > measured]
    reached = None if target is None else next((year for year, value in points if value >= target), None)
    return [point for point in points if reached is None or point[0] <= reached], reached
