"""Reads of the action plan, always through :mod:`.reach`: actions of an initiative, of a person, of an OPD, and who does them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from pendapa.kernel.access.actor import Actor, NotFound, office
from pendapa.kernel.history.models import Revision
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.roadmap.models import Action, ActionEvidence, Initiative, InitiativePartner
from pendapa.roadmap.permissions import ACT
from pendapa.roadmap.queries import narrowing, reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.rules import progress
from pendapa.roadmap.rules.action_plan import Counts

PAGE = 50
WHOSE = ("mine", "unit", "all")
SHOWN = ("open", "late", "orphans", "done", "cancelled", "")
SECRETARIAT = "diskominfo"


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be given an action of an initiative."""

    pk: int
    name: str
    office: str


@dataclass(frozen=True)
class Filters:
    """What a list shows. ``whose``: mine, unit (the own OPD) or all; ``shown``: open, late, orphans, done, cancelled or all;
    ``after``: the mark of the row after which the page begins. ``initiative`` is a uid; ``unit`` names one OPD or several (see
    :mod:`.narrowing`), each with the units below it."""

    whose: str = "mine"
    shown: str = "open"
    unit: str = ""
    after: str = ""
    initiative: str = ""


# ---- one


def one(actor: Actor, institution: Institution, uid: UUID | str) -> Action:
    """One action; :class:`NotFound` when absent or not to be seen."""
    found = reach.actions(actor, institution).select_related("parent", "change_set", "initiative__roadmap")
    row = found.filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


def deleted(actor: Actor, institution: Institution, uid: UUID) -> tuple[Action, str, datetime] | None:
    """An action that was deleted, who did and when, for who might work at it else; None where there is none such."""
    row = reach.deleted_actions(actor, institution).select_related("initiative__unit").filter(uid=uid).first()
    if row is None or not may_write(actor, row):
        return None
    last = Revision.objects.select_related("change_set").get(target_uid=row.uid, version=row.version)
    return row, last.change_set.author_name, last.recorded_from


def evidence(action: Action) -> list[ActionEvidence]:
    """What proves an action that the actor is known to see, oldest first."""
    rows = ActionEvidence.objects.filter(action=action, deleted_at=None)
    return list(rows.select_related("file").order_by("given_at", "pk"))


def evidence_counts(rows: Sequence[Action]) -> dict[int, int]:
    """How many pieces prove each of some actions that the actor is known to see."""
    found = ActionEvidence.objects.filter(action__in=[row.pk for row in rows], deleted_at=None).order_by()
    return dict(found.values_list("action").annotate(n=Count("pk")))


def piece(actor: Actor, institution: Institution, action_uid: UUID, uid: UUID) -> ActionEvidence:
    """One piece of evidence of an action that the actor sees."""
    row = one(actor, institution, action_uid)
    found = ActionEvidence.objects.filter(action=row, uid=uid, deleted_at=None).select_related("file").first()
    if found is None:
        raise NotFound
    found.action = row
    return found


def children(actor: Actor, action: Action) -> list[Action]:
    """The actions below one, as far as the actor sees them."""
    return list(_ordered(reach.actions(actor, action.institution).filter(parent=action)))


def closed_by(action: Action) -> tuple[str, datetime | None]:
    """Who did or cancelled an action, and when, from the history."""
    found: tuple[str, datetime | None] = (action.done_by, None)
    rows = Revision.objects.filter(target_type="action", target_uid=action.uid).order_by("-version")
    for revision in rows.select_related("change_set")[:50]:
        if revision.snapshot.get("state") != action.state:
            break
        found = (revision.change_set.author_name, revision.recorded_from)
    return found


# ---- lists


def of_initiative(actor: Actor, initiative: Initiative) -> list[Action]:
    """The actions of an initiative that the actor sees: each action before those below it, by due day."""
    rows = list(_ordered(reach.actions(actor, initiative.institution).filter(initiative=initiative.pk)))
    below: dict[int, list[Action]] = defaultdict(list)
    seen = {row.pk for row in rows}
    for row in rows:
        if row.parent_id in seen:
            below[row.parent_id].append(row)
    tops = [row for row in rows if row.parent_id not in seen]
    return [each for top in tops for each in (top, *below[top.pk])]


def mine(actor: Actor, institution: Institution) -> QuerySet[Action]:
    """The open actions given to this very person, by due day."""
    rows = reach.actions(actor, institution)
    if actor.user is None:
        return rows.none()
    return _ordered(rows.filter(person=actor.user, state__in=rules.OPEN))


def listed(
    actor: Actor, institution: Institution, filters: Filters, size: int = PAGE
) -> tuple[list[Action], str]:
    """A page of actions by due day (those without one last), and the mark of the next page."""
    rows = narrowed(actor, institution, filters)
    rows = _after(rows, filters.after).select_related("parent")
    found = list(_ordered(rows)[: size + 1])
    return found[:size], mark(found[size - 1]) if len(found) > size else ""


def narrowed(actor: Actor, institution: Institution, filters: Filters) -> QuerySet[Action]:
    """The actions that a list shows, on all its pages."""
    rows = _whose(actor, institution, reach.actions(actor, institution), filters.whose)
    today = timezone.localdate()
    if filters.unit:
        rows = of_units(rows, narrowing.units(institution, filters.unit))
    if filters.initiative:
        try:
            rows = rows.filter(initiative__uid=UUID(filters.initiative))
        except ValueError:
            return rows.none()
    if filters.shown == "open":
        return rows.filter(state__in=rules.OPEN)
    if filters.shown == "late":
        return going(rows.filter(state__in=rules.OPEN, due__lt=today))
    if filters.shown == "orphans":
        return orphans(rows, institution)
    return rows.filter(state=filters.shown) if filters.shown else rows


def _whose(actor: Actor, institution: Institution, rows: QuerySet[Action], whose: str) -> QuerySet[Action]:
    if whose == "mine":
        return rows.filter(person=actor.user) if actor.user else rows.none()
    if whose == "unit":
        scope = actor.scope(ACT, institution)
        return rows.filter(narrowing.to_do_by(scope.filter))
    return rows


def of_units(rows: QuerySet[Action], units: Iterable[Unit]) -> QuerySet[Action]:
    """Those that some units, or units below them, are to do: given to them, or given to nobody in an initiative of theirs."""
    paths = [one.path for one in units]
    return rows.filter(narrowing.to_do_by(lambda prefix: narrowing.below(paths, prefix)))


def going(rows: QuerySet[Action]) -> QuerySet[Action]:
    """Those that somebody waits for: without the actions of initiatives that were put off or given up."""
    return rows.exclude(initiative__state__in=progress.RESTING)


def orphans(rows: QuerySet[Action], institution: Institution) -> QuerySet[Action]:
    """Open actions that nobody will do: without a person, or given to somebody who can no longer read them."""
    nobody = Q(person=None, person_name="")
    return going(rows.filter(state__in=rules.OPEN)).filter(
        nobody | (Q(person__isnull=False) & ~_still_reads(institution))
    )


def _still_reads(institution: Institution) -> Exists:
    """Has the person a role today through which it reads the action (see :mod:`.reach`)?"""
    partners = InitiativePartner.objects.filter(
        initiative=OuterRef(OuterRef("initiative")),
        deleted_at=None,
        unit__path__startswith=OuterRef("unit__path"),
    )
    held = _held(institution).filter(user=OuterRef("person"), user__is_active=True)
    held = held.annotate(of_action=_outer("unit__path"), of_initiative=_outer("initiative__unit__path"))
    reads = (
        Q(unit=None) | Q(of_action__startswith=F("unit__path")) | Q(of_initiative__startswith=F("unit__path"))
    )
    return Exists(held.filter(reads | Exists(partners)))


def _outer(name: str) -> ExpressionWrapper:
    return ExpressionWrapper(OuterRef(name), output_field=CharField())


def _held(institution: Institution) -> QuerySet[Assignment]:
    today = timezone.localdate()
    return Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        institution=institution,
        accepted_at__isnull=False,
    )


def left(institution: Institution, rows: Sequence[Action]) -> set[int]:
    """Ids of those of ``rows`` whose person can no longer read them: left, moved away, or switched off."""
    given = [row.pk for row in rows if row.person_id is not None]
    gone = Action.objects.filter(pk__in=given).filter(~_still_reads(institution))
    return set(gone.values_list("pk", flat=True)) if given else set()


def _ordered(rows: QuerySet[Action]) -> QuerySet[Action]:
    return rows.order_by(F("due").asc(nulls_last=True), "pk")


def mark(row: Action) -> str:
    """The place of an action in the lists, for the address of the next page."""
    return f"{row.due.isoformat() if row.due else '-'}.{row.pk}"


def _after(rows: QuerySet[Action], text: str) -> QuerySet[Action]:
    day, _dot, number = text.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return rows
    if day == "-":
        return rows.filter(due=None, pk__gt=int(number))
    try:
        due = date.fromisoformat(day)
    except ValueError:
        return rows
    return rows.filter(Q(due__gt=due) | Q(due=due, pk__gt=int(number)) | Q(due=None))


def counts(
    actor: Actor, institution: Institution, initiatives: Iterable[int] | QuerySet[Initiative] | None = None
) -> dict[int, Counts]:
    """How many actions of each initiative (by id) are done, open and late, of those that the actor sees: one query. What has
    actions below it is not counted beside them, so that these numbers are those of every view (see :func:`leaves`)."""
    rows = leaves(reach.actions(actor, institution))
    if initiatives is not None:
        given: Any = initiatives.values("pk") if isinstance(initiatives, QuerySet) else list(initiatives)
        rows = rows.filter(initiative__in=given)
    found: Any = rows.select_related(None).order_by().values("initiative").annotate(**_tally())
    return {one["initiative"]: Counts(one["n_done"], one["n_open"], one["n_late"]) for one in found}


def leaves(rows: QuerySet[Action]) -> QuerySet[Action]:
    """Those of ``rows`` that say how far an initiative is: not cancelled, and without another below them that is not."""
    live = Action.objects.filter(deleted_at=None).exclude(state="cancelled")
    # Not "for each action whether it has a child": where few have one, SQLite would read them all again for each.
    parents = live.filter(parent__isnull=False).values("parent")
    return rows.exclude(state="cancelled").exclude(pk__in=parents)


def titles(actor: Actor, institution: Institution, rows: Iterable[Action]) -> dict[int, str]:
    """The titles of the initiatives of some actions, by id, of those that the actor may read: who was given an action of an
    initiative that is no longer open to its OPD works on, without its name."""
    wanted = {row.initiative_id for row in rows}
    return dict(reach.initiatives(actor, institution).filter(pk__in=wanted).values_list("pk", "title"))


def tally(rows: QuerySet[Action]) -> Counts:
    """The same of any actions together, as a list shows them: a row each, also what has others below it and a day and a person
    of its own."""
    found = rows.select_related(None).order_by().aggregate(**_tally())
    return Counts(found["n_done"], found["n_open"], found["n_late"])


def _tally() -> dict[str, Count]:
    is_open, rests = Q(state__in=rules.OPEN), Q(initiative__state__in=progress.RESTING)
    return {
        "n_done": Count("pk", filter=Q(state="done")),
        "n_open": Count("pk", filter=is_open),
        "n_late": Count("pk", filter=is_open & ~rests & Q(due__lt=timezone.localdate())),
    }


# ---- who


def may_write(actor: Actor, action: Action) -> bool:
    """May the actor work at this action: the owner of its initiative, the OPD it was given to, or the person itself?"""
    scope = actor.scope(ACT, action.institution)
    if not scope:
        return False
    if scope.everything or (actor.user is not None and action.person_id == actor.user.pk):
        return True
    owner = action.initiative.unit
    return any(unit is not None and scope.covers(unit) for unit in (owner, action.unit))


def covers_owner(actor: Actor, initiative: Initiative) -> bool:
    """Does the actor answer for the initiative as a whole (owner, or the secretariat)?"""
    scope = actor.scope(ACT, initiative.institution)
    return scope.everything or (initiative.unit is not None and scope.covers(initiative.unit))


def may_plan(actor: Actor, initiative: Initiative) -> bool:
    """May the actor plan actions there: the owner any, a partner those of its own OPD?"""
    return bool(actor.scope(ACT, initiative.institution)) and bool(
        covers_owner(actor, initiative) or units(actor, initiative)
    )


def units(actor: Actor, initiative: Initiative) -> list[Unit]:
    """The units to which the actor may give an action: the owner, its partners, and all below them, as far as they are the
    actor's to plan for. An initiative of no OPD may go to any."""
    live = Unit.objects.filter(institution=initiative.institution, deleted_at=None)
    paths = _paths(initiative)
    if paths:
        within = Q(pk__in=[])
        for path in paths:
            within |= Q(path__startswith=path)
        live = live.filter(within)
    if not covers_owner(actor, initiative):
        live = (
            live.filter(actor.scope(ACT, initiative.institution).filter(prefix="")) if paths else live.none()
        )
    return list(live.order_by("path"))


def _paths(initiative: Initiative) -> list[str]:
    rows = InitiativePartner.objects.filter(initiative=initiative, deleted_at=None).order_by("pk")
    found = [initiative.unit.path] if initiative.unit is not None else []
    return found + list(rows.values_list("unit__path", flat=True))


def candidate(initiative: Initiative, username: str) -> int | None:
    """The id of somebody who can be given an action, by the name under which one signs in."""
    pks = [one.pk for one in people(initiative)]
    return (
        User.objects.filter(pk__in=pks, username=User.normalise(username))
        .values_list("pk", flat=True)
        .first()
    )


def people(initiative: Initiative, more: Unit | None = None) -> list[Candidate]:
    """Who can be given an action: people with a role in (or over) the owner, its partners or ``more``, and the secretariat."""
    fits = Q(role=SECRETARIAT)
    for path in [*_paths(initiative), *([more.path] if more else [])]:
        above = [int(pk) for pk in path.strip("/").split("/") if pk]
        fits |= Q(unit__path__startswith=path) | Q(unit__in=above)
    held = _held(initiative.institution).filter(fits, user__is_active=True)
    found: dict[int, Candidate] = {}
    for role in held.select_related("user", "unit").order_by("user__name", "user_id", "pk"):
        found.setdefault(role.user_id, Candidate(role.user_id, role.user.name, office(role)))
    return list(found.values())


def units_of(actor: Actor, institution: Institution) -> list[Unit]:
    """The units that are to do the actions that the actor sees."""
    rows = reach.actions(actor, institution).order_by()
    given, held = rows.exclude(unit=None).values("unit"), rows.filter(unit=None).values("initiative__unit")
    return list(Unit.objects.filter(Q(pk__in=given) | Q(pk__in=held)).order_by("name", "pk"))


def people_of(actor: Actor, institution: Institution) -> list[Candidate]:
    """People to whom the actor may give many actions at once; whether one fits an action the verb says."""
    scope = actor.scope(ACT, institution)
    fits = Q(role=SECRETARIAT) if not scope.everything else Q()
    held = _held(institution).filter(
        fits | scope.filter() if not scope.everything else fits, user__is_active=True
    )
    found: dict[int, Candidate] = {}
    for role in held.select_related("user", "unit").order_by("user__name", "user_id", "pk"):
        found.setdefault(role.user_id, Candidate(role.user_id, role.user.name, office(role)))
    return list(found.values())
