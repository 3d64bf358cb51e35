"""The cockpit of leaders and of heads of OPD: one screen, live, with its documents; one tap reminds an OPD of what is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pendapa.cockpit import documents, doors, wording
from pendapa.cockpit.actions import reminding
from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.queries import leader as queries
from pendapa.cockpit.queries import pending, reminded, standing
from pendapa.cockpit.queries import units as of_units
from pendapa.cockpit.queries.extent import extent
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.cockpit.queries.reminded import Reminded
from pendapa.cockpit.rules.course import ahead
from pendapa.evaluation.rules.scoring import display
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.documents.making import NotMade
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.roadmap.permissions import REMIND
from pendapa.roadmap.queries.commitments import COMMITTED, Late

SHOWN = {"commitments": 5, "actions": 6, "iku": 6, "decisions": 5, "silent": 6, "league": 10}
TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True)
class Answer:
    """What came of reminding a unit: a sentence, and whether somebody was told."""

    unit: UUID
    text: str
    ok: bool


@require_safe
@never_cache
@page(LEADER)
def leader(request: PageRequest) -> HttpResponse:
    """The whole screen; htmx gets it without its frame."""
    return _screen(request)


def _screen(request: PageRequest, answer: Answer | None = None) -> HttpResponse:
    """The screen of this moment, perhaps with what came of a tap in it."""
    found = queries.cockpit(request.actor, request.institution)
    part = request.headers.get("HX-Request") == "true"
    template = "cockpit/leader_parts.html" if part else "cockpit/leader.html"
    response = render(request, template, _context(request, found, answer))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _context(request: PageRequest, found: Cockpit, answer: Answer | None) -> dict[str, Any]:
    here, told = request.institution, reminded.today(request.institution, found.day)
    rows = [_late(here, one, told, answer) for one in found.commitments.rows]
    points, aim = _drawn(found)
    shown = {one["row"].unit_uid for one in rows[: SHOWN["commitments"]]}
    return {
        "answer": answer if answer is not None and answer.unit not in shown else None,
        "cockpit": found,
        "today": found.day,
        "finding": wording.finding(found),
        "course": wording.course(found),
        "now": standing.value_of(found.index),
        "now_year": standing.year_of(found.index),
        "points": points,
        "aim": aim,
        "figures": _figures(found, here),
        "late": rows[: SHOWN["commitments"]],
        "late_more": len(rows[SHOWN["commitments"] :]),
        "may_remind": request.actor.may(REMIND, here),
        "actions": [
            (one, doors.door("roadmap:action", here, one.uid), str(one.uid) in told.actions)
            for one in found.actions.rows[: SHOWN["actions"]]
        ] if found.actions else [],
        "actions_more": found.actions.count - len(found.actions.rows[: SHOWN["actions"]]) if found.actions else 0,
        "ranks": [_placed(here, one) for one in found.units.league] if not found.own.whole else [],
        "iku": [(one, doors.door("architecture:detail", here, one.element.uid)) for one in found.iku[: SHOWN["iku"]]],
        "iku_more": len(found.iku[SHOWN["iku"] :]),
        "decisions": found.decisions.rows[: SHOWN["decisions"]],
        "decisions_more": found.decisions.count - len(found.decisions.rows[: SHOWN["decisions"]]),
        "silent": [_silent(here, one, told) for one in found.units.silent.rows[: SHOWN["silent"]]],
        "silent_more": len(found.units.silent.rows[SHOWN["silent"] :]),
        "league": [_placed(here, one) for one in found.units.ranked[: SHOWN["league"]]],
        "quarter_roman": found.units.silent.quarter.roman,
        "doors": _doors(here, found),
    }  # fmt: skip


def _doors(here: Institution, found: Cockpit) -> dict[str, str]:
    """Where each number's list is; a page that is not in the house has an empty address."""
    plan, result = found.path.course, found.index.result
    # While levels are missing the index is that of an earlier year, which stands in the list of all.
    measured = result is not None and (result.complete or found.index.history.last is None)
    year, opd, opds = found.budget.year, found.own.unit_uid, found.own.unit_uids
    return {
        "assessment": doors.assessment(here, found.index.current),
        "index": doors.assessment(here, found.index.current if measured else None),
        "plan": doors.door("evaluation:plan", here, plan.key)
        if plan
        else doors.door("evaluation:plans", here),
        "plan_new": doors.door("evaluation:plan_new", here) if found.own.whole else "",
        "commitments": doors.door("roadmap:commitments", here, opd=opds, keadaan=COMMITTED if found.commitments.committed else ""),
        "actions": doors.door("roadmap:actions", here, milik="opd", tampil="terlambat", opd=opds),
        "iku": doors.door("architecture:strategy", here),
        "money": doors.door("roadmap:money", here, tahun=str(year), opd=opds),
        "roadmap": doors.door("roadmap:list", here, opd=opds),
        "gaps": doors.door("architecture:gaps", here, unit=opd),
        "gaps_closed": doors.door("architecture:gaps", here, state="closed-90", unit=opd),
        "gaps_opened": doors.door("architecture:gaps", here, state="opened-90", unit=opd),
        "gaps_late": doors.door("architecture:gaps", here, decision="late", unit=opd),
        "gaps_close": doors.door("architecture:gaps", here, decision="close", unit=opd),
        "gaps_undecided": doors.door("architecture:gaps", here, decision="none", unit=opd),
        "decisions": doors.door("cockpit:decisions", here),
        "silent": doors.door("cockpit:silent", here),
        "league": doors.door("cockpit:league", here),
    }  # fmt: skip


def _drawn(found: Cockpit) -> tuple[list[Any], Any]:
    """What the chart draws: what was measured, then what is planned after it; and the target, with its year where it has one."""
    measured, target = list(found.index.history.points), found.path.target
    last = max((one.year for one in measured if one.year is not None), default=0)
    planned, year = ahead(found.path.course, last, target)
    points = [
        *measured,
        *({"year": year, "value": display(value, 12), "plan": True} for year, value in planned),
    ]
    if target is None:
        return points, None
    value = display(target, 12)
    return points, {"year": year, "value": value} if year is not None else value


def _late(here: Institution, one: Late, told: Reminded, answer: Answer | None) -> dict[str, Any]:
    return {
        "answer": answer if answer is not None and answer.unit == one.unit_uid else None,
        "row": one,
        "words": wording.late(one),
        "marks": range(min(one.late + one.without_evidence, 6)),
        "url": doors.door("roadmap:commitment_unit", here, one.unit_uid),
        "told": one.unit_id in told.units,
    }


def _silent(here: Institution, one: Any, told: Reminded) -> tuple[Any, str, bool]:
    """An OPD without a report, its initiatives, and whether it was asked for the report today."""
    url = doors.door("roadmap:by_unit", here, opd=one.uid) or doors.door("roadmap:list", here, opd=one.uid)
    return one, url, str(one.uid) in told.reports


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
    to, decisions, gaps = _doors(here, found), found.decisions, found.gaps
    rows: list[dict[str, Any]] = [
        *_promised(found, here),
        {"value": f"{decisions.count}+" if decisions.more else decisions.count, "label": _("Decisions open"), "note": wording.waits(decisions), "url": to["decisions"]},
        {"value": gaps.open, "label": _("Gaps open"), "note": _("%(n)s closed in 90 days") % {"n": formats.number(gaps.closed, formats.language())}, "url": to["gaps"]},
        _reported(found, to["silent"]),
    ]  # fmt: skip
    for shown in found.parts:
        part = shown.part
        if part is not None:
            rows.append({"value": "–" if part.value is None else part.value, "label": part.label, "note": part.note, "url": part.url, "tone": part.tone})  # fmt: skip
    return rows


def _promised(found: Cockpit, here: Institution) -> list[dict[str, Any]]:
    """What is late of what was promised, and for the head of an OPD of what is to be done."""
    known, opds = found.commitments, found.own.unit_uids
    of = _("of commitments in %(n)s OPD") % {"n": sum(bool(one.late) for one in known.rows)}
    if not found.own.whole:
        of = ngettext("in %(n)s commitment", "in %(n)s commitments", known.committed) % {"n": known.committed}
    rows: list[dict[str, Any]] = [
        {"value": known.late if known.committed else "–", "label": _("Milestones late"), "note": of if known.committed else _("no commitments yet"), "url": doors.door("roadmap:commitments", here, opd=opds, perihal="late"), "tone": "bad" if known.late else "plain"},
        {"value": known.without_evidence if known.committed else "–", "label": _("Commitments without evidence"), "note": _("of %(n)s") % {"n": known.committed} if known.committed else "", "url": doors.door("roadmap:commitments", here, opd=opds, perihal="unproven"), "tone": "bad" if known.without_evidence else "plain"},
    ]  # fmt: skip
    if found.actions is not None:
        days = found.actions.longest
        rows.append({"value": found.actions.count, "label": _("Actions late"), "note": ngettext("the longest by %(days)s day", "the longest by %(days)s days", days) % {"days": days} if days else "", "url": _doors(here, found)["actions"], "tone": "bad" if days else "plain"})  # fmt: skip
    return rows


def _reported(found: Cockpit, url: str) -> dict[str, Any]:
    """How many OPD did not report; for the head of one whether it did."""
    units = found.units.silent
    tone = "bad" if units.rows else "plain"
    if found.own.whole or found.units.count > 1:
        value: Any = len(units.rows) if units.expected else "–"
        note = _("of %(n)s") % {"n": units.expected} if units.expected else _("nothing is running yet")
        return {"value": value, "label": _("OPD without a report"), "note": note, "url": url, "tone": tone}
    said = _("not reported") if units.rows else _("reported")
    quarter = _("quarter %(quarter)s %(year)s") % {"quarter": units.quarter.roman, "year": units.quarter.year}
    note = quarter if units.expected else _("nothing is running yet")
    return {"value": said if units.expected else "–", "label": _("Report of the OPD"), "note": note, "url": url, "tone": tone}  # fmt: skip


# ---- lists behind numbers


@require_safe
@page(LEADER)
def league(request: PageRequest) -> HttpResponse:
    """Every OPD in the league (for the head of one the own), with the formula and what each number is counted of."""
    here = request.institution
    own = extent(request.actor, here)
    found = of_units.units(request.actor, here, wording.today(), own)
    context = {
        "own": own,
        "units": found,
        "rows": [_placed(here, one) for one in found.league],
        "weights": wording.weights(found.weights),
        "example": wording.example(found),
        "today": wording.today(),
    }
    return render(request, "cockpit/leader_league.html", context)


@require_safe
@page(LEADER)
def silent(request: PageRequest) -> HttpResponse:
    """The OPD that did not report this quarter, and the rule by which that is said."""
    here = request.institution
    own, told = extent(request.actor, here), reminded.today(here, wording.today())
    found = of_units.units(request.actor, here, wording.today(), own)
    context = {
        "own": own,
        "units": found,
        "rows": [_silent(here, one, told) for one in found.silent.rows],
        "may_remind": own.whole and request.actor.may(REMIND, here),
        "quarter": found.silent.quarter,
        "today": wording.today(),
    }
    return render(request, "cockpit/leader_silent.html", context)


@require_safe
@page(LEADER)
def decisions(request: PageRequest) -> HttpResponse:
    """Everything that waits for a decision, whoever has to take it."""
    here = request.institution
    found = pending.decisions(request.actor, here, wording.today(), extent(request.actor, here))
    context = {"found": found, "said": wording.waits(found) if found.count else ""}
    return render(request, "cockpit/leader_decisions_list.html", context)


# ---- verbs


@require_POST
@page(LEADER)
def remind(request: PageRequest, unit: UUID) -> HttpResponse:
    """Remind an OPD of what is late in its commitments; the answer is the whole screen of then, with what came of it in the row of
    the OPD: a refresh that was under way can not bring the button back."""
    here = request.institution
    try:
        names = reminding.remind_unit(request.actor, here, unit)
        answer = Answer(unit, _("Reminded: %(names)s") % {"names": ", ".join(names)}, True)
    except reminding.Refused as error:
        answer = Answer(unit, str(error), False)
    if request.headers.get("HX-Request") == "true":
        return _screen(request, answer)
    (messages.success if answer.ok else messages.warning)(request, answer.text)
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
