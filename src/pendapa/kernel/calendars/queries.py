"""The working days of an institution: the national calendar, overlaid with what the institution itself says.

National holidays (*hari libur nasional*) and joint leave (*cuti bersama*) come from the package ``holidays`` (Indonesia, categories
public and government). It follows the yearly joint decree of three ministers (*SKB 3 Menteri*) as its makers read it; nobody here
has compared the two, and days of the moon of years without a decree are estimates. Joint leave is known only for decreed years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from django.utils.translation import get_language

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.calendars.models import Holiday
from pendapa.kernel.calendars.permissions import HOLIDAYS
from pendapa.kernel.calendars.rules import Calendar
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

FIRST_YEAR, LAST_YEAR = 2000, 2100
CATEGORIES = {"public": "national", "government": "joint"}


class National:
    """The days off of the national calendar, a year read when it is asked for."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in national(day.year)


@dataclass(frozen=True)
class Own:
    """What an institution says of single days: ``off`` and ``works`` (all the same)."""

    off: frozenset[date]
    works: frozenset[date]

    def __contains__(self, day: object) -> bool:
        return day in self.off or (day in NATIONAL and day not in self.works)


NATIONAL = National()


@lru_cache(maxsize=256)
def national(year: int, language: str = "id") -> Mapping[date, tuple[str, str]]:
    """The national days off of a year: ``{day: (name, kind)}``, kind ``national`` or ``joint``."""
    import holidays  # slow to load, and not every process asks

    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    found: dict[date, tuple[str, str]] = {}
    for category, kind in reversed(CATEGORIES.items()):
        days = holidays.country_holidays("ID", years=year, categories=(category,), language=language)
        found |= {day: (name, kind) for day, name in days.items() if day.year == year}
    return dict(sorted(found.items()))


def workdays(institution: Institution) -> frozenset[int]:
    """The ISO weekdays on which the institution works; the pack's where it chose none."""
    chosen = institution.settings.get("reminders", {}).get("workdays")
    return frozenset(chosen or packs.reminders().workdays)


def calendar(institution: Institution) -> Calendar:
    """The working days of an institution, in one query. Not cut to an actor: a day off is no secret in the house."""
    rows = Holiday.objects.filter(institution=institution, deleted_at=None).values_list("day", "works")
    own = Own(
        frozenset(day for day, works in rows if not works), frozenset(day for day, works in rows if works)
    )
    return Calendar(own, own.works, workdays(institution))


@dataclass(frozen=True)
class Day:
    """One line of the year: a day off, or one that is worked all the same. ``row`` is the institution's own word on it."""

    day: date
    name: str
    kind: str
    works: bool
    row: Holiday | None
    weekend: bool
    over: str = ""
    """The name in the national calendar, where the own word stands over it."""


@dataclass(frozen=True)
class Year:
    """A year as the page shows it. ``working`` counts its working days."""

    year: int
    days: tuple[Day, ...]
    working: int
    estimated: bool
    without_joint: bool

    @property
    def own(self) -> int:
        return sum(one.row is not None for one in self.days)


def year(actor: Actor, institution: Institution, number: int) -> Year:
    """All days off of a year, those of the nation and the own ones, by day."""
    actor.require(HOLIDAYS, institution)
    language = "en_US" if (get_language() or "").startswith("en") else "id"
    base = national(number, language)
    rows = {
        row.day: row
        for row in Holiday.objects.filter(institution=institution, deleted_at=None, day__year=number)
    }
    known, week = calendar(institution), workdays(institution)
    days = []
    for day in sorted({*base, *rows}):
        row = rows.get(day)
        name, kind = base.get(day, ("", ""))
        days.append(
            Day(
                day=day,
                name=row.name if row else name,
                kind=row.kind if row else kind,
                works=bool(row and row.works),
                row=row,
                weekend=day.isoweekday() not in week,
                over=name if row else "",
            )
        )
    first, length = date(number, 1, 1), (date(number, 12, 31) - date(number, 1, 1)).days + 1
    return Year(
        year=number,
        days=tuple(days),
        working=sum(known.workday(first + timedelta(days=i)) for i in range(length)),
        estimated=any("perkiraan" in name for name, _kind in national(number).values()),
        without_joint=not any(kind == "joint" for _name, kind in base.values()),
    )


def holiday(actor: Actor, institution: Institution, uid: UUID) -> Holiday:
    """One own word on a day. Raises NotFound."""
    actor.require(HOLIDAYS, institution)
    found = Holiday.objects.select_related("institution").filter(
        institution=institution, uid=uid, deleted_at=None
    )
    row = found.first()
    if row is None:
        raise NotFound
    return row
