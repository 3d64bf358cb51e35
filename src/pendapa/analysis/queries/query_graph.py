"""The answer to a question as a graph: the elements of the paths, and the relations along them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from pendapa.analysis.queries.query import Row, _Walk, planned
from pendapa.analysis.queries.query_conditions import Compiler
from pendapa.analysis.queries.query_sql import bounded
from pendapa.analysis.rules import query as rules
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution

NODES, PATHS, EDGES = 150, 600, 600
"""So many elements are drawn, of so many paths, with so many relations."""


@dataclass(frozen=True)
class Link:
    """A relation between two drawn elements, as it stands in the register."""

    source: int
    target: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """Elements by id with the step in which each came first; ``cut`` where not all of the answer is drawn."""

    nodes: dict[int, tuple[Row, int]]
    links: list[Link]
    cut: bool


def graph(actor: Actor, institution: Institution, line: str) -> Graph:
    """The first paths of an answer, as many as fit. Raises as :func:`pendapa.analysis.queries.query.answer` does."""
    plan = planned(actor, institution, line)
    whole = rules.Plan(plan.line, plan.steps, plan.columns, plan.last > 0, plan.sort, plan.down)
    compiler = Compiler(actor, institution)
    walk = _Walk(compiler, whole)
    with bounded():
        keys, mark = walk.page(None, PATHS)
        nodes, cut = _fitting(walk.rows(keys))
        pairs = _pairs(compiler, whole, nodes)
    links = [Link(source, target, tuple(types)) for (source, target), types in pairs.items()]
    return Graph(nodes, links[:EDGES], cut or mark is not None or len(links) > EDGES)


def _fitting(rows: list[tuple[Row | None, ...]]) -> tuple[dict[int, tuple[Row, int]], bool]:
    found: dict[int, tuple[Row, int]] = {}
    for row in rows:
        fresh = {one["id"]: (one, place) for place, one in enumerate(row) if one and one["id"] not in found}
        if len(found) + len(fresh) > NODES:
            return found, True
        found |= fresh
    return found, False


def _pairs(
    compiler: Compiler, plan: rules.Plan, nodes: dict[int, tuple[Row, int]]
) -> dict[tuple[int, int], list[str]]:
    """The relations between the drawn elements: of the types that the question follows, of all for a single step. One query."""
    ids = list(nodes)
    edges = compiler.edges().filter(source__in=ids, target__in=ids)
    if plan.last:
        types = {name for stop in plan.steps for name in (*stop.out, *stop.into)}
        edges = edges.filter(Q(type__in=types))
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for source, target, type_ in edges.order_by("source_id", "target_id", "type").values_list(
        "source_id", "target_id", "type"
    )[: EDGES * 4]:
        found[source, target].append(type_)
    return dict(found)
