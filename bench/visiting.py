"""A page of the product against the least that a page can be: the signed-in page with nothing in it, plus its own SQL bare."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bench.harness import Result, compare, watched


def visit(client: Any, address: str) -> Callable[[], None]:
    """A call that gets an address, and fails where it is not answered."""

    def call() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return call


def against_empty(
    name: str, client: Any, address: str, empty: str, *, limit: float, rounds: int, warm: int
) -> Result:
    """The ratio of the page at ``address`` to the one at ``empty`` with the statements that only the first one runs."""
    page, frame = visit(client, address), visit(client, empty)
    page()
    frame()
    own = watched(page)
    for statement in watched(frame):
        same = [sql for sql, _params in own]
        if statement[0] in same:
            own.pop(same.index(statement[0]))

    def floor() -> None:
        frame()
        run(own)

    return compare(
        name, floor=floor, ours=page, limit=limit, rounds=rounds, warm=warm, note=f"{len(own)} own statements"
    )


def run(statements: Iterable[tuple[str, Any]]) -> None:
    """Statements with their parameters, bare; every row is fetched."""
    from django.db import connection

    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
