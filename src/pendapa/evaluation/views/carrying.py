"""The page on which a round takes over what an earlier one holds: what goes where, what not and why, then the deed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from pendapa.evaluation.actions import carrying as actions
from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import EDIT, RUN
from pendapa.evaluation.queries import carrying as queries
from pendapa.evaluation.queries import cycles, instruments
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import carrying as rules
from pendapa.evaluation.views import common
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict

KINDS = {
    "use": gettext_lazy("Evidence"),
    "explanation": gettext_lazy("Explanation"),
    "duty": gettext_lazy("Unit that answers"),
}
REASONS = {
    "none": gettext_lazy("No continuation in the newer instrument"),
    "unknown": gettext_lazy("Not in the crosswalk"),
    "gone": gettext_lazy("Is not there any more"),
    "rejected": gettext_lazy("Was rejected"),
    "there": gettext_lazy("Is there already"),
    "written": gettext_lazy("An explanation is written there already"),
}


@page(RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Choose a round, see what would go along, take it over."""
    target = cycles.cycle(request.actor, request.institution, year, instrument)
    sources = queries.sources(request.actor, target)
    given = request.POST if request.method == "POST" else request.GET
    source = _chosen(sources, given.get("dari", ""))
    rejected, levels = given.get("ditolak") == "1", given.get("tingkat") == "1"
    faults: list[str] = []
    if request.method == "POST" and source is not None:
        try:
            done = actions.carry(request.actor, source, target, rejected=rejected, levels=levels)
        except actions.Refused as error:
            faults = list(error.faults.values())
        except Conflict:
            faults = [_("Somebody changed the round meanwhile. Look at it again, then repeat it.")]
        else:
            messages.success(request, _done(done))
            return redirect(reverse("evaluation:carry", args=[request.institution.code, year, instrument]))
    context = common.cycle_room(request, target, "carry") | {
        "sources": sources,
        "source": source,
        "rejected": rejected,
        "faults": faults,
        "over": instruments.is_over(target),
        "may_levels": request.actor.may(EDIT, request.institution),
    }
    if source is not None:
        context |= _shown(queries.prepared(request.actor, source, target, rejected=rejected))
    return render(request, "evaluation/instruments_carry.html", context, status=422 if faults else 200)


def _chosen(sources: list[Cycle], given: str) -> Cycle | None:
    """The named round; the most likely one where none is named."""
    if not given:
        return sources[0] if sources else None
    found = next((one for one in sources if f"{one.year}/{one.instrument}" == given), None)
    if found is None:
        raise NotFound
    return found


def _shown(prepared: queries.Prepared | None) -> dict[str, Any]:
    if prepared is None:
        return {}
    plan = prepared.plan
    pieces: dict[str, list[tuple[str, str]]] = {}
    for origin, use in plan.uses:
        pieces.setdefault(use.indicator, []).append((use.title, origin.indicator))
    explained = {one.indicator: sources for sources, one in plan.explanations}
    duties: dict[str, list[rules.Charge]] = {}
    for charge in plan.charges:
        duties.setdefault(charge.indicator, []).append(charge)
    same = prepared.way.source_id == prepared.way.target_id
    lines = [
        {
            "one": one, "pieces": pieces.get(one.number, []), "explained": explained.get(one.number, ()),
            "duties": duties.get(one.number, []), "last": prepared.last.get(one.number, "") if same else "",
        }
        for one in prepared.after.indicators
    ]  # fmt: skip
    names = {one.number: words(one.short_name) for one in prepared.before.indicators}
    return {
        "plan": plan,
        "same": same,
        "lines": [
            line for line in lines if line["pieces"] or line["explained"] or line["duties"] or line["last"]
        ],
        "left": [_left(one, names) for one in plan.left if one.reason != "there"],
        "there": sum(1 for one in plan.left if one.reason == "there"),
        "levels": prepared.levels,
        "way": prepared.way,
        "summary": _summary(plan),
    }


def _left(one: rules.Left, names: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": KINDS[one.kind],
        "number": one.indicator,
        "name": names.get(one.indicator, ""),
        "what": one.what if one.kind != "explanation" else "",
        "reason": REASONS[one.reason],
        "why": words(one.why),
    }


def _counts(plan: rules.Plan) -> str:
    uses, texts, duties = len(plan.uses), len(plan.explanations), len(plan.charges)
    told = [
        ngettext("%(n)s piece of evidence", "%(n)s pieces of evidence", uses) % {"n": uses},
        ngettext("%(n)s explanation", "%(n)s explanations", texts) % {"n": texts},
        ngettext("%(n)s duty", "%(n)s duties", duties) % {"n": duties},
    ]
    return ", ".join(told)


def _summary(plan: rules.Plan) -> str:
    return "" if plan.is_empty else _counts(plan)


def _done(plan: rules.Plan) -> str:
    if plan.is_empty:
        return _("Nothing was left to take over.")
    return _("Taken over: %(what)s.") % {"what": _counts(plan)}
