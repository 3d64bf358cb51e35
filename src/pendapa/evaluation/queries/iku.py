"""The index as a performance indicator (*IKU*) of the strategy map: target and realisation beside the index, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pendapa.architecture import queries as architecture
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import EDIT
from pendapa.architecture.rules.strategy import standings
from pendapa.evaluation.models import IkuLink
from pendapa.evaluation.permissions import VIEW
from pendapa.evaluation.queries import assessments
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution

KIND, TARGET, RESULT = "iku", "target_tahunan", "realisasi_tahunan"
QUARTER_TARGET, QUARTER_RESULT = "target_triwulan", "realisasi_triwulan"


@dataclass(frozen=True)
class Year:
    """A year of the IKU: texts as they are kept, the known index of that year, and whether the two say the same."""

    year: int
    target: str
    result: str
    verdict: str
    point: assessments.HistoryPoint | None

    @property
    def written(self) -> str:
        """The index as it would be written into the IKU: rounded as reports print it."""
        return scoring.display(self.point.index) if self.point else ""

    @property
    def differs(self) -> bool:
        return self.point is not None and self.result != self.written


@dataclass(frozen=True)
class Iku:
    """What the actor sees of it. ``element`` None: none is chosen, or none that the actor may see."""

    link: IkuLink | None
    element: Element | None
    choices: list[Element]
    years: list[Year]
    may_write: bool


def link_of(institution: Institution) -> IkuLink | None:
    """The choice that holds."""
    return IkuLink.objects.filter(institution=institution, deleted_at=None).first()


def choices(actor: Actor, institution: Institution) -> list[Element]:
    """The IKU of the strategy map that the actor may see, by name."""
    found = architecture.visible(actor, institution).filter(domain="strategy", kind=KIND)
    return list(found.select_related("unit").order_by("name_key", "pk"))


def iku(actor: Actor, institution: Institution) -> Iku:
    """The page's reading; a fixed number of queries. Raises NotFound without VIEW."""
    actor.require(VIEW, institution)
    link, known = link_of(institution), choices(actor, institution)
    element = next((one for one in known if link is not None and one.uid == link.element), None)
    points = points_by_year(actor, institution, link.instrument if link and element else "")
    may_write = element is not None and actor.may(EDIT, institution, element.unit)
    return Iku(link if element else None, element, known, _years(element, points), may_write)


def points_by_year(
    actor: Actor, institution: Institution, instrument: str = ""
) -> dict[int, assessments.HistoryPoint]:
    """The weightiest index of each year; with ``instrument`` only those measured by it."""
    known = assessments.history(actor, institution)
    found: dict[int, assessments.HistoryPoint] = {}
    for point in known.figures:  # of several in a year the weightiest comes last and stays
        if point.year is not None and (not instrument or point.instrument == instrument):
            found[point.year] = point
    return found


def _years(element: Element | None, points: Mapping[int, assessments.HistoryPoint]) -> list[Year]:
    attributes: Mapping[str, Any] = element.attributes if element is not None else {}
    direction = str(attributes.get("arah") or "")
    kept = {
        int(one.period): one
        for one in standings(attributes.get(TARGET), attributes.get(RESULT), direction)
        if one.period.isdecimal()
    }
    found = []
    for year in sorted(kept.keys() | points.keys()):
        one = kept.get(year)
        found.append(
            Year(
                year, one.target if one else "", one.result if one else "", one.verdict if one else "",
                points.get(year),
            )
        )  # fmt: skip
    return found
