"""Header texts (*judul kolom*) → columns of a kind.

Texts are compared after normalising; what is left is matched with care against misspelling: as many words, each word
equal or nearly so, never a number for another number, and only where no second column is as near.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from . import periods
from .columns import Column, Heading, Kind, Part

_NOT_WORD = re.compile(r"[\W_]+")
_BRACKET = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_ALTERNATIVES = re.compile(r"\s*(?:/|\||\batau\b|\bor\b)\s*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COUNTER = re.compile(r"(?:no|nomor|nomer|nr|num|number|no urut|nomor urut|urut|row|baris)")
_LONGEST = 120


class Slot(NamedTuple):
    """The place of a header in a field: which column, and which part or level of it."""

    column: str
    part: Part | None = None
    level: int | None = None


class Match(NamedTuple):
    """A slot for a header, and how sure it is: 1 for equal texts, less for the rest, `TOLD` where somebody said so."""

    slot: Slot
    quality: float


def normal(text: str) -> str:
    """Lower case, words of letters and digits, single spaces: "Nama_Aplikasi *" → "nama aplikasi"."""
    text = unicodedata.normalize("NFKC", text)
    return _NOT_WORD.sub(" ", text.casefold()).strip()


TOLD = 2.0
"""How sure a header is that somebody explained: surer than any that was recognised."""
SHORT = {
    "nm": "nama", "kd": "kode", "thn": "tahun", "th": "tahun", "tgl": "tanggal", "bhs": "bahasa", "apl": "aplikasi",
    "app": "aplikasi", "ket": "keterangan", "jml": "jumlah", "pj": "penanggung jawab", "db": "basis data", "lay": "layanan",
}  # fmt: skip
"""Words of headers as people shorten them."""


def spelt_out(text: str) -> str:
    """A normal text with its short words written out: "nm apl" → "nama aplikasi"."""
    return " ".join(SHORT.get(word, word) for word in text.split())


def is_counter(text: str) -> bool:
    """Whether a header stands above row numbers ("No.", "Nomor", "#"): never data."""
    return text.strip() == "#" or bool(_COUNTER.fullmatch(normal(_BRACKET.sub(" ", text))))


class Headings:
    """All headings that a kind knows."""

    def __init__(self, kind: Kind) -> None:
        self.exact: dict[str, Slot] = {}
        self._squashed: dict[str, Slot] = {}
        self.told = {text: Slot(column) if column else None for text, column in kind.remembered.items()}
        self._by_shape: dict[tuple[str, ...], list[tuple[tuple[str, ...], Slot]]] = {}
        for column, heading in _ranked(kind):
            key = normal(heading.text)
            if not key or key in self.exact:
                continue
            slot = Slot(column.name, heading.part, heading.level)
            self.exact[key] = slot
            self._squashed.setdefault(key.replace(" ", ""), slot)
            words = tuple(key.split())
            self._by_shape.setdefault(_shape(words), []).append((words, slot))
        self._memory: dict[str, Match | None] = {}
        self._quarterly = {
            periods.told_of(heading.text): column.name
            for column in kind.columns
            if column.type == "quarterly"
            for heading in column.own_headings
        }

    def find(self, text: str, *, loose: bool = True) -> Match | None:
        """The slot of a header text; ``loose`` also tries the misspelt."""
        if self.told and (key := normal(text)) in self.told:
            slot = self.told[key]
            quarter = periods.headed(text) if slot and slot.column in self._quarterly.values() else None
            return Match(slot._replace(level=quarter.level) if quarter else slot, TOLD) if slot else None
        if len(text) > _LONGEST:
            return None
        if text in self._memory:
            return self._memory[text]
        match = self._quarter(text) or self._same(text)
        if match is None and loose:
            match = self._near(text)
        if match is not None or loose:
            self._memory[text] = match
        return match

    def _quarter(self, text: str) -> Match | None:
        """A heading of one quarter of a column that holds several ("Target TW I 2026"); the level is year and quarter."""
        if not self._quarterly or normal(text) in self.exact or (found := periods.headed(text)) is None:
            return None
        column = self._quarterly.get(found.word) if found.word else None
        return Match(Slot(column, None, found.level), 0.95) if column else None

    def _same(self, text: str) -> Match | None:
        """Equal as a whole, without its bracketed hint, or in one of its alternatives ("OPD / Penanggung Jawab")."""
        for quality, form in _forms(text):
            key = normal(form)
            slot = (
                self.exact.get(key)
                or self._squashed.get(key.replace(" ", ""))
                or self.exact.get(spelt_out(key))
            )
            if slot:
                return Match(slot, quality)
        return None

    def _near(self, text: str) -> Match | None:
        """The one heading that is the same but for typing mistakes."""
        for _quality, form in _forms(text):
            words = tuple(spelt_out(normal(form)).split())
            near = [
                (score, slot)
                for known, slot in self._by_shape.get(_shape(words), ())
                if (score := _likeness(words, known)) > 0
            ]
            if near:
                best = max(score for score, _slot in near)
                slots = {slot for score, slot in near if score >= best - 0.02}
                if len(slots) == 1:
                    return Match(slots.pop(), 0.8)
        return None


def _ranked(kind: Kind) -> Iterator[tuple[Column, Heading]]:
    """What is written down comes before what follows from a type, so that a made heading never takes another's."""
    for column in kind.columns:
        for heading in column.own_headings:
            yield column, heading
    for column in kind.columns:
        for heading in column.made_headings:
            yield column, heading


def _forms(text: str) -> Iterator[tuple[float, str]]:
    yield 1.0, text
    yield 1.0, _CAMEL.sub(" ", text)
    bare = _BRACKET.sub(" ", text).strip()
    if bare and bare != text:
        yield 0.95, bare
    parts = _ALTERNATIVES.split(bare)
    if len(parts) > 1:
        for part in parts:
            yield 0.9, part


def _shape(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word[0] for word in words)


def _likeness(words: tuple[str, ...], known: tuple[str, ...]) -> float:
    """0 when not the same heading, else how alike, below 1. Both have as many words with the same first letters."""
    scores = [_word_likeness(word, other) for word, other in zip(words, known, strict=True)]
    if not scores or 0 in scores:
        return 0
    return sum(scores) / len(scores)


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if any(c.isdigit() for c in word + other):
        return 0
    if max(len(word), len(other)) < 4:
        return 0
    if len(other) == 4 or len(word) == 4:
        # Of four letters one may be missing, doubled or swapped, but not another: "dana" is not "data".
        swapped = len(word) == len(other) and sorted(word) == sorted(other)
        missing = len(word) != len(other)
        return 0.75 if (swapped or missing) and OSA.distance(word, other) == 1 else 0
    score = OSA.normalized_similarity(word, other)
    return score if score >= 0.8 else 0


@lru_cache(maxsize=256)
def headings_of(kind: Kind) -> Headings:
    """The headings of a kind, made once."""
    return Headings(kind)


def bind(headers: Sequence[str], kind: Kind, *, by_name: bool = False) -> list[Match | None]:
    """The slots of a row of headers; a slot goes to one header only, the surest and then the first. ``by_name``: the headers are the
    names of columns, as our own documents tell them ("pagu" is that column there, and not what others mean by Pagu).

    Raises nothing; what no column knows is ``None``.
    """
    headings = headings_of(kind)
    own = {text: Match(Slot(text), 1.0) for text in headers if text in kind.by_name} if by_name else {}
    matches: list[Match | None] = [None] * len(headers)
    found = [
        (match.quality, -index, match)
        for index, text in enumerate(_numbered(headers) if headings.told else headers)
        if text
        and (match := own.get(text) or headings.find(text) or headings.find(headers[index]))
        and not (is_counter(text) and match.quality < 1)
    ]
    taken: set[Slot] = set()
    for _quality, index, match in sorted(found, key=lambda item: (item[0], item[1]), reverse=True):
        if match.slot not in taken:
            taken.add(match.slot)
            matches[-index] = match
    return matches


def _numbered(headers: Sequence[str]) -> list[str]:
    """Repeated headers with their number ("Ket", "Ket (2)"), as the report names them."""
    seen: Counter[str] = Counter()
    named = []
    for text in headers:
        seen[text] += 1
        named.append(f"{text} ({seen[text]})" if text and seen[text] > 1 else text)
    return named
