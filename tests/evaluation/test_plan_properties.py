"""The planner against a brute force of its own, which knows nothing of programmes and solvers: small problems, all plans."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import floor

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pendapa.evaluation.rules.planning import PlanError, as_json, read_problem
from pendapa.evaluation.rules.scoring import score
from pendapa.evaluation.rules.solving import alternatives, solve
from pendapa.regulations import packs

MOVABLE = 3
"""All others are locked, so that all plans can be counted."""
search = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def problems(draw, goal="target"):
    """A document for a few movable indicators: limits of every kind, some so tight that nothing fits."""
    instrument = draw(st.sampled_from([packs.instrument("spbe-2020"), packs.instrument("pemdi-2026")]))
    numbers = [indicator.number for indicator in instrument.indicators]
    movable = draw(st.lists(st.sampled_from(numbers), min_size=MOVABLE, max_size=MOVABLE, unique=True))
    whole = instrument.scale.step is not None
    today = st.integers(2, 4) if whole else st.decimals(2, 4, places=2)
    levels = dict.fromkeys(numbers, "3") | {number: str(draw(today)) for number in movable}
    years = draw(st.integers(1, 2))
    small = st.integers(0, 12)
    amounts = st.lists(st.one_of(st.none(), small.map(lambda n: n * 2)), min_size=years, max_size=years)
    per_step = st.dictionaries(st.sampled_from(["3", "4", "5"]), small, min_size=3)
    now = score(instrument, levels=levels).index
    rises = sum((5 - Fraction(levels[n])) * instrument.indicator(n).weight for n in movable) / 100
    document = {
        "instrument": instrument.id,
        "levels": levels,
        "years": years,
        "locked": [number for number in numbers if number not in movable],
        "costs": {number: draw(per_step) for number in movable},
        "units": {number: draw(st.sampled_from("AB")) for number in movable},
        "days": {number: draw(per_step) for number in movable},
        "requires": [],
    }
    if goal == "target":
        share = Fraction(draw(st.integers(1, 8)), 8)
        wanted = min(Fraction(5), now + rises * share)
        document["target"] = wanted  # exact, at the very edge of what can be reached
    if draw(st.booleans()) or goal == "budget":
        document["budget"] = draw(st.integers(0, 40))
    if draw(st.booleans()):
        document["budgets"] = draw(amounts)
    if draw(st.booleans()):
        document["capacity"] = {"A": draw(amounts)}
    if draw(st.booleans()):
        document["max_rise"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        a, b = draw(st.permutations(movable))[:2]
        document["requires"] = [[a, draw(st.integers(3, 5)), b, draw(st.integers(3, 5))]]
    return document, instrument


def all_plans(document, instrument):
    """Every allowed plan as (cost, index, levels a year), straight from the words of the contract."""
    levels = {number: Fraction(value) for number, value in document["levels"].items()}
    movable = [number for number in levels if number not in document["locked"]]
    years = document["years"]
    ways = [
        list(combinations_with_replacement([levels[n], *range(floor(levels[n]) + 1, 6)], years))
        for n in movable
    ]
    base = sum(
        levels[i.number] * i.weight for i in instrument.indicators if i.number not in movable
    ) / Fraction(100)
    for chosen in product(*ways):
        plan = dict(zip(movable, chosen, strict=True))
        costs = [Fraction(0)] * years
        days = {unit: [Fraction(0)] * years for unit in document.get("capacity", {})}
        allowed = True
        for number, path in plan.items():
            before = levels[number]
            for year, after in enumerate(path):
                if "max_rise" in document and after - before > document["max_rise"]:
                    allowed = False
                for level in range(floor(before) + 1, floor(after) + 1) if after > before else ():
                    costs[year] += document["costs"][number][str(level)]
                    unit = document["units"][number]
                    if unit in days:
                        days[unit][year] += document["days"][number][str(level)]
                before = after
        for a, la, b, lb in document["requires"]:
            stands = {n: plan.get(n, (levels[n],) * years) for n in (a, b)}
            allowed &= all(stands[a][y] < la or stands[b][y] >= lb for y in range(years))
        limits = zip(costs, document.get("budgets", [None] * years), strict=True)
        allowed &= all(most is None or spent <= most for spent, most in limits)
        for unit, used in days.items():
            limits = zip(used, document["capacity"][unit], strict=True)
            allowed &= all(most is None or spent <= most for spent, most in limits)
        allowed &= "budget" not in document or sum(costs) <= document["budget"]
        if allowed:
            index = base + sum(plan[n][-1] * instrument.indicator(n).weight for n in movable) / Fraction(100)
            yield sum(costs), index, plan


@search
@given(problems())
def test_the_plan_costs_exactly_the_least_that_any_plan_costs(given_):
    document, instrument = given_
    target = document["target"]
    costs = [cost for cost, index, _ in all_plans(document, instrument) if index >= target]
    solved = solve(read_problem(document, instrument))
    assert solved.cost == min(costs, default=None)
    assert solved.bound == solved.cost
    assert solved.optimal == bool(costs)


@search
@given(problems())
def test_the_marginal_price_is_the_difference_of_two_optima(given_):
    document, instrument = given_
    plans = list(all_plans(document, instrument))
    solved = solve(read_problem(document, instrument))
    assume(solved.optimal)
    further = document["target"] + Fraction(1, 100)
    more = [cost for cost, index, _ in plans if index >= further]
    assert solved.marginal == (min(more) - solved.cost if more and further <= 5 else None)


@search
@given(problems(goal="budget"))
def test_the_most_index_for_a_budget_is_the_most_and_then_the_cheapest(given_):
    document, instrument = given_
    plans = [(-index, cost) for cost, index, _ in all_plans(document, instrument)]
    solved = solve(read_problem(document, instrument))
    assert solved.optimal == bool(plans)
    if plans:
        assert (-solved.index[-1], solved.cost) == min(plans)
        assert solved.bound == solved.index[-1]


@search
@given(problems())
def test_greedy_is_never_cheaper_and_its_plan_is_one_of_the_allowed(given_):
    document, instrument = given_
    solved = solve(read_problem(document, instrument))
    if solved.greedy is None:
        return
    assert solved.cost <= solved.greedy.cost
    plans = {tuple(map(tuple, plan.values())) for _, _, plan in all_plans(document, instrument)}
    movable = [number for number in document["levels"] if number not in document["locked"]]
    assert tuple(tuple(solved.greedy.heights[number]) for number in movable) in plans


@search
@given(problems())
def test_the_answer_keeps_every_constraint_and_recomputes_through_the_score(given_):
    document, instrument = given_
    told = as_json(solve(read_problem(document, instrument)))
    assume(told["status"] == "optimal")
    movable = [number for number in document["levels"] if number not in document["locked"]]
    plan = {number: tuple(Fraction(year[number]) for year in told["levels"]) for number in movable}
    assert (Fraction(told["cost"]), plan) in [(cost, one) for cost, _, one in all_plans(document, instrument)]
    for index, levels in zip(told["index"], told["levels"], strict=True):
        recomputed = score(instrument, levels=levels).index
        assert Fraction(index) == recomputed
        assert min(map(Fraction, levels.values())) <= recomputed <= max(map(Fraction, levels.values()))
    assert Fraction(told["index"][-1]) >= document["target"]
    assert [Fraction(one) for one in told["index"]] == sorted(Fraction(one) for one in told["index"])
    assert sum(Fraction(step["cost"]) for step in told["steps"]) == Fraction(told["cost"])
    climbed = {number: Fraction(value) for number, value in document["levels"].items()}
    for step in told["steps"]:
        assert climbed[step["indicator"]] == Fraction(step["from"])
        assert int(step["to"]) == floor(Fraction(step["from"])) + 1
        climbed[step["indicator"]] = Fraction(step["to"])
    assert climbed == {number: Fraction(value) for number, value in told["levels"][-1].items()}


@search
@given(problems())
def test_what_is_told_to_give_way_makes_a_plan_possible_and_less_does_not(given_):
    document, instrument = given_
    solved = solve(read_problem(document, instrument))
    assume(not solved.optimal)
    for one in solved.relax:
        assert one.by > 0
        if one.constraint == "target":
            best = max(index for _, index, _ in all_plans(document, instrument))
            assert one.by == document["target"] - best
        elif one.constraint in ("budget", "max_rise"):
            for less, possible in ((0, True), (1, False)):
                eased = document | {one.constraint: document[one.constraint] + int(one.by) - less}
                plans = all_plans(eased, instrument)
                assert any(index >= document["target"] for _, index, _ in plans) is possible
        elif one.constraint == "budgets":
            free = {key: value for key, value in document.items() if key != "budgets"}
            assert one.by == min(
                over(plan, document)
                for _, index, plan in all_plans(free, instrument)
                if index >= document["target"]
            )


def over(plan, document):
    """By how much the costs of a plan exceed the budgets, over the years together."""
    total = 0
    for year, most in enumerate(document["budgets"]):
        spent = 0
        for number, path in plan.items():
            before = Fraction(path[year - 1] if year else document["levels"][number])
            if path[year] > before:
                spent += sum(
                    document["costs"][number][str(level)]
                    for level in range(floor(before) + 1, floor(path[year]) + 1)
                )
        total += max(0, spent - most) if most is not None else 0
    return total


@search
@given(problems())
def test_alternatives_are_the_next_cheapest_and_none_holds_a_cheaper_one(given_):
    document, instrument = given_
    problem = read_problem(document, instrument)
    solved = solve(problem)
    assume(solved.optimal)
    others = alternatives(problem, solved, 3)
    finals = [{n: one.heights[n][-1] for n in one.problem.numbers} for one in (solved, *others)]
    costs = [one.cost for one in (solved, *others)]
    assert costs == sorted(costs)
    for place, final in enumerate(finals):
        for earlier in finals[:place]:
            assert any(final[number] < earlier[number] for number in final)
    if others:
        plans = [
            cost
            for cost, index, plan in all_plans(document, instrument)
            if index >= document["target"] and any(plan[n][-1] < finals[0][n] for n in plan)
        ]
        assert others[0].cost == min(plans)


def test_the_same_problem_has_the_same_answer_twice():
    levels = {indicator.number: "2" for indicator in packs.instrument("spbe-2020").indicators}
    document = {"instrument": "spbe-2020", "levels": levels, "target": "3.3", "years": 3, "max_rise": 1}
    problem = read_problem(document, packs.instrument("spbe-2020"))
    assert as_json(solve(problem)) == as_json(solve(replace(problem)))


def test_numbers_too_fine_for_the_solver_are_told_instead_of_rounded():
    instrument = packs.instrument("spbe-2020")
    levels = {indicator.number: 2 for indicator in instrument.indicators}
    costs = {number: {"3": f"{n}.{n:015d}1"} for n, number in enumerate(levels, 1)}
    document = {"instrument": "spbe-2020", "levels": levels, "target": "2.5", "costs": costs}
    with pytest.raises(PlanError, match="round them"):
        solve(read_problem(document, instrument))


def test_levels_of_many_decimals_are_reached_to_the_last_one():
    instrument = packs.instrument("pemdi-2026")
    levels = {indicator.number: f"2.{n:019d}7" for n, indicator in enumerate(instrument.indicators)}
    reached = score(instrument, levels=levels | {"20": "3", "4": "3"}).index
    costs = {number: {"3": 1} for number in levels}
    document = {"instrument": "pemdi-2026", "levels": levels, "costs": costs}
    exactly = solve(read_problem(document | {"target": reached}, instrument))
    assert exactly.cost == 2 and exactly.index[-1] >= reached
    least = Fraction(1, 10**20)
    beyond = solve(read_problem(document | {"target": reached + least}, instrument))
    assert beyond.index[-1] >= reached + least
