"""Taking a change set back: what nobody built upon since goes back, the rest stays and is told as far as one may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pendapa.kernel import refusing
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history.actions import (
    CHUNK,
    Conflict,
    Held,
    Writes,
    chunks,
    plain_values,
    references,
    registered,
    types,
    write,
)
from pendapa.kernel.history.models import ChangeSet, Recorded, Revision
from pendapa.kernel.inserting import field_of
from pendapa.kernel.permissions import IMPORT, UNDO_ANY
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats


class Refused(refusing.Refused):
    """The set cannot be taken back. Said of a whole set and never of a field; :class:`Already` tells that somebody did it before."""


class Already(Refused):
    """It has been taken back before."""


class Kept(NamedTuple):
    """A row that stays, and why. ``row`` is ``None`` where it is not open to who asked; then ``why`` names nothing."""

    row: Recorded | None
    why: str


@dataclass(frozen=True)
class Undone:
    """What undo did: ``count`` rows taken back; ``kept`` those that stay."""

    count: int
    kept: list[Kept]
    change_set: ChangeSet | None

    @property
    def named(self) -> list[tuple[Recorded, str]]:
        """What stays and is open to who asked."""
        return [(row, why) for row, why in self.kept if row is not None]


def unnamed(done: Undone) -> str:
    """A sentence on what stays without being open to who asked; empty when there is none."""
    count = len(done.kept) - len(done.named)
    told = ngettext(
        "%(n)s more that is not open to you stays.", "%(n)s more that are not open to you stay.", count
    )
    return told % {"n": count} if count else ""


Guard = Callable[[Actor, Sequence[Recorded]], None]
_guards: dict[str, list[Guard]] = defaultdict(list)


def guard(recorded_type: str) -> Callable[[Guard], Guard]:
    """Decorator: ``f(actor, rows)`` raises :class:`Refused` where only the verbs of the room may do to ``rows`` what taking a set
    back would. Rows that would go are as they stand, those that would come back hold what they held before."""

    def keep(function: Guard) -> Guard:
        _guards[recorded_type].append(function)
        return function

    return keep


# ---- who may


def may_undo(actor: Actor, change_set: ChangeSet) -> bool:
    """Who may take back any set there; else the author, as far as the author may still write in every unit it touched."""
    scope = actor.scope(IMPORT, change_set.institution)
    if not may_ask(actor, change_set):
        return False
    if actor.may(UNDO_ANY, change_set.institution) or scope.everything:
        return True
    touched = _touched(change_set)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[pk for pk in touched if pk])}
    return bool(touched) and all(pk is not None and scope.covers(units.get(pk)) for pk in touched)


def may_ask(actor: Actor, change_set: ChangeSet) -> bool:
    """What can be told without looking at what the set wrote: enough for a list to offer it."""
    institution = change_set.institution
    if actor.may(UNDO_ANY, institution):
        return True
    if actor.user is None or change_set.author_id != actor.user.pk:
        return False
    scope = actor.scope(IMPORT, institution)
    return bool(scope) and (change_set.unit_id is None or scope.covers(change_set.unit))


def _touched(change_set: ChangeSet) -> set[int | None]:
    """Ids of the units in which the set wrote, and of those to which its changes would take things back."""
    touched: set[int | None] = set()
    written = change_set.revisions.order_by()
    told = set(written.values_list("target_type", "verb", "snapshot__unit").distinct())
    for kind in {kind for kind, _verb, _unit in told}:
        ask, revisions = registered(kind).units, written.filter(target_type=kind)
        if ask is not None:
            touched |= ask(revisions)
            continue
        touched |= {unit for known, _verb, unit in told if known == kind}
        if (kind, "change") in {(known, verb) for known, verb, _unit in told}:
            touched |= _units_before(revisions.filter(verb="change"))
    return touched


def _units_before(changes: QuerySet[Revision]) -> set[int | None]:
    older = Revision.objects.filter(target_uid=OuterRef("target_uid"), version=OuterRef("version") - 1)
    older = older.annotate(unit=KT("snapshot__unit"))
    before = changes.annotate(was=Subquery(older.values("unit")[:1])).values_list("was", flat=True)
    return {None if pk is None else int(pk) for pk in before.distinct()}


# ---- doing it


def undo(actor: Actor, change_set: ChangeSet) -> Undone:
    """Take back every write of ``change_set`` that nobody built upon since; tell the rest.

    Raises :class:`NotFound` where the actor may not, :class:`Refused` where it has been done already or something came
    between. ``change_set`` has its new state afterwards.
    """
    institution = change_set.institution
    try:
        with transaction.atomic():
            hold(institution)
            if not may_undo(actor, change_set):
                raise NotFound
            change_set.refresh_from_db(fields=["state"])
            if change_set.state == "undone":
                raise Already(_("Nothing was left to take back: this has been undone already."))
            undoing = _Undoing(actor, change_set)
            done = write(
                actor,
                institution,
                "undo",
                undoing.parts(),
                reason=change_set.reason,
                undoes=change_set,
                unit=change_set.unit,
            )
            kept = _told(actor, institution, undoing.kept)
            if not undoing.written:
                transaction.set_rollback(True)
                return Undone(0, kept, None)
            change_set.state = "partly_undone" if kept else "undone"
            change_set.save(update_fields=["state"])
    except (Conflict, IntegrityError) as error:
        raise Refused(
            _("Somebody changed something of it at this very moment. Nothing was taken back; try again.")
        ) from error
    return Undone(undoing.count, kept, done)


def _told(actor: Actor, institution: Institution, kept: Sequence[tuple[Recorded, Held]]) -> list[Kept]:
    """What stays, in words: names only of what the actor may see now."""
    seen = _seen(actor, institution, [row for row, _held in kept] + [h.by for _row, h in kept if h.by])
    return [
        Kept(row, _why(held, seen)) if row.uid in seen else Kept(None, _("It is not open to you."))
        for row, held in kept
    ]


def _why(held: Held, seen: set[UUID]) -> str:
    if held.by is None:
        return held.why
    if held.by.uid in seen:
        return held.why % {"name": held.by}
    return _("something that is not open to you needs it")


def _seen(actor: Actor, institution: Institution, rows: Sequence[Recorded]) -> set[UUID]:
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        by_type[row.recorded_type].add(row.uid)
    seen: set[UUID] = set()
    for kind, uids in by_type.items():
        for some in chunks(sorted(uids), CHUNK):
            seen |= registered(kind).visible(actor, institution, some)
    return seen


def _rewritten(later: Revision) -> Held:
    """Somebody wrote it again."""
    when = formats.day(timezone.localtime(later.recorded_from), get_language() or "id")
    return Held(
        _("changed again by %(who)s on %(when)s") % {"who": later.change_set.author_name, "when": when}
    )


class _Undoing:
    """Works out the inverse of a set, type by type, while it is being written: what goes first frees what goes next."""

    def __init__(self, actor: Actor, change_set: ChangeSet) -> None:
        self._actor, self._set = actor, change_set
        self.written = 0
        self._rows = 0
        self.kept: list[tuple[Recorded, Held]] = []
        self._away: dict[str, list[Recorded]] = defaultdict(list)
        self._back: dict[str, list[tuple[Recorded, Revision]]] = defaultdict(list)

    @property
    def count(self) -> int:
        """Rows taken back. What only joins rows goes with them and counts where the set wrote nothing else."""
        return self._rows or self.written

    def _add(self, recorded_type: str, number: int) -> None:
        self.written += number
        if not registered(recorded_type).joins:
            self._rows += number

    def parts(self) -> Iterator[Writes]:
        """Deletions first, from what points to what is pointed at; then what comes back, the other way round."""
        for recorded_type in types():
            self._sort(recorded_type)
        for recorded_type in types():
            self._leave_with_kept(recorded_type)
        waiting: dict[str, list[Recorded]] = {}
        for recorded_type in reversed(types()):
            yield from self._take_away(recorded_type, waiting)
        for recorded_type in types():
            yield from self._bring_back(recorded_type)
        # What came back may have freed what was still held: a new unit whose elements went home.
        self._away = defaultdict(list, waiting)
        for recorded_type in reversed(types()):
            yield from self._take_away(recorded_type)

    def _sort(self, recorded_type: str) -> None:
        """Which things of a type go, which come back as they were, and which have been written again since."""
        written: dict[UUID, list[Revision]] = defaultdict(list)
        for revision in self._set.revisions.filter(target_type=recorded_type).order_by("version"):
            written[revision.target_uid].append(revision)
        model = registered(recorded_type).model
        for uids in chunks(list(written), CHUNK):
            rows = {row.uid: row for row in model._default_manager.filter(uid__in=uids)}
            untouched = [uid for uid in uids if _as_left(rows[uid], written[uid][-1])]
            self._keep_rewritten([rows[uid] for uid in uids if uid not in set(untouched)])
            before = _before({uid: written[uid][0].version for uid in untouched})
            for uid in untouched:
                if written[uid][0].verb in ("add", "restore"):
                    if not rows[uid].deleted_at:
                        self._away[recorded_type].append(rows[uid])
                elif uid in before:
                    self._back[recorded_type].append((rows[uid], before[uid]))

    def _leave_with_kept(self, recorded_type: str) -> None:
        """What joins a row that stays to another that stays, stays as well."""
        for name in registered(recorded_type).joins:
            model_field = field_of(registered(recorded_type).model, name)
            other = model_field.related_model
            assert isinstance(other, type) and issubclass(other, Recorded)
            staying = {row.pk for row, _held in self.kept if isinstance(row, other)}
            going = {row.pk for row in self._away[other.recorded_type]}
            ends = [
                field_of(registered(recorded_type).model, n).attname for n in registered(recorded_type).joins
            ]
            self._away[recorded_type] = [
                row
                for row in self._away[recorded_type]
                if getattr(row, model_field.attname) not in staying
                or any(getattr(row, e) in going for e in ends)
            ]

    def _keep_rewritten(self, rows: list[Recorded]) -> None:
        """Name what was written again, but not what an earlier undo of this very set took back, nor what is gone."""
        last: dict[UUID, Revision] = {}
        found = Revision.objects.filter(target_uid__in=[row.uid for row in rows]).select_related("change_set")
        for revision in found.defer("snapshot").order_by("version"):
            last[revision.target_uid] = revision
        for row in rows:
            later = last[row.uid]
            if later.change_set.undoes_id != self._set.pk and not row.deleted_at:
                self.kept.append((row, _rewritten(later)))

    def _take_away(
        self, recorded_type: str, waiting: dict[str, list[Recorded]] | None = None
    ) -> Iterator[Writes]:
        """What is held is kept, or put into ``waiting`` to be asked again."""
        free = self._away[recorded_type]
        # What one blocked row needs is blocked in turn: ask until nothing more is held.
        while free and (held := _held(recorded_type, free)):
            if waiting is None:
                self.kept += [(row, held[row.uid]) for row in free if row.uid in held]
            else:
                waiting.setdefault(recorded_type, []).extend(row for row in free if row.uid in held)
            free = [row for row in free if row.uid not in held]
        for rows in chunks(free, CHUNK):
            self._ask_guards(recorded_type, rows)
            self._add(recorded_type, len(rows))
            yield Writes(delete=list(rows))

    def _ask_guards(self, recorded_type: str, rows: Sequence[Recorded]) -> None:
        for ask in _guards[recorded_type]:
            ask(self._actor, rows)

    def _bring_back(self, recorded_type: str) -> Iterator[Writes]:
        # What was made first comes back first: a unit before those below it.
        for pairs in chunks(sorted(self._back[recorded_type], key=lambda pair: pair[0].pk), CHUNK):
            for row, revision in pairs:
                row.institution = self._set.institution  # else each would ask for it when it derives
                _put_back(row, revision.snapshot)
            free = [row for row, _revision in pairs]
            while free and (held := without_ground(free) | taken_by(free)):
                self.kept += [(row, held[row.uid]) for row in free if row.uid in held]
                free = [row for row in free if row.uid not in held]
            self._ask_guards(recorded_type, free)
            self._add(recorded_type, len(free))
            if free:
                alive = [row for row in free if not row.deleted_at]
                yield Writes(change=alive, restore=[row for row in free if row.deleted_at])


def _as_left(row: Recorded, revision: Revision) -> bool:
    """Whether ``row`` stands as ``revision`` left it: not written since, or put back to the same by a later undo."""
    if row.version == revision.version:
        return True
    if (row.deleted_at is not None) != (revision.verb == "delete"):
        return False
    return plain_values(row) == {name: value for name, value in revision.snapshot.items() if name != "_names"}


def _held(recorded_type: str, rows: Sequence[Recorded]) -> dict[UUID, Held]:
    """What may not go because something else needs it, by uid."""
    held: dict[UUID, Held] = {}
    for ask in registered(recorded_type).blockers:
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


def without_ground(rows: Sequence[Recorded]) -> dict[UUID, Held]:
    """Rows that point to something deleted cannot come back, by uid."""
    held: dict[UUID, Held] = {}
    for name in references(type(rows[0])):
        model_field = field_of(type(rows[0]), name)
        other = model_field.related_model
        if not (isinstance(other, type) and issubclass(other, Recorded)):
            continue
        ids = {getattr(row, model_field.attname) for row in rows} - {None}
        gone = {o.pk: o for o in other._default_manager.filter(pk__in=ids).exclude(deleted_at=None)}
        gone = {pk: o for pk, o in gone.items() if o.uid not in {row.uid for row in rows}}
        for row in rows:
            if (pk := getattr(row, model_field.attname)) in gone:
                held[row.uid] = Held(_("%(name)s has been deleted"), gone[pk])
    return held


def taken_by(rows: Sequence[Recorded]) -> dict[UUID, Held]:
    """Rows whose code (or whatever may be there once only) something else has taken meanwhile, by uid."""
    held: dict[UUID, Held] = {}
    model = type(rows[0])
    for rule in model._meta.constraints:
        if not isinstance(rule, models.UniqueConstraint) or not rule.fields:
            continue
        names = [field_of(model, name).attname for name in rule.fields]
        # One list of values asks the index; the whole key is compared here.
        telling = max(names, key=lambda name: len({getattr(row, name) for row in rows}))
        for part in chunks(rows, CHUNK):
            values = {getattr(row, telling) for row in part}
            others = model._default_manager.filter(rule.condition or Q(), **{f"{telling}__in": values})
            by_value = {tuple(getattr(other, name) for name in names): other for other in others}
            for row in part:
                key = tuple(getattr(row, name) for name in names)
                other = by_value.get(key)
                if other is None or other.pk == row.pk or (None in key and rule.nulls_distinct is not False):
                    continue
                if _would_meet(rule.condition, row):
                    held[row.uid] = Held(_("%(name)s stands in its place now"), other)
    return held


def _would_meet(condition: Q | None, row: Recorded) -> bool:
    """Whether ``row`` would fall under the condition of a rule once it is back. One query, where there is a condition."""
    if condition is None:
        return True
    values = {
        one.name: Value(getattr(row, one.attname), one)
        for one in row._meta.local_concrete_fields
        if not one.generated
    }
    values["deleted_at"] = Value(None, field_of(type(row), "deleted_at"))
    return condition.check(values)
