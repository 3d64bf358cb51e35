"""The register as it was known, as it was set, and as it is planned: always as far as the actor may see it today and could
see it then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Lower
from django.utils import timezone

from pendapa.architecture.models import Element, Relation, Release, ReleaseItem
from pendapa.architecture.permissions import RESTRICTED, VIEW
from pendapa.architecture.queries.analyses import key_of, remembered
from pendapa.architecture.queries.lists import Filters, readable, seen
from pendapa.architecture.rules.compare import Difference, compare
from pendapa.architecture.rules.moments import Moment
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeItem, Revision
from pendapa.kernel.review.queries import after_patch
from pendapa.kernel.tenancy.models import Institution, Unit

TYPES = ("element", "relation")


@dataclass(frozen=True)
class Record:
    """One thing at a moment. ``mark`` tells one shape of it from another; ``snapshot`` is as the history keeps it, with the
    names of what it points to under ``_names``."""

    type: str
    uid: UUID
    mark: str
    snapshot: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.snapshot.get("name") or " → ".join(self.snapshot.get("_names", {}).values()))


def release(actor: Actor, institution: Institution, code: str) -> Release:
    """A release by its code; :class:`NotFound` when absent or not to be seen."""
    if not actor.may(VIEW, institution):
        raise NotFound
    found = Release.objects.filter(institution=institution, code=code).first()
    if found is None:
        raise NotFound
    return found


def releases(actor: Actor, institution: Institution) -> QuerySet[Release]:
    """Releases, newest first."""
    found = Release.objects.filter(institution=institution)
    return found.order_by("-created_at", "-pk") if actor.may(VIEW, institution) else found.none()


def revisions(institution: Institution, moment: Moment, recorded_type: str) -> QuerySet[Revision]:
    """The revisions that were current at a moment. What is planned stands on what is current now."""
    found = Revision.objects.filter(target_type=recorded_type).exclude(verb="delete")
    if moment.kind == "release":
        frozen = ReleaseItem.objects.filter(
            release__institution=institution, release__code=moment.code, target_type=recorded_type
        )
        return found.filter(pk__in=frozen.values("revision"))
    found = found.filter(change_set__institution=institution)
    if moment.kind == "known" and moment.day is not None:
        end = _end(moment.day)
        return found.filter(Q(recorded_to=None) | Q(recorded_to__gt=end), recorded_from__lte=end)
    return found.filter(recorded_to=None)


def _end(day: date) -> datetime:
    """The last moment of a day where the institution is."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def open_to(
    actor: Actor, institution: Institution, found: QuerySet[Revision], recorded_type: str
) -> QuerySet[Revision]:
    """Those revisions whose thing the actor may see today and, for elements, could see as it was then."""
    if recorded_type == "relation":
        ends = seen(actor, institution, "source__") & seen(actor, institution, "target__")
        allowed = Relation.objects.filter(ends, institution=institution)
    else:
        allowed = Element.objects.filter(seen(actor, institution), institution=institution)  # type: ignore[assignment]
        found = found.filter(_then(actor, institution))
    return found.filter(target_uid__in=allowed.values("uid"))


def _then(actor: Actor, institution: Institution) -> Q:
    if not actor.may(VIEW, institution):
        return Q(snapshot__classification="public")
    scope = actor.scope(RESTRICTED, institution)
    if scope.everything:
        return Q()
    own = list(Unit.objects.filter(scope.filter(""), institution=institution).values_list("pk", flat=True))
    return ~Q(snapshot__classification="restricted") | Q(snapshot__unit__in=own)


# ---- what is planned


@dataclass(frozen=True)
class Plan:
    """What agreed proposals and periods make of a year: things that change, come, and go."""

    changed: dict[UUID, tuple[int, dict[str, Any]]]
    added: dict[UUID, tuple[int, str, dict[str, Any]]]
    gone: set[UUID]


def plan(institution: Institution, year: int) -> Plan:
    """All that is agreed to be in force by the end of ``year``, later proposals over earlier ones."""
    items = ChangeItem.objects.filter(
        change_set__institution=institution,
        change_set__state="agreed",
        change_set__effective_on__lte=date(year, 12, 31),
        target_type__in=TYPES,
    ).order_by("change_set__effective_on", "change_set_id", "pk")
    made = Plan({}, {}, set())
    for item in items.iterator(chunk_size=2000):
        if item.verb == "delete":
            made.gone.add(item.target_uid)
            made.added.pop(item.target_uid, None)
        elif item.verb == "add":
            made.added[item.target_uid] = (item.pk, item.target_type, dict(item.patch))
        elif item.verb == "change":
            _pk, patch = made.changed.get(item.target_uid, (0, {}))
            made.changed[item.target_uid] = (item.pk, {**patch, **item.patch})
    return made


def _in_year(snapshot: Mapping[str, Any], year: int) -> bool:
    """Whether a thing lives at any time of the year."""
    begins, ends = snapshot.get("valid_from"), snapshot.get("valid_to")
    return not (begins and str(begins) > f"{year}-12-31") and not (ends and str(ends) < f"{year}-01-01")


# ---- reading a moment


def marks(institution: Institution, moment: Moment, recorded_type: str) -> dict[UUID, str]:
    """What there is at a moment: by uid, a mark that differs wherever anything of the thing differs. Lean."""
    found = revisions(institution, moment, recorded_type)
    plain = {
        uid: str(pk) for uid, pk in found.order_by().values_list("target_uid", "pk").iterator(chunk_size=5000)
    }
    if moment.kind != "planned":
        return plain
    ahead = plan(institution, moment.year)
    out = _outside(institution, recorded_type, moment.year)
    for uid in (ahead.gone | out) - set(ahead.changed):
        plain.pop(uid, None)
    for uid, (pk, _patch) in ahead.changed.items():
        if uid in plain:
            plain[uid] = f"plan {pk}"
    for uid, (pk, kind, patch) in ahead.added.items():
        if kind == recorded_type and _in_year(patch, moment.year):
            plain[uid] = f"plan {pk}"
    return plain


def differing(
    institution: Institution, before: Moment, after: Moment, recorded_type: str
) -> Difference[UUID]:
    """What is at one moment and not at the other, or in another shape, by uid. Where nothing is planned, the database finds
    the revisions that only one of them names: two large states are not read to find what few differ."""
    if "planned" in (before.kind, after.kind):
        return compare(marks(institution, before, recorded_type), marks(institution, after, recorded_type))
    was, now = _named(institution, before, recorded_type), _named(institution, after, recorded_type)
    gone = set(was.exclude(named__in=now.values("named")).values_list("target_uid", flat=True))
    come = set(now.exclude(named__in=was.values("named")).values_list("target_uid", flat=True))
    return Difference(
        added=frozenset(come - gone), removed=frozenset(gone - come), changed=frozenset(come & gone)
    )


def _named(institution: Institution, moment: Moment, recorded_type: str) -> QuerySet[Any]:
    """The revisions of a moment, by their key ``named``, with ``target_uid``."""
    if moment.kind != "release":
        return revisions(institution, moment, recorded_type).order_by().annotate(named=F("pk"))
    frozen = ReleaseItem.objects.filter(
        release__institution=institution, release__code=moment.code, target_type=recorded_type
    )
    return frozen.order_by().annotate(named=F("revision_id"))


def _outside(institution: Institution, recorded_type: str, year: int) -> set[UUID]:
    """Live things that end before the year begins, or begin after it ends."""
    model = Element if recorded_type == "element" else Relation
    apart = Q(valid_from__gt=date(year, 12, 31)) | Q(valid_to__lt=date(year, 1, 1))
    found = model._default_manager.filter(apart, institution=institution, deleted_at=None)
    return set(found.values_list("uid", flat=True))


def records(
    actor: Actor,
    institution: Institution,
    moment: Moment,
    recorded_type: str = "element",
    *,
    uids: Sequence[UUID] | None = None,
) -> Iterator[Record]:
    """Things at a moment that the actor may see, in no order; ``uids`` asks for some only. Memory stays bounded."""
    found = open_to(actor, institution, revisions(institution, moment, recorded_type), recorded_type)
    ahead = plan(institution, moment.year) if moment.kind == "planned" else None
    out = _outside(institution, recorded_type, moment.year) if ahead else set()
    units = _Units(institution) if ahead else None
    for some in [None] if uids is None else history.chunks(list(uids), history.CHUNK):
        asked = found if some is None else found.filter(target_uid__in=some)
        rows = asked.order_by("pk").values_list("pk", "target_uid", "snapshot")
        for pk, uid, snapshot in rows.iterator(chunk_size=2000):
            if ahead is None:
                yield Record(recorded_type, uid, str(pk), snapshot)
                continue
            if uid in ahead.changed and uid not in ahead.gone:
                item, patch = ahead.changed[uid]
                planned = after_patch(snapshot, patch)
                if recorded_type == "element" and units and not units.open(actor, planned):
                    # What is to be restricted stays, for the others, as it is: that it changes is told by nothing.
                    if uid not in out:
                        yield Record(recorded_type, uid, str(pk), snapshot)
                elif _in_year(planned, moment.year):
                    yield Record(recorded_type, uid, f"plan {item}", planned)
            elif uid not in ahead.gone and uid not in out:
                yield Record(recorded_type, uid, str(pk), snapshot)
    if ahead is not None:
        yield from _coming(actor, institution, ahead, recorded_type, moment.year, uids)


def _coming(
    actor: Actor,
    institution: Institution,
    ahead: Plan,
    recorded_type: str,
    year: int,
    uids: Sequence[UUID] | None,
) -> Iterator[Record]:
    """What is planned to be new, as far as it would be open to the actor."""
    wanted = None if uids is None else set(uids)
    units = dict(Unit.objects.filter(institution=institution).values_list("uid", "pk"))
    paths = dict(Unit.objects.filter(institution=institution).values_list("pk", "path"))
    for uid, (item, kind, patch) in ahead.added.items():
        if kind != recorded_type or (wanted is not None and uid not in wanted) or not _in_year(patch, year):
            continue
        snapshot = after_patch({}, patch)
        if recorded_type == "element":
            snapshot["unit"] = units.get(UUID(str(snapshot["unit"]))) if snapshot.get("unit") else None
            if not _may(actor, institution, snapshot, paths):
                continue
        elif not _ends_open(actor, institution, ahead, patch, paths, units):
            continue
        yield Record(recorded_type, uid, f"plan {item}", snapshot)


class _Units:
    """The units of an institution by uid, read once they are asked for: a planned change names them so."""

    def __init__(self, institution: Institution) -> None:
        self._institution = institution
        self._ids: dict[str, int] | None = None
        self._paths: dict[int, str] = {}

    def open(self, actor: Actor, planned: Mapping[str, Any]) -> bool:
        """Whether the actor may see an element as it is planned."""
        if self._ids is None:
            rows = list(Unit.objects.filter(institution=self._institution).values_list("uid", "pk", "path"))
            self._ids = {str(uid): pk for uid, pk, _path in rows}
            self._paths = {pk: path for _uid, pk, path in rows}
        unit = planned.get("unit")
        where = unit if isinstance(unit, int) else self._ids.get(str(unit), 0)
        return _may(actor, self._institution, {**planned, "unit": where}, self._paths)


def _may(
    actor: Actor, institution: Institution, snapshot: Mapping[str, Any], paths: Mapping[int, str]
) -> bool:
    if not actor.may(VIEW, institution):
        return snapshot.get("classification") == "public"
    scope = actor.scope(RESTRICTED, institution)
    if scope.everything or snapshot.get("classification") != "restricted":
        return True
    return bool(scope.paths) and paths.get(snapshot.get("unit") or 0, "").startswith(scope.paths)


def _ends_open(
    actor: Actor,
    institution: Institution,
    ahead: Plan,
    patch: Mapping[str, Any],
    paths: Mapping[int, str],
    units: Mapping[UUID, int],
) -> bool:
    for end in ("source", "target"):
        uid = UUID(str((patch.get(end) or {}).get("uid")))
        if uid in ahead.added:
            other = after_patch({}, ahead.added[uid][2])
            other["unit"] = units.get(UUID(str(other["unit"]))) if other.get("unit") else None
            if not _may(actor, institution, other, paths):
                return False
        elif not Element.objects.filter(seen(actor, institution), institution=institution, uid=uid).exists():
            return False
    return True


# ---- lists and single things


@dataclass(frozen=True)
class MomentPage:
    """Rows of a list at a moment, in the order of their names, and the mark of the next page."""

    rows: list[Record]
    next: str


def elements_at(
    actor: Actor, institution: Institution, moment: Moment, filters: Filters, size: int = 50
) -> MomentPage:
    """A page of elements at a moment, narrowed by domain, kind, unit and words of the name or code."""
    if moment.kind == "planned":
        return _planned_page(actor, institution, moment, filters, size)
    found = open_to(actor, institution, revisions(institution, moment, "element"), "element")
    found = found.annotate(called=Lower(KT("snapshot__name")))
    if filters.domain:
        found = found.filter(snapshot__domain=filters.domain)
    if filters.kind:
        found = found.filter(snapshot__kind=filters.kind)
    if filters.unit:
        found = found.filter(snapshot__unit__in=_units(institution, filters.unit))
    for word in filters.query.split()[:8]:
        found = found.filter(Q(snapshot__name__icontains=word) | Q(snapshot__code__icontains=word))
    if filters.after:
        name, _bar, pk = filters.after.rpartition("|")
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
        found = found.filter(Q(called__gt=name) | Q(called=name, pk__gt=number))
    rows = list(
        found.order_by("called", "pk").values_list("pk", "target_uid", "snapshot", "called")[: size + 1]
    )
    shown = [Record("element", uid, str(pk), snapshot) for pk, uid, snapshot, _called in rows[:size]]
    last = rows[size - 1] if len(rows) > size else None
    return MomentPage(shown, f"{last[3]}|{last[0]}" if last else "")


def _planned_page(
    actor: Actor, institution: Institution, moment: Moment, filters: Filters, size: int
) -> MomentPage:
    words = [word.casefold() for word in filters.query.split()[:8]]
    units = set(_units(institution, filters.unit)) if filters.unit else None

    def wanted(snapshot: Mapping[str, Any]) -> bool:
        text = f"{snapshot.get('name', '')} {snapshot.get('code', '')}".casefold()
        return (
            filters.domain in ("", snapshot.get("domain"))
            and filters.kind in ("", snapshot.get("kind"))
            and (units is None or snapshot.get("unit") in units)
            and all(word in text for word in words)
        )

    rows = sorted(
        (r for r in records(actor, institution, moment) if wanted(r.snapshot)),
        key=lambda record: (record.name.casefold(), str(record.uid)),
    )
    start = int(filters.after) if filters.after.isascii() and filters.after.isdigit() else 0
    return MomentPage(rows[start : start + size], str(start + size) if len(rows) > start + size else "")


def _units(institution: Institution, uid: str) -> list[int]:
    try:
        path = (
            Unit.objects.filter(institution=institution, uid=UUID(uid)).values_list("path", flat=True).first()
        )
    except ValueError:
        return []
    found = (
        Unit.objects.filter(institution=institution, path__startswith=path) if path else Unit.objects.none()
    )
    return list(found.values_list("pk", flat=True))


def element_at(actor: Actor, institution: Institution, moment: Moment, uid: UUID) -> Record:
    """One element at a moment; :class:`NotFound` when it was not there or is not to be seen."""
    for record in records(actor, institution, moment, uids=[uid]):
        return record
    raise NotFound


def relations_at(actor: Actor, institution: Institution, moment: Moment, uid: UUID) -> list[Record]:
    """The relations of an element at a moment."""
    pks = set(Element.objects.filter(uid=uid).values_list("pk", flat=True))
    near = Relation.objects.filter(Q(source__in=pks) | Q(target__in=pks), institution=institution)
    uids = list(near.values_list("uid", flat=True))
    if moment.kind == "planned":
        for other, (_pk, kind, patch) in plan(institution, moment.year).added.items():
            ends = {str((patch.get(end) or {}).get("uid")) for end in ("source", "target")}
            if kind == "relation" and str(uid) in ends:
                uids.append(other)
    return list(records(actor, institution, moment, "relation", uids=uids))


def readable_at(
    actor: Actor, institution: Institution, elements: Sequence[Element]
) -> dict[int, dict[str, Any]]:
    """The attributes of elements built from snapshots, as the actor may read them; units are loaded at once."""
    units = Unit.objects.in_bulk({element.unit_id for element in elements})
    for element in elements:
        element.unit = units.get(element.unit_id) or Unit(institution=institution, path="")
    return readable(actor, institution, elements)


def release_counts(actor: Actor, institution: Institution, found: Release) -> dict[str, int]:
    """How much of a release the actor may see: elements by domain, and ``relations``."""
    if actor.scope(RESTRICTED, institution).everything:
        return dict(found.counts)

    def count() -> dict[str, int]:
        at = Moment("release", code=found.code)
        rows = open_to(actor, institution, revisions(institution, at, "element"), "element").order_by()
        counts = rows.annotate(of=KT("snapshot__domain")).values_list("of").annotate(n=Count("pk"))
        links = open_to(actor, institution, revisions(institution, at, "relation"), "relation")
        return dict(counts) | {"relations": links.count()}

    return remembered(key_of("release", actor, institution, str(found.pk)), count)
