"""What the public pages are tried with: elements, assessments, published figures, written as the application writes them."""

from __future__ import annotations

from typing import Any

from pendapa.architecture.models import Element
from pendapa.evaluation.actions import assessments
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.kernel.access import actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.tenancy.models import Unit
from pendapa.regulations import packs


def add_element(
    unit: Unit, name: str, classification: str = "public", domain: str = "services", **more: Any
) -> Element:
    """A live element; its code follows its unit and name."""
    row = Element(
        institution=unit.institution,
        unit=unit,
        domain=domain,
        code=f"{unit.code} {name}"[:60],
        name=name,
        classification=classification,
        attributes=more.pop("attributes", {"nama": name}),
        **more,
    )
    row.derive()
    history.write(actor.system(), unit.institution, "edit", history.Writes(add=[row]))
    return row


def add_assessment(
    institution: Any,
    year: int,
    level: str = "3",
    *,
    public: bool = True,
    left_out: int = 0,
    target: str = "",
    **more: Any,
) -> Assessment:
    """An assessment with the same level everywhere; the last ``left_out`` indicators have none."""
    numbers = [one.number for one in packs.instrument("spbe-2020").indicators]
    levels = dict.fromkeys(numbers[: len(numbers) - left_out], level)
    row = assessments.open_assessment(actor.system(), institution, year, "spbe-2020", **more)
    row.levels, row.is_public, row.target = levels, public, target
    history.write(actor.system(), institution, "edit", history.Writes(change=[row]))
    return row


def add_result(
    institution: Any, index: str, year: int | None = None, *, public: bool = True, **more: Any
) -> PublishedResult:
    """A figure that is known only as such."""
    row = PublishedResult(
        institution=institution, index=index, year=year, is_public=public, **{"source": "Laporan uji"} | more
    )
    history.write(actor.system(), institution, "edit", history.Writes(add=[row]))
    return row
