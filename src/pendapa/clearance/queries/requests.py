"""Requests as lists and one by one, with what the actor may do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pendapa.architecture.queries import visible as visible_elements
from pendapa.clearance.models import ClearanceFile, ClearanceRequest, ClearanceStep
from pendapa.clearance.permissions import DECIDE, JUSTIFY, RECOMMEND, SUBMIT, VIEW, WHOLE, WRITE
from pendapa.clearance.rules import flow
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.clearance import Clearance

PAGE = 50
JUDGING = {
    "recommend": (RECOMMEND,),
    "return": (RECOMMEND, DECIDE),
    "justify": (JUSTIFY,),
    "decide": (DECIDE,),
}
"""What lets one judge a request, by the verb."""


def pack() -> Clearance:
    """The form and the checks as they are shipped."""
    return packs.clearance()


def visible(actor: Actor, institution: Institution) -> QuerySet[ClearanceRequest]:
    """Requests that the actor may read: an OPD its own, assessors those that are decided, nobody else anything."""
    live = ClearanceRequest.objects.filter(institution=institution, deleted_at=None)
    return live.filter(seen(actor, institution))


def seen(actor: Actor, institution: Institution) -> Q:
    """The same as a condition."""
    decided, whole = actor.scope(VIEW, institution), actor.scope(WHOLE, institution)
    if whole.everything:
        return Q()  # said first: an empty condition would fall away beside another
    mine = whole.filter()
    return mine | (Q(state=flow.DECIDED) & decided.filter()) if decided else mine


def request(actor: Actor, institution: Institution, uid: UUID | str) -> ClearanceRequest:
    """One request. Raises :class:`NotFound` when absent or not to be read."""
    try:
        wanted = UUID(str(uid))
    except ValueError:
        raise NotFound from None
    rows = visible(actor, institution).select_related("unit", "author", "submitter").filter(uid=wanted)
    person = actor.user.pk if actor.user else None
    found = rows.annotate(asking=asked_by(person)).first() if person else rows.first()
    if found is None:
        raise NotFound
    found.institution = institution
    if person:
        found.took_part = person, vars(found)["asking"]
    return found


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; ``unit`` is a uid and takes in all below it, ``after`` a mark of the page before."""

    state: str = ""
    unit: str = ""
    year: int | None = None
    after: int = 0


@dataclass(frozen=True)
class Page:
    """Requests, newest first. ``counts`` by state, of the same unit and year, whatever state is chosen."""

    rows: list[ClearanceRequest]
    counts: dict[str, int] = field(default_factory=dict)
    next: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def listed(actor: Actor, institution: Institution, filters: Filters, size: int = PAGE) -> Page:
    """A page of the list. Two queries. Raises :class:`NotFound` for a unit that is none."""
    found = visible(actor, institution)
    if filters.unit:
        found = found.filter(unit__path__startswith=_unit(institution, filters.unit).path)
    if filters.year is not None:
        found = found.filter(year=filters.year)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.after:
        found = found.filter(pk__lt=filters.after)
    rows = list(found.select_related("unit").order_by("-pk")[: size + 1])
    return Page(rows[:size], counts, rows[size - 1].pk if len(rows) > size else 0)


def years(actor: Actor, institution: Institution) -> list[int]:
    """Budget years of which there is a request, newest first."""
    found = visible(actor, institution).order_by("-year").values_list("year", flat=True)
    return list(found.distinct())


def _unit(institution: Institution, uid: str) -> Unit:
    try:
        found = Unit.objects.filter(institution=institution, uid=UUID(uid)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def trail(row: ClearanceRequest) -> QuerySet[ClearanceStep]:
    """What was said on the way, newest first; of a request that the actor may read."""
    return row.steps.order_by("-at", "-pk")


def attachments(row: ClearanceRequest) -> list[ClearanceFile]:
    """The files beside a request that the actor may read."""
    return list(row.files.filter(deleted_at=None).select_related("file").order_by("pk"))


def attachment(row: ClearanceRequest, uid: UUID) -> ClearanceFile:
    """One of them. Raises :class:`NotFound`."""
    found = row.files.filter(deleted_at=None, uid=uid).select_related("file").first()
    if found is None:
        raise NotFound
    return found


def readable_answers(actor: Actor, row: ClearanceRequest) -> dict[str, Any]:
    """The answers of a request that the actor may read; elements that one may not see are left out. At most one query."""
    asked = [field.key for field in pack().fields if field.type == "elements"]
    named = [uid for key in asked for uid in row.answers.get(key) or ()]
    if not named:
        return dict(row.answers)
    found = visible_elements(actor, row.institution).filter(uid__in=named).values_list("uid", flat=True)
    seen = {str(uid) for uid in found}
    return {
        key: [uid for uid in value if uid in seen] if key in asked else value
        for key, value in row.answers.items()
    }


# ---- who may do what


def headed(unit: Unit) -> bool:
    """Whether somebody holds the office of head over this unit today."""
    return unit.pk in headed_among([unit])


def headed_among(units: Iterable[Unit]) -> set[int]:
    """Those of ``units`` over which somebody holds the office of head today. One query."""
    asked = list(units)
    if not asked:
        return set()
    day = timezone.localdate()
    heads = Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        institution=asked[0].institution_id,
        role="head",
        accepted_at__isnull=False,
        user__is_active=True,
    )
    paths = set(heads.values_list("unit__path", flat=True))
    return {unit.pk for unit in asked if any(unit.path.startswith(path) for path in paths)}


def asked_by(person: int) -> Q:
    """The condition that a person ever began a request, handed it in or submitted it, whoever did so since."""
    steps = ClearanceStep.objects.filter(request=OuterRef("pk"), by=person, verb__in=flow.ASKING)
    return Q(author=person) | Q(submitter=person) | Q(Exists(steps))


def asked(actor: Actor, row: ClearanceRequest) -> bool:
    """Whether the actor asked for it. No query where :func:`request` read the row for the same actor."""
    if actor.user is None:
        return False
    if row.took_part is None or row.took_part[0] != actor.user.pk:
        found = ClearanceRequest.objects.filter(asked_by(actor.user.pk), pk=row.pk).exists()
        row.took_part = actor.user.pk, found
    return row.took_part[1]


def offices(actor: Actor, row: ClearanceRequest) -> set[str]:
    """In which offices the actor may act on a request; nobody judges what they asked for."""
    institution, unit = row.institution, row.unit
    needed = {
        flow.WRITER: WRITE,
        flow.HEAD: SUBMIT,
        flow.SECRETARIAT: RECOMMEND,
        flow.LEADER: JUSTIFY,
        flow.DECIDER: DECIDE,
    }
    held = {office for office, permission in needed.items() if actor.may(permission, institution, unit)}
    return flow.judging(held, asked=asked(actor, row)) if held else held


def own(actor: Actor, row: ClearanceRequest, verb: str) -> bool:
    """Whether only that they asked for it keeps the actor from ``verb``."""
    granted = (actor.may(one, row.institution, row.unit) for one in JUDGING.get(verb, ()))
    return asked(actor, row) and any(granted)


def verbs(actor: Actor, row: ClearanceRequest) -> tuple[str, ...]:
    """What the actor may do with a request now."""
    held = offices(actor, row)
    known = flow.verbs(row.state, held, headed=headed(row.unit)) if held else ()
    if flow.LEADER in held and row.state in flow.JUSTIFIABLE:
        known = (*known, "justify")
    return known


def may_write(actor: Actor, row: ClearanceRequest) -> bool:
    """Whether the actor may change the text now."""
    return row.is_open and actor.may(WRITE, row.institution, row.unit)
