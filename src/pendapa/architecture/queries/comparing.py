"""What differs between two states of the register, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pendapa.architecture.queries import moments
from pendapa.architecture.queries.moments import TYPES, Record
from pendapa.architecture.rules.moments import Moment
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.queries import Difference, between
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Entry:
    """One thing that differs: ``verb`` is ``added``, ``removed`` or ``changed``; differences by field, in words."""

    verb: str
    type: str
    uid: UUID
    name: str
    domain: str
    code: str
    unit: str
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """``counts`` by verb and type, of all that the actor may see; ``entries`` those of the page, by verb and name."""

    before: Moment
    after: Moment
    counts: dict[str, dict[str, int]]
    entries: list[Entry]
    total: int


def compare(
    actor: Actor,
    institution: Institution,
    before: Moment,
    after: Moment,
    *,
    start: int = 0,
    size: int | None = 100,
) -> Comparison:
    """Compare any two of now, known, planned and release. What the actor may not see is neither named nor counted."""
    for moment in (before, after):
        if moment.kind == "release":
            moments.release(actor, institution, moment.code)
    found: list[tuple[str, str, Record | None, Record | None]] = []
    counts: dict[str, dict[str, int]] = {verb: {} for verb in ("added", "removed", "changed")}
    for recorded_type in TYPES:
        pairs = _of_type(actor, institution, before, after, recorded_type)
        for verb, was, now in pairs:
            counts[verb][recorded_type] = counts[verb].get(recorded_type, 0) + 1
            found.append((verb, recorded_type, was, now))
    order = {"added": 0, "removed": 1, "changed": 2}
    found.sort(
        key=lambda one: (TYPES.index(one[1]), order[one[0]], _one(one).name.casefold(), str(_one(one).uid))
    )
    chosen = found[start:] if size is None else found[start : start + size]
    return Comparison(before, after, counts, [_entry(*one) for one in chosen], len(found))


def _one(found: tuple[str, str, Record | None, Record | None]) -> Record:
    record = found[3] or found[2]
    assert record is not None
    return record


def _of_type(
    actor: Actor, institution: Institution, before: Moment, after: Moment, recorded_type: str
) -> list[tuple[str, Record | None, Record | None]]:
    differs = moments.differing(institution, before, after, recorded_type)
    was = _records(actor, institution, before, recorded_type, differs.removed | differs.changed)
    now = _records(actor, institution, after, recorded_type, differs.added | differs.changed)
    found: list[tuple[str, Record | None, Record | None]] = []
    for uid in differs.added:
        if uid in now:
            found.append(("added", None, now[uid]))
    for uid in differs.removed:
        if uid in was:
            found.append(("removed", was[uid], None))
    for uid in differs.changed:
        # Written again to the same values is no difference.
        if uid in was and uid in now and _plain(was[uid].snapshot) != _plain(now[uid].snapshot):
            found.append(("changed", was[uid], now[uid]))
    return found


def _plain(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name != "_names"}


def _records(
    actor: Actor, institution: Institution, moment: Moment, recorded_type: str, uids: frozenset[UUID]
) -> dict[UUID, Record]:
    if not uids:
        return {}
    found = moments.records(actor, institution, moment, recorded_type, uids=sorted(uids))
    return {record.uid: record for record in found}


def _entry(verb: str, recorded_type: str, was: Record | None, now: Record | None) -> Entry:
    record = now or was
    assert record is not None
    told = between(recorded_type, was.snapshot, now.snapshot) if was and now else []
    snapshot = record.snapshot
    title = str(history.registered(recorded_type).title)
    return Entry(
        verb,
        recorded_type,
        record.uid,
        record.name or title,
        str(snapshot.get("domain") or ""),
        str(snapshot.get("code") or ""),
        str(snapshot.get("_names", {}).get("unit") or ""),
        told,
    )
