"""Reads of units and people, always through what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.history.queries import differences
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.tables.names import UnitIndex, unit_key
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User, institution_names
from pendapa.organisation.models import KnownName, Succession, UnitAlias
from pendapa.organisation.permissions import MANAGE, PEOPLE, SEE_PEOPLE, VIEW
from pendapa.organisation.rules import tree as tree_rules


def holding(on: date | None = None, prefix: str = "") -> Q:
    """The condition that something with validity dates holds on a day (today)."""
    on = on or timezone.localdate()
    begun = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": on})
    return begun & not_over(on, prefix)


def not_over(on: date | None = None, prefix: str = "") -> Q:
    """The condition that something holds on a day (today) or will."""
    on = on or timezone.localdate()
    return Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on})


def live_units(institution: Institution) -> QuerySet[Unit]:
    """Units that are neither deleted nor closed; for actions and imports, which ask for rights themselves."""
    return Unit.objects.filter(not_over(), institution=institution, deleted_at=None)


# ---- the tree


@dataclass(frozen=True)
class TreeRow:
    """One unit in the tree: ``depth`` 0 is an OPD; ``hit`` is false for what only leads to a hit of the search."""

    unit: Unit
    depth: int
    children: int
    people: int
    closed: bool
    hit: bool = True
    alias: str = ""


def tree(
    actor: Actor, institution: Institution, *, query: str = "", closed: bool = False, roots_only: bool = False
) -> list[TreeRow]:
    """All units, flat, each followed by what stands below it, sisters by code. One query; two with ``query``.

    ``query`` looks in codes, names, short names and aliases, and keeps what stands above a hit. ``closed`` adds closed ones.
    """
    actor.require(VIEW, institution)
    units = Unit.objects.filter(institution=institution, deleted_at=None)
    rows = units if closed else units.filter(not_over())
    nodes = tree_rules.arrange(
        rows.annotate(people=_people_count()).defer("institution"),
        lambda u: u.pk,
        lambda u: u.parent_id,
        _order,
    )
    if query.strip():
        hits = _hits(institution, query)
        kept = tree_rules.keep(nodes, lambda u: u.pk in hits or _matches(u, query, institution))
        return [_tree_row(node, hit, hits.get(node.item.pk, "")) for node, hit in kept]
    return [_tree_row(node, True, "") for node in nodes if not roots_only or node.depth == 0]


def _order(unit: Unit) -> str:
    return f"{unit.code} {unit.name}"


def _people_count() -> Any:
    """People with a role in the unit today, as a number on its row."""
    held = (
        Assignment.objects.filter(
            holding(), unit=OuterRef("pk"), user__is_active=True, accepted_at__isnull=False
        )
        .order_by()
        .values("unit")
    )
    counted = held.annotate(n=Count("user", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _tree_row(node: tree_rules.Node[Any], hit: bool, alias: str) -> TreeRow:
    unit = node.item
    return TreeRow(unit, node.depth, node.children, unit.people, is_closed(unit), hit, alias if hit else "")


def is_closed(unit: Unit) -> bool:
    """Whether the last day of a unit is over."""
    return unit.valid_to is not None and unit.valid_to < timezone.localdate()


def _hits(institution: Institution, query: str) -> dict[int, str]:
    """Units found by an alias: id and the alias."""
    key = unit_key(query, institution_names(institution))
    live = UnitAlias.objects.filter(institution=institution, deleted_at=None).order_by("-pk")
    found = live.filter(Q(name__icontains=query.strip()) | (Q(key__contains=key) if key else Q(pk__in=[])))
    return dict(found.values_list("unit", "name"))


def _matches(unit: Unit, query: str, institution: Institution) -> bool:
    text, key = query.strip().casefold(), unit_key(query, institution_names(institution))
    plain = (unit.name.casefold(), unit.short_name.casefold())
    return (
        unit.code.casefold().startswith(text)
        or any(text in one for one in plain)
        or bool(key and key in unit.name_key)
    )


def count_units(institution: Institution) -> dict[str, int]:
    """Numbers above the tree: ``open``, ``roots`` (OPD), ``closed``. One query."""
    live = Unit.objects.filter(institution=institution, deleted_at=None)
    return live.aggregate(
        open=Count("pk", filter=not_over()),
        roots=Count("pk", filter=Q(parent=None) & not_over()),
        closed=Count("pk", filter=Q(valid_to__lt=timezone.localdate())),
    )


# ---- one unit


@dataclass(frozen=True)
class Change:
    """One line of a unit's history: when, who, and which fields became what (names, not ids)."""

    when: Any
    who: str
    verb: str
    reason: str
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True)
class UnitDetail:
    """A unit with what belongs to it. ``people`` and ``history`` are ``None`` where the actor may not see them."""

    unit: Unit
    above: list[Unit]
    children: list[TreeRow]
    aliases: list[UnitAlias]
    people: list[Person] | None
    history: list[Change] | None
    closed: bool = field(default=False)
    became: list[Succession] = field(default_factory=list)
    came_from: list[Succession] = field(default_factory=list)


def find_unit(actor: Actor, institution: Institution, uid: UUID | str) -> Unit:
    """One live unit; :class:`NotFound` when absent or not to be seen."""
    actor.require(VIEW, institution)
    try:
        wanted = uid if isinstance(uid, UUID) else UUID(uid)
    except ValueError:
        raise NotFound from None
    found = (
        Unit.objects.filter(institution=institution, deleted_at=None, uid=wanted)
        .select_related("parent")
        .first()
    )
    if found is None:
        raise NotFound
    found.institution = institution
    return found


def unit(actor: Actor, institution: Institution, uid: UUID | str) -> UnitDetail:
    """A unit with its place, aliases, people and last changes."""
    found = find_unit(actor, institution, uid)
    ids = [int(part) for part in found.path.split("/") if part][:-1]
    above = sorted(Unit.objects.filter(pk__in=ids), key=lambda one: len(one.path)) if ids else []
    life = successions(found)
    below = Unit.objects.filter(parent=found, deleted_at=None)
    children = below.annotate(
        people=_people_count(), below=Count("children", filter=Q(children__deleted_at=None))
    )
    return UnitDetail(
        unit=found,
        above=above,
        children=[
            TreeRow(child, 0, child.below, child.people, is_closed(child))
            for child in sorted(children, key=lambda one: tree_rules.natural(_order(one)))
        ],
        aliases=aliases(found),
        people=people(actor, institution, unit=found) if actor.may(SEE_PEOPLE, institution, found) else None,
        history=history(found) if actor.may(HISTORY, institution, found) else None,
        closed=is_closed(found),
        became=[one for one in life if one.source_id == found.pk],
        came_from=[one for one in life if one.source_id != found.pk],
    )


def successions(unit: Unit) -> list[Succession]:
    """What became of a unit and from which it has taken something over, the latest first. One query."""
    found = Succession.objects.filter(Q(source=unit) | Q(target=unit), deleted_at=None)
    return list(found.select_related("source", "target").order_by("-on", "-pk"))


def change_of(actor: Actor, institution: Institution, unit: Unit, uid: UUID) -> ChangeSet:
    """The change set of a succession of the unit that stands; :class:`NotFound` otherwise."""
    actor.require(MANAGE, institution, unit)
    ends = Q(source=unit) | Q(target=unit)
    told = Succession.objects.filter(ends, institution=institution, uid=uid, deleted_at=None)
    made = ChangeSet.objects.filter(
        revisions__target_uid__in=told.values("uid"), revisions__verb__in=["add", "restore"]
    )
    found = made.select_related("institution").order_by("-pk").first()
    if found is None:
        raise NotFound
    return found


def aliases(unit: Unit) -> list[UnitAlias]:
    """The live aliases of a unit, the latest first."""
    return list(
        UnitAlias.objects.filter(unit=unit, deleted_at=None).order_by(
            F("valid_to").desc(nulls_first=True), "name"
        )
    )


def history(unit: Unit, limit: int = 6) -> list[Change]:
    """The last changes of a unit, the newest first."""
    found = Revision.objects.filter(target_type="unit", target_uid=unit.uid).select_related("change_set")
    revisions = list(found.order_by("-version")[: limit + 1])
    changes = []
    for at, revision in enumerate(revisions[:limit]):
        before = revisions[at + 1].snapshot if at + 1 < len(revisions) else {}
        made = revision.change_set
        changes.append(
            Change(
                revision.recorded_from,
                made.author_name,
                revision.verb,
                made.reason,
                [(one.label, one.before, one.after) for one in differences(revision, before)]
                if before
                else [],
            )
        )
    return changes


# ---- people


@dataclass(frozen=True)
class Person:
    """A role that a person holds, held or will hold. ``state``: now | later | over. ``waits``: never signed in yet.

    What is not ``accepted`` grants nothing until the person accepts it. ``before`` names from whom it was taken over.
    """

    assignment: Assignment
    name: str
    username: str
    state: str
    waits: bool
    manageable: bool
    accepted: bool = True
    before: str = ""


def people(
    actor: Actor, institution: Institution, *, unit: Unit | None = None, query: str = "", over: bool = False
) -> list[Person]:
    """Roles that the actor may see, by unit and name; of one unit with ``unit``; those that are over only with ``over``."""
    scope = actor.scope(SEE_PEOPLE, institution)
    if not scope:
        raise NotFound
    held = Assignment.objects.filter(scope.filter(), institution=institution).select_related("user", "unit")
    if unit is not None:
        held = held.filter(unit=unit)
    if not over:
        held = held.filter(not_over())
    names = known_names(institution)
    manages = actor.scope(PEOPLE, institution)
    found = [
        _person(one, names, manages.covers(one.unit))
        for one in held.order_by("unit__name", "user__name", "pk")
    ]
    if query.strip():
        found = [person for person in found if _mentions(person, query)]
    return found


def _person(assignment: Assignment, names: dict[int, str], manageable: bool) -> Person:
    user, today = assignment.user, timezone.localdate()
    state = "now"
    if assignment.valid_to and assignment.valid_to < today:
        state = "over"
    elif assignment.valid_from and assignment.valid_from > today:
        state = "later"
    name = names.get(user.pk, user.name)
    accepted = assignment.accepted_at is not None
    # Whether an account that others made has been opened is not told here.
    waits = accepted and not user.has_usable_password()
    return Person(assignment, name, user.username, state, waits, manageable, accepted)


def _mentions(person: Person, query: str) -> bool:
    unit = person.assignment.unit
    text = (
        f"{person.name} {person.username} {unit.name if unit else ''} {person.assignment.get_role_display()}"
    )
    return all(word in text.casefold() for word in query.casefold().split())


SOON_DAYS = 30
"""So long before its end an acting role is told to those who look after it: time to prolong it or to fill the office."""
GONE_DAYS = 30
"""So long after its end it is still told, unless the office has a holder."""


@dataclass(frozen=True)
class Ending:
    """An acting role that ends soon (``days`` left), has ended (``days`` below nought) or has no end (``None``)."""

    person: Person
    days: int | None


def acting(actor: Actor, institution: Institution) -> list[Ending]:
    """Acting roles that the actor looks after and that end within ``SOON_DAYS``, have no end, or ended without a successor.

    The first to end comes first.
    """
    scope = actor.scope(PEOPLE, institution)
    if not scope:
        return []
    today = timezone.localdate()
    held = Assignment.objects.filter(
        scope.filter(),
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__range=(today - timedelta(GONE_DAYS), today + timedelta(SOON_DAYS))),
        institution=institution,
        acting=True,
    ).select_related("user", "unit")
    ending = list(held.order_by(F("valid_to").asc(nulls_last=True), "pk"))
    names, found = (known_names(institution) if ending else {}), []
    for one in ending:
        days = (one.valid_to - today).days if one.valid_to else None
        if days is not None and days < 0 and _filled(one):
            continue
        found.append(Ending(_person(one, names, True), days))
    return found


def _filled(assignment: Assignment) -> bool:
    """Whether somebody holds the office of a role that is over."""
    same = Assignment.objects.filter(
        holding(), institution=assignment.institution_id, unit=assignment.unit_id, role=assignment.role
    )
    return same.exclude(pk=assignment.pk).exists()


def office(actor: Actor, institution: Institution, assignment: Assignment) -> list[Person]:
    """Everybody who held, holds or will hold the same office, the latest first."""
    scope = actor.scope(SEE_PEOPLE, institution)
    if not scope.covers(assignment.unit):
        raise NotFound
    same = Assignment.objects.filter(
        institution=institution, unit=assignment.unit_id, role=assignment.role
    ).select_related("user", "unit", "taken_over_from__user")
    names = known_names(institution)
    manages = actor.scope(PEOPLE, institution).covers(assignment.unit)
    latest = same.order_by(F("valid_from").desc(nulls_last=True), "-pk")
    found = []
    for one in latest:
        old = one.taken_over_from
        before = names.get(old.user_id, old.user.name) if old else ""
        found.append(replace(_person(one, names, manages), before=before))
    return found


def successors(actor: Actor, institution: Institution, assignment: Assignment) -> list[tuple[User, str]]:
    """People whom the actor sees here and who could take an office over, with the names they are known by."""
    scope = actor.scope(SEE_PEOPLE, institution)
    held = Assignment.objects.filter(
        scope.filter(), not_over(), institution=institution, user__is_active=True
    )
    names = known_names(institution)
    found: dict[int, tuple[User, str]] = {}
    for one in held.exclude(user=assignment.user_id).select_related("user", "unit"):
        name = names.get(one.user_id, one.user.name)
        where = one.unit.name if one.unit else one.get_role_display()
        found.setdefault(one.user_id, (one.user, f"{name} ({where})"))
    return sorted(found.values(), key=lambda pair: pair[1].casefold())


def seen_assignment(actor: Actor, institution: Institution, pk: int) -> Assignment:
    """A role that the actor may see; :class:`NotFound` otherwise."""
    found = (
        Assignment.objects.filter(
            actor.scope(SEE_PEOPLE, institution).filter(), institution=institution, pk=pk
        )
        .select_related("user", "unit", "institution")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def find_assignment(actor: Actor, institution: Institution, pk: int) -> Assignment:
    """A role whose people the actor manages; :class:`NotFound` otherwise."""
    found = (
        Assignment.objects.filter(actor.scope(PEOPLE, institution).filter(), institution=institution, pk=pk)
        .select_related("user", "unit")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def known_name(institution: Institution, user: Any) -> str:
    """The name by which the institution knows a person."""
    told = KnownName.objects.filter(institution=institution, user=user).values_list("name", flat=True).first()
    return told or str(user.name)


def known_names(institution: Institution) -> dict[int, str]:
    """The names that the institution itself gave to people, by id of the account."""
    return dict(KnownName.objects.filter(institution=institution).values_list("user", "name"))


# ---- for imports


def unit_index(institution: Institution, more: Sequence[Unit] = ()) -> UnitIndex:
    """The live units of an institution, to be found by code, name, short name or alias; ids are those of `Unit`. Two queries.

    ``more`` are units that are not stored yet, each with an id of its own.
    """
    known: dict[int, list[str]] = {}
    live = UnitAlias.objects.filter(institution=institution, deleted_at=None)
    for unit_id, name in live.order_by("pk").values_list("unit", "name"):
        known.setdefault(unit_id, []).append(name)
    rows: Iterable[tuple[Any, ...]] = (
        live_units(institution).order_by("pk").values_list("pk", "code", "name", "short_name", "parent")
    )
    stored = [(pk, code, name, short, known.get(pk, ()), parent) for pk, code, name, short, parent in rows]
    waiting = [(unit.pk, unit.code, unit.name, unit.short_name, (), None) for unit in more]
    return UnitIndex([*stored, *waiting], institution_names(institution))
