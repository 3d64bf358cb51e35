"""Which instruments an institution uses, and in which version an assessment reads its own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pendapa.evaluation.models import Assessment, Cycle, Edition
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.instruments import Instrument, instrument_from


def of(row: Assessment | Cycle) -> Instrument:
    """The instrument of an assessment or a cycle, in the edition that it keeps."""
    cycle = row if isinstance(row, Cycle) else row.cycle
    return in_edition(cycle.instrument, cycle.edition if cycle.edition_id else None)


def in_edition(instrument: str, edition: Edition | None) -> Instrument:
    """The instrument in an edition; None means the shipped pack. ``edition.content`` is read only when it is not known."""
    if edition is None:
        return packs.instrument(instrument)
    if instrument in packs.instrument_ids() and edition.digest == packs.instrument_digest(instrument):
        return packs.instrument(instrument)
    return _frozen(edition.digest, edition.pk)


@lru_cache(maxsize=64)
def _frozen(digest: str, pk: int) -> Instrument:
    """Editions never change, so one digest is read once."""
    edition = Edition.objects.get(pk=pk)
    return instrument_from(edition.content, Path(f"{edition.instrument}-{edition.number}"))


def newest(institution: Institution, instrument: str) -> Edition | None:
    """The edition in force at the institution: the one with the highest number; None where it has none yet."""
    rows = Edition.objects.filter(institution=institution, instrument=instrument, deleted_at=None)
    return rows.defer("content").order_by("-number").first()


def known(institution: Institution) -> dict[str, Instrument]:
    """Every instrument that a new cycle may begin with, by id: shipped ones in their newest edition, and own ones."""
    rows = Edition.objects.filter(institution=institution, deleted_at=None).defer("content")
    last = {row.instrument: row for row in rows.order_by("number")}
    ids = [*packs.instrument_ids(), *sorted(set(last) - set(packs.instrument_ids()))]
    return {id: current(institution, id, last.get(id)) for id in ids}


def current(institution: Institution, instrument: str, edition: Edition | None = None) -> Instrument:
    """The instrument as a new cycle would read it. A newer shipped pack wins over an edition without own changes.

    Raises UnknownPack where neither pack nor edition has it.
    """
    edition = edition or newest(institution, instrument)
    if edition is None or is_plain(edition):
        return packs.instrument(instrument)
    return in_edition(instrument, edition)


def is_plain(edition: Edition) -> bool:
    """The edition froze a shipped pack as it was, without own changes."""
    return edition.instrument in packs.instrument_ids() and not edition.overlay
