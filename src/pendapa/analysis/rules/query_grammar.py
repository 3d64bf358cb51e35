"""The grammar of questions (LALR, by lark): a line → tree, or a fault that says where, what was expected, what is near."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError
from rapidfuzz import fuzz, process

from pendapa.analysis.rules.query_tree import (
    DEEPEST,
    KEYWORDS,
    WORD,
    All,
    Condition,
    Either,
    Gap,
    Link,
    Not,
    Question,
    Step,
    Test,
    Word,
)
from pendapa.kernel.tables.messages import Message, _, say

LONGEST = 2_000
"""Characters of a question."""

_RULES = r"""
question: first hop* show? sort?
first: _name where?
hop: arrow _name _name? where?
!arrow: FORWARD | BACK
where: _WHERE_ _either
_either: either
either: all (_OR_ all)*
all: negated (_AND_ negated)*
negated: NOT negated -> no
       | _atom
_atom: "(" _either ")" | test | gap | link
test: _name OP _name                              -> compare
    | _name CONTAINS _name                        -> compare
    | _name IN "(" _name ("," _name)* ")"         -> among
    | _name NOT IN "(" _name ("," _name)* ")"     -> among
    | _name IS? EMPTY                             -> empty
    | _name IS NOT EMPTY                          -> empty
    | _name NOT EMPTY                             -> empty
gap: GAP "(" _name ")" | GAP
link: (WITHOUT | HAS) _name                       -> link_short
    | (WITHOUT | HAS) "(" target ")"
target: arrow? _name _name? where?
show: _SHOW_ _name ("," _name)*
sort: _SORT_ _BY_? _name (DOWN | UP)?
_name: WORD | STRING
FORWARD.4: "->" | "→"
BACK.4: /<-(?![0-9])/ | "←"
OP.3: "!=" | "<>" | "≠" | ">=" | "≥" | "<=" | "≤" | "==" | "=" | "~" | ">" | "<"
STRING.3: /"(?:[^"]|"")*"/ | /'[^']*'/ | /“[^”]*”/ | /«[^»]*»/
%import common.WS
%ignore WS
"""
_OPS = {"<>": "!=", "≠": "!=", "≥": ">=", "≤": "<=", "==": "="}
_SILENT = ("WHERE", "AND", "OR", "SHOW", "SORT", "BY")
_EXPECTED = {
    "OP": "= != ~ > >= < <=",
    "FORWARD": "→",
    "BACK": "←",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
}
"""What a terminal is told as; the keywords tell themselves, names and the end have words of their own."""


@dataclass
class Fault(Exception):
    """A question that cannot be answered: why, at which characters, what was expected there, and what is near.

    ``kind`` of what was expected: ``name`` (of a domain, kind, field), ``value`` or ``end`` beside the words themselves.
    """

    message: Message
    at: int
    size: int = 1
    expected: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} ({self.at})"


@lru_cache
def _parser() -> Lark:
    named = []
    for kind, words in KEYWORDS.items():
        silent = kind in _SILENT
        name = f"_{kind}_" if silent else kind
        named.append(rf"{name}.2: /(?:{'|'.join(words)})(?!{WORD})/i")
    # In the regular expressions of lark a slash ends the expression.
    rules = _RULES + "\n".join(named) + f"\nWORD.1: /{WORD}+/\n"
    return Lark(rules, start="question", parser="lalr", lexer="contextual", transformer=_Trees())


def parse(line: str) -> Question:
    """The tree of a question. Raises :class:`Fault`."""
    if len(line) > LONGEST:
        raise Fault(say(_("A question may be %(most)s characters long."), most=LONGEST), LONGEST)
    text = line.replace("\x00", " ")
    if not text.strip():
        raise Fault(say(_("Write what you want to know, beginning with a domain.")), 0, 0)
    try:
        tree = _parser().parse(text)
    except UnexpectedCharacters as error:
        raise _unread(text, error) from None
    except UnexpectedToken as error:
        raise _misplaced(text, error) from None
    except UnexpectedInput as error:
        raise Fault(say(_("This cannot be read here.")), getattr(error, "pos_in_stream", 0) or 0) from None
    except VisitError as error:
        if isinstance(error.orig_exc, Fault):
            raise error.orig_exc from None
        raise
    assert isinstance(tree, Question)
    return tree


def _unread(text: str, error: UnexpectedCharacters) -> Fault:
    at = min(error.pos_in_stream or 0, len(text))
    sign = text[at : at + 1]
    if sign in "\"'“«":
        return Fault(say(_("This quotation mark is not closed.")), at, len(text) - at)
    return Fault(
        say(_("“%(sign)s” cannot stand here."), sign=sign), at, 1, expected_words(tokens(text[:at])[1])
    )


def _misplaced(text: str, error: UnexpectedToken) -> Fault:
    token, expected = error.token, expected_words(error.accepts or error.expected or ())
    if token.type == "$END":
        end = len(text.rstrip())
        return Fault(say(_("The question stops too early.")), end, 1, expected)
    at, said = token.start_pos or 0, str(token)
    message = say(_("“%(said)s” cannot stand here."), said=said[:60])
    before = re.search(rf"(?:[=~<>≤≥≠]|memuat|contains)\s*({WORD}+)\s+$", text[:at], re.IGNORECASE)
    if before and token.type == "WORD":
        message = say(
            _("A value of several words stands in quotation marks: “%(start)s %(said)s …”."),
            start=before.group(1),
            said=said[:60],
        )
    elif (
        token.type == "WORD"
        and "dengan" in expected
        and re.match(r"\s*([=!~<>]|kosong)", text[at + len(said) :])
    ):
        message = say(_("Before a condition stands “dengan” (where)."))
    return Fault(message, at, max(len(said), 1), expected, near(said.casefold(), expected))


def near(said: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known words that look most like what was said."""
    words = list(known)
    found = [
        text
        for text, _s, _n in process.extract(said[:60], words, scorer=fuzz.ratio, limit=most, score_cutoff=62)
    ]
    if len(said) > 2:
        found += [text for text in words if said in text]
    return tuple(dict.fromkeys(found))[:most]


def expected_words(terminals: Iterable[str]) -> tuple[str, ...]:
    """Terminals as people read them, in a fixed order; names as ``name``, the end as ``end``."""
    found: list[str] = []
    for name in sorted(terminals, key=_place):
        bare = name.strip("_")
        if bare in ("WORD", "STRING"):
            found.append("name")
        elif bare == "$END":
            found.append("end")
        elif bare in KEYWORDS:
            found.append(KEYWORDS[bare][0])
        elif bare in _EXPECTED:
            found.append(_EXPECTED[bare])
    return tuple(dict.fromkeys(found))


def _place(name: str) -> tuple[int, str]:
    order = ["WORD", "STRING", "OP", *KEYWORDS, "FORWARD", "BACK", "LPAR", "RPAR", "COMMA", "$END"]
    bare = name.strip("_")
    return (order.index(bare) if bare in order else len(order), bare)


def tokens(line: str) -> tuple[list[Token], frozenset[str]]:
    """The tokens of the beginning of a question as far as they fit, and the terminals that may follow them. Never raises."""
    # Trees are not needed here, and a beginning may not make one.
    state = _shape().parse_interactive(line[:LONGEST].replace("\x00", " "))
    found: list[Token] = []
    try:
        for token in state.iter_parse():
            found.append(token)  # noqa: PERF402 (what was read before a fault counts)
    except UnexpectedInput:
        return found, frozenset()
    return found, frozenset(state.accepts())


@lru_cache
def _shape() -> Lark:
    parser = _parser()
    return Lark(parser.source_grammar, start="question", parser="lalr", lexer="contextual")


def _word(token: Token) -> Word:
    text = str(token)
    if token.type == "STRING":
        text = text[1:-1].replace('""', '"') if text.startswith('"') else text[1:-1]
    return Word(text, token.start_pos or 0, len(str(token)))


def _deeper(*parts: Condition | None) -> int:
    depth = 1 + max((part.depth for part in parts if part is not None), default=0)
    if depth > DEEPEST:
        raise Fault(say(_("The conditions are nested too deeply.")), 0)
    return depth


def _step(parts: list[Any], *, arrow: str = "") -> Step:
    """Names, perhaps the relation before them, and the condition after them."""
    names = [_word(part) for part in parts if isinstance(part, Token)]
    where = next((part for part in parts if isinstance(part, Condition)), None)
    relation = names[0] if len(names) > 1 else None
    return Step(names[-1], where, relation, arrow)


class _Trees(Transformer[Token, Any]):
    """Tokens → tree while parsing: no recursion, however deep the parentheses are."""

    def question(self, parts: list[Any]) -> Question:
        steps = tuple(part for part in parts if isinstance(part, Step))
        show = next((part for part in parts if isinstance(part, tuple) and part and part[0] == "show"), None)
        sort = next((part for part in parts if isinstance(part, tuple) and part and part[0] == "sort"), None)
        name, down = (sort[1], sort[2]) if sort else (None, False)
        return Question(steps, show[1] if show else (), name, down)

    def first(self, parts: list[Any]) -> Step:
        return _step(parts)

    def hop(self, parts: list[Any]) -> Step:
        return _step(parts[1:], arrow=parts[0])

    def target(self, parts: list[Any]) -> Step:
        arrow = parts[0] if isinstance(parts[0], str) and not isinstance(parts[0], Token) else ""
        return _step(parts[1:] if arrow else parts, arrow=arrow)

    def arrow(self, parts: list[Token]) -> str:
        return "→" if parts[0].type == "FORWARD" else "←"

    def where(self, parts: list[Any]) -> Condition:
        found: Condition = parts[0]
        return found

    def either(self, parts: list[Any]) -> Condition:
        return parts[0] if len(parts) == 1 else Either(tuple(_flat(parts, Either)), _deeper(*parts))

    def all(self, parts: list[Any]) -> Condition:
        return parts[0] if len(parts) == 1 else All(tuple(_flat(parts, All)), _deeper(*parts))

    def negated(self, parts: list[Any]) -> Condition:
        found: Condition = parts[0]
        return found

    def no(self, parts: list[Any]) -> Condition:
        return Not(parts[-1], _deeper(parts[-1]))

    def compare(self, parts: list[Token]) -> Condition:
        name, op, value = parts
        sign = "~" if op.type == "CONTAINS" else _OPS.get(str(op), str(op))
        return Test(_word(name), sign, (_word(value),))

    def among(self, parts: list[Token]) -> Condition:
        values = tuple(_word(part) for part in parts[1:] if part.type in ("WORD", "STRING"))
        test = Test(_word(parts[0]), "in", values)
        return Not(test, 2) if any(part.type == "NOT" for part in parts) else test

    def empty(self, parts: list[Token]) -> Condition:
        test = Test(_word(parts[0]), "empty")
        return Not(test, 2) if any(part.type == "NOT" for part in parts) else test

    def gap(self, parts: list[Token]) -> Condition:
        return Gap(_word(parts[1]) if len(parts) > 1 else None, parts[0].start_pos or 0)

    def link_short(self, parts: list[Token]) -> Condition:
        return Link(parts[0].type == "HAS", Step(_word(parts[1])))

    def link(self, parts: list[Any]) -> Condition:
        step: Step = parts[1]
        return Link(parts[0].type == "HAS", step, _deeper(step.where))

    def show(self, parts: list[Token]) -> tuple[str, tuple[Word, ...]]:
        return "show", tuple(_word(part) for part in parts)

    def sort(self, parts: list[Token]) -> tuple[str, Word, bool]:
        return "sort", _word(parts[0]), parts[-1].type == "DOWN"


def _flat(parts: Iterable[Condition], kind: type) -> Iterable[Condition]:
    """``a and (b and c)`` is ``a and b and c``."""
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts  # type: ignore[union-attr]
        else:
            yield part
