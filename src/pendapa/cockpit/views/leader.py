"""The leader's cockpit: one screen, live, with its documents; one tap reminds an OPD of what is late."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pendapa.cockpit import documents, doors, wording
from pendapa.cockpit.actions import reminding
from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.queries import leader as queries
from pendapa.cockpit.queries import reminded, standing
from pendapa.cockpit.queries import units as of_units
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.evaluation.rules.scoring import display
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents.making import NotMade
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.roadmap.permissions import REMIND
from pendapa.roadmap.queries.commitments import Late

SHOWN = {"commitments": 5, "iku": 6, "decisions": 5, "silent": 6, "league": 10}
TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@require_safe
@never_cache
@page(LEADER)
def leader(request: PageRequest) -> HttpResponse:
    """The whole screen; htmx gets it without its frame."""
    here = request.institution
    found = queries.cockpit(request.actor, here)
    part = request.headers.get("HX-Request") == "true"
    response = render(
        request, "cockpit/leader_parts.html" if part else "cockpit/leader.html", _context(request, found)
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _context(request: PageRequest, found: Cockpit) -> dict[str, Any]:
    here, told = request.institution, reminded.today(request.institution, found.day)
    rows = [_late(here, one, told) for one in found.commitments.rows]
    return {
        "cockpit": found,
        "today": found.day,
        "finding": wording.finding(found),
        "course": wording.course(found),
        "now": standing.value_of(found.index),
        "now_year": standing.year_of(found.index),
        "points": _points(found),
        "aim": _aim(found),
        "figures": _figures(found, here),
        "late": rows[: SHOWN["commitments"]],
        "late_more": len(rows[SHOWN["commitments"] :]),
        "may_remind": request.actor.may(REMIND, here),
        "iku": [(one, doors.door("architecture:detail", here, one.element.uid)) for one in found.iku[: SHOWN["iku"]]],
        "iku_more": len(found.iku[SHOWN["iku"] :]),
        "decisions": found.decisions.rows[: SHOWN["decisions"]],
        "decisions_more": found.decisions.count - len(found.decisions.rows[: SHOWN["decisions"]]),
        "silent": [_silent(here, one) for one in found.units.silent.rows[: SHOWN["silent"]]],
        "silent_more": len(found.units.silent.rows[SHOWN["silent"] :]),
        "league": [_placed(here, one) for one in found.units.ranked[: SHOWN["league"]]],
        "quarter_roman": found.units.silent.quarter.roman,
        "doors": _doors(here, found),
    }  # fmt: skip


def _doors(here: Institution, found: Cockpit) -> dict[str, str]:
    """Where each number's list is; a page that is not in the house has an empty address."""
    plan = found.path.course
    year = found.budget.year
    return {
        "assessment": doors.assessment(here, found.index.current),
        "plan": doors.door("evaluation:plan", here, plan.key)
        if plan
        else doors.door("evaluation:plans", here),
        "plan_new": doors.door("evaluation:plan_new", here),
        "commitments": doors.door("roadmap:commitments", here),
        "iku": doors.door("architecture:strategy", here),
        "money": doors.door("roadmap:money", here, tahun=str(year)),
        "roadmap": doors.door("roadmap:list", here),
        "gaps": doors.door("architecture:gaps", here),
        "gaps_closed": doors.door("architecture:gaps", here, state="closed"),
        "gaps_late": doors.door("architecture:gaps", here, decision="late"),
        "gaps_close": doors.door("architecture:gaps", here, decision="close"),
        "gaps_undecided": doors.door("architecture:gaps", here, decision="none"),
        "inbox": doors.door("inbox:list", here),
        "proposals": doors.door("review:list", here),
        "silent": doors.door("cockpit:silent", here),
        "league": doors.door("cockpit:league", here),
    }


def _points(found: Cockpit) -> list[Any]:
    """What the chart draws: what was measured, then what is planned after it."""
    measured = list(found.index.history.points)
    last = max((one.year for one in measured if one.year is not None), default=0)
    course = found.path.course
    planned = [(year, value) for year, value in (course.points() if course else []) if year > last]
    return [
        *measured,
        *({"year": year, "value": display(value, 12), "plan": True} for year, value in planned),
    ]


def _aim(found: Cockpit) -> Any:
    path = found.path
    if path.target is None:
        return None
    measured = max((one.year for one in found.index.history.points if one.year is not None), default=0)
    if path.target_year is not None and path.target_year > measured:
        return {"year": path.target_year, "value": display(path.target, 12)}
    return display(path.target, 12)


def _late(here: Institution, one: Late, told: set[int]) -> dict[str, Any]:
    return {
        "row": one,
        "words": wording.late(one),
        "marks": range(min(one.late + one.without_evidence, 6)),
        "url": doors.door("roadmap:commitments", here, opd=str(one.unit_uid)),
        "told": one.unit_id in told,
    }


def _silent(here: Institution, one: Any) -> tuple[Any, str]:
    return one, doors.door("roadmap:by_unit", here, opd=one.uid) or doors.door(
        "roadmap:list", here, opd=one.uid
    )


def _placed(here: Institution, one: Any) -> dict[str, Any]:
    uid = one.entrant.key
    return {
        "row": one,
        "measures": wording.measures(one),
        "url": doors.door("architecture:unit", here, uid),
        "score": one.score,
    }


def _figures(found: Cockpit, here: Institution) -> list[dict[str, Any]]:
    """The row of numbers, each a door to its list. A dash stands where there is nothing that could be counted."""
    to, units = _doors(here, found), found.units.silent
    promises, decisions, gaps = found.commitments, found.decisions, found.gaps
    rows: list[dict[str, Any]] = [
        {"value": promises.late if promises.committed else "–", "label": _("Milestones late"), "note": _("of commitments in %(n)s OPD") % {"n": sum(bool(one.late) for one in promises.rows)} if promises.committed else _("no commitments yet"), "url": doors.door("roadmap:commitments", here, perihal="late" if promises.late else ""), "tone": "bad" if promises.late else "plain"},
        {"value": promises.without_evidence if promises.committed else "–", "label": _("Commitments without evidence"), "note": _("of %(n)s") % {"n": promises.committed} if promises.committed else "", "url": doors.door("roadmap:commitments", here, perihal="unproven" if promises.without_evidence else ""), "tone": "bad" if promises.without_evidence else "plain"},
        {"value": decisions.count, "label": _("Decisions open"), "note": wording.waits(decisions), "url": "#keputusan"},
        {"value": gaps.open, "label": _("Gaps open"), "note": _("%(n)s closed in 90 days") % {"n": formats.number(gaps.closed, formats.language())}, "url": to["gaps"]},
        {"value": len(units.rows) if units.expected else "–", "label": _("OPD without a report"), "note": _("of %(n)s") % {"n": units.expected} if units.expected else _("nothing is running yet"), "url": to["silent"], "tone": "bad" if units.rows else "plain"},
    ]  # fmt: skip
    for shown in found.parts:
        part = shown.part
        if part is not None:
            rows.append({"value": "–" if part.value is None else part.value, "label": part.label, "note": part.note, "url": part.url, "tone": part.tone})  # fmt: skip
    return rows


# ---- lists behind numbers


@require_safe
@page(LEADER)
def league(request: PageRequest) -> HttpResponse:
    """Every OPD in the league, with the formula and what each number is counted of."""
    here = request.institution
    found = of_units.units(request.actor, here, wording.today())
    context = {
        "units": found,
        "rows": [_placed(here, one) for one in found.league],
        "weights": wording.weights(found.weights),
        "today": wording.today(),
    }
    return render(request, "cockpit/leader_league.html", context)


@require_safe
@page(LEADER)
def silent(request: PageRequest) -> HttpResponse:
    """The OPD that did not report this quarter, and the rule by which that is said."""
    here = request.institution
    found = of_units.units(request.actor, here, wording.today())
    context = {
        "units": found,
        "rows": [_silent(here, one) for one in found.silent.rows],
        "quarter": found.silent.quarter,
        "today": wording.today(),
    }
    return render(request, "cockpit/leader_silent.html", context)


# ---- verbs


@require_POST
@page(LEADER)
def remind(request: PageRequest, unit: UUID) -> HttpResponse:
    """Remind an OPD of what is late in its commitments; the button becomes what came of it."""
    here = request.institution
    try:
        names = reminding.remind_unit(request.actor, here, unit)
        told, ok = _("Reminded: %(names)s") % {"names": ", ".join(names)}, True
    except reminding.Refused as error:
        told, ok = str(error), False
    if request.headers.get("HX-Request") == "true":
        return render(request, "cockpit/leader_reminded.html", {"told": told, "ok": ok})
    (messages.success if ok else messages.warning)(request, told)
    return redirect("cockpit:leader", institution=here.code)


@require_safe
@page(LEADER)
def download(request: PageRequest, form: str) -> HttpResponse:
    """The cockpit of this moment as a page for the weekly meeting, or as slides."""
    here = request.institution
    found = queries.cockpit(request.actor, here)
    try:
        content = documents.make(found, form)
    except NotMade as error:
        messages.error(request, str(error))
        return redirect("cockpit:leader", institution=here.code)
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{documents.file_name(found, form)}"'
    return answer
