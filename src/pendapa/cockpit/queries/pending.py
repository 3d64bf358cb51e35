"""What waits for a decision in the institution, whoever has to take it, as far as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.clearance.permissions import DECIDE
from pendapa.clearance.queries import requests as clearance
from pendapa.clearance.rules import flow
from pendapa.cockpit import doors
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.review import queries as review
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.queries import reach

MOST = 200
"""So many of each kind are read; there being more is said."""
PROPOSAL, CLEARANCE, COMMITMENT = "proposal", "clearance", "commitment"


@dataclass(frozen=True)
class Decision:
    """One open decision: of which ``kind``, of which OPD, since when, who decides (``at``), and whether that is the actor."""

    kind: str
    title: str
    unit: str
    at: str
    url: str
    since: datetime | None
    days: int | None
    mine: bool


@dataclass(frozen=True)
class Decisions:
    """Those of the actor first, then the oldest. ``more``: there are more than were read."""

    rows: tuple[Decision, ...]
    more: bool

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def mine(self) -> int:
        return sum(one.mine for one in self.rows)

    @property
    def oldest(self) -> int | None:
        """Days that the oldest waits."""
        return max((one.days for one in self.rows if one.days is not None), default=None)


def decisions(actor: Actor, institution: Institution, day: date) -> Decisions:
    """Proposals under review, requests for new spending at the decision, commitments with the head. Four queries."""
    groups = (
        _proposals(actor, institution, day),
        _requests(actor, institution, day),
        _commitments(actor, institution, day),
    )
    rows = [one for group in groups for one in group[:MOST]]
    rows.sort(key=lambda one: (not one.mine, -(one.days or 0), one.title))
    return Decisions(tuple(rows), any(len(group) > MOST for group in groups))


def _days(since: datetime | None, day: date) -> int | None:
    return None if since is None else max((day - timezone.localdate(since)).days, 0)


def _proposals(actor: Actor, institution: Institution, day: date) -> list[Decision]:
    found = review.visible(actor, institution).filter(state="submitted").select_related("unit", "institution")
    return [
        Decision(
            PROPOSAL, review.title(one), one.unit.name if one.unit else "", review.step_label(one.step),
            doors.door("review:set", institution, one.uid), one.submitted_at, _days(one.submitted_at, day),
            review.may_decide(actor, one),
        )
        for one in review.titled(found.order_by("submitted_at", "pk"))[: MOST + 1]
    ]  # fmt: skip


def _requests(actor: Actor, institution: Institution, day: date) -> list[Decision]:
    found = clearance.visible(actor, institution).filter(state=flow.RECOMMENDED).select_related("unit")
    mine: set[int] = set()
    if actor.user is not None and actor.may(DECIDE, institution):
        mine = set(found.exclude(clearance.asked_by(actor.user.pk)).values_list("pk", flat=True))
    return [
        Decision(
            CLEARANCE, one.title, one.unit.name, _("Decision on new IT spending"),
            doors.door("clearance:detail", institution, one.uid), one.moved_at, _days(one.moved_at, day),
            one.pk in mine,
        )
        for one in found.order_by("moved_at", "pk")[: MOST + 1]
    ]  # fmt: skip


def _commitments(actor: Actor, institution: Institution, day: date) -> list[Decision]:
    found = reach.commitments(actor, institution).filter(state="proposed").order_by("created_at", "pk")
    return [
        Decision(
            COMMITMENT, one.title, one.unit.name, _("Head of the agency"),
            doors.door("roadmap:commitment", institution, one.uid), one.created_at, _days(one.created_at, day), False,
        )
        for one in found[: MOST + 1]
    ]  # fmt: skip
