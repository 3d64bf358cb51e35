"""Plans, scenarios, costs and comparisons, with the history."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.actions import plans as plans  # its job, for the worker
from pendapa.evaluation.models import IkuLink, PeerResult, Plan, Scenario, StepCost
from pendapa.evaluation.permissions import PLAN, VIEW
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution


def _names(row: Recorded) -> dict[str, str]:
    return {}


def _seen(model: type[Recorded], permission: str) -> history.Visible:
    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        if not actor.may(permission, institution):
            return set()
        rows = model._default_manager.filter(institution=institution, uid__in=uids)
        return set(rows.values_list("uid", flat=True))

    return visible


def _scenarios(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """Own ones and shared ones."""
    if not actor.may(VIEW, institution):
        return set()
    rows = Scenario.objects.filter(institution=institution, uid__in=uids)
    if not actor.system:
        rows = rows.filter(Q(shared=True) | Q(author=actor.user))
    return set(rows.values_list("uid", flat=True))


history.register(Scenario, names=_names, visible=_scenarios, title=_("Scenario"))
history.register(Plan, names=_names, visible=_seen(Plan, PLAN), title=_("Plan to a target"))
history.register(StepCost, names=_names, visible=_seen(StepCost, PLAN), title=_("Cost of a step"))
history.register(
    PeerResult, names=_names, visible=_seen(PeerResult, VIEW), title=_("Result of another institution")
)
history.register(IkuLink, names=_names, visible=_seen(IkuLink, VIEW), title=_("Index as IKU"))
