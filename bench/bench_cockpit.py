"""The leader's cockpit of 40 OPD with 2,000 initiatives and 20,000 actions, against an empty page plus the same SQL bare."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from bench import scene
from bench.harness import Result, compare, watched
from bench.roadmap import roadmap_scene

CODE, OPD = "kokpit", 40
INITIATIVES, ACTIONS, ELEMENTS, COMMITMENTS = 2_000, 20_000, 2_000, 120
LIMIT = 3.0
PART = 2_000


def bench_cockpit(quick: bool) -> Result:
    """One page in a fixed number of queries from live tables: at most three times its own SQL beside an empty page."""
    share = 2 if quick else 1  # with less of it the page is mostly its frame
    client = _client(share)
    page, empty = f"/di/{CODE}/kokpit/", f"/kosong/{CODE}/"

    def get(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    get(page)
    get(empty)
    own = watched(lambda: get(page))
    for statement in watched(lambda: get(empty)):
        same = [sql for sql, _params in own]
        if statement[0] in same:
            own.pop(same.index(statement[0]))
    return compare(
        f"cockpit, {INITIATIVES // share} initiatives, {ACTIONS // share} actions / empty page + SQL",
        floor=lambda: _bare(own, lambda: get(empty)),
        ours=lambda: get(page),
        limit=LIMIT,
        rounds=9 if quick else 15,
        warm=2,
        note=f"{len(own)} own statements",
    )


def _bare(statements: list[tuple[str, Any]], empty: Any) -> None:
    from django.db import connection

    empty()
    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def _client(share: int) -> Any:
    place = _filled(share)
    from django.conf import settings
    from django.test import Client

    from pendapa.kernel.tenancy.models import Assignment, User

    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "bench.hall", ["testserver"]
    user = User.objects.create_user("sekda@kokpit.example", "Sekda", "tidak-dipakai")
    Assignment.objects.create(user=user, institution=place, role="sekda")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@cache
def _filled(share: int) -> Any:
    """An institution of its own, so that other benches stay what they are."""
    scene.database()
    from django.db import connection

    from pendapa.kernel.tenancy.actions import create_institution
    from pendapa.kernel.tenancy.models import Unit

    place = create_institution(CODE, "Kabupaten Kokpit", "kabupaten")
    units = [Unit(institution=place, code=f"{n:02d}", name=f"Dinas Nomor {n}") for n in range(OPD)]
    for unit in units:
        unit.derive()
    _write(place, units)
    _elements(place, units, ELEMENTS // share)
    roadmap_scene(place, INITIATIVES // share, ACTIONS // share)
    _promises(place, units, COMMITMENTS // share)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return place


def _write(place: Any, rows: list[Any]) -> None:
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    parts = (history.Writes(add=rows[at : at + PART]) for at in range(0, len(rows), PART))
    history.write(system(), place, "import", parts)


def _elements(place: Any, units: list[Any], count: int) -> None:
    rows = scene.made(count, "K", seed=5)
    for number, row in enumerate(rows):
        row.institution, row.unit = place, units[number % OPD]
    _write(place, rows)


def _promises(place: Any, units: list[Any], count: int) -> None:
    """Commitments in the middle of their year, each with a milestone that is late and one to come."""
    from django.utils import timezone

    from pendapa.roadmap.models import Commitment, Milestone

    today, now = timezone.localdate(), timezone.now()
    promises = [
        Commitment(
            institution=place, unit=units[n % OPD], title=f"Komitmen {n}", text="Kami berkomitmen.", created_at=now,
            starts_on=date(today.year, 1, 1), ends_on=date(today.year, 12, 31), state="approved", approved_hash="a" * 64,
        )
        for n in range(count)
    ]  # fmt: skip
    _write(place, promises)
    _write(place, [
        Milestone(
            institution=place, commitment=one, place=step, text=f"Tonggak {step}",
            due=today + timedelta(days=30 * step - 45), done_on=today if step == 0 else None,
        )
        for one in promises
        for step in range(4)
    ])  # fmt: skip
