"""Reads for taking things over from an earlier round."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from pendapa.evaluation.models import Assessment, Cycle
from pendapa.evaluation.queries import cycles, editions, instruments, reach
from pendapa.evaluation.rules import carrying as rules
from pendapa.kernel.access.actor import Actor
from pendapa.regulations.crosswalk import Pair
from pendapa.regulations.instruments import Instrument


@dataclass(frozen=True)
class Prepared:
    """What would go from one round to another. ``levels`` are those that may be taken over as a start, ``last`` all of
    the earlier self-assessment."""

    source: Cycle
    target: Cycle
    way: Pair
    before: Instrument
    after: Instrument
    plan: rules.Plan
    levels: dict[str, str]
    last: dict[str, str]


def sources(actor: Actor, cycle: Cycle) -> list[Cycle]:
    """Other rounds from which something can be taken over, the most likely first: the one before, the newest."""
    found = []
    for one in cycles.visible(actor, cycle.institution).exclude(pk=cycle.pk):
        if instruments.way(cycle.institution, one, cycle) is not None:
            found.append(one)
    return sorted(
        found,
        key=lambda one: (
            one.pk != cycle.previous_id,
            one.year > cycle.year,
            -one.year,
            one.instrument != cycle.instrument,
        ),
    )


def prepared(actor: Actor, source: Cycle, target: Cycle, *, rejected: bool = False) -> Prepared | None:
    """The plan, as things stand now; None where no crosswalk leads from one to the other."""
    way = instruments.way(target.institution, source, target)
    if way is None:
        return None
    before, after = editions.of(source), editions.of(target)
    plan = rules.plan(
        way,
        material(actor, source),
        material(actor, target),
        {one.number for one in after.indicators},
        rejected=rejected,
    )
    last, there = levels(source), levels(target)
    return Prepared(source, target, way, before, after, plan, rules.suggested(way, last, there), last)


def material(actor: Actor, cycle: Cycle) -> rules.Material:
    """Evidence, explanations and duties of a round, as far as the actor may read them; in the order of the instrument."""
    place = {one.number: order for order, one in enumerate(editions.of(cycle).indicators)}
    today = timezone.localdate()
    uses = [
        rules.Use(
            row.pk, row.indicator, row.evidence_id, row.level, row.item, row.page, row.note, row.state, row.reason,
            row.evidence.title,
        )
        for row in reach.uses(actor, cycle.institution)
        .filter(cycle=cycle, evidence__deleted_at=None)
        .select_related("evidence")
        .order_by("pk")
    ]  # fmt: skip
    explanations = [
        rules.Explanation(row.indicator, tuple(row.facts), row.analysis)
        for row in reach.answers(actor, cycle.institution).filter(cycle=cycle).order_by("pk")
    ]
    charges = [
        rules.Charge(
            row.indicator, row.unit_id, row.lead, row.unit.name,
            row.unit.deleted_at is None and (row.unit.valid_to is None or row.unit.valid_to >= today),
        )
        for row in reach.duties(actor, cycle.institution).filter(cycle=cycle).select_related("unit").order_by("pk")
    ]  # fmt: skip
    ends = len(place)
    return rules.Material(
        tuple(sorted(uses, key=lambda one: place.get(one.indicator, ends))),
        tuple(sorted(explanations, key=lambda one: place.get(one.indicator, ends))),
        tuple(sorted(charges, key=lambda one: place.get(one.indicator, ends))),
    )


def levels(cycle: Cycle) -> dict[str, str]:
    """Levels of the self-assessment of a round."""
    row = Assessment.objects.filter(cycle=cycle, stage="self", deleted_at=None).first()
    return dict(row.levels) if row else {}
