"""What waits for a decision in the institution, whoever has to take it, as far as the actor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.clearance.permissions import DECIDE, SUBMIT
from pendapa.clearance.queries import requests as clearance
from pendapa.clearance.rules import flow
from pendapa.cockpit import doors
from pendapa.cockpit.queries.extent import Extent
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.review import queries as review
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.permissions import COMMIT
from pendapa.roadmap.queries import commitments as promises
from pendapa.roadmap.queries import reach

MOST = 200
"""So many of each kind are read; there being more is said."""
PROPOSAL, CLEARANCE, COMMITMENT = "proposal", "clearance", "commitment"


@dataclass(frozen=True)
class Decision:
    """One open decision: of which ``kind``, of which OPD, since when, who decides (``at``), and whether that is the actor."""

    kind: str
    uid: UUID
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


def decisions(actor: Actor, institution: Institution, day: date, own: Extent) -> Decisions:
    """Proposals under review, requests for new spending at the decision (for the head of an OPD those with the head as well),
    commitments with the head. Four queries."""
    groups = (
        _proposals(actor, institution, day, own),
        _requests(actor, institution, day, own),
        _commitments(actor, institution, day, own),
    )
    rows = [one for group in groups for one in group[:MOST]]
    rows.sort(key=lambda one: (not one.mine, -(one.days or 0), one.title))
    return Decisions(tuple(rows), any(len(group) > MOST for group in groups))


def _days(since: datetime | None, day: date) -> int | None:
    return None if since is None else max((day - timezone.localdate(since)).days, 0)


def _proposals(actor: Actor, institution: Institution, day: date, own: Extent) -> list[Decision]:
    found = review.visible(actor, institution).filter(own.filter(), state="submitted")
    found = found.select_related("unit", "institution")
    return [
        Decision(
            PROPOSAL, one.uid, review.title(one), one.unit.name if one.unit else "", review.step_label(one.step),
            doors.door("review:set", institution, one.uid), one.submitted_at, _days(one.submitted_at, day),
            review.may_decide(actor, one),
        )
        for one in review.titled(found.order_by("submitted_at", "pk"))[: MOST + 1]
    ]  # fmt: skip


def _requests(actor: Actor, institution: Institution, day: date, own: Extent) -> list[Decision]:
    states = [flow.RECOMMENDED] if own.whole else [flow.RECOMMENDED, flow.AT_HEAD]
    found = (
        clearance.visible(actor, institution).filter(own.filter(), state__in=states).select_related("unit")
    )
    mine: set[int] = set()
    if actor.user is not None and actor.may(DECIDE, institution):
        mine = set(found.exclude(clearance.asked_by(actor.user.pk)).values_list("pk", flat=True))
    submits = actor.scope(SUBMIT, institution)
    return [
        Decision(
            CLEARANCE, one.uid, one.title, one.unit.name,
            _("Head of the agency") if one.state == flow.AT_HEAD else _("Decision on new IT spending"),
            doors.door("clearance:detail", institution, one.uid), one.moved_at, _days(one.moved_at, day),
            submits.covers(one.unit) if one.state == flow.AT_HEAD else one.pk in mine,
        )
        for one in found.order_by("moved_at", "pk")[: MOST + 1]
    ]  # fmt: skip


def _commitments(actor: Actor, institution: Institution, day: date, own: Extent) -> list[Decision]:
    found = reach.commitments(actor, institution).filter(own.filter(), state="proposed")
    found = found.annotate(since=promises.proposed_since())
    commits = actor.scope(COMMIT, institution)
    return [
        Decision(
            COMMITMENT, one.uid, one.title, one.unit.name, _("Head of the agency"),
            doors.door("roadmap:commitment", institution, one.uid), one.since, _days(one.since, day),
            actor.user is not None and commits.covers(one.unit),
        )
        for one in found.order_by("since", "pk")[: MOST + 1]
    ]  # fmt: skip
