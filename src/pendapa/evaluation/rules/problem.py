"""A planning problem and its answer, in exact numbers: what both the reader and the solver speak of.

An indicator climbs *rungs*: from today's level v first to ⌊v⌋+1, then by whole levels to the end of the scale.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from pendapa.regulations.instruments import TOTAL, Instrument

MOST_YEARS = 5
Heights = Mapping[str, Sequence[Fraction]]
"""Per indicator the level at the end of each year, first year first."""


class PlanError(ValueError):
    """The problem cannot be read or computed. `faults` names every fault: where, what was given, what is accepted."""

    def __init__(self, faults: Iterable[str]):
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class NotProven(RuntimeError):
    """The solver ended without a proof: out of time, or its numbers do not stand up to exact arithmetic."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Indicator `a` may stand at `la` or above only in a year in which `b` stands at `lb` or above."""

    a: str
    la: Fraction
    b: str
    lb: Fraction


@dataclass(frozen=True)
class Problem:
    """What `pendapa plan` solves. What is empty or None does not bind.

    `target` is the wanted index (the higher one of target and predicate). `costs[i][l]` and `days[i][l]` belong to the one
    step from l - 1 (or the decimal below it) to l; costs are there for every step. `budgets`, `capacity[unit]` have an
    entry a year. `wished[i]` is a level to be reached in the end, `not_before[i][l]` the first year (from 1) in which the
    step counts.
    """

    instrument: Instrument
    levels: Mapping[str, Fraction]
    years: int
    target: Fraction | None
    costs: Mapping[str, Mapping[int, Fraction]]
    budget: Fraction | None = None
    budgets: tuple[Fraction | None, ...] = ()
    max_rise: int | None = None
    locked: frozenset[str] = frozenset()
    requires: tuple[Requirement, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, Mapping[int, Fraction]] = field(default_factory=dict)
    capacity: Mapping[str, tuple[Fraction | None, ...]] = field(default_factory=dict)
    wished: Mapping[str, Fraction] = field(default_factory=dict)
    not_before: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def for_budget(self) -> bool:
        """Whether the most index for a budget is asked for, not the least cost to a target."""
        return self.target is None and not self.wished

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(indicator.number for indicator in self.instrument.indicators)

    @cached_property
    def index(self) -> Fraction:
        """Today's."""
        return self.index_of(self.levels)

    def index_of(self, levels: Mapping[str, Fraction]) -> Fraction:
        one = sum((levels[i.number] * i.weight for i in self.instrument.indicators), Fraction(0))
        return one / TOTAL

    def rungs(self, number: str) -> range:
        """The levels that the indicator can still reach; none where it is locked."""
        if number in self.locked:
            return range(0)
        return range(floor(self.levels[number]) + 1, floor(self.instrument.scale.max) + 1)

    def rung(self, number: str, level: Fraction) -> int:
        """The lowest rung at which the indicator stands at `level`; 0 where it does so today."""
        return 0 if self.levels[number] >= level else ceil(level)

    def below(self, number: str, level: int) -> Fraction:
        """Where the step to `level` begins."""
        return max(self.levels[number], Fraction(level - 1))

    def gain(self, number: str, level: int) -> Fraction:
        """Index points of the step to `level`."""
        return (level - self.below(number, level)) * self.instrument.indicator(number).weight / TOTAL

    def cost(self, number: str, level: int) -> Fraction:
        return self.costs[number][level]

    def day(self, number: str, level: int) -> Fraction:
        """Person-days of the step; what is not named takes none."""
        return self.days.get(number, {}).get(level, Fraction(0))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan; `year` counts from 1, `days` are person-days."""

    year: int
    indicator: str
    start: Fraction
    end: int
    cost: Fraction
    days: Fraction


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A constraint that alone stands in the way, and the least by which it must give: in its own unit.

    Where `proven` is false the amount suffices, and the time did not suffice to prove that less does not.
    """

    constraint: str
    by: Fraction
    proven: bool = True


@dataclass(frozen=True)
class Solved:
    """The answer. `bound` is the proven bound of what was optimised: of the cost, or of the index where the most index for
    a budget was asked for. `heights` is empty where the problem cannot be solved."""

    problem: Problem
    heights: Heights
    steps: tuple[Step, ...] = ()
    cost: Fraction | None = None
    bound: Fraction | None = None
    greedy: "Solved | None" = None
    marginal: Fraction | None = None
    relax: tuple[Relaxation, ...] = ()

    @property
    def optimal(self) -> bool:
        return bool(self.heights)

    @property
    def index(self) -> tuple[Fraction, ...]:
        """Of each year, unrounded."""
        if not self.heights:
            return ()
        return tuple(self.problem.index_of(self.levels(year)) for year in range(self.problem.years))

    def levels(self, year: int) -> dict[str, Fraction]:
        """Of all indicators at the end of a year, counted from 0."""
        return {number: self.heights[number][year] for number in self.problem.numbers}


def steps_of(problem: Problem, heights: Heights) -> tuple[Step, ...]:
    """Every single step, by year and then as the instrument lists the indicators."""
    found = []
    for year in range(problem.years):
        for number in problem.numbers:
            before = heights[number][year - 1] if year else problem.levels[number]
            after = heights[number][year]
            for level in range(floor(before) + 1, floor(after) + 1 if after > before else 0):
                start = problem.below(number, level)
                cost, days = problem.cost(number, level), problem.day(number, level)
                found.append(Step(year + 1, number, start, level, cost, days))
    return tuple(found)


def answer(problem: Problem, heights: Heights, bound: Fraction | None = None) -> Solved:
    """A plan with its steps and their cost."""
    steps = steps_of(problem, heights)
    return Solved(problem, heights, steps, sum((step.cost for step in steps), Fraction(0)), bound)
