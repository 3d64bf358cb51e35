"""A value for each of several periods, years or quarters (*triwulan*): how people write it, and how it is kept.

Kept is a mapping from the period to plain decimal text: ``{"2025": "70", "2026": "75.5"}`` of type ``yearly``,
``{"2026-TW1": "20", "2026-TW2": "45.5"}`` of type ``quarterly``. One reader and one writer serve both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from .messages import Message, Remark, _, say
from .values import FIRST_YEAR, LAST_YEAR, Value, number

ROMAN = ("I", "II", "III", "IV")
QUARTERS = (1, 2, 3, 4)
_SHOWN = 80
_WORD = r"(?:triwulan|trwln|trwl|triw|trw|tw|kuartal|kwartal|quarter|q)"
_GAP = r"[ \t\-/._]*"
_NUMBER = r"(?:ke-?[ \t]*)?(?:[0-9]{1,2}|[ivx]{1,4})"
_SPACED = r"(?:[ \t]*[/\-][ \t]*|[ \t]+)"
_TAHUN = r"(?:(?:tahun|thn|th)\.?[ \t]*)?"
_QUARTER = "|".join(
    (
        rf"[0-9]{{4}}{_GAP}{_WORD}{_GAP}{_NUMBER}",
        rf"{_WORD}{_GAP}{_NUMBER}{_GAP}{_TAHUN}[0-9]{{4}}",
        # Only a Roman numeral says by itself that it is no month: "3/2026" is March.
        rf"[ivx]{{1,4}}{_SPACED}{_TAHUN}[0-9]{{4}}",
        rf"[0-9]{{4}}{_SPACED}[ivx]{{1,4}}",
    )
)
_CANONICAL = re.compile(r"([0-9]{4})-TW([1-4])")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


def quarter_key(year: int, quarter: int) -> str:
    """The key of a quarter (1 to 4): ``2026-TW3``."""
    return f"{year:04d}-TW{quarter}"


def label(key: str) -> str:
    """A period as people write it: "TW III 2026"; a year as it is."""
    found = _CANONICAL.fullmatch(key)
    return f"TW {ROMAN[int(found[2]) - 1]} {found[1]}" if found else key


def _year_of(text: str) -> str | Message:
    if FIRST_YEAR <= int(text) <= LAST_YEAR:
        return text
    return say(_("%(value)s is an unlikely year."), value=text)


def _quarter_of(text: str) -> str | Message:
    """The key of a spelling that ``_QUARTER`` knows, or what is wrong with it."""
    year = re.search(r"(?<![0-9])[0-9]{4}(?![0-9])|[0-9]{4}$", text)
    assert year is not None
    rest = text[: year.start()] + " " + text[year.end() :]
    told = re.findall(r"[0-9]+|[ivx]+", re.sub(rf"{_WORD}|tahun|thn|th|ke", " ", rest, flags=re.I).lower())
    numbers = {roman.lower(): place for place, roman in enumerate(ROMAN, 1)}
    numbers |= {form.format(place): place for place in QUARTERS for form in ("{}", "0{}")}
    quarter = numbers.get(told[0]) if len(told) == 1 else None
    if quarter is None:
        return say(
            _("%(value)s is not a quarter: a year has four, TW I to TW IV."), value=" ".join(text.split())
        )
    known = _year_of(year[0])
    return quarter_key(int(known), quarter) if isinstance(known, str) else known


_HEADED = re.compile(
    r"(?<![a-z])(?:tri ?wulan(?:an)?|trwln|trwl|triw|trw|tw|kuartal|kwartal|quarter|q) ?(?:ke ?)?(iv|iii|ii|i|0?[1-4])(?![a-z0-9])"
)
_HEADED_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_FILLING = frozenset(
    [
        "per",
        "a",
        "tahun",
        "thn",
        "th",
        "ta",
        "tahunan",
        "triwulan",
        "triwulanan",
        "tw",
        "quarter",
        "quarterly",
        "s",
        "d",
        "sd",
        "sampai",
        "dengan",
        "pada",
        "di",
        "ke",
        "iku",
        "indikator",
        "kinerja",
        "utama",
        "nilai",
        "kumulatif",
        "periode",
    ]
)
YEAR_HEADINGS = frozenset(
    {"tahun", "thn", "th", "year", "tahun anggaran", "ta", "tahun target", "tahun pelaporan"}
)
"""Headings, as compared, above the year that a whole row is about."""


class Headed(NamedTuple):
    """A heading that names one quarter: the year (0: it says none), the quarter, and what is told of it ("target")."""

    year: int
    quarter: int
    word: str

    @property
    def level(self) -> int:
        """As a heading keeps it: 20263, or 3 without a year."""
        return self.year * 10 + self.quarter


def headed(text: str) -> Headed | None:
    """What a heading of one quarter says: "Target TW I 2026", "TW II 2026 Realisasi", "Triwulan 3", "Q4 2026".

    None for one that names no quarter, several of them or several years, and for a share ("Capaian (%) TW I").
    """
    if "%" in text or len(text) > _SHOWN + 40:
        return None
    plain = " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).split())
    quarters, years = list(_HEADED.finditer(plain)), _HEADED_YEAR.findall(plain)
    if len(quarters) != 1 or len(set(years)) > 1:
        return None
    told = quarters[0][1].lstrip("0")
    quarter = int(told) if told.isdigit() else ROMAN.index(told.upper()) + 1
    if years and not FIRST_YEAR <= int(years[0]) <= LAST_YEAR:
        return None
    bare = _HEADED_YEAR.sub(" ", plain[: quarters[0].start()] + " " + plain[quarters[0].end() :])
    return Headed(int(years[0]) if years else 0, quarter, told_of(bare))


def told_of(text: str) -> str:
    """What is told of a period, without the words around it: "Target Kinerja per triwulan" → "target"."""
    plain = re.sub(r"[\W_]+", " ", text.casefold()).split()
    return " ".join(word for word in plain if word not in _FILLING)


def lone_year(texts: Iterable[str]) -> int:
    """The year that texts around a table name ("IKU Tahun 2026"); nought where they name none or several. A span of years
    ("2025-2029") names none."""
    found: set[int] = set()
    for text in texts:
        bare = re.sub(
            r"(?<![0-9])[0-9]{4}\s*(?:[-\u2010-\u2015/]|s\.?d\.?|sampai)\s*[0-9]{4}(?![0-9])",
            " ",
            text.casefold(),
        )
        found |= {int(year) for year in _HEADED_YEAR.findall(bare) if FIRST_YEAR <= int(year) <= LAST_YEAR}
    return found.pop() if len(found) == 1 else 0


PART = "+"
"""Among the periods of a value: they are some of a thing's, told over headings of their own, and the others stay."""


def laid(before: Any, told: Any) -> Any:
    """What stands after ``told``: some periods are laid over those that stand, anything else replaces it."""
    if not isinstance(told, Mapping) or PART not in told:
        return told
    rest = {key: value for key, value in told.items() if key != PART}
    return dict(sorted({**(before if isinstance(before, Mapping) else {}), **rest}.items()))


@dataclass(frozen=True)
class Kind:
    """A kind of period. ``spelling`` is what may stand before a value (a regular expression without groups), ``key`` what it
    means, or a message of what is wrong with it; ``example`` a text that is understood, ``wanted`` the message that gives it.
    """

    spelling: str
    key: Callable[[str], str | Message]
    example: str
    wanted: str

    @cached_property
    def _mark(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^|(?<=[;\n|,\s(]))({self.spelling})\s*[:=]\s*", re.IGNORECASE)

    @cached_property
    def _line(self) -> re.Pattern[str]:
        return re.compile(rf"({self.spelling})[ \t]+(\S+)", re.IGNORECASE)

    def read(self, text: str) -> Value:
        """A value for each of several periods, in their order; the remark tells what is doubtful.

        Lines, semicolons, bars and commas part the periods; ``=`` does as well as the colon. What is not a number ("WTP",
        "BB") stays as written, and is told. A text in which no periods are found, that names one that cannot be, or that
        gives two values for one, stays a text, and it is told what would be understood.
        """
        entries = self._entries(text)
        stray = (
            text if not entries else next((odd for one, value in entries if (odd := _stray(one, value))), "")
        )
        if stray:
            return text, Remark(say(self.wanted, value=_short(stray)))
        told: dict[str, list[str]] = {}
        for spelling, value in entries:
            key = self.key(spelling)
            if isinstance(key, Message):
                return text, Remark(key)
            told.setdefault(key, []).append(value)
        for key, values in told.items():
            if len(values) > 1:
                return text, Remark(self._twice(key, values))
        found: dict[str, str] = {}
        doubt = None
        for key in sorted(told):
            found[key], remark = one_value(key, told[key][0])
            doubt = doubt or remark
        return found, doubt

    def _twice(self, key: str, values: list[str]) -> Message:
        return say(
            _("%(period)s has more than one value (%(values)s). Write each once, as in %(example)s."),
            period=label(key),
            values=_short("; ".join(values)),
            example=self.example,
        )

    def _entries(self, text: str) -> list[tuple[str, str]]:
        """Periods as they are spelled, with what follows them; nothing where a text stands before the first."""
        marks = list(self._mark.finditer(text))
        if not marks:
            lines = [self._line.fullmatch(line.strip()) for line in re.split(r"[;\n]", text) if line.strip()]
            return [(m.group(1), m.group(2)) for m in lines if m] if all(lines) else []
        if text[: marks[0].start()].strip(" ;,|(\n\t"):
            return []
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        return [
            (mark.group(1), text[mark.end() : end].strip(" ;,|()\n\t"))
            for mark, end in zip(marks, ends, strict=True)
        ]


def one_value(key: str, text: str) -> tuple[str, Remark | None]:
    """The value of one period as it is kept, and what is doubtful in it."""
    value, remark = number(text)
    if remark is None:
        return value, None
    words = _("%(year)s: %(value)s is not a number; it is kept as written.")
    return value, Remark(say(words, year=label(key), value=text))


def _stray(spelling: str, value: str) -> str:
    """What is no value of the period: a part of its own without a period ("70; 31: 90"), or a period without a value."""
    first, _mark, rest = re.sub(r"[\n|]", ";", value).partition(";")
    return rest.strip() or ("" if first else f"{spelling}:")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1].rstrip() + "…"


YEARS = Kind(
    "[0-9]{4}",
    _year_of,
    "2025: 70; 2026: 75,5",
    _("%(value)s is not a value for each year, as in 2025: 70; 2026: 75,5."),
)
QUARTERLY = Kind(
    f"(?:{_QUARTER})",
    _quarter_of,
    "TW I 2026: 20; TW II 2026: 45",
    _("%(value)s is not a value for each quarter, as in TW I 2026: 20; TW II 2026: 45."),
)
KINDS: Mapping[str, Kind] = {"yearly": YEARS, "quarterly": QUARTERLY}
"""By the type of a column."""


def yearly(text: str) -> Value:
    """A value for each of several years: "2025: 70; 2026: 75,5" is ``{"2025": "70", "2026": "75.5"}``."""
    return YEARS.read(text)


def quarterly(text: str) -> Value:
    """A value for each of several quarters: "TW I 2026: 20; Q2 2026: 45,5" is ``{"2026-TW1": "20", "2026-TW2": "45.5"}``."""
    return QUARTERLY.read(text)


def periods_text(value: Mapping[str, Any]) -> str:
    """A value a period as the text of a cell, which the reader of its type reads back: "TW I 2026: 20; TW II 2026: 45,5"."""
    return "; ".join(f"{label(str(one))}: {with_comma(str(value[one]))}" for one in sorted(value))


def with_comma(text: str) -> str:
    """A number with the decimal comma of Indonesian; any other text as it is."""
    return text.replace(".", ",") if _DECIMAL.fullmatch(text) else text
