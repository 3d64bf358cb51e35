"""Days on which an office works, and counting in them. Pure: no Django, no calendar of its own.

A day is worked when its weekday is one of the week's and it is no holiday, or when the institution said that it works all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = frozenset({1, 2, 3, 4, 5})
"""ISO weekdays of an office, Monday to Friday."""
ONE = timedelta(days=1)
LONGEST = 3_660
"""So many days without one of work are no calendar any more."""


class NoWork(ValueError):
    """The calendar has no working day for years on end, so nothing can be counted in it."""


def workday(
    day: date, holidays: Container[date], workdays: Collection[int] = WEEK, works: Container[date] = ()
) -> bool:
    """Is it worked on ``day``? ``workdays`` are ISO weekdays; ``works`` are days that are worked although they would not be."""
    return day in works or (day.isoweekday() in workdays and day not in holidays)


def add_workdays(
    day: date,
    n: int,
    holidays: Container[date],
    workdays: Collection[int] = WEEK,
    works: Container[date] = (),
) -> date:
    """The ``n``-th working day after ``day`` (before it where ``n`` is negative); ``day`` itself for 0. Raises NoWork."""
    step, idle = (ONE if n > 0 else -ONE), 0
    left = abs(n)
    while left:
        day += step
        idle += 1
        if workday(day, holidays, workdays, works):
            left, idle = left - 1, 0
        elif idle > LONGEST:
            raise NoWork
    return day


def between(
    start: date,
    end: date,
    holidays: Container[date],
    workdays: Collection[int] = WEEK,
    works: Container[date] = (),
) -> int:
    """How many working days lie after ``start`` up to and with ``end``; where ``end`` is earlier, minus those from ``end`` on
    before ``start``. So ``between(day, add_workdays(day, n)) == n``."""
    if end < start:
        return -sum(workday(end + ONE * i, holidays, workdays, works) for i in range((start - end).days))
    return sum(workday(start + ONE * i, holidays, workdays, works) for i in range(1, (end - start).days + 1))


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days of one institution. ``holidays`` and ``works`` only need to answer ``in``."""

    holidays: Container[date]
    works: Container[date] = ()
    workdays: Collection[int] = WEEK

    def workday(self, day: date) -> bool:
        return workday(day, self.holidays, self.workdays, self.works)

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day after (minus: before) ``day``."""
        return add_workdays(day, n, self.holidays, self.workdays, self.works)

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and with ``end``, minus where ``end`` is earlier."""
        return between(start, end, self.holidays, self.workdays, self.works)

    def on_or_before(self, day: date) -> date:
        """``day``, or the last working day before it."""
        return day if self.workday(day) else self.add(day, -1)

    def on_or_after(self, day: date) -> date:
        """``day``, or the first working day after it."""
        return day if self.workday(day) else self.add(day, 1)
