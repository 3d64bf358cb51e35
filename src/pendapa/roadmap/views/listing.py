"""The table of initiatives: sorted, narrowed, page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries.items import Item
from pendapa.roadmap.views import common
from pendapa.roadmap.views.common import Shown
from pendapa.roadmap.wording_baselines import dearer

PAGE = 50
Value = str | None


@dataclass(frozen=True)
class Column:
    """A heading that sorts: ``way`` is ``ascending`` or ``descending`` where it does."""

    label: Any
    url: str
    way: str
    number: bool


def _digits(value: Any) -> Value:
    """A number as text that sorts like it; it is never below zero."""
    return None if value is None else f"{int(value * 100):024d}"


# Word in the address: label, is it a number, what it sorts by (None comes last either way).
SORTS: dict[str, tuple[Any, bool, Callable[[Item], Value]]] = {
    "kode": (gettext_lazy("Code"), False, lambda one: one.code or None),
    "nama": (gettext_lazy("Initiative"), False, lambda one: one.title.casefold()),
    "opd": (gettext_lazy("Agency"), False, lambda one: one.unit_name.casefold() or None),
    "mulai": (gettext_lazy("When"), False, lambda one: one.since.isoformat() if one.since else None),
    "capaian": (gettext_lazy("Progress"), True, lambda one: _digits(one.progress)),
    "pagu": (gettext_lazy("Ceiling"), True, lambda one: _digits(one.total.planned)),
    "status": (gettext_lazy("State"), False, lambda one: one.state),
}
FIRST = "kode"


@page(VIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Initiatives of one roadmap, of none yet, or all; an OPD sees what it may see."""
    view = common.shown(request)
    sort = request.GET.get("urut", "")
    key, down = sort.lstrip("-"), sort.startswith("-")
    if key not in SORTS:
        key, down = FIRST, False
    rows, start = _page(view.items, key, down, request.GET.get("setelah", ""))
    query = view.query | ({"urut": f"-{key}" if down else key} if sort else {})
    link = _linker(request, query)
    end = start + PAGE
    urls = common.initiative_addresses(request.institution)
    labels = dict(common.contents())
    place = _("%(first)s–%(last)s of %(count)s")
    context = common.context(request, "list", view) | {
        "rows": [_row(one, urls, labels) for one in rows[start:end]],
        "columns": _columns(request, view, key, down),
        "previous": link(rows[start - PAGE - 1] if start > PAGE else None, key) if start else "",
        "next": link(rows[end - 1], key) if end < len(rows) else "",
        "place": place
        % {
            "first": common.number(start + 1),
            "last": common.number(min(end, len(rows))),
            "count": common.number(len(rows)),
        }
        if len(rows) > PAGE
        else "",
    }
    return render(request, "roadmap/list.html", context)


def _page(items: list[Item], key: str, down: bool, mark: str) -> tuple[list[Item], int]:
    """All in their order (what has no value last, whichever way), and where the page after ``mark`` begins."""
    value = SORTS[key][2]
    known = [(text, one.id, one) for one in items if (text := value(one)) is not None]
    unknown = [("", one.id, one) for one in items if value(one) is None]
    known.sort(key=lambda row: row[:2], reverse=down)
    unknown.sort(key=lambda row: row[:2])
    rows = [row[2] for row in (*known, *unknown)]
    after = _mark(mark)
    if after is None:
        return rows, 0
    if after[0] is None:
        return rows, len(known) + sum(1 for row in unknown if row[1] <= after[1])
    where = (after[0], after[1])
    return rows, sum(1 for row in known if (row[:2] >= where if down else row[:2] <= where))


def _mark(text: str) -> tuple[Value, int] | None:
    """Value and number of the row after which a page begins; None: the first page."""
    number, dot, value = text.partition(".")
    if not dot or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return (value[1:] if value.startswith("=") else None), int(number)


def _linker(request: PageRequest, query: dict[str, str]) -> Callable[[Item | None, str], str]:
    def link(last: Item | None, key: str) -> str:
        if last is None:
            return common.address(request.institution, "list", **query)
        value = SORTS[key][2](last)
        mark = f"{last.id}." + ("" if value is None else f"={value}")
        return common.address(request.institution, "list", **query, setelah=mark)

    return link


def _columns(request: PageRequest, view: Shown, key: str, down: bool) -> list[Column]:
    found = []
    for name, (label, number, _value) in SORTS.items():
        way = ("descending" if down else "ascending") if name == key else ""
        turned = f"-{name}" if way == "ascending" else name
        url = common.address(request.institution, "list", **view.query, urut=turned)
        found.append(Column(label, url, way, number))
    return found


def _row(one: Item, urls: str, labels: dict[str, str]) -> dict[str, Any]:
    drift, planned = common.drifted(one.drift), one.total.planned
    return {
        "url": urls.replace("{}", str(one.uid)),
        "code": one.code,
        "title": one.title,
        "content": labels.get(one.content or common.NO_CONTENT, one.content),
        "lifts": ", ".join(_lift(lift) for lift in one.lifts),
        "unit": one.unit_short,
        "unit_name": one.unit_name,
        "partners": _("with %(units)s") % {"units": ", ".join(unit.short for unit in one.partners)}
        if one.partners
        else "",
        "partner_names": ", ".join(unit.name for unit in one.partners),
        "starts": common.day(one.since) if one.since or one.until else str(one.year),
        "ends": common.day(one.until),
        "planned_until": common.planned_until(one.planned_until),
        "drift": drift,
        "dearer": dearer(one.drift),
        "drift_tone": "ok" if one.drift is not None and one.drift.way == "sooner" else "bad",
        "progress": one.progress,
        "planned": "" if planned is None else common.rupiah(planned),
        "cost": "" if one.cost is None or planned is not None else common.rupiah(one.cost),
        "state": common.state_label(one.state),
        "tone": common.TONES[one.state],
        "icon": common.ICONS.get(one.state),
        "late": one.late,
    }


def _lift(lift: Any) -> str:
    word = _("indicator")
    named = f"{word} {lift['indicator']}" if lift.get("indicator") else str(lift.get("instrument", ""))
    before, after = (str(lift.get(end) or "") for end in ("from", "to"))
    if not after:
        return named
    return f"{named} {before}→{after}" if before else f"{named} →{after}"
