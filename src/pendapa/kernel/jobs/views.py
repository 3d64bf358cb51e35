"""The page of one job: how far it is, how to stop it, what came of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.jobs import actions, queries
from pendapa.kernel.permissions import JOBS


@require_safe
@never_cache
@page(JOBS)
def job(request: PageRequest, uid: UUID) -> HttpResponse:
    """The whole page."""
    found = queries.job(request.actor, request.institution, uid)
    return render(request, "jobs/job.html", queries.told(found))


@require_safe
@never_cache
@page(JOBS)
def progress(request: PageRequest, uid: UUID) -> HttpResponse:
    """The part that renews itself until the job is over; other pages may include it too."""
    found = queries.job(request.actor, request.institution, uid)
    return render(request, "jobs/progress.html", queries.told(found))


@require_POST
@page(JOBS)
def cancel(request: PageRequest, uid: UUID) -> HttpResponse:
    """Ask it to stop; it ends at the next point where nothing is half done."""
    found = queries.job(request.actor, request.institution, uid)
    actions.cancel(found)
    return redirect("jobs:job", institution=request.institution.code, uid=uid)
