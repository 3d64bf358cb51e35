"""Single texts → plain values: years, numbers, money, dates, yes and no, addresses. Values by period: :mod:`periods`.

Each function takes a clean text that is not empty and gives (value, remark or ``None``). What cannot be understood stays as it
was written, with a remark that says what would be understood.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from .cleaning import Number
from .messages import Remark, _, say

Value = tuple[Any, Remark | None]

FIRST_YEAR, LAST_YEAR = 1945, 2100
_DIGIT_LIKE = str.maketrans(
    {
        "O": "0",
        "o": "0",
        "Q": "0",
        "l": "1",
        "I": "1",
        "|": "1",
        "i": "1",
        "S": "5",
        "s": "5",
        "B": "8",
        "Z": "2",
        "z": "2",
    }
)
_YEAR_WORD = re.compile(r"(?:tahun|thn|th|year)\.?\s*", re.IGNORECASE)

YES = frozenset(
    {
        "ya",
        "y",
        "yes",
        "true",
        "benar",
        "betul",
        "sudah",
        "ada",
        "aktif",
        "iya",
        "terintegrasi",
        "tersedia",
        "t",
        "1",
        "v",
        "x",
        "√",
        "✓",
        "✔",
        "☑",
        "✅",
        "on",
    }
)
NO = frozenset(
    {
        "tidak",
        "tdk",
        "no",
        "n",
        "false",
        "salah",
        "belum",
        "blm",
        "noada",
        "naktif",
        "nonaktif",
        "tidakada",
        "belumada",
        "tidakaktif",
        "takada",
        "f",
        "0",
        "✗",
        "✘",
        "☐",
        "❌",
        "off",
    }
)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february pebruari feb peb", "maret march mar mrt", "april apr", "mei may",
            "juni june jun", "juli july jul", "agustus august agu agt ags aug agust", "september sep sept",
            "oktober october okt oct", "november nopember nov nop", "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


def year(text: str) -> Value:
    """A year of four digits as text; "Tahun 2019" is understood, "2O19" and "2019-2020" are kept and told."""
    bare = _YEAR_WORD.sub("", text, count=1) if _YEAR_WORD.match(text) else text
    if re.fullmatch(r"\d{4}(?:[.,]0+)?", bare):
        number = int(bare[:4])
        if FIRST_YEAR <= number <= LAST_YEAR:
            return bare[:4], None
        return text, Remark(say(_("%(value)s is an unlikely year."), value=text))
    return text, Remark(say(_("%(value)s is not a year of four digits."), value=text), _guess_year(bare))


def _guess_year(text: str) -> str | None:
    mended = text.translate(_DIGIT_LIKE)
    if re.fullmatch(r"\d{4}", mended) and any(c.isdigit() for c in text):
        return mended if FIRST_YEAR <= int(mended) <= LAST_YEAR else None
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return years[0] if len(set(years)) == 1 else None


def number(text: str) -> Value:
    """A number as plain decimal text: "2,68" is "2.68", "1.234,5" is "1234.5".

    One dot before three digits may be either ("1.234"); such a text is kept and told, unless the cell was a number.
    """
    bare = text.replace(" ", "")
    if isinstance(text, Number):
        return str(text), None
    if re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", bare) and not bare.lstrip("+-").startswith("0"):
        return text, Remark(
            say(_("%(value)s may be a thousand or a fraction."), value=text), bare.replace(".", "")
        )
    plain = _decimal(bare)
    if plain is not None:
        return plain, None
    percent = _decimal(bare[:-1]) if bare.endswith("%") else None
    return text, Remark(say(_("%(value)s is not a number."), value=text), percent)


def _decimal(text: str) -> str | None:
    """Plain decimal text of a number with dots and commas; ``None`` for anything else."""
    if not re.fullmatch(r"[+-]?\d[\d.,]*", text) or text[-1] in ".,":
        return None
    body = text
    if "." in text and "," in text:
        last = max(text.rfind("."), text.rfind(","))
        group = "," if text[last] == "." else "."
        whole, rest = text[:last], text[last + 1 :]
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{group}\d{{3}})+", whole):
            return None
        body = whole.replace(group, "") + "." + rest
    elif text.count(",") > 1 or text.count(".") > 1:
        if not re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", text):
            return None
        body = text.replace(".", "").replace(",", "")
    else:
        body = text.replace(",", ".")
    try:
        return format(Decimal(body), "f")
    except InvalidOperation:
        return None


_SCALES = {
    "ribu": 3,
    "rb": 3,
    "juta": 6,
    "jt": 6,
    "miliar": 9,
    "milyar": 9,
    "milliar": 9,
    "m": 9,
    "triliun": 12,
    "t": 12,
}


def money(text: str) -> Value:
    """Whole rupiah as text: "Rp 850.000.000,-" is "850000000". "1,5 miliar" and cents are kept and told."""
    if isinstance(text, Number):
        return (str(text), None) if re.fullmatch(r"-?\d+", text) else (text, Remark(_not_money(text)))
    bare = re.sub(r"^(?:rp\.?|idr)\s*|\s*(?:rupiah|idr)$", "", text.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"(?:,-+|\.-+|,=|,–|,00?|\.00)$", "", bare.replace(" ", ""))
    if re.fullmatch(r"\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+", bare):
        return bare.replace(".", "").replace(",", ""), None
    return text, Remark(_not_money(text), _scaled(bare))


def _not_money(text: str) -> Any:
    return say(_("%(value)s is not an amount in whole rupiah."), value=text)


def _scaled(text: str) -> str | None:
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)([a-z]+)\.?", text.lower())
    if not match or match.group(2) not in _SCALES:
        return None
    amount = Decimal(match.group(1).replace(",", ".")).scaleb(_SCALES[match.group(2)])
    return format(amount.to_integral_value(), "f")


def date(text: str) -> Value:
    """An ISO date: "12 Januari 2021", "12/01/2021", "12-01-2021" (day first) are understood."""
    found = _iso(text) or _worded(text) or _slashed(text)
    if found:
        return found
    return text, Remark(say(_("%(value)s is not a date."), value=text), _guess_date(text))


def _iso(text: str) -> Value | None:
    match = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?.*)?", text)
    made = _made(*match.groups()) if match else None
    return (made, None) if made else None


def _worded(text: str) -> Value | None:
    match = re.fullmatch(r"(?:[a-z']+,\s*)?(\d{1,2})[\s\-/.]+([a-z]+)\.?[\s\-/.,]+(\d{4})", text.lower())
    month = _MONTHS.get(match.group(2)) if match else None
    made = _made(match.group(3), str(month), match.group(1)) if match and month else None
    return (made, None) if made else None


def _slashed(text: str) -> Value | None:
    match = re.fullmatch(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", text)
    made = _made(match.group(3), match.group(2), match.group(1)) if match else None
    return (made, None) if made else None


def _guess_date(text: str) -> str | None:
    """Month before day, or a year of two digits: only a suggestion."""
    match = re.fullmatch(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})", text)
    if not match:
        return None
    first, second, last = match.groups()
    full = last if len(last) == 4 else f"20{last}"
    return _made(full, second, first) or _made(full, first, second)


def _made(year_: str, month: str, day: str) -> str | None:
    try:
        return dt.date(int(year_), int(month), int(day)).isoformat()
    except ValueError:
        return None


def boolean(text: str) -> Value:
    """True or False for the many ways to write yes and no ("sudah", "noada", "✓"); else the text, told."""
    key = re.sub(r"[\s\-_.]+", "", text.casefold())
    if key in YES:
        return True, None
    if key in NO:
        return False, None
    return text, Remark(say(_("%(value)s is neither yes nor no."), value=text))


def url(text: str) -> Value:
    """An address as written, with or without a scheme; told only when it clearly is none."""
    if re.search(r"\s|[;|]", text):
        several = [part for part in re.split(r"[\s;|]+", text) if part]
        if len(several) > 1 and all(_address(part.strip(",")) for part in several):
            return text, Remark(
                say(_("The cell holds %(count)s addresses; one is expected."), count=len(several)), several[0]
            )
    if not _address(text):
        return text, Remark(say(_("%(value)s is not a web address."), value=text))
    return text, None


def _address(text: str) -> bool:
    match = re.fullmatch(
        r"(?:([a-z][a-z0-9+.\-]*)://?)?(?:[^/@\s]*@)?([^/:?#\s]+)(:\d{1,5})?(?:[/?#]\S*)?",
        text,
        re.IGNORECASE,
    )
    if not match or (match.group(1) or "http").lower() not in ("http", "https", "ftp", "ftps"):
        return False
    host = match.group(2)
    return host.lower() == "localhost" or bool(re.fullmatch(r"[\w\-]+(?:\.[\w\-]+)+\.?", host))
