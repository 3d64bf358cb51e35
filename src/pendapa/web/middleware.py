"""What no page should have to think about: a NUL sign, which no database text can hold; an address that only takes forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from pendapa.web.views import bad_request, form_only

NUL = "\0"


class NulMiddleware:
    """A NUL in the address leads nowhere (404); in the query or a form field it is refused (400). Cookies lose it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if NUL in value]:
            del request.COOKIES[name]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        # Here and not above: the language and the actor are known, so that the page is the ordinary one. Answered and not
        # raised: what is raised is written into the log with its traceback, as if the fault were ours.
        if NUL in request.path:
            raise Http404
        try:
            found = _holds_one(request.GET) or _holds_one(request.POST)
        except UnreadablePostError:  # the body ended early
            return bad_request(request)
        return bad_request(request) if found else None


class FormOnlyMiddleware:
    """Who reads an address that only takes a form, perhaps by loading a refused one again, is told so on a page (405)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        read = request.method == "GET" and not request.path.startswith("/api/")
        if response.status_code != 405 or not read or response.content:
            return response
        return form_only(request, response["Allow"])


def _holds_one(fields: QueryDict) -> bool:
    lists: Iterable[tuple[str, list[str]]] = fields.lists()
    return any(NUL in name or any(NUL in value for value in values) for name, values in lists)
