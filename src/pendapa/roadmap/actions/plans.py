"""What the evaluation calls when a plan becomes initiatives: one draft a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pendapa.evaluation.ports import Draft
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.permissions import EDIT


class FromPlans:
    """What the evaluation calls when a plan becomes initiatives."""

    def may(self, actor: Actor, institution: Institution) -> bool:
        return actor.scope(EDIT, institution).everything

    def make(self, actor: Actor, institution: Institution, plan: UUID, drafts: Sequence[Draft]) -> int:
        """One draft a step, all or none; drafts that the plan left before are not made again."""
        if not self.may(actor, institution):
            raise NotFound
        now = timezone.now()
        with transaction.atomic():
            hold(institution)
            if Initiative.objects.filter(institution=institution, plan=plan).exists():
                return 0
            rows = [_row(institution, plan, draft, now) for draft in drafts]
            if rows:
                history.write(actor, institution, "edit", history.Writes(add=list(rows)))
        return len(rows)

    def address(self, actor: Actor, institution: Institution, plan: UUID) -> str:
        name = "from_plans" if self.may(actor, institution) else "list"
        return f"{reverse(f'roadmap:{name}', args=[institution.code])}?rencana={plan}"


def _row(institution: Institution, plan: UUID, draft: Draft, now: datetime) -> Initiative:
    return Initiative(
        institution=institution, title=draft.title, unit=draft.unit, year=draft.year, cost=_text(draft.cost),
        days=_text(draft.days), origin="plan", plan=str(plan), created_at=now,
        lifts=[{
            "instrument": draft.instrument, "indicator": draft.indicator, "from": draft.level_from, "to": draft.level_to,
        }],
    )  # fmt: skip


def _text(value: Fraction | Decimal | None) -> str | None:
    """Two places, as the column keeps them: the history keeps numbers as text."""
    return None if value is None else scoring.display(Fraction(value), 2)
