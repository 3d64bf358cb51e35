"""Charts beside the line of an index: radar, slope, heat map, bars. Each is drawn by the server, and each says all its
values in its label; the page puts a table beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template

from pendapa.kernel.ui import charts_heat, charts_radar, charts_slope, formats

register = template.Library()
UNKNOWN = "–"


def exact(value: Any) -> Decimal | None:
    """A value for drawing: twelve places of a fraction; None stays None."""
    if value is None:
        return None
    fraction = Fraction(value) if not isinstance(value, Decimal) else Fraction(str(value))
    return Decimal(round(fraction * 10**12)) / Decimal(10**12)


def _number(places: int | None) -> Any:
    language = formats.language()
    return lambda value: formats.number(value, language, places)


@register.inclusion_tag("ui/chart_radar.html")
def radar_chart(
    axes: Sequence[str], profiles: Iterable[tuple[str, Sequence[Any]]], low: Any, high: Any, title: Any = ""
) -> dict[str, Any]:
    """``{% radar_chart axes profiles low high title %}``: ``profiles`` are names with a value or None for each axis."""
    shapes = [charts_radar.Profile(name, [exact(value) for value in values]) for name, values in profiles]
    shapes = shapes[: charts_radar.MOST]
    said = _number(2)
    label = "; ".join(
        f"{one.name}: " + ", ".join(f"{axis} {UNKNOWN if v is None else said(v)}" for axis, v in zip(axes, one.values, strict=True))
        for one in shapes
    )  # fmt: skip
    ends = (exact(low) or Decimal(0), exact(high) or Decimal(5))
    return {
        "c": charts_radar.draw(list(axes), shapes, *ends, _number(0)),
        "label": f"{title}: {label}",
        "low": _number(0)(ends[0]),
        "high": _number(0)(ends[1]),
    }


@register.inclusion_tag("ui/chart_slope.html")
def slope_chart(
    parts: Iterable[tuple[str, Any, Any]], before: Any, after: Any, low: Any, high: Any, title: Any = ""
) -> dict[str, Any]:
    """``{% slope_chart parts before after low high title %}``: ``parts`` are ``(word, value, value)``, None unknown."""
    lines = [charts_slope.Part(word, exact(first), exact(last)) for word, first, last in parts]
    said, ends = _number(2), (exact(low) or Decimal(0), exact(high) or Decimal(5))
    drawings = []
    for css, width, side, room in (("hide-n", 540, 165, 112), ("only-n", 346, 92, 44)):
        words = [
            charts_slope.Part(charts_heat.shortened(one.word, room), one.before, one.after) for one in lines
        ]
        drawings.append(
            (css, charts_slope.draw(words, str(before), str(after), *ends, said, width=width, side=side))
        )
    told = "; ".join(
        f"{one.word} {UNKNOWN if one.before is None else said(one.before)} → {UNKNOWN if one.after is None else said(one.after)}"
        for one in lines
    )
    return {"drawings": drawings, "label": f"{title}, {before} → {after}: {told}"}


@register.inclusion_tag("ui/chart_heat.html")
def heat_chart(columns: Sequence[Any], rows: Iterable[tuple[str, Any]], title: Any = "") -> dict[str, Any]:
    """``{% heat_chart columns rows title %}``: ``rows`` are ``(word, values)``, or ``(title, None)`` above a group."""
    lines = [
        charts_heat.Row(word, () if values is None else [exact(value) for value in values], values is None)
        for word, values in rows
    ]
    heads = [str(column) for column in columns]
    return {
        "drawings": [
            (css, charts_heat.heat(heads, lines, _number(None), width, words))
            for css, width, words in (("hide-n", 640, max(200, 640 - 96 * len(heads))), ("only-n", 346, 346 - min(48 * len(heads), 200)))
        ],
        "label": str(title),
    }  # fmt: skip


@register.inclusion_tag("ui/chart_bars.html")
def bar_chart(rows: Iterable[tuple[str, Any, str]], high: Any, title: Any = "") -> dict[str, Any]:
    """``{% bar_chart rows high title %}``: ``rows`` are ``(word, value, "own" | "other" | "average")``; bars begin at 0."""
    given = [(word, exact(value) or Decimal(0), what) for word, value, what in rows]
    top, said, whole = exact(high) or Decimal(5), _number(2), _number(0)
    return {
        "drawings": [
            (css, charts_heat.bars(given, top, said, whole, width, left))
            for css, width, left in (("hide-n", 540, 200), ("only-n", 346, 130))
        ],
        "label": f"{title}: " + "; ".join(f"{word} {said(value)}" for word, value, _what in given),
    }
