"""Webhooks of an institution and what was sent to them."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.webhooks.models import Delivery, Webhook
from pendapa.kernel.webhooks.permissions import MANAGE

SHOWN = 50
KEPT_SECONDS = 30


def all_of(actor: Actor, institution: Institution) -> QuerySet[Webhook]:
    """Those that the actor may manage, by name."""
    found = Webhook.objects.filter(institution=institution).order_by("name", "pk")
    return found if actor.scope(MANAGE, institution).everything else found.none()


def one(actor: Actor, institution: Institution, uid: UUID | str) -> Webhook:
    """One webhook. Raises :class:`NotFound`."""
    found = all_of(actor, institution).select_related("institution").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def deliveries(webhook: Webhook) -> list[Delivery]:
    """The newest messages."""
    return list(webhook.deliveries.order_by("-pk")[:SHOWN])


def disabled(actor: Actor, institution: Institution) -> int | None:
    """How many were given up by themselves: a number for the navigation, on every page and at most half a minute old."""
    if not actor.scope(MANAGE, institution).everything:
        return None
    key = _disabled_key(institution.pk)
    known: int | None = cache.get(key)
    if known is None:
        known = all_of(actor, institution).filter(failures__gt=0).exclude(disabled_at=None).count()
        cache.set(key, known, KEPT_SECONDS)
    return known or None


def forget_disabled(institution_id: int) -> None:
    """Somebody switched one on or off, or took it away: count again on the next page."""
    cache.delete(_disabled_key(institution_id))


def _disabled_key(institution_id: int) -> str:
    return f"webhooks-given-up:{institution_id}"
