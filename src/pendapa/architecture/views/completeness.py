"""How full the register is, by OPD and domain."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries.completeness import Completeness, Share
from pendapa.architecture.queries.completeness import completeness as shares
from pendapa.architecture.views.common import address, domains, language, room
from pendapa.architecture.views.exports import _file as file_of
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.tables.writing import Sheet


@require_safe
@page(VIEW)
def completeness(request: PageRequest) -> HttpResponse:
    """Each OPD with each domain: mean completeness, how many elements, and the way to their list."""
    found = shares(request.actor, request.institution)
    form = request.GET.get("format", "")
    if form in ("csv", "xlsx"):
        sheet = _sheet(request, found)
        return file_of(request, sheet if form == "csv" else [sheet], form, "kelengkapan")
    base = address(request.institution, "completeness")
    context = room(request, "") | {
        "domains": [
            (number, domain.plural.in_language(language()))
            for number, domain in enumerate(domains(request.institution), 1)
        ],
        "rows": [
            {
                "name": unit.name,
                "cells": _cells(request, found, unit.cells, unit.uid),
                "total": unit.total,
            }
            for unit in found.units
        ],
        "all": _cells(request, found, found.cells, ""),
        "total": found.total,
        "csv_url": f"{base}?format=csv",
        "xlsx_url": f"{base}?format=xlsx",
    }
    return render(request, "architecture/completeness.html", context)


def _cells(
    request: PageRequest, found: Completeness, cells: tuple[Share, ...], unit: str
) -> list[dict[str, Any]]:
    labels = [domain.plural.in_language(language()) for domain in domains(request.institution)]
    return [
        {
            "label": label,
            "share": cell,
            "url": address(request.institution, "list", domain=domain, unit=unit) if cell.count else "",
        }
        for label, domain, cell in zip(labels, found.domains, cells, strict=True)
    ]


def _sheet(request: PageRequest, found: Completeness) -> Sheet:
    """Two columns for each domain: percent and number; an empty cell where there is nothing."""
    headers = [_("Unit")]
    for domain in domains(request.institution):
        label = domain.plural.in_language(language())
        headers += [f"{label} (%)", _("%(domain)s (elements)") % {"domain": label}]
    headers += [_("All (%)"), _("All (elements)")]
    lines = [(unit.name, (*unit.cells, unit.total)) for unit in found.units]
    lines.append((_("All units"), (*found.cells, found.total)))
    rows = (
        [name, *(part for cell in cells for part in (_percent(cell), str(cell.count)))]
        for name, cells in lines
    )
    return Sheet(_("Completeness"), headers, rows, {0: 44.0})


def _percent(cell: Share) -> str:
    return "" if cell.completeness is None else str(cell.completeness)
