"""The one way to write recorded things: change sets, set-based, with revisions, ledger and search in one transaction.

A room registers each of its recorded models with :func:`register`; then it calls :func:`write` with what is to be
added, changed, deleted or restored. :func:`undo` takes back any set, keeping (and naming) what was edited since.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus, stream
from pendapa.kernel.history.models import ChangeSet, LedgerEntry, Recorded, Revision
from pendapa.kernel.inserting import field_of, insert, moment, uids_are_native
from pendapa.kernel.permissions import HISTORY, IMPORT, UNDO_ANY
from pendapa.kernel.search import index
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats

CHUNK = 500
T = TypeVar("T")
Names = Callable[[Recorded], dict[str, str]]
Text = Callable[[Recorded], str]
Blockers = Callable[[Sequence[Recorded]], dict[UUID, str]]
Visible = Callable[[Actor, Institution, Sequence[UUID]], set[UUID]]
Words = Callable[[str, Any, dict[str, Any]], tuple[str, str] | None]


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
    blockers: list[Blockers] = field(default_factory=list)
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
) -> Registered:
    """Make ``model`` writable through change sets.

    ``names(row)`` gives readable names of its references; ``text(row)`` what the search finds it by.
    ``visible(actor, institution, uids)`` gives those of ``uids`` (deleted ones too) that the actor may see.
    ``title`` is what such a thing is called; ``words(field, value, snapshot)`` gives label and text of a value where the
    model's own field cannot (fields inside a JSON field come as ``attributes.basis``); ``page`` names the address of one
    thing, which takes the institution's code and the uid.
    """
    known = Registered(model, names, text, visible, title or model._meta.verbose_name, words, page)
    _types[model.recorded_type] = known
    return known


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
    return tuple((name, field_of(model, name).attname) for name in model.recorded_fields)


@lru_cache
def _references(model: type[Recorded]) -> tuple[str, ...]:
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
    # What names and texts are made of: one query a reference, not one a row.
    models.prefetch_related_objects(rows, *_references(known.model))
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
        model._default_manager.bulk_update(chunk, fields, batch_size=100)
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
        digest = _digest(salt, row.recorded_type, row.uid, row.version, verb, body)
        chain.update(digest.encode())
        uid = row.uid if native else row.uid.hex
        yield change_set.pk, row.recorded_type, uid, row.version, verb, body, salt, digest, at


def canonical(snap: dict[str, Any]) -> str:
    """JSON with one spelling for one meaning: sorted keys, no spaces, and numbers as every database gives them back."""
    try:
        body = orjson.dumps(snap, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits
        body = json.dumps(snap, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if "e+" in body or "e1" in body or "e2" in body:
        # 1e16 comes back from PostgreSQL as 10000000000000000: whole numbers are written out.
        plain = json.loads(
            body, parse_float=lambda text: int(float(text)) if float(text).is_integer() else float(text)
        )
        body = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return body


def revision_digest(salt: str, kind: str, uid: UUID, version: int, verb: str, snap: dict[str, Any]) -> str:
    """sha256 over salt, identity and canonical JSON of the snapshot."""
    return _digest(salt, kind, uid, version, verb, canonical(snap))


def _digest(salt: str, kind: str, uid: UUID, version: int, verb: str, body: str) -> str:
    return hashlib.sha256(f"{salt}|{kind}|{uid}|{version}|{verb}|{body}".encode()).hexdigest()


def link_digest(previous: str, seq: int, what: str, content: str) -> str:
    """Digest of a ledger entry: chains it to the one before."""
    return hashlib.sha256(f"{previous}|{seq}|{what}|{content}".encode()).hexdigest()


def _append_to_ledger(
    institution: Institution, change_set: ChangeSet, what: str, content: str, now: datetime
) -> None:
    # The institution's row is the lock of its chain, so that two writers on PostgreSQL queue up here. "No key": both
    # already hold its key by the rows that point to it, and would else wait for each other for ever.
    Institution.objects.select_for_update(no_key=True).filter(pk=institution.pk).values_list("pk").first()
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


def may_undo(actor: Actor, change_set: ChangeSet) -> bool:
    """Who may take back any set there; else the author, as far as the author may still write there."""
    institution = change_set.institution
    if actor.may(UNDO_ANY, institution):
        return True
    if actor.user is None or change_set.author_id != actor.user.pk:
        return False
    scope = actor.scope(IMPORT, institution)
    if scope.everything or change_set.unit_id is not None:
        return scope.covers(change_set.unit)
    touched = {pk for pk in change_set.revisions.values_list("snapshot__unit", flat=True).distinct() if pk}
    units = Unit.objects.filter(pk__in=touched)
    return bool(scope) and all(scope.covers(unit) for unit in units)


def kept_because(later: Revision) -> str:
    """Why undo leaves a row as it is: somebody wrote it again."""
    when = formats.day(timezone.localtime(later.recorded_from), get_language() or "id")
    return _("changed again by %(who)s on %(when)s") % {"who": later.change_set.author_name, "when": when}


def undo(
    actor: Actor, change_set: ChangeSet, *, kept_message: Callable[[Revision], str] = kept_because
) -> Undone:
    """Take back every write of ``change_set`` that nobody built upon since; name the rest.

    ``kept_message(revision)`` words why a row stays, given the later revision that holds it. Raises :class:`NotFound` where
    the actor may not.
    """
    if not may_undo(actor, change_set):
        raise NotFound
    undoing = _Undoing(change_set, kept_message)
    with transaction.atomic():
        done = write(
            actor,
            change_set.institution,
            "undo",
            undoing.parts(),
            reason=change_set.reason,
            undoes=change_set,
            unit=change_set.unit,
        )
        if not undoing.count:
            transaction.set_rollback(True)
            return Undone(0, undoing.kept, None)
        change_set.state = "partly_undone" if undoing.kept else "undone"
        change_set.save(update_fields=["state"])
    return Undone(undoing.count, undoing.kept, done)


class _Undoing:
    """Works out the inverse of a set, type by type, while it is being written: what goes first frees what goes next."""

    def __init__(self, change_set: ChangeSet, kept_message: Callable[[Revision], str]) -> None:
        self._set, self._kept_message = change_set, kept_message
        self.count = 0
        self.kept: list[tuple[Recorded, str]] = []
        self._away: dict[str, list[Recorded]] = defaultdict(list)
        self._back: dict[str, list[tuple[Recorded, Revision]]] = defaultdict(list)

    def parts(self) -> Iterator[Writes]:
        """Deletions first, from what points to what is pointed at; then what comes back, the other way round."""
        for recorded_type in _types:
            self._sort(recorded_type)
        for recorded_type in reversed(_types):
            yield from self._take_away(recorded_type)
        for recorded_type in _types:
            yield from self._bring_back(recorded_type)

    def _sort(self, recorded_type: str) -> None:
        """Which things of a type go, which come back as they were, and which have been written again since."""
        written: dict[UUID, list[Revision]] = defaultdict(list)
        for revision in self._set.revisions.filter(target_type=recorded_type).order_by("version"):
            written[revision.target_uid].append(revision)
        model = _types[recorded_type].model
        for uids in chunks(list(written), CHUNK):
            rows = {row.uid: row for row in model._default_manager.filter(uid__in=uids)}
            untouched = [uid for uid in uids if rows[uid].version == written[uid][-1].version]
            self._keep_rewritten([rows[uid] for uid in uids if uid not in set(untouched)])
            before = _before({uid: written[uid][0].version for uid in untouched})
            for uid in untouched:
                if written[uid][0].verb in ("add", "restore"):
                    if not rows[uid].deleted_at:
                        self._away[recorded_type].append(rows[uid])
                elif uid in before:
                    self._back[recorded_type].append((rows[uid], before[uid]))

    def _keep_rewritten(self, rows: list[Recorded]) -> None:
        """Name what was written again, but not what an earlier undo of this very set took back, nor what is gone."""
        last: dict[UUID, Revision] = {}
        found = Revision.objects.filter(target_uid__in=[row.uid for row in rows]).select_related("change_set")
        for revision in found.defer("snapshot").order_by("version"):
            last[revision.target_uid] = revision
        for row in rows:
            later = last[row.uid]
            if later.change_set.undoes_id != self._set.pk and not row.deleted_at:
                self.kept.append((row, self._kept_message(later)))

    def _take_away(self, recorded_type: str) -> Iterator[Writes]:
        free = self._away[recorded_type]
        # What one blocked row needs is blocked in turn: ask until nothing more is held.
        while free and (held := _held(recorded_type, free)):
            self.kept += [(row, held[row.uid]) for row in free if row.uid in held]
            free = [row for row in free if row.uid not in held]
        for rows in chunks(free, CHUNK):
            self.count += len(rows)
            yield Writes(delete=list(rows))

    def _bring_back(self, recorded_type: str) -> Iterator[Writes]:
        # What was made first comes back first: a unit before those below it.
        for pairs in chunks(sorted(self._back[recorded_type], key=lambda pair: pair[0].pk), CHUNK):
            for row, revision in pairs:
                _put_back(row, revision.snapshot)
            free = [row for row, _revision in pairs]
            while free and (held := _without_ground(free) | _taken(free)):
                self.kept += [(row, held[row.uid]) for row in free if row.uid in held]
                free = [row for row in free if row.uid not in held]
            self.count += len(free)
            if free:
                alive = [row for row in free if not row.deleted_at]
                yield Writes(change=alive, restore=[row for row in free if row.deleted_at])


def _held(recorded_type: str, rows: Sequence[Recorded]) -> dict[UUID, str]:
    """What may not go because something else needs it: why, by uid."""
    held: dict[UUID, str] = {}
    for ask in _types[recorded_type].blockers:
        held |= ask(rows)
    return held


def _before(versions: dict[UUID, int]) -> dict[UUID, Revision]:
    """The revision before each of ``versions``."""
    found = Revision.objects.filter(target_uid__in=list(versions))
    return {r.target_uid: r for r in found if r.version == versions[r.target_uid] - 1}


def _put_back(row: Recorded, snap: dict[str, Any]) -> None:
    for name in row.recorded_fields:
        model_field = field_of(type(row), name)
        value = snap.get(name)
        if isinstance(model_field, models.ForeignKey):
            setattr(row, model_field.attname, value)
        else:
            keeps = value is None or isinstance(model_field, models.JSONField)
            setattr(row, name, value if keeps else model_field.to_python(value))
    row.derive()


def _without_ground(rows: Sequence[Recorded]) -> dict[UUID, str]:
    """Rows that point to something deleted cannot come back: why, by uid."""
    held: dict[UUID, str] = {}
    for name in _references(type(rows[0])):
        model_field = field_of(type(rows[0]), name)
        other = model_field.related_model
        if not (isinstance(other, type) and issubclass(other, Recorded)):
            continue
        ids = {getattr(row, model_field.attname) for row in rows} - {None}
        gone = {o.pk: o for o in other._default_manager.filter(pk__in=ids).exclude(deleted_at=None)}
        gone = {pk: o for pk, o in gone.items() if o.uid not in {row.uid for row in rows}}
        for row in rows:
            if (pk := getattr(row, model_field.attname)) in gone:
                held[row.uid] = _("%(name)s has been deleted") % {"name": gone[pk]}
    return held


def _taken(rows: Sequence[Recorded]) -> dict[UUID, str]:
    """Rows whose code (or whatever may be there once only) something else has taken meanwhile: why, by uid."""
    held: dict[UUID, str] = {}
    model = type(rows[0])
    for rule in model._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint):
            continue
        names = [field_of(model, name).attname for name in rule.fields]
        for part in chunks(rows, 100):
            same = Q(pk__in=[])
            for row in part:
                same |= Q(**{name: getattr(row, name) for name in names}) & ~Q(pk=row.pk)
            others = model._default_manager.filter(same, deleted_at=None)
            by_value = {tuple(getattr(other, name) for name in names): other for other in others}
            for row in part:
                other = by_value.get(tuple(getattr(row, name) for name in names))
                if other is not None and other.pk != row.pk:
                    held[row.uid] = _("%(name)s stands in its place now") % {"name": other}
    return held


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
