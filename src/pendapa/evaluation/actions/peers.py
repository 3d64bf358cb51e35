"""Bring results of many institutions from a table, in the background; take one away. The only writers of `PeerResult`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from pendapa.evaluation.models import PeerResult
from pendapa.evaluation.permissions import RUN
from pendapa.evaluation.queries.comparing import JOB
from pendapa.evaluation.rules import peers as rules
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tables import reading
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

LIMIT = 20 << 20
ROWS, TOLD = 5000, 200
FIELDS = (
    "kind",
    "region",
    "levels",
    "aspects",
    "domains",
    "index",
    "basis",
    "predicate",
    "source",
    "verified",
)


def bring(
    actor: Actor,
    institution: Institution,
    content: IO[bytes],
    name: str,
    *,
    instrument: str,
    year: int | None = None,
    source: str = "",
    language: str = "id",
) -> Job:
    """Compute the results in a table (xlsx, ods, csv) in the background and keep them: all of them, or none where a row has a
    fault. ``instrument``, ``year`` and ``source`` hold for rows that name none. Raises :class:`Refused`, NotFound."""
    actor.require(RUN, institution)
    if instrument not in packs.instrument_ids():
        known = ", ".join(packs.instrument_ids())
        raise Refused(
            _("“%(given)s” is no known instrument. Accepted: %(known)s.")
            % {"given": instrument, "known": known},
            "instrument",
        )
    if year is not None and not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        words = {"given": year, "low": rules.FIRST_YEAR, "high": rules.LAST_YEAR}
        raise Refused(
            _("“%(given)s” is no year of an assessment. Accepted: %(low)s–%(high)s.") % words, "year"
        )
    if not content.read(1):
        raise Refused(_("The file is empty. Choose a table with one row for each institution."), "file")
    content.seek(0)
    try:
        with store.keeping(content, name or "tabel", institution, actor.user, LIMIT) as file:
            return jobs.start(
                JOB, institution, actor, file=str(file.uid), called=file.name, instrument=instrument, year=year,
                source=source.strip()[: rules.SOURCE], language=language,
            )  # fmt: skip
    except store.TooLarge as error:
        words = {"size": error.limit >> 20}
        raise Refused(_("The file is larger than %(size)s MB. Split it.") % words, "file") from error


def remove(actor: Actor, institution: Institution, uid: str, version: int) -> PeerResult:
    """Take one result away; it can be brought back from the history. Raises NotFound, Conflict."""
    actor.require(RUN, institution)
    with transaction.atomic():
        hold(institution)
        row = PeerResult.objects.filter(institution=institution, uid=uid, deleted_at=None).first()
        if row is None:
            raise NotFound
        if row.version != version:
            raise history.Conflict([str(row)])
        history.write(actor, institution, "edit", history.Writes(delete=[row]))
    return row


# ---- in the background


@jobs.register(JOB, title=gettext_lazy("Computing results of other institutions"))
def _in_job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    with override(job.arguments.get("language") or "id"):
        file = StoredFile.objects.filter(uid=job.arguments["file"], institution=job.institution).first()
        if file is None or job.user is None:
            raise jobs.ForPeople(_("The file is gone. Choose it again."))
        try:
            return _compute(job, progress, file)
        finally:
            with transaction.atomic():
                store.forget(file)


def _compute(job: Job, progress: jobs.Progress, file: StoredFile) -> dict[str, Any]:
    actor = actors.of(job.user)  # type: ignore[arg-type]  # with the rights of today
    if not actor.may(RUN, job.institution):
        raise jobs.ForPeople(_("You may no longer bring results of other institutions."))
    found, faults, count = _read(store.path(file), job, progress)
    if faults:
        job.result = {"faults": faults[:TOLD], "count": count, "url": _url(job)}
        words = {"n": count, "rows": len({fault["row"] for fault in faults})}
        raise jobs.ForPeople(
            ngettext(
                "%(n)s fault was found; nothing was kept. The faults stand on the page of the results.",
                "%(n)s faults were found; nothing was kept. The faults stand on the page of the results.",
                count,
            )
            % words
        )
    if not found:
        raise jobs.ForPeople(_("There is no institution below the headings. Fill in at least one row."))
    return _keep(actor, job, found, progress) | {"url": _url(job)}


def _url(job: Job) -> str:
    return reverse("evaluation:peers", args=[job.institution.code])


def _read(
    path: Path, job: Job, progress: jobs.Progress
) -> tuple[list[rules.Peer], list[dict[str, Any]], int]:
    """The computed rows, the first faults as they are kept, and how many faults there are."""
    try:
        head, rows = _table(path)
    except reading.Unreadable as error:
        raise jobs.ForPeople(error.render(_)) from error
    except FileNotFoundError as error:
        raise jobs.ForPeople(_("The file is gone. Choose it again.")) from error
    total = len(rows)
    if total > ROWS:
        raise jobs.ForPeople(
            _("The table has more than %(limit)s rows. Split it and hand in one part after the other.")
            % {"limit": ROWS}
        )
    step = _("Computing the indices")
    instruments = {one.id: one for one in packs.instruments()}
    given = job.arguments
    found: list[rules.Peer] = []
    faults: list[dict[str, Any]] = []
    count = 0
    for one in rules.read(
        head, rows, instruments, given["instrument"], given["year"], given["source"],
        lambda done: progress(done, total, step),
    ):  # fmt: skip
        if isinstance(one, rules.Peer):
            found.append(one)
        else:
            count += 1
            faults.append(vars(one).copy())
    return found, faults, count


def _table(path: Path) -> tuple[rules.Head, list[tuple[int, list[str]]]]:
    """The first sheet that has the headings, and its rows below them."""
    fault: rules.NoTable | None = None
    for grid in reading.read(path):
        lines = [(line.number, list(line.cells)) for line in _some(grid)]
        try:
            head = rules.head_of(lines)
        except rules.NoTable as error:
            fault = error if fault is None or fault.code == "no name" else fault
            continue
        return head, [line for line in lines if line[0] > head.row]
    raise jobs.ForPeople(_no_table(fault))


def _some(grid: reading.Grid) -> Iterator[reading.Line]:
    for place, line in enumerate(grid.rows):
        if place > ROWS + rules.HEAD_ROWS + 1:
            return
        yield line


def _no_table(fault: rules.NoTable | None) -> str:
    code = fault.code if fault else "no name"
    if code == "twice" and fault:
        return _("The heading “%(told)s” stands twice. Take one of the columns away.") % {
            "told": fault.told[:60]
        }
    if code == "no values":
        return _(
            "No column holds values. Head them with the numbers of the indicators (1 … 47), with “Aspek 1” …, “Domain 1” … or “Indeks”."
        )
    return _("No column is headed “Nama instansi”. The template shows the headings.")


def _keep(actor: Actor, job: Job, found: list[rules.Peer], progress: jobs.Progress) -> dict[str, Any]:
    """Add and change what differs, in one change set."""
    institution, added, changed = job.institution, [], []
    with transaction.atomic():
        hold(institution)
        live = PeerResult.objects.filter(institution=institution, deleted_at=None)
        known = {(row.name.casefold(), row.year, row.instrument): row for row in live}
        for done, one in enumerate(found, 1):
            progress.aside(done, len(found), _("Keeping the results"))
            row = known.get((one.name.casefold(), one.year, one.instrument))
            if row is None:
                row = PeerResult(
                    institution=institution, name=one.name, year=one.year, instrument=one.instrument
                )
                added.append(row)
            elif any(getattr(row, name) != _plain(getattr(one, name)) for name in FIELDS):
                changed.append(row)
            for name in FIELDS:
                setattr(row, name, _plain(getattr(one, name)))
        writes = history.Writes(add=list(added), change=list(changed))
        if writes:
            history.write(actor, institution, "edit", writes)
    return {
        "rows": len(found), "added": len(added), "changed": len(changed),
        "same": len(found) - len(added) - len(changed),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "keys") else value
