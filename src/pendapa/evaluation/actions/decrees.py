"""Verbs of the register of decrees and policies. The only writers."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import keeping
from pendapa.evaluation.models import Decree, Evidence
from pendapa.evaluation.permissions import ANSWER
from pendapa.evaluation.queries import decrees as queries
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import taking
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

File = tuple[BinaryIO, str, int]
"""What somebody hands in: content, name, size in bytes."""
LENGTHS = {"kind": 40, "number": 80, "title": 400, "scope": 4000}


def add(actor: Actor, institution: Institution, *, file: File | None = None, **given: Any) -> Decree:
    """Enter a decree: ``kind``, ``number``, ``title``, ``scope``, ``set_on``, ``valid_until``, ``reviewed_on``, ``unit``,
    ``replaces``, and the file of it. Raises :class:`Refused`."""
    actor.require(ANSWER, institution)
    row = Decree(institution=institution)
    looked = keeping.looked_at(*file) if file else None
    with transaction.atomic(), ExitStack() as undone:
        hold(institution)
        _fill(actor, row, given)
        if looked is not None:
            row.file = undone.enter_context(taking.kept(looked, institution, actor.user))
        history.write(actor, institution, "edit", history.Writes(add=[row]), unit=row.unit)
    return row


def change(actor: Actor, row: Decree, version: int, *, file: File | None = None, **given: Any) -> Decree:
    """Change an entry; a ``file`` takes the place of the one before, which the history keeps. Raises :class:`Refused`, Conflict."""
    _may_edit(actor, row)
    looked = keeping.looked_at(*file) if file else None
    with transaction.atomic(), ExitStack() as undone:
        now = _held(actor, row, version)
        before = history.plain_values(now)
        _fill(actor, now, given)
        if looked is not None:
            now.file = undone.enter_context(taking.kept(looked, now.institution, actor.user))
        if history.plain_values(now) != before:
            history.write(actor, row.institution, "edit", history.Writes(change=[now]), unit=now.unit)
    return now


def remove(actor: Actor, row: Decree, version: int) -> None:
    """Take an entry out of the register. Raises :class:`Refused` while a piece of evidence points to it."""
    _may_edit(actor, row)
    with transaction.atomic():
        now = _held(actor, row, version)
        if Evidence.objects.filter(decree=now, deleted_at=None).exists():
            raise Refused({"": _("Evidence points to this decree: it stays in the register.")})
        history.write(actor, row.institution, "edit", history.Writes(delete=[now]), unit=now.unit)


def _may_edit(actor: Actor, row: Decree) -> None:
    if not queries.may_edit(actor, row):
        raise NotFound


def _held(actor: Actor, row: Decree, version: int) -> Decree:
    hold(row.institution)
    now = queries.one(actor, row.institution, row.uid)
    if now.version != version:
        raise history.Conflict([str(now)])
    return now


def _fill(actor: Actor, row: Decree, given: dict[str, Any]) -> None:
    faults: dict[str, str] = {}
    for name, most in LENGTHS.items():
        text = str(given.get(name) or "").strip()
        text = text if name == "scope" else " ".join(text.split())
        if len(text) > most:
            faults[name] = _("At most %(n)s characters.") % {"n": most}
        if not text and name != "scope":
            faults[name] = _("This is needed.")
        setattr(row, name, text)
    unit: Unit | None = given.get("unit")
    if not actor.may(ANSWER, row.institution, unit):
        faults["unit"] = _("Choose your own unit.")
    dates: dict[str, date | None] = {
        name: given.get(name) for name in ("set_on", "valid_until", "reviewed_on")
    }
    start = dates["set_on"]
    for name in ("valid_until", "reviewed_on"):
        later = dates[name]
        if start is not None and later is not None and later < start:
            faults[name] = _("This day lies before the one on which it was set.")
    replaced: Decree | None = given.get("replaces")
    if replaced is not None and row.pk and _leads_back(replaced, row):
        faults["replaces"] = _("They would replace each other in a circle.")
    same = queries.visible(actor, row.institution).filter(kind__iexact=row.kind, number__iexact=row.number)
    if not faults and same.exclude(pk=row.pk).exists():
        faults["number"] = _("%(name)s is in the register already.") % {"name": f"{row.kind} {row.number}"}
    if faults:
        raise Refused(faults)
    row.unit, row.replaces = unit, replaced
    row.set_on, row.valid_until, row.reviewed_on = start, dates["valid_until"], dates["reviewed_on"]


def _leads_back(begin: Decree, to: Decree) -> bool:
    seen: set[int] = set()
    at: Decree | None = begin
    while at is not None and at.pk not in seen:
        if at.pk == to.pk:
            return True
        seen.add(at.pk)
        at = at.replaces
    return False
