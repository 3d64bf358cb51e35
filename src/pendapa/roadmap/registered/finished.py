"""What is done has nothing open below it, also where a change is taken back in the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded
from pendapa.roadmap.models import Action, Initiative


@undoing.guard(Action.recorded_type)
def _actions(actor: Actor, rows: Sequence[Recorded]) -> None:
    """An action neither opens below what is done, nor is done again over what is open."""
    back = {row.pk: row for row in cast(Sequence[Action], rows)}
    standing = Action.objects.filter(pk__in=back).select_related("parent", "initiative")
    moved = [one for one in standing if one.deleted_at or one.state != back[one.pk].state]
    for one in moved:
        if back[one.pk].state not in Action.OPEN:
            continue
        above = back.get(one.parent_id or 0, one.parent)
        if above is not None and above.state not in Action.OPEN:
            raise undoing.Refused(_("The action above it is closed. Reopen that one first."))
        if one.initiative.state == "done":
            text = _("“%(name)s” is done. Open the initiative again first.")
            raise undoing.Refused(text % {"name": one.initiative})
    closed = [one.pk for one in moved if back[one.pk].state not in Action.OPEN]
    below = Action.objects.filter(parent__in=closed, deleted_at=None, state__in=Action.OPEN)
    if any(back.get(one.pk, one).state in Action.OPEN for one in below):
        raise undoing.Refused(
            _("Something below this action is still open. Ask the owner of the initiative.")
        )


@undoing.guard(Initiative.recorded_type)
def _initiatives(actor: Actor, rows: Sequence[Recorded]) -> None:
    """An initiative is not done again over open actions."""
    done = {row.pk for row in cast(Sequence[Initiative], rows) if row.state == "done"}
    again = Initiative.objects.filter(pk__in=done).exclude(state="done", deleted_at=None)
    still = Action.objects.filter(initiative__in=again, deleted_at=None, state__in=Action.OPEN)
    titles = list(still.order_by("due", "pk").values_list("title", flat=True)[:6])
    if titles:
        names = "; ".join(f"“{title}”" for title in titles[:5]) + (" …" if len(titles) > 5 else "")
        text = _("It cannot be done while actions under it are open: %(names)s. Finish or cancel them first.")
        raise undoing.Refused(text % {"names": names})
