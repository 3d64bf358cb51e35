"""Reads of plans, of what steps cost here, and of what a plan can set out from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from pendapa.evaluation.models import Cycle, Duty, Plan, StepCost
from pendapa.evaluation.permissions import PLAN
from pendapa.evaluation.queries import cycles, editions, scenarios
from pendapa.evaluation.rules import problems as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument

Own = dict[tuple[str, int], tuple[Fraction | None, Fraction | None]]


def visible(actor: Actor, institution: Institution) -> QuerySet[Plan]:
    """The plans that the actor may read, the newest first."""
    rows = Plan.objects.filter(institution=institution, deleted_at=None)
    rows = rows.select_related("edition", "institution", "job").defer("edition__content", "edition__overlay")
    rows = rows if actor.may(PLAN, institution) else rows.none()
    return rows.order_by("-created_at", "-pk")


def plan(actor: Actor, institution: Institution, uid: UUID | str) -> Plan:
    """One plan. Raises NotFound for what is absent or not to be seen."""
    row = visible(actor, institution).filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def instrument(row: Plan) -> Instrument:
    """The instrument in the edition with which the plan was computed."""
    return editions.in_edition(row.instrument, row.edition)


def own_costs(actor: Actor, institution: Institution, instrument_id: str) -> Own:
    """The institution's own cost and days by indicator and level; NotFound for who may not read them."""
    actor.require(PLAN, institution)
    rows = StepCost.objects.filter(institution=institution, instrument=instrument_id, deleted_at=None)
    return {
        (row.indicator, row.level): (
            None if row.cost is None else Fraction(row.cost),
            None if row.days is None else Fraction(row.days),
        )
        for row in rows
    }


def values(
    actor: Actor, institution: Institution, known: Instrument
) -> Mapping[tuple[str, int], rules.StepValue]:
    """Cost and days of every step here: own numbers, else the assumptions of the pack."""
    own = own_costs(actor, institution, known.id)
    return rules.values(known, packs.planning().of(known.id), own)


def newest_cycle(actor: Actor, institution: Institution, instrument_id: str) -> Cycle | None:
    """The last cycle under an instrument."""
    return cycles.visible(actor, institution).filter(instrument=instrument_id).order_by("-year").first()


def leaders(actor: Actor, institution: Institution, instrument_id: str) -> dict[str, Unit]:
    """The unit that answers for each indicator in the last cycle under the instrument."""
    cycle = newest_cycle(actor, institution, instrument_id)
    if cycle is None:
        return {}
    rows = Duty.objects.filter(cycle=cycle, lead=True, deleted_at=None).select_related("unit")
    return {row.indicator: row.unit for row in rows}


def start(actor: Actor, institution: Institution, key: str) -> scenarios.Start | None:
    """What a plan sets out from: the named sheet or kept scenario, else the newest sheet in which every indicator has a
    level, else the one that is worked on; None where no sheet has levels. Raises NotFound for a name of nothing."""
    if key:
        return _of_scenario(actor, institution, key) or scenarios.start(actor, institution, key)
    found = [one for one in scenarios.starts(actor, institution) if one.levels]
    complete = [one for one in found if len(one.levels) == len(one.instrument.indicators)]
    return next(iter(complete), next(iter(found), None))


def starts(actor: Actor, institution: Institution) -> list[tuple[scenarios.Start, str]]:
    """Every sheet and every kept scenario with all levels that a plan can set out from; the name of the scenario."""
    rows = [(one, "") for one in scenarios.starts(actor, institution) if one.levels]
    for row in scenarios.visible(actor, institution)[:50]:
        known = scenarios.instrument(row)
        if len(row.levels) == len(known.indicators):
            rows.append((scenarios.Start(known, row.edition, dict(row.levels), str(row.uid)), row.name))
    return rows


def _of_scenario(actor: Actor, institution: Institution, key: str) -> scenarios.Start | None:
    try:
        uid = UUID(key)
    except ValueError:
        return None
    row = scenarios.scenario(actor, institution, uid)
    return scenarios.Start(scenarios.instrument(row), row.edition, dict(row.levels), key)
