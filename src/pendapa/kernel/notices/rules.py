"""The ladder (*jenjang pengingat*): which rung a due thing has reached, who is told on it, and when nobody is disturbed. Pure.

Rungs are counted in working days from the due day. Of the rungs that a thing has reached, a person is told the highest that is
meant for that person and was not told before, and never a lower one afterwards: a week offline ends in one message, and a holiday
that is added later moves the rungs that are still to come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pendapa.kernel.calendars.rules import Calendar

PERSON, HEAD, LEADER = "person", "head", "leader"
NOBODY, HAND = "nobody", "hand"
"""Not on the ladder: nobody is there to do it; somebody reminded by hand."""
FARTHEST, MOST = 120, 12
"""A rung lies at most so many working days from the due day; a ladder has at most so many rungs."""

LEFT, NO_HEAD = "left", "no_head"
"""Beside NOBODY, why a thing goes to somebody else: who was to do it holds no role any more; the unit has no head."""


@dataclass(frozen=True, order=True)
class Step:
    """A rung: ``days`` working days from the due day (minus: before it) it is told ``to`` the person, the head or the leader."""

    days: int
    to: str

    @property
    def key(self) -> str:
        return key_of(self.days)


def key_of(days: int) -> str:
    """The name under which a rung is remembered: it follows from its days, so that it survives a change of the ladder."""
    return "due_day" if days == 0 else f"before_{-days}" if days < 0 else f"after_{days}"


def days_of(key: str) -> int | None:
    """The days of a rung by its name; None for what is not on the ladder."""
    if key == "due_day":
        return 0
    side, _line, number = key.partition("_")
    if side not in ("before", "after") or not number.isdecimal():
        return None
    return -int(number) if side == "before" else int(number)


def faults(ladder: Sequence[Step]) -> list[str]:
    """What is wrong with a ladder: ``empty``, ``many``, ``far``, ``twice``; nothing where it holds."""
    found = []
    if not ladder:
        found.append("empty")
    if len(ladder) > MOST:
        found.append("many")
    if any(abs(step.days) > FARTHEST for step in ladder):
        found.append("far")
    if len(set(ladder)) < len(ladder):
        found.append("twice")
    return found


@dataclass(frozen=True)
class Thing:
    """What is due, as the ladder sees it. ``units``: ids of its unit and of those above, nearest first; ``person``: the user who is
    to do it, None where nobody can; ``why`` says then whether there is none (NOBODY) or that one LEFT; with neither it is the head's own."""

    key: str
    due: date
    units: tuple[int, ...] = ()
    person: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Offices:
    """Who holds which office on the day, acting holders too: heads by unit, leaders, and the secretariat (``keepers``)."""

    heads: Mapping[int, frozenset[int]] = field(default_factory=dict)
    leaders: frozenset[int] = frozenset()
    keepers: frozenset[int] = frozenset()

    def head(self, units: Iterable[int]) -> tuple[frozenset[int], str]:
        """The heads of the nearest unit that has one, and NO_HEAD where that is not the unit itself.

        Without any head it is the leader, and in the end the secretariat; what belongs to no unit is the secretariat's.
        """
        chain = tuple(units)
        for number, unit in enumerate(chain):
            if self.heads.get(unit):
                return self.heads[unit], NO_HEAD if number else ""
        if not chain:
            return self.keepers or self.leaders, ""
        return self.leaders or self.keepers, NO_HEAD

    def leader(self) -> frozenset[int]:
        return self.leaders or self.keepers

    def held_by(self, user: int) -> bool:
        """Whether ``user`` holds any of them, so that what others do not do may come to that person."""
        return user in self.leaders | self.keepers or any(user in some for some in self.heads.values())


@dataclass(frozen=True)
class Telling:
    """To tell ``user`` of ``key`` on the rung ``rung``, with ``why`` it comes to that person, if it is not the usual way."""

    user: int
    key: str
    rung: str
    why: str = ""


class Ladder:
    """The ladder of an institution on its calendar. ``unassigned`` is the day (as of a rung) from which on a thing that nobody is to
    do is told to the head: at once, as far as it is near enough to matter."""

    def __init__(self, steps: Iterable[Step], calendar: Calendar, unassigned: int = -30) -> None:
        self.steps = tuple(sorted(steps))
        self.calendar = calendar
        self.unassigned = unassigned
        self._days: dict[tuple[date, int], date] = {}

    def day(self, due: date, days: int) -> date:
        """The day of a rung. A due day on which nobody works is spoken of on the last working day before it."""
        known = self._days.get((due, days))
        if known is None:
            known = self.calendar.add(due, days) if days else self.calendar.on_or_before(due)
            self._days[due, days] = known
        return known

    def tellings(
        self,
        thing: Thing,
        day: date,
        offices: Offices,
        told: Mapping[tuple[int, str], Collection[str]],
    ) -> list[Telling]:
        """Who is to be told of ``thing`` on ``day``, and on which rung. ``told`` gives, by user and key, the rungs told already for
        this due day."""
        best: dict[int, tuple[int, Telling]] = {}
        if thing.why and self.day(thing.due, self.unassigned) <= day:
            self._climb(best, thing, -FARTHEST * 2, NOBODY, HEAD, offices)
        for step in self.steps:
            if self.day(thing.due, step.days) <= day:
                self._climb(best, thing, step.days, step.key, step.to, offices)
        return [
            telling
            for user, (height, telling) in sorted(best.items())
            if all(_height(rung) < height for rung in told.get((user, thing.key), ()))
        ]

    def _climb(
        self,
        best: dict[int, tuple[int, Telling]],
        thing: Thing,
        height: int,
        rung: str,
        to: str,
        offices: Offices,
    ) -> None:
        users, why = receivers(to, thing, offices)
        for user in users:
            best[user] = (height, Telling(user, thing.key, rung, why))


def _height(rung: str) -> int:
    """How high a rung that was told is. What is not on the ladder stands below it."""
    days = days_of(rung)
    return (-FARTHEST * 2 if rung == NOBODY else -FARTHEST * 3) if days is None else days


def receivers(to: str, thing: Thing, offices: Offices) -> tuple[frozenset[int], str]:
    """Who is told on a rung meant for ``to``, and why it is not the usual person."""
    if to == PERSON and thing.person is not None:
        return frozenset({thing.person}), ""
    if to == LEADER:
        return offices.leader(), thing.why
    heads, no_head = offices.head(thing.units)
    return heads, thing.why or no_head


def is_quiet(hour: int, quiet_from: int, quiet_until: int) -> bool:
    """Is nobody to be disturbed in this hour of the day? Quiet hours may run over midnight; equal ends mean that there are none."""
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def send_after(now: datetime, quiet_from: int, quiet_until: int, calendar: Calendar) -> datetime:
    """From when a message of ``now`` (local time) may go out: at once, or when the quiet hours of a working day have ended."""
    day = now.date()
    works = calendar.workday(day)
    if works and not is_quiet(now.hour, quiet_from, quiet_until):
        return now
    over_midnight = quiet_from > quiet_until and now.hour >= quiet_from
    if not works or over_midnight:
        day = calendar.add(day, 1)
    return datetime.combine(day, time(quiet_until), now.tzinfo)
