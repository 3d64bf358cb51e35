"""One initiative: its page, what its owner reports, its way from draft to done."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.ui import formats
from pendapa.roadmap import forms_initiatives as forms
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import ACT, PROPOSE, VIEW
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.rules import drift as drifts
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules import progress
from pendapa.roadmap.views import common
from pendapa.roadmap.wording_baselines import against, dearer

# ---- one initiative


@page(VIEW)
@require_safe
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """One initiative: what, for what, who, when, how much, and what it waits for."""
    return _page(request, uid)


@require_http_methods(["GET", "HEAD", "POST"])
@page(ACT)
def report(request: PageRequest, uid: UUID) -> HttpResponse:
    """What was reached and spent, by the owner; the plan stays as it is."""
    one = queries.detail(request.actor, request.institution, uid)
    if not one.may_report:
        raise NotFound
    values = queries.values_of(one.row)
    typed, stale = forms.typed_of(values), False
    faults: dict[str, str] = {}
    version, status = one.row.version, 200
    if request.method == "POST":
        version = whole(request.POST.get("version", "")) or 0
        spent, given, faults = forms.spent_in(request.POST, values.budgets)
        done = {year: request.POST.get(f"targets-{year}-done", "") for year in values.targets}
        if not faults:
            try:
                saved = actions.report(
                    request.actor,
                    one.row,
                    version,
                    spent=spent,
                    done=done,
                    reason=request.POST.get("reason", "")[:2000],
                )
            except actions.Refused as error:
                faults = error.faults
            except actions.Stale as error:
                stale, version = True, error.row.version
            else:
                said = (
                    _("The report is kept.")
                    if saved.version != one.row.version
                    else _("Nothing was changed.")
                )
                messages.success(request, said)
                return _to(request, uid)
        status = 409 if stale else 422
        for row, new in zip(typed.rows["budgets"], given.rows["budgets"], strict=True):
            row["now"], row["spent"] = row["spent"], new["spent"]
        for row in typed.rows["targets"]:
            row["now"], row["done"] = row["done"], done[int(row["year"])][:1000]
    context = common.room(request) | {
        "one": one,
        "row": one.row,
        "budgets": [
            {"row": row, "v": typed.rows["budgets"][n], "e": faults.get(f"budgets.{n}.spent", "")}
            for n, row in enumerate(one.budgets)
        ],
        "targets": [
            {"v": row, "e": faults.get(f"targets.{n}.done", "")}
            for n, row in enumerate(typed.rows["targets"])
        ],
        "faults": list(dict.fromkeys(faults.values())),
        "stale": stale,
        "version": version,
        "posted": request.method == "POST",
    }
    return render(request, "roadmap/initiative_report.html", context, status=status)


@page(ACT)
@require_POST
def move(request: PageRequest, uid: UUID) -> HttpResponse:
    """Bring it to another state; what is in the way is said on its page."""
    row = queries.initiative(request.actor, request.institution, uid)
    version, state = whole(request.POST.get("version", "")) or 0, request.POST.get("state", "")[:10]
    try:
        moved = actions.move(
            request.actor, row, version, state, reason=rules.tidy(request.POST.get("reason", ""))[:2000]
        )
    except actions.Refused as error:
        return _page(request, uid, faults=error.faults, status=422)
    except Conflict:
        return _page(request, uid, stale=True, status=409)
    words = _("“%(name)s” is now: %(state)s.")
    messages.success(request, words % {"name": moved.title, "state": moved.get_state_display()})
    return _to(request, uid)


@page(PROPOSE)
@require_POST
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a draft away."""
    row = queries.initiative(request.actor, request.institution, uid)
    try:
        actions.delete(request.actor, row, whole(request.POST.get("version", "")) or 0)
    except Conflict:
        messages.warning(request, _("Somebody changed this draft meanwhile. Look at it and delete it again."))
        return _to(request, uid)
    except actions.Refused as error:
        return _page(request, uid, faults=error.faults, status=422)
    messages.success(
        request, _("“%(name)s” is deleted. The history can bring it back.") % {"name": row.title}
    )
    return redirect("roadmap:list", institution=request.institution.code)


def _to(request: PageRequest, uid: UUID) -> HttpResponse:
    return redirect("roadmap:initiative", institution=request.institution.code, uid=uid)


def _page(
    request: PageRequest,
    uid: UUID,
    *,
    faults: Mapping[str, str] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    one = queries.detail(request.actor, request.institution, uid)
    row, labels = one.row, dict(Initiative.STATES)
    context = common.room(request) | {
        "one": one,
        "row": row,
        "initiative": row,
        "tone": common.TONES[row.state],
        "icon": common.ICONS.get(row.state),
        "finding": _finding(one),
        "drift": _drift(one),
        "drift_tone": "ok" if one.drift is not None and one.drift.way == drifts.SOONER else "bad",
        "measured": against(one.measure) if one.measure else "",
        "moves": [(state, AGAIN.get((row.state, state), MOVES[state]), labels[state]) for state in one.moves],
        "money": [
            (label, getattr(one, part))
            for part, label in (("planned", PLANNED), ("budgeted", BUDGETED), ("spent", SPENT))
        ],
        "highest": max((year.planned or year.budgeted or 0 for year in one.years), default=0),
        "elements": [(each.element, each.get_effect_display()) for each in one.elements],
        "late": progress.late(row.state, row.ends_on, timezone.localdate()),
        "days": None if row.days is None else row.days.normalize(),
        "history_url": _history(request, row) if one.own else "",
        "plans_url": common.address(request.institution, "list", rencana=str(row.plan)) if row.plan else "",
        "faults": list((faults or {}).values()),
        "stale": stale,
    }
    return render(request, "roadmap/initiative.html", context, status=status)


MOVES = {
    "draft": gettext_lazy("Back to draft"),
    "planned": gettext_lazy("Take into the plan"),
    "doing": gettext_lazy("Begin"),
    "done": gettext_lazy("Mark as done"),
    "postponed": gettext_lazy("Postpone"),
    "cancelled": gettext_lazy("Cancel the initiative"),
}
AGAIN = {("done", "doing"): gettext_lazy("Reopen")}
"""Moves that go back, where the word of :data:`MOVES` would say that they go on."""
PLANNED, BUDGETED, SPENT = (
    gettext_lazy("Indicative ceiling"),
    gettext_lazy("In the budget"),
    gettext_lazy("Spent"),
)


def _drift(one: queries.Detail) -> str:
    """How far it has moved in days and money; empty where it has not, or nothing was frozen."""
    return ", ".join(part for part in (common.drifted(one.drift), dearer(one.drift)) if part)


def _finding(one: queries.Detail) -> str:
    """What the page says, in one sentence: when, how much of the money is spent, what is still open."""
    row, language = one.row, formats.language()
    parts = []
    if row.starts_on or row.ends_on or one.done_on:
        begin = min(row.starts_on, one.done_on) if row.starts_on and one.done_on else row.starts_on
        parts.append(f"{common.day(begin)} – {common.day(one.done_on or row.ends_on)}")
        if one.done_on and row.ends_on != one.done_on and (planned := common.planned_until(row.ends_on)):
            parts.append(planned)
    else:
        parts.append(_("without days yet"))
    if one.planned is not None:
        words = _("%(spent)s of %(sum)s spent") if one.spent is not None else _("ceiling %(sum)s")
        sums = {"sum": formats.rupiah(one.planned, language, True)}
        parts.append(words % (sums | {"spent": formats.rupiah(one.spent or 0, language, True)}))
    else:
        parts.append(_("money not known yet"))
    if one.open_actions:
        parts.append(
            ngettext("%(n)s action open", "%(n)s actions open", one.open_actions) % {"n": one.open_actions}
        )
    return " · ".join(parts)


def _history(request: PageRequest, row: Initiative) -> str:
    if row.unit is None or not request.actor.may(HISTORY, request.institution, row.unit):
        return ""
    return reverse("history:list", args=[request.institution.code]) + f"?unit={row.unit.uid}"
