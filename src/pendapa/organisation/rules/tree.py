"""The order of the OPD tree, and when one unit stands below another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Node(Generic[T]):
    """One unit in its place: ``depth`` 0 is an OPD, ``children`` counts the units right below it."""

    item: T
    depth: int
    children: int


def arrange(
    items: Iterable[T], key: Callable[[T], int], parent: Callable[[T], int | None], code: Callable[[T], str]
) -> list[Node[T]]:
    """Every unit once, each followed by what stands below it, sisters by code. An absent parent counts as none."""
    all_items = list(items)
    known = {key(item) for item in all_items}
    below: dict[int | None, list[T]] = {}
    for item in all_items:
        over = parent(item)
        below.setdefault(over if over in known else None, []).append(item)
    for sisters in below.values():
        sisters.sort(key=lambda item: natural(code(item)))
    found: list[Node[T]] = []
    waiting = [(item, 0) for item in reversed(below.get(None, []))]
    while waiting:
        item, depth = waiting.pop()
        children = below.get(key(item), [])
        found.append(Node(item, depth, len(children)))
        waiting += [(child, depth + 1) for child in reversed(children)]
    return found


def keep(nodes: Sequence[Node[T]], wanted: Callable[[T], bool]) -> list[tuple[Node[T], bool]]:
    """The nodes that are wanted and those above them, each with whether it was wanted itself."""
    kept: list[tuple[Node[T], bool]] = []
    needed = -1  # depth below which an ancestor is still owed to what was kept
    for node in reversed(nodes):
        hit = wanted(node.item)
        if hit or node.depth < needed:
            kept.append((node, hit))
            needed = node.depth
    return kept[::-1]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers in a text by their value: "1.2" before "1.10"."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def is_below(path: str, above: str) -> bool:
    """Whether the unit of ``path`` is that of ``above`` or stands below it."""
    return path.startswith(above)
