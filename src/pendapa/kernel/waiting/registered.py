"""What the ground floor itself lets wait: calls in comments, own imports in preview, own work that failed."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.comments import queries as comments
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.jobs.queries import told
from pendapa.kernel.permissions import IMPORT, JOBS
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.waiting.ports import Waiting, offer

FAILED_FOR = timedelta(days=7)
"""How long work that failed waits; after that nobody will take it up."""


def mentions(actor: Actor, institution: Institution) -> list[Waiting]:
    """Comments that call the actor and were not read, of what the actor may still see."""
    rows = []
    for call in comments.calls(actor, institution):
        words = {"who": call.author, "name": call.name}
        rows.append(
            Waiting(
                title=_("%(who)s calls you on %(name)s") % words,
                detail=call.text,
                url=call.url,
                since=call.at,
                kind=call.target_type,
                action=_("Read and answer"),
                read_url=reverse("comments:read", args=[institution.code, call.target_type, call.target_uid]),
            )
        )
    return rows


def imports(actor: Actor, institution: Institution) -> list[Waiting]:
    """Own files that were read and neither saved nor discarded."""
    rows = []
    for batch in _previews(actor, institution).select_related("unit").order_by("created_at"):
        where = f"{batch.unit.name}. " if batch.unit else ""
        rows.append(
            Waiting(
                title=batch.file_name,
                detail=where + _("Read and checked; nothing is saved before you confirm."),
                url=reverse("imports:preview", args=[institution.code, batch.uid]),
                since=batch.created_at,
                kind="import",
                action=_("See the preview"),
            )
        )
    return rows


def _previews(actor: Actor, institution: Institution) -> QuerySet[ImportBatch]:
    found = ImportBatch.objects.filter(institution=institution, state="preview")
    mine = actor.user is not None and actor.may(IMPORT, institution)
    return found.filter(user=actor.user) if mine else found.none()


def failures(actor: Actor, institution: Institution) -> list[Waiting]:
    """Own background work that failed in the last week and was not done since."""
    rows = []
    for job in _failed(actor, institution).order_by("finished_at"):
        said = told(job)
        rows.append(
            Waiting(
                title=str(said["title"]),
                detail=str(said["error"]),
                url=reverse("jobs:job", args=[institution.code, job.uid]),
                since=job.finished_at,
                kind="job",
                action=_("See what went wrong"),
            )
        )
    return rows


def _failed(actor: Actor, institution: Institution) -> QuerySet[Job]:
    if actor.user is None or not actor.may(JOBS, institution):
        return Job.objects.none()
    later = Job.objects.filter(
        institution=institution, user=actor.user, name=OuterRef("name"), created_at__gt=OuterRef("created_at")
    ).filter(Q(state="done") | Q(state="waiting") | Q(state="running"))
    since = timezone.now() - FAILED_FOR
    mine = Job.objects.filter(institution=institution, user=actor.user, state="failed", finished_at__gt=since)
    return mine.filter(~Exists(later))


offer(
    "mentions",
    gettext_lazy("Somebody calls you"),
    mentions,
    count=lambda actor, institution: comments.calls_count(actor, institution),
    order=20,
    icon="messages",
)
offer(
    "imports",
    gettext_lazy("Imports that you have not decided on"),
    imports,
    count=lambda actor, institution: _previews(actor, institution).count(),
    order=30,
    icon="upload",
)
offer(
    "failures",
    gettext_lazy("Work in the background that failed"),
    failures,
    count=lambda actor, institution: _failed(actor, institution).count(),
    order=40,
    icon="alert-triangle",
)
