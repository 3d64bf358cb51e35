"""What the pages with long tables share: a page of rows by its number, and the same rows as a spreadsheet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture import exporting
from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.files import serving
from pendapa.kernel.numbers import whole
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from pendapa.kernel.ui import formats

PAGE = 25
OPDS = 15
"""Rows of a table of OPD on a page: it stands above others."""
FORMATS = ("xlsx", "csv")
T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """Some rows of a table, with the way to those before and after them."""

    rows: Sequence[T]
    total: int
    text: str
    previous_url: str
    next_url: str


def part(
    request: PageRequest, rows: Sequence[T], name: str, url: Callable[..., str], size: int = PAGE
) -> Part[T]:
    """The rows that the parameter ``name`` of the address begins at; ``url(**{name: "50"})`` writes the address of others."""
    start = whole(request.GET.get(name, "")) or 0
    if start >= len(rows):
        start = 0
    end = min(start + size, len(rows))
    text = _("%(first)s–%(last)s of %(total)s") % {
        "first": formats.number(start + 1, formats.language()),
        "last": formats.number(end, formats.language()),
        "total": formats.number(len(rows), formats.language()),
    }
    return Part(
        rows[start:end],
        len(rows),
        text if len(rows) > size else "",
        url(**{name: str(max(start - size, 0) or "")}) if start else "",
        url(**{name: str(end)}) if end < len(rows) else "",
    )


def download(request: PageRequest, sheets: Sequence[Sheet], form: str, what: str) -> HttpResponse:
    """The sheets as a workbook, or the first as csv."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    if form == "csv":
        write_csv(file, sheets[0])
    else:
        write_xlsx(file, sheets)
    ending, type_ = exporting.TYPES[form]
    name = f"{request.institution.code}-{what}-{timezone.localdate().isoformat()}.{ending}"
    return serving.sent(file, name, type_)
