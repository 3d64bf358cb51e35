"""The archive of all evidence of a cycle, made in a job with the rights of who asked for it."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import PROOF
from pendapa.evaluation.queries import evidence_zip as archive
from pendapa.evaluation.queries import reach
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tenancy.models import Institution

JOB = "evidence.zip"
LARGEST = 20 << 30
KEPT = timedelta(hours=24)


def ask(actor: Actor, cycle: Cycle) -> Job:
    """Begin the archive; one that is still being made for the same person is taken."""
    actor.require(PROOF, cycle.institution)
    if actor.user is None:
        raise NotFound
    going = Job.objects.filter(
        institution=cycle.institution, user=actor.user, name=JOB, state__in=["waiting", "running"]
    )
    for one in going.order_by("-pk"):
        if one.arguments.get("cycle") == str(cycle.uid):
            return one
    _forget_old(actor, cycle.institution)
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    with transaction.atomic():
        return jobs.start(JOB, cycle.institution, actor, cycle=str(cycle.uid), scopes=scopes)


def _forget_old(actor: Actor, institution: Institution) -> None:
    """Archives are made anew whenever they are wanted: of each person the last one stays, for a day."""
    for one in Job.objects.filter(institution=institution, user=actor.user, name=JOB, state="done")[:50]:
        uid = (one.result or {}).get("file")
        row = StoredFile.objects.filter(uid=uid, institution=institution).first() if uid else None
        if row is not None:
            with transaction.atomic():
                store.forget(row)


@jobs.register(JOB, title=gettext_lazy("All evidence as an archive"))
def _make(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    cycle = Cycle.objects.select_related("institution", "edition").filter(
        institution=job.institution, uid=job.arguments["cycle"], deleted_at=None
    ).first()  # fmt: skip
    if cycle is None or job.user is None:
        raise jobs.ForPeople(_("This round is gone."))
    actor = actors.of(job.user)  # with the rights of today
    kept = job.arguments.get("scopes")
    actor.scopes = None if kept is None else frozenset(kept)
    name = f"bukti-{cycle.institution.code}-{cycle.instrument}-{cycle.year}.zip"
    with tempfile.TemporaryFile() as target:
        held = archive.write(actor, cycle, target, progress)
        target.seek(0)
        file = store.keep(target, name, cycle.institution, job.user, LARGEST)
    address = reverse(
        "evaluation:evidence_zip_file", args=[cycle.institution.code, cycle.year, cycle.instrument, job.uid]
    )
    pieces = sorted({str(one.piece.use.uid) for one in held})
    return {"url": address, "file": str(file.uid), "uses": pieces, "n": len(held)}


def made(actor: Actor, cycle: Cycle, job: Job) -> StoredFile:
    """The archive that a job made, for who asked for it and may still read all that is in it. Raises NotFound."""
    result = job.result if isinstance(job.result, dict) else {}
    mine = actor.user is not None and job.user_id == actor.user.pk
    fresh = job.finished_at is not None and timezone.now() - job.finished_at < KEPT
    if not (mine and fresh and job.name == JOB and job.arguments.get("cycle") == str(cycle.uid)):
        raise NotFound
    open_ = {str(uid) for uid in _readable(actor, cycle)}
    if not set(result.get("uses", [])) <= open_:
        raise NotFound
    row = StoredFile.objects.filter(
        uid=str(result.get("file") or cycle.uid), institution=cycle.institution
    ).first()
    if row is None:
        raise NotFound
    return row


def _readable(actor: Actor, cycle: Cycle) -> list[Any]:
    found = reach.uses(actor, cycle.institution).filter(cycle=cycle)
    return list(found.values_list("uid", flat=True))
