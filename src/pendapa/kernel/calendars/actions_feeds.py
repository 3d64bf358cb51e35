"""Verbs of feeds: make one, revoke one, remember that it was read. The only writers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.calendars import feeds, queries_feeds
from pendapa.kernel.calendars.models import Feed
from pendapa.kernel.calendars.permissions import HOLIDAYS
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.models import Institution, User

MOST = 10
"""Feeds of one person in an institution."""
AN_HOUR = 60
"""Readings of one feed in an hour; calendar programs ask a few times a day."""


class TooOften(Exception):
    """This feed was read too often within an hour."""


@dataclass(frozen=True)
class Made:
    """A new feed with its secret, which is told this once."""

    feed: Feed
    secret: str


def make(actor: Actor, institution: Institution, unit: UUID | None = None) -> Made:
    """A feed of what is due for the person, or for an OPD. Raises :class:`Refused`, NotFound."""
    actor.require(HOLIDAYS, institution)
    if actor.user is None or actor.token is not None:
        raise NotFound
    chosen = None
    if unit is not None:
        chosen = next((one for one in queries_feeds.units(actor, institution) if one.uid == unit), None)
        if chosen is None:
            raise Refused(_("Choose an agency in which you hold a role."))
    secret = feeds.new_secret()
    with transaction.atomic():
        # One after the other: else two tabs could make more than there may be.
        User.objects.select_for_update(no_key=True).filter(pk=actor.user.pk).values_list("pk").first()
        if queries_feeds.own(actor, institution).count() >= MOST:
            raise Refused(
                _("You have %(most)s calendar addresses already. Revoke one first.") % {"most": MOST}
            )
        row = Feed.objects.create(
            institution=institution, user=actor.user, unit=chosen, digest=feeds.digest_of(secret),
            created_at=timezone.now(),
        )  # fmt: skip
    return Made(row, secret)


def revoke(actor: Actor, institution: Institution, number: int) -> Feed:
    """End a feed: its address answers as if it had never been. Raises NotFound for one of somebody else."""
    row = queries_feeds.own(actor, institution).filter(pk=number).first()
    if row is None:
        raise NotFound
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    return row


def read(feed: Feed) -> None:
    """The feed is read now. Raises :class:`TooOften`."""
    key = f"calendar-feed:{feed.pk}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, 3600)
    try:
        count = cache.incr(key)
    except ValueError:
        count = 1  # it fell out of the cache between the two
    if count > AN_HOUR:
        raise TooOften
    Feed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
