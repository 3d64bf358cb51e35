"""The one way to write recorded things: change sets, set-based, with revisions, ledger and search in one transaction.

A room registers each of its recorded models with :func:`register`; then it calls :func:`write` with what is to be
added, changed, deleted or restored. :mod:`pendapa.kernel.history.undoing` takes back any set, :mod:`.ledger` chains them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus, stream
from pendapa.kernel.history.ledger import append, canonical, digest_of
from pendapa.kernel.history.ledger import revision_digest as revision_digest
from pendapa.kernel.history.ledger import verify as verify
from pendapa.kernel.history.models import ChangeSet, Recorded, Revision
from pendapa.kernel.inserting import field_of, insert, moment, uids_are_native, update
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit

CHUNK = 500
T = TypeVar("T")
Names = Callable[[Recorded], dict[str, str]]
Text = Callable[[Recorded], str]
Visible = Callable[[Actor, Institution, Sequence[UUID]], set[UUID]]
Then = Callable[[Actor, Institution], Callable[[dict[str, Any]], bool]]
Words = Callable[[str, Any, dict[str, Any]], tuple[str, str] | None]


@dataclass(frozen=True)
class Held:
    """What keeps a row where it is. ``why`` is told with the name of ``by`` in the place of ``%(name)s``, and only to who
    may see ``by``; without ``by`` it names nothing and is told to everybody."""

    why: str
    by: Recorded | None = None


Blockers = Callable[[Sequence[Recorded]], dict[UUID, Held]]
Units = Callable[["QuerySet[Revision]"], set[int | None]]
Settle = Callable[[Institution, Sequence[Recorded]], None]
Dependents = Callable[[Actor, Institution, Sequence[UUID]], dict[UUID, list[str]]]


class Conflict(Exception):
    """Somebody changed the thing since it was read. ``names`` says which."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("Changed by somebody else meanwhile: " + ", ".join(names))


def hidden(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    """What shows when a room says nothing: everything to who may read the whole history, nothing to others."""
    return set(uids) if actor.scope(HISTORY, institution).everything else set()


@dataclass
class Registered:
    """What history must know of a model: how to name what a row points to, what to search, who may see it, what keeps
    it alive, and in which words its fields are told."""

    model: type[Recorded]
    names: Names
    text: Text | None
    visible: Visible
    title: Any
    words: Words | None
    page: str
    joins: tuple[str, ...] = ()
    then: Then | None = None
    units: Units | None = None
    blockers: list[Blockers] = field(default_factory=list)
    settle: list[Settle] = field(default_factory=list)
    dependents: list[Dependents] = field(default_factory=list)
    after: list[Callable[[Sequence[Recorded]], None]] = field(default_factory=list)


_types: dict[str, Registered] = {}


def register(
    model: type[Recorded],
    *,
    names: Names,
    text: Text | None = None,
    visible: Visible = hidden,
    title: Any = "",
    words: Words | None = None,
    page: str = "",
    joins: tuple[str, ...] = (),
    then: Then | None = None,
) -> Registered:
    """Make ``model`` writable through change sets.

    ``names(row)`` gives readable names of its references; ``text(row)`` what the search finds it by.
    ``visible(actor, institution, uids)`` gives those of ``uids`` (deleted ones too) that the actor may see.
    ``title`` is what such a thing is called; ``words(field, value, snapshot)`` gives label and text of a value where the
    model's own field cannot (fields inside a JSON field come as ``attributes.basis``); ``page`` names the address of one
    thing, which takes the institution's code and the uid. ``joins`` names the fields of a model that only joins others.
    ``then(actor, institution)`` gives the test of a past snapshot: whether the actor could have seen the thing so.
    """
    known = Registered(
        model, names, text, visible, title or model._meta.verbose_name, words, page, joins, then
    )
    _types[model.recorded_type] = known
    return known


def registered(recorded_type: str) -> Registered:
    return _types[recorded_type]


def blocker(recorded_type: str) -> Callable[[Blockers], Blockers]:
    """Decorator: ``f(rows) -> {uid: Held}`` finds rows that may not go because something else needs them."""

    def keep(function: Blockers) -> Blockers:
        _types[recorded_type].blockers.append(function)
        return function

    return keep


def units_of(recorded_type: str) -> Callable[[Units], Units]:
    """Decorator: ``f(revisions)`` gives the ids of the units whose things these writes touched (``None``: of no unit).

    Without one, it is the field ``unit`` of the snapshots that tells.
    """

    def keep(function: Units) -> Units:
        _types[recorded_type].units = function
        return function

    return keep


def settler(recorded_type: str) -> Callable[[Settle], Settle]:
    """Decorator: ``f(institution, rows)`` gives proposed new rows what only counts when they are written: a free code."""

    def keep(function: Settle) -> Settle:
        _types[recorded_type].settle.append(function)
        return function

    return keep


def dependents_of(recorded_type: str) -> Callable[[Dependents], Dependents]:
    """Decorator: ``f(actor, institution, uids) -> {uid: [name, …]}`` tells what depends on things, as far as one may see."""

    def keep(function: Dependents) -> Dependents:
        _types[recorded_type].dependents.append(function)
        return function

    return keep


def types() -> tuple[str, ...]:
    """The recorded types; what points to others comes after them."""
    return tuple(_types)


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
    plain = plain_values(row)
    names = _types[row.recorded_type].names(row)
    if names:
        plain["_names"] = names
    return plain


def plain_values(row: Recorded) -> dict[str, Any]:
    """The recorded fields as JSON keeps them, without names."""
    plain: dict[str, Any] = {}
    for name, attribute in _attributes(type(row)):
        plain[name] = _plain(getattr(row, attribute))
    return plain


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: days as ISO text, exact numbers without idle zeros, uids as text."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole = format(value, "f")
        return whole.rstrip("0").rstrip(".") if "." in whole else whole
    return str(value) if isinstance(value, UUID) else value


@lru_cache
def _attributes(model: type[Recorded]) -> tuple[tuple[str, str], ...]:
    """Field name and the attribute that holds its plain value (``unit`` → ``unit_id``)."""
    return tuple((name, field_of(model, name).attname) for name in model.recorded_fields)


@lru_cache
def references(model: type[Recorded]) -> tuple[str, ...]:
    """Recorded fields that point to another row."""
    return tuple(
        name for name in model.recorded_fields if isinstance(field_of(model, name), models.ForeignKey)
    )


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
    into: ChangeSet | None = None,
) -> ChangeSet:
    """Apply ``writes`` as one change set. Raises :class:`Conflict` (nothing is written) on a stale version.

    ``writes`` may be an iterable of parts written one after the other (units before what points to them). ``into`` is a
    set that waited for this moment, as it was proposed; without it a new one is made.
    """
    hold(institution)
    now = timezone.now()
    change_set = into or ChangeSet(
        institution=institution,
        kind=kind,
        author=actor.user,
        author_name=actor.name,
        unit=unit,
        reason=reason,
        undoes=undoes,
    )
    change_set.created_at, change_set.state, change_set.step = now, "applied", ""
    change_set.save()
    digest, counts = hashlib.sha256(), {"add": 0, "change": 0, "delete": 0, "restore": 0}
    for part in [writes] if isinstance(writes, Writes) else writes:
        for verb in counts:
            rows = getattr(part, verb)
            counts[verb] += len(rows)
            for model_rows in _by_type(rows):
                _write_rows(change_set, verb, model_rows, now, digest)
    change_set.counts = counts
    change_set.save(update_fields=["counts"])
    append(institution, change_set, f"changeset:{change_set.uid}", digest.hexdigest(), now)
    stream.publish(institution.pk, "changed")
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
    # What names and texts are made of: one query a reference, not one a row. In parts, because a thousand different rows
    # to be found are one more than SQLite takes.
    for chunk in chunks(rows, CHUNK):
        models.prefetch_related_objects(chunk, *references(known.model))
    for hook in known.after:
        hook(rows)
    if known.text is not None:
        if verb == "delete":
            index.remove(known.model.recorded_type, [r.pk for r in rows])
        else:
            pairs = ((r.pk, known.text(r)) for r in rows)
            index.write(known.model.recorded_type, change_set.institution_id, pairs, fresh=verb == "add")
    insert(Revision, REVISION, _revisions(change_set, verb, rows, now, digest))


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
        update(chunk, fields)
        Revision.objects.filter(target_uid__in=[r.uid for r in chunk], recorded_to=None).update(
            recorded_to=now
        )


REVISION = (
    "change_set",
    "target_type",
    "target_uid",
    "version",
    "verb",
    "snapshot",
    "salt",
    "digest",
    "recorded_from",
)


def _revisions(
    change_set: ChangeSet, verb: str, rows: list[Recorded], now: datetime, chain: Any
) -> Iterator[tuple[Any, ...]]:
    native, at = uids_are_native(), moment(now)
    for row in rows:
        body, salt = canonical(snapshot(row)), secrets.token_hex(16)
        digest = digest_of(salt, row.recorded_type, row.uid, row.version, verb, body)
        chain.update(digest.encode())
        uid = row.uid if native else row.uid.hex
        yield change_set.pk, row.recorded_type, uid, row.version, verb, body, salt, digest, at


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Slices of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
