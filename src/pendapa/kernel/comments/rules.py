"""How a text calls people: ``@`` and a name. Plain functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LIMIT = 4_000
"""Characters of a comment: two pages. What is longer is a document."""
A_MINUTE, AN_HOUR = 10, 120
"""So many comments one person may write; more is a program or an accident."""

# Not inside a word or an address: a@b.id calls nobody.
_AT = re.compile(r"(?<![\w.@/+-])@(?=\w)")
_FRAGMENT = re.compile(r"(?<![\w.@/+-])@([\w.'-]{0,60})$")
_WORD_HERE = re.compile(r"[\w'-]+")


@dataclass(frozen=True)
class Person:
    """Somebody who can be called."""

    pk: int
    name: str


@dataclass(frozen=True)
class Called:
    """A text whose calls are written out in full, and whom it calls."""

    text: str
    people: tuple[int, ...]


def clean(text: str) -> str:
    """As it is kept: one kind of line end, no NUL, no blanks around, no more than two empty lines in a row."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return re.sub(r"\n{4,}", "\n\n\n", text)


def call(text: str, people: Iterable[Person], picked: Sequence[int] = ()) -> Called:
    """Find whom ``text`` calls: full names after ``@``, and beginnings of them that only one person's name has.

    ``picked`` are those who were chosen beside the text: a beginning that fits one of them means that person; who is
    picked and not called in the text is added at its end. Two of the same name are both called unless one was picked.
    """
    known = sorted(people, key=lambda one: (-len(one.name), one.name, one.pk))
    chosen = {one.pk: one for one in known if one.pk in set(picked)}
    parts: list[str] = []
    called: dict[int, None] = {}
    last = 0
    for match in _AT.finditer(text):
        if match.start() < last:
            continue
        found, length = _meant(text[match.end() :], known, chosen)
        if not found:
            continue
        parts += [text[last : match.end()], found[0].name]
        last = match.end() + length
        called.update(dict.fromkeys(one.pk for one in found))
    parts.append(text[last:])
    written = "".join(parts)
    for pk, one in chosen.items():
        if pk not in called:
            written = f"{written} @{one.name}" if written else f"@{one.name}"
            called[pk] = None
    return Called(written, tuple(called))


def _meant(rest: str, known: Sequence[Person], chosen: dict[int, Person]) -> tuple[list[Person], int]:
    """Who is meant by what follows an ``@``, and how many characters of it are the name."""
    low = rest.casefold()
    for one in known:
        name = one.name.casefold()
        if (
            low.startswith(name)
            and not low[len(name) : len(name) + 1].isalnum()
            and len(name) == len(one.name)
        ):
            same = [other for other in known if other.name.casefold() == name]
            return [other for other in same if other.pk in chosen] or same, len(one.name)
    word = _WORD_HERE.match(rest)
    if word is None:
        return [], 0
    begin = word.group().casefold()
    fits = [one for one in known if begins(one.name, begin)]
    picked = [one for one in fits if one.pk in chosen]
    if len(picked) == 1 or (not picked and len(fits) == 1):
        return picked or fits, len(word.group())
    return [], 0


def begins(name: str, fragment: str) -> bool:
    """Does the name, or one of its words, begin so?"""
    fragment = fragment.casefold()
    low = name.casefold()
    return low.startswith(fragment) or any(word.startswith(fragment) for word in low.split())


def fragment(text: str) -> str | None:
    """What stands after the last ``@`` while somebody writes; ``None`` where nobody is being called."""
    found = _FRAGMENT.search(text)
    return found.group(1) if found else None


def pieces(text: str, names: Iterable[str]) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is a call (``@`` and one of ``names``)."""
    wanted = sorted({name for name in names if name}, key=len, reverse=True)
    if not wanted:
        return [(False, text)]
    found = re.compile(r"(?<![\w.@/+-])(@(?:" + "|".join(map(re.escape, wanted)) + r"))(?!\w)")
    return [(bool(n % 2), part) for n, part in enumerate(found.split(text)) if part]
