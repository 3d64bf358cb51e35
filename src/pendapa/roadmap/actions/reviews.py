"""Verbs of reviews (*reviu*) of a roadmap: keep one, change it, take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.regulations import packs
from pendapa.roadmap.actions import baselines
from pendapa.roadmap.models import Roadmap, RoadmapReview
from pendapa.roadmap.permissions import SET
from pendapa.roadmap.rules import initiatives as rules

LONGEST = 20_000


@dataclass(frozen=True)
class Values:
    """What a person tells of a review. ``kind`` is a key of the pack (midterm, final, needed). ``freeze`` names a new baseline
    that the review leaves; empty: none."""

    kind: str
    held_on: date | None
    findings: str = ""
    decisions: str = ""
    freeze: str = ""


def add(actor: Actor, roadmap: Roadmap, values: Values) -> RoadmapReview:
    """Keep a review, and freeze the roadmap with it if asked, both or neither. Raises NotFound and :class:`Refused`."""
    actor.require(SET, roadmap.institution)
    with transaction.atomic():
        hold(roadmap.institution)
        found = Roadmap.objects.select_related("institution").filter(pk=roadmap.pk, deleted_at=None)
        row = found.first()
        if row is None:
            raise NotFound
        day = _checked(row, values)
        baseline = None
        if values.freeze.strip():
            try:
                baseline = baselines.freeze(actor, row, values.freeze)
            except Refused as refused:
                raise Refused({"freeze": " ".join(refused.faults.values())}) from refused
        review = RoadmapReview(
            institution=row.institution, roadmap=row, kind=values.kind, held_on=day, baseline=baseline,
            findings=rules.tidy(values.findings), decisions=rules.tidy(values.decisions),
        )  # fmt: skip
        history.write(actor, row.institution, "edit", history.Writes(add=[review]))
        bus.emit("roadmap.reviewed", institution_id=row.institution_id, review_uid=str(review.uid))
    return review


def change(actor: Actor, review: RoadmapReview, version: int, values: Values) -> RoadmapReview:
    """Set what a review says; its baseline stays. Raises NotFound, :class:`Refused` and Conflict."""
    with transaction.atomic():
        row = _locked(actor, review)
        day = _checked(row.roadmap, values)
        row.version, row.kind, row.held_on = version, values.kind, day
        row.findings, row.decisions = rules.tidy(values.findings), rules.tidy(values.decisions)
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


def delete(actor: Actor, review: RoadmapReview, version: int) -> None:
    """Take a review away; the history can bring it back, and a baseline that it left stays. Raises NotFound and Conflict."""
    with transaction.atomic():
        row = _locked(actor, review)
        row.version = version
        history.write(actor, row.institution, "edit", history.Writes(delete=[row]))


def _locked(actor: Actor, review: RoadmapReview) -> RoadmapReview:
    actor.require(SET, review.institution)
    hold(review.institution)
    rows = RoadmapReview.objects.select_related("institution", "roadmap", "roadmap__institution", "baseline")
    row = rows.filter(pk=review.pk, deleted_at=None, roadmap__deleted_at=None).first()
    if row is None:
        raise NotFound
    return row


def _checked(roadmap: Roadmap, values: Values) -> date:
    """The day of the review. Raises :class:`Refused`."""
    faults = {}
    if values.kind not in {one.key for one in packs.roadmap().reviews}:
        faults["kind"] = _("Choose one of the kinds of review.")
    if values.held_on is None:
        faults["held_on"] = _("Give the day on which the review was held.")
    elif values.held_on > timezone.localdate():
        faults["held_on"] = _("This day is still to come: keep the review once it was held.")
    elif values.held_on.year < roadmap.first_year:
        faults["held_on"] = _("The roadmap begins in %(year)s; a review cannot be earlier.") % {
            "year": roadmap.first_year
        }
    if not (values.findings.strip() or values.decisions.strip()):
        faults["findings"] = _("Say what was found, or what was decided.")
    for name in ("findings", "decisions"):
        if len(getattr(values, name)) > LONGEST:
            faults[name] = _("The text is longer than %(most)s characters.") % {"most": LONGEST}
    if roadmap.state == "draft":
        faults[""] = _("A roadmap is reviewed once it was set by decree; this one is still being written.")
    if faults or values.held_on is None:
        raise Refused(faults)
    return values.held_on
