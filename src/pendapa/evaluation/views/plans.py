"""Plans to a target: ask for one, watch it being computed, see what it costs and why nothing is cheaper, take it along."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation import ports
from pendapa.evaluation.actions import plans as actions
from pendapa.evaluation.forms_planning import LOCK, MOST_YEARS, PlanForm, required
from pendapa.evaluation.models import Plan
from pendapa.evaluation.permissions import PLAN
from pendapa.evaluation.queries import plans as queries
from pendapa.evaluation.queries import scenarios as starts
from pendapa.evaluation.queries.assessments import short_title, words
from pendapa.evaluation.rules import problems as rules
from pendapa.evaluation.views import common, plan_sheets, plan_shown
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.jobs import queries as jobs
from pendapa.kernel.jobs import signs
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs


@page(PLAN)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Every plan that was computed."""
    rows = list(queries.visible(request.actor, request.institution).defer("problem", "alternatives")[:200])
    shown = [
        {"row": row, "cost": row.result.get("cost"), "index": (row.result.get("index") or [None])[-1],
         "steps": len(row.result.get("steps", [])), "stopped": plan_shown.stopped(row)}
        for row in rows
    ]  # fmt: skip
    return render(request, "evaluation/plans.html", common.room(request, "plans") | {"rows": shown})


# ---- asking for one


@page(PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """The form; what an earlier plan asked for can be filled in again, with one thing changed."""
    sent = request.POST if request.method == "POST" else request.GET
    start = queries.start(request.actor, request.institution, sent.get("dari", "")[:80])
    if start is None or (request.method == "POST" and not start.levels):
        return render(request, "evaluation/plan_nothing.html", common.room(request, "plans"))
    units = queries.leaders(request.actor, request.institution, start.instrument.id)
    names = {unit.code: unit.name for unit in units.values()}
    offered = packs.planning().of(start.instrument.id).requires
    form = PlanForm(start.instrument, start.levels, names, offered)
    if request.method != "POST":
        _begin(request, form, start)
        return _form(request, form, start)
    form.fill(request.POST)
    asked = form.read() if not _missing(start) else None
    if asked is None:
        return _form(request, form, start, status=422)
    values = queries.values(request.actor, request.institution, start.instrument)
    document = rules.document(
        start.instrument, start.levels, asked, values,
        {number: unit.code for number, unit in units.items()}, timezone.localdate(),
    )  # fmt: skip
    try:
        row = actions.compute(
            request.actor, request.institution, document, edition=start.edition, first_year=asked.first_year,
            title=form.text("title"), form={**form.data, "dari": start.key, "assumed": any(one.cost_assumed for one in values.values())},
        )  # fmt: skip
    except Refused as error:
        form.faults = error.faults
        return _form(request, form, start, status=422)
    return redirect("evaluation:plan", institution=request.institution.code, uid=row.uid)


def _missing(start: starts.Start) -> list[str]:
    return [one.number for one in start.instrument.indicators if one.number not in start.levels]


def _begin(request: PageRequest, form: PlanForm, start: starts.Start) -> None:
    """What the form shows first: an earlier plan's words, else the target of the sheet and next year; then the address'."""
    earlier = request.GET.get("rencana", "")
    year = start.sheet.year + 1 if start.sheet else timezone.localdate().year + 1
    target = start.sheet.target if start.sheet else ""
    form.data = {
        "goal": "target", "target": target.replace(".", ","), "years": "3", "first_year": str(year),
        "max_rise": "1",  # without a limit the cheapest plan does everything in the first year
        "requires": [required(one) for one in form.offered],
        "counts_by": _deadline(request, start, year),
    }  # fmt: skip
    if earlier:
        try:
            form.data |= queries.plan(request.actor, request.institution, UUID(earlier)).form
        except ValueError:
            raise NotFound from None
    for name in PlanForm.names(form.instrument, form.units):
        if name in request.GET:
            form.data[name] = request.GET[name][:200]
    if "target" in request.GET:
        form.data |= {"goal": "target", "target": request.GET["target"][:20].replace(".", ",")}
    unticked = set(request.GET.getlist("tanpa"))
    form.data["requires"] = [one for one in form.data.get("requires", []) if one not in unticked]


def _deadline(request: PageRequest, start: starts.Start, year: int) -> str:
    """The date of the cycle of that year, where it is open already."""
    cycle = queries.newest_cycle(request.actor, request.institution, start.instrument.id)
    if cycle is None or cycle.year != year:
        return ""
    return str(cycle.deadlines.get("self", ""))


def _form(request: PageRequest, form: PlanForm, start: starts.Start, status: int = 200) -> HttpResponse:
    instrument = start.instrument
    now = starts.rules.outcome(instrument, start.levels)
    first = whole(form.text("first_year")) or timezone.localdate().year + 1
    budgets = [
        (place, first + place - 1, form.text(f"budget_{place}"), form.faults.get(f"budget_{place}", ""))
        for place in range(1, MOST_YEARS + 1)
    ]
    missing = _missing(start)
    context = common.room(request, "plans") | {
        "form": form, "data": form.data, "faults": form.faults, "start": start, "now": now, "budgets": budgets,
        "predicate": words(instrument.predicate_of(now.index).label) if now.index is not None else "",
        "predicates": sorted(instrument.predicates, key=lambda one: one.min),
        "instrument_title": short_title(instrument.title), "missing": missing,
        "holds": _holds(form), "held": sum(1 for one in instrument.indicators if form.text(f"hold_{one.number}")),
        "capacities": [(code, name, form.text(f"capacity_{code}"), form.faults.get(f"capacity_{code}", ""))
                       for code, name in sorted(form.units.items(), key=lambda pair: pair[1])],
        "offered": _offered(form), "years": range(1, MOST_YEARS + 1), "rises": range(1, 5),
        "starts": [
            (one.key, _named(one, name)) for one, name in queries.starts(request.actor, request.institution)
        ],
        "problem_faults": [fault for name, fault in form.faults.items() if name.startswith("problem_")],
    }  # fmt: skip
    return render(request, "evaluation/plan_form.html", context, status=status)


def _named(one: starts.Start, name: str) -> str:
    if one.sheet is None:
        return _("What if: %(name)s") % {"name": name}
    return f"{one.sheet.year} · {one.sheet.get_stage_display()} · {short_title(one.instrument.title)}"


def _holds(form: PlanForm) -> list[dict[str, Any]]:
    """Each indicator with how it may be held: locked where it stands, or a level that it must reach."""
    found = []
    for one in form.instrument.indicators:
        now, chosen = form.levels.get(one.number, ""), form.text(f"hold_{one.number}")
        choices = [
            (str(level), _("at least level %(level)s") % {"level": level})
            for level in rules.steps(form.instrument)
            if not now or level > float(now)
        ]
        found.append(
            {"number": one.number, "name": words(one.short_name), "level": now, "chosen": chosen, "lock": LOCK,
             "choices": choices, "fault": form.faults.get(f"hold_{one.number}", "")}
        )  # fmt: skip
    return found


def _offered(form: PlanForm) -> list[dict[str, Any]]:
    ticked = set(form.data.get("requires", []))
    return [
        {
            "value": required(one),
            "on": required(one) in ticked,
            "text": plan_shown.requirement(form.instrument, one),
        }
        for one in form.offered
    ]


# ---- one plan


@page(PLAN)
@require_safe
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """The plan with its proof; while it is computed, how far it is."""
    row = queries.plan(request.actor, request.institution, uid)
    context = common.room(request, "plans") | {
        "plan": row,
        "again": _again_url(row, request.institution.code),
    }
    if row.state == "computing" and not plan_shown.stopped(row):
        told: dict[str, Any] = {}
        if row.job:
            signs.freshen(row.job)
            told = jobs.told(row.job)
        return render(request, "evaluation/plan_waiting.html", context | {"told": told})
    if row.state not in ("optimal", "infeasible"):
        told = jobs.told(row.job) if row.job else {}
        return render(request, "evaluation/plan_failed.html", context | {"told": told})
    instrument = queries.instrument(row)
    context |= plan_shown.shown(request, row, instrument)
    maker = ports.initiatives.maker
    context["may_send"] = maker is not None and maker.may(request.actor, request.institution)
    context["drafts_url"] = (
        maker.address(request.actor, request.institution, row.uid) if maker and row.sent_at else ""
    )
    template = "plan" if row.state == "optimal" else "plan_infeasible"
    return render(request, f"evaluation/{template}.html", context)


def _again_url(row: Plan, code: str) -> str:
    """The form filled with what this plan asked for."""
    query = {"rencana": str(row.uid), "dari": row.form.get("dari", "")}
    return f"{reverse('evaluation:plan_new', args=[code])}?{urlencode({k: v for k, v in query.items() if v})}"


@page(PLAN)
@require_safe
def download(request: PageRequest, uid: UUID, form: str) -> HttpResponse:
    """The plan as JSON (problem and answer), xlsx or csv."""
    row = queries.plan(request.actor, request.institution, uid)
    if row.state not in ("optimal", "infeasible") or form not in ("json", "xlsx", "csv"):
        raise NotFound
    name = f"{request.institution.code}-rencana-{row.first_year}-{str(row.uid)[:8]}.{form}"
    if form == "json":
        body = {
            "title": row.title, "first_year": row.first_year, "problem": row.problem, "result": row.result,
            "assumed": plan_shown.ASSUMED,
        }  # fmt: skip
        answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    return plan_sheets.sent(row, queries.instrument(row), form, name)


@page(PLAN)
@require_POST
def send(request: PageRequest, uid: UUID) -> HttpResponse:
    """Every step becomes a draft of an initiative, once."""
    row = queries.plan(request.actor, request.institution, uid)
    maker = ports.initiatives.maker
    here = redirect("evaluation:plan", institution=request.institution.code, uid=uid)
    try:
        made = actions.send(request.actor, row)
    except Refused as error:
        messages.info(request, " ".join(error.faults.values()))
        return here
    text = ngettext(
        "%(n)s draft of an initiative now stands in the roadmap.",
        "%(n)s drafts of initiatives now stand in the roadmap.",
        made,
    )
    messages.success(request, text % {"n": made})
    return redirect(maker.address(request.actor, request.institution, row.uid)) if maker else here


@page(PLAN)
@require_POST
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a plan away; its drafts stay."""
    row = queries.plan(request.actor, request.institution, uid)
    try:
        actions.delete(request.actor, row, whole(request.POST.get("version", "")) or 0)
    except Conflict:
        messages.warning(request, _("Somebody changed this plan meanwhile. Look at it and delete it again."))
        return redirect("evaluation:plan", institution=request.institution.code, uid=uid)
    messages.success(
        request, _("“%(name)s” is deleted. The history can bring it back.") % {"name": row.title}
    )
    return redirect("evaluation:plans", institution=request.institution.code)
