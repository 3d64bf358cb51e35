"""Take an action away that was typed by mistake. What was done or proved is no mistake: it stays, and says what to do instead."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.roadmap.actions.action_plan_base import held, refuse, told, write
from pendapa.roadmap.models import Action
from pendapa.roadmap.queries import action_plan as queries

GOING = ("submitted", "agreed", "applied", "partly_undone")
"""States of a proposal that is on its way, or in force."""


def delete(actor: Actor, action: Action, version: int) -> ChangeSet:
    """Take an action away; the history can bring it back. A series ends with it.

    Raises NotFound, :class:`Refused` with all that is in the way, Conflict where it was changed since ``version``.
    """
    with transaction.atomic():
        row = held(actor, action)
        refuse(in_the_way(actor, row))
        if row.version != version:
            raise history.Conflict([row.title])
        done = write(actor, row, history.Writes(delete=[row]))
    told(row)
    return done


def in_the_way(actor: Actor, row: Action) -> dict[str, str]:
    """Why an action is not deleted, and what to do instead: by ``state``, ``evidence``, ``change_set`` and ``below``."""
    if row.state == "done":
        words = _(
            "It is done, and what was done stays known. If that is wrong, reopen it and cancel it, saying why."
        )
        return {"state": words}
    found = {}
    if pieces := len(queries.evidence(row)):
        found["evidence"] = _evidence(row, pieces)
    if row.change_set is not None and row.change_set.state in GOING:
        found["change_set"] = _("The proposal linked with it is on its way or in force. Take the link away first, or cancel the action and say why.")  # fmt: skip
    if below := Action.objects.filter(parent=row, deleted_at=None).count():
        found["below"] = _below(actor, row, below)
    return found


def _evidence(row: Action, pieces: int) -> str:
    told = ngettext(
        "%(n)s piece of evidence proves it, so it stays.", "%(n)s pieces of evidence prove it, so it stays.", pieces
    ) % {"n": pieces}  # fmt: skip
    if row.state == "cancelled":
        return f"{told} {_('It is cancelled: nothing counts it.')}"
    return f"{told} {_('Cancel it and say why: then nothing counts it.')}"


def _below(actor: Actor, row: Action, count: int) -> str:
    names = [f"“{one.title}”" for one in queries.children(actor, row)][:5]
    if not names:
        return _("Actions of others hang below it. Ask the owner of the initiative.")
    words = _("Still below it: %(names)s. Delete those first, or cancel this action and say why.")
    return words % {"names": ", ".join(names) + (" …" if count > len(names) else "")}
