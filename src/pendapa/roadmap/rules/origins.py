"""Where initiatives come from: what a gap becomes, and whether two titles mean one thing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
WORDS = {"rule": "aturan", "unit": "opd", "domain": "domain", "decision": "putusan"}
"""What narrows the gap catalogue, as the address of the page of gaps calls it."""
NOBODY = "-"
"""Asks for the drafts for which no agency answers yet."""
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


def fits(unit: str, lifts: Iterable[Mapping[str, object]], asked: str, number: str) -> bool:
    """Is a draft of ``unit`` (uid, empty: nobody's) among those asked for by agency (:data:`NOBODY`: of none) and indicator?

    >>> fits("", [{"indicator": "12"}], NOBODY, "12"), fits("", [{"indicator": "12"}], "", "1")
    (True, False)
    """
    of_unit = not asked or (unit or NOBODY) == asked
    return of_unit and (not number or any(str(one.get("indicator")) == number for one in lifts))


def indicators(drafts: Iterable[Iterable[Mapping[str, object]]]) -> list[str]:
    """The numbers of the indicators that drafts lift, each once, as one counts.

    >>> indicators([[{"indicator": "10"}], [{"indicator": "2"}, {"indicator": "10"}]])
    ['2', '10']
    """
    known = {str(one.get("indicator") or "") for lifts in drafts for one in lifts} - {""}
    return sorted(known, key=lambda one: (not one.isdecimal(), int(one) if one.isdecimal() else 0, one))


def shortened(title: str, most: int) -> str:
    """At most ``most`` characters, cut at a word with an ellipsis.

    >>> shortened("Satu dua tiga", 10)
    'Satu dua…'
    """
    if len(title) <= most:
        return title
    head = title[: most - 1]
    return head.rsplit(" ", 1)[0].rstrip(" ,.;:") + "…" if " " in head else head + "…"
