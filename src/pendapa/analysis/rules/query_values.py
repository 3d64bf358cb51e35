"""Values of a question in the shape of the field that they are compared with, and which comparisons a field knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pendapa.analysis.rules.query_grammar import Fault, near
from pendapa.analysis.rules.query_tree import Word
from pendapa.analysis.rules.query_words import Field, folded
from pendapa.kernel.tables import values
from pendapa.kernel.tables.messages import _, say

_ORDER = ("=", "!=", ">", ">=", "<", "<=", "in")
OPS: Mapping[str, tuple[str, ...]] = {
    "word": ("=", "!=", "~", "in"),
    "text": ("=", "!=", "~", "in", ">", ">=", "<", "<="),
    "number": _ORDER,
    "date": _ORDER,
    "choice": ("=", "!=", "~", "in"),
    "reference": ("=", "!=", "~", "in"),
    "unit": ("=", "!=", "~", "in"),
    "unit_text": ("=", "!=", "~", "in"),
    "yearly": _ORDER,
}
"""By the type of a field; ``word`` is that of names and codes."""
_ORDERING = (">", ">=", "<", "<=")


@dataclass(frozen=True)
class Value:
    """One value. ``texts`` in lower case are what a kept text may be; ``number`` or ``date`` (ISO) where it is compared as
    such. ``word`` is what was typed."""

    word: Word
    texts: tuple[str, ...] = ()
    number: float | None = None
    date: str = ""


def understood(field: Field, op: str, word: Word) -> Value:
    """A value as the field takes it. Raises :class:`Fault` where it can be none."""
    text = word.text.strip()
    if not text:
        raise Fault(
            say(
                _(
                    "Nothing stands between the quotation marks; what has no value is asked by: %(field)s kosong."
                ),
                field=field.key,
            ),
            word.at,
            word.size,
        )
    if field.type in ("number", "yearly"):
        return Value(word, number=_number(field, word, text))
    if field.type == "date":
        return Value(word, date=_date(op, word, text))
    if op in _ORDERING:
        return _ordered(field, word, text)
    if field.choices:
        return _choice(field, op, word, text)
    return Value(word, (ascii_lower(text),))


def ascii_lower(text: str) -> str:
    """Lower case of the letters a to z only: so do both databases, whatever their settings."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def _number(field: Field, word: Word, text: str) -> float:
    money = field.column is not None and field.column.type == "money"
    told, remark = values.money(text) if money else values.number(text)
    if remark is not None and money and remark.suggestion:
        told, remark = remark.suggestion, None
    if remark is not None:
        raise Fault(remark.message, word.at, word.size, nearest=_suggested(remark.suggestion))
    if len(told) > 20:
        raise Fault(say(_("This number is too long.")), word.at, word.size)
    return float(told)


def _date(op: str, word: Word, text: str) -> str:
    if op in _ORDERING and re.fullmatch(r"[0-9]{4}", text):
        return f"{text}-01-01"
    told, remark = values.date(text)
    if remark is not None:
        raise Fault(remark.message, word.at, word.size, nearest=_suggested(remark.suggestion))
    return str(told)


def _suggested(text: object) -> tuple[str, ...]:
    return (str(text),) if text else ()


def _ordered(field: Field, word: Word, text: str) -> Value:
    """More and less of a text: only of numbers and dates that were written into it."""
    told, remark = values.number(text)
    if remark is None and len(told) <= 20:
        return Value(word, number=float(told))
    told, remark = values.date(text)
    if remark is None:
        return Value(word, date=str(told))
    raise Fault(
        say(_("More and less are asked of numbers and dates; “%(value)s” is neither."), value=text[:60]),
        word.at,
        word.size,
        ("=", "~"),
    )


def _choice(field: Field, op: str, word: Word, text: str) -> Value:
    said = folded(text)
    if op == "~":
        keys = [
            key for key, label in field.choices if said and any(said in one for one in _spellings(key, label))
        ]
        return Value(word, (ascii_lower(text), *(ascii_lower(key) for key in keys)))
    known = field.column.match_value(text) if field.column else None
    keys = [known.key] if known else []
    keys += [key for key, label in field.choices if said in _spellings(key, label)]
    if not keys and field.type == "choice":
        words = [key for key, _label in field.choices]
        labels = [label.id for _key, label in field.choices]
        raise Fault(
            say(_("“%(value)s” is no value of %(field)s."), value=text[:60], field=field.key),
            word.at,
            word.size,
            tuple(labels[:12]),
            near(text, dict.fromkeys([*words, *labels])),
        )
    return Value(word, tuple(dict.fromkeys(ascii_lower(one) for one in (*keys, text))))


def _spellings(key: str, label: object) -> tuple[str, ...]:
    both = (getattr(label, "id", ""), getattr(label, "en", ""))
    return tuple(folded(one) for one in (key, *both) if one)
