"""What holds for every request to the API: its language, the CSRF token of a browser, requests that come twice, and one
shape for whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from pendapa.api import idempotency
from pendapa.kernel.access.rest import Problem, not_found

API = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# It changes nothing and reads nothing of the session: whoever asks may.
OPEN = frozenset({"/api/v1/score"})
MOST_WORDS = {400: "Bad request", 403: "Forbidden", 405: "Method not allowed"}


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        # An address of the API names no language: the request does (Accept-Language), else it is Indonesian.
        translation.activate(translation.get_language_from_request(request))
        try:
            return _in_shape(self._answer(request))
        except Problem as problem:
            return problem.answer()

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or request.path in OPEN:
            return self.get_response(request)
        actor = request.actor  # type: ignore[attr-defined]
        if actor.is_anonymous:
            return self.get_response(request)
        if actor.scopes is None and check_csrf(request) is not None:
            raise Problem(
                403,
                "Forbidden",
                _(
                    "A browser that is signed in must send the CSRF token (X-CSRFToken). Programs use a key instead."
                ),
            )
        try:
            request.body  # noqa: B018  (read here, where it can be refused; it is kept)
        except RequestDataTooBig as big:
            raise Problem(
                413, "Content too large", _("The body is larger than 8 MB. Send it in parts.")
            ) from big
        except UnreadablePostError as broken:
            raise Problem(400, "Bad request", _("The body ended early.")) from broken
        return idempotency.once(request, actor, self.get_response)


def _in_shape(response: HttpResponse) -> HttpResponse:
    """What Django itself answered, in the shape of all problems; 404 is one body whoever says it."""
    if response.status_code == 404:
        return not_found()
    plain = not response.get("Content-Type", "").startswith("application/")
    if response.status_code in MOST_WORDS and plain:
        title = MOST_WORDS[response.status_code]
        headers = {"Allow": response["Allow"]} if response.has_header("Allow") else {}
        return Problem(response.status_code, title, title, headers=headers).answer()
    return response
