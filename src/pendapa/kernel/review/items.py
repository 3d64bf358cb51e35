"""What a set proposes, as rows of the database: written down from what was done, and done from what was written down.

A proposal is made by really doing the work inside a savepoint, reading off what it wrote, and rolling back. So a form, an
import, the API and undo propose by the very code that writes, with all its checks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pendapa.kernel.history import actions as history
from pendapa.kernel.history.differences import flat
from pendapa.kernel.history.models import ChangeItem, ChangeSet, Recorded, Revision
from pendapa.kernel.history.undoing import taken_by, without_ground
from pendapa.kernel.inserting import field_of
from pendapa.kernel.review.rules import Clash, changed, merge
from pendapa.kernel.tenancy.models import Institution

JSON = "attributes"


@dataclass(frozen=True)
class Problem:
    """Why an item cannot be applied as it stands: fields on which two disagree, or a sentence that tells what is in the way."""

    item: ChangeItem
    why: str
    clashes: tuple[Clash, ...] = ()


class Blocked(Exception):
    """The set cannot be applied; ``problems`` say why. Nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{one.item.name}: {one.why}" for one in problems[:5]))


# ---- values that mean the same in every transaction


def portable(recorded_type: str, snapshots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Snapshots with their fields flat and what they point to by uid and name, instead of by number."""
    model = history.registered(recorded_type).model
    plain = [flat(dict(snap)) for snap in snapshots]
    for name in history.references(model):
        other = _recorded(model, name)
        if other is None:
            continue
        pks = {values[name] for values in plain if values.get(name)}
        uids = dict(other._default_manager.filter(pk__in=pks).values_list("pk", "uid")) if pks else {}
        for values, snap in zip(plain, snapshots, strict=True):
            if values.get(name):
                told = snap.get("_names", {}).get(name, "")
                values[name] = {"uid": str(uids.get(values[name], "")), "name": told}
    return plain


def _recorded(model: type[Recorded], name: str) -> type[Recorded] | None:
    other = field_of(model, name).related_model
    return other if isinstance(other, type) and issubclass(other, Recorded) else None


def _put(row: Recorded, values: Mapping[str, Any], pointers: Mapping[str, int]) -> None:
    """Give a row proposed values. Raises KeyError for a pointer to what is not there."""
    for name, value in values.items():
        first, _dot, inner = name.partition(".")
        if inner:
            held = dict(getattr(row, first) or {})
            if value is None:
                held.pop(inner, None)
            else:
                held[inner] = value
            setattr(row, first, held)
            continue
        model_field = field_of(type(row), first)
        if isinstance(model_field, models.ForeignKey):
            pointed = pointers[str(value["uid"])] if isinstance(value, dict) else value
            setattr(row, model_field.attname, pointed)
        elif value is None and not model_field.null:
            setattr(row, first, model_field.get_default())
        else:
            setattr(row, first, value if value is None else model_field.to_python(value))


def _pointers(model: type[Recorded], patches: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for patch in patches:
        for name in history.references(model):
            value = patch.get(name)
            if isinstance(value, dict) and value.get("uid"):
                wanted[name].add(value["uid"])
    found: dict[str, int] = {}
    for name, uids in wanted.items():
        other = _recorded(model, name)
        assert other is not None
        for some in history.chunks(sorted(uids), history.CHUNK):
            live = other._default_manager.filter(uid__in=some, deleted_at=None)
            found |= {str(uid): pk for uid, pk in live.values_list("uid", "pk")}
    return found


# ---- from items to writes


@dataclass
class Laying:
    """Turns the items of a set into writes. Without ``strict`` what is in the way is left out (``skipped``) and a clash goes
    to the proposal (``clashing``): so a draft can always be looked at. With it, the first thing in the way raises
    :class:`Blocked`."""

    institution: Institution
    items: Sequence[ChangeItem]
    strict: bool = False
    coming: frozenset[str] | None = (
        None  # given when nothing is written: uids of what the set itself would bring
    )
    skipped: set[UUID] = field(default_factory=set)
    clashing: set[UUID] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def parts(self) -> Iterator[history.Writes]:
        """Deletions first, from what points to what is pointed at; then what is new or changed, the other way round."""
        by_type: dict[str, list[ChangeItem]] = defaultdict(list)
        for item in self.items:
            by_type[item.target_type].append(item)
        order = [one for one in history.types() if one in by_type]
        for recorded_type in reversed(order):
            gone = [item for item in by_type[recorded_type] if item.verb == "delete"]
            for some in history.chunks(gone, history.CHUNK):
                yield history.Writes(delete=self._deletions(recorded_type, some))
        for recorded_type in order:
            for verb, make in (("add", self._additions), ("change", self._changes), ("restore", self._back)):
                items = [item for item in by_type[recorded_type] if item.verb == verb]
                for some in history.chunks(items, history.CHUNK):
                    yield history.Writes(**{verb: make(recorded_type, some)})

    def _trouble(self, item: ChangeItem, why: str, clashes: tuple[Clash, ...] = ()) -> None:
        problem = Problem(item, why, clashes)
        if self.strict:
            raise Blocked([problem])
        self.problems.append(problem)
        (self.clashing if clashes else self.skipped).add(item.target_uid)

    def _pointers(self, model: type[Recorded], items: Sequence[ChangeItem]) -> dict[str, int]:
        return dict.fromkeys(self.coming or (), 0) | _pointers(model, [item.patch for item in items])

    def _rows(self, recorded_type: str, items: Sequence[ChangeItem]) -> dict[UUID, Recorded]:
        model = history.registered(recorded_type).model
        uids = [item.target_uid for item in items]
        found = model._default_manager.filter(institution=self.institution, uid__in=uids)
        rows = {row.uid: row for row in found}
        for row in rows.values():
            row.institution = self.institution  # else each would ask for it when it derives
        return rows

    def _deletions(self, recorded_type: str, items: Sequence[ChangeItem]) -> list[Recorded]:
        rows, going = self._rows(recorded_type, items), []
        for item in items:
            row = rows.get(item.target_uid)
            if row is None or row.deleted_at:
                continue  # somebody else took it away already: what was wanted has come about
            if row.version != item.base_version:
                self._trouble(item, _("It has been changed since; look at it again before it goes."))
                continue
            going.append(row)
        held: dict[UUID, history.Held] = {}
        for ask in history.registered(recorded_type).blockers if self.coming is None else ():
            held |= ask(going)
        by_uid = {item.target_uid: item for item in items}
        for row in going:
            if row.uid in held:
                self._trouble(by_uid[row.uid], _("Something else needs it now."))
        return [row for row in going if row.uid not in held]

    def _additions(self, recorded_type: str, items: Sequence[ChangeItem]) -> list[Recorded]:
        known = history.registered(recorded_type)
        pointers = self._pointers(known.model, items)
        there = self._rows(recorded_type, items)
        made: list[tuple[ChangeItem, Recorded]] = []
        for item in items:
            row = known.model(uid=item.target_uid, institution=self.institution)
            try:
                _put(row, item.patch, pointers)
            except KeyError:
                self._trouble(item, _("What it belongs to or points to is no longer there."))
                continue
            if item.target_uid not in there:
                made.append((item, row))
        rows = [row for _item, row in made]
        for settle in known.settle:
            settle(self.institution, rows)
        for row in rows:
            row.derive()
        taken = taken_by(rows) if rows else {}
        for item, row in made:
            if row.uid in taken and not known.joins:  # a link that is there already is as good as this one
                self._trouble(item, _("Something else stands in its place now."))
        return [row for row in rows if row.uid not in taken]

    def _changes(self, recorded_type: str, items: Sequence[ChangeItem]) -> list[Recorded]:
        model, rows = history.registered(recorded_type).model, self._rows(recorded_type, items)
        pointers = self._pointers(model, items)
        merged = {one.item.pk: one for one in compare(recorded_type, items, rows)}
        changing = []
        for item in items:
            row = rows.get(item.target_uid)
            if row is None or row.deleted_at:
                self._trouble(item, _("It has been deleted meanwhile."))
                continue
            clashes = merged[item.pk].clashes if item.pk in merged else ()
            if clashes:
                self._trouble(item, _("Somebody else changed the same fields meanwhile."), clashes)
            values = merged[item.pk].values if item.pk in merged else item.patch
            if not values:
                continue
            try:
                _put(row, values, pointers)
            except KeyError:
                self._trouble(item, _("What it belongs to or points to is no longer there."))
                continue
            row.derive()
            changing.append(row)
        return self._free(changing, items)

    def _back(self, recorded_type: str, items: Sequence[ChangeItem]) -> list[Recorded]:
        rows = [row for row in self._rows(recorded_type, items).values() if row.deleted_at]
        pointers = self._pointers(history.registered(recorded_type).model, items)
        by_uid = {item.target_uid: item for item in items}
        for row in rows:
            _put(row, by_uid[row.uid].patch, pointers)
            row.derive()
        held = without_ground(rows) if rows else {}
        for row in rows:
            if row.uid in held:
                self._trouble(by_uid[row.uid], _("What it belongs to or points to is no longer there."))
        return self._free([row for row in rows if row.uid not in held], items)

    def _free(self, rows: list[Recorded], items: Sequence[ChangeItem]) -> list[Recorded]:
        taken = taken_by(rows) if rows else {}
        by_uid = {item.target_uid: item for item in items}
        for row in rows:
            if row.uid in taken:
                self._trouble(by_uid[row.uid], _("Something else stands in its place now."))
        return [row for row in rows if row.uid not in taken]


def look(institution: Institution, items: Sequence[ChangeItem], coming: frozenset[str]) -> list[Problem]:
    """What is in the way of ``items``, without writing. ``coming`` are the uids of all that their set would bring."""
    laying = Laying(institution, items, coming=coming)
    for _part in laying.parts():
        pass
    return laying.problems


@dataclass(frozen=True)
class Compared:
    """An item against what stands in the register now: what it still changes, and where it clashes."""

    item: ChangeItem
    values: dict[str, Any]
    clashes: tuple[Clash, ...]


def compare(recorded_type: str, items: Sequence[ChangeItem], rows: Mapping[UUID, Recorded]) -> list[Compared]:
    """Items whose thing has moved on since they were written, merged with what became of it. One query, none if nothing moved."""
    moved = [
        item
        for item in items
        if (row := rows.get(item.target_uid)) is not None and row.version != item.base_version
    ]
    if not moved:
        return []
    wanted = {(item.target_uid, item.base_version) for item in moved}
    found = Revision.objects.filter(target_uid__in={uid for uid, _version in wanted})
    base = {(r.target_uid, r.version): r.snapshot for r in found if (r.target_uid, r.version) in wanted}
    now = [rows[item.target_uid] for item in moved]
    models.prefetch_related_objects(now, *history.references(type(now[0])))
    before = portable(recorded_type, [base.get((i.target_uid, i.base_version), {}) for i in moved])
    theirs = portable(recorded_type, [history.snapshot(row) for row in now])
    told = []
    for item, was, live in zip(moved, before, theirs, strict=True):
        merged = merge(was, live, item.patch)
        told.append(Compared(item, merged.values, merged.clashes))
    return told


# ---- from what was written to items


@dataclass
class Captured:
    """What one thing became between two moments, as an item without its set."""

    target_type: str
    target_uid: UUID
    verb: str
    base_version: int
    patch: dict[str, Any]
    name: str


def last_revision() -> int:
    """The mark after which :func:`fresh` and :func:`captured` read. Of all institutions: that is one step in the index, and
    what others write meanwhile is left out by them."""
    return Revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def fresh(institution: Institution, mark: int) -> QuerySet[Revision]:
    """What was written in an institution after ``mark``."""
    return Revision.objects.filter(change_set__institution=institution, pk__gt=mark)


def captured(institution: Institution, mark: int) -> list[Captured]:
    """What was written after ``mark``, one thing once, as the difference between its first and its last state."""
    told: list[Captured] = []
    found = fresh(institution, mark)
    for recorded_type in history.types():
        written: dict[UUID, list[Revision]] = defaultdict(list)
        for revision in found.filter(target_type=recorded_type).order_by("pk"):
            written[revision.target_uid].append(revision)
        for uids in history.chunks(list(written), history.CHUNK):
            told += _of_type(recorded_type, {uid: written[uid] for uid in uids})
    return told


def _of_type(recorded_type: str, written: Mapping[UUID, list[Revision]]) -> list[Captured]:
    known = history.registered(recorded_type)
    older = {uid: r[0].version - 1 for uid, r in written.items() if r[0].verb != "add"}
    before: dict[UUID, Mapping[str, Any]] = {
        r.target_uid: r.snapshot
        for r in Revision.objects.filter(target_uid__in=list(older))
        if r.version == older[r.target_uid]
    }
    uids = list(written)
    was = dict(zip(uids, portable(recorded_type, [before.get(uid, {}) for uid in uids]), strict=True))
    now = dict(zip(uids, portable(recorded_type, [written[uid][-1].snapshot for uid in uids]), strict=True))
    told = []
    for uid, revisions in written.items():
        verb = _net(revisions[0].verb, revisions[-1].verb)
        patch = now[uid] if verb == "add" else changed(was[uid], now[uid])
        if not verb or (verb == "change" and not patch):
            continue
        # What joins two things is told by its ends, also where they did not change.
        ends = {name: now[uid].get(name) for name in known.joins}
        base = older.get(uid, 0)
        snapshot = revisions[-1].snapshot
        name = snapshot.get("name") or " → ".join(snapshot.get("_names", {}).values())
        told.append(Captured(recorded_type, uid, verb, base, {**ends, **patch}, str(name)[:620]))
    return told


def _net(first: str, last: str) -> str:
    """What a row of verbs comes to; empty where it comes to nothing."""
    if first == "add":
        return "" if last == "delete" else "add"
    if first == "restore":
        return "" if last == "delete" else "restore"
    return "delete" if last == "delete" else "change"


def about(items: Iterable[ChangeItem], uids: set[str]) -> list[ChangeItem]:
    """Those items that say something about ``uids``: of the things themselves, of what joins them, and of its other ends."""
    items = list(items)
    near, told = set(uids), []
    for item in items:
        joins = history.registered(item.target_type).joins
        ends = {str((item.patch.get(name) or {}).get("uid", "")) for name in joins}
        if ends & uids:
            near |= ends
            near.add(str(item.target_uid))
    for item in items:
        if str(item.target_uid) in near:
            told.append(item)
    return told


def touching(change_set: ChangeSet, uid: UUID | str) -> bool:
    """Whether a set says anything about one thing. One cheap query."""
    own = Q(target_uid=uid) | Q(patch__source__uid=str(uid)) | Q(patch__target__uid=str(uid))
    return change_set.items.filter(own).exists()
