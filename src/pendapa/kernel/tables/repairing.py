"""Verbs on the rows of an import that waits: repair them, say whose they are, judge them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import staging
from pendapa.kernel.tables.holding import locked, parts
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tenancy.models import Unit


@transaction.atomic
def repair(
    actor: Actor,
    batch: ImportBatch,
    sheet: int,
    row: int,
    fixes: Mapping[int, str],
    also: Mapping[int, Sequence[int]] | None = None,
) -> list[StagedRow]:
    """Put other texts into cells (by position) of a staged row; judge it and what repeated it again.

    ``also`` tells, by position, further rows that get the same text where they hold what this row held. The rows that were
    written come back, this one first.
    """
    batch = locked(actor, batch, "preview")
    if not 0 <= sheet < len(batch.sheets):
        raise NotFound
    _room, found = staging.described(batch, sheet)
    fixes = {index: text for index, text in fixes.items() if index in {b.index for b in found.bindings}}
    others = {index: set(rows[:5000]) for index, rows in (also or {}).items() if index in fixes}
    numbers = {row}.union(*others.values())
    by_number = {one.row: one for one in StagedRow.objects.filter(batch=batch, sheet=sheet, row__in=numbers)}
    target = by_number.pop(row, None)
    if target is None:
        raise NotFound
    before = {index: cell(target, index) for index in fixes}
    keys = _keys([target])
    written = [target]
    for index, text in fixes.items():
        _put(target, index, text)
    for number, one in sorted(by_number.items()):
        same = [
            index for index, rows in others.items() if number in rows and cell(one, index) == before[index]
        ]
        if same:
            keys |= _keys([one])
            written.append(one)
        for index in same:
            _put(one, index, fixes[index])
    staging.reread(batch, sheet, actor, written, repaired=True)
    _reread_repeats(batch, actor, keys | _keys(written), [one.pk for one in written])
    staging.judge_together(batch, actor)
    batch.save(update_fields=["sheets"])
    fresh = batch.rows.in_bulk([one.pk for one in written])
    return [fresh[one.pk] for one in written]


def cell(row: StagedRow, index: int) -> str:
    """The text of a cell; rows end where their last text stands."""
    return str(row.cells[index]) if index < len(row.cells) else ""


def _put(row: StagedRow, index: int, text: str) -> None:
    row.cells += [""] * (index + 1 - len(row.cells))
    row.cells[index] = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _keys(rows: Sequence[StagedRow]) -> set[str]:
    return {row.code_key for row in rows} | {row.name_key for row in rows}


def _reread_repeats(batch: ImportBatch, actor: Actor, keys: set[str], done: Sequence[int]) -> None:
    keys = keys - {""}
    if not keys:
        return
    related = StagedRow.objects.filter(Q(code_key__in=keys) | Q(name_key__in=keys), batch=batch).exclude(
        pk__in=done
    )
    by_sheet: dict[int, list[StagedRow]] = {}
    for row in related.order_by("sheet", "row")[:1000]:
        by_sheet.setdefault(row.sheet, []).append(row)
    for sheet, rows in by_sheet.items():
        staging.reread(batch, sheet, actor, rows)


@transaction.atomic
def set_unit(actor: Actor, batch: ImportBatch, unit: Unit | None) -> None:
    """Say whose the rows are that name no unit, and judge all rows again."""
    batch = locked(actor, batch, "preview")
    actor.require(IMPORT, batch.institution, unit or "any")
    batch.unit = unit
    batch.save(update_fields=["unit"])
    recheck_all(batch, actor)


@transaction.atomic
def recheck(actor: Actor, batch: ImportBatch) -> None:
    """Judge every row again, because the register has moved on since the file was read."""
    recheck_all(locked(actor, batch, "preview"), actor)


def recheck_all(batch: ImportBatch, actor: Actor) -> None:
    """Judge every row of all sheets again; who calls this holds the batch."""
    repeats = staging.Repeats([facts["sheet"] for facts in batch.sheets])
    for sheet in range(len(batch.sheets)):
        recheck_sheet(batch, actor, sheet, repeats)
    staging.judge_together(batch, actor)
    batch.save(update_fields=["sheets"])


def recheck_sheet(
    batch: ImportBatch, actor: Actor, sheet: int, repeats: staging.Repeats | None = None
) -> None:
    """Judge every row of a sheet again; who calls this holds the batch and saves its ``sheets``."""
    seen = staging.last_change(batch)
    batch.__dict__.pop("_coming", None)
    for rows in parts(batch.rows.filter(sheet=sheet)):
        staging.reread(batch, sheet, actor, rows, repeats)
    batch.sheets[sheet]["seen"] = seen
