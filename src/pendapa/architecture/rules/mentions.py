"""Which elements a text names: by code, or by name, with the words around it as the reason.

Only an offer: nothing here decides. A name counts when at least two of its words say which thing it is ("Data Penduduk
Miskin"), or one long word that hardly any other name bears ("Aplikasi SIMPUS"). Words are compared without case and accents,
in the spellings that inventories mix (*ijin*, *izin*), and without *-nya*. Names are kept by their words, so that reading a
text takes as long for a hundred thousand names as for ten.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from pendapa.architecture.rules.keys import name_key
from pendapa.architecture.rules.twins_words import GENERIC, SPELLING
from pendapa.regulations.metamodel import Metamodel, RelationType

SHORTEST = 5
"""Letters of a word that stands for a name alone."""
RARE = 3
"""Names that may bear such a word."""
AROUND = 120
"""Characters of a text that are told as the reason."""
LONGEST = 20_000
"""Characters of a text that are read."""
MOST = 50
"""Mentions of one text that are told."""

HEADS = frozenset(
    ["aplikasi", "app", "informasi", "online", "portal", "sim", "sistem", "situs", "web", "website"]
)
"""Words at the head of a name that people leave away: they say "SIMPUS" of "Aplikasi SIMPUS"."""

# Letters with their accents, also where these stand apart.
_TOKEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_CODE = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_SENTENCE = re.compile(r"[.!?;](?=\s)|\n")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_NYA = 3
_KEY = re.compile(r"[a-z0-9 ]+")
Phrase = tuple[str, ...]


class Name(NamedTuple):
    """An element by what it is called, as written or as :func:`name_key` gives it; ``key`` is whatever the caller knows it
    by."""

    key: int
    code: str
    name: str


class Mention(NamedTuple):
    """An element that a text names: the words that name it, by what, and the fragment of the text that holds them."""

    key: int
    words: str
    by: Literal["code", "name"]
    fragment: str


class _Word(NamedTuple):
    folded: str
    begin: int
    end: int


class Names:
    """Names made ready to be found in texts. Takes time and memory linear in them."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._codes: dict[str, list[int]] = {}
        self._phrases: dict[Phrase, list[int]] = {}
        self._lengths: dict[str, list[int]] = {}
        kept = [(name.key, tuple(_folded_words(name.name))) for name in self._noting_codes(names)]
        bearers = Counter(word for _key, words in kept for word in set(words))
        for key, words in kept:
            for phrase in _phrases(words, bearers):
                self._note(phrase, key)
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def _noting_codes(self, names: Iterable[Name]) -> Iterator[Name]:
        for name in names:
            code = _code_key(name.code)
            if _is_telling(code):
                self._codes.setdefault(code, []).append(name.key)
            yield name

    def _note(self, phrase: Phrase, key: int) -> None:
        bearers = self._phrases.setdefault(phrase, [])
        if key not in bearers[-1:]:
            bearers.append(key)
        lengths = self._lengths.setdefault(phrase[0], [])
        if len(phrase) not in lengths:
            lengths.append(len(phrase))

    def find(self, text: str) -> list[Mention]:
        """What ``text`` names, in the order of the text, each element once, at most ``MOST``.

        Of names inside one another only the longest counts.
        """
        text = text[:LONGEST]
        found: dict[int, Mention] = {}
        for begin, end, by, keys in sorted(
            [*self._by_code(text), *self._by_name(text)], key=lambda one: one[0]
        ):
            for key in keys:
                if key not in found and len(found) < MOST:
                    found[key] = Mention(key, text[begin:end], by, fragment(text, begin, end))
        return list(found.values())

    def _by_code(self, text: str) -> Iterator[tuple[int, int, Literal["code", "name"], list[int]]]:
        pieces = list(_CODE.finditer(text))
        for index, piece in enumerate(pieces):
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            # "GSK-DAB 04.01.01.01": a code of two pieces.
            if after and text[piece.end() : after.start()] == " ":
                keys = self._codes.get(_code_key(text[piece.start() : after.end()]))
                if keys:
                    yield piece.start(), after.end(), "code", keys
            if keys := self._codes.get(_code_key(piece.group())):
                yield piece.start(), piece.end(), "code", keys

    def _by_name(self, text: str) -> Iterator[tuple[int, int, Literal["code", "name"], list[int]]]:
        words = _words(text)
        at = 0
        while at < len(words):
            length, keys = self._longest(words, at)
            if keys:
                yield words[at].begin, words[at + length - 1].end, "name", keys
            at += length

    def _longest(self, words: list[_Word], at: int) -> tuple[int, list[int]]:
        for length in self._lengths.get(words[at].folded, ()):
            phrase = tuple(word.folded for word in words[at : at + length])
            if len(phrase) == length and (keys := self._phrases.get(phrase)):
                return length, keys
        return 1, []


def _phrases(words: Phrase, bearers: Counter[str]) -> Iterator[Phrase]:
    """The name as a whole, and without the words at its head that people leave away."""
    telling = [word for word in words if not _is_plain(word)]
    if not telling or (len(telling) == 1 and not _is_distinctive(telling[0], bearers)):
        return
    yield words
    head = next(index for index, word in enumerate(words) if not _is_plain(word))
    # "penduduk" alone does not name "Data Penduduk", nor "rumah sakit" the "Pelayanan rumah sakit".
    if head and HEADS.issuperset(words[:head]):
        yield words[head:]


def _is_plain(word: str) -> bool:
    """Whether a word says nothing about which thing is meant."""
    return word in GENERIC or word.isdigit() or len(word) < 2


def _is_distinctive(word: str, bearers: Counter[str]) -> bool:
    return len(word) >= SHORTEST and bearers[word] <= RARE


def _code_key(code: str) -> str:
    return " ".join(code.casefold().split())


def _is_telling(code: str) -> bool:
    """Whether a code can be told from a number or a word of the text."""
    return len(code) >= 4 and _DIGIT.search(code) is not None and _LETTER.search(code) is not None


def _words(text: str) -> list[_Word]:
    found = []
    for token in _TOKEN.finditer(text):
        for word in name_key(token.group()).split():
            found.append(_Word(_folded(word), token.start(), token.end()))
    return found


def _folded_words(name: str) -> list[str]:
    # Keys of names, of which there are many, are not made once more.
    words = (
        name.split() if name.isascii() and name.islower() and _KEY.fullmatch(name) else name_key(name).split()
    )
    return [_folded(word) for word in words]


def _folded(word: str) -> str:
    if word.endswith("nya") and len(word) > SHORTEST + _NYA:
        word = word[:-_NYA]
    return SPELLING.get(word, word)


def fragment(text: str, begin: int, end: int) -> str:
    """The sentence around ``text[begin:end]`` on one line, shortened to what is near where it is long."""
    before = [mark.end() for mark in _SENTENCE.finditer(text, 0, begin)]
    after = _SENTENCE.search(text, end)
    first, last = before[-1] if before else 0, after.start() if after else len(text)
    spare = max(AROUND - (end - begin), 0) // 2
    left, right = max(first, begin - spare), min(last, end + spare)
    if left > first:
        left = _space(text, left, begin)
    if right < last:
        cut = text.rfind(" ", end, right)
        right = cut if cut > 0 else right
    told = " ".join(text[left:right].split())
    if right == len(text) and end < right:
        told = told.rstrip(" .!?;")
    return ("…" if left > first else "") + told + ("…" if right < last else "")


def _space(text: str, left: int, begin: int) -> int:
    """The beginning of the next word, so that none is cut."""
    cut = text.find(" ", left, begin)
    return cut + 1 if cut >= 0 else left


def ways(
    model: Metamodel, one: tuple[str, str], other: tuple[str, str]
) -> tuple[tuple[RelationType, bool], ...]:
    """Relation types that may join two (domain, kind); the flag is true where the second is the source."""
    offered = [kind for kind in model.relations if kind.offered]
    return (
        *((kind, False) for kind in offered if kind.allows(one, other)),
        *((kind, True) for kind in offered if kind.allows(other, one)),
    )
