"""Puts ``request.actor`` there, lazily: a public page costs no look-up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from pendapa.kernel.access import actor


class ActorMiddleware:
    """``request.actor`` (who acts) and ``request.institution`` (set by :func:`pendapa.kernel.access.pages.page`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _of(request))  # type: ignore[attr-defined]
        request.institution = None  # type: ignore[attr-defined]
        return self.get_response(request)


def _of(request: HttpRequest) -> actor.Actor:
    user = request.user
    return actor.of(user) if user.is_authenticated else actor.PUBLIC
