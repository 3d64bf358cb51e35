"""Elements, one by one and as pages of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.api import schemas, shapes
from pendapa.architecture.api.door import (
    ABSENT,
    WRITING,
    enter,
    known,
    linked,
    marked,
    proposed,
    sees_field,
    set_of,
    stale,
    unit_of,
    version_within,
)
from pendapa.architecture.models import Element
from pendapa.architecture.outcomes import Outcome
from pendapa.architecture.queries import Filters
from pendapa.architecture.rules import gaps as gap_rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.access.rest import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    ProblemOut,
    answer,
    asked_version,
    single,
)
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import queries as past
from pendapa.kernel.tenancy.models import Institution

router = Router()
LIMIT = 200
ALL = "/institutions/{code}/elements"
ONE = ALL + "/{uid}"
STALE = {412: schemas.StaleOut, 428: ProblemOut}


@router.get(ALL, response={200: schemas.ElementRows, 422: ProblemOut, **ABSENT}, summary="Elements by name")
def elements(
    request: HttpRequest,
    code: str,
    domain: str = "",
    kind: str = "",
    unit: str = "",
    q: str = "",
    gap: str = "",
    remap: bool = False,
    after: str = "",
    limit: int = Query(50, ge=1, le=LIMIT),
) -> HttpResponse:
    """One page of elements in the order of their names; ``unit`` is the uid of a unit and takes in all below it;
    ``remap`` keeps those whose mapping to a national reference is to be made again."""
    actor, institution = enter(request, code)
    model = metamodel.of(institution)
    known("domain", domain, [one.key for one in model.all_domains])
    known("kind", kind, dict.fromkeys(one.key for d in model.all_domains for one in d.kinds))
    known("gap", gap, gap_rules.BY_KEY)
    marked(after, named=True)
    filters = Filters(domain=domain, kind=kind, unit=unit, query=q, gap=gap, remap=remap, after=after)
    page = queries.elements(actor, institution, filters, limit, counted=False)
    return answer({"items": [shapes.row(row) for row in page.rows], "next": page.next})


@router.post(
    ALL,
    response={201: schemas.ElementWritten, 202: schemas.Proposed, **WRITING},
    summary="Create an element",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create(request: HttpRequest, code: str, body: schemas.ElementIn) -> HttpResponse:
    """A new element of a unit that is yours to edit."""
    actor, institution = enter(request, code)
    given = body.dict()
    unit, domain = unit_of(institution, given.pop("unit")), given.pop("domain")
    outcome = actions.create_element(actor, institution, domain, unit, **given)
    return _written(request, actor, institution, outcome, 201)


@router.get(
    ONE,
    response={200: schemas.ElementFull, 304: None, **ABSENT},
    summary="One element",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def element(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """An element with its attributes, its relations, and where each of its fields comes from.

    Personal data is for who works for the institution. Under a column that names other elements stand only the texts
    that name none of the register.
    """
    actor, institution = enter(request, code)
    found = queries.element(actor, institution, uid)
    return single(request, shapes.full(actor, found), found.version)


@router.patch(
    ONE,
    response={200: schemas.ElementWritten, 202: schemas.Proposed, **WRITING, **STALE},
    summary="Change an element",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def change(request: HttpRequest, code: str, uid: str, body: schemas.ElementPatch) -> HttpResponse:
    """Change what is named. A stale ``If-Match`` writes nothing and tells what differs."""
    actor, institution = enter(request, code)
    found = queries.element(actor, institution, uid)
    version = asked_version(request, found.version)
    given = body.dict(exclude_unset=True)
    if "unit" in given:
        given["unit"] = unit_of(institution, given["unit"])
    try:
        within = version_within(actor, found, version)
        outcome = actions.change_element(actor, found, version=within, **given)
    except history.Conflict as conflict:
        raise stale(actor, found, version, _flat(body.dict(exclude_unset=True))) from conflict
    return _written(request, actor, institution, outcome, 200)


def _flat(given: dict[str, Any]) -> dict[str, Any]:
    attributes = given.pop("attributes", {})
    return given | {f"attributes.{key}": value for key, value in attributes.items()}


@router.delete(
    ONE,
    response={200: schemas.Gone, 202: schemas.Proposed, **WRITING, **STALE},
    summary="Delete an element",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def delete(
    request: HttpRequest,
    code: str,
    uid: str,
    with_relations: bool = False,
    reason: str = Query("", max_length=2000),
) -> HttpResponse:
    """Take it out of the register; it can be brought back. Where others point at it, 409 says which."""
    actor, institution = enter(request, code)
    found = queries.element(actor, institution, uid)
    version = asked_version(request, found.version)
    try:
        with linked():
            within = version_within(actor, found, version)
            outcome = actions.delete_element(
                actor, found, version=within, with_relations=with_relations, reason=reason
            )
    except history.Conflict as conflict:
        raise stale(actor, found, version, {}) from conflict
    waiting = proposed(outcome)
    if waiting:
        return answer(waiting, 202)
    return answer({"uid": found.uid, "change_set": set_of(outcome.change_set)})


@router.post(
    ONE + "/restore",
    response={200: schemas.ElementWritten, 202: schemas.Proposed, **WRITING},
    summary="Bring a deleted element back",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def restore(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """With the relations that went along with it, as far as their other ends live."""
    actor, institution = enter(request, code)
    outcome = actions.restore_element(actor, institution, uid)
    return _written(request, actor, institution, outcome, 200)


@router.get(
    ONE + "/history", response={200: list[schemas.Write], **ABSENT}, summary="What was written of an element"
)
def past_of(
    request: HttpRequest, code: str, uid: str, limit: int = Query(50, ge=1, le=LIMIT)
) -> HttpResponse:
    """Its writes, newest first, field by field: those within your scope of the history."""
    actor, institution = enter(request, code)
    found = queries.element(actor, institution, uid)
    seen = sees_field(actor, institution, found.domain)
    return answer([told_write(one, seen) for one in past.of_target(actor, institution, found.uid, limit)])


def told_write(one: past.Entry, seen: Callable[[str], bool]) -> dict[str, Any]:
    """One line of a history, with the fields that are ``seen``."""
    shown = [d for d in one.differences if seen(d.field)]
    return {
        "version": one.version,
        "verb": one.verb,
        "at": one.at,
        "author": one.author,
        "change_set": one.set_uid,
        "differences": [
            {"field": d.field, "label": d.label, "before": d.before, "after": d.after} for d in shown
        ],
    }


def _written(
    request: HttpRequest, actor: Actor, institution: Institution, outcome: Outcome, status: int
) -> HttpResponse:
    waiting = proposed(outcome)
    if waiting:
        return answer(waiting, 202)
    row: Element = outcome.row
    row.institution = institution
    about = {"change_set": set_of(outcome.change_set), "warnings": outcome.warnings}
    place = reverse("api:element", args=[institution.code, row.uid])
    headers = {"Location": place} if status == 201 else {}
    return single(request, shapes.full(actor, row), row.version, status, headers, about)
