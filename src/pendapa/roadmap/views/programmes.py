"""The lines of the budget: which there are, what initiatives ask of each, and the form of the secretariat."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.refusing import Refused
from pendapa.roadmap.actions import money as actions
from pendapa.roadmap.forms_money import ProgrammeForm, initial_of, seen_codes
from pendapa.roadmap.permissions import EDIT, VIEW
from pendapa.roadmap.queries import money as queries
from pendapa.roadmap.tables.columns import PROGRAMMES
from pendapa.roadmap.views import common

PAGE = 50


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """By year and code, with what initiatives ask of each line."""
    actor, institution = request.actor, request.institution
    asked = {name: request.GET.get(name, "")[:60].strip() for name in ("tahun", "q", "tanpa")}
    lines = queries.lines(actor, institution, asked["tahun"], asked["q"], bool(asked["tanpa"]))
    start = whole(request.GET.get("mulai", "")) or 0
    query = {name: text for name, text in asked.items() if text}
    context = common.room(request, "money") | {
        "rows": lines[start : start + PAGE],
        "count": len(lines),
        "asked": asked,
        "narrowed": bool(query),
        "years": queries.years_of_programmes(actor, institution),
        "finding": _finding(lines, bool(query)),
        "may_edit": actor.scope(EDIT, institution).everything,
        "may_import": actor.may(IMPORT, institution),
        "kind": PROGRAMMES,
        "previous": "?" + urlencode({**query, "mulai": max(start - PAGE, 0)}) if start else "",
        "next": "?" + urlencode({**query, "mulai": start + PAGE}) if start + PAGE < len(lines) else "",
    }
    return render(request, "roadmap/programmes.html", context)


def _finding(lines: list[queries.ProgrammeLine], narrowed: bool) -> str:
    if not lines:
        return _("No line fits.") if narrowed else _("No line of the budget is here yet.")
    idle = sum(1 for one in lines if not one.sums.count)
    told = ngettext("%(n)s line of the budget", "%(n)s lines of the budget", len(lines)) % {
        "n": common.number(len(lines))
    }
    if not idle:
        return _("%(lines)s; an initiative asks something of each.") % {"lines": told}
    none = ngettext(
        "no initiative asks anything of %(n)s of them", "no initiative asks anything of %(n)s of them", idle
    )
    return f"{told}; {none % {'n': common.number(idle)}}."


@require_http_methods(["GET", "HEAD", "POST"])
@page(EDIT)
def new(request: PageRequest) -> HttpResponse:
    """A new line."""
    form = ProgrammeForm(
        request.POST or None, institution=request.institution, initial={"year": timezone.localdate().year, "source": "apbd"}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.create(request.actor, request.institution, form.line())
        except Refused as refused:
            form.told(refused.faults)
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": row})
            return redirect("roadmap:programmes", institution=request.institution.code)
    return _form(request, form, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def one(request: PageRequest, uid: UUID) -> HttpResponse:
    """A line, to be changed by the secretariat; whoever may only read it sees what initiatives ask of it."""
    row = queries.programme(request.actor, request.institution, uid)
    may_edit = request.actor.scope(EDIT, request.institution).everything
    if request.method == "POST":
        request.actor.require(EDIT, request.institution)
    form = ProgrammeForm(request.POST or None, institution=request.institution, initial=initial_of(row))
    version, status, stale = row.version, 200, False
    if request.method == "POST":
        status = 422
        sent = whole(request.POST.get("version", "")) or 0
        if form.is_valid():
            try:
                saved = actions.change(request.actor, row, sent, form.line())
            except Refused as refused:
                form.told(refused.faults)
            except Conflict:
                status, stale = 409, True
            else:
                said = _("“%(name)s” is kept.") if saved.version != row.version else _("Nothing was changed.")
                messages.success(request, said % {"name": saved} if "%" in said else said)
                return redirect("roadmap:programme", institution=request.institution.code, uid=row.uid)
    more = {"row": row, "version": version, "stale": stale, "may_edit": may_edit}
    return _form(request, form, status, **more, line=queries.line_of(request.actor, request.institution, row))


def _form(request: PageRequest, form: ProgrammeForm, status: int, **more: Any) -> HttpResponse:
    context = common.room(request, "money") | {"form": form, "codes": seen_codes(), "may_edit": True} | more
    return render(request, "roadmap/programme.html", context, status=status)


@page(EDIT)
@require_POST
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a line away."""
    row = queries.programme(request.actor, request.institution, uid)
    try:
        held = actions.delete(request.actor, row, whole(request.POST.get("version", "")) or 0)
    except Conflict:
        messages.warning(request, _("Somebody changed this line meanwhile. Look at it and delete it again."))
        return redirect("roadmap:programme", institution=request.institution.code, uid=row.uid)
    said = _("“%(name)s” is deleted. The history can bring it back.") % {"name": row}
    if held:
        words = ngettext(
            "What %(n)s row of money asks under its code stays, without a ceiling.",
            "What %(n)s rows of money ask under its code stays, without a ceiling.",
            held,
        )
        said = f"{said} {words % {'n': common.number(held)}}"
    messages.success(request, said)
    return redirect("roadmap:programmes", institution=request.institution.code)
