"""All analyses with what each of them answers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pendapa.analysis.views.common import room
from pendapa.architecture.permissions import VIEW
from pendapa.kernel.access.pages import PageRequest, page


@require_safe
@page(VIEW)
def overview(request: PageRequest) -> HttpResponse:
    """A card for each question that the register answers."""
    return render(request, "analysis/overview.html", room(request))
