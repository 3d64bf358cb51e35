"""The commitments of one OPD with the units below it: in numbers, narrowed to a year, and where they went when it was merged
or split. Once for officers through their rights, once for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from pendapa.kernel.access.actor import Actor, NotFound, Scope
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.organisation.models import Succession
from pendapa.organisation.permissions import SEE_PEOPLE
from pendapa.organisation.queries import is_closed, known_names, successions
from pendapa.roadmap.models import Commitment, Milestone
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import commitments as queries
from pendapa.roadmap.queries import public
from pendapa.roadmap.queries.commitments import Line
from pendapa.roadmap.rules import commitments as rules

RUNNING, OVER = "running", "over"
GROUPS = (RUNNING, rules.PROPOSED, OVER, rules.DRAFT, rules.WITHDRAWN)
"""What stands on the page one below the other; the first is what binds the OPD today."""
PROVEN, BARE, LATE, OPEN = "proven", "bare", "late", "open"
"""How a milestone is drawn: reached with evidence, reached without, not reached after its day, not reached yet."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Commitments in numbers on a day; only what was committed to counts, but for ``proposed``. ``longest`` is the days of the
    oldest late milestone, ``values`` how many came how far, every value of the pack in its order; of the others ``running``
    are in their period and ``unassessed`` beyond it."""

    committed: int
    proposed: int
    milestones: int
    reached: int
    proven: int
    late: int
    longest: int
    unproven: int
    values: tuple[tuple[str, int], ...]
    running: int
    unassessed: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """A milestone that is late by ``days``."""

    line: Line
    step: Milestone
    days: int


@dataclass(frozen=True, slots=True)
class Head:
    """Who holds the office of head today; the name as the institution knows it."""

    assignment: Assignment
    name: str


@dataclass(frozen=True)
class OfOffice:
    """The commitments of an OPD that one may read on a day. ``lines`` are those of the asked ``period`` (a year; empty: of any)
    in the order of the page, ``count`` tells how many there are of any; ``moved`` were its own until a merge or a split;
    ``became`` and ``came_from`` are those changes, the latest first."""

    unit: Unit
    day: date
    period: str
    years: list[int]
    lines: list[Line]
    count: int
    moved: list[Line]
    became: list[Succession]
    came_from: list[Succession]

    @property
    def closed(self) -> bool:
        return is_closed(self.unit)

    def led_to(self, target: Unit) -> bool:
        """Does something that was of this OPD stand with ``target`` or below it now?"""
        return any(line.row.unit.path.startswith(target.path) for line in self.moved)


def group(line: Line, day: date) -> str:
    """Under which of ``GROUPS`` a commitment stands."""
    if line.row.state not in rules.COMMITTED:
        return line.row.state
    return RUNNING if line.row.state == rules.APPROVED and line.row.ends_on >= day else OVER


def numbers(lines: Iterable[Line], day: date) -> Numbers:
    """Asks nothing of the database."""
    every = list(lines)
    held = [line for line in every if line.row.state in rules.COMMITTED]
    came = Counter(line.row.completion for line in held)
    bare = [line for line in held if not line.row.completion]
    running = sum(group(line, day) == RUNNING for line in bare)
    return Numbers(
        committed=len(held),
        proposed=sum(line.row.state == rules.PROPOSED for line in every),
        milestones=sum(line.total for line in held),
        reached=sum(line.done for line in held),
        proven=sum(step.done_on is not None and step.proven for line in held for step in line.steps),
        late=sum(line.late for line in held),
        longest=max((line.longest for line in held), default=0),
        unproven=sum(line.unproven for line in held),
        values=tuple((value.key, came[value.key]) for value in queries.completions()),
        running=running,
        unassessed=len(bare) - running,
    )


def marks(line: Line, day: date) -> list[str]:
    """Each milestone as it is drawn, in their order. What is not committed yet is never late."""
    binding = line.row.state in rules.COMMITTED
    return [_mark(step, binding and step.late(day)) for step in line.steps]


def _mark(step: rules.Reached, late: bool) -> str:
    if step.done_on is not None:
        return PROVEN if step.proven else BARE
    return LATE if late else OPEN


def overdue(lines: Iterable[Line], day: date) -> list[Overdue]:
    """The late milestones of what was committed to: those of running commitments first, then the oldest first."""
    found = [
        Overdue(line, step, (day - step.due).days)
        for line in lines
        if line.late
        for step in queries.steps(line.row)
        if queries.reached(step).late(day)
    ]
    return sorted(found, key=lambda told: (group(told.line, day) == OVER, -told.days, told.step.pk))


# ---- for officers


def of_unit(actor: Actor, institution: Institution, uid: UUID, day: date, period: str = "") -> OfOffice:
    """What the actor may read of an OPD's commitments. Raises NotFound for a unit that is none of the institution, and where
    the actor neither reads for that OPD nor sees any commitment of it. A fixed number of queries; five more where the OPD
    went elsewhere."""
    unit = _unit(institution, uid)
    scope = actor.scope(VIEW, institution)
    found = _gather(queries.visible(actor, institution), unit, day, period, scope)
    if not (found.count or found.moved or scope.covers(unit)):
        raise NotFound
    return found


def heads(actor: Actor, unit: Unit) -> list[Head] | None:
    """Who holds the office of head of a unit today, or that of the nearest unit above; None for who does not see people there.
    Two queries."""
    if not actor.may(SEE_PEOPLE, unit.institution, unit):
        return None
    held = list(queries.heads(unit).select_related("user", "unit").order_by("acting", "pk"))
    nearest = max((len(found.unit.path) for found in held if found.unit), default=0)
    names = known_names(unit.institution)
    return [
        Head(found, names.get(found.user_id, found.user.name))
        for found in held
        if found.unit
        and len(found.unit.path) == nearest
        and actor.may(SEE_PEOPLE, unit.institution, found.unit)
    ]


# ---- for everybody


def public_of_unit(institution: Institution, uid: UUID, day: date, period: str = "") -> OfOffice:
    """The public commitments of an OPD, and those that were its own when it was merged or split. Raises NotFound where there are
    none, for a year in which none runs, and for a unit that is none of the institution."""
    unit = _unit(institution, uid)
    found = _gather(public.every(institution), unit, day, period, Scope(), public.line)
    if not (found.count or found.moved) or (period and not found.lines):
        raise NotFound
    return found


# ---- shared


def _unit(institution: Institution, uid: UUID) -> Unit:
    unit = Unit.objects.filter(institution=institution, deleted_at=None, uid=uid).first()
    if unit is None:
        raise NotFound
    unit.institution = institution
    return unit


def _gather(
    rows: QuerySet[Commitment], unit: Unit, day: date, period: str, scope: Scope,
    line_of: Callable[[Commitment, date], Line] = queries.line,
) -> OfOffice:  # fmt: skip
    every = [line_of(row, day) for row in rows.filter(unit__path__startswith=unit.path)]
    life = [change for change in successions(unit) if change.kind != "rename"]
    became = [change for change in life if change.source_id == unit.pk]
    moved = [line_of(row, day) for row in _moved(rows, unit, scope)] if became else []
    lines = [line for line in every if not period or period in map(str, _years(line))]
    lines.sort(
        key=lambda line: (
            GROUPS.index(group(line, day)), -line.late, not line.unproven, line.row.ends_on, line.row.pk,
        )
    )  # fmt: skip
    moved.sort(key=lambda line: (line.row.unit.name, line.row.ends_on, line.row.pk))
    return OfOffice(
        unit, day, period, sorted({year for line in every for year in _years(line)}, reverse=True), lines, len(every),
        moved, became, [change for change in life if change.source_id != unit.pk],
    )  # fmt: skip


def _years(line: Line) -> range:
    return range(line.row.starts_on.year, line.row.ends_on.year + 1)


def _moved(rows: QuerySet[Commitment], unit: Unit, scope: Scope) -> Sequence[Commitment]:
    """What of ``rows`` was this unit's own, or of a unit below it, and stands elsewhere now. Others than who reads for the new
    owner are told only of what was committed to here: that there was a draft stays inside. Five queries with the milestones."""
    outside = rows.exclude(unit__path__startswith=unit.path)
    told = Revision.objects.filter(
        target_type=Commitment.recorded_type,
        target_uid__in=outside.order_by().values("uid"),
        snapshot__unit=unit.pk,
    )
    states: dict[UUID, set[str]] = defaultdict(set)
    for uid, state in told.values_list("target_uid", "snapshot__state"):
        states[uid].add(state)
    left = _left(unit)
    below = Q(pk__in=[])
    for path in left:
        below |= Q(unit__path__startswith=path)
    found = outside.filter(Q(uid__in=list(states)) | below)
    return [row for row in found if _was_here(row, states, left, scope.covers(row.unit))]


def _was_here(
    row: Commitment, states: Mapping[UUID, set[str]], left: Mapping[str, datetime], own: bool
) -> bool:
    if row.uid in states:
        return own or bool(states[row.uid] & {*rules.COMMITTED})
    moment = row.created_at if own else row.approved_at
    return any(row.unit.path.startswith(path) and moment and moment < until for path, until in left.items())


def _left(unit: Unit) -> dict[str, datetime]:
    """The units that stood right below ``unit`` and stand elsewhere now, by path, with the moment at which they left."""
    away = Unit.objects.filter(institution=unit.institution, deleted_at=None).exclude(
        path__startswith=unit.path
    )
    told = Revision.objects.filter(
        target_type=Unit.recorded_type, target_uid__in=away.values("uid"), snapshot__parent=unit.pk
    )
    ended = told.order_by("version").values_list("target_uid", "recorded_to")
    moments = {uid: moment for uid, moment in ended if moment is not None}
    paths = dict(away.filter(uid__in=list(moments)).values_list("uid", "path")) if moments else {}
    return {path: moments[uid] for uid, path in paths.items()}
