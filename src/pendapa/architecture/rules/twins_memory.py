"""What a comparison of many applications leaves behind, so that one change compares only what it touches.

`Memory.made(apps)` compares all; `memory.updated(apps)` compares those that are new or read otherwise than before, and
forgets what is gone; `memory.groups(apart)` is the answer. How rare a word is, and which words name places, is measured
when all are compared and then stands: one more application shifts such a measure by less than anybody would see, and who
keeps a memory makes it anew when much has changed (`memory.stale(apps)`).

Updated is the same as compared anew by the same measure, except in blocks of more than `BLOCK`, of which only neighbours
are compared either way. `to_plain` and `from_plain` make JSON of it and back.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from pendapa.architecture.rules.twins_groups import CORE, Grouping, Twins, digest, order, told
from pendapa.architecture.rules.twins_pairs import Reason, likeness, pair_score
from pendapa.architecture.rules.twins_profile import Application, Corpus, Profile, codes_of, normalise

THRESHOLD = 0.6
# A block of more members than this is not compared whole: its first members and the neighbours by name stand for it.
BLOCK = 200
NEAR = 25
# When so many, or so great a part, have changed since all were compared, it is time to compare all.
MANY, PART = 40, 0.05

Pair = tuple[str, str]
Key = tuple[str, str]
Place = tuple[str, tuple[str, ...]]
Tell = Callable[[int, int], None]


def pair_of(one: str, two: str) -> Pair:
    """Two ids in the one order in which a pair is known."""
    return (one, two) if one < two else (two, one)


@dataclass
class Memory:
    """Applications, their measure, the pairs that are alike, and what grouping them asked."""

    threshold: float
    apps: dict[str, Application]
    corpus: Corpus
    rare: int
    keys: dict[str, tuple[Key, ...]]
    blocks: dict[Key, list[tuple[Place, str]]]
    edges: dict[Pair, float]
    alike: dict[Pair, float] = field(default_factory=dict)
    known: dict[str, tuple[frozenset[str], float, tuple[Reason, ...]]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    drift: int = 0
    """How many have changed since all were compared."""

    @classmethod
    def made(
        cls,
        applications: Iterable[Application],
        unit_names: Iterable[str] = (),
        threshold: float = THRESHOLD,
        tell: Tell | None = None,
        corpus: Corpus | None = None,
    ) -> Self:
        """All compared. `tell(done, total)` hears of the progress and may raise; a given `corpus` is the measure."""
        apps = {app.id: app for app in sorted(applications, key=order)}
        total = 2 * len(apps)

        def read(done: int) -> None:
            if tell and done % 20 == 0:
                tell(done, total)

        corpus = corpus or Corpus(apps.values(), unit_names, read)
        made = cls(threshold, {}, corpus, max(4, min(60, corpus.size // 12)), {}, {}, {})
        made._take_in(apps.values())
        for done, (one, near) in enumerate(made._neighbours_after()):
            if tell and done % 20 == 0:
                tell(len(apps) + done, total)
            made._compare(one, near)
        return made

    def stale(self, applications: Mapping[str, Application], times: int = 1) -> bool:
        """Whether so much has changed since all were compared that all should be compared again; `times` as much is borne."""
        changed = sum(self.apps.get(key) != app for key, app in applications.items())
        gone = sum(key not in applications for key in self.apps)
        return self.drift + changed + gone > times * max(MANY, PART * len(self.apps))

    def updated(self, applications: Iterable[Application]) -> Memory:
        """A memory of just these applications; the old one stands as it was."""
        now = {app.id: app for app in applications}
        changed = {key for key, app in now.items() if self.apps.get(key) != app}
        out = changed | (self.apps.keys() - now.keys())
        if not out:
            return self
        # Another thread may be grouping by this memory: what grouping adds to is read from a copy.
        new = Memory(
            self.threshold,
            {key: app for key, app in self.apps.items() if key not in out},
            self.corpus.without(out),
            self.rare,
            {key: keys for key, keys in self.keys.items() if key not in out},
            self._blocks_without(out),
            {pair: score for pair, score in self.edges.items() if out.isdisjoint(pair)},
            {pair: score for pair, score in self.alike.copy().items() if out.isdisjoint(pair)},
            {name: said for name, said in self.known.copy().items() if out.isdisjoint(said[0])},
            {key: place for key, place in self.places.items() if key not in out},
            self.drift + len(out),
        )
        fresh = sorted((now[key] for key in changed), key=order)
        new._take_in(fresh)
        for app in fresh:
            new._compare(app.id, new._near(app.id))
        return new

    # ---- candidates

    def _take_in(self, applications: Iterable[Application]) -> None:
        grown: set[Key] = set()
        for app in applications:
            self.apps[app.id] = app
            keys = self.keys[app.id] = tuple(sorted(set(self._keys(app, self.corpus.keep(app)))))
            place = self.places[app.id] = (normalise(app.name), order(app))
            for key in keys:
                if key not in grown:
                    grown.add(key)
                    self.blocks[key] = list(self.blocks.get(key, ()))
                insort(self.blocks[key], (place, app.id))

    def _keys(self, app: Application, profile: Profile) -> Iterator[Key]:
        """Each key that could make it like another: purpose, word of the name, rare word, code."""
        for purpose in profile.purposes:
            yield "purpose", purpose
        for word in profile.name | profile.acronym:
            yield "name", word
        for word in profile.bag - profile.name:
            if self.corpus.words[word] <= self.rare:
                yield "name", word
        yield from codes_of(app, profile)

    def _blocks_without(self, out: set[str]) -> dict[Key, list[tuple[Place, str]]]:
        blocks = dict(self.blocks)
        for key in {key for one in out & self.keys.keys() for key in self.keys[one]}:
            blocks[key] = [entry for entry in blocks[key] if entry[1] not in out]
        return blocks

    def _neighbours_after(self) -> Iterator[tuple[str, set[str]]]:
        """Each application with those after it in one of its blocks, so that each pair is met once. Memory grows with the
        blocks, never with the pairs."""
        place = {
            key: {one: n for n, (_place, one) in enumerate(members)} for key, members in self.blocks.items()
        }
        for one, keys in self.keys.items():
            near: set[str] = set()
            for key in keys:
                members, at = self.blocks[key], place[key][one]
                few = len(members) <= BLOCK or at < CORE
                after = members[at + 1 :] if few else members[at + 1 : at + 1 + NEAR]
                near.update(other for _place, other in after)
            yield one, near

    def _near(self, one: str) -> set[str]:
        """All that one application is compared with: as :meth:`_neighbours_after`, from both sides."""
        near: set[str] = set()
        for key in self.keys[one]:
            members = self.blocks[key]
            if len(members) > BLOCK:
                at = bisect_left(members, (self.places[one], one))
                members = [*members[:CORE], *members[max(at - NEAR, 0) : at + 1 + NEAR]]
            near.update(other for _place, other in members)
        return near - {one}

    def _compare(self, one: str, others: Iterable[str]) -> None:
        app = self.apps[one]
        for other in others:
            pair = pair_of(one, other)
            if self.apps[other].unit != app.unit and pair not in self.edges:
                # Each pair in one order: the sum of its evidence must not depend on who changed.
                score, _ = pair_score(self.apps[pair[0]], self.apps[pair[1]], self.corpus)
                if score >= self.threshold:
                    self.edges[pair] = score

    # ---- groups

    def groups(self, apart: Iterable[Pair] = ()) -> list[Twins]:
        """The groups of twins, surest first. `apart`: pairs that never stand in one group."""
        ids = sorted(self.apps, key=self.places.__getitem__)
        found = [self._told([ids[i] for i in group]) for group in self._grouped(ids, apart)]
        return sorted(found, key=lambda t: (-t.score, [m.code for m in t.members], t.id))

    def _grouped(self, ids: list[str], apart: Iterable[Pair]) -> list[list[int]]:
        rank = {one: n for n, one in enumerate(ids)}
        kept: dict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            if a in rank and b in rank:
                kept[rank[a]].add(rank[b])
                kept[rank[b]].add(rank[a])
        edges = []
        for (a, b), score in self.edges.items():
            i, j = sorted((rank[a], rank[b]))
            if j not in kept.get(i, ()):
                edges.append((-score, i, j))
        known: dict[tuple[int, int], float] = {}

        def alike(i: int, j: int) -> float:
            at = (i, j) if i < j else (j, i)
            score = known.get(at)
            if score is None:
                score = known[at] = self._likeness(ids[i], ids[j])
            return score

        return Grouping(alike, self.threshold, kept).groups(sorted(edges))

    def _likeness(self, one: str, two: str) -> float:
        pair = pair_of(one, two)
        score = self.edges.get(pair)
        if score is None:
            score = self.alike.get(pair)
        if score is None:
            score, _ = likeness(self.apps[pair[0]], self.apps[pair[1]], self.corpus)
            self.alike[pair] = score
        return score

    def _told(self, ids: list[str]) -> Twins:
        name = digest(ids)
        if name not in self.known:
            made = told([self.apps[one] for one in ids], self.corpus)
            self.known[name] = (frozenset(ids), made.score, made.reasons)
            return made
        _members, score, reasons = self.known[name]
        return Twins(name, score, reasons, tuple(sorted((self.apps[one] for one in ids), key=order)))

    # ---- kept

    def to_plain(self) -> dict[str, Any]:
        """The memory in values that JSON knows."""
        return {
            "threshold": self.threshold,
            "measure": self.corpus.to_plain(),
            "apps": [[plain(app), plain(self.corpus.profile(app))] for app in self.apps.values()],
            "edges": [[*pair, score] for pair, score in self.edges.items()],
            "alike": [[*pair, score] for pair, score in self.alike.items()],
            "known": [
                [name, sorted(members), score, [[reason.key, dict(reason.params)] for reason in reasons]]
                for name, (members, score, reasons) in self.known.items()
            ],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """What :meth:`to_plain` made, as it was."""
        corpus = Corpus.from_plain(plain["measure"])
        made = cls(plain["threshold"], {}, corpus, max(4, min(60, corpus.size // 12)), {}, {}, {})
        apps = []
        for app, profile in plain["apps"]:
            apps.append(Application(**_sets(app, "processes", "services", "data")))
            corpus.keep(apps[-1], Profile(**_sets(profile, "name", "acronym", "bag")))
        made._take_in(apps)
        made.edges = {(a, b): score for a, b, score in plain["edges"]}
        made.alike = {(a, b): score for a, b, score in plain["alike"]}
        made.known = {
            name: (frozenset(members), score, tuple(Reason(key, params) for key, params in reasons))
            for name, members, score, reasons in plain["known"]
        }
        return made


def plain(row: Application | Profile) -> dict[str, Any]:
    """Its fields in values that JSON knows, always in the same order."""
    values = {one.name: getattr(row, one.name) for one in fields(row)}
    return {key: sorted(value) if isinstance(value, frozenset) else value for key, value in values.items()}


def _sets(plain: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: frozenset(value) if key in names else value for key, value in plain.items()}
