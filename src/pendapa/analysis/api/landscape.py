"""The landscape of a national reference tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.analysis.queries import landscape as queries
from pendapa.analysis.queries.landscape import Drawn
from pendapa.analysis.queries.matrix import unit_of
from pendapa.architecture.api.door import ABSENT, enter
from pendapa.kernel.access.rest import ProblemOut, answer

router = Router()


class BoxOut(Schema):
    """``value`` is null where nothing is known; it speaks for ``known`` of ``asked`` elements. ``step``: 1–5, 0 not known.
    ``counts`` are elements by domain, those of the boxes below among them. ``verified``: code and name were read in a source."""

    key: str
    code: str
    name: str
    level: int
    parent: str
    verified: bool
    empty: bool
    value: float | None
    known: int
    asked: int
    step: int
    mapped: int
    counts: dict[str, int]


class LandscapeOut(Schema):
    """``above`` elements are mapped to a node above the counted ones only. ``loose`` of ``mappable`` elements are mapped to no node. Values: percent, years, rupiah, risk 1–4, SKM 25–100, gaps."""

    tree: str
    measure: str
    capabilities: int
    empty: int
    above: int
    loose: int
    mappable: int
    boxes: list[BoxOut]


@router.get(
    "/institutions/{code}/landscape",
    response={200: LandscapeOut, 422: ProblemOut, **ABSENT},
    summary="Capabilities with what stands in them",
)
def landscape(
    request: HttpRequest,
    code: str,
    tree: str = Query("RAB", description="RAB, RAL, RAD, RAA, RAI or RAK"),
    measure: str = Query(
        "completeness", description="completeness, age, cost, contract, risk, satisfaction or gaps"
    ),
    unit: str = Query("", description="uid of a unit: only what it and all below it mapped"),
) -> HttpResponse:
    """The nodes of a tree down to level 3, outer ones first, each with the elements mapped to it or below, what those lead
    to, and one measure of them."""
    actor, institution = enter(request, code)
    chosen = queries.checked(tree, measure)
    where = unit_of(institution, unit)
    found = queries.landscape(actor, institution, *chosen, where)
    counts = {
        name: getattr(found, name)
        for name in ("tree", "measure", "capabilities", "empty", "above", "loose", "mappable")
    }
    return answer({**counts, "boxes": [box for one in found.boxes for box in _boxes(one, "")]})


def _boxes(one: Drawn, parent: str) -> Iterator[dict[str, Any]]:
    node, reading = one.box.node, one.reading
    yield {
        "key": node.key,
        "code": node.code or "",
        "name": node.name,
        "level": node.level,
        "parent": parent,
        "verified": node.verified,
        "empty": not one.box.things,
        "value": None if reading.value is None else float(reading.value),
        "known": reading.known,
        "asked": reading.asked,
        "step": one.step,
        "mapped": one.box.mapped,
        "counts": dict(one.counts),
    }
    for inner in one.inside:
        yield from _boxes(inner, node.key)
