"""What would have to give way for a plan that cannot be: in words, and as the form filled so.

The names are those of :mod:`pendapa.evaluation.rules.relaxing`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Plan
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import scoring
from pendapa.kernel.ui import formats
from pendapa.regulations.instruments import Instrument

Fields = list[tuple[str, str]]


def told(row: Plan, instrument: Instrument, one: dict[str, str]) -> dict[str, str]:
    """``text`` in words, ``url`` of the form with this given way (empty where several fields would have to be weighed)."""
    name, _space, rest = one["constraint"].partition(" ")
    by = Fraction(one["by"])
    way = _WAYS.get(name)
    fields, text = way(row, instrument, rest, by) if way else ([], _unknown(one["constraint"], by))
    return {"text": text, "url": _url(row, fields) if fields else ""}


def _url(row: Plan, fields: Fields) -> str:
    query = [("rencana", str(row.uid)), ("dari", row.form.get("dari", "")), *fields]
    here = reverse("evaluation:plan_new", args=[row.institution.code])
    return f"{here}?{urlencode([(name, value) for name, value in query if value or name not in ('dari',)])}"


def _unknown(name: str, by: Fraction) -> str:
    return _("%(name)s must give way by %(by)s") % {
        "name": name,
        "by": formats.number(by, formats.language(), 2),
    }


def _money(by: Fraction) -> str:
    return formats.rupiah(by, formats.language(), short=True)


def _target(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    problem = row.problem
    wanted = [Fraction(str(problem["target"]))] if problem.get("target") is not None else []
    wanted += [one.min for one in instrument.predicates if one.name == problem.get("predicate")]
    lower = scoring.exact(Fraction(((max(wanted) - by) * 10000).__floor__(), 10000))
    facts = {
        "by": formats.number(by, formats.language(), 3), "target": formats.number(Fraction(lower), formats.language()),
    }  # fmt: skip
    return [("target", lower)], _("Aim %(by)s lower, at %(target)s.") % facts


def _budget(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    more = Fraction(row.problem["budget"]) + by
    return [("budget", _up(more))], _("%(sum)s more money in all.") % {"sum": _money(by)}


def _budgets(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    """Nobody can say in which year it is needed, so the form gets it in each."""
    fields = [
        (f"budget_{place}", _up(Fraction(one) + by))
        for place, one in enumerate(row.problem["budgets"], 1)
        if one is not None
    ]
    text = _("Yearly ceilings that are together %(sum)s higher (the form adds it to each year).")
    return fields, text % {"sum": _money(by)}


def _rise(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    most = int(row.problem["max_rise"]) + _ceil(by)
    return [("max_rise", str(most))], _("Let an indicator rise %(n)s levels a year.") % {"n": most}


def _years(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    """The years that are added get the ceiling of the last one, as the proof took it."""
    before, years = int(row.problem["years"]), int(row.problem["years"]) + _ceil(by)
    fields = [("years", str(years))]
    budgets = row.problem.get("budgets") or []
    if budgets and budgets[-1] is not None:
        fields += [(f"budget_{place}", str(budgets[-1])) for place in range(before + 1, years + 1)]
    return fields, _("Take %(n)s years instead of %(before)s.") % {"n": years, "before": before}


def _capacity(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    found = row.problem.get("capacity") or {}
    units = [rest] if rest in found else list(found)
    fields = [
        (f"capacity_{unit}", _up(max(Fraction(one) for one in found[unit] if one is not None) + by))
        for unit in units
        if any(one is not None for one in found[unit])
    ]
    facts = {"unit": rest or ", ".join(units), "days": formats.number(by, formats.language(), 0)}
    return fields, _("%(days)s more person-days for %(unit)s over the years together.") % facts


def _locked(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    numbers = [rest] if rest else list(row.problem.get("locked", []))
    names = "; ".join(_named(instrument, number) for number in numbers)
    return [(f"hold_{number}", "") for number in numbers], _("Unlock indicator %(name)s.") % {"name": names}


def _wished(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    lower = Fraction(str(row.problem["wished"][rest])) - by
    stays = lower <= Fraction(str(row.problem["levels"][rest]))
    facts = {"name": _named(instrument, rest), "level": formats.number(lower, formats.language())}
    text = _("Wish no more than level %(level)s of indicator %(name)s.") % facts
    return [(f"hold_{rest}", "" if stays else scoring.exact(lower))], text


def _requires(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    parts = rest.split()
    if len(parts) != 4:
        return [], _("Leave out %(n)s of the prerequisites.") % {"n": formats.number(by, formats.language())}
    facts = {
        "a": _named(instrument, parts[0]), "la": parts[1], "b": _named(instrument, parts[2]), "lb": parts[3],
    }  # fmt: skip
    text = _("Leave out a prerequisite: %(a)s at level %(la)s only with %(b)s at level %(lb)s.") % facts
    return [("tanpa", ":".join(parts))], text


def _not_before(row: Plan, instrument: Instrument, rest: str, by: Fraction) -> tuple[Fields, str]:
    text = _("Let the first year count for indicator %(name)s (the form takes the date away).")
    return [("counts_by", "")], text % {"name": _named(instrument, rest)}


_WAYS: dict[str, Any] = {
    "target": _target, "budget": _budget, "budgets": _budgets, "max_rise": _rise, "years": _years,
    "capacity": _capacity, "locked": _locked, "wished": _wished, "requires": _requires, "not_before": _not_before,
}  # fmt: skip


def _named(instrument: Instrument, number: str) -> str:
    return f"{number} {words(instrument.indicator(number).short_name)}"


def _up(value: Fraction) -> str:
    """A whole number, never below."""
    return str(_ceil(value))


def _ceil(value: Fraction) -> int:
    return int(value.__ceil__())
