"""Roadmap documents: which there are, what each holds, and its way from a draft to the decree and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.architecture.queries import is_uid
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.actions import initiatives as initiative_actions
from pendapa.roadmap.actions import roadmaps as actions
from pendapa.roadmap.forms_roadmaps import DecreeForm, RoadmapForm, TitleForm, Told
from pendapa.roadmap.models import Roadmap
from pendapa.roadmap.permissions import EDIT, SET, VIEW
from pendapa.roadmap.queries import reach
from pendapa.roadmap.queries import roadmaps as queries
from pendapa.roadmap.views import common

TONES = {"draft": ("line", "edit"), "set": ("ok", "gavel"), "ended": ("line", "archive")}
OFFERED = 200
"""Initiatives without a roadmap that are offered at once."""


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def listing(request: PageRequest) -> HttpResponse:
    """The roadmaps of the institution; the secretariat begins a new one here."""
    actor, institution = request.actor, request.institution
    may_edit = actor.scope(EDIT, institution).everything
    form, status = RoadmapForm(initial={"first_year": timezone.localdate().year + 1}), 200
    if request.method == "POST":
        actor.require(EDIT, institution)
        form = RoadmapForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            try:
                row = actions.create(actor, institution, title=told["title"], first_year=told["first_year"])
            except actions.Refused as error:
                form.told(error.faults)
            else:
                messages.success(
                    request, _("“%(name)s” is begun. Put initiatives into it.") % {"name": row.title}
                )
                return _to(request, row)
        status = 422
    shown = queries.shown(actor, institution)
    context = common.room(request, "roadmaps") | {
        "shown": [(one, *TONES[one.roadmap.state]) for one in shown],
        "finding": _finding(shown),
        "form": form,
        "may_edit": may_edit,
        "years": packs.roadmap().years,
        "open": status != 200 or not shown,
    }
    return render(request, "roadmap/roadmaps.html", context, status=status)


def _finding(shown: list[queries.Shown]) -> str:
    """What the page says, in one sentence."""
    if not shown:
        return _("No roadmap yet: five years, seven contents, set by decree of the head of the region.")
    now = next((one for one in shown if one.roadmap.state == "set"), None)
    if now is None:
        return _("No roadmap is set by decree yet.")
    row = now.roadmap
    words = ngettext(
        "%(first)s–%(last)s is in force with %(n)s initiative", "%(first)s–%(last)s is in force with %(n)s initiatives", now.initiatives
    )  # fmt: skip
    told = words % {"first": row.first_year, "last": row.last_year, "n": now.initiatives}
    due = [one for each in shown for one in each.due]
    if due:
        told += ", " + ngettext("%(n)s review is due", "%(n)s reviews are due", len(due)) % {"n": len(due)}
    return told + "."


@require_safe
@page(VIEW)
def detail(request: PageRequest, uid: UUID) -> HttpResponse:
    """One roadmap: the decree, what is in it, its baselines and reviews, and what one may do with it."""
    return _page(request, uid)


def _page(
    request: PageRequest,
    uid: UUID,
    *,
    faults: Mapping[str, str] | None = None,
    stale: bool = False,
    decree: Told | None = None,
    title: Told | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, institution = request.actor, request.institution
    row = queries.roadmap(actor, institution, uid)
    one = queries.shown(actor, institution, [row])[0]
    may_edit, may_set = (actor.scope(name, institution).everything for name in (EDIT, SET))
    free = reach.initiatives(actor, institution).filter(roadmap=None).exclude(state="cancelled")
    offered = list(free[: OFFERED + 1]) if may_edit and row.state != "ended" else []
    tone, icon = TONES[row.state]
    address = common.address
    context = common.room(request, "roadmaps") | {
        "row": row,
        "one": one,
        "tone": tone,
        "icon": icon,
        "money": _money(one),
        "may_edit": may_edit,
        "may_set": may_set,
        "offered": offered[:OFFERED],
        "offered_more": len(offered) > OFFERED,
        "decree": decree or DecreeForm(initial={"decree_on": timezone.localdate()}),
        "decree_open": decree is not None,
        "title_form": title or TitleForm(initial={"title": row.title, "note": row.note}),
        "title_open": title is not None,
        "faults": list((faults or {}).values()),
        "stale": stale,
        "list_url": address(institution, "list", peta=str(row.uid)),
        "baseline_url": address(institution, "baselines", row.uid),
        "source": packs.roadmap().source,
        "whole": actor.scope(VIEW, institution).everything,
    }
    return render(request, "roadmap/roadmap.html", context, status=status)


def _money(one: queries.Shown) -> str:
    if one.planned is None:
        return _("not known yet")
    return formats.rupiah(one.planned, formats.language(), True)


@page(EDIT)
@require_POST
def put_in(request: PageRequest, uid: UUID) -> HttpResponse:
    """Put the ticked initiatives into it, all or none."""
    row = queries.roadmap(request.actor, request.institution, uid)
    free = reach.initiatives(request.actor, request.institution).filter(roadmap=None)
    given = [one for one in request.POST.getlist("inisiatif")[:OFFERED] if is_uid(one)]
    chosen = list(free.filter(uid__in=given))
    if not chosen:
        return _page(request, uid, faults={"": _("Tick the initiatives first.")}, status=422)
    try:
        count = initiative_actions.put_in(request.actor, row, chosen)
    except actions.Refused as error:
        return _page(request, uid, faults=error.faults, status=422)
    except Conflict:
        return _page(request, uid, stale=True, status=409)
    said = ngettext(
        "%(n)s initiative is in the roadmap now.", "%(n)s initiatives are in the roadmap now.", count
    )
    messages.success(request, said % {"n": count})
    return _to(request, row)


@page(SET)
@require_POST
def decree(request: PageRequest, uid: UUID) -> HttpResponse:
    """Set it by decree: freezes a baseline."""
    row = queries.roadmap(request.actor, request.institution, uid)
    form = DecreeForm(request.POST)
    if not form.is_valid():
        return _page(request, uid, decree=form, status=422)
    told = form.cleaned_data
    try:
        actions.set_by_decree(request.actor, row, _version(request), told["decree_number"], told["decree_on"])
    except actions.Refused as error:
        return _page(request, uid, decree=form.told(error.faults), status=422)
    except Conflict:
        return _page(request, uid, decree=form, stale=True, status=409)
    messages.success(request, _("The roadmap is set. What it holds now is frozen as its baseline."))
    return _to(request, row)


@page(EDIT)
@require_POST
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Another title or note."""
    row = queries.roadmap(request.actor, request.institution, uid)
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _page(request, uid, title=form, status=422)
    told = form.cleaned_data
    try:
        actions.change(request.actor, row, _version(request), title=told["title"], note=told["note"])
    except actions.Refused as error:
        return _page(request, uid, title=form.told(error.faults), status=422)
    except Conflict:
        return _page(request, uid, title=form, stale=True, status=409)
    messages.success(request, _("Saved."))
    return _to(request, row)


@page(SET)
@require_POST
def publish(request: PageRequest, uid: UUID) -> HttpResponse:
    """Show it to the public, or take it back."""
    row, public = queries.roadmap(request.actor, request.institution, uid), "public" in request.POST
    said = _("Everybody can read it now.") if public else _("Only officers see it now.")
    return _done(request, row, lambda: actions.publish(request.actor, row, _version(request), public), said)


@page(SET)
@require_POST
def end(request: PageRequest, uid: UUID) -> HttpResponse:
    """End it."""
    row = queries.roadmap(request.actor, request.institution, uid)
    return _done(
        request, row, lambda: actions.end(request.actor, row, _version(request)), _("The roadmap has ended.")
    )


@page(EDIT)
@require_POST
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take an empty draft away."""
    row = queries.roadmap(request.actor, request.institution, uid)
    try:
        actions.delete(request.actor, row, _version(request))
    except actions.Refused as error:
        return _page(request, uid, faults=error.faults, status=422)
    except Conflict:
        return _page(request, uid, stale=True, status=409)
    messages.success(
        request, _("“%(name)s” is deleted. The history can bring it back.") % {"name": row.title}
    )
    return redirect("roadmap:roadmaps", institution=request.institution.code)


def _done(request: PageRequest, row: Roadmap, work: Callable[[], Any], said: str) -> HttpResponse:
    try:
        work()
    except actions.Refused as error:
        return _page(request, row.uid, faults=error.faults, status=422)
    except Conflict:
        return _page(request, row.uid, stale=True, status=409)
    messages.success(request, said)
    return _to(request, row)


def _version(request: PageRequest) -> int:
    return whole(request.POST.get("version", "")) or 0


def _to(request: PageRequest, row: Roadmap) -> HttpResponse:
    return redirect("roadmap:roadmap", institution=request.institution.code, uid=row.uid)
