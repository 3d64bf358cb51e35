"""What leaders look at: an institution with 40 OPD, 2,000 initiatives with 20,000 actions, elements and commitments."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from bench import scene
from bench.roadmap import roadmap_scene

CODE, OPD = "kokpit", 40
INITIATIVES, ACTIONS, ELEMENTS, COMMITMENTS = 2_000, 20_000, 2_000, 120
PART = 2_000


@cache
def client(share: int) -> Any:
    """The leader, signed in, with the addresses of the product and an empty page."""
    place = filled(share)
    from django.conf import settings
    from django.test import Client

    from pendapa.kernel.tenancy.models import Assignment, User

    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "bench.hall", ["testserver"]
    user = User.objects.create_user("sekda@kokpit.example", "Sekda", "tidak-dipakai")
    Assignment.objects.create(user=user, institution=place, role="sekda")
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@cache
def filled(share: int) -> Any:
    """An institution of its own, so that other benches stay what they are; ``share`` 2 makes half of it."""
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
