"""Pages of proposals: what waits, one proposal with all it says, and the verbs on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import DIRECT, DRAFTS, REVIEW_SETTINGS
from pendapa.kernel.review import actions, queries
from pendapa.kernel.review.rules import STEPS, steps_of

TOLD = 8


@require_safe
@page(DRAFTS)
def proposals(request: PageRequest) -> HttpResponse:
    """What waits for me, what is my own, and what is on its way where I may look."""
    mine = queries.own(request.actor, request.institution)
    waiting = list(queries.waiting_for(request.actor, request.institution)[: queries.PAGE])
    after = whole(request.GET.get("after", ""), digits=18) or 0
    others, mark = queries.others(request.actor, request.institution, after=after)
    facts = {
        "waiting": waiting,
        "mine": list(mine[: queries.PAGE]),
        "others": others,
        "next_url": "?" + urlencode({"after": mark}) if mark else "",
        "previous_url": "?" if after else "",
        "steps": [(step, queries.step_label(step)) for step in steps_of(request.institution.settings)],
        "may_set": request.actor.may(REVIEW_SETTINGS, request.institution),
    }
    return render(request, "review/list.html", facts)


@require_safe
@page(DRAFTS)
def proposal(request: PageRequest, uid: UUID) -> HttpResponse:
    """One proposal: every difference by name, what depends on it, what was said, and what one may do now."""
    return _show(request, queries.change_set(request.actor, request.institution, uid))


def _show(request: PageRequest, found: ChangeSet, status: int = 200, **more: Any) -> HttpResponse:
    if found.state in ChangeSet.WRITTEN:
        return redirect("history:set", institution=request.institution.code, uid=found.uid)
    after = whole(request.GET.get("after", ""), digits=18) or 0
    lines, mark = queries.lines(request.actor, found, after=after)
    own = request.actor.user is not None and found.author_id == request.actor.user.pk
    facts = {
        "set": found,
        "title": queries.title(found),
        "lines": lines,
        "problems": [line for line in lines if line.problem],
        "trail": queries.trail(found),
        "path": queries.path(found),
        "next_url": "?" + urlencode({"after": mark}) if mark else "",
        "previous_url": "?" if after else "",
        "own": own,
        "open": own and found.state in ChangeSet.OPEN,
        "may_decide": queries.may_decide(request.actor, found),
        "seen": queries.mark(found),
        "may_withdraw": own and found.state in ("submitted", "agreed"),
        "may_realise": found.state == "agreed" and request.actor.may(DIRECT, request.institution, found.unit),
        "step_label": queries.step_label(found.step),
        "waits_for": queries.waits_for(found),
    }
    return render(request, "review/set.html", facts | more, status=status)


def _verb(
    request: PageRequest, uid: UUID, do: Callable[[ChangeSet], Any], said: str, applied: str = ""
) -> HttpResponse:
    """Do something to a set; what is in the way is told on its page. ``applied`` is said where the set now counts."""
    found = queries.change_set(request.actor, request.institution, uid)
    try:
        done = do(found)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
        for problem in refused.problems[:TOLD]:
            messages.warning(request, f"{problem.item.name}: {problem.why}")
    else:
        counts = isinstance(done, ChangeSet) and done.state == "applied"
        messages.success(request, applied if applied and counts else said)
    return _to(request, uid)


def _to(request: PageRequest, uid: UUID) -> HttpResponse:
    """The set's page, or the list when the actor may not see it any more."""
    try:
        queries.change_set(request.actor, request.institution, uid)
    except NotFound:
        return redirect("review:list", institution=request.institution.code)
    return redirect("review:set", institution=request.institution.code, uid=uid)


@require_POST
@page(DRAFTS)
def submit(request: PageRequest, uid: UUID) -> HttpResponse:
    """Hand the own draft in."""
    when = _day(request.POST.get("effective_on", ""))
    said = _("Handed in. You will find here what becomes of it.")
    return _verb(
        request,
        uid,
        lambda found: actions.submit(
            request.actor, found, comment=request.POST.get("comment", ""), effective_on=when
        ),
        said,
    )


@require_POST
@page(DRAFTS)
def decide(request: PageRequest, uid: UUID) -> HttpResponse:
    """Agree, return with a comment, or only say something."""
    comment, verdict = request.POST.get("comment", ""), request.POST.get("verdict", "")
    seen = request.POST.get("seen", "")
    if verdict == "agree":
        said = _("You have agreed. It goes on by itself.")
        applied = _("You have agreed. It is part of the register now.")
        return _verb(
            request, uid, lambda f: actions.agree(request.actor, f, comment=comment, seen=seen), said, applied
        )
    if verdict == "return":
        said = _("It is back with its author, with your words.")
        return _verb(
            request, uid, lambda f: actions.give_back(request.actor, f, comment=comment, seen=seen), said
        )
    return _verb(request, uid, lambda f: actions.remark(request.actor, f, comment), _("Your remark is kept."))


@require_POST
@page(DRAFTS)
def withdraw(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take the own set back into a draft."""
    return _verb(request, uid, lambda f: actions.withdraw(request.actor, f), _("It is your draft again."))


@require_POST
@page(DRAFTS)
def discard(request: PageRequest, uid: UUID) -> HttpResponse:
    """Throw the own draft away."""
    found = queries.change_set(request.actor, request.institution, uid)
    try:
        actions.discard(request.actor, found)
    except actions.Refused as refused:
        messages.warning(request, str(refused))
        return _to(request, uid)
    messages.success(request, _("The draft is gone; the register was never touched."))
    return redirect("review:list", institution=request.institution.code)


@require_POST
@page(DRAFTS)
def drop(request: PageRequest, uid: UUID, target: UUID) -> HttpResponse:
    """Take one thing out of the own draft."""
    return _verb(
        request, uid, lambda f: actions.drop(request.actor, f, [target]), _("Taken out of the proposal.")
    )


@require_POST
@page(DRAFTS)
def settle(request: PageRequest, uid: UUID, target: UUID) -> HttpResponse:
    """Settle an item on which two disagree."""
    choices = {k.removeprefix("field-"): str(v) for k, v in request.POST.items() if k.startswith("field-")}
    return _verb(
        request, uid, lambda f: actions.settle(request.actor, f, target, choices), _("That is settled.")
    )


@require_POST
@page(DRAFTS)
def realise(request: PageRequest, uid: UUID) -> HttpResponse:
    """What was agreed for later has come about."""
    return _verb(
        request, uid, lambda f: actions.realise(request.actor, f), _("It is part of the register now.")
    )


@require_http_methods(["GET", "POST"])
@page(REVIEW_SETTINGS)
def settings(request: PageRequest) -> HttpResponse:
    """Which steps a change goes through."""
    if request.method == "POST":
        try:
            actions.set_steps(
                request.actor,
                request.institution,
                request.POST.getlist("steps"),
                secretariat=bool(request.POST.get("secretariat")),
            )
        except actions.Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("From now on changes go this way."))
        return HttpResponseRedirect(request.path)
    chosen = request.institution.settings.get("review", {})
    facts = {
        "steps": [(step, queries.step_label(step), step in chosen.get("steps", ())) for step in STEPS],
        "secretariat": chosen.get("secretariat", False),
    }
    return render(request, "review/settings.html", facts)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
