"""Measures of the rooms: numbers from live records, with a plain explanation. Rooms register, the evaluation reads.

A room calls :func:`register` in its ``apps.ready()``. The evaluation maps measures to indicators by a pack; what it makes
of them is advice, a person decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, Scope
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Reading:
    """What a measure says now: ``value`` is compared with the thresholds of the pack; ``of`` is the whole it is a part of.

    ``told`` is one plain sentence in the language of the page ("38 of 40 OPD have a verified application list"). ``url``
    leads to the records behind it, ``missing`` names some of what is lacking (at most ten). None as ``value``: nothing
    can be said. ``failed``: it could not be read, so it is not remembered.
    """

    value: Fraction | None
    told: str
    of: int | None = None
    url: str = ""
    missing: tuple[str, ...] = ()
    failed: bool = False


log = logging.getLogger(__name__)
T = TypeVar("T")
Reader = Callable[[Institution], Reading]
Stamp = Callable[[Institution], str]


@dataclass(frozen=True)
class Measure:
    """A registered measure: ``unit`` is "share" (0–1), "count" or "flag" (0 or 1); ``room`` the one that reads it.

    ``needs`` is a permission that one must hold for the whole institution to be told: for what is counted over things that
    an OPD reads of its own only. Empty: who may read signals may read it.
    """

    key: str
    title: Any  # lazily translated
    unit: str
    room: str
    read: Reader
    needs: str = ""


UNITS = ("share", "count", "flag")
MISSING = 10
"""So many names of what is lacking a reading tells at most."""
_measures: dict[str, Measure] = {}
_stamps: dict[str, Stamp] = {}


def register(key: str, title: Any, unit: str, room: str, read: Reader, *, needs: str = "") -> None:
    """Register a measure. It reads the whole institution, so it tells numbers and names of units, never of restricted things."""
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is no unit of a measure: {', '.join(UNITS)}")
    _measures[key] = Measure(key, title, unit, room, read, needs)


def withdraw(key: str) -> None:
    """Take a measure back (for tests and for rooms that are switched off)."""
    _measures.pop(key, None)


def known() -> dict[str, Measure]:
    """Every registered measure by key."""
    return dict(_measures)


def stamp(room: str, read: Stamp) -> None:
    """Say what moves the measures of a room beside the ledger of the history: a word that differs when that does. It is asked
    with each page, so it is one cheap query."""
    _stamps[room] = read


def stamps(institution: Institution) -> str:
    """All of them, as they are now."""
    return "\n".join(f"{room} {read(institution)}" for room, read in sorted(_stamps.items()))


# ---- reading


_shared: ContextVar[dict[str, Any] | None] = ContextVar("measures", default=None)


@contextmanager
def _together() -> Iterator[None]:
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


def read(institution: Institution, keys: Iterable[str]) -> dict[str, Reading]:
    """What the measures say now; unknown keys are left out. A measure that fails harms no other: it says nothing."""
    found: dict[str, Reading] = {}
    with _together():
        for key in keys:
            measure = _measures.get(key)
            if measure is None:
                continue
            try:
                found[key] = measure.read(institution)
            except Exception:
                log.exception("The measure %s could not be read", key)
                found[key] = Reading(None, _("It could not be read just now."), failed=True)
    return found


def once(name: str, institution: Institution, compute: Callable[[], T]) -> T:
    """Compute what several measures of a room need only once while they are read together."""
    shared = _shared.get()
    if shared is None:
        return compute()
    key = f"{name} {institution.pk}"
    if key not in shared:
        shared[key] = compute()
    found: T = shared[key]
    return found


@dataclass
class Onlooker(Actor):
    """Sees what every colleague of an institution may see by the permissions in ``open``, and nothing else.

    Measures are read through it, so that what is restricted changes no signal.
    """

    open: frozenset[str] = frozenset()

    def scope(self, permission: str, institution: Institution) -> Scope:
        return Scope(everything=permission in self.open)


def onlooker(*permissions: str) -> Onlooker:
    """An onlooker with these permissions."""
    return Onlooker(open=frozenset(permissions))


# ---- readings that are made the same way everywhere


def share(
    part: int, whole: int, told: str, nothing: str, url: str = "", missing: tuple[str, ...] = ()
) -> Reading:
    """``part`` of ``whole``; where there is no whole nothing can be said, and ``nothing`` says why."""
    if not whole:
        return Reading(None, nothing, 0, url)
    return Reading(Fraction(part, whole), told, whole, url, missing[:MISSING])


def unless_bare(reading: Reading) -> Reading:
    """The same, but not known where it is nought: for what nobody may have recorded yet (links, kinds, names)."""
    return replace(reading, value=None, missing=()) if reading.value == 0 else reading


def count(number: int, told: str, url: str = "", missing: tuple[str, ...] = ()) -> Reading:
    """So many."""
    return Reading(Fraction(number), told, None, url, missing[:MISSING])


def flag(holds: bool, told: str, url: str = "", missing: tuple[str, ...] = ()) -> Reading:
    """Whether something is so; ``told`` says which."""
    return Reading(Fraction(int(holds)), told, None, url, () if holds else missing[:MISSING])
