"""Reading the graph of an impact: a neighbourhood by a few queries, or the whole register once until it changes."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KT

from pendapa.analysis.rules.impact import DOWN, UP, Graph
from pendapa.architecture import metamodel
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.queries import moments, visible, visible_relations
from pendapa.architecture.queries.analyses import key_of
from pendapa.architecture.rules.moments import NOW, Moment
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.metamodel import Metamodel

NEAR = 1_200
"""So many elements are found by walking in the database; beyond that the whole register is read, and kept."""
KEPT = 3
USERS = "pengguna_bulanan"
_graphs: OrderedDict[str, Graph] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Thing:
    """An element as an answer names it."""

    uid: str
    code: str
    name: str
    domain: str
    kind: str
    unit: str


@dataclass(frozen=True)
class Reading:
    """Which end depends on the other, by type of relation; ``columns`` are attributes on which that depends."""

    model: Metamodel

    def kinds(self, end: str) -> list[str]:
        """Types of relations in which this end (``from`` or ``to``) may depend on the other."""
        return [
            one.key
            for one in self.model.relations
            if one.depends == end or any(case.depends == end for case in one.depends_if)
        ]

    @property
    def columns(self) -> list[str]:
        return sorted({case.column for one in self.model.relations for case in one.depends_if})

    def dependent(self) -> Callable[[str, Sequence[Any]], str]:
        """``(type, values of the columns)`` → ``from``, ``to`` or ``none``; a type that the metamodel lacks: ``none``."""
        columns = self.columns
        plain = {one.key: one.depends for one in self.model.relations if not one.depends_if}
        others = {one.key: one for one in self.model.relations if one.depends_if}

        def told(kind: str, values: Sequence[Any]) -> str:
            if kind in others:
                return others[kind].dependent(dict(zip(columns, values, strict=True)))
            return plain.get(kind, "none")

        return told


# ------------------------------------------------------------------------------------------------------- what is near


def near(
    actor: Actor,
    institution: Institution,
    root: int,
    directions: Sequence[str],
    depth: int,
    kinds: frozenset[str],
) -> Graph | None:
    """The neighbourhood of an element (primary key), walked in the database; ``None`` where it is large."""
    reading = Reading(metamodel.of(institution))
    links: dict[int, tuple[str, int, int, str]] = {}
    found = {root}
    for direction in directions:
        seen, frontier = {root}, {root}
        for _ in range(depth):
            further = set()
            for pk, kind, source, target, dependent in _links_at(
                actor, institution, reading, frontier, direction, kinds
            ):
                links[pk] = (kind, source, target, dependent)
                further.add(
                    (source if dependent == "from" else target)
                    if direction == DOWN
                    else (target if dependent == "from" else source)
                )
            frontier = further - seen
            seen |= frontier
            if len(seen) > NEAR:
                return None
            if not frontier:
                break
        found |= seen
    return _small(actor, institution, found, links.values())


def _links_at(
    actor: Actor,
    institution: Institution,
    reading: Reading,
    frontier: set[int],
    direction: str,
    kinds: frozenset[str],
) -> Iterator[tuple[int, str, int, int, str]]:
    """The relations by which something depends on the frontier (down), or the frontier on something (up)."""
    told = reading.dependent()
    ends = {"from": "target", "to": "source"} if direction == DOWN else {"from": "source", "to": "target"}
    condition = Q()
    for end, held in ends.items():
        types = [kind for kind in reading.kinds(end) if not kinds or kind in kinds]
        condition |= Q(type__in=types, **{f"{held}__in": frontier})
    rows = visible_relations(actor, institution).filter(condition).order_by()
    columns = [KT(f"attributes__{name}") for name in reading.columns]
    for pk, kind, source, target, *values in rows.values_list(
        "pk", "type", "source_id", "target_id", *columns
    ):
        dependent = told(kind, values)
        if dependent == "none":
            continue
        base, other = (target, source) if dependent == "from" else (source, target)
        if (base if direction == DOWN else other) in frontier:
            yield pk, kind, source, target, dependent


def _small(actor: Actor, institution: Institution, pks: set[int], links: Any) -> Graph:
    rows = list(
        visible(actor, institution)
        .filter(pk__in=pks)
        .order_by("name_key", "id")
        .values_list(
            "pk", "uid", "code", "name", "domain", "kind", "unit_id", "unit__name", KT(f"attributes__{USERS}")
        )
    )
    place = {row[0]: number for number, row in enumerate(rows)}
    known = [
        (kind, place[source], place[target], dependent)
        for kind, source, target, dependent in links
        if source in place and target in place
    ]
    return Graph(
        [row[0] for row in rows],
        [row[4] for row in rows],
        [row[6] for row in rows],
        {number: number_of(row[8]) for number, row in enumerate(rows) if row[4] == "services"},
        known,
        {row[0]: Thing(str(row[1]), row[2], row[3], row[4], row[5], row[7]) for row in rows},
    )


def number_of(value: Any) -> int | None:
    """Users a month as they were written; ``None`` for what is empty or no number."""
    try:
        return max(round(float(str(value).strip())), 0) if value not in (None, "") else None
    except (ValueError, OverflowError):
        return None


# ------------------------------------------------------------------------------------------------------ the whole of it


def key(actor: Actor, institution: Institution, moment: Moment = NOW) -> str:
    """Names the graph that an actor may see at a moment by all it depends on."""
    agreed = ""
    if moment.kind == "planned":
        sets = ChangeSet.objects.filter(institution=institution, state="agreed").order_by("pk")
        agreed = ",".join(map(str, sets.values_list("pk", flat=True)))
    return key_of("impact", actor, institution, moment.key, agreed)


def kept(name: str) -> Graph | None:
    """A graph that this process has read."""
    with _lock:
        found = _graphs.get(name)
        if found is not None:
            _graphs.move_to_end(name)
        return found


def whole(actor: Actor, institution: Institution, moment: Moment = NOW, name: str = "") -> Graph:
    """All that the actor may see, at a moment. Kept by this process until something of the institution changes."""
    name = name or key(actor, institution, moment)
    found = kept(name)
    if found is None:
        with _uncollected():
            found = _now(actor, institution) if moment.is_now else _then(actor, institution, moment)
        with _lock:
            _graphs[name] = found
            while len(_graphs) > KEPT:
                _graphs.popitem(last=False)
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for circles: half a million small things are made that have none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _now(actor: Actor, institution: Institution) -> Graph:
    by_name = visible(actor, institution).order_by("name_key", "id").values_list("pk", "domain", "unit_id")
    # In the order in which they were made neighbours lie near each other: walking is twice as fast.
    rows = sorted((pk, domain, unit, rank) for rank, (pk, domain, unit) in enumerate(by_name))
    place = {row[0]: number for number, row in enumerate(rows)}
    services = visible(actor, institution).filter(domain="services").order_by()
    users = {
        place[pk]: number_of(value)
        for pk, value in services.values_list("pk", KT(f"attributes__{USERS}"))
        if pk in place
    }
    reading = Reading(metamodel.of(institution))
    # Both ends are among what the actor may see: cheaper than asking it of each relation.
    found = Relation.objects.filter(institution=institution, deleted_at=None).order_by()
    return Graph(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        users,
        list(_placed(found, reading, place)),
        rank=[row[3] for row in rows],
    )


def _placed(found: Any, reading: Reading, place: dict[int, int]) -> Iterator[tuple[str, int, int, str]]:
    told, columns = reading.dependent(), reading.columns
    plain = {one.key: one.depends for one in reading.model.relations if not one.depends_if}
    for kind, source, target in (
        found.filter(type__in=plain).values_list("type", "source_id", "target_id").iterator(chunk_size=10_000)
    ):
        if source in place and target in place:
            yield kind, place[source], place[target], plain[kind]
    others = [one.key for one in reading.model.relations if one.depends_if]
    values = [KT(f"attributes__{name}") for name in columns]
    rows = found.filter(type__in=others).values_list("type", "source_id", "target_id", *values)
    for kind, source, target, *said in rows.iterator(chunk_size=10_000):
        if source in place and target in place:
            yield kind, place[source], place[target], told(kind, said)


def _then(actor: Actor, institution: Institution, moment: Moment) -> Graph:
    """The graph from what the history or the plans tell. A revision names ends by number, a plan by uid."""
    if moment.kind == "release":
        moments.release(actor, institution, moment.code)
    snaps = {record.uid: record.snapshot for record in moments.records(actor, institution, moment)}
    order = sorted(snaps, key=lambda uid: (str(snaps[uid].get("name", "")).casefold(), str(uid)))
    place = {uid: number for number, uid in enumerate(order)}
    uids: dict[Any, UUID] = dict(Element.objects.filter(institution=institution).values_list("pk", "uid"))
    units = _Units(institution)
    reading = Reading(metamodel.of(institution))
    told, columns = reading.dependent(), reading.columns
    links = []
    for record in moments.records(actor, institution, moment, "relation"):
        snap = record.snapshot
        source, target = (_uid(snap.get(end), uids) for end in ("source", "target"))
        if source in place and target in place:
            values = [(snap.get("attributes") or {}).get(name) for name in columns]
            kind = str(snap.get("type", ""))
            links.append((kind, place[source], place[target], told(kind, values)))
    domains = [str(snaps[uid].get("domain", "")) for uid in order]
    return Graph(
        order,
        domains,
        [units.pk(snaps[uid]) for uid in order],
        {
            place[uid]: number_of((snaps[uid].get("attributes") or {}).get(USERS))
            for uid, domain in zip(order, domains, strict=True)
            if domain == "services"
        },
        links,
        {uid: _thing(uid, snaps[uid], units) for uid in order},
    )


class _Units:
    """The units of an institution, one query: a revision names them by number, a plan by uid."""

    def __init__(self, institution: Institution) -> None:
        rows = list(Unit.objects.filter(institution=institution).values_list("pk", "uid", "name"))
        self._names = {pk: name for pk, _uid, name in rows}
        self._by_uid = {str(uid): pk for pk, uid, _name in rows}

    def pk(self, snap: dict[str, Any]) -> int:
        """The number of the unit; 0 where there is none."""
        unit = snap.get("unit") or 0
        return unit if isinstance(unit, int) else self._by_uid.get(str(unit), 0)

    def name(self, snap: dict[str, Any]) -> str:
        return self._names.get(self.pk(snap)) or (snap.get("_names") or {}).get("unit", "")


def _uid(said: Any, uids: dict[Any, UUID]) -> UUID | None:
    if isinstance(said, dict):
        said = said.get("uid")
    if isinstance(said, int):
        return uids.get(said)
    try:
        return UUID(str(said))
    except ValueError:
        return None


def _thing(uid: UUID, snap: dict[str, Any], units: _Units) -> Thing:
    kind = str(snap.get("kind") or "")
    return Thing(
        str(uid),
        str(snap.get("code", "")),
        str(snap.get("name", "")),
        str(snap.get("domain", "")),
        kind,
        units.name(snap),
    )


__all__ = ["DOWN", "UP", "Reading", "Thing", "kept", "key", "near", "number_of", "whole"]
