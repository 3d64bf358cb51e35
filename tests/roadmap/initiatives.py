"""What tests of initiatives begin with: a roadmap, a budget line, an indicator, an element."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pendapa.architecture.models import Element
from pendapa.kernel.access import actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.actions import roadmaps as documents
from pendapa.roadmap.models import Action, Initiative, Programme, Roadmap
from pendapa.roadmap.rules.initiatives import Values
from tests.cast import Cast

CODE = "2.16.03.2.02.0014"


def write(cast: Cast, *rows: Any) -> None:
    history.write(actor.system(), cast.institution, "edit", history.Writes(add=list(rows)))


def make_roadmap(cast: Cast, first: int = 2026, title: str = "Peta Rencana SPBE") -> Roadmap:
    return documents.create(
        cast.actor("diskominfo"), cast.institution, title=f"{title} {first}", first_year=first
    )


def make_line(
    cast: Cast, ceiling: str | None = "1000", year: int = 2027, unit: Unit | None = None
) -> Programme:
    row = Programme(
        institution=cast.institution, year=year, code=CODE, name="Jaringan intra", unit=unit,
        ceiling=None if ceiling is None else Decimal(ceiling),
    )  # fmt: skip
    write(cast, row)
    return row


def make_element(cast: Cast, name: str, unit: Unit | None = None, **more: Any) -> Element:
    row = Element(
        institution=cast.institution, unit=unit or cast.unit, domain=more.pop("domain", "applications"), code=name[:20],
        name=name, **more,
    )  # fmt: skip
    row.derive()
    write(cast, row)
    return row


def make_action(cast: Cast, initiative: Initiative, title: str, state: str = "todo") -> Action:
    row = Action(
        institution=cast.institution, initiative=initiative, title=title, state=state, due=date(2027, 3, 1),
        created_at=timezone.now(),
    )  # fmt: skip
    row.save()
    return row


def make(
    cast: Cast, title: str = "Bangun jaringan intra", who: str = "diskominfo", **values: Any
) -> Initiative:
    """An initiative of ``unit`` by default, as a person makes it."""
    values.setdefault("unit", cast.unit.uid)
    return actions.create(cast.actor(who), cast.institution, Values(title, **values))


def end_unit(cast: Cast, unit: Unit, day: date) -> None:
    unit.refresh_from_db()
    unit.valid_to = day
    history.write(actor.system(), cast.institution, "edit", history.Writes(change=[unit]))
