"""Cycles and what belongs to them, with the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Cycle, CycleEvent, Finding, Member, SignedPaper
from pendapa.evaluation.permissions import PROOF, VIEW
from pendapa.evaluation.queries import cycle_waiting
from pendapa.evaluation.queries.assessments import words
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting import duties, ports
from pendapa.regulations import packs


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


LABELS = {
    "year": _("Year"),
    "instrument": _("Instrument"),
    "kind": _("Kind"),
    "step": _("Step"),
    "visit": _("Visit"),
    "deadlines": _("Deadline"),
    "previous": _("Taken over from"),
    "consent": _("Consent to publish"),
    "consent_text": _("Note of the coordinator"),
    "steps_done": _("Steps passed"),
    "function": _("Function"),
    "field": _("Field"),
}


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """Steps, functions and kinds go by the words of the pack."""
    pack = packs.cycle()
    steps = {one.key: words(one.label) for one in pack.steps}
    part, _dot, key = field.partition(".")
    if part == "deadlines" and key:
        return f"{LABELS['deadlines']}: {steps.get(key, key)}", str(value or "")
    if part == "steps_done":
        return str(LABELS[part]), str(len(value)) if isinstance(value, list) else str(value or "")
    named = {
        "step": steps,
        "kind": {one.key: words(one.label) for one in pack.kinds},
        "function": {one.key: words(one.label) for one in pack.functions},
        "field": {one.key: words(one.label) for one in pack.fields},
    }
    if field in named and isinstance(value, str):
        return str(LABELS[field]), named[field].get(value, value)
    return None


history.register(Cycle, names=_names, visible=_seen(Cycle, VIEW), title=_("Assessment round"), words=_words)
history.register(
    Member,
    names=_names,
    visible=_seen(Member, VIEW),
    title=_("Member of the assessment team"),
    words=_words,
)
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
