"""The room's part of ``/api/v1``: initiatives. Exact numbers travel as decimal strings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from pendapa.kernel.access.actor import institution_for
from pendapa.kernel.access.rest import AbsentOut
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import initiatives as queries

router = Router()
MOST = 200


class Lift(Schema):
    """An indicator that an initiative lifts: levels as decimal strings, empty where not said."""

    instrument: str
    indicator: str
    level_from: str
    level_to: str


class InitiativeOut(Schema):
    """``cost`` in rupiah and ``days`` in person-days, null where not known; ``unit`` is the code of the OPD, or null."""

    uid: str
    title: str
    lifts: list[Lift]
    unit: str | None
    year: int
    cost: str | None
    days: str | None
    state: str
    plan: str | None
    version: int


class Initiatives(Schema):
    """``next`` is the ``after`` of the next page, empty on the last; ``total`` counts all of them."""

    items: list[InitiativeOut]
    total: int
    next: str


@router.get(
    "/institutions/{code}/initiatives", response={200: Initiatives, 404: AbsentOut}, summary="Initiatives"
)
def initiatives(
    request: HttpRequest,
    code: str,
    year: int | None = Query(None, ge=0, le=9999),
    plan: str = Query("", max_length=40),
    after: int = Query(0, ge=0, le=10**9),
) -> dict[str, Any]:
    """By year; an OPD reads its own. ``plan`` narrows to the drafts of one computed plan."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    filters = queries.Filters("" if year is None else str(year), "", plan)
    rows = filters.narrow(queries.visible(actor, institution))
    total = rows.count()
    shown = rows[after : after + MOST]
    following = str(after + MOST) if after + MOST < total else ""
    return {"items": [_out(row) for row in shown], "total": total, "next": following}


def _out(row: Initiative) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "title": row.title, "unit": row.unit.code if row.unit else None,
        "lifts": [
            {"instrument": one["instrument"], "indicator": one["indicator"], "level_from": one["from"], "level_to": one["to"]}
            for one in row.lifts
        ],
        "year": row.year, "cost": _text(row.cost), "days": _text(row.days), "state": row.state,
        "plan": str(row.plan) if row.plan else None, "version": row.version,
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"
