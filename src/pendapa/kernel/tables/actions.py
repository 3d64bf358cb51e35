"""Verbs of the import: take a file in, repair rows, confirm, discard, undo."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import store as files
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tables import staging
from pendapa.kernel.tables.messages import TableError
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import importer, importers
from pendapa.kernel.tenancy.models import Institution, Unit

log = logging.getLogger(__name__)
MAX_FILE = 100 * 1024 * 1024
AT_ONCE = 2000
SAVE_CHUNK = 2000


class Refused(Exception):
    """The import cannot go on; the text says why and what to do. Nothing was saved."""


def receive(
    actor: Actor,
    institution: Institution,
    source: BinaryIO,
    name: str,
    *,
    kind: str = "auto",
    sheet: str = "",
    unit: Unit | None = None,
) -> ImportBatch:
    """Keep an uploaded file and read it: at once when it is small, by a job when it has over ``AT_ONCE`` rows.

    The batch that comes back is in state preview, reading (a job runs) or unreadable (``problem`` says why).
    """
    actor.require(IMPORT, institution)
    try:
        file = files.keep(source, name, institution, actor.user, MAX_FILE)
    except files.TooLarge as error:
        limit = error.limit // 1024 // 1024
        raise Refused(_("The file is larger than %(limit)s MB. Split it, or leave out what is no table.") % {"limit": limit}) from error
    batch = _new(actor, institution, name, kind, sheet, unit or own_unit(actor, institution))
    batch.file = file
    batch.save(update_fields=["file"])
    try:
        _stage(batch, files.path(file), actor, most=AT_ONCE)
    except staging.TooMany:
        batch.rows.all().delete()
        batch.job = jobs.start("import.read", institution, actor, batch=str(batch.uid))
        batch.save(update_fields=["job"])
    return batch


def read_file(
    actor: Actor,
    institution: Institution,
    path: Path,
    *,
    kind: str,
    sheet: str = "",
    unit: Unit | None = None,
    tell: staging.Tell = staging.silent,
) -> ImportBatch:
    """Read a file of the command line here and now. Raises ``TableError`` when it cannot be read."""
    actor.require(IMPORT, institution)
    batch = _new(actor, institution, path.name, kind, sheet, unit)
    try:
        with transaction.atomic():
            staging.stage(batch, path, actor, tell=tell)
            _set_state(batch, "preview")
    except BaseException:
        batch.delete()
        raise
    return batch


def own_unit(actor: Actor, institution: Institution) -> Unit | None:
    """The unit a sheet without a unit column belongs to: the operator's own, when there is just one."""
    units = {a.unit_id: a.unit for a in actor.roles(institution) if a.unit is not None}
    return next(iter(units.values())) if len(units) == 1 else None


def _new(actor: Actor, institution: Institution, name: str, kind: str, sheet: str, unit: Unit | None) -> ImportBatch:
    return ImportBatch.objects.create(
        institution=institution,
        user=actor.user,
        user_name=actor.name,
        unit=unit,
        file_name=Path(name).name[-255:],
        kind=kind,
        sheet=sheet,
    )


def _stage(
    batch: ImportBatch, path: Path, actor: Actor, *, most: int | None = None, tell: staging.Tell = staging.silent
) -> None:
    try:
        with transaction.atomic():
            staging.stage(batch, path, actor, most=most, tell=tell)
            _set_state(batch, "preview")
    except TableError as error:
        batch.sheets = []
        batch.problem = {"reason": staging.text(error.reason), "advice": staging.text(error.advice)}
        batch.save(update_fields=["sheets", "problem"])
        _set_state(batch, "unreadable")


def _set_state(batch: ImportBatch, state: str) -> None:
    batch.state = state
    batch.save(update_fields=["state"])


@jobs.register("import.read")
def _read_in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    batch, actor = _of_job(job)
    batch.rows.all().delete()
    assert batch.file is not None
    # Progress is written outside the reading transaction's chunk only where the database allows a second writer.
    _stage(batch, files.path(batch.file), actor)
    return {"batch": str(batch.uid)}


@jobs.register("import.save")
def _save_in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    batch, actor = _of_job(job)
    try:
        confirm(actor, batch, skip_errors=True, from_job=True)
    except Refused as refused:
        _set_state(batch, "preview")
        raise jobs.ForPeople(str(refused)) from refused
    return {"batch": str(batch.uid)}


def _of_job(job: Job) -> tuple[ImportBatch, Actor]:
    from pendapa.kernel.access import actor

    batch = ImportBatch.objects.select_related("institution", "unit", "file").get(uid=job.arguments["batch"])
    return batch, actor.of(job.user) if job.user else actor.system()


def _locked(actor: Actor, batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch under lock, if the actor may go on with it and it is in one of ``states``."""
    actor.require(IMPORT, batch.institution)
    fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not actor.system and fresh.user_id != (actor.user.pk if actor.user else None):
        if not actor.may(UNDO_ANY, batch.institution):
            raise NotFound
    if fresh.state not in states:
        raise Refused(_("This import is no longer waiting: it was saved or discarded meanwhile."))
    return fresh


@transaction.atomic
def repair(actor: Actor, batch: ImportBatch, sheet: int, row: int, fixes: dict[int, str], also: Sequence[int] = ()) -> StagedRow:
    """Put other texts into cells (by position) of a staged row, and into the same cells of the rows ``also`` that hold
    the same text; judge them and the rows that repeated them again."""
    batch = _locked(actor, batch, "preview")
    wanted = StagedRow.objects.filter(batch=batch, sheet=sheet)
    target = wanted.filter(row=row).first()
    if target is None:
        raise NotFound
    rows = [target, *wanted.filter(row__in=list(also)[:5000]).exclude(pk=target.pk)]
    before = {index: target.cells[index] if index < len(target.cells) else "" for index in fixes}
    keys = {r.code_key for r in rows} | {r.name_key for r in rows}
    for one in rows:
        for index, text in fixes.items():
            one.cells += [""] * (index + 1 - len(one.cells))
            if one.pk == target.pk or one.cells[index] == before[index]:
                one.cells[index] = " ".join(text.split()) if "\n" not in text else text.strip()
    staging.reread(batch, sheet, actor, rows)
    keys |= {r.code_key for r in rows} | {r.name_key for r in rows}
    _reread_repeats(batch, sheet, actor, keys - {""}, [r.pk for r in rows])
    target.refresh_from_db()
    return target


def _reread_repeats(batch: ImportBatch, sheet: int, actor: Actor, keys: set[str], done: Sequence[int]) -> None:
    from django.db.models import Q

    related = StagedRow.objects.filter(Q(code_key__in=keys) | Q(name_key__in=keys), batch=batch, sheet=sheet)
    rows = list(related.exclude(pk__in=done).order_by("row")[:1000]) if keys else []
    if rows:
        staging.reread(batch, sheet, actor, rows)


@transaction.atomic
def recheck(actor: Actor, batch: ImportBatch) -> None:
    """Judge every row again, because the register has moved on since the file was read."""
    batch = _locked(actor, batch, "preview")
    for sheet in range(len(batch.sheets)):
        rows = list(StagedRow.objects.filter(batch=batch, sheet=sheet).order_by("row"))
        for chunk in history.chunks(rows, SAVE_CHUNK):
            staging.reread(batch, sheet, actor, chunk)


def confirm(actor: Actor, batch: ImportBatch, *, skip_errors: bool = False, from_job: bool = False) -> ImportBatch:
    """Save the good rows as one change set, all or nothing. Raises :class:`Refused` with faulty rows unless skipped.

    The same transaction marks the batch saved: whatever happens in the middle, either both stand or neither.
    """
    try:
        with transaction.atomic():
            batch = _locked(actor, batch, "preview", *(["saving"] if from_job else []))
            faulty = batch.rows.filter(verdict="faulty").count()
            if faulty and not skip_errors:
                raise Refused(_("%(count)s rows are faulty: repair them, or leave them out.") % {"count": faulty})
            changes = batch.rows.filter(verdict__in=["new", "changed"]).exists()
            if changes:
                batch.change_set = history.write(
                    actor, batch.institution, "import", _writes(batch, actor), reason=batch.file_name, unit=batch.unit
                )
            batch.state, batch.saved_at = "saved", timezone.now()
            batch.save(update_fields=["change_set", "state", "saved_at"])
    except history.Conflict as conflict:
        raise Refused(
            _("Changed by somebody else since the file was read: %(names)s. Check the preview again.")
            % {"names": ", ".join(conflict.names[:5])}
        ) from conflict
    return batch


def confirm_by_size(actor: Actor, batch: ImportBatch, *, skip_errors: bool) -> ImportBatch:
    """Confirm at once, or by a job where there are many rows."""
    if batch.rows.exclude(verdict="faulty").count() <= AT_ONCE:
        return confirm(actor, batch, skip_errors=skip_errors)
    with transaction.atomic():
        batch = _locked(actor, batch, "preview")
        if not skip_errors and batch.rows.filter(verdict="faulty").exists():
            raise Refused(_("Some rows are faulty: repair them, or leave them out."))
        batch.job = jobs.start("import.save", batch.institution, actor, batch=str(batch.uid))
        batch.state = "saving"
        batch.save(update_fields=["job", "state"])
    return batch


def _writes(batch: ImportBatch, actor: Actor) -> Iterator[history.Writes]:
    """All sheets in the order of their kinds."""
    for number, facts in enumerate(batch.sheets):
        session = importer(facts["kind"]).session(actor, batch.institution, batch.unit)
        yield from session.save(_chunks(batch, number))


def _chunks(batch: ImportBatch, sheet: int) -> Iterator[list[StagedRow]]:
    last = 0
    waiting = StagedRow.objects.filter(batch=batch, sheet=sheet, verdict__in=["new", "changed"]).order_by("row")
    while rows := list(waiting.filter(row__gt=last)[:SAVE_CHUNK]):
        last = rows[-1].row
        yield rows


@transaction.atomic
def discard(actor: Actor, batch: ImportBatch) -> None:
    """Throw a waiting import away, with its file."""
    batch = _locked(actor, batch, "preview", "unreadable", "reading")
    if batch.job is not None:
        jobs.cancel(batch.job)
    batch.rows.all().delete()
    file, batch.file, batch.state = batch.file, None, "discarded"
    batch.save(update_fields=["file", "state"])
    if file is not None:
        transaction.on_commit(lambda: files.forget(file))


def undo(actor: Actor, change_set: ChangeSet) -> history.Undone:
    """Take an import (or any change set) back; rows edited since stay and are named."""
    return history.undo(actor, change_set, kept_message=kept_because)


def kept_because(later: Revision) -> str:
    """Why undo leaves a row as it is."""
    when = timezone.localtime(later.recorded_from).strftime("%Y-%m-%d %H:%M")
    return _("changed again on %(when)s by %(who)s") % {"when": when, "who": later.change_set.author_name}


def kinds() -> list[str]:
    """Words that ``--kind`` takes."""
    return [one.kind.key for one in importers()]
