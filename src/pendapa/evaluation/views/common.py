"""What the pages of this room share: addresses and tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from pendapa.evaluation.models import Cycle
from pendapa.evaluation.permissions import PLAN, PROOF, RUN, VIEW
from pendapa.kernel.access.pages import PageRequest

# Name of the address, permission, label. Those of a cycle take its year and instrument.
PARTS: tuple[tuple[str, str, Any], ...] = (
    ("list", VIEW, _("Assessments")),
    ("evidence", PROOF, _("Evidence")),
    ("decrees", VIEW, _("Decrees and policies")),
    ("scenarios", VIEW, _("What if")),
    ("plans", PLAN, _("Plan to the target")),
    ("compare", VIEW, _("Compare")),
    ("signals", VIEW, _("Signals")),
    ("iku", VIEW, _("Index as IKU")),
    ("instruments", VIEW, _("Instruments")),
    ("costs", PLAN, _("Costs of steps")),
)
OF_A_CYCLE: tuple[tuple[str, str, Any], ...] = (
    ("cycle", VIEW, _("Indicators")),
    ("duties", RUN, _("Division of indicators")),
    ("round", VIEW, _("Round")),
    ("findings", VIEW, _("Findings")),
    ("reports", VIEW, _("Reports")),
    ("carry", RUN, _("From earlier rounds")),
)


@dataclass(frozen=True)
class Tab:
    """A page of the room as a tab."""

    url: str
    label: Any
    current: bool


def _tabs(
    request: PageRequest, parts: tuple[tuple[str, str, Any], ...], args: list[Any], now: str
) -> list[Tab]:
    found = []
    for name, permission, label in parts:
        if not request.actor.may(permission, request.institution):
            continue
        try:
            url = reverse(f"evaluation:{name}", args=args)
        except NoReverseMatch:
            continue
        found.append(Tab(url, label, name == now))
    return found


def room(request: PageRequest, now: str = "") -> dict[str, Any]:
    """What every page of the room needs; ``now`` is the name of its address, such as ``evidence``."""
    return {"tabs": _tabs(request, PARTS, [request.institution.code], now)}


def cycle_room(request: PageRequest, cycle: Cycle, now: str = "") -> dict[str, Any]:
    """What every page of one cycle needs."""
    args = [request.institution.code, cycle.year, cycle.instrument]
    return {"cycle": cycle, "tabs": _tabs(request, OF_A_CYCLE, args, now)}
