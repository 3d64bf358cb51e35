"""Initiatives and actions for the tests of the action plan, written as the application writes them."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action, Initiative, InitiativePartner
from pendapa.roadmap.rules.action_plan import Values
from tests.cast import Cast


def initiative(cast: Cast, unit: Unit | None = None, title: str = "Satu pintu layanan", **more) -> Initiative:
    """An initiative of 2027 of a unit (that of the operator), with ``partners``."""
    partners = more.pop("partners", ())
    row = Initiative(
        institution=cast.institution, title=title, unit=unit or cast.unit, year=2027, starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31), state="planned", created_at=timezone.now(), **more,
    )  # fmt: skip
    history.write(system(), cast.institution, "edit", history.Writes(add=[row]))
    for each in partners:
        InitiativePartner.objects.create(institution=cast.institution, initiative=row, unit=each)
    return Initiative.objects.get(pk=row.pk)


def action(cast: Cast, under: Initiative, title: str = "Susun SOP", who: str = "operator", **more) -> Action:
    """An action of the operator's unit under an initiative; ``parent`` hangs it below another."""
    parent = more.pop("parent", None)
    unit = more.pop("unit", cast.unit)
    given = Values(title, unit=unit.pk if unit else None, **more)
    return actions.create(cast.actor(who), under, given, parent)
