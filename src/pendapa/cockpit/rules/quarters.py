"""Quarters (*triwulan*) of the budget year, which here is the calendar year. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Quarter:
    """The quarter ``number`` (1–4) of a year."""

    year: int
    number: int

    @property
    def roman(self) -> str:
        """As offices write it: ``III``."""
        return ROMAN[self.number - 1]

    @property
    def begin(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        following = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return following - timedelta(days=1)


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)
