"""What a chapter is made of, whatever it is written to. Plain values.

Texts are data: nothing in them is markup. The words of the book are Indonesian, whoever makes it: it is the annex of an
Indonesian regulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading below the chapter's own; ``level`` 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Remark:
    """Small text: what a mark means, what is not verified."""

    text: str


@dataclass(frozen=True)
class Table:
    """``widths`` are shares of the table, ``share`` is its own of the line. The heads stand at the top of each page; the cells
    of column ``strong`` are bold, those of ``numbers`` stand right."""

    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    strong: int = -1
    numbers: frozenset[int] = frozenset()
    share: float = 1.0


@dataclass(frozen=True)
class Picture:
    """A drawing: ``svg`` bytes, what it shows in words, and the caption below."""

    svg: bytes
    alt: str
    caption: str


Block = Heading | Paragraph | Remark | Table | Picture


@dataclass
class Chapter:
    """One chapter, as it grows. ``key`` names it where chapters are chosen."""

    key: str
    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """The whole book. ``facts`` stand on the cover as label and value; ``draft`` says what the cover warns of."""

    title: str
    institution: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    made: str
    chapters: Sequence[Chapter]
    warning: str = ""

    def numbered(self) -> list[tuple[str, Chapter]]:
        """Each chapter with its number: ``BAB I`` …"""
        return [(f"BAB {roman(place)}", chapter) for place, chapter in enumerate(self.chapters, 1)]


def roman(number: int) -> str:
    """A number in Roman numerals."""
    text = ""
    for value, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while number >= value:
            text += letters
            number -= value
    return text
