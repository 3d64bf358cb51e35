"""Keep the list as it is, choose its columns, and tidy up what one keeps."""

from __future__ import annotations

from urllib.parse import parse_qs
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.saved import actions, queries
from pendapa.kernel.saved.permissions import SAVE
from pendapa.kernel.saved.ports import Place, place


@require_safe
@page(SAVE)
def manage(request: PageRequest) -> HttpResponse:
    """All kept lists of one place: open, rename, share, delete."""
    where = place(request.GET.get("place", ""))
    views = queries.kept(request.actor, request.institution, where.name)
    back = queries.address(request.institution, where, {})
    return render(request, "saved/list.html", {"views": views, "place": where, "back": back})


@require_POST
@page(SAVE)
def save(request: PageRequest) -> HttpResponse:
    """Keep what the page showed, and go there."""
    where, query = _asked(request)
    chosen = _chosen(request)
    try:
        row = actions.save(
            request.actor,
            request.institution,
            where.name,
            request.POST.get("name", ""),
            query,
            chosen,
            shared=request.POST.get("shared") == "1",
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(queries.address(request.institution, where, where.filters(query), chosen))
    messages.success(request, _("The list is kept as “%(name)s”.") % {"name": row.name})
    return HttpResponseRedirect(
        queries.address(request.institution, where, where.filters(row.query), row.columns)
    )


@require_POST
@page(SAVE)
def columns(request: PageRequest) -> HttpResponse:
    """Remember the chosen columns and show the list with them."""
    where, query = _asked(request)
    wanted = [] if request.POST.get("none") else request.POST.getlist("column")[:200]
    try:
        actions.choose_columns(request.actor, request.institution, where.name, query, wanted)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(queries.address(request.institution, where, where.filters(query)))


@require_POST
@page(SAVE)
def change(request: PageRequest, uid: UUID) -> HttpResponse:
    """Rename an own list, share it or keep it to oneself."""
    try:
        row = actions.change(
            request.actor,
            request.institution,
            uid,
            name=request.POST.get("name"),
            shared=request.POST.get("shared") == "1",
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
        row = queries.view(request.actor, request.institution, uid)
    else:
        messages.success(request, _("The changes are saved."))
    return _to_manage(request, row.place)


@require_POST
@page(SAVE)
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Put a list away."""
    where = queries.view(request.actor, request.institution, uid).place
    name = actions.delete(request.actor, request.institution, uid)
    messages.success(request, _("“%(name)s” is no longer kept.") % {"name": name})
    return _to_manage(request, where)


def _to_manage(request: PageRequest, name: str) -> HttpResponse:
    address = reverse("saved:list", args=[request.institution.code])
    return HttpResponseRedirect(f"{address}?place={name}")


def _asked(request: HttpRequest) -> tuple[Place, dict[str, str]]:
    """The place, and the query of its address as the form sends it back."""
    where = place(request.POST.get("place", ""))
    told = parse_qs(request.POST.get("query", "")[:4000].replace("\x00", ""))
    return where, {key: values[0] for key, values in told.items()}


def _chosen(request: HttpRequest) -> list[str]:
    told = request.POST.get("columns", "")[:4000]
    return [one for one in told.split(",") if one and one != queries.NONE]
