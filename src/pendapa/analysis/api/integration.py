"""Exchange of data as data."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.analysis.queries import integration as queries
from pendapa.analysis.rules import integration as rules
from pendapa.architecture.api.door import ABSENT, enter, unit_of
from pendapa.kernel.access.rest import ProblemOut, answer

router = Router()
LIMIT = 200


class SharingScore(Schema):
    """``score`` is 0–100, null where nothing the OPD exchanges or shares is recorded; ``place`` its rank, 0 without a score."""

    uid: str
    name: str
    score: int | None
    place: int
    data: int
    shared: int
    applications: int
    connected: int


class FlowsBetween(Schema):
    """So many exchanges go from an OPD to another; uids."""

    source: str
    target: str
    flows: int


class IntegrationOut(Schema):
    """``ways`` counts exchanges by SPLP, API, berkas, manual and unknown. ``scores`` and ``matrix`` are of all OPD;
    ``only_said`` counts applications that say they are integrated although no exchange of theirs is recorded."""

    exchanges: int
    ways: dict[str, int]
    typed_again: int
    data: int
    data_without_owner: int
    data_with_several_owners: int
    unknown_access: int
    only_said: int
    scores: list[SharingScore]
    matrix: list[FlowsBetween]


class FlowEnd(Schema):
    uid: str
    code: str
    name: str
    unit: str


class ExchangeOut(Schema):
    """``way`` is SPLP, API, berkas, manual, or empty where it is not known; ``since`` an ISO date or empty."""

    source: FlowEnd
    target: FlowEnd
    way: str
    data: str
    since: str


class ExchangesOut(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[ExchangeOut]
    next: str


class DataFinding(FlowEnd):
    """``writers`` are the applications that write the data."""

    writers: list[FlowEnd]


class DataFindings(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[DataFinding]
    next: str


After, Limit = Query(0, ge=0, le=10_000_000), Query(100, ge=1, le=LIMIT)


@router.get(
    "/institutions/{code}/integration",
    response={200: IntegrationOut, 422: ProblemOut, **ABSENT},
    summary="Integration",
)
def integration(request: HttpRequest, code: str, unit: str = "") -> HttpResponse:
    """How applications exchange data, whose the data are, and how far each OPD shares. ``unit`` is a uid or code."""
    found = _found(request, code, unit)
    return answer(
        {
            "exchanges": len(found.exchanges),
            "ways": {way or "unknown": found.ways[way] for way in (*rules.WAYS, "")},
            "typed_again": len(found.typed_again),
            "data": found.data,
            "data_without_owner": len(found.without_owner),
            "data_with_several_owners": len(found.several),
            "unknown_access": found.unknown_access,
            "only_said": found.only_said,
            "scores": [_score(one) for one in found.ranking],
            "matrix": [
                {"source": found.opds[source].uid, "target": found.opds[target].uid, "flows": count}
                for (source, target), count in sorted(found.matrix.items())
                if source in found.opds and target in found.opds
            ],
        }
    )


@router.get(
    "/institutions/{code}/integration/exchanges",
    response={200: ExchangesOut, 422: ProblemOut, **ABSENT},
    summary="Exchanges between applications",
)
def exchanges(
    request: HttpRequest,
    code: str,
    unit: str = "",
    way: Literal["", "SPLP", "API", "berkas", "manual", "unknown"] = "",
    after: int = After,
    limit: int = Limit,
) -> HttpResponse:
    """Flows of data from application to application, by name."""
    rows = queries.by_way(_found(request, code, unit).exchanges, way)
    items = [
        {
            "source": _end(one.source),
            "target": _end(one.target),
            "way": one.way,
            "data": one.data,
            "since": one.since,
        }
        for one in rows[after : after + limit]
    ]
    return answer({"items": items, "next": _next(after + limit, len(rows))})


@router.get(
    "/institutions/{code}/integration/data",
    response={200: DataFindings, 422: ProblemOut, **ABSENT},
    summary="Data typed again, without owner, with several",
)
def data(
    request: HttpRequest,
    code: str,
    finding: Literal["typed_again", "without_owner", "several_owners"],
    unit: str = "",
    after: int = After,
    limit: int = Limit,
) -> HttpResponse:
    """``typed_again``: several applications write it without a flow between them; ``without_owner``: neither producer nor
    custodian is named; ``several_owners``: applications of several OPD write it."""
    found = _found(request, code, unit)
    if finding == "without_owner":
        rows = [_end(one) | {"writers": []} for one in found.without_owner]
    else:
        some = found.typed_again if finding == "typed_again" else found.several
        rows = [_end(one.data) | {"writers": [_end(app) for app in one.writers]} for one in some]
    return answer({"items": rows[after : after + limit], "next": _next(after + limit, len(rows))})


def _found(request: HttpRequest, code: str, unit: str) -> queries.Integration:
    actor, institution = enter(request, code)
    return queries.integration(actor, institution, str(unit_of(institution, unit).uid) if unit else "")


def _next(end: int, total: int) -> str:
    return str(end) if end < total else ""


def _end(one: queries.Thing) -> dict[str, Any]:
    return {"uid": one.uid, "code": one.code, "name": one.name, "unit": one.unit}


def _score(one: queries.OfOpd) -> dict[str, Any]:
    numbers = {name: getattr(one.score, name) for name in ("data", "shared", "applications", "connected")}
    return {"uid": one.opd.uid, "name": one.opd.name, "score": one.score.value, "place": one.place} | numbers
