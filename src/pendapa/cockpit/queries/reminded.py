"""Which OPD were reminded today, by hand, of their commitments or those of a unit below them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pendapa.kernel.notices import rules
from pendapa.kernel.notices.models import Told
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Milestone

PREFIX = "milestone:"


def today(institution: Institution, day: date) -> set[int]:
    """Primary keys of the units and of those above them. Two queries at most."""
    told = Told.objects.filter(institution=institution, rung=rules.HAND, day=day, key__startswith=PREFIX)
    uids = [UUID(key.removeprefix(PREFIX)) for key in set(told.values_list("key", flat=True))]
    if not uids:
        return set()
    steps = Milestone.objects.filter(institution=institution, uid__in=uids)
    paths = set(steps.values_list("commitment__unit__path", flat=True))
    return {int(part) for path in paths for part in path.strip("/").split("/")}
