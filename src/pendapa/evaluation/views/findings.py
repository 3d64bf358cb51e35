"""The page of findings: strengths, weaknesses, recommendations, and how far each recommendation is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import findings as actions
from pendapa.evaluation.actions.rounds import part, require_any
from pendapa.evaluation.forms_cycles import FindingForm, FollowForm
from pendapa.evaluation.models import Cycle, Finding
from pendapa.evaluation.permissions import JUDGE, RUN, VIEW
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions
from pendapa.evaluation.queries.assessments import words
from pendapa.evaluation.rules import steps as rules
from pendapa.evaluation.views import common
from pendapa.evaluation.views.cycles import address, one, version_of
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import Refused, blame
from pendapa.kernel.tenancy.models import Unit

STATE_TONES = {"open": ("line", "circle-dashed"), "doing": ("info", "clock"), "done": ("ok", "circle-check")}


@page(VIEW)
@require_safe
def show(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """All findings of a round, recommendations with their follow-up."""
    return _page(request, one(request, year, instrument))


def _page(
    request: PageRequest,
    row: Cycle,
    *,
    adding: FindingForm | None = None,
    bound: tuple[UUID, str, Any] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    may_write = not queries.is_closed(row) and any(actor.may(one, row.institution) for one in (RUN, JUDGE))
    units = _units(request) if may_write else []
    names = {one.number: words(one.short_name) for one in editions.of(row).indicators}
    groups: dict[str, list[dict[str, Any]]] = {kind: [] for kind, _label in reversed(Finding.KINDS)}
    late = 0
    for finding in queries.findings(actor, row):
        line = _line(actor, row, finding, units if may_write else None, names, today, bound)
        late += line["urgency"] == "late"
        groups[finding.kind].append(line)
    done = sum(1 for line in groups["recommendation"] if line["row"].state == "done")
    context = common.cycle_room(request, row, "findings") | {
        "groups": [(str(label), groups[kind]) for kind, label in reversed(Finding.KINDS)],
        "total": sum(len(lines) for lines in groups.values()),
        "recommendations": len(groups["recommendation"]),
        "done": done,
        "late": late,
        "may_write": may_write,
        "adding": adding or (FindingForm(row, units) if may_write else None),
        "adding_open": adding is not None,
        "stale": stale,
        "closed": queries.is_closed(row),
        "list_url": address(row, "findings"),
        "round_url": address(row),
    }
    return render(request, "evaluation/findings.html", context, status=status)


def _line(
    actor: Any,
    row: Cycle,
    finding: Finding,
    units: list[Unit] | None,
    names: dict[str, str],
    today: Any,
    bound: tuple[UUID, str, Any] | None,
) -> dict[str, Any]:
    kept = {name: form for uid, name, form in [bound] if uid == finding.uid} if bound else {}
    follows = actions.may_follow_up(actor, finding)
    opened = {"state": finding.state, "follow_up": finding.follow_up}
    edit = None
    if units is not None:
        given = {
            "kind": finding.kind, "indicator": finding.indicator, "text": finding.text, "due": finding.due,
            "unit": finding.unit.code if finding.unit else "",
        }  # fmt: skip
        edit = kept.get("edit") or FindingForm(row, units, initial=given, auto_id=f"e_{finding.pk}_%s")
    tone, icon = STATE_TONES[finding.state]
    return {
        "row": finding,
        "name": names.get(finding.indicator, ""),
        "urgency": "usual" if finding.state == "done" else rules.urgency(finding.due, today),
        "tone": tone,
        "icon": icon,
        "follow": (kept.get("follow") or FollowForm(initial=opened, auto_id=f"f_{finding.pk}_%s"))
        if follows
        else None,
        "edit": edit,
        "open": next(iter(kept), ""),
        "url": address(row, "finding", finding.uid),
    }


def _units(request: PageRequest) -> list[Unit]:
    return list(Unit.objects.filter(institution=request.institution, deleted_at=None).order_by("path"))


@page(VIEW)
@require_POST
def add(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Enter a finding."""
    row = one(request, year, instrument)
    require_any(request.actor, row.institution, RUN, JUDGE)
    units = _units(request)
    form = FindingForm(row, units, request.POST)
    if form.is_valid():
        try:
            _save(request, row, form, units)
            messages.success(request, _("The finding is entered."))
            return redirect(address(row, "findings"))
        except Refused as error:
            blame(form, error)
    return _page(request, row, adding=form, status=422)


def _save(
    request: PageRequest, row: Cycle, form: FindingForm, units: list[Unit], uid: UUID | None = None
) -> Finding:
    given = form.cleaned_data
    unit = next((one for one in units if given["unit"] and one.code == given["unit"]), None)
    return actions.save(
        request.actor, row, given["kind"], given["text"], indicator=given["indicator"], unit=unit,
        due=given["due"], uid=uid, version=version_of(request),
    )  # fmt: skip


@page(VIEW)
@require_POST
def change(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """Follow up a recommendation, correct a finding, or take it away."""
    row, verb = one(request, year, instrument), request.POST.get("verb", "")
    finding = part(Finding, row, uid)
    if verb == "follow":
        form: Any = FollowForm(request.POST, auto_id=f"f_{finding.pk}_%s")
        if not actions.may_follow_up(request.actor, finding):
            raise NotFound
    else:
        require_any(request.actor, row.institution, RUN, JUDGE)
        form = FindingForm(row, _units(request), request.POST, auto_id=f"e_{finding.pk}_%s")
    try:
        if verb == "remove":
            actions.remove(request.actor, row, uid)
            messages.success(request, _("Taken away. The history keeps it."))
            return redirect(address(row, "findings"))
        if form.is_valid():
            if verb == "follow":
                given = form.cleaned_data
                actions.follow_up(
                    request.actor, row, uid, version_of(request), given["state"], given["follow_up"]
                )
            else:
                _save(request, row, form, _units(request), uid)
            messages.success(request, _("Saved."))
            return redirect(address(row, "findings") + f"#f-{uid}")
    except Refused as error:
        blame(form, error)
    except Conflict:
        return _page(request, row, bound=(uid, _name(verb), form), stale=True, status=409)
    return _page(request, row, bound=(uid, _name(verb), form), status=422)


def _name(verb: str) -> str:
    return "follow" if verb == "follow" else "edit"
