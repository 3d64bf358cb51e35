"""Jobs that the actor may watch: the own ones, and all of them for the secretariat."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.jobs import actions, signs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.permissions import JOBS, JOBS_ANY
from pendapa.kernel.tenancy.models import Institution


def job(actor: Actor, institution: Institution, uid: UUID | str) -> Job:
    """One job. Raises :class:`NotFound` when absent or started by somebody else."""
    found = Job.objects.filter(institution=institution, uid=uid).select_related("user", "institution").first()
    mine = found is not None and actor.user is not None and found.user_id == actor.user.pk
    if found is None or not (actor.may(JOBS_ANY, institution) or (mine and actor.may(JOBS, institution))):
        raise NotFound
    return signs.freshen(found)


def told(job: Job) -> dict[str, Any]:
    """What a page says of a job: ``title``, ``error``, and the ``url`` of its result when it has one here."""
    result = job.result if isinstance(job.result, dict) else {}
    url = str(result.get("url") or "")
    return {
        "job": job,
        "title": actions.title(job) or _("Work in the background"),
        "error": _error(job.error),
        "url": url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "",
    }


def _error(error: str) -> str:
    if error.isidentifier():  # the name of a fault that nobody worded
        return _("An unexpected fault (%(name)s). The log of the server tells more.") % {"name": error}
    return _(error) if error else ""
