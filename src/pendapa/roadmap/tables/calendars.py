"""Columns to tick under headings of periods: the sheet gets one column *Jadwal* in their place, each row its ticks as a text.

What is a calendar is told by its headings, of one line or of several ("Jadwal" over "2026" over "TW I" … "TW IV"), and by what
stands below: a table of targets a quarter is none. Columns of years are one where nothing but ticks stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pendapa.kernel.tables.headers import Binding, Recognised
from pendapa.kernel.tables.messages import Finding, Message, _, say
from pendapa.kernel.tables.reading import Line
from pendapa.roadmap.rules import ticks
from pendapa.roadmap.rules.ticks import Period

SPAN, HEADER = "jadwal", "Jadwal"
HEADER_LINES = 2
"""So many lines below the recognised header may still belong to it: quarters under years, weeks under months."""
LONGEST = 60
"""Longer texts are no headings."""
Periods = dict[int, Period]
Through = Callable[[Iterator[Line]], Iterator[Line]]


def taken(sheet: Recognised, lines: list[Line], name: int) -> tuple[list[Line], Through]:
    """The lines without those that are headings, and what writes the ticks of a line into the column *Jadwal*.

    ``name`` is the column of the names. A calendar that cannot be dated, or that stands beside a column of spans, is told
    once and left out.
    """
    lines, found = _headed(sheet, lines, name)
    rows = [line for line in lines if _cell(line, name)]
    places = _ticked(ticks.dated(found, sheet.year), _years(sheet, found), rows)
    if not places:
        return lines, iter
    span = next((one for one in sheet.bindings if one.column == SPAN and one.index not in places), None)
    undated = any(not one.year for one in places.values())
    if span is not None or undated:
        sheet.answered.update(places)
        text = ", ".join(dict.fromkeys(one.label for one in places.values()))
        sheet.skipped.append(Finding(sheet.header_row, "", text[:200], _left_out(span, text[:200])))
        return lines, iter
    _bind(sheet, places)
    return lines, _Ticks(sheet, places, name).through


def _left_out(span: Binding | None, columns: str) -> Message:
    if span is not None:
        text = _(
            "What is ticked under %(columns)s was left out: the column “%(header)s” says when. Keep one of the two."
        )
        return say(text, columns=columns, header=span.header)
    text = _(
        "What is ticked under %(columns)s was left out: no year is said. Write the year above these columns (2026), or into the title."
    )
    return say(text, columns=columns)


def _cell(line: Line, index: int) -> str:
    return line.cells[index] if index < len(line.cells) else ""


# ---- headings


def _headed(sheet: Recognised, lines: list[Line], name: int) -> tuple[list[Line], Periods]:
    """The periods of the columns; headings that stand below the recognised ones are joined to them, and are no rows."""
    found = ticks.periods([], sheet.headers)
    for depth in range(HEADER_LINES):
        if not lines or lines[0].number != sheet.header_row + 1 or _cell(lines[0], name):
            break
        below = lines[0].cells
        more = ticks.periods(sheet.headers, below)
        if not (_is_calendar(sheet.headers, below, more) or (not depth and _under_span(sheet, below))):
            break
        found = {index: one for index, one in found.items() if not _cell(lines[0], index)} | more
        _join(sheet, below)
        sheet.header_row, lines = lines[0].number, lines[1:]
    return lines, found


def _is_calendar(headers: Sequence[str], below: Sequence[str], found: Mapping[int, Period]) -> bool:
    filled = sum(1 for text in below if text)
    return len(found) > 1 and 2 * len(found) >= filled and _grouped(headers, found)


def _under_span(sheet: Recognised, below: Sequence[str]) -> bool:
    """Columns under a heading of spans, whatever they are called: it is no span then."""
    span = next((one.index for one in sheet.bindings if one.column == SPAN), None)
    under = [index for index, text in enumerate(below) if text]
    short = all(len(below[index]) <= LONGEST for index in under)
    return span in under and len(under) > 1 and short and _grouped(sheet.headers, under)


def _grouped(headers: Sequence[str], places: Iterable[int]) -> bool:
    """Do all of them stand below a group: a heading with an empty one beside it, or that empty one?"""
    wide = [*headers, *[""] * (max(places, default=0) + 2 - len(headers))]
    return all(not wide[index] or not wide[index + 1] for index in places)


def _join(sheet: Recognised, below: Sequence[str]) -> None:
    """ "2026" over "TW I" is "2026 TW I" from now on; a heading that was recognised stays as it is, but that of a span or a
    year above others is none."""
    width = max(len(sheet.headers), len(below))
    headers = [*sheet.headers, *[""] * (width - len(sheet.headers))]
    under = {index for index, text in enumerate(below) if text}
    gone = {one.index for one in sheet.bindings if one.index in under and (one.column == SPAN or _year(one))}
    sheet.bindings = tuple(one for one in sheet.bindings if one.index not in gone)
    bound = {one.index for one in sheet.bindings}
    group = ""
    for index in range(width):
        group = headers[index] or group
        if index in under and index not in bound:
            headers[index] = f"{group} {below[index]}".strip()
    sheet.headers[:] = headers


# ---- what is a calendar


def _year(binding: Binding) -> int:
    """The one year of a column of targets; nought for any other column."""
    if binding.column.startswith("target_") and binding.column[7:].isdigit():
        return int(binding.column[7:])
    level = binding.level or 0
    return level if binding.column == "target_lain" and level < 10_000 else 0


def _years(sheet: Recognised, found: Periods) -> Periods:
    """Columns of whole years, those of targets among them; none where a target is that of several years."""
    bound = {one.index for one in sheet.bindings}
    whole = {index: one for index, one in found.items() if one.whole and index not in bound}
    targets = [one for one in sheet.bindings if one.column.startswith("target_")]
    return whole | {one.index: Period(_year(one), 1, 12) for one in targets if _year(one)}


def _ticked(found: Periods, years: Periods, rows: Sequence[Line]) -> Periods:
    """The columns that are ticked: of quarters and months where most of what stands there are ticks (or nothing stands there),
    of years where all are, and not figures alone: "1" may be a target."""
    parts = {index: one for index, one in found.items() if not one.whole}
    texts = _texts(parts, rows)
    marks = sum(1 for text in texts if ticks.is_tick(text))
    if len(parts) < 2 or 2 * marks < len(texts):
        parts = {}
    texts = _texts(years, rows)
    only = all(ticks.is_tick(text) for text in texts) and any(not text.isdigit() for text in texts)
    return parts | (years if only and len(years) + len(parts) > 1 else {})


def _texts(places: Iterable[int], rows: Sequence[Line]) -> list[str]:
    texts = (_cell(line, index) for line in rows if not _is_numbering(line) for index in places)
    return [text for text in texts if not ticks.is_blank(text)]


def _is_numbering(line: Line) -> bool:
    """ "(1) (2) (3)" below the headings, which the reader of tables leaves out."""
    filled = [text for text in line.cells if text]
    return len(filled) > 2 and all(re.fullmatch(r"\(?\d{1,3}\)?\.?", text) for text in filled)


def _bind(sheet: Recognised, places: Periods) -> None:
    first = min(places)
    width = max(len(sheet.headers), max(places) + 1)
    sheet.headers += [""] * (width - len(sheet.headers))
    for index in places:
        sheet.headers[index] = HEADER if index == first else ""
    kept = tuple(one for one in sheet.bindings if one.index not in places)
    sheet.bindings = (*kept, Binding(first, sheet.names()[first], SPAN))


class _Ticks:
    """Writes what is ticked in a line into one cell."""

    def __init__(self, sheet: Recognised, places: Periods, name: int) -> None:
        self._places, self._name = places, name
        self._first, self._width = min(places), max(places) + 1
        self._heading = sheet.headers[name].casefold()

    def through(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            if _is_numbering(line):
                yield line
            elif not self._is_heading(line):
                yield self._folded(line)

    def _is_heading(self, line: Line) -> bool:
        """The second line of headings that are repeated at a page break."""
        filled = {index: text for index, text in enumerate(line.cells) if text}
        return len(filled) > 1 and all(
            index in self._places and ticks.period(text) for index, text in filled.items()
        )

    def _folded(self, line: Line) -> Line:
        cells = [*line.cells, *[""] * (self._width - len(line.cells))]
        again = _cell(line, self._name).casefold() == self._heading
        text = "" if again else ticks.told((one, cells[index]) for index, one in self._places.items())
        for index in self._places:
            cells[index] = text if index == self._first else ""
        return Line(line.number, cells, line.notes)
