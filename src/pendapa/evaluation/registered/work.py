"""Duties, explanations and evidence, with the history: each as far as `reach` lets the actor read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.actions import evidence, evidence_zip  # noqa: F401  (their jobs)
from pendapa.evaluation.models import Answer, Decree, Duty, Evidence, EvidenceUse
from pendapa.evaluation.permissions import PROOF, VIEW
from pendapa.evaluation.queries import reach
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution


def _names(row: Recorded) -> dict[str, str]:
    names = {}
    if isinstance(row, Duty | Evidence | Decree) and row.unit:
        names["unit"] = row.unit.name
    if isinstance(row, Duty | Answer | EvidenceUse):
        names["cycle"] = str(row.cycle)
    if isinstance(row, EvidenceUse):
        names["evidence"] = row.evidence.title
    if isinstance(row, Evidence) and row.decree:
        names["decree"] = str(row.decree)
    return names


def _all_with_view(model: type[Recorded]) -> history.Visible:
    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        if not actor.may(VIEW, institution):
            return set()
        rows = model._default_manager.filter(institution=institution, uid__in=uids)
        return set(rows.values_list("uid", flat=True))

    return visible


def _evidence(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    if actor.scope(PROOF, institution).everything:  # deleted ones too
        rows = Evidence.objects.filter(institution=institution, uid__in=uids)
        return set(rows.values_list("uid", flat=True))
    return set(reach.evidence(actor, institution).filter(uid__in=uids).values_list("uid", flat=True))


def _uses(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    if actor.scope(PROOF, institution).everything:
        rows = EvidenceUse.objects.filter(institution=institution, uid__in=uids)
        return set(rows.values_list("uid", flat=True))
    return set(reach.uses(actor, institution).filter(uid__in=uids).values_list("uid", flat=True))


def _answers(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    return set(reach.answers(actor, institution).filter(uid__in=uids).values_list("uid", flat=True))


history.register(
    Duty, names=_names, visible=_all_with_view(Duty), title=_("Unit that answers for an indicator")
)
history.register(Answer, names=_names, visible=_answers, title=_("Explanation of an indicator"))
history.register(
    Decree,
    names=_names,
    visible=_all_with_view(Decree),
    title=_("Decree or policy"),
    page="evaluation:decree",
)


def _closed_name(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """How a pinned record is called shows on the page of the piece, to who may see the record; not in its past."""
    return ("", "") if field == "record_name" else None


history.register(
    Evidence,
    names=_names,
    visible=_evidence,
    title=_("Evidence"),
    page="evaluation:evidence_one",
    words=_closed_name,
)
history.register(EvidenceUse, names=_names, visible=_uses, title=_("Evidence of an indicator"))
