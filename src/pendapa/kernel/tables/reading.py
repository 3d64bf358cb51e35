"""Files → grids of clean texts, with the row numbers that the spreadsheet shows.

``read`` takes xlsx, ods, csv, a zip of csv files, and json, told apart by content. A `Grid` is a named sheet whose ``rows`` can be walked through
more than once; each walk reads anew, so nothing but one workbook sheet or one csv line is held. Blank lines are left out,
and keep their numbers.

Errors: `Unreadable` for a file that cannot be taken (already in ``read`` where that can be told, else in the walk).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar
from xml.etree import ElementTree

import python_calamine as calamine

from .archives import Member, members
from .cleaning import Cleaner, Note, Number, Percent, from_value
from .containers import Limits, Repacked, broken, detect, locked
from .csvs import csv_lines, csv_probe
from .jsons import Document
from .messages import Unreadable, _, say
from .scanning import ContentScan, Extent, SheetScan, check_extent, too_many_rows
from .shares import StylesScan, pattern_of

__all__ = ["Grid", "Limits", "Line", "Note", "Number", "Unreadable", "read"]


class Line(NamedTuple):
    """One line that is not blank: its number, its clean texts, and notes about single cells."""

    number: int
    cells: list[str]
    notes: tuple[Note, ...] = ()


Merge = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column; rows as the spreadsheet shows them, columns from 0."""


@dataclass(frozen=True)
class Grid:
    """One sheet. ``format`` is "xlsx", "ods", "csv", "zip" or "json"; ``hidden`` sheets are read like others."""

    name: str
    source: Callable[[], Iterator[Line]]
    format: str = "csv"
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    @property
    def rows(self) -> Iterator[Line]:
        """A fresh walk over the lines that are not blank."""
        return self.source()

    @classmethod
    def of(
        cls, rows: list[list[str]], name: str = "", first: int = 1, merges: tuple[Merge, ...] = ()
    ) -> Grid:
        """A grid of texts that are at hand, numbered from ``first``."""
        lines = [Line(number, row) for number, row in enumerate(rows, first) if any(row)]
        return cls(name, lambda: iter(lines), merges=merges)


def read(path: str | Path, *, sheet: str | None = None, limits: Limits | None = None) -> list[Grid]:
    """The sheets of a file in their order; with ``sheet`` only that one (case and spaces aside; a csv has none).

    Raises `Unreadable`.
    """
    path = Path(path)
    limits = limits or Limits()
    format_ = detect(path, limits)
    if format_ == "csv":
        probe = csv_probe(path)
        return [Grid(path.stem, partial(_csv_rows, path, probe, limits))]
    if format_ == "zip":
        return _archive(path, limits, sheet)
    if format_ == "json":
        document = Document(path, limits)
        return [
            Grid(name, partial(_json_rows, document, name), format_)
            for name in document.tables
            if sheet is None or sheet == name
        ]
    return _workbook(path, format_, limits, sheet)


def _archive(path: Path, limits: Limits, sheet: str | None) -> list[Grid]:
    tables = members(path, limits)
    if sheet is not None:
        tables = [_choose(tables, sheet)]
    return [Grid(one.name, partial(_member_rows, one, csv_probe(one.path), limits), "zip") for one in tables]


def _member_rows(member: Member, probe: tuple[str, str, bool], limits: Limits) -> Iterator[Line]:
    yield from _csv_rows(member.path, probe, limits)


def _csv_rows(path: Path, probe: tuple[str, str, bool], limits: Limits) -> Iterator[Line]:
    for number, cells, notes in csv_lines(path, probe, limits):
        yield Line(number, cells, notes)


def _json_rows(document: Document, table: str) -> Iterator[Line]:
    for number, cells in document.rows(table):
        yield Line(number, cells)


class Named(Protocol):
    """What has the name of a sheet."""

    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=Named)


def _choose(metas: Sequence[_N], sheet: str) -> _N:
    """The one sheet of that name; `Unreadable` names those that there are."""
    wanted = " ".join(sheet.split()).casefold()
    for meta in metas:
        if " ".join(meta.name.split()).casefold() == wanted:
            return meta
    raise Unreadable(
        say(_("There is no sheet %(sheet)s in the file."), sheet=sheet),
        say(_("Its sheets are: %(sheets)s."), sheets=", ".join(meta.name for meta in metas)),
    )


def _workbook(path: Path, format_: str, limits: Limits, sheet: str | None) -> list[Grid]:
    """The grids of a container: its parts counted and scanned, then opened by the reader of workbooks."""
    repacked = Repacked(path, limits, format_)
    try:
        extents = _scan_xlsx(repacked, limits) if format_ == "xlsx" else _scan_ods(repacked, limits)
        if format_ == "ods":
            # The reader lays out all sheets of an OpenDocument file at once, when it opens it.
            _check(extents, limits)
        book = _Book(calamine.CalamineWorkbook.from_path(repacked.finish()))
    except calamine.PasswordError as error:
        raise locked() from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise broken() from error
    finally:
        repacked.close()
    if not any(extent.rows for extent in extents.values()):
        raise Unreadable(
            say(_("The file is empty.")), say(_("Hand in a file with a header row and data rows."))
        )
    metas = [meta for meta in book.workbook.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    if sheet is not None:
        metas = [_choose(metas, sheet)]
    _check({meta.name: extents[meta.name] for meta in metas if meta.name in extents}, limits)
    return [_grid(book, meta, format_, extents.get(meta.name, Extent()), limits) for meta in metas]


def _check(extents: dict[str, Extent], limits: Limits) -> None:
    """Each sheet and all together must fit: they may be walked side by side."""
    for name, extent in extents.items():
        check_extent(name, extent, limits)
    total = sum(extent.rows * extent.columns for extent in extents.values())
    if total > limits.cells:
        name, largest = max(extents.items(), key=lambda item: item[1].rows * item[1].columns)
        check_extent(name, largest, replace(limits, cells=0))


class _Book:
    """A workbook that keeps the sheet it loaded last, because its merged cells and its rows are asked for in turn."""

    def __init__(self, workbook: calamine.CalamineWorkbook) -> None:
        self.workbook = workbook
        self._last: tuple[str, calamine.CalamineSheet] | None = None

    def sheet(self, name: str) -> calamine.CalamineSheet:
        """The sheet of that name. Raises `Unreadable`."""
        if self._last is None or self._last[0] != name:
            self._last = None
            try:
                self._last = (name, self.workbook.get_sheet_by_name(name))
            except (calamine.CalamineError, OSError, ValueError) as error:
                raise broken() from error
        return self._last[1]


def _grid(book: _Book, meta: calamine.SheetMetadata, format_: str, extent: Extent, limits: Limits) -> Grid:
    merges = _merges(book.sheet(meta.name)) if format_ == "xlsx" and extent.rows else ()
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return Grid(meta.name, partial(_sheet_rows, book, meta.name, extent, limits), format_, merges, hidden)


def _merges(sheet: calamine.CalamineSheet) -> tuple[Merge, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def _sheet_rows(book: _Book, name: str, extent: Extent, limits: Limits) -> Iterator[Line]:
    """The lines of one sheet of a workbook."""
    sheet = book.sheet(name)
    left = [""] * sheet.start[1] if sheet.start else []
    cleaner = Cleaner()
    told = _by_row(extent)
    filled = 0
    for number, raw in enumerate(sheet.iter_rows(), 1):
        remarks = told.pop(number, ()) if told else ()
        if not remarks and not any(cell != "" for cell in raw):
            continue
        cells = left + [cleaner[cell] if type(cell) is str else from_value(cell) for cell in raw]
        for index in extent.shares.of(number):
            share = raw[index - len(left)] if len(left) <= index < len(cells) else None
            if isinstance(share, int | float) and not isinstance(share, bool):
                cells[index] = Percent.of(share)
        notes = (*_shift(cleaner.notes(raw), len(left)), *remarks)
        if not notes and not any(cells):
            continue
        filled += 1
        if filled > limits.rows + limits.above:
            raise too_many_rows(name, limits.rows)
        yield Line(number, cells, notes)


def _shift(notes: tuple[Note, ...], by: int) -> tuple[Note, ...]:
    return tuple(note._replace(index=note.index + by) for note in notes) if by else notes


def _by_row(extent: Extent) -> dict[int, tuple[Note, ...]]:
    rows: dict[int, tuple[Note, ...]] = {}
    for (row, column), (value, message) in sorted(extent.remarks.items(), key=lambda item: item[0]):
        rows[row] = (*rows.get(row, ()), Note(column - 1, value, message))
    return rows


def _scan_ods(repacked: Repacked, limits: Limits) -> dict[str, Extent]:
    scan = ContentScan(limits)
    if "content.xml" not in repacked.names:
        raise broken()
    for name in repacked.names:
        repacked.take(name, scan if name == "content.xml" else None)
    return scan.extents


def _scan_xlsx(repacked: Repacked, limits: Limits) -> dict[str, Extent]:
    """Every part of an xlsx through the counter; extents by the name of the sheet."""
    small: dict[str, bytes] = {}
    scans: dict[str, SheetScan] = {}
    styles = StylesScan()
    looks = [name for name in repacked.names if name.lower() == "xl/styles.xml"]
    for name in looks:
        repacked.take(name, styles)
    shares = pattern_of(styles.shares)
    for name in repacked.names:
        if name in looks:
            continue
        if re.fullmatch(r"xl/(?:_rels/)?workbook\.xml(?:\.rels)?", name, re.IGNORECASE):
            small[name.lower()] = repacked.read(name)
        elif re.search(
            r"(?:styles|sharedstrings)\.xml$|\.rels$|\[content_types\]\.xml$", name, re.IGNORECASE
        ):
            repacked.take(name)
        else:
            scans[name.lower()] = SheetScan(limits, shares)
            repacked.take(name, scans[name.lower()])
    targets = _sheet_parts(small)
    return {sheet: scans[part].extent if part in scans else Extent() for sheet, part in targets.items()}


def _sheet_parts(small: dict[str, bytes]) -> dict[str, str]:
    """Sheet name → its part in the container, from the workbook and its relations."""
    try:
        # Parts with a document type or entities were refused while they were unpacked.
        book = ElementTree.fromstring(small["xl/workbook.xml"])  # noqa: S314
        rels = ElementTree.fromstring(small["xl/_rels/workbook.xml.rels"])  # noqa: S314
    except (KeyError, ElementTree.ParseError) as error:
        raise broken() from error
    targets = {rel.get("Id"): rel.get("Target", "").replace("\\", "/") for rel in rels}
    parts: dict[str, str] = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            ids = [value for key, value in element.attrib.items() if key.rpartition("}")[2] == "id"]
            target = targets.get(ids[0] if ids else None, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[element.get("name", "")] = part.lower()
    return parts
