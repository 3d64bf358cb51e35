"""The page of an OPD in the register."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries.units import unit_view
from pendapa.architecture.views.common import address, room
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.ui import onward
from pendapa.kernel.waiting import duties


@require_safe
@page(VIEW)
def unit(request: PageRequest, uid: UUID) -> HttpResponse:
    """My elements, completeness, gaps, duties, what changed."""
    found = unit_view(request.actor, request.institution, uid)
    context = room(request, "units") | {
        "view": found,
        "unit": found.unit,
        "rows": [
            (
                one,
                address(request.institution, "list", domain=one.key, unit=str(found.unit.uid)),
                number if number <= 6 else 0,
            )
            for number, one in enumerate(found.domains, 1)
        ],
        "gaps": [
            (
                gap,
                address(
                    request.institution,
                    "gaps",
                    rule=gap["key"],
                    unit=str(found.unit.uid),
                ),
            )
            for gap in found.gaps
        ],
        "duties": duties.of(request.actor, request.institution, found.unit),
        "organisation_url": reverse("organisation:unit", args=[request.institution.code, found.unit.uid]),
        "onward": onward.steps(request.actor, request.institution, "unit", owner=found.unit),
        "new_url": address(request.institution, "new"),
    }
    return render(request, "architecture/unit.html", context)
