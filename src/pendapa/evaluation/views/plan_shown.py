"""A computed plan as its page shows it: the line of the index, the proof, what it is compared with, the steps by year."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.evaluation.models import Plan
from pendapa.evaluation.queries import assessments as sheets
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.rules import scoring
from pendapa.evaluation.views import plan_relaxed
from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.ui import formats
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.schema import plain_number

ASSUMED = "Biaya dan hari langkah yang tidak diisi instansi adalah asumsi paket Pendapa, bukan harga."
KINDS = {
    "greedy": (gettext_lazy("Most index per rupiah first"), gettext_lazy("the greedy way")),
    "lowest": (gettext_lazy("Whatever stands lowest first"), gettext_lazy("the usual habit")),
}


def stopped(row: Plan) -> bool:
    """It was to be computed, and nobody computes it any more."""
    return row.state == "computing" and (row.job is None or row.job.state in ("cancelled", "failed"))


def requirement(instrument: Instrument, one: rules.Requires) -> str:
    """A prerequisite in words."""
    a, la, b, lb = one
    facts = {
        "a": f"{a} {words(instrument.indicator(a).short_name)}", "la": la,
        "b": f"{b} {words(instrument.indicator(b).short_name)}", "lb": lb,
    }  # fmt: skip
    return _("%(a)s at level %(la)s only with %(b)s at level %(lb)s") % facts


def shown(request: PageRequest, row: Plan, instrument: Instrument) -> dict[str, Any]:
    """Everything that the page of a computed plan needs."""
    problem, result = row.problem, row.result
    start = scoring.score(instrument, problem["levels"])
    years = rules.by_year(problem, result, row.first_year)
    facts: dict[str, Any] = {
        "instrument_title": short_title(instrument.title), "result": result, "problem": problem,
        "start": start.index, "start_predicate": words(instrument.predicate_of(start.index).label),
        "last_year": row.first_year + int(problem["years"]) - 1,
        "goal": _goal(instrument, problem), "limits": _limits(instrument, row), "assumed": _assumed(row),
    }  # fmt: skip
    if row.state == "infeasible":
        return facts | {"relax": [plan_relaxed.told(row, instrument, one) for one in result["relax"]]}
    end, cost = Fraction(result["index"][-1]), Fraction(result["cost"])
    for_budget = "target" not in problem and "predicate" not in problem
    return facts | {
        "end": end, "cost": cost, "predicate": words(instrument.predicate_of(end).label),
        "steps": len(result["steps"]), "years": [_year(instrument, one) for one in years],
        "points": _points(request, row, start.index, years), "target": _aim(row, end),
        "bands": [(words(p.label), plain_number(p.min)) for p in sorted(instrument.predicates, key=lambda p: p.min)],
        "bound": Fraction(result["bound"]), "for_budget": for_budget,
        "proven": Fraction(result["bound"]) == (end if for_budget else cost),
        "marginal": None if result.get("marginal") is None else Fraction(result["marginal"]),
        "higher": [(Fraction(one["target"]), Fraction(one["cost"]) - cost)
                   for one in row.alternatives if one["kind"] == "higher"],
        "compared": _compared(row, years, cost), "others": _others(row, instrument, cost),
        "counted": _counted(problem),
    }  # fmt: skip


def _goal(instrument: Instrument, problem: dict[str, Any]) -> str:
    language = formats.language()
    if problem.get("target") is not None:
        return formats.number(Fraction(str(problem["target"])), language, 2)
    if problem.get("predicate"):
        return next(words(p.label) for p in instrument.predicates if p.name == problem["predicate"])
    return ""


def _aim(row: Plan, end: Fraction) -> dict[str, Any]:
    return {"value": Decimal(scoring.display(end, 6)), "year": row.first_year + int(row.problem["years"]) - 1}


def _points(
    request: PageRequest, row: Plan, start: Fraction, years: list[rules.Year]
) -> list[dict[str, Any]]:
    """The known figures before the plan, where it sets out, and its years."""
    known = sheets.history(request.actor, request.institution).points
    points = [
        {"year": one.year, "value": one.value}
        for one in known
        if one.year is not None and one.year < row.first_year - 1
    ][-3:]
    points.append({"year": row.first_year - 1, "value": Decimal(scoring.display(start, 6))})
    return points + [
        {"year": one.year, "value": Decimal(scoring.display(one.index, 6)), "plan": True} for one in years
    ]


def _year(instrument: Instrument, one: rules.Year) -> dict[str, Any]:
    steps = [
        {
            **step,
            "name": words(instrument.indicator(step["indicator"]).short_name),
            "cost": Fraction(step["cost"]),
        }
        for step in one.steps
    ]
    return {"year": one.year, "index": one.index, "cost": one.cost, "budget": one.budget, "first": steps[:6], "rest": steps[6:],
            "count": len(steps)}  # fmt: skip


def _compared(row: Plan, years: list[rules.Year], cost: Fraction) -> list[dict[str, Any]]:
    """This plan, the greedy way and the usual habit, each with what it wastes."""
    first = {"label": _("This plan"), "note": _("proven cheapest"), "index": [one.index for one in years],
             "cost": cost, "waste": None, "own": True, "reached": True}  # fmt: skip
    rows: list[dict[str, Any]] = [first]
    for one in row.alternatives:
        if one["kind"] not in KINDS or not one.get("index"):
            continue
        label, note = KINDS[one["kind"]]
        spent, reached = Fraction(one["cost"]), one.get("reached", True)
        rows.append({"label": label, "note": note, "index": [Fraction(i) for i in one["index"]], "cost": spent,
                     "waste": spent - cost if reached else None, "own": False, "reached": reached})  # fmt: skip
    most = max((one["cost"] for one in rows), default=Fraction(0)) or Fraction(1)
    return [
        {
            **one,
            "share": one["cost"] / most * 100,
            "index": list(zip((y.year for y in years), one["index"], strict=False)),
        }
        for one in rows
    ]


def _others(row: Plan, instrument: Instrument, cost: Fraction) -> list[dict[str, Any]]:
    """The next cheapest different plans: what they cost more, and in what they differ."""
    mine = {(s["indicator"], s["to"]) for s in row.result["steps"]}
    found = []
    for one in row.alternatives:
        if one["kind"] != "other":
            continue
        theirs = {(s["indicator"], s["to"]) for s in one["steps"]}
        found.append({
            "cost": Fraction(one["cost"]), "more": Fraction(one["cost"]) - cost, "index": Fraction(one["index"][-1]),
            "added": _steps(instrument, theirs - mine), "left_out": _steps(instrument, mine - theirs),
        })  # fmt: skip
    return found


def _steps(instrument: Instrument, steps: set[tuple[str, str]]) -> list[str]:
    order = {one.number: place for place, one in enumerate(instrument.indicators)}
    return [
        f"{number} {words(instrument.indicator(number).short_name)} → {to}"
        for number, to in sorted(steps, key=lambda s: (order[s[0]], int(s[1])))
    ]


def _counted(problem: dict[str, Any]) -> dict[str, int]:
    """How much the proof had to look at."""
    return {
        "choices": sum(len(one) for one in problem["costs"].values()) * int(problem["years"]),
        "requires": len(problem.get("requires", [])),
        "budgets": sum(1 for one in problem.get("budgets", []) if one is not None),
    }


def _assumed(row: Plan) -> bool:
    """Whether any cost of the plan came from the pack."""
    return bool(row.form.get("assumed", True))


def _limits(instrument: Instrument, row: Plan) -> list[str]:
    """What bound the plan, in words."""
    problem, language, found = row.problem, formats.language(), []
    if problem.get("budget") is not None:
        found.append(
            _("Together at most %(sum)s")
            % {"sum": formats.rupiah(Fraction(problem["budget"]), language, True)}
        )
    for place, one in enumerate(problem.get("budgets") or []):
        if one is not None:
            facts = {"year": row.first_year + place, "sum": formats.rupiah(Fraction(one), language, True)}
            found.append(_("%(year)s at most %(sum)s") % facts)
    if problem.get("max_rise") is not None:
        found.append(_("at most %(n)s levels of an indicator a year") % {"n": problem["max_rise"]})
    if problem.get("locked"):
        found.append(_("locked: indicator %(numbers)s") % {"numbers": ", ".join(problem["locked"])})
    for number, level in (problem.get("wished") or {}).items():
        found.append(_("indicator %(number)s at least at %(level)s") % {"number": number, "level": level})
    for unit, days in (problem.get("capacity") or {}).items():
        most = max((Fraction(one) for one in days if one is not None), default=None)
        if most is None:
            continue
        facts = {"unit": unit, "days": formats.number(most, language)}
        found.append(_("%(unit)s: %(days)s person-days a year") % facts)
    if problem.get("requires"):
        found.append(_("%(n)s prerequisites between indicators") % {"n": len(problem["requires"])})
    if problem.get("not_before"):
        found.append(_("nothing counts in %(year)s any more: its date is past") % {"year": row.first_year})
    return found
