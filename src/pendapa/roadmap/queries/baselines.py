"""Reads of frozen baselines (*baku*): what was frozen, whether it still is what was frozen, and what has moved since.

One of them is the *measure* (*acuan*): every view, the command line and the public side tell the drift from it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Max, OuterRef, QuerySet, Subquery, When

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.ledger import canonical
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import (
    Action,
    Baseline,
    BaselineItem,
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Roadmap,
    RoadmapReview,
)
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import drift as rules

Snapshots = dict[UUID, dict[str, Any]]
BATCH = 1000
NEWEST = ("-frozen_at", "-pk")


# ------------------------------------------------------------------------------------------------------------- baselines


def measure(roadmap: Roadmap, decreed: bool = False) -> Baseline | None:
    """The baseline that drift is told from: the newest with a decree; without any the newest of all, or None where it has to
    be ``decreed`` (the public side). None too where the roadmap was never frozen. One query."""
    rows = _live(roadmap)
    if decreed:
        return rows.exclude(decree_number="").first()
    return rows.order_by(Case(When(decree_number="", then=1), default=0), *NEWEST).first()


def measured(rows: Sequence[Baseline]) -> Baseline | None:
    """The same among baselines that were read already, the newest first."""
    return next((one for one in rows if one.decree_number), next(iter(rows), None))


def of_roadmap(roadmap: Roadmap) -> list[Baseline]:
    """Its baselines, the newest first."""
    return list(_live(roadmap))


def _live(roadmap: Roadmap) -> QuerySet[Baseline]:
    rows = Baseline.objects.filter(roadmap=roadmap, deleted_at=None).select_related("roadmap", "institution")
    return rows.order_by(*NEWEST)


def reviews(roadmap: Roadmap) -> list[RoadmapReview]:
    """The reviews of a roadmap, the newest first."""
    rows = RoadmapReview.objects.filter(roadmap=roadmap, deleted_at=None).select_related(
        "institution", "baseline"
    )
    return list(rows.order_by("-held_on", "-pk"))


def roadmap(actor: Actor, institution: Institution, uid: UUID | str) -> Roadmap:
    """A roadmap that the actor may read. Raises NotFound."""
    found = reach.roadmaps(actor, institution).filter(uid=uid).select_related("institution").first()
    if found is None:
        raise NotFound
    return found


def baseline(actor: Actor, roadmap: Roadmap, uid: UUID | str) -> Baseline:
    """One baseline of a roadmap that the actor may read. Raises NotFound."""
    found = _live(roadmap).filter(uid=uid).first()
    if found is None or not reach.roadmaps(actor, roadmap.institution).filter(pk=roadmap.pk).exists():
        raise NotFound
    return found


def snapshots(baseline: Baseline) -> Snapshots:
    """What it holds, by the uid of the initiative: recorded fields, and ``partners``, ``elements``, ``budgets``, ``waits_for``,
    ``done_on``."""
    rows = BaselineItem.objects.filter(baseline=baseline).order_by("initiative_uid")
    return dict(rows.values_list("initiative_uid", "snapshot").iterator(BATCH))


def digest_of(items: Mapping[UUID, Mapping[str, Any]]) -> str:
    """SHA-256 (hex) over the canonical JSON of the snapshots, by the uids of the initiatives."""
    known = hashlib.sha256()
    for uid in sorted(items, key=str):
        known.update(canonical({"uid": str(uid), "snapshot": dict(items[uid])}).encode())
        known.update(b"\n")
    return known.hexdigest()


def verify(baseline: Baseline) -> bool:
    """Do its items still give the digest that was kept when it was frozen?"""
    return digest_of(snapshots(baseline)) == baseline.digest


def sums(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Of snapshots in rupiah, as decimal strings: ``ceiling`` (*pagu*) as far as it is known, and ``estimate``, the cost of
    those without a ceiling. What is cancelled counts in neither, as in every view."""
    ceiling = estimate = Decimal(0)
    for one in items:
        told = rules.facts(one)
        ceiling += told.ceiling or 0
        if told.money is None and told.state != rules.CANCELLED:
            estimate += told.cost or 0
    return {"ceiling": f"{ceiling:.2f}", "estimate": f"{estimate:.2f}"}


def counts(rows: Sequence[Baseline]) -> dict[int, dict[str, Any]]:
    """By id: ``initiatives`` and the :func:`sums`, ``ceiling`` None where none was known. Those of baselines that were frozen
    when estimates were among their ceilings are added up from their items: one query, where there are such."""
    older = [one for one in rows if "estimate" not in one.counts]
    held: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if older:
        fields = ("baseline", "snapshot__state", "snapshot__budgets", "snapshot__cost")
        found = BaselineItem.objects.filter(baseline__in=[one.pk for one in older]).values_list(*fields)
        for of, state, budgets, cost in found.iterator(BATCH):
            held[of].append({"state": state, "budgets": budgets, "cost": cost})
    told = {one.pk: one.counts | (sums(held[one.pk]) if one in older else {}) for one in rows}
    return {
        pk: one | {"ceiling": one["ceiling"] if Decimal(one["ceiling"]) else None} for pk, one in told.items()
    }


# ------------------------------------------------------------------------------------------------------- as it stands now


def as_now(roadmap: Roadmap, only: QuerySet[Initiative] | None = None) -> Snapshots:
    """Every initiative of the roadmap that is no draft, as a snapshot. ``only`` narrows it. A fixed number of queries."""
    rows = Initiative.objects.filter(roadmap=roadmap, deleted_at=None).exclude(state="draft")
    if only is not None:
        rows = rows.filter(pk__in=only.order_by().values("pk"))
    found = list(rows.select_related("unit", "goal").order_by("pk"))
    partners, elements = _partners(roadmap), _elements(roadmap)
    budgets, waits = _budgets(roadmap), _waits(roadmap)
    done = done_days(rows)
    return {
        one.uid: {
            **history.plain_values(one),
            "roadmap": str(roadmap.uid),
            "unit": _named(one.unit),
            "goal": None if one.goal is None else {"uid": str(one.goal.uid), "code": one.goal.code},
            "partners": partners.get(one.pk, []),
            "elements": elements.get(one.pk, []),
            "budgets": budgets.get(one.pk, []),
            "done_on": done[one.pk].isoformat() if one.pk in done else None,
            "waits_for": waits.get(one.pk, []),
        }
        for one in found
    }


def done_days(rows: QuerySet[Initiative]) -> dict[int, date]:
    """The day on which each of the initiatives that are done was done, by id: that of its last action. Of one without actions
    nobody knows: when somebody pressed the button, or a table said so, is not when the work was done. One query."""
    of = rows.filter(state=rules.DONE).order_by().values("pk")
    actions = Action.objects.filter(initiative__in=of, deleted_at=None, state="done").exclude(done_on=None)
    return dict(actions.order_by().values_list("initiative").annotate(day=Max("done_on")))


def done_day() -> Case:
    """The same day as a column of initiatives, for a list that reads them anyway; NULL of what is not done."""
    actions = Action.objects.filter(initiative=OuterRef("pk"), deleted_at=None, state="done").order_by()
    last = actions.values("initiative").annotate(day=Max("done_on")).values("day")
    return Case(When(state=rules.DONE, then=Subquery(last)), default=None)


def _named(unit: Unit | None) -> dict[str, str] | None:
    """By uid, name and code: the baseline tells who it was when the unit has another name or is no more."""
    return None if unit is None else {"uid": str(unit.uid), "code": unit.code, "name": unit.name}


Rows = dict[int, list[dict[str, Any]]]


def _partners(roadmap: Roadmap) -> Rows:
    rows = InitiativePartner.objects.filter(initiative__roadmap=roadmap, deleted_at=None)
    found: Rows = defaultdict(list)
    for one in rows.select_related("unit").order_by("unit__code", "pk"):
        found[one.initiative_id].append(_named(one.unit) or {})
    return found


def _elements(roadmap: Roadmap) -> Rows:
    """By uid and code alone: a baseline is read by more people than a restricted element is."""
    rows = InitiativeElement.objects.filter(initiative__roadmap=roadmap, deleted_at=None)
    found: Rows = defaultdict(list)
    fields = ("initiative", "element__uid", "element__code", "effect")
    for initiative, uid, code, effect in rows.order_by("element__uid").values_list(*fields):
        found[initiative].append({"uid": str(uid), "code": code, "effect": effect})
    return found


def _budgets(roadmap: Roadmap) -> Rows:
    rows = Budget.objects.filter(initiative__roadmap=roadmap, deleted_at=None).select_related("programme")
    found: Rows = defaultdict(list)
    for one in rows.order_by("year", "programme_code", "source", "pk"):
        plain = history.plain_values(one)
        known = {
            name: plain[name] for name in ("year", "programme_code", "source", "planned", "budgeted", "spent")
        }
        known["programme"] = one.programme.name if one.programme else ""
        found[one.initiative_id].append(known)
    return found


def _waits(roadmap: Roadmap) -> Rows:
    rows = Dependency.objects.filter(initiative__roadmap=roadmap, deleted_at=None)
    found: Rows = defaultdict(list)
    fields = ("initiative", "on__uid", "on__code", "on__title")
    for initiative, uid, code, title in rows.order_by("on__uid").values_list(*fields):
        found[initiative].append({"uid": str(uid), "code": code, "title": title})
    return found


# ------------------------------------------------------------------------------------------------------------ what moved


def drift_of(
    row: Initiative, planned: Decimal | None, against: Baseline, done: date | None = None
) -> rules.Drift:
    """Of one initiative, in dates and money (``planned``: what is planned of it over all years; ``done``: see :func:`done_days`):
    what the lists tell of it."""
    held = BaselineItem.objects.filter(baseline=against, initiative_uid=row.uid).first()
    was = rules.facts(held.snapshot) if held else None
    now = rules.Facts(
        starts_on=row.starts_on, ends_on=row.ends_on, done_on=done, money=planned, state=row.state
    )
    return rules.drift(now, was)


@dataclass(frozen=True)
class Row:
    """One initiative on both sides. ``live``: its page can be opened by who asked."""

    uid: UUID
    title: str
    code: str
    now: rules.Facts | None
    was: rules.Facts | None
    drift: rules.Drift
    live: bool


@dataclass(frozen=True)
class Compared:
    """What moved between two sides, by name, and the sums over all of them (also those that did not move)."""

    rows: list[Row]
    sums: rules.Sum

    @property
    def moved(self) -> list[Row]:
        """Those with a difference."""
        return [row for row in self.rows if row.drift]


def since(actor: Actor, baseline: Baseline) -> Compared:
    """The roadmap as it stands against a baseline, as far as the actor may see both."""
    now = as_now(baseline.roadmap, reach.initiatives(actor, baseline.institution))
    return _compared(actor, baseline, now, visible(actor, baseline), set(now))


def between(actor: Actor, older: Baseline, newer: Baseline) -> Compared:
    """A baseline against an older one of the same roadmap. Raises NotFound where they belong to two."""
    if older.roadmap_id != newer.roadmap_id:
        raise NotFound
    now, was = visible(actor, newer), visible(actor, older)
    return _compared(actor, older, now, was, None)


def _compared(
    actor: Actor, baseline: Baseline, now: Snapshots, was: Snapshots, live: set[UUID] | None
) -> Compared:
    if live is None or set(was) - live:
        live = set(reach.initiatives(actor, baseline.institution).order_by().values_list("uid", flat=True))
    rows = []
    for uid in {**was, **now}:
        after = rules.facts(now[uid]) if uid in now else None
        before = rules.facts(was[uid]) if uid in was else None
        told = after or before or rules.Facts()
        rows.append(Row(uid, told.title, told.code, after, before, rules.drift(after, before), uid in live))
    rows.sort(key=lambda row: (row.title.casefold(), str(row.uid)))
    return Compared(rows, rules.summed((row.now, row.was) for row in rows))


def visible(actor: Actor, baseline: Baseline) -> Snapshots:
    """The snapshots that the actor may read: all of a baseline with a decree (it was published), else what may be read of the
    initiatives themselves, and what belonged to the actor's units."""
    items, institution = snapshots(baseline), baseline.institution
    scope = actor.scope(VIEW, institution)
    if scope.everything or (scope and baseline.decree_number):
        return items
    if not scope:
        return {}
    units = Unit.objects.filter(scope.filter(""), institution=institution)
    own = {str(uid) for uid in units.values_list("uid", flat=True)}
    seen = set(reach.initiatives(actor, institution).order_by().values_list("uid", flat=True))
    return {
        uid: one
        for uid, one in items.items()
        if uid in seen or str((one.get("unit") or {}).get("uid")) in own
    }
