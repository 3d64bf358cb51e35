"""Which node of a national reference the text of an element speaks of, with the words that say so.

Only an offer: nothing here decides. Evidence is a name of the node (its own, another, the affair of government that leads
to it) or words that inventories use for the same affair (:mod:`.classify_words`). Words are compared by their stems.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from pendapa.architecture.rules.classify_words import SILENT, TOPICS
from pendapa.regulations.metamodel import normalise
from pendapa.regulations.references import Node, References

CLASSES = ("umum", "khusus")
"""What kind of application it is, as people chose it (a text ``class``): it speaks against the nodes of the other kind, and
for the node that bears no other word."""

LEAST = 0.4
"""A weaker candidate is not offered."""

ENOUGH = 0.75
"""Share of the weight of a name that must be in the text."""

WEIGHTS: Mapping[str, float] = {"name": 1.0, "function": 0.9, "description": 0.85, "unit": 0.7}
"""How much each text counts; a text of another name counts nothing."""

BY_NAME, BY_TOPIC = 0.75, 0.55
SURE = 5
"""Letters of a stem that stands for one word alone."""

LONGEST = 4_000
_VERB = re.compile(r"(?:me[mnlrwy]|di|be[rk]|ter)[a-z]{4}")
_HEADS = ("data", "layanan")


class Reason(NamedTuple):
    """A word (or words) as written, and the text in which it stands: ``name``, ``function``, ``description``, ``unit``."""

    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that is offered, 0 < ``score`` <= 1, with what speaks for it, the strongest first."""

    node: Node
    score: float
    reasons: tuple[Reason, ...]

    @property
    def value(self) -> str:
        """What is kept when it is taken: its code, or its name where no source shows a code."""
        return self.node.code or self.node.name


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one Indonesian word in lower case."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    # Loaded when first asked for: most commands never need it.
    import snowballstemmer  # type: ignore[import-untyped, unused-ignore]

    return snowballstemmer.stemmer("indonesian")


class Classifier:
    """One tree, made ready once: ask it for many elements."""

    def __init__(self, references: References, tree: str) -> None:
        self._nodes = references.tree(tree)
        affairs: dict[str, list[str]] = {}
        for crossing in references.crosswalk:
            if crossing.exact and len(crossing.codes) == 1:
                affairs.setdefault(crossing.codes[0], []).append(crossing.name)
        self._names = {
            node.key: _distinct(
                _said(name) for name in (node.name, *node.also, *affairs.get(node.code or "", ()))
            )
            for node in self._nodes
        }
        self._topics = {node.key: _topic(node) for node in self._nodes}
        self._weights = self._rarity()

    def _rarity(self) -> dict[str, float]:
        """The fewer nodes bear a word in their names, the more it says."""
        borne = Counter(
            word for names in self._names.values() for word in {w for name in names for w in name}
        )
        return {word: math.log(1 + len(self._nodes) / count) for word, count in borne.items()}

    def candidates(self, texts: Mapping[str, str], limit: int = 3) -> tuple[Candidate, ...]:
        """The best nodes for these texts, best first, at most ``limit``; equal ones in the order of the tree."""
        read = [(where, _read(text)) for where, text in texts.items() if WEIGHTS.get(where) and text]
        kind = normalise(texts.get("class", ""))
        found = []
        for place, node in enumerate(self._nodes):
            if kind in CLASSES and _is_other(node, kind):
                continue
            score, reasons = self._judge(node, read)
            if kind in CLASSES and normalise(node.name) == f"aplikasi {kind}":
                score, reasons = max(score, BY_TOPIC), (Reason(texts["class"], "class"), *reasons)
            if score >= LEAST:
                found.append(
                    (-round(score, 4), -node.level, place, Candidate(node, round(score, 4), reasons))
                )
        found.sort(key=lambda one: one[:3])
        return tuple(one[3] for one in found[:limit])

    def _judge(self, node: Node, read: Sequence[tuple[str, _Words]]) -> tuple[float, tuple[Reason, ...]]:
        evidence: dict[str, tuple[float, Reason]] = {}
        for where, words in read:
            for strength, said in (*self._by_name(node, words), *self._by_topic(node, words)):
                weighed = strength * WEIGHTS[where]
                told = said.casefold()
                if told not in evidence or evidence[told][0] < weighed:
                    evidence[told] = (weighed, Reason(said, where))
        strongest = sorted(evidence.values(), key=lambda one: (-one[0], one[1]))
        missing = 1.0
        for strength, _reason in strongest:
            missing *= 1 - strength
        return 1 - missing, tuple(reason for _strength, reason in strongest[:3])

    def _by_name(self, node: Node, words: _Words) -> Iterable[tuple[float, str]]:
        best: tuple[float, str] | None = None
        for name in self._names[node.key]:
            there = [word for word in name if word in words.by_stem]
            share = sum(self._weights[word] for word in there) / sum(self._weights[word] for word in name)
            if share >= ENOUGH and (best is None or share > best[0]):
                best = (share, " ".join(words.by_stem[word] for word in there))
        return [(BY_NAME * best[0], best[1])] if best else []

    def _by_topic(self, node: Node, words: _Words) -> Iterable[tuple[float, str]]:
        for topic in self._topics[node.key]:
            written = words.together(topic)
            if written:
                yield BY_TOPIC, written


class _Words:
    """A text as its words: as written, and their stems."""

    def __init__(self, written: Sequence[str]) -> None:
        self._written = written
        self._stems = [stem(word) for word in written]
        self.by_stem: dict[str, str] = {}
        for word, its in zip(written, self._stems, strict=True):
            # "menghubungkan" does not speak of *perhubungan*: names are told by nouns.
            if word not in SILENT and not _VERB.match(word):
                self.by_stem.setdefault(its, word)
        self._places: dict[str, list[int]] = {}
        for place, its in enumerate(self._stems):
            self._places.setdefault(its, []).append(place)

    def together(self, words: tuple[str, ...]) -> str:
        """These words as written here, where they stand beside one another; empty where they do not."""
        for place in self._places.get(stem(words[0]), ()):
            here = self._written[place : place + len(words)]
            if len(here) == len(words) and all(map(_alike, here, words)):
                return " ".join(here)
        return ""


def _is_other(node: Node, kind: str) -> bool:
    """Whether a node is of the other kind of application."""
    return any(f"aplikasi {other}" in normalise(node.name) for other in CLASSES if other != kind)


def _alike(written: str, word: str) -> bool:
    """Whether two words are forms of one. Short stems stand for too much ("pengadaan", "ada"): those words must be equal."""
    if written == word:
        return True
    its = stem(word)
    return len(its) >= SURE and stem(written) == its and not _VERB.match(written)


def _read(text: str) -> _Words:
    return _Words(normalise(text[:LONGEST]).split())


def _said(name: str) -> tuple[str, ...]:
    """The stems of a name that say something."""
    return tuple(dict.fromkeys(stem(word) for word in normalise(name).split() if word not in SILENT))


def _distinct(names: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _topic(node: Node) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for name in (node.name, *node.also):
        plain = normalise(name)
        head, _space, rest = plain.partition(" ")
        told = TOPICS.get(plain) or (TOPICS.get(rest) if head in _HEADS else None) or ""
        found += [tuple(word.split("_")) for word in told.split()]
    return tuple(dict.fromkeys(found))
