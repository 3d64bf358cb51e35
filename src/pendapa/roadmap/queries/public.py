"""What everybody may read of the roadmap and of commitments: what was set by decree or committed to, and opened. Nobody's
drafts, actions, people, notes or files.

Progress, lateness and money are those of :mod:`.items`, the one source of all views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Action, Baseline, Commitment, Initiative, Milestone, Roadmap
from pendapa.roadmap.queries import baselines
from pendapa.roadmap.queries import commitments as officers
from pendapa.roadmap.queries import items as source
from pendapa.roadmap.rules import commitments as rules

DECREED = ("set", "ended")


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at in a year and what was reached, as it was written; empty: not known."""

    year: str
    target: str
    done: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An initiative of a public roadmap with its targets by year."""

    item: source.Item
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Which public pages an institution has."""

    roadmap: bool
    commitments: bool


def opened(institution: Institution) -> Opened:
    """One query."""
    here = Institution.objects.filter(pk=institution.pk)
    told = here.annotate(
        maps=Exists(_roadmaps(OuterRef("pk"))), held=Exists(_commitments(OuterRef("pk")))
    ).values_list("maps", "held")
    maps, held = told.first() or (False, False)
    return Opened(maps, held)


# ---- the roadmap


def _roadmaps(institution: Any) -> QuerySet[Roadmap]:
    return Roadmap.objects.filter(institution=institution, deleted_at=None, public=True, state__in=DECREED)


def roadmap(institution: Institution) -> Roadmap:
    """The public roadmap of this year, else the newest. Raises NotFound where none is public."""
    rows = list(_roadmaps(institution).order_by("-first_year"))
    if not rows:
        raise NotFound
    year = timezone.localdate().year
    holding = (one for one in rows if one.state == "set" and one.first_year <= year <= one.last_year)
    return next(holding, rows[0])


def measure(row: Roadmap) -> Baseline | None:
    """The baseline that the public side measures against: the newest with a decree, or none. One query."""
    return baselines.measure(row, decreed=True)


def initiatives(
    institution: Institution, row: Roadmap, day: date, against: Baseline | None = None
) -> list[Shown]:
    """The initiatives of a public roadmap on a day, by year and then as they were made; no drafts. How far they have moved is
    told ``against`` its :func:`measure`. A fixed number of queries, however many there are."""
    rows = Initiative.objects.filter(institution=institution, roadmap=row, deleted_at=None)
    rows = rows.exclude(state="draft").order_by("year", "pk")
    work = Action.objects.filter(institution=institution)
    offices = source.offices(institution)
    found = source.of_rows(institution, rows, offices, work, rows, rows, against, day)
    targets = dict(rows.values_list("pk", "targets"))
    return [Shown(one, _targets(targets.get(one.id))) for one in found]


def _targets(kept: object) -> tuple[Target, ...]:
    """The targets by year, the first year in front; what is not shaped like one is left out."""
    if not isinstance(kept, Mapping):
        return ()
    return tuple(
        Target(str(year), _text(one.get("target")), _text(one.get("done")))
        for year, one in sorted(kept.items())
        if isinstance(one, Mapping)
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


# ---- commitments


def _commitments(institution: Any) -> QuerySet[Commitment]:
    return Commitment.objects.filter(
        institution=institution, deleted_at=None, public=True, state__in=rules.COMMITTED
    )


def every(institution: Institution) -> QuerySet[Commitment]:
    """The public ones by OPD, those that end last in front, each with its milestones."""
    steps = Milestone.objects.filter(deleted_at=None).order_by("place", "due", "pk")
    rows = _commitments(institution).select_related("unit").order_by("unit__name", "unit", "-ends_on", "pk")
    return rows.prefetch_related(Prefetch("milestones", queryset=steps, to_attr="steps"))


def commitments(institution: Institution) -> list[Commitment]:
    """The same as a list. Two queries. Raises NotFound where there are none."""
    found = list(every(institution))
    if not found:
        raise NotFound
    return found


def commitment(institution: Institution, uid: UUID) -> Commitment:
    """A public one. Raises NotFound."""
    row = _commitments(institution).select_related("unit", "initiative__roadmap").filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def lines(rows: Sequence[Commitment], day: date) -> list[officers.Line]:
    """Commitments in numbers on a day."""
    return [line(row, day) for row in rows]


def line(row: Commitment, day: date) -> officers.Line:
    """One in numbers: everybody is told what was not reached and not proven, also after it ended."""
    return officers.line(row, day, ended=True)


def initiative_of(row: Commitment) -> Initiative | None:
    """The initiative that a commitment belongs to, where everybody may read it."""
    one = row.initiative
    if one is None or one.deleted_at is not None or one.state == "draft" or one.roadmap is None:
        return None
    held = one.roadmap
    return one if held.public and held.state in DECREED and held.deleted_at is None else None
