"""The action plan in ``/api/v1``: actions by due day, one action, planning, changing and finishing them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
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
    Problem,
    ProblemOut,
    answer,
    asked_version,
    refused,
    single,
)
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.permissions import ACT, VIEW
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.rules import progress
from pendapa.roadmap.rules.action_plan import Values

router = Router()
ALL = "/institutions/{code}/actions"
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
Repeats = Literal["", "monthly", "quarterly", "yearly"]


class ItemOut(Schema):
    text: str
    done: bool


class ActionOut(Schema):
    """``unit`` is the code of the OPD, ``person`` the name as it was given; both empty where nobody is. ``state``: todo, doing,
    done, cancelled. ``initiative`` and ``parent`` are uids (parent null at the top)."""

    uid: str
    initiative: str
    parent: str | None
    title: str
    description: str
    unit: str
    person: str
    starts_on: date | None
    due: date | None
    state: str
    late: bool
    checklist: list[ItemOut]
    evidence_asked: str
    evidence: int
    result: str
    repeats: str
    repeats_until: date | None
    done_on: date | None
    done_by: str
    version: int


class SetOut(Schema):
    """The change set that a request made."""

    uid: str
    state: str


class Gone(Schema):
    uid: str
    change_set: SetOut


class Actions(Schema):
    """``next`` is the ``after`` of the next page, empty on the last."""

    items: list[ActionOut]
    next: str


class ActionIn(Schema):
    """``unit`` is a code, ``person`` the user name of somebody with a role in the owner, a partner or the secretariat; for
    somebody without an account give ``person_name``. ``parent`` is the uid of the action above it."""

    title: str = Field(max_length=2000)
    description: str = Field("", max_length=40_000)
    unit: str | None = Field(None, max_length=60)
    person: str | None = Field(None, max_length=150)
    person_name: str = Field("", max_length=400)
    starts_on: date | None = None
    due: date | None = None
    checklist: list[str] = Field([], max_length=200)
    evidence_asked: str = Field("", max_length=40_000)
    repeats: Repeats = ""
    repeats_until: date | None = None
    parent: str | None = Field(None, max_length=40)


class ActionPatch(Schema):
    """What is named is changed. ``state`` goes with it: done (with ``result``, and ``reason`` where the evidence asked for is
    missing), doing, or cancelled (with ``reason``)."""

    title: str | None = Field(None, max_length=2000)
    description: str | None = Field(None, max_length=40_000)
    unit: str | None = Field(None, max_length=60)
    person: str | None = Field(None, max_length=150)
    person_name: str | None = Field(None, max_length=400)
    starts_on: date | None = None
    due: date | None = None
    checklist: list[str] | None = Field(None, max_length=200)
    evidence_asked: str | None = Field(None, max_length=40_000)
    repeats: Repeats | None = None
    repeats_until: date | None = None
    state: Literal["doing", "done", "cancelled"] | None = None
    result: str = Field("", max_length=40_000)
    reason: str = Field("", max_length=40_000)


@router.get(ALL, response={200: Actions, 404: AbsentOut, 422: ProblemOut}, summary="Actions of the roadmap")
def listed(
    request: HttpRequest,
    code: str,
    initiative: str = Query("", max_length=40),
    whose: Literal["mine", "unit", "all"] = "all",
    shown: Literal["open", "late", "orphans", "done", "cancelled", ""] = "",
    after: str = Query("", max_length=40),
    limit: int = Query(50, ge=1, le=200),
) -> HttpResponse:
    """By due day, those without one last: those of your initiatives, of those in which your OPD takes part, and those given to
    it. ``shown=orphans``: open ones that nobody will do."""
    actor, institution = _enter(request, code, VIEW)
    filters = queries.Filters(whose, shown, "", after, initiative)
    found, following = queries.listed(actor, institution, filters, limit)
    proofs = queries.evidence_counts(found)
    return answer({"items": [_out(row, proofs) for row in found], "next": following})


@router.get(
    ONE,
    response={200: ActionOut, 304: None, 404: AbsentOut},
    summary="One action",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def one(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """One action with its checklist."""
    actor, institution = _enter(request, code, VIEW)
    return _answered(request, _one(actor, institution, uid))


@router.post(
    "/institutions/{code}/initiatives/{uid}/actions",
    response={201: ActionOut, **WRITING},
    summary="Plan an action",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def plan(request: HttpRequest, code: str, uid: str, body: ActionIn) -> HttpResponse:
    """Under an initiative of your OPD, or in which it takes part. Days outside the initiative are kept."""
    actor, institution = _enter(request, code, ACT)
    initiative = reach.initiatives(actor, institution).filter(uid=uid).first() if is_uid(uid) else None
    if initiative is None:
        raise NotFound
    parent = _one(actor, institution, body.parent) if body.parent else None
    given = body.dict(exclude={"parent", "unit", "person"})
    given |= {"unit": _unit(actor, initiative, body.unit), "person": _person(initiative, body.person)}
    values = Values(**given | {"checklist": tuple(body.checklist)})
    row = actions.create(actor, initiative, values, parent)
    return _answered(request, row, 201)


@router.patch(
    ONE, response={200: ActionOut, **WRITING}, summary="Change or finish an action", openapi_extra=EXTRA
)
def change(request: HttpRequest, code: str, uid: str, body: ActionPatch) -> HttpResponse:
    """What others changed meanwhile stays, unless it is the same field: then 412. 409 where somebody finished it before you."""
    actor, institution = _enter(request, code, ACT)
    row = _one(actor, institution, uid)
    if not queries.may_write(actor, row):
        raise NotFound
    version = asked_version(request, row.version)
    sent = body.dict(exclude_unset=True)
    state = sent.pop("state", None)
    sent = {name: value for name, value in sent.items() if name not in ("result", "reason")}

    try:
        with transaction.atomic():
            now = row
            if sent:
                now = actions.change(actor, row, version, _patched(actor, row, version, sent))
            now = _moved(actor, now, now.version if sent else version, state, body)
    except actions.Closed as error:
        at = error.at.isoformat() if error.at else None
        raise Problem(409, "Conflict", str(error), who=error.who, at=at, state=error.action.state) from error
    return _answered(request, now)


@router.delete(
    ONE, response={200: Gone, **WRITING}, summary="Delete an action typed by mistake", openapi_extra=EXTRA
)
def delete(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """It can be brought back in the history. 422 says what is in the way: it is done, has evidence, its proposal is on its way, or
    others hang below it; such a one is cancelled instead."""
    actor, institution = _enter(request, code, ACT)
    row = _one(actor, institution, uid)
    if not queries.may_write(actor, row):
        raise NotFound
    done = actions.delete(actor, row, asked_version(request, row.version))
    return answer({"uid": row.uid, "change_set": {"uid": done.uid, "state": done.state}})


def _moved(actor: Actor, row: Action, version: int, state: str | None, body: ActionPatch) -> Action:
    if state == "done":
        return actions.finish(actor, row, version, body.result, body.reason).action
    if state == "cancelled":
        return actions.cancel(actor, row, version, body.reason)
    if state == "doing":
        return (
            actions.begin(actor, row, version) if row.state == "todo" else actions.reopen(actor, row, version)
        )
    return row


def _patched(actor: Actor, row: Action, version: int, sent: dict[str, Any]) -> Values:
    """What the writer read, with what it names in its place."""
    base = actions.values_at(row, version)
    given = {name: getattr(base, name) for name in Values.__dataclass_fields__}
    for name, value in sent.items():
        if name == "unit":
            given[name] = _unit(actor, row.initiative, value)
        elif name == "person":
            given[name] = _person(row.initiative, value)
        elif name == "checklist":
            given[name] = tuple(value or ())
        elif name in ("starts_on", "due", "repeats_until"):
            given[name] = value
        else:
            given[name] = value or ""
    return Values(**given)


# ---- the door


def _enter(request: HttpRequest, code: str, permission: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(permission, institution)
    return actor, institution


def _one(actor: Actor, institution: Institution, uid: str) -> Action:
    if not is_uid(uid):
        raise NotFound
    return queries.one(actor, institution, uid)


def _unit(actor: Actor, initiative: Initiative, code: str | None) -> int | None:
    if not code:
        return None
    found = next((unit.pk for unit in queries.units(actor, initiative) if unit.code == code), None)
    if found is None:
        raise refused(_("No unit of yours has the uid or code “%(said)s”.") % {"said": code}, "unit")
    return found


def _person(initiative: Initiative, username: str | None) -> int | None:
    if not username:
        return None
    found = queries.candidate(initiative, username)
    if found is None:
        raise refused(
            _("This person has no role in the owner or a partner. Choose somebody of the list."), "person"
        )
    return found


# ---- shapes


def _answered(request: HttpRequest, row: Action, status: int = 200) -> HttpResponse:
    return single(request, _out(row, queries.evidence_counts([row])), row.version, status)


def _out(row: Action, proofs: dict[int, int]) -> dict[str, Any]:
    waited_for = row.initiative.state not in progress.RESTING
    return {
        "uid": str(row.uid), "initiative": str(row.initiative.uid), "parent": str(row.parent.uid) if row.parent else None,
        "title": row.title, "description": row.description, "unit": row.unit.code if row.unit else "",
        "person": row.person_name, "starts_on": row.starts_on, "due": row.due, "state": row.state,
        "late": waited_for and rules.urgency(row.state, row.due, timezone.localdate()) == "late",
        "checklist": [{"text": item["text"], "done": item["done"]} for item in row.checklist],
        "evidence_asked": row.evidence_asked, "evidence": proofs.get(row.pk, 0), "result": row.result,
        "repeats": row.repeats, "repeats_until": row.repeats_until, "done_on": row.done_on, "done_by": row.done_by,
        "version": row.version,
    }  # fmt: skip
