"""Where initiatives come from: what a gap becomes, and whether two titles mean one thing. Pure."""

from __future__ import annotations

from datetime import date

CONTENT = {
    "processes": "governance",
    "services": "services",
    "data": "management",
    "applications": "applications",
    "infrastructure": "infrastructure",
    "security": "security",
}
"""The content (*muatan*) of an initiative that closes a gap of a domain; the project's own reading, a person may change it.
Business processes stand with the governance, data with the management: so do their indicators in the evaluation."""
FEWEST_WORDS = 2
"""A title must have so many words to be found inside a longer one: “Aplikasi” is in too many."""


def same_title(one: str, other: str) -> bool:
    """Do two keys of names (lower-case words) name the same?

    >>> same_title("antrean puskesmas", "antrean puskesmas"), same_title("antrean", "antrean pasien")
    (True, False)
    """
    return bool(one) and one == other


def within(one: str, other: str) -> bool:
    """Stands the shorter of two keys of names inside the longer one, word by word?

    >>> within("antrean puskesmas", "pengembangan antrean puskesmas 2027"), within("antrean", "antrean pasien")
    (True, False)
    >>> within("data pegawai", "metadata pegawai")
    False
    """
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= FEWEST_WORDS and f" {short} " in f" {long} "


def whole_year(year: int) -> tuple[date, date]:
    """The first and the last day of a year: the dates of a draft that has none.

    >>> whole_year(2027)
    (datetime.date(2027, 1, 1), datetime.date(2027, 12, 31))
    """
    return date(year, 1, 1), date(year, 12, 31)


def shortened(title: str, most: int) -> str:
    """At most ``most`` characters, cut at a word with an ellipsis.

    >>> shortened("Satu dua tiga", 10)
    'Satu dua…'
    """
    if len(title) <= most:
        return title
    head = title[: most - 1]
    return head.rsplit(" ", 1)[0].rstrip(" ,.;:") + "…" if " " in head else head + "…"
