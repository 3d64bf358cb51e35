"""What waits for a person, from every room, through one port: rooms offer, the inbox shows.

A room calls :func:`offer` in its ``apps.ready()``. What a provider gives is already cut to what the actor may see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution

log = logging.getLogger(__name__)

LATE, SOON, USUAL = "late", "soon", "usual"
URGENCIES = (LATE, SOON, USUAL)
KEPT_SECONDS = 30
MOST = 200
"""More rows than this a group does not show: nobody reads them, and the page stays light."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits.

    ``title`` names it, ``detail`` says what is asked, ``url`` is where that is done (with ``action`` as the word on the
    button). ``since`` is when it began to wait, ``due`` until when it is to be done; ``urgency`` is one of ``late``,
    ``soon``, ``usual`` and follows from ``due`` where it is not given. ``kind`` is free for the room; ``count`` says for
    how many things the row stands. ``read_url`` takes a POST that tells it was seen, where seeing is all that it asks.
    """

    title: str
    detail: str = ""
    url: str = ""
    since: datetime | None = None
    due: date | None = None
    urgency: str = ""
    kind: str = ""
    count: int = 1
    action: str = ""
    read_url: str = ""

    def urgent_on(self, day: date) -> str:
        """The urgency on a day: as told, else late after ``due`` and soon in the week before it."""
        if self.urgency in URGENCIES:
            return self.urgency
        if self.due is None:
            return USUAL
        left = (self.due - day).days
        return LATE if left < 0 else SOON if left <= 7 else USUAL


Provider = Callable[[Actor, Institution], Sequence[Waiting]]
Counter = Callable[[Actor, Institution], int]


@dataclass(frozen=True)
class Offer:
    """A registered provider, before anybody asked it."""

    key: str
    title: Any  # lazily translated: what there is to do
    provider: Provider
    count: Counter | None
    order: int
    icon: str


@dataclass(frozen=True)
class Group:
    """What one provider has for somebody today. ``failed`` says that it could not be asked; ``more`` how many are not shown."""

    key: str
    title: Any
    icon: str
    rows: list[tuple[str, Waiting]] = field(default_factory=list)
    more: int = 0
    failed: bool = False

    @property
    def count(self) -> int:
        return sum(row.count for _urgency, row in self.rows) + self.more


_offers: dict[str, Offer] = {}


def offer(
    key: str,
    title: Any,
    provider: Provider,
    *,
    count: Counter | None = None,
    order: int = 50,
    icon: str = "circle-dashed",
) -> None:
    """Register what waits for people: ``provider(actor, institution)`` gives the rows, ``count`` their number cheaply.

    Without ``count`` the rows are made and counted, so give it where that takes more than a query or two. ``order`` is
    the place among groups that are equally urgent. The same key again replaces the offer.
    """
    _offers[key] = Offer(key, title, provider, count, order, icon)


def withdraw(key: str) -> None:
    """Take an offer back (for tests and for rooms that are switched off)."""
    _offers.pop(key, None)


def groups(actor: Actor, institution: Institution) -> list[Group]:
    """Everything that waits for the actor, by what there is to do: the most urgent group first, in it the latest first.

    A provider that fails harms no other: its group says so.
    """
    day, found = timezone.localdate(), []
    for one in sorted(_offers.values(), key=lambda one: (one.order, one.key)):
        try:
            rows = list(one.provider(actor, institution))
        except Exception:
            log.exception("What waits could not be asked of %s", one.key)
            found.append(Group(one.key, one.title, one.icon, failed=True))
            continue
        if rows:
            told = sorted(((row.urgent_on(day), row) for row in rows), key=_place)
            rest = sum(row.count for _urgency, row in told[MOST:])
            found.append(Group(one.key, one.title, one.icon, told[:MOST], rest))
    return sorted(found, key=lambda group: _place(group.rows[0])[0] if group.rows else len(URGENCIES))


def _place(told: tuple[str, Waiting]) -> tuple[int, date, float, str]:
    urgency, row = told
    since = row.since.timestamp() if row.since else float("inf")
    return URGENCIES.index(urgency), row.due or date.max, since, row.title


def total(actor: Actor, institution: Institution) -> int:
    """How many things wait, asked anew."""
    number = 0
    for one in _offers.values():
        try:
            if one.count is not None:
                number += one.count(actor, institution)
            else:
                number += sum(row.count for row in one.provider(actor, institution))
        except Exception:
            log.exception("What waits could not be counted by %s", one.key)
    return number


def badge(actor: Actor, institution: Institution) -> int | None:
    """The number beside the inbox in the navigation, at most half a minute old; nothing where nothing waits.

    Every page shows it, so it is kept: :func:`forget` drops it where something just changed for that person.
    """
    if actor is None or actor.user is None:
        return None
    key = _key(actor.user.pk, institution.pk)
    known = cache.get(key)
    if known is None:
        known = total(actor, institution)
        cache.set(key, known, KEPT_SECONDS)
    return known or None


def keep(actor: Actor, institution: Institution, number: int) -> None:
    """The inbox has just counted: let the badge say the same."""
    if actor.user is not None:
        cache.set(_key(actor.user.pk, institution.pk), number, KEPT_SECONDS)


def forget(user_id: int, institution_id: int) -> None:
    """What waits for this person has changed: count again on the next page."""
    key = _key(user_id, institution_id)
    cache.delete(key)
    # Once more when it is true for everybody: who counted meanwhile has kept the old number.
    transaction.on_commit(lambda: cache.delete(key))


def _key(user_id: int, institution_id: int) -> str:
    return f"waiting:{institution_id}:{user_id}"
