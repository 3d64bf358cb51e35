"""The decorator every officers' page goes through."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from pendapa.kernel.access.actor import Actor, institution_for, institution_of
from pendapa.kernel.tenancy.models import Institution


class PageRequest(HttpRequest):
    """A request after the door: for type checkers."""

    actor: Actor
    institution: Institution


View = Callable[..., HttpResponse]


def page(permission: str, *, platform: bool = False) -> Callable[[View], View]:
    """Officers' page: sign in first, hold a role in the institution, hold ``permission`` somewhere in it.

    The view receives ``request`` with ``actor`` and ``institution`` set; the address' code is taken away. ``platform``: who
    runs the installation comes in as well; that grants nothing else, so the view must ask for what it shows.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, institution: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor.is_anonymous:
                return _to_sign_in(request)
            if platform and request.actor.runs_platform:
                request.institution = institution_of(institution)
            else:
                request.institution = institution_for(request.actor, institution)
                request.actor.require(permission, request.institution)
            request.actor.here = request.institution
            return view(request, *args, **kwargs)

        inner.permission = permission  # type: ignore[attr-defined]
        return inner

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to sign in and back here; a part of a page that lost its session sends the whole page."""
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(back).url})
    return redirect_to_login(request.get_full_path())
