"""The one way to write recorded things: change sets, set-based, with revisions, ledger and search in one transaction.

A room registers each of its recorded models with :func:`register`; then it calls :func:`write` with what is to be
added, changed, deleted or restored. :func:`undo` takes back any set, keeping (and naming) what was edited since.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus, stream
from pendapa.kernel.history.models import ChangeSet, LedgerEntry, Recorded, Revision
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.models import Institution, Unit

CHUNK = 500
T = TypeVar("T")
Names = Callable[[Recorded], dict[str, str]]
Text = Callable[[Recorded], str]
Blockers = Callable[[Sequence[Recorded]], dict[UUID, str]]


class Conflict(Exception):
    """Somebody changed the thing since it was read. ``names`` says which."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("Changed by somebody else meanwhile: " + ", ".join(names))


@dataclass
class Registered:
    """What history must know of a model: how to name what a row points to, what to search, what keeps it alive."""

    model: type[Recorded]
    names: Names
    text: Text | None
    blockers: list[Blockers] = field(default_factory=list)
    after: list[Callable[[Sequence[Recorded]], None]] = field(default_factory=list)


_types: dict[str, Registered] = {}


def register(model: type[Recorded], *, names: Names, text: Text | None = None) -> Registered:
    """Make ``model`` writable through change sets. ``names(row)`` gives readable names of its references."""
    _types[model.recorded_type] = Registered(model, names, text)
    return _types[model.recorded_type]


def registered(recorded_type: str) -> Registered:
    return _types[recorded_type]


def blocker(recorded_type: str) -> Callable[[Blockers], Blockers]:
    """Decorator: ``f(rows) -> {uid: why}`` names rows that may not go because something else needs them."""

    def keep(function: Blockers) -> Blockers:
        _types[recorded_type].blockers.append(function)
        return function

    return keep


@dataclass
class Writes:
    """What one change set does. Rows in ``change`` carry their new values and the version they were read at."""

    add: list[Recorded] = field(default_factory=list)
    change: list[Recorded] = field(default_factory=list)
    delete: list[Recorded] = field(default_factory=list)
    restore: list[Recorded] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.add or self.change or self.delete or self.restore)


def snapshot(row: Recorded) -> dict[str, Any]:
    """Plain values of the recorded fields; references by id, with their names under ``_names``."""
    plain: dict[str, Any] = {}
    for name, attribute in _attributes(type(row)):
        value = getattr(row, attribute)
        plain[name] = value.isoformat() if isinstance(value, (date, datetime)) else value
    names = _types[row.recorded_type].names(row)
    if names:
        plain["_names"] = names
    return plain


@lru_cache
def _attributes(model: type[Recorded]) -> tuple[tuple[str, str], ...]:
    """Field name and the attribute that holds its plain value (``unit`` → ``unit_id``)."""
    return tuple((name, model._meta.get_field(name).attname) for name in model.recorded_fields)


@transaction.atomic
def write(
    actor: Actor,
    institution: Institution,
    kind: str,
    writes: Writes | Iterable[Writes],
    *,
    reason: str = "",
    unit: Unit | None = None,
    undoes: ChangeSet | None = None,
) -> ChangeSet:
    """Apply ``writes`` as one change set. Raises :class:`Conflict` (nothing is written) on a stale version.

    ``writes`` may be an iterable of parts written one after the other (units before what points to them).
    """
    now = timezone.now()
    change_set = ChangeSet.objects.create(
        institution=institution,
        kind=kind,
        author=actor.user,
        author_name=actor.name,
        unit=unit,
        reason=reason,
        created_at=now,
        undoes=undoes,
    )
    digest, counts = hashlib.sha256(), {"add": 0, "change": 0, "delete": 0, "restore": 0}
    for part in [writes] if isinstance(writes, Writes) else writes:
        for verb in counts:
            rows = getattr(part, verb)
            counts[verb] += len(rows)
            for model_rows in _by_type(rows):
                _write_rows(change_set, verb, model_rows, now, digest)
    change_set.counts = counts
    change_set.save(update_fields=["counts"])
    _append_to_ledger(institution, change_set, f"changeset:{change_set.uid}", digest.hexdigest(), now)
    stream.publish(institution.pk, "changed", {"set": str(change_set.uid)})
    bus.emit("history.written", institution_id=institution.pk, change_set_id=change_set.pk)
    return change_set


def _by_type(rows: Sequence[Recorded]) -> Iterator[list[Recorded]]:
    kinds: dict[str, list[Recorded]] = {}
    for row in rows:
        kinds.setdefault(row.recorded_type, []).append(row)
    yield from kinds.values()


def _write_rows(change_set: ChangeSet, verb: str, rows: list[Recorded], now: datetime, digest: Any) -> None:
    known = _types[rows[0].recorded_type]
    if verb == "add":
        known.model._default_manager.bulk_create(rows, batch_size=2000)
    else:
        _bump(known.model, verb, rows, now)
    for hook in known.after:
        hook(rows)
    if known.text is not None:
        if verb == "delete":
            index.remove(known.model.recorded_type, [r.pk for r in rows])
        else:
            pairs = ((r.pk, known.text(r)) for r in rows)
            index.write(known.model.recorded_type, change_set.institution_id, pairs, fresh=verb == "add")
    Revision.objects.bulk_create(_revisions(change_set, verb, rows, now, digest), batch_size=2000)


def _bump(model: type[Recorded], verb: str, rows: list[Recorded], now: datetime) -> None:
    """Write changed rows, each only if its version is still the one that was read."""
    fields = ["version", "deleted_at", *model.recorded_fields, *model.derived_fields]
    for chunk in chunks(rows, CHUNK):
        current = dict(
            model._default_manager.select_for_update()
            .filter(pk__in=[r.pk for r in chunk])
            .values_list("pk", "version")
        )
        stale = [str(r) for r in chunk if current.get(r.pk) != r.version]
        if stale:
            raise Conflict(stale)
        for row in chunk:
            row.version += 1
            if verb != "change":
                row.deleted_at = now if verb == "delete" else None
        model._default_manager.bulk_update(chunk, fields, batch_size=100)
        Revision.objects.filter(target_uid__in=[r.uid for r in chunk], recorded_to=None).update(recorded_to=now)


def _revisions(
    change_set: ChangeSet, verb: str, rows: list[Recorded], now: datetime, chain: Any
) -> Iterator[Revision]:
    for row in rows:
        snap, salt = snapshot(row), secrets.token_hex(16)
        digest = revision_digest(salt, row.recorded_type, row.uid, row.version, verb, snap)
        chain.update(digest.encode())
        yield Revision(
            change_set=change_set,
            target_type=row.recorded_type,
            target_uid=row.uid,
            version=row.version,
            verb=verb,
            snapshot=snap,
            salt=salt,
            digest=digest,
            recorded_from=now,
        )


def revision_digest(salt: str, kind: str, uid: UUID, version: int, verb: str, snap: dict[str, Any]) -> str:
    """sha256 over salt, identity and canonical JSON of the snapshot."""
    body = json.dumps(snap, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{salt}|{kind}|{uid}|{version}|{verb}|{body}".encode()).hexdigest()


def link_digest(previous: str, seq: int, what: str, content: str) -> str:
    """Digest of a ledger entry: chains it to the one before."""
    return hashlib.sha256(f"{previous}|{seq}|{what}|{content}".encode()).hexdigest()


def _append_to_ledger(
    institution: Institution, change_set: ChangeSet, what: str, content: str, now: datetime
) -> None:
    # The institution's row is the lock of its chain, so that two writers on PostgreSQL queue up here.
    Institution.objects.select_for_update().filter(pk=institution.pk).values_list("pk").first()
    last = LedgerEntry.objects.filter(institution=institution).order_by("-seq").first()
    seq, previous = (last.seq + 1, last.digest) if last else (1, "")
    LedgerEntry.objects.create(
        institution=institution,
        seq=seq,
        change_set=change_set,
        what=what,
        digest=link_digest(previous, seq, what, content),
        previous=previous,
        created_at=now,
    )


@dataclass(frozen=True)
class Undone:
    """What undo did: ``count`` rows taken back; ``kept`` those that stay, as (row, reason)."""

    count: int
    kept: list[tuple[Recorded, str]]
    change_set: ChangeSet | None


@transaction.atomic
def undo(actor: Actor, change_set: ChangeSet, *, kept_message: Callable[[Revision], str]) -> Undone:
    """Take back every write of ``change_set`` that nobody built upon since; name the rest.

    ``kept_message(revision)`` words why a row stays, given the later revision that holds it.
    """
    inverse, kept = Writes(), []
    revisions = list(change_set.revisions.order_by("-pk"))
    for recorded_type in dict.fromkeys(r.target_type for r in revisions):
        mine = {r.target_uid: r for r in revisions if r.target_type == recorded_type}
        model = _types[recorded_type].model
        rows = {
            r.uid: r for chunk in chunks(list(mine), CHUNK) for r in model._default_manager.filter(uid__in=chunk)
        }
        previous = _previous(mine.values())
        for uid, revision in mine.items():
            row = rows[uid]
            if row.version != revision.version:
                later = Revision.objects.filter(target_uid=uid).order_by("-version").first()
                if not row.deleted_at:
                    kept.append((row, kept_message(later or revision)))
            elif revision.verb in ("add", "restore"):
                inverse.delete.append(row)
            elif revision.verb == "delete":
                inverse.restore.append(row)
            else:
                _put_back(row, previous[uid].snapshot)
                inverse.change.append(row)
    inverse.delete, blocked = _unblocked(inverse.delete)
    kept += blocked
    count = len(inverse.delete) + len(inverse.restore) + len(inverse.change)
    if not count:
        return Undone(0, kept, None)
    done = write(actor, change_set.institution, "undo", inverse, undoes=change_set, unit=change_set.unit)
    change_set.state = "partly_undone" if kept else "undone"
    change_set.save(update_fields=["state"])
    return Undone(count, kept, done)


def _previous(revisions: Iterable[Revision]) -> dict[UUID, Revision]:
    wanted = {r.target_uid: r.version - 1 for r in revisions if r.verb == "change"}
    found: dict[UUID, Revision] = {}
    for chunk in chunks(list(wanted), CHUNK):
        for revision in Revision.objects.filter(target_uid__in=chunk):
            if revision.version == wanted[revision.target_uid]:
                found[revision.target_uid] = revision
    return found


def _put_back(row: Recorded, snap: dict[str, Any]) -> None:
    for name in row.recorded_fields:
        model_field = row._meta.get_field(name)
        if isinstance(model_field, models.ForeignKey):
            setattr(row, model_field.attname, snap.get(name))
        else:
            setattr(row, name, model_field.to_python(snap.get(name)) if snap.get(name) is not None else snap.get(name))
    row.derive()


def _unblocked(rows: list[Recorded]) -> tuple[list[Recorded], list[tuple[Recorded, str]]]:
    """Split what may be deleted from what something outside this set still needs."""
    free, kept = rows, []
    for group in _by_type(rows):
        for ask in _types[group[0].recorded_type].blockers:
            held = ask(group)
            kept += [(r, held[r.uid]) for r in group if r.uid in held and r in free]
            free = [r for r in free if r.uid not in held]
    return free, kept


@dataclass(frozen=True)
class Broken:
    """A place where the chain does not hold: ``seq`` of the entry and why."""

    seq: int
    why: str


def verify(institution: Institution) -> list[Broken]:
    """Recompute the whole chain of an institution; an empty list means that nothing was tampered with."""
    broken, previous = [], ""
    entries = LedgerEntry.objects.filter(institution=institution).select_related("change_set").order_by("seq")
    for number, entry in enumerate(entries.iterator(), start=1):
        content = hashlib.sha256()
        if entry.change_set is not None:
            for r in entry.change_set.revisions.order_by("pk").iterator():
                true = revision_digest(r.salt, r.target_type, r.target_uid, r.version, r.verb, r.snapshot)
                if true != r.digest:
                    broken.append(Broken(entry.seq, f"revision {r.pk} was altered"))
                content.update(r.digest.encode())
        if entry.seq != number or entry.previous != previous:
            broken.append(Broken(entry.seq, "the chain is interrupted"))
        if entry.digest != link_digest(entry.previous, entry.seq, entry.what, content.hexdigest()):
            broken.append(Broken(entry.seq, "the entry does not fit its change set"))
        previous = entry.digest
    return broken


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Slices of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
