"""``pendapa impact CODE``: what stops with an element, and what it rests on."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pendapa.kernel.commands import Fault, Format, chosen, complain, institution, ready, show

if TYPE_CHECKING:
    from pendapa.analysis.queries.impact import Impact
    from pendapa.architecture.models import Element
    from pendapa.kernel.tenancy.models import Institution

NODE = ("code", "name", "domain", "unit", "distance")
LINE = (*NODE, "path")


class Direction(StrEnum):
    """Which way is followed."""

    down = "down"
    up = "up"
    both = "both"


class ImpactFormat(StrEnum):
    """How the answer is told."""

    table = "table"
    json = "json"
    mermaid = "mermaid"


def impact(
    element: Annotated[str, typer.Argument(help="Code (or uid) of the element", metavar="CODE")],
    direction: Annotated[
        Direction, typer.Option("--direction", help="down: what depends on it; up: what it rests on; both")
    ] = Direction.down,
    depth: Annotated[int, typer.Option("--depth", min=1, max=6, help="How many steps, 1 to 6")] = 3,
    form: Annotated[
        ImpactFormat | None,
        typer.Option("--format", help="table, json or mermaid (table on a terminal, json elsewhere)"),
    ] = None,
    code: Annotated[
        str, typer.Option("--institution", help="Code of the institution; may be left out where there is one")
    ] = "",
    domains: Annotated[
        list[str] | None, typer.Option("--domain", help="Only these domains are listed; several times")
    ] = None,
    relations: Annotated[
        list[str] | None, typer.Option("--relation", help="Only these relations are followed; several times")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", help="A day (2025-01-31), a plan (rencana-2027) or a release (rilis-2026)")
    ] = "",
) -> None:
    """What stops when this element stops (down), and what it rests on itself (up), each with the way to it."""
    ready()
    from pendapa.analysis.queries import impact as queries
    from pendapa.architecture.rules.moments import moment
    from pendapa.kernel.access.actor import NotFound, system
    from pendapa.kernel.refusing import Refused

    place, actor = _institution(code), system("pendapa impact")
    when = moment(at, releases=False)
    if when is None:
        raise Fault(f"“{at}” is no moment: write 2025-01-31, rencana-2027 or rilis-2026.")
    root = _element(queries.elements_called(actor, place, element), place, element)
    try:
        asked = queries.asked(
            place,
            direction=direction.value,
            depth=depth,
            domains=domains or (),
            kinds=relations or (),
            moment=when,
        )
        found = queries.impact(actor, place, root.uid, asked)
    except Refused as refused:
        raise Fault(str(refused)) from refused
    except NotFound:
        raise Fault(f"{root.code} is not there at {at}, or there is no such release.") from None
    if form is ImpactFormat.mermaid:
        sys.stdout.write(_mermaid(found))
        return
    told = chosen(Format(form.value) if form else None)
    if told is Format.json:
        show(_json(found), told)
        return
    rows = [
        _node(row) | {"path": " › ".join(t.code for t in row.path)} for row in queries.rows(found, size=None)
    ]
    show(rows, told, LINE)
    complain(_said(found))


def _institution(code: str) -> Institution:
    from pendapa.kernel.tenancy.models import Institution

    if not code:
        known = list(Institution.objects.order_by("code")[:21])
        if len(known) == 1:
            return known[0]
        named = ", ".join(one.code for one in known[:20]) or "none yet"
        raise Fault(f"Which institution? Name it with --institution (there are: {named}).")
    return institution(code)


def _element(found: Any, place: Institution, code: str) -> Element:
    if not found:
        raise Fault(
            f"No element of {place.name} has the code “{code}”. "
            f"Codes stand in the lists, and in: pendapa export --institution {place.code} --format csv"
        )
    if len(found) > 1:
        named = "; ".join(f"{one.uid} {one.domain} {one.name}" for one in found)
        raise Fault(f"Several elements have the code “{code}”. Ask by uid: {named}")
    element: Element = found[0]
    return element


def _node(row: Any) -> dict[str, Any]:
    thing = row.thing
    return {
        "code": thing.code,
        "name": thing.name,
        "domain": thing.domain,
        "unit": thing.unit,
        "distance": row.distance,
    }


def _json(found: Impact) -> dict[str, Any]:
    from pendapa.analysis.queries import impact as queries

    rows = queries.rows(found, size=None)
    return {
        "root": found.root.code,
        "nodes": [_node(row) for row in rows],
        "edges": [
            {"from": tie.source.code, "to": tie.target.code, "type": tie.kind}
            for tie in queries.ties(found, queries.nodes_of(found))
        ],
    }


def _mermaid(found: Impact) -> str:
    from pendapa.analysis.queries import impact as queries
    from pendapa.analysis.queries.impact_pictures import graph_of
    from pendapa.kernel.ui import graphs

    boxes, arrows = graph_of(found, *queries.picture(found, 500))
    return graphs.mermaid(boxes, arrows)


def _said(found: Impact) -> str:
    from pendapa.analysis.queries import impact as queries

    sums = found.sums
    counted = ", ".join(f"{many} {domain}" for domain, many in sums.domains.items()) or "nothing"
    users = ""
    if sums.services:
        users = f"; users a month of the services: {sums.users}" if sums.unknown < sums.services else ""
        users += f" ({sums.unknown} services not known)" if sums.unknown else ""
    return (
        f"{found.root.code} {found.root.name}: {counted}; {len(queries.opds_hit(found))} OPD{users}. "
        "Which end of a relation depends on the other is a reading of this project, not of a regulation."
    )
