"""Security coverage: the seven kinds of security objects, what expires when, personal data without a record of processing.

Sources: the seven kinds are those of the SIA-SPBE manual (metamodel pack, domain ``security``); the interval of audits has one
source only and is not verified; the kinds of personal data follow UU 27/2022 Pasal 4, the duty of a record Pasal 31, whose
number is not verified.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DOMAINS = ("applications", "data")
"""What is to be covered by the seven kinds."""
KINDS = (
    "standar_keamanan",
    "edukasi_kesadaran",
    "identifikasi_kerentanan",
    "peningkatan_keamanan",
    "penanganan_insiden",
    "audit_keamanan",
    "kelaikan_keamanan",
)
AUDIT, STANDARD, LICENCE = "audit", "standard", "licence"
"""What may expire."""
SOON = 90
"""Days before its end from which a thing is told as expiring soon."""

EXPIRED, NEAR, LATER, ENDLESS, UNKNOWN = "expired", "soon", "later", "endless", "unknown"
STATES = (EXPIRED, NEAR, UNKNOWN, LATER, ENDLESS)
"""In the order in which they matter."""


@dataclass(frozen=True)
class Interval:
    """So often an application of a class (*kelas*) is audited, in months."""

    kelas: str
    months: int
    source: str
    verified: bool


INTERVALS: tuple[Interval, ...] = (
    Interval("Umum", 12, "Syamsuddin referensi-nasional.md 5.6 (metamodel pack, rules)", verified=False),
    Interval("Khusus", 24, "Syamsuddin referensi-nasional.md 5.6 (metamodel pack, rules)", verified=False),
)


@dataclass(frozen=True)
class End:
    """When something ends and how we know. ``why`` tells what is missing: ``no_date``, ``no_class``, ``unreadable``, or
    ``""``; ``text`` is what could not be read."""

    state: str
    until: date | None = None
    why: str = ""
    text: str = ""


def state_of(until: date, today: date) -> str:
    """``expired`` from the day after, ``soon`` within :data:`SOON` days, else ``later``."""
    if until < today:
        return EXPIRED
    return NEAR if until <= today + timedelta(days=SOON) else LATER


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day: 29 February and a year is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, date.max.year)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def audit_end(held: Any, until: Any, kelas: Any, today: date) -> End:
    """Until when an audit of an application holds: its own end where told, else the day it was held and the interval of the
    class. Where the class is not known and the intervals disagree, the state is ``unknown``."""
    told = day_of(until)
    if told:
        return End(state_of(told, today), told)
    day = day_of(held)
    if day is None:
        return End(UNKNOWN, None, "unreadable" if held else "no_date", str(held or ""))
    ends = {one.kelas: months_later(day, one.months) for one in INTERVALS}
    if kelas in ends:
        return End(state_of(ends[kelas], today), ends[kelas])
    states = {state_of(end, today) for end in ends.values()}
    if states == {EXPIRED}:
        return End(EXPIRED, max(ends.values()), "no_class")
    return End(LATER if states == {LATER} else UNKNOWN, min(ends.values()), "no_class")


def plain_end(until: Any, today: date) -> End:
    """The end of what carries a date of its own."""
    day = day_of(until)
    if day is None:
        return End(UNKNOWN, None, "unreadable" if until else "no_date", str(until or ""))
    return End(state_of(day, today), day)


def licence_end(until: Any, validity: Any, kind: Any, today: date) -> End:
    """The end of a licence: its date, else what the text of its validity says ("seumur hidup", "s.d. Desember 2026").
    Where neither says anything, a kind of licence such as "open source" has no end."""
    if day_of(until):
        return plain_end(until, today)
    said = " ".join(str(validity or until or "").split())
    if not said:
        return End(ENDLESS) if _FOR_EVER.search(str(kind or "")) else End(UNKNOWN, None, "no_date")
    if _FOR_EVER.search(said):
        return End(ENDLESS)
    day = read_day(said)
    return End(state_of(day, today), day) if day else End(UNKNOWN, None, "unreadable", said)


_FOR_EVER = re.compile(
    r"seumur hidup|selamanya|selama-lamanya|permanen|perpetual|life ?time|tanpa batas|tidak (?:ber|ter)batas|open ?source|"
    r"sumber terbuka|gratis|\bfree\b|\bgpl|tidak ada (?:batas|kedaluwarsa|masa)",
    re.IGNORECASE,
)
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "januari jan january",
            "februari feb pebruari february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember",
            "desember des dec december",
        ),
        1,
    )
    for word in words.split()
}
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_WORDS = re.compile(r"(?:\b(\d{1,2})\s+)?\b([A-Za-z]{3,9})\.?\s+(\d{4})\b")
_YEAR = re.compile(r"(?:s\.?/?d\.?|sampai|hingga|until|berakhir|tahun)?\s*((?:19|20)\d{2})", re.IGNORECASE)


def day_of(value: Any) -> date | None:
    """The day of a column of type date, ``2026-12-31``; ``None`` for anything else."""
    found = _ISO.fullmatch(str(value or "").strip()[:10])
    return _day(*map(int, found.groups())) if found else None


def read_day(text: str) -> date | None:
    """The last day that a text names: a date, a month (its last day) or nothing but a year (its last day)."""
    days = [_day(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)]
    days += [_day(int(y), int(m), int(d)) for d, m, y in _NUMBERS.findall(text)]
    for day, word, year in _WORDS.findall(text):
        month = _MONTHS.get(word.casefold())
        if month:
            days.append(_day(int(year), month, int(day) if day else _last(int(year), month)))
    only = _YEAR.fullmatch(text.strip())
    if only:
        days.append(_day(int(only[1]), 12, 31))
    return max((day for day in days if day), default=None)


def _last(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1] if 1 <= year <= date.max.year else 0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass
class Coverage:
    """How many things are covered by each of :data:`KINDS`, in their order; ``bare`` by none, ``full`` by all."""

    things: int
    covered: tuple[int, ...]
    bare: int
    full: int


def coverage(things: Iterable[frozenset[str]]) -> Coverage:
    """Counts over things, each told by the kinds that it has."""
    known = [kinds & set(KINDS) for kinds in things]
    return Coverage(
        len(known),
        tuple(sum(kind in kinds for kinds in known) for kind in KINDS),
        sum(not kinds for kinds in known),
        sum(len(kinds) == len(KINDS) for kinds in known),
    )


PERSONAL_KINDS = ("spesifik", "umum")
RECORDED, MISSING, NOT_PERSONAL = "recorded", "missing", "none"


def personal_state(attributes: Mapping[str, Any]) -> str:
    """``missing``: personal data without a record of processing; ``recorded``; ``none``: no personal data; ``unknown``: not said."""
    kind = attributes.get("data_pribadi")
    if kind in PERSONAL_KINDS:
        return RECORDED if str(attributes.get("catatan_pemrosesan") or "").strip(" -–") else MISSING
    return NOT_PERSONAL if kind == "tidak" else UNKNOWN
