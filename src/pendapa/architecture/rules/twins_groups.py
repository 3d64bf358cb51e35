"""Groups of twins from pairs: no chaining, applications of two jobs in two groups, and what a group says of itself.

Positions stand for applications: `apps[i]`. `alike(i, j)` is the likeness of two, 0..1, whatever their units.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from pendapa.architecture.rules.twins_pairs import Reason, pair_score
from pendapa.architecture.rules.twins_profile import Application, Corpus

# So many members of a group speak for it when another asks to join.
CORE = 8
Edge = tuple[float, int, int]
Alike = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Twins:
    """A group over two or more units; `id` is a digest of the members' ids, so it stands while the members stand."""

    id: str
    score: float
    reasons: tuple[Reason, ...]
    members: tuple[Application, ...]


def order(app: Application) -> tuple[str, ...]:
    return (app.code, app.id, app.name, app.unit, app.function, app.url)


@dataclass(frozen=True)
class Grouping:
    """Joins pairs into groups. `apart` gives to a position those with which it never shares one."""

    alike: Alike
    threshold: float
    apart: dict[int, set[int]]

    def groups(self, edges: list[Edge]) -> list[list[int]]:
        """Groups of pairs, surest first; then applications of two jobs ("payroll and personnel") join a second group that
        agrees with them; the pairs still left make groups of their own. A group inside a larger one is dropped."""
        groups = self._link(edges)
        homes: dict[int, set[int]] = defaultdict(set)
        for number, group in enumerate(groups):
            for index in group:
                homes[index].add(number)
        left = []
        # A core stands once it is full: who was refused by it need not ask again.
        refused: set[tuple[int, int, int]] = set()
        for edge in edges:
            if homes[edge[1]] & homes[edge[2]]:
                continue
            for new, old in ((edge[1], edge[2]), (edge[2], edge[1])):
                for number in sorted(homes[old] - homes[new]):
                    asked = (new, number, min(len(groups[number]), CORE))
                    if asked in refused:
                        continue
                    if self._may_join([new], groups[number]):
                        groups[number].append(new)
                        homes[new].add(number)
                    else:
                        refused.add(asked)
            if not homes[edge[1]] & homes[edge[2]]:
                left.append(edge)
        return _largest([*groups, *self._link(left)])

    def _link(self, edges: list[Edge]) -> list[list[int]]:
        """Join groups by their surest pairs; a join stands only when the cores of both agree with one another, so that
        A~B and B~C alone never bring A and C together (no chaining)."""
        groups: dict[int, list[int]] = {}
        home: dict[int, int] = {}
        refused: set[tuple[int, int, int, int]] = set()
        for _, i, j in edges:
            left, right = home.get(i, i), home.get(j, j)
            if left == right:
                continue
            first, second = groups.get(left, [left]), groups.get(right, [right])
            if len(first) + len(second) > 2:
                asked = (left, right, min(len(first), CORE), min(len(second), CORE))
                if asked in refused:
                    continue
                if not self._may_join(first, second):
                    refused.add(asked)
                    continue
            if len(second) > len(first):
                left, right, first, second = right, left, second, first
            groups[left] = [*first, *second]
            groups.pop(right, None)
            for index in groups[left]:
                home[index] = left
        return list(groups.values())

    def _may_join(self, first: Collection[int], second: Collection[int]) -> bool:
        """No pair across them was decided to be different, every pair across the cores is at least nearly alike, and their
        mean is alike."""
        if self.apart:
            others = set(second)
            if any(not others.isdisjoint(self.apart.get(i, ())) for i in first):
                return False
        scores = []
        for i in list(first)[:CORE]:
            for j in list(second)[:CORE]:
                score = self.alike(i, j)
                if score < self.threshold * 0.7:
                    return False
                scores.append(score)
        return math.fsum(scores) / len(scores) >= self.threshold


def _largest(groups: list[list[int]]) -> list[list[int]]:
    """Without the groups that lie inside another."""
    kept: list[list[int]] = []
    of: dict[int, list[set[int]]] = defaultdict(list)
    for group in sorted(groups, key=len, reverse=True):
        members = set(group)
        if not any(members <= other for other in of[group[0]]):
            kept.append(group)
            for index in group:
                of[index].append(members)
    return kept


def digest(ids: Iterable[str]) -> str:
    """The id of a group."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]


def told(members: list[Application], corpus: Corpus) -> Twins:
    """A group with the mean score and the reasons that at least half of its core pairs give."""
    core = sorted(members[:CORE], key=order)
    pairs = [pair_score(a, b, corpus) for a, b in combinations(core, 2) if a.unit != b.unit]
    # A core may lie in one unit when a large unit joined first; then the first member of another unit speaks.
    if not pairs:
        other = min((m for m in members if m.unit != core[0].unit), key=order)
        pairs = [pair_score(core[0], other, corpus)]
    score = round(math.fsum(score for score, _ in pairs) / len(pairs), 3)
    return Twins(
        digest(m.id for m in members), score, common_reasons(pairs), tuple(sorted(members, key=order))
    )


def common_reasons(pairs: list[tuple[float, list[Reason]]]) -> tuple[Reason, ...]:
    """Reason keys of at least half of the pairs, each with the parameters told most often."""
    told: dict[str, Counter[tuple[tuple[str, str], ...]]] = defaultdict(Counter)
    for _, reasons in pairs:
        for reason in reasons:
            told[reason.key][tuple(sorted(reason.params.items()))] += 1
    ranked = sorted(told, key=lambda key: (-told[key].total(), key))
    kept = [key for key in ranked if told[key].total() * 2 >= len(pairs)] or ranked[:1]
    return tuple(Reason(key, dict(_most_told(told[key]))) for key in kept)


def _most_told(params: Counter[tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    """The parameters told most often; the first by letters among equals."""
    return min(params, key=lambda p: (-params[p], p))
