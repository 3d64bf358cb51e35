"""The public roadmap and the public commitments: what is late is shown late, what is unknown as unknown, with its day and its data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import institution_of
from pendapa.kernel.numbers import whole
from pendapa.kernel.tables.writing import Sheet, write_csv
from pendapa.kernel.tenancy.models import Institution
from pendapa.portal import queries_roadmap as queries
from pendapa.roadmap.queries import commitments as officers
from pendapa.roadmap.queries import public

DATE = "%Y-%m-%d"


def here_of(request: HttpRequest, code: str) -> Institution:
    """The institution of the address, kept with the request. Raises NotFound."""
    here = institution_of(code)
    request.institution = here  # type: ignore[attr-defined]
    return here


# ---- the roadmap


def _map(request: HttpRequest, here: Institution) -> queries.Map:
    start = whole(request.GET.get("mulai", "")) or 0
    return queries.roadmap(here, request.GET.get("muatan", "")[:40], start)


@require_safe
def roadmap(request: HttpRequest, code: str) -> HttpResponse:
    """The initiatives of the public roadmap by content, with how far they are."""
    here = here_of(request, code)
    shown = _map(request, here)
    context = {
        "shown": shown,
        "map": shown.roadmap,
        "contents": [(one, address(here, "roadmap", muatan=one.key)) for one in shown.contents],
        "groups": [(part, [_drawn(one) for one in part.rows]) for part in shown.shown],
        "all_url": address(here, "roadmap"),
        "previous": address(
            here, "roadmap", muatan=shown.chosen, mulai=max(shown.start - queries.ROWS, 0) or ""
        )
        if shown.start
        else "",
        "next": address(here, "roadmap", muatan=shown.chosen, mulai=shown.start + queries.ROWS)
        if shown.start + queries.ROWS < shown.count
        else "",
        "json_url": address(here, "roadmap_data", "json", muatan=shown.chosen),
        "csv_url": address(here, "roadmap_data", "csv", muatan=shown.chosen),
        "opened": public.opened(here),
        "place": "roadmap",
    }
    return render(request, "portal/roadmap.html", context)


def _drawn(one: public.Shown) -> dict[str, Any]:
    item = one.item
    return {
        "item": item,
        "tone": queries.TONES.get(item.state, "line"),
        "state": queries.state_label(item.state),
        "moved": queries.moved(item),
        "money": item.total,
        "targets": one.targets,
    }


@require_safe
def roadmap_data(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Exactly what the page shows, all pages of it, as JSON or CSV."""
    here = here_of(request, code)
    shown = queries.roadmap(here, request.GET.get("muatan", "")[:40])
    name = f"{here.code}-peta-rencana-{shown.day.strftime(DATE)}"
    if form == "json":
        return json_answer(queries.map_data(shown), name)
    return csv_answer(_("Roadmap"), *queries.map_rows(shown), name=name)


# ---- commitments


@require_safe
def commitments(request: HttpRequest, code: str) -> HttpResponse:
    """The public commitments by OPD."""
    here = here_of(request, code)
    shown = queries.pledges(here)
    context = {
        "shown": shown,
        "groups": [(name, [drawn_line(one) for one in lines]) for name, lines in shown.groups],
        "opened": public.opened(here),
        "place": "commitments",
    }
    return render(request, "portal/commitments.html", context)


def drawn_line(one: officers.Line) -> dict[str, Any]:
    """A commitment, and where it was assessed ``completion``: tone and words."""
    told: dict[str, Any] = {"line": one, "row": one.row}
    if one.row.completion:
        key = one.row.completion
        told["completion"] = (queries.COMPLETION_TONES[key], queries.completion_label(key))
    return told


@require_safe
def commitments_data(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same as JSON or CSV."""
    here = here_of(request, code)
    shown = queries.pledges(here)
    name = f"{here.code}-komitmen-{shown.day.strftime(DATE)}"
    if form == "json":
        return json_answer(queries.pledge_data(here, shown.lines, shown.day), name)
    return csv_answer(_("Commitments"), *queries.pledge_rows(shown.lines, shown.day), name=name)


@require_safe
def commitment(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One public commitment: text, milestones with links to evidence, who approved it, how far it came."""
    here = here_of(request, code)
    row = public.commitment(here, uid)
    line = public.lines([row], queries.today())[0]
    context = drawn_line(line) | {
        "day": queries.today(),
        "steps": [(one, officers.reached(one).late(queries.today())) for one in officers.steps(row)],
        "intact": officers.verify(row),
        "alone": officers.approved_alone(row),
        "initiative": public.initiative_of(row),
        "opened": public.opened(here),
        "place": "commitments",
    }
    return render(request, "portal/commitment.html", context)


@require_safe
def commitment_data(request: HttpRequest, code: str, uid: UUID, form: str) -> HttpResponse:
    """The same as JSON or CSV."""
    here = here_of(request, code)
    lines = public.lines([public.commitment(here, uid)], queries.today())
    name = f"{here.code}-komitmen-{uid}"
    if form == "json":
        return json_answer(queries.pledge_data(here, lines, queries.today()), name)
    return csv_answer(_("Commitments"), *queries.pledge_rows(lines, queries.today()), name=name)


# ---- shared


def address(here: Institution, name: str, *more: str, **query: object) -> str:
    """An address of this room, without what is empty in the query."""
    address = reverse(f"portal:{name}", args=[here.code, *more])
    asked = urlencode({key: value for key, value in query.items() if value})
    return f"{address}?{asked}" if asked else address


def json_answer(data: dict[str, Any], name: str) -> HttpResponse:
    """Open data as a JSON file, for other pages too."""
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    answer["Access-Control-Allow-Origin"] = "*"  # it is open to all, and nothing of a session is in it
    return answer


def csv_answer(title: str, heads: list[str], rows: Iterator[list[Any]], *, name: str) -> HttpResponse:
    """The same as a CSV file."""
    file = io.BytesIO()
    write_csv(file, Sheet(title, heads, rows))
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
