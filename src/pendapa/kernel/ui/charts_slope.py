"""Parts at two moments as plain geometry; ``ui/chart_slope.html`` draws a line for each. No Django.

Both ends stand on the whole scale, so that a steep line is a large change. Words that would lie over each other move
apart; a thin line leads back to their value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

TOP, FOOT, ROOM = 34, 14, 17


@dataclass(frozen=True)
class Part:
    """One part: its short name, and its value at both moments (None: not known, then only the other end is drawn)."""

    word: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class End:
    """A value at one end: where it is, where its words stand, and the words."""

    y: str
    word_y: str
    moved: bool
    text: str


@dataclass(frozen=True)
class Line:
    """One part: ``way`` is "up", "down", "same" or "" where one end is not known."""

    way: str
    before: End | None
    after: End | None


@dataclass
class Slope:
    """Everything the template needs, numbers already written."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    before: str
    after: str
    ticks: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def lead_left(self) -> int:
        return self.left - 11

    @property
    def lead_right(self) -> int:
        return self.right + 11


def draw(
    parts: Sequence[Part],
    before: str,
    after: str,
    low: Decimal,
    high: Decimal,
    number: Callable[[Decimal], str],
    width: int = 640,
    height: int = 380,
    side: int = 150,
) -> Slope:
    """Place the lines between two upright axes; ``side`` is the room for words at each end."""
    height = max(height, TOP + FOOT + ROOM * len(parts))
    bottom = height - FOOT
    made = Slope(width, height, side, width - side, TOP, bottom, before, after)

    def y(value: Decimal) -> float:
        return float(bottom - (value - low) / (high - low) * (bottom - TOP))

    for whole in range(int(low), int(high) + 1):
        made.ticks.append((_n(y(Decimal(whole))), number(Decimal(whole))))
    ends = []
    for name in ("before", "after"):
        values = [getattr(part, name) for part in parts]
        at = [None if value is None else y(value) for value in values]
        words = apart([place for place in at if place is not None], TOP, bottom)
        placed = iter(words)
        ends.append(
            [
                None
                if value is None or place is None
                else _end(place, next(placed), f"{part.word}  {number(value)}")
                for part, value, place in zip(parts, values, at, strict=True)
            ]
        )
    for part, first, last in zip(parts, *ends, strict=True):
        made.lines.append(Line(_way(part), first, last))
    return made


def _end(at: float, word: float, text: str) -> End:
    return End(_n(at), _n(word), abs(at - word) > 3, text)


def _way(part: Part) -> str:
    if part.before is None or part.after is None:
        return ""
    return "up" if part.after > part.before else "down" if part.after < part.before else "same"


def apart(wanted: Sequence[float], top: float, bottom: float, room: float = ROOM) -> list[float]:
    """Places at least ``room`` from each other, in the order of the wanted ones, inside the edges where they fit at all."""
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    found = [0.0] * len(wanted)
    last = top - room
    for i in order:
        last = found[i] = max(wanted[i], last + room)
    over = bottom
    for i in reversed(order):
        over = found[i] = min(found[i], over)
        over -= room
    return found


def _n(value: float) -> str:
    return f"{value:.1f}"
