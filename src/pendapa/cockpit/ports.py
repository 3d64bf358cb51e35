"""Places of the leader's cockpit for rooms that come later: problems, risks, complaints, data. Rooms offer, the cockpit draws.

A room calls :func:`offer` in its ``apps.ready()``. Nothing is drawn, and no key stands in the JSON, while nobody offers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pendapa.cockpit.queries.extent import Extent
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution

log = logging.getLogger(__name__)

OWN = ("index", "path", "commitments", "iku", "budget", "gaps", "decisions", "units")
"""The keys of the cockpit itself."""


@dataclass(frozen=True)
class Row:
    """One line of a part's box: what it is, a word to it, and where it leads."""

    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Part:
    """What a room tells the leader: the one number (None: not known) with its words, its list behind ``url``, some ``rows``, and
    ``data`` as it stands in the JSON. ``tone`` is ``bad`` where the number asks for somebody."""

    value: int | None
    label: str
    note: str = ""
    url: str = ""
    tone: str = ""
    rows: Sequence[Row] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[Actor, Institution, date], Part | None]
Narrowed = Callable[[Actor, Institution, date, Extent], Part | None]


@dataclass(frozen=True)
class Shown:
    """A part with its place; ``part`` None: the room could not be asked."""

    key: str
    title: Any
    part: Part | None


@dataclass(frozen=True)
class _Offer:
    title: Any
    reader: Reader
    narrowed: Narrowed | None
    order: int


_offers: dict[str, _Offer] = {}


def offer(key: str, title: Any, reader: Reader, *, narrowed: Narrowed | None = None, order: int = 50) -> None:
    """Register a part: ``reader(actor, institution, day)`` gives it cut to what the actor may see, or None for nothing to say to
    this actor. It asks a fixed number of queries. The same key again replaces the offer.

    The cockpit of the head of an OPD tells of the own one alone, and heads read more than that (what is public, what is decreed):
    ``narrowed(actor, institution, day, own)`` gives the part of those units only (``own.filter()`` for rows, ``own.covers(unit)``
    for one). A room that gives none can not narrow its part and is not shown to heads.
    """
    if key in OWN:
        raise ValueError(f"{key!r} is a key of the cockpit itself")
    _offers[key] = _Offer(title, reader, narrowed, order)


def withdraw(key: str) -> None:
    """Take an offer back (for tests and for rooms that are switched off)."""
    _offers.pop(key, None)


def parts(actor: Actor, institution: Institution, day: date, own: Extent) -> list[Shown]:
    """What the rooms tell this actor of the units of ``own``, in order. A room that fails harms no other: its part says so."""
    found = []
    for key, one in sorted(_offers.items(), key=lambda item: (item[1].order, item[0])):
        if not own.whole and one.narrowed is None:
            continue
        try:
            if own.whole or one.narrowed is None:
                part = one.reader(actor, institution, day)
            else:
                part = one.narrowed(actor, institution, day, own)
        except Exception:
            log.exception("The cockpit could not ask %s", key)
            found.append(Shown(key, one.title, None))
            continue
        if part is not None:
            found.append(Shown(key, one.title, part))
    return found
