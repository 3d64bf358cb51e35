"""The cheapest plan to a target, proven: HiGHS finds it, exact arithmetic checks it."""

from dataclasses import replace
from fractions import Fraction
from time import monotonic

from pendapa.evaluation.rules.checking import check
from pendapa.evaluation.rules.climbing import Climb
from pendapa.evaluation.rules.greedy import greedy
from pendapa.evaluation.rules.problem import Heights, NotProven, PlanError, Problem, Solved, answer
from pendapa.evaluation.rules.relaxing import relaxations
from pendapa.evaluation.rules.settling import settle

__all__ = ["NotProven", "PlanError", "alternatives", "solve"]

MORE = Fraction(1, 100)
"""How much further the target of the marginal price lies, in index points."""


def solve(problem: Problem, deadline_seconds: float | None = None) -> Solved:
    """The proven best plan with its marginal price and the greedy way; or what to relax where there is none.

    Least cost to the target; without a target the most index for the budget, and of those plans the cheapest.
    Raises NotProven where the time is over or no proof was found, PlanError where numbers are too fine to be exact.
    """
    until = None if deadline_seconds is None else monotonic() + deadline_seconds
    best = _most(problem, until) if problem.for_budget else _cheapest(problem, until)
    if best is None:
        return Solved(problem, {}, relax=relaxations(problem, until))
    return replace(best, greedy=greedy(problem), marginal=_marginal(problem, best, until))


def alternatives(
    problem: Problem, solved: Solved, count: int = 3, deadline_seconds: float | None = None
) -> list[Solved]:
    """The next cheapest different plans, cheapest first, at most `count`.

    Different means: leaves out a step of every plan before it. A plan that only adds steps to a cheaper one is none.
    """
    if not solved.optimal or not solved.steps:
        return []
    until = None if deadline_seconds is None else monotonic() + deadline_seconds
    if problem.for_budget:
        problem = replace(problem, target=solved.index[-1])
    climb = Climb(problem)
    found: list[Solved] = []
    known = solved
    while len(found) < count:
        taken = [
            column
            for number, level, column, _ in climb.steps(climb.last)
            if known.heights[number][-1] >= level
        ]
        climb.programme.row(dict.fromkeys(taken, 1), high=len(taken) - 1)
        following = _least(climb, until)
        if following is None:
            break
        found.append(following)
        known = following
    return found


def _cheapest(problem: Problem, until: float | None) -> Solved | None:
    return _least(Climb(problem), until)


def _least(climb: Climb, until: float | None) -> Solved | None:
    problem = climb.problem
    outcome = climb.programme.least(climb.cost(), until)
    if outcome is None:
        return None
    plan = answer(problem, _sound(problem, climb.heights(outcome)), outcome.bound)
    if plan.cost != outcome.value:
        raise NotProven(f"the plan costs {plan.cost}, the solver counted {outcome.value}")
    return plan


def _most(problem: Problem, until: float | None) -> Solved | None:
    """Most index, and then least cost; the bound is that of the index."""
    climb = Climb(problem)
    highest = climb.programme.least({column: -value for column, value in climb.rise().items()}, until)
    if highest is None:
        return None
    index = problem.index - highest.value
    plan = _cheapest(replace(problem, target=index), until)
    if plan is None:
        raise NotProven(f"the index {index} was reached once and not again")
    return replace(plan, problem=problem, bound=problem.index - highest.bound)


def _marginal(problem: Problem, best: Solved, until: float | None) -> Fraction | None:
    """What the next hundredth of the index costs; None where it cannot be reached or no target was asked for."""
    if problem.target is None or best.cost is None:
        return None
    further = problem.target + MORE
    if further > problem.instrument.scale.max:
        return None
    if best.index[-1] >= further:
        return Fraction(0)
    more = _cheapest(replace(problem, target=further), until)
    return None if more is None or more.cost is None else more.cost - best.cost


def _sound(problem: Problem, heights: Heights) -> Heights:
    """Made early, without useless steps, and checked. Raises NotProven where a constraint is broken."""
    faults = check(problem, heights) or check(problem, settled := settle(problem, heights))
    if faults:
        raise NotProven(f"the plan of the solver breaks: {'; '.join(faults)}")
    return settled
