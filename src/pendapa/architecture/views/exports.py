"""The register as spreadsheets. What goes out comes back in: the columns are those of the import."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pendapa.architecture import exporting
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.views.common import domains, filters_of
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.tables.writing import write_csv, write_xlsx


@require_safe
@page(VIEW)
def export(request: PageRequest) -> HttpResponse:
    """The elements of the list: one domain as csv or xlsx, several as a workbook; ``format`` takes json, archimate and sia
    too, ``all=1`` the whole register with its relations."""
    filters, form = filters_of(request), request.GET.get("format", "xlsx")
    whole = bool(request.GET.get("all")) or form in ("archimate", "sia")
    if form not in exporting.FORMATS:
        form = "xlsx"
    listed = [filters.domain] if filters.domain else [d.key for d in domains(request.institution)]
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    made = exporting.export(
        request.actor,
        request.institution,
        "xlsx" if form == "csv" and not (filters.domain or whole) else form,
        out=file,
        domains=None if whole else listed,
        filters=None if whole else filters,
    )
    what = "sia-spbe" if form == "sia" else "arsitektur" if whole else filters.domain or "arsitektur"
    return _answer(request, file, made, what)


def _file(request: PageRequest, content: Any, form: str, what: str) -> HttpResponse:
    """A sheet as csv, or several as a workbook, named after the institution, ``what`` it is, and the day."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    if form == "csv":
        write_csv(file, content)
    else:
        write_xlsx(file, content)
    return _answer(request, file, form, what)


def _answer(request: PageRequest, file: IO[bytes], form: str, what: str) -> HttpResponse:
    ending, type_ = exporting.TYPES[form]
    name = f"{request.institution.code}-{what}-{timezone.localdate().isoformat()}.{ending}"
    return serving.sent(file, name, type_)
