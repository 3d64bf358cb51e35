"""Rows → xlsx or csv, in constant memory, and so that they come back unchanged.

Texts that another program would run as a formula get an apostrophe (`escape`); reading takes it off again.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from .columns import Column, Kind
from .escape import escape
from .values import yearly_text

CELL_LIMIT = 32_767
"""Characters that a cell of a workbook can hold."""
_LISTED = 255
_TEMPLATE_ROWS = 2_000


@dataclass
class Sheet:
    """One sheet: its name, headers, rows of values. ``choices`` are lists to pick from, ``notes`` hints, by position."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)


def template(kind: Kind, language: str = "id", rows: Iterable[Sequence[Any]] = ()) -> Sheet:
    """The empty form of a kind as a sheet: its labels, ``*`` on what a row needs, lists to pick from, hints."""
    needed = {kind.name_column, kind.unit_column}
    headers, choices, notes, widths = [], {}, {}, {}
    for index, column in enumerate(kind.columns):
        headers.append(column.text(language) + (" *" if column.name in needed else ""))
        widths[index] = (
            40.0 if column.type in ("long", "relation") or column.name == kind.name_column else 22.0
        )
        if column.type == "enum" and column.choices:
            labels = [choice.label.get(language) or choice.value for choice in column.choices]
            choices[index] = labels if _fits(labels) else [choice.value for choice in column.choices]
        if column.help:
            notes[index] = column.help.get(language, "")
    return Sheet(kind.label.get(language, kind.key), headers, rows, widths, choices, notes)


def _fits(choices: Sequence[str]) -> bool:
    """Whether a workbook can offer them as a list in a cell."""
    return sum(len(choice) + 1 for choice in choices) <= _LISTED and not any("," in c for c in choices)


def values_of(kind: Kind, record: Mapping[str, Any]) -> list[Any]:
    """One record as the cells of a row of `template`."""
    return [record.get(column.name) for column in kind.columns]


def text_of(value: Any, column: Column | None = None) -> str:
    """A value as the text of a cell: several values on lines of their own, yes and no in Indonesian,
    a value a year as "2025: 70; 2026: 75,5"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, tuple) and hasattr(value, "text"):
        return str(value.text)
    if isinstance(value, Mapping):
        return yearly_text(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(text_of(item, column) for item in value)
    return str(value)


def write_csv(
    target: str | Path | IO[bytes], sheet: Sheet, *, separator: str = ";", mark: bool = True
) -> None:
    """One sheet as csv in UTF-8 (with its mark, so that spreadsheet programs see it). Values never run as formulas."""
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            write_csv(file, sheet, separator=separator, mark=mark)
        return
    lines = csv.writer(_Encoded(target, mark=mark), delimiter=separator, lineterminator="\r\n")
    lines.writerow([escape(text) for text in sheet.headers])
    for row in sheet.rows:
        lines.writerow([escape(text_of(value)) for value in row])


class _Encoded:
    """A text file over a binary one that stays open when it is dropped."""

    def __init__(self, target: IO[bytes], *, mark: bool) -> None:
        self._target = target
        if mark:
            target.write(b"\xef\xbb\xbf")

    def write(self, text: str) -> int:
        return self._target.write(text.encode("utf-8"))


def write_xlsx(target: str | Path | IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Sheets as a workbook, one row in memory at a time. ``ValueError`` for a text that no cell can hold."""
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, str | Path) else target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EDEDED"}
    )
    body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    used: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name, used))
        _set_up(page, sheet, body)
        for index, text in enumerate(sheet.headers):
            page.write_string(0, index, escape(text), head)
        for number, row in enumerate(sheet.rows, 1):
            for index, value in enumerate(row):
                _write_cell(page, number, index, value, body)
    book.close()


def _set_up(page: Any, sheet: Sheet, body: Any) -> None:
    page.freeze_panes(1, 0)
    for index in range(len(sheet.headers)):
        page.set_column(index, index, sheet.widths.get(index, 22), body)
    for index, choices in sheet.choices.items():
        if _fits(choices):
            rule = {"validate": "list", "source": list(choices), "error_type": "information"}
            page.data_validation(1, index, _TEMPLATE_ROWS, index, rule)
    for index, text in sheet.notes.items():
        if text:
            page.data_validation(0, index, 0, index, {"validate": "any", "input_message": text[:255]})


def _write_cell(page: Any, row: int, index: int, value: Any, body: Any) -> None:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(row, index, value)
        return
    text = escape(text_of(value))
    if len(text) > CELL_LIMIT:
        raise ValueError(f"row {row + 1}: a cell cannot hold {len(text)} characters")
    if text:
        page.write_string(row, index, text, body)


def _sheet_name(name: str, used: set[str]) -> str:
    """A name that a workbook takes: 31 characters, without ``[]:*?/\\``, once only."""
    base = "".join(" " if char in "[]:*?/\\" else char for char in name).strip("' ")[:31] or "Sheet"
    unique, count = base, 1
    while unique.casefold() in used:
        count += 1
        unique = f"{base[:26]} ({count})"
    used.add(unique.casefold())
    return unique
