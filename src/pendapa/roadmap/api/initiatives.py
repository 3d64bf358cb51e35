"""The room's part of ``/api/v1``: initiatives. Exact numbers travel as decimal strings, days as ISO dates, units as codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.architecture.queries import is_uid
from pendapa.kernel.access.actor import Actor, NotFound, institution_for
from pendapa.kernel.access.rest import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    AbsentOut,
    ProblemOut,
    asked_version,
    of_conflict,
    refused,
    single,
)
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import ACT, PROPOSE, VIEW
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.rules import initiatives as rules

router = Router()
MOST = 200
ALL = "/institutions/{code}/initiatives"
ONE = ALL + "/{uid}"
WRITING = {
    400: ProblemOut,
    404: AbsentOut,
    409: ProblemOut,
    412: ProblemOut,
    422: ProblemOut,
    428: ProblemOut,
}
EXTRA = {"parameters": [IF_MATCH, IDEMPOTENCY]}


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


class TargetIO(Schema):
    """What is aimed at in a year, and what was reached."""

    year: int = Field(ge=0, le=9999)
    target: str = Field("", max_length=1000)
    done: str = Field("", max_length=1000)


class BudgetIO(Schema):
    """Money of a year by SIPD code and ``source`` (apbd, apbn, dak, other), in rupiah; null: not known."""

    year: int = Field(ge=0, le=9999)
    programme_code: str = Field("", max_length=40)
    source: str = Field("apbd", max_length=6)
    planned: str | None = Field(None, max_length=30)
    budgeted: str | None = Field(None, max_length=30)
    spent: str | None = Field(None, max_length=30)


class ElementIO(Schema):
    """``effect``: new, change, retire or use."""

    uid: str = Field(max_length=40)
    effect: str = Field("change", max_length=6)


class InitiativeFull(InitiativeOut):
    """All that you may see of it. ``goal``, ``roadmap``, ``elements`` and ``waits_for`` name things by uid; ``partners`` by the code
    of the OPD. ``moves`` are the states that you may bring it to now."""

    code: str
    content: str
    description: str
    output: str
    note: str
    goal: str | None
    roadmap: str | None
    partners: list[str]
    starts_on: str | None
    ends_on: str | None
    targets: list[TargetIO]
    budgets: list[BudgetIO]
    elements: list[ElementIO]
    waits_for: list[str]
    waited_for_by: list[str]
    origin: str
    moves: list[str]


class InitiativeIn(Schema):
    """What is named is set (lists as a whole); what you may not see and stands there stays. ``unit`` and ``partners`` are codes or
    uids of OPD."""

    title: str | None = Field(None, max_length=1000)
    content: str | None = Field(None, max_length=20)
    description: str | None = Field(None, max_length=40_000)
    output: str | None = Field(None, max_length=40_000)
    note: str | None = Field(None, max_length=40_000)
    goal: str | None = Field(None, max_length=40)
    roadmap: str | None = Field(None, max_length=40)
    unit: str | None = Field(None, max_length=60)
    partners: list[str] | None = Field(None, max_length=100)
    starts_on: date | None = None
    ends_on: date | None = None
    year: int | None = Field(None, ge=0, le=9999)
    lifts: list[Lift] | None = Field(None, max_length=100)
    targets: list[TargetIO] | None = Field(None, max_length=100)
    budgets: list[BudgetIO] | None = Field(None, max_length=100)
    elements: list[ElementIO] | None = Field(None, max_length=100)
    waits_for: list[str] | None = Field(None, max_length=100)
    cost: str | None = Field(None, max_length=30)
    days: str | None = Field(None, max_length=30)


class MoveIn(Schema):
    """``state``: draft, planned, doing, done, postponed or cancelled."""

    state: str = Field(max_length=10)
    reason: str = Field("", max_length=2000)


class ReportIn(Schema):
    """``spent`` names rows of the plan by year, code and source; ``done`` years that have a target."""

    spent: list[BudgetIO] = Field([], max_length=100)
    done: list[TargetIO] = Field([], max_length=100)
    reason: str = Field("", max_length=2000)


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


@router.post(
    ALL,
    response={201: InitiativeFull, **WRITING},
    summary="Begin an initiative",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def begin(request: HttpRequest, code: str, body: InitiativeIn) -> HttpResponse:
    """A draft: an OPD of an own unit, the secretariat of any."""
    actor, institution = _enter(request, code, PROPOSE)
    values = _values(institution, body, rules.Values(title=""))
    row = actions.create(actor, institution, values)
    return single(request, _full(actor, institution, row.uid), row.version, 201)


@router.get(
    ONE,
    response={200: InitiativeFull, 304: None, 404: AbsentOut},
    summary="One initiative",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def one(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """With money, targets, dependencies and elements that you may see."""
    actor, institution = _enter(request, code, VIEW)
    row = queries.initiative(actor, institution, uid)
    return single(request, _full(actor, institution, row.uid), row.version)


@router.patch(
    ONE, response={200: InitiativeFull, **WRITING}, summary="Change an initiative", openapi_extra=EXTRA
)
def change(request: HttpRequest, code: str, uid: str, body: InitiativeIn) -> HttpResponse:
    """By the secretariat, drafts by their own OPD. 412 names in ``changed`` what somebody else changed since you read it."""
    actor, institution = _enter(request, code, PROPOSE)
    row = queries.initiative(actor, institution, uid)
    version = asked_version(request, row.version)
    if not queries.may_change(actor, row):
        raise NotFound
    values = _values(institution, body, queries.values_of(row))
    with _changed():
        saved = actions.change(actor, row, version, values)
    return single(request, _full(actor, institution, saved.uid), saved.version)


@router.post(
    ONE + "/move",
    response={200: InitiativeFull, **WRITING},
    summary="Bring an initiative to a state",
    openapi_extra=EXTRA,
)
def move(request: HttpRequest, code: str, uid: str, body: MoveIn) -> HttpResponse:
    """422 tells which actions are still open where it cannot be done yet."""
    actor, institution = _enter(request, code, ACT)
    row = queries.initiative(actor, institution, uid)
    version = asked_version(request, row.version)
    with _changed():
        saved = actions.move(actor, row, version, body.state, reason=rules.tidy(body.reason))
    return single(request, _full(actor, institution, saved.uid), saved.version)


@router.post(
    ONE + "/report",
    response={200: InitiativeFull, **WRITING},
    summary="Report what was reached and spent",
    openapi_extra=EXTRA,
)
def report(request: HttpRequest, code: str, uid: str, body: ReportIn) -> HttpResponse:
    """By the OPD that answers; the plan itself stays as it is."""
    actor, institution = _enter(request, code, ACT)
    row = queries.initiative(actor, institution, uid)
    version = asked_version(request, row.version)
    spent = {
        (each.year, each.programme_code, each.source): _money(f"spent.{n}.spent", each.spent)
        for n, each in enumerate(body.spent)
    }
    done = {each.year: each.done for each in body.done}
    reason = rules.tidy(body.reason)
    with _changed():
        saved = actions.report(actor, row, version, spent=spent, done=done, reason=reason)
    return single(request, _full(actor, institution, saved.uid), saved.version)


# ---- the door


def _enter(request: HttpRequest, code: str, permission: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(permission, institution)
    return actor, institution


@contextmanager
def _changed() -> Iterator[None]:
    """Which fields somebody else changed meanwhile, and the version that is there now."""
    try:
        yield
    except actions.Stale as error:
        raise of_conflict(changed=error.fields, version=error.row.version) from error


def _values(institution: Institution, body: InitiativeIn, before: rules.Values) -> rules.Values:
    """What stands there with what the body names. Raises :class:`Problem` for what is no uid, code or number."""
    named = body.model_fields_set
    more: dict[str, Any] = {}
    for name in ("title", "content", "description", "output", "note"):
        if name in named:
            more[name] = getattr(body, name) or ""
    for name in ("starts_on", "ends_on", "year"):
        if name in named:
            more[name] = getattr(body, name)
    for name in ("cost", "days"):
        if name in named:
            more[name] = _money(name, getattr(body, name))
    for name, key in (("goal", "goal_uid"), ("roadmap", "roadmap")):
        if name in named:
            more[key] = _uid(name, getattr(body, name))
    if "unit" in named:
        more["unit"] = _units(institution, "unit", [body.unit])[0] if body.unit else None
    if "partners" in named:
        more["partners"] = tuple(_units(institution, "partners", body.partners or []))
    return replace(before, **more, **_lists(body, named))


def _lists(body: InitiativeIn, named: set[str]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if "lifts" in named:
        more["lifts"] = tuple(
            rules.Lift(each.instrument, each.indicator, each.level_from, each.level_to)
            for each in body.lifts or ()
        )
    if "targets" in named:
        more["targets"] = {each.year: rules.Target(each.target, each.done) for each in body.targets or ()}
    if "budgets" in named:
        more["budgets"] = tuple(
            rules.BudgetRow(
                each.year, each.programme_code, each.source,
                *(_money(f"budgets.{n}.{part}", getattr(each, part)) for part in ("planned", "budgeted", "spent")),
            )
            for n, each in enumerate(body.budgets or ())
        )  # fmt: skip
    if "elements" in named:
        more["elements"] = tuple(
            (_needed(f"elements.{n}.uid", each.uid), each.effect)
            for n, each in enumerate(body.elements or ())
        )
    if "waits_for" in named:
        more["waits_for"] = tuple(_needed("waits_for", each) for each in body.waits_for or ())
    return more


def _uid(name: str, text: str | None) -> UUID | None:
    return _needed(name, text) if text else None


def _needed(name: str, text: str) -> UUID:
    if not is_uid(text):
        raise refused(_("“%(given)s” is no uid.") % {"given": text[:40]}, name)
    return UUID(text)


def _units(institution: Institution, name: str, said: Sequence[str]) -> list[UUID]:
    """Uids of the units named by code or uid; one that is not there is refused."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    known = dict(live.filter(code__in=[one.replace("\x00", "") for one in said]).values_list("code", "uid"))
    found = []
    for one in said:
        if one not in known and not is_uid(one):
            raise refused(_("No unit has the code or uid “%(given)s”.") % {"given": one[:60]}, name)
        found.append(known.get(one) or UUID(one))
    return found


def _money(name: str, text: str | None) -> Decimal | None:
    if text is None or not text.strip():
        return None
    try:
        value = Decimal(text.strip())
    except ArithmeticError:
        value = Decimal("NaN")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        raise refused(_("“%(given)s” is no number with two places at most.") % {"given": text[:40]}, name)
    return value


# ---- shapes


def _full(actor: Actor, institution: Institution, uid: UUID) -> dict[str, Any]:
    one = queries.detail(actor, institution, uid)
    row = one.row
    return _out(row) | {
        "code": row.code, "content": row.content, "description": row.description, "output": row.output,
        "note": row.note, "goal": str(one.goal.uid) if one.goal else None,
        "roadmap": str(one.roadmap.uid) if one.roadmap else None,
        "partners": [unit.code for unit in one.partners],
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "targets": [{"year": year, "target": each.target, "done": each.done} for year, each in one.targets],
        "budgets": [
            {
                "year": each.year, "programme_code": each.programme_code, "source": each.source,
                "planned": _text(each.planned), "budgeted": _text(each.budgeted), "spent": _text(each.spent),
            }
            for each in one.budgets
        ],
        "elements": [{"uid": str(each.element.uid), "effect": each.effect} for each in one.elements],
        "waits_for": [str(each.uid) for each in one.waits_for],
        "waited_for_by": [str(each.uid) for each in one.waited_for_by],
        "origin": row.origin, "moves": one.moves,
    }  # fmt: skip


def _out(row: Initiative) -> dict[str, Any]:
    return {
        "uid": str(row.uid), "title": row.title, "unit": row.unit.code if row.unit else None,
        "lifts": [
            {"instrument": one["instrument"], "indicator": one["indicator"], "level_from": one.get("from", ""), "level_to": one.get("to", "")}
            for one in row.lifts
        ],
        "year": row.year, "cost": _text(row.cost), "days": _text(row.days), "state": row.state,
        "plan": str(row.plan) if row.plan else None, "version": row.version,
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"
