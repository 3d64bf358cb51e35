"""What taking a change set back may not do to a round: its steps, judgements and closed sheets go by the verbs of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from pendapa.evaluation.actions import cycles as verbs
from pendapa.evaluation.models import (
    Answer,
    Assessment,
    Cycle,
    CycleEvent,
    Decree,
    Evidence,
    EvidenceUse,
    Finding,
    Member,
)
from pendapa.evaluation.queries import cycles
from pendapa.evaluation.queries.evidence import CLOSED
from pendapa.evaluation.registered import assessments, work  # noqa: F401  (what is guarded is registered first)
from pendapa.evaluation.registered import cycles as _cycles  # noqa: F401
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded


@history.blocker(Evidence.recorded_type)
def _used(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    uses = EvidenceUse.objects.filter(evidence__in=[row.pk for row in rows], deleted_at=None)
    why = history.Held(_("This piece is evidence of an indicator. Take it off there first."))
    return dict.fromkeys(uses.values_list("evidence__uid", flat=True), why)


@history.blocker(Decree.recorded_type)
def _pointed_to(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    pieces = Evidence.objects.filter(decree__in=[row.pk for row in rows], deleted_at=None)
    why = history.Held(_("Evidence points to this decree: it stays in the register."))
    return dict.fromkeys(pieces.values_list("decree__uid", flat=True), why)


@history.blocker(Cycle.recorded_type)
def _has_sheets(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    sheets = Assessment.objects.filter(cycle__in=[row.pk for row in rows], deleted_at=None)
    held = sheets.select_related("cycle", "institution")
    return {one.cycle.uid: history.Held(_("%(name)s belongs to it"), one) for one in held}


def _refuse() -> None:
    raise undoing.Refused(
        _("The round has gone on since, or somebody judged this: change it on its own page instead.")
    )


@undoing.guard(Cycle.recorded_type)
def _steps(actor: Actor, rows: Sequence[Recorded]) -> None:
    for row in cast(Sequence[Cycle], rows):
        now = Cycle.objects.get(pk=row.pk)
        goes = history.plain_values(row) == history.plain_values(now)
        if (goes and len(now.steps_done) > 1) or (now.step, now.consent) != (row.step, row.consent):
            _refuse()


@undoing.guard(Finding.recorded_type)
@undoing.guard(CycleEvent.recorded_type)
@undoing.guard(Member.recorded_type)
def _of_closed_round(actor: Actor, rows: Sequence[Recorded]) -> None:
    keys = {cast(Finding | CycleEvent | Member, row).cycle_id for row in rows}
    if any(cycles.is_closed(cycle) for cycle in Cycle.objects.filter(pk__in=keys)):
        _refuse()


@undoing.guard(EvidenceUse.recorded_type)
def _judged(actor: Actor, rows: Sequence[Recorded]) -> None:
    for row in cast(Sequence[EvidenceUse], rows):
        now = EvidenceUse.objects.select_related("cycle").get(pk=row.pk)
        if now.cycle.step in CLOSED or {now.state, row.state} != {"waiting"}:
            _refuse()


@undoing.guard(Answer.recorded_type)
def _handed_in(actor: Actor, rows: Sequence[Recorded]) -> None:
    for row in cast(Sequence[Answer], rows):
        now = Answer.objects.select_related("cycle").get(pk=row.pk)
        if now.cycle.step in CLOSED or now.state != row.state or now.state in cycles.DONE:
            _refuse()


@undoing.guard(Assessment.recorded_type)
def _closed(actor: Actor, rows: Sequence[Recorded]) -> None:
    """Levels as far as the actor may set them now; what the public sees by its own verbs, which ask for consent."""
    for row in cast(Sequence[Assessment], rows):
        now = Assessment.objects.select_related("cycle", "cycle__edition", "institution").get(pk=row.pk)
        cycle = cycles.fresh(now.cycle)
        changed = {
            n
            for n in {*now.levels, *row.levels, *now.notes, *row.notes}
            if (now.levels.get(n), now.notes.get(n)) != (row.levels.get(n), row.notes.get(n))
        }
        if any(not verbs.may_set(actor, cycle, now.stage, n) for n in changed):
            _refuse()
        if row.is_public and not now.is_public and cycles.is_guided(cycle) and not cycle.consent:
            _refuse()
