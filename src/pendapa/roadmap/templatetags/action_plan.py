"""``{% load action_plan %}{% action_plan initiative as plan %}``: the actions of an initiative, as its page shows them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from pendapa.roadmap.models import Initiative
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.rules.action_plan import Counts
from pendapa.roadmap.views.action_plan import line

register = template.Library()
NAMES = {
    "saya": _("Mine"),
    "opd": _("Of my OPD"),
    "semua": _("All"),
    "terbuka": _("Not finished"),
    "terlambat": _("Late"),
    "tanpa-orang": _("Without a person"),
    "selesai": _("Done"),
    "dibatalkan": _("Cancelled"),
}


@register.simple_tag(takes_context=True)
def action_plan(context: dict[str, Any], initiative: Any) -> dict[str, Any]:
    """Lines, counts, and whether the actor may plan more there. ``initiative`` is the row, or something that has it as
    ``row``."""
    request = context["request"]
    row = initiative if isinstance(initiative, Initiative) else initiative.row
    found = queries.of_initiative(request.actor, row)
    gone = queries.left(row.institution, found)
    counts = queries.counts(request.actor, row.institution, [row.pk]).get(row.pk, Counts())
    return {
        "lines": [line(request, one, gone) for one in found],
        "counts": counts,
        "may_plan": queries.may_plan(request.actor, row) and row.state != "cancelled",
        "uid": row.uid,
        "here": request.get_full_path(),
    }


@register.filter
def action_filter(key: str) -> Any:
    """A filter of the list in words."""
    return NAMES[key]
