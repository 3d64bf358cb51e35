"""The budget of the roadmap: planned, in the budget, spent; what a rupiah gives the index; what nobody pays for, or two pay for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from pendapa.evaluation.rules.scoring import display
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import money as queries
from pendapa.roadmap.queries.items import Item
from pendapa.roadmap.rules import money as rules
from pendapa.roadmap.views import common
from pendapa.roadmap.views.common import Shown

MOST, PAGE = 12, 50
"""Lines of a list that stands among others; of one that stands alone."""
CODE, PART = "kode", "bagian"
WHY = {
    "no_lift": gettext_lazy("lifts no indicator"),
    "no_level": gettext_lazy("no level to reach is given"),
    "no_assessment": gettext_lazy("there is no complete assessment to start from"),
    "other_instrument": gettext_lazy("lifts an indicator of another instrument"),
    "reached": gettext_lazy("the level stands there already"),
    "no_cost": gettext_lazy("its cost is not known"),
    "free": gettext_lazy("it costs nothing"),
}
PARTS = {
    "tanpa-opd": gettext_lazy("without an agency"),
    "tanpa-program": gettext_lazy("without a programme code"),
    "tanpa-pagu": gettext_lazy("without a planned amount"),
}


@dataclass(frozen=True)
class Amounts:
    """Three amounts in words; empty where not known."""

    planned: str
    budgeted: str
    spent: str
    used: str


@page(VIEW)
@require_safe
def overview(request: PageRequest) -> HttpResponse:
    """By year, OPD and programme; the index per rupiah; what should be looked at."""
    view = common.shown(request, paid=True)
    money = queries.summary(
        request.actor, request.institution, view.roadmap, whole(view.filters.year, 4), view.items
    )
    link = _Links(request, view)
    context = common.context(request, "money", view) | {
        "finding": _finding(money, view),
        "money": money,
        "figures": _figures(money, link),
        "by_year": [_line(one, link(tahun=one.key), one.name) for one in money.by_year],
        "by_unit": [
            _line(one, _unit_url(one, link), one.name or _("Without an agency")) for one in money.by_unit
        ],
        "by_programme": [_programme(one, money, link) for one in money.by_programme],
        "index": _index(money),
        "effects": [
            _effect(one, money.items[one.initiative], link) for one in money.per_point if one.per_billion
        ][:MOST],
        "unknown": _unknown(money, link),
        "checks": _checks(money, link),
        "doubles": [_double(one, money, link) for one in (money.doubles or [])[:MOST]],
        "over": [_over(one, money, link) for one in money.over[:MOST]],
        "programmes_url": common.address(request.institution, "programmes"),
        "cancelled": common.rupiah(money.cancelled.planned) if money.cancelled.planned else "",
    }
    return render(request, "roadmap/money.html", context)


@page(VIEW)
@require_safe
def rows(request: PageRequest) -> HttpResponse:
    """What a number of the budget page is made of: its initiatives with their money."""
    view = common.shown(request, paid=True)
    year = whole(view.filters.year, 4)
    money = queries.summary(request.actor, request.institution, view.roadmap, year, view.items)
    code, part = request.GET.get(CODE, "")[:40].strip(), request.GET.get(PART, "")[:40].strip()
    chosen = _chosen(money, code, part)
    by_item: dict[UUID, list[rules.Share]] = {uid: [] for uid in chosen}
    for one in money.shares:
        if one.initiative in by_item and (not code or one.code == ("" if code == queries.NONE else code)):
            by_item[one.initiative].append(one)
    ordered = sorted(by_item, key=lambda uid: (-(_planned(by_item[uid]) or 0), money.items[uid].title))
    start = whole(request.GET.get("mulai", "")) or 0
    link = _Links(request, view, {CODE: code, PART: part})
    several = [one for uid in ordered for one in by_item[uid]]
    context = common.context(request, "money", view) | {
        "rows": [_item(money.items[uid], by_item[uid], link) for uid in ordered[start : start + PAGE]],
        "count": len(ordered),
        "sums": _amounts(rules.sums(several)),
        "title": _title(code, part, year),
        "money_url": common.address(request.institution, "money", **view.query),
        "previous": link(mulai=str(max(start - PAGE, 0))) if start else "",
        "next": link(mulai=str(start + PAGE)) if start + PAGE < len(ordered) else "",
    }
    return render(request, "roadmap/money_rows.html", context)


class _Links:
    """Addresses of the list behind a number, with the filters of the page."""

    def __init__(self, request: PageRequest, view: Shown, more: dict[str, str] | None = None) -> None:
        self._institution, self._query = request.institution, {**view.query, **(more or {})}
        self._initiative = common.initiative_addresses(request.institution)

    def __call__(self, **more: str) -> str:
        return common.address(self._institution, "money_rows", **{**self._query, **more})

    def initiative(self, uid: UUID) -> str:
        return self._initiative.format(uid) if self._initiative else ""

    def programmes(self, **more: str) -> str:
        year = self._query.get(common.NAMES["year"], "")
        return common.address(self._institution, "programmes", **{"tahun": year, **more})


def _chosen(money: queries.Money, code: str, part: str) -> list[UUID]:
    """The initiatives that a part or a code names; all of them without one. What is no such part finds nothing."""
    if part == "tanpa-program":
        return [one.uid for one in money.without_programme]
    if part == "tanpa-opd":
        return [uid for uid, one in money.items.items() if one.unit is None]
    if part == "tanpa-pagu":
        asked = {one.initiative for one in money.shares if one.planned is not None}
        return [uid for uid in money.items if uid not in asked]
    if part.startswith("dampak-"):
        return [one.initiative for one in money.per_point if one.why == part.removeprefix("dampak-")]
    if part:
        return []
    if code:
        wanted = "" if code == queries.NONE else code
        return list({one.initiative: None for one in money.shares if one.code == wanted})
    return list(money.items)


def _title(code: str, part: str, year: int | None) -> str:
    said = [str(PARTS[part])] if part in PARTS else []
    if part.startswith("dampak-") and (why := WHY.get(part.removeprefix("dampak-"))):
        said.append(_("index not known: %(why)s") % {"why": why})
    if code:
        said.append(_("without a code") if code == queries.NONE else code)
    if year:
        said.append(str(year))
    return (
        _("Initiatives: %(which)s") % {"which": ", ".join(said)}
        if said
        else _("Initiatives with their money")
    )


def _planned(rows: Sequence[rules.Share]) -> Decimal | None:
    return rules.total(one.planned for one in rows)


# ---- in words


def _amounts(sums: rules.Sums) -> Amounts:
    used = formats.percent(100 * sums.used, formats.language()) if sums.used is not None else ""
    return Amounts(_short(sums.planned), _short(sums.budgeted), _short(sums.spent), used)


def _short(value: Decimal | None) -> str:
    return "" if value is None else common.rupiah(value)


def _finding(money: queries.Money, view: Shown) -> str:
    """The page in one sentence."""
    sums, parts = money.sums, []
    if sums.planned is None and sums.budgeted is None and sums.spent is None:
        return _("No initiative shown has money yet.")
    parts.append(
        _("%(sum)s is planned") % {"sum": _short(sums.planned)}
        if sums.planned is not None
        else _("what is planned is not known yet")
    )
    parts.append(
        _("%(sum)s in the budget") % {"sum": _short(sums.budgeted)}
        if sums.budgeted is not None
        else _("what is in the budget is not known yet")
    )
    if sums.spent is not None:
        used = f" ({_amounts(sums).used})" if sums.used is not None else ""
        parts.append(_("%(sum)s spent") % {"sum": _short(sums.spent)} + used)
    if sums.unknown:
        told = ngettext(
            "%(n)s initiative has no planned amount", "%(n)s initiatives have no planned amount", sums.unknown
        )
        parts.append(told % {"n": common.number(sums.unknown)})
    return capfirst(", ".join(parts)) + "."


def _figures(money: queries.Money, link: _Links) -> list[dict[str, Any]]:
    sums, amounts = money.sums, _amounts(money.sums)
    none = _("not known yet")
    missing = ngettext("%(n)s initiative without one", "%(n)s initiatives without one", sums.unknown) % {
        "n": sums.unknown
    }
    return [
        {"label": _("Indicative ceiling"), "value": amounts.planned or none, "url": link(), "note": missing if sums.unknown else ""},
        {"label": _("In the budget"), "value": amounts.budgeted or none, "url": link(), "note": _share(sums)},
        {"label": _("Spent"), "value": amounts.spent or none, "url": link(), "note": _("%(share)s of the budget") % {"share": amounts.used} if amounts.used else ""},
    ]  # fmt: skip


def _share(sums: rules.Sums) -> str:
    if not sums.planned or sums.budgeted is None:
        return ""
    return _("%(share)s of the indicative ceiling") % {
        "share": formats.percent(100 * sums.budgeted / sums.planned, formats.language())
    }


def _line(line: queries.Line, url: str, name: str) -> dict[str, Any]:
    used = line.sums.used
    return {
        "name": name, "url": url, "sums": line.sums, "amounts": _amounts(line.sums),
        "bar": None if used is None else min(100, int(used * 100)),
    }  # fmt: skip


def _unit_url(line: queries.Line, link: _Links) -> str:
    return link(**{PART: "tanpa-opd"}) if line.key == queries.NONE else link(opd=line.key)


def _programme(line: queries.Line, money: queries.Money, link: _Links) -> dict[str, Any]:
    code = "" if line.key == queries.NONE else line.key
    return _line(line, link(**{CODE: line.key}), line.name) | {
        "code": code,
        "known": bool(line.name),
        "ceiling": _short(line.ceiling),
        "recorded": _short(line.recorded),
        "unbounded": ", ".join(str(year) for year in line.unbounded),
        "over": any(one.code == line.key for one in money.over),
    }


def _index(money: queries.Money) -> dict[str, str]:
    index = money.index
    if index.now is None or index.reached is None:
        return {"why": str(WHY["no_assessment"])}
    return {
        "now": _points(index.now), "reached": _points(index.reached), "gain": _points(index.reached - index.now),
        "year": str(index.year), "instrument": index.instrument,
    }  # fmt: skip


def _points(value: Any, places: int = 2) -> str:
    return formats.number(Decimal(display(value, places)), formats.language(), places)


def _effect(effect: rules.Effect, item: Item, link: _Links) -> dict[str, Any]:
    assert effect.gain is not None and effect.per_billion is not None
    return {
        "title": item.title, "code": item.code, "unit": item.unit_name, "url": link.initiative(item.uid),
        "gain": _points(effect.gain, 3), "cost": _short(effect.cost), "per": _points(effect.per_billion, 3),
        "state": common.state_label(item.state),
    }  # fmt: skip


def _unknown(money: queries.Money, link: _Links) -> list[dict[str, Any]]:
    """Of how many initiatives the effect is not known, by why."""
    counts = Counter(one.why for one in money.per_point if one.why)
    return [
        {"said": _initiatives(counts[why]), "text": label, "url": link(**{PART: f"dampak-{why}"})}
        for why, label in WHY.items()
        if counts[why]
    ]


def _initiatives(n: int) -> str:
    return ngettext("%(n)s initiative", "%(n)s initiatives", n) % {"n": common.number(n)}


def _checks(money: queries.Money, link: _Links) -> list[dict[str, Any]]:
    """What should be looked at, each with its list; only what there is."""
    without, idle, over = (
        len(money.without_programme),
        len(money.programmes_without_initiative),
        len(money.over),
    )
    doubles = len(money.doubles or [])
    found = [
        (without, ngettext("%(n)s initiative has no programme code", "%(n)s initiatives have no programme code", without), link(**{PART: "tanpa-program"})),
        (idle, ngettext("no initiative asks anything of %(n)s line of the budget", "no initiative asks anything of %(n)s lines of the budget", idle), link.programmes(tanpa="1")),
        (over, ngettext("%(n)s line of the budget is over its ceiling", "%(n)s lines of the budget are over their ceilings", over), "#lewat-pagu"),
        (doubles, ngettext("money goes to %(n)s group of applications that look alike", "money goes to %(n)s groups of applications that look alike", doubles), "#kembaran"),
    ]  # fmt: skip
    return [
        {"n": n, "text": capfirst(text % {"n": common.number(n)}), "url": url} for n, text, url in found if n
    ]


def _double(double: rules.Double, money: queries.Money, link: _Links) -> dict[str, Any]:
    leaving = set(double.leaving)
    return {
        "title": double.group.title,
        "members": ", ".join(double.group.members.values()),
        "kept": double.group.members.get(double.group.kept, ""),
        "undecided": double.group.undecided,
        "planned": _short(double.planned),
        "initiatives": [
            {"title": money.items[uid].title, "url": link.initiative(uid), "unit": money.items[uid].unit_name, "leaving": uid in leaving}
            for uid in double.initiatives
        ],
    }  # fmt: skip


def _over(line: rules.Ceiling, money: queries.Money, link: _Links) -> dict[str, Any]:
    return {
        "code": line.code, "year": line.year, "ceiling": _short(line.ceiling), "taken": _short(line.taken),
        "more": _short(line.taken - line.ceiling), "url": link(**{CODE: line.code, common.NAMES["year"]: str(line.year)}),
    }  # fmt: skip


def _item(item: Item, rows: Sequence[rules.Share], link: _Links) -> dict[str, Any]:
    by_code: dict[str, None] = defaultdict()
    for one in rows:
        by_code[one.code] = None
    return {
        "title": item.title, "code": item.code, "url": link.initiative(item.uid), "unit": item.unit_name,
        "years": ", ".join(str(year) for year in sorted({one.year for one in rows})),
        "codes": [code for code in by_code if code], "state": common.state_label(item.state),
        "tone": common.TONES[item.state], "icon": common.ICONS.get(item.state), "amounts": _amounts(rules.sums(rows, [item.uid])),
    }  # fmt: skip
