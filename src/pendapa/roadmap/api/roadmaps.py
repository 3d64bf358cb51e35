"""The room's part of ``/api/v1``: roadmap documents, to be read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from pendapa.kernel.access.actor import institution_for
from pendapa.kernel.access.rest import AbsentOut, answer
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import roadmaps as queries

router = Router()


class ReviewOut(Schema):
    """A review that the regulation asks for: ``held_on`` null while it was not held, ``due`` while it should be."""

    kind: str
    year: int
    held_on: str | None
    due: bool
    verified: bool


class RoadmapOut(Schema):
    """``state``: draft, set, ended. ``planned`` and ``spent`` in rupiah, null where nothing is known; of what you may see."""

    uid: str
    title: str
    first_year: int
    last_year: int
    state: str
    decree_number: str
    decree_on: str | None
    public: bool
    initiatives: int
    done: int
    planned: str | None
    spent: str | None
    baselines: int
    reviews: list[ReviewOut]
    version: int


class Roadmaps(Schema):
    """The newest first; ``current`` is the uid of the one that holds now, or null."""

    items: list[RoadmapOut]
    current: str | None


@router.get("/institutions/{code}/roadmaps", response={200: Roadmaps, 404: AbsentOut}, summary="Roadmaps")
def roadmaps(request: HttpRequest, code: str) -> HttpResponse:
    """All of them for who answers for the institution, those set by decree for an OPD."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    current = queries.current(actor, institution)
    items = [_out(one) for one in queries.shown(actor, institution)]
    return answer({"items": items, "current": str(current.uid) if current else None})


def _out(one: queries.Shown) -> dict[str, Any]:
    row = one.roadmap
    return {
        "uid": str(row.uid), "title": row.title, "first_year": row.first_year, "last_year": row.last_year,
        "state": row.state, "decree_number": row.decree_number,
        "decree_on": row.decree_on.isoformat() if row.decree_on else None, "public": row.public,
        "initiatives": one.initiatives, "done": one.done,
        "planned": None if one.planned is None else f"{one.planned.normalize():f}",
        "spent": None if one.spent is None else f"{one.spent.normalize():f}",
        "baselines": one.baselines,
        "reviews": [
            {
                "kind": each.key, "year": each.year, "due": each.is_due, "verified": each.verified,
                "held_on": each.held_on.isoformat() if each.held_on else None,
            }
            for each in one.reviews
        ],
        "version": row.version,
    }  # fmt: skip
