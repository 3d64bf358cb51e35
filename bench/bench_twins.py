"""Twins of a large register: all compared, and what a page waits after one change."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench import scene
from bench.harness import Result

if TYPE_CHECKING:
    from pendapa.kernel.tenancy.models import Institution, Unit

COUNT, QUICK = 5_000, 800
WHOLE, CHANGE = 60, 1
"""Seconds, on 2 cores."""


def bench_twins(quick: bool) -> list[Result]:
    """5,000 applications of 40 OPD compared whole, then one changed and its groups told, as a page asks for them."""
    count = QUICK if quick else COUNT
    place, units = _place()
    _fill(place, units, count)
    from pendapa.architecture import actions, deciding_twins
    from pendapa.architecture.models import Element
    from pendapa.architecture.queries import twin_groups as queries
    from pendapa.kernel.access.actor import system

    whole = _seconds(lambda: deciding_twins.compare(place))
    first = _seconds(lambda: queries.twins(system(), place, "all"))
    waits = []
    for n in range(5):
        row = Element.objects.select_related("unit", "institution").get(institution=place, code=f"K-{n:06d}")
        actions.change_element(system(), row, version=row.version, name=f"Sistem Antrean Loket {n}")
        waits.append(_seconds(lambda: queries.twins(system(), place, "all")))
    groups = len(queries.twins(system(), place, "all"))
    told = f"seconds; {groups} groups"
    return [
        Result(f"twins: {count} applications compared", whole, WHOLE, 0, whole * 1000, told),
        Result("twins: read by another process", first, 3, 0, first * 1000, "seconds"),
        Result("twins: after one change", max(waits), CHANGE, 0, max(waits) * 1000, "seconds, worst of 5"),
    ]


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _place() -> tuple[Institution, list[Unit]]:
    scene.database()
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history
    from pendapa.kernel.tenancy.actions import create_institution
    from pendapa.kernel.tenancy.models import Unit

    place = create_institution("kembar", "Kabupaten Kembar", "kabupaten")
    units = [Unit(institution=place, code=f"{n:02d}", name=f"Dinas Nomor {n}") for n in range(40)]
    for unit in units:
        unit.derive()
    history.write(system(), place, "edit", history.Writes(add=list(units)))
    return place, units


def _fill(place: Institution, units: list[Unit], count: int) -> None:
    """Names and functions as inventories have them: one job of some, about one of many subjects."""
    from pendapa.architecture.models import Element
    from pendapa.architecture.rules.twins_words import PURPOSES
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    chance = random.Random(7)
    jobs = [purpose.label_id for purpose in PURPOSES]
    subjects = [
        f"{a}{b}"
        for a in ("mel", "ken", "caw", "dah", "seru", "wij")
        for b in ("ati", "anga", "aya", "ini", "oko")
    ]
    rows = []
    for n in range(count):
        job, one, two = chance.choice(jobs), chance.choice(subjects), chance.choice(subjects)
        name = f"{job} {one} {two}" if chance.random() < 0.3 else f"Aplikasi {one}{n % 97} {two}"
        row = Element(
            institution=place, unit=units[n % len(units)], domain="applications", kind="applications"
        )
        row.code, row.name = f"K-{n:06d}", name
        row.attributes = {"fungsi": " ".join([job, *chance.choices(scene.WORDS, k=8)]), "basis": ["web"]}
        row.derive()
        rows.append(row)
    history.write(system(), place, "import", history.Writes(add=list(rows)))
