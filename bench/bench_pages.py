"""Pages over many elements, against the server's empty signed-in page plus the same SQL bare."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from bench import scene
from bench.harness import Result, compare


@cache
def _hall(count: int) -> Any:
    """A signed-in client over ``count`` elements; the empty page stands at ``/kosong/<institution>/``."""
    scene.institution()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from pendapa.architecture.models import Element
    from pendapa.architecture.registered import _element_text
    from pendapa.kernel.search.models import SearchEntry

    settings.ROOT_URLCONF = "bench.hall"
    settings.ALLOWED_HOSTS = ["testserver"]
    rows = scene.made(count, "P", seed=2)
    Element.objects.bulk_create(rows, batch_size=2000)
    SearchEntry.objects.bulk_create(
        (
            SearchEntry(
                institution=row.institution, target_type="element", target=row.pk, text=_element_text(row)
            )
            for row in rows
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(scene.person(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _get(client: Any, address: str) -> Callable[[], None]:
    def call() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return call


def _sql_of(client: Any, address: str) -> list[tuple[str, Any]]:
    """The statements a page runs, with their parameters."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        _get(client, address)()
    return seen


def _measured(name: str, address: str, quick: bool, client: Any) -> Result:
    from django.db import connection

    _get(client, address)()
    empty = "/kosong/bench/"
    _get(client, empty)()
    own = _sql_of(client, address)
    for statement in _sql_of(client, empty):
        if statement[0] in [sql for sql, _ in own]:
            own.pop([sql for sql, _ in own].index(statement[0]))

    def floor() -> None:
        _get(client, empty)()
        for sql, params in own:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    note = f"{len(own)} own statements"
    return compare(
        name, floor=floor, ours=_get(client, address), limit=2, rounds=15 if quick else 31, warm=3, note=note
    )


def bench_pages(quick: bool) -> list[Result]:
    """List of 50, detail and search among 100,000 elements (20,000 when quick): at most twice."""
    count = 20_000 if quick else 100_000
    client = _hall(count)
    from pendapa.architecture.models import Element

    uid = Element.objects.filter(code=f"P-{count // 2:06d}").values_list("uid", flat=True).get()
    base = "/di/bench/arsitektur/"
    pages = {
        "list of 50": f"{base}?domain=applications",
        "detail": f"{base}{uid}/",
        "search": f"{base}?domain=applications&q=kesehatan+pegawai",
    }
    return [
        _measured(f"{name} among {count} / empty page + SQL", path, quick, client)
        for name, path in pages.items()
    ]
