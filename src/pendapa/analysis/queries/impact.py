"""Impact of one element: what depends on it and what it rests on, as far as the actor may see; at a moment too.

What is large is answered a page at a time; its numbers are those of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pendapa.analysis.queries import impact_graph as graphs
from pendapa.analysis.queries.impact_graph import Thing
from pendapa.analysis.queries.opds import opd_of
from pendapa.analysis.rules import impact as rules
from pendapa.analysis.rules.impact import BOTH, DEEPEST, DIRECTIONS, DOWN, UP, Reach
from pendapa.architecture import metamodel, searching
from pendapa.architecture import queries as register
from pendapa.architecture.models import Element
from pendapa.architecture.queries import moments, visible
from pendapa.architecture.rules.moments import NOW, Moment
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution, Unit

PAGE = 150
DRAWN = 60
_AT_ONCE = 500
_TOLD = ("uid", "code", "name", "domain", "kind", "unit__name")


@dataclass(frozen=True)
class Asked:
    """A question: ``direction`` down, up or both; ``depth`` 1–6; empty ``domains`` and ``kinds`` (of relations) mean all."""

    direction: str = DOWN
    depth: int = 3
    domains: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    moment: Moment = NOW


@dataclass(frozen=True)
class Row:
    """One element that is hit: ``way`` is down or up, ``path`` leads from the root (first) to the element before it."""

    thing: Thing
    way: str
    distance: int
    path: tuple[Thing, ...]


@dataclass(frozen=True)
class Tie:
    """A relation between two elements of the answer, as the register has it."""

    kind: str
    source: Thing
    target: Thing
    hits_target: bool


@dataclass
class OpdHit:
    """An OPD with how many of its elements are hit, and how many of its units."""

    name: str
    uid: str
    elements: int = 0
    units: set[int] = field(default_factory=set)


@dataclass
class Impact:
    """The whole answer in numbers, of which :func:`rows`, :func:`picture` and :func:`ties` read parts."""

    actor: Actor
    institution: Institution
    asked: Asked
    root: Thing
    reach: Reach
    known: dict[int, Thing] = field(default_factory=dict)

    @property
    def sums(self) -> rules.Sums:
        return self.reach.sums

    def things(self, nodes: Iterable[int]) -> Mapping[int, Thing]:
        """What is told of some nodes, read at once."""
        graph = self.reach.graph
        missing = [node for node in dict.fromkeys(nodes) if node not in self.known]
        asked = []
        for node in missing:
            if graph.keys[node] in graph.things:
                self.known[node] = graph.things[graph.keys[node]]
            else:
                asked.append(node)
        for some in chunks(asked, _AT_ONCE):
            found = visible(self.actor, self.institution).filter(pk__in=[graph.keys[node] for node in some])
            for pk, *told in found.values_list("pk", *_TOLD):
                self.known[graph.place[pk]] = _thing(told)
        return self.known


def asked(
    institution: Institution,
    *,
    direction: str = DOWN,
    depth: Any = 3,
    domains: Iterable[str] = (),
    kinds: Iterable[str] = (),
    moment: Moment = NOW,
) -> Asked:
    """A question as it was written; :class:`Refused` says what is wrong with it and what may be asked."""
    model = metamodel.of(institution)
    if direction not in DIRECTIONS:
        text = _("“%(said)s” is no direction: write down, up or both.")
        raise Refused(text % {"said": direction[:40]}, "direction")
    if not isinstance(depth, int) or not 1 <= depth <= DEEPEST:
        text = _("The depth is a number from 1 to %(most)s, not “%(said)s”.")
        raise Refused(text % {"most": DEEPEST, "said": str(depth)[:40]}, "depth")
    known = {
        "domain": {domain.key for domain in model.all_domains},
        "relation": {one.key for one in model.relations if one.depends != "none" or one.depends_if},
    }
    chosen = {"domain": frozenset(filter(None, domains)), "relation": frozenset(filter(None, kinds))}
    for name, some in chosen.items():
        if wrong := sorted(some - known[name]):
            text = _("“%(said)s” cannot be asked for here; there are: %(known)s.")
            raise Refused(text % {"said": wrong[0][:60], "known": ", ".join(sorted(known[name]))}, name)
    return Asked(direction, depth, chosen["domain"], chosen["relation"], moment)


def impact(actor: Actor, institution: Institution, uid: str | UUID, asked: Asked = Asked()) -> Impact:
    """What depends on an element, or what it rests on; :class:`NotFound` for one that is absent or not to be seen."""
    if not register.is_uid(uid):
        raise NotFound
    root: Any = UUID(str(uid))
    if asked.moment.is_now:
        told = visible(actor, institution).filter(uid=uid).values_list("pk", *_TOLD).first()
        if told is None:
            raise NotFound
        root, thing = told[0], _thing(told[1:])
        graph = _graph_now(actor, institution, root, asked)
    else:
        graph = graphs.whole(actor, institution, asked.moment)
        if root not in graph.place:
            raise NotFound
        thing = graph.things[root]
    if root not in graph.place:
        raise NotFound
    place = graph.place[root]
    found = rules.reach(graph, place, asked.direction, asked.depth, asked.domains, asked.kinds)
    return Impact(actor, institution, asked, thing, found, {place: thing})


def _thing(told: Sequence[Any]) -> Thing:
    return Thing(str(told[0]), *told[1:])


def _graph_now(actor: Actor, institution: Institution, root: int, asked: Asked) -> rules.Graph:
    name = graphs.key(actor, institution)
    graph = graphs.kept(name)
    if graph is None:
        ways = (DOWN, UP) if asked.direction == BOTH else (asked.direction,)
        graph = graphs.near(actor, institution, root, ways, asked.depth, asked.kinds)
    return graph if graph is not None else graphs.whole(actor, institution, name=name)


def rows(found: Impact, start: int = 0, size: int | None = PAGE) -> list[Row]:
    """Some of what is hit, from near to far, within a distance by name; each with the way to it."""
    part = found.reach.part(start, size)
    paths = [found.reach.path(way, distance, node) for way, distance, node in part]
    things = found.things(node for path in paths for node in path)
    return [
        Row(things[node], way, distance, tuple(things[step] for step in path[:-1]))
        for (way, distance, node), path in zip(part, paths, strict=True)
        if all(step in things for step in path)
    ]


def ties(found: Impact, nodes: Iterable[int]) -> list[Tie]:
    """The relations among some nodes that make one depend on the other."""
    rank = found.reach.graph.rank
    links = sorted(
        found.reach.graph.between(nodes, found.reach.kinds),
        key=lambda link: (rank[link.source], rank[link.target], link.kind),
    )
    things = found.things(node for link in links for node in (link.source, link.target))
    return [
        Tie(link.kind, things[link.source], things[link.target], link.hits_target)
        for link in links
        if link.source in things and link.target in things
    ]


def nodes_of(found: Impact, start: int = 0, size: int | None = None) -> list[int]:
    """The root, some of what is hit, and what lies on the ways to them."""
    part = found.reach.part(start, size)
    on_the_way = (step for way, distance, node in part for step in found.reach.path(way, distance, node))
    return list(dict.fromkeys([found.reach.root, *on_the_way]))


@dataclass(frozen=True)
class Pictured:
    """A node of the drawing: ``rank`` is its distance, negative upwards; ``more`` counts neighbours that are not drawn."""

    thing: Thing
    rank: int
    more: int


def picture(found: Impact, most: int = DRAWN) -> tuple[list[Pictured], list[Tie]]:
    """The part of the answer that is drawn: at most ``most`` elements, each joined to the root."""
    drawn = rules.drawn(found.reach, most)
    things = found.things(drawn.nodes)
    pictured = [
        Pictured(things[node], -distance if way == UP else distance, drawn.more.get(node, 0))
        for node, (way, distance) in drawn.nodes.items()
        if node in things
    ]
    return pictured, ties(found, drawn.nodes)


def opds_hit(found: Impact) -> list[OpdHit]:
    """OPD whose elements are hit, most first, with the units below them. One query, two where a top is not a unit that is hit."""
    counted: Counter[int] = found.sums.units
    units = Unit.objects.filter(pk__in=list(counted)).values_list("pk", "path")
    tops = {pk: opd_of(path) for pk, path in units if path}
    names = Unit.objects.filter(pk__in=set(tops.values())).values_list("pk", "uid", "name")
    hit = {pk: OpdHit(name, str(uid)) for pk, uid, name in names}
    for unit, elements in counted.items():
        top = hit.get(tops.get(unit, 0))
        if top is not None:
            top.elements += elements
            if unit != tops[unit]:
                top.units.add(unit)
    return sorted(hit.values(), key=lambda one: (-one.elements, one.name))


def elements_called(actor: Actor, institution: Institution, code: str) -> Sequence[Element]:
    """Elements with this code (or uid) in any domain: more than one where two domains use it."""
    live = visible(actor, institution).select_related("unit")
    if register.is_uid(code):
        return list(live.filter(uid=code))
    return list(live.filter(code__iexact=code.replace("\x00", "")).order_by("domain", "pk")[:20])


def offered(actor: Actor, institution: Institution, words: str, most: int = 20) -> list[Thing]:
    """Elements to choose from, by words of their name or by code."""
    if not words.strip():
        return []
    rows = visible(actor, institution).filter(searching.meant(institution, words)).order_by("name_key", "id")
    return [_thing(told) for told in rows.values_list(*_TOLD)[:most]]


def at_moment(actor: Actor, institution: Institution, moment: Moment) -> None:
    """:class:`NotFound` for a release that is not there."""
    if moment.kind == "release":
        moments.release(actor, institution, moment.code)
