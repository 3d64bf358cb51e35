"""What has changed, by whom and from what to what: only of things that the actor may see.

A set shows when it lies in the actor's scope or is the actor's own; a line in it shows when the room that owns the thing
says so (``visible`` of :func:`pendapa.kernel.history.actions.register`). What is hidden is not counted either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions
from pendapa.kernel.history.differences import Difference as Difference
from pendapa.kernel.history.differences import between as between
from pendapa.kernel.history.differences import differences as differences
from pendapa.kernel.history.differences import flat as flat
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.numbers import whole
from pendapa.kernel.permissions import HISTORY
from pendapa.kernel.tenancy.models import Institution, Unit, User

SETS, LINES, NAMED = 30, 100, 3
VERBS = ("add", "change", "delete", "restore")


@dataclass(frozen=True)
class Set:
    """A line of the list of change sets. ``counts`` by verb; ``names`` of the things of a small set."""

    uid: UUID
    kind: str
    state: str
    author: str
    at: datetime
    reason: str
    unit: str
    counts: dict[str, int]
    names: list[str]
    url: str
    author_id: int | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def title(self) -> str:
        """What was done, in a few words."""
        if self.kind == "import":
            return _("Import of %(file)s") % {"file": self.reason} if self.reason else _("Import")
        if self.names:
            more = self.total - len(self.names)
            shown = ", ".join(self.names)
            what = _("%(names)s and %(n)s more") % {"names": shown, "n": more} if more > 0 else shown
        else:
            what = self.reason or _("%(n)s changes") % {"n": self.total}
        return _("Taken back: %(what)s") % {"what": what} if self.kind == "undo" else what


@dataclass(frozen=True)
class Page:
    """Sets, newest first, with marks of the neighbouring pages."""

    rows: list[Set]
    next: str
    previous: str


@dataclass(frozen=True)
class Entry:
    """One write of one thing."""

    uid: UUID
    type: str
    title: str
    domain: str
    name: str
    url: str
    verb: str
    version: int
    at: datetime
    author: str
    set_uid: UUID
    kind: str
    differences: list[Difference]


@dataclass(frozen=True)
class Lines:
    """A page of a set's writes, with marks of the neighbouring pages."""

    rows: list[Entry]
    next: int
    previous: int


# ---- change sets


def sets(actor: Actor, institution: Institution) -> QuerySet[ChangeSet]:
    """Change sets that were written, within the actor's scope, and the actor's own."""
    scope = actor.scope(HISTORY, institution)
    found = ChangeSet.objects.filter(institution=institution, state__in=ChangeSet.WRITTEN)
    if scope.everything:
        return found
    mine = Q(author=actor.user) if actor.user else Q(pk__in=[])
    return found.filter(scope.filter() | mine) if scope else found.none()


@dataclass(frozen=True)
class Of:
    """Whose history is asked for: of a unit with all below it, of a person, of imports alone."""

    unit: Unit | None = None
    author: User | None = None
    kind: str = ""

    def filter(self) -> Q:
        """The same as a condition on sets."""
        wanted = Q()
        if self.unit is not None:
            wanted &= Q(unit__path__startswith=self.unit.path)
        if self.author is not None:
            wanted &= Q(author=self.author)
        return wanted & Q(kind=self.kind) if self.kind else wanted


def of(actor: Actor, institution: Institution, *, unit: str = "", author: str = "", kind: str = "") -> Of:
    """Read what an address asks for. Raises :class:`NotFound` for a unit or a person that is not of this institution, and
    for a person of whom the actor may see no set."""
    where = who = None
    if unit:
        try:
            where = Unit.objects.filter(institution=institution, uid=UUID(unit)).first()
        except ValueError:
            where = None
        if where is None:
            raise NotFound
    if author:
        number = whole(author, digits=18)
        who = User.objects.filter(pk=number).first() if number is not None else None
        if who is None or not sets(actor, institution).filter(author=who).exists():
            raise NotFound
    return Of(where, who, kind if kind in dict(ChangeSet.KINDS) else "")


def page(
    actor: Actor,
    institution: Institution,
    *,
    after: str = "",
    before: str = "",
    size: int = SETS,
    of: Of | None = None,
) -> Page:
    """Sets newest first. ``after`` and ``before`` are marks of a page shown earlier; a bad mark is no mark."""
    found = sets(actor, institution).select_related("unit")
    if of is not None:
        found = found.filter(of.filter())
    mark, newer = _mark_of(before or after), bool(before)
    if mark:
        at, pk = mark
        if newer:
            found = found.filter(created_at__gte=at).filter(Q(created_at__gt=at) | Q(pk__gt=pk))
        else:
            found = found.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(pk__lt=pk))
    order = ("created_at", "pk") if mark and newer else ("-created_at", "-pk")
    rows, shown = _told(actor, institution, found.order_by(*order), size + 1)
    more, rows, shown = len(rows) > size, rows[:size], shown[:size]
    if mark and newer:
        rows.reverse()
        shown.reverse()
    has_next, has_previous = (True, more) if mark and newer else (more, mark is not None)
    return Page(
        shown,
        next=_mark(rows[-1]) if rows and has_next else "",
        previous=_mark(rows[0]) if rows and has_previous else "",
    )


def recent(actor: Actor, institution: Institution, n: int = 5) -> list[Set]:
    """The newest ``n`` sets, for the home page."""
    return page(actor, institution, size=n).rows


def of_unit(actor: Actor, institution: Institution, unit: Unit, n: int = 10) -> list[Set]:
    """The newest sets that were written for a unit or one below it, as far as the actor may see them."""
    found = sets(actor, institution).filter(unit__path__startswith=unit.path).select_related("unit")
    return _told(actor, institution, found.order_by("-created_at", "-pk"), n)[1]


def change_set(actor: Actor, institution: Institution, uid: UUID | str) -> tuple[ChangeSet, Set]:
    """One set, as it is and as it is told. Raises :class:`NotFound` when absent or not to be seen."""
    found = sets(actor, institution).select_related("unit", "institution", "undoes").filter(uid=uid).first()
    shown = _shown(actor, institution, [found]) if found else []
    if found is None or not shown:
        raise NotFound
    return found, shown[0]


def undone_by(actor: Actor, institution: Institution, found: ChangeSet) -> ChangeSet | None:
    """The newest set that took this one back, where the actor may see it."""
    return sets(actor, institution).filter(undoes=found).order_by("-pk").first()


def _mark(row: ChangeSet) -> str:
    return f"{row.created_at.isoformat()}|{row.pk}"


def _mark_of(text: str) -> tuple[datetime, int] | None:
    at, _bar, pk = text.rpartition("|")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), int(pk)) if moment.tzinfo and len(pk) < 19 else None
    except (ValueError, OverflowError):  # a moment of the year 1 may lie before every year elsewhere
        return None


def _told(
    actor: Actor, institution: Institution, found: QuerySet[ChangeSet], wanted: int
) -> tuple[list[ChangeSet], list[Set]]:
    """The first sets of which the actor may see something, as they are and as they are told. The others take no place: else a
    short page, and the mark of the next, would tell that there are any."""
    rows: list[ChangeSet] = []
    shown: list[Set] = []
    start, step = 0, wanted
    while some := list(found[start : start + step]):
        seen = _shown(actor, institution, some)
        uids = {one.uid for one in seen}
        rows += [row for row in some if row.uid in uids]
        shown += seen
        if len(some) < step or len(rows) >= wanted:
            break
        start, step = start + step, max(wanted, 200)
    return rows[:wanted], shown[:wanted]


def _shown(actor: Actor, institution: Institution, found: Sequence[ChangeSet]) -> list[Set]:
    """The sets as they are told; those of which the actor may see nothing are left out."""
    everything = actor.scope(HISTORY, institution).everything
    me = actor.user.pk if actor.user else None
    whole = {s.pk for s in found if everything or s.author_id == me}
    counts = _visible_counts(actor, institution, [s.pk for s in found if s.pk not in whole])
    told = {s.pk: _stored(s.counts) if s.pk in whole else counts[s.pk] for s in found}
    names = _names(actor, institution, [pk for pk, n in told.items() if 0 < sum(n.values()) <= NAMED])
    return [
        Set(
            uid=s.uid,
            kind=s.kind,
            state=s.state,
            author=s.author_name,
            at=s.created_at,
            reason=s.reason,
            unit=s.unit.name if s.unit else "",
            counts=told[s.pk],
            names=names[s.pk],
            url=reverse("history:set", args=[institution.code, s.uid]),
            author_id=s.author_id,
        )
        for s in found
        if s.pk in whole or told[s.pk]
    ]


def _stored(counts: dict[str, int]) -> dict[str, int]:
    return {verb: counts[verb] for verb in VERBS if counts.get(verb)}


def _visible_counts(actor: Actor, institution: Institution, pks: Sequence[int]) -> dict[int, dict[str, int]]:
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    writes = Revision.objects.filter(change_set__in=pks) if pks else Revision.objects.none()
    rows = list(writes.values_list("change_set", "verb", "target_type", "target_uid"))
    seen = _visible(actor, institution, ((kind, uid) for _set, _verb, kind, uid in rows))
    for pk, verb, _kind, uid in rows:
        if uid in seen:
            counted[pk][verb] += 1
    return {pk: _stored(counted[pk]) for pk in pks}


def _names(actor: Actor, institution: Institution, pks: Sequence[int]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = defaultdict(list)
    few = Revision.objects.filter(change_set__in=pks).order_by("pk") if pks else Revision.objects.none()
    rows = list(few)
    seen = _visible(actor, institution, ((r.target_type, r.target_uid) for r in rows))
    for revision in rows:
        if revision.target_uid in seen:
            named[revision.change_set_id].append(_name(revision))
    return named


def _visible(actor: Actor, institution: Institution, things: Iterable[tuple[str, UUID]]) -> set[UUID]:
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for kind, uid in things:
        by_type[kind].add(uid)
    seen: set[UUID] = set()
    for kind, uids in by_type.items():
        for some in actions.chunks(sorted(uids), actions.CHUNK):
            seen |= actions.registered(kind).visible(actor, institution, some)
    return seen


# ---- what was written


def lines(actor: Actor, found: ChangeSet, *, after: int = 0, before: int = 0, size: int = LINES) -> Lines:
    """The writes of a set that the actor may see, in the order in which they were made."""
    writes, forward = found.revisions.all(), not before
    if before:
        writes = writes.filter(pk__lt=before).order_by("-pk")
    else:
        writes = writes.filter(pk__gt=after).order_by("pk")
    rows = _first(actor, found.institution, writes, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if not forward:
        rows.reverse()
    has_next, has_previous = (more, after > 0) if forward else (True, more)
    for revision in rows:
        revision.change_set = found
    return Lines(
        _entries(actor, found.institution, rows),
        next=rows[-1].pk if rows and has_next else 0,
        previous=rows[0].pk if rows and has_previous else 0,
    )


def of_target(actor: Actor, institution: Institution, uid: UUID | str, limit: int = 50) -> list[Entry]:
    """The writes of one thing, newest first; nothing when the actor may not see it.

    Where the thing's unit lies outside the actor's scope, only those of sets that the actor may see.
    """
    writes = Revision.objects.filter(target_uid=uid, change_set__institution=institution).order_by("-version")
    last = writes.first()
    if last is None or last.target_uid not in _visible(
        actor, institution, [(last.target_type, last.target_uid)]
    ):
        return []
    if not _in_scope(actor, institution, last):
        writes = writes.filter(change_set__in=sets(actor, institution))
    return _entries(actor, institution, list(writes.select_related("change_set")[:limit]))


def _in_scope(actor: Actor, institution: Institution, last: Revision) -> bool:
    scope = actor.scope(HISTORY, institution)
    unit = {"uid": last.target_uid} if last.target_type == "unit" else {"pk": last.snapshot.get("unit")}
    return scope.everything or (
        bool(scope) and scope.covers(Unit.objects.filter(institution=institution, **unit).first())
    )


def _first(actor: Actor, institution: Institution, writes: QuerySet[Revision], wanted: int) -> list[Revision]:
    """The first ``wanted`` writes that the actor may see."""
    found: list[Revision] = []
    for some in _slices(writes):
        seen = _visible(actor, institution, ((r.target_type, r.target_uid) for r in some))
        found += [r for r in some if r.target_uid in seen]
        if len(found) >= wanted:
            break
    return found[:wanted]


def _slices(writes: QuerySet[Revision], size: int = 200) -> Iterator[list[Revision]]:
    start = 0
    while some := list(writes[start : start + size]):
        yield some
        start += size
        if len(some) < size:
            return


def _entries(actor: Actor, institution: Institution, revisions: Sequence[Revision]) -> list[Entry]:
    open_then = _openness(actor, institution, {r.target_type for r in revisions})
    revisions = [r for r in revisions if open_then[r.target_type](r.snapshot)]
    before = _snapshots_before(revisions)
    kinds = {r.target_uid: r.target_type for r in revisions}
    before = {key: snap for key, snap in before.items() if open_then[kinds[key[0]]](snap)}
    pages = _pages(institution, revisions)
    return [
        Entry(
            uid=r.target_uid,
            type=r.target_type,
            title=str(actions.registered(r.target_type).title),
            domain=str(r.snapshot.get("domain") or ""),
            name=_name(r),
            url=pages.get(r.target_uid, ""),
            verb=r.verb,
            version=r.version,
            at=r.recorded_from,
            author=r.change_set.author_name,
            set_uid=r.change_set.uid,
            kind=r.change_set.kind,
            differences=[]
            if r.verb == "delete"
            else differences(r, before.get((r.target_uid, r.version - 1))),
        )
        for r in revisions
    ]


def _openness(
    actor: Actor, institution: Institution, types: Iterable[str]
) -> dict[str, Callable[[dict[str, Any]], bool]]:
    """By type, the test whether a past state was open to the actor: what was restricted then stays so."""
    asked = {kind: actions.registered(kind).then for kind in types}
    return {kind: then(actor, institution) if then else _always for kind, then in asked.items()}


def _always(_snapshot: dict[str, Any]) -> bool:
    return True


def _snapshots_before(revisions: Sequence[Revision]) -> dict[tuple[UUID, int], dict[str, Any]]:
    wanted = {(r.target_uid, r.version - 1) for r in revisions if r.verb != "add"}
    known = {(r.target_uid, r.version): r.snapshot for r in revisions}
    rest = wanted - known.keys()
    if rest:
        older = Revision.objects.filter(
            target_uid__in={uid for uid, _v in rest}, version__in={v for _u, v in rest}
        )
        known |= {
            (uid, version): snap
            for uid, version, snap in older.values_list("target_uid", "version", "snapshot")
        }
    return known


def _pages(institution: Institution, revisions: Sequence[Revision]) -> dict[UUID, str]:
    """Addresses of the things that still live."""
    found: dict[UUID, str] = {}
    for kind in {r.target_type for r in revisions}:
        known = actions.registered(kind)
        if known.page:
            uids = {r.target_uid for r in revisions if r.target_type == kind}
            live = known.model._default_manager.filter(uid__in=uids, deleted_at=None)
            try:
                found |= {
                    uid: reverse(known.page, args=[institution.code, uid])
                    for uid in live.values_list("uid", flat=True)
                }
            except NoReverseMatch:
                continue
    return found


def _name(revision: Revision) -> str:
    snap = revision.snapshot
    name = snap.get("name") or snap.get("title") or " → ".join(snap.get("_names", {}).values())
    return str(name or actions.registered(revision.target_type).title)
