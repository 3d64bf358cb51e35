"""Twins: groups, decisions about them, national shared applications, and the TIME quadrant."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from pendapa.architecture import deciding_twins
from pendapa.architecture.api.door import ABSENT, WRITING, enter, known, set_of
from pendapa.architecture.outcomes import Outcome
from pendapa.architecture.queries import twin_groups as queries
from pendapa.architecture.queries.national import national_matches
from pendapa.architecture.rules.quadrant import THRESHOLD
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.access.rest import IDEMPOTENCY, Problem, ProblemOut, answer
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution

router = Router()
PLACE = "/institutions/{code}/twins"
WAIT = 30


class TwinMember(Schema):
    """``yearly`` is the cost of a year, ``contract`` the value of its contract, in rupiah; ``value`` and ``technical`` are the
    two fits, 1 to 5; ``null`` where not known. ``quadrant`` is empty where one fit is not known."""

    code: str
    name: str
    unit: str
    uid: str
    unit_uid: str
    yearly: int | None
    contract: int | None
    value: float | None
    technical: float | None
    quadrant: str


class TwinDecided(Schema):
    """Equal decisions of several pairs; ``uids`` are those of the decisions."""

    decision: str
    label: str
    into: str | None
    into_name: str
    due: date | None
    reason: str
    pairs: int
    uids: list[str]


class Saving(Schema):
    """What merging saves a year, and of contract values; with ``at_least`` some costs are not known, with ``known`` 0 none."""

    yearly: int
    contract: int
    known: int
    unknown: int
    at_least: bool


class TwinGroup(Schema):
    """``state`` is ``open`` while a pair of different units waits for a decision; ``reason_keys`` name the agreeing fields."""

    id: str
    score: float
    reasons: list[str]
    members: list[TwinMember]
    reason_keys: list[str]
    title: str
    state: str
    open_pairs: int
    decisions: list[TwinDecided]
    saving: Saving


class TwinsDecide(Schema):
    """Each pair among ``members``; with ``others`` each of a member with one of the others. ``national`` (a code) instead: the
    one member and that national application."""

    members: list[UUID] = Field(min_length=1, max_length=40)
    others: list[UUID] = Field(default_factory=list, max_length=40)
    national: str = ""
    decision: str
    into: UUID | None = None
    due: date | None = None
    reason: str = Field("", max_length=2000)


class TwinsWritten(Schema):
    decisions: list[str]
    change_set: dict[str, str] | None


class NationalDecision(Schema):
    uid: str
    decision: str
    label: str
    due: date | None
    reason: str


class NationalMatch(Schema):
    """An application and a national one: it ``uses`` it, or may duplicate it in ``field_keys``."""

    uid: str
    code: str
    name: str
    unit: str
    unit_uid: str
    national: str
    national_name: str
    national_long: str
    owner: str
    fields: list[str]
    field_keys: list[str]
    uses: bool
    reasons: list[str]
    verified: bool
    source: str
    note: str
    decision: NationalDecision | None


class Placed(Schema):
    uid: str
    code: str
    name: str
    unit: str
    unit_uid: str
    value: float | None
    technical: float | None
    quadrant: str
    missing: list[str]


class Quadrants(Schema):
    """``placed`` have a quadrant: invest, migrate, tolerate or eliminate; of ``unknown`` a fit is ``missing``."""

    threshold: float
    placed: list[Placed]
    unknown: list[Placed]


@router.get(PLACE, response={200: list[TwinGroup], 503: ProblemOut, **ABSENT}, summary="Twins")
def twins(request: HttpRequest, code: str, state: str = "all") -> HttpResponse:
    """Groups of applications of one kind in several units, surest first; ``state``: open, decided or all.

    In a large register 503 says that all are being compared for the first time: ask again after ``Retry-After`` seconds.
    """
    actor, institution = enter(request, code)
    known("state", state, [queries.OPEN, queries.DECIDED, queries.ALL])
    try:
        groups = queries.twins(actor, institution, state)
    except queries.NotCompared:
        deciding_twins.ask_to_compare(actor, institution)
        words = _("All applications are being compared. Ask again in a moment.")
        raise Problem(503, "Being compared", words, headers={"Retry-After": str(WAIT)}) from None
    return answer([{key: group[key] for key in TwinGroup.model_fields} for group in groups])


@router.post(
    PLACE + "/decisions",
    response={201: TwinsWritten, 202: TwinsWritten, **WRITING},
    summary="Decide about twins",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def decide(request: HttpRequest, code: str, body: TwinsDecide) -> HttpResponse:
    """``merge`` (``into`` one of them, ``due`` by a day), ``keep`` (with a reason) or ``different``. All of them must be
    yours to edit. What was decided of a pair before is replaced."""
    actor, institution = enter(request, code)
    try:
        done = _decided(actor, institution, body)
    except history.Conflict as conflict:
        words = _("Somebody decided this meanwhile. Look at it again.")
        raise Problem(409, "Conflict", words) from conflict
    return _written(done)


def _decided(actor: Actor, institution: Institution, body: TwinsDecide) -> Outcome:
    if not body.national:
        given = body.dict(exclude={"members", "decision", "national"})
        return deciding_twins.decide_twins(actor, institution, body.members, body.decision, **given)
    if len(body.members) > 1 or body.others:
        raise Refused(_("With a national application one member is decided about at a time."), "members")
    return deciding_twins.decide_national(
        actor, institution, body.members[0], body.national, body.decision, due=body.due, reason=body.reason
    )


@router.delete(
    PLACE + "/decisions/{uid}",
    response={200: TwinsWritten, 202: TwinsWritten, **WRITING},
    summary="Ask about twins again",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def ask_again(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Take one decision away; its pair is asked about again."""
    actor, institution = enter(request, code)
    done = deciding_twins.ask_again(actor, institution, [uid])
    return _written(done, 200)


def _written(done: Outcome, status: int = 201) -> HttpResponse:
    if done.draft:
        return answer({"decisions": [], "change_set": set_of(done.draft)}, 202)
    uids = [str(row.uid) for row in done.row]
    return answer({"decisions": uids, "change_set": set_of(done.change_set)}, status)


@router.get(
    "/institutions/{code}/national-applications",
    response={200: list[NationalMatch], **ABSENT},
    summary="Local applications beside national shared ones",
)
def national(request: HttpRequest, code: str) -> HttpResponse:
    """Applications that are a national shared one (*Aplikasi Umum*) or may duplicate it, in the eight fields of Perpres 95/2018.

    ``verified`` false: no decree that was read settles that it is the national one of its field; ``source`` says who tells.
    """
    actor, institution = enter(request, code)
    return answer(national_matches(actor, institution))


@router.get("/institutions/{code}/quadrants", response={200: Quadrants, **ABSENT}, summary="TIME quadrants")
def quadrants(request: HttpRequest, code: str, unit: str = "") -> HttpResponse:
    """Applications by functional and technical fit (TIME: tolerate, invest, migrate, eliminate); ``unit`` is an uid."""
    actor, institution = enter(request, code)
    found = queries.quadrants(actor, institution, unit)
    keys = Placed.model_fields
    told_rows = {part: [{key: row[key] for key in keys} for row in rows] for part, rows in found.items()}
    return answer({"threshold": THRESHOLD, **told_rows})
