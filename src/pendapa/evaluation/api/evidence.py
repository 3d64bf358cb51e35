"""Evidence in ``/api/v1``: the library, the pieces of a round, using and judging them, and uploads in chunks."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.actions import keeping, uploads
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse, Upload
from pendapa.evaluation.permissions import ANSWER, JUDGE, PROOF
from pendapa.evaluation.queries import cycles
from pendapa.evaluation.queries import evidence as queries
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
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs

router = Router()
ALL = "/institutions/{code}/evidence"
USES = "/institutions/{code}/cycles/{int:year}/{instrument}/evidence"
UPLOADS = "/institutions/{code}/uploads"
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
T = TypeVar("T")
WRITING = {404: AbsentOut, 409: ProblemOut, 412: ProblemOut, 422: ProblemOut, 428: ProblemOut}


class EvidenceOut(Schema):
    """``source``: file, link, decree, record; ``nature``: policy, review, audit, report, screen, other. ``unit`` null: of the
    institution as a whole. ``sha256`` of the file or of the pinned revision."""

    uid: str
    title: str
    source: str
    nature: str
    unit: str | None
    dated: str | None
    file: str | None
    size: int | None
    pages: int | None
    url: str | None
    link: str | None
    record: str | None
    sha256: str
    version: int


class EvidencePage(Schema):
    """``next`` is the ``after`` of the next page, empty on the last."""

    items: list[EvidenceOut]
    next: str


class ProblemFound(Schema):
    """``rejects``: evidence like this was rejected; else a warning. ``verified`` false: not read in an official text."""

    key: str
    rejects: bool
    text: str
    verified: bool


class UseOut(Schema):
    """``state``: waiting, accepted, revise, rejected. ``level`` 0: the indicator as a whole."""

    uid: str
    indicator: str
    level: int
    item: str
    page: str
    note: str
    state: str
    reason: str
    late: bool
    evidence: EvidenceOut
    problems: list[ProblemFound]
    version: int


class UploadOut(Schema):
    """``received`` bytes of ``size`` are there; send chunks of at most ``chunk``."""

    uid: str
    name: str
    received: int
    size: int
    chunk: int


class UploadIn(Schema):
    name: str = Field(max_length=255)
    size: int = Field(ge=0, le=10**15)
    fingerprint: str = Field("", max_length=80)


class PieceIn(Schema):
    """A link (``url``), or an upload that is whole (``upload``)."""

    title: str = Field("", max_length=300)
    nature: str = Field("other", max_length=10)
    unit: str = Field("", max_length=36)
    dated: date | None = None
    url: str = Field("", max_length=1000)
    upload: str = Field("", max_length=36)


class UseIn(Schema):
    evidence: str = Field(max_length=36)
    indicator: str = Field(max_length=10)
    level: int = Field(0, ge=0, le=99)
    item: str = Field("", max_length=20)
    page: str = Field("", max_length=60)
    note: str = Field("", max_length=4000)


class JudgeIn(Schema):
    state: str = Field(max_length=10)
    reason: str = Field("", max_length=2000)


@router.get(ALL, response={200: EvidencePage, 404: AbsentOut}, summary="Library of evidence")
def library(
    request: HttpRequest, code: str, q: str = Query("", max_length=200), after: str = Query("", max_length=20)
) -> HttpResponse:
    """The pieces that you may read, newest first."""
    actor, institution = _enter(request, code, PROOF)
    found = queries.library(actor, institution, queries.Filters(words=q), after)
    return answer({"items": [_piece(row) for row in found.rows], "next": found.next})


@router.post(
    ALL,
    response={201: EvidenceOut, **WRITING},
    summary="Hand in a piece",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def hand_in(request: HttpRequest, code: str, body: PieceIn) -> HttpResponse:
    """A link, or a file that was uploaded; 422 tells where the same file is there already."""
    actor, institution = _enter(request, code, ANSWER)
    told: dict[str, Any] = {"title": body.title, "nature": body.nature, "dated": body.dated}
    told["unit"] = _unit(institution, body.unit)
    if body.url:
        row = actions.add_link(actor, institution, body.url, **told)
        return single(request, _piece(row), row.version, 201)
    upload = uploads.find(actor, institution, _uid(body.upload))
    with uploads.opened(upload) as content:
        row = actions.add_file(actor, institution, content, upload.name, upload.size, **told)
    uploads.done(upload)
    return single(request, _piece(row), row.version, 201)


@router.get(
    ALL + "/{uid}",
    response={200: EvidenceOut, 304: None, 404: AbsentOut},
    summary="One piece of evidence",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def one(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """What it is; its file is read at its page."""
    actor, institution = _enter(request, code, PROOF)
    row = queries.one(actor, institution, _uid(uid))
    return single(request, _piece(row), row.version)


@router.get(USES, response={200: list[UseOut], 404: AbsentOut}, summary="Evidence of a round")
def of_round(request: HttpRequest, code: str, year: int, instrument: str) -> HttpResponse:
    """By indicator and level, with what is wrong with each piece; as far as you may read it."""
    actor, cycle = _cycle(request, code, year, instrument, PROOF)
    held = queries.of_cycle(actor, cycle)
    return answer([_use(piece) for number in sorted(held, key=_place) for piece in held[number]])


@router.post(
    USES,
    response={201: UseOut, **WRITING},
    summary="Use a piece for an indicator",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def hang(request: HttpRequest, code: str, year: int, instrument: str, body: UseIn) -> HttpResponse:
    """On an indicator for which you answer, until the deadline of the step."""
    actor, cycle = _cycle(request, code, year, instrument, ANSWER)
    row = queries.one(actor, cycle.institution, _uid(body.evidence))
    use = actions.hang(
        actor, cycle, body.indicator, row, level=body.level, item=body.item, page=body.page, note=body.note
    )
    return _shown(request, actor, cycle, use, 201)


@router.post(
    USES + "/{uid}/judge",
    response={200: UseOut, **WRITING},
    summary="Judge a piece",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def judge(
    request: HttpRequest, code: str, year: int, instrument: str, uid: str, body: JudgeIn
) -> HttpResponse:
    """By internal assessors: accepted, revise or rejected; not of what you handed in yourself."""
    actor, cycle = _cycle(request, code, year, instrument, JUDGE)
    use = queries.uses(actor, cycle.institution).filter(cycle=cycle, uid=_uid(uid)).first()
    if use is None:
        raise NotFound
    use.institution, use.cycle = cycle.institution, cycle
    version = asked_version(request, use.version)
    done = actions.judge(actor, use, version, body.state, body.reason)
    return _shown(request, actor, cycle, done, 200)


@router.post(UPLOADS, response={201: UploadOut, 413: ProblemOut, **WRITING}, summary="Begin an upload")
def begin(request: HttpRequest, code: str, body: UploadIn) -> HttpResponse:
    """Or go on with your own upload of the same name, size and fingerprint."""
    actor, institution = _enter(request, code, ANSWER)
    limit = packs.evidence().files.largest
    if body.size > limit:
        raise Problem(413, "Content too large", keeping.refusal("large"))
    row = uploads.begin(actor, institution, body.name, body.size, body.fingerprint)
    return answer(_upload(row), 201)


@router.get(UPLOADS + "/{uid}", response={200: UploadOut, 404: AbsentOut}, summary="How far an upload is")
def far(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Go on at ``received``."""
    actor, institution = _enter(request, code, ANSWER)
    return answer(_upload(uploads.find(actor, institution, _uid(uid))))


@router.put(
    UPLOADS + "/{uid}",
    response={200: UploadOut, 413: ProblemOut, **WRITING},
    summary="Send a chunk",
    openapi_extra={"requestBody": {"content": BYTES}},
)
def move(
    request: HttpRequest, code: str, uid: str, offset: int = Query(..., ge=0, le=10**15)
) -> HttpResponse:
    """The bytes at ``offset``; 409 with ``received`` where the file ends elsewhere."""
    actor, institution = _enter(request, code, ANSWER)
    if len(request.body) > packs.evidence().files.chunk * 4:
        raise Problem(413, "Content too large", _("This chunk or file is too large."))
    try:
        row = uploads.move(actor, institution, _uid(uid), offset, request.body)
    except uploads.Misplaced as error:
        detail = _("The file ends at %(n)s.") % {"n": error.received}
        raise Problem(409, "Conflict", detail, received=error.received) from error
    return answer(_upload(row))


# ---- shared


def _enter(request: HttpRequest, code: str, permission: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(permission, institution)
    return actor, institution


def _cycle(
    request: HttpRequest, code: str, year: int, instrument: str, permission: str
) -> tuple[Actor, Cycle]:
    actor, institution = _enter(request, code, permission)
    if not 0 <= year <= 9999:
        raise NotFound
    return actor, cycles.cycle(actor, institution, year, instrument)


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _unit(institution: Institution, uid: str) -> Unit | None:
    if not uid:
        return None
    try:
        found = Unit.objects.filter(institution=institution, uid=UUID(uid), deleted_at=None).first()
    except ValueError:
        found = None
    if found is None:
        raise refused(_("There is no such unit."), "unit")
    return found


def _shown(request: HttpRequest, actor: Actor, cycle: Cycle, use: EvidenceUse, status: int) -> HttpResponse:
    pieces = queries.of_cycle(actor, cycle, [use.indicator]).get(use.indicator, [])
    piece = next((one for one in pieces if one.use.uid == use.uid), None)
    if piece is None:
        raise NotFound
    return single(request, _use(piece), piece.use.version, status)


def _place(number: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in number.split(".")]


def _piece(row: Evidence) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "title": row.title,
        "source": row.source,
        "nature": row.nature,
        "unit": str(row.unit.uid) if row.unit else None,
        "dated": row.dated.isoformat() if row.dated else None,
        "file": row.file.name if row.file else None,
        "size": row.file.size if row.file else None,
        "pages": row.pages,
        "url": row.url or None,
        "link": row.link_state or None,
        "record": f"{row.record_type}:{row.record_uid}:{row.record_version}" if row.record_uid else None,
        "sha256": row.sha256,
        "version": row.version,
    }


def _use(piece: queries.Piece) -> dict[str, Any]:
    use = piece.use
    told = {name: getattr(use, name) for name in ("indicator", "level", "item", "page", "note", "state", "reason", "late", "version")}  # fmt: skip
    problems = [
        {"key": one.key, "rejects": one.rejects, "text": one.text, "verified": one.verified}
        for one in piece.problems
    ]
    return told | {"uid": str(use.uid), "evidence": _piece(piece.evidence), "problems": problems}


def _upload(row: Upload) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "name": row.name,
        "received": row.received,
        "size": row.size,
        "chunk": packs.evidence().files.chunk,
    }
