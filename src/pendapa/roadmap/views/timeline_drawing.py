"""How rows of the timeline are written: names beside the drawing, bars in it, and the same as a table.

Written as text and not by a template: two hundred rows of eight values each. ``timeline.js`` draws the other rows the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pendapa.kernel.ui import formats
from pendapa.roadmap.queries.items import Item
from pendapa.roadmap.rules.timeline import HEAD, ROW, Scale
from pendapa.roadmap.views import common

BAR_TOP, BAR, BASE_TOP = 11, 17, 32
BAND = f'<rect class="tl-hb" width="100%" height="{HEAD}"/>'


@dataclass(frozen=True)
class Row:
    """A heading (``item`` None), or an initiative where it stands on the timeline; places in percent. ``plan`` is its planned end
    where it was done on another day."""

    title: str
    sub: str
    said: str = ""
    item: Item | None = None
    bar: tuple[float, float] | None = None
    frozen: tuple[float, float] | None = None
    mark: float = 0
    drift: str = ""
    tone: str = ""
    critical: bool = False
    plan: float | None = None


@dataclass(frozen=True)
class Chart:
    """All rows with what joins them: ``links`` are (row waited for, row that waits, does it begin too early)."""

    scale: Scale
    rows: list[Row]
    links: list[tuple[int, int, bool]]
    path: list[Item]
    path_days: int
    today: float | None


@dataclass(frozen=True)
class Drawing:
    """How it is drawn: ``address`` of an initiative with ``{}`` for its uid, and which signs are on."""

    address: str
    links: bool = True
    baseline: bool = True
    path: bool = False

    def url(self, item: Item) -> str:
        return self.address.replace("{}", str(item.uid))


def labels(rows: list[Row], drawing: Drawing) -> SafeString:
    """The names beside the drawing."""
    found = []
    for row in rows:
        if row.item is None:
            found.append(f'<div class="tl-h">{escape(row.title)} <small>{escape(row.sub)}</small></div>')
            continue
        name = f'<b title="{escape(row.title)}">{escape(row.title)}</b>'
        if row.bar is None:  # no bar to press
            name = f'<a href="{drawing.url(row.item)}">{name}</a>'
        found.append(f'<div class="tl-r">{name}<small>{escape(row.sub)}</small></div>')
    return mark_safe("".join(found))  # noqa: S308  every text was escaped


def bars(chart: Chart, rows: list[Row], places: list[int], drawing: Drawing) -> SafeString:
    """The drawing itself: the bands of the headings, over them what joins rows, then each row."""
    parts = []
    shown = len(rows)
    for one, other, early in chart.links:
        if one < shown and other < shown:
            parts.append(_link(rows[one], rows[other], places[one], places[other], early))
    joined = f'<g class="tl-links">{"".join(parts)}</g>'
    heads, drawn = [], []
    for row, top in zip(rows, places, strict=False):
        if row.item is None:
            heads.append(f'<g transform="translate(0 {top})">{BAND}</g>')
        else:
            drawn.append(f'<g transform="translate(0 {top})">{_bar(row, row.item, drawing)}</g>')
    bands = f'<g class="tl-heads">{"".join(heads)}</g>'
    return mark_safe(bands + joined + f'<g class="tl-rows">{"".join(drawn)}</g>')  # noqa: S308  every text was escaped


def _bar(row: Row, item: Item, drawing: Drawing) -> str:
    rule = f'<line class="tl-ru" x2="100%" y1="{ROW}" y2="{ROW}"/>'
    base = ""
    if row.frozen:
        base = f'<rect class="tl-b" x="{row.frozen[0]}%" width="{row.frozen[1]}%" y="{BASE_TOP}" height="4" rx="2"/>'
    if row.bar is None:
        return f'{rule}{base}<text class="tl-u" x="{row.mark}%" dx="6" y="25">{escape(_("dates not known yet"))}</text>'
    left, width = row.bar
    css = "tl-k" if row.critical else ""
    done = item.progress or 0
    inner = f'<rect class="tl-o" x="{left}%" width="{width}%" y="{BAR_TOP}" height="{BAR}" rx="3"/>'
    if done:
        inner += f'<rect class="tl-d" x="{left}%" width="{width * done / 100:.2f}%" y="{BAR_TOP}" height="{BAR}" rx="3"/>'
    label = escape(f"{row.title}, {row.sub}: {row.said}")
    link = (
        f'<a class="{css}" href="{drawing.url(item)}" aria-label="{label}"><title>{label}</title>{inner}</a>'
    )
    right = round(left + width, 2)
    return rule + base + link + _plan(row, right) + _drift(row, left, max(right, row.plan or 0))


def _plan(row: Row, right: float) -> str:
    """A mark where it was to end, and where it ended before that a broken line to it."""
    if row.plan is None:
        return ""
    middle = BAR_TOP + BAR / 2
    rest = (
        f'<line class="tl-pr" x1="{right}%" x2="{row.plan}%" y1="{middle}" y2="{middle}"/>'
        if row.plan > right
        else ""
    )
    return f'{rest}<line class="tl-p" x1="{row.plan}%" x2="{row.plan}%" y1="{BAR_TOP - 4}" y2="{BAR_TOP + BAR + 3}"/>'


def _drift(row: Row, left: float, right: float) -> str:
    if not row.drift:
        return ""
    if right <= 84:
        place = f'x="{right:.2f}%" dx="10"'
    elif left >= 16:
        place = f'x="{left}%" dx="-10" text-anchor="end"'
    else:
        place = f'class="in" x="{right:.2f}%" dx="-8" text-anchor="end"'
    return f'<text {place} y="25"><tspan class="{row.tone}">{escape(row.drift)}</tspan></text>'


def _link(one: Row, other: Row, top: int, below: int, early: bool) -> str:
    """From the end of what is waited for, across, along, and an arrow into what waits."""
    assert one.bar is not None and other.bar is not None
    ends, begins = one.bar[0] + one.bar[1], other.bar[0]
    begin, end = top + BAR_TOP + BAR / 2, below + BAR_TOP + BAR / 2
    css = "tl-early" if early else "tl-k" if one.critical and other.critical else ""
    return (
        f'<g class="{css}"><line x1="{ends:.2f}%" x2="{begins}%" y1="{begin}" y2="{begin}" transform="translate(-9 0)"/>'
        f'<svg x="{begins}%" overflow="visible"><path d="M-9 {begin}V{end}H-5"/>'
        f'<path class="tl-a" d="M-6 {end - 4}L0 {end}l-6 4z"/></svg></g>'
    )


def table(rows: list[Row], drawing: Drawing) -> SafeString:
    """The same as the body of a table: readable aloud, and a list with small bars on a phone."""
    words = {
        "done": _("Progress"), "unknown": _("not known yet"), "late": _("late"), "undated": _("dates not known yet"),
    }  # fmt: skip
    said = {key: str(escape(text)) for key, text in words.items()}
    parts: list[str] = []
    for row in rows:
        if row.item is None:
            parts.append(f'<tr class="grp"><th colspan="5" scope="rowgroup">{escape(row.title)}</th></tr>')
        else:
            parts.append(_table_row(row, row.item, drawing, said))
    return mark_safe("".join(parts))  # noqa: S308  every text was escaped


def _unit(item: Item, said: dict[str, str]) -> str:
    """The owner by its short name, with the whole name for who points at it or hears the table."""
    if not item.unit or item.unit_short == item.unit_name:
        return str(escape(item.unit_name)) or f'<span class="muted">{said["unknown"]}</span>'
    return f'<abbr title="{escape(item.unit_name)}">{escape(item.unit_short)}</abbr>'


def _table_row(row: Row, item: Item, drawing: Drawing, said: dict[str, str]) -> str:
    state = str(escape(common.state_label(item.state)))
    if item.late:
        state += f' · <b class="bad">{said["late"]}</b>'
    when = said["undated"]
    if item.since or item.until:
        when = f"{escape(common.day(item.since))} – {escape(common.day(item.until))}"
    if planned := common.planned_until(item.planned_until):
        when += f'<span class="sub">{escape(planned)}</span>'
    share = f'<span class="muted">{said["unknown"]}</span>'
    if item.progress is not None:
        bar = f'<span class="bar" aria-hidden="true"><i style="width:{item.progress}%"></i></span>'
        share = formats.percent(item.progress, formats.language()) + bar
    code = f"{escape(item.code)} · " if item.code else ""
    moved = f'<span class="{row.tone}">{escape(row.drift)}</span>' if row.drift else ""
    name = f'<a class="name" href="{drawing.url(item)}">{escape(row.title)}</a>'
    return (
        f'<tr><td>{name}<span class="sub">{code}{state}</span></td><td class="tl-unit">{_unit(item, said)}</td>'
        f'<td>{when}</td><td>{moved}</td><td class="num tl-share" data-l="{said["done"]}">{share}</td></tr>'
    )
