"""The page of one action: its checklist, what proves it, what is below it, its proposal, and the verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.evaluation.views.serving import served
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import blame
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.actions import action_plan_review as proposals
from pendapa.roadmap.forms_action_plan import CancelForm, EvidenceForm, FinishForm
from pendapa.roadmap.models import Action
from pendapa.roadmap.permissions import ACT, VIEW
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import action_plan_review as linked
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.views import common
from pendapa.roadmap.views.action_plan import INVALID, back, line, told_when_deleted, warnings


@page(VIEW)
@require_safe
def show(request: PageRequest, uid: UUID) -> HttpResponse:
    """One action."""
    return _page(request, queries.one(request.actor, request.institution, uid))


def _page(request: PageRequest, row: Action, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, institution = request.actor, request.institution
    below = queries.children(actor, row) if row.parent_id is None else []
    gone = queries.left(institution, [row, *below])
    pieces = queries.evidence(row)
    facts = line(request, row, gone)
    initiative_url = _above_url(request, row)
    context = common.room(request, "actions") | facts | {
        "initiative": row.initiative if initiative_url else None,
        "initiative_url": initiative_url,
        "above": _above(actor, row),
        "below": [line(request, one, gone) for one in below],
        "pieces": pieces,
        "warnings": warnings(row) if facts["is_open"] else {},
        "asks_reason": bool(row.evidence_asked) and not pieces,
        "proposal": linked.linked(actor, row),
        "linkable": linked.linkable(actor, row) if facts["may_write"] and row.change_set_id is None else [],
        "closed": queries.closed_by(row) if not facts["is_open"] else None,
        "may_add": facts["may_write"] and facts["is_open"] and row.parent_id is None and not row.repeats,
        "evidence_form": EvidenceForm(),
        "finish_form": FinishForm(),
        "cancel_form": CancelForm(),
        "here": common.address(institution, "action", row.uid),
    }  # fmt: skip
    return render(request, "roadmap/action.html", context | more, status=status)


def _above(actor: Actor, row: Action) -> Action | None:
    """The action above, where the actor may read it."""
    if row.parent is None:
        return None
    return reach.actions(actor, row.institution).filter(pk=row.parent.pk).first()


@page(ACT)
@require_POST
@told_when_deleted
def work(request: PageRequest, uid: UUID) -> HttpResponse:
    """Begin, finish, reopen or cancel; from a list one goes back to it."""
    row = _mine(request, uid)
    verb, version = request.POST.get("verb", ""), whole(request.POST.get("version", "")) or 0
    here = common.address(request.institution, "action", row.uid)
    form: FinishForm | CancelForm = CancelForm(request.POST) if verb == "cancel" else FinishForm(request.POST)
    form.is_valid()
    kept = {"cancel_form": form} if verb == "cancel" else {"finish_form": form}
    try:
        said = _work(request, row, verb, version)
    except actions.Closed as error:
        messages.warning(request, str(error))
        return redirect(back(request, here))
    except actions.Refused as error:
        blame(form, error)
        return _page(request, _mine(request, uid), status=INVALID, tried=verb, **kept)
    except Conflict:
        return _page(request, _mine(request, uid), status=INVALID, stale=True, tried=verb, **kept)
    messages.success(request, said)
    return redirect(back(request, here))


def _work(request: PageRequest, row: Action, verb: str, version: int) -> str:
    text = request.POST.get
    if verb == "begin":
        actions.begin(request.actor, row, version)
        return _("“%(name)s” is being done.") % {"name": row.title}
    if verb == "reopen":
        actions.reopen(request.actor, row, version)
        return _("“%(name)s” is open again.") % {"name": row.title}
    if verb == "cancel":
        actions.cancel(request.actor, row, version, text("reason", ""))
        return _("“%(name)s” is cancelled.") % {"name": row.title}
    if verb != "finish":
        raise NotFound
    done = actions.finish(request.actor, row, version, text("result", ""), text("reason", ""))
    if done.following is not None:
        facts = {"name": row.title, "day": common.day(done.following.due)}
        return _("“%(name)s” is done. The next one is due on %(day)s.") % facts
    return _("“%(name)s” is done.") % {"name": row.title}


@page(ACT)
@require_POST
@told_when_deleted
def check(request: PageRequest, uid: UUID) -> HttpResponse:
    """Tick an item, or take the tick away; htmx gets the checklist alone."""
    row, fault = _mine(request, uid), ""
    try:
        actions.check(
            request.actor, row, whole(request.POST.get("index", "")) or 0, request.POST.get("text", ""),
            request.POST.get("done") == "1",
        )  # fmt: skip
    except actions.Refused as error:
        fault = str(error)
    if request.headers.get("HX-Request") == "true":
        now = _mine(request, uid)
        context = {"row": now, "may_write": True, "is_open": now.state in rules.OPEN, "fault": fault}
        return render(request, "roadmap/action_check.html", context)
    if fault:
        messages.warning(request, fault)
    return redirect(common.address(request.institution, "action", uid) + "#butir")


@page(ACT)
@require_POST
@told_when_deleted
def prove(request: PageRequest, uid: UUID) -> HttpResponse:
    """Add a file or a link as evidence."""
    row = _mine(request, uid)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        given, file = form.cleaned_data, form.cleaned_data["file"]
        try:
            actions.add_evidence(
                request.actor, row, title=given["title"], link=given["link"], content=file.file if file else None,
                name=file.name if file else "", size=file.size if file else 0,
            )  # fmt: skip
        except actions.Refused as error:
            blame(form, error)
        else:
            messages.success(request, _("The evidence is added."))
            return redirect(common.address(request.institution, "action", uid) + "#bukti")
    return _page(request, _mine(request, uid), status=INVALID, evidence_form=form, tried="prove")


@page(VIEW)
@require_safe
def piece(request: PageRequest, uid: UUID, piece: UUID) -> HttpResponse:
    """A file of evidence."""
    found = queries.piece(request.actor, request.institution, uid, piece)
    if found.file is None:
        raise NotFound
    return served(found.file, save="unduh" in request.GET)


@page(ACT)
@require_POST
def unprove(request: PageRequest, uid: UUID, piece: UUID) -> HttpResponse:
    """Take a piece of evidence away."""
    found = queries.piece(request.actor, request.institution, uid, piece)
    try:
        actions.remove_evidence(request.actor, found, whole(request.POST.get("version", "")) or 0)
    except actions.Refused as error:
        messages.warning(request, str(error))
    except Conflict:
        messages.warning(request, _("Somebody changed this evidence meanwhile. Nothing was done."))
    else:
        messages.success(request, _("The evidence is taken away; the history keeps it."))
    return redirect(common.address(request.institution, "action", uid) + "#bukti")


@page(ACT)
@require_POST
@told_when_deleted
def proposal(request: PageRequest, uid: UUID) -> HttpResponse:
    """Link a proposal, hand it in, or put it in force; what is in its way is told, and the action stays."""
    row, verb = _mine(request, uid), request.POST.get("verb", "")
    try:
        if verb == "link":
            proposals.link(request.actor, row, _uid(request.POST.get("set", "")))
            said = _("The proposal is linked with this action.")
        elif verb == "unlink":
            proposals.link(request.actor, row, None)
            said = _("The proposal is no longer linked with this action. The proposal itself stays.")
        elif verb == "hand_in":
            done = proposals.hand_in(request.actor, row)
            said = (
                _("The change is in force.") if done.state == "applied" else _("The proposal is handed in.")
            )
        elif verb == "realise":
            proposals.realise(request.actor, row)
            said = _("The change is in force: what was planned is now how it is.")
        else:
            raise NotFound
    except proposals.Blocked as error:
        return _page(request, _mine(request, uid), status=INVALID, blocked=error, tried="proposal")
    except actions.Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, said)
    return redirect(common.address(request.institution, "action", uid) + "#usulan")


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise actions.Refused({"change_set": _("Choose one of the list.")}) from None


@page(ACT)
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_deleted
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Ask before it is deleted, or say why it stays and what to do instead."""
    row, status, stale = _mine(request, uid), 200, False
    if request.method == "POST":
        try:
            actions.delete(request.actor, row, whole(request.POST.get("version", "")) or 0)
        except actions.Refused:
            row, status = _mine(request, uid), INVALID
        except Conflict:
            row, status, stale = _mine(request, uid), INVALID, True
        else:
            said = _("“%(name)s” is deleted. The history can bring it back.")
            messages.success(request, said % {"name": row.title})
            return redirect(_above_url(request, row) or common.address(request.institution, "actions"))
    context = common.room(request, "actions") | {
        "row": row,
        "is_open": row.state in rules.OPEN,
        "reasons": list(actions.in_the_way(request.actor, row).values()),
        "stale": stale,
        "initiative_url": _above_url(request, row),
    }
    return render(request, "roadmap/action_delete.html", context, status=status)


def _above_url(request: PageRequest, row: Action) -> str:
    """The page of its initiative, where that is open to the actor."""
    if not reach.initiatives(request.actor, request.institution).filter(pk=row.initiative_id).exists():
        return ""
    return common.address(request.institution, "initiative", row.initiative.uid)


def _mine(request: PageRequest, uid: UUID) -> Action:
    """An action that the actor may work at."""
    row = queries.one(request.actor, request.institution, uid)
    if not queries.may_write(request.actor, row):
        raise NotFound
    return row
