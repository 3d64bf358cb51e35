"""Files → grids of clean texts, with the row numbers that the spreadsheet shows.

``read`` takes xlsx, ods and csv, told apart by content. A `Grid` is a named sheet whose ``rows`` can be walked through
more than once; each walk reads anew, so nothing but one workbook sheet or one csv line is held. Blank lines are left out,
and keep their numbers.

Errors: `Unreadable` for a file that cannot be taken (already in ``read`` where that can be told, else in the walk).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import python_calamine as calamine

from .cleaning import Cleaner, Note, Number, from_value
from .containers import Limits, Repacked, broken, detect, locked
from .csvs import csv_lines, csv_probe
from .messages import Unreadable, _, say
from .scanning import ContentScan, Extent, SheetScan, check_extent, too_many_rows

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
    """One sheet. ``format`` is "xlsx", "ods" or "csv"; ``hidden`` sheets are read like others."""

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
    grids = _workbook(path, format_, limits)
    return _choose(grids, sheet) if sheet is not None else grids


def _csv_rows(path: Path, probe: tuple[str, str, bool], limits: Limits) -> Iterator[Line]:
    for number, cells, notes in csv_lines(path, probe, limits):
        yield Line(number, cells, notes)


def _choose(grids: list[Grid], sheet: str) -> list[Grid]:
    """The one grid of that name; `Unreadable` names those that there are."""
    wanted = " ".join(sheet.split()).casefold()
    for grid in grids:
        if " ".join(grid.name.split()).casefold() == wanted:
            return [grid]
    raise Unreadable(
        say(_("There is no sheet %(sheet)s in the file."), sheet=sheet),
        say(_("Its sheets are: %(sheets)s."), sheets=", ".join(grid.name for grid in grids)),
    )


def _workbook(path: Path, format_: str, limits: Limits) -> list[Grid]:
    """The grids of a container: its parts counted and scanned, then opened by the reader of workbooks."""
    repacked = Repacked(path, limits, format_)
    try:
        extents = _scan_xlsx(repacked, limits) if format_ == "xlsx" else _scan_ods(repacked, limits)
        workbook = calamine.CalamineWorkbook.from_path(repacked.finish())
        grids = [
            _grid(workbook, meta, format_, extents, limits)
            for meta in workbook.sheets_metadata
            if _is_table(meta)
        ]
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
    return grids


def _is_table(meta: calamine.SheetMetadata) -> bool:
    return meta.typ == calamine.SheetTypeEnum.WorkSheet


def _grid(
    workbook: calamine.CalamineWorkbook,
    meta: calamine.SheetMetadata,
    format_: str,
    extents: dict[str, Extent],
    limits: Limits,
) -> Grid:
    extent = extents.get(meta.name, Extent())
    check_extent(meta.name, extent, limits)
    merges = _merges(workbook, meta.name) if format_ == "xlsx" and extent.rows else ()
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return Grid(meta.name, partial(_sheet_rows, workbook, meta.name, extent, limits), format_, merges, hidden)


def _merges(workbook: calamine.CalamineWorkbook, name: str) -> tuple[Merge, ...]:
    ranges = workbook.get_sheet_by_name(name).merged_cell_ranges or []
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)


def _sheet_rows(
    workbook: calamine.CalamineWorkbook, name: str, extent: Extent, limits: Limits
) -> Iterator[Line]:
    """The lines of one sheet of a workbook."""
    try:
        sheet = workbook.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise broken() from error
    left = [""] * sheet.start[1] if sheet.start else []
    cleaner = Cleaner()
    told = _by_row(extent)
    filled = 0
    for number, raw in enumerate(sheet.iter_rows(), 1):
        remarks = told.pop(number, ()) if told else ()
        if not remarks and not any(cell != "" for cell in raw):
            continue
        cells = left + [cleaner[cell] if type(cell) is str else from_value(cell) for cell in raw]
        notes = (*_shift(cleaner.notes(raw), len(left)), *remarks)
        if not notes and not any(cells):
            continue
        filled += 1
        if filled > limits.rows:
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
    for name in repacked.names:
        if re.fullmatch(r"xl/(?:_rels/)?workbook\.xml(?:\.rels)?", name, re.IGNORECASE):
            small[name.lower()] = repacked.read(name)
        elif re.search(
            r"(?:styles|sharedstrings)\.xml$|\.rels$|\[content_types\]\.xml$", name, re.IGNORECASE
        ):
            repacked.take(name)
        else:
            scans[name.lower()] = SheetScan(limits)
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
