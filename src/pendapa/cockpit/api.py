"""The room's part of ``/api/v1``: the leader's cockpit, as `pendapa cockpit --format json` answers it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from pendapa.cockpit import telling
from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.queries import leader
from pendapa.kernel.access.actor import institution_for
from pendapa.kernel.access.rest import AbsentOut, answer

router = Router(tags=["cockpit"])


class CockpitOut(Schema, extra="allow"):
    """Exact numbers as decimal strings, days as ISO dates, null for what is not known. Rooms that offer a part add their key."""

    index: dict[str, Any]
    path: dict[str, Any]
    commitments: dict[str, Any]
    iku: dict[str, Any]
    budget: dict[str, Any]
    gaps: dict[str, Any]
    decisions: dict[str, Any]
    units: dict[str, Any]


@router.get(
    "/institutions/{code}/cockpit", response={200: CockpitOut, 404: AbsentOut}, summary="The leader's cockpit"
)
def cockpit(request: HttpRequest, code: str) -> HttpResponse:
    """Index, path to the target, commitments, IKU, budget, gaps, decisions and OPD, as they stand now."""
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(LEADER, institution)
    # Not through the schema, which would leave out the keys of rooms that offer a part.
    return answer(telling.as_json(leader.cockpit(actor, institution)))
