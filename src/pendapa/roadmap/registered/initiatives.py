"""Initiatives and what hangs on them with the history, and the door for plans of the evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pendapa.architecture import queries as architecture
from pendapa.evaluation import ports
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.tenancy.models import Institution
from pendapa.kernel.ui import navigation
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import (
    Action,
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Roadmap,
)
from pendapa.roadmap.permissions import VIEW
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.registered import roadmaps as roadmaps  # (what initiatives point to comes first)
from pendapa.roadmap.rules import initiatives as rules

LABELS = {
    "roadmap": _("Roadmap"),
    "code": _("Code"),
    "title": _("Title"),
    "content": _("Content of the roadmap"),
    "description": _("Description"),
    "output": _("Output"),
    "goal": _("Goal or performance indicator"),
    "lifts": _("Indicators lifted"),
    "unit": _("Agency that answers"),
    "starts_on": _("Start"),
    "ends_on": _("End"),
    "year": _("Year"),
    "targets": _("Target"),
    "cost": _("Cost (Rp)"),
    "days": _("Person-days"),
    "state": _("State"),
    "origin": _("Where it comes from"),
    "note": _("Note"),
    "partners": _("Partners"),
    "elements": _("Elements of the architecture"),
    "waits_for": _("Waits for"),
    "budgets": _("Money by year"),
}
"""Fields of an initiative and of its values, as pages and the history call them."""

MONEY = {
    "initiative": _("Initiative"),
    "year": _("Year"),
    "programme": _("Line of the budget"),
    "programme_code": _("Programme code"),
    "source": _("Source of funds"),
    "planned": _("Indicative ceiling"),
    "budgeted": _("In the budget"),
    "spent": _("Spent"),
}


def _names(row: Recorded) -> dict[str, str]:
    """Readable names; a restricted goal has none, since not everybody who reads the history may see it."""
    assert isinstance(row, Initiative)
    goal = row.goal if row.goal and row.goal.classification != "restricted" else None
    named = {"unit": row.unit, "roadmap": row.roadmap, "goal": goal}
    return {name: str(one) for name, one in named.items() if one}


def _names_of_part(row: Recorded) -> dict[str, str]:
    named = {"initiative": getattr(row, "initiative", None)}
    named |= {name: getattr(row, name, None) for name in ("unit", "on", "programme")}
    if isinstance(row, InitiativeElement) and row.element.classification != "restricted":
        named["element"] = row.element
    return {name: str(one) for name, one in named.items() if one}


def _visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
    rows = Initiative.objects.filter(reach.own(actor, institution), institution=institution, uid__in=uids)
    return set(rows.values_list("uid", flat=True))


def _visible_part(model: type[Recorded]) -> history.Visible:
    """Parts go with their initiative; those that name an element or another initiative with that as well."""

    def visible(actor: Actor, institution: Institution, uids: Sequence[UUID]) -> set[UUID]:
        own = Initiative.objects.filter(reach.own(actor, institution), institution=institution)
        more = Q()
        if model is InitiativeElement:
            more = Q(element__in=architecture.visible(actor, institution).values("pk"))
        if model is Dependency:
            more = Q(on__in=reach.initiatives(actor, institution).order_by().values("pk"))
        rows: QuerySet[Any] = model._default_manager.filter(institution=institution, uid__in=uids)
        rows = rows.filter(more, initiative__in=own.values("pk"))
        return set(rows.values_list("uid", flat=True))

    return visible


def _words(field: str, value: Any, snapshot: dict[str, Any]) -> tuple[str, str] | None:
    """Contents go by the pack, targets by their year, lifts by their indicators."""
    part, _dot, key = field.partition(".")
    if part == "content":
        return str(LABELS[part]), queries.content_label(str(value or ""))
    if part == "targets":
        told = value if isinstance(value, dict) else {}
        words = " / ".join(str(told.get(name) or "") for name in ("target", "done") if told.get(name))
        return f"{LABELS[part]} {key}".strip(), words or (str(value) if isinstance(value, str) else "")
    if part == "lifts":
        rows = value if isinstance(value, list) else []
        return str(LABELS[part]), "; ".join(
            f"{one.get('indicator')}: {one.get('from') or '–'} → {one.get('to') or '–'}"
            for one in rows
            if isinstance(one, dict)
        )
    if field == "state":
        known = dict(Initiative.STATES)
        return str(LABELS[field]), str(known.get(value, value or ""))
    if field == "origin":
        kinds = dict(Initiative.ORIGINS)
        return str(LABELS[field]), str(kinds.get(value, value or ""))
    return None


history.register(
    Initiative,
    names=_names,
    visible=_visible,
    title=_("Initiative"),
    words=_words,
    page="roadmap:initiative",
)
for _model, _title, _joins in (
    (InitiativePartner, _("Partner of an initiative"), ("initiative", "unit")),
    (InitiativeElement, _("Element of an initiative"), ("initiative", "element")),
    (Dependency, _("Dependency of initiatives"), ("initiative", "on")),
    (Budget, _("Money of an initiative"), ()),
):
    history.register(_model, names=_names_of_part, visible=_visible_part(_model), title=_title, joins=_joins)


def _units_of(model: type[Recorded]) -> None:
    @history.units_of(model.recorded_type)
    def units(revisions: QuerySet[Revision]) -> set[int | None]:
        """Parts belong to the unit of their initiative."""
        found = revisions.values_list("target_uid", flat=True)
        rows: QuerySet[Any] = model._default_manager.filter(uid__in=found)
        return set(rows.values_list("initiative__unit", flat=True))


for _model in (InitiativePartner, InitiativeElement, Dependency, Budget):
    _units_of(_model)

ports.initiatives.register(actions.FromPlans())
navigation.add("roadmap", _("Roadmap"), "timeline", "roadmap:list", 35, permission=VIEW)


# ---- what stays while something needs it


@history.blocker("unit")
def _of_units(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """A unit stays while it answers for an initiative."""
    uids = {row.pk: row.uid for row in rows}
    found = Initiative.objects.filter(unit__in=uids, deleted_at=None).order_by("-pk")
    why = gettext("it answers for the initiative “%(name)s”")
    return {uids[one.unit_id]: history.Held(why, one) for one in found if one.unit_id is not None}


@history.blocker(Initiative.recorded_type)
def _of_initiatives(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """An initiative stays while actions hang on it."""
    uids = {row.pk: row.uid for row in rows}
    found = Action.objects.filter(initiative__in=uids, deleted_at=None).order_by("-pk")
    why = gettext("the action “%(name)s” hangs on it")
    return {uids[one.initiative_id]: history.Held(why, one) for one in found}


@history.blocker(Roadmap.recorded_type)
def _of_roadmaps(rows: Sequence[Recorded]) -> dict[UUID, history.Held]:
    """A roadmap stays while initiatives are in it."""
    uids = {row.pk: row.uid for row in rows}
    found = Initiative.objects.filter(roadmap__in=uids, deleted_at=None).order_by("-pk")
    why = gettext("the initiative “%(name)s” is in it")
    return {uids[one.roadmap_id]: history.Held(why, one) for one in found if one.roadmap_id is not None}


@undoing.guard(Dependency.recorded_type)
def _no_circle(actor: Actor, rows: Sequence[Recorded]) -> None:
    """A dependency does not come back where initiatives would wait for each other in a circle."""
    back = [row for row in rows if isinstance(row, Dependency)]
    if not back:
        return
    live = Dependency.objects.filter(
        institution=back[0].institution_id, deleted_at=None, initiative__deleted_at=None, on__deleted_at=None
    ).exclude(pk__in=[row.pk for row in back])
    new = [(row.initiative.uid, row.on.uid) for row in back]
    if rules.circle(live.values_list("initiative__uid", "on__uid"), new) is not None:
        raise undoing.Refused(
            gettext(
                "Initiatives would wait for each other in a circle. Change what they wait for on their pages."
            )
        )
