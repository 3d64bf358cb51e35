"""Freezing a large register, and two of its releases beside each other."""

from __future__ import annotations

from itertools import count as numbers
from typing import Any

from bench import register, scene
from bench.harness import Result, compare


def bench_release(quick: bool) -> list[Result]:
    """A release against the bare INSERT … SELECT of its items; comparing two against reading which revisions they name."""
    elements = register.size(quick)
    relations = register.filled(elements)
    place, _units = scene.institution()
    from django.db import connection, transaction

    from pendapa.architecture.models import Release, ReleaseItem
    from pendapa.architecture.queries import comparing
    from pendapa.architecture.releasing import create_release
    from pendapa.architecture.rules.moments import moment
    from pendapa.kernel.access.actor import system

    codes = numbers(1)

    def empty() -> None:
        ReleaseItem.objects.all()._raw_delete("default")
        Release.objects.all()._raw_delete("default")

    def floor() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            made = Release.objects.create(
                institution=place, code=f"Lantai {next(codes)}", created_at=_now()
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO architecture_releaseitem (release_id, target_type, target_uid, revision_id) "
                "SELECT %s, r.target_type, r.target_uid, r.id FROM kernel_revision r "
                "JOIN kernel_changeset s ON s.id = r.change_set_id WHERE s.institution_id = %s "
                "AND r.recorded_to IS NULL AND r.verb <> 'delete' AND r.target_type IN ('element', 'relation')",
                [made.pk, place.pk],
            )

    def release() -> None:
        create_release(system(), place, code=f"Rilis {next(codes)}")

    rounds = 3
    told = f"{elements} + {relations}"
    made = compare(
        f"release of {told} / INSERT … SELECT",
        floor=floor, ours=release, limit=5, rounds=rounds, before=empty,
    )  # fmt: skip
    empty()
    first = create_release(system(), place, code="A 1")
    _change(place, elements // 100)
    second = create_release(system(), place, code="A 2")
    before, after = moment(f"rilis-{first.code}"), moment(f"rilis-{second.code}")
    assert before is not None and after is not None

    def read() -> None:
        with connection.cursor() as cursor:
            for one in (first, second):
                cursor.execute(
                    "SELECT target_type, target_uid, revision_id FROM architecture_releaseitem WHERE release_id = %s",
                    [one.pk],
                )
                cursor.fetchall()

    def beside() -> None:
        found = comparing.compare(system(), place, before, after)
        if found.total != elements // 100:
            raise RuntimeError(f"{found.total} differ, {elements // 100} should.")

    compared = compare(
        f"comparing two releases of {told} / reading them", floor=read, ours=beside, limit=5, rounds=rounds
    )
    empty()
    return [made, compared]


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _change(place: Any, many: int) -> None:
    """Write another name into some elements of the register."""
    from pendapa.architecture.models import Element
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    rows = list(Element.objects.filter(institution=place, deleted_at=None, code__startswith="P-")[:many])
    for row in rows:
        row.name += " baru"
        row.derive()
    history.write(system(), place, "edit", history.Writes(change=list(rows)))
