"""What the verbs of the action plan share: what they refuse, and how an action is held and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.ui import formats
from pendapa.kernel.waiting import ports as waiting
from pendapa.roadmap.models import Action
from pendapa.roadmap.queries import action_plan as queries

WORDS = {
    "title_missing": lambda: _("Say what is to be done."),
    "title_long": lambda: _("Shorten it to 300 characters; the rest fits into the description."),
    "name_long": lambda: _("The name is longer than 200 characters."),
    "text_long": lambda: _("The text is longer than 20,000 characters."),
    "year": lambda: _("The year lies outside 2000–2100. Look at the date again."),
    "due_before_start": lambda: _("It would be due before it begins."),
    "items_many": lambda: _("A checklist holds at most 100 items."),
    "item_long": lambda: _("An item of the checklist is longer than 300 characters."),
    "repeats_unknown": lambda: _("Choose one of the list."),
    "repeats_without_due": lambda: _("What repeats needs a due date: the next ones are counted from it."),
    "until_before_due": lambda: _("The repetition would end before the first due date."),
    "before_initiative": lambda: _("before the initiative begins"),
    "after_initiative": lambda: _("after the initiative ends"),
    "after_parent": lambda: _("after the action above it is due"),
}


def words(keys: Mapping[str, str]) -> dict[str, str]:
    """Keys of the rules in words."""
    return {name: WORDS[key]() for name, key in keys.items()}


def refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Refused(faults)


class Closed(Refused):
    """Somebody was quicker: the action is done or cancelled already; ``action`` as it is now."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.who, self.at = queries.closed_by(action)
        super().__init__({"": closed_words(action, self.who, self.at)})


def closed_words(row: Action, who: str, at: Any) -> str:
    told = {"who": who or "—", "at": f"{formats.day(timezone.localtime(at), formats.language())}, {formats.clock(timezone.localtime(at), formats.language())}" if at else "—"}  # fmt: skip
    if row.state == "cancelled":
        return _("%(who)s cancelled this action on %(at)s. Nothing was changed.") % told
    return _("%(who)s finished this action on %(at)s. Nothing was changed.") % told


def held(actor: Actor, action: Action) -> Action:
    """The action as it is now, with its institution held, which the actor may work at."""
    hold(action.institution)
    row = queries.one(actor, action.institution, action.uid)
    if not queries.may_write(actor, row):
        raise NotFound
    return row


def write(actor: Actor, row: Action, writes: history.Writes) -> ChangeSet:
    done = history.write(actor, row.institution, "edit", writes, unit=row.unit or row.initiative.unit)
    bus.emit(
        "roadmap.action_changed", institution_id=row.institution_id, action_uid=str(row.uid), state=row.state
    )
    return done


def told(row: Action, before: int | None = None) -> None:
    """The number beside the inbox of who has it now, and had it before, is counted anew."""
    for pk in {row.person_id, before}:
        if pk is not None:
            waiting.forget(pk, row.institution_id)
