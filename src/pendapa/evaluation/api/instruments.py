"""The crosswalk between instruments, for everybody; instruments and editions of an institution, for who works there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from pendapa.evaluation.api.assessments import Words, instrument_json
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import editions as editions_of
from pendapa.evaluation.queries import instruments as queries
from pendapa.kernel.access.actor import NotFound, institution_for
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.crosswalk import Pair

router = Router()


class EntryOut(Schema):
    """One indicator with those that continue it; ``why`` tells why there are none, or how it was read."""

    number: str
    targets: list[str]
    why: Words
    verified: bool
    source: str


class CrosswalkOut(Schema):
    """The way from one instrument to another; ``over`` names the instruments between them."""

    source: str
    target: str
    over: list[str]
    verified: bool
    note: str
    entries: list[EntryOut]


class EditionOut(Schema):
    """A frozen version. ``rounds`` are the years of the rounds that keep it."""

    number: int
    digest: str
    note: str
    made_on: str
    own_changes: bool
    in_force: bool
    rounds: list[int]


class OwnInstrumentOut(Schema):
    """An instrument as the institution uses it; ``edition`` is null while nothing was frozen."""

    id: str
    title: Words
    indicators: int
    shipped: bool
    own_changes: bool
    edition: int | None
    rounds: list[int]
    unverified: list[str]


# ---- for everybody


@router.get(
    "/instruments/{instrument_id}/crosswalk/{target}",
    response=CrosswalkOut,
    summary="Crosswalk of two instruments",
)
def crosswalk(request: HttpRequest, instrument_id: str, target: str) -> dict[str, Any]:
    """Every indicator of the first instrument with those of the second that continue it, or none and why."""
    way = packs.crosswalk().way(instrument_id, target)
    if way is None:
        raise NotFound
    return _way(way)


# ---- for those who work there


@router.get("/institutions/{code}/instruments", response=list[OwnInstrumentOut], summary="Instruments in use")
def own_instruments(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Shipped ones, with own changes where there are, and those that the institution brought in."""
    return [
        {
            "id": row.instrument.id,
            "title": {"id": row.instrument.title.id, "en": row.instrument.title.en},
            "indicators": len(row.instrument.indicators),
            "shipped": row.shipped,
            "own_changes": row.changed,
            "edition": row.edition.number if row.edition else None,
            "rounds": [cycle.year for cycle in row.cycles],
            "unverified": [name for name, place in row.instrument.groups.items() if not place.verified],
        }
        for row in queries.listing(_place(request, code))
    ]


@router.get(
    "/institutions/{code}/instruments/{instrument_id}",
    response=dict[str, Any],
    summary="The edition in force",
)
def own_instrument(request: HttpRequest, code: str, instrument_id: str) -> dict[str, Any]:
    """As a round that begins now would read it, in the shape of ``/instruments/{instrument_id}``."""
    known = editions_of.known(_place(request, code))
    if instrument_id not in known:
        raise NotFound
    return instrument_json(known[instrument_id])


@router.get(
    "/institutions/{code}/instruments/{instrument_id}/editions", response=list[EditionOut],
    summary="Editions of an instrument",
)  # fmt: skip
def editions(request: HttpRequest, code: str, instrument_id: str) -> list[dict[str, Any]]:
    """Newest first; empty where no round was begun with it yet."""
    place = _place(request, code)
    if instrument_id not in editions_of.known(place):
        raise NotFound
    return [
        {
            "number": one.edition.number,
            "digest": one.edition.digest,
            "note": one.edition.note,
            "made_on": one.edition.created_at.date().isoformat(),
            "own_changes": bool(one.edition.overlay),
            "in_force": one.in_force,
            "rounds": [cycle.year for cycle in one.cycles],
        }
        for one in queries.versions(place, instrument_id)
    ]


@router.get(
    "/institutions/{code}/instruments/{instrument_id}/editions/{number}", response=dict[str, Any],
    summary="One edition of an instrument",
)  # fmt: skip
def edition(request: HttpRequest, code: str, instrument_id: str, number: int) -> dict[str, Any]:
    """The instrument as that edition froze it."""
    place = _place(request, code)
    found = [one.edition for one in queries.versions(place, instrument_id) if one.edition.number == number]
    if not found:
        raise NotFound
    return instrument_json(editions_of.in_edition(instrument_id, found[0]))


@router.get(
    "/institutions/{code}/instruments/{instrument_id}/crosswalk/{target}", response=CrosswalkOut,
    summary="Crosswalk of two instruments in use",
)  # fmt: skip
def own_crosswalk(request: HttpRequest, code: str, instrument_id: str, target: str) -> dict[str, Any]:
    """Also to the instruments that the institution brought in."""
    way = queries.crosswalk(_place(request, code)).way(instrument_id, target)
    if way is None:
        raise NotFound
    return _way(way)


def _place(request: HttpRequest, code: str) -> Institution:
    actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return institution


def _way(way: Pair) -> dict[str, Any]:
    return {
        "source": way.source_id,
        "target": way.target_id,
        "over": list(way.over),
        "verified": way.verified,
        "note": way.note,
        "entries": [
            {
                "number": entry.number,
                "targets": list(entry.targets),
                "why": {"id": entry.why.id, "en": entry.why.en},
                "verified": entry.verified,
                "source": entry.source,
            }
            for entry in way.entries.values()
        ],
    }
