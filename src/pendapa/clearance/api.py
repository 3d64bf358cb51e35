"""The room's part of ``/api/v1``: requests for new IT spending, their checks, and what is decided on them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.architecture.queries import is_uid
from pendapa.clearance import actions, queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.permissions import DECIDE, JUSTIFY, RECOMMEND, VIEW, WRITE
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import Actor, institution_for
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
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats

router = Router(tags=["clearance"])
ALL = "/institutions/{code}/clearance-requests"
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
Answers = dict[str, str | list[str]]


class UnitOut(Schema):
    uid: str
    code: str
    name: str


class RequestOut(Schema):
    """``state``: draft, at_head, returned, submitted, recommended, decided, withdrawn. ``decision``: go, conditions, not, or
    empty. ``verified`` false: no source settles the legal base of local clearance, see ``basis`` of the whole."""

    uid: str
    reference: str
    title: str
    year: int
    unit: UnitOut
    state: str
    verdict: str
    decision: str
    moved_at: str
    version: int


class Requests(Schema):
    """``next`` is the ``after`` of the next page, empty on the last; ``counts`` by state, whatever state is asked for."""

    items: list[RequestOut]
    counts: dict[str, int]
    next: str


class EvidenceOut(Schema):
    """``url`` is the page of the element, where it is one; ``score`` 0 to 1 for what looks alike."""

    name: str
    code: str
    unit: str
    detail: str
    url: str
    verified: bool
    score: float
    reasons: list[str]


class CheckOut(Schema):
    """``outcome``: passed, failed, unknown. ``effect``: blocks or warns; ``blocks``: it stops a recommendation now."""

    key: str
    label: str
    outcome: str
    effect: str
    blocks: bool
    reason: str
    advice: str
    verified: bool
    source: str
    evidence: list[EvidenceOut]


class KeptOut(Schema):
    """``moment``: submitted or decided."""

    moment: str
    at: str
    checks: list[CheckOut]


class ChecksOut(Schema):
    """As they stand now and as they were kept; things that are not open to you are said as nothing."""

    checks: list[CheckOut]
    kept: list[KeptOut]


class StepOut(Schema):
    verb: str
    verdict: str
    by: str
    office: str
    comment: str
    at: str


class FileOut(Schema):
    uid: str
    kind: str
    name: str
    type: str
    size: int
    sha256: str


class BasisOut(Schema):
    """The legal base of local clearance; no source that was read settles it."""

    verified: bool
    text: str
    sources: list[str]


class RequestFull(RequestOut):
    """``verbs``: what you may do now. Answers by the keys of the form; things that you may not see are left out."""

    answers: dict[str, Any]
    risks: list[dict[str, str]]
    verdict_text: str
    justification: str
    decision_text: str
    letter_number: str
    verbs: list[str]
    steps: list[StepOut]
    files: list[FileOut]
    basis: BasisOut


class BeginIn(Schema):
    """``unit`` is the uid or code of a unit that is yours to write for."""

    unit: str = Field(max_length=60)
    title: str = Field(max_length=1000)
    year: int = Field(ge=0, le=9999)
    answers: Answers = {}


class SaveIn(Schema):
    """What is named is replaced; an empty answer takes it away. ``risks`` replaces the whole list."""

    answers: Answers = {}
    risks: list[dict[str, str]] | None = Field(None, max_length=200)
    year: int | None = Field(None, ge=0, le=9999)


class MoveIn(Schema):
    """``verb``: hand_in, submit, return (needs a comment), withdraw, reopen."""

    verb: str = Field(pattern="^(hand_in|submit|return|withdraw|reopen)$")
    comment: str = Field("", max_length=40_000)


class JudgeIn(Schema):
    """``verdict``: go, conditions or not; ``text`` gives reasons or conditions."""

    verdict: str = Field(pattern="^(go|conditions|not)$")
    text: str = Field(max_length=40_000)


class DecideIn(JudgeIn):
    """``justification`` is taken from the regional secretary alone."""

    justification: str = Field("", max_length=40_000)


class JustifyIn(Schema):
    text: str = Field(max_length=40_000)


@router.get(
    ALL, response={200: Requests, 404: AbsentOut, 422: ProblemOut}, summary="Requests for IT spending"
)
def requests(
    request: HttpRequest,
    code: str,
    state: str = "",
    unit: str = Query("", max_length=60),
    year: int | None = Query(None, ge=0, le=9999),
    after: str = Query("", max_length=20),
    limit: int = Query(50, ge=1, le=200),
) -> HttpResponse:
    """Newest first: an agency's own, all of them for the secretariat, for assessors those that are decided. ``unit`` is a uid
    and takes in all below it."""
    actor, institution = _enter(request, code, VIEW)
    if state and state not in flow.STATES:
        raise refused(
            _("“%(given)s” is no state. Accepted: %(known)s.")
            % {"given": state[:60], "known": ", ".join(flow.STATES)},
            "state",
        )
    filters = queries.Filters(state, unit, year, whole(after, digits=18) or 0)
    found = queries.listed(actor, institution, filters, limit)
    items = [_row(one) for one in found.rows]
    return answer({"items": items, "counts": found.counts, "next": str(found.next or "")})


@router.post(
    ALL,
    response={201: RequestFull, **WRITING},
    summary="Begin a request",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def begin(request: HttpRequest, code: str, body: BeginIn) -> HttpResponse:
    """A draft of your unit; what is missing may follow."""
    actor, institution = _enter(request, code, WRITE)
    unit = _unit(actor, institution, body.unit)
    answers = {key: value for key, value in body.answers.items() if key != "judul"}
    begun = actions.begin(actor, institution, unit, title=body.title, year=body.year, answers=answers)
    row = queries.request(actor, institution, begun.uid)
    return single(request, _full(actor, row), row.version, 201)


@router.get(
    ONE,
    response={200: RequestFull, 304: None, 404: AbsentOut},
    summary="One request",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def one(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """All that was answered and said, and what you may do with it now."""
    actor, row = _one(request, code, uid, VIEW)
    return single(request, _full(actor, row), row.version)


@router.patch(ONE, response={200: RequestFull, **WRITING}, summary="Fill in a request", openapi_extra=EXTRA)
def save(request: HttpRequest, code: str, uid: str, body: SaveIn) -> HttpResponse:
    """While it is a draft or returned. What others changed meanwhile stays, unless it is the same question: then 409 tells
    what stands there."""
    actor, row = _one(request, code, uid, WRITE)
    version = asked_version(request, row.version)
    try:
        saved = actions.save_whole(actor, row, version, body.answers, risks=body.risks, year=body.year)
    except actions.Stale as error:
        words = _("Somebody else changed the same answers meanwhile. Nothing was written.")
        raise Problem(409, "Conflict", words, theirs=error.theirs, version=error.row.version) from error
    return _answered(request, actor, saved)


@router.get(
    ONE + "/checks", response={200: ChecksOut, 404: AbsentOut}, summary="Automatic checks of a request"
)
def checks(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """With reasons, advice and evidence, now and as they were kept when it was submitted and decided."""
    actor, row = _one(request, code, uid, VIEW)
    kept = [
        {"moment": one.moment, "at": one.at.isoformat(), "checks": [_check(c) for c in one.checks]}
        for one in queries.kept(actor, row)
    ]
    return answer({"checks": [_check(c) for c in queries.live(actor, row)], "kept": kept})


@router.post(
    ONE + "/move",
    response={200: RequestFull, **WRITING},
    summary="Submit, return, withdraw",
    openapi_extra=EXTRA,
)
def move(request: HttpRequest, code: str, uid: str, body: MoveIn) -> HttpResponse:
    """One step of its way; 422 tells what is missing."""
    actor, row = _one(request, code, uid, VIEW)
    version = asked_version(request, row.version)
    return _answered(request, actor, actions.move(actor, row, body.verb, version, body.comment))


@router.post(
    ONE + "/recommend", response={200: RequestFull, **WRITING}, summary="Recommend", openapi_extra=EXTRA
)
def recommend(request: HttpRequest, code: str, uid: str, body: JudgeIn) -> HttpResponse:
    """By the secretariat. A check that blocks stops what goes ahead without a justification: 422."""
    actor, row = _one(request, code, uid, RECOMMEND)
    version = asked_version(request, row.version)
    return _answered(request, actor, actions.recommend(actor, row, version, body.verdict, body.text))


@router.post(ONE + "/justify", response={200: RequestFull, **WRITING}, summary="Justify", openapi_extra=EXTRA)
def justify(request: HttpRequest, code: str, uid: str, body: JustifyIn) -> HttpResponse:
    """By the regional secretary: why it may go ahead although a check blocks it."""
    actor, row = _one(request, code, uid, JUSTIFY)
    version = asked_version(request, row.version)
    return _answered(request, actor, actions.justify(actor, row, version, body.text))


@router.post(ONE + "/decide", response={200: RequestFull, **WRITING}, summary="Decide", openapi_extra=EXTRA)
def decide(request: HttpRequest, code: str, uid: str, body: DecideIn) -> HttpResponse:
    """By somebody else than who asked. Not a certified electronic signature."""
    actor, row = _one(request, code, uid, DECIDE)
    version = asked_version(request, row.version)
    done = actions.decide(actor, row, version, body.verdict, body.text, justification=body.justification)
    return _answered(request, actor, done)


# ---- the door


def _enter(request: HttpRequest, code: str, permission: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(permission, institution)
    return actor, institution


def _one(request: HttpRequest, code: str, uid: str, permission: str) -> tuple[Actor, ClearanceRequest]:
    actor, institution = _enter(request, code, permission)
    row = queries.request(actor, institution, uid)
    actor.require(permission, institution, row.unit)
    return actor, row


def _unit(actor: Actor, institution: Institution, said: str) -> Unit:
    """A unit to write for; one that is not the actor's is as if it were not there."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    found = live.filter(uid=said).first() if is_uid(said) else None
    found = found or live.filter(code=said.replace("\x00", "")).first()
    if found is None or not actor.may(WRITE, institution, found):
        raise refused(_("No unit of yours has the uid or code “%(said)s”.") % {"said": said[:60]}, "unit")
    return found


# ---- shapes


def _answered(request: HttpRequest, actor: Actor, row: ClearanceRequest) -> HttpResponse:
    return single(request, _full(actor, row), row.version)


def _row(row: ClearanceRequest) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "reference": row.reference,
        "title": row.title,
        "year": row.year,
        "unit": {"uid": str(row.unit.uid), "code": row.unit.code, "name": row.unit.name},
        "state": row.state,
        "verdict": row.verdict,
        "decision": row.decision,
        "moved_at": row.moved_at.isoformat(),
        "version": row.version,
    }


def _full(actor: Actor, row: ClearanceRequest) -> dict[str, Any]:
    basis = queries.pack().basis
    return _row(row) | {
        "answers": queries.readable_answers(actor, row),
        "risks": row.risks,
        "verdict_text": row.verdict_text,
        "justification": row.justification,
        "decision_text": row.decision_text,
        "letter_number": row.letter.get("number", ""),
        "verbs": list(queries.verbs(actor, row)),
        "steps": [
            {
                "verb": step.verb,
                "verdict": step.verdict,
                "by": step.by_name,
                "office": step.office,
                "comment": step.comment,
                "at": step.at.isoformat(),
            }
            for step in queries.trail(row)
        ],
        "files": [
            {
                "uid": str(file.uid),
                "kind": file.kind,
                "name": file.name,
                "type": file.type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in queries.attachments(row)
        ],
        "basis": {
            "verified": basis.verified,
            "text": basis.text.in_language(formats.language()),
            "sources": list(basis.sources),
        },
    }


def _check(one: queries.Shown) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in CheckOut.model_fields if name != "evidence"}
    names = list(EvidenceOut.model_fields)
    return told | {"evidence": [{name: getattr(found, name) for name in names} for found in one.evidence]}
