"""Impact: what stops when one element stops (down), and what one element rests on (up), over a graph of plain numbers.

Which end of a relation depends on the other is told by the metamodel pack (``depends``); that reading is the project's.
No Django. Nodes are numbers ``0 … n-1``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

DOWN, UP, BOTH = "down", "up", "both"
DIRECTIONS = (DOWN, UP, BOTH)
DEEPEST = 6
Steps = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Link:
    """A relation between two nodes, as the register has it: ``source`` → ``target``; whether the target depends on the source,
    or the source on the target."""

    kind: str
    source: int
    target: int
    hits_target: bool


class Graph:
    """Who depends on whom. ``keys`` names the nodes outside, ``units`` says whose they are; ``users`` holds users a month of
    services, ``None`` for unknown; ``things`` what is known of nodes by key, where that was read along; ``rank`` the order in
    which people read them, where it is not that of the nodes.

    ``links`` are ``(kind, source, target, dependent)`` where ``dependent`` is ``from``, ``to`` or ``none``.
    """

    def __init__(
        self,
        keys: Sequence[Any],
        domains: Sequence[str],
        units: Sequence[int],
        users: Mapping[int, int | None],
        links: Iterable[tuple[str, int, int, str]],
        things: Mapping[Any, Any] | None = None,
        rank: Sequence[int] | None = None,
    ) -> None:
        self.keys, self.domains = keys, domains
        self.things = things or {}
        self.rank = range(len(keys)) if rank is None else rank
        self.place = {key: number for number, key in enumerate(keys)}
        # Tens of thousands are summed up at once: nodes of one domain and unit are of one group.
        self.known_users = [users.get(node) or 0 for node in range(len(keys))]
        groups: dict[tuple[str, int, bool], int] = {}
        self.group_of = [
            groups.setdefault((domain, unit, users.get(node, 0) is None), len(groups))
            for node, (domain, unit) in enumerate(zip(domains, units, strict=True))
        ]
        self.groups = list(groups)
        rows = [
            (target, source, kind, False) if dependent == "from" else (source, target, kind, True)
            for kind, source, target, dependent in links
            if dependent in ("from", "to") and source != target
        ]
        self._rows = rows
        self._sorted: tuple[list[int], list[tuple[int, int, str, bool]]] | None = None
        self._steps: dict[tuple[str, frozenset[str]], Steps] = {}

    def steps(self, direction: str, kinds: frozenset[str] = frozenset()) -> Steps:
        """The neighbours of each node: those that depend on it (``down``), or that it rests on (``up``)."""
        known = self._steps.get((direction, kinds))
        if known is None:
            if len(self._steps) > 4:
                self._steps.clear()
            known = self._steps[direction, kinds] = self._neighbours(direction == UP, kinds)
        return known

    def _neighbours(self, upward: bool, kinds: frozenset[str]) -> Steps:
        nobody: list[int] = []
        found = [nobody] * len(self.keys)
        for base, dependent, kind, _forward in self._rows:
            if kinds and kind not in kinds:
                continue
            start, end = (dependent, base) if upward else (base, dependent)
            if found[start] is nobody:
                found[start] = [end]
            else:
                found[start].append(end)
        return found

    def between(self, nodes: Iterable[int], kinds: frozenset[str] = frozenset()) -> Iterator[Link]:
        """The relations among some nodes that make one depend on the other."""
        wanted = set(nodes)
        if self._sorted is None:
            rows = sorted(self._rows)
            self._sorted = [row[0] for row in rows], rows
        bases, rows = self._sorted
        for base in sorted(wanted):
            at = bisect_left(bases, base)
            while at < len(bases) and bases[at] == base:
                _base, dependent, kind, forward = rows[at]
                at += 1
                if dependent in wanted and (not kinds or kind in kinds):
                    yield Link(kind, base, dependent, True) if forward else Link(kind, dependent, base, False)


@dataclass
class Walk:
    """One direction from a root: ``levels[d]`` are the nodes ``d`` steps away; ``back`` are the steps towards the root."""

    levels: list[set[int]]
    back: Steps

    def path(self, node: int, distance: int) -> list[int]:
        """From the root to a node that is so far away, both included: of several shortest ways always the same."""
        found = [node]
        for near in reversed(self.levels[:distance]):
            found.append(min(near.intersection(self.back[found[-1]])))
        return found[::-1]

    def leading_to(self, nodes: set[int], distance: int) -> set[int]:
        """Those one step nearer from which a shortest way leads to some of the nodes."""
        found: set[int] = set()
        return found.union(*map(self.back.__getitem__, nodes)) & self.levels[distance - 1]


def walk(steps: Steps, back: Steps, root: int, depth: int) -> Walk:
    """Everything within ``depth`` steps of the root."""
    levels = [{root}]
    seen = {root}
    for _ in range(depth):
        found: set[int] = set()
        found = found.union(*map(steps.__getitem__, levels[-1])) - seen
        if not found:
            break
        levels.append(found)
        seen |= found
    return Walk(levels, back)


@dataclass
class Sums:
    """What is hit, in numbers: elements by domain and by unit. ``users`` adds up the users a month that are known of the
    services hit; ``unknown`` counts the services of which they are not."""

    domains: Counter[str] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)
    services: int = 0
    users: int = 0
    unknown: int = 0
    total: int = 0


@dataclass
class Level:
    """Nodes that were asked for, ``distance`` steps away in one direction."""

    way: str
    distance: int
    nodes: set[int]


@dataclass
class Reach:
    """The answer: per direction a walk, the ``levels`` of what was asked for from near to far, and their sums."""

    graph: Graph
    root: int
    walks: dict[str, Walk]
    levels: list[Level]
    sums: Sums
    kinds: frozenset[str]

    def path(self, direction: str, distance: int, node: int) -> list[int]:
        """From the root to a node."""
        return self.walks[direction].path(node, distance)

    def part(self, start: int = 0, size: int | None = None) -> list[tuple[str, int, int]]:
        """Some of what was asked for as ``(direction, distance, node)``, from near to far, within a level in order."""
        found: list[tuple[str, int, int]] = []
        end = self.sums.total if size is None else start + size
        before = 0
        for level in self.levels:
            first, last = max(start - before, 0), min(end - before, len(level.nodes))
            if first < last:
                some = sorted(level.nodes, key=self.graph.rank.__getitem__)[first:last]
                found += [(level.way, level.distance, node) for node in some]
            before += len(level.nodes)
        return found


def reach(
    graph: Graph,
    root: int,
    direction: str = DOWN,
    depth: int = 3,
    domains: frozenset[str] = frozenset(),
    kinds: frozenset[str] = frozenset(),
) -> Reach:
    """Walk from the root. ``kinds`` are the relations that are followed, ``domains`` those that are listed and counted: the way
    leads through the others as well. A node found both ways stands where it is nearer, below where it is as near."""
    ways = (DOWN, UP) if direction == BOTH else (direction,)
    both = {way: graph.steps(way, kinds) for way in (DOWN, UP)}
    walks = {way: walk(both[way], both[UP if way == DOWN else DOWN], root, depth) for way in ways}
    levels: list[Level] = []
    taken: set[int] = {root}
    for distance in range(1, depth + 1):
        for way, one in walks.items():
            if distance >= len(one.levels):
                continue
            nodes = one.levels[distance]
            if len(ways) > 1:
                nodes = nodes - taken
                taken |= nodes
            if domains:
                nodes = {node for node in nodes if graph.domains[node] in domains}
            if nodes:
                levels.append(Level(way, distance, nodes))
    return Reach(graph, root, walks, levels, _sums(graph, levels), kinds)


def _sums(graph: Graph, levels: Sequence[Level]) -> Sums:
    counted: Counter[int] = Counter()
    sums = Sums()
    for nodes in (level.nodes for level in levels):
        sums.total += len(nodes)
        counted.update(map(graph.group_of.__getitem__, nodes))
        sums.users += sum(map(graph.known_users.__getitem__, nodes))
    for group, many in counted.items():
        domain, unit, unknown = graph.groups[group]
        sums.domains[domain] += many
        sums.units[unit] += many
        sums.unknown += many if unknown else 0
    sums.services = sums.domains["services"]
    return sums


@dataclass
class Drawn:
    """The part of an answer that is drawn: node → ``(direction, distance)``, the root at 0; ``more`` counts the neighbours of
    a node that are hit and not drawn."""

    nodes: dict[int, tuple[str, int]]
    more: dict[int, int]


def drawn(found: Reach, most: int) -> Drawn:
    """At most ``most`` nodes: some of each distance, those first that lead on, each joined to the root by what is drawn."""
    nodes = {found.root: (next(iter(found.walks)), 0)}
    wanted = _with_ways(found)
    ways = [way for way in found.walks if len(wanted[way]) > 1]
    for turn, way in enumerate(ways):
        levels, steps = wanted[way], found.graph.steps(way, found.kinds)
        room = (most - len(nodes)) // (len(ways) - turn)
        before = {found.root}
        for distance, level in enumerate(levels[1:], 1):
            share = max(room // (len(levels) - distance), 1)
            joined: set[int] = set()
            open_ones = joined.union(*map(steps.__getitem__, before)) & level - nodes.keys()
            on = levels[distance + 1] if distance + 1 < len(levels) else set()
            rank = found.graph.rank
            before = set(
                nsmallest(share, open_ones, key=lambda node: (on.isdisjoint(steps[node]), rank[node]))
            )
            nodes.update((node, (way, distance)) for node in sorted(before, key=rank.__getitem__))
            room -= len(before)
            if room <= 0 or not before:
                break
    return Drawn(nodes, _more(found, nodes, wanted))


def _with_ways(found: Reach) -> dict[str, list[set[int]]]:
    """By direction and distance, the nodes that were asked for and those on the ways to them."""
    wanted = {
        way: [set(level) if not n else set() for n, level in enumerate(one.levels)]
        for way, one in found.walks.items()
    }
    for level in found.levels:
        wanted[level.way][level.distance] |= level.nodes
    for way, levels in wanted.items():
        for distance in range(len(levels) - 1, 0, -1):
            if levels[distance]:
                levels[distance - 1] |= found.walks[way].leading_to(levels[distance], distance)
        while len(levels) > 1 and not levels[-1]:
            levels.pop()
    return wanted


def _more(
    found: Reach, nodes: Mapping[int, tuple[str, int]], wanted: Mapping[str, list[set[int]]]
) -> dict[int, int]:
    hidden: dict[int, int] = {}
    for way in found.walks:
        steps = found.graph.steps(way, found.kinds)
        nothing: set[int] = set()
        hit = nothing.union(*wanted[way]) - nodes.keys()
        for node, (own, _distance) in nodes.items():
            missing = len(hit.intersection(steps[node])) if own == way or node == found.root else 0
            if missing:
                hidden[node] = hidden.get(node, 0) + missing
    return hidden
