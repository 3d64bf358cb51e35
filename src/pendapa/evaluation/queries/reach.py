"""What of a cycle an actor may read and write beyond the levels: the one place that knows.

Whoever holds PROOF for the whole institution reads every explanation and every piece. An OPD reads the pieces that belong
to its unit (or to units below), those that belong to the institution as a whole where they serve one of its indicators,
and everything of the indicators for which it has a duty.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from pendapa.evaluation.models import Answer, Cycle, Duty, Evidence, EvidenceUse
from pendapa.evaluation.permissions import ANSWER, PROOF
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution


def duties(actor: Actor, institution: Institution, permission: str = PROOF) -> QuerySet[Duty]:
    """The duties of the actor's own units (all of them for who reaches the whole institution)."""
    rows = Duty.objects.filter(institution=institution, deleted_at=None)
    return rows.filter(actor.scope(permission, institution).filter())


def indicators(actor: Actor, cycle: Cycle, permission: str = PROOF) -> set[str] | None:
    """Numbers of the indicators of a cycle that the actor may read (or write, with ANSWER); None: every one."""
    if actor.scope(permission, cycle.institution).everything:
        return None
    own = duties(actor, cycle.institution, permission).filter(cycle=cycle)
    return set(own.values_list("indicator", flat=True))


def uses(actor: Actor, institution: Institution) -> QuerySet[EvidenceUse]:
    """Uses of evidence that the actor may read."""
    rows = EvidenceUse.objects.filter(institution=institution, deleted_at=None)
    scope = actor.scope(PROOF, institution)
    if scope.everything:
        return rows
    mine = scope.filter("evidence__unit__")
    for cycle, number in duties(actor, institution).values_list("cycle", "indicator"):
        mine |= Q(cycle=cycle, indicator=number)
    return rows.filter(mine)


def evidence(actor: Actor, institution: Institution) -> QuerySet[Evidence]:
    """Pieces that the actor may read."""
    rows = Evidence.objects.filter(institution=institution, deleted_at=None)
    scope = actor.scope(PROOF, institution)
    if scope.everything:
        return rows
    served = uses(actor, institution).values("evidence")
    return rows.filter(scope.filter() | Q(pk__in=served))


def answers(actor: Actor, institution: Institution) -> QuerySet[Answer]:
    """Explanations that the actor may read."""
    rows = Answer.objects.filter(institution=institution, deleted_at=None)
    if actor.scope(PROOF, institution).everything:
        return rows
    mine = Q(pk__in=[])
    for cycle, number in duties(actor, institution).values_list("cycle", "indicator"):
        mine |= Q(cycle=cycle, indicator=number)
    return rows.filter(mine)


def may_write(actor: Actor, cycle: Cycle, indicator: str) -> bool:
    """May the actor write the explanation of an indicator and hang evidence on it?"""
    known = indicators(actor, cycle, ANSWER)
    return known is None or indicator in known
