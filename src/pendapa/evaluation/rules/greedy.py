"""The obvious way to a target, to compare with: always the step that gives most index for its cost.

Repeated: of all allowed steps the one of least cost per index point, of equals the one of the lower number. Allowed is the
next step of an indicator that is not locked where there is a year in which it keeps everything that was planned before
it: the budgets, the capacity of its unit, the rise, the years named, and what is required for it stands by then. It is
made in the earliest such year. Greedy never looks ahead: it is stuck where no step is allowed before the target.
"""

from fractions import Fraction

from pendapa.evaluation.rules.checking import check
from pendapa.evaluation.rules.filling import Filling
from pendapa.evaluation.rules.problem import Heights, Problem, Solved, answer


def greedy(problem: Problem) -> Solved | None:
    """The plan of the greedy way; None where it is stuck. For a budget: what it makes of the budget."""
    way = _Way(problem)
    while not way.arrived():
        if not way.step():
            break
    heights: Heights = way.heights
    if check(problem, heights):
        return None
    return answer(problem, heights)


class _Way(Filling):
    """The greedy choice of the next step."""

    def arrived(self) -> bool:
        """Never for a budget: as far as it goes."""
        problem = self.problem
        if problem.for_budget:
            return False
        return (problem.target is None or self.index >= problem.target) and not self.missing()

    def missing(self) -> set[str]:
        """Indicators wished for that are not there yet."""
        return {number for number, level in self.problem.wished.items() if self.heights[number][-1] < level}

    def step(self) -> bool:
        """Makes the best allowed step; False where there is none."""
        problem = self.problem
        best: Fraction | None = None
        chosen: tuple[str, int, int] | None = None
        only = self.missing() if problem.target is None or self.index >= problem.target else None
        for number in problem.numbers:
            if only and number not in only:
                continue
            level = self.next(number)
            gain = problem.gain(number, level) if level else Fraction(0)
            if not gain:
                continue
            price = problem.cost(number, level) / gain
            if best is not None and best <= price:  # of equals the first: the lower number
                continue
            year = self.year(number, level)
            if year is not None:
                best, chosen = price, (number, level, year)
        if chosen is None:
            return False
        self.make(*chosen)
        return True
