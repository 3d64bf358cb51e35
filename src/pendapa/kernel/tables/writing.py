"""Rows → xlsx or csv, in constant memory, and so that they come back unchanged.

Texts that another program would run as a formula get an apostrophe (`escape`); reading takes it off again.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .columns import Column, Kind
from .escape import escape
from .periods import periods_text

CELL_LIMIT = 32_767
"""Characters that a cell of a workbook can hold."""
_LISTED = 255
_COMMENT_LIMIT = 2_000
_TEMPLATE_ROWS = 2_000


@dataclass
class Sheet:
    """One sheet: its name, headers, rows of values (or `Marked` ones).

    By position: ``choices`` are lists to pick from in the cell, ``lists`` longer ones that stand in a sheet of their own,
    ``notes`` hints where the header is chosen, ``comments`` what is told of a header in a comment. ``locked`` protects the
    headers; the cells below stay open. ``examples`` stand above the rows, in grey.
    """

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any] | Marked] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    lists: Mapping[int, Sequence[str]] = field(default_factory=dict)
    comments: Mapping[int, str] = field(default_factory=dict)
    examples: Sequence[Sequence[Any]] = ()
    locked: bool = False


class Marked(NamedTuple):
    """A row some of whose cells are coloured and carry a comment, by position."""

    cells: Sequence[Any]
    comments: Mapping[int, str]


@dataclass
class Page:
    """A sheet to read, which no import takes for a table: rows of texts below the mark and a title."""

    name: str
    title: str
    rows: Iterable[Sequence[str]]
    widths: Sequence[float] = (28.0, 40.0, 60.0)


OWN_MARK = "Pendapa"
"""Stands in the first cell of each sheet that an import passes over."""
LIST_SHEET = "Daftar pilihan"


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
    a value a period as "2025: 70; 2026: 75,5"."""
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
        return periods_text(value)
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


def write_xlsx(target: str | Path | IO[bytes], sheets: Iterable[Sheet | Page]) -> None:
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
    _Book(book).write(sheets)
    book.close()


class _Book:
    """A workbook being written: its formats, the names of its sheets, the lists that cells choose from."""

    def __init__(self, book: Any) -> None:
        self._book = book
        common = {"text_wrap": True, "valign": "top"}
        self._head = book.add_format(common | {"bold": True, "bottom": 1, "bg_color": "#EDEDED"})
        self._body = book.add_format(common | {"num_format": "@", "locked": False})
        self._bad = book.add_format(
            common | {"num_format": "@", "locked": False, "bg_color": "#FBD9D3", "border": 1}
        )
        self._grey = book.add_format(
            common | {"num_format": "@", "locked": False, "italic": True, "font_color": "#6B6B6B"}
        )
        self._used: set[str] = set()
        self._lists: dict[tuple[str, ...], str] = {}

    def write(self, sheets: Iterable[Sheet | Page]) -> None:
        for sheet in sheets:
            page = self._book.add_worksheet(_sheet_name(sheet.name, self._used))
            if isinstance(sheet, Page):
                self._write_page(page, sheet)
            else:
                self._write_sheet(page, sheet)
        if self._lists:
            self._write_lists()

    def _write_sheet(self, page: Any, sheet: Sheet) -> None:
        self._set_up(page, sheet)
        for index, text in enumerate(sheet.headers):
            page.write_string(0, index, escape(text), self._head)
        for number, row in enumerate(sheet.examples, 1):
            for index, value in enumerate(row):
                _write_cell(page, number, index, value, self._grey)
        for number, row in enumerate(sheet.rows, len(sheet.examples) + 1):
            cells, comments = row if isinstance(row, Marked) else (row, {})
            for index, value in enumerate(cells):
                _write_cell(page, number, index, value, self._bad if index in comments else self._body)
            for index, text in comments.items():
                _comment(page, number, index, text)
                if index >= len(cells) or not text_of(cells[index]):
                    page.write_blank(number, index, None, self._bad)

    def _set_up(self, page: Any, sheet: Sheet) -> None:
        page.freeze_panes(1, 0)
        for index in range(len(sheet.headers)):
            page.set_column(index, index, sheet.widths.get(index, 22), self._body)
        for index, choices in (*sheet.choices.items(), *sheet.lists.items()):
            if choices:
                source = list(choices) if _fits(choices) else self._listed(choices)
                rule = {"validate": "list", "source": source, "error_type": "information"}
                page.data_validation(1, index, _TEMPLATE_ROWS, index, rule)
        for index, text in sheet.notes.items():
            if text and index not in sheet.comments:
                page.data_validation(0, index, 0, index, {"validate": "any", "input_message": text[:255]})
        for index, text in sheet.comments.items():
            _comment(page, 0, index, text)
        if sheet.locked:
            page.protect("", dict.fromkeys(_ALLOWED, True))

    def _listed(self, choices: Sequence[str]) -> str:
        """The place of a list in the sheet of lists."""
        key = tuple(choices)
        if key not in self._lists:
            column = xl_col_to_name(len(self._lists) + 1, col_abs=True)
            self._lists[key] = f"='{LIST_SHEET}'!{column}$2:{column}${len(key) + 1}"
        return self._lists[key]

    def _write_lists(self) -> None:
        page = self._book.add_worksheet(LIST_SHEET)
        page.hide()
        page.write_string(0, 0, OWN_MARK)
        for number, row in enumerate(zip_longest(*self._lists, fillvalue=""), 1):
            for index, text in enumerate(row, 1):
                if text:
                    page.write_string(number, index, escape(text))

    def _write_page(self, page: Any, sheet: Page) -> None:
        for index, width in enumerate(sheet.widths):
            page.set_column(index, index, width)
        page.write_string(0, 0, OWN_MARK, self._head)
        page.write_string(0, 1, sheet.title, self._head)
        for number, row in enumerate(sheet.rows, 2):
            for index, text in enumerate(row):
                page.write_string(number, index, escape(text), self._body)
        page.protect("")


_ALLOWED = (
    "format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter", "insert_hyperlinks",
)  # fmt: skip


def _comment(page: Any, row: int, index: int, text: str) -> None:
    if text:
        lines = sum(1 + len(line) // 45 for line in text.splitlines())
        size = {"width": 320, "height": min(24 + 16 * lines, 320), "author": OWN_MARK}
        page.write_comment(row, index, text[:_COMMENT_LIMIT], size)


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
