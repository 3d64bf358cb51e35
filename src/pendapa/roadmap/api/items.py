"""The room's part of ``/api/v1``: the roadmap as its views show it, with progress, drift and money by year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from pendapa.kernel.access.actor import institution_for
from pendapa.kernel.access.rest import AbsentOut
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import items as queries
from pendapa.roadmap.queries import roadmaps
from pendapa.roadmap.queries.items import Filters, Item, Money

router = Router()
MOST = 200


class YearOut(Schema):
    """Rupiah of a year as decimal strings, null where not known."""

    year: int
    planned: str | None
    budgeted: str | None
    spent: str | None


class ItemOut(Schema):
    """``ends_on`` is the planned end, ``done_on`` the day of the last finished action of what is done, null where not known.
    ``progress`` in percent, null where not known; ``drift_days`` of the end (later is plus) and ``drift_money`` in rupiah
    against the latest baseline, null without one. ``waits_for`` holds uids. Units by their codes."""

    uid: str
    code: str
    title: str
    content: str
    unit: str | None
    partners: list[str]
    year: int
    starts_on: str | None
    ends_on: str | None
    done_on: str | None
    state: str
    late: bool
    progress: int | None
    waits_for: list[str]
    money: list[YearOut]
    drift_days: int | None
    drift_money: str | None
    version: int


class TotalsOut(Schema):
    """All that fits, on every page; the money of what is cancelled is left out."""

    count: int
    late: int
    done: int
    money: list[YearOut]


class ItemsOut(Schema):
    """``next`` is the ``after`` of the next page, empty on the last."""

    items: list[ItemOut]
    totals: TotalsOut
    roadmap: str | None
    next: str


@router.get(
    "/institutions/{code}/roadmap/items",
    response={200: ItemsOut, 404: AbsentOut},
    summary="The roadmap as shown",
)
def items(
    request: HttpRequest,
    code: str,
    roadmap: str = Query("", max_length=40),
    year: str = Query("", max_length=4),
    unit: str = Query("", max_length=40),
    content: str = Query("", max_length=20),
    state: str = Query("", max_length=10),
    late: bool = False,
    text: str = Query("", max_length=80),
    partner: str = Query("", max_length=40),
    after: str = Query("", max_length=40),
) -> dict[str, Any]:
    """The initiatives of one roadmap (the one that holds now; ``semua``: of all and of none; ``lepas``: of none), by year and
    then as they were made. ``unit`` is the uid of a unit, with those below it; ``partner`` one that takes part in those of others."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    loose = roadmap == queries.LOOSE
    filters = Filters(year, unit, content, state, "1" if late else "", text, loose=loose, partner=partner)
    of = None
    if roadmap not in (queries.LOOSE, queries.EVERY):
        named = roadmaps.roadmap(actor, institution, roadmap) if roadmap else None
        of = named or roadmaps.current(actor, institution)
    rows = queries.items(actor, institution, of, filters)
    start = next((place + 1 for place, one in enumerate(rows) if str(one.uid) == after), 0)
    shown, totals = rows[start : start + MOST], queries.totals(rows)
    return {
        "items": [_out(one) for one in shown],
        "totals": {
            "count": totals.count,
            "late": totals.late,
            "done": totals.done,
            "money": _years(totals.by_year),
        },
        "roadmap": str(of.uid) if of else None,
        "next": str(shown[-1].uid) if start + MOST < len(rows) else "",
    }


def _out(one: Item) -> dict[str, Any]:
    drift = one.drift
    return {
        "uid": str(one.uid), "code": one.code, "title": one.title, "content": one.content,
        "unit": one.unit.code if one.unit else None, "partners": [unit.code for unit in one.partners], "year": one.year,
        "starts_on": _day(one.starts_on), "ends_on": _day(one.ends_on), "done_on": _day(one.done_on), "state": one.state, "late": one.late,
        "progress": one.progress, "waits_for": [str(uid) for uid in one.waits_for], "money": _years(one.money),
        "drift_days": drift.end_days if drift is not None else None, "drift_money": _text(drift.money) if drift is not None else None,
        "version": one.version,
    }  # fmt: skip


def _years(money: Any) -> list[dict[str, Any]]:
    return [_year(year, of) for year, of in sorted(money.items())]


def _year(year: int, of: Money) -> dict[str, Any]:
    return {
        "year": year,
        "planned": _text(of.planned),
        "budgeted": _text(of.budgeted),
        "spent": _text(of.spent),
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _text(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"
