"""Releases, the register at other moments, and the comparison of any two."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from pendapa.architecture import releasing
from pendapa.architecture.api.door import ABSENT, WRITING, enter
from pendapa.architecture.models import Element, Release
from pendapa.architecture.queries import Filters, comparing, moments
from pendapa.architecture.rules.moments import Moment, moment
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.access.rest import IDEMPOTENCY, answer, refused
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution

router = Router()
ALL = "/institutions/{code}/releases"
AT = "``sekarang``, a day (``2025-01-31``), ``rencana-2027``, or the code of a release"


class ReleaseOut(Schema):
    """``counts`` by domain, and of the relations; ``digest`` covers the salted digests of all that was frozen."""

    uid: str
    code: str
    name: str
    decree_number: str
    decree_date: date | None
    note: str
    author: str
    created_at: datetime
    counts: dict[str, int]
    digest: str


class ReleaseIn(Schema):
    code: str = Field(max_length=40)
    name: str = Field("", max_length=200)
    decree_number: str = Field("", max_length=120)
    decree_date: date | None = None
    note: str = Field("", max_length=4000)


class Change(Schema):
    field: str
    label: str
    before: str
    after: str


class ComparedThing(Schema):
    verb: str
    type: str
    uid: str
    code: str
    name: str
    domain: str
    unit: str
    differences: list[Change]


class Comparison(Schema):
    """``counts`` by ``added``, ``removed``, ``changed`` and type; ``next`` goes into ``start`` to read on, empty at the end."""

    before: str
    after: str
    counts: dict[str, dict[str, int]]
    items: list[ComparedThing]
    next: str


class ElementAt(Schema):
    """An element as it was or will be; ``planned`` where an agreed proposal makes it so."""

    uid: str
    domain: str
    kind: str
    code: str
    name: str
    unit: str
    classification: str
    planned: bool
    attributes: dict[str, Any]


class ElementsAt(Schema):
    items: list[ElementAt]
    next: str


@router.get(ALL, response={200: list[ReleaseOut], **ABSENT}, summary="Releases, newest first")
def releases(request: HttpRequest, code: str) -> HttpResponse:
    """What was set by decree."""
    actor, institution = enter(request, code)
    found = moments.releases(actor, institution)
    return answer([_release(one, moments.release_counts(actor, institution, one)) for one in found])


@router.post(
    ALL,
    response={201: ReleaseOut, **WRITING},
    summary="Freeze a release",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create(request: HttpRequest, code: str, body: ReleaseIn) -> HttpResponse:
    """Freeze all elements and relations as they stand now."""
    actor, institution = enter(request, code)
    made = releasing.create_release(actor, institution, **body.dict())
    found = answer(_release(made, made.counts))
    found.status_code = 201
    return found


def _release(one: Release, counts: dict[str, int]) -> dict[str, Any]:
    same = ("uid", "code", "name", "decree_number", "decree_date", "note", "created_at", "digest")
    return {name: getattr(one, name) for name in same} | {"author": one.author_name, "counts": counts}


@router.get(
    "/institutions/{code}/compare", response={200: Comparison, **WRITING}, summary="Compare two states"
)
def compare(
    request: HttpRequest,
    code: str,
    before: str = Query(..., description=AT, max_length=60),
    after: str = Query("sekarang", description=AT, max_length=60),
    start: int = Query(0, ge=0, le=10_000_000),
    limit: int = Query(100, ge=1, le=1000),
) -> HttpResponse:
    """Added, removed and changed, field by field, by name; of what you may see."""
    actor, institution = enter(request, code)
    was, now = _moment(before, "before"), _moment(after, "after")
    found = comparing.compare(actor, institution, was, now, start=start, size=limit)
    items = [
        {
            "verb": one.verb,
            "type": one.type,
            "uid": one.uid,
            "code": one.code,
            "name": one.name,
            "domain": one.domain,
            "unit": one.unit,
            "differences": [
                {"field": d.field, "label": d.label, "before": d.before, "after": d.after}
                for d in one.differences
            ],
        }
        for one in found.entries
    ]
    more = str(start + limit) if found.total > start + limit else ""
    words = {"before": was.key or "sekarang", "after": now.key or "sekarang"}
    return answer(words | {"counts": found.counts, "items": items, "next": more})


@router.get(
    "/institutions/{code}/moments/{at}/elements",
    response={200: ElementsAt, **WRITING},
    summary="Elements at another moment",
)
def elements_at(
    request: HttpRequest,
    code: str,
    at: str,
    domain: str = "",
    kind: str = "",
    unit: str = "",
    q: str = Query("", max_length=200),
    after: str = Query("", max_length=400),
    limit: int = Query(50, ge=1, le=200),
) -> HttpResponse:
    """As it was known on a day, as it is planned for a year, as a release has it."""
    actor, institution = enter(request, code)
    asked = _moment(at, "at")
    if asked.kind == "release":
        moments.release(actor, institution, asked.code)
    filters = Filters(domain=domain, kind=kind, unit=unit, query=q, after=after)
    page = moments.elements_at(actor, institution, asked, filters, limit)
    return answer({"items": _told(actor, institution, page.rows), "next": page.next})


def _told(actor: Actor, institution: Institution, rows: list[moments.Record]) -> list[dict[str, Any]]:
    """Attributes as the actor may read them of the elements as they are now."""
    shadows = []
    for number, record in enumerate(rows, 1):
        snap = record.snapshot
        shadow = Element(pk=-number, uid=record.uid, institution=institution, unit_id=snap.get("unit") or 0)
        shadow.domain, shadow.kind = snap.get("domain", ""), snap.get("kind") or ""
        shadow.attributes = snap.get("attributes") or {}
        shadows.append(shadow)
    readable = moments.readable_at(actor, institution, shadows)
    return [
        {
            "uid": record.uid,
            "domain": record.snapshot.get("domain", ""),
            "kind": record.snapshot.get("kind") or "",
            "code": record.snapshot.get("code", ""),
            "name": record.name,
            "unit": record.snapshot.get("_names", {}).get("unit", ""),
            "classification": record.snapshot.get("classification", ""),
            "planned": record.mark.startswith("plan"),
            "attributes": readable[shadow.pk],
        }
        for record, shadow in zip(rows, shadows, strict=True)
    ]


def _moment(text: str, field: str) -> Moment:
    found = moment(text.replace("\x00", ""))
    if found is None or (found.kind == "planned" and whole(str(found.year)) is None):
        raise refused(_("This is no state of the architecture. Accepted: %(known)s.") % {"known": AT}, field)
    return found
