"""Pages of the history: the list of change sets, one set with all it wrote, and taking it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import queries, undoing
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.review import actions as review

TOLD = 30


@require_safe
@page(HISTORY)
def change_sets(request: PageRequest) -> HttpResponse:
    """Who changed what and when, newest first; of everything, of an OPD, of a person, or of imports."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    asked = {name: request.GET.get(name, "") for name in ("unit", "orang", "jenis")}
    of = queries.of(
        request.actor, request.institution, unit=asked["unit"], author=asked["orang"], kind=asked["jenis"]
    )
    found = queries.page(request.actor, request.institution, after=after, before=before, of=of)
    facts = {
        "page": found,
        "of": of,
        "kinds": [
            ("", _("Everything")),
            ("import", _("Imports")),
            ("edit", _("Edits")),
            ("undo", _("Taken back")),
        ],
        "keep": [(name, asked[name]) for name in ("unit", "orang") if asked[name]],
        "everything": request.actor.scope(HISTORY, request.institution).everything,
        **_neighbours(found, {name: text for name, text in asked.items() if text}),
    }
    return render(request, "history/list.html", facts)


@require_safe
@page(HISTORY)
def change_set(request: PageRequest, uid: UUID) -> HttpResponse:
    """One set: every write in it, field by field."""
    found, shown = queries.change_set(request.actor, request.institution, uid)
    after, before = _number(request.GET.get("after", "")), _number(request.GET.get("before", ""))
    lines = queries.lines(request.actor, found, after=after, before=before)
    later = queries.undone_by(request.actor, request.institution, found)
    facts = {
        "set": shown,
        "lines": lines,
        "undoes": _seen(request, found.undoes.uid) if found.undoes else None,
        "undone_by": _seen(request, later.uid) if later else None,
        "may_undo": found.state != "undone" and shown.total > 0 and undoing.may_undo(request.actor, found),
        **_neighbours(lines),
    }
    return render(request, "history/set.html", facts)


@require_POST
@page(HISTORY)
def undo(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a set back and say what stayed."""
    found, _shown = queries.change_set(request.actor, request.institution, uid)
    try:
        done, draft = review.undo(request.actor, found)
    except undoing.Refused as refused:
        messages.warning(request, str(refused))
        return redirect("history:set", institution=request.institution.code, uid=found.uid)
    if draft is not None:
        messages.success(request, _("Your wish to take this back is a proposal now: hand it in below."))
        return redirect("review:set", institution=request.institution.code, uid=draft.uid)
    if done.count:
        text = ngettext("%(n)s change taken back.", "%(n)s changes taken back.", done.count) % {
            "n": done.count
        }
        messages.success(request, text)
    if done.kept:
        messages.warning(request, _kept(done))
    elif not done.count:
        messages.info(request, _("Nothing was left to take back: this has been undone already."))
    there = done.change_set or found
    return redirect("history:set", institution=request.institution.code, uid=there.uid)


def _kept(done: undoing.Undone) -> Any:
    """Names of what stays and why; what is not open to the actor is only counted."""
    head = ngettext("%(n)s stays as it is:", "%(n)s stay as they are:", len(done.kept)) % {
        "n": len(done.kept)
    }
    named = done.named
    items = format_html_join("", "<li><b>{}</b>: {}</li>", ((str(row), why) for row, why in named[:TOLD]))
    rest = [
        format_html("<li>{}</li>", text)
        for text in (
            _("and %(n)s more") % {"n": len(named) - TOLD} if len(named) > TOLD else "",
            undoing.unnamed(done),
        )
        if text
    ]
    return format_html("{}<ul>{}{}</ul>", head, items, format_html_join("", "{}", ((one,) for one in rest)))


def _seen(request: PageRequest, uid: UUID) -> queries.Set | None:
    try:
        return queries.change_set(request.actor, request.institution, uid)[1]
    except NotFound:
        return None


def _neighbours(found: queries.Page | queries.Lines, asked: dict[str, str] | None = None) -> dict[str, str]:
    """Addresses of the pages before and after."""
    keep = asked or {}
    return {
        "previous_url": "?" + urlencode({**keep, "before": found.previous}) if found.previous else "",
        "next_url": "?" + urlencode({**keep, "after": found.next}) if found.next else "",
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
