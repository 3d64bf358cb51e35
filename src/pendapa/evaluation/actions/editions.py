"""Freezing an instrument, so that an open assessment keeps the version with which it began."""

from __future__ import annotations

from django.utils import timezone

from pendapa.evaluation.models import Edition
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs


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
