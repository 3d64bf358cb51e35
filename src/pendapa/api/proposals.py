"""Proposals by the API: read what they say, hand in, agree, return."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.kernel.access.actor import Actor, NotFound, institution_for
from pendapa.kernel.access.rest import IDEMPOTENCY, AbsentOut, ProblemOut, answer, refused
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import DRAFTS
from pendapa.kernel.review import actions, queries
from pendapa.kernel.tenancy.models import Institution

router = Router(tags=["review"])
ALL = "/institutions/{code}/proposals"
ONE = ALL + "/{uid}"
TOLD = {404: AbsentOut, 409: ProblemOut, 422: ProblemOut}


class ProposalOut(Schema):
    """``state``: draft, returned, submitted (waiting at ``step``: approve, verify or validate), agreed."""

    uid: str
    title: str
    kind: str
    state: str
    step: str
    author: str
    unit: str
    reason: str
    effective_on: date | None
    counts: dict[str, int]
    waits_for_you: bool


class Proposals(Schema):
    items: list[ProposalOut]
    next: str


class FieldOut(Schema):
    field: str
    label: str
    before: str
    after: str


class ClashOut(Schema):
    """One field that somebody else changed meanwhile: what it was, what it is now, what is proposed."""

    field: str
    label: str
    base: str
    theirs: str
    mine: str


class ItemOut(Schema):
    uid: str
    type: str
    verb: str
    name: str
    domain: str
    differences: list[FieldOut]
    problem: str
    clashes: list[ClashOut]
    dependents: list[str]


class ReviewOut(Schema):
    verdict: str
    step: str
    by: str
    office: str
    comment: str
    at: str


class ProposalFull(ProposalOut):
    items: list[ItemOut]
    next: str
    reviews: list[ReviewOut]


class SubmitIn(Schema):
    comment: str = Field("", max_length=2000)
    effective_on: date | None = None


class DecideIn(Schema):
    """``verdict``: agree, return (needs a comment) or comment."""

    verdict: str = Field(pattern="^(agree|return|comment)$")
    comment: str = Field("", max_length=2000)


@router.get(ALL, response={200: Proposals, 404: AbsentOut}, summary="Proposals on their way")
def proposals(request: HttpRequest, code: str, after: str = Query("", max_length=20)) -> HttpResponse:
    """Your own first, then those of others that you may see, newest first."""
    actor, institution = _enter(request, code)
    mark = whole(after, digits=18) or 0
    others, following = queries.others(actor, institution, after=mark)
    own = [] if mark else list(queries.own(actor, institution)[: queries.PAGE])
    rows = [_told(actor, one) for one in [*own, *others]]
    return answer({"items": rows, "next": str(following or "")})


@router.get(ONE, response={200: ProposalFull, 404: AbsentOut}, summary="One proposal with its differences")
def proposal(
    request: HttpRequest, code: str, uid: str, after: str = Query("", max_length=20)
) -> HttpResponse:
    """Field by field, by name, with what depends on each thing and what was said on the way."""
    actor, institution = _enter(request, code)
    found = _one(actor, institution, uid)
    lines, mark = queries.lines(actor, found, after=whole(after, digits=18) or 0)
    reviews = [
        {
            "verdict": one.verdict,
            "step": one.step,
            "by": one.by_name,
            "office": one.office,
            "comment": one.comment,
            "at": one.at.isoformat(),
        }
        for one in queries.reviews(found)
    ]
    items = [_item(line) for line in lines]
    return answer(_told(actor, found) | {"items": items, "next": str(mark or ""), "reviews": reviews})


@router.post(
    ONE + "/submit",
    response={200: ProposalOut, **TOLD},
    summary="Hand a draft in",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def submit(request: HttpRequest, code: str, uid: str, body: SubmitIn) -> HttpResponse:
    """Your own draft, to the first step of the review."""
    return _do(
        request,
        code,
        uid,
        lambda actor, found: actions.submit(
            actor, found, comment=body.comment.replace("\x00", ""), effective_on=body.effective_on
        ),
    )


@router.post(
    ONE + "/decide",
    response={200: ProposalOut, **TOLD},
    summary="Agree, return, or comment",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def decide(request: HttpRequest, code: str, uid: str, body: DecideIn) -> HttpResponse:
    """At the step at which it waits; nobody decides on the own proposal."""
    comment = body.comment.replace("\x00", "")

    def work(actor: Actor, found: ChangeSet) -> Any:
        if body.verdict == "agree":
            return actions.agree(actor, found, comment=comment)
        if body.verdict == "return":
            return actions.give_back(actor, found, comment=comment)
        return actions.remark(actor, found, comment)

    return _do(request, code, uid, work)


def _enter(request: HttpRequest, code: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(DRAFTS, institution)
    return actor, institution


def _one(actor: Actor, institution: Institution, uid: str) -> ChangeSet:
    try:
        known = UUID(uid)
    except ValueError:
        raise NotFound from None
    return queries.change_set(actor, institution, known)


def _do(request: HttpRequest, code: str, uid: str, work: Callable[[Actor, ChangeSet], Any]) -> HttpResponse:
    actor, institution = _enter(request, code)
    found = _one(actor, institution, uid)
    try:
        work(actor, found)
    except actions.Refused as error:
        problems = "; ".join(f"{one.item.name}: {one.why}" for one in error.problems[:20])
        raise refused(f"{error} {problems}".strip()) from error
    found.refresh_from_db()
    return answer(_told(actor, found))


def _told(actor: Actor, one: ChangeSet) -> dict[str, Any]:
    same = {
        name: getattr(one, name)
        for name in ("uid", "kind", "state", "step", "reason", "effective_on", "counts")
    }
    return same | {
        "title": queries.title(one),
        "author": one.author_name,
        "unit": one.unit.name if one.unit else "",
        "waits_for_you": queries.may_decide(actor, one),
    }


def _item(line: queries.Line) -> dict[str, Any]:
    return {
        "uid": line.item.target_uid,
        "type": line.item.target_type,
        "verb": line.item.verb,
        "name": line.name,
        "domain": line.domain,
        "differences": [
            {"field": d.field, "label": d.label, "before": d.before, "after": d.after}
            for d in line.differences
        ],
        "problem": line.problem,
        "clashes": [
            {"field": c.field, "label": c.label, "base": c.base, "theirs": c.theirs, "mine": c.mine}
            for c in line.clashes
        ],
        "dependents": line.dependents,
    }
