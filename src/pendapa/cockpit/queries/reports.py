"""The report of an OPD for the quarter, as a thing of which one can remind its head."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.architecture.queries import is_uid
from pendapa.cockpit.queries.reminded import REPORT
from pendapa.cockpit.rules.quarters import quarter_of
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.notices.ports import Due
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.permissions import VIEW


def by_ladder(_institution: Institution, _day: date) -> list[Due]:
    """The ladder of reminders does not tell of it: whoever has actions and milestones is told of those."""
    return []


def some(institution: Institution, keys: Collection[str]) -> list[Due]:
    """The reports of these OPD, due at the end of the quarter; the head of the OPD is to write them. One query."""
    quarter = quarter_of(timezone.localdate())
    facts = {"quarter": quarter.roman, "year": quarter.year}
    page = reverse("roadmap:actions", args=[institution.code]) + "?milik=opd"
    return [
        Due(
            key=f"{REPORT}{unit.uid}", title=_("Report of quarter %(quarter)s %(year)s") % facts, path=page, due=quarter.end, unit=unit,
            detail=_("Nobody of the OPD has recorded this quarter what was done, reached or spent."), of_head=True,
        )
        for unit in Unit.objects.filter(institution=institution, deleted_at=None, uid__in=_uids(keys))
    ]  # fmt: skip


def readable(actor: Actor, institution: Institution, keys: Collection[str]) -> set[str]:
    """Those of ``keys`` whose OPD the actor reads. One query."""
    units = Unit.objects.filter(institution=institution, deleted_at=None, uid__in=_uids(keys))
    return {f"{REPORT}{unit.uid}" for unit in units if actor.may(VIEW, institution, unit)}


def _uids(keys: Collection[str]) -> list[str]:
    return [uid for key in keys if is_uid(uid := key.partition(":")[2])]
