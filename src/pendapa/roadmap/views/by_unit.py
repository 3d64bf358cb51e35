"""By OPD: what each has to do, how far it is, what it may spend, and in what it takes part."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.ui import formats
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries.items import Item, Office, Totals, totals
from pendapa.roadmap.views import common
from pendapa.roadmap.views.common import Shown


@page(VIEW)
@require_safe
def by_unit(request: PageRequest) -> HttpResponse:
    """A row an OPD, with the units below it; the sums are those of every other view."""
    view = common.shown(request)
    own, beside = _split(view)
    rows = [_row(request, view, top, own[top], beside.get(top, 0)) for top in own if top is not None]
    rows.sort(key=lambda row: (-row["totals"].late, str(row["name"]).casefold()))
    only_beside = [_row(request, view, top, [], count) for top, count in beside.items() if top not in own]
    rows += sorted(only_beside, key=lambda row: str(row["name"]).casefold())
    if None in own:
        rows.append(_row(request, view, None, own[None], 0))
    context = common.context(request, "by_unit", view) | {
        "rows": rows,
        "said": _said(rows),
        "sums": _money(view.totals),
    }
    return render(request, "roadmap/by_unit.html", context)


def _split(view: Shown) -> tuple[dict[int | None, list[Item]], dict[int, int]]:
    """What belongs to each OPD, and in how many initiatives of others it takes part."""
    own: dict[int | None, list[Item]] = defaultdict(list)
    beside: dict[int, int] = defaultdict(int)
    for one in view.items:
        top = one.unit.top if one.unit else None
        own[top].append(one)
        for other in {unit.top for unit in one.partners} - {top}:
            beside[other] += 1
    return own, beside


def _row(request: PageRequest, view: Shown, top: int | None, rows: list[Item], beside: int) -> dict[str, Any]:
    office, found = view.offices.get(top) if top is not None else None, totals(rows)
    query = {name: text for name, text in view.query.items() if name != common.NAMES["unit"]}
    url = late = among = ""
    if office:
        among = _among(request, view, office) if beside else ""
        query[common.NAMES["unit"]] = str(office.uid)
        url = common.address(request.institution, "list", **query)
        late = common.address(request.institution, "list", **query | {common.NAMES["late"]: "1"})
    return {
        "name": office.name if office else _("Without an agency"),
        "agency": office is not None,
        "url": url if rows else "",
        "late_url": late,
        "totals": found,
        "beside": beside,
        "beside_url": among,
        "money": _money(found),
        "no_money": sum(1 for one in rows if one.total.planned is None and one.state != "cancelled"),
    }


def _among(request: PageRequest, view: Shown, office: Office) -> str:
    """The table of those of others in which it takes part; none where the page shows what another takes part in, since an
    address names one partner."""
    uid = str(office.uid)
    if view.filters.partner not in ("", uid):
        return ""
    return common.address(request.institution, "list", **view.query | {common.NAMES["partner"]: uid})


def _money(found: Totals) -> dict[str, str]:
    money = found.money
    spent = ""
    if money.spent is not None and money.budgeted:
        spent = formats.percent(100 * money.spent / money.budgeted, formats.language())
    return {
        "planned": "" if money.planned is None else common.rupiah(money.planned),
        "budgeted": "" if money.budgeted is None else common.rupiah(money.budgeted),
        "spent": "" if money.spent is None else common.rupiah(money.spent),
        "share": spent,
    }


def _said(rows: list[dict[str, Any]]) -> str:
    """The finding: who is late."""
    units = [row for row in rows if row["agency"] and row["totals"].count]
    late = [row for row in units if row["totals"].late]
    if not late:
        return ngettext(
            "%(n)s agency has initiatives; none is late.",
            "%(n)s agencies have initiatives; none is late.",
            len(units),
        ) % {"n": common.number(len(units))}
    first = max(late, key=lambda row: row["totals"].late)
    told = ngettext(
        "%(late)s of %(n)s agencies is late, most of all %(name)s with %(count)s.",
        "%(late)s of %(n)s agencies are late, most of all %(name)s with %(count)s.",
        len(late),
    )
    return told % {
        "late": common.number(len(late)),
        "n": common.number(len(units)),
        "name": first["name"],
        "count": common.number(first["totals"].late),
    }
