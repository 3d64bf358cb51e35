"""Relations: as pages of a list, one by one."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.api import schemas, shapes
from pendapa.architecture.api.door import (
    ABSENT,
    WRITING,
    enter,
    known,
    marked,
    proposed,
    set_of,
    version_within,
)
from pendapa.architecture.models import Relation
from pendapa.architecture.outcomes import Outcome
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.access.rest import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    Problem,
    ProblemOut,
    answer,
    asked_version,
    refused,
    single,
)
from pendapa.kernel.history import actions as history
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution

router = Router()
LIMIT = 200
ALL = "/institutions/{code}/relations"
ONE = ALL + "/{uid}"
STALE = {412: schemas.StaleOut, 428: ProblemOut}


@router.get(ALL, response={200: schemas.RelationRows, 422: ProblemOut, **ABSENT}, summary="Relations")
def relations(
    request: HttpRequest,
    code: str,
    type: str = "",
    element: str = "",
    after: str = "",
    limit: int = Query(50, ge=1, le=LIMIT),
) -> HttpResponse:
    """One page of relations in the order in which they were made; ``element`` is the uid of either end."""
    actor, institution = enter(request, code)
    known("type", type, [one.key for one in metamodel.of(institution).relations])
    marked(after)
    found = queries.visible_relations(actor, institution).select_related("source__unit", "target__unit")
    if type:
        found = found.filter(type=type)
    if element:
        end = queries.element(actor, institution, element)
        found = found.filter(Q(source=end) | Q(target=end))
    mark = whole(after, digits=18)
    if mark is not None:
        found = found.filter(pk__gt=mark)
    rows = list(found.order_by("pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return answer({"items": [shapes.relation(row) for row in rows], "next": str(rows[-1].pk) if more else ""})


@router.post(
    ALL,
    response={201: schemas.RelationWritten, 202: schemas.Proposed, **WRITING},
    summary="Join two elements",
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create(request: HttpRequest, code: str, body: schemas.RelationIn) -> HttpResponse:
    """The metamodel must allow it, the source be yours to edit, the target be visible to you."""
    actor, institution = enter(request, code)
    given = body.dict()
    ends = {}
    for name in ("source", "target"):
        try:
            ends[name] = queries.element(actor, institution, given.pop(name))
        except NotFound:
            raise refused(_("There is no such element."), name) from None
    outcome = actions.link(actor, ends["source"], given.pop("type"), ends["target"], **given)
    return _written(request, institution, outcome, 201)


@router.get(
    ONE,
    response={200: schemas.RelationFull, 304: None, **ABSENT},
    summary="One relation",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def relation(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """A relation both of whose ends you may see."""
    actor, institution = enter(request, code)
    found = _find(actor, institution, uid)
    return single(request, shapes.relation(found), found.version)


@router.patch(
    ONE,
    response={200: schemas.RelationWritten, 202: schemas.Proposed, **WRITING, **STALE},
    summary="Change what a relation tells",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def change(request: HttpRequest, code: str, uid: str, body: schemas.RelationPatch) -> HttpResponse:
    """Attributes and dates; who may edit either end may."""
    actor, institution = enter(request, code)
    found = _find(actor, institution, uid)
    version = asked_version(request, found.version)
    try:
        given = body.dict(exclude_unset=True)
        within = version_within(actor, found, version)
        outcome = actions.change_relation(actor, found, version=within, **given)
    except history.Conflict as conflict:
        raise _stale(found) from conflict
    return _written(request, institution, outcome, 200)


@router.delete(
    ONE,
    response={200: schemas.Gone, 202: schemas.Proposed, **WRITING, **STALE},
    summary="Take a relation away",
    openapi_extra={"parameters": [IF_MATCH, IDEMPOTENCY]},
)
def delete(
    request: HttpRequest, code: str, uid: str, reason: str = Query("", max_length=2000)
) -> HttpResponse:
    """Who may edit either end may."""
    actor, institution = enter(request, code)
    found = _find(actor, institution, uid)
    if asked_version(request, found.version) != found.version:
        raise _stale(found)
    outcome = actions.unlink(actor, found, reason=reason)
    waiting = proposed(outcome)
    if waiting:
        return answer(waiting, 202)
    return answer({"uid": found.uid, "change_set": set_of(outcome.change_set)})


def _find(actor: Actor, institution: Institution, uid: str) -> Relation:
    seen = queries.visible_relations(actor, institution).select_related("source__unit", "target__unit")
    found = seen.filter(uid=uid).first() if queries.is_uid(uid) else None
    if found is None:
        raise NotFound
    found.institution = institution
    return found


def _stale(found: Relation) -> Problem:
    now = Relation.objects.get(pk=found.pk)
    detail = _("Somebody changed this since you read it. Read it again, and decide field by field.")
    return Problem(412, "Precondition failed", detail, version=now.version, fields=[])


def _written(request: HttpRequest, institution: Institution, outcome: Outcome, status: int) -> HttpResponse:
    waiting = proposed(outcome)
    if waiting:
        return answer(waiting, 202)
    about = {"change_set": set_of(outcome.change_set), "warnings": outcome.warnings}
    place = reverse("api:relation", args=[institution.code, outcome.row.uid])
    headers = {"Location": place} if status == 201 else {}
    return single(request, shapes.relation(outcome.row), outcome.row.version, status, headers, about)
