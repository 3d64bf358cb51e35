"""A request on its way: submit, return, recommend, justify, decide, and the letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.clearance import actions, letters, queries, wording
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.permissions import DECIDE, JUSTIFY, RECOMMEND, VIEW
from pendapa.clearance.rules import attachments, flow
from pendapa.clearance.views.common import one, to, version_of
from pendapa.clearance.views.lists import detail_facts
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents import making
from pendapa.kernel.history.actions import Conflict

SAID = {
    "hand_in": gettext_lazy("Handed to the head of the agency."),
    "submit": gettext_lazy("Submitted to the secretariat."),
    "return": gettext_lazy("Returned to be completed."),
    "withdraw": gettext_lazy("Withdrawn. It can be taken up again."),
    "reopen": gettext_lazy("Taken up again."),
}


@require_POST
@page(VIEW)
def move(request: PageRequest, uid: UUID) -> HttpResponse:
    """One of the plain verbs; what is missing is told on the page of the request."""
    row, verb = one(request, uid), request.POST.get("verb", "")
    comment = request.POST.get("comment", "")
    try:
        actions.move(request.actor, row, verb, version_of(request), comment)
    except actions.Refused as error:
        return _again(request, row, error, comment=comment)
    except Conflict:
        return _again(request, one(request, uid), None, comment=comment)
    messages.success(request, str(SAID[verb]))
    return to(row)


def _again(
    request: PageRequest, row: ClearanceRequest, error: actions.Refused | None, **more: Any
) -> HttpResponse:
    """The page of the request, with why nothing was done and what was typed."""
    facts = detail_facts(request, row, **more)
    facts |= {"faults": error.faults if error else {}, "stale": error is None}
    if error:
        facts["version"] = version_of(request)  # what was changed meanwhile is not seen yet
    return render(request, "clearance/detail.html", facts, status=409 if error is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@page(RECOMMEND)
def recommend(request: PageRequest, uid: UUID) -> HttpResponse:
    """What the secretariat recommends."""
    return _judge(request, uid, "recommend", "recommend")


@require_http_methods(["GET", "HEAD", "POST"])
@page(DECIDE)
def decide(request: PageRequest, uid: UUID) -> HttpResponse:
    """The decision."""
    return _judge(request, uid, "decide", "decide")


@require_http_methods(["GET", "HEAD", "POST"])
@page(JUSTIFY)
def justify(request: PageRequest, uid: UUID) -> HttpResponse:
    """Why a request goes ahead although a check blocks it: by the leader alone."""
    return _judge(request, uid, "justify", "justify")


def _judge(request: PageRequest, uid: UUID, mode: str, verb: str) -> HttpResponse:
    row = one(request, uid)
    typed = {name: request.POST.get(name, "") for name in ("verdict", "text", "justification")}
    faults: dict[str, str] = {}
    stale = False
    if request.method == "POST":
        try:
            _do(request, row, mode, typed)
        except actions.Refused as error:
            faults = error.faults
        except Conflict:
            row, stale = one(request, uid), True
        else:
            messages.success(request, _done(mode))
            return to(row)
    elif mode == "justify":
        typed["justification"] = row.justification
    elif mode == "decide":
        typed["verdict"] = row.verdict
    facts = detail_facts(request, row)
    if faults:
        facts["version"] = version_of(request)
    facts |= {
        "mode": mode,
        "typed": typed,
        "faults": faults,
        "stale": stale,
        "open": verb in facts["verbs"],
        "own": wording.own(verb) if queries.own(request.actor, row, verb) else "",
        "leader": flow.LEADER in queries.offices(request.actor, row),
        "choices": ClearanceRequest.DECISIONS if mode == "decide" else ClearanceRequest.VERDICTS,
    }
    return render(request, "clearance/judge.html", facts, status=409 if stale else 422 if faults else 200)


def _do(request: PageRequest, row: ClearanceRequest, mode: str, typed: dict[str, str]) -> None:
    actor, version = request.actor, version_of(request)
    if mode == "recommend":
        actions.recommend(actor, row, version, typed["verdict"], typed["text"])
    elif mode == "justify":
        actions.justify(actor, row, version, typed["justification"])
    else:
        actions.decide(
            actor, row, version, typed["verdict"], typed["text"], justification=typed["justification"]
        )


def _done(mode: str) -> str:
    told = {
        "recommend": _("The recommendation is written; now it waits for the decision."),
        "justify": _("The justification is kept."),
        "decide": _("It is decided. The letter is ready."),
    }
    return told[mode]


@require_safe
@page(VIEW)
def letter(request: PageRequest, uid: UUID, form: str) -> HttpResponse:
    """The letter of a decided request as PDF or docx."""
    row = one(request, uid)
    try:
        content = letters.made(row, form)
    except making.NotMade as error:
        messages.error(request, str(error))
        return to(row)
    if form not in ("pdf", "docx"):
        raise NotFound
    name = f"rekomendasi-tik-{row.reference}.{form}"
    told = HttpResponse(content, content_type=attachments.TYPES[form])
    told["Content-Disposition"] = f'attachment; filename="{name}"'
    told["X-Content-Type-Options"] = "nosniff"
    return told
