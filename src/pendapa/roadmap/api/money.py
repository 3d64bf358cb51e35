"""The room's part of ``/api/v1``: money of the roadmap and lines of the budget. Amounts travel as decimal strings in rupiah,
null where not known; index points as exact decimals."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from pendapa.architecture.queries import is_uid
from pendapa.evaluation.rules.scoring import exact
from pendapa.kernel.access.actor import NotFound, institution_for
from pendapa.kernel.access.rest import AbsentOut
from pendapa.roadmap.models import Programme
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import money as queries
from pendapa.roadmap.queries import roadmaps
from pendapa.roadmap.queries.money import Line
from pendapa.roadmap.rules.money import Double, Effect, Sums

router = Router()
MOST = 200


class Amounts(Schema):
    """``initiatives`` counts them, ``unknown`` those without a planned amount."""

    initiatives: int
    unknown: int
    planned: str | None
    budgeted: str | None
    spent: str | None


class Part(Amounts):
    """A part of the money: uid of an OPD, code of the budget, or a year; ``-`` for none. ``ceiling`` of budget lines only."""

    key: str
    name: str
    ceiling: str | None


class EffectOut(Schema):
    """What an initiative gives the index, alone. ``why`` says why something of it is not known."""

    initiative: str
    index_points: str | None
    cost: str | None
    points_per_billion: str | None
    why: str


class DoubleOut(Schema):
    """Initiatives that spend on applications that look alike (``applications`` by uid), or on one that is merged away."""

    applications: list[str]
    kept: str | None
    initiatives: list[str]
    planned: str | None


class OverOut(Schema):
    """A line of the budget of which more is asked, given or spent than its ceiling."""

    code: str
    year: int
    ceiling: str
    taken: str


class IndexOut(Schema):
    """Index now and with every level reached; null where there is no complete assessment."""

    now: str | None
    reached: str | None
    instrument: str
    year: int | None


class ProgrammeOut(Schema):
    """A line of the budget; ``unit`` is the code of the OPD, null where it is of none. ``version`` rises with each change."""

    uid: str
    year: int
    unit: str | None
    code: str
    name: str
    nomenclature: str
    source: str
    ceiling: str | None
    spent: str | None
    version: int


class MoneyOut(Schema):
    """The money of a roadmap, of a year or of all. ``doubles`` is null while applications were never compared."""

    total: Amounts
    by_year: list[Part]
    by_unit: list[Part]
    by_programme: list[Part]
    without_programme: list[str]
    programmes_without_initiative: list[ProgrammeOut]
    over: list[OverOut]
    index: IndexOut
    effects: list[EffectOut]
    doubles: list[DoubleOut] | None


class Programmes(Schema):
    """``next`` is the ``after`` of the next page, empty on the last; ``total`` counts all of them."""

    items: list[ProgrammeOut]
    total: int
    next: str


@router.get(
    "/institutions/{code}/roadmap-money",
    response={200: MoneyOut, 404: AbsentOut},
    summary="Money of the roadmap",
)
def money(
    request: HttpRequest,
    code: str,
    year: int | None = Query(None, ge=1900, le=9999),
    roadmap: str = Query("", max_length=40),
) -> dict[str, Any]:
    """Planned, in the budget, spent, of what the actor may see; cancelled initiatives are not counted.

    ``roadmap`` is the uid of one; without it, every initiative in a roadmap or not.
    """
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    chosen = roadmaps.roadmap(actor, institution, roadmap) if roadmap else None
    found = queries.summary(actor, institution, chosen, year)
    return {
        "total": _amounts(found.sums),
        "by_year": [_part(one) for one in found.by_year],
        "by_unit": [_part(one) for one in found.by_unit],
        "by_programme": [_part(one) for one in found.by_programme],
        "without_programme": [str(one.uid) for one in found.without_programme],
        "programmes_without_initiative": [_programme(one) for one in found.programmes_without_initiative],
        "over": [
            {"code": one.code, "year": one.year, "ceiling": _text(one.ceiling), "taken": _text(one.taken)}
            for one in found.over
        ],
        "index": {
            "now": None if found.index.now is None else exact(found.index.now),
            "reached": None if found.index.reached is None else exact(found.index.reached),
            "instrument": found.index.instrument, "year": found.index.year,
        },
        "effects": [_effect(one) for one in found.per_point],
        "doubles": None if found.doubles is None else [_double(one) for one in found.doubles],
    }  # fmt: skip


@router.get(
    "/institutions/{code}/programmes",
    response={200: Programmes, 404: AbsentOut},
    summary="Lines of the budget",
)
def programmes(
    request: HttpRequest,
    code: str,
    year: int | None = Query(None, ge=0, le=9999),
    after: int = Query(0, ge=0, le=10**9),
) -> dict[str, Any]:
    """By year (newest first) and code; an OPD reads its own, and those of no OPD."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    rows = queries.programmes(actor, institution)
    if year is not None:
        rows = rows.filter(year=year)
    total = rows.count()
    following = str(after + MOST) if after + MOST < total else ""
    return {
        "items": [_programme(one) for one in rows[after : after + MOST]],
        "total": total,
        "next": following,
    }


@router.get(
    "/institutions/{code}/programmes/{uid}",
    response={200: ProgrammeOut, 404: AbsentOut},
    summary="A line of the budget",
)
def programme(request: HttpRequest, code: str, uid: str) -> dict[str, Any]:
    """One line of the budget."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    if not is_uid(uid):
        raise NotFound
    return _programme(queries.programme(actor, institution, uid))


def _amounts(sums: Sums) -> dict[str, Any]:
    return {
        "initiatives": sums.count, "unknown": sums.unknown, "planned": _text(sums.planned), "budgeted": _text(sums.budgeted),
        "spent": _text(sums.spent),
    }  # fmt: skip


def _part(line: Line) -> dict[str, Any]:
    return {"key": line.key, "name": line.name, "ceiling": _text(line.ceiling), **_amounts(line.sums)}


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "initiative": str(one.initiative), "why": one.why, "cost": _text(one.cost),
        "index_points": None if one.gain is None else exact(one.gain),
        "points_per_billion": None if one.per_billion is None else exact(one.per_billion),
    }  # fmt: skip


def _double(one: Double) -> dict[str, Any]:
    return {
        "applications": list(one.group.members), "kept": one.group.kept or None,
        "initiatives": [str(uid) for uid in one.initiatives], "planned": _text(one.planned),
    }  # fmt: skip


def _programme(row: Programme) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "year": row.year, "unit": row.unit.code if row.unit else None, "code": row.code,
        "name": row.name, "nomenclature": row.nomenclature, "source": row.source, "ceiling": _text(row.ceiling),
        "spent": _text(row.spent), "version": row.version,
    }  # fmt: skip


def _text(value: Any) -> str | None:
    """An exact amount; whole rupiah without a fraction."""
    if value is None:
        return None
    whole = f"{value:f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole
