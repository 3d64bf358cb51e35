"""Reads of initiatives: an OPD sees its own (and those of units below), the secretariat and the leaders see all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.queries import reach


@dataclass(frozen=True)
class Filters:
    """What a list shows: texts as they stand in an address; what is no such thing finds nothing."""

    year: str = ""
    unit: str = ""
    plan: str = ""

    def narrow(self, rows: QuerySet[Initiative], year: bool = True) -> QuerySet[Initiative]:
        if self.year and year:
            rows = rows.filter(year=whole(self.year, 4) or 0)
        for name, text in (("unit__uid", self.unit), ("plan", self.plan)):
            if text:
                rows = rows.filter(**{name: text}) if _is_uid(text) else rows.none()
        return rows


@dataclass(frozen=True)
class OfYear:
    """The initiatives of a year in numbers; ``cost`` None where none of them has a cost."""

    year: int
    count: int
    cost: Decimal | None


def visible(actor: Actor, institution: Institution) -> QuerySet[Initiative]:
    """The initiatives that the actor may read, by year and then as they were made."""
    return reach.initiatives(actor, institution)


def initiative(actor: Actor, institution: Institution, uid: UUID | str) -> Initiative:
    """One initiative. Raises NotFound for what is absent or not to be seen."""
    row = visible(actor, institution).filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def years(actor: Actor, institution: Institution, filters: Filters) -> list[OfYear]:
    """Each year in numbers, whatever year is asked for."""
    rows = filters.narrow(visible(actor, institution), year=False).order_by("year")
    found = rows.values("year").annotate(count=Count("pk"), cost=Sum("cost"))
    return [OfYear(one["year"], one["count"], one["cost"]) for one in found]


def units(actor: Actor, institution: Institution) -> list[Unit]:
    """The units that initiatives of the list belong to."""
    ids = visible(actor, institution).exclude(unit=None).order_by().values("unit")
    return list(Unit.objects.filter(pk__in=ids).order_by("name"))


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
