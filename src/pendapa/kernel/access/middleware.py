"""Puts ``request.actor`` there, lazily: a public page costs no look-up. A key of a program is looked at first of all."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from pendapa.kernel.access import actor, bearer


class ActorMiddleware:
    """``request.actor`` (who acts) and ``request.institution`` (set by :func:`pendapa.kernel.access.pages.page`).

    Keys open the API alone: elsewhere the header is not looked at. Where one is shown, no cookie counts, and so no CSRF
    token is asked for; a key that does not hold ends the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.institution = None  # type: ignore[attr-defined]
        key = bearer.shown(request)
        if key is None:
            request.actor = SimpleLazyObject(lambda: _of(request))  # type: ignore[attr-defined]
            return self.get_response(request)
        found = bearer.actor_of(request, key)
        if found is None:
            return bearer.refusal(request)
        request.actor = found  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


def _of(request: HttpRequest) -> actor.Actor:
    user = request.user
    return actor.of(user) if user.is_authenticated else actor.PUBLIC
