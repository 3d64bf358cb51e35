"""Taking over what an earlier round holds: evidence, explanations, duties. The only writer of that."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, EvidenceUse
from pendapa.evaluation.permissions import RUN
from pendapa.evaluation.queries import carrying as queries
from pendapa.evaluation.queries import instruments
from pendapa.evaluation.rules import carrying as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.actions import hold

Refused = assessments.Refused


def carry(
    actor: Actor, source: Cycle, target: Cycle, *, rejected: bool = False, levels: bool = False
) -> rules.Plan:
    """Take evidence, explanations and duties of ``source`` over to ``target`` and return what was done.

    Each use points to where it came from and waits to be assessed anew; duties come without their date; explanations come
    as drafts. What is there stays as it is, so that doing it again doubles nothing. ``levels`` takes over the levels of the
    self-assessment as well, where there are none yet (one instrument only). Raises :class:`Refused`.
    """
    actor.require(RUN, target.institution)
    if source.institution_id != target.institution_id:
        raise NotFound
    with transaction.atomic():
        hold(target.institution)
        row = (
            Cycle.objects.filter(pk=target.pk, deleted_at=None)
            .select_related("edition", "institution")
            .first()
        )
        if row is None:
            raise NotFound
        if source.pk == row.pk:
            raise Refused({"source": _("A round cannot be taken over into itself.")})
        if instruments.is_over(row):
            raise Refused({"target": _("This round is over; what it holds stays as it is.")})
        prepared = queries.prepared(actor, source, row, rejected=rejected)
        if prepared is None:
            words = {"source": source.instrument, "target": row.instrument}
            raise Refused({"source": _("There is no crosswalk from %(source)s to %(target)s.") % words})
        _write(actor, row, source, prepared.plan)
        if levels and prepared.levels:
            _take_levels(actor, row, prepared.levels)
    return prepared.plan


def _write(actor: Actor, target: Cycle, source: Cycle, plan: rules.Plan) -> None:
    answers = {one.indicator: one for one in Answer.objects.filter(cycle=target, deleted_at=None)}
    add: list[Recorded] = [
        *(_use(target, origin, one) for origin, one in plan.uses),
        *(Duty(institution=target.institution, cycle=target, indicator=one.indicator, unit_id=one.unit, lead=one.lead)
          for one in plan.charges),
    ]  # fmt: skip
    change: list[Recorded] = []
    for _sources, one in plan.explanations:
        # An answer without a word in it may stand there already.
        answer = answers.get(one.indicator) or Answer(
            institution=target.institution, cycle=target, indicator=one.indicator
        )
        (change if one.indicator in answers else add).append(answer)
        answer.facts, answer.analysis = [dict(fact) for fact in one.facts], one.analysis
        answer.changed_at = timezone.now()
    if target.previous_id is None and (add or change):
        target.previous = source
        change.append(target)
    if not add and not change:
        return
    reason = _("Taken over from %(name)s") % {"name": source}
    history.write(actor, target.institution, "edit", history.Writes(add=add, change=change), reason=reason)
    bus.emit("evaluation.carried", institution_id=target.institution_id, cycle_uid=str(target.uid))


def _use(target: Cycle, origin: rules.Use, one: rules.Use) -> EvidenceUse:
    return EvidenceUse(
        institution=target.institution, cycle=target, indicator=one.indicator, evidence_id=one.evidence,
        level=one.level, item=one.item, page=one.page, note=one.note, carried_from_id=origin.key,
    )  # fmt: skip


def _take_levels(actor: Actor, target: Cycle, levels: dict[str, str]) -> None:
    sheet = Assessment.objects.filter(cycle=target, stage="self", deleted_at=None).first()
    if sheet is None:
        sheet = assessments.open_assessment(actor, target.institution, target.year, target.instrument, "self")
    assessments.set_levels(
        actor, sheet, levels, sheet.version, reason=_("Taken over from the last self-assessment")
    )
