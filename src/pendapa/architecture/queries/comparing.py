"""What differs between two states of the register, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pendapa.architecture.queries import moments
from pendapa.architecture.queries.lists import sees_field
from pendapa.architecture.queries.moments import TYPES, Record
from pendapa.architecture.rules.moments import Moment
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.queries import Difference, between, flat
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
    seen = _Seen(actor, institution)
    return Comparison(before, after, counts, [_entry(seen, *one) for one in chosen], len(found))


def _one(found: tuple[str, str, Record | None, Record | None]) -> Record:
    record = found[3] or found[2]
    assert record is not None
    return record


def _of_type(
    actor: Actor, institution: Institution, before: Moment, after: Moment, recorded_type: str
) -> list[tuple[str, Record | None, Record | None]]:
    differs, seen = moments.differing(institution, before, after, recorded_type), _Seen(actor, institution)
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
        # Written again to the same values is no difference, nor is what one may not read.
        if uid in was and uid in now and seen.fields(was[uid]) != seen.fields(now[uid]):
            found.append(("changed", was[uid], now[uid]))
    return found


class _Seen:
    """Which fields of records the actor may read; asked once for each domain."""

    def __init__(self, actor: Actor, institution: Institution) -> None:
        self._actor, self._institution = actor, institution
        self._of: dict[str, Callable[[str], bool]] = {}

    def of(self, record: Record) -> Callable[[str], bool]:
        domain = str(record.snapshot.get("domain") or "")
        if domain not in self._of:
            self._of[domain] = sees_field(self._actor, self._institution, domain)
        return self._of[domain]

    def fields(self, record: Record) -> dict[str, Any]:
        """The fields of a record without names, as far as they may be read."""
        open_to = self.of(record)
        return {name: value for name, value in flat(record.snapshot).items() if open_to(name)}


def _records(
    actor: Actor, institution: Institution, moment: Moment, recorded_type: str, uids: frozenset[UUID]
) -> dict[UUID, Record]:
    if not uids:
        return {}
    found = moments.records(actor, institution, moment, recorded_type, uids=sorted(uids))
    return {record.uid: record for record in found}


def _entry(seen: _Seen, verb: str, recorded_type: str, was: Record | None, now: Record | None) -> Entry:
    record = now or was
    assert record is not None
    open_to = seen.of(record)
    both = between(recorded_type, was.snapshot, now.snapshot) if was and now else []
    told = [one for one in both if open_to(one.field)]
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
