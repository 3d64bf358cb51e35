"""The home of everybody with a role; twins and changes follow after the page, so that it never waits for them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pendapa.architecture import queries as architecture
from pendapa.cockpit import doors, things
from pendapa.cockpit.permissions import HOME
from pendapa.cockpit.queries import home as queries
from pendapa.cockpit.rules import home as rules
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.history import queries as history
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.gaps import Rule

LEADERS = {"sekda"}
GAPS_SHOWN = 8


@require_safe
@page(HOME)
def home(request: PageRequest) -> HttpResponse:
    """Three things first, then where the institution stands."""
    here = request.institution
    found = queries.home(request.actor, here)
    context = {
        "home": found,
        "index": found.index,
        "three": things.tell(found, here),
        "today": timezone.localdate(),
        "leads": any(held.role in LEADERS for held in request.actor.roles(here)),
        "figures": _figures(found, here),
        "domains": [
            (one, doors.door("architecture:list", here, domain=one.key, unit=found.unit_uid))
            for one in found.domains
        ],
        "gaps": [
            (things.words(rule.message), n, _gaps(found, here, rule.key)) for rule, n in _weightiest(found)
        ],
        "gaps_url": _gaps(found, here),
        "least": [
            (one, doors.door("architecture:list", here, unit=one.key)) for one in rules.least(found.agencies)
        ],
        "assessment_url": doors.assessment(here, found.index.current),
        "evaluation_url": doors.door("evaluation:list", here),
        "import_url": doors.importing(here) if found.facts.rights.imports else "",
        "history_url": doors.door("history:list", here) if request.actor.may(HISTORY, here) else "",
        "twins_url": doors.door("architecture:twins", here),
        "tree_url": doors.door("organisation:tree", here),
    }
    return render(request, "cockpit/home.html", context)


def _weightiest(found: queries.Home) -> list[tuple[Rule, int]]:
    """The rules with most gaps; the others are a click away. What is only badly described stands last."""
    there = [(rule, n) for rule, n in found.gaps if n]
    return sorted(there, key=lambda one: (one[0].severity == "low", -one[1]))[:GAPS_SHOWN]


def _gaps(found: queries.Home, here: Institution, rule: str = "") -> str:
    return doors.door("architecture:gaps", here, rule=rule, unit=found.unit_uid)


def _figures(found: queries.Home, here: Institution) -> list[dict[str, Any]]:
    """The row of numbers, each a door to its list."""
    counts = {one.key: one for one in found.domains}
    rows = [
        {
            "value": counts[key].count,
            "label": counts[key].label,
            "url": doors.door("architecture:list", here, domain=key, unit=found.unit_uid),
        }
        for key in ("services", "applications")
    ]
    rows.append(
        {"value": found.elements_with_gaps, "label": _("Elements with gaps"), "url": _gaps(found, here)}
    )
    if found.facts.rights.everywhere:
        silent = found.facts.agencies_without_data
        rows.append({"value": silent, "label": _("Agencies without data"), "note": _("of %(n)s") % {"n": len(found.agencies)}, "url": "#agencies" if silent else doors.door("organisation:tree", here)})  # fmt: skip
    else:
        rows.append(
            {
                "value": found.facts.units,
                "label": _("Work units"),
                "url": doors.door("organisation:tree", here),
            }
        )
    return rows


@require_safe
@page(HOME)
def twins(request: PageRequest) -> HttpResponse:
    """How many twins there are, where that is known at once; else the way to them."""
    ready = architecture.twins_ready(request.actor, request.institution)
    groups = architecture.twins(request.actor, request.institution) if ready else None
    context = {
        "groups": None if groups is None else len(groups),
        "members": sum(len(group["members"]) for group in groups or ()),
        "twins_url": doors.door("architecture:twins", request.institution),
    }
    return render(request, "cockpit/twins.html", context)


@require_safe
@page(HISTORY)
def changes(request: PageRequest) -> HttpResponse:
    """What changed last, of what the actor may see."""
    recent = history.recent(request.actor, request.institution, 5)
    return render(request, "cockpit/changes.html", {"changes": recent})
