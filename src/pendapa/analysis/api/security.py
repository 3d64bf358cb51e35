"""Security coverage as data."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.analysis.queries import security as queries
from pendapa.analysis.rules import security as rules
from pendapa.architecture.api.door import ABSENT, enter, unit_of
from pendapa.kernel.access.rest import ProblemOut, answer

router = Router()
LIMIT = 200


class CoverageOut(Schema):
    """Of ``things``, how many are covered by each kind; ``bare`` by none, ``full`` by all seven."""

    things: int
    covered: dict[str, int]
    bare: int
    full: int


class CoverageOfOpd(CoverageOut):
    uid: str
    name: str


class AuditInterval(Schema):
    """``verified`` is false where one source only tells it."""

    kelas: str
    months: int
    source: str
    verified: bool


class SecurityOut(Schema):
    """``ends`` counts by what (audit, standard, licence) and state (expired, soon, later, endless, unknown); ``personal`` counts
    data by state (missing, recorded, none, unknown)."""

    coverage: CoverageOut
    units: list[CoverageOfOpd]
    ends: dict[str, dict[str, int]]
    personal: dict[str, int]
    intervals: list[AuditInterval]


class CoveredThing(Schema):
    """``kinds`` are the kinds of security objects that secure it; ``personal`` is empty for applications."""

    uid: str
    code: str
    name: str
    domain: str
    unit: str
    kinds: list[str]
    personal: str


class CoveredThings(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[CoveredThing]
    next: str


class EndOut(Schema):
    """``why`` tells what is missing (no_date, no_class, unreadable), ``text`` what could not be read; ``by`` names the audit."""

    what: str
    uid: str
    code: str
    name: str
    unit: str
    by: str
    until: date | None
    state: str
    why: str
    text: str


class EndsOut(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[EndOut]
    next: str


Domain = Literal["", "applications", "data"]
After, Limit = Query(0, ge=0, le=10_000_000), Query(100, ge=1, le=LIMIT)


@router.get(
    "/institutions/{code}/security-coverage",
    response={200: SecurityOut, 422: ProblemOut, **ABSENT},
    summary="Security coverage",
)
def coverage(request: HttpRequest, code: str, unit: str = "", domain: Domain = "") -> HttpResponse:
    """Which applications and data stand without the seven kinds of security, what expires, personal data without a record.

    Only what you may see is counted. ``unit`` is a uid or code.
    """
    found = _found(request, code, unit, domain)
    return answer(
        {
            "coverage": _coverage(found.coverage),
            "units": [
                {"uid": one.opd.uid, "name": one.opd.name} | _coverage(one.coverage) for one in found.opds
            ],
            "ends": {what: {s: counted[s] for s in rules.STATES} for what, counted in found.states.items()},
            "personal": {
                state: found.personal[state]
                for state in (rules.MISSING, rules.RECORDED, rules.NOT_PERSONAL, rules.UNKNOWN)
            },
            "intervals": [
                {"kelas": one.kelas, "months": one.months, "source": one.source, "verified": one.verified}
                for one in rules.INTERVALS
            ],
        }
    )


@router.get(
    "/institutions/{code}/security-coverage/things",
    response={200: CoveredThings, 422: ProblemOut, **ABSENT},
    summary="Security coverage by element",
)
def things(
    request: HttpRequest,
    code: str,
    unit: str = "",
    domain: Domain = "",
    lacks: Literal[
        "", "bare", "standar_keamanan", "edukasi_kesadaran", "identifikasi_kerentanan", "peningkatan_keamanan",
        "penanganan_insiden", "audit_keamanan", "kelaikan_keamanan",
    ] = "",
    after: int = After,
    limit: int = Limit,
) -> HttpResponse:  # fmt: skip
    """Applications and data with the kinds that secure them, by name; ``lacks`` keeps those without one kind or (bare) any."""
    rows = queries.without(_found(request, code, unit, domain).things, lacks)
    fields = ("uid", "code", "name", "domain", "unit", "personal")
    items = [
        {name: getattr(row, name) for name in fields} | {"kinds": sorted(row.kinds)}
        for row in rows[after : after + limit]
    ]
    return answer({"items": items, "next": _next(after + limit, len(rows))})


@router.get(
    "/institutions/{code}/security-coverage/ends",
    response={200: EndsOut, 422: ProblemOut, **ABSENT},
    summary="Audits, standards and licences that end",
)
def ends(
    request: HttpRequest,
    code: str,
    unit: str = "",
    what: Literal["", "audit", "standard", "licence"] = "",
    after: int = After,
    limit: int = Limit,
) -> HttpResponse:
    """What has expired first, then what expires within 90 days, then what is not known."""
    rows = [one for one in _found(request, code, unit, "").expiries if what in ("", one.what)]
    items = [_end(one) for one in rows[after : after + limit]]
    return answer({"items": items, "next": _next(after + limit, len(rows))})


def _found(request: HttpRequest, code: str, unit: str, domain: str) -> queries.Security:
    actor, institution = enter(request, code)
    return queries.security(actor, institution, str(unit_of(institution, unit).uid) if unit else "", domain)


def _next(end: int, total: int) -> str:
    return str(end) if end < total else ""


def _coverage(one: rules.Coverage) -> dict[str, Any]:
    covered = dict(zip(rules.KINDS, one.covered, strict=True))
    return {"things": one.things, "covered": covered, "bare": one.bare, "full": one.full}


def _end(one: queries.Expiry) -> dict[str, Any]:
    fields = ("what", "uid", "code", "name", "unit", "by")
    end = {name: getattr(one.end, name) for name in ("until", "state", "why", "text")}
    return {name: getattr(one, name) for name in fields} | end
