"""How a room offers its tables to the import: an :class:`Importer` per kind, registered at start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.headers import Recognised
from pendapa.kernel.tables.messages import Message, kept, storable
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass
class Draft:
    """One row on its way. ``name``, ``code``, ``unit`` (id) and ``values`` by column name are what was understood.

    ``code_key`` and ``name_key`` tell when two rows mean the same thing; sessions set them.
    """

    row: int
    cells: list[str]
    name: str = ""
    code: str = ""
    unit: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    verdict: str = "new"
    target: int | None = None
    target_version: int | None = None
    code_key: str = ""
    name_key: str = ""

    def fault(self, header: str, value: str, message: Message, suggestion: str | None = None) -> None:
        """An error: the row cannot be saved as it is."""
        self.errors.append(note(header, value, message, suggestion))

    def doubt(self, header: str, value: str, message: Message, suggestion: str | None = None) -> None:
        """A warning: the row is saved as written."""
        self.warnings.append(note(header, value, message, suggestion))

    @property
    def data(self) -> dict[str, Any]:
        """What is kept of it until confirmation."""
        return {"name": self.name, "code": self.code, "unit": self.unit, "values": self.values}


def note(header: str, value: str, message: Message, suggestion: str | None = None) -> dict[str, Any]:
    """A finding as it is kept: the message stays a message id with parameters until somebody reads it."""
    told = None if suggestion is None else storable(suggestion)
    return {"column": header, "value": storable(value[:500]), **kept(message), "suggestion": told}


class Change(NamedTuple):
    """One field of a row that is there already: the name of its column, what stands there, what would stand there."""

    column: str
    before: Any
    after: Any


class Session(Protocol):
    """One sheet being imported by one actor: holds the look-ups, knows how to match and how to write."""

    @property
    def lookups(self) -> Lookups:
        """What cells are checked against."""

    @property
    def default_unit(self) -> UnitRef | None:
        """The unit of rows that name none."""

    def interpret(self, draft: Draft, headers: Mapping[str, str]) -> None:
        """Check who may write this row and what only the room knows; set the keys.

        ``headers`` gives the sheet's header of ``name``, ``code``, ``unit`` and of every other column for findings.
        """

    def match(self, drafts: Sequence[Draft]) -> None:
        """Set verdict and target of the faultless drafts, set-based."""

    def save(self, rows: Iterator[list[StagedRow]]) -> Iterator[Writes]:
        """Turn staged rows (new and changed ones, in chunks) into writes."""

    def changes(self, rows: Sequence[StagedRow]) -> dict[int, list[Change]]:
        """What the changed rows would change in the register, by the id of the staged row. Set-based."""


@dataclass(frozen=True)
class Importer:
    """A kind of table, in which order it is saved (units before what points to them), and who may import it.

    ``place`` names the address, taking the institution's code, where what was saved is seen; ``query`` narrows it.
    ``kind`` is what everybody has; ``own_kind`` gives the columns as an institution has them, under the same key.
    What is not ``offered`` is no table of a spreadsheet: only a :class:`Foreign` format brings it. ``own_only``: a document that
    another institution exported is refused, because its codes mean other things.
    """

    kind: Kind
    order: int
    permission: str
    session: Callable[[Actor, ImportBatch], Session]
    place: str
    query: str = ""
    own_kind: Callable[[Institution], Kind] | None = None
    offered: bool = True
    own_only: bool = False

    def kind_of(self, institution: Institution) -> Kind:
        """The table as ``institution`` has it."""
        return self.own_kind(institution) if self.own_kind else self.kind


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Offer a kind of table to the import."""
    _importers[importer.kind.key] = importer


def importer(key: str) -> Importer:
    return _importers[key]


def importers() -> list[Importer]:
    """Those that spreadsheets are recognised as, in the order in which they are saved."""
    return sorted((one for one in _importers.values() if one.offered), key=lambda one: one.order)


@dataclass(frozen=True)
class Foreign:
    """Another format than a spreadsheet, read by the room that knows it.

    ``claims(head, name)`` tells from the first bytes and the file's name whether a file is of it; ``sheets(path,
    institution)`` gives its sheets in the order in which they are saved, and raises ``Unreadable``.
    """

    claims: Callable[[bytes, str], bool]
    sheets: Callable[[Path, Institution], list[Recognised]]


_foreign: list[Foreign] = []


def read_foreign(format: Foreign) -> None:
    """Offer another format to the import."""
    _foreign.append(format)


def foreign_sheets(path: Path, name: str, institution: Institution) -> list[Recognised] | None:
    """The sheets of a file of another format; ``None`` where no room claims it."""
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError:
        return None  # told by the reader of spreadsheets
    for format in _foreign:
        if format.claims(head, name):
            return format.sheets(path, institution)
    return None


WholeJudge = Callable[[ImportBatch, Actor], Sequence[StagedRow]]
_whole_judges: list[WholeJudge] = []


def judge_whole(function: WholeJudge) -> WholeJudge:
    """Decorator: what only all rows together show. It is asked when all are judged, and gives the rows that are faulty
    because of the others, with their faults added; they are stored by who asks."""
    _whole_judges.append(function)
    return function


def whole_judges() -> list[WholeJudge]:
    return list(_whole_judges)


ReferenceLists = Callable[[Institution | None], Mapping[str, Sequence[str]]]
_reference_lists: list[ReferenceLists] = []


def reference_lists_by(function: ReferenceLists) -> ReferenceLists:
    """Decorator: by taxonomy, what a cell may name in it ("RAB.06 Kesehatan"); as an institution has it, or everybody."""
    _reference_lists[:] = [function]
    return function


def reference_lists(institution: Institution | None) -> Mapping[str, Sequence[str]]:
    """What cells may name in the national references."""
    return _reference_lists[0](institution) if _reference_lists else {}


UnitFinder = Callable[[Institution, str], tuple[Unit | None, list[str]]]
_unit_finder: list[UnitFinder] = []


def unit_finder(function: UnitFinder) -> UnitFinder:
    """Decorator: how a written name becomes a unit (the room that knows aliases registers it)."""
    _unit_finder[:] = [function]
    return function


def find_unit(institution: Institution, name: str) -> tuple[Unit | None, list[str]]:
    """The unit of that name or code, else ``None`` and the nearest names."""
    return _unit_finder[0](institution, name)


@dataclass(frozen=True)
class UnitMemory:
    """How another name of a unit is remembered, by the room that keeps such names.

    ``may(actor, institution)``; ``remember(actor, institution, text, unit_name)`` gives why it was refused, or nothing.
    """

    may: Callable[[Actor, Institution], bool]
    remember: Callable[[Actor, Institution, str, str], str]


_unit_memory: list[UnitMemory] = []


def keep_unit_memory(memory: UnitMemory) -> None:
    """Offer to remember other names of units."""
    _unit_memory[:] = [memory]


def may_remember_unit(actor: Actor, institution: Institution) -> bool:
    """May the actor give units other names?"""
    return bool(_unit_memory) and _unit_memory[0].may(actor, institution)


def remember_unit(actor: Actor, institution: Institution, text: str, unit_name: str) -> str:
    """Remember ``text`` as another name of the unit; why not, or an empty text when it is done."""
    return _unit_memory[0].remember(actor, institution, text, unit_name) if _unit_memory else ""
