"""Verbs of baselines: freeze a roadmap (*membakukan*), and record the decree that came after. What is frozen is never changed:
no verb does, and undo refuses."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.roadmap.models import Baseline, BaselineItem, Roadmap
from pendapa.roadmap.permissions import SET
from pendapa.roadmap.queries import baselines as queries
from pendapa.roadmap.rules import initiatives as rules

LONGEST_NAME, LONGEST_NUMBER, BATCH = 200, 120, 500


def freeze(
    actor: Actor, roadmap: Roadmap, name: str, decree_number: str = "", decree_on: date | None = None
) -> Baseline:
    """Keep every initiative of the roadmap that is no draft as it is now. Raises NotFound for who may not, and
    :class:`Refused` for a name that is missing or taken, a decree half told, a roadmap that has ended or is empty."""
    actor.require(SET, roadmap.institution)
    name, decree_number = rules.tidy(name), rules.tidy(decree_number)
    with transaction.atomic():
        hold(roadmap.institution)
        known = Roadmap.objects.select_related("institution")
        row = known.filter(pk=roadmap.pk, deleted_at=None).first()
        if row is None:
            raise NotFound
        items = queries.as_now(row)
        if faults := _faults(row, name, decree_number, decree_on, bool(items)):
            raise Refused(faults)
        counts = {"initiatives": len(items), **queries.sums(items.values())}
        baseline = Baseline(
            institution=row.institution, roadmap=row, name=name, decree_number=decree_number, decree_on=decree_on,
            frozen_at=timezone.now(), digest=queries.digest_of(items), counts=counts,
        )  # fmt: skip
        history.write(actor, row.institution, "edit", history.Writes(add=[baseline]))
        BaselineItem.objects.bulk_create(
            (BaselineItem(baseline=baseline, initiative_uid=uid, snapshot=one) for uid, one in items.items()),
            batch_size=BATCH,
        )
        bus.emit("roadmap.frozen", institution_id=row.institution_id, baseline_uid=str(baseline.uid))
    return baseline


def decree(
    actor: Actor, baseline: Baseline, version: int, decree_number: str, decree_on: date | None
) -> Baseline:
    """Record the decree that set what was frozen before it was signed; what was frozen and its digest stay. Once only. Raises
    NotFound, :class:`Refused` for half a decree or where there is one already, and Conflict."""
    actor.require(SET, baseline.institution)
    decree_number = rules.tidy(decree_number)
    with transaction.atomic():
        hold(baseline.institution)
        known = Baseline.objects.select_related("institution", "roadmap")
        row = known.filter(pk=baseline.pk, deleted_at=None, roadmap__deleted_at=None).first()
        if row is None:
            raise NotFound
        faults = _decree_faults(decree_number, decree_on)
        if not decree_number and not faults:
            faults["decree_number"] = _("Give the number and the day of the decree.")
        if row.decree_number:
            faults[""] = _("This baseline has its decree already; it stays. Freeze a new one instead.")
        if faults:
            raise Refused(faults)
        row.version, row.decree_number, row.decree_on = version, decree_number, decree_on
        history.write(actor, row.institution, "edit", history.Writes(change=[row]))
        bus.emit("roadmap.frozen", institution_id=row.institution_id, baseline_uid=str(row.uid))
    return row


def _faults(row: Roadmap, name: str, number: str, day: date | None, any_: bool) -> dict[str, str]:
    found = {}
    if not name:
        found["name"] = _("Give the baseline a name, such as “Set by decree 2026”.")
    elif len(name) > LONGEST_NAME:
        found["name"] = _("The name is longer than %(most)s characters.") % {"most": LONGEST_NAME}
    elif Baseline.objects.filter(roadmap=row, name__iexact=name, deleted_at=None).exists():
        found["name"] = _("This roadmap has a baseline “%(name)s” already. Give it another name.") % {
            "name": name
        }
    found |= _decree_faults(number, day)
    if row.state == "ended":
        found[""] = _("This roadmap has ended; it is no longer frozen.")
    elif not any_:
        found[""] = _("Nothing to freeze: the roadmap has no initiative, or drafts only. Plan one first.")
    return found


def _decree_faults(number: str, day: date | None) -> dict[str, str]:
    """What is wrong with a decree that is told whole or not at all."""
    found = {}
    if len(number) > LONGEST_NUMBER:
        found["decree_number"] = _("The number is longer than %(most)s characters.") % {
            "most": LONGEST_NUMBER
        }
    if day is not None and not number:
        found["decree_number"] = _("The decree has a day but no number: give both, or neither.")
    if number and day is None:
        found["decree_on"] = _("The decree has a number but no day: give both, or neither.")
    elif day is not None and day > timezone.localdate():
        found["decree_on"] = _("This day is still to come: a decree is dated when it was signed.")
    return found
