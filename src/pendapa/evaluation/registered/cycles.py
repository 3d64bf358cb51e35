"""Cycles and what belongs to them, with the history."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Cycle, CycleEvent, Finding, Member, SignedPaper
from pendapa.evaluation.permissions import PROOF, VIEW
from pendapa.evaluation.queries import cycle_waiting
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting import duties, ports


def _names(row: Recorded) -> dict[str, str]:
    names = {}
    if isinstance(row, Finding) and row.unit:
        names["unit"] = row.unit.name
    if isinstance(row, Member | CycleEvent | SignedPaper | Finding):
        names["cycle"] = str(row.cycle)
    return names


def _seen(model: type[Recorded], permission: str) -> history.Visible:
    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        if not actor.may(permission, institution):
            return set()
        if permission == PROOF and not actor.scope(PROOF, institution).everything:
            return set()
        rows = model._default_manager.filter(institution=institution, uid__in=uids)
        return set(rows.values_list("uid", flat=True))

    return visible


history.register(Cycle, names=_names, visible=_seen(Cycle, VIEW), title=_("Assessment round"))
history.register(Member, names=_names, visible=_seen(Member, VIEW), title=_("Member of the assessment team"))
history.register(
    CycleEvent, names=_names, visible=_seen(CycleEvent, PROOF), title=_("Meeting of an assessment")
)
history.register(
    SignedPaper, names=_names, visible=_seen(SignedPaper, PROOF), title=_("Signed paper of an assessment")
)
history.register(Finding, names=_names, visible=_seen(Finding, VIEW), title=_("Finding or recommendation"))

ports.offer(
    "rounds",
    _("Assessment rounds"),
    cycle_waiting.waiting,
    count=cycle_waiting.count,
    order=15,
    icon="stairs-up",
)
duties.offer("rounds", cycle_waiting.duties, order=30)
