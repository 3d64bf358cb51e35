"""Money of the roadmap as the actor may see it: sums by OPD, programme and year, the index per rupiah, spending on twins.

What was cancelled is counted nowhere but in :attr:`Money.cancelled`. A fixed number of queries, however many initiatives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When

from pendapa.architecture.queries import twin_groups
from pendapa.evaluation.models import Assessment
from pendapa.evaluation.queries import assessments
from pendapa.evaluation.queries import editions as instruments
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Budget, InitiativeElement, Programme, Roadmap
from pendapa.roadmap.queries import items as sources
from pendapa.roadmap.queries import reach
from pendapa.roadmap.queries.items import Item, Office
from pendapa.roadmap.rules import money as rules
from pendapa.roadmap.rules.money import Ceiling, Double, Effect, Group, Raise, Share, Sums

NONE = "-"
"""Stands in an address for: without a code, without an owner."""


@dataclass(frozen=True)
class Line:
    """One line of a division: ``key`` for addresses (uid of the OPD, code, year; ``-`` for none), name, sums in rupiah.

    ``ceiling`` and ``recorded`` (spent) are those of the budget line itself, where there is one; None for all others.
    ``unbounded``: the years with money in which no line of that code says its ceiling; the sum is without them.
    """

    key: str
    name: str
    sums: Sums
    ceiling: Decimal | None = None
    recorded: Decimal | None = None
    unbounded: tuple[int, ...] = ()


@dataclass(frozen=True)
class Index:
    """What the effects rest on: index now and with everything lifted (points), and why there is none (``why``)."""

    now: Fraction | None = None
    reached: Fraction | None = None
    instrument: str = ""
    year: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Money:
    """The money of a roadmap, of one year or of all. ``doubles`` is None while applications were never compared."""

    sums: Sums
    by_unit: Sequence[Line]
    by_programme: Sequence[Line]
    by_year: Sequence[Line]
    without_programme: Sequence[Item]
    programmes_without_initiative: Sequence[Programme]
    per_point: Sequence[Effect]
    index: Index
    doubles: Sequence[Double] | None
    over: Sequence[Ceiling]
    cancelled: Sums
    shares: Sequence[Share] = ()
    items: Mapping[UUID, Item] = field(default_factory=dict)

    @property
    def planned(self) -> Decimal | None:
        return self.sums.planned

    @property
    def budgeted(self) -> Decimal | None:
        return self.sums.budgeted

    @property
    def spent(self) -> Decimal | None:
        return self.sums.spent


def summary(
    actor: Actor,
    institution: Institution,
    roadmap: Roadmap | None = None,
    year: int | None = None,
    rows: Sequence[Item] | None = None,
) -> Money:
    """The money of ``roadmap`` (None: of every initiative that the actor may see), of ``year`` (None: of all years). Of a year
    those initiatives count that have money in it.

    ``rows`` are the initiatives where a page has read them already, narrowed as it likes.
    """
    every = sources.items(actor, institution, roadmap) if rows is None else rows
    live = {one.uid: one for one in every if one.state != "cancelled"}
    given = shares(institution, every, year)
    own = [one for one in given if one.initiative in live]
    running = live if year is None else {one.initiative: live[one.initiative] for one in own}
    coded = {one.initiative for one in own if one.code}
    known = list(_programmes_of(actor, institution, roadmap, year))
    offices = sources.offices(institution)
    effects, index = effects_of(actor, institution, list(running.values()))
    return Money(
        sums=rules.sums(own, running),
        by_unit=_by_unit(own, running, offices),
        by_programme=_by_programme(own, known),
        by_year=_by_year(own),
        without_programme=[one for uid, one in running.items() if uid not in coded],
        programmes_without_initiative=_idle(known, institution),
        per_point=effects,
        index=index,
        doubles=doubles_of(actor, institution, running, own),
        over=rules.over(own, map(_line, known)),
        cancelled=rules.sums(one for one in given if one.initiative not in live),
        shares=own,
        items=running,
    )


def shares(institution: Institution, rows: Iterable[Item], year: int | None = None) -> list[Share]:
    """What these initiatives ask, get and spend, by year and code. One query."""
    by_id = {one.id: one for one in rows}
    found = Budget.objects.filter(institution=institution, deleted_at=None, initiative__deleted_at=None)
    if year is not None:
        found = found.filter(year=year)
    return [
        Share(by_id[pk].uid, _owner(by_id[pk]), *told)
        for pk, *told in found.order_by("year", "pk")
        .values_list("initiative_id", *_TOLD, _LINE)
        .iterator(2000)
        if pk in by_id
    ]


_TOLD = ("year", "programme_code", "source", "planned", "budgeted", "spent")
_LINE = Case(When(programme__deleted_at=None, then="programme"))
"""The budget line in which a row of money stands, unless it is gone."""


def _line(row: Programme) -> rules.Line:
    return rules.Line(row.pk, row.year, row.code, row.ceiling)


def programmes(actor: Actor, institution: Institution) -> QuerySet[Programme]:
    """The lines of the budget that the actor may read, by year (newest first) and code."""
    return reach.programmes(actor, institution).order_by("-year", "code", "pk")


def programme(actor: Actor, institution: Institution, uid: UUID | str) -> Programme:
    """One line of the budget. Raises NotFound for what is absent or not to be seen."""
    row = programmes(actor, institution).filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class ProgrammeLine:
    """A line of the budget with what initiatives ask of it (``sums``; of those that the actor may see)."""

    row: Programme
    sums: Sums

    @property
    def is_over(self) -> bool:
        """Is more asked, given or spent than its ceiling?"""
        amounts = (self.sums.planned, self.sums.budgeted, self.sums.spent, self.row.spent)
        return self.row.ceiling is not None and any(
            one is not None and one > self.row.ceiling for one in amounts
        )


def lines(
    actor: Actor, institution: Institution, year: str = "", text: str = "", idle: bool = False
) -> list[ProgrammeLine]:
    """The lines of the budget, of a year, with a text in code or name, or only those of which nothing is asked. Two queries."""
    found = programmes(actor, institution)
    if year:
        found = found.filter(year=whole(year, 4) or 0)
    if text:
        found = found.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    rows = list(found)
    told = _with_sums(actor, institution, rows)
    if not idle:
        return told
    unused = {row.pk for row in _idle(rows, institution)}
    return [one for one in told if one.row.pk in unused]


def line_of(actor: Actor, institution: Institution, row: Programme) -> ProgrammeLine:
    """One line with what is asked of it."""
    return _with_sums(actor, institution, [row])[0]


def years_of_programmes(actor: Actor, institution: Institution) -> list[int]:
    """The years that lines of the budget are of, the newest first."""
    rows = reach.programmes(actor, institution).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def _with_sums(actor: Actor, institution: Institution, rows: Sequence[Programme]) -> list[ProgrammeLine]:
    asked = _asked(actor, institution, rows)
    return [
        ProgrammeLine(
            row, rules.sums(one for one in asked.get((row.year, row.code), ()) if _line(row).holds(one))
        )
        for row in rows
    ]


def _asked(
    actor: Actor, institution: Institution, rows: Sequence[Programme]
) -> dict[tuple[int, str], list[Share]]:
    seen = reach.initiatives(actor, institution).exclude(state="cancelled").order_by().values("pk")
    asked = Budget.objects.filter(
        institution=institution,
        deleted_at=None,
        initiative__in=seen,
        programme_code__in={row.code for row in rows},
    )
    found: dict[tuple[int, str], list[Share]] = defaultdict(list)
    for uid, year, code, *told in asked.values_list("initiative__uid", *_TOLD, _LINE).iterator(2000):
        found[year, code].append(Share(uid, None, year, code, *told))
    return found


# ---- divisions


def _owner(item: Item) -> UUID | None:
    return item.unit.uid if item.unit else None


def _by_unit(rows: Sequence[Share], items: Mapping[UUID, Item], offices: Mapping[int, Office]) -> list[Line]:
    """By OPD at the top of its tree, the largest first; those without an owner last."""
    by_top: dict[Office | None, list[Share]] = defaultdict(list)
    there: dict[Office | None, set[UUID]] = defaultdict(set)

    def top(uid: UUID) -> Office | None:
        unit = items[uid].unit
        return offices.get(unit.top, unit) if unit else None

    for uid in items:
        there[top(uid)].add(uid)
    for row in rows:
        by_top[top(row.initiative)].append(row)
    found = [
        Line(
            str(office.uid) if office else NONE,
            office.name if office else "",
            rules.sums(by_top[office], uids),
        )
        for office, uids in there.items()
    ]
    return sorted(found, key=lambda one: (one.key == NONE, -(one.sums.planned or 0), one.name))


def _by_programme(rows: Sequence[Share], known: Sequence[Programme]) -> list[Line]:
    """By code, with the ceilings of its lines; those without a code last. Only codes that an initiative names."""
    names: dict[str, str] = {}
    ceilings: dict[str, list[Decimal | None]] = defaultdict(list)
    spent: dict[str, list[Decimal | None]] = defaultdict(list)
    for one in known:
        names.setdefault(one.code, one.name)
        ceilings[one.code].append(one.ceiling)
        spent[one.code].append(one.spent)
    bounded = {key for key, ceiling in _ceilings(known).items() if ceiling is not None}
    asked = {(row.year, row.code) for row in rows if row.code} - bounded
    found = []
    for code, sums in rules.grouped(rows, lambda row: row.code).items():
        text = str(code)
        line = (rules.total(ceilings[text]), rules.total(spent[text])) if text else (None, None)
        without = tuple(sorted(year for year, named in asked if named == text))
        found.append(Line(text or NONE, names.get(text, ""), sums, *line, without))
    return sorted(found, key=lambda one: (one.key == NONE, one.key))


def _by_year(rows: Sequence[Share]) -> list[Line]:
    found = rules.grouped(rows, lambda row: row.year)
    return sorted((Line(str(year), str(year), sums) for year, sums in found.items()), key=lambda one: one.key)


def _programmes_of(
    actor: Actor, institution: Institution, roadmap: Roadmap | None, year: int | None
) -> QuerySet[Programme]:
    rows = programmes(actor, institution).select_related("unit")
    if year is not None:
        return rows.filter(year=year)
    return rows.filter(year__range=(roadmap.first_year, roadmap.last_year)) if roadmap else rows


def _idle(known: Sequence[Programme], institution: Institution) -> list[Programme]:
    """Lines of which no initiative takes anything: none stands in them or names their code in their year, seen or not. Counting
    only what one sees would call a line idle that another OPD uses."""
    named = Budget.objects.filter(institution=institution, deleted_at=None, initiative__deleted_at=None)
    named = named.exclude(initiative__state="cancelled").exclude(programme_code="")
    used = set(named.values_list("year", "programme_code", _LINE).distinct())
    return [one for one in known if not used & {(one.year, one.code, one.pk), (one.year, one.code, None)}]


def _ceilings(known: Iterable[Programme]) -> dict[tuple[int, str], Decimal | None]:
    by_key: dict[tuple[int, str], list[Decimal | None]] = defaultdict(list)
    for one in known:
        by_key[one.year, one.code].append(one.ceiling)
    return {key: None if None in found else rules.total(found) for key, found in by_key.items()}


# ---- the effect on the index


def effects_of(actor: Actor, institution: Institution, rows: Sequence[Item]) -> tuple[list[Effect], Index]:
    """What each initiative gives the index, alone, with the most for a rupiah first; and the index with all of them.

    Scored as the evaluation scores, on the newest assessment that has all its levels. Not known stays not known and says why.
    """
    row = _base(actor, institution, rows)
    result = assessments.result(row) if row is not None else None
    if row is None or result is None or result.score is None:
        why = "no_assessment"
        told = [Effect(one.uid, cost=cost_of(one), why=why if one.lifts else "no_lift") for one in rows]
        return told, Index(why=why)
    instrument = instruments.of(row)
    now, levels = result.score.index, {str(key): str(value) for key, value in row.levels.items()}
    gain = _gains(levels, instrument.id, now, lambda given: scoring.score(instrument, levels=given).index)
    found = [_effect(one, *gain(_raises(one))) for one in rows]
    together, _why = gain([lift for one in rows for lift in _raises(one)])
    reached = now + (together or 0)
    index = Index(now, reached, instrument.id, row.year)
    return sorted(found, key=lambda one: (one.per_billion is None, -(one.per_billion or 0))), index


def _base(actor: Actor, institution: Institution, rows: Sequence[Item]) -> Assessment | None:
    """The newest assessment with every level, of an instrument that an initiative names where there is one."""
    named = {str(lift.get("instrument", "")) for one in rows for lift in one.lifts}
    whole = [
        row
        for row in assessments.assessments(actor, institution)
        if row.levels and assessments.result(row).score is not None
    ]
    return next((row for row in whole if row.instrument in named), next(iter(whole), None))


def _effect(item: Item, gain: Fraction | None, why: str) -> Effect:
    cost = cost_of(item)
    if gain is not None and not cost:
        why = "no_cost" if cost is None else "free"
    return Effect(item.uid, gain, cost, why)


Gain = Callable[[Sequence[Raise]], tuple[Fraction | None, str]]


def _gains(
    levels: Mapping[str, str], instrument: str, now: Fraction, score: Callable[[dict[str, str]], Fraction]
) -> Gain:
    """What raising gives, each set of levels scored once."""
    memory: dict[tuple[Raise, ...], tuple[Fraction | None, str]] = {}

    def gain(raises: Sequence[Raise]) -> tuple[Fraction | None, str]:
        key = tuple(_highest(raises))
        if key not in memory:
            higher, why = _safely(levels, key, instrument)
            try:
                memory[key] = (score(higher) - now, "") if higher is not None else (None, why)
            except scoring.ScoreError:
                memory[key] = None, "no_level"
        return memory[key]

    return gain


def _safely(
    levels: Mapping[str, str], raises: Sequence[Raise], instrument: str
) -> tuple[dict[str, str] | None, str]:
    try:
        return rules.raised(levels, raises, instrument)
    except (ValueError, ZeroDivisionError):
        return None, "no_level"


def _raises(item: Item) -> list[Raise]:
    return [
        Raise(str(one.get("instrument", "")), str(one.get("indicator", "")), str(one.get("to") or ""))
        for one in item.lifts
    ]


def _highest(raises: Iterable[Raise]) -> list[Raise]:
    """Of each indicator the highest level that is said."""
    best: dict[tuple[str, str], Raise] = {}
    for one in raises:
        key = (one.instrument, one.indicator)
        if key not in best or _exact(one.level_to) > _exact(best[key].level_to):
            best[key] = one
    return list(best.values())


def _exact(level: str) -> Fraction:
    return scoring.as_number(level) or Fraction(0)


def cost_of(item: Item) -> Decimal | None:
    """What an initiative costs in all: what it asks over the years, else its estimate."""
    planned = item.total.planned
    return planned if planned is not None else item.cost


# ---- spending twice


def doubles_of(
    actor: Actor, institution: Institution, items: Mapping[UUID, Item], rows: Sequence[Share]
) -> list[Double] | None:
    """Initiatives that spend on applications that look alike, or that are to be merged; None while none were compared."""
    if not twin_groups.twins_ready(actor, institution):
        return None
    try:
        told = twin_groups.twins(actor, institution, twin_groups.ALL)
    except twin_groups.NotCompared:
        return None
    groups = [
        Group(
            one["id"], one["title"], {member["uid"]: member["name"] for member in one["members"]},
            next((made["into"] for made in one["decisions"] if made["decision"] == "merge" and made["into"]), ""),
            one["state"] == twin_groups.OPEN,
        )
        for one in told
        if one["state"] == twin_groups.OPEN or any(made["decision"] == "merge" for made in one["decisions"])
    ]  # fmt: skip
    touched, ends = _touched(institution, items)
    asked: dict[UUID, list[Decimal | None]] = defaultdict(list)
    for row in rows:
        asked[row.initiative].append(row.planned)
    planned = {uid: rules.total(amounts) for uid, amounts in asked.items()}
    return rules.doubles(groups, touched, planned, ends)


def _touched(
    institution: Institution, items: Mapping[UUID, Item]
) -> tuple[dict[str, list[UUID]], list[tuple[str, UUID]]]:
    """Initiatives by the uid of the element that they touch, and the pairs where one retires it. One query."""
    found: dict[str, list[UUID]] = defaultdict(list)
    ends = []
    rows = InitiativeElement.objects.filter(
        institution=institution, deleted_at=None, element__deleted_at=None
    )
    for initiative, element, effect in rows.values_list("initiative__uid", "element__uid", "effect").iterator(
        2000
    ):
        if initiative in items:
            found[str(element)].append(initiative)
            if effect == "retire":
                ends.append((str(element), initiative))
    return found, ends
