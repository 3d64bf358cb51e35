"""A question in one line as a tree, and the tree as a line again.

    aplikasi dengan basis_data = "MySQL" → infrastruktur tampilkan nama, aplikasi.nama urut nama

Names are kept as they were typed; what they mean is the work of :mod:`pendapa.analysis.rules.query`. Positions do not count
when trees are compared, so ``parse(written(tree)) == tree``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

WORD = r"(?:[^\s()=!~<>≤≥≠,;\"'“”«»→←↔\-]|-(?!>))"
"""One character of a bare word: a hyphen belongs to it unless it begins an arrow."""
KEYWORDS: dict[str, tuple[str, ...]] = {
    "WHERE": ("dengan", "where", "yang"),
    "AND": ("dan", "and"),
    "OR": ("atau", "or"),
    "NOT": ("bukan", "not", "tidak"),
    "IN": ("dalam", "in"),
    "IS": ("adalah", "is"),
    "EMPTY": ("kosong", "empty"),
    "CONTAINS": ("memuat", "contains"),
    "GAP": ("celah", "gap"),
    "WITHOUT": ("tanpa", "without"),
    "HAS": ("punya", "has"),
    "SHOW": ("tampilkan", "show"),
    "SORT": ("urut", "sort"),
    "BY": ("menurut", "by"),
    "DOWN": ("turun", "desc"),
    "UP": ("naik", "asc"),
}
"""Words of the language by what they are: the Indonesian one first, by which trees are written."""
_RESERVED = frozenset(word for words in KEYWORDS.values() for word in words)
_BARE = re.compile(rf"{WORD}+")
DEEPEST = 20


@dataclass(frozen=True)
class Word:
    """A name or a value as typed, without its quotation marks; ``at`` is where it begins, ``size`` how long it is there."""

    text: str
    at: int = field(default=0, compare=False)
    size: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Test:
    """``name op values``; ``op`` is one of ``= != ~ > >= < <= in empty``."""

    __test__ = False  # no test of pytest

    name: Word
    op: str
    values: tuple[Word, ...] = ()
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Gap:
    """A gap rule that the element does not meet; any of them without a name."""

    rule: Word | None = None
    at: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Link:
    """Whether something stands at the other end of a relation, or (``there`` false) nothing does."""

    there: bool
    step: Step
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Not:
    part: Condition
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True)
class Either:
    parts: tuple[Condition, ...]
    depth: int = field(default=1, compare=False)


Condition = Test | Gap | Link | Not | All | Either


@dataclass(frozen=True)
class Step:
    """One domain or kind of the path, how one comes to it (``→``, ``←``; empty for the first), and what is asked of it."""

    name: Word
    where: Condition | None = None
    relation: Word | None = None
    arrow: str = ""


@dataclass(frozen=True)
class Question:
    """The whole line. ``show`` and ``sort`` name columns, perhaps with the step before them (``aplikasi.nama``)."""

    steps: tuple[Step, ...]
    show: tuple[Word, ...] = ()
    sort: Word | None = None
    down: bool = False


def written(question: Question) -> str:
    """The question as a line that reads as the same question."""
    parts = [_step(step) for step in question.steps]
    if question.show:
        parts.append(f"{KEYWORDS['SHOW'][0]} {', '.join(map(word, question.show))}")
    if question.sort:
        down = f" {KEYWORDS['DOWN'][0]}" if question.down else ""
        parts.append(f"{KEYWORDS['SORT'][0]} {word(question.sort)}{down}")
    return " ".join(parts)


def quoted(text: str) -> str:
    """A text as one word of the language, in quotation marks where it needs them."""
    if _BARE.fullmatch(text) and text.casefold() not in _RESERVED:
        return text
    return '"' + text.replace('"', '""') + '"'


def word(one: Word) -> str:
    return quoted(one.text)


def _step(step: Step) -> str:
    parts = [step.arrow] if step.arrow else []
    parts += [word(one) for one in (step.relation, step.name) if one is not None]
    if step.where is not None:
        parts.append(f"{KEYWORDS['WHERE'][0]} {_condition(step.where)}")
    return " ".join(parts)


def _condition(node: Condition) -> str:
    if isinstance(node, Test):
        return _test(node)
    if isinstance(node, Gap):
        return KEYWORDS["GAP"][0] + (f"({word(node.rule)})" if node.rule else "")
    if isinstance(node, Link):
        return f"{KEYWORDS['HAS' if node.there else 'WITHOUT'][0]}({_step(node.step)})"
    if isinstance(node, Not):
        return f"{KEYWORDS['NOT'][0]} {_inner(node.part, Either, All)}"
    if isinstance(node, All):
        return f" {KEYWORDS['AND'][0]} ".join(_inner(part, Either, All) for part in node.parts)
    return f" {KEYWORDS['OR'][0]} ".join(_inner(part, Either) for part in node.parts)


def _inner(node: Condition, *wrapped: type) -> str:
    text = _condition(node)
    return f"({text})" if isinstance(node, wrapped) else text


def _test(node: Test) -> str:
    name = word(node.name)
    if node.op == "empty":
        return f"{name} {KEYWORDS['EMPTY'][0]}"
    if node.op == "in":
        return f"{name} {KEYWORDS['IN'][0]} ({', '.join(map(word, node.values))})"
    return f"{name} {node.op} {word(node.values[0])}"
