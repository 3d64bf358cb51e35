"""What the import gives to take along: empty templates, and the faulty rows with what is wrong beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import queries, writing
from pendapa.kernel.tables.forms import kind_choices
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.ports import importer
from pendapa.kernel.tables.views import batch_of, bound
from pendapa.kernel.ui import formats

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(IMPORT)
@require_safe
def template(request: PageRequest, kind: str) -> HttpResponse:
    """The empty form of a table as a workbook, with the lists to choose from."""
    if kind not in dict(kind_choices(request.actor, request.institution)):
        raise NotFound
    return _workbook([writing.template(importer(kind).kind, formats.language())], f"pendapa-{kind}.xlsx")


@page(IMPORT)
@require_safe
def faulty(request: PageRequest, uid: UUID) -> HttpResponse:
    """The faulty rows as a workbook, as they were written, with what is wrong beside them."""
    batch = batch_of(request, uid)
    sheets = []
    for number, facts in enumerate(batch.sheets):
        width = len(facts["headers"])
        sheets.append(
            writing.Sheet(
                facts["sheet"] or importer(facts["kind"]).kind.label.get(formats.language(), facts["kind"]),
                [*facts["headers"], _("Faults")],
                _with_faults(batch, number, width),
                widths={width: 70.0},
            )
        )
    return _workbook(
        sheets, _("faulty rows") + f" {batch.file_name.rpartition('.')[0] or batch.file_name}.xlsx"
    )


def _with_faults(batch: ImportBatch, number: int, width: int) -> Iterable[list[str]]:
    places = {header: place for _index, place, header, _column in bound(batch, number)}
    for row in queries.faulty_rows(batch, number):
        told = []
        for one in queries.told(row.errors):
            place = f"{places[one['column']]}{row.row}: " if one["column"] in places else ""
            told.append(place + one["message"])
        cells = [text[: writing.CELL_LIMIT - 1] for text in row.cells[:width]]
        yield [*cells, *[""] * (width - len(cells)), "\n".join(told)[: writing.CELL_LIMIT - 1]]


def _workbook(sheets: Iterable[writing.Sheet], name: str) -> HttpResponse:
    with tempfile.TemporaryFile() as file:
        writing.write_xlsx(file, sheets)
        file.seek(0)
        response = HttpResponse(file.read(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
