"""Reads of cycles."""

from __future__ import annotations

from django.db.models import QuerySet

from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import VIEW
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution


def visible(actor: Actor, institution: Institution) -> QuerySet[Cycle]:
    """The cycles that the actor may read, with their edition but not the whole instrument in it."""
    rows = Cycle.objects.filter(institution=institution, deleted_at=None)
    rows = rows.select_related("edition", "institution").defer("edition__content", "edition__overlay")
    return rows if actor.may(VIEW, institution) else rows.none()


def cycle(actor: Actor, institution: Institution, year: int, instrument: str) -> Cycle:
    """One cycle. Raises NotFound for what is absent or not to be seen."""
    row = visible(actor, institution).filter(year=year, instrument=instrument).first()
    if row is None:
        raise NotFound
    return row
