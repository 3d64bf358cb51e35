"""Two domains against each other: which ways the metamodel offers between them, and what the relations make of one.

An element of a row and one of a column are linked *directly* by a relation, or *through* one or two elements of other
domains. A way is one choice of those elements in between; several relations between the same two are one step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from pendapa.regulations.metamodel import ANY, Endpoint, RelationType

LONGEST = 2
"""At most so many domains stand between a row and a column."""


@dataclass(frozen=True, slots=True)
class Side:
    """Rows or columns: a domain, or one kind of it."""

    domain: str
    kind: str = ""

    @property
    def key(self) -> str:
        """``applications``, ``infrastructure.server``"""
        return f"{self.domain}.{self.kind}" if self.kind else self.domain


@dataclass(frozen=True, slots=True)
class Hop:
    """A type of relation between two neighbours of a path; ``backward`` where the one nearer to the row is its target."""

    type: str
    backward: bool


@dataclass(frozen=True, slots=True)
class Path:
    """From rows to columns: the domains in between, and for each step the relations that make it."""

    through: tuple[str, ...]
    steps: tuple[tuple[Hop, ...], ...]

    @property
    def key(self) -> str:
        """``direct``, ``services``, ``services,data``"""
        return ",".join(self.through) or DIRECT


DIRECT = "direct"
Edge = tuple[str, int, str, int, str]
"""Type, source, its domain, target, its domain."""
Step = Mapping[int, set[int]]
"""From each element nearer to the rows to its neighbours nearer to the columns."""


# ---------------------------------------------------------------------------------------------------------------- paths


def joins(relations: Iterable[RelationType], near: Side, far: Side) -> tuple[Hop, ...]:
    """The relations that may stand between the two, in either direction. What only foreign files bring is no join."""
    return tuple(
        Hop(one.key, backward)
        for one in relations
        if one.offered
        for backward in (False, True)
        if any(_fits(a, near) and _fits(b, far) for a, b in _ends(one, backward))
    )


def paths(
    relations: Sequence[RelationType], domains: Sequence[str], rows: Side, columns: Side
) -> tuple[Path, ...]:
    """All ways between the two through at most two of ``domains``, the best first: the shorter one, then the one that
    leaves out no kind, then that of more relations, then in the order of the metamodel. A domain is passed once; those of the ends are not passed."""
    between = [one for one in domains if one not in (rows.domain, columns.domain)]
    found: list[tuple[int, int, int, int, Path]] = []
    for count in range(LONGEST + 1):
        for through in permutations(between, count):
            sides = [rows, *map(Side, through), columns]
            pairs = list(pairwise(sides))
            steps = tuple(joins(relations, near, far) for near, far in pairs)
            if all(steps):
                narrow = sum(not _whole(relations, near, far) for near, far in pairs)
                relations_of = sum(map(len, steps))
                found.append((count, narrow, -relations_of, len(found), Path(through, steps)))
    return tuple(path for *_rank, path in sorted(found, key=lambda one: one[:4]))


def _ends(relation: RelationType, backward: bool) -> list[tuple[Endpoint, Endpoint]]:
    pairs = relation.pairs or tuple(
        (start, end) for start in relation.sources_allowed for end in relation.targets_allowed
    )
    return [(end, start) for start, end in pairs] if backward else list(pairs)


def _fits(end: Endpoint, side: Side) -> bool:
    return end.domain in (side.domain, ANY) and (not side.kind or end.kind in ("", side.kind))


def _whole(relations: Iterable[RelationType], near: Side, far: Side) -> bool:
    """Whether some relation joins the two whatever their kinds are."""
    return any(
        _fits(a, near) and _fits(b, far) and a.kind in ("", near.kind) and b.kind in ("", far.kind)
        for one in relations
        if one.offered
        for backward in (False, True)
        for a, b in _ends(one, backward)
    )


# -------------------------------------------------------------------------------------------------------------- folding


def laid(
    path: Path, rows: Side, columns: Side, edges: Iterable[Edge], row_ids: set[int], column_ids: set[int]
) -> tuple[Step, ...]:
    """The relations as the steps of a path, from the given rows to the given columns."""
    domains = (rows.domain, *path.through, columns.domain)
    places: dict[tuple[str, str, str], list[tuple[int, bool]]] = defaultdict(list)
    for number, step in enumerate(path.steps):
        near, far = domains[number], domains[number + 1]
        for hop in step:
            ends = (far, near) if hop.backward else (near, far)
            places[hop.type, *ends].append((number, hop.backward))
    steps: list[dict[int, set[int]]] = [{} for _ in path.steps]
    last = len(steps) - 1
    for type_, source, source_domain, target, target_domain in edges:
        for number, backward in places.get((type_, source_domain, target_domain), ()):
            near_id, far_id = (target, source) if backward else (source, target)
            if (number or near_id in row_ids) and (number < last or far_id in column_ids):
                steps[number].setdefault(near_id, set()).add(far_id)
    return tuple(steps)


def turned(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same seen from the columns."""
    found = []
    for step in reversed(steps):
        back: dict[int, set[int]] = {}
        for near, far in step.items():
            for one in far:
                back.setdefault(one, set()).add(near)
        found.append(back)
    return tuple(found)


def linked(steps: Sequence[Step]) -> set[int]:
    """Of the elements at the near end those that reach another one at the far end. Linear in the relations."""
    # Two ends of each suffice to know whether one of them is another than the element itself.
    some: dict[int, tuple[int, ...]] = {}
    for number, step in enumerate(reversed(steps)):
        before, some = some, {}
        for near, far in step.items():
            ends: dict[int, None] = {}
            for one in far:
                ends.update(dict.fromkeys((one,) if number == 0 else before.get(one, ())))
                if len(ends) > 1:
                    break
            if ends:
                some[near] = tuple(ends)[:2]
    return {near for near, ends in some.items() if any(end != near for end in ends)}


def reached(steps: Sequence[Step], start: int) -> dict[int, int]:
    """In how many ways each element at the far end is reached from one at the near end; itself left out."""
    found = {start: 1}
    for step in steps:
        after: dict[int, int] = defaultdict(int)
        for one, count in found.items():
            for other in step.get(one, ()):
                after[other] += count
        found = after
    return {end: count for end, count in found.items() if end != start}


def narrowed(steps: Sequence[Step], row_ids: Iterable[int], column_ids: Iterable[int]) -> tuple[Step, ...]:
    """Only what lies between some rows and some columns."""
    ends, kept = set(column_ids), []
    for number, step in enumerate(reversed(steps)):
        wanted = set(row_ids) if number == len(steps) - 1 else step.keys()
        part = {near: far & ends for near, far in step.items() if near in wanted and not far.isdisjoint(ends)}
        kept.append(part)
        ends = set(part)
    return tuple(reversed(kept))


def ways(steps: Sequence[Step], start: int, end: int) -> Iterator[tuple[int, ...]]:
    """The elements between two, one way after the other, in the order of their ids."""
    if len(steps) == 1:
        if end in steps[0].get(start, ()):
            yield ()
        return
    for one in sorted(steps[0].get(start, ())):
        for rest in ways(steps[1:], one, end):
            yield (one, *rest)


def own(
    steps: Iterable[Sequence[Step]], row_ids: set[int], column_ids: set[int]
) -> tuple[set[int], set[int]]:
    """The elements of a unit on both sides, together with those of others that they are linked with: so a row without
    a mark has none anywhere."""
    rows, columns = set(row_ids), set(column_ids)
    for one in steps:
        columns |= _ends_of(one, row_ids)
        rows |= _ends_of(turned(one), column_ids)
    return rows, columns


def _ends_of(steps: Sequence[Step], starts: set[int]) -> set[int]:
    found = starts
    for step in steps:
        found = {other for one in found for other in step.get(one, ())}
    return found
