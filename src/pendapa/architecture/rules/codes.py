"""The pattern by which an institution gives codes to its elements: ``DAA-{n:3}``, ``GSK-DAB {ref}.{n:2}``.

A pattern is literal text with fields in braces: ``{n}`` the running number, ``{n:3}`` the same with at least three
digits (exactly one of them), ``{ref}`` the digits of the element's node in the national references (``04.01`` of
RAB.04.01) and ``{unit}`` the code of its unit. Numbers run on their own for each text that stands before and behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 60
"""Characters of a code."""

WIDEST = 9
DIGITS = 9
"""Longer numbers are no running numbers."""

FIELDS = ("n", "ref", "unit")
_PIECE = re.compile(r"\{([^{}]*)\}|([{}])")
_SPACES = re.compile(r"\s+")


class BadPattern(ValueError):
    """A pattern that cannot be used.

    ``why``: ``empty``, ``long``, ``brace``, ``field``, ``width``, ``no number``, ``twice``, ``touching``, ``edge``;
    ``what`` is the piece at fault, ``place`` its first character, counted from 1 (0: the whole).
    """

    def __init__(self, why: str, what: str = "", place: int = 0) -> None:
        self.why, self.what, self.place = why, what, place
        super().__init__(f"{why}: {what!r} at {place}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a pattern; ``width`` counts for the number alone."""

    name: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """Codes that differ in the number only: what stands before it and behind it, and its least digits."""

    before: str
    after: str
    width: int

    @property
    def key(self) -> str:
        """The name of the series, whatever its digits."""
        return f"{self.before}{{n}}{self.after}"

    def code(self, number: int) -> str:
        return f"{self.before}{number:0{self.width}d}{self.after}"

    def number(self, code: str) -> int | None:
        """The running number of a code of this series; None for any other code."""
        if len(code) <= len(self.before) + len(self.after):
            return None
        if not (code.startswith(self.before) and code.endswith(self.after)):
            return None
        digits = code[len(self.before) : len(code) - len(self.after)]
        return int(digits) if len(digits) <= DIGITS and digits.isascii() and digits.isdecimal() else None

    def last(self, codes: Iterable[str]) -> int:
        """The highest number among ``codes``; 0 where none is of this series."""
        return max((number for code in codes if (number := self.number(code)) is not None), default=0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read: literal texts and fields in their order."""

    text: str
    parts: tuple[str | Field, ...]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    @property
    def head(self) -> str:
        """The text with which every code of the pattern begins."""
        return self.parts[0] if isinstance(self.parts[0], str) else ""

    def series(self, ref: str = "", unit: str = "") -> Series | None:
        """The series of an element with this reference and unit; None where one is asked for and not there, or where the
        code would be too long."""
        values = {"ref": ref, "unit": _SPACES.sub(" ", unit).strip()}
        if any(not values[name] for name in self.fields - {"n"}):
            return None
        sides, width = ["", ""], 1
        behind = 0
        for part in self.parts:
            if isinstance(part, str):
                sides[behind] += part
            elif part.name == "n":
                behind, width = 1, part.width
            else:
                sides[behind] += values[part.name]
        # Room for numbers of twice the asked digits, lest a series break off in the middle.
        if sum(map(len, sides)) + max(2 * width, 6) > LONGEST:
            return None
        return Series(sides[0], sides[1], width)

    def matches(self, code: str) -> bool:
        """Whether ``code`` may have been given by this pattern."""
        return re.fullmatch("".join(_expression(part) for part in self.parts), code) is not None

    def split(self, code: str) -> tuple[Series, int] | None:
        """The series and the number of a code that this pattern may have given."""
        found = re.fullmatch("".join(_expression(part) for part in self.parts), code)
        if found is None or len(found["n"]) > DIGITS:
            return None
        width = next(part.width for part in self.parts if isinstance(part, Field) and part.name == "n")
        return Series(code[: found.start("n")], code[found.end("n") :], width), int(found["n"])


def _expression(part: str | Field) -> str:
    if isinstance(part, str):
        return re.escape(part)
    return {"n": "(?P<n>[0-9]+)", "ref": r"[0-9]+(?:\.[0-9]+)*", "unit": ".+"}[part.name]


def parse(text: str) -> Pattern:
    """Read a pattern. Raises :class:`BadPattern`."""
    text = _SPACES.sub(" ", text.replace("\x00", ""))
    if not text.strip():
        raise BadPattern("empty")
    if text != text.strip():
        raise BadPattern("edge", text, 1 if text[0] == " " else len(text))
    parts: list[str | Field] = []
    at = 0
    for found in _PIECE.finditer(text):
        if found.start() > at:
            parts.append(text[at : found.start()])
        if found.group(2):
            raise BadPattern("brace", found.group(2), found.start() + 1)
        field = _field(found.group(1), found.start() + 1)
        if any(isinstance(part, Field) and part.name == field.name for part in parts):
            raise BadPattern("twice", found.group(0), found.start() + 1)
        if parts and isinstance(parts[-1], Field):
            # "1.2" and 1 would give the code of "1" and 21 as well.
            raise BadPattern("touching", found.group(0), found.start() + 1)
        parts.append(field)
        at = found.end()
    if at < len(text):
        parts.append(text[at:])
    return _checked(Pattern(text, tuple(parts)))


def _field(inside: str, place: int) -> Field:
    name, colon, width = inside.partition(":")
    if name not in FIELDS or (colon and name != "n"):
        raise BadPattern("field", f"{{{inside}}}", place)
    if not colon:
        return Field(name)
    if not re.fullmatch(r"[1-9]", width):
        raise BadPattern("width", f"{{{inside}}}", place)
    return Field(name, int(width))


def _checked(pattern: Pattern) -> Pattern:
    if "n" not in pattern.fields:
        raise BadPattern("no number", pattern.text)
    number = next(i for i, part in enumerate(pattern.parts) if isinstance(part, Field) and part.name == "n")
    for beside, edge in ((number - 1, -1), (number + 1, 0)):
        near = pattern.parts[beside] if 0 <= beside < len(pattern.parts) else ""
        if isinstance(near, str) and near and near[edge].isdigit():
            raise BadPattern("touching", near, 1)
    if sum(len(part) for part in pattern.parts if isinstance(part, str)) > LONGEST - 20:
        raise BadPattern("long", pattern.text)
    return pattern


def standard(prefix: str) -> str:
    """The pattern where the institution sets none: ``DAA-{n:3}``. Also for elements that lack what its pattern asks."""
    return f"{prefix}-{{n:3}}"


def digits_of(code: str) -> str:
    """What ``{ref}`` stands for: the digits of a node's code, ``04.01`` of ``RAB.04.01``; empty for anything else."""
    found = re.fullmatch(r"[A-Z]{3}\.([0-9]+(?:\.[0-9]+)*)", code)
    return found.group(1) if found else ""
