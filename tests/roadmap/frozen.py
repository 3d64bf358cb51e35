"""A roadmap of 2026–2030 with initiatives for the tests of baselines, written by the room's own verbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pendapa.roadmap.actions import initiatives, roadmaps
from pendapa.roadmap.models import Initiative, Roadmap
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.rules.initiatives import BudgetRow, Values
from tests.cast import Cast

FIRST = timezone.localdate().year


def roadmap(cast: Cast, title: str = "Peta Rencana SPBE", first_year: int = FIRST) -> Roadmap:
    return roadmaps.create(cast.actor("diskominfo"), cast.institution, title=title, first_year=first_year)


def initiative(cast: Cast, into: Roadmap | None, title: str = "Antrean pasien", **more: Any) -> Initiative:
    """Planned work of the operator's unit in the second year, with a ceiling of Rp 100 million."""
    given = Values(
        title=title, unit=more.pop("unit", cast.unit).uid, roadmap=into.uid if into else None,
        starts_on=more.pop("starts_on", date(FIRST + 1, 1, 1)), ends_on=more.pop("ends_on", date(FIRST + 1, 9, 30)),
        state=more.pop("state", "planned"), content=more.pop("content", "services"),
        budgets=more.pop("budgets", (BudgetRow(FIRST + 1, planned=Decimal(more.pop("money", 100_000_000))),)), **more,
    )  # fmt: skip
    return initiatives.create(cast.actor("diskominfo"), cast.institution, given)


def decreed(cast: Cast, row: Roadmap, number: str = "Perbup 52/2026") -> Roadmap:
    """Set by decree, which freezes the first baseline."""
    return roadmaps.set_by_decree(cast.actor("sekda"), row, row.version, number, timezone.localdate())


def changed(cast: Cast, row: Initiative, **more: Any) -> Initiative:
    """The same initiative with other values; ``money`` and ``later`` (days) are short for budgets and dates."""
    row = queries.initiative(cast.actor("diskominfo"), cast.institution, row.uid)
    given = queries.values_of(row)
    if "later" in more:
        by = timedelta(days=more.pop("later"))
        more |= {"starts_on": row.starts_on + by, "ends_on": row.ends_on + by}  # type: ignore[operator]
    if "money" in more:
        more["budgets"] = (BudgetRow(FIRST + 1, planned=Decimal(more.pop("money"))),)
    return initiatives.change(cast.actor("diskominfo"), row, row.version, replace(given, **more))
