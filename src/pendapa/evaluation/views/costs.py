"""What one step of an indicator costs and takes here: own numbers, and what the pack assumes where there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.evaluation.actions import costs as actions
from pendapa.evaluation.permissions import PLAN
from pendapa.evaluation.queries import editions
from pendapa.evaluation.queries import plans as queries
from pendapa.evaluation.queries import scenarios as starts
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.views import common
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import Refused
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument


@dataclass(frozen=True)
class Cell:
    """One step: what is typed, what holds without it, and what is wrong."""

    key: str
    level: int
    cost: str
    days: str
    cost_assumed: str
    days_assumed: str
    fault: str


@page(PLAN)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """The costs of the instrument in use."""
    start = starts.newest(request.actor, request.institution)
    known = editions.known(request.institution)
    instrument = start.instrument.id if start else next(iter(reversed(known)))
    return redirect("evaluation:costs_of", institution=request.institution.code, instrument=instrument)


@page(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: PageRequest, instrument: str) -> HttpResponse:
    """Every step of an instrument, by aspect."""
    known = editions.known(request.institution).get(instrument)
    if known is None:
        raise NotFound
    if request.method == "POST":
        return _save(request, known)
    return _show(request, known)


def _show(
    request: PageRequest, known: Instrument, typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None, stale: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    own = queries.own_costs(request.actor, request.institution, known.id)
    defaults = packs.planning().of(known.id)
    values = rules.values(known, defaults, own)
    mine = sum(1 for one in values.values() if not one.cost_assumed or not one.days_assumed)
    groups = [
        {
            "number": aspect.number,
            "name": words(aspect.name),
            "lines": [
                (one, words(one.short_name), words(defaults.kind(one.number).label),
                 [_cell(one.number, level, defaults, own, typed or {}, faults or {}) for level in rules.steps(known)])
                for one in aspect.indicators
            ],
        }
        for aspect in known.aspects
    ]  # fmt: skip
    context = common.room(request, "costs") | {
        "groups": groups, "levels": list(rules.steps(known)), "mine": mine, "total": len(values),
        "instrument": known, "instrument_title": short_title(known.title), "stale": stale, "faults": faults or {},
        "instruments": [(id, short_title(one.title)) for id, one in editions.known(request.institution).items()],
        "seen": _seen(own), "provenance": defaults.provenance,
    }  # fmt: skip
    return render(request, "evaluation/costs.html", context, status=status)


def _cell(
    number: str,
    level: int,
    defaults: Any,
    own: queries.Own,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> Cell:
    cost, days = own.get((number, level), (None, None))
    key = actions.key_text((number, level))
    return Cell(
        key, level, typed.get(f"c_{key}", _plain(cost)), typed.get(f"d_{key}", _plain(days)),
        _plain(defaults.cost(number, level)), _plain(defaults.days(number, level)), faults.get(key, ""),
    )  # fmt: skip


def _plain(value: Fraction | None) -> str:
    """As one types it: 40.000.000."""
    return "" if value is None else formats.number(value, "id")


def _seen(own: queries.Own) -> str:
    """The own numbers as the form showed them."""
    return json.dumps(
        {actions.key_text(k): [None if v is None else str(v) for v in pair] for k, pair in own.items()}
    )


def _save(request: PageRequest, known: Instrument) -> HttpResponse:
    typed = {n: str(v) for n, v in request.POST.items() if n[:2] in ("c_", "d_")}
    given = {
        (one.number, level): (typed.get(f"c_{key}", ""), typed.get(f"d_{key}", ""))
        for one in known.indicators
        for level in rules.steps(known)
        for key in [actions.key_text((one.number, level))]
        if f"c_{key}" in typed or f"d_{key}" in typed
    }
    try:
        changed = actions.set_costs(
            request.actor, request.institution, known.id, given, _were(request.POST.get("seen", ""))
        )
    except Refused as error:
        return _show(request, known, typed, error.faults, status=422)
    except Conflict as error:
        return _show(request, known, typed, stale=", ".join(error.names), status=409)
    if changed:
        said = ngettext("%(n)s step changed.", "%(n)s steps changed.", changed) % {"n": changed}
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("evaluation:costs_of", institution=request.institution.code, instrument=known.id)


def _were(text: str) -> dict[actions.Key, actions.Own]:
    """What the form showed; an unreadable text counts as an empty form, so that nobody is written over."""
    found: dict[actions.Key, actions.Own] = {}
    try:
        for key, pair in json.loads(text).items():
            number, _dash, level = str(key).rpartition("_")
            cost, days = (None if one is None else Fraction(str(one)) for one in pair)
            found[(number, int(level))] = (cost, days)
    except (ValueError, TypeError, AttributeError, ZeroDivisionError):
        return {}
    return found
