"""What people fill into the form: cleaned, checked against the pack, counted. Pure.

``clean(field, "Rp 1.250.000.000", 2000)`` → ``"1250000000"``; :class:`Faulty` says why not. Answers are plain JSON: texts, and
lists of texts where several things are named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pendapa.regulations.clearance import Clearance, Field

LINE, CODE, MONEY, LONGEST = 300, 60, 15, 40_000
"""Most characters of a line, a code, digits of an amount, and of a long text however few its words are."""
MANY = 50
Answer = str | list[str]
Risk = dict[str, str]


class Faulty(ValueError):
    """An answer cannot be taken. ``why`` is ``words``, ``long``, ``option``, ``money``, ``one``, ``many`` or ``uid``; ``most`` and
    ``got`` say how much there may be and is."""

    def __init__(self, why: str, most: int = 0, got: int = 0) -> None:
        self.why, self.most, self.got = why, most, got
        super().__init__(why)


def words(text: str) -> int:
    """How many words a text has: what stands between blanks."""
    return len(text.split())


def tidy(text: object) -> str:
    """Line ends made one, what cannot be stored or printed taken out, blanks at the ends taken off."""
    plain = "" if text is None else str(text)
    plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def clean(field: Field, given: object, most_words: int) -> Answer:
    """The answer as it is kept; empty where nothing was answered. Raises :class:`Faulty`."""
    if field.type in ("elements", "units"):
        return _uids(given)
    if isinstance(given, list | tuple | dict):
        raise Faulty("one")
    text = tidy(given)
    if field.type == "text":
        return _long(text, most_words)
    text = " ".join(text.split())
    if not text:
        return ""
    if field.type == "choice":
        if field.option(text) is None:
            raise Faulty("option")
        return text
    if field.type == "level":
        if text not in {str(n) for n in range(1, len(field.options) + 1)}:
            raise Faulty("option")
        return text
    if field.type == "unit":
        return _uid(text)
    if field.type == "money":
        return _money(text)
    limit = CODE if field.type == "code" else LINE
    if len(text) > limit:
        raise Faulty("long", limit, len(text))
    return text


def _long(text: str, most: int) -> str:
    if words(text) > most:
        raise Faulty("words", most, words(text))
    if len(text) > LONGEST:
        raise Faulty("long", LONGEST, len(text))
    return text


_MONEY = re.compile(r"(?:rp\.?\s*)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,0{1,2}|,-)?", re.IGNORECASE)


def _money(text: str) -> str:
    """Rupiah without cents: "Rp 1.250.000.000,00" → "1250000000"."""
    match = _MONEY.fullmatch(text)
    if match is None:
        raise Faulty("money")
    digits = match.group(1).replace(".", "").lstrip("0") or "0"
    if not digits.isascii() or len(digits) > MONEY:
        raise Faulty("money")
    return digits


def _uids(given: object) -> list[str]:
    rows = given if isinstance(given, list | tuple) else [given] if given else []
    found = list(dict.fromkeys(_uid(tidy(one)) for one in rows if tidy(one)))
    if len(found) > MANY:
        raise Faulty("many", MANY, len(found))
    return found


def _uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Faulty("uid") from None


def missing(pack: Clearance, answers: Mapping[str, Any]) -> list[Field]:
    """The questions that must be answered before it is handed in and are not."""
    return [field for field in pack.fields if field.required and not answers.get(field.key)]


def filled(fields: Iterable[Field], answers: Mapping[str, Any]) -> tuple[int, int]:
    """How many required questions are answered, and how many there are."""
    asked = [field for field in fields if field.required]
    return sum(1 for field in asked if answers.get(field.key)), len(asked)


# ---- risks


def risk(
    columns: Sequence[Field], given: Mapping[str, Any], most_words: int
) -> tuple[Risk, dict[str, Faulty]]:
    """One row of the list of risks, without what is empty, and the faults of its columns."""
    row: Risk = {}
    faults: dict[str, Faulty] = {}
    for column in columns:
        try:
            value = clean(column, given.get(column.key), most_words)
        except Faulty as fault:
            faults[column.key] = fault
            continue
        if value:
            row[column.key] = str(value)
    return row, faults


def complete(columns: Sequence[Field], row: Mapping[str, Any]) -> bool:
    """Every required column of a row of risk is there."""
    return all(row.get(column.key) for column in columns if column.required)


def size(row: Mapping[str, Any]) -> int | None:
    """*Besaran risiko* as the form of Kalimantan Utara has it: likelihood times impact, 1 to 25; None while one is missing."""
    try:
        one, two = int(row["level_kemungkinan"]), int(row["level_dampak"])
    except (KeyError, ValueError):
        return None
    return one * two


def changed(before: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """Which of ``names`` differ; nothing and empty are the same."""
    return {name for name in names if (before.get(name) or None) != (now.get(name) or None)}
