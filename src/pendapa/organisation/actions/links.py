"""One-time links: one opens a new account, one accepts a role for an account that another institution made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.tenancy.models import Assignment, Institution, User
from pendapa.organisation import queries

SALT = "pendapa.organisation.accept"


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens that end with the password and with the roles they were made for: a link opens no more than it did then."""

    key_salt = "pendapa.organisation.links.LinkTokens"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        held = sorted(
            (one.pk, one.role, one.unit_id, str(one.valid_from), str(one.valid_to))
            for one in user.assignments.all()
            if one.accepted_at
        )
        return f"{super()._make_hash_value(user, timestamp)}{user.is_platform_admin}{held}"


tokens = LinkTokens()


def link_of(user: User) -> str:
    """The path of the one-time link: good until password or roles change, at most as long as PASSWORD_RESET_TIMEOUT."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    with override("id"):
        return reverse("account_link", args=[uid, tokens.make_token(user)])


def acceptance_of(user: User, waiting: list[Assignment]) -> str:
    """The path of the link by which a signed-in person accepts these roles."""
    token = signing.dumps({"user": user.pk, "roles": sorted(one.pk for one in waiting)}, salt=SALT)
    with override("id"):
        return reverse("accept_link", args=[token])


def begins_here(institution: Institution, user: User) -> bool:
    """Whether a role given now needs no acceptance: the person belongs here, or nobody has the account in hand yet."""
    held = any(one.institution_id == institution.pk and one.accepted_at for one in user.assignments.all())
    return held or is_fresh(user)


def is_fresh(user: User) -> bool:
    """An account without a password and without any role: new, or its older links end with the first role it gets."""
    held = any(one.accepted_at for one in user.assignments.all())
    return not held and not user.has_usable_password() and not user.is_platform_admin


def waiting_for(actor: Actor, token: str) -> QuerySet[Assignment]:
    """The roles that a link offers to the signed-in person; none when it is used, too old or for somebody else."""
    nothing = Assignment.objects.none()
    try:
        told = signing.loads(token, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return nothing
    if actor.user is None or told["user"] != actor.user.pk:
        return nothing
    waiting = Assignment.objects.filter(
        queries.not_over(), pk__in=told["roles"], user=actor.user, accepted_at=None
    )
    return waiting.select_related("institution", "unit").order_by("pk")


@transaction.atomic
def accept(actor: Actor, token: str) -> list[Assignment]:
    """The signed-in person takes the roles of a link. Raises :class:`NotFound` where there are none."""
    taken = list(waiting_for(actor, token).select_for_update(of=("self",)))
    if not taken:
        raise NotFound
    Assignment.objects.filter(pk__in=[one.pk for one in taken]).update(accepted_at=timezone.now())
    for institution in sorted({one.institution_id for one in taken}):
        bus.emit("people.accepted", institution_id=institution, user_id=taken[0].user_id)
    return taken
