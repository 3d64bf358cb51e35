"""Every address of the product: pages from the URL table, operations from the API's own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST")


class Route(NamedTuple):
    """One thing that can be asked: ``name`` is what the expectation file calls it; ``template`` has ``{parameters}``."""

    name: str
    method: str
    template: str
    parameters: tuple[str, ...]


def pages() -> Iterator[Route]:
    """Pages answer GET, POST or both; the expectation file says which are closed (405)."""
    for name, template, parameters in _walk(get_resolver().url_patterns, "", ()):
        for method in METHODS:
            yield Route(name, method, template, parameters)


def _walk(
    patterns: list[Any], before: str, names: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for pattern in patterns:
        text = _template(pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "api":
                continue
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from _walk(pattern.url_patterns, before + text, inner)
        elif isinstance(pattern, URLPattern):
            whole = before + text
            yield ":".join((*names, pattern.name or f"unnamed {whole}")), f"/{whole}", _parameters(whole)


def _template(pattern: Any) -> str:
    """``<str:institution>/`` → ``{institution}/``; the language prefix is empty for Indonesian."""
    route = getattr(pattern.pattern, "_route", None)
    if route is None:
        return ""
    parts = []
    for piece in str(route).split("<"):
        inner, closing, rest = piece.partition(">")
        parts.append(f"{{{inner.rpartition(':')[2]}}}{rest}" if closing else piece)
    return "".join(parts)


def _parameters(template: str) -> tuple[str, ...]:
    return tuple(piece.partition("}")[0] for piece in template.split("{")[1:])


def operations() -> Iterator[Route]:
    """Operations of the public API, as its OpenAPI description tells them."""
    from pendapa.api.assembly import api

    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield Route(f"api {path}", method.upper(), path, _parameters(path))


def all_routes() -> list[Route]:
    return sorted({*pages(), *operations()})
