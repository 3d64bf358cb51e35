"""Which OPD were reminded of their commitments by hand today."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pendapa.kernel.notices import rules
from pendapa.kernel.notices.models import Told
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Milestone

PREFIX = "milestone:"


def today(institution: Institution, day: date) -> set[int]:
    """Primary keys of the units. Two queries at most."""
    told = Told.objects.filter(institution=institution, rung=rules.HAND, day=day, key__startswith=PREFIX)
    uids = [UUID(key.removeprefix(PREFIX)) for key in set(told.values_list("key", flat=True))]
    if not uids:
        return set()
    return set(
        Milestone.objects.filter(institution=institution, uid__in=uids).values_list(
            "commitment__unit", flat=True
        )
    )
