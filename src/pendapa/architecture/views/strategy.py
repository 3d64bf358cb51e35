"""The strategy map (*Peta Strategi*): vision, missions, aims, goals and indicators as a tree."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pendapa.architecture import metamodel, queries
from pendapa.architecture.permissions import EDIT, VIEW
from pendapa.architecture.rules.strategy import (
    LEVELS,
    STEP,
    TALL,
    Branch,
    Standing,
    bars,
    branch_of,
    depth_for,
    size,
    standings,
)
from pendapa.architecture.views.common import address, language, room, unit_options
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.review.pages import over
from pendapa.kernel.tables import periods
from pendapa.regulations.metamodel import Metamodel

AT_ONCE = 250
"""Parts that one page shows; of a larger map the lower levels are a click away."""
SIDE = 6
"""Room beside the bars of a chart, in units of the drawing."""


@require_safe
@page(VIEW)
@over
def strategy(request: PageRequest) -> HttpResponse:
    """The whole map, or that of one unit with what stands above it."""
    unit = request.GET.get("unit", "")[:40]
    found = queries.strategy_map(request.actor, request.institution, unit)
    trees, top = found.trees, _top(found, request.GET.get("dari", ""))
    if top is not None:
        trees = [branch for branch in [branch_of(trees, top)] if branch is not None]
    depth = depth_for(trees, AT_ONCE)
    model, counts = metamodel.of(request.institution), found.counts()
    context = room(request, model.strategy.key) | {
        "trees": [_drawn(request, model, found, branch, depth, root=top is None) for branch in trees],
        "whole_url": address(request.institution, "strategy", unit=unit) if top is not None else "",
        "counts": [{"label": _named(model, kind), "count": counts[kind]} for kind in LEVELS],
        "total": len(found.elements),
        "unit": unit,
        "units": unit_options(request, unit),
        "list_url": address(request.institution, "list", domain=model.strategy.key),
        "new_url": address(request.institution, "new", domain=model.strategy.key),
        "first_url": address(request.institution, "new", domain=model.strategy.key, kind=LEVELS[0]),
    }
    return render(request, "architecture/strategy.html", context)


def _drawn(
    request: PageRequest,
    model: Metamodel,
    found: queries.StrategyMap,
    branch: Branch,
    depth: int,
    root: bool = False,
) -> dict[str, Any]:
    """One element of the map with what hangs under it, as the template takes it."""
    element = found.elements[branch.key]
    kind, institution = element["kind"], request.institution
    level = LEVELS.index(kind) if kind in LEVELS else len(LEVELS)
    lower = LEVELS[level + 1] if level + 1 < len(LEVELS) else ""
    drawn = {
        "element": element,
        "level": level,
        "kind": _named(model, kind) if kind in LEVELS else "",
        "orphan": root and level > 0,
        "below": [_drawn(request, model, found, one, depth - 1) for one in branch.below] if depth > 1 else [],
        "more": size(branch) - 1 if depth <= 1 else 0,
        "add": "",
        "add_label": "",
    }
    if lower and request.actor.may(EDIT, institution):
        drawn["add"] = address(
            institution, "new", domain=model.strategy.key, kind=lower, under=str(element["uid"])
        )
        drawn["add_label"] = _named(model, lower)
    if kind == LEVELS[-1]:
        drawn |= _indicator(model, element) | {"processes": found.processes.get(branch.key, [])}
    return drawn


def _top(found: queries.StrategyMap, uid: str) -> int | None:
    """The part that the page is to begin with, where the address names one that is on the map."""
    return next((pk for pk, element in found.elements.items() if str(element["uid"]) == uid), None)


def _named(model: Metamodel, kind: str) -> str:
    """The name of a level; an indicator by its short word, for there are many."""
    return "IKU" if kind == LEVELS[-1] else model.strategy.kind(kind).label.in_language(language())


def _indicator(model: Metamodel, element: dict[str, Any]) -> dict[str, Any]:
    """Unit, direction, the years and this year's quarters of an indicator; where there are no years, the single official
    values."""
    told = standings(element["target_tahunan"], element["realisasi_tahunan"], element["arah"] or "")
    quarters = standings(element["target_triwulan"], element["realisasi_triwulan"], element["arah"] or "")
    this = str(timezone.localdate().year)
    chart = bars(told)
    column = model.strategy.column("arah")
    known = column.match_value(str(element["arah"])) if element["arah"] else None
    return {
        "indicator": True,
        "unit": element["satuan_iku"] or "",
        "direction": known.label.in_language(language()) if known else (element["arah"] or ""),
        "way": known.key if known else "",
        "years": [_told(one) for one in told],
        "quarters": [_told(one) for one in quarters if one.period.startswith(this)],
        "this_year": this,
        "bars": chart,
        "chart": {"width": len(chart) * STEP + SIDE, "height": TALL + 14, "base": TALL, "text": TALL + 12},
        "single": {"target": element["nilai_iku_target"], "result": element["nilai_iku_realisasi"]},
    }


def _told(one: Standing) -> dict[str, str]:
    return {
        "period": periods.label(one.period), "short": periods.label(one.period).removesuffix(f" {one.period[:4]}"),
        "target": _number(one.target), "result": _number(one.result), "verdict": one.verdict,
    }  # fmt: skip


def _number(text: str) -> str:
    """With the comma of the language, as it was written otherwise."""
    return periods.with_comma(text) if language().startswith("id") else text
