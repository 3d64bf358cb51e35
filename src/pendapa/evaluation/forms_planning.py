"""The form of a plan: it reads what was typed into what the rules ask for, and keeps every word for the next try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.rules import scenarios, scoring
from pendapa.kernel.numbers import whole
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import plain_number

GOALS = ("target", "predicate", "budget")
MOST_YEARS = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100
LOCK = "lock"
_TEXTS = ("title", "goal", "target", "predicate", "budget", "years", "first_year", "max_rise", "counts_by")


def required(text: tuple[str, int, str, int]) -> str:
    """A prerequisite as a tick box carries it: ``11:3:1:2``."""
    return ":".join(str(part) for part in text)


@dataclass
class PlanForm:
    """What was typed, by the names of the form, for one instrument and the units that may be limited.

    ``offered`` are the prerequisites that can be ticked. After :meth:`read`, ``faults`` maps names of fields to words.
    """

    instrument: Instrument
    levels: Mapping[str, str]
    units: Mapping[str, str]
    offered: tuple[rules.Requires, ...]
    data: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def names(cls, instrument: Instrument, units: Mapping[str, str]) -> list[str]:
        """Every single-valued field."""
        found = [*_TEXTS, *(f"budget_{year}" for year in range(1, MOST_YEARS + 1))]
        found += [f"hold_{one.number}" for one in instrument.indicators]
        return found + [f"capacity_{code}" for code in units]

    def fill(self, sent: Any) -> None:
        """Take what a browser sent, a ``QueryDict``."""
        for name in self.names(self.instrument, self.units):
            if name in sent:
                self.data[name] = str(sent.get(name, "")).strip()[:200]
        self.data["requires"] = [str(one)[:40] for one in sent.getlist("requires")]

    def text(self, name: str) -> str:
        return str(self.data.get(name, ""))

    def read(self) -> rules.Asked | None:
        """What is asked for; None where something is wrong, told in ``faults``."""
        years = self._whole("years", 1, MOST_YEARS)
        goal = self.text("goal")
        if goal not in GOALS:
            self.faults["goal"] = _("Choose what the plan is to reach.")
        asked = rules.Asked(
            years=years or 1,
            first_year=self._whole("first_year", FIRST_YEAR, LAST_YEAR) or FIRST_YEAR,
            target=self._target() if goal == "target" else None,
            predicate=self._predicate() if goal == "predicate" else None,
            budget=self._amount("budget", needed=goal == "budget"),
            budgets=tuple(self._amount(f"budget_{year}") for year in range(1, (years or 1) + 1)),
            max_rise=self._whole("max_rise", 0, 9) if self.text("max_rise") else None,
            locked=tuple(n for n, how in self._held().items() if how == LOCK),
            wished={n: how for n, how in self._held().items() if how != LOCK},
            capacity=self._capacity(),
            requires=self._requires(),
            counts_by=self._date(),
        )
        return None if self.faults else asked

    def _whole(self, name: str, low: int, high: int) -> int | None:
        value = whole(self.text(name))
        if value is None or not low <= value <= high:
            facts = {"given": self.text(name), "low": low, "high": high}
            self.faults[name] = (
                _("“%(given)s” given. Accepted: a whole number from %(low)s to %(high)s.") % facts
            )
            return None
        return value

    def _target(self) -> str | None:
        """Any index on the scale, also between two levels; not below where it stands already."""
        text, scale = self.text("target").replace(",", "."), self.instrument.scale
        try:
            scoring.distance(self.instrument, self.levels, text)
        except scoring.ScoreError:
            facts = {
                "given": self.text("target"), "low": plain_number(scale.min), "high": plain_number(scale.max),
            }  # fmt: skip
            self.faults["target"] = (
                _("“%(given)s” is off the scale. Accepted: an index from %(low)s to %(high)s.") % facts
            )
            return None
        return plain_number(Fraction(text))

    def _predicate(self) -> str | None:
        names = [one.name for one in self.instrument.predicates]
        if self.text("predicate") in names:
            return self.text("predicate")
        self.faults["predicate"] = _("Choose one of the predicates.")
        return None

    def _amount(self, name: str, needed: bool = False) -> Fraction | None:
        text = self.text(name)
        if not text and not needed:
            return None
        value = rules.amount(text)
        if value is None:
            self.faults[name] = _(
                "“%(given)s” is no amount. Write it as 1600000000, 1.600.000.000 or 1,6 M."
            ) % {"given": text}
        return value

    def _held(self) -> dict[str, str]:
        found = {}
        for one in self.instrument.indicators:
            how = self.text(f"hold_{one.number}")
            if not how:
                continue
            if how != LOCK and scenarios.accepted(self.instrument, how) is None:
                self.faults[f"hold_{one.number}"] = _("“%(given)s” is no level of indicator %(number)s.") % {
                    "given": how, "number": one.number,
                }  # fmt: skip
                continue
            found[one.number] = how
        return found

    def _capacity(self) -> dict[str, Fraction]:
        found = {}
        for code in self.units:
            text = self.text(f"capacity_{code}")
            if not text:
                continue
            value = rules.amount(text)
            if value is None:
                self.faults[f"capacity_{code}"] = _("“%(given)s” is no number of days.") % {"given": text}
            else:
                found[code] = value
        return found

    def _requires(self) -> tuple[rules.Requires, ...]:
        ticked = set(self.data.get("requires", []))
        return tuple(one for one in self.offered if required(one) in ticked)

    def _date(self) -> date | None:
        text = self.text("counts_by")
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.faults["counts_by"] = _(
                "“%(given)s” is no date. Write it as year-month-day, such as 2027-07-31."
            ) % {"given": text}
            return None
