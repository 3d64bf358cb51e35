"""``Idempotency-Key``: a request that comes again gets the answer of the first, and is done once.

After the draft "The Idempotency-Key HTTP Header Field" of the IETF. Answers are kept for a day; failures of ours are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.access.rest import Problem
from pendapa.kernel.tokens.models import IdempotencyKey

KEEP = timedelta(hours=24)
ABANDONED = timedelta(minutes=10)
"""A first request that takes longer has died with its process."""
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(request: HttpRequest, actor: Actor, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """``answer(request)``, or the answer kept for the same request with the same key."""
    key = request.headers.get("Idempotency-Key")
    if key is None or actor.user is None:
        return answer(request)
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        told = _("An Idempotency-Key has 1 to %(most)d characters.") % {"most": LONGEST}
        raise Problem(400, "Bad request", told)
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
    mine = {"user": actor.user, "key": key}
    wanted = _digest(request, actor)
    IdempotencyKey.objects.filter(**mine, status=0, created_at__lt=timezone.now() - ABANDONED).delete()
    try:
        with transaction.atomic():
            kept = IdempotencyKey.objects.create(**mine, request=wanted)
    except IntegrityError:
        return _again(IdempotencyKey.objects.filter(**mine).first(), wanted)
    done = False
    try:
        response = answer(request)
        done = response.status_code < 500
    finally:
        if not done:
            kept.delete()
    if done:
        kept.status, kept.body = response.status_code, bytes(response.content)
        kept.headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
        kept.save()
    return response


def _digest(request: HttpRequest, actor: Actor) -> str:
    """Method, address, key of the program, what it read, and body."""
    parts = (request.method, request.get_full_path(), actor.token, request.headers.get("If-Match"))
    return hashlib.sha256(repr(parts).encode() + b"\n" + request.body).hexdigest()


def _again(kept: IdempotencyKey | None, wanted: str) -> HttpResponse:
    if kept is None or (kept.request == wanted and not kept.status):
        raise Problem(
            409, "Conflict", _("The first request with this key is still at work. Ask again in a moment.")
        )
    if kept.request != wanted:
        told = _("This Idempotency-Key was used for another request. Take a new key for each new request.")
        raise Problem(422, "Unprocessable", told)
    response = HttpResponse(bytes(kept.body), status=kept.status)
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response
