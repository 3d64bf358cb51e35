"""Commitments, IKU, money and gaps as the leader's cockpit tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, OuterRef, Subquery, Sum

from pendapa.architecture.models import Element
from pendapa.architecture.queries.gaps import LATELY_CLOSED, LATELY_OPENED, Asked, in_state, seen_gaps
from pendapa.architecture.queries.gaps import figures as catalogue
from pendapa.architecture.rules import strategy
from pendapa.cockpit.queries.extent import Extent
from pendapa.cockpit.queries.home import Index
from pendapa.cockpit.rules.quarters import Quarter, quarter_of
from pendapa.evaluation.queries import iku as evaluation
from pendapa.evaluation.rules import scoring
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tables import periods
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.models import Budget, Roadmap
from pendapa.roadmap.queries import commitments as promises
from pendapa.roadmap.queries import reach, roadmaps

# ---- commitments


@dataclass(frozen=True)
class Commitments:
    """What is late (milestones) or without evidence (commitments) by OPD, of ``committed`` in force or ended."""

    committed: int
    rows: tuple[promises.Late, ...]

    @property
    def late(self) -> int:
        return sum(one.late for one in self.rows)

    @property
    def without_evidence(self) -> int:
        return sum(one.without_evidence for one in self.rows)


def commitments(actor: Actor, institution: Institution, day: date, own: Extent) -> Commitments:
    """Three queries; one more for leaders where a unit below an OPD committed to something."""
    held = reach.commitments(actor, institution).filter(own.filter(), state__in=("approved", "ended"))
    # Commitments of others that are open to the public can be read as well; they are not the head's own.
    return Commitments(held.count(), tuple(promises.late(actor, institution, day, own.units)))


# ---- performance indicators


@dataclass(frozen=True)
class InQuarter:
    """A performance indicator in one quarter, as it is written (cumulative from January, unless its description says otherwise);
    empty texts where nothing is known. ``last`` is the newest earlier quarter of the year with a result, where this one has none."""

    quarter: Quarter
    target: str
    result: str
    gap: Decimal | None
    verdict: str
    last: tuple[Quarter, str] | None

    @property
    def known(self) -> bool:
        """Whether anything is known of the year until this quarter."""
        return bool(self.target or self.result or self.last)


@dataclass(frozen=True)
class Iku:
    """A performance indicator in a year. ``gap`` is result minus target; None where one of the two is no number or not known.
    ``verdict`` is ``met``, ``missed`` or empty (not judged); ``last`` the newest earlier year with a result, where this one has
    none; ``is_index`` marks the one that is the index itself."""

    element: Element
    unit_of_measure: str
    target: str
    result: str
    gap: Decimal | None
    verdict: str
    last: tuple[str, str] | None
    is_index: bool
    quarter: InQuarter


def ikus(actor: Actor, institution: Institution, day: date) -> tuple[Iku, ...]:
    """Every IKU of the strategy map that the actor may see: missed ones first, then those not known, then by name. The quarter
    judges, the year where the quarter is not known. Two queries."""
    link = evaluation.link_of(institution)
    found = [
        _iku(one, day, is_index=link is not None and one.uid == link.element)
        for one in evaluation.choices(actor, institution)
    ]
    order = {"missed": 0, "": 1, "met": 2}
    return tuple(sorted(found, key=lambda one: (not one.is_index, order[one.quarter.verdict or one.verdict])))


def _iku(element: Element, day: date, *, is_index: bool) -> Iku:
    kept, year = element.attributes, str(day.year)
    years = strategy.standings(
        kept.get(evaluation.TARGET), kept.get(evaluation.RESULT), str(kept.get("arah") or "")
    )
    now = strategy.standing(years, year)
    earlier = None if now.result else strategy.last_result(years, year)
    return Iku(
        element, str(kept.get("satuan_iku") or ""), now.target, now.result, now.gap, now.verdict,
        (earlier.period, earlier.result) if earlier else None, is_index, _in_quarter(element, quarter_of(day)),
    )  # fmt: skip


def _in_quarter(element: Element, quarter: Quarter) -> InQuarter:
    kept, key = element.attributes, periods.quarter_key(quarter.year, quarter.number)
    found = strategy.standings(
        kept.get(evaluation.QUARTER_TARGET), kept.get(evaluation.QUARTER_RESULT), str(kept.get("arah") or "")
    )
    now = strategy.standing(found, key)
    earlier = None if now.result else strategy.last_result(found, key)
    last = None
    if earlier is not None and earlier.period.startswith(str(quarter.year)):
        last = Quarter(quarter.year, int(earlier.period[-1])), earlier.result
    return InQuarter(quarter, now.target, now.result, now.gap, now.verdict, last)


# ---- gaps


@dataclass(frozen=True)
class Gaps:
    """The gap catalogue: ``open`` now, ``opened`` and ``closed`` in the last 90 days, open ones to be closed by a decision, those
    whose day has passed, and those of which nothing is decided."""

    open: int
    opened: int
    closed: int
    to_close: int
    late: int
    undecided: int


def gaps(actor: Actor, institution: Institution, day: date, own: Extent) -> Gaps:
    """Four queries when the catalogue is in step; some more for each further OPD of a head."""
    asked = [Asked(unit=str(one.uid)) for one in own.units] or [Asked()]
    known = [catalogue(actor, institution, one) for one in asked]
    lately = (
        seen_gaps(actor, institution)
        .filter(own.filter("element__unit__"))
        .aggregate(
            opened=Count("pk", filter=in_state(LATELY_OPENED, day)),
            closed=Count("pk", filter=in_state(LATELY_CLOSED, day)),
        )
    )
    return Gaps(
        sum(one.open for one in known), lately["opened"], lately["closed"],
        sum(one.to_close for one in known), sum(one.late for one in known), sum(one.undecided for one in known),
    )  # fmt: skip


# ---- money


@dataclass(frozen=True)
class Money:
    """What the initiatives of a roadmap plan, have in the budget and spent in a year, in rupiah (None: not known); what was
    cancelled is not counted. ``per_hundredth`` is what 0.01 index costs: the plan of the initiatives of the year that lift
    indicators, divided by the index that they gain together (None: levels, lifts or amounts are not known)."""

    year: int
    roadmap: Roadmap | None
    initiatives: int
    planned: Decimal | None
    budgeted: Decimal | None
    spent: Decimal | None
    gain: Fraction | None
    per_hundredth: Fraction | None

    @property
    def share(self) -> Fraction | None:
        """Spent of what is in the budget, in hundredths; None where one of the two is not known."""
        if self.spent is None or not self.budgeted:
            return None
        return Fraction(self.spent) * 100 / Fraction(self.budgeted)


def money(actor: Actor, institution: Institution, index: Index, year: int, own: Extent) -> Money:
    """Of the roadmap that holds now (of every initiative where there is none). Three queries; the same sums as
    :func:`pendapa.roadmap.queries.money.summary` gives."""
    roadmap = roadmaps.current(actor, institution)
    rows = reach.initiatives(actor, institution).filter(own.filter()).exclude(state="cancelled")
    rows = rows.select_related(None).order_by()
    if roadmap is not None:
        rows = rows.filter(roadmap=roadmap)
    budgets = Budget.objects.filter(
        institution=institution, deleted_at=None, year=year, initiative__in=rows.values("pk")
    )
    names = ("planned", "budgeted", "spent")
    sums = budgets.order_by().aggregate(
        initiatives=Count("initiative", distinct=True), **{name: Sum(name) for name in names}
    )
    asked = budgets.filter(initiative=OuterRef("pk"), planned__isnull=False).order_by().values("initiative")
    lifting = rows.exclude(lifts=[]).annotate(asks=Subquery(asked.annotate(n=Sum("planned")).values("n")))
    found = list(lifting.filter(asks__isnull=False).values_list("lifts", "asks"))
    gain = _gain(index, [one for lifts, _asks in found for one in lifts])
    cost = Fraction(sum((asks for _lifts, asks in found), Decimal(0)))
    per = cost / (gain * 100) if gain and cost else None
    plain = {name: None if sums[name] is None else Decimal(sums[name]) for name in names}
    return Money(year, roadmap, sums["initiatives"], gain=gain, per_hundredth=per, **plain)


def _gain(index: Index, lifts: list[dict[str, str]]) -> Fraction | None:
    """What the index gains when every lift is reached; None while levels are missing or a level is none."""
    if index.result is None or index.result.index is None or index.current is None or not lifts:
        return None
    instrument = index.result.instrument
    levels = {key: str(value) for key, value in index.current.levels.items()}
    for one in lifts:
        number, end = str(one.get("indicator", "")), str(one.get("to") or "")
        if one.get("instrument") == instrument.id and number in levels and end:
            try:
                if Fraction(end) > Fraction(levels[number]):
                    levels[number] = end
            except ValueError:
                continue
    try:
        return scoring.score(instrument, levels=levels).index - index.result.index
    except scoring.ScoreError:
        return None
