"""Verbs of the import: take a file in, confirm, discard; those on its rows are in :mod:`.repairing`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.files import store as files
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.review import actions as review
from pendapa.kernel.tables import questions, staging
from pendapa.kernel.tables.holding import Refused as Refused
from pendapa.kernel.tables.holding import locked as locked
from pendapa.kernel.tables.holding import parts
from pendapa.kernel.tables.messages import Message, TableError, kept, say
from pendapa.kernel.tables.messages import _ as marked
from pendapa.kernel.tables.models import ImportBatch, StagedRow
from pendapa.kernel.tables.ports import importer, importers
from pendapa.kernel.tables.repairing import cell as cell
from pendapa.kernel.tables.repairing import recheck as recheck
from pendapa.kernel.tables.repairing import recheck_all
from pendapa.kernel.tables.repairing import recheck_sheet as recheck_sheet
from pendapa.kernel.tables.repairing import repair as repair
from pendapa.kernel.tables.repairing import set_unit as set_unit
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

log = logging.getLogger(__name__)
MAX_FILE = 100 * 1024 * 1024
AT_ONCE = 2000
SAVE_CHUNK = 2000
CHUNK = 1000
PATIENCE = timedelta(minutes=15)
"""How long a file that is read in a request or by a command may take before it counts as interrupted."""


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
    actor.require(IMPORT, institution, unit or "any")
    try:
        file = files.keep(source, name, institution, actor.user, MAX_FILE)
    except files.TooLarge as error:
        limit = error.limit // 1024 // 1024
        raise Refused(
            _("The file is larger than %(limit)s MB. Split it, or leave out what is no table.")
            % {"limit": limit}
        ) from error
    batch = _new(actor, institution, name, kind, sheet, unit or own_unit(actor, institution))
    batch.file = file
    batch.save(update_fields=["file"])
    try:
        _stage(batch, files.path(file), actor, most=AT_ONCE)
    except staging.TooMany:
        with transaction.atomic():
            batch.job = jobs.start("import.read", institution, actor, batch=str(batch.uid))
            batch.save(update_fields=["job"])
    except BaseException:
        batch.delete()
        files.forget(file)
        raise
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
        staging.stage(batch, path, actor, tell=tell)
        _set_state(batch, "preview")
    except BaseException:
        batch.delete()
        raise
    return batch


def read_again(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Read the kept file anew, when it is known better what its headers mean. Repairs made to cells are gone.

    Raises :class:`Refused` where the file is not kept (it was handed in by a command).
    """
    with transaction.atomic():
        batch = locked(actor, batch, "preview", "unreadable")
        if batch.file is None:
            raise Refused(_("The file itself is not kept here. Hand it in again."))
        batch.rows.all().delete()
        batch.sheets, batch.problem, batch.state, batch.job = [], None, "reading", None
        batch.save(update_fields=["sheets", "problem", "state", "job"])
    try:
        _stage(batch, files.path(batch.file), actor, most=AT_ONCE)
    except staging.TooMany:
        with transaction.atomic():
            batch.job = jobs.start("import.read", batch.institution, actor, batch=str(batch.uid))
            batch.save(update_fields=["job"])
    return batch


def own_unit(actor: Actor, institution: Institution) -> Unit | None:
    """The unit a sheet without a unit column belongs to: the operator's own, when there is just one."""
    units = {a.unit_id: a.unit for a in actor.roles(institution) if a.unit is not None}
    return next(iter(units.values())) if len(units) == 1 else None


def _new(
    actor: Actor, institution: Institution, name: str, kind: str, sheet: str, unit: Unit | None
) -> ImportBatch:
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
    batch: ImportBatch,
    path: Path,
    actor: Actor,
    *,
    most: int | None = None,
    tell: staging.Tell = staging.silent,
) -> None:
    """Read into the batch; a file that cannot be read leaves the batch unreadable. Whatever fails leaves no rows."""
    try:
        staging.stage(batch, path, actor, most=most, tell=tell)
    except TableError as error:
        batch.rows.all().delete()
        _give_up(batch, error.reason, error.advice, getattr(error, "sheets", ()))
    except BaseException:
        batch.rows.all().delete()
        raise
    else:
        if ImportBatch.objects.filter(pk=batch.pk, state="reading").update(state="preview"):
            batch.state = "preview"
        else:  # discarded meanwhile
            batch.rows.all().delete()


def _give_up(
    batch: ImportBatch, reason: Message, advice: Message, unknown: Sequence[dict[str, Any]] = ()
) -> None:
    batch.sheets, batch.state = [], "unreadable"
    batch.problem = {"reason": kept(reason), "advice": kept(advice), "unknown": list(unknown)}
    batch.save(update_fields=["sheets", "problem", "state"])


def _set_state(batch: ImportBatch, state: str) -> None:
    batch.state = state
    batch.save(update_fields=["state"])


@jobs.register("import.read", title=gettext_lazy("Reading a file"))
def _read_in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    batch, actor = _of_job(job)
    if batch.state == "reading" and batch.file is not None:
        batch.rows.all().delete()
        _stage(batch, files.path(batch.file), actor, tell=progress)
    return {"batch": str(batch.uid)}


@jobs.register("import.save", title=gettext_lazy("Saving an import"))
def _save_in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    batch, actor = _of_job(job)
    rows = batch.rows.filter(verdict__in=["new", "changed"]).count()
    try:
        progress(0, rows, force=True)
        answers = job.arguments.get("answers", "").split(",")
        confirm(actor, batch, skip_errors=True, answers=answers, from_job=True, tell=progress.aside)
    except Exception as error:
        ImportBatch.objects.filter(pk=batch.pk, state="saving").update(state="preview")
        if isinstance(error, Refused):
            raise jobs.ForPeople(str(error)) from error
        raise
    return {"batch": str(batch.uid)}


def settle(batch: ImportBatch) -> None:
    """Free a batch whose job ended without it: the server stopped, or somebody cancelled. Nothing was half saved."""
    job = batch.job
    if batch.state not in ("reading", "saving") or (job is not None and not job.is_over):
        return
    if job is None and timezone.now() - batch.created_at < PATIENCE:
        return
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state == "saving":
            _set_state(fresh, "preview")
        elif fresh.state == "reading":
            fresh.rows.all().delete()
            reason = marked("The reading of the file was interrupted.")
            _give_up(fresh, say(reason), say(marked("Hand the file in again.")))
    batch.refresh_from_db()


def _of_job(job: Job) -> tuple[ImportBatch, Actor]:
    from pendapa.kernel.access import actor

    batch = ImportBatch.objects.select_related("institution", "unit", "file").get(uid=job.arguments["batch"])
    return batch, actor.of(job.user) if job.user else actor.system()


def confirm(
    actor: Actor,
    batch: ImportBatch,
    *,
    skip_errors: bool = False,
    answers: Collection[str] = (),
    from_job: bool = False,
    tell: staging.Tell = staging.silent,
) -> ImportBatch:
    """Save the good rows as one change set, all or nothing. Raises :class:`Refused` with faulty rows unless skipped, and
    while a question of the room (:mod:`.questions`) has no answer.

    The same transaction marks the batch saved: whatever happens in the middle, either both stand or neither. Where the
    register has moved on since the preview, the rows are judged again first; if any turns out otherwise, nothing is saved.
    ``tell`` hears between the chunks how far it is; what it raises takes back all of it.
    """
    try:
        with transaction.atomic():
            hold(batch.institution)
            batch = locked(actor, batch, "preview", *(["saving"] if from_job else []))
            _check_answers(actor, batch, answers)
            if review.gathers(actor, batch.institution):
                return _propose(actor, batch, skip_errors=skip_errors, tell=tell)
            moved = _moved(batch, actor)
            if not moved:
                _write(actor, batch, skip_errors=skip_errors, tell=tell)
    except history.Conflict as conflict:
        raise Refused(
            _("Changed by somebody else since the file was read: %(names)s. Check the preview again.")
            % {"names": ", ".join(conflict.names[:5])}
        ) from conflict
    except IntegrityError as error:
        raise Refused(
            _("A code of this file was given to something else meanwhile. Check the preview again.")
        ) from error
    if moved:
        raise Refused(
            _(
                "What is stored has changed since the file was read. Look at the preview again: it shows it now."
            )
        )
    return batch


def _propose(actor: Actor, batch: ImportBatch, *, skip_errors: bool, tell: staging.Tell) -> ImportBatch:
    """Gather the good rows in the actor's draft. They are judged once more with the draft laid under them: what it brings
    already is changed by the file, not brought twice."""

    def work() -> None:
        recheck_all(batch, actor)
        _write(actor, batch, skip_errors=skip_errors, tell=tell)

    _none, draft = review.through(actor, batch.institution, work, kind="import")
    batch.refresh_from_db()
    batch.change_set, batch.state, batch.saved_at = draft, "saved", timezone.now()
    batch.save(update_fields=["change_set", "state", "saved_at"])
    if draft is not None and not draft.title:
        draft.title = batch.file_name[:200]
        draft.save(update_fields=["title"])
    return batch


def _moved(batch: ImportBatch, actor: Actor) -> bool:
    """Judge the rows again if anything was written since they were; whether any of them means something else now."""
    if all(facts.get("seen") == staging.last_change(batch) for facts in batch.sheets):
        return False
    before = _judgement(batch)
    recheck_all(batch, actor)
    return before != _judgement(batch)


def _judgement(batch: ImportBatch) -> str:
    """What was made of all rows, in short."""
    digest = hashlib.sha256()
    judged = batch.rows.order_by("pk").values_list("pk", "verdict", "target", "target_version")
    for one in judged.iterator(CHUNK):
        digest.update(repr(one).encode())
    return digest.hexdigest()


def _check_answers(actor: Actor, batch: ImportBatch, answers: Collection[str]) -> None:
    asked = questions.unanswered(actor, batch, answers)
    if asked:
        raise Refused(" ".join(question.text for question in asked))


def _write(actor: Actor, batch: ImportBatch, *, skip_errors: bool, tell: staging.Tell) -> None:
    faulty = batch.rows.filter(verdict="faulty").count()
    if faulty and not skip_errors:
        raise Refused(_("%(count)s rows are faulty: repair them, or leave them out.") % {"count": faulty})
    if total := batch.rows.filter(verdict__in=["new", "changed"]).count():
        writes = _writes(batch, actor, total, tell)
        batch.change_set = history.write(
            actor, batch.institution, "import", writes, reason=batch.file_name, unit=batch.unit
        )
    batch.state, batch.saved_at = "saved", timezone.now()
    batch.save(update_fields=["change_set", "state", "saved_at"])


def confirm_by_size(
    actor: Actor, batch: ImportBatch, *, skip_errors: bool, answers: Collection[str] = ()
) -> ImportBatch:
    """Confirm at once, or by a job where there are many rows."""
    if batch.rows.exclude(verdict="faulty").count() <= AT_ONCE:
        return confirm(actor, batch, skip_errors=skip_errors, answers=answers)
    with transaction.atomic():
        batch = locked(actor, batch, "preview")
        if not skip_errors and batch.rows.filter(verdict="faulty").exists():
            raise Refused(_("Some rows are faulty: repair them, or leave them out."))
        _check_answers(actor, batch, answers)
        told = sorted(answers)
        batch.job = jobs.start(
            "import.save", batch.institution, actor, batch=str(batch.uid), answers=",".join(told)
        )
        batch.state = "saving"
        batch.save(update_fields=["job", "state"])
    return batch


def _writes(batch: ImportBatch, actor: Actor, total: int, tell: staging.Tell) -> Iterator[history.Writes]:
    """All sheets in the order of their kinds, then what could be told only when all of them were written."""
    done, sessions = 0, []

    def told(waiting: QuerySet[StagedRow]) -> Iterator[list[StagedRow]]:
        nonlocal done
        for rows in parts(waiting, SAVE_CHUNK):
            tell(done, total, _("Saving"))
            yield rows
            done += len(rows)

    for number, facts in enumerate(batch.sheets):
        session = importer(facts["kind"]).session(actor, batch)
        sessions.append(session)
        yield from session.save(told(batch.rows.filter(sheet=number, verdict__in=["new", "changed"])))
    tell(total, total, _("Linking"))
    for session in sessions:
        if finish := getattr(session, "finish", None):
            yield from finish()


def stop(actor: Actor, batch: ImportBatch) -> None:
    """Ask the job that saves the batch to stop: nothing of it stays, and the batch waits again. Writes no row while the job
    holds the place to write."""
    actor.require(IMPORT, batch.institution, "any")
    if batch.state == "saving" and batch.job is not None:
        jobs.cancel(batch.job)


@transaction.atomic
def discard(actor: Actor, batch: ImportBatch) -> None:
    """Throw a waiting import away, with its file."""
    batch = locked(actor, batch, "preview", "unreadable", "reading")
    if batch.job is not None:
        jobs.cancel(batch.job)
    batch.rows.all().delete()
    file, batch.file, batch.state = batch.file, None, "discarded"
    batch.save(update_fields=["file", "state"])
    if file is not None:
        transaction.on_commit(lambda: files.forget(file))


def kinds() -> list[str]:
    """Words that ``--kind`` takes."""
    return [one.kind.key for one in importers()]
