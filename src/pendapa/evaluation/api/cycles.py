"""Rounds in ``/api/v1``: which there are, where one stands, passing a step, and findings with their follow-up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from pendapa.evaluation.actions import cycles as actions
from pendapa.evaluation.models import Cycle, Finding
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import cycles as queries
from pendapa.kernel.access.actor import Actor, institution_for
from pendapa.kernel.access.rest import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    AbsentOut,
    ProblemOut,
    asked_version,
    single,
)

router = Router()
ALL = "/institutions/{code}/cycles"
ONE = ALL + "/{int:year}/{instrument}"
WRITING = {
    400: ProblemOut,
    404: AbsentOut,
    409: ProblemOut,
    412: ProblemOut,
    422: ProblemOut,
    428: ProblemOut,
}


class CycleRow(Schema):
    """A round in short; ``kind`` is monitoring or evaluation, ``guided`` false where its sheets were opened on their own."""

    year: int
    instrument: str
    kind: str
    step: str
    guided: bool
    consent: bool | None
    version: int


class StepOut(Schema):
    """``state``: done, now, ahead; ``due`` a day of this year's letter, null where none is set."""

    key: str
    label: str
    state: str
    who: str
    due: str | None
    late: bool


class UnitOut(Schema):
    """A unit that answers; ``open`` are its indicators without a level or an answer."""

    unit: str
    name: str
    indicators: int
    open: list[str]
    due: str | None
    late: bool


class CycleOut(CycleRow):
    """Where a round stands. ``missing`` must be done before the step is passed; ``units`` as far as you may read them.
    ``verified`` false: the steps follow another regulation than that of the instrument."""

    steps: list[StepOut]
    missing: list[str]
    units: list[UnitOut]
    verified: bool


class FindingOut(Schema):
    """``kind``: strength, weakness, recommendation; ``state`` of a recommendation: open, doing, done."""

    uid: str
    kind: str
    indicator: str | None
    text: str
    unit: str | None
    due: str | None
    state: str
    follow_up: str
    version: int


class PassIn(Schema):
    note: str = ""


@router.get(ALL, response=list[CycleRow], summary="Rounds")
def cycles(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """All rounds, the newest year first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return [
        {
            "year": one.year, "instrument": one.instrument, "kind": one.kind, "step": queries.step(one).key,
            "guided": queries.is_guided(one), "consent": one.consent, "version": one.version,
        }
        for one in queries.cycles(actor, institution)
    ]  # fmt: skip


@router.get(
    ONE,
    response={200: CycleOut, 304: None, 404: AbsentOut},
    summary="One round",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def cycle(request: HttpRequest, code: str, year: int, instrument: str) -> HttpResponse:
    """Its steps, what is missing to pass the present one, and with whom."""
    actor, row = _one(request, code, year, instrument)
    return single(request, queries.as_json(actor, row), row.version)


@router.post(
    ONE + "/pass",
    response={200: CycleOut, **WRITING},
    summary="Pass the step of a round",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def pass_step(request: HttpRequest, code: str, year: int, instrument: str, body: PassIn) -> HttpResponse:
    """By who does the step. 422 tells what is missing. The coordinator's agreement is given on the page, in person."""
    actor, row = _one(request, code, year, instrument)
    version = asked_version(request, row.version)
    row = actions.pass_step(actor, row, version, body.note)
    return single(request, queries.as_json(actor, row), row.version)


@router.get(
    ONE + "/findings", response={200: list[FindingOut], 404: AbsentOut}, summary="Findings of a round"
)
def findings(request: HttpRequest, code: str, year: int, instrument: str) -> list[dict[str, Any]]:
    """Strengths, weaknesses and recommendations, in the order of the indicators."""
    actor, row = _one(request, code, year, instrument)
    return [_finding(one) for one in queries.findings(actor, row)]


def _one(request: HttpRequest, code: str, year: int, instrument: str) -> tuple[Actor, Cycle]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return actor, queries.cycle(actor, institution, year, instrument)


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "uid": str(one.uid),
        "kind": one.kind,
        "indicator": one.indicator or None,
        "text": one.text,
        "unit": one.unit.code if one.unit else None,
        "due": one.due.isoformat() if one.due else None,
        "state": one.state,
        "follow_up": one.follow_up,
        "version": one.version,
    }
