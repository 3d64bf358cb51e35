"""The room's part of ``/api/v1``: instruments, the pure score, assessments and the history of the index.

Exact numbers travel as decimal strings, so that no reader rounds them by accident.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema

from pendapa.evaluation.cli_score import as_json, read_request
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import assessments as queries
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.access.actor import NotFound, institution_for
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Aspect, Indicator, Instrument
from pendapa.regulations.schema import Provenance, Text, plain_number

router = Router()
MOST_BYTES = 256 * 1024


class Words(Schema):
    """Indonesian, and English where there is a translation."""

    id: str
    en: str


class InstrumentOut(Schema):
    """An instrument in short; ``unverified`` names the groups of values that no official text settles."""

    id: str
    title: Words
    regulation: str
    indicators: int
    unverified: list[str]


class ScoreOut(Schema):
    """The same JSON as ``pendapa score``."""

    instrument: str
    index: str
    index_display: str
    predicate: str
    domains: dict[str, str]
    aspects: dict[str, str]
    warnings: list[str]


class FaultsOut(Schema):
    """Every fault, as ``pendapa score`` names them."""

    detail: str
    errors: list[str]


class AssessmentOut(Schema):
    """An assessment as it stands; ``index`` is null while levels are missing, ``low`` and ``high`` then bound it."""

    year: int
    instrument: str
    stage: str
    index: str | None
    index_display: str | None
    predicate: str | None
    low: str
    high: str
    filled: int
    total: int
    missing: list[str]
    target: str | None
    to_target: str | None
    levels: dict[str, str]
    is_public: bool
    unverified: list[str]
    version: int


class PointOut(Schema):
    """An index of a year; ``year`` is null where the source gives none (earlier than those that follow)."""

    year: int | None
    index: str
    predicate: str | None
    kind: str
    instrument: str | None
    source: str | None
    verified: bool


class IndexOut(Schema):
    """The history of the index, oldest first, one a year, and the target."""

    points: list[PointOut]
    target: str | None


# ---- for everybody


@router.get("/instruments", response=list[InstrumentOut], summary="Evaluation instruments")
def instruments(request: HttpRequest) -> list[dict[str, Any]]:
    """The shipped instruments, oldest regulation first."""
    return [
        {
            "id": one.id,
            "title": _words(one.title),
            "regulation": one.regulation.name,
            "indicators": len(one.indicators),
            "unverified": _unverified(one),
        }
        for one in packs.instruments()
    ]


@router.get(
    "/instruments/{instrument_id}", response=dict[str, Any], summary="One instrument with its sources"
)
def instrument(request: HttpRequest, instrument_id: str) -> dict[str, Any]:
    """Domains, aspects, indicators and the criteria of their levels; each with source and ``verified``."""
    try:
        return instrument_json(packs.instrument(instrument_id))
    except packs.UnknownPack:
        raise NotFound from None


def instrument_json(one: Instrument) -> dict[str, Any]:
    """An instrument with its criteria and sources, whichever edition of it."""
    step = one.scale.step
    return {
        "id": one.id,
        "title": _words(one.title),
        "regulation": {
            "name": one.regulation.name,
            **one.regulation.facts,
            **_from(one.regulation.provenance),
        },
        "scale": {
            "min": plain_number(one.scale.min),
            "max": plain_number(one.scale.max),
            "step": None if step is None else plain_number(step),
            **_from(one.scale.provenance),
        },
        "predicates": [
            {
                "name": predicate.name,
                "label": _words(predicate.label),
                "min": plain_number(predicate.min),
                "max": plain_number(predicate.max),
                **_from(predicate.provenance),
            }
            for predicate in one.predicates
        ],
        "domains": [
            {
                "number": domain.number,
                "name": _words(domain.name),
                "weight": plain_number(domain.weight),
                "aspects": [aspect.number for aspect in domain.aspects],
            }
            for domain in one.domains
        ],
        "aspects": [_aspect(aspect) for aspect in one.aspects],
        "groups": {name: _from(place) for name, place in one.groups.items()},
        "notes": [{"about": note.about, "text": note.text} for note in one.notes],
        "unknown": list(one.unknown),
    }


def _score_input() -> dict[str, Any]:
    numbers = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["instrument"],
                        "properties": {
                            "instrument": {"type": "string"},
                            **dict.fromkeys(("levels", "values", "aspects", "domains"), numbers),
                        },
                    },
                    "example": {"instrument": "spbe-2020", "levels": {"1": 3}},
                }
            },
        }
    }


@router.post(
    "/score",
    response={200: ScoreOut, 422: FaultsOut, 413: FaultsOut},
    openapi_extra=_score_input(),
    summary="Score levels",
)
def score(request: HttpRequest) -> HttpResponse:
    """Index, aspects, domains and predicate of the given levels. Nothing is stored, so nobody need sign in.

    The body and the answer are those of ``pendapa score``; 422 lists every fault. It reads nothing of the session and
    changes nothing, and so needs no CSRF token.
    """
    too_large = f"the body is larger than {MOST_BYTES // 1024} KB: no file of levels"
    length = whole(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > MOST_BYTES:
        return _faults(413, [too_large])
    try:
        wanted = read_request(request.body)
        model = packs.instrument(wanted.instrument)
        result = rules.score(model, wanted.levels, wanted.aspects, wanted.domains)
    except rules.ScoreError as error:
        return _faults(422, list(error.faults))
    except packs.UnknownPack as error:
        return _faults(422, [str(error)])
    return JsonResponse(as_json(result))


def _faults(status: int, errors: list[str]) -> HttpResponse:
    return JsonResponse({"detail": "It cannot be scored.", "errors": errors}, status=status)


@router.get("/institutions/{code}/index", response=IndexOut, summary="History of the index")
def index(request: HttpRequest, code: str) -> dict[str, Any]:
    """All known figures for those who work there; what is public for everybody else."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = Institution.objects.filter(code__iexact=code).first()
    if institution is None:
        raise NotFound
    known = queries.history(actor, institution)
    # An institution that publishes nothing looks like one that does not exist.
    if not known.points and not actor.may(VIEW, institution):
        raise NotFound
    return {"points": [_point(point) for point in known.points], "target": _text(known.target)}


# ---- for those who work there


@router.get("/institutions/{code}/assessments", response=list[AssessmentOut], summary="Assessments")
def assessments(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Newest year first, with exact results and what is missing."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return [_assessment(row) for row in queries.assessments(actor, institution)]


# ---- shapes


def _words(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _from(place: Provenance) -> dict[str, Any]:
    return {"verified": place.verified, "sources": list(place.sources), "note": place.note}


def _unverified(one: Instrument) -> list[str]:
    return [name for name, place in one.groups.items() if not place.verified]


def _aspect(aspect: Aspect) -> dict[str, Any]:
    return {
        "number": aspect.number,
        "name": _words(aspect.name),
        "weight": plain_number(aspect.weight),
        "domain": aspect.domain,
        "indicators": [_indicator(one) for one in aspect.indicators],
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": _words(one.name),
        "weight": plain_number(one.weight),
        "levels": {str(level.number): _words(level.criterion) for level in one.levels},
        "evidence": list(one.evidence),
        "external_index": one.external_index.name if one.external_index else None,
        "provenance": {name: _from(place) for name, place in one.parts.items()},
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _assessment(row: Assessment) -> dict[str, Any]:
    result, towards = queries.result(row), queries.towards(row)
    return {
        "year": row.year,
        "instrument": row.instrument,
        "stage": row.stage,
        "index": rules.exact(result.index) if result.index is not None else None,
        "index_display": result.display or None,
        "predicate": result.score.predicate if result.score else None,
        "low": rules.exact(result.low),
        "high": rules.exact(result.high),
        "filled": result.filled,
        "total": result.total,
        "missing": [one.number for one in result.missing],
        "target": row.target or None,
        "to_target": rules.exact(towards.missing) if towards.missing is not None else None,
        "levels": row.levels,
        "is_public": row.is_public,
        "unverified": _unverified(result.instrument),
        "version": row.version,
    }


def _point(point: queries.HistoryPoint) -> dict[str, Any]:
    return {
        "year": point.year,
        "index": rules.exact(point.index),
        "predicate": point.predicate or None,
        "kind": point.kind,
        "instrument": point.instrument or None,
        "source": point.source or None,
        "verified": point.verified,
    }
