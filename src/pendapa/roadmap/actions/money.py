"""Verbs of the lines of the budget (*program, kegiatan, sub kegiatan* of the DPA): add, change, take away. The only writers.

:class:`Refused` says by field what cannot stay; ``history.Conflict`` that somebody changed it meanwhile; what is not granted is
NotFound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Budget, Programme
from pendapa.roadmap.permissions import EDIT
from pendapa.roadmap.rules import initiatives as rules

LONGEST: Mapping[str, int] = {"code": 40, "name": 400, "nomenclature": 60}


@dataclass(frozen=True)
class Line:
    """What a person sets of a line of the budget; amounts in rupiah, None: not known. ``unit`` None: of no OPD."""

    year: int | None
    code: str
    name: str
    unit: Unit | None = None
    nomenclature: str = ""
    source: str = "apbd"
    ceiling: Decimal | None = None
    spent: Decimal | None = None


def create(actor: Actor, institution: Institution, line: Line) -> Programme:
    """A new line."""
    actor.require(EDIT, institution)
    with transaction.atomic():
        hold(institution)
        row = Programme(institution=institution)
        _set(row, _checked(institution, line))
        history.write(actor, institution, "edit", history.Writes(add=[row]))
        _told(institution)
    return row


def change(actor: Actor, programme: Programme, version: int, line: Line) -> Programme:
    """Set all of a line that was read at ``version``. Money that stands in it goes along when its code is corrected; its year
    stays while money stands in it."""
    with transaction.atomic():
        row = _locked(actor, programme)
        row.version = version
        before = history.plain_values(row)
        held = _taken_along(row, _checked(row.institution, line, row))
        _set(row, line)
        if history.plain_values(row) == before:
            return row
        history.write(actor, row.institution, "edit", history.Writes(change=[row, *held]))
        _told(row.institution)
    return row


def delete(actor: Actor, programme: Programme, version: int) -> int:
    """Take a line away; the history can bring it back. What initiatives ask under its code stays, without a line: how many
    rows of money that are comes back."""
    with transaction.atomic():
        row = _locked(actor, programme)
        row.version = version
        held = list(Budget.objects.filter(programme=row, deleted_at=None).select_related("institution"))
        for one in held:
            one.programme = None
        history.write(actor, row.institution, "edit", history.Writes(delete=[row], change=list(held)))
        _told(row.institution)
    return len(held)


def faults(line: Line) -> dict[str, str]:
    """By field, what cannot stay of a line, whoever asks."""
    found = {}
    if line.year is None or not rules.FIRST_YEAR <= line.year <= rules.LAST_YEAR:
        found["year"] = _("Give a year of four digits, such as 2027.")
    if not line.code:
        found["code"] = _("Give the code of the budget, such as 2.16.03.")
    elif not rules.is_code(line.code):
        text = _("“%(code)s” has not the shape of a budget code, such as 2.16.03 or 2.16.03.2.02.0014.")
        found["code"] = text % {"code": line.code[:40]}
    if not line.name:
        found["name"] = _("Give the name of the programme, as the DPA has it.")
    for name, most in LONGEST.items():
        if len(getattr(line, name)) > most:
            found[name] = _("At most %(most)s characters.") % {"most": most}
    if line.source not in rules.SOURCES:
        found["source"] = _("Choose one of the list.")
    for name in ("ceiling", "spent"):
        value = getattr(line, name)
        if value is not None and (not value.is_finite() or value < 0):
            found[name] = _("An amount is nought or more.")
        elif value is not None and value >= rules.MOST_MONEY:
            found[name] = _("This amount is larger than any budget: look at its noughts.")
    return found


def _checked(institution: Institution, line: Line, row: Programme | None = None) -> Line:
    found = faults(line)
    if line.unit is not None and line.unit.institution_id != institution.pk:
        found["unit"] = _("Choose one of the list.")
    same = Programme.objects.filter(
        institution=institution, deleted_at=None, year=line.year or 0, code=line.code, unit=line.unit
    )
    if not found and same.exclude(uid=row.uid if row else uuid4()).exists():
        text = _("The year %(year)s has a line %(code)s of this OPD already. Change that one.")
        found["code"] = text % {"year": line.year, "code": line.code}
    if found:
        raise Refused(found)
    return line


def _taken_along(row: Programme, line: Line) -> list[Budget]:
    """The money in a line of budget with the code that the line is to have. Raises Refused where it cannot have it."""
    if (row.year, row.code) == (line.year, line.code):
        return []
    rows = Budget.objects.filter(programme=row, deleted_at=None)
    held = list(rows.select_related("institution", "initiative"))
    if held and row.year != line.year:
        text = ngettext(
            "%(n)s row of money of an initiative stands in this line in %(year)s. Write a line of its own for another year.",
            "%(n)s rows of money of initiatives stand in this line in %(year)s. Write a line of its own for another year.",
            len(held),
        )
        raise Refused({"year": text % {"n": len(held), "year": row.year}})
    asked = Budget.objects.filter(
        institution=row.institution, deleted_at=None, year=row.year, programme_code=line.code,
        initiative__in=[one.initiative_id for one in held],
    )  # fmt: skip
    taken = set(asked.values_list("initiative_id", "source"))
    twice = [one for one in held if (one.initiative_id, one.source) in taken]
    if twice:
        text = _(
            "“%(name)s” has money under %(code)s already. Put both amounts together there, then correct the code here."
        )
        raise Refused({"code": text % {"name": twice[0].initiative.title, "code": line.code}})
    for one in held:
        one.programme_code = line.code
    return held


def _set(row: Programme, line: Line) -> None:
    for name in ("year", "unit", "code", "name", "nomenclature", "source", "ceiling", "spent"):
        setattr(row, name, getattr(line, name))


def _locked(actor: Actor, programme: Programme) -> Programme:
    actor.require(EDIT, programme.institution)
    hold(programme.institution)
    row = (
        Programme.objects.select_related("institution", "unit")
        .filter(pk=programme.pk, deleted_at=None)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _told(institution: Institution) -> None:
    bus.emit("roadmap.money_changed", institution_id=institution.pk)
