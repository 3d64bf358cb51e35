"""What the pages of this room share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from pendapa.clearance import queries
from pendapa.clearance.models import ClearanceRequest
from pendapa.clearance.rules import flow, form
from pendapa.kernel.access.pages import PageRequest
from pendapa.kernel.numbers import whole
from pendapa.kernel.ui import formats

TONES = {
    flow.DRAFT: ("line", "edit"),
    flow.AT_HEAD: ("info", "user"),
    flow.RETURNED: ("warn", "arrow-back-up"),
    flow.SUBMITTED: ("info", "clock"),
    flow.RECOMMENDED: ("info", "gavel"),
    flow.WITHDRAWN: ("line", "x"),
}
VERDICTS = {
    flow.GO: ("ok", "circle-check"),
    flow.CONDITIONS: ("warn", "alert-triangle"),
    flow.NOT: ("bad", "circle-x"),
}


def one(request: PageRequest, uid: UUID) -> ClearanceRequest:
    """The request of the address. Raises NotFound."""
    return queries.request(request.actor, request.institution, uid)


def version_of(request: PageRequest) -> int:
    """The version that the page was made from; without a number it is as old as can be."""
    return whole(request.POST.get("version", "")) or 0


def chip_of(row: ClearanceRequest) -> tuple[str, Any, str]:
    """Tone, words and icon of the state; of a decided request those of the decision."""
    if row.state == flow.DECIDED:
        tone, icon = VERDICTS[row.decision]
        return tone, row.get_decision_display(), icon
    tone, icon = TONES[row.state]
    return tone, row.get_state_display(), icon


def steps_of(row: ClearanceRequest, current: str = "") -> list[dict[str, Any]]:
    """The steps of the form with how far each is filled."""
    pack, language = queries.pack(), formats.language()
    code, uid = row.institution.code, row.uid
    told = []
    for step in pack.steps:
        filled, asked = form.filled(step.fields, row.answers)
        told.append(
            {
                "key": step.key,
                "label": step.label.in_language(language),
                "url": reverse("clearance:step", args=[code, uid, step.key]),
                "filled": filled,
                "asked": asked,
                "done": filled == asked,
                "current": step.key == current,
            }
        )
    complete = sum(1 for risk in row.risks if form.complete(pack.risks.columns, risk))
    told.append(
        {
            "key": "risks",
            "label": pack.risks.label.in_language(language),
            "url": reverse("clearance:risks", args=[code, uid]),
            "filled": min(complete, 1),
            "asked": 1,
            "done": complete > 0,
            "current": current == "risks",
        }
    )
    return told


def to(row: ClearanceRequest, name: str = "detail", *more: Any) -> HttpResponse:
    """Go to a page of the request."""
    return redirect(reverse(f"clearance:{name}", args=[row.institution.code, row.uid, *more]))
