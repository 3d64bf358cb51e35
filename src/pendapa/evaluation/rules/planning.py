"""Reading what `pendapa plan` is given, and writing what it answers.

The shapes are those of the command; docs/plan-to-target.md describes every key. Numbers are exact: whole numbers, Decimal,
Fraction or decimal text, never floats.
"""

import difflib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from pendapa.evaluation.rules.circles import circle
from pendapa.evaluation.rules.problem import (
    MOST_YEARS,
    NotProven,
    PlanError,
    Problem,
    Relaxation,
    Requirement,
    Solved,
    Step,
)
from pendapa.evaluation.rules.scoring import ScoreError, accepted, as_number, exact, hint, score, shown
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import plain_number

__all__ = [
    "NotProven", "PlanError", "Problem", "Relaxation", "Requirement", "Solved", "Step", "as_json", "read_problem",
]  # fmt: skip

KEYS = (
    "instrument", "levels", "target", "predicate", "budget", "years", "budgets", "max_rise", "locked", "costs",
    "requires", "units", "days", "capacity", "wished", "not_before",
)  # fmt: skip
_MOST = Fraction(10**18)
T = TypeVar("T")


def read_problem(document: Mapping[str, Any], instrument: Instrument) -> Problem:
    """The problem that a document describes. Raises PlanError with every fault."""
    return _Reader(document, instrument).problem()


def as_json(solved: Solved) -> dict[str, Any]:
    """The JSON contract: numbers as decimal strings (12 places where they repeat), years as whole numbers from 1.

    Infeasible: `index`, `levels`, `steps` are empty and `cost`, `bound`, `greedy_cost`, `marginal` are null.
    """
    years = range(solved.problem.years) if solved.optimal else range(0)
    greedy = solved.greedy
    return {
        "status": "optimal" if solved.optimal else "infeasible",
        "cost": _text(solved.cost),
        "index": [exact(value) for value in solved.index],
        "levels": [{key: exact(value) for key, value in solved.levels(year).items()} for year in years],
        "steps": [
            {
                "year": step.year,
                "indicator": step.indicator,
                "from": exact(step.start),
                "to": str(step.end),
                "cost": exact(step.cost),
            }
            for step in solved.steps
        ],
        "bound": _text(solved.bound),
        "greedy_cost": None if greedy is None or solved.problem.for_budget else _text(greedy.cost),
        "marginal": _text(solved.marginal),
        "relax": [{"constraint": one.constraint, "by": exact(one.by)} for one in solved.relax],
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact(value)


class _Reader:
    """Reads one document and notes every fault instead of stopping at the first."""

    def __init__(self, document: Mapping[str, Any], instrument: Instrument):
        self.document = document
        self.instrument = instrument
        self.numbers = [indicator.number for indicator in instrument.indicators]
        self.faults: list[str] = []

    def problem(self) -> Problem:
        for key in self.document:
            near = difflib.get_close_matches(str(key)[:20], KEYS, n=1, cutoff=0.75) if key not in KEYS else []
            if near:  # other keys are remarks; a slip of a limit would silently not bind
                self.faults.append(f'{shown(key)}: unknown; did you mean "{near[0]}"?')
        levels = self.levels()
        years = self.whole("years", 1, MOST_YEARS)
        years = 1 if years is None else years
        target = self.target()
        budget, budgets = self.amount("budget"), self.yearly("budgets", self.given("budgets"), years)
        wished = self.wished()
        if target is None and budget is None and not budgets and not wished and "target" not in self.document:
            self.faults.append("nothing to plan for: target, predicate, budget or budgets needed")
        problem = Problem(
            instrument=self.instrument,
            levels=levels,
            years=years,
            target=target,
            costs=self.costs(),
            budget=budget,
            budgets=budgets,
            max_rise=self.whole("max_rise", 0, None),
            locked=self.locked(),
            requires=self.requires(),
            units=self.units(),
            days=self.per_step("days", self.amount_of),
            capacity=self.capacity(years),
            wished=wished,
            not_before=self.per_step("not_before", self.year_of),
        )
        if not self.faults:
            self.faults += circle(problem.requires)
        if self.faults:
            raise PlanError(self.faults)
        return problem

    # One key each

    def given(self, key: str) -> Any:
        return self.document.get(key)

    def levels(self) -> dict[str, Fraction]:
        given = self.mapping("levels")
        if self.given("levels") is not None and not isinstance(self.given("levels"), Mapping):
            return {}
        if not given:
            self.faults.append(f'levels: missing; {{"{self.numbers[0]}": 2, …}} with every indicator needed')
            return {}
        try:
            score(self.instrument, levels=given)
        except ScoreError as error:
            self.faults += error.faults
            return {}
        return {number: as_number(given[number]) or Fraction(0) for number in self.numbers}

    def target(self) -> Fraction | None:
        wanted = []
        if self.given("target") is not None:
            value = as_number(self.given("target"))
            scale = self.instrument.scale
            if value is None or not scale.min <= value <= scale.max:
                told = accepted(self.instrument, whole=False)
                self.faults.append(f"target: {shown(self.given('target'))} given; {told} accepted")
            else:
                wanted.append(value)
        if self.given("predicate") is not None:
            name = self.given("predicate")
            names = {one.name: one.min for one in self.instrument.predicates}
            least = {key.casefold(): value for key, value in names.items()}.get(str(name).strip().casefold())
            if least is None or not isinstance(name, str):
                self.faults.append(f"predicate: {shown(name)} given; one of {', '.join(names)} accepted")
            else:
                wanted.append(least)
        return max(wanted, default=None)

    def wished(self) -> dict[str, Fraction]:
        found = {}
        for number, value in self.mapping("wished").items():
            level = self.level(f"wished: indicator {number}", value) if self.known("wished", number) else None
            if level is not None:
                found[number] = level
        return found

    def locked(self) -> frozenset[str]:
        given = self.given("locked")
        if given is None:
            return frozenset()
        if not isinstance(given, (list, tuple)):
            self.faults.append('locked: a list of indicators needed, such as ["12"]')
            return frozenset()
        return frozenset(number for number in given if self.known("locked", number))

    def costs(self) -> dict[str, dict[int, Fraction]]:
        named = self.per_step("costs", self.amount_of)
        defaults = packs.planning().of(self.instrument.id)
        scale = self.instrument.scale
        return {
            number: {
                level: named.get(number, {}).get(level, defaults.cost(number, level))
                for level in range(int(scale.min) + 1, int(scale.max) + 1)
            }
            for number in self.numbers
        }

    def requires(self) -> tuple[Requirement, ...]:
        given = self.given("requires")
        if given is None:
            return ()
        example = 'such as ["11", 3, "1", 2]'
        if not isinstance(given, (list, tuple)):
            self.faults.append(f"requires: a list of [indicator, level, indicator, level] needed, {example}")
            return ()
        found = []
        for place, one in enumerate(given, 1):
            where = f"requires: entry {place}"
            if not isinstance(one, (list, tuple)) or len(one) != 4:
                self.faults.append(f"{where}: [indicator, level, indicator, level] needed, {example}")
                continue
            a, la, b, lb = one
            known = [self.known(where, a), self.known(where, b)]
            levels = [self.level(where, la), self.level(where, lb)]
            if all(known) and levels[0] is not None and levels[1] is not None:
                found.append(Requirement(a, levels[0], b, levels[1]))
        return tuple(found)

    def units(self) -> dict[str, str]:
        found = {}
        for number, unit in self.mapping("units").items():
            if not self.known("units", number):
                continue
            if not isinstance(unit, str) or not unit.strip():
                self.faults.append(
                    f"units: indicator {number}: {shown(unit)} given; the name of a unit accepted"
                )
                continue
            found[number] = unit
        return found

    def capacity(self, years: int) -> dict[str, tuple[Fraction | None, ...]]:
        return {
            unit: self.yearly(f"capacity: {shown(unit)}", given, years)
            for unit, given in self.mapping("capacity").items()
        }

    # Shapes

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.given(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.faults.append(f"{key}: an object needed, {shown(value)} given")
            return {}
        return value

    def known(self, where: str, number: object) -> bool:
        if isinstance(number, str) and number in self.numbers:
            return True
        near = hint(str(number), self.numbers)
        self.faults.append(f"{where}: indicator {shown(number)}: unknown in {self.instrument.id}; {near}")
        return False

    def level(self, where: str, given: object) -> Fraction | None:
        value, scale = as_number(given), self.instrument.scale
        whole = scale.step is not None
        if value is None or not scale.min <= value <= scale.max or (whole and value.denominator != 1):
            self.faults.append(f"{where}: {shown(given)} given; {accepted(self.instrument, whole)} accepted")
            return None
        return value

    def whole(self, key: str, least: int, most: int | None) -> int | None:
        given = self.given(key)
        if given is None:
            return None
        value = as_number(given)
        if value is None or value.denominator != 1 or value < least or (most is not None and value > most):
            range_ = f"from {least} to {most}" if most is not None else f"of at least {least}"
            self.faults.append(f"{key}: {shown(given)} given; a whole number {range_} accepted")
            return None
        return int(value)

    def amount(self, key: str) -> Fraction | None:
        return None if self.given(key) is None else self.amount_of(key, self.given(key))

    def amount_of(self, where: str, given: object) -> Fraction | None:
        value = as_number(given)
        if value is None or not 0 <= value <= _MOST:
            self.faults.append(
                f"{where}: {shown(given)} given; a number from 0 to {plain_number(_MOST)} accepted"
            )
            return None
        return value

    def year_of(self, where: str, given: object) -> int | None:
        value = as_number(given)
        if value is None or value.denominator != 1 or value < 1:
            self.faults.append(f"{where}: {shown(given)} given; the number of a year, from 1, accepted")
            return None
        return int(value)

    def yearly(self, where: str, given: object, years: int) -> tuple[Fraction | None, ...]:
        """An amount a year; null does not bind."""
        if given is None:
            return ()
        if not isinstance(given, (list, tuple)) or len(given) != years:
            told = f"{len(given)} given" if isinstance(given, (list, tuple)) else f"{shown(given)} given"
            self.faults.append(f"{where}: {told}; a list with one amount for each of {years} years accepted")
            return ()
        return tuple(
            None if one is None else self.amount_of(f"{where}: year {year}", one)
            for year, one in enumerate(given, 1)
        )

    def per_step(self, key: str, read: Callable[[str, object], T | None]) -> dict[str, dict[int, T]]:
        """`{indicator: {level: value}}`, the level being the one that the step reaches."""
        found: dict[str, dict[int, T]] = {}
        scale = self.instrument.scale
        for number, steps in self.mapping(key).items():
            if not self.known(key, number):
                continue
            if not isinstance(steps, Mapping):
                self.faults.append(f'{key}: indicator {number}: an object needed, such as {{"3": 100}}')
                continue
            for level, given in steps.items():
                place = as_number(level)
                if place is None or place.denominator != 1 or not scale.min <= place <= scale.max:
                    told = accepted(self.instrument, whole=True)
                    self.faults.append(
                        f"{key}: indicator {number}: level {shown(level)} given; {told} accepted"
                    )
                    continue
                value = read(f"{key}: indicator {number} to level {int(place)}", given)
                if value is not None:
                    found.setdefault(number, {})[int(place)] = value
        return found
