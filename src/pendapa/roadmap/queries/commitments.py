"""Reads of commitments: always those that the actor may read (:mod:`.reach`), with what became of their milestones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.regulations import packs
from pendapa.regulations.roadmap import Named
from pendapa.roadmap.models import Commitment, Initiative, Milestone
from pendapa.roadmap.permissions import COMMIT, VIEW
from pendapa.roadmap.queries import narrowing, reach
from pendapa.roadmap.rules import commitments as rules

STATES = tuple(state for state, _label in Commitment.STATES)
COMMITTED = "committed"
"""Stands in an address for what was committed to, whether it runs or ended."""


@dataclass(frozen=True)
class Filters:
    """What a list shows: texts as they stand in an address; what is no such thing finds nothing. ``unit`` names one OPD or
    several (see :mod:`.narrowing`), each with the units below it; ``state`` is one of ``STATES`` or ``COMMITTED``."""

    unit: str = ""
    state: str = ""
    about: str = ""
    """``late``, ``unproven`` or ``unassessed``."""


@dataclass(frozen=True)
class Line:
    """A commitment with numbers of its milestones on a day; ``longest`` is the days of the oldest late one."""

    row: Commitment
    steps: tuple[rules.Reached, ...]
    late: int
    longest: int
    soon: int
    done: int
    proven: int
    unproven: bool
    due: date | None

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def to_assess(self) -> bool:
        """It ended, and nobody has said how far it came."""
        return self.row.state in rules.COMMITTED and not self.row.completion


@dataclass
class OfUnit:
    """The commitments of an OPD on a day, and what of them is late or without evidence."""

    unit: Unit
    lines: list[Line] = field(default_factory=list)

    @property
    def committed(self) -> int:
        return sum(one.row.state in rules.COMMITTED for one in self.lines)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.lines)

    @property
    def longest(self) -> int:
        return max((one.longest for one in self.lines), default=0)

    @property
    def unproven(self) -> int:
        return sum(one.unproven for one in self.lines)


@dataclass(frozen=True)
class Late:
    """What is late in an OPD and the units below it: ``late`` milestones, ``longest`` days, ``without_evidence`` commitments, of
    ``commitments``."""

    unit_id: int
    unit_uid: UUID
    unit: str
    commitments: int
    late: int
    longest: int
    without_evidence: int
    unit_code: str = ""


def visible(actor: Actor, institution: Institution) -> QuerySet[Commitment]:
    """The commitments that the actor may read, those that end first in front, each with its live milestones."""
    steps = Milestone.objects.filter(deleted_at=None).select_related("file").order_by("place", "due", "pk")
    rows = reach.commitments(actor, institution).order_by("ends_on", "pk")
    return rows.prefetch_related(Prefetch("milestones", queryset=steps, to_attr="steps"))


def steps(row: Commitment) -> list[Milestone]:
    """Its live milestones in their order; asks only where :func:`visible` did not read them along."""
    known: list[Milestone] | None = vars(row).get("steps")
    if known is None:
        known = list(
            row.milestones.filter(deleted_at=None).select_related("file").order_by("place", "due", "pk")
        )
        vars(row)["steps"] = known
    return known


def reached(step: Milestone) -> rules.Reached:
    return rules.Reached(step.due, step.done_on, bool(step.file_id or step.link))


def line(row: Commitment, day: date, *, ended: bool = False) -> Line:
    """A commitment in numbers. What is not committed yet is never late, and what ended is judged: nobody waits for it any more.
    ``ended``: tell of that too what it did not reach or prove."""
    told = tuple(reached(one) for one in steps(row))
    running = row.state == rules.APPROVED
    owing = running or (ended and row.state == rules.ENDED)
    late = [one for one in told if one.late(day)] if owing else []
    ahead = [one.due for one in told if one.done_on is None]
    return Line(
        row, told, len(late), max(((day - one.due).days for one in late), default=0),
        sum(one.soon(day) for one in told) if running else 0, sum(one.done_on is not None for one in told),
        sum(one.proven for one in told),
        owing and rules.without_evidence(told, day), min(ahead, default=None),
    )  # fmt: skip


def commitment(actor: Actor, institution: Institution, uid: UUID | str) -> Commitment:
    """One commitment. Raises NotFound for what is absent or not to be seen."""
    found = visible(actor, institution).select_related("approved_by")
    row = found.filter(uid=uid).first() if _is_uid(str(uid)) else None
    if row is None:
        raise NotFound
    return row


def milestone(row: Commitment, uid: UUID | str) -> Milestone:
    """A live milestone of a commitment that the actor may read. Raises NotFound."""
    found = next((one for one in steps(row) if str(one.uid) == str(uid)), None)
    if found is None:
        raise NotFound
    found.commitment, found.institution = row, row.institution
    return found


def by_unit(actor: Actor, institution: Institution, filters: Filters, day: date) -> list[OfUnit]:
    """The commitments by OPD: those with most late milestones first, then those without evidence, then by name. Two
    queries, whatever there is; one more where OPD are asked for."""
    rows = _narrow(visible(actor, institution), institution, filters)
    found: dict[int, OfUnit] = {}
    for row in rows:
        one = line(row, day)
        if _about(one, filters.about, day):
            found.setdefault(row.unit_id, OfUnit(row.unit)).lines.append(one)
    for group in found.values():
        group.lines.sort(key=lambda one: (-one.late, not one.unproven, one.row.ends_on, one.row.pk))
    return sorted(found.values(), key=lambda one: (-one.late, -one.unproven, one.unit.name, one.unit.pk))


def _narrow(rows: QuerySet[Commitment], institution: Institution, filters: Filters) -> QuerySet[Commitment]:
    if filters.unit:
        rows = rows.filter(narrowing.below(one.path for one in narrowing.units(institution, filters.unit)))
    if filters.state == COMMITTED:
        return rows.filter(state__in=rules.COMMITTED)
    if filters.state:
        rows = rows.filter(state=filters.state)
    return rows


def _about(one: Line, about: str, day: date) -> bool:
    if about == "late":
        return one.late > 0
    if about == "unproven":
        return one.unproven
    if about == "unassessed":
        return one.to_assess and one.row.ends_on < day
    return not about


def late(actor: Actor, institution: Institution, day: date, units: Sequence[Unit] = ()) -> list[Late]:
    """What is late or without evidence on a day by OPD with the units below it, the worst first; OPD with nothing of it are left
    out. With ``units`` of these alone, and by them. Two queries, one more where a unit below an OPD committed to something."""
    rows = visible(actor, institution).filter(state__in=rules.COMMITTED)
    if units:
        rows = rows.filter(narrowing.below(one.path for one in units))
    committed = list(rows)
    known = units or _tops(committed)
    found: dict[int, OfUnit] = {}
    for row in committed:
        unit = next(one for one in known if row.unit.path.startswith(one.path))
        found.setdefault(unit.pk, OfUnit(unit)).lines.append(line(row, day))
    told = [
        Late(
            one.unit.pk,
            one.unit.uid,
            one.unit.name,
            len(one.lines),
            one.late,
            one.longest,
            one.unproven,
            one.unit.code,
        )
        for one in found.values()
        if one.late or one.unproven
    ]
    return sorted(told, key=lambda one: (-one.late, -one.without_evidence, -one.longest, one.unit))


def _tops(rows: Sequence[Commitment]) -> list[Unit]:
    """The OPD at the top of the tree that some commitments belong to. No query where they are their own."""
    known = {row.unit_id: row.unit for row in rows}
    tops = {int(row.unit.path.strip("/").partition("/")[0]) for row in rows}
    missing = tops - known.keys()
    return [known[pk] for pk in tops & known.keys()] + (
        list(Unit.objects.filter(pk__in=missing)) if missing else []
    )


def units(actor: Actor, institution: Institution) -> list[Unit]:
    """The OPD that the commitments of the list belong to."""
    ids = reach.commitments(actor, institution).order_by().values("unit")
    return list(Unit.objects.filter(pk__in=ids).order_by("name", "pk"))


def values(row: Commitment) -> rules.Values:
    """What was written of a commitment, as it stands."""
    written = tuple(rules.Step(one.text, one.due, str(one.uid)) for one in steps(row))
    return rules.Values(
        row.title, row.text, row.starts_on, row.ends_on, row.problem, row.evidence_asked, written, row.public
    )


def verify(row: Commitment) -> bool | None:
    """Does the document still have the hash that was approved? None where nothing is approved."""
    return rules.digest(values(row)) == row.approved_hash if row.approved_hash else None


def linked(actor: Actor, row: Commitment) -> Initiative | None:
    """The initiative that it belongs to, where the actor may read it."""
    if row.initiative_id is None:
        return None
    return reach.initiatives(actor, row.institution).filter(pk=row.initiative_id).first()


def offered(actor: Actor, institution: Institution, most: int = 300) -> list[Initiative]:
    """Initiatives that a commitment can belong to: those that the actor holds or takes part in."""
    rows = reach.initiatives(actor, institution).filter(reach.own(actor, institution))
    return list(rows.exclude(state__in=("done", "cancelled")).order_by("title", "pk")[:most])


def completions() -> Sequence[Named]:
    """How far a commitment can have come, from the pack, as far as the table keeps it."""
    kept = dict(Commitment.COMPLETIONS)
    return [one for one in packs.roadmap().completions if one.key in kept]


# ---- who approves


@dataclass(frozen=True)
class Approver:
    """In which office somebody would approve. ``alone``: the same person wrote it, and no other head has an account;
    ``barred``: another head has one and must do it."""

    assignment: Assignment
    alone: bool = False
    barred: bool = False


def approver(actor: Actor, row: Commitment) -> Approver | None:
    """The office in which the actor may approve; None for who may not. Among several the nearest to the unit."""
    if actor.user is None or not actor.may(COMMIT, row.institution, row.unit):
        return None
    held = [
        one
        for one in actor.roles(row.institution)
        if one.role == "head" and one.unit is not None and row.unit.path.startswith(one.unit.path)
    ]
    if not held:
        return None
    office = max(held, key=lambda one: (len(one.unit.path) if one.unit else 0, not one.acting))
    if authors(row) != {actor.user.pk}:
        return Approver(office)
    others = heads(row.unit).exclude(user=actor.user)
    return Approver(office, barred=True) if others.exists() else Approver(office, alone=True)


def heads(unit: Unit) -> QuerySet[Assignment]:
    """Who holds the office of head over a unit today, with an account that is in use."""
    day, path = timezone.localdate(), Q(pk__in=[])
    parts = unit.path.strip("/").split("/")
    for place in range(1, len(parts) + 1):
        path |= Q(unit__path="/" + "/".join(parts[:place]) + "/")
    return Assignment.objects.filter(
        path,
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        institution=unit.institution_id,
        role="head",
        accepted_at__isnull=False,
        user__is_active=True,
    )


def proposed_since() -> Coalesce:
    """As a column of commitments that are with the head: the moment at which they came there, which is when the last state before
    ended. Of one that never was a draft it is when it was written."""
    before = Revision.objects.filter(target_type=Commitment.recorded_type, target_uid=OuterRef("uid"))
    ended = before.exclude(snapshot__state=rules.PROPOSED).order_by("-version").values("recorded_to")
    return Coalesce(Subquery(ended[:1]), "created_at")


def authors(row: Commitment, until: datetime | None = None) -> set[int | None]:
    """Who wrote the commitment and its milestones (None: somebody without an account), perhaps until a moment."""
    uids = list(Milestone.objects.filter(commitment=row.pk).values_list("uid", flat=True))
    found = Revision.objects.filter(target_uid__in=[row.uid, *uids])
    if until is not None:
        found = found.filter(change_set__created_at__lt=until)
    return set(found.values_list("change_set__author", flat=True))


def approved_alone(row: Commitment) -> bool:
    """Did the same person write and approve it?"""
    if row.approved_at is None or row.approved_by_id is None:
        return False
    return authors(row, row.approved_at) == {row.approved_by_id}


# ---- what happened


@dataclass(frozen=True)
class Told:
    """One step on the way: when, by whom, into which state, why."""

    at: datetime
    by: str
    state: str
    reason: str
    assessed: bool = False


def trail(row: Commitment) -> list[Told]:
    """How the state of a commitment moved, newest first. One query."""
    found: list[Told] = []
    before: dict[str, Any] = {}
    rows = Revision.objects.filter(target_uid=row.uid).select_related("change_set").order_by("version")
    for one in rows:
        now = one.snapshot
        moved, assessed = (
            now.get("state") != before.get("state"),
            now.get("completion") != before.get("completion"),
        )
        judged = bool(assessed and now.get("completion"))
        if moved or judged or one.change_set.reason:
            told = one.change_set
            found.append(Told(told.created_at, told.author_name, str(now.get("state")), told.reason, judged))
        before = now
    return found[::-1]


# ---- what waits


def waiting_for_head(actor: Actor, institution: Institution) -> QuerySet[Commitment]:
    """Commitments that wait for the approval of the actor as head."""
    scope = actor.scope(COMMIT, institution)
    if not scope or scope.everything:
        return Commitment.objects.none()
    rows = reach.commitments(actor, institution).filter(scope.filter(), state=rules.PROPOSED)
    return rows.order_by("pk")


def running(actor: Actor, institution: Institution) -> Iterable[Commitment]:
    """Committed ones of the actor's own units, with their milestones."""
    scope = actor.scope(VIEW, institution)
    if not scope or scope.everything:
        return []
    return visible(actor, institution).filter(scope.filter(), state=rules.APPROVED)


def unassessed(actor: Actor, institution: Institution, day: date) -> list[Commitment]:
    """Committed ones whose day of assessment has come and which nobody has assessed."""
    rows = reach.commitments(actor, institution).filter(
        state__in=rules.COMMITTED, completion="", ends_on__lt=day
    )
    return [one for one in rows.order_by("ends_on", "pk") if rules.assess_from(one.ends_on) <= day]


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
