"""Texts of roadmap tables as people write them → amounts, days, years, codes, indicators. Pure, and nothing raises.

Each function gives what it understood, and a key where somebody should look (:class:`Read`); ``None`` is not known, never nought.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from pendapa.kernel.tables import values
from pendapa.roadmap.rules.initiatives import FIRST_YEAR, LAST_YEAR, MOST_MONEY

T = TypeVar("T")
LONGEST = 120
"""Longer texts are no amounts and no days."""


@dataclass(frozen=True)
class Read(Generic[T]):
    """``value`` and ``key``: understood (no key), understood but worth a look, not understood (no value), or empty (neither)."""

    value: T | None = None
    key: str = ""


def plain(text: str) -> str:
    """One kind of digits, dashes and spaces, nothing around."""
    text = unicodedata.normalize("NFKC", text)
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).split())


_NOTHING = re.compile(
    r"(?:rp\.?|idr)?\s*[-.,_=\s]*|n/?a|nihil|tidak ada|tdk ada|belum ada|belum diketahui|kosong",
    re.IGNORECASE,
)


def is_nothing(text: str) -> bool:
    """Does it only say that there is nothing (an empty cell, a dash, "Rp -", "nihil")?"""
    return len(text) <= 20 and _NOTHING.fullmatch(plain(text)) is not None


# ---- money

_SCALES = {
    **dict.fromkeys(("rb", "ribu"), 3),
    **dict.fromkeys(("jt", "juta"), 6),
    **dict.fromkeys(("m", "miliar", "milyar", "milliar", "mlr", "mil"), 9),
    **dict.fromkeys(("t", "triliun", "trilyun", "tr"), 12),
}
_ABOUT = re.compile(r"(?:±|\+/-|~|sekitar|kurang lebih|k\.?l\.?|lk\.?|\+-)\s*", re.IGNORECASE)
_MARK = re.compile(r"(?:rp\.?|idr)\s*", re.IGNORECASE)
_AMOUNT = re.compile(r"(\d[\d.,]*)\s*([a-z]+)?\.?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.ASCII)


def rupiah(text: str) -> Read[Decimal]:
    """An amount in rupiah. "1,2 M" is understood as Rp 1.200.000.000 and told (``scaled``); so is "about" and so are cents.

    >>> rupiah("Rp 850.000.000,-").value, rupiah("1,2 M").value, rupiah("1.250 M").key, rupiah("lihat DPA").key
    (Decimal('850000000'), Decimal('1200000000'), 'two_ways', 'no_money')
    """
    if is_nothing(text):
        return Read()
    bare = plain(text).casefold()
    if len(bare) > LONGEST:
        return Read(None, "no_money")
    key = ""
    if (about := _ABOUT.match(bare)) is not None:
        bare, key = bare[about.end() :], "about"
    bare = _MARK.sub("", bare, count=1) if _MARK.match(bare) else bare
    bare = re.sub(r"\s*(?:rupiah|idr)$", "", bare)
    if re.match(r"\(.*\)$|-\s*\d", bare):
        return Read(None, "negative")
    if len(re.findall(r"\d[\d.,]*", bare, re.ASCII)) > 1 and re.search(
        r"\d\s*(?:[a-z]+\.?)?\s*(?:-|s/?d|sampai)", bare
    ):
        return Read(None, "two_amounts")
    if _SCIENTIFIC.fullmatch(bare):
        return _within(_number(bare.replace(",", ".")), key or "scaled")
    bare = re.sub(r"(?:,-+|\.-+|,=|-+)$", "", bare.replace(" ", ""))
    match = _AMOUNT.fullmatch(bare)
    if match is None or (match[2] and match[2] not in _SCALES):
        return Read(None, "no_money")
    return _scaled(match[1], match[2] or "", key)


_UNIT = re.compile(
    r"(?<![\d.,])\s?(?<![a-z])(ribu|juta|mil[iy]ar)(?:an)?(?![a-z])|(?<![a-z])(jt)(?![a-z])"
    r"|(?:rp|idr)\.?\s?[.,x]?\s?(000[.,]000|000)(?!\d)|x\s?(?:rp\.?\s?)?1[.,]?(000[.,]?000|000)(?!\d)",
    re.ASCII,
)
_SAID = re.compile(
    r"(?:dalam|dlm|satuan)(?![a-z])|(?:ribu|juta|mil[iy]ar)(?:an)?\s(?:rupiah|rp)|\(?rp\.?\s", re.ASCII
)
_BARE = re.compile(r"((?:rp\.?|idr)\s?)?(\d[\d.,]*?)(?:,-+|\.-+|,=|-+|\.0+)?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
MUCH = Decimal(10) ** 6


def unit(text: str, title: bool = False) -> str:
    """In what amounts are written, as a heading (or a ``title`` above the table) says it: "ribu", "juta", "miliar", or nothing.

    >>> unit("Pagu 2026 (dalam ribuan)"), unit("Rp. 000.000"), unit("Pagu (Rp)"), unit("Sejuta pohon", title=True)
    ('ribu', 'juta', '', '')
    """
    bare = plain(text).casefold()
    found = _UNIT.search(bare) if len(text) <= 300 else None
    if found is None or (title and not _SAID.search(bare)) or re.search(r"\d\s?$", bare[: found.start()]):
        return ""
    word = found[1] or ("juta" if found[2] else "ribu" if len(found[3] or found[4]) == 3 else "juta")
    return "miliar" if word.startswith("mil") else word


def in_unit(text: str, unit: str) -> str:
    """The amount of a cell with the unit that its heading says, where it tells none of its own; of each year where it tells several.

    >>> in_unit("850,5", "juta"), in_unit("1,2 M", "juta"), in_unit("Rp 850.000.000", "juta"), in_unit("2026: 5; 2027: 7", "ribu")
    ('850,5 juta', '1,2 M', 'Rp 850.000.000', '2026: 5 ribu; 2027: 7 ribu')
    >>> in_unit("1.250", "ribu"), in_unit("1.250", "juta")
    ('1250 ribu', '1.250 juta')
    """
    if years := by_year(text):
        spans = ((f"{a}-{b}" if b > a else str(a), told) for (a, b), told in years.items())
        return "; ".join(f"{name}: {in_unit(told, unit)}" for name, told in spans)
    match = _BARE.fullmatch(plain(text).casefold()) if len(text) <= LONGEST else None
    value = rupiah(text).value if match else None
    if match is None or value is None or not value or (match[1] and value >= MUCH):
        return text
    # Nobody writes a thousandth of a thousand: below "(dalam ribuan)" the points of 1.250 can only group.
    figure = match[2].replace(".", "") if unit == "ribu" and _GROUPED.fullmatch(match[2]) else match[2]
    return f"{'Rp ' if match[1] else ''}{figure} {unit}"


def _scaled(figure: str, scale: str, key: str) -> Read[Decimal]:
    if not scale:
        value = _figure(figure)
        cents = value is not None and value != value.to_integral_value()
        return _within(value, key or ("cents" if cents else ""))
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", figure):
        return Read(None, "two_ways")
    value = _figure(figure)
    if value is not None and value >= MUCH * (1000 if _SCALES[scale] == 3 else 1):
        return Read(None, "two_ways")  # millions of millions: the unit or the noughts are too much
    return _within(value.scaleb(_SCALES[scale]) if value is not None else None, "scaled")


def _figure(text: str) -> Decimal | None:
    """A figure with dots and commas: three digits behind a sign are thousands, one or two at the end are a fraction."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?", text):
        return _number(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,2})?", text):
        return _number(text.replace(",", ""))
    if re.fullmatch(r"\d+(?:[.,]\d{1,2})?|\d+[.,]\d{4,20}|(?:0|\d{4,})[.,]\d{3}", text):
        return _number(text.replace(",", "."))
    return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _within(value: Decimal | None, key: str) -> Read[Decimal]:
    if value is None:
        return Read(None, "no_money")
    if value >= MOST_MONEY:
        return Read(None, "too_much")
    fixed = value.quantize(Decimal("0.01"))
    whole = fixed.to_integral_value()
    return Read(whole if fixed == whole else fixed, key)


# ---- days and years

_SPAN = re.compile(
    r"(?:tahun|thn|th|t\.?a)?\.?\s*((?:19|20)\d\d)(?:\s*(?:-|/|s\.?/?d\.?|sampai(?: dengan)?|hingga|to|&|dan)\s*((?:19|20)?\d\d))?",
    re.IGNORECASE | re.ASCII,
)
_QUARTER = re.compile(
    r"(?:tri\s*wulan|tw|q|kuartal)\.?\s*(iv|iii|ii|i|[1-4])\b[\s,./-]*(?:tahun )?(\d{4})", re.ASCII
)
_HALF = re.compile(r"(?:semester|smt)\.?\s*(ii|i|[12])\b[\s,./-]*(?:tahun )?(\d{4})", re.ASCII)
_MONTH = re.compile(r"(?:bulan )?([a-z]+)\.?[\s,./-]+(\d{4})|(\d{1,2})[/.-](\d{4})", re.ASCII)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def span(text: str) -> tuple[int, int] | None:
    """The years that a text names, first and last: "2027-2028", "2027 s.d. 2028", "Tahun 2027", "2027/28".

    >>> span("2027-2028"), span("TA 2026"), span("2029-2028"), span("dua tahun")
    ((2027, 2028), (2026, 2026), None, None)
    """
    match = _SPAN.fullmatch(plain(text)) if len(text) <= LONGEST else None
    if match is None:
        return None
    first = int(match[1])
    last = int(match[2] if len(match[2]) == 4 else match[1][:2] + match[2]) if match[2] else first
    return (first, last) if FIRST_YEAR <= first <= last <= LAST_YEAR and last - first < 30 else None


def day(text: str, end: bool = False) -> Read[date]:
    """A day: of dates in Indonesian, or the first (``end``: the last) day of the month, quarter, half or year that is named.

    >>> day("12 Januari 2026").value, day("Triwulan II 2026", end=True), day("31-02-2026").key
    (datetime.date(2026, 1, 12), Read(value=datetime.date(2026, 6, 30), key='whole'), 'no_day')
    """
    if is_nothing(text):
        return Read()
    bare = plain(text)
    if len(bare) > LONGEST:
        return Read(None, "no_day")
    told, remark = values.date(bare)
    if remark is None:
        return _fits(date.fromisoformat(told), "")
    months = _months(bare.casefold())
    if months is not None:
        (year, month) = months[1] if end else months[0]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return Read(None, "no_day")
        return Read(date(year, month, calendar.monthrange(year, month)[1] if end else 1), "whole")
    if re.fullmatch(r"[3-6]\d{4}(?:\.0+)?", bare, re.ASCII):  # how workbooks count days
        return _fits(date(1899, 12, 30) + timedelta(days=int(bare[:5])), "counted")
    return Read(None, "no_day")


def _fits(value: date, key: str) -> Read[date]:
    return Read(value, key) if FIRST_YEAR <= value.year <= LAST_YEAR else Read(None, "no_day")


def _months(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """First and last month of what a text names; the first two figures of each are the year."""
    if (years := span(text)) is not None:  # first: "tahun 2026" looks like a month as well
        return (years[0], 1), (years[1], 12)
    if (match := _QUARTER.fullmatch(text)) is not None:
        part = _ROMAN.get(match[1]) or int(match[1])
        return (int(match[2]), part * 3 - 2), (int(match[2]), part * 3)
    if (match := _HALF.fullmatch(text)) is not None:
        part = _ROMAN.get(match[1]) or int(match[1])
        return (int(match[2]), part * 6 - 5), (int(match[2]), part * 6)
    if (match := _MONTH.fullmatch(text)) is not None:
        month = int(match[3]) if match[3] else _month(match[1])
        year = int(match[4] or match[2])
        return ((year, month), (year, month)) if 1 <= month <= 12 else None
    return None


def _month(name: str) -> int:
    """The number of a month; nought for any other word."""
    told, remark = values.date(f"1 {name} 2000")
    return 0 if remark else date.fromisoformat(told).month


_YEAR_MARK = re.compile(
    r"(?:^|(?<=[;\n|,]))\s*((?:19|20)\d\d(?:\s*(?:-|s\.?d\.?)\s*(?:19|20)\d\d)?)\s*[:=]\s*", re.ASCII
)


def by_year(text: str) -> dict[tuple[int, int], str]:
    """A text for each year, or span of years: "2026: satu; 2027-2028: dua". Empty where it is not written so."""
    bare = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    marks = list(_YEAR_MARK.finditer(bare))
    if not marks or bare[: marks[0].start()].strip(" ;,|"):
        return {}
    ends = [*(mark.start() for mark in marks[1:]), len(bare)]
    found: dict[tuple[int, int], str] = {}
    for mark, stop in zip(marks, ends, strict=True):
        years = span(mark[1])
        told = bare[mark.end() : stop].strip(" ;,|\n\t")
        if years is None or years in found:
            return {}
        if told:
            found[years] = told
    return found


# ---- codes and names

_CODE = re.compile(r"(?<![\d.])\d{1,2}(?:\s?\.\s?\d{1,2}){1,4}(?:\s?\.\s?\d{4,6})?(?![\d.]*\d)", re.ASCII)


@dataclass(frozen=True)
class Named:
    """A code (empty where none was written), the words beside it, and how many other codes stood there as well."""

    code: str = ""
    name: str = ""
    more: int = 0


def programme(text: str) -> Named:
    """A line of the budget: "2.16.03 - Program Pengelolaan Aplikasi Informatika", in whichever order.

    >>> programme("2.16.03 - Program Pengelolaan Aplikasi Informatika")
    Named(code='2.16.03', name='Program Pengelolaan Aplikasi Informatika', more=0)
    """
    bare = plain(text[:2000])
    codes = [match[0].replace(" ", "") for match in _CODE.finditer(bare)]
    name = re.sub(
        r"\b(?:kode(?: rekening)?|no)\b\.?\s*:?\s*$|^\s*kode(?: rekening)?\s*:?", "", _CODE.sub(" ", bare)
    )
    name = " ".join(name.split()).strip(" -:;,/()[]|")
    return Named(codes[0] if codes else "", name, max(len(set(codes)) - 1, 0))


@dataclass(frozen=True)
class Raised:
    """An indicator as a table names it: instrument (empty: not said), number (empty: by ``name`` alone), levels."""

    number: str = ""
    name: str = ""
    instrument: str = ""
    level_from: str = ""
    level_to: str = ""


_LEVELS = re.compile(
    r"\(?\s*(\?|\d(?:[.,]\d{1,2})?)\s*(?:->|→|=>|ke)\s*(\?|\d(?:[.,]\d{1,2})?)\s*\)?\s*$", re.ASCII
)
_NUMBERED = re.compile(
    r"(?:indikator|ind|indicator)?\.?\s*(?:no\.?|nomor)?\s*(\d{1,2}(?:\.\d{1,2})?)\b[\s.:)\-]*",
    re.ASCII | re.IGNORECASE,
)


def indicators(text: str) -> list[Raised]:
    """Indicators of a cell, one a line or between semicolons: "Indikator 11 Tingkat Kematangan … (2 → 3) [spbe-2020]"."""
    found = []
    for line in re.split(r"[\n;]", text[:4000]):
        bare = plain(line).strip(" -•*")
        instrument = ""
        if (match := re.search(r"\[([a-z0-9-]{2,40})\]\s*", bare)) is not None:
            instrument, bare = match[1], (bare[: match.start()] + bare[match.end() :]).strip()
        low = high = ""
        if (match := _LEVELS.search(bare)) is not None:
            low, high = (one.replace(",", ".").replace("?", "") for one in match.groups())
            bare = bare[: match.start()].strip()
        number = ""
        if (match := _NUMBERED.match(bare)) is not None:
            number, bare = match[1], bare[match.end() :]
        if number or bare:
            found.append(Raised(number, bare.strip(" :-"), instrument, low, high))
    return found


_EVERYBODY = re.compile(
    r"(?:seluruh|semua|segenap)\s+(?:opd|skpd|perangkat daerah|pd|unit kerja)\b.*", re.IGNORECASE
)


def is_everybody(text: str) -> bool:
    """Does a cell of OPD name all of them ("Seluruh OPD")?"""
    return _EVERYBODY.fullmatch(plain(text)) is not None


def several(text: str) -> list[str]:
    """The names in a cell of OPD: lines, semicolons, slashes, commas, "dan"; numbers and bullets taken off."""
    parts = re.split(r"[\n;|/]|,\s|\s&\s", text[:2000])
    bare = (re.sub(r"^\s*(?:[-•*]|\(?\d{1,2}[.)]|[a-z][.)])\s*", "", plain(one)) for one in parts)
    return list(dict.fromkeys(one.strip(" ,.") for one in bare if one.strip(" ,.-")))


# ---- lines of the table

_TOTAL = re.compile(
    r"(?:sub\s*|grand\s*)?(?:total|jumlah)\b(?!\s+(?:pegawai|layanan|pengguna|aplikasi terpadu))",
    re.IGNORECASE,
)
_HEADLINE = re.compile(
    r"(?:aspek|domain|indikator|muatan|bidang|sasaran(?: strategis)?|kelompok)\b", re.IGNORECASE
)
_COUNTING = re.compile(r"(?:[A-Z]|[IVXL]{1,5}|[a-z])[.)]?")


def is_total(text: str) -> bool:
    """Does a line begin as a total ("Jumlah", "Sub Total", "TOTAL 2026")?"""
    return len(text) <= 80 and _TOTAL.match(plain(text)) is not None


@dataclass(frozen=True)
class Headline:
    """A line that groups those below it: its text, and ``level`` "indicator", "aspect", or empty where the words do not tell."""

    text: str
    level: str = ""


def headline(texts: list[tuple[int, str]], name_at: int, counted: bool) -> Headline | None:
    """A group line from its filled cells (position, text); None for any other line.

    One text at or before the column of the name, perhaps with a letter, a roman number or a number before it. ``counted``:
    the rows of the table are numbered, so that a row without a number is none.
    """
    if not 0 < len(texts) <= 2 or any(at > name_at for at, _text in texts):
        return None
    text = plain(texts[-1][1])
    before = plain(texts[0][1]) if len(texts) == 2 else ""
    if not text or is_total(text) or len(text) > 300:
        return None
    match = _HEADLINE.match(re.sub(r"^(?:[A-Z]|[IVXL]{1,5}|[a-z]|\d{1,2})[.)]\s*", "", text))
    if match is not None and len(before) <= 6:
        word = match[0].casefold()
        return Headline(text, "indicator" if word == "indikator" else "aspect")
    if before:
        return Headline(text) if _COUNTING.fullmatch(before) else None
    if re.fullmatch(r"[\d.,()]+", text):
        return None
    return Headline(text) if counted else None
