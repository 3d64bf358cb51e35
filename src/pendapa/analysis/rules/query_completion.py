"""What may stand at the cursor of a question: domains, relations, fields, values and the words of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lark import Token

from pendapa.analysis.rules.query_grammar import expected_words, tokens
from pendapa.analysis.rules.query_tree import KEYWORDS, WORD, quoted
from pendapa.analysis.rules.query_words import Field, Target, Vocabulary, folded

MOST = 12
_PARTIAL = re.compile(rf"(?:{WORD})*$")
_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»"}
_OPS = ("=", "!=", "~", ">", ">=", "<", "<=")
_NAMES = ("WORD", "STRING")
Units = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Suggestion:
    """A text to be put in the place of what was begun. ``kind``: ``domain``, ``relation``, ``field``, ``value``, ``gap``
    or ``word``; ``label`` says in Indonesian and English what it is, where the text does not."""

    text: str
    kind: str
    label: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Completion:
    """Suggestions for the characters from ``start`` to ``end`` of the line."""

    start: int
    end: int
    found: tuple[Suggestion, ...]


def complete(line: str, at: int, words: Vocabulary, units: Units = lambda: ()) -> Completion:
    """Suggestions at a cursor. Never raises, whatever the line is; ``units`` are asked for only where one may be named."""
    at = max(0, min(at, len(line)))
    start = _start(line[:at])
    begun = line[start:at].lstrip("".join(_QUOTES))
    toks, accepted = tokens(line[:start])
    if not accepted:
        return Completion(start, at, ())
    here = _Place()
    for token in toks:
        here.take(token, words)
    offered = list(_offered(here, accepted, words, units))
    return Completion(start, at, tuple(_fitting(offered, begun)))


def _start(before: str) -> int:
    """Where the word at the cursor begins: at its quotation mark, where one is open."""
    place = 0
    while place < len(before):
        close = _QUOTES.get(before[place])
        if close:
            end = before.find(close, place + 1)
            if end < 0:
                return place
            place = end
        place += 1
    found = _PARTIAL.search(before)
    return found.start() if found else len(before)


def _fitting(offered: Iterable[Suggestion], begun: str) -> Iterator[Suggestion]:
    """Those that begin so, then those that hold it; all where nothing was begun."""
    said = folded(begun)
    known = list({one.text: one for one in offered}.values())
    if begun and not said:
        known = [one for one in known if one.text.startswith(begun)]
    first = [one for one in known if folded(one.text).startswith(said)]
    labelled = [
        one for one in known if one not in first and any(folded(t).startswith(said) for t in one.label)
    ]
    other = [one for one in known if one not in first and one not in labelled and said in folded(one.text)]
    yield from [*first, *labelled, *other][:MOST]


@dataclass
class _Place:
    """Where one is after the tokens read so far."""

    steps: list[Target | None] = field(default_factory=lambda: [None])
    saved: list[tuple[str, list[Target | None]]] = field(default_factory=list)
    mode: str = "step"
    asked: str = ""

    @property
    def target(self) -> Target | None:
        return self.steps[-1]

    def take(self, token: Token, words: Vocabulary) -> None:
        kind = token.type.strip("_")
        if kind in _NAMES:
            self.name(str(token).strip("\"'“”«»"), words)
        elif kind in ("FORWARD", "BACK"):
            if self.mode != "link":
                self.steps.append(None)
            self.mode = "step"
        elif kind == "LPAR":
            self.open()
        elif kind == "RPAR":
            if self.saved:
                _why, self.steps = self.saved.pop()
            self.mode = "done"
        elif kind in ("WHERE", "AND", "OR"):
            self.mode = "field"
        elif kind in ("OP", "CONTAINS", "IN"):
            self.mode = "value"
        elif kind in ("WITHOUT", "HAS"):
            self.mode = "link"
        elif kind == "GAP":
            self.mode = "gap"
        elif kind in ("SHOW", "SORT", "BY"):
            self.mode = "column"
        elif kind in ("EMPTY", "DOWN", "UP"):
            self.mode = "done"

    def open(self) -> None:
        self.saved.append((self.mode, list(self.steps)))
        if self.mode == "link":
            self.steps = [self.target, None]
            self.mode = "step"

    def name(self, said: str, words: Vocabulary) -> None:
        if self.mode == "step":
            found = words.steps.get(folded(said))
            self.steps[-1] = found
            self.mode = "done" if found else "step"
        elif self.mode == "field":
            self.asked, self.mode = said, "op"
        elif self.mode in ("link", "gap"):
            self.mode = "done"


def _offered(here: _Place, accepted: frozenset[str], words: Vocabulary, units: Units) -> Iterator[Suggestion]:
    target = here.target
    if {"WORD", "STRING"} & accepted:
        if here.mode == "step" or (here.mode == "link" and target):
            yield from _steps(here, words)
        if here.mode in ("field", "link") and target:
            yield from _fields(words.fields(target).values())
        if here.mode == "value" and target:
            asked = words.field(here.asked, target)
            yield from _values(asked, units) if asked else ()
        if here.mode == "gap" and here.saved:
            yield from _gaps(target, words)
        if here.mode == "column":
            yield from _columns(here, words)
    if "OP" in accepted and here.mode == "op":
        yield from (Suggestion(op, "word") for op in _OPS)
    known = {forms[0] for forms in KEYWORDS.values()}
    yield from (Suggestion(one, "word") for one in expected_words(accepted) if one in known or one in "→()")


def _steps(here: _Place, words: Vocabulary) -> Iterator[Suggestion]:
    start = here.steps[-2] if len(here.steps) > 1 else None
    start = here.target if here.mode == "link" else start
    for name, label, target in words.offered_steps():
        if start is None or words.joined(start, target):
            yield Suggestion(name, "domain", (label.id, label.in_language("en")))
    if start is not None and here.mode == "step":
        for said, _key in words.relation_words(start):
            yield Suggestion(quoted(folded(said)), "relation")


def _fields(fields: Iterable[Field], before: str = "") -> Iterator[Suggestion]:
    for one in fields:
        label = (one.label.id, one.label.in_language("en"))
        yield Suggestion(before + quoted(one.key), "field", label)


def _values(asked: Field, units: Units) -> Iterator[Suggestion]:
    if asked.type in ("unit", "unit_text"):
        yield from (Suggestion(quoted(name), "value") for name in units())
    for key, label in asked.choices:
        both = (label.id, label.in_language("en"))
        yield Suggestion(quoted(key), "value", ("", "") if folded(key) == folded(label.id) else both)


def _gaps(target: Target | None, words: Vocabulary) -> Iterator[Suggestion]:
    for rule in words.rules:
        if target is None or not target.domain or target.domain in rule.domains:
            yield Suggestion(rule.key, "gap", (rule.message.id, rule.message.in_language("en")))


def _columns(here: _Place, words: Vocabulary) -> Iterator[Suggestion]:
    if here.target:
        yield from _fields(words.fields(here.target).values())
    for place, target in enumerate(here.steps[:-1], 1):
        if target:
            yield from _fields(words.fields(target).values(), f"{place}.")
