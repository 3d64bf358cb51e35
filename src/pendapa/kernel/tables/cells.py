"""One cell → a value, warnings, errors.

A cell is an error only when it is too long. A value outside a list, an unknown code, a suspicious year: each is kept as written
and told in a warning, with the text that would be right where that can be told. Values are JSON-like:

=============  =====================================================================================================
text long code the text
enum           the value of the list; else the text as written
enum_many      list of such
reference      the code in the taxonomy; else the text as written
relation       list of texts (codes or names as written; the caller resolves them)
unit           the text as written (the caller resolves it, see `parse_unit`)
unit_many      list of such
number money   plain decimal text, whole rupiah as text; else the text as written
year date      "2019", "2021-01-12"; else the text as written
boolean        True or False; else the text as written
yearly         ``{"2025": "70", "2026": "75.5"}``; else the text as written
quarterly      ``{"2026-TW1": "20", "2026-TW2": "45.5"}``; else the text as written
url            the text
=============  =====================================================================================================

An empty cell is ``None``. So are the signs for nothing: "-", "n/a" and the like in every column; "0" where a nought says nothing
(all but numbers, money, yes/no); "nihil", "tidak ada" where no text is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from . import periods, values
from .cleaning import Number
from .columns import TEXT_LIMIT, Column, Kind
from .headings import normal
from .messages import Remark, Words, _, say
from .names import Ambiguous, Conflict, Found, NotFound, UnitIndex, UnitRef
from .references import ReferenceIndex

__all__ = ["Cell", "Lookups", "UnitRef", "parse", "parse_unit", "parser"]


class Cell(NamedTuple):
    """What a cell says. ``errors`` keep its row from being saved, ``warnings`` do not."""

    value: Any
    warnings: tuple[Remark, ...] = ()
    errors: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Lookups:
    """What cells are checked against: taxonomies by name, the units, and whether a text names a known element."""

    references: Mapping[str, ReferenceIndex] = field(default_factory=dict)
    units: UnitIndex | None = None
    knows: Callable[[Column, str], bool] | None = None


_DASHES = re.compile(
    r"[-–—_.\u2212\s]+|n/?\.?a\.?|#n/?a|null|none|\(?kosong\)?|-?\s*\(?empty\)?", re.IGNORECASE
)
_NOTHING = re.compile(r"nihil|tidak ada|tdk ada|belum ada|tidak tersedia|belum tersedia|noada", re.IGNORECASE)
_LISTS = frozenset({"enum", "enum_many"})
_NOUGHT_COUNTS = frozenset({"number", "money", "boolean"})
_FREE = frozenset({"text", "long", "code", "boolean"})
_SCALARS: Mapping[str, Callable[[str], values.Value]] = {
    "year": values.year,
    "number": values.number,
    "money": values.money,
    "date": values.date,
    "boolean": values.boolean,
    "url": values.url,
    "yearly": periods.yearly,
    "quarterly": periods.quarterly,
}
EMPTY = Cell(None)
_REMEMBERED = 5_000


def parser(
    column: Column, kind: Kind, lookups: Lookups, *, level: int | None = None
) -> Callable[[str], Cell]:
    """A function from text to `Cell` for one column of one sheet, which parses equal texts once.

    Make it once a column, not once a cell. ``level`` is that of the header, where a reference is spread over several.
    """
    limit = kind.limit_of(column)
    memory: dict[str, Cell] = {}

    def cell_of(text: str) -> Cell:
        # "1.234" from a cell that was a number is another value than the same text, so it is not remembered.
        if type(text) is Number:
            return parse(column, text, lookups, limit=limit, level=level)
        cell = memory.get(text)
        if cell is None:
            cell = parse(column, text, lookups, limit=limit, level=level)
            if len(memory) < _REMEMBERED:
                memory[text] = cell
        return cell

    return cell_of


def parse(
    column: Column, text: str, lookups: Lookups, *, limit: int = TEXT_LIMIT, level: int | None = None
) -> Cell:
    """The cell of ``column``. ``level`` is that of the header for a reference spread over several columns."""
    if len(text) > limit:
        # Only a name that does not fit keeps a row out; of other cells nothing is lost, and somebody should look.
        return Cell(text, warnings=(unusually_long(len(text)),))
    if not text or is_nothing(column, text):
        return EMPTY
    if column.type in _SCALARS:
        value, remark = _SCALARS[column.type](text)
        return Cell(value, (remark,) if remark else ())
    if column.type == "enum":
        return _enum(column, text)
    if column.type == "enum_many":
        return _enum_many(column, text)
    if column.type == "reference":
        return _reference(column, text, lookups, level)
    if column.type in ("relation", "unit", "unit_many"):
        return _linked(column, text, lookups)
    return Cell(text)


def unusually_long(length: int) -> Remark:
    """The warning about a text that hardly belongs in a cell."""
    return Remark(say(_("The text has %(length)s characters; it is kept as written."), length=length))


def too_long(length: int, limit: int) -> Remark:
    """The error about a text that is longer than its column takes."""
    return Remark(
        say(_("The text has %(length)s characters; at most %(limit)s are taken."), length=length, limit=limit)
    )


def is_nothing(column: Column, text: str) -> bool:
    """Whether a text only says that there is nothing."""
    if len(text) > 20 or (column.type in _LISTS and _key(text) in _known(column)):
        return False
    if _DASHES.fullmatch(text):
        return True
    if text == "0":
        return column.type not in _NOUGHT_COUNTS and column.type != "code"
    return column.type not in _FREE and bool(_NOTHING.fullmatch(text))


# -- lists ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _known(column: Column) -> dict[str, str]:
    """Normal text → value, for the values, labels and synonyms of a list."""
    known: dict[str, str] = {}
    for choice in column.choices:
        for text in (choice.value, *choice.label.values(), *choice.synonyms):
            known.setdefault(_key(text), choice.value)
    return known


def _key(text: str) -> str:
    """Texts of a list compare without case, spaces and punctuation; "C#" and "C++" stay apart from "C"."""
    marked = text.replace("#", " sharp ").replace("++", " plus plus ")
    return normal(marked).replace(" ", "")


def _enum(column: Column, text: str) -> Cell:
    value = _known(column).get(_key(text))
    if value is None:
        return Cell(text, (outside(column, text),) if column.values else ())
    doubt = _doubts(column).get(value)
    return Cell(value, (Remark(say("%(why)s", why=Words(doubt))),) if doubt else ())


@lru_cache(maxsize=1024)
def _doubts(column: Column) -> dict[str, Mapping[str, str]]:
    """Values of a list that deserve a second look, and why."""
    return {choice.value: choice.doubt for choice in column.choices if choice.doubt}


def outside(column: Column, text: str) -> Remark:
    """The warning about a value outside its list, with the nearest value."""
    known = _known(column)
    near = process.extractOne(_key(text), known.keys(), scorer=fuzz.ratio, score_cutoff=70)
    accepted = ", ".join(choice.value for choice in column.choices[:12])
    return Remark(
        say(_("%(value)s is not in the list: %(accepted)s."), value=text[:80], accepted=accepted),
        known[near[0]] if near else None,
    )


def _enum_many(column: Column, text: str) -> Cell:
    found: list[str] = []
    warnings: list[Remark] = []
    known = _known(column)
    for item in split_items(text):
        parts = [item] if _key(item) in known else _split_known(item, known)
        for part in parts:
            cell = _enum(column, part)
            warnings += cell.warnings
            if cell.value not in found:
                found.append(cell.value)
    return Cell(found or None, tuple(warnings))


def _split_known(item: str, known: Mapping[str, str]) -> list[str]:
    """Commas split when any part is known; slashes, "&" and "dan" only when every part is."""
    parts = [part.strip() for part in item.split(",") if part.strip()]
    if len(parts) > 1 and any(_key(part) in known for part in parts):
        return parts
    parts = [part.strip() for part in re.split(r"[,/&+]|\bdan\b|\band\b", item) if part.strip()]
    if len(parts) > 1 and all(_key(part) in known for part in parts):
        return parts
    return [item]


_BULLET = re.compile(
    r"^\s*(?:[-–—•●▪◦*·o\u2022\uf0b7➢➤]\s+|[-•●▪◦*·\uf0b7➢➤]|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)",
    re.IGNORECASE,
)
_LINES = re.compile(r"[\n;]|\s\|\s")


def split_items(text: str) -> list[str]:
    """The values of a cell that holds several: lines, semicolons, " | ", with bullets and numbers taken off."""
    items = [_BULLET.sub("", item).strip(" ;,|") for item in _LINES.split(text)]
    return [item for item in items if item and not _DASHES.fullmatch(item)]


# -- links ----------------------------------------------------------------------------------------------------------------


def _reference(column: Column, text: str, lookups: Lookups, level: int | None) -> Cell:
    index = lookups.references.get(column.reference or "")
    if index is None:
        return Cell(text)
    code, remark = index.find(text, level)
    return Cell(code if code is not None else text, (remark,) if remark else ())


def _linked(column: Column, text: str, lookups: Lookups) -> Cell:
    if column.type == "unit":
        return Cell(text, parse_unit("", text, lookups.units).warnings)
    items = list(dict.fromkeys(split_linked(column, text, lookups)))
    if column.type == "relation":
        return Cell(items or None)
    return Cell(
        items or None, tuple(w for item in items for w in parse_unit("", item, lookups.units).warnings)
    )


def split_linked(column: Column, text: str, lookups: Lookups) -> list[str]:
    """The names or codes in a cell of several units or elements, also one that stands there twice."""
    return [part for item in split_items(text) for part in _split_linked(column, item, lookups)]


def _split_linked(column: Column, item: str, lookups: Lookups) -> list[str]:
    """Names hold commas themselves: split only when the whole is unknown and every part is known."""
    parts = [part.strip() for part in item.split(",") if part.strip()]
    if len(parts) < 2 or _is_known(column, item, lookups):
        return [item]
    return parts if all(_is_known(column, part, lookups) for part in parts) else [item]


def _is_known(column: Column, text: str, lookups: Lookups) -> bool:
    if column.type == "unit_many":
        return lookups.units is not None and isinstance(lookups.units.find(name=text), Found)
    return lookups.knows is not None and lookups.knows(column, text)


def parse_unit(code: str, name: str, units: UnitIndex | None) -> Cell:
    """A `UnitRef` from the code and the name of a unit; not found, it has no id and a warning says why.

    The caller makes an error of the warning where the unit is needed.
    """
    text = name or code
    if not text:
        return EMPTY
    if units is None:
        return Cell(UnitRef(None, text))
    result = units.find(code=code or None, name=name or None)
    if isinstance(result, Found):
        return Cell(UnitRef(result.id, text), (Remark(result.doubt, result.name),) if result.doubt else ())
    return Cell(UnitRef(None, text), (unit_remark(text, result),))


def unit_remark(text: str, result: NotFound | Ambiguous | Conflict) -> Remark:
    """The sentence about a unit that is not found, or not one only."""
    if isinstance(result, Conflict):
        message = say(
            _("The code %(code)s is %(by_code)s, but the name is that of %(by_name)s."),
            code=result.code,
            by_code=result.by_code,
            by_name=result.by_name,
        )
        return Remark(message, result.by_code)
    if isinstance(result, Ambiguous):
        names = "; ".join(result.candidates)
        return Remark(say(_("More than one unit is meant by %(value)s: %(names)s."), value=text, names=names))
    if not result.suggestions:
        return Remark(say(_("No unit is named %(value)s."), value=text))
    near = ", ".join(f"{s.name} ({s.percent}%)" for s in result.suggestions)
    return Remark(
        say(_("No unit is named %(value)s. Nearest: %(near)s."), value=text, near=near),
        result.suggestions[0].name,
    )
