"""The timeline: initiatives by content over years, their baseline, what they wait for, the critical path; and its data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.ui import formats
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries.items import Item, Money
from pendapa.roadmap.rules import critical
from pendapa.roadmap.rules import drift as drifts
from pendapa.roadmap.rules.timeline import HEAD, ROW, ZOOMS, Scale, scale_of, tops
from pendapa.roadmap.views import common
from pendapa.roadmap.views.common import Shown
from pendapa.roadmap.views.timeline_drawing import Chart, Drawing, Row, bars, labels, table

FIRST = 200
"""How many initiatives the page shows without a script; the table shows the others."""
SIGNS = ("baku", "tunggu", "kritis")


@page(VIEW)
@require_safe
def timeline(request: PageRequest) -> HttpResponse:
    """The page: the first rows drawn, the others by the script as they come into view."""
    view = common.shown(request)
    signs = _signs(request)
    chart = chart_of(view)
    if signs["kritis"]:
        chart = _only_path(chart)
    zoom = request.GET.get("skala", "")
    zoom = zoom if zoom in ZOOMS else "5"
    first = _first(chart)
    drawing = Drawing(
        common.initiative_addresses(request.institution), signs["tunggu"], signs["baku"], signs["kritis"]
    )
    places = tops(row.item is None for row in first)
    query = view.query | (
        {"atur": "1"} | {name: "1" for name in SIGNS if signs[name]} if "atur" in request.GET else {}
    )
    context = common.context(request, "timeline", view) | {
        "chart": chart,
        "zoom": zoom,
        "zooms": [
            (name, label, common.address(request.institution, "timeline", **query, skala=name))
            for name, label in (("5", _("5 years")), ("2", _("2 years")), ("triwulan", _("Quarter")))
        ],
        "signs": signs,
        "years": [_year(chart, view, year) for year in chart.scale.years],
        "year_width": round(100 / len(chart.scale.years), 4),
        "quarters": [round(n * 25 / len(chart.scale.years), 2) for n in range(4 * len(chart.scale.years))],
        "today_side": "end" if (chart.today or 0) > 90 else "start" if (chart.today or 0) < 8 else "middle",
        "height": places[-1],
        "labels": labels(first, drawing),
        "bars": bars(chart, first, places, drawing),
        "table": table(first, drawing),
        "more": sum(row.item is not None for row in chart.rows) - sum(row.item is not None for row in first),
        "data_url": common.address(request.institution, "timeline_data", **view.query),
        "path": _path(chart),
        "kept": list(view.query.items()),
        "sizes": {"row": ROW, "head": HEAD},
        "has_early": any(early for _one, _other, early in chart.links),
        "has_plan": any(row.plan is not None for row in chart.rows),
        "has_baseline": any(row.frozen for row in chart.rows),
        "drawn_years": chart.scale,
    }  # fmt: skip
    return render(request, "roadmap/timeline.html", context)


@page(VIEW)
@require_safe
def data(request: PageRequest) -> HttpResponse:
    """The rows of the same address as the script draws them (JSON): headings as [title, count], initiatives as [uid, title,
    sub, said, left, width, done %, left and width of the baseline, drift, tone, on the critical path, planned end (-1: as drawn)]."""
    chart = chart_of(common.shown(request))
    told = {
        "address": common.initiative_addresses(request.institution),
        "rows": [_told(row) for row in chart.rows],
        "links": chart.links,
    }
    answer = HttpResponse(orjson.dumps(told), content_type="application/json; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _told(row: Row) -> list[Any]:
    if row.item is None:
        return [row.title, row.sub]
    left, width = row.bar or (row.mark, 0)
    frozen = row.frozen or (0, 0)
    done = -1 if row.item.progress is None else row.item.progress
    return [
        str(row.item.uid), row.title, row.sub, row.said, left, width, done, *frozen, row.drift, row.tone,
        int(row.critical), -1 if row.plan is None else row.plan,
    ]  # fmt: skip


def chart_of(view: Shown) -> Chart:
    """The initiatives of a view on a timeline."""
    items = view.items
    days = [day for one in items for day in (one.since, one.ends_on, one.done_on)]
    scale = scale_of(view.roadmap.years if view.roadmap else (), days, view.day)
    waits = [(one.uid, other) for one in items for other in one.waits_for if one.state != "cancelled"]
    takes = {one.uid: critical.days(one.since, one.until) for one in items if one.state != "cancelled"}
    path = critical.path(takes, waits)
    on_path = set(path)
    by_content: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        by_content[one.content or common.NO_CONTENT].append(one)
    known = common.contents()
    strange = [(key, key) for key in by_content if key not in dict(known)]
    rows: list[Row] = []
    for key, label in (*known[:-1], *strange, known[-1]):
        if not by_content.get(key):
            continue
        rows.append(Row(label, str(len(by_content[key]))))
        rows += [_row(one, scale, one.uid in on_path) for one in sorted(by_content[key], key=_order)]
    by_uid = {one.uid: one for one in items}
    return Chart(
        scale, rows, _links(rows, by_uid), [by_uid[uid] for uid in path], sum(takes[uid] for uid in path),
        scale.at(view.day) if scale.holds(view.day) else None,
    )  # fmt: skip


def _order(one: Item) -> tuple[str, str, int]:
    return (one.since.isoformat() if one.since else f"{one.year:04d}-12-32", one.code, one.id)


def _row(one: Item, scale: Scale, on_path: bool) -> Row:
    drift = one.drift
    words = common.drifted(drift)
    frozen = scale.bar(*one.was) if one.was else None
    sub = " · ".join(part for part in (one.code, one.unit_short) if part)
    tone = "ok" if drift is not None and drift.way == drifts.SOONER else "bad" if words else ""
    mark = scale.at(one.since) if one.since else 0.0
    return Row(
        one.title,
        sub,
        _said(one, words),
        one,
        scale.bar(one.since, one.until),
        frozen,
        mark,
        words,
        tone,
        on_path,
        scale.evening(one.planned_until) if one.planned_until else None,
    )


def _said(one: Item, drift: str) -> str:
    """The rest of the label of a bar: when, state, how much is done, late, moved."""
    if one.since or one.until:
        when = f"{common.day(one.since)} – {common.day(one.until)}"
    else:
        when = _("dates not known yet")
    parts = [when, common.state_label(one.state)]
    if planned := common.planned_until(one.planned_until):
        parts.append(planned)
    if one.progress is not None:
        parts.append(_("%(share)s done") % {"share": formats.percent(one.progress, formats.language())})
    if one.late:
        parts.append(_("late"))
    if drift:
        parts.append(drift)
    return "; ".join(parts)


def _links(rows: list[Row], by_uid: dict[UUID, Item]) -> list[tuple[int, int, bool]]:
    place = {row.item.uid: number for number, row in enumerate(rows) if row.item is not None}
    found = []
    for one in by_uid.values():
        for uid in one.waits_for:
            other = by_uid.get(uid)
            if other is None or rows[place[uid]].bar is None or rows[place[one.uid]].bar is None:
                continue
            early = bool(one.since and other.until and one.since <= other.until)
            found.append((place[uid], place[one.uid], early))
    return found


def _first(chart: Chart) -> list[Row]:
    """The rows that the page shows without a script."""
    count, found = 0, []
    for row in chart.rows:
        if row.item is not None:
            count += 1
            if count > FIRST:
                break
        found.append(row)
    return found[:-1] if found and found[-1].item is None else found


def _only_path(chart: Chart) -> Chart:
    """The same without what is not on the critical path."""
    kept: list[int] = []
    for number, row in enumerate(chart.rows):
        if row.item is None and kept and chart.rows[kept[-1]].item is None:
            kept.pop()  # a heading with nothing below it
        if row.item is None or row.critical:
            kept.append(number)
    if kept and chart.rows[kept[-1]].item is None:
        kept.pop()
    place = {number: index for index, number in enumerate(kept)}
    links = [
        (place[one], place[other], early) for one, other, early in chart.links if {one, other} <= set(place)
    ]
    return replace(chart, rows=[chart.rows[number] for number in kept], links=links)


def _signs(request: PageRequest) -> dict[str, bool]:
    if "atur" not in request.GET:
        return {"baku": True, "tunggu": True, "kritis": False}
    return {name: request.GET.get(name) == "1" for name in SIGNS}


def _year(chart: Chart, view: Shown, year: int) -> dict[str, Any]:
    """A year of the budget row: what is planned, how much of what stands in the budget is spent, and a bar."""
    money = view.totals.by_year.get(year, Money())
    most = max((one.planned or Decimal(0) for one in view.totals.by_year.values()), default=Decimal(0))
    ceiling = money.budgeted if money.budgeted is not None else money.planned
    spent = None if money.spent is None or not ceiling else 100 * money.spent / ceiling
    return {
        "year": str(year),
        "planned": "" if money.planned is None else common.rupiah(money.planned),
        "spent": "" if spent is None else formats.percent(spent, formats.language()),
        "height": 0 if not most or money.planned is None else round(float(28 * money.planned / most), 1),
    }


def _path(chart: Chart) -> str:
    if not chart.path:
        return ""
    days = drifts.months(chart.path_days)
    told = ngettext(
        "Critical path: %(n)s initiative", "Critical path: %(n)s initiatives", len(chart.path)
    ) % {"n": len(chart.path)}
    length = ngettext("%(n)s month of work", "%(n)s months of work", days) % {"n": days}
    return f"{told}, {length}: " + " → ".join(one.title for one in chart.path)
