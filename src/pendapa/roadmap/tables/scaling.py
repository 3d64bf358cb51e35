"""Amounts in thousands or millions: what a heading or a title says of all of them ("(dalam ribuan)", "Rp Juta") is written into each
cell that tells no unit of its own, where the preview shows it and a repair can mend it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from pendapa.kernel.tables.headers import Recognised
from pendapa.kernel.tables.messages import Finding, _, say
from pendapa.kernel.tables.reading import Line
from pendapa.roadmap.rules import dirt

TINY = Decimal(100_000)


def through(sheet: Recognised, columns: Collection[str], lines: Iterator[Line]) -> Iterator[Line]:
    """The lines with amounts in the unit of their column, of those of ``columns``; told once a column."""
    title = next((unit for text in sheet.above if (unit := dirt.unit(text, title=True))), "")
    bound = [one for one in sheet.bindings if one.column in columns]
    units = {one.index: unit for one in bound if (unit := dirt.unit(one.header) or title)}
    for one in bound:
        if one.index in units:
            words = _(
                "The amounts of this column are read in %(unit)s rupiah, as the table says; those with a unit of their own are not."
            )
            told = say(words, unit=units[one.index])
            sheet.skipped.append(Finding(sheet.header_row, one.header, units[one.index], told))
    return map(partial(_in_units, units), lines) if units else lines


def doubt(sheet: Recognised, columns: Collection[str], lines: Iterable[Line]) -> None:
    """Tell of columns without a unit that hold nothing but tiny amounts: most often thousands or millions are meant."""
    title = any(dirt.unit(text, title=True) for text in sheet.above)
    rows = list(lines)
    for one in sheet.bindings:
        if one.column not in columns or title or dirt.unit(one.header):
            continue
        cells = (line.cells[one.index] for line in rows if one.index < len(line.cells))
        known = [value for text in cells if (value := dirt.rupiah(text).value)]
        if known and max(known) < TINY:
            words = _(
                "No amount of this column reaches 100,000 rupiah. If thousands or millions are meant, write so in its heading, "
                "such as (juta Rp), and import again."
            )
            sheet.skipped.append(Finding(sheet.header_row, one.header, "", say(words)))


def arrange(columns: Collection[str], sheet: Any, lines: Iterator[Line]) -> Iterator[Line]:
    """The same as what a kind of table does with its lines."""
    return through(sheet, columns, lines)


def _in_units(units: dict[int, str], line: Line) -> Line:
    cells = list(line.cells)
    for index, unit in units.items():
        if index < len(cells) and cells[index]:
            cells[index] = dirt.in_unit(cells[index], unit)
    return Line(line.number, cells, line.notes)
