"""Reads of the register of decrees and policies: everybody who reads assessments reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from pendapa.evaluation.models import Decree, Evidence
from pendapa.evaluation.permissions import ANSWER, VIEW
from pendapa.evaluation.queries import reach
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs

SIZE = 50
STATES = ("holds", "soon", "over")


@dataclass(frozen=True)
class Page:
    """A page of the register, newest first. ``counts`` by state of everything that matches the words."""

    rows: list[Decree]
    next: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def visible(actor: Actor, institution: Institution) -> QuerySet[Decree]:
    """The decrees of the register."""
    rows = Decree.objects.filter(institution=institution, deleted_at=None)
    return rows if actor.may(VIEW, institution) else rows.none()


def state_of(row: Decree, day: date | None = None) -> str:
    """``holds``, ``soon`` (it ends within the warning time of the pack) or ``over``."""
    day = day or timezone.localdate()
    if row.valid_until is None:
        return "holds"
    if row.valid_until < day:
        return "over"
    return "soon" if (row.valid_until - day).days <= packs.evidence().warn_days else "holds"


def _in_state(state: str, day: date) -> Q:
    edge = day + timedelta(days=packs.evidence().warn_days)
    return {
        "over": Q(valid_until__lt=day),
        "soon": Q(valid_until__gte=day, valid_until__lte=edge),
        "holds": Q(valid_until=None) | Q(valid_until__gt=edge),
    }.get(state, Q())


def listed(actor: Actor, institution: Institution, words: str = "", state: str = "", after: str = "") -> Page:
    """One page. A bad mark is no mark."""
    day, found = timezone.localdate(), visible(actor, institution)
    for word in words.split()[:8]:
        found = found.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(kind__icontains=word) | Q(scope__icontains=word)
        )  # fmt: skip
    counts = {one: found.filter(_in_state(one, day)).count() for one in STATES}
    found = found.filter(_in_state(state, day))
    mark = whole(after, digits=18) if after else None
    if mark is not None:
        found = found.filter(pk__lt=mark)
    follows = Prefetch("replaced_by", Decree.objects.filter(deleted_at=None))
    rows = list(
        found.select_related("unit", "replaces", "file").prefetch_related(follows).order_by("-pk")[: SIZE + 1]
    )
    for row in rows:
        row.now = state_of(row, day)  # type: ignore[attr-defined]
    return Page(rows[:SIZE], str(rows[SIZE - 1].pk) if len(rows) > SIZE else "", counts)


def one(actor: Actor, institution: Institution, uid: UUID | str) -> Decree:
    """One decree. Raises NotFound."""
    row = visible(actor, institution).select_related("unit", "replaces", "file").filter(uid=uid).first()
    if row is None:
        raise NotFound
    row.institution = institution
    return row


def may_edit(actor: Actor, row: Decree) -> bool:
    """May the actor change it?"""
    return actor.may(ANSWER, row.institution, row.unit)


def pieces(actor: Actor, row: Decree) -> list[Evidence]:
    """The pieces of evidence that point to it, as far as the actor may read them."""
    return list(reach.evidence(actor, row.institution).filter(decree=row).order_by("pk"))
