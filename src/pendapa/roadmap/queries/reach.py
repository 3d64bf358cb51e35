"""The one place that knows what an actor may read of the roadmap beyond its roles.

An OPD reads its own initiatives, those in which it is a partner, and every initiative of a roadmap that was set by decree: a
decree is published, and only who sees the others' work can work along. Drafts, actions, people and evidence stay with the
owner and its partners; commitments with their OPD until they are approved and shown to the public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import CHUNK
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import (
    Action,
    Commitment,
    Initiative,
    InitiativePartner,
    Programme,
    Roadmap,
)
from pendapa.roadmap.permissions import VIEW


def roadmaps(actor: Actor, institution: Institution) -> QuerySet[Roadmap]:
    """The roadmaps: all of them for who answers for the institution, those set by decree for an OPD."""
    scope = actor.scope(VIEW, institution)
    rows = Roadmap.objects.filter(institution=institution, deleted_at=None)
    if not scope:
        return rows.none()
    return (rows if scope.everything else rows.exclude(state="draft")).order_by("-first_year")


def own(actor: Actor, institution: Institution, prefix: str = "") -> Q:
    """The condition on rows below an initiative (``prefix`` leads to it) that its owner or a partner holds."""
    scope = actor.scope(VIEW, institution)
    if scope.everything:
        return Q()
    if not scope:
        return Q(pk__in=[])
    mine = Q(**{f"{prefix}pk__in": _partnered(actor, institution).values("initiative")})
    return scope.filter(f"{prefix}unit__") | mine


def followed(actor: Actor, institution: Institution, prefix: str = "") -> Q:
    """The same and those of a roadmap that everybody reads: how far they came is no secret inside that is told outside."""
    if not (scope := actor.scope(VIEW, institution)) or scope.everything:
        return own(actor, institution, prefix)
    public = {"roadmap__public": True, "roadmap__state__in": ("set", "ended"), "roadmap__deleted_at": None}
    opened = Q(**{prefix + name: value for name, value in public.items()}) & ~Q(**{f"{prefix}state": "draft"})
    return own(actor, institution, prefix) | opened


def initiatives(actor: Actor, institution: Institution) -> QuerySet[Initiative]:
    """The initiatives that the actor may read, by year and then as they were made."""
    scope = actor.scope(VIEW, institution)
    rows = Initiative.objects.filter(institution=institution, deleted_at=None)
    if not scope:
        return rows.none()
    if not scope.everything:
        decreed = Q(roadmap__state__in=("set", "ended"), roadmap__deleted_at=None) & ~Q(state="draft")
        rows = rows.filter(own(actor, institution) | decreed)
    return rows.select_related("unit", "institution", "roadmap").order_by("year", "pk")


def actions(actor: Actor, institution: Institution) -> QuerySet[Action]:
    """The actions that the actor may read: of initiatives that it owns or takes part in, and those given to its units."""
    scope = actor.scope(VIEW, institution)
    rows = Action.objects.filter(institution=institution, deleted_at=None, initiative__deleted_at=None)
    if not scope:
        return rows.none()
    rows = rows.filter(of_actions(actor, institution))
    return rows.select_related("unit", "person", "initiative", "initiative__unit", "institution")


def deleted_actions(actor: Actor, institution: Institution) -> QuerySet[Action]:
    """The deleted ones that the actor may still know of, also where their initiative went after them."""
    rows = Action.objects.filter(of_actions(actor, institution), institution=institution)
    return rows.exclude(deleted_at=None)


def of_actions(actor: Actor, institution: Institution) -> Q:
    """The condition on actions by whose they are, whether they live or not."""
    scope, held = actor.scope(VIEW, institution), own(actor, institution, "initiative__")
    return held | scope.filter() if scope and not scope.everything else held


def actions_of_many(
    institution: Institution, asked: Sequence[tuple[Actor, Collection[UUID]]]
) -> set[tuple[int, UUID]]:
    """The same as :func:`actions` of many people at once, each asked of the actions beside it: pairs of the id of the user and the
    action that it may read. Two queries, whatever the number of people and of actions."""
    wanted = {uid for _actor, uids in asked for uid in uids}
    rows = Action.objects.filter(institution=institution, deleted_at=None, initiative__deleted_at=None)
    if len(wanted) <= CHUNK:  # more of them are found faster among all
        rows = rows.filter(uid__in=wanted)
    partners: dict[int, list[str]] = defaultdict(list)
    joins = InitiativePartner.objects.filter(institution=institution, deleted_at=None)
    for initiative, path in joins.values_list("initiative", "unit__path"):
        partners[initiative].append(path)
    units = {
        uid: [*filter(None, (own, owner)), *partners.get(initiative, ())]
        for uid, initiative, own, owner in rows.values_list(
            "uid", "initiative", "unit__path", "initiative__unit__path"
        )
    }
    seen = set()
    for actor, uids in asked:
        scope, user = actor.scope(VIEW, institution), actor.user.pk if actor.user else 0
        for uid in uids:
            if uid in units and (
                scope.everything or any(path.startswith(scope.paths) for path in units[uid])
            ):
                seen.add((user, uid))
    return seen


def commitments(actor: Actor, institution: Institution) -> QuerySet[Commitment]:
    """The commitments that the actor may read: those of its OPD, and what was approved for the public."""
    scope = actor.scope(VIEW, institution)
    rows = Commitment.objects.filter(institution=institution, deleted_at=None)
    if not scope:
        return rows.none()
    if not scope.everything:
        rows = rows.filter(scope.filter() | Q(public=True, state__in=("approved", "ended")))
    return rows.select_related("unit", "initiative", "institution")


def programmes(actor: Actor, institution: Institution) -> QuerySet[Programme]:
    """The lines of the budget that the actor may read: those of its OPD, and those of no OPD."""
    return every_programme(actor, institution).filter(deleted_at=None)


def every_programme(actor: Actor, institution: Institution) -> QuerySet[Programme]:
    """The same with those that are gone, for the history."""
    scope = actor.scope(VIEW, institution)
    rows = Programme.objects.filter(institution=institution)
    if not scope:
        return rows.none()
    if not scope.everything:
        rows = rows.filter(scope.filter() | Q(unit=None))
    return rows.select_related("unit", "institution")


def is_own(actor: Actor, initiative: Initiative) -> bool:
    """Does the actor see what stays with the owner and its partners?"""
    scope = actor.scope(VIEW, initiative.institution)
    if scope.everything or (initiative.unit is not None and scope.covers(initiative.unit)):
        return True
    return _partnered(actor, initiative.institution).filter(initiative=initiative.pk).exists()


def _partnered(actor: Actor, institution: Institution) -> QuerySet[InitiativePartner]:
    scope = actor.scope(VIEW, institution)
    return InitiativePartner.objects.filter(scope.filter(), institution=institution, deleted_at=None)
