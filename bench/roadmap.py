"""A roadmap as large as a province's: initiatives with money, partners and dependencies, their baseline, and actions.

Written in one change set, as an import would; every second initiative has two lines of money, every third waits for the one
before it, every fourth has a partner.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pendapa.kernel.history.actions import Writes
    from pendapa.kernel.tenancy.models import Institution
    from pendapa.roadmap.models import Roadmap

PART = 2000
CONTENTS = ("governance", "management", "services", "infrastructure", "applications", "security", "audit")
STATES = ("planned", "doing", "doing", "done", "planned", "postponed", "doing", "draft")
WORDS = (
    "Antrean",
    "Arsip",
    "Izin",
    "Jaringan",
    "Layanan",
    "Pusat data",
    "Penghubung",
    "Manajemen",
    "Audit",
    "Portal",
)


def roadmap_scene(
    institution: Institution, initiatives: int, actions: int, *, frozen: bool = True
) -> Roadmap:
    """A roadmap 2026–2030, set by decree and frozen, with so many initiatives and actions, spread over the units of the
    institution. The same each time. Where the institution has a roadmap of these years, it gets them besides its own."""
    from django.utils import timezone

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history
    from pendapa.kernel.tenancy.models import Unit
    from pendapa.roadmap.actions import baselines
    from pendapa.roadmap.models import Roadmap

    chance, now = random.Random(6), timezone.now()
    units = list(Unit.objects.filter(institution=institution, deleted_at=None).order_by("pk"))
    roadmap = Roadmap.objects.filter(institution=institution, first_year=2026, deleted_at=None).first()
    if roadmap is None:
        roadmap = Roadmap(
            institution=institution,
            title="Peta rencana 2026–2030",
            first_year=2026,
            last_year=2030,
            created_at=now,
        )
        history.write(system(), institution, "edit", history.Writes(add=[roadmap]))
    rows = [_initiative(institution, roadmap, units, n, chance, now) for n in range(initiatives)]
    history.write(system(), institution, "import", _parts(rows))
    history.write(system(), institution, "import", _parts(_below(institution, rows, units, chance)))
    history.write(system(), institution, "import", _parts(_actions(institution, rows, actions, chance, now)))
    if frozen:
        baselines.freeze(system(), roadmap, "Baku", "Perbup 52/2026", date(2026, 8, 14))
        roadmap.refresh_from_db()
        _move(institution, rows[::5])
    roadmap.state, roadmap.decree_number, roadmap.decree_on = "set", "Perbup 52/2026", "2026-08-14"
    history.write(system(), institution, "edit", history.Writes(change=[roadmap]))
    roadmap.refresh_from_db()
    return roadmap


def _initiative(
    place: Institution, roadmap: Roadmap, units: Sequence[Any], n: int, chance: random.Random, now: Any
) -> Any:
    from pendapa.roadmap.models import Initiative

    starts = date(2026, 1, 1) + timedelta(days=chance.randrange(1500))
    ends = min(starts + timedelta(days=chance.randrange(30, 700)), date(2030, 12, 31))
    return Initiative(
        institution=place, roadmap=roadmap, code=f"PR-{starts.year}-{n:04d}", content=CONTENTS[n % len(CONTENTS)],
        title=f"{chance.choice(WORDS)} {chance.choice(WORDS).lower()} {n}", unit=units[n % len(units)] if units else None,
        starts_on=starts, ends_on=ends, year=starts.year, state=STATES[n % len(STATES)], created_at=now,
        lifts=[{"instrument": "spbe-2020", "indicator": str(n % 47 + 1), "from": "2", "to": "3"}],
        cost=str(n % 90 * 1_000_000), targets={str(starts.year): {"target": "selesai", "done": ""}},
    )  # fmt: skip


def _below(place: Institution, rows: list[Any], units: Sequence[Any], chance: random.Random) -> list[Any]:
    from pendapa.roadmap.models import Budget, Dependency, InitiativePartner

    found: list[Any] = []
    for n, one in enumerate(rows):
        for year in (one.year, one.year + 1)[: 2 if n % 2 else 1]:
            amount = str(chance.randrange(10, 900) * 1_000_000)
            found.append(
                Budget(institution=place, initiative=one, year=year, planned=amount, budgeted=amount)
            )
        if n % 3 == 2:
            found.append(Dependency(institution=place, initiative=one, on=rows[n - 1]))
        if n % 4 == 3 and len(units) > 1:
            found.append(
                InitiativePartner(institution=place, initiative=one, unit=units[(n + 1) % len(units)])
            )
    return found


def _actions(place: Institution, rows: list[Any], count: int, chance: random.Random, now: Any) -> list[Any]:
    from pendapa.roadmap.models import Action

    states = [key for key, _label in Action.STATES]
    found: list[Any] = []
    for n in range(count if rows else 0):
        one = rows[n % len(rows)]
        found.append(
            Action(
                institution=place,
                initiative=one,
                title=f"Aksi {n}",
                unit=one.unit,
                state=states[n % 3],
                created_at=now,
                due=date(2026, 1, 1) + timedelta(days=chance.randrange(1800)),
            )
        )
    return found


def _move(place: Institution, rows: Sequence[Any]) -> None:
    """What has moved since the baseline: two months later."""
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    for row in rows:
        row.ends_on = min(row.ends_on + timedelta(days=61), date(2030, 12, 31))
    history.write(system(), place, "import", history.Writes(change=list(rows)))


def _parts(rows: list[Any]) -> Iterator[Writes]:
    from pendapa.kernel.history.actions import Writes, chunks

    for part in chunks(rows, PART):
        for row in part:  # now that what it belongs to has a key
            for name in ("initiative", "on"):
                if hasattr(row, f"{name}_id"):
                    setattr(row, name, getattr(row, name))
        yield Writes(add=list(part))
