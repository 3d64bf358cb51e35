"""The OPD tree, one unit, and what can be done to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.tenancy.models import Unit
from pendapa.organisation import actions, forms, queries
from pendapa.organisation.models import UnitAlias
from pendapa.organisation.permissions import MANAGE, PEOPLE, SEE_PEOPLE, VIEW
from pendapa.organisation.rules.tree import is_below
from pendapa.organisation.views.shared import submit

MANY = 60  # from here on the tree opens with its first level only
FORM = "organisation/form.html"


@require_safe
@page(VIEW)
def tree(request: PageRequest) -> HttpResponse:
    """The OPD tree; ``?q=`` searches, ``?tingkat=1|semua`` chooses the depth, ``?ditutup=1`` adds closed units."""
    query, closed = request.GET.get("q", "").strip()[:200], request.GET.get("ditutup") == "1"
    numbers = queries.count_units(request.institution)
    deep = numbers["open"] > numbers["roots"]
    level = request.GET.get("tingkat") or ("1" if deep and numbers["open"] > MANY else "semua")
    rows = queries.tree(
        request.actor, request.institution, query=query, closed=closed, roots_only=level == "1"
    )
    return render(
        request,
        "organisation/tree.html",
        {
            "rows": rows,
            "hits": sum(row.hit for row in rows),
            "query": query,
            "closed": closed,
            "level": level,
            "deep": deep,
            "numbers": numbers,
            "may_manage": request.actor.may(MANAGE, request.institution),
            "may_see_people": request.actor.may(SEE_PEOPLE, request.institution),
        },
    )


@require_safe
@page(VIEW)
def unit(request: PageRequest, uid: UUID) -> HttpResponse:
    """One unit: names, place, people, history."""
    detail = queries.unit(request.actor, request.institution, uid)
    return render(
        request,
        "organisation/unit.html",
        {
            "detail": detail,
            "unit": detail.unit,
            "may_manage": request.actor.may(MANAGE, request.institution, detail.unit),
            "may_invite": request.actor.may(PEOPLE, request.institution, detail.unit),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def unit_new(request: PageRequest) -> HttpResponse:
    """Add a unit."""
    rows = queries.tree(request.actor, request.institution)
    initial = {"parent": request.GET.get("di-bawah", "")}
    form = forms.UnitForm(request.POST or None, units=rows, initial=initial)

    def run(wish: dict[str, Any]) -> HttpResponse:
        made = actions.create_unit(request.actor, request.institution, **wish)
        messages.success(request, _("%(unit)s was added.") % {"unit": made.name})
        return _to(request, made)

    context = {"title": _("Add a unit"), "button": _("Add the unit"), "back": _tree_url(request)}
    return submit(request, form, run, FORM, context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def unit_rename(request: PageRequest, uid: UUID) -> HttpResponse:
    """Give a unit another name; the old one stays findable."""
    found = queries.find_unit(request.actor, request.institution, uid)
    initial = {"name": found.name, "short_name": found.short_name, "version": found.version}
    form = forms.RenameForm(request.POST or None, initial=initial)

    def run(wish: dict[str, Any]) -> HttpResponse:
        done = actions.rename_unit(request.actor, request.institution, found, **wish)
        messages.success(
            request, _("Now it is called %(unit)s. The old name still leads here.") % {"unit": done.name}
        )
        return _to(request, done)

    return submit(
        request,
        form,
        run,
        FORM,
        _context(
            request,
            found,
            _("Rename"),
            _("Save the name"),
            _("The old name stays as an alias, so that older files still find the unit."),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def unit_move(request: PageRequest, uid: UUID) -> HttpResponse:
    """Put a unit elsewhere in the tree."""
    found = queries.find_unit(request.actor, request.institution, uid)
    rows = queries.tree(request.actor, request.institution)
    others = [row for row in rows if not is_below(row.unit.path, found.path)]
    initial = {"parent": str(found.parent.uid) if found.parent else "", "version": found.version}
    form = forms.MoveForm(request.POST or None, units=others, initial=initial)

    def run(wish: dict[str, Any]) -> HttpResponse:
        done = actions.move_unit(request.actor, request.institution, found, **wish)
        messages.success(
            request, _("%(unit)s stands in its new place, with all that is below it.") % {"unit": done.name}
        )
        return _to(request, done)

    return submit(
        request,
        form,
        run,
        FORM,
        _context(
            request,
            found,
            _("Move"),
            _("Move the unit"),
            _("What stands below it comes along. Roles reach as far as the new place says."),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def unit_close(request: PageRequest, uid: UUID) -> HttpResponse:
    """Say on which day a unit ends."""
    found = queries.find_unit(request.actor, request.institution, uid)
    form = forms.CloseForm(request.POST or None, initial={"version": found.version})

    def run(wish: dict[str, Any]) -> HttpResponse:
        done = actions.close_unit(request.actor, request.institution, found, **wish)
        messages.success(
            request, _("%(unit)s has its last day. It can be opened again.") % {"unit": done.name}
        )
        return _to(request, done)

    return submit(
        request,
        form,
        run,
        FORM,
        _context(
            request,
            found,
            _("Close"),
            _("Close the unit"),
            _(
                "Its elements and the roles of its people stay until somebody changes them. Imports no longer find it after that day."
            ),
        ),
    )


@require_POST
@page(MANAGE)
def unit_reopen(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take back a closing."""
    found = queries.find_unit(request.actor, request.institution, uid)
    try:
        actions.reopen_unit(request.actor, request.institution, found)
        messages.success(request, _("%(unit)s is open again.") % {"unit": found.name})
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return _to(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@page(MANAGE)
def alias_add(request: PageRequest, uid: UUID) -> HttpResponse:
    """Add another name by which the unit is found."""
    found = queries.find_unit(request.actor, request.institution, uid)
    form = forms.AliasForm(request.POST or None)

    def run(wish: dict[str, Any]) -> HttpResponse:
        alias = actions.add_alias(request.actor, request.institution, found, **wish)
        messages.success(request, _("“%(alias)s” now leads here.") % {"alias": alias.name})
        return _to(request, found)

    return submit(
        request,
        form,
        run,
        FORM,
        _context(
            request,
            found,
            _("Add an alias"),
            _("Save the alias"),
            _("Imports and the search find the unit by it."),
        ),
    )


@require_POST
@page(MANAGE)
def alias_remove(request: PageRequest, uid: UUID, alias: UUID) -> HttpResponse:
    """The unit is no longer found by that name."""
    found = queries.find_unit(request.actor, request.institution, uid)
    known = get_object_or_404(
        UnitAlias.objects.select_related("unit"), uid=alias, unit=found, deleted_at=None
    )
    try:
        actions.remove_alias(request.actor, request.institution, known)
    except Conflict as conflict:
        raise NotFound from conflict
    messages.success(request, _("“%(alias)s” no longer leads here.") % {"alias": known.name})
    return _to(request, found)


def _context(request: PageRequest, found: Unit, title: str, button: str, finding: str) -> dict[str, Any]:
    back = reverse("organisation:unit", args=[request.institution.code, found.uid])
    return {"title": title, "button": button, "finding": finding, "unit": found, "back": back}


def _tree_url(request: PageRequest) -> str:
    return reverse("organisation:tree", args=[request.institution.code])


def _to(request: PageRequest, found: Unit) -> HttpResponse:
    return redirect("organisation:unit", request.institution.code, found.uid)
