"""Completeness by OPD and domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from pendapa.architecture import metamodel
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.architecture.queries.lists import visible
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Share:
    """How many elements, and the mean of their completeness in whole percent; ``None`` where there are none."""

    count: int = 0
    completeness: int | None = None


@dataclass(frozen=True)
class OfUnit:
    """An OPD with all below it: one share for each domain, in their order, and one for all."""

    uid: str
    name: str
    cells: tuple[Share, ...]
    total: Share


@dataclass(frozen=True)
class Completeness:
    """The table: keys of the domains, the OPD by name, the shares of each domain, and that of all."""

    domains: tuple[str, ...]
    units: tuple[OfUnit, ...]
    cells: tuple[Share, ...]
    total: Share


def completeness(actor: Actor, institution: Institution) -> Completeness:
    """Of what the actor may see, by OPD (the top of each tree of units) and domain. An OPD without elements is there too."""
    domains = tuple(domain.key for domain in metamodel.of(institution).domains)
    sums = remembered(key_of("completeness", actor, institution), lambda: _sums(actor, institution))
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    tops = live.filter(parent=None).order_by("name", "pk").values_list("pk", "uid", "name")
    rows = []
    for pk, uid, name in tops:
        own = {domain: sums.get((pk, domain), (0, 0)) for domain in domains}
        rows.append(OfUnit(str(uid), name, tuple(map(_share, own.values())), _together(own.values())))
    columns = {
        domain: _added(pair for (_unit, where), pair in sums.items() if where == domain) for domain in domains
    }
    return Completeness(
        domains, tuple(rows), tuple(map(_share, columns.values())), _together(columns.values())
    )


def _sums(actor: Actor, institution: Institution) -> dict[tuple[int, str], tuple[int, int]]:
    """(number, sum of percents) by the OPD and domain: one query."""
    rows = visible(actor, institution).order_by().values_list("unit__path", "domain")
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for path, domain, count, full in rows.annotate(n=Count("pk"), full=Sum("completeness")):
        top = int(path.split("/")[1])
        found[top, domain] = _added([found.get((top, domain), (0, 0)), (count, full)])
    return found


def _added(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    count = full = 0
    for one, other in pairs:
        count, full = count + one, full + other
    return count, full


def _share(pair: tuple[int, int]) -> Share:
    return Share(pair[0], round(pair[1] / pair[0])) if pair[0] else Share()


def _together(pairs: Iterable[tuple[int, int]]) -> Share:
    return _share(_added(pairs))
