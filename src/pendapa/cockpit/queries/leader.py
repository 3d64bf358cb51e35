"""Everything of the leader's cockpit in one reading: from live tables, through the actor's rights, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from pendapa.cockpit import ports
from pendapa.cockpit.queries import figures, late_actions, pending, standing, units
from pendapa.cockpit.queries.extent import Extent, extent
from pendapa.cockpit.queries.home import Index, index_of
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Cockpit:
    """What the leader sees of a day, or the head of an OPD of the own one (``own``). ``moved_at`` is when something of the
    institution last changed; None: never, or not for the head of an OPD. ``actions`` are the late ones of a head's own OPD."""

    institution: Institution
    own: Extent
    day: date
    moved_at: datetime | None
    index: Index
    path: standing.Path
    commitments: figures.Commitments
    actions: late_actions.LateActions | None
    iku: tuple[figures.Iku, ...]
    budget: figures.Money
    gaps: figures.Gaps
    decisions: pending.Decisions
    units: units.Units
    parts: tuple[ports.Shown, ...]

    @property
    def by_quarter(self) -> bool:
        """Whether any IKU tells something of this year by quarter."""
        return any(one.quarter.known for one in self.iku)


def cockpit(actor: Actor, institution: Institution, day: date | None = None) -> Cockpit:
    """The cockpit of an institution on a day (today). What the actor may not see is neither told nor counted; for the head of an
    OPD everything is narrowed to the own one. Raises NotFound for who has no cockpit there."""
    own = extent(actor, institution)
    day = day or timezone.localdate()
    index = index_of(actor, institution)
    return Cockpit(
        institution=institution,
        own=own,
        day=day,
        moved_at=_moved(institution) if own.whole else None,
        index=index,
        path=standing.path_of(actor, institution, index, day),
        commitments=figures.commitments(actor, institution, day, own),
        actions=None if own.whole else late_actions.late_actions(actor, institution, day, own),
        iku=tuple(one for one in figures.ikus(actor, institution, day) if own.covers(one.element.unit)),
        budget=figures.money(actor, institution, index, day.year, own),
        gaps=figures.gaps(actor, institution, day, own),
        decisions=pending.decisions(actor, institution, day, own),
        units=units.units(actor, institution, day, own),
        parts=tuple(ports.parts(actor, institution, day, own)),
    )


def _moved(institution: Institution) -> datetime | None:
    last = LedgerEntry.objects.filter(institution=institution).order_by("-seq")
    return last.values_list("created_at", flat=True).first()
