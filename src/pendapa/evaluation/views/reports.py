"""Reports of a round: choose, watch them being made, take them along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.evaluation.actions import reports as actions
from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import cycles
from pendapa.evaluation.queries import reports as queries
from pendapa.evaluation.views.common import cycle_room
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.documents.permissions import TEMPLATES
from pendapa.kernel.files import serving
from pendapa.kernel.jobs import queries as jobs
from pendapa.kernel.jobs import signs

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def reports(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """The actor's own reports of the round, and what can be made."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    if request.method == "POST":
        try:
            actions.start(
                request.actor, cycle, request.POST.get("report", ""), request.POST.get("format", "")
            )
        except actions.Refused as refused:
            messages.warning(request, str(refused))
        return redirect("evaluation:reports", request.institution.code, year, instrument)
    offered = queries.offered(request.actor, request.institution)
    return render(
        request,
        "evaluation/reports.html",
        cycle_room(request, cycle, "reports")
        | {
            "offered": offered,
            "everything": queries.reads_all(request.actor, request.institution),
            "rows": [_row(request, cycle, one) for one in queries.made(request.actor, cycle)],
            "may_templates": request.actor.may(TEMPLATES, request.institution),
        },
    )


def _row(request: PageRequest, cycle: Cycle, found: GeneratedDocument) -> dict[str, Any]:
    told: dict[str, Any] = {}
    url = ""
    if found.file:
        url = reverse(
            "evaluation:report_file", args=[request.institution.code, cycle.year, cycle.instrument, found.uid]
        )
    elif found.job:
        signs.freshen(found.job)
        told = jobs.told(found.job) | {"url": ""}
    return {"document": found, "told": told, "url": url}


@require_safe
@page(VIEW)
def report_file(request: PageRequest, year: int, instrument: str, uid: UUID) -> HttpResponse:
    """One of the actor's own reports as a file."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    found = queries.document(request.actor, cycle, uid)
    if found.file is None:
        raise NotFound
    return serving.served(found.file, TYPES[found.format])
