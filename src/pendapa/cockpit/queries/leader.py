"""Everything of the leader's cockpit in one reading: from live tables, through the actor's rights, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from pendapa.cockpit import ports
from pendapa.cockpit.queries import figures, pending, standing, units
from pendapa.cockpit.queries.home import Index, index_of
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import LedgerEntry
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Cockpit:
    """What the leader sees of a day. ``moved_at`` is when something of the institution last changed; None: never."""

    institution: Institution
    day: date
    moved_at: datetime | None
    index: Index
    path: standing.Path
    commitments: figures.Commitments
    iku: tuple[figures.Iku, ...]
    budget: figures.Money
    gaps: figures.Gaps
    decisions: pending.Decisions
    units: units.Units
    parts: tuple[ports.Shown, ...]


def cockpit(actor: Actor, institution: Institution, day: date | None = None) -> Cockpit:
    """The cockpit of an institution on a day (today). What the actor may not see is neither told nor counted."""
    day = day or timezone.localdate()
    index = index_of(actor, institution)
    return Cockpit(
        institution=institution,
        day=day,
        moved_at=_moved(institution),
        index=index,
        path=standing.path_of(actor, institution, index, day),
        commitments=figures.commitments(actor, institution, day),
        iku=figures.ikus(actor, institution, day.year),
        budget=figures.money(actor, institution, index, day.year),
        gaps=figures.gaps(actor, institution, day),
        decisions=pending.decisions(actor, institution, day),
        units=units.units(actor, institution, day),
        parts=tuple(ports.parts(actor, institution, day)),
    )


def _moved(institution: Institution) -> datetime | None:
    last = LedgerEntry.objects.filter(institution=institution).order_by("-seq")
    return last.values_list("created_at", flat=True).first()
