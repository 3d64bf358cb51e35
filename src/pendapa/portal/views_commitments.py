"""The public commitments of one OPD: how far they came, with the day and the data of every number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.numbers import whole
from pendapa.portal import queries_commitments as queries
from pendapa.portal import queries_roadmap as neighbours
from pendapa.portal.views_roadmap import DATE, address, csv_answer, drawn_line, here_of, json_answer
from pendapa.roadmap.queries import commitment_units as source
from pendapa.roadmap.queries import public
from pendapa.roadmap.queries.commitments import Line

ROWS = 40
FORMS = ("json", "csv")


@require_safe
def unit(request: HttpRequest, code: str, unit: UUID) -> HttpResponse:
    """The public commitments of an OPD and the units below it; where it was merged or split, also where they are now."""
    here = here_of(request, code)
    found = queries.of_unit(here, unit, _period(request))
    start = whole(request.GET.get("mulai", "")) or 0
    told = source.numbers(found.lines, found.day)

    def page(first: int) -> str:
        return address(here, "commitment_unit", str(found.unit.uid), tahun=found.period, mulai=first)

    context = {
        "found": found,
        "unit": found.unit,
        "finding": queries.finding(found),
        "told": told,
        "values": _values(told),
        "pledges": [_one(found, row) for row in found.lines[start : start + ROWS]],
        "moved": [_one(found, row) for row in found.moved],
        "became": [one for one in found.became if found.led_to(one.target)],
        "all_url": page(0),
        "years": [(year, address(here, "commitment_unit", str(found.unit.uid), tahun=year)) for year in found.years],
        "previous": page(max(start - ROWS, 0)) if start else "",
        "next": page(start + ROWS) if start + ROWS < len(found.lines) else "",
        "data": [(form.upper(), address(here, "commitment_unit_data", str(found.unit.uid), form, tahun=found.period)) for form in ("json", "csv")],
        "opened": public.opened(here),
        "place": "commitments",
    }  # fmt: skip
    return render(request, "portal/commitment_unit.html", context)


@require_safe
def unit_data(request: HttpRequest, code: str, unit: UUID, form: str) -> HttpResponse:
    """Exactly what the page shows, all pages of it, as JSON or CSV."""
    here = here_of(request, code)
    if form not in FORMS:
        raise NotFound
    found = queries.of_unit(here, unit, _period(request))
    name = f"{here.code}-komitmen-{found.unit.uid}-{found.day.strftime(DATE)}"
    if form == "json":
        return json_answer(queries.data(found), name)
    return csv_answer(_("Commitments"), *queries.rows(found), name=name)


def _period(request: HttpRequest) -> str:
    return request.GET.get("tahun", "")[:10].strip()


def _one(found: source.OfOffice, row: Line) -> dict[str, Any]:
    marks = source.marks(row, found.day)
    return drawn_line(row) | {
        "marks": marks,
        "proven": marks.count(source.PROVEN),
        "over": source.group(row, found.day) == source.OVER,
        "below": row.row.unit if row.row.unit_id != found.unit.pk else None,
    }


def _values(told: source.Numbers) -> list[dict[str, Any]]:
    """How many came how far; a value that nobody was given stands there as nought, once one was given."""
    rows = [
        {"tone": neighbours.COMPLETION_TONES[key], "label": neighbours.completion_label(key), "count": count}
        for key, count in told.values
        if told.committed > told.running + told.unassessed
    ]
    if told.unassessed:
        rows.append({"tone": "line", "label": _("not assessed yet"), "count": told.unassessed})
    if told.running:
        rows.append({"tone": "info", "label": _("running"), "count": told.running})
    return rows
