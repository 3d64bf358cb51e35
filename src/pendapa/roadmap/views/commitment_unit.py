"""The page of one OPD's commitments: who heads it and who approved, what is late or without evidence, how far they came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from pendapa.kernel.access.actor import office
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.models import Commitment
from pendapa.roadmap.permissions import DRAFT_COMMITMENT, VIEW
from pendapa.roadmap.queries import commitment_units as queries
from pendapa.roadmap.queries import commitments as lines_of
from pendapa.roadmap.rules import commitments as rules
from pendapa.roadmap.views import common
from pendapa.roadmap.views.commitments import COMPLETION_TONES, completion_label, drawn, finding

PAGE, MOST_LATE = 20, 8
"""Commitments on one page, and late milestones told in front of them."""
GROUPS = {queries.RUNNING: gettext_lazy("Running"), queries.OVER: gettext_lazy("Period over")}


@page(VIEW)
@require_safe
def show(request: PageRequest, unit: UUID) -> HttpResponse:
    """The commitments of an OPD and the units below it, of every year or of one."""
    actor, institution, day = request.actor, request.institution, timezone.localdate()
    found = queries.of_unit(actor, institution, unit, day, request.GET.get("tahun", "")[:10].strip())
    start, query = whole(request.GET.get("mulai", "")) or 0, {"tahun": found.period} if found.period else {}
    told, shown = queries.numbers(found.lines, day), found.lines[start : start + PAGE]
    late = queries.overdue(found.lines, day)
    context = common.room(request, "commitments") | {
        "unit": found.unit,
        "found": found,
        "finding": finding(found.lines) if found.lines else "",
        "told": told,
        "figures": figures(told),
        "late": late[:MOST_LATE],
        "late_more": len(late) - MOST_LATE,
        "bare": [line.row for line in found.lines if line.unproven],
        "groups": _groups(found, shown),
        "values": values(told),
        "heads": _heads(request, found),
        "approvers": approvers(found.lines),
        "moved": [_one(found, line) for line in found.moved],
        "became": [(change, _page_of(request, found, change.target)) for change in found.became],
        "came_from": [(change, _page_of(request, found, change.source)) for change in found.came_from],
        "own": actor.may(VIEW, institution, found.unit),
        "may_write": not found.closed and actor.may(DRAFT_COMMITMENT, institution, found.unit),
        "public_url": _public_url(found),
        "previous": "?" + urlencode(query | {"mulai": max(start - PAGE, 0)}) if start else "",
        "next": "?" + urlencode(query | {"mulai": start + PAGE}) if start + PAGE < len(found.lines) else "",
    }
    return render(request, "roadmap/commitment_unit.html", context)


def figures(told: queries.Numbers) -> list[dict[str, Any]]:
    """The row of numbers. A dash stands where there is nothing that could be counted."""
    waits = ngettext("%(n)s waits for its head", "%(n)s wait for their heads", told.proposed)
    proven = ngettext("of %(n)s, %(m)s with evidence", "of %(n)s, %(m)s with evidence", told.milestones)
    oldest = ngettext("the longest by %(days)s day", "the longest by %(days)s days", told.longest)
    known = told.committed > 0
    return [
        {
            "label": _("Committed"),
            "value": told.committed,
            "note": waits % {"n": told.proposed} if told.proposed else "",
        },
        {
            "label": _("Milestones reached"),
            "value": told.reached if known else "–",
            "note": proven % {"n": told.milestones, "m": told.proven} if known else "",
        },
        {
            "label": _("Late milestones"),
            "value": told.late if known else "–",
            "note": oldest % {"days": told.longest} if told.late else "",
            "url": "#perhatian" if told.late else "",
            "tone": "bad" if told.late else "plain",
        },
        {
            "label": _("Commitments without evidence"),
            "value": told.unproven if known else "–",
            "note": _("of %(n)s") % {"n": told.committed} if told.unproven else "",
            "url": "#perhatian" if told.unproven else "",
            "tone": "warn" if told.unproven else "plain",
        },
    ]


def values(told: queries.Numbers) -> list[dict[str, Any]]:
    """How many came how far: tone, icon, words, count. A value that nobody was given yet stands there once one was given."""
    rows = [
        {"tone": COMPLETION_TONES[key], "label": completion_label(key), "count": count}
        for key, count in told.values
    ]
    if not any(row["count"] for row in rows):
        rows = []
    for count, tone, label in (
        (told.unassessed, ("line", "clock"), _("not assessed yet")),
        (told.running, ("info", "player-play"), _("running")),
    ):
        if count:
            rows.append({"tone": tone, "label": label, "count": count})
    return rows


def approvers(lines: list[lines_of.Line]) -> list[dict[str, Any]]:
    """Who committed, in which office (acting too), how often and when last; the latest first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        row = line.row
        if row.state in rules.COMMITTED and row.approved_at is not None:
            key = (row.approved_name, row.approved_office)
            one = found.setdefault(
                key, {"name": key[0], "office": key[1], "count": 0, "last": row.approved_at}
            )
            one["count"] += 1
            one["last"] = max(one["last"], row.approved_at)
    return sorted(found.values(), key=lambda one: one["last"], reverse=True)


def _heads(request: PageRequest, found: queries.OfOffice) -> list[dict[str, Any]] | None:
    """Who heads it today; None for who does not see people there. Nobody heads what was closed."""
    if found.closed:
        return []
    known = queries.heads(request.actor, found.unit)
    if known is None:
        return None
    return [{"name": one.name, "office": office(one.assignment), "row": one.assignment} for one in known]


def _groups(
    found: queries.OfOffice, shown: list[lines_of.Line]
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The commitments of the page under their headings."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in shown:
        groups.setdefault(queries.group(line, found.day), []).append(_one(found, line))
    labels = dict(Commitment.STATES) | GROUPS
    return [(key, str(labels[key]), rows) for key, rows in groups.items()]


def _one(found: queries.OfOffice, line: lines_of.Line) -> dict[str, Any]:
    marks = queries.marks(line, found.day)
    steps, binds = lines_of.steps(line.row), line.row.state == rules.APPROVED
    return drawn(line) | {
        "marks": marks,
        "proven": marks.count(queries.PROVEN),
        "steps": [
            {
                "row": step,
                "mark": mark,
                "late": (found.day - step.due).days if mark == queries.LATE and binds else 0,
            }
            for step, mark in zip(steps, marks, strict=True)
        ],
        "below": line.row.unit if line.row.unit_id != found.unit.pk else None,
        "approved": line.row.state in rules.COMMITTED,
        "over": queries.group(line, found.day) == queries.OVER,
    }


def _page_of(request: PageRequest, found: queries.OfOffice, other: Unit) -> str:
    """The commitments of another OPD where the actor may read some, else that OPD in the organisation."""
    here = request.institution
    reads = request.actor.may(VIEW, here, other) or found.led_to(other)
    return reverse("roadmap:commitment_unit" if reads else "organisation:unit", args=[here.code, other.uid])


def _public_url(found: queries.OfOffice) -> str:
    rows = [line.row for line in found.lines]
    if not any(row.public and row.state in rules.COMMITTED for row in rows):
        return ""
    return reverse("portal:commitment_unit", args=[found.unit.institution.code, found.unit.uid])
