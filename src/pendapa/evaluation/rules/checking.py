"""A plan against its problem, in exact arithmetic and without the solver's programme."""

from collections.abc import Iterator
from fractions import Fraction

from pendapa.evaluation.rules.problem import Heights, Problem, Step, steps_of
from pendapa.evaluation.rules.scoring import score
from pendapa.regulations.schema import plain_number


def check(problem: Problem, heights: Heights) -> list[str]:
    """Every constraint that the levels a year break, in words; empty for a plan that keeps all."""
    return [
        *_climbing(problem, heights),
        *_required(problem, heights),
        *_limits(problem, heights),
        *_wanted(problem, heights),
    ]


def _climbing(problem: Problem, heights: Heights) -> Iterator[str]:
    for number in problem.numbers:
        before = problem.levels[number]
        for year, now in enumerate(heights[number], 1):
            where = f"indicator {number} in year {year}"
            if now < before:
                yield f"{where} falls"
            if now != before and (now.denominator != 1 or now > problem.instrument.scale.max):
                yield f"{where} stands at {now}"
            if now != before and number in problem.locked:
                yield f"{where} is locked and moves"
            if problem.max_rise is not None and now - before > problem.max_rise:
                yield f"{where} rises by {now - before}"
            for level, first in problem.not_before.get(number, {}).items():
                if year < first and before < level <= now:
                    yield f"{where} reaches {level} before year {first}"
            before = now


def _required(problem: Problem, heights: Heights) -> Iterator[str]:
    for one in problem.requires:
        for year in range(problem.years):
            if heights[one.a][year] >= one.la and heights[one.b][year] < one.lb:
                yield f"indicator {one.a} at {one.la} without {one.b} at {one.lb} in year {year + 1}"


def _limits(problem: Problem, heights: Heights) -> Iterator[str]:
    steps = steps_of(problem, heights)
    total = sum((step.cost for step in steps), Fraction(0))
    if problem.budget is not None and total > problem.budget:
        yield f"the cost {plain_number(total)} is over the budget"
    for year, most in enumerate(problem.budgets, 1):
        if most is not None and sum(step.cost for step in steps if step.year == year) > most:
            yield f"the budget of year {year} is exceeded"
    for unit, days in problem.capacity.items():
        for year, most in enumerate(days, 1):
            if most is not None and sum(_days(problem, steps, unit, year)) > most:
                yield f"the days of {unit} in year {year} are exceeded"


def _days(problem: Problem, steps: tuple[Step, ...], unit: str, year: int) -> Iterator[Fraction]:
    return (step.days for step in steps if step.year == year and problem.units.get(step.indicator) == unit)


def _wanted(problem: Problem, heights: Heights) -> Iterator[str]:
    last = {number: heights[number][-1] for number in problem.numbers}
    index = score(problem.instrument, levels=last).index
    if problem.target is not None and index < problem.target:
        yield f"the index {index} is below the target"
    for number, level in problem.wished.items():
        if last[number] < level:
            yield f"indicator {number} does not reach {level}"
