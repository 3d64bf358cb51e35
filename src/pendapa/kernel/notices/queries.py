"""Reads of the reminders: who holds which office on a day, what is due and for whom, what was told, and the own digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.notices import ports
from pendapa.kernel.notices.models import Notice, Reach, Told
from pendapa.kernel.notices.permissions import REMINDERS
from pendapa.kernel.notices.ports import Due
from pendapa.kernel.notices.rules import LEFT, NOBODY, Offices, Thing
from pendapa.kernel.tenancy.models import Assignment, Institution, User

SHOWN = 10
"""So many of the own digests a person finds again on the page."""


@dataclass(frozen=True)
class Staff:
    """Everybody who holds a role in the institution on the day: ``users`` and ``actors`` (with the roles of there and then) by id of
    the user, and the offices."""

    users: dict[int, User]
    actors: dict[int, Actor]
    offices: Offices


def staff(institution: Institution, day: date) -> Staff:
    """Who holds an accepted role on ``day``, acting holders too, and has an account that works. One query."""
    heads: dict[int, set[int]] = defaultdict(set)
    wide: dict[str, set[int]] = defaultdict(set)
    users: dict[int, User] = {}
    actors: dict[int, Actor] = {}
    held = Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        institution=institution,
        accepted_at__isnull=False,
        user__is_active=True,
    )
    for one in held.select_related("user", "unit").order_by("pk"):
        user = users.setdefault(one.user_id, one.user)
        actors.setdefault(user.pk, Actor(user=user, name=user.name)).assignments.append(one)
        if one.role == "head" and one.unit_id is not None:
            heads[one.unit_id].add(one.user_id)
        else:
            wide[one.role].add(one.user_id)
    offices = Offices(
        {unit: frozenset(people) for unit, people in heads.items()},
        frozenset(wide["sekda"]),
        frozenset(wide["diskominfo"]),
    )
    return Staff(users, actors, offices)


def things(institution: Institution, dues: Iterable[Due], people: Staff) -> list[Thing]:
    """What is due as the ladder sees it. Who left, or may not read the thing any more, is not there to do it."""
    found = list(dues)
    seen = _seen(institution, found, people)
    made = []
    for due in found:
        person, why = due.person.pk if due.person else None, ""
        if due.of_head:
            person = None
        elif person is None:
            why = LEFT if due.person_name else NOBODY
        elif person not in people.users or (person, due.key) not in seen:
            person, why = None, LEFT
        # "/12/40/": the unit itself stands last
        units = tuple(int(part) for part in reversed(due.unit.path.split("/")) if part) if due.unit else ()
        made.append(Thing(due.key, due.due, units, person, why))
    return made


def _seen(institution: Institution, dues: Sequence[Due], people: Staff) -> set[tuple[int, str]]:
    """Which persons may read the things that are theirs to do: one question a room that answers for many at once."""
    asked: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for due in dues:
        if due.person is not None and due.person.pk in people.actors:
            asked[due.key.partition(":")[0]][due.person.pk].append(due.key)
    seen: set[tuple[int, str]] = set()
    for room, by_person in asked.items():
        offered = ports.of(room)
        if offered is None or offered.visible is None:
            seen |= {(user, key) for user, keys in by_person.items() for key in keys}
        elif offered.visible_to_many is not None:
            both = [(people.actors[user], keys) for user, keys in by_person.items()]
            seen |= offered.visible_to_many(institution, both)
        else:
            for user, keys in by_person.items():
                seen |= {(user, key) for key in offered.visible(people.actors[user], institution, keys)}
    return seen


def readable(actor: Actor, institution: Institution, keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` that the actor may read: one question a room."""
    by_room: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        by_room[key.partition(":")[0]].append(key)
    seen: set[str] = set()
    for some in by_room.values():
        offered = ports.of(some[0])
        if offered is not None:
            seen |= set(some) if offered.visible is None else offered.visible(actor, institution, some)
    return seen


def told(institution: Institution, dues: Iterable[Due]) -> dict[tuple[int, str], set[str]]:
    """The rungs told already, by user and key, each for the day on which the thing is due now."""
    now = {due.key: due.due for due in dues}
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    if not now:
        return found
    rows = Told.objects.filter(
        institution=institution, due__gte=min(now.values()), due__lte=max(now.values())
    )
    for user, key, rung, due in rows.values_list("user", "key", "rung", "due").iterator():
        if now.get(key) == due:
            found[user, key].add(rung)
    return found


def reaches(institution: Institution, users: Iterable[int]) -> dict[int, Reach]:
    """The ways that people chose, by user; who chose nothing is not in it."""
    return {one.user_id: one for one in Reach.objects.filter(institution=institution, user__in=list(users))}


def reach(actor: Actor, institution: Institution) -> Reach:
    """The own ways, as they are or as they would be."""
    actor.require(REMINDERS, institution)
    known = Reach.objects.filter(institution=institution, user=actor.user).first()
    return known or Reach(institution=institution, user=actor.user)


def own(actor: Actor, institution: Institution) -> QuerySet[Notice]:
    """The digests that a person was given in Pendapa, newest first."""
    if actor.user is None or not actor.may(REMINDERS, institution):
        return Notice.objects.none()
    return Notice.objects.filter(institution=institution, user=actor.user, channel="page").order_by("-day")


def unread(actor: Actor, institution: Institution) -> QuerySet[Notice]:
    return own(actor, institution).filter(read_at=None)


def digest(actor: Actor, institution: Institution, uid: UUID) -> Notice:
    """One of the own digests. Raises NotFound."""
    found = own(actor, institution).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
