"""How far the cockpit of an actor reaches: the whole institution for its leaders, the own OPD for who heads one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from pendapa.cockpit.permissions import LEADER
from pendapa.kernel.access.actor import Actor, NotFound, Scope
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Extent:
    """``units`` are those that the actor heads, none below another of them; empty for the whole institution."""

    scope: Scope
    units: tuple[Unit, ...] = ()

    @property
    def whole(self) -> bool:
        return self.scope.everything

    @property
    def names(self) -> str:
        """The own units as they stand in a title; empty for the whole institution."""
        return ", ".join(one.name for one in self.units)

    @property
    def unit_uid(self) -> str:
        """What lists are narrowed to that know a single unit: the only own one; empty for the whole institution and for several."""
        return str(self.units[0].uid) if len(self.units) == 1 else ""

    @property
    def unit_uids(self) -> tuple[str, ...]:
        """What lists are narrowed to: every own unit; none for the whole institution."""
        return tuple(str(one.uid) for one in self.units)

    def covers(self, unit: Unit | None) -> bool:
        return self.scope.covers(unit)

    def heads(self, opd: int) -> bool:
        """Is the OPD (primary key of a top of the tree) one of the own units?"""
        return any(f"/{opd}/".startswith(path) for path in self.scope.paths)

    def filter(self, prefix: str = "unit__") -> Q:
        return self.scope.filter(prefix)


def extent(actor: Actor, institution: Institution) -> Extent:
    """No query. Raises NotFound for who has no cockpit there."""
    scope = actor.scope(LEADER, institution)
    if scope.everything:
        return Extent(scope)
    held = {
        one.unit.path: one.unit
        for one in actor.roles(institution)
        if one.unit and one.unit.path in scope.paths
    }
    tops = [
        path for path in sorted(held) if not any(path != other and path.startswith(other) for other in held)
    ]
    if not tops:
        raise NotFound
    return Extent(Scope(paths=tuple(tops)), tuple(held[path] for path in tops))
