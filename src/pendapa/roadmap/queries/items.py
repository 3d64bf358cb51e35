"""The one source of table, timeline, board, by OPD, budget, cockpit and files: every initiative with what belongs to it.

:func:`items` reads in a fixed number of queries, however many there are, and only what the actor may see: a dependency on
what one may not see is not there, and actions are counted where the actor reads all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import (
    Action,
    Baseline,
    BaselineItem,
    Budget,
    Dependency,
    Initiative,
    InitiativePartner,
    Roadmap,
)
from pendapa.roadmap.queries import action_plan, baselines, narrowing, reach
from pendapa.roadmap.rules import drift, progress
from pendapa.roadmap.rules.drift import Drift, Facts

LOOSE, EVERY = "lepas", "semua"
"""What stands in an address for: in no roadmap yet; of every roadmap and of none."""
NO_CONTENT = "-"


@dataclass(frozen=True, slots=True)
class Office:
    """A unit in short. ``top`` is the OPD at the top of its tree (its own id for an OPD)."""

    id: int
    uid: UUID
    code: str
    name: str
    path: str
    short_name: str
    top: int

    @property
    def short(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class Money:
    """Rupiah of a year or of all years: *pagu indikatif*, *masuk APBD*, *realisasi*; None where nothing of it is known."""

    planned: Decimal | None = None
    budgeted: Decimal | None = None
    spent: Decimal | None = None

    def plus(self, other: Money) -> Money:
        return Money(
            plus(self.planned, other.planned),
            plus(self.budgeted, other.budgeted),
            plus(self.spent, other.spent),
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One initiative as the views show it.

    ``money`` is by year. ``progress`` is in percent, None where it is not known; the counts of actions are None where the actor
    may not know them (or, ``actions_done`` and so on 0, where there are none): see :func:`.reach.followed`. ``drift`` is what :mod:`..rules.drift` says
    about it against the baseline that is the measure of its roadmap, None without one; ``was`` are its first and last day in it.
    ``done_on`` is the day of its last finished action where it is done, None where nobody knows it; ``ends_on`` stays the plan.
    """

    id: int
    uid: UUID
    version: int
    code: str
    title: str
    content: str
    unit: Office | None
    partners: tuple[Office, ...]
    year: int
    starts_on: date | None
    ends_on: date | None
    state: str
    cost: Decimal | None
    days: Decimal | None
    lifts: Sequence[Mapping[str, str]]
    origin: str
    plan: UUID | None
    roadmap_id: int | None
    money: Mapping[int, Money]
    waits_for: tuple[UUID, ...]
    progress: int | None
    late: bool
    actions_done: int | None = None
    actions_open: int | None = None
    actions_late: int | None = None
    drift: Drift | None = None
    was: tuple[date | None, date | None] | None = None
    done_on: date | None = None

    @property
    def until(self) -> date | None:
        """Its last day: of what is done the real one, where it is known, else the planned one."""
        return self.done_on or self.ends_on

    @property
    def since(self) -> date | None:
        """Its first day: what was done before it was to begin took that day."""
        return min(self.starts_on, self.done_on) if self.starts_on and self.done_on else self.starts_on

    @property
    def planned_until(self) -> date | None:
        """The planned last day, where the real one is another."""
        return self.ends_on if self.done_on and self.done_on != self.ends_on else None

    @property
    def unit_id(self) -> int | None:
        return self.unit.id if self.unit else None

    @property
    def unit_name(self) -> str:
        return self.unit.name if self.unit else ""

    @property
    def unit_short(self) -> str:
        return self.unit.short if self.unit else ""

    @property
    def unit_code(self) -> str:
        return self.unit.code if self.unit else ""

    @property
    def total(self) -> Money:
        """Of all years together."""
        return together(self.money.values())

    @property
    def years(self) -> range:
        """The years in which it runs; the one of its start where its end is not known."""
        return range(self.year, (max(self.ends_on.year, self.year) if self.ends_on else self.year) + 1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a view is narrowed to: texts as they stand in an address; what is no such thing finds nothing.

    ``year`` keeps what runs in it (with ``paid`` what has money in it instead), ``unit`` what belongs to a unit (or one of several,
    see :mod:`.narrowing`) or those below it, ``late`` ("1") what is late, ``partner`` what belongs to others and a unit or those
    below it take part in.
    """

    year: str = ""
    unit: str = ""
    content: str = ""
    state: str = ""
    late: str = ""
    text: str = ""
    plan: str = ""
    loose: bool = False
    partner: str = ""
    paid: bool = False

    def narrow(
        self, rows: QuerySet[Initiative], offices: Mapping[int, Office], day: date
    ) -> QuerySet[Initiative]:
        if self.loose:
            rows = rows.filter(roadmap=None)
        if self.year:
            rows = (_paid_in if self.paid else _in_year)(rows, whole(self.year, 4))
        if self.unit:
            asked = set(narrowing.uids(self.unit))
            rows = rows.filter(narrowing.below(one.path for one in offices.values() if one.uid in asked))
        if self.content:
            rows = rows.filter(content="" if self.content == NO_CONTENT else self.content)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.late:
            rows = rows.filter(state__in=progress.RUNNING, ends_on__lt=day)
        if self.text:
            rows = rows.filter(Q(title__icontains=self.text) | Q(code__icontains=self.text))
        if self.plan:
            rows = rows.filter(plan=self.plan) if is_uid(self.plan) else rows.none()
        if self.partner:
            path = next((one.path for one in offices.values() if str(one.uid) == self.partner), None)
            rows = _beside(rows, path) if path else rows.none()
        return rows


@dataclass(frozen=True, slots=True)
class Totals:
    """Some initiatives in numbers: the same in every view that shows them. ``cost`` is the estimate, where there is one.

    What is cancelled is counted, its money is not.
    """

    count: int = 0
    late: int = 0
    done: int = 0
    money: Money = Money()
    by_year: Mapping[int, Money] = field(default_factory=dict)
    cost: Decimal | None = None


def items(
    actor: Actor,
    institution: Institution,
    roadmap: Roadmap | None = None,
    filters: Filters | None = None,
    *,
    day: date | None = None,
    known: Mapping[int, Office] | None = None,
    against: Baseline | Literal["measure"] | None = "measure",
) -> list[Item]:
    """What the actor may see of ``roadmap`` (None: of every roadmap and of none), by year and then as they were made.

    ``day`` says what is late (today); ``known`` are the units and ``against`` the measure of the roadmap, where they are read
    already. Seven queries, two more with a roadmap that was frozen.
    """
    day = day or timezone.localdate()
    rows = reach.initiatives(actor, institution)
    if roadmap is not None:
        rows = rows.filter(roadmap=roadmap)
    known = offices(institution) if known is None else known
    rows = (filters or Filters()).narrow(rows, known, day)
    told = Action.objects.filter(reach.followed(actor, institution, "initiative__"), institution=institution)
    followed = Initiative.objects.filter(reach.followed(actor, institution), institution=institution)
    if against == "measure":
        against = baselines.measure(roadmap) if roadmap is not None else None
    return of_rows(
        institution, rows, known, told, followed, reach.initiatives(actor, institution), against, day
    )


def of_rows(
    institution: Institution,
    rows: QuerySet[Initiative],
    known: Mapping[int, Office],
    actions: QuerySet[Action],
    own: QuerySet[Initiative],
    visible: QuerySet[Initiative],
    against: Baseline | None,
    day: date,
) -> list[Item]:
    """The same of rows that somebody else chose (the public side): ``actions`` are those that may be counted, of initiatives in
    ``own``; ``visible`` those that a dependency may name; ``against`` the baseline that drift is told from."""
    ids = rows.order_by().values("pk")
    counts, counted = _actions(actions.filter(initiative__in=ids), day), set(own.values_list("pk", flat=True))
    money = _money(institution, ids)
    waits = _waits(institution, ids, visible)
    partners = _partners(institution, ids, known)
    frozen = _frozen(against)
    found = []
    for (
        pk, uid, version, code, title, content, unit, year, starts, ends, state, cost, effort, lifts, origin, plan, of,
        done_on,
    ) in rows.annotate(finished=baselines.done_day()).values_list(
        "pk", "uid", "version", "code", "title", "content", "unit_id", "year", "starts_on", "ends_on", "state", "cost",
        "days", "lifts", "origin", "plan", "roadmap_id", "finished",
    ).iterator(2000):  # fmt: skip
        leaves, done, behind = counts.get(pk, (0, 0, 0)) if pk in counted else (None, None, None)
        years = money.get(pk, {})
        planned = together(years.values()).planned if frozen is not None else None
        now = Facts(starts_on=starts, ends_on=ends, done_on=done_on, money=planned, state=state)
        moved, was = _moved(frozen, uid, now)
        item = Item(
            pk, uid, version, code, title, content, known.get(unit), partners.get(pk, ()), year, starts, ends, state,
            cost, effort, lifts, origin, plan, of, years, waits.get(pk, ()),
            progress.percent(state, done or 0, leaves or 0), progress.late(state, ends, day),
            done, None if leaves is None or done is None else leaves - done, behind, moved, was, done_on,
        )  # fmt: skip
        found.append(item)
    return found


def totals(rows: Iterable[Item]) -> Totals:
    """Some initiatives in numbers."""
    count = late = done = 0
    by_year: dict[int, Money] = {}
    cost: Decimal | None = None
    for one in rows:
        count += 1
        late += one.late
        done += one.state == "done"
        if one.state == "cancelled":
            continue
        cost = plus(cost, one.cost)
        for year, money in one.money.items():
            by_year[year] = by_year[year].plus(money) if year in by_year else money
    return Totals(count, late, done, together(by_year.values()), dict(sorted(by_year.items())), cost)


def spread(actor: Actor, institution: Institution) -> set[tuple[int | None, int]]:
    """Ids of the units and the years of what the actor may see: what there is to filter by."""
    rows = reach.initiatives(actor, institution).order_by().values_list("unit", "year").distinct()
    return set(rows)


def offices(institution: Institution) -> dict[int, Office]:
    """Every unit of the institution in short, also those that are gone, by id."""
    rows = Unit.objects.filter(institution=institution).values_list(
        "pk", "uid", "code", "name", "path", "short_name"
    )
    return {row[0]: Office(*row, top=int(row[4].strip("/").split("/")[0] or row[0])) for row in rows}


def together(parts: Iterable[Money]) -> Money:
    """Their sum."""
    found = Money()
    for one in parts:
        found = found.plus(one)
    return found


def plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """Sum of what is known; None where neither is."""
    return other if one is None else one if other is None else one + other


def is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _beside(rows: QuerySet[Initiative], path: str) -> QuerySet[Initiative]:
    """What belongs to others, and a unit at ``path`` or below it takes part in."""
    partners = InitiativePartner.objects.filter(
        initiative=OuterRef("pk"), deleted_at=None, unit__path__startswith=path
    )
    return rows.filter(Exists(partners)).exclude(unit__path__startswith=path)


def _in_year(rows: QuerySet[Initiative], year: int | None) -> QuerySet[Initiative]:
    if not year:
        return rows.none()
    return rows.filter(Q(year=year) | Q(year__lt=year, ends_on__gte=date(year, 1, 1)))


def _paid_in(rows: QuerySet[Initiative], year: int | None) -> QuerySet[Initiative]:
    """What has money in a year, whatever its days: what it asks or gets does not end with them."""
    if not year:
        return rows.none()
    return rows.filter(pk__in=Budget.objects.filter(deleted_at=None, year=year).values("initiative"))


_RESTS = Q(initiative__state__in=progress.RESTING)


def _actions(rows: QuerySet[Action], day: date) -> dict[int, tuple[int, int, int]]:
    """Leaves that are not cancelled, those of them that are done, and those that are late, by initiative."""
    counted = (
        action_plan.leaves(rows.filter(deleted_at=None))
        .order_by()
        .values_list("initiative")
        .annotate(
            leaves=Count("pk"),
            done=Count("pk", filter=Q(state="done")),
            behind=Count("pk", filter=Q(state__in=Action.OPEN, due__lt=day) & ~_RESTS),
        )
    )
    return {initiative: (count, done, late) for initiative, count, done, late in counted}


def _money(institution: Institution, ids: QuerySet[Any]) -> dict[int, dict[int, Money]]:
    found: dict[int, dict[int, Money]] = defaultdict(dict)
    rows = Budget.objects.filter(institution=institution, deleted_at=None, initiative__in=ids)
    names = ("initiative_id", "year", "planned", "budgeted", "spent")
    for initiative, year, *parts in rows.order_by("initiative", "year").values_list(*names).iterator(2000):
        years = found[initiative]
        years[year] = years[year].plus(Money(*parts)) if year in years else Money(*parts)
    return found


def _waits(
    institution: Institution, ids: QuerySet[Any], visible: QuerySet[Initiative]
) -> dict[int, tuple[UUID, ...]]:
    rows = Dependency.objects.filter(institution=institution, deleted_at=None, initiative__in=ids)
    found: dict[int, tuple[UUID, ...]] = {}
    # Looked up one by one: of two lists that must both hold, SQLite would try every pair.
    seen = Exists(visible.order_by().filter(pk=OuterRef("on")))
    for initiative, on in rows.filter(seen).order_by("pk").values_list("initiative", "on__uid"):
        found[initiative] = (*found.get(initiative, ()), on)
    return found


def _partners(
    institution: Institution, ids: QuerySet[Any], known: Mapping[int, Office]
) -> dict[int, tuple[Office, ...]]:
    rows = InitiativePartner.objects.filter(institution=institution, deleted_at=None, initiative__in=ids)
    found: dict[int, tuple[Office, ...]] = {}
    for initiative, unit in rows.order_by("pk").values_list("initiative", "unit"):
        found[initiative] = (*found.get(initiative, ()), known[unit])
    return found


def _frozen(baseline: Baseline | None) -> dict[UUID, Facts] | None:
    """What a baseline holds of dates and money, by initiative; None without a baseline."""
    if baseline is None:
        return None
    names = ("starts_on", "ends_on", "done_on", "state", "budgets")
    rows = BaselineItem.objects.filter(baseline=baseline)
    told = rows.values_list("initiative_uid", *(f"snapshot__{name}" for name in names))
    return {
        uid: replace(drift.facts(dict(zip(names, values, strict=True))), texts=())
        for uid, *values in told.iterator(2000)
    }


def _moved(
    frozen: Mapping[UUID, Facts] | None, uid: UUID, now: Facts
) -> tuple[Drift | None, tuple[date | None, date | None] | None]:
    """The drift from the baseline, and the days that stand in it. A draft is not part of it yet."""
    if frozen is None or now.state == "draft":
        return None, None
    was = frozen.get(uid)
    return drift.drift(now, was), None if was is None else (was.starts_on, was.ends_on)
