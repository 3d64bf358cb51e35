"""The definition of a column (*kolom*) and of a kind of table (*jenis tabel*).

One definition serves the form, the list, the template, the import and the export. Definitions are made from the metamodel
pack; nothing here knows a domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

ColumnType = Literal[
    "text", "long", "code", "enum", "enum_many", "reference", "relation", "unit", "unit_many",
    "number", "money", "year", "date", "url", "boolean", "yearly", "quarterly",
]  # fmt: skip
Part = Literal["code", "name"]

NAME_LIMIT = 300
"""Longest name of a row, in characters."""
TEXT_LIMIT = 10_000
"""Longest text of any other cell, in characters."""


@dataclass(frozen=True)
class Heading:
    """One text that may stand above a column. A field may be spread over several headings:

    ``part`` tells that the heading holds only the code or only the name ("Kode OPD" / "Nama OPD"); ``level`` that it is
    one of several levels ("RAB Level 2"), of which the deepest filled cell wins. Of a yearly column the level is the year
    ("Target 2027"), or the first and the last (20272028: "Target 2027-2028"), and every filled cell counts. So it is of a quarterly
    one: year and quarter (20263), or the quarter alone where the year stands elsewhere (3).
    """

    text: str
    part: Part | None = None
    level: int | None = None


@dataclass(frozen=True)
class Choice:
    """One value of a list, with its labels and the other ways in which people write it; ``doubt`` asks for a second look."""

    value: str
    label: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    doubt: Mapping[str, str] | None = None


@dataclass(frozen=True, eq=False)
class Column:
    """One field: ``name`` is the attribute key, ``label`` its text by language (``{"id": …, "en": …}``).

    ``values`` (of ``enum`` and ``enum_many``) may be plain texts or `Choice`. ``reference`` names the taxonomy of a
    ``reference`` column ("RAB"). ``required`` counts for completeness only: a row is saved without it. ``limit`` is the
    longest text; without it `TEXT_LIMIT`, and `NAME_LIMIT` for the name column of a kind. ``part`` and ``level`` hold for
    the label itself; synonyms carry their own as `Heading`. ``shares`` tells that values by period may be shares: a cell that is
    shown as percent comes as "50%", where other numbers come as 0.5.
    """

    name: str
    label: Mapping[str, str]
    type: ColumnType = "text"
    required: bool = False
    values: tuple[str | Choice, ...] = ()
    synonyms: tuple[str | Heading, ...] = ()
    part: Part | None = None
    level: int | None = None
    reference: str | None = None
    help: Mapping[str, str] | None = None
    official: bool = True
    limit: int | None = None
    shares: bool = False

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """``values`` as choices."""
        return tuple(v if isinstance(v, Choice) else Choice(v) for v in self.values)

    @property
    def wants_figures(self) -> bool:
        """Whether a share is of use here as a plain number only: its reader knows no sign of percent."""
        return self.type in ("number", "quarterly") or (self.type == "yearly" and not self.shares)

    @cached_property
    def own_headings(self) -> tuple[Heading, ...]:
        """The headings that are written down: labels, name, synonyms."""
        texts: list[Heading] = [Heading(t, self.part, self.level) for t in (*self.label.values(), self.name)]
        texts += [s if isinstance(s, Heading) else Heading(s, self.part, self.level) for s in self.synonyms]
        return tuple(texts)

    @cached_property
    def made_headings(self) -> tuple[Heading, ...]:
        """Headings that follow from the type: levels of a reference, code and name of a unit or an element."""
        if self.type == "reference" and self.reference:
            return _reference_headings(self.reference)
        if self.type in ("unit", "unit_many", "relation"):
            return tuple(h for own in self.own_headings if own.part is None for h in _code_and_name(own.text))
        return ()

    def text(self, language: str = "id") -> str:
        """The label in ``language``, else in any language, else the name."""
        return self.label.get(language) or next(iter(self.label.values()), self.name)


def _reference_headings(taxonomy: str) -> tuple[Heading, ...]:
    """ "RAB", "Kode RAB", "RAB Level 1" … "Level 7 RAB": how templates name a national reference."""
    plain = [Heading(f"{before}{taxonomy}") for before in ("", "kode ", "referensi ", "kode referensi ")]
    levels = [
        Heading(text.format(taxonomy, n), level=n)
        for n in range(1, 8)
        for text in (
            "{} level {}",
            "level {1} {0}",
            "{} lv {}",
            "{} l{}",
            "{} tingkat {}",
            "referensi {} level {}",
        )
    ]
    return (*plain, *levels)


def _code_and_name(text: str) -> tuple[Heading, ...]:
    return (
        Heading(f"kode {text}", "code"),
        Heading(f"id {text}", "code"),
        Heading(f"{text} kode", "code"),
        Heading(f"{text} code", "code"),
        Heading(f"nama {text}", "name"),
        Heading(f"{text} nama", "name"),
        Heading(f"{text} name", "name"),
    )


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of table (*jenis*): "units", "applications", … with its columns.

    ``name_column`` must be among the headers for a sheet to be of this kind, as must all of ``needs``.
    ``unit_column`` is the column of the owning unit (*OPD*), ``None`` for the list of units itself.
    ``sheet_names`` are usual names of its sheet; they only break ties. ``arrange(sheet, lines)`` sees a recognised sheet
    (``headers.Recognised``) and the lines below its header first, and gives those that are to be read: it may add headers
    with their bindings and cells, and tell of lines that it leaves out. ``remembered`` are headers as somebody explained
    them (:func:`pendapa.kernel.tables.headings.normal` text → column, empty: to be left out); they come before all others.
    """

    key: str
    label: Mapping[str, str]
    columns: tuple[Column, ...]
    name_column: str = "nama"
    code_column: str | None = "id"
    unit_column: str | None = "opd"
    sheet_names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    arrange: Callable[[Any, Iterator[Any]], Iterator[Any]] | None = None
    remembered: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by their name."""
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        """The column of that name; ``KeyError`` when there is none."""
        return self.by_name[name]

    def remembering(self, headers: Mapping[str, str]) -> Kind:
        """The same kind, knowing ``headers`` as well; columns that it has not are passed over."""
        known = {text: name for text, name in headers.items() if not name or name in self.by_name}
        return replace(self, remembered=known) if known else self

    def limit_of(self, column: Column) -> int:
        """The longest text that ``column`` takes, in characters."""
        return column.limit or (NAME_LIMIT if column.name == self.name_column else TEXT_LIMIT)


def letter(index: int) -> str:
    """The letter of a column in a spreadsheet: 0 → A, 25 → Z, 26 → AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
