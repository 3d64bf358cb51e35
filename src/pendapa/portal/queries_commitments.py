"""The public commitments of one OPD as a page, as JSON and as CSV: one shape for all three, so that they say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.portal.queries_roadmap import Pledges, pledge_data, pledge_rows, today
from pendapa.roadmap.queries import commitment_units as source
from pendapa.roadmap.queries.commitment_units import OfOffice


def of_unit(institution: Institution, uid: UUID, period: str = "") -> OfOffice:
    """What everybody may read of an OPD, perhaps of one year. Raises NotFound where that is nothing, or the year is none."""
    if period and whole(period) is None:
        raise NotFound
    return source.public_of_unit(institution, uid, today(), period)


def finding(found: OfOffice) -> str:
    """What the page says, in one sentence; empty where nothing is its own any more."""
    if not found.lines:
        return ""
    return Pledges(found.unit.institution, found.day, [(found.unit.name, found.lines)]).finding


def data(found: OfOffice) -> dict[str, Any]:
    """As JSON: days as ISO text, null for what is not said yet. ``moved``: what was the OPD's own until a merge or a split."""
    told = source.numbers(found.lines, found.day)
    here = found.unit.institution
    return pledge_data(here, found.lines, found.day) | {
        "unit": {"uid": str(found.unit.uid), "name": found.unit.name},
        "year": int(found.period) if found.period else None,
        "numbers": {
            "commitments": told.committed, "milestones": told.milestones, "reached": told.reached,
            "reached_with_evidence": told.proven, "late": told.late, "without_evidence": told.unproven,
            "completion": dict(told.values), "not_assessed": told.unassessed, "running": told.running,
        },
        "became": [
            {"kind": one.kind, "on": one.on.isoformat(), "decree": one.decree or None, "unit": one.target.name,
             "unit_uid": str(one.target.uid)}
            for one in found.became if found.led_to(one.target)
        ],
        "moved": [
            {"uid": str(line.row.uid), "title": line.row.title, "unit": line.row.unit.name,
             "unit_uid": str(line.row.unit.uid)}
            for line in found.moved
        ],
    }  # fmt: skip


def rows(found: OfOffice) -> tuple[list[str], Iterator[list[Any]]]:
    """As a table: a row each milestone, also of what stands with another OPD now; the first column says with which."""
    return pledge_rows([*found.lines, *found.moved], found.day)
