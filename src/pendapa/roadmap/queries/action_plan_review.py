"""What an action changes in the register: the proposal that it is linked with, as far as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.models import ChangeItem, ChangeSet
from pendapa.kernel.permissions import DIRECT
from pendapa.kernel.review import queries as review
from pendapa.roadmap.models import Action, InitiativeElement

MOST = 20


@dataclass(frozen=True)
class Linked:
    """A proposal beside an action. ``problems`` say what is in its way: name of the thing and why."""

    uid: UUID
    title: str
    state: str
    step: str
    url: str
    may_hand_in: bool
    may_realise: bool
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def in_force(self) -> bool:
        return self.state in ChangeSet.WRITTEN


def linked(actor: Actor, action: Action) -> Linked | None:
    """The proposal of an action; None where there is none, or none for the eyes of the actor."""
    if action.change_set_id is None:
        return None
    found = review.visible(actor, action.institution).filter(pk=action.change_set_id)
    one = review.titled(found.select_related("institution", "unit", "author")).first()
    if one is None:
        return None
    waits = one.state in (*ChangeSet.OPEN, "submitted", "agreed")
    problems = tuple((each.item.name, each.why) for each in review.problems(one)) if waits else ()
    own = actor.user is not None and one.author_id == actor.user.pk
    page = "history:set" if one.state in ChangeSet.WRITTEN else "review:set"
    return Linked(
        uid=one.uid,
        title=review.title(one),
        state=one.state,
        step=review.step_label(one.step) if one.state == "submitted" else "",
        url=reverse(page, args=[action.institution.code, one.uid]),
        may_hand_in=own and one.state in ChangeSet.OPEN,
        may_realise=one.state == "agreed" and actor.may(DIRECT, action.institution, one.unit),
        problems=problems,
    )


def linkable(actor: Actor, action: Action) -> list[ChangeSet]:
    """Proposals that an action can be linked with: the own open draft, and what is agreed for later of the elements of its
    initiative or of its owner."""
    initiative = action.initiative
    elements = InitiativeElement.objects.filter(initiative=initiative, deleted_at=None)
    touched = ChangeItem.objects.filter(
        change_set=OuterRef("pk"), target_uid__in=elements.values("element__uid")
    )
    about = Q(Exists(touched))
    if initiative.unit is not None:
        about |= Q(unit__path__startswith=initiative.unit.path)
    found = review.visible(actor, action.institution).filter(about, state="agreed")
    rows = list(review.titled(found.order_by("-pk"))[:MOST])
    draft = review.open_set(actor, action.institution)
    return [draft, *rows] if draft is not None else rows
