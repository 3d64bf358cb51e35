"""Where things stand on a timeline (*linimasa*): years as a width of 100, days as places in it. Pure.

    scale = Scale(2026, 2030)
    scale.at(date(2026, 1, 1))  →  0.0;  scale.at(date(2031, 1, 1))  →  100.0
    scale.bar(date(2027, 1, 1), date(2027, 12, 31))  →  (20.0, 20.0)

Percents and not pixels: the page is as wide as its window, and a zoom only makes the drawing wider.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MOST_YEARS = 15
LEAST = 0.35
"""The narrowest bar, in percent of the width: a single day is still seen."""
ROW, HEAD = 48, 34
"""Heights in pixels of an initiative and of the heading of a content."""
ZOOMS = {"5": 1.0, "2": 2.5, "triwulan": 5.0}
"""How much wider than its window the drawing is."""


@dataclass(frozen=True)
class Scale:
    """Whole years, both included."""

    first: int
    last: int

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def at(self, day: date) -> float:
        """The place of the morning of a day, from 0 to 100; days outside stand at the edge."""
        begin, end = date(self.first, 1, 1).toordinal(), date(self.last + 1, 1, 1).toordinal()
        return round(100 * min(max(day.toordinal() - begin, 0), end - begin) / (end - begin), 2)

    def evening(self, day: date) -> float:
        """The place of the evening of a day: where what ends on it ends."""
        return self.at(day + timedelta(days=1)) if day < date.max else 100.0

    def bar(self, starts_on: date | None, ends_on: date | None) -> tuple[float, float] | None:
        """Left edge and width of what lasts from a day to the evening of another; None where one is not known."""
        if starts_on is None or ends_on is None or ends_on < starts_on:
            return None
        left = self.at(starts_on)
        right = self.evening(ends_on)
        if right - left < LEAST:
            left = min(left, 100 - LEAST)
            right = left + LEAST
        return left, round(right - left, 2)

    def holds(self, day: date) -> bool:
        return self.first <= day.year <= self.last


def scale_of(
    years: Iterable[int], days: Iterable[date | None], today: date, span: int = 5, margin: int = 2
) -> Scale:
    """The years to draw: those of the roadmap, and up to ``margin`` more at each end where initiatives lie there; without a
    roadmap those of the initiatives, ``span`` from this year on where there are none."""
    known = sorted(years)
    dated = sorted(day.year for day in days if day is not None)
    if known:
        first, last = known[0], known[-1]
        if dated:
            first = min(first, max(dated[0], first - margin))
            last = max(last, min(dated[-1], last + margin))
    elif dated:
        first, last = dated[0], dated[-1]
    else:
        first, last = today.year, today.year + span - 1
    first = max(first, 1)
    return Scale(first, min(last, first + MOST_YEARS - 1, 9998))


def tops(heads: Iterable[bool]) -> list[int]:
    """Where each row begins, and last where all end, in pixels; ``heads`` says which rows are headings."""
    found = [0]
    for is_head in heads:
        found.append(found[-1] + (HEAD if is_head else ROW))
    return found
