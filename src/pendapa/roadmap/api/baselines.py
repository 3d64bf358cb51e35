"""The room's part of ``/api/v1``: baselines of a roadmap, and how far it has moved from one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.kernel.access.actor import NotFound, institution_for
from pendapa.kernel.access.rest import AbsentOut, answer
from pendapa.roadmap.models import Baseline, Roadmap
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import baselines as queries
from pendapa.roadmap.rules.drift import Sum

router = Router()
MOST = 500


class BaselineOut(Schema):
    """``digest`` is the SHA-256 of what was frozen; ``ceiling`` in rupiah, of all of it; null: none of it was known."""

    uid: str
    name: str
    decree_number: str
    decree_on: str | None
    frozen_at: str
    digest: str
    initiatives: int
    ceiling: str | None


class Baselines(Schema):
    """The newest first."""

    items: list[BaselineOut]


class DriftOut(Schema):
    """One initiative that moved: days later (+) or sooner, rupiah more (+) or less; null where one side is not known."""

    uid: str
    code: str
    title: str
    start_days: int | None
    end_days: int | None
    money: str | None
    added: bool
    removed: bool
    changed: list[str]


class Drifts(Schema):
    """What moved since ``baseline``, of what you may see; ``next`` is the ``after`` of the next page, empty on the last."""

    baseline: BaselineOut
    intact: bool
    before: int
    now: int
    later: int
    sooner: int
    added: int
    removed: int
    owners: int
    money: str
    unknown: int
    items: list[DriftOut]
    next: str


@router.get(
    "/institutions/{code}/roadmaps/{uid}/baselines",
    response={200: Baselines, 404: AbsentOut},
    summary="Baselines of a roadmap",
)
def baselines(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What was frozen of a roadmap; it never changes."""
    row = _roadmap(request, code, uid)
    rows = queries.of_roadmap(row)
    counts = queries.counts(rows)
    return answer({"items": [_out(one, counts[one.pk]) for one in rows]})


@router.get(
    "/institutions/{code}/roadmaps/{uid}/drift",
    response={200: Drifts, 404: AbsentOut},
    summary="What moved since a baseline",
)
def drift(
    request: HttpRequest,
    code: str,
    uid: UUID,
    baseline: UUID | None = None,
    after: int = Query(0, ge=0, le=10**6),
) -> HttpResponse:
    """Against the measure (the newest with a decree, else the newest), or the one named; 404 where there is none."""
    row = _roadmap(request, code, uid)
    actor = request.actor  # type: ignore[attr-defined]
    known = queries.baseline(actor, row, baseline) if baseline else queries.measure(row)
    if known is None:
        raise NotFound
    told = queries.since(actor, known)
    moved = told.moved
    rows = moved[after : after + MOST]
    following = str(after + MOST) if after + MOST < len(moved) else ""
    counts = queries.counts([known])[known.pk]
    body = {"baseline": _out(known, counts), "intact": queries.verify(known), **_sums(told.sums)}
    return answer(body | {"items": [_moved(one) for one in rows], "next": following})


def _roadmap(request: HttpRequest, code: str, uid: UUID) -> Roadmap:
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return queries.roadmap(actor, institution, uid)


def _out(row: Baseline, counts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "name": row.name, "decree_number": row.decree_number,
        "decree_on": row.decree_on.isoformat() if row.decree_on else None, "frozen_at": row.frozen_at.isoformat(),
        "digest": row.digest, "initiatives": counts.get("initiatives", 0),
        "ceiling": counts.get("ceiling"),
    }  # fmt: skip


def _sums(sums: Sum) -> dict[str, Any]:
    return {
        "before": sums.before, "now": sums.now, "later": sums.later, "sooner": sums.sooner, "added": sums.added,
        "removed": sums.removed, "owners": sums.owners, "money": _text(sums.money), "unknown": sums.unknown,
    }  # fmt: skip


def _moved(row: queries.Row) -> dict[str, Any]:
    moved = row.drift
    return {
        "uid": str(row.uid), "code": row.code, "title": row.title, "start_days": moved.start_days,
        "end_days": moved.end_days, "money": None if moved.money is None else _text(moved.money),
        "added": moved.added, "removed": moved.removed, "changed": list(moved.changed),
    }  # fmt: skip


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
