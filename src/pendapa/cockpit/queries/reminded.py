"""What was reminded of today, by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pendapa.kernel.notices import rules
from pendapa.kernel.notices.models import Told
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Milestone

MILESTONE, REPORT, ACTION = "milestone:", "report:", "action:"


@dataclass(frozen=True)
class Reminded:
    """``units``: primary keys of the OPD that were reminded of their commitments or of those of a unit below them; ``reports``: uids
    of the OPD that were asked to report; ``actions``: uids of actions."""

    units: frozenset[int] = field(default_factory=frozenset)
    reports: frozenset[str] = field(default_factory=frozenset)
    actions: frozenset[str] = field(default_factory=frozenset)


def today(institution: Institution, day: date) -> Reminded:
    """Two queries at most."""
    told = Told.objects.filter(institution=institution, rung=rules.HAND, day=day)
    keys = set(told.values_list("key", flat=True))

    def uids(prefix: str) -> frozenset[str]:
        return frozenset(key.removeprefix(prefix) for key in keys if key.startswith(prefix))

    return Reminded(_units(institution, uids(MILESTONE)), uids(REPORT), uids(ACTION))


def _units(institution: Institution, milestones: frozenset[str]) -> frozenset[int]:
    if not milestones:
        return frozenset()
    steps = Milestone.objects.filter(institution=institution, uid__in=[UUID(one) for one in milestones])
    paths = set(steps.values_list("commitment__unit__path", flat=True))
    return frozenset(int(part) for path in paths for part in path.strip("/").split("/"))
