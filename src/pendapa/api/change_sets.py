"""Change sets: what was written, by whom, and what waits for review."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.architecture.api.door import sees_field
from pendapa.architecture.api.elements import told_write
from pendapa.architecture.api.schemas import Write
from pendapa.kernel.access.actor import Actor, NotFound, institution_for
from pendapa.kernel.access.rest import AbsentOut, answer
from pendapa.kernel.history import queries
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.review import queries as review
from pendapa.kernel.tenancy.models import Institution

router = Router(tags=["history"])
LIMIT = 200


class ChangeSetOut(Schema):
    """``state``: applied, undone or partly_undone; on its way draft, submitted (waiting at ``step``), returned, agreed."""

    uid: str
    kind: str
    state: str
    step: str
    author: str
    at: datetime
    reason: str
    unit: str
    counts: dict[str, int]


class ChangeSets(Schema):
    """Newest first; ``next`` goes into ``after`` to read on; empty at the end."""

    items: list[ChangeSetOut]
    next: str


class WriteOut(Write):
    type: str
    uid: str
    name: str


class ChangeSetFull(ChangeSetOut):
    """``writes``: what it wrote, as far as you may see it; none while it is on its way."""

    writes: list[WriteOut]
    next: str


@router.get(
    "/institutions/{code}/change-sets", response={200: ChangeSets, 404: AbsentOut}, summary="Change sets"
)
def change_sets(
    request: HttpRequest, code: str, after: str = "", limit: int = Query(30, ge=1, le=LIMIT)
) -> HttpResponse:
    """What was written within your scope of the history, and what you wrote yourself."""
    actor, institution = _enter(request, code)
    page = queries.page(actor, institution, after=after, size=limit)
    return answer({"items": [_set(one) for one in page.rows], "next": page.next})


@router.get(
    "/institutions/{code}/change-sets/{uid}",
    response={200: ChangeSetFull, 404: AbsentOut},
    summary="One change set with its writes",
)
def change_set(request: HttpRequest, code: str, uid: str, after: str = "") -> HttpResponse:
    """Field by field. A proposal that is on its way answers as well, to who may see it."""
    actor, institution = _enter(request, code)
    try:
        known = UUID(uid)
    except ValueError:
        raise NotFound from None
    waiting = review.visible(actor, institution).exclude(state__in=ChangeSet.WRITTEN)
    proposal = waiting.select_related("unit").filter(uid=known).first()
    if proposal is not None:
        return answer(_proposal(proposal) | {"writes": [], "next": ""})
    found, shown = queries.change_set(actor, institution, known)
    lines = queries.lines(actor, found, after=whole(after, digits=18) or 0)
    seen = {domain: sees_field(actor, institution, domain) for domain in {one.domain for one in lines.rows}}
    writes = [
        told_write(one, seen[one.domain]) | {"type": one.type, "uid": one.uid, "name": one.name}
        for one in lines.rows
    ]
    return answer(_set(shown) | {"writes": writes, "next": str(lines.next or "")})


def _enter(request: HttpRequest, code: str) -> tuple[Actor, Institution]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(HISTORY, institution)
    return actor, institution


def _set(one: queries.Set) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("uid", "kind", "state", "author", "at", "reason", "unit")}
    return same | {"step": "", "counts": one.counts}


def _proposal(one: ChangeSet) -> dict[str, Any]:
    same = {name: getattr(one, name) for name in ("uid", "kind", "state", "step", "reason", "counts")}
    unit = one.unit.name if one.unit else ""
    return same | {"author": one.author_name, "at": one.created_at, "unit": unit}
