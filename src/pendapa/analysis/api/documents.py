"""Documents of releases: ask for one, see how far it is, take it along."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from pendapa.analysis.documents import actions
from pendapa.analysis.queries import documents as queries
from pendapa.analysis.views.documents import sent
from pendapa.architecture.api.door import ABSENT, enter
from pendapa.architecture.queries import moments
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.access.rest import IDEMPOTENCY, ProblemOut, answer
from pendapa.kernel.documents import queries as kept
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.jobs import queries as jobs
from pendapa.kernel.jobs import signs

router = Router()


class BookIn(Schema):
    """``format``: pdf or docx. ``chapters``: keys of domains, ``coverage``, ``gaps``, ``twins``; none means all of them."""

    release: str = Field(max_length=40)
    format: str = Field("pdf", max_length=10)
    chapters: list[str] = Field(default_factory=list, max_length=20)


class BookOut(Schema):
    """``state``: waiting, running, done, failed, cancelled; ``file`` is the address of the file once it is done."""

    uid: str
    release: str
    title: str
    format: str
    state: str
    done: int
    total: int
    error: str
    pages: int | None
    created_at: datetime
    file: str | None


class BooksOut(Schema):
    items: list[BookOut]


@router.get("/institutions/{code}/documents", response={200: BooksOut, **ABSENT}, summary="Your documents")
def documents(request: HttpRequest, code: str) -> HttpResponse:
    """The documents that you asked for, newest first; a key sees those of keys with the same rights."""
    actor, institution = enter(request, code)
    return answer({"items": [_out(request, code, one) for one in queries.made(actor, institution)]})


@router.post(
    "/institutions/{code}/documents",
    response={202: BookOut, 422: ProblemOut, **ABSENT},
    summary="Ask for the book of a release",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def ask(request: HttpRequest, code: str, told: BookIn) -> HttpResponse:
    """Start to make it in the background, with what you may see."""
    actor, institution = enter(request, code)
    if actor.user is None:
        raise NotFound
    found = actions.start(
        actor, moments.release(actor, institution, told.release), told.format, told.chapters
    )
    return answer(_out(request, code, found), status=202)


@router.get(
    "/institutions/{code}/documents/{uid}", response={200: BookOut, **ABSENT}, summary="How far a document is"
)
def document(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """State, progress, and the address of the file."""
    actor, institution = enter(request, code)
    return answer(_out(request, code, kept.document(actor, institution, uid)))


@router.get(
    "/institutions/{code}/documents/{uid}/file",
    response={200: None, **ABSENT},
    summary="A document as a file",
)
def document_file(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """docx or PDF; 404 while it is not done."""
    actor, institution = enter(request, code)
    found = kept.document(actor, institution, uid)
    if found.file is None:
        raise NotFound
    return sent(found)


def _out(request: HttpRequest, code: str, found: GeneratedDocument) -> dict[str, Any]:
    job = signs.freshen(found.job) if found.job else None
    file = None
    if found.file_id:
        file = request.build_absolute_uri(reverse("api:document_file", args=[code, found.uid]))
    return {
        "uid": str(found.uid),
        "release": found.subject,
        "title": found.title,
        "format": found.format,
        "state": job.state if job else "done" if found.file_id else "failed",
        "done": job.done if job else 0,
        "total": job.total if job else 0,
        "error": jobs.told(job)["error"] if job else "",
        "pages": found.pages,
        "created_at": found.created_at,
        "file": file,
    }
