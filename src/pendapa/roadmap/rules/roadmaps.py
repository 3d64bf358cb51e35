"""Roadmap documents: the years they run, and the reviews that fall due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 2015, 2095
LONGEST_TITLE, LONGEST_NUMBER = 200, 120


@dataclass(frozen=True)
class Due:
    """A review that is asked in ``year``: when it was held (None: not yet), and whether it is due now or late."""

    key: str
    label: str
    year: int
    held_on: date | None
    is_due: bool
    verified: bool

    @property
    def is_late(self) -> bool:
        return self.is_due and self.held_on is None


def last_year(first: int, years: int) -> int:
    """The last year of a roadmap of so many years.

    >>> last_year(2026, 5)
    2030
    """
    return first + years - 1


def reviews(
    asked: Sequence[tuple[str, str, int, bool]],
    first: int,
    held: Sequence[tuple[str, date]],
    today: date,
    *,
    in_force: bool,
) -> list[Due]:
    """Each asked review (key, label, year counted from the first, verified) with the last one held of its kind.

    It is due from the first day of its year until one is held, while the roadmap is in force.
    """
    found = []
    for key, label, number, verified in asked:
        year = first + number - 1
        days = [day for kind, day in held if kind == key]
        last = max(days) if days else None
        due = in_force and last is None and today.year >= year
        found.append(Due(key, label, year, last, due, verified))
    return found


def overlap(first: int, last: int, others: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The first of the other roadmaps in force that shares a year."""
    return next((one for one in others if one[0] <= last and first <= one[1]), None)
