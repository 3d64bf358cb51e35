"""Make and revoke keys of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.tokens import keys, scopes
from pendapa.kernel.tokens.models import ApiToken

LONGEST = 366
NAME_LIMIT = 120
MOST = 50


class Made(NamedTuple):
    """A new key. ``key`` is told this once and kept nowhere."""

    token: ApiToken
    key: str


def make(actor: Actor, institution: Institution, *, name: str, permissions: Iterable[str], days: int) -> Made:
    """A key of the actor's own for ``days`` (1 to 366), which may do ``permissions`` as far as the actor may.

    Raises :class:`NotFound` for who holds no role in ``institution`` or acts by a key already; :class:`Refused`.
    """
    user = actor.user
    if user is None or actor.scopes is not None or not actor.belongs(institution):
        raise NotFound
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refused(_("Give the key a name: which program will use it?"), "name")
    if len(name) > NAME_LIMIT:
        raise Refused(_("The name is longer than %(limit)d characters.") % {"limit": NAME_LIMIT}, "name")
    wanted = set(permissions)
    if not wanted:
        raise Refused(_("Choose at least one thing that the key may do."), "permissions")
    beyond = wanted - scopes.held(actor, institution)
    if beyond:
        told = ", ".join(sorted(scopes.label(one) for one in beyond))
        raise Refused(_("You do not hold this yourself: %(what)s.") % {"what": told}, "permissions")
    if not 1 <= days <= LONGEST:
        raise Refused(_("A key holds from 1 to %(most)d days.") % {"most": LONGEST}, "days")
    now = timezone.now()
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise Refused(_("You have %(most)d keys that hold. Revoke one first.") % {"most": MOST})
    key = keys.new()
    token = ApiToken.objects.create(
        institution=institution,
        user=user,
        name=name,
        prefix=key[: keys.TOLD],
        digest=keys.digest(key),
        scopes=sorted(wanted),
        expires_at=now + timedelta(days=days),
    )
    return Made(token, key)


def revoke(actor: Actor, uid: UUID | str) -> ApiToken:
    """End a key of the actor's own, at once and for good."""
    found = ApiToken.objects.filter(user=actor.user, uid=uid).first() if actor.user else None
    if found is None or actor.scopes is not None:
        raise NotFound
    if found.revoked_at is None:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    return found
