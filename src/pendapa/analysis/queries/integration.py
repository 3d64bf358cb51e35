"""Exchange of data between the applications that the actor may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pendapa.analysis.queries.opds import Opd, opd_of, opds, path_of
from pendapa.analysis.rules import integration as rules
from pendapa.analysis.rules.integration import Flow, Score, Use
from pendapa.architecture.queries import visible, visible_relations
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Thing:
    """An application or data. ``owned``: of data, whether a producer or a custodian is named. ``integrated``: whether an
    application says that it is."""

    pk: int
    uid: str
    code: str
    name: str
    domain: str
    unit: str
    path: str
    owned: bool
    integrated: bool


@dataclass(frozen=True)
class Exchange:
    """One flow with what is told of it; ``since`` is an ISO date or empty."""

    source: Thing
    target: Thing
    way: str
    data: str
    since: str


@dataclass(frozen=True)
class Shared:
    """Data with the applications that write it; ``groups`` are those that flows join among themselves."""

    data: Thing
    groups: tuple[tuple[Thing, ...], ...]
    opds: int

    @property
    def writers(self) -> tuple[Thing, ...]:
        return tuple(one for group in self.groups for one in group)


@dataclass(frozen=True)
class OfOpd:
    """An OPD with its score; ``place`` is its rank among those with a score (equal scores share one), else 0."""

    opd: Opd
    score: Score
    place: int


@dataclass(frozen=True)
class Integration:
    """What :func:`integration` finds, narrowed to a unit except ``ranking`` and ``matrix``, which compare all OPD.

    ``typed_again`` are data that several applications write without a flow between them; ``several`` those that
    applications of several OPD write; ``without_owner`` names neither producer nor custodian. ``unknown_access`` counts uses
    of data of which it is not recorded whether they write; ``only_said`` applications that say they are integrated although no
    exchange of theirs is recorded.
    """

    exchanges: list[Exchange]
    ways: Counter[str]
    typed_again: list[Shared]
    without_owner: list[Thing]
    several: list[Shared]
    data: int
    uses: int
    unknown_access: int
    only_said: int
    ranking: list[OfOpd]
    matrix: dict[tuple[int, int], int]
    opds: dict[int, Opd]
    applications: dict[int, Thing]


@dataclass(frozen=True)
class _Known:
    things: dict[int, Thing]
    exchanges: tuple[Exchange, ...]
    uses: tuple[Use, ...]
    on_bus: frozenset[int]


def integration(actor: Actor, institution: Institution, unit: str = "") -> Integration:
    """Exchanges that touch a unit (uid) with all below it, its data, and the scores of all OPD.

    At most seven queries; :class:`NotFound` for an unknown unit.
    """
    path = path_of(institution, unit)
    known = remembered(key_of("integration", actor, institution), lambda: _read(actor, institution))
    tops = dict(opds(institution))
    flows = [Flow(one.source.pk, one.target.pk, one.way) for one in known.exchanges]
    home = {pk: opd_of(thing.path) for pk, thing in known.things.items()}
    data = {pk: opd for pk, opd in home.items() if known.things[pk].domain == "data"}
    applications = {pk: opd for pk, opd in home.items() if pk not in data}
    here = [known.things[pk] for pk in data if known.things[pk].path.startswith(path)]
    inside = {thing.pk for thing in here}
    written = {one: some for one, some in rules.writers(known.uses).items() if one in inside}
    again = rules.typed_again(written, flows)
    touching = [
        one for one in known.exchanges if one.source.path.startswith(path) or one.target.path.startswith(path)
    ]
    uses = [use for use in known.uses if use.data in inside]
    return Integration(
        exchanges=touching,
        ways=Counter(one.way for one in touching),
        typed_again=[_shared(known, one.pk, again[one.pk]) for one in here if one.pk in again],
        without_owner=[one for one in here if not one.owned],
        several=[
            _shared(known, one.pk, [written[one.pk]])
            for one in here
            if len({home[app] for app in written.get(one.pk, ())}) > 1
        ],
        data=len(here),
        uses=len(uses),
        unknown_access=sum(not use.access for use in uses),
        only_said=_only_said(known, applications, path),
        ranking=_ranking(rules.scores(data, applications, known.uses, flows, known.on_bus), tops.values()),
        matrix=rules.matrix(flows, home),
        opds=tops,
        applications={pk: known.things[pk] for pk in applications},
    )


def around(found: Integration, application: Thing) -> Integration:
    """The same, narrowed to what touches one application: its exchanges, and the data that it writes with others."""
    touching = [one for one in found.exchanges if application in (one.source, one.target)]
    return replace(
        found,
        exchanges=touching,
        ways=Counter(one.way for one in touching),
        typed_again=[one for one in found.typed_again if application in one.writers],
        several=[one for one in found.several if application in one.writers],
        without_owner=[],
        only_said=0,
    )


def by_way(exchanges: Iterable[Exchange], way: str = "") -> list[Exchange]:
    """Those of one way; ``unknown`` for those without; all where nothing is asked."""
    asked = "" if way == "unknown" else way
    return [one for one in exchanges if not way or one.way == asked]


def _read(actor: Actor, institution: Institution) -> _Known:
    shown = visible(actor, institution).filter(domain__in=("applications", "data"))
    owners = [f"attributes__{name}" for name in ("produsen", "penanggung_jawab", *_SAYING)]
    fields = ("id", "uid", "code", "name", "domain", "unit__name", "unit__path", *owners)
    things = {row["id"]: _thing(row) for row in shown.order_by("name_key", "id").values(*fields)}
    relations = visible_relations(actor, institution).order_by("pk")
    flows = relations.filter(type="application_flow").values_list("source_id", "target_id", "attributes")
    exchanges = [
        _exchange(things, source, target, attributes)
        for source, target, attributes in flows
        if source in things and target in things
    ]
    uses = relations.filter(type="application_data").values_list(
        "source_id", "target_id", "attributes__akses"
    )
    on_bus = relations.filter(type="application_splp").values_list("source_id", flat=True)
    exchanges.sort(key=lambda one: (one.source.name.casefold(), one.target.name.casefold()))
    return _Known(
        things,
        tuple(exchanges),
        tuple(
            Use(source, target, str(access or ""))
            for source, target, access in uses
            if source in things and target in things
        ),
        frozenset(on_bus),
    )


_SAYING = {"interoperabilitas": "sudah", "integrasi_aplikasi_lain": "ada"}
"""Fields of an application, and the value by which it says that it is integrated."""


def _thing(row: dict[str, Any]) -> Thing:
    owned = bool(row["attributes__produsen"] or row["attributes__penanggung_jawab"])
    return Thing(
        row["id"],
        str(row["uid"]),
        row["code"],
        row["name"],
        row["domain"],
        row["unit__name"],
        row["unit__path"],
        owned,
        any(row[f"attributes__{name}"] == value for name, value in _SAYING.items()),
    )


def _exchange(things: dict[int, Thing], source: int, target: int, told: dict[str, Any]) -> Exchange:
    way = str(told.get("lewat") or "")
    return Exchange(
        things[source],
        things[target],
        way if way in rules.WAYS else "",
        str(told.get("data") or ""),
        str(told.get("sejak") or ""),
    )


def _only_said(known: _Known, applications: Iterable[int], path: str) -> int:
    exchanging = {end.pk for one in known.exchanges for end in (one.source, one.target)} | known.on_bus
    said = (known.things[pk] for pk in applications if pk not in exchanging)
    return sum(one.integrated and one.path.startswith(path) for one in said)


def _shared(known: _Known, data: int, groups: Iterable[Iterable[int]]) -> Shared:
    told = tuple(tuple(known.things[pk] for pk in group) for group in groups)
    return Shared(known.things[data], told, len({opd_of(one.path) for group in told for one in group}))


def _ranking(found: dict[int, Score], tops: Iterable[Opd]) -> list[OfOpd]:
    """All OPD, the highest score first, then by name; those without a score last."""
    told = [(opd, found.get(opd.pk, Score())) for opd in tops]
    told.sort(key=lambda pair: -1 if pair[1].value is None else pair[1].value, reverse=True)
    values = [score.value for _opd, score in told]
    return [
        OfOpd(opd, score, 0 if score.value is None else values.index(score.value) + 1) for opd, score in told
    ]


def between(matrix: dict[tuple[int, int], int], most: int) -> list[int]:
    """The OPD with the most flows, at most so many, by how many they have; those without any are left out."""
    touched: dict[int, int] = defaultdict(int)
    for (source, target), count in matrix.items():
        touched[source] += count
        touched[target] += count if target != source else 0
    return sorted(touched, key=lambda opd: (-touched[opd], opd))[:most]
