"""The comparison and the reports in ``/api/v1``. Exact numbers travel as decimal strings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import comparing as queries
from pendapa.evaluation.queries import cycles
from pendapa.evaluation.queries import reports as report_queries
from pendapa.evaluation.rules import comparing as rules
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import NotFound, institution_for

router = Router()


class StandingOut(Schema):
    """A result beside which one's own is laid; ``what``: own, peer, published, here or average."""

    name: str
    what: str
    kind: str
    year: int | None
    instrument: str
    index: str
    aspects: dict[str, str]
    domains: dict[str, str]
    source: str
    verified: bool
    fault: str


class DistanceOut(Schema):
    """Differences are other − own; ``apart`` is the mean absolute difference of the aspects, null where none is known."""

    other: StandingOut
    index: str
    aspects: dict[str, str]
    apart: str | None


class CompareOut(Schema):
    """Everything under one instrument; ``own`` is null while levels are missing."""

    instrument: str
    own: StandingOut | None
    years: list[StandingOut]
    place: int | None
    of: int | None
    neighbours: list[DistanceOut]
    averages: list[StandingOut]


class ReportOut(Schema):
    """A report that one had made; ``state``: ready, or that of its job."""

    uid: str
    report: str
    title: str
    format: str
    pages: int | None
    state: str
    created_at: str


@router.get("/institutions/{code}/assessments/compare", response=CompareOut, summary="Compare results")
def compare_results(
    request: HttpRequest, code: str, instrument: str = "", year: str = "", kind: str = ""
) -> dict[str, Any]:
    """Own years, institutions of one kind (``all``: every kind) and averages under one instrument, nearest first."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    known = queries.ground(actor, institution)
    chosen = queries.choice(known, institution, instrument[:40], year[:10], "", kind[:40])
    if chosen is None or (instrument and chosen.instrument.id != instrument):
        raise NotFound
    own = chosen.now.standing if chosen.now else None
    place, of = rules.place(own, chosen.others) if own else (None, None)
    near = rules.neighbours(chosen.instrument, own, chosen.others) if own else []
    return {
        "instrument": chosen.instrument.id,
        "own": _standing(own) if own else None,
        "years": [_standing(one.standing) for one in chosen.years if one.standing],
        "place": place,
        "of": of,
        "neighbours": [
            {
                "other": _standing(one.other),
                "index": scoring.exact(one.index),
                "aspects": {number: scoring.exact(value) for number, value in one.aspects.items()},
                "apart": None if one.apart is None else scoring.exact(one.apart),
            }
            for one in near
        ],
        "averages": [_standing(one) for one in chosen.averages],
    }


@router.get(
    "/institutions/{code}/assessments/{year}/{instrument}/reports",
    response=list[ReportOut],
    summary="Own reports",
)
def own_reports(request: HttpRequest, code: str, year: int, instrument: str) -> list[dict[str, Any]]:
    """The reports of a round that one had made, newest first; nobody sees those of another."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    cycle = cycles.cycle(actor, institution, year, instrument)
    return [
        {
            "uid": str(one.uid),
            "report": one.options.get("report", ""),
            "title": one.title,
            "format": one.format,
            "pages": one.pages,
            "state": "ready" if one.file_id else (one.job.state if one.job else "failed"),
            "created_at": one.created_at.isoformat(),
        }
        for one in report_queries.made(actor, cycle)
    ]


def _standing(one: rules.Standing) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": one.what,
        "kind": one.kind,
        "year": one.year,
        "instrument": one.instrument,
        "index": scoring.exact(one.index),
        "aspects": {number: scoring.exact(value) for number, value in one.aspects.items()},
        "domains": {number: scoring.exact(value) for number, value in one.domains.items()},
        "source": one.source,
        "verified": one.verified,
        "fault": one.fault,
    }
