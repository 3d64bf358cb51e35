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
SPBE_BANDS = (
    ("Kurang", "1"),
    ("Cukup", "1.8"),
    ("Baik", "2.6"),
    ("Sangat Baik", "3.5"),
    ("Memuaskan", "4.2"),
)
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
    labelled: bool  # there is room for its words


@dataclass(frozen=True)
class Band:
    """The line where a predicate begins."""

    y: str
    name: str
    number: str
    name_x: str
    name_y: str
    name_anchor: str


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
    earlier_line: str = ""
    done_line: str = ""
    plan_line: str = ""


def points_of(raw: Iterable[Any], target: Any = None) -> list[Point]:
    """Points from points, mappings or objects with ``year``, ``value`` and perhaps ``plan``; the target last.

    Order: those without a year as given, then by year. A target may be a bare number (no year) or carry one.
    """
    given = [_point(item) for item in raw]
    ordered = [p for p in given if p.year is None] + sorted(
        (p for p in given if p.year is not None), key=lambda p: p.year or 0
    )
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
    get: Callable[[str], Any] = (
        item.get if isinstance(item, Mapping) else lambda name: getattr(item, name, None)
    )
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

    xs = _across(points, LEFT + 14, right)
    ys = [y(point.value) for point in points]
    chart.bands = [
        _band(str(name), y(edge), edge_number(edge), ys, right)
        for name, edge in ((name, Decimal(str(begins))) for name, begins in bands)
        if low < edge < high
    ]
    last_done = max((i for i, p in enumerate(points) if p.what == "done"), default=-1)
    room = _room(points, xs, last_done)
    for i, point in enumerate(points):
        lower = ys[i] + 24 if _number_below(points, i) and ys[i] + 26 < bottom else ys[i] - 13
        words = (number(point.value), when(point), _n(lower), room[i])
        chart.marks.append(Mark(_n(xs[i]), _n(ys[i]), point.what, i == last_done, *words))
    line = [f"{m.x},{m.y}" for m in chart.marks]
    undated = sum(1 for p in points if p.what == "done" and p.year is None)
    chart.earlier_line = " ".join(line[: min(undated, last_done) + 1]) if undated else ""
    chart.done_line = " ".join(line[undated : last_done + 1])
    if any(p.what == "plan" for p in points):
        chart.plan_line = " ".join(line[max(last_done, 0) :])
    return chart


def _band(name: str, at: float, number: str, ys: Sequence[float], right: int) -> Band:
    """The name stands at the end where the line is farther away."""
    at_start = bool(ys) and abs(ys[0] - at + 8) > abs(ys[-1] - at + 8)
    name_x, anchor = (_n(LEFT + 6), "start") if at_start else (_n(right), "end")
    return Band(_n(at), name, number, name_x, _n(at - 6), anchor)


def _number_below(points: Sequence[Point], i: int) -> bool:
    """A measured value's number stands under its circle where the line goes up from it, or came down to it."""
    if points[i].what != "done":
        return False
    if i + 1 < len(points):
        return points[i + 1].value > points[i].value
    return i > 0 and points[i - 1].value > points[i].value


def _across(points: Sequence[Point], start: int, end: int) -> list[float]:
    """Where each point stands from left to right; a single one in the middle."""
    if len(points) < 2:
        return [(start + end) / 2] * len(points)
    steps = _steps(points)
    return [start + (end - start) * step / max(steps[-1], 1) for step in steps]


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


def _room(points: Sequence[Point], xs: Sequence[float], last_done: int) -> list[bool]:
    """Which labels fit: the newest measured value and the last year always, then from right to left.

    A target without a year gives way: its diamond and the legend say as much as its label.
    """
    fits = [False] * len(points)
    for i in [last_done, *range(len(points) - 1, -1, -1)]:
        if i < 0:
            continue
        need = 66 if points[i].year is None else 38
        must = i == last_done or (i == len(points) - 1 and points[i].year is not None)
        if must or all(abs(xs[i] - xs[j]) >= need for j, there in enumerate(fits) if there):
            fits[i] = True
    return fits


def _n(value: float) -> str:
    return f"{value:.1f}"
