"""One row of a recognised sheet → its code, name, unit and values, with every warning and error at its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cells import Cell, Lookups, is_nothing, parse, parse_unit, parser, split_linked, too_long
from .columns import Column
from .headers import Binding, Recognised, Row
from .headings import normal
from .messages import Finding, Remark, _, say
from .names import Conflict, Found, UnitRef
from .periods import PART, YEAR_HEADINGS, label, lone_year, one_value, quarter_key, quarterly
from .remarks import beyond_headings

CODE_LIMIT = 60
"""Longest code of a row, in characters."""
LONGEST_ROW = 512
"""So many cells of a row of a text file are looked at."""


@dataclass
class ParsedRow:
    """What a row says. ``values`` has the bound columns that are filled, but the name, the code and the unit.

    ``name``, ``code``, ``unit`` are the row's own; a row with ``errors`` cannot be saved.
    """

    number: int
    name: str = ""
    code: str = ""
    unit: UnitRef | None = None
    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


def row_parser(
    recognised: Recognised, lookups: Lookups, default_unit: UnitRef | None = None
) -> Callable[[Row], ParsedRow]:
    """A function from `Row` to `ParsedRow`. ``default_unit`` owns the rows that name no unit.

    Cells with the same text in the same column are parsed once.
    """
    return _RowParser(recognised, lookups, default_unit)


class _RowParser:
    def __init__(self, recognised: Recognised, lookups: Lookups, default_unit: UnitRef | None) -> None:
        kind = recognised.kind
        self._recognised = recognised
        self._lookups = lookups
        self._default = default_unit
        self._kind = kind
        special = {kind.name_column, kind.code_column, kind.unit_column}
        self._name = recognised.of(kind.name_column)[0]
        codes = recognised.of(kind.code_column) if kind.code_column else ()
        self._code = codes[0] if codes else None
        self._units = _Parts(recognised.of(kind.unit_column)) if kind.unit_column else None
        self._plain: list[tuple[str, int, str, Callable[[str], Cell]]] = []
        self._spread: list[tuple[Column, tuple[Binding, ...]]] = []
        self._paired: list[tuple[Column, _Parts]] = []
        for column in kind.columns:
            bound = recognised.of(column.name)
            if bound and column.name not in special:
                self._sort_in(column, bound)
        self._unit_memory: dict[tuple[str, str], Cell] = {}
        years = (n for n, text in enumerate(recognised.headers) if normal(text) in YEAR_HEADINGS)
        self._year_at = next(years, None)
        mine = {binding.index for binding in recognised.bindings}
        most = range(recognised.width, LONGEST_ROW) if recognised.width else ()
        self._beyond = [index for index in most if index not in mine]

    def _sort_in(self, column: Column, bound: tuple[Binding, ...]) -> None:
        if column.type == "unit" or (column.type == "unit_many" and len(bound) > 1):
            self._paired.append((column, _Parts(bound)))
        elif len(bound) > 1 or bound[0].level:
            # The deepest level first; a header without a level stands for the whole reference.
            self._spread.append((column, tuple(sorted(bound, key=_depth, reverse=True))))
        else:
            one = bound[0]
            self._plain.append(
                (column.name, one.index, one.header, parser(column, self._kind, self._lookups))
            )

    def __call__(self, row: Row) -> ParsedRow:
        cells = row.cells
        parsed = ParsedRow(row.number)
        self._take_name(parsed, cells)
        if self._units is not None:
            self._take_unit(parsed, cells)
        for name, index, header, read in self._plain:
            text = cells[index]
            if text:
                value, warnings, errors = read(text)
                if value is not None:
                    parsed.values[name] = value
                if warnings or errors:
                    _tell(parsed, header, text, warnings, errors)
        for column, bound in self._spread:
            self._take_spread(parsed, cells, column, bound)
        for column, parts in self._paired:
            self._take_pair(parsed, cells, column, parts)
        if row.notes:
            self._take_notes(parsed, row)
        if self._beyond and len(cells) > self._recognised.width:
            self._check_beyond(parsed, cells)
        return parsed

    def _check_beyond(self, parsed: ParsedRow, cells: Sequence[str]) -> None:
        """A row of a text file with more cells than headings: its cells have slipped, so none of them can be trusted."""
        over = [index for index in self._beyond if index < len(cells) and cells[index]]
        if over:
            message = beyond_headings(over[-1] + 1, self._recognised.width)
            parsed.errors.append(Finding(parsed.number, "", cells[over[-1]], message))

    def _take_name(self, parsed: ParsedRow, cells: Sequence[str]) -> None:
        name = cells[self._name.index]
        column = self._kind.by_name[self._name.column]
        limit = self._kind.limit_of(column)
        if len(name) > limit:
            parsed.name = name[:limit]
            _tell(parsed, self._name.header, name, (), (too_long(len(name), limit),))
        elif not name or is_nothing(column, name):
            _tell(parsed, self._name.header, name, (), (Remark(say(_("The row has no name."))),))
        else:
            parsed.name = " ".join(name.split())
        if self._code and (code := cells[self._code.index]):
            column = self._kind.by_name[self._code.column]
            if len(code) > CODE_LIMIT:
                _tell(parsed, self._code.header, code, (), (too_long(len(code), CODE_LIMIT),))
            elif not is_nothing(column, code):
                parsed.code = " ".join(code.split())

    def _take_unit(self, parsed: ParsedRow, cells: Sequence[str]) -> None:
        parts = self._units
        assert parts is not None
        code, name = parts.texts(cells, self._kind.by_name[self._kind.unit_column or ""])
        if not code and not name:
            parsed.unit = self._default
            if self._default is None:
                header = parts.header or self._kind.by_name[self._kind.unit_column or ""].text()
                _tell(parsed, header, "", (), (Remark(say(_("The row names no unit."))),))
            return
        cell = self._unit(code, name)
        parsed.unit = cell.value
        if cell.warnings:
            found = cell.value is not None and cell.value.id is not None
            header = parts.header_of(code, name)
            _tell(
                parsed, header, name or code, cell.warnings if found else (), () if found else cell.warnings
            )

    def _unit(self, code: str, name: str) -> Cell:
        cell = self._unit_memory.get((code, name))
        if cell is None:
            cell = self._unit_memory[code, name] = parse_unit(code, name, self._lookups.units)
        return cell

    def _take_spread(
        self, parsed: ParsedRow, cells: Sequence[str], column: Column, bound: tuple[Binding, ...]
    ) -> None:
        """A field over several headers: the deepest filled one counts, of a value a year each."""
        if column.type == "yearly" and any(binding.level for binding in bound):
            _take_years(parsed, cells, column, bound)
            return
        if column.type == "quarterly" and any(binding.level for binding in bound):
            _take_quarters(parsed, cells, column, bound, self._year_of(cells))
            return
        for binding in bound:
            text = cells[binding.index]
            if not text or is_nothing(column, text):
                continue
            limit = self._kind.limit_of(column)
            cell = parse(column, text, self._lookups, limit=limit, level=binding.level)
            parsed.values[column.name] = cell.value
            _tell(parsed, binding.header, text, cell.warnings, cell.errors)
            return

    def _year_of(self, cells: Sequence[str]) -> int:
        """The year of a row whose headings name quarters alone: that of its own column of years, else that of the sheet."""
        own = cells[self._year_at] if self._year_at is not None and self._year_at < len(cells) else ""
        return lone_year([own]) if own else self._recognised.year

    def _take_pair(self, parsed: ParsedRow, cells: Sequence[str], column: Column, parts: _Parts) -> None:
        code, name = parts.texts(cells, column)
        if not code and not name:
            return
        if column.type == "unit_many":
            self._take_pairs(parsed, column, parts, code, name)
            return
        cell = self._unit(code, name)
        parsed.values[column.name] = name or code
        if cell.warnings:
            _tell(parsed, parts.header_of(code, name), name or code, cell.warnings, ())

    def _take_pairs(self, parsed: ParsedRow, column: Column, parts: _Parts, code: str, name: str) -> None:
        """Several units, their codes in one cell and their names in another: the first code belongs to the first name. Cells that
        hold as many of neither are refused: nobody can tell which belongs to which."""
        codes, names = split_linked(column, code, self._lookups), split_linked(column, name, self._lookups)
        if codes and names and len(codes) != len(names):
            words = _(
                "“%(code_header)s” holds %(codes)s codes, “%(header)s” holds %(names)s names. Write as many of both in the same order, "
                "or leave one of the two cells empty."
            )
            headers = {"code_header": parts.code_header, "header": parts.header}
            told = say(words, codes=len(codes), names=len(names), **headers)
            _tell(parsed, parts.header, name, (), (Remark(told),))
            return
        found: list[str] = []
        for n in range(max(len(codes), len(names))):
            one_code, one_name = (texts[n] if texts else "" for texts in (codes, names))
            found.append(self._pair(parsed, parts, one_code, one_name))
        parsed.values[column.name] = list(dict.fromkeys(found))

    def _pair(self, parsed: ParsedRow, parts: _Parts, code: str, name: str) -> str:
        """The text by which a unit is found again: its name, or its code where the name alone does not find it."""
        cell, units = self._unit(code, name), self._lookups.units
        whose = cell.value.id if cell.value is not None else None
        both = units.find(code=code, name=name) if units and code and name else None
        clash = isinstance(both, Conflict)
        header = parts.header_of(code, name)
        _tell(parsed, header, name or code, () if clash else cell.warnings, cell.warnings if clash else ())
        by_name = units.find(name=name) if units and name and code else None
        if whose is not None and not (isinstance(by_name, Found) and by_name.id == whose):
            return code or name
        return name or code

    def _take_notes(self, parsed: ParsedRow, row: Row) -> None:
        names = self._recognised.names()
        for note in row.notes:
            header = names.get(note.index, "")
            parsed.warnings.append(Finding(row.number, header, note.value, note.message, note.suggestion))


def _take_years(parsed: ParsedRow, cells: Sequence[str], column: Column, bound: tuple[Binding, ...]) -> None:
    """A value a year over a header each: the texts as written, by "2027" or "2027-2028". A header without a year holds several
    in one cell; they count where no header of their own does."""
    told: dict[str, str] = {}
    for binding in sorted(bound, key=lambda one: one.level or 0):
        text = cells[binding.index]
        if not text or (text != "0" and is_nothing(column, text)):
            continue
        if binding.level:
            first, last = divmod(binding.level, 10_000)
            told[f"{first}-{last}" if first else str(last)] = text
        else:
            told[""] = text
    if told:
        parsed.values[column.name] = told


def _take_quarters(
    parsed: ParsedRow, cells: Sequence[str], column: Column, bound: tuple[Binding, ...], year: int
) -> None:
    """A value a quarter over a header each, of the year in the header or of ``year`` (nought: nobody says). A header without a
    quarter holds several in one cell; where a header of their own says otherwise that counts, and it is told."""
    told: dict[str, Any] = {}
    for binding in sorted(bound, key=lambda one: (one.level or 0, one.index)):
        text = cells[binding.index]
        if not text or (text != "0" and is_nothing(column, text)):
            continue
        if not binding.level:
            value, remark = quarterly(text)
            _tell(parsed, binding.header, text, (remark,) if remark else (), ())
            told |= value if isinstance(value, dict) else {}
            continue
        of, quarter = divmod(binding.level, 10)
        if not (of or year):
            words = _(
                "It is not said of which year; the value was left out. Write the year in the heading, as in TW I 2026."
            )
            _tell(parsed, binding.header, text, (Remark(say(words)),), ())
            continue
        key = quarter_key(of or year, quarter)
        value, remark = one_value(key, text)
        _tell(parsed, binding.header, text, (remark,) if remark else (), ())
        if key in told and told[key] != value:
            words = _(
                "%(period)s is told twice (%(first)s; %(second)s); the value under its own heading counts."
            )
            again = say(words, period=label(key), first=told[key], second=value)
            _tell(parsed, binding.header, text, (Remark(again),), ())
        told[key] = value
    if told:
        parsed.values[column.name] = {**dict(sorted(told.items())), PART: ""}


def _tell(
    parsed: ParsedRow, header: str, text: str, warnings: Sequence[Remark], errors: Sequence[Remark]
) -> None:
    for remark in warnings:
        parsed.warnings.append(Finding(parsed.number, header, text, *remark))
    for remark in errors:
        parsed.errors.append(Finding(parsed.number, header, text, *remark))


def _depth(binding: Binding) -> int:
    return binding.level if binding.level is not None else 99


class _Parts:
    """The headers of a unit: one for its code, one for its name, or one that may hold either."""

    def __init__(self, bound: tuple[Binding, ...]) -> None:
        self._code = next((b for b in bound if b.part == "code"), None)
        self._name = next((b for b in bound if b.part != "code"), None)
        first = self._name or self._code
        self.header = first.header if first else ""
        self.code_header = self._code.header if self._code else self.header

    def texts(self, cells: Sequence[str], column: Column) -> tuple[str, str]:
        """(code, name) of a row; signs for nothing are empty."""
        code = cells[self._code.index] if self._code else ""
        name = cells[self._name.index] if self._name else ""
        code = "" if code and is_nothing(column, code) else code
        return code, "" if name and is_nothing(column, name) else name

    def header_of(self, code: str, name: str) -> str:
        """The header whose text is told: that of the name where there is one."""
        if name and self._name:
            return self._name.header
        return self._code.header if code and self._code else self.header
