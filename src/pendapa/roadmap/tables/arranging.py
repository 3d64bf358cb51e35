"""Lines of a printed roadmap before they are rows: group lines go into cells of their rows, totals are checked and left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from pendapa.kernel.tables.headers import Binding, Recognised
from pendapa.kernel.tables.headings import is_counter
from pendapa.kernel.tables.messages import Finding, _, say
from pendapa.kernel.tables.reading import Line
from pendapa.roadmap.rules import dirt
from pendapa.roadmap.tables import calendars, dating, scaling

AHEAD = 400
"""So many lines are looked at before it is decided whether the table has group lines at all."""
GROUPS = (("aspek", "Aspek"), ("indikator", "Indikator"))
_NOTE = re.compile(r"\W*(?:catatan|keterangan|ket|note|notes|legenda|sumber)\s*[.:]", re.IGNORECASE)
AMOUNTS = ("estimasi", "pagu", "masuk_apbd", "realisasi")


def arrange(sheet: Recognised, lines: Iterator[Line]) -> Iterator[Line]:
    """The lines that hold initiatives. Where others group them by aspect and indicator, the sheet gets two more columns, and
    each row what stands above it; where the table has such columns of its own, what they hold comes first."""
    name = next(one.index for one in sheet.bindings if one.column == "rencana")
    head, ticks = calendars.taken(sheet, list(islice(lines, AHEAD)), name)
    scaling.doubt(sheet, ("estimasi", "pagu"), head)
    walk = _Walk(sheet, name, _is_counted(sheet, head, name))
    if any(walk.headline(line) for line in head):
        walk.widen(max([len(sheet.headers), *(len(line.cells) for line in head)]))
    return walk.through(dating.through(sheet, scaling.through(sheet, AMOUNTS, ticks(chain(head, lines)))))


def _is_counted(sheet: Recognised, lines: list[Line], name: int) -> bool:
    """Do the rows carry numbers of their own in a column of numbers?"""
    bound = {one.index for one in sheet.bindings}
    places = [i for i, text in enumerate(sheet.headers) if is_counter(text) and i not in bound and i < name]
    if not places:
        return False
    numbered = sum(1 for line in lines if places[0] < len(line.cells) and line.cells[places[0]][:1].isdigit())
    return numbered >= 2 or (numbered == 1 and len(lines) <= 6)


class _Walk:
    """Through the lines of one sheet: where it stands in the groups, and what the amounts add up to."""

    def __init__(self, sheet: Recognised, name: int, counted: bool) -> None:
        self._sheet, self._name, self._counted = sheet, name, counted
        self._units = [one.index for one in sheet.bindings if one.column == "opd"]
        self._amounts = {one.index: one.header for one in sheet.bindings if one.column in AMOUNTS}
        self._grouped = False
        self._places: dict[str, int] = {}
        self._above = {"aspek": "", "indikator": ""}
        self._after_headline = False
        self._two_levels = False
        self._since: dict[int, Decimal] = {}
        self._whole: dict[int, Decimal] = {}

    def headline(self, line: Line) -> dirt.Headline | None:
        if self._note(line):
            return None
        filled = [(index, text) for index, text in enumerate(line.cells) if text]
        return dirt.headline(filled, self._name, self._counted)

    def widen(self, width: int) -> None:
        """Add the columns of the groups behind the last one, but those that the table has."""
        sheet = self._sheet
        there = {one.column for one in sheet.bindings}
        sheet.headers += [""] * (width - len(sheet.headers))
        for column, label in GROUPS:
            if column not in there:
                self._places[column] = len(sheet.headers)
                sheet.headers.append(label)
        names = sheet.names()
        sheet.bindings += tuple(
            Binding(index, names[index], column) for column, index in self._places.items()
        )
        self._grouped = True

    def through(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            if self._is_total(line):
                self._check(line)
                continue
            if text := self._note(line):
                self._tell(
                    line, "", text, say(_("This is a note or a signature, not a row; it was left out."))
                )
                continue
            head = self.headline(line) if self._grouped else None
            if head is not None:
                self._step(head)
                continue
            self._after_headline = False
            self._add(line)
            yield self._with_groups(line) if self._places and not self._is_lone(line) else line

    def _note(self, line: Line) -> str:
        """The text of a line that only remarks something between the rows, or stands alone under the OPD as a signature does."""
        filled = [(index, text) for index, text in enumerate(line.cells) if text]
        if len(filled) == 1 and (_NOTE.match(filled[0][1]) or filled[0][0] in self._units):
            return filled[0][1]
        return ""

    def _is_lone(self, line: Line) -> bool:
        """A number or a word without a name: no row, so nothing of what stands above is written beside it."""
        name = line.cells[self._name] if self._name < len(line.cells) else ""
        return not name and sum(1 for text in line.cells if text) < 2

    def _step(self, head: dirt.Headline) -> None:
        level = head.level or ("indicator" if self._after_headline or self._two_levels else "aspect")
        if not head.level and self._after_headline:
            self._two_levels = True
        if level == "aspect":
            self._above = {"aspek": head.text, "indikator": ""}
        else:
            self._above["indikator"] = head.text
        self._after_headline, self._since = True, {}

    def _with_groups(self, line: Line) -> Line:
        width = len(self._sheet.headers)
        cells = line.cells + [""] * (width - len(line.cells))
        if any(cells[index] for index in range(width) if index not in self._places.values()):
            for column, index in self._places.items():
                cells[index] = cells[index] or self._above[column]
        return Line(line.number, cells, line.notes)

    # -- totals ---------------------------------------------------------------------------------------------------------

    def _is_total(self, line: Line) -> bool:
        first = next((text for text in line.cells if text), "")
        if not dirt.is_total(first) or any(line.cells[i] for i in self._units if i < len(line.cells)):
            return False
        name = line.cells[self._name] if self._name < len(line.cells) else ""
        return not name or dirt.is_total(name) or dirt.rupiah(name).value is not None

    def _add(self, line: Line) -> None:
        for index in self._amounts:
            value = dirt.rupiah(line.cells[index]).value if index < len(line.cells) else None
            if value is not None:
                for sums in (self._since, self._whole):
                    sums[index] = sums.get(index, Decimal(0)) + value

    def _check(self, line: Line) -> None:
        """A total is never a row. One that does not add up is told with both sums: what counts are the rows."""
        told = False
        for index, header in self._amounts.items():
            text = line.cells[index] if index < len(line.cells) else ""
            said = dirt.rupiah(text).value if text else None
            part, whole = (sums.get(index, Decimal(0)) for sums in (self._since, self._whole))
            if said is None or said in (part, whole):
                continue
            nearest = part if abs(said - part) < abs(said - whole) else whole
            self._tell(line, header, text, _wrong_total(said, nearest))
            told = True
        if not told:
            first = next(text for text in line.cells if text)
            self._tell(line, "", first, say(_("This is a total, not a row; it was left out.")))
        self._since = {}

    def _tell(self, line: Line, header: str, text: str, message: Any) -> None:
        self._sheet.skipped.append(Finding(line.number, header, text, message))


def _wrong_total(said: Decimal, sum_: Decimal) -> Any:
    text = _(
        "The total says %(said)s, but the rows above it add up to %(sum)s. The rows count, the total was left out: check both."
    )
    return say(text, said=money_text(said), sum=money_text(sum_))


def money_text(value: Decimal) -> str:
    """An amount as people read it in any language: "Rp 850.000.000"."""
    whole = f"{value:,.2f}".removesuffix(".00")
    return "Rp " + whole.replace(",", "_").replace(".", ",").replace("_", ".")
