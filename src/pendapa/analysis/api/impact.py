"""What stops when one element stops, and what it rests on, as data."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from pendapa.analysis.queries import impact as queries
from pendapa.analysis.queries.impact import Impact
from pendapa.architecture.api.door import ABSENT, enter
from pendapa.architecture.rules.moments import moment as moment_of
from pendapa.kernel.access.rest import ProblemOut, answer, refused

router = Router()
LIMIT = 500


class ImpactThing(Schema):
    uid: str
    code: str
    name: str
    domain: str
    unit: str


class ImpactNode(ImpactThing):
    """``path`` holds the codes from the root to the element before this one."""

    direction: Literal["down", "up"]
    distance: int
    path: list[str]


class ImpactEdge(Schema):
    """A relation as the register has it, by codes; ``dependent`` is the end that stops with the other."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    type: str
    dependent: Literal["from", "to"]


class ImpactOpd(Schema):
    uid: str
    name: str
    elements: int


class ImpactSums(Schema):
    """Of the whole answer. ``users`` adds up the users a month of the services hit, null where they are known of none;
    ``users_unknown`` counts the services of which they are not known."""

    total: int
    domains: dict[str, int]
    services: int
    users: int | None
    users_unknown: int
    opds: list[ImpactOpd]


class ImpactOut(Schema):
    """``next`` goes into ``after`` to read on; empty at the end. ``edges`` join the nodes of this part with what lies on the
    way to them. Which end depends on the other is a reading of this project (``verified`` is false)."""

    root: ImpactThing
    direction: str
    depth: int
    moment: str
    sums: ImpactSums
    nodes: list[ImpactNode]
    edges: list[ImpactEdge]
    next: str
    verified: bool


@router.get(
    "/institutions/{code}/impact/{element}",
    response={200: ImpactOut, 422: ProblemOut, **ABSENT},
    by_alias=True,
    summary="Impact of an element",
)
def impact(
    request: HttpRequest,
    code: str,
    element: str,
    direction: Literal["down", "up", "both"] = "down",
    depth: int = Query(3, ge=1, le=6),
    domain: list[str] = Query([]),  # noqa: B008
    relation: list[str] = Query([]),  # noqa: B008
    moment: str = "",
    after: int = Query(0, ge=0, le=10_000_000),
    limit: int = Query(150, ge=1, le=LIMIT),
) -> HttpResponse:
    """What depends on an element (down) and what it rests on (up), from near to far, within a distance by name.

    ``element`` is a uid. ``domain`` narrows what is listed and counted, ``relation`` what is followed; both may be given
    several times. ``moment`` is a day (2025-01-31), ``rencana-2027`` or ``rilis-2026``.
    """
    actor, institution = enter(request, code)
    at = moment_of(moment, releases=False)
    if at is None:
        text = _("“%(said)s” is no moment: write 2025-01-31, rencana-2027 or rilis-2026.")
        raise refused(text % {"said": moment[:60]}, "moment")
    asked = queries.asked(
        institution, direction=direction, depth=depth, domains=domain, kinds=relation, moment=at
    )
    found = queries.impact(actor, institution, element, asked)
    return answer(_told(found, after, limit))


def _told(found: Impact, after: int, limit: int) -> dict[str, Any]:
    end = after + limit
    nodes = queries.rows(found, after, limit)
    ties = queries.ties(found, queries.nodes_of(found, after, limit))
    sums = found.sums
    known = sums.services - sums.unknown
    return {
        "root": _thing(found.root),
        "direction": found.asked.direction,
        "depth": found.asked.depth,
        "moment": found.asked.moment.key,
        "sums": {
            "total": sums.total,
            "domains": {key: many for key, many in sums.domains.items() if many},
            "services": sums.services,
            "users": sums.users if known or not sums.services else None,
            "users_unknown": sums.unknown,
            "opds": [
                {"uid": one.uid, "name": one.name, "elements": one.elements}
                for one in queries.opds_hit(found)
            ],
        },
        "nodes": [
            _thing(row.thing)
            | {"direction": row.way, "distance": row.distance, "path": [thing.code for thing in row.path]}
            for row in nodes
        ],
        "edges": [
            {
                "from": tie.source.code,
                "to": tie.target.code,
                "type": tie.kind,
                "dependent": "to" if tie.hits_target else "from",
            }
            for tie in ties
        ],
        "next": str(end) if end < sums.total else "",
        "verified": False,
    }


def _thing(thing: queries.Thing) -> dict[str, Any]:
    return {
        "uid": thing.uid,
        "code": thing.code,
        "name": thing.name,
        "domain": thing.domain,
        "unit": thing.unit,
    }
