"""The integer programme of a planning problem.

A column stands for "indicator i stands at level l or above in year y". Columns are cumulative both ways: a level needs the
one below it, and what stands in one year stands in the next.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

from pendapa.evaluation.rules.highs import Outcome, Programme
from pendapa.evaluation.rules.problem import Heights, Problem, Requirement

Terms = dict[int, Fraction]


class Climb:
    """The programme of a problem with its columns by (indicator, level, year from 0).

    Where nothing is limited by the year, one year stands for all. `leave` names limits that do not bind.
    """

    def __init__(self, problem: Problem, *, leave: frozenset[str] = frozenset()):
        self.problem = problem
        self.leave = leave
        self.programme = Programme()
        self.years = problem.years if by_year(problem) else 1
        self.columns: dict[tuple[str, int, int], int] = {}
        self.indicators = [number for number in problem.numbers if problem.rungs(number)]
        for year in range(self.years):
            for number in self.indicators:
                for level in problem.rungs(number):
                    self.columns[number, level, year] = self.programme.column()
        self._ladder()
        self._rise()
        self._not_before()
        for requirement in problem.requires:
            self.require(requirement)
        self._limits()
        self._wanted()

    @property
    def last(self) -> int:
        return self.years - 1

    def steps(
        self, year: int, numbers: Iterable[str] | None = None
    ) -> Iterable[tuple[str, int, int, int | None]]:
        """Of a year: indicator, level, its column and the column of the year before."""
        for number in self.indicators if numbers is None else numbers:
            for level in self.problem.rungs(number):
                yield (
                    number,
                    level,
                    self.columns[number, level, year],
                    self.columns.get((number, level, year - 1)),
                )

    def spent(self, year: int, amount: str = "cost", numbers: Iterable[str] | None = None) -> Terms:
        """What the steps of one year cost (or their days)."""
        of = self.problem.cost if amount == "cost" else self.problem.day
        terms: Terms = {}
        for number, level, now, before in self.steps(year, numbers):
            value = of(number, level)
            terms[now] = value
            if before is not None:
                terms[before] = -value
        return terms

    def cost(self) -> Terms:
        """Of all steps."""
        return {
            column: self.problem.cost(number, level) for number, level, column, _ in self.steps(self.last)
        }

    def rise(self) -> Terms:
        """Of the index up to the last year."""
        return {
            column: self.problem.gain(number, level) for number, level, column, _ in self.steps(self.last)
        }

    def heights(self, outcome: Outcome) -> Heights:
        """The levels a year that values of the columns stand for."""
        found: dict[str, list[Fraction]] = {}
        for number in self.problem.numbers:
            today = self.problem.levels[number]
            rungs = self.problem.rungs(number)
            found[number] = []
            for year in range(self.problem.years):
                at = min(year, self.last)
                reached = [level for level in rungs if outcome.values[self.columns[number, level, at]]]
                found[number].append(Fraction(max(reached)) if reached else today)
        return found

    # Rows

    def _ladder(self) -> None:
        add = self.programme.row
        for (number, level, year), column in self.columns.items():
            above = self.columns.get((number, level + 1, year))
            if above is not None:
                add({above: 1, column: -1}, high=0)
            later = self.columns.get((number, level, year + 1))
            if later is not None:
                add({column: 1, later: -1}, high=0)

    def _rise(self) -> None:
        most = self.problem.max_rise
        if most is None:
            return
        for (number, level, year), column in self.columns.items():
            if level - most <= self.problem.levels[number]:
                continue
            before = self.columns.get((number, level - most, year - 1))
            terms: dict[int, int] = {column: 1}
            if before is not None:
                if before == column:
                    continue
                terms[before] = -1
            self.programme.row(terms, high=0)

    def _not_before(self) -> None:
        for number, levels in self.problem.not_before.items():
            for level, first in levels.items():
                for year in range(min(first - 1, self.years)):
                    column = self.columns.get((number, level, year))
                    if column is not None:
                        self.programme.row({column: 1}, high=0)

    def require(self, requirement: Requirement, unless: int | None = None) -> None:
        """`a` at `la` only where `b` is at `lb`; binds also what stands today. The column `unless` lifts it."""
        problem = self.problem
        upper, lower = (
            problem.rung(requirement.a, requirement.la),
            problem.rung(requirement.b, requirement.lb),
        )
        if not lower:
            return
        for year in range(self.years):
            terms: dict[int, int] = {}
            needs = self.columns.get((requirement.b, lower, year))
            if needs is not None:
                terms[needs] = -1
            if upper:
                stands = self.columns.get((requirement.a, upper, year))
                if stands is None or stands == needs:
                    continue
                terms[stands] = 1
            if unless is not None:
                terms[unless] = -1
            self.programme.row(terms, high=0 if upper else -1)

    def _limits(self) -> None:
        problem = self.problem
        if problem.budget is not None and "budget" not in self.leave:
            self.programme.row(self.cost(), high=problem.budget)
        if "budgets" not in self.leave:
            self._yearly(problem.budgets, "cost", self.indicators)
        for unit, days in problem.capacity.items():
            if f"capacity {unit}" not in self.leave:
                self._yearly(days, "days", self.of_unit(unit))

    def _yearly(self, limits: Sequence[Fraction | None], amount: str, numbers: list[str]) -> None:
        """A limit of each year, and of the years up to each: those add nothing, but without negative coefficients the
        solver finds more cuts (hard instances took a tenth of the time)."""
        of = self.problem.cost if amount == "cost" else self.problem.day
        together: Fraction | None = Fraction(0)
        for year, most in enumerate(limits):
            together = None if most is None or together is None else together + most
            if most is not None:
                self.programme.row(self.spent(year, amount, numbers), high=most)
            if year and together is not None:
                terms = {column: of(number, level) for number, level, column, _ in self.steps(year, numbers)}
                self.programme.row(terms, high=together)

    def of_unit(self, unit: str) -> list[str]:
        return [number for number in self.indicators if self.problem.units.get(number) == unit]

    def _wanted(self) -> None:
        problem = self.problem
        if problem.target is not None and "target" not in self.leave:
            self.programme.row(self.rise(), low=problem.target - problem.index)
        for number, level in problem.wished.items():
            if f"wished {number}" in self.leave:
                continue
            rung = problem.rung(number, level)
            if not rung:
                continue
            column = self.columns.get((number, rung, self.last))
            self.programme.row({} if column is None else {column: 1}, low=1)


def by_year(problem: Problem) -> bool:
    """Whether it matters in which year a step is made."""
    return bool(
        any(one is not None for one in problem.budgets)
        or any(one is not None for days in problem.capacity.values() for one in days)
        or problem.max_rise is not None
        or any(problem.not_before.values())
    )


def span(problem: Problem) -> int:
    """The most levels that one indicator can rise."""
    return max((ceil(problem.instrument.scale.max - floor(v)) for v in problem.levels.values()), default=0)
