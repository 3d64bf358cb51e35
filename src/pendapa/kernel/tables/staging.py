"""File → staged rows with a verdict each. Nothing of the register is touched.

Rows pass in chunks: cells become values, the room's session resolves units and matches what is there already, the chunk
is stored. Memory stays bounded by the chunk and by the keys that tell repeated rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables.headers import Binding, Recognised, Row, recognise
from pendapa.kernel.tables.messages import Finding, Message, UnknownHeader, _, say
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.ports import Draft, Importer, Session, importer, importers
from pendapa.kernel.tables.reading import Grid, Limits, read
from pendapa.kernel.tables.rows import row_parser

CHUNK = 1000
Tell = Callable[[int, int, str], None]


class TooMany(Exception):
    """More rows than may be read at once; a job must do it."""


def silent(done: int, total: int, step: str = "") -> None:
    """Progress that nobody watches."""


class Repeats:
    """Which keys were seen at which row of the sheet."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.codes: dict[str, int] = {}
        self.names: dict[str, int] = {}

    def check(self, draft: Draft) -> None:
        """Fault a row that says the same thing again; doubt one that has its own code but shares the name."""
        if draft.code_key and (first := self.codes.setdefault(draft.code_key, draft.row)) != draft.row:
            draft.fault(self._headers["code"], draft.code, say(_("The same code as row %(row)s."), row=first))
        if draft.name_key and (first := self.names.setdefault(draft.name_key, draft.row)) != draft.row:
            message = say(_("The same name in the same unit as row %(row)s."), row=first)
            tell = draft.doubt if draft.code_key else draft.fault
            tell(self._headers["name"], draft.name, message)


def stage(batch: ImportBatch, path: Path, actor: Actor, *, most: int | None = None, tell: Tell = silent) -> None:
    """Read ``path`` into ``batch``. Raises ``Unreadable`` or ``UnknownHeader`` for the whole file, :class:`TooMany`.

    In a workbook the sheets that are no known table are noted and left; a file without any known sheet is refused.
    """
    grids = read(path, sheet=batch.sheet or None, limits=Limits())
    known = _recognised(grids, batch.kind)
    known.sort(key=lambda pair: pair[1].order)
    batch.sheets, total = [], 0
    for number, (found, room) in enumerate(known):
        session = room.session(actor, batch.institution, batch.unit)
        for draft_chunk in _drafts(found, session):
            total += len(draft_chunk)
            if most is not None and total > most:
                raise TooMany
            store(batch, number, draft_chunk)
            tell(total, 0, found.sheet)
        batch.sheets.append(_described(found, len(grids)))
    batch.save(update_fields=["sheets"])


def _recognised(grids: Sequence[Grid], kind: str) -> list[tuple[Recognised, Importer]]:
    offered = importers()
    wanted = None if kind == "auto" else importer(kind).kind
    known, refusal = [], None
    for grid in grids:
        try:
            found = recognise(grid, [one.kind for one in offered], wanted)
        except UnknownHeader as error:
            refusal = refusal or error
        else:
            known.append((found, importer(found.kind.key)))
    if not known and refusal is not None:
        raise refusal
    return known


def _described(found: Recognised, sheets: int) -> dict[str, Any]:
    """What a sheet turned out to be, complete after its rows were walked."""
    return {
        "kind": found.kind.key,
        "sheet": None if found.format == "csv" else found.sheet,
        "of": sheets,
        "header_row": found.header_row,
        "columns": found.columns,
        "headers": found.headers,
        "bindings": [list(binding) for binding in found.bindings],
        "skipped": [_kept(finding) for finding in found.skipped],
    }


def _kept(finding: Finding) -> dict[str, Any]:
    params = {name: str(value) for name, value in finding.message.params.items()}
    return {"row": finding.row, "column": finding.column, "value": finding.value, "suggestion": finding.suggestion} | {
        "msgid": finding.message.msgid,
        "params": params,
    }


def _drafts(found: Recognised, session: Session) -> Iterator[list[Draft]]:
    """Chunks of drafts, each checked and matched."""
    reader = RowReader(found, session)
    repeats = Repeats(reader.headers)
    chunk: list[Draft] = []
    for row in found.rows:
        draft = reader.draft(row)
        repeats.check(draft)
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


class RowReader:
    """Cells of one row → a draft that the room's session has judged."""

    def __init__(self, found: Recognised, session: Session) -> None:
        kind = found.kind
        self._parse = row_parser(found, session.lookups, session.default_unit)
        self._session = session
        self.headers = {
            part: next((b.header for b in reversed(found.of(column)) if b.part != "code"), "") if column else ""
            for part, column in (("name", kind.name_column), ("code", kind.code_column), ("unit", kind.unit_column))
        }

    def draft(self, row: Row) -> Draft:
        parsed = self._parse(row)
        draft = Draft(row.number, list(row.cells), parsed.name, parsed.code, parsed.unit.id if parsed.unit else None)
        draft.values = {name: _plain(value) for name, value in parsed.values.items() if value not in (None, "", [])}
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


def reread(batch: ImportBatch, sheet: int, actor: Actor, rows: Sequence[StagedRow]) -> None:
    """Judge staged rows again from their cells (after a repair, or when the register has moved on)."""
    room, found = described(batch, sheet)
    session = room.session(actor, batch.institution, batch.unit)
    reader = RowReader(found, session)
    drafts = {row.pk: reader.draft(Row(row.row, row.cells)) for row in rows}
    for row in rows:
        _check_repeats(batch, sheet, row, drafts, reader.headers)
    _matched(session, list(drafts.values()))
    fields = ["verdict", "data", "errors", "warnings", "target", "target_version", "code_key", "name_key"]
    for row in rows:
        for name in fields:
            setattr(row, name, getattr(drafts[row.pk], name))
    StagedRow.objects.bulk_update(rows, ["cells", *fields], batch_size=100)


def described(batch: ImportBatch, sheet: int) -> tuple[Importer, Recognised]:
    """The importer of a staged sheet and what its header was recognised as."""
    facts = batch.sheets[sheet]
    room = importer(facts["kind"])
    bindings = tuple(Binding(*one) for one in facts["bindings"])
    found = Recognised(room.kind, facts["sheet"] or "", facts["header_row"], facts["headers"], bindings, iter(()))
    return room, found


def _check_repeats(
    batch: ImportBatch, sheet: int, row: StagedRow, fresh: Mapping[int, Draft], headers: Mapping[str, str]
) -> None:
    """The first row with a key is the right one; later ones repeat it."""
    draft = fresh[row.pk]
    others = StagedRow.objects.filter(batch=batch, sheet=sheet, row__lt=row.row).exclude(pk__in=list(fresh))
    repeats = Repeats(headers)
    for attribute, seen in (("code_key", repeats.codes), ("name_key", repeats.names)):
        key = getattr(draft, attribute)
        if not key:
            continue
        rows = list(others.filter(**{attribute: key}).order_by("row").values_list("row", flat=True)[:1])
        rows += [d.row for d in fresh.values() if d.row < draft.row and getattr(d, attribute) == key]
        if rows:
            seen[key] = min(rows)
    repeats.check(draft)


def text(message: Message) -> dict[str, Any]:
    """A message as it is kept."""
    return {"msgid": message.msgid, "params": {name: str(value) for name, value in message.params.items()}}
