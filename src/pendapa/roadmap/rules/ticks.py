"""Columns to tick, one a period ("2026" over "TW I" … "TW IV") → periods, and the ticks of a row as a text. Pure, nothing raises.

The text is one that :mod:`spans` reads: "TW I 2026 - TW III 2026"; where a period between is not ticked, "TW I 2026; TW III 2026".
What stands in such a column and is no tick follows its period: "TW II 2026 = 25%".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pendapa.roadmap.rules import dirt

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")
_TICKS = frozenset(
    ["v", "x", "√", "✓", "✔", "✅", "☑", "☒", "✗", "✘", "×", "*", "•", "●", "■", "▪", "ü", "\uf0fc", "1"]
)
""" "ü" and U+F0FC are the tick of the font Wingdings as other programs see it."""
_STRAY = re.compile(r"([^=;]{4,40}) = (.+)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_SHORT_YEAR = re.compile(r"([a-z]{3,9})[\s.'/-]*(\d\d)", re.ASCII)
_PHRASES = re.compile(r"\btarget waktu\b|\btahun anggaran\b|\btime frame\b|\bke\b")
_FILLING = frozenset(
    [
        "jadwal",
        "pelaksanaan",
        "waktu",
        "periode",
        "rencana",
        "tahun",
        "thn",
        "th",
        "ta",
        "bulan",
        "bln",
        "timeline",
        "schedule",
        "kegiatan",
        "masa",
        "jangka",
        "year",
    ]
)
_QUARTER = re.compile(
    r"(?:tri ?wulan|triw|trw|tw|q|kuartal|kwartal|quarter)(?: |)(iv|iii|ii|i|0?[1-4])", re.ASCII
)
_HALF = re.compile(r"(?:semester|smstr|smt|sem)(?: |)(ii|i|0?[12])", re.ASCII)
_WEEK = re.compile(r"(?:minggu|mgg|mg|m|w|pekan)?[\s.]*(?:ke)?[\s-]*(?:[1-5]|i{1,3}|iv|v)", re.ASCII)
_QUARTERS = tuple(one.casefold() for one in _ROMAN)
_NUMBERS = tuple(str(n) for n in range(1, 13))
_LETTERS = tuple("jfmamjjasond")


@dataclass(frozen=True, order=True)
class Period:
    """Whole months of one year, from ``first`` to ``last`` (1 to 12). Year nought: the heading says none."""

    year: int
    first: int
    last: int

    @property
    def whole(self) -> bool:
        """Is it the whole year?"""
        return (self.first, self.last) == (1, 12)

    @property
    def label(self) -> str:
        """As a table names it: "TW II 2026", "Semester I 2026", "Maret 2026", "2026"."""
        year = str(self.year) if self.year else ""
        length = self.last - self.first + 1
        name = {
            1: MONTHS[self.first - 1], 3: f"TW {_ROMAN[(self.first - 1) // 3]}", 6: f"Semester {_ROMAN[self.first // 6]}",
        }.get(length, "")  # fmt: skip
        return f"{name} {year}".strip()

    def follows(self, other: Period) -> bool:
        """Does it begin where the other ends?"""
        return self.year * 12 + self.first == other.year * 12 + other.last + 1


def period(text: str) -> Period | None:
    """What a heading names: a quarter, a half, a month or a year; words around it ("Jadwal Tahun 2026 TW I") are passed over.

    >>> period("2026 Triwulan 1"), period("Jan-26").label, period("TW IV").year, period("Target TW I")
    (Period(year=2026, first=1, last=3), 'Januari 2026', 0, None)
    """
    bare = dirt.plain(text).casefold() if len(text) <= dirt.LONGEST else ""
    if (short := _SHORT_YEAR.fullmatch(bare)) is not None and _month(short[1]):
        bare = f"{short[1]} 20{short[2]}"
    years = set(_YEAR.findall(bare))
    if not bare or len(years) > 1:
        return None
    year = int(years.pop()) if years else 0
    words = re.findall(r"[a-z]+|\d+|%", _PHRASES.sub(" ", _YEAR.sub(" ", bare)))
    rest = " ".join(word for word in words if word not in _FILLING)
    if (match := _QUARTER.fullmatch(rest)) is not None:
        last = 3 * _number(match[1])
        return Period(year, last - 2, last)
    if (match := _HALF.fullmatch(rest)) is not None:
        last = 6 * _number(match[1])
        return Period(year, last - 5, last)
    if month := _month(rest):
        return Period(year, month, month)
    return Period(year, 1, 12) if year and not rest else None


def _number(text: str) -> int:
    return _QUARTERS.index(text) + 1 if text in _QUARTERS else int(text)


def _month(name: str) -> int:
    """The number of a month; nought for any other word."""
    if not name.isalpha() or len(name) < 3:
        return 0
    found = dirt.day(f"{name} 2024").value
    return found.month if found else 0


def periods(above: Sequence[str], below: Sequence[str]) -> dict[int, Period]:
    """The periods of a line of headings (``below``) under its groups (``above``: a group reaches as far as what stands beside
    it is empty). Quarters may be "I" … "IV", months 1 … 12 or "J F M …", where a group holds all of them; weeks are their month.

    >>> [one.label for one in periods(["Nama", "2026", ""], ["", "TW I", "TW II"]).values()]
    ['TW I 2026', 'TW II 2026']
    """
    width = max(len(above), len(below))
    tops = [*above, *[""] * (width - len(above))]
    subs = [*below, *[""] * (width - len(below))]
    found: dict[int, Period] = {}
    for group, places in _groups(tops, subs):
        names = _spelt([subs[i] for i in places])
        month = period(group)
        for index, name in zip(places, names, strict=True):
            one = period(f"{group} {name}") or period(name)
            if one is None and month and month.first == month.last and _WEEK.fullmatch(name.casefold()):
                one = month
            if one is not None:
                found[index] = one
    return found


def _groups(tops: Sequence[str], subs: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Each group with the places under it that are filled."""
    groups: list[tuple[str, list[int]]] = []
    for index, (top, sub) in enumerate(zip(tops, subs, strict=True)):
        if top or not groups:
            groups.append((top, []))
        if sub:
            groups[-1][1].append(index)
    return groups


def _spelt(names: Sequence[str]) -> list[str]:
    """Names that say what they are only all together, written out."""
    bare = tuple(name.casefold().strip(". ") for name in names)
    if bare == _QUARTERS:
        return [f"tw {name}" for name in bare]
    return list(MONTHS) if bare in (_NUMBERS, _LETTERS) else list(names)


def dated(found: dict[int, Period], year: int) -> dict[int, Period]:
    """The same with the year that the one to the left names, the first of all with ``year`` (nought: not known). Where the
    months begin anew and no year is said, none can be told: it stays nought."""
    told: dict[int, Period] = {}
    before: Period | None = None
    for index, one in sorted(found.items()):
        if not one.year:
            of = year if before is None else before.year if one.first >= before.first else 0
            one = Period(of, one.first, one.last)
        told[index], before = one, one
    return told


def is_tick(text: str) -> bool:
    """Is it a mark and nothing else (v, V, √, ✓, x, 1)?"""
    return len(text) <= 5 and dirt.plain(text).casefold().strip(". ()") in _TICKS


def is_blank(text: str) -> bool:
    """Is nothing ticked there?"""
    return dirt.is_nothing(text) or dirt.plain(text) == "0"


def told(cells: Iterable[tuple[Period, str]]) -> str:
    """The ticks of a row as a text; what is no tick behind them.

    >>> told([(Period(2026, 1, 3), "v"), (Period(2026, 4, 6), "x"), (Period(2026, 10, 12), "V"), (Period(2027, 1, 3), "25%")])
    'TW I 2026 - TW II 2026; TW IV 2026; TW I 2027 = 25%'
    """
    filled = [(one, " ".join(text.split())) for one, text in cells if not is_blank(text)]
    runs: list[list[Period]] = []
    for one in sorted({one for one, text in filled if is_tick(text)}):
        if runs and one.follows(runs[-1][-1]):
            runs[-1].append(one)
        else:
            runs.append([one])
    parts = [run[0].label if len(run) == 1 else f"{run[0].label} - {run[-1].label}" for run in runs]
    parts += [f"{one.label} = {text.replace(';', ',')[:80]}" for one, text in filled if not is_tick(text)]
    return "; ".join(parts)


def strays(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What :func:`told` wrote, without what is no tick; and that, with the period it stood under.

    >>> strays("TW I 2026; TW I 2027 = 25%")
    ('TW I 2026', [('TW I 2027', '25%')])
    """
    parts = [part.strip() for part in text.split(";")]
    odd = {
        part: (match[1], match[2]) for part in parts if (match := _STRAY.fullmatch(part)) and period(match[1])
    }
    return "; ".join(part for part in parts if part not in odd) if odd else text, list(odd.values())
