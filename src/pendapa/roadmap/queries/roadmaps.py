"""Reads of roadmap documents: which there are, which one holds now, what each holds, and which reviews it still needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from pendapa.architecture.queries import is_uid
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.models import Baseline, Budget, Initiative, Roadmap, RoadmapReview
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules import roadmaps as document_rules


@dataclass(frozen=True)
class Shown:
    """One roadmap in numbers, of what the actor may see: ``planned`` (*pagu indikatif*) and ``spent`` None where nothing is
    known; ``reviews`` that the regulation asks for, done or due."""

    roadmap: Roadmap
    initiatives: int
    done: int
    drafts: int
    planned: Decimal | None
    spent: Decimal | None
    baselines: int
    reviews: list[document_rules.Due]

    @property
    def due(self) -> list[document_rules.Due]:
        return [one for one in self.reviews if one.is_due]


def roadmaps(actor: Actor, institution: Institution) -> list[Roadmap]:
    """All that the actor may see, the newest first."""
    return list(reach.roadmaps(actor, institution))


def roadmap(actor: Actor, institution: Institution, uid: UUID | str) -> Roadmap:
    """One roadmap. Raises NotFound for what is absent or not to be seen."""
    found = reach.roadmaps(actor, institution).filter(uid=uid).first() if is_uid(uid) else None
    if found is None:
        raise NotFound
    found.institution = institution
    return found


def current(actor: Actor, institution: Institution) -> Roadmap | None:
    """The one set for this year, else the newest that is set, else the newest draft that the actor may see."""
    rows = [one for one in roadmaps(actor, institution) if one.state != "ended"]
    decreed = [one for one in rows if one.state == "set"]
    now = [one for one in decreed if timezone.localdate().year in one.years]
    return next(iter([*now, *decreed, *rows]), None)


def next_code(institution: Institution, year: int) -> str:
    """The next free code of an initiative, such as ``PR-2027-001``; a code that was ever given does not come again."""
    used = Initiative.objects.filter(institution=institution, code__startswith=f"PR-{year}-")
    return rules.next_code(year, used.values_list("code", flat=True))


def shown(actor: Actor, institution: Institution, rows: Sequence[Roadmap] | None = None) -> list[Shown]:
    """The roadmaps (all by default) in numbers; a fixed number of queries."""
    known = list(rows if rows is not None else roadmaps(actor, institution))
    ids = [one.pk for one in known]
    seen = reach.initiatives(actor, institution).filter(roadmap__in=ids)
    counts: dict[int, Any] = {
        one["roadmap"]: one
        for one in seen.order_by()
        .values("roadmap")
        .annotate(
            count=Count("pk"),
            done=Count("pk", filter=Q(state="done")),
            drafts=Count("pk", filter=Q(state="draft")),
        )
    }
    money = Budget.objects.filter(deleted_at=None, initiative__in=seen.order_by().values("pk"))
    sums: dict[int, Any] = {
        one["initiative__roadmap"]: one
        for one in money.exclude(initiative__state="cancelled")
        .values("initiative__roadmap")
        .annotate(planned=Sum("planned"), spent=Sum("spent"))
    }
    frozen = dict(
        Baseline.objects.filter(roadmap__in=ids, deleted_at=None)
        .values("roadmap").annotate(n=Count("pk")).values_list("roadmap", "n")
    )  # fmt: skip
    held: dict[int, list[tuple[str, date]]] = {}
    reviews = RoadmapReview.objects.filter(roadmap__in=ids, deleted_at=None).order_by("held_on")
    for pk, kind, day in reviews.values_list("roadmap", "kind", "held_on"):
        held.setdefault(pk, []).append((kind, day))
    return [
        _shown(one, counts.get(one.pk, {}), sums.get(one.pk, {}), frozen.get(one.pk, 0), held.get(one.pk, []))
        for one in known
    ]


def _shown(
    row: Roadmap,
    counts: Mapping[str, int],
    money: Mapping[str, Decimal | None],
    baselines: int,
    held: Sequence[tuple[str, date]],
) -> Shown:
    return Shown(
        row, counts.get("count", 0), counts.get("done", 0), counts.get("drafts", 0), money.get("planned"),
        money.get("spent"), baselines, reviews(row, held),
    )  # fmt: skip


def reviews(row: Roadmap, held: Sequence[tuple[str, date]]) -> list[document_rules.Due]:
    """The reviews that the pack asks of this roadmap; only of one set by decree one is due."""
    language = formats.language()
    asked = [
        (one.key, one.label.in_language(language), one.year, one.verified)
        for one in packs.roadmap().reviews
        if one.year is not None
    ]
    return document_rules.reviews(
        asked, row.first_year, held, timezone.localdate(), in_force=row.state == "set"
    )
