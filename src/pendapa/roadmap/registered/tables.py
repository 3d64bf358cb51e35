"""The tables of the roadmap with the import: the printed roadmap and the lines of the budget."""

from __future__ import annotations

from django.utils import timezone

from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.ports import Importer, judge_whole, register
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.roadmap.models import Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.tables import waiting
from pendapa.roadmap.tables.ceilings import over_ceilings
from pendapa.roadmap.tables.columns import initiative_kind, programme_kind
from pendapa.roadmap.tables.initiatives import InitiativeSession
from pendapa.roadmap.tables.programmes import ProgrammeSession


def own_kind(institution: Institution) -> Kind:
    """The printed roadmap with the years of the newest one that runs or is written; else those from this year on."""
    rows = Roadmap.objects.filter(institution=institution, deleted_at=None).exclude(state="ended")
    years = rows.order_by("-first_year").values_list("first_year", "last_year").first()
    return initiative_kind(*(years or _years(timezone.localdate().year)))


def _years(first: int) -> tuple[int, int]:
    return first, first + packs.roadmap().years - 1


register(Importer(programme_kind(), 35, EDIT, ProgrammeSession, "roadmap:programmes"))
register(
    Importer(
        initiative_kind(*_years(timezone.localdate().year)),
        40,
        PROPOSE,
        InitiativeSession,
        "roadmap:list",
        own_kind=own_kind,
        own_only=True,
    )
)
judge_whole(over_ceilings)
judge_whole(waiting.judge)
