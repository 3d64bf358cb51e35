"""What this room registers with the floors below."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation import ports
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import navigation
from pendapa.roadmap import actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import VIEW


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Initiative)
    return {"unit": row.unit.name} if row.unit else {}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = Initiative.objects.filter(actor.scope(VIEW, institution).filter(), institution=institution)
    return set(rows.filter(uid__in=uids).values_list("uid", flat=True))


history.register(Initiative, names=_names, visible=_visible, title=_("Initiative"))
ports.initiatives.register(actions.FromPlans())
navigation.add("roadmap", _("Roadmap"), "timeline", "roadmap:list", 35, permission=VIEW)
