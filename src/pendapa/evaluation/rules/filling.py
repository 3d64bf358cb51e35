"""Filling a plan step by step: what is planned so far, what it leaves of every limit, and where a step still fits."""

from fractions import Fraction

from pendapa.evaluation.rules.problem import Problem


class Filling:
    """What is planned so far, and what it leaves of every limit."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.heights = {number: [problem.levels[number]] * problem.years for number in problem.numbers}
        self.index = problem.index
        self.budget = problem.budget
        self.budgets = list(problem.budgets) or [None] * problem.years
        self.capacity = {unit: list(days) for unit, days in problem.capacity.items()}

    def next(self, number: str) -> int:
        """The next rung, 0 where there is none."""
        stands = self.heights[number][-1]
        return next((level for level in self.problem.rungs(number) if level > stands), 0)

    def year(self, number: str, level: int) -> int | None:
        """The earliest year (from 0) in which the step is allowed."""
        first = next(
            (y for y, stands in enumerate(self.heights[number]) if stands == self.heights[number][-1]), 0
        )
        first = max(first, self.problem.not_before.get(number, {}).get(level, 1) - 1)
        return next((y for y in range(first, self.problem.years) if self._allowed(number, level, y)), None)

    def _allowed(self, number: str, level: int, year: int) -> bool:
        problem = self.problem
        cost, days = problem.cost(number, level), problem.day(number, level)
        before = self.heights[number][year - 1] if year else problem.levels[number]
        most = self.budgets[year]
        left = self.capacity.get(problem.units.get(number, ""), ())
        free = left[year] if left else None
        return (
            (self.budget is None or cost <= self.budget)
            and (most is None or cost <= most)
            and (free is None or days <= free)
            and (problem.max_rise is None or level - before <= problem.max_rise)
            and all(
                self.heights[one.b][year] >= one.lb
                for one in problem.requires
                if one.a == number and self.heights[number][-1] < one.la <= level
            )
        )

    def make(self, number: str, level: int, year: int) -> None:
        """Plans the step in that year (from 0)."""
        problem = self.problem
        cost, days = problem.cost(number, level), problem.day(number, level)
        self.index += problem.gain(number, level)
        for place in range(year, problem.years):
            self.heights[number][place] = Fraction(level)
        if self.budget is not None:
            self.budget -= cost
        most = self.budgets[year]
        if most is not None:
            self.budgets[year] = most - cost
        left = self.capacity.get(problem.units.get(number, ""), [])
        free = left[year] if left else None
        if free is not None:
            left[year] = free - days
