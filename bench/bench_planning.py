"""The planner against HiGHS alone on the same model, and many assessments scored at once against a bare weighted sum."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from bench.harness import Result, compare

YEARS, SECONDS = 5, 10
ROWS, QUICK = 20_000, 2_000


def problem_document(seed: int) -> dict[str, Any]:
    """47 indicators x 5 years with budgets, capacity and prerequisites, as a regency of 1.6 might write it."""
    from pendapa.regulations import packs

    instrument = packs.instrument("spbe-2020")
    chance = random.Random(seed)
    numbers = [indicator.number for indicator in instrument.indicators]
    costs = {n: {str(level): chance.randint(5, 200) * level for level in range(2, 6)} for n in numbers}
    total = sum(cost for steps in costs.values() for cost in steps.values())
    return {
        "instrument": instrument.id,
        "levels": {n: chance.choice([1, 1, 1, 2, 2, 3]) for n in numbers},
        "target": "4.0",
        "years": YEARS,
        "costs": costs,
        "budgets": [total // 7] * YEARS,
        "max_rise": 2,
        "units": {n: f"OPD {chance.randrange(8)}" for n in numbers},
        "days": {n: {str(level): chance.randint(5, 80) for level in range(2, 6)} for n in numbers},
        "capacity": {f"OPD {unit}": [300] * YEARS for unit in range(8)},
        "requires": [list(one) for one in packs.planning().of(instrument.id).requires],
    }


def bench_planner(quick: bool) -> list[Result]:
    """The whole answer (plan, proof, marginal price, greedy way) against one run of HiGHS without any check."""
    from pendapa.evaluation.rules.climbing import Climb
    from pendapa.evaluation.rules.highs import run
    from pendapa.evaluation.rules.planning import read_problem
    from pendapa.evaluation.rules.solving import solve
    from pendapa.regulations import packs

    instrument = packs.instrument("spbe-2020")
    problems = [read_problem(problem_document(seed), instrument) for seed in range(2 if quick else 6)]
    models = []
    for problem in problems:
        climb = Climb(problem)
        cost = {column: int(value) for column, value in climb.cost().items()}
        models.append((climb.programme.rows, climb.programme.upper, cost))
    alone = compare(
        f"plan: {len(problems)} of 47 indicators x {YEARS} years",
        floor=lambda: [run(*model) for model in models],
        ours=lambda: [solve(problem) for problem in problems],
        limit=3,
        rounds=1 if quick else 3,
        note=f"{len(models[0][1])} binaries each",
    )
    each = alone.ours_ms / 1000 / len(problems)
    return [alone, Result("plan: seconds of one", each, SECONDS, 0, each * 1000, "seconds, mean")]


def bench_batch(quick: bool) -> Result:
    """Index and predicate of many assessments; the floor multiplies and adds the same numbers as integers."""
    from pendapa.evaluation.rules.scoring import batch
    from pendapa.regulations import packs

    instrument = packs.instrument("spbe-2020")
    chance = random.Random(1)
    numbers = [indicator.number for indicator in instrument.indicators]
    rows = [{n: chance.randint(1, 5) for n in numbers} for _ in range(QUICK if quick else ROWS)]
    weights = {indicator.number: int(indicator.weight * 20) for indicator in instrument.indicators}

    def bare() -> list[Fraction]:
        return [Fraction(sum(row[n] * weight for n, weight in weights.items()), 2000) for row in rows]

    result = compare(
        f"score: {len(rows)} assessments at once",
        floor=bare,
        ours=lambda: batch(instrument, rows),
        limit=1 / 0.3,
    )
    return result.with_rate(len(rows))
