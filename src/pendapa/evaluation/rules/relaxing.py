"""What stands in the way of a target, and by how much it would have to give.

For each constraint by itself, all others kept: the least amount, in its own unit, by which giving way makes a plan
possible. A constraint that alone would not do is not listed. Where one entry of a kind alone does not do, but all entries
of that kind together would, the kind is listed without a name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from time import monotonic

from pendapa.evaluation.rules.climbing import Climb, by_year, span
from pendapa.evaluation.rules.highs import Outcome, Terms, unit_of
from pendapa.evaluation.rules.problem import MOST_YEARS, NotProven, Problem, Relaxation, Requirement
from pendapa.regulations.schema import plain_number


def relaxations(problem: Problem, until: float | None = None) -> tuple[Relaxation, ...]:
    """In the order target, budget, budgets, max_rise, years, capacity, locked, requires, wished, not_before.

    `by` is in index points (target), money (budget; budgets: over all years together), levels (max_rise, locked, wished, a
    prerequisite), years (years, not_before), person-days over all years (capacity), number of prerequisites (requires).
    Where the time is over the amounts found by then are told, marked as not proven; what was not asked yet is left out.
    """
    end = monotonic() + SECONDS
    return tuple(_Search(problem, end if until is None else min(until, end)).all())


SECONDS, EACH = 60.0, 20.0
"""Of all questions together, and of one: hard ones are answered with an amount that suffices."""


@dataclass(frozen=True)
class _Search:
    problem: Problem
    until: float

    def all(self) -> Iterator[Relaxation]:
        for kind in (
            self._target, self._budget, self._budgets, self._rise, self._years, self._capacity, self._locked,
            self._requires, self._wished, self._not_before,
        ):  # fmt: skip
            try:
                yield from (one for one in kind() if one.by > 0)
            except NotProven:  # no answer to this question in its time; the others may have one
                continue

    # Solving

    def _least(self, climb: Climb, objective: Terms) -> Outcome | None:
        return climb.programme.least(objective, min(self.until, monotonic() + EACH), unproven=True)

    def _possible(self, problem: Problem) -> bool:
        return self._least(Climb(problem), {}) is not None

    def _first(self, amounts: Iterable[int], changed: Callable[[int], Problem]) -> int | None:
        return next((amount for amount in amounts if self._possible(changed(amount))), None)

    def _leaving(self, name: str) -> Climb:
        return Climb(self.problem, leave=frozenset({name}))

    # Kinds

    def _target(self) -> Iterator[Relaxation]:
        if self.problem.target is None:
            return
        climb = self._leaving("target")
        highest = self._least(climb, {column: -value for column, value in climb.rise().items()})
        if highest is not None:
            yield Relaxation(
                "target", self.problem.target - self.problem.index + highest.value, highest.proven
            )

    def _budget(self) -> Iterator[Relaxation]:
        if self.problem.budget is None:
            return
        climb = self._leaving("budget")
        cheapest = self._least(climb, climb.cost())
        if cheapest is not None:
            yield Relaxation("budget", cheapest.value - self.problem.budget, cheapest.proven)

    def _budgets(self) -> Iterator[Relaxation]:
        if any(most is not None for most in self.problem.budgets):
            climb = self._leaving("budgets")
            spent = [climb.spent(year) for year in range(climb.years)]
            yield from self._excess("budgets", climb, [(climb, spent, self.problem.budgets)])

    def _capacity(self) -> Iterator[Relaxation]:
        limited = {
            unit: days for unit, days in self.problem.capacity.items() if any(one is not None for one in days)
        }
        found = False
        for unit, days in limited.items():
            climb = self._leaving(f"capacity {unit}")
            for one in self._excess(f"capacity {unit}", climb, [self._days(climb, unit, days)]):
                found = True
                yield one
        if not found and len(limited) > 1:
            climb = Climb(self.problem, leave=frozenset(f"capacity {unit}" for unit in limited))
            yield from self._excess(
                "capacity", climb, [self._days(climb, unit, days) for unit, days in limited.items()]
            )

    def _days(
        self, climb: Climb, unit: str, days: tuple[Fraction | None, ...]
    ) -> tuple[Climb, list[dict[int, Fraction]], tuple[Fraction | None, ...]]:
        return climb, [climb.spent(year, "days", climb.of_unit(unit)) for year in range(climb.years)], days

    def _excess(
        self,
        name: str,
        climb: Climb,
        limits: list[tuple[Climb, list[dict[int, Fraction]], tuple[Fraction | None, ...]]],
    ) -> Iterator[Relaxation]:
        """The least by which limits a year, summed over the years, must be exceeded."""
        numbers = [value for _, years, most in limits for terms in years for value in terms.values()]
        numbers += [one for _, _, most in limits for one in most if one is not None]
        unit = unit_of(numbers)
        objective: dict[int, Fraction] = {}
        for _, years, most in limits:
            for terms, limit in zip(years, most, strict=False):
                if limit is None:
                    continue
                total = sum((value for value in terms.values() if value > 0), Fraction(0))
                over = climb.programme.column(upper=ceil(total / unit))
                climb.programme.row({**terms, over: -unit}, high=limit)
                objective[over] = unit
        outcome = self._least(climb, objective)
        if outcome is not None:
            yield Relaxation(name, outcome.value, outcome.proven)

    def _rise(self) -> Iterator[Relaxation]:
        most = self.problem.max_rise
        if most is not None:
            more = range(1, span(self.problem) - most + 1)
            by = self._first(more, lambda amount: replace(self.problem, max_rise=most + amount))
            if by is not None:
                yield Relaxation("max_rise", Fraction(by))

    def _years(self) -> Iterator[Relaxation]:
        """More years, each with the budgets and the capacity of the last one."""
        if not by_year(self.problem):
            return
        by = self._first(range(1, MOST_YEARS - self.problem.years + 1), self._longer)
        if by is not None:
            yield Relaxation("years", Fraction(by))

    def _longer(self, more: int) -> Problem:
        problem = self.problem
        return replace(
            problem,
            years=problem.years + more,
            budgets=problem.budgets + problem.budgets[-1:] * more,
            capacity={unit: days + days[-1:] * more for unit, days in problem.capacity.items()},
        )

    def _locked(self) -> Iterator[Relaxation]:
        locked = [number for number in self.problem.numbers if number in self.problem.locked]
        together = self._unlocked(locked) if locked else None
        if together is None:
            return
        found = False
        for number in locked:
            by = self._unlocked([number])
            if by is not None:
                found = True
                yield Relaxation(f"locked {number}", by)
        if not found:
            yield Relaxation("locked", together)

    def _unlocked(self, numbers: list[str]) -> Fraction | None:
        """The least levels that these must rise, taken together."""
        problem = replace(self.problem, locked=self.problem.locked - set(numbers))
        climb = Climb(problem)
        objective = {
            column: level - problem.below(number, level)
            for number, level, column, _ in climb.steps(
                climb.last, [one for one in numbers if problem.rungs(one)]
            )
        }
        outcome = self._least(climb, objective)
        return None if outcome is None else outcome.value

    def _requires(self) -> Iterator[Relaxation]:
        requires = self.problem.requires
        if not requires or not self._possible(replace(self.problem, requires=())):
            return
        found = False
        for one in requires:
            others = tuple(other for other in requires if other is not one)
            if not self._possible(replace(self.problem, requires=others)):
                continue
            found = True
            yield Relaxation(_named(one), self._lowered(one, others))
        if not found:
            yield Relaxation("requires", self._fewest(requires))

    def _lowered(self, one: Requirement, others: tuple[Requirement, ...]) -> Fraction:
        """The fewest levels less that `b` needs; down to the beginning of the scale the requirement binds nothing."""
        low = self.problem.instrument.scale.min
        whole = range(1, ceil(one.lb - low))
        by = self._first(
            whole,
            lambda amount: replace(self.problem, requires=(*others, replace(one, lb=one.lb - amount))),
        )
        return one.lb - low if by is None else Fraction(by)

    def _fewest(self, requires: tuple[Requirement, ...]) -> Fraction:
        """The fewest prerequisites that must be given up together."""
        climb = Climb(replace(self.problem, requires=()))
        given_up = {}
        for one in requires:
            column = climb.programme.column()
            given_up[column] = Fraction(1)
            climb.require(one, unless=column)
        outcome = self._least(climb, given_up)
        return Fraction(len(requires)) if outcome is None else outcome.value

    def _wished(self) -> Iterator[Relaxation]:
        for number, level in self.problem.wished.items():
            climb = self._leaving(f"wished {number}")
            columns = [
                column
                for _, _, column, _ in climb.steps(climb.last, [number] if number in climb.indicators else [])
            ]
            outcome = self._least(climb, dict.fromkeys(columns, -1))
            if outcome is not None:
                yield Relaxation(
                    f"wished {number}", level - climb.heights(outcome)[number][-1], outcome.proven
                )

    def _not_before(self) -> Iterator[Relaxation]:
        for number, levels in self.problem.not_before.items():
            by = self._first(
                range(1, max(levels.values(), default=1)),
                lambda amount, number=number, levels=levels: replace(  # type: ignore[misc]
                    self.problem,
                    not_before={
                        **self.problem.not_before,
                        number: {level: first - amount for level, first in levels.items()},
                    },
                ),
            )
            if by is not None:
                yield Relaxation(f"not_before {number}", Fraction(by))


def _named(one: Requirement) -> str:
    return f"requires {one.a} {plain_number(one.la)} {one.b} {plain_number(one.lb)}"
