"""File → staged rows with a verdict each. Nothing of the register is touched.

Rows pass in chunks: cells become values, the room's session resolves units and matches what is there already, the chunk
is stored. Memory stays bounded by the chunk and by the keys that tell repeated rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import chunks
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables import remarks
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.headers import Binding, Recognised, Row, recognise
from pendapa.kernel.tables.headings import bind, is_counter, normal
from pendapa.kernel.tables.jsons import Document
from pendapa.kernel.tables.keys import KeyStore
from pendapa.kernel.tables.messages import Finding, Message, UnknownHeader, Unreadable, _, say
from pendapa.kernel.tables.models import HeaderMemory, ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import (
    Draft,
    Importer,
    Session,
    foreign_sheets,
    importer,
    importers,
    note,
    whole_judges,
)
from pendapa.kernel.tables.reading import Grid, Limits, read
from pendapa.kernel.tables.rows import row_parser
from pendapa.kernel.tables.writing import OWN_MARK
from pendapa.kernel.tenancy.models import Institution

CHUNK = 1000
OWN_SHEETS = frozenset({"petunjuk", "instructions", "daftar pilihan", "lists", "keterangan pendapa"})
Tell = Callable[[int, int, str], None]


class TooMany(Exception):
    """More rows than may be read at once; a job must do it."""


def silent(done: int, total: int, step: str = "") -> None:
    """Progress that nobody watches."""


class Place(NamedTuple):
    """Where a row stands: number of the sheet, number of the row."""

    sheet: int
    row: int


class Repeats:
    """Which keys were seen at which place. One for a whole batch: two sheets may hold the same thing as well."""

    def __init__(self, sheets: Sequence[str | None]) -> None:
        self._sheets = sheets
        self._seen = KeyStore()

    def check(self, draft: Draft, sheet: int, headers: Mapping[str, str]) -> None:
        """Fault a row that says the same thing again; doubt one that has its own code but shares the name."""
        here = Place(sheet, draft.row)
        if draft.code_key and (first := self._first("c" + draft.code_key, here)) != here:
            told = (
                _("The same code as row %(row)s."),
                _("The same code as row %(row)s of the sheet %(sheet)s."),
            )
            draft.fault(headers["code"], draft.code, self._say(told, first, sheet))
        if draft.name_key and (first := self._first("n" + draft.name_key, here)) != here:
            told = (
                _("The same name in the same unit as row %(row)s."),
                _("The same name in the same unit as row %(row)s of the sheet %(sheet)s."),
            )
            tell = draft.doubt if draft.code_key else draft.fault
            tell(headers["name"], draft.name, self._say(told, first, sheet))

    def _first(self, key: str, here: Place) -> Place:
        return Place(*self._seen.first(key, *here))

    def note(self, attribute: str, key: str, sheet: int, row: int) -> None:
        """A place that is known already; of several the first in the file counts."""
        self._seen.lower(attribute[0] + key, sheet, row)

    def _say(self, told: tuple[str, str], first: Place, sheet: int) -> Message:
        if first.sheet == sheet:
            return say(told[0], row=first.row)
        return say(told[1], row=first.row, sheet=self._sheets[first.sheet] or first.sheet + 1)


def stage(
    batch: ImportBatch, path: Path, actor: Actor, *, most: int | None = None, tell: Tell = silent
) -> None:
    """Read ``path`` into ``batch``. Raises ``Unreadable`` or ``UnknownHeader`` for the whole file, :class:`TooMany`.

    Chunks are stored as they come, so that others can write in between: who calls this takes them away when it fails.

    In a workbook the sheets that are no known table are noted and left; a file without any known sheet is refused.
    """
    known, batch.problem, sheets = _known(batch, path)
    known.sort(key=lambda pair: pair[1].order)
    batch.sheets, total, seen = [], 0, last_change(batch)
    repeats = Repeats([found.sheet for found, _room in known])
    batch.__dict__["coming_kinds"] = [room.kind.key for _found, room in known]
    unsettled, empty = [], []
    for found, room in known:
        session, number, before = room.session(actor, batch), len(batch.sheets), total
        for draft_chunk in _drafts(found, session, number, repeats):
            total += len(draft_chunk)
            if most is not None and total > most:
                raise TooMany
            store(batch, number, draft_chunk)
            tell(total, 0, found.sheet)
        facts = {**_described(found, sheets), "seen": seen}
        if total == before and not found.skipped:
            empty.append(facts)
            continue
        batch.sheets.append(facts)
        unsettled.append(getattr(session, "unsettled", ()))
    batch.sheets = batch.sheets or empty
    del batch.__dict__["coming_kinds"]
    _settle(batch, actor, unsettled, repeats)
    judge_together(batch, actor)
    batch.save(update_fields=["sheets", "problem"])


def _settle(batch: ImportBatch, actor: Actor, unsettled: Sequence[Sequence[int]], repeats: Repeats) -> None:
    """Judge again the rows that named what stands further down in the file, now that all of it is read."""
    for sheet, numbers in enumerate(unsettled):
        for start in range(0, len(numbers), CHUNK):
            some = list(numbers[start : start + CHUNK])
            reread(
                batch,
                sheet,
                actor,
                list(batch.rows.filter(sheet=sheet, row__in=some).order_by("row")),
                repeats,
            )


def _known(
    batch: ImportBatch, path: Path
) -> tuple[list[tuple[Recognised, Importer]], dict[str, Any] | None, int]:
    """The tables in the file, what is none, and how many sheets it has."""
    foreign = foreign_sheets(path, batch.file_name, batch.institution)
    if foreign is not None:
        return [(found, importer(found.kind.key)) for found in foreign], None, len(foreign)
    grids = read(path, sheet=batch.sheet or None, limits=Limits())
    known, problem = _recognised(grids, batch, memory_of(batch.institution))
    if grids[0].format == "json" and any(room.own_only for _found, room in known):
        _refuse_foreign(path, batch.institution)
    return known, problem, len(grids)


def last_change(batch: ImportBatch) -> int | None:
    """The last change set of the institution: what the rows were judged against."""
    written = ChangeSet.objects.filter(institution=batch.institution_id).order_by("-pk")
    return written.values_list("pk", flat=True).first()


Memory = Mapping[str, Mapping[str, str]]


def memory_of(institution: Institution) -> Memory:
    """Headers as the institution explained them: kind → normal text of the header → column (empty: left out). One query."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = HeaderMemory.objects.filter(institution=institution)
    for kind, header, column in rows.values_list("kind", "header", "column"):
        found[kind][header] = column
    return found


class Unknown(UnknownHeader):
    """No sheet of the file is a known table; ``sheets`` holds name and likeliest header of each."""

    def __init__(self, cause: UnknownHeader, sheets: list[dict[str, Any]]) -> None:
        super().__init__(cause.reason, cause.advice, cause.seen, cause.nearest)
        self.sheets = sheets


def _recognised(
    grids: Sequence[Grid], batch: ImportBatch, memory: Memory
) -> tuple[list[tuple[Recognised, Importer]], dict[str, Any] | None]:
    """The sheets that are tables, and what is kept of those that are not."""
    offered = [_remembering(one.kind_of(batch.institution), memory) for one in importers()]
    wanted = None
    if batch.kind != "auto":
        wanted = _remembering(importer(batch.kind).kind_of(batch.institution), memory)
    known: list[tuple[Recognised, Importer]] = []
    unknown: list[dict[str, Any]] = []
    unread: list[str] = []
    refusal = None
    for grid in grids:
        if is_own_sheet(grid):
            continue
        try:
            found = recognise(grid, offered, wanted)
        except UnknownHeader as error:
            refusal = refusal or error
            if error.seen:
                unread.append(grid.name)
            if len(error.seen) > 1 or len(grids) == 1:
                unknown.append({"sheet": grid.name, "headers": list(error.seen)})
        else:
            known.append((found, importer(found.kind.key)))
    if not known and refusal is not None:
        raise Unknown(refusal, unknown)
    return known, remarks.as_stored(unknown, unread)


def _refuse_foreign(path: Path, institution: Institution) -> None:
    """Raise Unreadable for a document that says that it is another institution's."""
    code, name = Document(path, Limits()).institution
    if code and code.casefold() != institution.code.casefold():
        raise Unreadable(
            say(
                _("The document is of %(other)s, not of %(own)s: the same codes mean other things there."),
                other=f"{name[:80]} ({code[:40]})",
                own=institution.name,
            ),
            say(
                _(
                    "Import it there. To take its rows over, export them as .xlsx and empty the column of codes."
                )
            ),
        )


def _remembering(kind: Kind, memory: Memory) -> Kind:
    return kind.remembering(memory.get(kind.key, {}))


def is_own_sheet(grid: Grid) -> bool:
    """Whether a sheet is one that Pendapa adds to its workbooks: how to fill them in, the lists to choose from."""
    if normal(grid.name) not in OWN_SHEETS:
        return False
    first = next(iter(grid.rows), None)
    return first is not None and first.cells[:1] == [OWN_MARK]


def rebind(batch: ImportBatch, sheet: int, memory: Memory) -> None:
    """Find the columns of a staged sheet anew, by what is remembered now. Its rows are judged by who calls this."""
    facts = batch.sheets[sheet]
    _room, found = described(batch, sheet)
    kind = _remembering(importer(facts["kind"]).kind_of(batch.institution), memory)
    names = found.names()
    found.bindings = tuple(
        Binding(index, names[index], *match.slot)
        for index, match in enumerate(bind(found.headers, kind, by_name=found.format == "json"))
        if match
    )
    bound = {binding.header: binding.column for binding in found.bindings}
    facts["bindings"] = [list(binding) for binding in found.bindings]
    facts["columns"] = [[name, bound.get(name)] for name, _column in facts["columns"]]
    facts["remembered"] = _remembered(kind, [name for name, _column in facts["columns"]])


def _remembered(kind: Kind, names: Iterable[str]) -> dict[str, str]:
    """Which headers of a sheet somebody explained, and as what."""
    return {name: kind.remembered[key] for name in names if (key := normal(name)) in kind.remembered}


def _described(found: Recognised, sheets: int) -> dict[str, Any]:
    """What a sheet turned out to be, complete after its rows were walked."""
    return {
        "kind": found.kind.key,
        "sheet": None if found.format == "csv" else found.sheet,
        "format": found.format,
        "of": sheets,
        "header_row": found.header_row,
        "year": found.year,
        "columns": [
            list(pair) for pair in found.columns.items()
        ],  # in order: a database may sort the keys of objects
        "headers": found.headers,
        "width": found.width,
        "hidden": found.hidden,
        "filled": [
            [index, name]
            for index, name in found.names().items()
            if index in found.filled - found.answered
            and not is_counter(name)
            and not (found.width and index >= found.width)
        ],
        "bindings": [list(binding) for binding in found.bindings],
        "remembered": _remembered(found.kind, found.columns),
        "skipped": [_kept(finding) for finding in found.skipped],
    }


def _kept(finding: Finding) -> dict[str, Any]:
    return {"row": finding.row, **note(finding.column, finding.value, finding.message, finding.suggestion)}


def _drafts(found: Recognised, session: Session, sheet: int, repeats: Repeats) -> Iterator[list[Draft]]:
    """Chunks of drafts, each checked and matched."""
    reader = RowReader(found, session)
    chunk: list[Draft] = []
    for row in found.rows:
        draft = reader.draft(row)
        repeats.check(draft, sheet, reader.headers)
        chunk.append(draft)
        if len(chunk) >= CHUNK:
            yield _matched(session, chunk)
            chunk = []
    if chunk:
        yield _matched(session, chunk)


def _matched(session: Session, drafts: list[Draft]) -> list[Draft]:
    for draft in drafts:
        if draft.errors:
            draft.verdict = "faulty"
    session.match([draft for draft in drafts if not draft.errors])
    return drafts


_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class RowReader:
    """Cells of one row → a draft that the room's session has judged."""

    def __init__(self, found: Recognised, session: Session) -> None:
        kind = found.kind
        self._parse = row_parser(found, session.lookups, session.default_unit)
        self._session = session
        self.headers = {
            part: next((b.header for b in reversed(found.of(column)) if b.part != "code"), "")
            if column
            else ""
            for part, column in (
                ("name", kind.name_column),
                ("code", kind.code_column),
                ("unit", kind.unit_column),
            )
        }
        # What is said of a column is told at its names where its codes stand in another.
        ordered = sorted(found.bindings, key=lambda binding: binding.part != "code")
        self.headers |= {binding.column: binding.header for binding in ordered}
        # Where each year has a column of its own ("Pagu 2026"), what is said of a year is told at that one.
        self.headers |= {
            f"{binding.column} {year}": binding.header
            for binding in ordered
            for year in _YEAR.findall(binding.header)
        }

    def draft(self, row: Row) -> Draft:
        parsed = self._parse(row)
        draft = Draft(
            row.number, list(row.cells), parsed.name, parsed.code, parsed.unit.id if parsed.unit else None
        )
        draft.values = {
            name: _plain(value) for name, value in parsed.values.items() if value not in (None, "", [])
        }
        for found in parsed.errors:
            draft.fault(found.column, found.value, found.message, found.suggestion)
        for found in parsed.warnings:
            draft.doubt(found.column, found.value, found.message, found.suggestion)
        self._session.interpret(draft, self.headers)
        return draft


def _plain(value: Any) -> Any:
    """Units named in other columns are kept by the text that was written."""
    if isinstance(value, UnitRef):
        return value.text
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def store(batch: ImportBatch, sheet: int, drafts: Iterable[Draft]) -> None:
    """Keep drafts as staged rows."""
    StagedRow.objects.bulk_create(
        (
            StagedRow(
                batch=batch,
                sheet=sheet,
                row=draft.row,
                verdict=draft.verdict,
                cells=draft.cells,
                data=draft.data,
                errors=draft.errors,
                warnings=draft.warnings,
                target=draft.target,
                target_version=draft.target_version,
                code_key=draft.code_key,
                name_key=draft.name_key,
            )
            for draft in drafts
        ),
        batch_size=CHUNK,
    )


def reread(
    batch: ImportBatch,
    sheet: int,
    actor: Actor,
    rows: Sequence[StagedRow],
    repeats: Repeats | None = None,
    *,
    repaired: bool = False,
) -> None:
    """Judge staged rows again from their cells (when the register has moved on, or, ``repaired``, with cells that were
    changed). What turns out as before is not written again.

    ``repeats`` knows where keys stand, when all rows pass in their order; else the stored rows are asked.
    """
    room, found = described(batch, sheet)
    session = room.session(actor, batch)
    reader = RowReader(found, session)
    width = max([len(found.headers), *(b.index + 1 for b in found.bindings)])
    drafts = [reader.draft(Row(row.row, row.cells + [""] * (width - len(row.cells)))) for row in rows]
    if repeats is None:
        _check_repeats(batch, sheet, rows, drafts, reader.headers)
    else:
        for draft in drafts:
            repeats.check(draft, sheet, reader.headers)
    _matched(session, drafts)
    fields = ["verdict", "data", "errors", "warnings", "target", "target_version", "code_key", "name_key"]
    changed = []
    for row, draft in zip(rows, drafts, strict=True):
        if repaired or any(getattr(row, name) != getattr(draft, name) for name in fields):
            changed.append(row)
        for name in fields:
            setattr(row, name, getattr(draft, name))
    StagedRow.objects.bulk_update(changed, ["cells", *fields] if repaired else fields, batch_size=100)


def judge_together(batch: ImportBatch, actor: Actor) -> None:
    """Ask the rooms for faults that only all rows together show; those told before are looked at anew. Who calls this
    saves the batch's ``sheets``."""
    for number, facts in enumerate(batch.sheets):
        told = set(facts.pop("together", ()))
        for some in chunks(sorted(told), CHUNK):
            reread(
                batch,
                number,
                actor,
                list(batch.rows.filter(sheet=number, row__in=list(some)).order_by("row")),
            )
    faulty = [row for judge in whole_judges() for row in judge(batch, actor)]
    StagedRow.objects.bulk_update(faulty, ["verdict", "errors"], batch_size=100)
    for row in faulty:
        batch.sheets[row.sheet].setdefault("together", []).append(row.row)


def described(batch: ImportBatch, sheet: int) -> tuple[Importer, Recognised]:
    """The importer of a staged sheet and what its header was recognised as."""
    facts = batch.sheets[sheet]
    room = importer(facts["kind"])
    bindings = tuple(Binding(*one) for one in facts["bindings"])
    found = Recognised(
        room.kind_of(batch.institution),
        facts["sheet"] or "",
        facts["header_row"],
        facts["headers"],
        bindings,
        iter(()),
        year=facts.get("year", 0),
        width=facts.get("width", 0),
        format=facts.get("format", "csv"),
    )
    return room, found


def _check_repeats(
    batch: ImportBatch,
    sheet: int,
    rows: Sequence[StagedRow],
    drafts: Sequence[Draft],
    headers: Mapping[str, str],
) -> None:
    """The first row with a key is the right one; later ones repeat it. Two queries, however many rows."""
    repeats = Repeats([facts["sheet"] for facts in batch.sheets])
    others = batch.rows.exclude(pk__in=[row.pk for row in rows])
    for attribute in ("code_key", "name_key"):
        keys = {getattr(draft, attribute) for draft in drafts} - {""}
        stored = (
            others.filter(**{f"{attribute}__in": keys}).values_list(attribute, "sheet", "row") if keys else ()
        )
        fresh = ((getattr(draft, attribute), sheet, draft.row) for draft in drafts)
        for key, number, row in (*stored, *fresh):
            if key:
                repeats.note(attribute, key, number, row)
    for draft in drafts:
        repeats.check(draft, sheet, headers)
