"""The late actions of the OPD that somebody heads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pendapa.cockpit.queries.extent import Extent
from pendapa.cockpit.queries.reminded import ACTION
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Action
from pendapa.roadmap.queries import narrowing, reach
from pendapa.roadmap.queries.action_plan import going

MOST = 200
"""So many are read; all are counted."""


@dataclass(frozen=True)
class LateAction:
    """An open action past its day; ``person`` is empty where nobody is named."""

    uid: UUID
    title: str
    person: str
    due: date
    days: int

    @property
    def key(self) -> str:
        """Its name where one reminds of it."""
        return f"{ACTION}{self.uid}"


@dataclass(frozen=True)
class LateActions:
    """All that are late are counted; ``rows`` are the oldest of them."""

    count: int
    rows: tuple[LateAction, ...]

    @property
    def longest(self) -> int:
        return max((one.days for one in self.rows), default=0)


def late_actions(actor: Actor, institution: Institution, day: date, own: Extent) -> LateActions:
    """Of the own units: actions given to them, and those given to nobody in their initiatives. Two queries."""
    found = reach.actions(actor, institution).filter(due__lt=day, state__in=Action.OPEN)
    found = going(found.filter(narrowing.to_do_by(own.filter)))
    rows = [
        LateAction(one.uid, one.title, one.person_name, one.due, (day - one.due).days)
        for one in found.order_by("due", "pk")[:MOST]
        if one.due is not None
    ]
    return LateActions(found.count(), tuple(rows))
