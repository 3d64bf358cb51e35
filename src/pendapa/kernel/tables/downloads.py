"""What the import gives to take along: empty templates, and the faulty rows with what is wrong beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import queries, staging, templates, writing
from pendapa.kernel.tables.forms import kind_choices
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tables.ports import importer, reference_lists
from pendapa.kernel.tables.views import batch_of
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALL = "semua"
COMMENTED = 20_000
"""So many faulty rows get comments; of more than that the cells are coloured only."""


@page(IMPORT)
@require_safe
def template(request: PageRequest, kind: str) -> HttpResponse:
    """The empty form of a table as a workbook (``semua``: of all), with lists, help, an example and locked headers."""
    offered = [key for key, _label in kind_choices(request.actor, request.institution)]
    if kind != ALL and kind not in offered:
        raise NotFound
    sheets = template_sheets(request.institution, offered if kind == ALL else [kind], formats.language())
    return _workbook(sheets, f"pendapa-{kind}.xlsx")


def template_sheets(
    institution: Institution | None, kinds: Sequence[str], language: str
) -> list[writing.Sheet | writing.Page]:
    """The sheets of a template: of everybody's tables, or as ``institution`` has them, with its units to choose from."""
    rooms = [importer(key) for key in kinds]
    tables = [room.kind_of(institution) if institution else room.kind for room in rooms]
    lists = templates.Lists(
        reference_lists(institution), queries.unit_labels(institution) if institution else ()
    )
    return templates.book(tables, lists, language)


@page(IMPORT)
@require_safe
def faulty(request: PageRequest, uid: UUID) -> HttpResponse:
    """The faulty rows as a workbook: as they were written, what is wrong in comments on coloured cells."""
    batch = batch_of(request, uid)
    name = _("faulty rows") + f" {batch.file_name.rpartition('.')[0] or batch.file_name}.xlsx"
    return _workbook(faulty_sheets(batch), name)


def faulty_sheets(batch: ImportBatch) -> Iterator[writing.Sheet | writing.Page]:
    """A sheet for each that has faulty rows, with its own headers, and one that tells what to do."""
    lines = [
        _("These are the rows that could not be saved, as they were written, with their headers."),
        _("The cells at fault are coloured; a comment on each tells what is wrong."),
        _("Mend the cells and hand this file in under Import: it is read like the first one."),
        _("Rows that were in order are not in this file; they are saved from the import itself."),
    ]
    for number, facts in enumerate(batch.sheets):
        if batch.rows.filter(sheet=number, verdict="faulty").exists():
            table = importer(facts["kind"]).kind_of(batch.institution)
            name = facts["sheet"] or table.label.get(formats.language(), facts["kind"])
            yield writing.Sheet(name, facts["headers"], _with_faults(batch, number))
    title = _("Faulty rows of %(file)s") % {"file": batch.file_name}
    yield writing.Page("Petunjuk", title, [("", line) for line in lines], (14.0, 90.0))


def _with_faults(batch: ImportBatch, number: int) -> Iterator[writing.Marked]:
    _room, found = staging.described(batch, number)
    width = len(found.headers)
    places = {binding.header: binding.index for binding in found.bindings}
    names = found.of(found.kind.name_column)
    otherwise = names[0].index if names else 0
    for count, row in enumerate(queries.faulty_rows(batch, number)):
        comments: dict[int, list[str]] = {}
        for one in queries.told(row.errors):
            comments.setdefault(places.get(one["column"], otherwise), []).append(_in_words(one))
        cells = [text[: writing.CELL_LIMIT - 1] for text in row.cells]
        source = _("Row %(row)s of the file") % {"row": row.row}
        notes = {index: "\n".join([*texts, source]) for index, texts in comments.items()}
        if count >= COMMENTED:  # a workbook holds its comments in memory until it is written
            notes = dict.fromkeys(notes, "")
        yield writing.Marked([*cells, *[""] * (width - len(cells))], notes)


def _in_words(told: dict[str, Any]) -> str:
    hint = told.get("suggestion")
    return told["message"] + (" " + _("Perhaps: %(text)s") % {"text": hint} if hint else "")


def _workbook(sheets: Iterable[writing.Sheet | writing.Page], name: str) -> HttpResponse:
    with tempfile.TemporaryFile() as file:
        writing.write_xlsx(file, sheets)
        file.seek(0)
        response = HttpResponse(file.read(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
