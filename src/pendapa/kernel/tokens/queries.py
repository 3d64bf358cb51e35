"""The keys of a person, as its own page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tokens import scopes
from pendapa.kernel.tokens.models import ApiToken


@dataclass(frozen=True)
class Key:
    """A key with what it may do in words; ``state`` is holds, expired or revoked."""

    token: ApiToken
    may: list[str]
    state: str


def own(actor: Actor) -> list[Key]:
    """The actor's keys, newest first; the 200 newest."""
    if actor.user is None:
        return []
    rows = ApiToken.objects.filter(user=actor.user).select_related("institution").order_by("-pk")[:200]
    return [Key(row, [scopes.label(one) for one in row.scopes], _state(row)) for row in rows]


def _state(token: ApiToken) -> str:
    if token.revoked_at:
        return "revoked"
    return "holds" if token.expires_at > timezone.now() else "expired"
