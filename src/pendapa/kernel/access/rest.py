"""What every operation of the API shares: answers as JSON, problems as RFC 9457 shapes them, and versions as ETags.

The ETag of a thing is ``"<version>-<digest of the answer>"``. ``If-None-Match`` compares the whole, so that a change of what
is told beside the thing itself (a relation, a label in another language) is not missed; ``If-Match`` compares the version,
which is what a writer must have read. ``"<version>"`` alone is taken too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from pendapa.kernel.refusing import Refused

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VERSION = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]+)?")
Error = dict[str, Any]


class ErrorOut(Schema):
    """What is wrong with one field, in words."""

    field: str
    message: str


class AbsentOut(Schema):
    """404: absent, or not granted to you; both answer the same."""

    detail: str


class ProblemOut(Schema):
    """What cannot be done, and why (``application/problem+json``)."""

    title: str
    status: int
    detail: str
    errors: list[ErrorOut] = []


IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "example": '"3"'},
    "description": "ETag of what you read; without it 428, when somebody changed the thing meanwhile 412.",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "ETag of what you have; 304 when nothing differs.",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Name of this request: sent again within 24 hours it is not done twice.",
}


class Problem(Exception):
    """It cannot be done. ``errors`` name fields with words; ``more`` are further members of the answer."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        errors: Sequence[Error] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.status, self.title, self.detail, self.errors = status, title, detail, list(errors)
        self.headers, self.more = dict(headers or {}), more
        super().__init__(detail)

    def answer(self) -> HttpResponse:
        """``{"title", "status", "detail", "errors": [{"field", "message"}], …}``"""
        body = {"title": self.title, "status": self.status, "detail": self.detail, "errors": self.errors}
        told = HttpResponse(_plain(body | self.more), status=self.status, content_type=PROBLEM)
        for name, value in self.headers.items():
            told[name] = value
        return told


def not_found() -> HttpResponse:
    """Absent or not granted: one answer for both."""
    return HttpResponse(_plain({"detail": "Not found"}), status=404, content_type="application/json")


def refused(message: str, field: str = "", status: int = 422) -> Problem:
    """One field cannot be taken as it is."""
    error = {"field": field, "message": message}
    return Problem(status, "Unprocessable" if status == 422 else "Conflict", message, [error])


def of_refusal(error: Refused) -> Problem:
    """What a verb refuses: 422 with every field at fault."""
    errors = [{"field": field, "message": text} for field, text in error.faults.items()]
    return Problem(422, "Unprocessable", str(error), errors)


def of_conflict(**more: Any) -> Problem:
    """Somebody else was faster: 412, as with an ``If-Match`` of before. ``more`` are further members of the answer."""
    words = _("Somebody changed this since you read it. Read it again.")
    return Problem(412, "Precondition failed", words, **more)


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Plain data as JSON; dates and uids as texts."""
    told = HttpResponse(_plain(data), status=status, content_type=JSON)
    for name, value in (headers or {}).items():
        told[name] = value
    return told


def single(
    request: HttpRequest,
    data: dict[str, Any],
    version: int,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    about: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One thing with its ETag; 304 to who has it already. ``about`` is told along and does not belong to the thing."""
    body = _plain(data)
    tag = f'"{version}-{hashlib.sha256(body).hexdigest()[:12]}"'
    if about:
        body = _plain(data | dict(about))
    known = request.headers.get("If-None-Match", "")
    if status == 200 and request.method == "GET" and tag.strip('"') in _TAG.findall(known):
        told = HttpResponse(status=304)
    else:
        told = HttpResponse(body, status=status, content_type=JSON)
    for name, value in {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}.items():
        told[name] = value
    return told


def asked_version(request: HttpRequest, current: int) -> int:
    """The version that ``If-Match`` names: what the writer read. ``*`` is whatever is there now.

    Raises :class:`Problem`: 428 without the header, 412 when it names no version of ours.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Problem(
            428,
            "Precondition required",
            _(
                "Read the thing first and send its ETag as If-Match, so that nobody's change is written over unseen."
            ),
        )
    if given == "*":
        return current
    versions = [int(found[1]) for tag in _TAG.findall(given) if (found := _VERSION.fullmatch(tag))]
    if not versions:
        raise Problem(412, "Precondition failed", _("If-Match holds no ETag of this API."), version=current)
    return current if current in versions else versions[0]


def _plain(data: Any) -> bytes:
    return orjson.dumps(data, default=str)
