"""A whole span of time in one cell ("2026-2028", "TW I - TW III 2027") → its first and last day. Pure, and nothing raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pendapa.kernel.tables import periods
from pendapa.roadmap.rules import dirt

LONGEST_LIST = 2_000
_SIGN = re.compile(r"\bs\.?\s?/?\s?d\b\.?|\bsampai(?: dengan)?\b|\bhingga\b|\bto\b|\buntil\b|-")
_YEARS = re.compile(r"((?:19|20)\d\d(?:(?:\s?[,;&+/]\s?|\s(?:dan\s)?)(?:19|20)\d\d)+)", re.ASCII)
_YEAR_WORD = re.compile(r"\b(?:tahun|thn|th|t\.?a)\b\.?\s*(?=(?:19|20)\d\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_HALF = re.compile(r"(?:semester|smstr|smt|sem)\b\.?\s*(?:ke-?\s*)?(ii|i|[12])\b[\s,./-]*(\d{4})", re.ASCII)
_PART = re.compile(r"(triwulan|tri wulan|trw|tw|q|kuartal|semester|smt|sem)\b", re.ASCII)
_NUMBER = re.compile(r"(?:iv|iii|ii|i|0?[1-4])(?:[\s,./-]+\d{4})?", re.ASCII)
_MIXED = re.compile(r"\d{1,2}\s?-\s?\d{1,2}\s?[/.]\s?\d{4}", re.ASCII)
_DAY = re.compile(r"\d{1,2}", re.ASCII)
_DAYLESS = re.compile(r"\d{1,2}[\s/.-]+(.+)", re.ASCII)


@dataclass(frozen=True)
class Span:
    """From the first day of the first thing named to the last day of the last one.

    ``first_until`` is the last day of the first thing, ``last_from`` the first day of the last: a start and an end that
    are told elsewhere agree with the span when they fall into these. ``gaps`` are what a list of spans leaves out between them.
    """

    first: date
    first_until: date
    last_from: date
    last: date
    gaps: tuple[tuple[date, date], ...] = ()

    def begins(self, day: date) -> bool:
        """Does a start on that day agree with the span?"""
        return self.first <= day <= self.first_until

    def ends(self, day: date) -> bool:
        """Does an end on that day agree with the span?"""
        return self.last_from <= day <= self.last


def read(text: str) -> dirt.Read[Span]:
    """The span that a text names: years, quarters, halves, months or days, one of them or from one to another.

    A year that is told once counts for both ends, as does the word before a number ("TW I - III 2027"). Several of them, between
    semicolons and each with its year, are one span from the first to the last. Keys: ``no_span`` (not understood), ``backwards``
    (the end comes first), ``two_spans`` (it can be read in two ways), ``counted`` (as workbooks count days), ``gaps`` (a list
    that leaves something out).

    >>> found = read("Maret 2027 s.d. Juni 2028").value
    >>> found.first, found.last, read("TW III - TW I 2027").key, read("menyusul").key
    (datetime.date(2027, 3, 1), datetime.date(2028, 6, 30), 'backwards', 'no_span')
    """
    if dirt.is_nothing(text):
        return dirt.Read()
    if ";" in text:
        return _list(text)
    bare = _YEAR_WORD.sub("", dirt.plain(text).casefold())
    if len(bare) > dirt.LONGEST:
        return dirt.Read(None, "no_span")
    if _MIXED.fullmatch(bare):  # "1-3/2027": a day, or the first three months
        return dirt.Read(None, "two_spans")
    years = dirt.span(bare) or _listed(bare)
    if years is not None:
        one, other = (_whole_year(year) for year in years)
        return dirt.Read(Span(*one, *other))
    if (days := _days(bare)) is not None:
        return dirt.Read(Span(*days, *days), dirt.day(bare).key.replace("whole", ""))
    return _from_one_to_another(bare)


def _list(text: str) -> dirt.Read[Span]:
    """Several spans in any order, as one. What is understood of none of them, or with a doubt, is no list."""
    parts = [read(part) for part in text.split(";") if part.strip()] if len(text) <= LONGEST_LIST else []
    spans = sorted(
        (one.value for one in parts if one.value and not one.key), key=lambda one: (one.first, one.last)
    )
    if not spans or len(spans) < len(parts):
        return dirt.Read(None, "no_span")
    last = max(spans, key=lambda one: one.last)
    gaps, until = [], spans[0].last
    for one in spans[1:]:
        if one.first > until + timedelta(days=1):
            gaps.append((until + timedelta(days=1), one.first - timedelta(days=1)))
        until = max(until, one.last)
    whole = Span(spans[0].first, spans[0].first_until, last.last_from, last.last, tuple(gaps))
    return dirt.Read(whole, "gaps" if gaps else "")


def _from_one_to_another(bare: str) -> dirt.Read[Span]:
    """Parted where both sides are understood. Dashes stand inside of days as well: those between spaces come first."""
    signs = list(_SIGN.finditer(bare))
    apart = [one for one in signs if one[0] != "-" or bare[one.start() - 1 : one.end() + 1] == " - "]
    found = _parted(bare, apart) or _parted(bare, signs)
    if not found:
        return dirt.Read(None, "no_span")
    if len(found) > 1:
        return dirt.Read(None, "two_spans")
    first, first_until, last_from, last = found.pop()
    if first > last:
        return dirt.Read(None, "backwards")
    return dirt.Read(Span(first, min(first_until, last), max(last_from, first), last))


def _parted(bare: str, signs: Iterable[re.Match[str]]) -> set[tuple[date, date, date, date]]:
    found = set()
    for sign in signs:
        left, right = bare[: sign.start()].strip(" ,.("), bare[sign.end() :].strip(" ,.)")
        one, other = _days(_completed(left, right)), _days(_continued(left, right))
        if one is not None and other is not None:
            found.add((*one, *other))
    return found


def _completed(left: str, right: str) -> str:
    """The first of two, with the year (of a bare day: month and year) that only the other tells: "Jan - Mar 2027"."""
    if _DAY.fullmatch(left):
        rest = _DAYLESS.fullmatch(right)
        return f"{left} {rest[1]}" if rest and _is_day(right) else left
    year = _YEAR.search(right)
    return left if _YEAR.search(left) or year is None or _is_slashed(left) else f"{left} {year[0]}"


def _continued(left: str, right: str) -> str:
    """The other of two, with the year or the word that only the first tells: "TW I - III 2027", "TW I 2026 - TW III"."""
    part = _PART.search(left)
    if part is not None and _NUMBER.fullmatch(right):
        right = f"{part[1]} {right}"
    year = _YEAR.search(left)
    return right if _YEAR.search(right) or year is None or _is_slashed(right) else f"{right} {year[0]}"


def _is_slashed(text: str) -> bool:
    """Figures alone ("1/3/2027", "03/2027") tell their year or nothing that can be completed."""
    return re.search(r"[a-z]", text) is None


def _is_day(text: str) -> bool:
    found = dirt.day(text)
    return found.value is not None and not found.key


def _days(text: str) -> tuple[date, date] | None:
    """First and last day of one day, month, quarter, half or year; a span of years is more than one."""
    if (years := dirt.span(text)) is not None:
        return _whole_year(years[0]) if years[0] == years[1] else None
    if (half := _HALF.fullmatch(text)) is not None:
        text = f"semester {half[1]} {half[2]}"
    first, last = dirt.day(text).value, dirt.day(text, end=True).value
    if first is not None and last is not None:
        return first, last
    quarter = periods.headed(text)
    if quarter is None or not quarter.year or quarter.word or len(_YEAR.findall(text)) != 1:
        return None
    spelled = f"tw {quarter.quarter} {quarter.year}"
    first, last = dirt.day(spelled).value, dirt.day(spelled, end=True).value
    return (first, last) if first is not None and last is not None else None


def _listed(text: str) -> tuple[int, int] | None:
    """Years one after the other, "2026, 2027, 2028"; with one left out between them they are no span."""
    match = _YEARS.fullmatch(text)
    years = [int(year) for year in _YEAR.findall(re.sub(r"[/.]", " ", match[1]))] if match else []
    steps = all(after == before + 1 for before, after in pairwise(years))
    fits = bool(years) and years[0] >= dirt.FIRST_YEAR and years[-1] <= dirt.LAST_YEAR
    return (years[0], years[-1]) if fits and steps else None


def _whole_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
