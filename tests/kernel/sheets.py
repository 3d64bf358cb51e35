"""Spreadsheets for the tests of the import, made from rows, and what is done with them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from pendapa.kernel.tables import actions, queries
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from tests.cast import Cast

APPLICATIONS = ["Kode", "Nama Aplikasi", "OPD", "Fungsi Aplikasi", "Tahun pembuatan"]
UNITS = ["Kode OPD", "Nama OPD", "OPD induk"]


def csv_of(*rows: Sequence[object], separator: str = ";") -> bytes:
    return "\n".join(separator.join(str(cell) for cell in row) for row in rows).encode() + b"\n"


def xlsx_of(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def hand_in(
    cast: Cast, content: bytes, who: str = "diskominfo", name: str = "aplikasi.csv", **options: Any
) -> ImportBatch:
    """The file as that person hands it in."""
    return actions.receive(cast.actor(who), cast.institution, io.BytesIO(content), name, **options)


def saved(cast: Cast, content: bytes, who: str = "diskominfo", **options: Any) -> ImportBatch:
    """Handed in and confirmed, the faulty rows left behind."""
    return actions.confirm(cast.actor(who), hand_in(cast, content, who, **options), skip_errors=True)


def verdicts(batch: ImportBatch, sheet: int = 0) -> dict[int, str]:
    return dict(batch.rows.filter(sheet=sheet).order_by("row").values_list("row", "verdict"))


def numbers(batch: ImportBatch, sheet: int = 0) -> dict[str, int]:
    return queries.counts(batch)[sheet]


def row_of(batch: ImportBatch, row: int, sheet: int = 0) -> StagedRow:
    return batch.rows.get(sheet=sheet, row=row)


def messages(row: StagedRow, level: str = "errors") -> list[str]:
    return [queries.say(one) for one in getattr(row, level)]


def write_to(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
