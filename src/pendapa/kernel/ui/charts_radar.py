"""Several profiles over the same axes as plain geometry; ``ui/chart_radar.html`` draws them. No Django.

The middle is the lowest value of the scale and the outermost ring the highest: the caption says so. An axis of which a
profile knows nothing breaks its line; nothing is drawn through the gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

MOST = 4
"""So many profiles can still be told apart."""


@dataclass(frozen=True)
class Profile:
    """One profile: its name, and a value (or None) for each axis."""

    name: str
    values: Sequence[Decimal | None]


@dataclass(frozen=True)
class Spoke:
    """One axis: its end, and where its word stands."""

    x: str
    y: str
    word: str
    word_x: str
    word_y: str
    anchor: str


@dataclass(frozen=True)
class Ring:
    """One whole value of the scale, and its number beside the upright axis."""

    points: str
    number: str
    number_y: str


@dataclass(frozen=True)
class Shape:
    """One profile: closed where every axis is known, else lines between neighbouring axes."""

    number: int
    name: str
    closed: str
    lines: Sequence[str]
    marks: Sequence[tuple[str, str]]


@dataclass
class Radar:
    """Everything the template needs, numbers already written."""

    size: int
    middle: str
    rings: list[Ring] = field(default_factory=list)
    spokes: list[Spoke] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)


def draw(
    axes: Sequence[str],
    profiles: Sequence[Profile],
    low: Decimal,
    high: Decimal,
    number: Callable[[Decimal], str],
    size: int = 420,
) -> Radar:
    """Place axes and profiles. Raises ValueError for fewer than three axes, more than :data:`MOST` profiles, no scale."""
    if len(axes) < 3 or len(profiles) > MOST or high <= low:
        raise ValueError(f"{len(axes)} axes, {len(profiles)} profiles, scale {low} to {high}")
    middle, outer = size / 2, size / 2 - 34
    made = Radar(size, _n(middle))

    def at(place: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * place / len(axes)
        return middle + math.sin(angle) * outer * share, middle - math.cos(angle) * outer * share

    for value in range(math.ceil(low), math.floor(high) + 1):
        share = float((value - low) / (high - low))
        ends = " ".join(_pair(at(place, share)) for place in range(len(axes)))
        made.rings.append(Ring(ends, number(Decimal(value)), _n(middle - outer * share)))
    for place, word in enumerate(axes):
        (x, y), (word_x, word_y) = at(place, 1), at(place, 1 + 17 / outer)
        side = math.sin(2 * math.pi * place / len(axes))
        anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
        made.spokes.append(Spoke(_n(x), _n(y), word, _n(word_x), _n(word_y + 4), anchor))
    for number_, profile in enumerate(profiles, 1):
        places = [
            None if value is None else at(place, float((value - low) / (high - low)))
            for place, value in enumerate(profile.values)
        ]
        made.shapes.append(_shape(number_, profile.name, places))
    return made


def _shape(number: int, name: str, places: Sequence[tuple[float, float] | None]) -> Shape:
    known = [place for place in places if place is not None]
    marks = [(_n(x), _n(y)) for x, y in known]
    if len(known) == len(places):
        return Shape(number, name, " ".join(_pair(place) for place in known), (), marks)
    lines = []
    for here, there in zip(places, [*places[1:], places[0]], strict=True):
        if here is not None and there is not None:
            lines.append(f"{_pair(here)} {_pair(there)}")
    return Shape(number, name, "", lines, marks)


def _pair(place: tuple[float, float]) -> str:
    return f"{_n(place[0])},{_n(place[1])}"


def _n(value: float) -> str:
    return f"{value:.1f}"
