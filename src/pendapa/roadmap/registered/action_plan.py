"""The action plan with the history, comments, the inbox, the duties of an OPD, and the calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.calendars import feeds
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting import duties
from pendapa.kernel.waiting import ports as waiting
from pendapa.roadmap.models import Action, ActionEvidence
from pendapa.roadmap.permissions import REMIND
from pendapa.roadmap.queries import action_plan_due as due
from pendapa.roadmap.queries import reach


def _names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, Action)
    named = {"initiative": row.initiative, "parent": row.parent, "unit": row.unit, "person": row.person}
    return {name: str(one) for name, one in named.items() if one}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    seen = reach.actions(actor, institution).filter(uid__in=uids)
    # The history asks for deleted ones too.
    gone = reach.deleted_actions(actor, institution).filter(uid__in=uids)
    return {*seen.values_list("uid", flat=True), *gone.values_list("uid", flat=True)}


def _evidence_names(row: Recorded) -> dict[str, str]:
    assert isinstance(row, ActionEvidence)
    return {"action": row.action.title} | ({"file": row.file.name} if row.file else {})


def _evidence_visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = ActionEvidence.objects.filter(institution=institution, uid__in=uids)
    rows = rows.filter(action__in=reach.actions(actor, institution).values("pk"))
    return set(rows.values_list("uid", flat=True))


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """A checklist reads as its lines."""
    if field != "checklist" or not isinstance(value, list):
        return None
    told = [f"{'☑' if item.get('done') else '☐'} {item.get('text', '')}" for item in value]
    return _("Checklist"), "; ".join(told)


history.register(
    Action,
    names=_names,
    visible=_visible,
    title=gettext_lazy("Action"),
    words=_words,
    page="roadmap:action",
)
history.register(
    ActionEvidence,
    names=_evidence_names,
    visible=_evidence_visible,
    title=gettext_lazy("Evidence of an action"),
)


@history.blocker("action")
def _below(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """An action stays while others hang below it."""
    going = {row.pk for row in rows}
    found = {}
    for child in (
        Action.objects.filter(parent__in=going, deleted_at=None)
        .exclude(pk__in=going)
        .select_related("parent")
    ):
        if child.parent is not None:
            found[child.parent.uid] = history.Held(_("“%(name)s” still hangs below it"), child)
    return found


waiting.offer(
    "actions",
    gettext_lazy("Actions due"),
    due.waiting,
    count=due.count,
    order=12,
    icon="clock",
)
duties.offer("actions", due.duties, order=35)
feeds.offer("actions", due.calendar)
feeds.offer("milestones", due.milestones)
notices.offer(
    "action",
    due.dues,
    some=due.some_dues,
    visible=due.readable,
    visible_to_many=due.readable_to_many,
    permission=REMIND,
)
