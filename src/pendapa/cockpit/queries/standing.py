"""Where the index stands today, and the planned path to the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pendapa.cockpit.queries.home import Index
from pendapa.cockpit.rules import course as rules
from pendapa.cockpit.rules.course import Course
from pendapa.evaluation.models import Plan
from pendapa.evaluation.queries import plans
from pendapa.evaluation.queries.assessments import words
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.instruments import TOTAL

PLANS = 20
"""So many of the newest plans are looked at."""


@dataclass(frozen=True)
class Holding:
    """An indicator that a due step of the plan should have lifted: ``level`` None where none is set; ``gain`` is what the index
    gains when it gets there."""

    number: str
    name: str
    level: str | None
    to: Fraction
    year: int
    gain: Fraction


@dataclass(frozen=True)
class Path:
    """The planned path. ``course`` None: no plan was computed (or none that the actor may see); then only ``target`` is known.

    ``expected`` is the index that the path asks for this year, ``gap`` the index today minus it (negative: below the path). Both
    None while they are not known: the path begins later, levels are missing, or the instrument is another one (``other``).
    """

    year: int
    course: Course | None = None
    title: str = ""
    target: Fraction | None = None
    expected: Fraction | None = None
    gap: Fraction | None = None
    holding: tuple[Holding, ...] = ()
    other: bool = False

    @property
    def target_year(self) -> int | None:
        """The year in which the target is to be reached, where a plan says so."""
        if self.course is None or self.target is None:
            return None
        return next((year for year, value in self.course.points() if value >= self.target), None)

    @property
    def behind(self) -> bool:
        return self.gap is not None and self.gap < 0


def value_of(index: Index) -> Fraction | None:
    """The index today: of the assessment that is worked on when every level is there, else the last figure that is known."""
    if index.result is not None and index.result.index is not None:
        return index.result.index
    return index.history.last.index if index.history.last else None


def year_of(index: Index) -> int | None:
    """The year that the index of today was measured in; None where no source gives one."""
    if index.result is not None and index.result.index is not None and index.current is not None:
        return index.current.year
    return index.history.last.year if index.history.last else None


def target_of(index: Index) -> Fraction | None:
    """The target of the sheet that is worked on, else the last that is known."""
    if index.towards is not None and index.towards.target is not None:
        return index.towards.target
    return None if index.history.target is None else Fraction(index.history.target)


def path_of(actor: Actor, institution: Institution, index: Index, day: date) -> Path:
    """The path of the plan that holds this year. One query."""
    found: dict[str, tuple[Course, Plan]] = {}
    rows = plans.visible(actor, institution).filter(state="optimal").defer("alternatives", "form")
    for row in rows[:PLANS]:
        read = rules.read(str(row.uid), row.first_year, row.result)
        if read is not None:
            found[read.key] = read, row
    course = rules.chosen([one for one, _row in found.values()], day.year)
    target = target_of(index)
    if course is None:
        return Path(day.year, target=target)
    plan = found[course.key][1]
    goal = _goal(plan)
    instrument = index.result.instrument.id if index.result else ""
    if index.result is None or plan.instrument != instrument:
        return Path(day.year, course, plan.title, target or goal, other=bool(instrument))
    expected = course.at(day.year)
    now = index.result.index
    gap = now - expected if now is not None and expected is not None else None
    holding = _holding(index, course, day.year) if index.current else ()
    return Path(day.year, course, plan.title, target or goal, expected, gap, holding)


def _goal(plan: Plan) -> Fraction | None:
    """The target that the plan was asked for."""
    asked = plan.problem.get("target") if isinstance(plan.problem, Mapping) else None
    try:
        return None if asked is None else Fraction(str(asked))
    except ValueError:
        return None


def _holding(index: Index, course: Course, year: int) -> tuple[Holding, ...]:
    """What holds the index back, the weightiest first."""
    assert index.result is not None and index.current is not None
    levels, instrument, found = index.current.levels, index.result.instrument, []
    known = {one.number: one for one in instrument.indicators}
    for step in rules.holding(course, year, levels):
        one = known.get(step.indicator)
        if one is None:
            continue
        level = levels.get(step.indicator)
        rise = step.end - (Fraction(level) if level else instrument.scale.min)
        gain = max(rise, Fraction(0)) * one.weight / TOTAL
        found.append(Holding(one.number, words(one.short_name), level, step.end, step.year, gain))
    return tuple(sorted(found, key=lambda one: -one.gain))
