"""Empty templates: one sheet a table, lists to choose from, help in comments, headers that stay, an example, instructions.

What is filled in comes back through the import; the example, the instructions and the lists are passed over by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from .columns import Column, Kind
from .periods import QUARTERLY, YEARS
from .sifting import EXAMPLE
from .writing import Page, Sheet, template

SEVERAL = frozenset({"enum_many", "unit_many", "relation"})


@dataclass(frozen=True)
class Lists:
    """What cells may be chosen from beside the lists of the columns: references by taxonomy ("RAB.06 Kesehatan"), units."""

    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Sequence[str] = ()


def book(kinds: Sequence[Kind], lists: Lists, language: str = "id") -> list[Sheet | Page]:
    """The sheets of a workbook to fill in: instructions first, then a sheet for each table."""
    sheets = [sheet(kind, lists, language) for kind in kinds]
    return [_instructions(kinds, language), *sheets]


def sheet(kind: Kind, lists: Lists, language: str = "id") -> Sheet:
    """The empty form of one table."""
    plain = template(kind, language)
    found = {index: _list_of(column, lists, language) for index, column in enumerate(kind.columns)}
    return replace(
        plain,
        choices={},
        lists={index: texts for index, texts in found.items() if texts},
        notes={},
        comments={i: _help(kind, column, language) for i, column in enumerate(kind.columns)},
        examples=[_example(kind, lists, language)],
        locked=True,
    )


def _list_of(column: Column, lists: Lists, language: str) -> Sequence[str]:
    if column.type in ("enum", "enum_many"):
        return [choice.label.get(language) or choice.value for choice in column.choices]
    if column.type == "reference":
        return lists.references.get(column.reference or "", ())
    if column.type in ("unit", "unit_many"):
        return lists.units
    return ("ya", "tidak") if column.type == "boolean" else ()


def _is_needed(kind: Kind, column: Column) -> bool:
    return column.name in (kind.name_column, kind.unit_column, *kind.needs)


def _help(kind: Kind, column: Column, language: str) -> str:
    """What a comment tells of a column: whether it must be filled, how it is written, what the pack says of it."""
    told = [_("Must be filled in.")] if _is_needed(kind, column) else []
    told += [column.help[language]] if column.help and column.help.get(language) else []
    told += [hint] if (hint := _how(column)) else []
    if not column.official:
        told.append(_("A field of this application, not of the ministry's form."))
    return "\n".join(told)


def _how(column: Column) -> str:
    known = {
        "enum": _("Choose from the list."),
        "enum_many": _("From the list; several values on lines of their own (Alt+Enter)."),
        "reference": _("Code and name of the national reference, from the list."),
        "unit": _("Name or code of the unit."),
        "unit_many": _("Names or codes of units, each on a line of its own (Alt+Enter)."),
        "relation": _("Codes or names of what it is linked with, each on a line of its own (Alt+Enter)."),
        "number": _("A number, with a comma before decimals."),
        "money": _("Whole rupiah."),
        "year": _("A year of four digits."),
        "date": _("A date: 2026-01-31 or 31 Januari 2026."),
        "yearly": _("A value for each year: 2025: 70; 2026: 75,5"),
        "quarterly": _("A value for each quarter: TW I 2026: 20; TW II 2026: 45"),
        "boolean": _("ya or tidak."),
        "url": _("An address that begins with https://"),
        "code": _("A code that nothing else has; left empty, one is given."),
    }
    return known.get(column.type, "")


def _example(kind: Kind, lists: Lists, language: str) -> list[Any]:
    """A row that shows how the table is filled in; the import leaves it out by its name."""
    return [_shown(kind, column, lists, language) for column in kind.columns]


def _shown(kind: Kind, column: Column, lists: Lists, language: str) -> str:
    if column.name == kind.name_column:
        return f"{EXAMPLE} " + _("this row is left out by the import")
    offered = _list_of(column, lists, language)
    if offered:
        return offered[0]
    plain = {
        "year": "2024", "date": "2024-01-31", "number": "12,5", "money": "150000000", "url": "https://contoh.go.id",
        "yearly": YEARS.example, "quarterly": QUARTERLY.example,
    }  # fmt: skip
    if column.type in plain:
        return plain[column.type]
    if column.type in ("unit", "unit_many"):
        return "Dinas Kesehatan"
    return ""


def _instructions(kinds: Sequence[Kind], language: str) -> Page:
    return Page("Petunjuk", _("How to fill in this workbook"), _lines(kinds, language), (30.0, 36.0, 70.0))


def _lines(kinds: Sequence[Kind], language: str) -> Iterable[Sequence[str]]:
    for told in (
        _("Fill in one row for each thing, below the headers. Leave the headers as they are."),
        _("Only the columns marked * have to be filled; empty cells change nothing that is stored."),
        _("The grey row is an example; it may stay, the import leaves it out."),
        _("A column that names other things takes their codes or names, also of rows in another sheet of this workbook."),
        _("Hand the file in under Import: what is wrong is shown first, nothing is saved before you confirm."),
    ):  # fmt: skip
        yield ("", told)
    yield ()
    yield (_("Sheet"), _("Column"), _("How to fill it in"))
    for kind in kinds:
        for column in kind.columns:
            label = column.text(language) + (" *" if _is_needed(kind, column) else "")
            yield (kind.label.get(language, kind.key), label, _help(kind, column, language))
