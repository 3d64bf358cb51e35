"""The public API, put together from the rooms' routers. OpenAPI at ``/api/v1/openapi.json``."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

from pendapa import __version__

api = NinjaAPI(
    title="Pendapa",
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    description="Architecture, gaps, twins and index of a local government. What is not granted answers 404.",
)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """One body for absent and refused."""
    return api.create_response(request, {"detail": "Not found"}, status=404)


def assemble() -> None:
    """Add the rooms' routers (called once, when the addresses are loaded)."""
    from pendapa.architecture.api import router as architecture
    from pendapa.evaluation.api import router as evaluation
    from pendapa.organisation.api import router as organisation

    api.add_router("", organisation)
    api.add_router("", architecture)
    api.add_router("", evaluation)


assemble()
