"""Initiatives with the history, and the door for plans of the evaluation."""

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
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import reach


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Initiative)
    named = {"unit": row.unit, "roadmap": row.roadmap, "goal": row.goal}
    return {name: str(one) for name, one in named.items() if one}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = Initiative.objects.filter(reach.own(actor, institution), institution=institution, uid__in=uids)
    return set(rows.values_list("uid", flat=True))


history.register(Initiative, names=_names, visible=_visible, title=_("Initiative"))
ports.initiatives.register(actions.FromPlans())
navigation.add("roadmap", _("Roadmap"), "timeline", "roadmap:list", 35, permission=VIEW)
