"""The tidying of a plan: what the solver leaves open is settled the same way every time, at the same cost."""

from pendapa.evaluation.rules.checking import check
from pendapa.evaluation.rules.filling import Filling
from pendapa.evaluation.rules.problem import Heights, Problem, steps_of


def settle(problem: Problem, heights: Heights) -> Heights:
    """The same plan without steps that cost nothing and serve nothing, and with every step as early as it can stand.

    Neither changes the cost.
    """
    return _early(problem, _without_idle(problem, heights))


def _without_idle(problem: Problem, heights: Heights) -> Heights:
    now = {number: list(levels) for number, levels in heights.items()}
    for number in problem.numbers:
        for level in reversed(problem.rungs(number)):
            if now[number][-1] != level or problem.cost(number, level):
                continue
            kept = now[number]
            now[number] = [min(one, problem.below(number, level)) for one in kept]
            if check(problem, now):
                now[number] = kept
                break
    return now


def _early(problem: Problem, heights: Heights) -> Heights:
    """Every step, in the order of the years, in the earliest year that what was planned before it leaves open.

    No step comes later than it was: what is planned before it stood in the same year or earlier already.
    """
    if problem.years == 1:
        return heights
    filling = Filling(problem)
    waiting = list(steps_of(problem, heights))
    while waiting:
        for place, step in enumerate(waiting):
            if filling.next(step.indicator) != step.end:
                continue
            year = filling.year(step.indicator, step.end)
            if year is not None and year < step.year:
                filling.make(step.indicator, step.end, year)
                del waiting[place]
                break
        else:
            return heights
    return filling.heights
