"""Initiatives for tests of the views: written as the application writes, few words each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Action, Budget, Dependency, Initiative, InitiativePartner, Roadmap


def keep(institution: Institution, *rows: Recorded) -> None:
    """Write new rows, and read them back as the database has them."""
    history.write(system(), institution, "edit", history.Writes(add=list(rows)))
    for row in rows:
        row.refresh_from_db()


def a_roadmap(institution: Institution, first: int = 2026, last: int = 2030, **more: Any) -> Roadmap:
    """A roadmap that was set by decree, unless ``state`` says otherwise."""
    values = {"state": "set", "title": f"Peta rencana {first}", "decree_number": "Perbup 52/2026"} | more
    row = Roadmap(
        institution=institution, first_year=first, last_year=last, created_at=timezone.now(), **values
    )
    keep(institution, row)
    return row


def an_initiative(institution: Institution, title: str, unit: Unit | None = None, **more: Any) -> Initiative:
    """An initiative that is planned; ``begins`` and ``ends`` are dates as text."""
    begins, ends = more.pop("begins", None), more.pop("ends", None)
    starts, year = begins and date.fromisoformat(begins), int((begins or "2027")[:4])
    values = {"state": "planned", "content": "services", "year": year} | more
    row = Initiative(
        institution=institution, title=title, unit=unit, starts_on=starts, ends_on=ends and date.fromisoformat(ends),
        created_at=timezone.now(), **values,
    )  # fmt: skip
    keep(institution, row)
    return row


def waits(one: Initiative, other: Initiative) -> None:
    """``one`` waits for the end of ``other``."""
    keep(one.institution, Dependency(institution=one.institution, initiative=one, on=other))


def with_partner(one: Initiative, unit: Unit) -> None:
    keep(one.institution, InitiativePartner(institution=one.institution, initiative=one, unit=unit))


def money(one: Initiative, year: int, planned: int | str | None, **more: Any) -> None:
    """Rupiah of a year; ``budgeted``, ``spent`` and ``programme_code`` besides."""
    text = None if planned is None else str(Decimal(planned))
    keep(
        one.institution,
        Budget(institution=one.institution, initiative=one, year=year, planned=text, **more),
    )


def an_action(one: Initiative, state: str = "todo", **more: Any) -> Action:
    row = Action(
        institution=one.institution, initiative=one, title="Aksi", unit=one.unit, state=state,
        created_at=timezone.now(), **more,
    )  # fmt: skip
    keep(one.institution, row)
    return row
