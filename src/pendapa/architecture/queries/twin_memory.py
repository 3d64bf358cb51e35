"""What the last comparison of all applications left, as it is kept in the database and held in this process.

A small inventory is compared whole whenever somebody asks. A large one is compared whole by a job, which leaves a
:class:`TwinMemory`; from then on only what changed is compared. How rare a word is stays measured over the whole
inventory; which pairs there are, and why, is told by what the actor may see alone.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import orjson

from pendapa.architecture.models import TwinMemory
from pendapa.architecture.queries.lists import sight, visible, visible_relations
from pendapa.architecture.rules.twins import Application, Memory
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit, institution_names

HELD = 2
"""So many institutions' memories are held in this process; one of 5,000 applications takes some 30 MB."""
HIDDEN = 10
"""Who may not see all differs from the whole inventory by more than what changed."""
_held: dict[int, tuple[datetime, Memory]] = {}
_lock = Lock()


def rows_of(actor: Actor, institution: Institution) -> list[dict[str, Any]]:
    """The applications that the actor may see. One query."""
    rows = visible(actor, institution).filter(domain="applications").order_by("name_key", "id")
    fields = (
        "id", "uid", "code", "name", "attributes", "unit_id", "unit__name", "unit__uid", "unit__path", "completeness",
    )  # fmt: skip
    return [dict(row) for row in rows.values(*fields)]


def applications(
    actor: Actor, institution: Institution, rows: list[dict[str, Any]]
) -> dict[str, Application]:
    """The same as the rule takes them, by the text of their id. One query for what they are linked with."""
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    wanted = visible_relations(actor, institution).filter(
        source__domain="applications",
        type__in=("application_process", "application_service", "application_data"),
    )
    # The other end by its name: a shared process is told as a reason.
    for kind, source, name, code in wanted.values_list("type", "source_id", "target__name", "target__code"):
        links[source, kind].add(f"{name} ({code})")
    return {str(row["id"]): _application(row, links) for row in rows}


def _application(row: Mapping[str, Any], links: Mapping[tuple[int, str], set[str]]) -> Application:
    attributes, pk = row["attributes"], row["id"]
    return Application(
        id=str(pk),
        code=row["code"],
        name=row["name"],
        unit=str(row["unit_id"]),
        unit_name=row["unit__name"],
        function=_joined(attributes.get("fungsi")) or _joined(attributes.get("uraian")),
        kelas=_joined(attributes.get("kelas")),
        origin=_joined(attributes.get("kategori")),
        url=_joined(attributes.get("url")),
        reference=_joined(attributes.get("raa")),
        platform=_joined(attributes.get("basis")),
        processes=frozenset(links.get((pk, "application_process"), ())),
        services=frozenset(links.get((pk, "application_service"), ())),
        data=frozenset(links.get((pk, "application_data"), ())),
    )


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def names_of_units(institution: Institution) -> list[str]:
    """The whole OPD list and the names of the region: they tell which words name places."""
    units = Unit.objects.filter(institution=institution, deleted_at=None).order_by("pk")
    return [*units.values_list("name", flat=True), *institution_names(institution)]


def made_at(institution: Institution) -> datetime | None:
    """When all were last compared; ``None`` where they never were."""
    return TwinMemory.objects.filter(institution=institution).values_list("made_at", flat=True).first()


def memory(institution: Institution) -> Memory | None:
    """What is remembered, read once a process. One or two queries."""
    held = _remembered(institution)
    return held[1] if held else None


def _remembered(institution: Institution) -> tuple[datetime, Memory] | None:
    at = made_at(institution)
    if at is None:
        return None
    held = _held.get(institution.pk)
    if held is None or held[0] != at:
        content = TwinMemory.objects.filter(institution=institution, made_at=at).values_list(
            "content", flat=True
        )
        packed = content.first()
        if packed is None:
            return None
        held = (at, unpacked(bytes(packed)))
        _hold(institution, *held)
    return held


def brought_up(
    actor: Actor, institution: Institution, apps: Mapping[str, Application]
) -> tuple[Memory, bool] | None:
    """The memory with what changed brought in, and whether that is all; ``None`` where nothing is remembered.

    Where too much has changed since, what has not changed stands alone until all are compared again.
    """
    held = _remembered(institution)
    if held is None:
        return None
    at, known = held
    everything = sight(actor, institution) == "all"
    if known.stale(apps, 1 if everything else HIDDEN):
        return known.updated([app for key, app in apps.items() if known.apps.get(key) == app]), False
    now = known.updated(apps.values())
    if everything and now is not known:
        _hold(institution, at, now)
    return now, True


def _hold(institution: Institution, at: datetime, known: Memory) -> None:
    with _lock:
        _held.pop(institution.pk, None)
        _held[institution.pk] = (at, known)
        while len(_held) > HELD:
            _held.pop(next(iter(_held)))


def packed(known: Memory) -> bytes:
    return zlib.compress(orjson.dumps(known.to_plain()), 1)


def unpacked(content: bytes) -> Memory:
    return Memory.from_plain(orjson.loads(zlib.decompress(content)))
