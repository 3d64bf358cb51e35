"""Reads of feeds: one's own, and the one behind a secret address with the rights that its owner has today."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.calendars import feeds
from pendapa.kernel.calendars.models import Feed
from pendapa.kernel.calendars.permissions import HOLIDAYS
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Opened:
    """A feed that holds, and for whom it is read."""

    feed: Feed
    actor: Actor


def own(actor: Actor, institution: Institution) -> QuerySet[Feed]:
    """The actor's feeds of an institution that hold, newest first."""
    if actor.user is None:
        return Feed.objects.none()
    rows = Feed.objects.filter(user=actor.user, institution=institution, ended_at=None)
    return rows.select_related("unit").order_by("-pk")


def opened(secret: str) -> Opened:
    """The feed of a secret; :class:`NotFound` for any other text, an ended one, and one whose owner or OPD is gone."""
    if not feeds.is_secret(secret):
        raise NotFound
    digest = feeds.digest_of(secret)
    found = (
        Feed.objects.select_related("institution", "user", "unit")
        .filter(digest=digest, ended_at=None)
        .first()
    )
    if found is None or not hmac.compare_digest(found.digest, digest) or not found.user.is_active:
        raise NotFound
    actor = access.of(found.user)
    if not actor.may(HOLIDAYS, found.institution) or (
        found.unit is not None and found.unit.deleted_at is not None
    ):
        raise NotFound
    actor.here = found.institution
    return Opened(found, actor)


def units(actor: Actor, institution: Institution) -> list[Unit]:
    """The OPD for which a person may make a feed: those in which it holds a role and all below them; all for who answers for
    the institution."""
    rows = Unit.objects.filter(institution=institution, deleted_at=None).order_by("path")
    within = Q(pk__in=[])
    for role in actor.roles(institution):
        if role.unit is None:
            return list(rows)
        within |= Q(path__startswith=role.unit.path)
    return list(rows.filter(within))
