"""A waiting import as its page shows it: counts, columns, rows with every finding and a field to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables import queries, remarks, staging
from pendapa.kernel.tables.columns import Column
from pendapa.kernel.tables.columns import letter as letter
from pendapa.kernel.tables.headings import is_counter
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import Ambiguous, NotFound
from pendapa.kernel.tables.ports import Session, may_remember_unit
from pendapa.kernel.tables.repairing import cell
from pendapa.kernel.tables.writing import text_of
from pendapa.kernel.tenancy.models import Unit

PAGE = 50
SHOWS = ("faulty", "remarked", "new", "changed", "same", "all")
CUT = 160
"""Longer texts are cut in the table; the field to mend them holds all of it."""
ALL_UNITS = 120
"""Up to so many units are offered to choose from; where there are more, the name is typed."""
OTHERS = 3
_NARROW = ("enum", "year", "boolean", "code", "url", "date", "number", "money")


@dataclass(frozen=True)
class Where:
    """Which part of the preview is looked at; it stands in the address."""

    sheet: int = 0
    show: str = "all"
    after: int = 0

    def query(self, **changes: Any) -> str:
        """The address' query with some parts changed; another filter begins at its first page."""
        parts = {"sheet": self.sheet, "show": self.show, "after": 0} | changes
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Unheard:
    """A header to explain: its number among those of the sheet, what it was said to mean (empty: left out), what it may be."""

    number: int
    header: str
    told: bool
    label: str
    options: list[Option]


@dataclass
class Fix:
    """A cell with findings and the field that mends it. Without ``index`` there is no cell: the whole row is meant."""

    index: int | None
    place: str
    header: str
    value: str
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    suggestion: str = ""
    control: str = ""
    filled: str = ""
    options: list[Option] = field(default_factory=list)
    more: list[Option] = field(default_factory=list)
    also: list[int] = field(default_factory=list)
    remember: bool = False

    @property
    def key(self) -> queries.Remark:
        return self.header, self.value


@dataclass(frozen=True)
class Cell:
    """The text of a cell in the table, marked when something is found in it."""

    text: str
    tone: str = ""
    label: str = ""


@dataclass(frozen=True)
class Before:
    """A field that would be written over."""

    label: str
    before: str
    after: str


@dataclass
class Shown:
    """A row of the table."""

    number: int
    verdict: str
    name: Cell
    unit: Cell | None
    cells: list[Cell]
    fixes: list[Fix]
    before: list[Before]
    mended: bool = False
    like: int | None = None

    @property
    def errors(self) -> int:
        return sum(len(fix.errors) for fix in self.fixes)

    @property
    def warnings(self) -> int:
        return sum(len(fix.warnings) for fix in self.fixes)

    @property
    def first(self) -> list[Fix]:
        """What to look at first: what keeps the row from being saved, else all."""
        return [fix for fix in self.fixes if fix.errors or not self.errors]

    @property
    def then(self) -> list[Fix]:
        """Doubts of a row that has worse."""
        return [fix for fix in self.fixes if self.errors and not fix.errors]

    @property
    def mendable(self) -> bool:
        return any(fix.control for fix in self.fixes)


@dataclass(frozen=True)
class Head:
    """A column of the table: what it is and its letter in the spreadsheet."""

    label: str
    letter: str
    is_unit: bool = False


class Preview:
    """One sheet of a batch on its page. ``mended`` are rows that stay on view after they were put right."""

    def __init__(self, actor: Actor, batch: ImportBatch, where: Where, mended: Iterable[int] = ()) -> None:
        self.actor, self.batch, self.where = actor, batch, where
        self.mended = frozenset(mended)
        self.facts: dict[str, Any] = batch.sheets[where.sheet]
        _room, self._found = staging.described(batch, where.sheet)
        self.kind = self._found.kind
        self._language = (get_language() or "id").partition("-")[0]
        self._by_header = {binding.header: binding for binding in self._found.bindings}

    # -- numbers ------------------------------------------------------------------------------------------------------

    @cached_property
    def counts(self) -> dict[int, dict[str, int]]:
        return queries.counts(self.batch)

    @property
    def here(self) -> dict[str, int]:
        return self.counts[self.where.sheet]

    def total(self, *verdicts: str) -> int:
        """Rows of all sheets with one of the verdicts."""
        return sum(numbers[verdict] for numbers in self.counts.values() for verdict in verdicts)

    @cached_property
    def remarked(self) -> int:
        """Rows of this sheet with something to look at that does not keep them from being saved."""
        return self._filtered("remarked").count()

    @cached_property
    def first_fault(self) -> tuple[int, int] | None:
        """Sheet and row of the first faulty row."""
        rows = self.batch.rows.filter(verdict="faulty").order_by("sheet", "row")
        return rows.values_list("sheet", "row").first()

    # -- columns ------------------------------------------------------------------------------------------------------

    @property
    def kind_label(self) -> str:
        return self.kind.label.get(self._language, self.kind.key)

    @cached_property
    def known(self) -> list[tuple[str, str]]:
        """Headers in the order of the sheet, with the name of the field that each became."""
        return [(b.header, self._label(b.column)) for b in sorted(self._found.bindings)]

    @cached_property
    def unknown(self) -> list[str]:
        told = self.facts.get("remembered", {})
        return [h for h, column in self.facts["columns"] if column is None and h and h not in told]

    @cached_property
    def chooser(self) -> list[Unheard]:
        """Headers that no pack knows, and those that somebody explained, each with the columns that are still free."""
        told: dict[str, str] = self.facts.get("remembered", {})
        taken = {binding.column for binding in self._found.bindings}
        found = []
        for number, (header, column) in enumerate(self.facts["columns"]):
            if not header or (column is not None and header not in told) or is_counter(header):
                continue
            meant = told.get(header)
            options = [
                Option(one.name, one.text(self._language), one.name == meant)
                for one in self.kind.columns
                if one.name not in taken or one.name == meant or one.type == "quarterly"
            ]
            label = self._label(meant) if meant else ""
            found.append(Unheard(number, header, header in told, label, options))
        return found

    @property
    def elsewhere(self) -> list[dict[str, Any]]:
        """Sheets of the workbook that are no known table, with their likeliest headers."""
        return (self.batch.problem or {}).get("unknown", [])

    @property
    def remarks(self) -> list[dict[str, Any]]:
        """What is to be told of the sheet as a whole and is shown nowhere else."""
        return queries.told(remarks.without_heading(self.facts, self.here["rows"]))

    @property
    def lacks_unit(self) -> bool:
        """The sheet has no column for the unit though its rows need one."""
        return self.kind.unit_column is not None and not self._found.of(self.kind.unit_column)

    @property
    def skipped(self) -> list[dict[str, Any]]:
        """Lines that are no rows: totals, notes, signatures."""
        return queries.told(self.facts["skipped"])

    def _label(self, column: str) -> str:
        known = self.kind.by_name.get(column)
        return known.text(self._language) if known else column

    def _index(self, column: str | None) -> int | None:
        """Where a column stands; of a code and a name beside it, the name."""
        bound = self._found.of(column) if column else ()
        named = [binding for binding in bound if binding.part != "code"] or list(bound)
        return named[0].index if named else None

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _filtered(self, show: str) -> QuerySet[StagedRow]:
        rows = self.batch.rows.filter(sheet=self.where.sheet)
        if show == "remarked":
            return rows.exclude(warnings=[])
        return rows if show == "all" else rows.filter(verdict=show)

    @cached_property
    def _page(self) -> list[StagedRow]:
        rows = self._filtered(self.where.show)
        if self.mended:
            rows = rows | self.batch.rows.filter(Q(row__in=self.mended), sheet=self.where.sheet)
        return list(rows.filter(row__gt=self.where.after).order_by("row")[: PAGE + 1])

    @property
    def next(self) -> str:
        page = self._page
        return self.where.query(after=page[PAGE - 1].row) if len(page) > PAGE else ""

    @cached_property
    def previous(self) -> str:
        if not self.where.after:
            return ""
        rows = self._filtered(self.where.show).filter(row__lte=self.where.after).order_by("-row")
        before = list(rows.values_list("row", flat=True)[: PAGE + 1])
        return self.where.query(after=before[PAGE] if len(before) > PAGE else 0)

    @cached_property
    def rows(self) -> list[Shown]:
        page = self._page[:PAGE]
        found = {row.pk: self._fixes(row) for row in page}
        self._complete([fix for fixes in found.values() for fix in fixes])
        changed = [row for row in page if row.verdict == "changed"]
        changes = self._session.changes(changed) if changed else {}
        shown = [self._shown(row, found[row.pk], changes.get(row.pk, ())) for row in page]
        _fold(shown)
        return shown

    def _shown(self, row: StagedRow, fixes: list[Fix], changes: Iterable[Any]) -> Shown:
        tones = {fix.index: "bad" if fix.errors else "warn" for fix in fixes}
        unit = self._index(self.kind.unit_column)
        return Shown(
            number=row.row,
            verdict=row.verdict,
            name=self._cell(row, self._index(self.kind.name_column), tones),
            unit=self._cell(row, unit, tones) if unit is not None else None,
            cells=[self._cell(row, index, tones, column) for column, index in self._others],
            fixes=fixes,
            before=[
                Before(self._label(c.column), _short(text_of(c.before)), _short(text_of(c.after)))
                for c in changes
            ],
            mended=row.row in self.mended,
        )

    def _cell(
        self, row: StagedRow, index: int | None, tones: dict[int | None, str], column: str = ""
    ) -> Cell:
        text = cell(row, index) if index is not None else ""
        return Cell(
            _short(text),
            tones.get(index, "") if index is not None else "",
            self._label(column) if column else "",
        )

    @cached_property
    def heads(self) -> list[Head]:
        """The columns of the table after row and verdict."""
        shown = [(self.kind.name_column, self._index(self.kind.name_column))]
        if (unit := self._index(self.kind.unit_column)) is not None:
            shown.append((self.kind.unit_column or "", unit))
        return [
            Head(self._label(name), letter(index or 0), name == self.kind.unit_column)
            for name, index in (*shown, *self._others)
        ]

    @cached_property
    def _others(self) -> list[tuple[str, int]]:
        """Columns beside name and unit: those in which something is found on this page, then narrow ones."""
        taken = {self._index(self.kind.name_column), self._index(self.kind.unit_column)}
        remarked = {note["column"] for row in self._page[:PAGE] for note in (*row.errors, *row.warnings)}
        bound = sorted(b for b in self._found.bindings if b.index not in taken)
        first = [b for b in bound if b.header in remarked]
        then = [b for b in bound if b.header not in remarked and self.kind.by_name[b.column].type in _NARROW]
        chosen = sorted([*first, *then][:OTHERS])
        return [(b.column, b.index) for b in chosen]

    # -- findings -----------------------------------------------------------------------------------------------------

    def _fixes(self, row: StagedRow) -> list[Fix]:
        """The findings of a row by cell, errors before warnings."""
        fixes: dict[tuple[Any, str], Fix] = {}
        for level, told in (("errors", row.errors), ("warnings", row.warnings)):
            for remark in queries.told(told):
                binding = self._by_header.get(remark["column"])
                index = binding.index if binding else None
                key = (index if index is not None else -1, remark["column"])
                if key not in fixes:
                    place = f"{letter(index)}{row.row}" if index is not None else ""
                    fixes[key] = Fix(index, place, remark["column"], remark["value"])
                fix = fixes[key]
                getattr(fix, level).append(remark["message"])
                fix.suggestion = fix.suggestion or remark.get("suggestion") or ""
        for fix in fixes.values():
            if fix.index is not None:
                self._control(fix, cell(row, fix.index), accept=bool(fix.errors) or not row.errors)
        return sorted(fixes.values(), key=lambda fix: (not fix.errors, fix.index is None, fix.index))

    def _control(self, fix: Fix, text: str, *, accept: bool) -> None:
        """Choose the field. What is suggested stands in it only where nothing worse keeps the row."""
        binding = self._by_header[fix.header]
        column = self.kind.by_name[binding.column]
        fix.filled = fix.suggestion if accept and fix.suggestion else text
        fix.control = "long" if len(text) > 120 or "\n" in text else "text"
        if column.type == "enum" and column.choices:
            fix.control, fix.options = "select", self._choices(column, text, fix.filled)
        elif column.type == "boolean":
            fix.control = "select"
            fix.options = [_as_written(text), Option("ya", _("yes")), Option("tidak", _("no"))]
        elif column.type == "unit" and (fix.errors or fix.suggestion):
            self._unit_control(fix, text)
        fix.remember = (
            self._may_remember
            and column.type == "unit"
            and binding.part != "code"
            and bool(text)
            and bool(fix.errors)
        )

    def _choices(self, column: Column, text: str, filled: str) -> list[Option]:
        values = [
            Option(choice.value, choice.label.get(self._language, choice.value), choice.value == filled)
            for choice in column.choices
        ]
        same = [choice.value for choice in column.choices if choice.value.casefold() == text.casefold()]
        if same:
            return [Option(text, o.label, filled == text) if o.value == same[0] else o for o in values]
        return [_as_written(text), *values]

    def _unit_control(self, fix: Fix, text: str) -> None:
        near = self._near_units(text)
        if len(self._units) > ALL_UNITS:
            fix.control = "unit"
            fix.filled = near[0].value if near and near[0].chosen else text
            return
        fix.control, fix.filled = "select", ""
        fix.options = [Option(text, _("Choose a unit")), *near]
        close = {option.value for option in near}
        fix.more = [option for option in self._units if option.value not in close]

    def _near_units(self, text: str) -> list[Option]:
        index = self._session.lookups.units
        result = index.find(name=text) if index is not None and text else None
        if isinstance(result, NotFound):
            found = [s for s in result.suggestions if s.name in self._unit_values]
            return [
                Option(
                    s.name,
                    _("%(name)s (%(percent)s%%)") % {"name": s.name, "percent": s.percent},
                    n == 0 and s.percent >= 80,
                )
                for n, s in enumerate(found)
            ]
        if isinstance(result, Ambiguous):
            meant = {unit.code for unit in self._writable if unit.pk in result.ids}
            return [option for option in self._units if option.value in meant]
        return []

    @cached_property
    def _session(self) -> Session:
        return queries.importer_session(self.actor, self.batch, self.where.sheet)

    @cached_property
    def _writable(self) -> list[Unit]:
        return list(queries.units(self.actor, self.batch.institution).only("pk", "name", "code"))

    @cached_property
    def _units(self) -> list[Option]:
        """The units to choose from, by name; where several have one name, by code."""
        several = {name for name, count in Counter(unit.name for unit in self._writable).items() if count > 1}
        return [
            Option(unit.code, f"{unit.name} ({unit.code})")
            if unit.name in several
            else Option(unit.name, unit.name)
            for unit in self._writable
        ]

    @cached_property
    def _unit_values(self) -> frozenset[str]:
        return frozenset(option.value for option in self._units)

    @property
    def unit_names(self) -> list[Option]:
        """What may be typed where there are too many to choose from."""
        used = any(fix.control == "unit" for row in self.rows for fix in row.fixes)
        return self._units[:2000] if used else []

    @cached_property
    def _may_remember(self) -> bool:
        return may_remember_unit(self.actor, self.batch.institution)

    def _complete(self, fixes: Sequence[Fix]) -> None:
        """Tell which other rows say the same. Names and codes are each row's own."""
        own = {self._index(self.kind.name_column), self._index(self.kind.code_column), None}
        shared = [fix for fix in fixes if fix.index not in own]
        same = queries.repeats_of(self.batch, self.where.sheet, {fix.key for fix in shared})
        for fix in shared:
            number = int(fix.place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            fix.also = [row for row in same[fix.key] if row != number]


def _as_written(text: str) -> Option:
    return Option(text, _("as written: %(text)s") % {"text": _short(text)} if text else _("empty"))


def _short(text: str) -> str:
    if len(text) <= CUT:
        return text
    return _("%(start)s… (%(length)s characters)") % {"start": text[:CUT].rstrip(), "length": len(text)}


def _fold(rows: Sequence[Shown]) -> None:
    """A row whose findings stand further up already, with the offer to mend this row too, is shown folded."""
    first: dict[queries.Remark, int] = {}
    for row in rows:
        if row.fixes and all(fix.key in first for fix in row.first):
            row.like = first[row.first[0].key]
            continue
        for fix in row.fixes:
            if fix.also:
                first.setdefault(fix.key, row.number)
