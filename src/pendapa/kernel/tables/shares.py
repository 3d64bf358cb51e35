"""Which cells of a workbook are shown as percent: the reader of workbooks gives 0.5 where the sheet shows 50%."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from xml.parsers import expat

_BUILT_IN = frozenset({9, 10})
_TEXTS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What a format only writes: texts, fillings, colours and conditions."""
_WIDTH = 14
"""A sheet has at most 2 ** 14 columns."""


class Shares:
    """Places of cells that are shown as percent, by row (from 1) and column (from 0). No more than ``most`` are kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = array("Q")
        self._sorted = True

    def mark(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """The cell, repeated to the right and downwards."""
        for down in range(rows):
            for right in range(columns):
                if len(self._places) >= self._most:
                    return
                place = (row + down) << _WIDTH | column + right
                self._sorted = self._sorted and not (self._places and place < self._places[-1])
                self._places.append(place)

    def of(self, row: int) -> Iterator[int]:
        """The columns of a row that hold one."""
        if not self._sorted:
            self._places = array("Q", sorted(self._places))
            self._sorted = True
        at = bisect_left(self._places, row << _WIDTH)
        while at < len(self._places) and self._places[at] >> _WIDTH == row:
            yield self._places[at] & ((1 << _WIDTH) - 1)
            at += 1


def is_share(format: str) -> bool:
    """Does a number format multiply by hundred? A sign of percent in its texts does not."""
    return "%" in _TEXTS.sub("", format)


class StylesScan:
    """Scans ``xl/styles.xml``. ``shares`` are the styles of cells (numbers as cells name them) that show percent."""

    def __init__(self) -> None:
        self.shares: set[int] = set()
        self._formats = set(_BUILT_IN)
        self._inside = False
        self._number = 0
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        self._parse(chunk, final=False)

    def end(self) -> None:
        """The part is over."""
        self._parse(b"", final=True)

    def _parse(self, data: bytes, *, final: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError:
            self._parser = None  # whether such a workbook can be read at all is told by its reader

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "numFmt" and is_share(attributes.get("formatCode", "")):
            self._formats.add(_number(attributes.get("numFmtId")))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            if _number(attributes.get("numFmtId")) in self._formats:
                self.shares.add(self._number)
            self._number += 1

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "cellXfs":
            self._inside = False


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else -1


def pattern_of(styles: set[int]) -> re.Pattern[bytes] | None:
    """Finds the filled cells of a sheet that have one of the styles; ``None`` where there are no such styles."""
    if not styles:
        return None
    some = b"|".join(str(one).encode() for one in sorted(styles))
    return re.compile(
        rb'<(?:\w+:)?c\b(?=[^>]*\ss="(?:' + some + rb')")[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"(?:[^>]*[^/>])?>'
    )
