"""Lines of the budget with the history."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Programme
from pendapa.roadmap.queries import reach


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Programme)
    return {"unit": row.unit.name} if row.unit else {}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = reach.every_programme(actor, institution).filter(uid__in=uids)
    return set(rows.values_list("uid", flat=True))


history.register(Programme, names=_names, visible=_visible, title=_("Budget line"), page="roadmap:programme")
