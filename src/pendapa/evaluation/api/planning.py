"""Scenarios and plans to a target, for programs. Exact numbers travel as decimal strings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.evaluation.actions import plans as actions
from pendapa.evaluation.models import Plan, Scenario
from pendapa.evaluation.permissions import PLAN, VIEW
from pendapa.evaluation.queries import plans as queries
from pendapa.evaluation.queries import scenarios
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import NotFound, institution_for
from pendapa.kernel.access.rest import IDEMPOTENCY, AbsentOut, Problem, ProblemOut, answer
from pendapa.kernel.refusing import Refused

router = Router()
MOST = 100


class ScenarioOut(Schema):
    """Levels as they might be. ``index`` and ``predicate`` are null while levels are missing; ``low`` and ``high`` bound it."""

    uid: str
    name: str
    instrument: str
    base: dict[str, str]
    levels: dict[str, str]
    shared: bool
    author: str
    index: str | None
    predicate: str | None
    low: str
    high: str
    aspects: dict[str, str]
    domains: dict[str, str]


class PlanIn(Schema):
    """``problem`` is what `pendapa plan` reads; ``first_year`` the year of its first step."""

    problem: dict[str, Any]
    first_year: int = Field(ge=2000, le=2100)
    title: str = Field("", max_length=200)


class PlanOut(Schema):
    """``state``: computing, optimal, infeasible, failed. ``result`` is what `pendapa plan` answers, empty until then.

    Costs that the problem does not name are assumptions of a pack, no prices."""

    uid: str
    title: str
    instrument: str
    first_year: int
    state: str
    problem: dict[str, Any]
    result: dict[str, Any]
    sent: bool
    version: int


class Plans(Schema):
    """``next`` is the ``after`` of the next page, empty on the last."""

    items: list[PlanOut]
    next: str


@router.get(
    "/institutions/{code}/scenarios", response={200: list[ScenarioOut], 404: AbsentOut}, summary="Scenarios"
)
def all_scenarios(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Own and shared ones with their score, the newest first, at most 100."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return [_scenario(row) for row in scenarios.visible(actor, institution)[:MOST]]


@router.get(
    "/institutions/{code}/scenarios/{uid}",
    response={200: ScenarioOut, 404: AbsentOut},
    summary="One scenario",
)
def one_scenario(request: HttpRequest, code: str, uid: str) -> dict[str, Any]:
    """With its score. Levels that nobody kept are scored by ``/score``."""
    actor = request.actor  # type: ignore[attr-defined]
    return _scenario(scenarios.scenario(actor, institution_for(actor, code), _uid(uid)))


@router.get("/institutions/{code}/plans", response={200: Plans, 404: AbsentOut}, summary="Plans to a target")
def all_plans(request: HttpRequest, code: str, after: int = Query(0, ge=0, le=10**9)) -> dict[str, Any]:
    """The newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(PLAN, institution)
    rows = list(queries.visible(actor, institution)[after : after + MOST + 1])
    return {
        "items": [_plan(row) for row in rows[:MOST]],
        "next": str(after + MOST) if len(rows) > MOST else "",
    }


@router.get("/institutions/{code}/plans/{uid}", response={200: PlanOut, 404: AbsentOut}, summary="One plan")
def one_plan(request: HttpRequest, code: str, uid: str) -> dict[str, Any]:
    """Ask again until its state is no longer ``computing``."""
    actor = request.actor  # type: ignore[attr-defined]
    return _plan(queries.plan(actor, institution_for(actor, code), _uid(uid)))


@router.post(
    "/institutions/{code}/plans",
    response={202: PlanOut, 400: ProblemOut, 404: AbsentOut, 422: ProblemOut},
    openapi_extra={"parameters": [IDEMPOTENCY]},
    summary="Compute a plan",
)
def compute(request: HttpRequest, code: str, body: PlanIn) -> HttpResponse:
    """Computed in the background; 422 lists every fault of the problem, as `pendapa plan` names them."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(PLAN, institution)
    instrument = str(body.problem.get("instrument", ""))
    try:
        edition = scenarios.start(actor, institution, instrument).edition
    except NotFound:
        edition = None
    try:
        row = actions.compute(
            actor, institution, body.problem, edition=edition, first_year=body.first_year, title=body.title
        )
    except Refused as error:
        faults = [{"field": "problem", "message": fault} for fault in error.faults.values()]
        raise Problem(422, "Unprocessable", "The problem cannot be computed.", faults) from error
    return answer(_plan(row), 202, {"Location": f"/api/v1/institutions/{institution.code}/plans/{row.uid}"})


def _uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound from None


def _scenario(row: Scenario) -> dict[str, Any]:
    found = scenarios.outcome(row)
    return {
        "uid": str(row.uid), "name": row.name, "instrument": row.instrument, "base": row.base, "levels": row.levels,
        "shared": row.shared, "author": row.author_name,
        "index": None if found.index is None else scoring.exact(found.index), "predicate": found.predicate,
        "low": scoring.exact(found.low), "high": scoring.exact(found.high),
        "aspects": {one.number: scoring.exact(one.value) for one in found.aspects if one.value is not None},
        "domains": {one.number: scoring.exact(one.value) for one in found.domains if one.value is not None},
    }  # fmt: skip


def _plan(row: Plan) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "title": row.title, "instrument": row.instrument, "first_year": row.first_year,
        "state": row.state, "problem": row.problem, "result": row.result, "sent": row.sent_at is not None,
        "version": row.version,
    }  # fmt: skip
