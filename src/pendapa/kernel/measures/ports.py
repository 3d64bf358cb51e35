"""Measures of the rooms: numbers from live records, with a plain explanation. Rooms register, the evaluation reads.

A room calls :func:`register` in its ``apps.ready()``. The evaluation maps measures to indicators by a pack; what it makes
of them is advice, a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Reading:
    """What a measure says now: ``value`` is compared with the thresholds of the pack; ``of`` is the whole it is a part of.

    ``told`` is one plain sentence in the language of the page ("38 of 40 OPD have a verified application list"). ``url``
    leads to the records behind it, ``missing`` names some of what is lacking (at most ten). None as ``value``: nothing
    can be said.
    """

    value: Fraction | None
    told: str
    of: int | None = None
    url: str = ""
    missing: tuple[str, ...] = ()


Reader = Callable[[Institution], Reading]


@dataclass(frozen=True)
class Measure:
    """A registered measure: ``unit`` is "share" (0–1), "count" or "flag" (0 or 1); ``room`` the one that reads it."""

    key: str
    title: Any  # lazily translated
    unit: str
    room: str
    read: Reader


UNITS = ("share", "count", "flag")
_measures: dict[str, Measure] = {}


def register(key: str, title: Any, unit: str, room: str, read: Reader) -> None:
    """Register a measure. It reads the whole institution, so it tells numbers and names of units, never of restricted things."""
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is no unit of a measure: {', '.join(UNITS)}")
    _measures[key] = Measure(key, title, unit, room, read)


def withdraw(key: str) -> None:
    """Take a measure back (for tests and for rooms that are switched off)."""
    _measures.pop(key, None)


def known() -> dict[str, Measure]:
    """Every registered measure by key."""
    return dict(_measures)
