"""Sheets of one year ("2026", "Peta Rencana 2027"): what stands on them without a year is of that year, and is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pendapa.kernel.tables.headers import Binding, Recognised
from pendapa.kernel.tables.messages import Finding, _, say
from pendapa.kernel.tables.periods import lone_year
from pendapa.kernel.tables.reading import Line
from pendapa.roadmap.rules import spans
from pendapa.roadmap.tables.calendars import SPAN

OTHER_TARGET = "target_lain"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def through(sheet: Recognised, lines: Iterator[Line]) -> Iterator[Line]:
    """The lines with the year of the name of the sheet in spans ("TW I - TW II") and targets ("26 kelas") that name none. A title
    above the table may be of the year of a decree; it dates nothing."""
    year = lone_year([sheet.sheet])
    bound = [one for one in sheet.bindings if one.column in (SPAN, OTHER_TARGET)]
    return _dated(sheet, year, bound, lines) if year and bound else lines


def _dated(sheet: Recognised, year: int, bound: list[Binding], lines: Iterator[Line]) -> Iterator[Line]:
    told: set[int] = set()
    for line in lines:
        cells = list(line.cells)
        for one in bound:
            text = cells[one.index] if one.index < len(cells) else ""
            dated = _with_year(one.column, text, year)
            if dated == text:
                continue
            cells[one.index] = dated
            if one.index not in told:
                told.add(one.index)
                words = _("No year is said in this column: that of the sheet, %(year)s, counts.")
                sheet.skipped.append(Finding(sheet.header_row, one.header, text, say(words, year=year)))
        yield Line(line.number, cells, line.notes)


def _with_year(column: str, text: str, year: int) -> str:
    if not re.search(r"\w", text) or _YEAR.search(text) or text.casefold() == "tidak ada":
        return text
    if column == OTHER_TARGET:
        return f"{year}: {text}"
    dated = f"{text} {year}"
    return dated if spans.read(dated).value is not None else text
