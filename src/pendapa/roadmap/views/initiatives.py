"""Initiatives as a file, and taking one away."""

from __future__ import annotations

import tempfile
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.numbers import whole
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.permissions import EDIT, VIEW
from pendapa.roadmap.queries import initiatives as queries

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def _filters(request: PageRequest) -> queries.Filters:
    texts = [request.GET.get(name, "")[:40].strip() for name in ("tahun", "opd", "rencana")]
    return queries.Filters(*texts)


@page(VIEW)
@require_safe
def export(request: PageRequest, form: str) -> HttpResponse:
    """What the list shows, as xlsx or csv."""
    if form not in TYPES:
        raise NotFound
    rows = _filters(request).narrow(queries.visible(request.actor, request.institution))
    headers = [
        _("Year"), _("Initiative"), _("Agency"), _("Instrument"), _("No."), _("From"), _("To"), _("Cost (Rp)"),
        _("Person-days"), _("State"),
    ]  # fmt: skip
    cells = (
        [
            row.year, row.title, row.unit.name if row.unit else "", *_lift(row.lifts), row.cost, row.days,
            row.get_state_display(),
        ]
        for row in rows.iterator(500)
    )  # fmt: skip
    sheet = Sheet(_("Initiatives"), headers, cells, {1: 60.0, 2: 36.0})
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    if form == "csv":
        write_csv(file, sheet)
    else:
        write_xlsx(file, [sheet])
    file.seek(0)
    name = f"{request.institution.code}-peta-rencana-{timezone.localdate().isoformat()}.{form}"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    return cast(HttpResponse, answer)


def _lift(lifts: list[dict[str, str]]) -> list[str]:
    """The four columns of what is lifted; several of one initiative stand below each other in a cell."""
    return ["\n".join(one[name] for one in lifts) for name in ("instrument", "indicator", "from", "to")]


@page(EDIT)
@require_POST
def delete(request: PageRequest, uid: UUID) -> HttpResponse:
    """Take a draft away."""
    row = queries.initiative(request.actor, request.institution, uid)
    try:
        actions.delete(request.actor, row, whole(request.POST.get("version", "")) or 0)
    except Conflict:
        messages.warning(request, _("Somebody changed this draft meanwhile. Look at it and delete it again."))
    else:
        messages.success(
            request, _("“%(name)s” is deleted. The history can bring it back.") % {"name": row.title}
        )
    return redirect("roadmap:list", institution=request.institution.code)
