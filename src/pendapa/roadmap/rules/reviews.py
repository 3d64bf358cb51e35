"""When a roadmap is to be reviewed (*reviu*): pure. Source of the kinds: Perpres 95/2018, article 19, in the roadmap pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HELD, DUE, LATE, LATER, ANY = "held", "due", "late", "later", "any"


@dataclass(frozen=True)
class Due:
    """A kind of review and how it stands: ``held``, ``due`` this year, ``late``, ``later``, or ``any`` (held when needed).

    ``year`` is the calendar year in which it falls, None for one that has none.
    """

    kind: str
    year: int | None
    state: str


def due(first_year: int, kinds: Mapping[str, int | None], held: Iterable[str], today_year: int) -> list[Due]:
    """Every kind in the order of the pack. ``kinds`` maps it to the year counted from the first one (1 = the first).

    >>> [one.state for one in due(2024, {"midterm": 3, "final": 5, "needed": None}, [], 2026)]
    ['due', 'later', 'any']
    """
    done = set(held)
    found = []
    for kind, place in kinds.items():
        year = None if place is None else first_year + place - 1
        found.append(Due(kind, year, _state(kind in done, year, today_year)))
    return found


def _state(done: bool, year: int | None, today_year: int) -> str:
    if year is None:
        return ANY
    if done:
        return HELD
    return LATER if today_year < year else DUE if today_year == year else LATE
