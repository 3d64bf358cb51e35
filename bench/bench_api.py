"""The API over a large register: a page of the list, and many elements at once."""

from __future__ import annotations

from typing import Any

from bench import register, scene
from bench.harness import Result, compare, watched

ALL = "/api/v1/institutions/bench/elements"


def bench_api_list(quick: bool) -> Result:
    """A page of 50 against an empty answer behind the same door (session, person, roles, institution), the bare query, and
    orjson of what it answers: at most 3 times. The note tells the ratio to query and orjson without any request."""
    count = register.size(quick)
    register.filled(count)
    client = register.client()
    import orjson
    from django.db import connection

    address, empty = f"{ALL}?domain=applications&limit=50", "/api/v1/institutions/bench/kosong"

    def get(path: str) -> bytes:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return bytes(answer.content)

    def ours() -> None:
        get(address)

    plain = orjson.loads(get(address))
    sql, params = watched(ours)[-1]

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()
        orjson.dumps(plain)

    def floor() -> None:
        get(empty)
        bare()

    rounds = 15 if quick else 31
    alone = compare("", floor=bare, ours=ours, limit=0, rounds=rounds, warm=3, inner=5)
    name = f"API list of 50 among {count} / empty answer + SQL + orjson"
    note = f"{alone.ratio:.1f} × SQL + orjson alone ({alone.floor_ms:.2f} ms)"
    return compare(name, floor=floor, ours=ours, limit=3, rounds=rounds, warm=3, inner=5, note=note)


def bench_api_bulk(quick: bool) -> list[Result]:
    """5,000 rows (2,000 when quick) in one request, made and then changed, against ``bulk_create`` of the same rows in one transaction."""
    register.filled(register.size(quick))
    client = register.client()
    import orjson
    from django.db import transaction

    from pendapa.architecture.models import Element

    rows = scene.made(2000 if quick else 5000, "F")
    bodies = {text: orjson.dumps({"rows": [_row(row, text) for row in rows]}) for text in ("made", "changed")}

    def send(text: str, result: str) -> None:
        answer = client.put(f"{ALL}/bulk", data=bodies[text], content_type="application/json")
        if answer.status_code != 200 or answer.json()[result] != len(rows):
            raise RuntimeError(f"Bulk answered {answer.status_code}: {answer.content[:500]!r}")

    def empty() -> None:
        scene.clear("B", "F")
        for row in rows:
            row.pk, row._state.adding = None, True

    def there() -> None:
        empty()
        send("made", "created")

    def floor() -> None:
        with transaction.atomic():
            Element.objects.bulk_create(rows)

    rounds = 3 if quick else 5
    try:
        made = compare(
            f"bulk API, {len(rows)} new rows / bulk_create",
            floor=floor, ours=lambda: send("made", "created"), limit=6, rounds=rounds, before=empty,
        )  # fmt: skip
        changed = compare(
            f"bulk API, {len(rows)} changed rows / bulk_create",
            floor=floor, ours=lambda: send("changed", "changed"), limit=12, rounds=rounds, before=there,
        )  # fmt: skip
    finally:
        empty()
    return [made.with_rate(len(rows)), changed.with_rate(len(rows))]


def _row(element: Any, text: str) -> dict[str, Any]:
    return {
        "domain": element.domain,
        "code": f"B-{element.code}",
        "name": element.name,
        "unit": element.unit.code,
        "attributes": element.attributes | {"uraian": text},
    }
