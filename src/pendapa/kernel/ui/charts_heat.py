"""A heat map and bars as plain geometry; ``ui/chart_heat.html`` and ``ui/chart_bars.html`` draw them. No Django.

The number stands in each cell, so that no colour has to be read; an unknown value is a hatched cell, never the lowest
colour. Bars begin at zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

CELL, HEAD = 30, 30
LETTER = 7.2
"""Mean width of a letter in the type of the charts, in pixels."""


@dataclass(frozen=True)
class Row:
    """A line of a heat map: its word, and a value or None for each column; ``head`` makes it a title over the lines below."""

    word: str
    values: Sequence[Decimal | None] = ()
    head: bool = False


@dataclass(frozen=True)
class Cell:
    """``tone`` 0 to 5, "none" where nothing is known."""

    x: str
    text_x: str
    tone: str
    number: str


@dataclass(frozen=True)
class Drawn:
    """A line with its cells."""

    y: str
    text_y: str
    word: str
    head: bool
    cells: Sequence[Cell]


@dataclass
class Heat:
    """Everything the template needs, numbers already written."""

    width: int
    height: int
    cell_width: str
    cell_height: int
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Drawn] = field(default_factory=list)


def heat(
    columns: Sequence[str],
    rows: Sequence[Row],
    number: Callable[[Decimal], str],
    width: int = 640,
    words: int = 300,
) -> Heat:
    """Place cells of equal size right of ``words`` pixels for the names of the lines."""
    wide = min(96.0, (width - words) / max(len(columns), 1))
    made = Heat(width, HEAD + CELL * len(rows) + 2, _n(wide - 2), CELL - 2)
    made.columns = [(_n(words + wide * (place + 0.5)), word) for place, word in enumerate(columns)]
    for line, row in enumerate(rows):
        y = HEAD + CELL * line
        cells = [
            Cell(_n(words + wide * place), _n(words + wide * (place + 0.5) - 1), tone(value), "" if value is None else number(value))
            for place, value in enumerate(row.values)
        ]  # fmt: skip
        room = width if row.head else words - 8
        made.rows.append(Drawn(_n(y), _n(y + 19), shortened(row.word, room), row.head, cells))
    return made


def tone(value: Decimal | None) -> str:
    """The colour of a level: that of the whole level below it."""
    return "none" if value is None else str(max(0, min(5, math.floor(value))))


def shortened(word: str, room: float) -> str:
    """As much of a word as has room, in pixels."""
    most = max(1, int(room / LETTER))
    return word if len(word) <= most else word[: most - 1].rstrip() + "…"


@dataclass(frozen=True)
class Bar:
    """One bar: what it is ("own", "other" or "average"), its words, its length and its number."""

    what: str
    y: str
    text_y: str
    word: str
    length: str
    number_x: str
    number: str


@dataclass
class Bars:
    """Everything the template needs, numbers already written."""

    width: int
    height: int
    left: int
    ticks: list[tuple[str, str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


def bars(
    rows: Sequence[tuple[str, Decimal, str]],
    high: Decimal,
    number: Callable[[Decimal], str],
    whole: Callable[[Decimal], str],
    width: int = 640,
    left: int = 230,
) -> Bars:
    """Bars of ``(word, value, what)`` from 0 to ``high``, one below the other in the order given."""
    step, right = 28, width - 50
    made = Bars(width, 22 + step * len(rows) + 4, left)
    for edge in range(math.floor(high) + 1):
        made.ticks.append((_n(left + (right - left) * edge / float(high)), whole(Decimal(edge))))
    for place, (word, value, what) in enumerate(rows):
        length = max(0.0, float(value / high) * (right - left))
        y = 22 + step * place
        made.bars.append(
            Bar(
                what,
                _n(y + 4),
                _n(y + 18),
                shortened(word, left - 12),
                _n(length),
                _n(left + length + 6),
                number(value),
            )
        )
    return made


def _n(value: float) -> str:
    return f"{value:.1f}"
