"""Verbs of the holiday calendar (*kalender hari libur*): say that a day is off, or worked all the same; change that; take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.calendars.permissions import KEEP_HOLIDAYS
from pendapa.kernel.calendars.queries import FIRST_YEAR, LAST_YEAR, national
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution

LONGEST = 200


@dataclass(frozen=True)
class Values:
    """What the institution says of a day: ``works`` that it is worked although the national calendar has it off."""

    day: date
    name: str
    kind: str = "local"
    works: bool = False


@transaction.atomic
def add(actor: Actor, institution: Institution, values: Values) -> Holiday:
    """Keep a word on a day. Raises NotFound, and Refused where it says nothing new or the day has one already."""
    _may(actor, institution)
    hold(institution)
    row = Holiday(institution=institution)
    _fill(row, values)
    history.write(actor, institution, "edit", history.Writes(add=[row]))
    return row


@transaction.atomic
def change(actor: Actor, holiday: Holiday, version: int, values: Values) -> Holiday:
    """Say something else. ``version`` is the one that was read. Raises NotFound, Refused, and Conflict."""
    _may(actor, holiday.institution)
    hold(holiday.institution)
    row = _fresh(holiday, version)
    _fill(row, values)
    history.write(actor, row.institution, "edit", history.Writes(change=[row]))
    return row


@transaction.atomic
def remove(actor: Actor, holiday: Holiday, version: int) -> None:
    """Take the word back: the national calendar counts again. Raises NotFound and Conflict."""
    _may(actor, holiday.institution)
    hold(holiday.institution)
    row = _fresh(holiday, version)
    history.write(actor, row.institution, "edit", history.Writes(delete=[row]))


def _may(actor: Actor, institution: Institution) -> None:
    if not actor.scope(KEEP_HOLIDAYS, institution).everything:
        raise NotFound


def _fresh(holiday: Holiday, version: int) -> Holiday:
    row = Holiday.objects.select_related("institution").filter(pk=holiday.pk, deleted_at=None).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Conflict([str(row)])
    return row


def _fill(row: Holiday, values: Values) -> None:
    name = " ".join(values.name.replace("\x00", "").split())
    faults = {}
    if not FIRST_YEAR <= values.day.year <= LAST_YEAR:
        faults["day"] = _("The calendar goes from %(first)d to %(last)d.") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
    if not name:
        faults["name"] = _("Write what the day is.")
    elif len(name) > LONGEST:
        faults["name"] = _("The name is longer than %(limit)d characters.") % {"limit": LONGEST}
    same = Holiday.objects.filter(institution=row.institution, day=values.day, deleted_at=None)
    if same.exclude(pk=row.pk).exists():
        faults["day"] = _("There is a word on this day already: change that one.")
    elif not values.works and not faults and values.day in national(values.day.year):
        faults["day"] = _("The national calendar has this day off already.")
    if faults:
        raise Refused(faults)
    row.day, row.name, row.kind, row.works = values.day, name, values.kind, values.works
