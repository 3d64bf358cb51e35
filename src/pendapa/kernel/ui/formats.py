"""Numbers, money and dates as people here write them. Pure: the language is an argument ("id" or "en"), and only
:func:`language` looks at the page that is being written.

number(Decimal("1234.5"), "id", 2)  →  1.234,50        number(…, "en", 2)  →  1,234.50
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language

Number = int | float | Decimal | Fraction

NBSP = "\u00a0"
MINUS = "\u2212"

MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
WEEKDAYS = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONEY_STEPS = {
    "id": ((10**12, "T"), (10**9, "M"), (10**6, "jt")),
    "en": ((10**12, "trn"), (10**9, "bn"), (10**6, "m")),
}


def language() -> str:
    """The language of the page that is being written: ``id`` or ``en``."""
    return (get_language() or "id").partition("-")[0]


def number(value: Number, language: str = "id", places: int | None = None) -> str:
    """Grouped, rounded half up, with a true minus. Without ``places``: as many as the value carries, at most six."""
    exact = _exact(value)
    shown = _carried(value) if places is None else places
    scaled = _round_half_up(abs(exact) * 10**shown)
    whole, part = divmod(scaled, 10**shown)
    point, group = (",", ".") if language == "id" else (".", ",")
    text = f"{whole:,}".replace(",", group)
    if shown:
        text += f"{point}{part:0{shown}d}"
    return f"{MINUS}{text}" if exact < 0 and scaled else text


def percent(value: Number, language: str = "id", places: int = 0) -> str:
    """Of a value that already counts hundredths: 83 → 83 % (Indonesian), 83% (English)."""
    return number(value, language, places) + (f"{NBSP}%" if language == "id" else "%")


def rupiah(value: Number, language: str = "id", short: bool = False) -> str:
    """Rp 148.500.000, or short for running text: Rp 1,25 M · Rp 16,4 M · Rp 520 jt.

    Below ten with two decimals: 2,245 and 2,165 billion would be the same sum with one.
    """
    exact = _exact(value)
    if short:
        for step, word in MONEY_STEPS.get(language, MONEY_STEPS["en"]):
            if abs(exact) >= step:
                finest = 100 if abs(exact) < 10 * step else 10
                shown = Fraction(_round_half_up(abs(exact) * finest / step), finest) * (
                    -1 if exact < 0 else 1
                )
                return f"Rp{NBSP}{number(shown, language)}{NBSP}{word}"
    return f"Rp{NBSP}{number(exact, language, 0)}"


def day(value: date, language: str = "id", weekday: bool = False, year: bool = True) -> str:
    """28 Des 2021; with its weekday where it is due: Jum, 27 Nov 2026."""
    language = language if language in MONTHS else "en"
    text = f"{value.day} {MONTHS[language][value.month - 1]}" + (f" {value.year}" if year else "")
    return f"{WEEKDAYS[language][value.weekday()]}, {text}" if weekday else text


def clock(value: datetime, language: str = "id") -> str:
    """09.12 (Indonesian), 09:12 (English)."""
    return value.strftime("%H.%M" if language == "id" else "%H:%M")


def _exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _carried(value: Number) -> int:
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return min(6, max(0, -exponent)) if isinstance(exponent, int) else 0
    exact = _exact(value)
    for places in range(6):
        if (exact * 10**places).denominator == 1:
            return places
    return 6


def _round_half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: small letters, but "OPD" stays what it is."""
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in label.split())
