"""What a letter is, and how numbers and days are written in it. Pure.

``day_in_words(date(2026, 11, 22))`` → ``22 November 2026``;
``numbered("000.1.2/{nomor}/{bulan}/{tahun}", "17", date(2026, 11, 22))`` → ``000.1.2/17/XI/2026``.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
FIELDS = ("nomor", "bulan", "tahun")
"""What a pattern of numbers may name: the running number, the month in Roman numerals, the year."""
PATTERN = "{nomor}/{bulan}/{tahun}"


def day_in_words(day: date) -> str:
    """As letters write it: 22 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def pattern_faults(pattern: str) -> str:
    """What is wrong with a pattern of numbers: the part that is not understood, ``nomor`` or ``tahun`` where that is
    missing (numbers begin anew each year, so that without it one would be given twice), else nothing."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        return pattern
    named = [name for _text, name, _spec, _conversion in parts if name is not None]
    for _text, name, spec, conversion in parts:
        if name is not None and (name not in FIELDS or spec or conversion):
            return "{" + name + "}"
    return next((name for name in ("nomor", "tahun") if name not in named), "")


def numbered(pattern: str, number: str, day: date) -> str:
    """The number of a letter by the institution's pattern."""
    facts = {"nomor": number, "bulan": ROMAN[day.month - 1], "tahun": str(day.year)}
    return (pattern or PATTERN).format(**facts)


@dataclass(frozen=True)
class Official:
    """Who signs: ``office`` (Kepala Dinas …), ``acting`` (Plt., Plh., Pj. …; empty for the holder), ``nip`` 18 digits."""

    office: str = ""
    name: str = ""
    acting: str = ""
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True)
class Letterhead:
    """The head of an institution's letters (*kop naskah dinas*). ``lines``: the first is the government, the second the
    office, the others its address. ``logo``: PNG or JPEG bytes, or none."""

    lines: tuple[str, ...] = ()
    place: str = ""
    number_pattern: str = PATTERN
    official: Official = field(default_factory=Official)
    logo: bytes = b""


@dataclass(frozen=True)
class Check:
    """One line of the table of checks: what was looked at, what came of it, and why."""

    what: str
    result: str
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """One letter. ``number`` as it is written (see :func:`numbered`); paragraphs are plain text; ``notes`` stand small below,
    such as what no source settles. ``official`` empty: the letterhead's."""

    subject: str
    day: date
    addressee: tuple[str, ...]
    body: tuple[str, ...]
    number: str = ""
    nature: str = ""
    attachment: str = ""
    checks: tuple[Check, ...] = ()
    closing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    official: Official | None = None


def letter_data(letter: Letter, head: Letterhead) -> dict[str, Any]:
    """A letter by the placeholders of its template."""
    signs = letter.official or head.official
    return {
        "kop": list(head.lines),
        "nomor": letter.number,
        "sifat": letter.nature,
        "lampiran": letter.attachment,
        "hal": letter.subject,
        "tempat": head.place,
        "tanggal": day_in_words(letter.day),
        "penerima": list(letter.addressee),
        "isi": list(letter.body),
        "pemeriksaan": [
            {"nomor": n, "hal": one.what, "hasil": one.result, "keterangan": one.note}
            for n, one in enumerate(letter.checks, 1)
        ],
        "penutup": list(letter.closing),
        "catatan": list(letter.notes),
        "tembusan": list(letter.copies),
        "jabatan": " ".join(part for part in (signs.acting, signs.office) if part),
        "penanda_tangan": signs.name,
        "pangkat": signs.rank,
        "nip": signs.nip,
    }
