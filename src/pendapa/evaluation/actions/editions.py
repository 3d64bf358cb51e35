"""Editions of instruments: freeze one for a round, bring in a new one, lay own criteria over one, move a round to it.

Editions are only ever added. An open round keeps the edition with which it began until somebody moves it knowingly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Cycle, Edition
from pendapa.evaluation.permissions import MODEL, RUN
from pendapa.evaluation.queries import editions, instruments
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs


class Refused(ValueError):
    """What was asked cannot be done. ``faults`` are sentences about the pack as a whole, as a list like those of its reader: no
    field is at fault, unlike with :class:`pendapa.kernel.refusing.Refused`."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class Meanwhile(Refused):
    """Somebody else made an edition since this one was begun; nothing was written."""


def frozen(actor: Actor, institution: Institution, instrument: str) -> Edition:
    """The edition for a cycle that begins now, made where the shipped pack was not frozen yet. Raises UnknownPack.

    To be called with the institution held (:func:`pendapa.kernel.tenancy.actions.hold`), inside a transaction.
    """
    newest = editions.newest(institution, instrument)
    if newest is not None and not editions.is_plain(newest):
        return newest
    digest = packs.instrument_digest(instrument)
    if newest is not None and newest.digest == digest:
        return newest
    edition = Edition(
        institution=institution, instrument=instrument, number=newest.number + 1 if newest else 1,
        content=packs.instrument_content(instrument), digest=digest, created_at=timezone.now(),
    )  # fmt: skip
    history.write(actor, institution, "edit", history.Writes(add=[edition]))
    return edition


def bring(
    actor: Actor, institution: Institution, content: dict[str, Any], name: str, *, note: str = ""
) -> Edition:
    """Bring in an instrument from the content of a file (``name`` names it in faults) as its next edition.

    The id of a shipped instrument is taken where only criteria, names, weights or bounds differ. What is in force already
    is not doubled. Raises PackError with every fault, by place.
    """
    actor.require(MODEL, institution)
    with transaction.atomic():
        hold(institution)
        incoming = instruments.weigh(institution, content, name)
        if incoming.same and incoming.newest is not None:
            return incoming.newest
        return _add(actor, institution, incoming, note)


def edit(
    actor: Actor,
    institution: Institution,
    instrument: str,
    change: Mapping[str, Any],
    number: int,
    *,
    note: str = "",
) -> Edition:
    """Lay a change over the edition ``number`` (0: none yet) and keep it as the next one; ``change`` has the shape of an
    overlay (:mod:`pendapa.regulations.instrument_overlay`).

    Raises PackError with every fault, :class:`Refused` where nothing would change, :class:`Meanwhile`, UnknownPack.
    """
    actor.require(MODEL, institution)
    with transaction.atomic():
        hold(institution)
        incoming = instruments.weigh_change(institution, instrument, change)
        if (incoming.newest.number if incoming.newest else 0) != number:
            raise Meanwhile(
                _("Somebody else kept an edition meanwhile. Look at what holds now, then do it again.")
            )
        if incoming.same:
            raise Refused(_("Nothing would change."))
        return _add(actor, institution, incoming, note)


def adopt(actor: Actor, cycle: Cycle) -> Cycle:
    """Move an open round to the edition in force. Raises :class:`Refused` where that would lose something, Conflict."""
    actor.require(RUN, cycle.institution)
    with transaction.atomic():
        hold(cycle.institution)
        rows = Cycle.objects.select_related("edition", "institution").filter(pk=cycle.pk, deleted_at=None)
        row = rows.first()
        if row is None:
            raise NotFound
        edition = frozen(actor, row.institution, row.instrument)
        if row.edition_id == edition.pk:
            return row
        if hindrances := instruments.moving(row).hindrances:
            raise Refused(*hindrances)
        row.edition = edition
        reason = _("Moved to edition %(number)s of the instrument") % {"number": edition.number}
        history.write(actor, row.institution, "edit", history.Writes(change=[row]), reason=reason)
        bus.emit("evaluation.edition_adopted", institution_id=row.institution_id, cycle_uid=str(row.uid))
    return row


def _add(actor: Actor, institution: Institution, incoming: instruments.Incoming, note: str) -> Edition:
    edition = Edition(
        institution=institution, instrument=incoming.instrument.id,
        number=incoming.newest.number + 1 if incoming.newest else 1, content=incoming.content,
        overlay=incoming.overlay, digest=incoming.digest, created_at=timezone.now(),
        note=" ".join(note.replace("\x00", "").split()),
    )  # fmt: skip
    history.write(actor, institution, "edit", history.Writes(add=[edition]), reason=edition.note)
    bus.emit("evaluation.edition_made", institution_id=institution.pk, instrument=edition.instrument)
    return edition
