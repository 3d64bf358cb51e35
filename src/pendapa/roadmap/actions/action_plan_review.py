"""An action and the proposal that makes the to-be of its elements as-is: link it, hand it in, put it in force."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from pendapa.kernel.review import actions as review
from pendapa.kernel.review import queries as review_queries
from pendapa.roadmap.actions.action_plan_base import held, write
from pendapa.roadmap.models import Action
from pendapa.roadmap.queries import action_plan_review as queries


class Blocked(Refused):
    """Something is in the way of the proposal: ``problems`` (name of the thing, why). The action stays as it is."""

    def __init__(self, text: str, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__({"change_set": text})


def link(actor: Actor, action: Action, uid: UUID | None) -> Action:
    """Link an action with a proposal (None: with none). Raises :class:`Refused` for one that cannot be chosen, NotFound."""
    with transaction.atomic():
        row = held(actor, action)
        chosen = None
        if uid is not None:
            chosen = next((one for one in queries.linkable(actor, row) if one.uid == uid), None)
            if chosen is None:
                raise Refused({"change_set": _("Choose your own open draft, or an agreed proposal of this initiative.")})  # fmt: skip
        if row.change_set_id == (chosen.pk if chosen else None):
            return row
        row.change_set = chosen
        write(actor, row, history.Writes(change=[row]))
    return row


def hand_in(actor: Actor, action: Action) -> ChangeSet:
    """Hand in the draft of an action that is done. Raises :class:`Blocked`, NotFound."""
    return _do(actor, action, "hand_in")


def realise(actor: Actor, action: Action) -> ChangeSet:
    """Put the agreed proposal of an action that is done in force: to-be becomes as-is. Raises :class:`Blocked`, NotFound."""
    return _do(actor, action, "realise")


def _do(actor: Actor, action: Action, verb: str) -> ChangeSet:
    if action.state != "done":
        raise Refused(
            {"change_set": _("Finish the action first: then its change of the register can go on.")}
        )
    found = queries.linked(actor, action)
    if found is None or not (found.may_hand_in if verb == "hand_in" else found.may_realise):
        raise NotFound
    change_set = review_queries.change_set(actor, action.institution, found.uid)
    try:
        if verb == "realise":
            return review.realise(actor, change_set)
        return review.submit(
            actor, change_set, comment=_("Done by the action “%(name)s”") % {"name": action.title}
        )
    except review.Refused as refused:
        problems = [(one.item.name, one.why) for one in refused.problems]
        raise Blocked(str(refused), problems) from refused
