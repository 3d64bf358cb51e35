"""The initiatives that a view shows, as a file."""

from __future__ import annotations

import tempfile

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.roadmap import exporting
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.views import common

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@page(VIEW)
@require_safe
def export(request: PageRequest, form: str) -> HttpResponse:
    """What the view shows with its filters, as xlsx, csv or JSON."""
    if form not in TYPES:
        raise NotFound
    view = common.shown(request)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    exporting.export(
        request.actor, request.institution, form, file, items=view.items, roadmap=view.roadmap, language=common.language()
    )  # fmt: skip
    name = f"{request.institution.code}-peta-rencana-{timezone.localdate().isoformat()}.{form}"
    return serving.sent(file, name, TYPES[form])
