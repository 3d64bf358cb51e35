"""One tap reminds an OPD of what is late in its commitments."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.queries.extent import extent
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.notices import actions as notices
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.permissions import REMIND
from pendapa.roadmap.queries import commitments, narrowing

__all__ = ["Refused", "remind_unit"]


def remind_unit(actor: Actor, institution: Institution, unit: UUID) -> tuple[str, ...]:
    """Remind of the late milestones of an OPD and the units below it, or where none is late of the open ones of commitments without
    evidence. The names of who was told. Raises NotFound without the right or for an OPD without commitments, Refused where nobody can
    be told."""
    actor.require(LEADER, institution)
    actor.require(REMIND, institution)
    day, reach = timezone.localdate(), actor.scope(REMIND, institution)
    # A head reads commitments of others that are open to the public; to remind of them is not theirs.
    held = commitments.visible(actor, institution).filter(extent(actor, institution).filter(), reach.filter())
    below = narrowing.below(one.path for one in narrowing.units(institution, str(unit)))
    rows = list(held.filter(below, state="approved"))
    if not rows:
        raise NotFound
    lines = [commitments.line(row, day) for row in rows]
    late = [
        step
        for one in lines
        for step in commitments.steps(one.row)
        if step.done_on is None and step.due < day
    ]
    bare = [
        step for one in lines if one.unproven for step in commitments.steps(one.row) if step.done_on is None
    ]
    if not late and not bare:
        raise Refused(
            _(
                "Nothing is open of which one could remind: every milestone is marked as done. Ask for the evidence."
            )
        )
    done = notices.remind_many(actor, institution, [f"milestone:{step.uid}" for step in late or bare])
    if not done.names:
        raise Refused(_("They were reminded of this today already, or there is nobody to remind."))
    return done.names
