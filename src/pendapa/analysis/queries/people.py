"""Operators and their substitutes, as far as the actor may see the things and may know the names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.fields.json import KeyTransform

from pendapa.analysis.queries.opds import Opd, opd_of, opds, path_of
from pendapa.analysis.rules import people as rules
from pendapa.analysis.rules.people import Load, Numbers, Staffed
from pendapa.architecture.permissions import PERSONAL
from pendapa.architecture.queries import visible
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Thing:
    """An application, a service or a piece of infrastructure. ``operators`` and ``substitutes`` are numbers of people."""

    uid: str
    code: str
    name: str
    domain: str
    unit: str
    path: str
    state: str
    operators: int
    substitutes: int


@dataclass(frozen=True)
class Person:
    """One person: what is operated in all, what of it is known by nobody else, where the person stands in."""

    name: str
    things: tuple[Thing, ...]
    alone: int
    stands_in: int
    units: int
    domains: tuple[tuple[str, int], ...]

    @property
    def is_single_point(self) -> bool:
        return self.alone >= rules.MANY


@dataclass(frozen=True)
class OfOpd:
    """One OPD with all below it. ``people`` and ``single_points`` are ``None`` to who may not know names."""

    opd: Opd
    numbers: Numbers
    people: int | None
    single_points: int | None


@dataclass(frozen=True)
class Spread:
    """``people`` of whom each operates ``things``, and knows ``alone`` of these alone."""

    people: int
    things: int
    alone: int


@dataclass
class People:
    """What :func:`people` finds. ``named`` says whether the actor may know names; without it ``persons`` is empty.

    ``spread``, ``count``, ``single_points`` and ``most`` are of the whole institution for who may not know names: narrowed
    to a unit they would tell that two things of it have the same person.
    """

    named: bool
    numbers: Numbers
    domains: dict[str, Numbers]
    opds: list[OfOpd]
    persons: list[Person]
    spread: list[Spread]
    count: int
    single_points: int
    most: int
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """All the actor may see: things and who is behind them, in one order; spellings by the key of a person."""

    things: tuple[Thing, ...]
    staff: tuple[Staffed, ...]
    spelled: dict[str, str]


def people(actor: Actor, institution: Institution, unit: str = "") -> People:
    """Who operates what, narrowed to a unit (uid) with all below it. The load of a person is counted in the whole
    institution. At most five queries; :class:`NotFound` for an unknown unit."""
    path = path_of(institution, unit)
    known = remembered(key_of("people", actor, institution), lambda: _read(actor, institution))
    named = actor.may(PERSONAL, institution)
    found = rules.loads(known.staff)
    inside = [place for place, thing in enumerate(known.things) if thing.path.startswith(path)]
    here = _persons_of(found, inside) if named and path else set(found)
    loads = {one: load for one, load in found.items() if one in here}
    numbers, domains = _counted([known.things[place] for place in inside])
    operating = [load for load in loads.values() if load.operates]
    return People(
        named=named,
        numbers=numbers,
        domains=domains,
        opds=_by_opd(known, found, inside, opds(institution), named),
        persons=[_person(known, one, load) for one, load in loads.items()] if named else [],
        spread=[Spread(*line) for line in rules.spread(loads)],
        count=len(operating),
        single_points=sum(load.is_single_point for load in operating),
        most=max((len(load.alone) for load in operating), default=0),
        things=[known.things[place] for place in inside],
    )


def of_state(things: Iterable[Thing], state: str = "", domain: str = "") -> list[Thing]:
    """Those of a state (``none``, ``alone``, ``covered``) and a domain; all where nothing is asked."""
    return [thing for thing in things if (not state or thing.state == state) and domain in ("", thing.domain)]


def _read(actor: Actor, institution: Institution) -> _Known:
    rows = visible(actor, institution).filter(domain__in=rules.DOMAINS).order_by("name_key", "id")
    told = rows.annotate(
        operator=KeyTransform("operator", "attributes"),
        substitute=KeyTransform("operator_pengganti", "attributes"),
    )
    fields = ("uid", "code", "name", "domain", "unit__name", "unit__path", "operator", "substitute")
    spelled: dict[str, str] = {}
    things, staff = [], []
    for row in told.values(*fields).iterator(chunk_size=2000):
        behind = rules.staffed(row["operator"], row["substitute"], spelled)
        staff.append(behind)
        things.append(_thing(row, behind))
    return _Known(tuple(things), tuple(staff), spelled)


def _thing(row: dict[str, Any], behind: Staffed) -> Thing:
    return Thing(
        str(row["uid"]),
        row["code"],
        row["name"],
        row["domain"],
        row["unit__name"],
        row["unit__path"],
        behind.state,
        len(behind.operators),
        len(behind.substitutes),
    )


def _counted(things: Iterable[Thing]) -> tuple[Numbers, dict[str, Numbers]]:
    whole, domains = Numbers(), {domain: Numbers() for domain in rules.DOMAINS}
    for thing in things:
        whole.count(thing.state)
        domains[thing.domain].count(thing.state)
    return whole, domains


def _persons_of(found: dict[str, Load], inside: Sequence[int]) -> set[str]:
    """Keys of the people who operate or stand in for something among ``inside``."""
    there = set(inside)
    return {one for one, load in found.items() if there & {*load.operates, *load.stands_in}}


def _person(known: _Known, one: str, load: Load) -> Person:
    things = tuple(known.things[place] for place in load.operates)
    counted = Counter(thing.domain for thing in things)
    return Person(
        known.spelled[one],
        things,
        len(load.alone),
        len(load.stands_in),
        len({opd_of(thing.path) for thing in things}),
        tuple((domain, counted[domain]) for domain in rules.DOMAINS if counted[domain]),
    )


def _by_opd(
    known: _Known, found: dict[str, Load], inside: Sequence[int], tops: Any, named: bool
) -> list[OfOpd]:
    """The OPD that have something, by name."""
    numbers: dict[int, Numbers] = defaultdict(Numbers)
    operators: dict[int, set[str]] = defaultdict(set)
    for place in inside:
        opd = opd_of(known.things[place].path)
        numbers[opd].count(known.things[place].state)
        operators[opd].update(known.staff[place].operators)
    return [
        OfOpd(
            opd,
            numbers[pk],
            len(operators[pk]) if named else None,
            sum(found[one].is_single_point for one in operators[pk]) if named else None,
        )
        for pk, opd in tops.items()
        if pk in numbers
    ]
