"""Impact on a large register, against the faster of a bare recursive query and a walk over what is in memory already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from bench import register, scene
from bench.harness import Result, compare

MANY, EXTRA_MS = 10_000, 5.0
DEPTH = 3

# The target depends on the source in all relations of this register, save that applications depend on their server.
BARE = """
WITH RECURSIVE walk(id, depth) AS (
  SELECT CAST(%s AS bigint), 0
  UNION
  SELECT CASE WHEN r.type = 'application_server' THEN r.source_id ELSE r.target_id END, w.depth + 1
  FROM walk w JOIN architecture_relation r
    ON (r.source_id = w.id AND r.type <> 'application_server')
    OR (r.target_id = w.id AND r.type = 'application_server')
  WHERE w.depth < %s AND r.deleted_at IS NULL
)
SELECT id, MIN(depth) FROM walk GROUP BY id
"""


def bench_impact(quick: bool) -> list[Result]:
    """A server under a fifth of the register, and an application: from the first question on, and asked again."""
    elements = register.size(quick)
    register.filled(elements)
    place, _units = scene.institution()
    from pendapa.analysis.queries import impact_graph
    from pendapa.analysis.queries.impact import Asked, impact
    from pendapa.architecture.models import Element, Relation
    from pendapa.kernel.access.actor import system

    applications = Element.objects.filter(institution=place, domain="applications", code__startswith="P-")
    large = _server(place, list(applications.order_by("pk")[: elements // 5]))
    small = applications.order_by("-pk").first()
    assert small is not None
    actor, asked = system(), Asked(depth=DEPTH)

    def ours(root: Element) -> Callable[[], object]:
        return lambda: impact(actor, place, root.uid, asked)

    def fresh(root: Element) -> Callable[[], object]:
        def ask() -> object:
            impact_graph._graphs.clear()
            return impact(actor, place, root.uid, asked)

        return ask

    reached = ours(large)().sums.total  # type: ignore[attr-defined]
    links = _adjacency(place)
    found = []
    for name, root, work in (
        ("asked again", large, ours(large)),
        ("of an application, asked again", small, ours(small)),
        ("of an application, first question", small, fresh(small)),
    ):
        floor = _faster(_bare(root), _in_memory(links, root))
        title = f"impact on {reached} elements, {name}" if root is large else f"impact {name}"
        if root is large and reached > MANY:
            result = compare(f"{title} / walk", floor=floor, ours=work, limit=2)
        else:
            # The first question reads what it needs: its milliseconds are those of the machine.
            limit = 2 if "first" in name else 1
            result = _plus(compare(f"{title} / walk + 5 ms", floor=floor, ours=work, limit=limit, inner=3))
        found.append(result)
    first = compare(
        f"impact on {reached} elements, first question / bare query", floor=_bare(large), ours=fresh(large), limit=12, rounds=3
    )  # fmt: skip
    Relation.objects.filter(target=large).delete()
    scene.clear("IMPACT")
    impact_graph._graphs.clear()
    return [*found, first]


def _server(place: Any, applications: list[Any]) -> Any:
    """A server on which these applications run, without a history: it is gone after the bench."""
    from pendapa.architecture.models import Relation

    [server] = scene.made(1, "IMPACT")
    server.domain, server.kind = "infrastructure", "server"
    server.save()
    Relation.objects.bulk_create(
        [
            Relation(institution=place, type="application_server", source=one, target=server)
            for one in applications
        ],
        batch_size=2000,
    )
    return server


def _bare(root: Any) -> Callable[[], object]:
    from django.db import connection

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [root.pk, DEPTH])
            return cursor.fetchall()

    return ask


def _adjacency(place: Any) -> dict[int, list[int]]:
    from pendapa.architecture.models import Relation

    found: dict[int, list[int]] = {}
    for kind, source, target in Relation.objects.filter(institution=place, deleted_at=None).values_list(
        "type", "source_id", "target_id"
    ):
        base, other = (target, source) if kind == "application_server" else (source, target)
        found.setdefault(base, []).append(other)
    return found


def _in_memory(links: dict[int, list[int]], root: Any) -> Callable[[], object]:
    def ask() -> object:
        seen, frontier = {root.pk: 0}, [root.pk]
        for depth in range(1, DEPTH + 1):
            following = []
            for node in frontier:
                for other in links.get(node, ()):
                    if other not in seen:
                        seen[other] = depth
                        following.append(other)
            frontier = following
        return seen

    return ask


def _faster(*calls: Callable[[], object]) -> Callable[[], object]:
    def milliseconds(call: Callable[[], object]) -> float:
        call()
        began = perf_counter()
        call()
        return perf_counter() - began

    return min(calls, key=milliseconds)


def _plus(result: Result) -> Result:
    """What may be some milliseconds more than the floor, as a ratio."""
    return replace(result, ratio=result.ours_ms / (result.floor_ms + EXTRA_MS))
