"""Circular prerequisites: what waits for itself."""

from collections.abc import Sequence
from math import ceil

from pendapa.evaluation.rules.problem import Requirement

_Node = tuple[str, int]


def circle(requires: Sequence[Requirement]) -> list[str]:
    """One fault with the first circle found; empty where there is none.

    A level of an indicator waits for what is required for it, and by the ladder for the levels below it.
    """
    edges: dict[_Node, set[_Node]] = {}
    for one in requires:
        edges.setdefault((one.a, ceil(one.la)), set()).add((one.b, ceil(one.lb)))
    nodes = {*edges, *(end for ends in edges.values() for end in ends)}
    for number, level in sorted(nodes):
        lower = [other for name, other in nodes if name == number and other < level]
        if lower:
            edges.setdefault((number, level), set()).add((number, max(lower)))
    found = _search({node: sorted(ends) for node, ends in edges.items()})
    if not found:
        return []
    told = " needs ".join(f"indicator {number} at {level}" for number, level in found)
    return [f"requires: circular: {told}; remove one of these prerequisites"]


def _search(edges: dict[_Node, list[_Node]]) -> list[_Node]:
    """The nodes of a circle, the first one again at the end."""
    done: set[_Node] = set()
    for start in sorted(edges):
        if start in done:
            continue
        path, open_ = [start], [iter(edges[start])]
        on_path = {start}
        while open_:
            node = next(open_[-1], None)
            if node is None:
                open_.pop()
                left = path.pop()
                on_path.discard(left)
                done.add(left)
            elif node in on_path:
                return [*path[path.index(node) :], node]
            elif node not in done:
                path.append(node)
                on_path.add(node)
                open_.append(iter(edges.get(node, ())))
    return []
