"""A look through the raw parts of a workbook, before it is read.

The reader of workbooks lays a sheet out as a full rectangle in memory and turns error values and formulas without a result into
empty cells without a word. So each sheet is scanned as it is unpacked: how far does it reach, and which cells are errors or
unfinished formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from .cleaning import error_value
from .containers import Limits, broken
from .messages import Message, Unreadable, _, say
from .shares import Shares

_ATTRIBUTES = rb"""(?:\s+[\w:.\-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
_BLANK_CELL = re.compile(rb"<(?:\w+:)?c" + _ATTRIBUTES + rb"\s*(?:/>|>\s*</(?:\w+:)?c\s*>)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3}\d{1,10})["']""")
_ROW_PLACE = re.compile(rb"""\sr\s*=\s*["'](\d{1,10})["']""")
_DIGITS = b"0123456789"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^>]*?>(?:\s*<f\b[^>]*?(?:/>|>[^<]*</f>))?\s*<v>(#[^<]{1,20})</v>"""
)
_UNFINISHED = re.compile(
    rb"""<c\b(?![^>]*\st="str")[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
_NOTES = 5_000
_CARRY = 8 << 20


@dataclass
class Extent:
    """How far a sheet reaches (counted from 1, 0 when empty), remarks by (row, column), both counted from 1, and which cells
    are shown as percent."""

    rows: int = 0
    columns: int = 0
    remarks: dict[tuple[int, int], tuple[str, Message]] = field(default_factory=dict)
    shares: Shares = field(default_factory=lambda: Shares(0))

    def remark(self, row: int, column: int, value: str, message: Message) -> None:
        """Keep a remark about a cell; more than some thousands are not kept."""
        if len(self.remarks) < _NOTES:
            self.remarks[row, column] = (value, message)


def unfinished() -> Message:
    """The sentence about a formula whose result was never saved."""
    return say(_("The cell holds a formula without a saved result; it was read as empty."))


def check_extent(name: str, extent: Extent, limits: Limits) -> None:
    """`Unreadable` when a sheet reaches too far for its rectangle to be laid out in memory."""
    rows, columns = extent.rows, extent.columns
    if columns > limits.columns:
        raise too_many_columns(name, columns, limits.columns)
    if rows * columns > limits.cells:
        raise Unreadable(
            say(
                _(
                    "The sheet %(sheet)s reaches to row %(rows)s and column %(columns)s, which is too far to read."
                ),
                sheet=name,
                rows=rows,
                columns=columns,
            ),
            say(
                _(
                    "Delete the empty rows and columns behind the table, or copy the table into a new workbook."
                )
            ),
        )


def too_many_columns(name: str, columns: int, limit: int) -> Unreadable:
    """The refusal of a sheet with too many columns."""
    return Unreadable(
        say(
            _("The sheet %(sheet)s has %(columns)s columns; at most %(limit)s are read."),
            sheet=name,
            columns=columns,
            limit=limit,
        ),
        say(_("Delete the columns that do not belong to the table.")),
    )


def too_many_rows(name: str, limit: int) -> Unreadable:
    """The refusal of a sheet with too many filled rows."""
    return Unreadable(
        say(_("The sheet %(sheet)s has more than %(limit)s filled rows."), sheet=name, limit=limit),
        say(_("Split it into several files.")),
    )


def column_number(letters: str) -> int:
    """ "A" → 1, "AA" → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class SheetScan:
    """Scans one ``xl/worksheets/*.xml``. Two passes: a quick one that may see the sheet too large, and an exact one."""

    def __init__(self, limits: Limits, shares: re.Pattern[bytes] | None = None) -> None:
        self.extent = Extent(shares=Shares(limits.cells))
        self._limits = limits
        self._shares = shares
        self._carry = b""
        self._cells = 0

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes; a row or a tag that is not complete waits for the bytes after it."""
        data = self._carry + chunk
        cut = data.rfind(b"<row")
        if cut <= 0:
            cut = data.rfind(b"<") if len(data) < _CARRY else len(data)
        self._carry = data[cut:]
        self._look(data[:cut])

    def end(self) -> None:
        """The part is over."""
        self._look(self._carry)
        self._carry = b""

    def _look(self, data: bytes) -> None:
        if b"<f" in data:
            for (
                letters,
                row,
            ) in _UNFINISHED.findall(data):
                self.extent.remark(int(row), column_number(letters.decode()), "", unfinished())
        if b">#" in data:
            for letters, row, text in _ERROR_CELL.findall(data):
                value = text.decode("utf-8", "replace")
                self.extent.remark(int(row), column_number(letters.decode()), value, error_value(value))
        if self._shares:
            for letters, row in self._shares.findall(data):
                self.extent.shares.mark(int(row), column_number(letters.decode()) - 1)
        # Blank cells with a format only do not reach anywhere: they are taken out before places are counted. The pattern
        # takes only whole tags with whole attributes, so that no attribute text can hide a filled cell.
        filled = _BLANK_CELL.sub(b"", data)
        cells = len(_CELL.findall(filled))
        places = _PLACE.findall(filled)
        # Cells may leave their place untold; then the place of their row counts.
        rows = _ROW_PLACE.findall(filled) if cells > len(places) else []
        self._reach(places, rows, cells)

    def _reach(self, places: list[bytes], rows: list[bytes], cells: int) -> None:
        """Widen the extent to ``places`` ("AB12"), bare ``rows``, and cells without a place."""
        joined = b" ".join(places)
        numbers = set(joined.translate(None, _LETTERS).split()) | set(rows)
        columns = set(joined.translate(None, _DIGITS).split())
        self._cells += cells
        self.extent.rows = max(self.extent.rows, *map(int, numbers), 1 if cells else 0)
        self.extent.columns = max(
            self.extent.columns, *(column_number(c.decode()) for c in columns), 1 if cells else 0
        )
        if self._cells > self._limits.cells:
            check_extent("", Extent(self._cells, 1), self._limits)


class ContentScan:
    """Scans ``content.xml`` of an OpenDocument spreadsheet, where repeats stand as numbers. ``extents`` by sheet name."""

    def __init__(self, limits: Limits) -> None:
        self.extents: dict[str, Extent] = {}
        self._limits = limits
        self._extent = Extent()
        self._row = 0
        self._column = 0
        self._row_repeat = 1
        self._row_end = 0
        self._cell: tuple[int, bool, bool] | None = None
        self._share = False
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        self._parse(chunk, final=False)

    def end(self) -> None:
        """The part is over."""
        self._parse(b"", final=True)

    def _parse(self, data: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise broken() from error

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table:table":
            blank = Extent(shares=Shares(self._limits.cells))
            self._extent = self.extents.setdefault(attributes.get("table:name", ""), blank)
            self._row = 0
        elif tag == "table:table-row":
            self._row += 1
            self._column = self._row_end = 0
            self._row_repeat = _repeat(attributes.get("table:number-rows-repeated"))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            filled = "office:value-type" in attributes or "calcext:value-type" in attributes
            hollow = "table:formula" in attributes and not filled
            self._share = attributes.get("office:value-type") == "percentage"
            self._cell = (_repeat(attributes.get("table:number-columns-repeated")), filled, hollow)

    def _text(self, _text: str) -> None:
        if self._cell:
            self._cell = (self._cell[0], True, False)

    def _end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell") and self._cell:
            repeat, filled, hollow = self._cell
            self._cell = None
            if hollow:
                self._extent.remark(self._row, self._column + 1, "", unfinished())
            if self._share:
                self._extent.shares.mark(self._row, self._column, self._row_repeat, repeat)
            self._column += repeat
            if filled:
                self._row_end = self._column
        elif tag == "table:table-row":
            self._row += self._row_repeat - 1
            if self._row_end:
                self._extent.rows = self._row
                self._extent.columns = max(self._extent.columns, self._row_end)


def _repeat(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() and len(text) < 12 else 1
