"""Programs at the door of the API: ``Authorization: Bearer pdp_…`` and what answers a key that does not hold."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access import actor
from pendapa.kernel.access.sign_in import counted_address
from pendapa.kernel.tokens import keys
from pendapa.kernel.tokens.models import ApiToken

API = "/api/"
OF_AN_INSTITUTION = re.compile(r"/api/v[0-9]+/institutions/([^/]+)")
USED = timedelta(minutes=1)
"""The last use of a key is written at most that often."""
WRONG, WITHIN = 20, 15 * 60
"""That many wrong keys from one address within so many seconds are answered 401; what follows, 429."""


def shown(request: HttpRequest) -> str | None:
    """The key that a request to the API shows; ``None`` where it shows none, whatever else it brings."""
    if not request.path.startswith(API):
        return None
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def actor_of(request: HttpRequest, key: str) -> actor.Actor | None:
    """Who acts by this key, narrowed to its institution and scopes; ``None`` for a key that does not hold here.

    Wrong, expired, revoked, of somebody who left, or of another institution than that of the address: all the same.
    """
    found = _token(key)
    if found is None or not found.user.is_active:
        return None
    asked = OF_AN_INSTITUTION.match(request.path)
    if asked and asked[1].casefold() != found.institution.code.casefold():
        return None
    person = actor.of(found.user)
    return actor.Actor(
        user=found.user,
        name=found.user.name,
        assignments=person.roles(found.institution),
        scopes=frozenset(found.scopes),
        token=found.pk,
    )


def _token(key: str) -> ApiToken | None:
    now = timezone.now()
    if not keys.looks_right(key):
        return None
    live = ApiToken.objects.select_related("user", "institution").filter(
        digest=keys.digest(key), revoked_at=None, expires_at__gt=now
    )
    found = live.first()
    if found is not None and (found.last_used_at is None or now - found.last_used_at >= USED):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def refusal(request: HttpRequest) -> HttpResponse:
    """One answer for every key that does not hold; who tries many waits."""
    counter = f"wrong-keys:{counted_address(request)}"
    cache.add(counter, 0, WITHIN)
    try:
        many = cache.incr(counter) > WRONG
    except ValueError:  # it ran out between the two
        many = False
    if many:
        what = _("Too many keys that do not hold came from this address. Wait a quarter of an hour.")
        answer = _problem(429, "Too many requests", what)
        answer["Retry-After"] = str(WITHIN)
        return answer
    what = _(
        "This key does not hold here: it is unknown, has expired, was revoked, or belongs to another institution. "
        "Make a new one under your account."
    )
    answer = _problem(401, "Unauthorized", what)
    answer["WWW-Authenticate"] = 'Bearer realm="Pendapa", error="invalid_token"'
    return answer


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    body = {"title": title, "status": status, "detail": detail, "errors": []}
    return JsonResponse(body, status=status, content_type="application/problem+json")
