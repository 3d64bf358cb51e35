"""The line of an index over the years, as plain geometry; ``ui/index_chart.html`` draws it. No Django.

Measured values are circles on a solid line, planned ones hollow diamonds on a dotted line, the target a filled
diamond. A value whose year no source gives stands before the dated ones, in the order given, and is called "earlier".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

# Names of the predicates and where each begins: PermenPANRB 59/2020.
SPBE_BANDS = (("Kurang", "1"), ("Cukup", "1.8"), ("Baik", "2.6"), ("Sangat Baik", "3.5"), ("Memuaskan", "4.2"))
LOWEST, HIGHEST = Decimal(1), Decimal(5)
LEFT, TOP, FOOT = 44, 20, 34


@dataclass(frozen=True)
class Point:
    """One value to draw: a year or None, and what it is (``done``, ``plan`` or ``target``)."""

    value: Decimal
    year: int | None = None
    what: str = "done"


@dataclass(frozen=True)
class Mark:
    """A point with its place and its words."""

    x: str
    y: str
    what: str
    last: bool
    number: str
    when: str
    number_y: str
    when_shown: bool
    number_shown: bool


@dataclass(frozen=True)
class Band:
    """The line where a predicate begins."""

    y: str
    name: str
    number: str
    name_y: str


@dataclass
class Chart:
    """Everything the template needs, numbers already written."""

    width: int
    height: int
    left: int
    right: str
    axis_y: str
    when_y: str
    marks: list[Mark] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    done_line: str = ""
    plan_line: str = ""


def points_of(raw: Iterable[Any], target: Any = None) -> list[Point]:
    """Points from points, mappings or objects with ``year``, ``value`` and perhaps ``plan``; the target last.

    Order: those without a year as given, then by year. A target may be a bare number (no year) or carry one.
    """
    given = [_point(item) for item in raw]
    ordered = [p for p in given if p.year is None] + sorted((p for p in given if p.year is not None), key=lambda p: p.year or 0)
    done = [p for p in ordered if p.what == "done"]
    plan = [p for p in ordered if p.what == "plan"]
    if target is None:
        return done + plan
    bare = isinstance(target, int | float | str | Decimal)
    aim = Point(Decimal(str(target)), None, "target") if bare else _point(target, "target")
    return done + [p for p in plan if p.year is None or p.year != aim.year] + [aim]


def _point(item: Any, what: str | None = None) -> Point:
    if isinstance(item, Point):
        return item if what is None else Point(item.value, item.year, what)
    get: Callable[[str], Any] = item.get if isinstance(item, Mapping) else lambda name: getattr(item, name, None)
    return Point(Decimal(str(get("value"))), get("year"), what or ("plan" if get("plan") else "done"))


def draw(
    points: Sequence[Point],
    bands: Iterable[tuple[str, Any]],
    number: Callable[[Decimal], str],
    edge_number: Callable[[Decimal], str],
    when: Callable[[Point], str],
    width: int = 640,
    height: int = 230,
) -> Chart:
    """Place the points: x by year (undated ones a year's width apart, before), y between the bands they need."""
    right, bottom = width - 62, height - FOOT
    low, high = _scale([p.value for p in points])
    chart = Chart(width, height, LEFT, _n(right), _n(bottom), _n(height - 12))

    def y(value: Decimal) -> float:
        return float(bottom - (value - low) / (high - low) * (bottom - TOP))

    for name, begins in bands:
        edge = Decimal(str(begins))
        if low < edge < high:
            chart.bands.append(Band(_n(y(edge)), str(name), edge_number(edge), _n(y(edge) - 6)))
    if not points:
        return chart
    steps = _steps(points)
    span = max(steps[-1], 1)
    xs = [LEFT + 14 + (right - LEFT - 14) * step / span for step in steps] if len(points) > 1 else [float((LEFT + right) / 2)]
    last_done = max((i for i, p in enumerate(points) if p.what == "done"), default=-1)
    label_room = _room(points, xs)
    for i, point in enumerate(points):
        here = y(point.value)
        below = point.what == "done" and i and point.value > points[i - 1].value and (i == len(points) - 1 or point.value < points[i + 1].value)
        chart.marks.append(
            Mark(
                x=_n(xs[i]),
                y=_n(here),
                what=point.what,
                last=i == last_done,
                number=number(point.value),
                when=when(point),
                number_y=_n(here + (24 if below else -13)),
                when_shown=label_room[i],
                number_shown=label_room[i],
            )
        )
    line = [f"{m.x},{m.y}" for m in chart.marks]
    chart.done_line = " ".join(line[: last_done + 1])
    chart.plan_line = " ".join(line[max(last_done, 0) :]) if last_done + 1 < len(points) else ""
    return chart


def _scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Half a step of air around the values, never outside 1–5."""
    if not values:
        return LOWEST, HIGHEST
    low = max(LOWEST, min(values) - Decimal("0.35"))
    high = min(HIGHEST, max(values) + Decimal("0.35"))
    return low, high if high > low else low + 1


def _steps(points: Sequence[Point]) -> list[int]:
    """Distance of each point from the first, in years; without a year, one step after the one before."""
    steps: list[int] = []
    known: int | None = None
    for point in points:
        if not steps:
            steps.append(0)
        elif point.year is None or known is None:
            steps.append(steps[-1] + 1)
        else:
            steps.append(steps[-1] + max(0, point.year - known))
        known = point.year if point.year is not None else known
    return steps


def _room(points: Sequence[Point], xs: Sequence[float]) -> list[bool]:
    """Which labels fit: from the right, so that the newest and the target keep theirs."""
    fits = [False] * len(points)
    edge = float("inf")
    for i in range(len(points) - 1, -1, -1):
        need = 66 if points[i].year is None else 40
        if edge - xs[i] >= need:
            fits[i], edge = True, xs[i]
    return fits


def _n(value: float) -> str:
    return f"{value:.1f}"
