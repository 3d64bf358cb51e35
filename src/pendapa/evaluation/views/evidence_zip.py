"""All evidence of a cycle to take along."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from pendapa.evaluation.actions import evidence_zip as actions
from pendapa.evaluation.permissions import PROOF
from pendapa.evaluation.queries import cycles
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.files import serving
from pendapa.kernel.jobs import queries as jobs


@page(PROOF)
@require_POST
def ask(request: PageRequest, year: int, instrument: str) -> HttpResponse:
    """Begin the archive and show how far it is."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    cycle.institution = request.institution
    job = actions.ask(request.actor, cycle)
    return redirect("jobs:job", institution=request.institution.code, uid=job.uid)


@page(PROOF)
@require_safe
def download(request: PageRequest, year: int, instrument: str, job: UUID) -> HttpResponse:
    """The archive, for who asked for it."""
    cycle = cycles.cycle(request.actor, request.institution, year, instrument)
    cycle.institution = request.institution
    file = actions.made(request.actor, cycle, jobs.job(request.actor, request.institution, job))
    return serving.served(file, "application/zip")
