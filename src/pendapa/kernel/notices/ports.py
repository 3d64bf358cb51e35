"""What is due, from every room, through one port: rooms offer, reminders tell the people.

A room calls :func:`offer` in its ``apps.ready()`` and says what is open and due; who is told when, and by which way, is the ladder's
to say (:mod:`pendapa.kernel.notices.rules`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit, User

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """One open thing with a day until which it is to be done.

    ``key`` is the room's name of the thing, ``<key of the offer>:<uid>``, at most 80 characters; ``path`` is its page. ``unit``
    answers for it (None: the institution as a whole), ``person`` is to do it; ``person_name`` stands where there is no account.
    Select both with the rows, they are read for each. ``of_head``: it is the head of the unit, whoever that is on the day, who is to
    do it (such as a commitment of an OPD), so that nobody is missing.
    """

    key: str
    title: str
    detail: str
    path: str
    due: date
    unit: Unit | None = None
    person: User | None = None
    person_name: str = ""
    of_head: bool = False


Provider = Callable[[Institution, date], Sequence[Due]]
Some = Callable[[Institution, Collection[str]], Sequence[Due]]
Visible = Callable[[Actor, Institution, Collection[str]], set[str]]
VisibleToMany = Callable[[Institution, Sequence[tuple[Actor, Collection[str]]]], set[tuple[int, str]]]


@dataclass(frozen=True)
class Offer:
    """A registered provider, before anybody asked it."""

    key: str
    provider: Provider
    some: Some | None
    visible: Visible | None
    visible_to_many: VisibleToMany | None
    permission: str


_offers: dict[str, Offer] = {}


def offer(
    key: str,
    provider: Provider,
    *,
    some: Some | None = None,
    visible: Visible | None = None,
    visible_to_many: VisibleToMany | None = None,
    permission: str = "",
) -> None:
    """Register what is due: ``provider(institution, day)`` gives all that is open, whoever it belongs to.

    ``some(institution, keys)`` finds those that are asked for cheaply (else the provider is searched). ``visible(actor, institution, keys)``
    gives those of ``keys`` that a person may read: who may not read a thing any more counts as gone, and nobody reminds of it.
    ``visible_to_many(institution, [(actor, keys), …])`` says the same of many people at once, as pairs of user id and key, in a fixed
    number of queries; a room whose things are given to people offers it, else ``visible`` is asked of each of them. ``permission`` is what reminding by hand takes, for the unit of the thing; without one nobody may. The same key again
    replaces the offer.
    """
    _offers[key] = Offer(key, provider, some, visible, visible_to_many, permission)


def withdraw(key: str) -> None:
    """Take an offer back (for tests and for rooms that are switched off)."""
    _offers.pop(key, None)


def of(key: str) -> Offer | None:
    """The offer to which the thing called ``key`` belongs."""
    return _offers.get(key.partition(":")[0])


def dues(institution: Institution, day: date) -> list[Due]:
    """Everything open, by due day and key; each key once. A provider that fails harms no other: it is logged, and asked again
    the next time."""
    found: dict[str, Due] = {}
    for key, one in sorted(_offers.items()):
        try:
            found |= {due.key: due for due in one.provider(institution, day)}
        except Exception:
            log.exception("What is due could not be asked of %s", key)
    return sorted(found.values(), key=lambda due: (due.due, due.key))


def find(institution: Institution, keys: Collection[str], day: date) -> dict[str, Due]:
    """The things called ``keys``, as far as they are still open. One question a room, however many they are."""
    by_room: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        by_room[key.partition(":")[0]].append(key)
    found: dict[str, Due] = {}
    for room, asked in by_room.items():
        if (offered := _offers.get(room)) is not None:
            some = offered.some(institution, asked) if offered.some else offered.provider(institution, day)
            found |= {due.key: due for due in some if due.key in asked}
    return found
