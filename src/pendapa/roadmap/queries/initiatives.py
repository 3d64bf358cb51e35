"""Reads of initiatives: an OPD sees its own (and those of units below), the secretariat and the leaders see all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from pendapa.architecture import queries as architecture
from pendapa.architecture.models import Element
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.numbers import whole
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from pendapa.roadmap.models import (
    Action,
    Baseline,
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Roadmap,
)
from pendapa.roadmap.permissions import ACT, EDIT, PROPOSE, VIEW
from pendapa.roadmap.queries import baselines, reach
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules.drift import Drift


@dataclass(frozen=True)
class Filters:
    """What a list shows: texts as they stand in an address; what is no such thing finds nothing."""

    year: str = ""
    unit: str = ""
    plan: str = ""

    def narrow(self, rows: QuerySet[Initiative], year: bool = True) -> QuerySet[Initiative]:
        if self.year and year:
            rows = rows.filter(year=whole(self.year, 4) or 0)
        for name, text in (("unit__uid", self.unit), ("plan", self.plan)):
            if text:
                rows = rows.filter(**{name: text}) if _is_uid(text) else rows.none()
        return rows


@dataclass(frozen=True)
class OfYear:
    """The initiatives of a year in numbers; ``cost`` None where none of them has a cost."""

    year: int
    count: int
    cost: Decimal | None


def visible(actor: Actor, institution: Institution) -> QuerySet[Initiative]:
    """The initiatives that the actor may read, by year and then as they were made."""
    return reach.initiatives(actor, institution)


def initiative(actor: Actor, institution: Institution, uid: UUID | str) -> Initiative:
    """One initiative. Raises NotFound for what is absent or not to be seen."""
    row = (
        visible(actor, institution).select_related("goal").filter(uid=uid).first()
        if _is_uid(str(uid))
        else None
    )
    if row is None:
        raise NotFound
    return row


def years(actor: Actor, institution: Institution, filters: Filters) -> list[OfYear]:
    """Each year in numbers, whatever year is asked for."""
    rows = filters.narrow(visible(actor, institution), year=False).order_by("year")
    found = rows.values("year").annotate(count=Count("pk"), cost=Sum("cost"))
    return [OfYear(one["year"], one["count"], one["cost"]) for one in found]


def units(actor: Actor, institution: Institution) -> list[Unit]:
    """The units that initiatives of the list belong to."""
    ids = visible(actor, institution).exclude(unit=None).order_by().values("unit")
    return list(Unit.objects.filter(pk__in=ids).order_by("name"))


# ---- one initiative with all its parts


@dataclass(frozen=True)
class Parts:
    """The rows below an initiative, whoever asks: for the verbs, and for pages that leave out what is not to be seen."""

    partners: list[InitiativePartner]
    elements: list[InitiativeElement]
    waits_for: list[Dependency]
    budgets: list[Budget]


@dataclass(frozen=True)
class Lifted:
    """An indicator that an initiative lifts. ``name`` is empty where the institution no longer has its instrument."""

    instrument: str
    title: str
    number: str
    name: str
    level_from: str
    level_to: str


@dataclass(frozen=True)
class MoneyYear:
    """The money of a year, sources together; None: nothing is known."""

    year: int
    planned: Decimal | None
    budgeted: Decimal | None
    spent: Decimal | None


@dataclass(frozen=True)
class Detail:
    """One initiative as the actor may see it.

    ``own``: the actor is its owner, a partner, or answers for the institution; actions, people and comments are theirs.
    ``moves`` are the states that the actor may bring it to now. ``drift`` is told from the baseline ``measure``; both None of a
    draft, without a baseline, and where the actor may not see the roadmap. ``done_on`` is the day of its last finished action where it
    is done, None where nobody knows it.
    """

    row: Initiative
    roadmap: Roadmap | None
    content: str
    goal: Element | None
    partners: list[Unit]
    elements: list[InitiativeElement]
    waits_for: list[Initiative]
    waited_for_by: list[Initiative]
    budgets: list[Budget]
    years: list[MoneyYear]
    targets: list[tuple[int, rules.Target]]
    lifts: list[Lifted]
    open_actions: int
    own: bool
    may_change: bool
    may_delete: bool
    may_report: bool
    moves: list[str]
    measure: Baseline | None
    drift: Drift | None
    done_on: date | None = None

    @property
    def planned(self) -> Decimal | None:
        return total(one.planned for one in self.budgets)

    @property
    def budgeted(self) -> Decimal | None:
        return total(one.budgeted for one in self.budgets)

    @property
    def spent(self) -> Decimal | None:
        return total(one.spent for one in self.budgets)


def total(sums: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [one for one in sums if one is not None]
    return sum(known, Decimal(0)) if known else None


def parts(row: Initiative) -> Parts:
    """What hangs on an initiative now; four queries."""
    live = {"initiative": row.pk, "deleted_at": None}
    return Parts(
        list(InitiativePartner.objects.filter(**live).select_related("unit").order_by("unit__name", "pk")),
        list(
            InitiativeElement.objects.filter(**live, element__deleted_at=None)
            .select_related("element", "element__unit")
            .order_by("element__domain", "element__name_key", "pk")
        ),
        list(
            Dependency.objects.filter(**live, on__deleted_at=None)
            .select_related("on", "on__unit")
            .order_by("on__starts_on", "pk")
        ),
        list(
            Budget.objects.filter(**live).select_related("programme").order_by("year", "programme_code", "pk")
        ),
    )


def values_of(row: Initiative, known: Parts | None = None) -> rules.Values:
    """What stands in an initiative, as a person would set it; what the asker may not see is in it as well."""
    known = known or parts(row)
    return rules.Values(
        title=row.title, content=row.content, description=row.description, output=row.output,
        goal_uid=row.goal.uid if row.goal else None, lifts=lifts_of(row), unit=row.unit.uid if row.unit else None,
        partners=tuple(one.unit.uid for one in known.partners), starts_on=row.starts_on, ends_on=row.ends_on,
        year=row.year, targets=targets_of(row), cost=row.cost, days=row.days, note=row.note, state=row.state,
        roadmap=row.roadmap.uid if row.roadmap else None, code=row.code,
        elements=tuple((one.element.uid, one.effect) for one in known.elements),
        waits_for=tuple(one.on.uid for one in known.waits_for),
        budgets=tuple(
            rules.BudgetRow(one.year, one.programme_code, one.source, one.planned, one.budgeted, one.spent)
            for one in known.budgets
        ),
        origin=row.origin, origin_uid=row.origin_uid, plan=row.plan,
    )  # fmt: skip


def lifts_of(row: Initiative) -> tuple[rules.Lift, ...]:
    return tuple(
        rules.Lift(one["instrument"], one["indicator"], one.get("from", ""), one.get("to", ""))
        for one in row.lifts
    )


def targets_of(row: Initiative) -> dict[int, rules.Target]:
    return {
        int(year): rules.Target(one.get("target", ""), one.get("done", ""))
        for year, one in sorted(row.targets.items())
    }


def detail(actor: Actor, institution: Institution, uid: UUID | str) -> Detail:
    """The page of an initiative, in a fixed number of queries. Raises NotFound for what is absent or not to be seen."""
    row = initiative(actor, institution, uid)
    row.institution = institution
    known = parts(row)
    seen = reach.initiatives(actor, institution)
    after = [one.on_id for one in known.waits_for]
    before = Dependency.objects.filter(on=row.pk, deleted_at=None).values("initiative")
    near = {one.pk: one for one in seen.filter(pk__in=after)}
    visible_elements = architecture.visible(actor, institution)
    asked = [one.element_id for one in known.elements] + ([row.goal_id] if row.goal_id else [])
    open_to = set(visible_elements.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    own = reach.is_own(actor, row)
    budgets = known.budgets
    roadmap = seen_roadmap(actor, row)
    measure = baselines.measure(roadmap) if roadmap is not None and row.state != "draft" else None
    done = baselines.done_days(Initiative.objects.filter(pk=row.pk)).get(row.pk)
    return Detail(
        row=row,
        roadmap=roadmap,
        content=content_label(row.content),
        goal=row.goal if row.goal_id in open_to else None,
        partners=[one.unit for one in known.partners],
        elements=[one for one in known.elements if one.element_id in open_to],
        waits_for=[near[one] for one in after if one in near],
        waited_for_by=list(seen.filter(pk__in=before)),
        budgets=budgets,
        years=_by_year(budgets),
        targets=sorted(targets_of(row).items()),
        lifts=_lifted(institution, row),
        open_actions=Action.objects.filter(
            initiative=row.pk, deleted_at=None, state__in=Action.OPEN
        ).count() if own else 0,
        own=own,
        may_change=may_change(actor, row),
        may_delete=may_delete(actor, row),
        may_report=may_report(actor, row),
        moves=moves(actor, row),
        measure=measure,
        drift=baselines.drift_of(row, total(one.planned for one in budgets), measure, done) if measure else None,
        done_on=done,
    )  # fmt: skip


def seen_roadmap(actor: Actor, row: Initiative) -> Roadmap | None:
    """The roadmap that it stands in, where the actor may see that: a draft of one is not an OPD's to see."""
    known = row.roadmap
    if known is None or known.deleted_at is not None:
        return None
    return known if known.state != "draft" or actor.scope(VIEW, row.institution).everything else None


def content_label(key: str) -> str:
    """One of the seven contents in the language of the page; the key itself where the pack no longer has it."""
    known = packs.roadmap().content(key)
    return known.label.in_language(formats.language()) if known else key


def may_change(actor: Actor, row: Initiative) -> bool:
    """The secretariat changes every initiative, an OPD the drafts of its own units."""
    if actor.scope(EDIT, row.institution).everything:
        return True
    return row.state == "draft" and row.unit is not None and actor.may(PROPOSE, row.institution, row.unit)


def may_delete(actor: Actor, row: Initiative) -> bool:
    """Drafts and what was cancelled; an OPD its own drafts, but not the step of a plan, which the secretariat left there."""
    if row.state not in ("draft", "cancelled") or not may_change(actor, row):
        return False
    return row.plan is None or actor.scope(EDIT, row.institution).everything


def may_report(actor: Actor, row: Initiative) -> bool:
    """The owner says what was reached and spent, once the initiative is more than a draft."""
    if row.state in ("draft", "cancelled"):
        return False
    if actor.scope(EDIT, row.institution).everything:
        return True
    return row.unit is not None and actor.may(ACT, row.institution, row.unit)


def moves(actor: Actor, row: Initiative) -> list[str]:
    """The states that the actor may bring it to now."""
    if actor.scope(EDIT, row.institution).everything:
        return list(rules.MOVES[row.state])
    if row.unit is None or not actor.may(ACT, row.institution, row.unit):
        return []
    return [to for to in rules.MOVES[row.state] if rules.may_go(row.state, to, as_owner=True)]


def open_actions(row: Initiative) -> list[Action]:
    """Actions that are not finished, for who owns the initiative; the first fifty."""
    rows = Action.objects.filter(initiative=row.pk, deleted_at=None, state__in=Action.OPEN)
    return list(rows.order_by("due", "pk")[:50])


def _by_year(budgets: Sequence[Budget]) -> list[MoneyYear]:
    found = []
    for year in sorted({one.year for one in budgets}):
        rows = [one for one in budgets if one.year == year]
        parts = (total(getattr(one, part) for one in rows) for part in ("planned", "budgeted", "spent"))
        found.append(MoneyYear(year, *parts))
    return found


def _lifted(institution: Institution, row: Initiative) -> list[Lifted]:
    lifts = lifts_of(row)
    known = editions.known(institution) if lifts else {}
    language, found = formats.language(), []
    for one in lifts:
        instrument = known.get(one.instrument)
        title, name = one.instrument, ""
        if instrument is not None:
            title = instrument.title.in_language(language)
            indicator = next((each for each in instrument.indicators if each.number == one.indicator), None)
            name = indicator.name.in_language(language) if indicator else ""
        found.append(Lifted(one.instrument, title, one.indicator, name, one.level_from, one.level_to))
    return found


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
