"""From what a person asks in the form of a plan to the document that `pendapa plan` reads, and back. Pure and exact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from pendapa.evaluation.rules import scoring
from pendapa.evaluation.rules.problem import Problem
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.planning import PlanningDefaults
from pendapa.regulations.schema import plain_number

Requires = tuple[str, int, str, int]

_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?")
_PLAIN = re.compile(r"[0-9]{1,18}(?:[.,][0-9]{1,2})?")
_WORDS = {
    "rb": 10**3, "ribu": 10**3, "jt": 10**6, "juta": 10**6, "m": 10**9, "miliar": 10**9, "t": 10**12, "triliun": 10**12,
}  # fmt: skip
_MOST = Fraction(10**15)


@dataclass(frozen=True, slots=True)
class StepValue:
    """What one step costs (rupiah) and takes (person-days). ``assumed`` tells which of them come from the pack."""

    cost: Fraction
    days: Fraction
    cost_assumed: bool
    days_assumed: bool


Values = Mapping[tuple[str, int], StepValue]


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for. ``capacity`` maps codes of units to person-days a year (one number for every year).

    ``counts_by`` is the date in ``first_year`` by which a step must stand to count in that year's cycle.
    """

    years: int
    first_year: int
    target: str | None = None
    predicate: str | None = None
    budget: Fraction | None = None
    budgets: tuple[Fraction | None, ...] = ()
    max_rise: int | None = None
    locked: tuple[str, ...] = ()
    wished: Mapping[str, str] = field(default_factory=dict)
    capacity: Mapping[str, Fraction] = field(default_factory=dict)
    requires: Sequence[Requires] = ()
    counts_by: date | None = None


def amount(text: str) -> Fraction | None:
    """Rupiah or days as people write them: ``1.600.000.000``, ``1,6 M``, ``780 jt``, ``Rp 250000``, ``12,5``.

    None for what is no such number, for less than 0 and for more than 10^15.
    """
    plain = text.replace("\u00a0", " ").strip().lower().removeprefix("rp").lstrip(". ").strip()
    times = 1
    words = plain.rsplit(None, 1) if " " in plain else re.split(r"(?<=[0-9])(?=[a-z])", plain)
    if len(words) == 2 and words[1] in _WORDS:
        plain, times = words[0], _WORDS[words[1]]
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    elif not _PLAIN.fullmatch(plain):
        return None
    value = Fraction(plain.replace(",", ".")) * times
    return value if value <= _MOST else None


def values(
    instrument: Instrument,
    defaults: PlanningDefaults,
    own: Mapping[tuple[str, int], tuple[Fraction | None, Fraction | None]],
) -> dict[tuple[str, int], StepValue]:
    """Cost and days of every step of the instrument: the institution's own, else what the pack assumes."""
    found = {}
    for one in instrument.indicators:
        for level in steps(instrument):
            cost, days = own.get((one.number, level), (None, None))
            found[(one.number, level)] = StepValue(
                defaults.cost(one.number, level) if cost is None else cost,
                defaults.days(one.number, level) if days is None else days,
                cost is None,
                days is None,
            )
    return found


def steps(instrument: Instrument) -> range:
    """The levels to which a step can lead."""
    return range(floor(instrument.scale.min) + 1, floor(instrument.scale.max) + 1)


def late(asked: Asked, today: date) -> bool:
    """Can nothing begun today count in the first year any more?"""
    return asked.counts_by is not None and today > asked.counts_by


def document(
    instrument: Instrument,
    levels: Mapping[str, str],
    asked: Asked,
    given: Values,
    units: Mapping[str, str],
    today: date,
) -> dict[str, Any]:
    """The document of `pendapa plan`, with every cost written out, so that a later change of the pack moves no old plan.

    ``units`` maps indicators to codes of units; days and capacity go along only where a capacity is asked for.
    """
    found: dict[str, Any] = {"instrument": instrument.id, "levels": dict(levels), "years": asked.years}
    if asked.target is not None:
        found["target"] = asked.target
    if asked.predicate is not None:
        found["predicate"] = asked.predicate
    if asked.budget is not None:
        found["budget"] = _text(asked.budget)
    if any(one is not None for one in asked.budgets):
        found["budgets"] = [None if one is None else _text(one) for one in asked.budgets]
    if asked.max_rise is not None:
        found["max_rise"] = asked.max_rise
    if asked.locked:
        found["locked"] = list(asked.locked)
    if asked.wished:
        found["wished"] = dict(asked.wished)
    if asked.requires:
        found["requires"] = [list(one) for one in asked.requires]
    rungs = {one.number: _rungs(instrument, levels[one.number]) for one in instrument.indicators}
    found["costs"] = _per_step(rungs, given, "cost")
    found["days"] = _per_step(rungs, given, "days")
    if asked.capacity:
        found["units"] = {number: unit for number, unit in units.items() if unit in asked.capacity}
        found["capacity"] = {unit: [_text(days)] * asked.years for unit, days in asked.capacity.items()}
    if late(asked, today):
        found["not_before"] = {
            number: {str(level): 2 for level in reach} for number, reach in rungs.items() if reach
        }
    return found


def _rungs(instrument: Instrument, level: str) -> range:
    """The steps that an indicator can still take: from a decimal v the next one is ⌊v⌋+1."""
    return range(floor(Fraction(level)) + 1, floor(instrument.scale.max) + 1)


def _per_step(rungs: Mapping[str, range], given: Values, what: str) -> dict[str, dict[str, str]]:
    return {
        number: {str(level): _text(getattr(given[(number, level)], what)) for level in reach}
        for number, reach in rungs.items()
        if reach
    }


def _text(value: Fraction) -> str:
    return plain_number(value) if "/" not in plain_number(value) else scoring.exact(value)


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a plan, for a page: ``steps`` in the order of the instrument, costs exact."""

    year: int
    index: Fraction
    cost: Fraction
    budget: Fraction | None
    steps: tuple[Mapping[str, str], ...]


def by_year(problem: Mapping[str, Any], result: Mapping[str, Any], first_year: int) -> list[Year]:
    """The steps of an answer by year; empty where the answer holds no plan."""
    budgets = problem.get("budgets") or []
    found = []
    for place, index in enumerate(result.get("index", [])):
        own = tuple(one for one in result["steps"] if one["year"] == place + 1)
        budget = budgets[place] if place < len(budgets) else None
        cost = sum((Fraction(one["cost"]) for one in own), Fraction(0))
        found.append(
            Year(first_year + place, Fraction(index), cost, None if budget is None else Fraction(budget), own)
        )
    return found


def written_out(document: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    """The document with the years and the cost of every step that can still be taken, whoever named them."""
    costs = {
        number: {str(level): _text(problem.cost(number, level)) for level in problem.rungs(number)}
        for number in problem.numbers
        if problem.rungs(number)
    }
    return {**document, "years": problem.years, "costs": costs}


def lowest_first(problem: Problem) -> tuple[list[Fraction], Fraction, bool] | None:
    """What the usual habit gives: each year raise whatever stands lowest (ties: the lower number) until the year's money is
    spent or the target is reached. The index a year, the cost, and whether the target was reached. None without a target.

    It keeps the limits on money, rise and locked indicators, and looks at nothing else.
    """
    if problem.target is None:
        return None
    levels, spent, index = dict(problem.levels), Fraction(0), []
    for year in range(problem.years):
        began, here = dict(levels), Fraction(0)
        cap = problem.budgets[year] if problem.budgets else None
        left = problem.budget
        while problem.index_of(levels) < problem.target:
            step = None
            for number in sorted(problem.numbers, key=lambda one: levels[one]):
                free = None if left is None else left - spent
                step = _affordable(problem, number, levels, began, None if cap is None else cap - here, free)
                if step is not None:
                    here, spent = here + problem.cost(number, step), spent + problem.cost(number, step)
                    levels[number] = Fraction(step)
                    break
            if step is None:
                break
        index.append(problem.index_of(levels))
    return index, spent, index[-1] >= problem.target


def _affordable(
    problem: Problem,
    number: str,
    levels: Mapping[str, Fraction],
    began: Mapping[str, Fraction],
    *purses: Fraction | None,
) -> int | None:
    """The next step of an indicator, where it is allowed and no purse is too small for it."""
    step = floor(levels[number]) + 1
    if step not in problem.rungs(number):
        return None
    if problem.max_rise is not None and step - began[number] > problem.max_rise:
        return None
    cost = problem.cost(number, step)
    return step if all(purse is None or cost <= purse for purse in purses) else None
