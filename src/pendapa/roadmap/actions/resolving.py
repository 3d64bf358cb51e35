"""From uids to rows: what a person names must be there and open to that person; what stood there hidden stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pendapa.architecture import queries as architecture
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.roadmap.models import Dependency, Initiative, Programme, Roadmap
from pendapa.roadmap.permissions import EDIT, PROPOSE
from pendapa.roadmap.queries import initiative_facts, reach
from pendapa.roadmap.queries.initiatives import Parts
from pendapa.roadmap.rules import initiatives as rules


@dataclass(frozen=True)
class Resolved:
    """The values with the rows that they name; ``faults`` by field, in words, of what could not be found."""

    values: rules.Values
    unit: Unit | None
    roadmap: Roadmap | None
    goal: Element | None
    partners: list[Unit]
    elements: list[tuple[Element, str]]
    waits_for: list[Initiative]
    programmes: Mapping[tuple[int, str], Programme]
    faults: dict[str, str]


def resolve(
    actor: Actor,
    institution: Institution,
    values: rules.Values,
    row: Initiative | None = None,
    known: Parts | None = None,
) -> Resolved:
    """The rows behind the uids; a fixed number of queries."""
    faults: dict[str, str] = {}
    unit = _unit(actor, institution, values, row, faults)
    roadmap = _roadmap(actor, institution, values, row, faults)
    goal, elements = _elements(actor, institution, values, row, known, faults)
    partners = _partners(institution, values, faults)
    waits_for = _waits_for(actor, institution, values, row, known, faults)
    if row is not None and not faults.get("waits_for"):
        _refuse_circle(actor, institution, row, waits_for, faults)
    values = replace(
        values,
        elements=tuple((element.uid, effect) for element, effect in elements),
        partners=tuple(one.uid for one in partners),
        waits_for=tuple(one.uid for one in waits_for),
    )
    lines = initiative_facts.programmes(institution, values.budgets, unit)
    return Resolved(values, unit, roadmap, goal, partners, elements, waits_for, lines, faults)


def _unit(
    actor: Actor,
    institution: Institution,
    values: rules.Values,
    row: Initiative | None,
    faults: dict[str, str],
) -> Unit | None:
    """The owner; who may only propose names an own unit."""
    if row is not None and row.unit is not None and row.unit.uid == values.unit:
        return row.unit
    scope = actor.scope(EDIT, institution)
    if not scope.everything:
        scope = actor.scope(PROPOSE, institution)
    if values.unit is None:
        if not scope.everything:
            faults["unit"] = _("Choose one of your units.")
        return None
    found = Unit.objects.filter(institution=institution, deleted_at=None, uid=values.unit).first()
    if found is None or not scope.covers(found):
        faults["unit"] = _("Choose one of your units.") if not scope.everything else _gone()
        return None
    return found


def _roadmap(
    actor: Actor,
    institution: Institution,
    values: rules.Values,
    row: Initiative | None,
    faults: dict[str, str],
) -> Roadmap | None:
    there = row.roadmap if row is not None else None
    if there is not None and (there.uid == values.roadmap or not actor.scope(EDIT, institution).everything):
        return there
    if values.roadmap is None:
        return None
    found = reach.roadmaps(actor, institution).filter(uid=values.roadmap).first()
    if found is None:
        faults["roadmap"] = _gone()
    elif found.state == "ended":
        faults["roadmap"] = _("“%(name)s” has ended; it takes no more initiatives.") % {"name": found}
    elif not actor.scope(EDIT, institution).everything:
        # Its sums are what leaders and the public read: a draft of an OPD does not enter them by itself.
        faults["roadmap"] = _("Leave the roadmap empty: the secretariat takes your draft into it.")
    return found


def _elements(
    actor: Actor,
    institution: Institution,
    values: rules.Values,
    row: Initiative | None,
    known: Parts | None,
    faults: dict[str, str],
) -> tuple[Element | None, list[tuple[Element, str]]]:
    """The goal and the elements; those that stand there and that the actor may not see stay as they are."""
    there = {one.element_id: (one.element, one.effect) for one in (known.elements if known else [])}
    goal_there = row.goal if row is not None else None
    asked = [uid for uid, _effect in values.elements] + ([values.goal_uid] if values.goal_uid else [])
    stood = [*there, *([goal_there.pk] if goal_there else [])]
    visible = architecture.visible(actor, institution).select_related("unit")
    open_to = {one.uid: one for one in visible.filter(uid__in=asked)} if asked else {}
    seen = set(visible.filter(pk__in=stood).values_list("pk", flat=True)) if stood else set()
    goal = open_to.get(values.goal_uid) if values.goal_uid else None
    if values.goal_uid and (goal is None or goal.domain != "strategy"):
        goal = goal_there if goal_there is not None and goal_there.uid == values.goal_uid else None
        if goal is None:
            faults["goal_uid"] = _gone()
    if goal is None and goal_there is not None and goal_there.pk not in seen:
        goal = goal_there
    found: list[tuple[Element, str]] = []
    hidden = {pk: one for pk, one in there.items() if pk not in seen}
    taken: set[int] = set()
    for n, (uid, effect) in enumerate(values.elements):
        element = open_to.get(uid) or next((one for one, _e in hidden.values() if one.uid == uid), None)
        if element is None:
            faults[f"elements.{n}.element"] = _gone()
        elif element.pk not in taken:
            taken.add(element.pk)
            found.append((element, effect))
    found += [one for pk, one in hidden.items() if pk not in taken]
    return goal, found


def _partners(institution: Institution, values: rules.Values, faults: dict[str, str]) -> list[Unit]:
    if not values.partners:
        return []
    asked = list(dict.fromkeys(values.partners))
    rows = Unit.objects.filter(institution=institution, deleted_at=None, uid__in=asked)
    by_uid = {one.uid: one for one in rows}
    if len(by_uid) < len(asked):
        faults["partners"] = _gone()
    return [by_uid[uid] for uid in asked if uid in by_uid]


def _waits_for(
    actor: Actor,
    institution: Institution,
    values: rules.Values,
    row: Initiative | None,
    known: Parts | None,
    faults: dict[str, str],
) -> list[Initiative]:
    asked = list(dict.fromkeys(values.waits_for))
    there = [one.on for one in (known.waits_for if known else [])]
    if not asked and not there:
        return []
    seen = reach.initiatives(actor, institution)
    by_uid = {one.uid: one for one in seen.filter(uid__in=asked)}
    shown = set(seen.filter(pk__in=[one.pk for one in there]).values_list("pk", flat=True))
    hidden = [one for one in there if one.pk not in shown]
    by_uid |= {one.uid: one for one in hidden}
    if row is not None and row.uid in asked:
        faults["waits_for"] = _("An initiative cannot wait for itself.")
    elif any(uid not in by_uid for uid in asked):
        faults["waits_for"] = _gone()
    chosen = [by_uid[uid] for uid in asked if uid in by_uid]
    return [*chosen, *(one for one in hidden if one not in chosen)]


def _refuse_circle(
    actor: Actor,
    institution: Institution,
    row: Initiative,
    waits_for: Iterable[Initiative],
    faults: dict[str, str],
) -> None:
    """A fault that names the initiatives of the circle, as far as the actor may see them."""
    new = [(row.uid, one.uid) for one in waits_for]
    if not new:
        return
    live: dict[str, Any] = {"institution": institution, "deleted_at": None}
    edges = Dependency.objects.filter(**live, initiative__deleted_at=None, on__deleted_at=None)
    old = edges.exclude(initiative=row.pk).values_list("initiative__uid", "on__uid")
    found: list[UUID] | None = rules.circle(old, new)
    if found is None:
        return
    titles = dict(reach.initiatives(actor, institution).filter(uid__in=found).values_list("uid", "title"))
    told = " → ".join(f"“{titles[uid]}”" if uid in titles else "…" for uid in found)
    faults["waits_for"] = _(
        "These would wait for each other in a circle: %(circle)s. Take one of them out."
    ) % {"circle": told}


def _gone() -> str:
    return _("One of the chosen things does not exist (any more).")
