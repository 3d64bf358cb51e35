"""One field of many elements at once: look first, then change them as one change set, or as one draft.

chosen = bulk_edit.choose(actor, institution, domain, "classification", ["public"])
plan = bulk_edit.plan(actor, institution, versions, chosen)      what would change, by name, and what stands in the way
bulk_edit.change_many(actor, institution, versions, chosen)      does it; all or nothing
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pendapa.architecture import actions, metamodel, queries
from pendapa.architecture.models import Element
from pendapa.architecture.outcomes import Outcome, done, reviewed
from pendapa.architecture.permissions import EDIT, PERSONAL
from pendapa.architecture.rules.metamodel import RELATIONS, attribute_columns, personal_keys
from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit
from pendapa.regulations.metamodel import Column

MOST, AT_ONCE = 10_000, 2_000
"""So many elements at most; over ``AT_ONCE`` it is a job that people watch."""
ATTRIBUTE = "a."
DATES = ("valid_from", "valid_to")
Versions = Mapping[UUID, int]


@dataclass(frozen=True)
class Chosen:
    """A field and its new value: ``changes`` as :func:`.actions.change_element` takes them, ``shown`` as people read it.

    ``raw`` is what was sent, from which it can be chosen again (in a job)."""

    key: str
    label: str
    changes: dict[str, Any]
    shown: str
    raw: tuple[str, ...]


@dataclass(frozen=True)
class Planned:
    """One element: what stands there and what would. With a ``fault`` it cannot be changed so."""

    row: Element
    before: str
    after: str
    fault: str = ""


@dataclass(frozen=True)
class Plan:
    """What would become of all chosen elements. ``stale`` names those that somebody changed meanwhile; ``gone`` counts what
    is not there (any more) for the actor."""

    changed: list[Planned] = field(default_factory=list)
    same: list[Element] = field(default_factory=list)
    faulty: list[Planned] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    gone: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return bool(self.changed) and not (self.faulty or self.stale or self.gone)


# ---- choosing


def fields(actor: Actor, institution: Institution, domain: str) -> list[tuple[str, str]]:
    """Key and label of what may be changed in many elements of one domain (or of several, with ``domain`` empty)."""
    offered = [
        ("unit", _("Unit")),
        ("classification", _("Openness")),
        ("valid_from", _("Valid from")),
        ("valid_to", _("Valid until")),
    ]
    return offered + [
        (ATTRIBUTE + c.key, c.label.in_language(get_language() or "id"))
        for c in _columns(actor, institution, domain)
    ]


def _columns(actor: Actor, institution: Institution, domain: str) -> list[Column]:
    if not domain:
        return []
    model = metamodel.of(institution)
    hidden = frozenset() if actor.may(PERSONAL, institution) else personal_keys(model, domain)
    return [c for c in attribute_columns(model, domain) if c.type not in RELATIONS and c.key not in hidden]


def column(actor: Actor, institution: Institution, domain: str, key: str) -> Column | None:
    """The metamodel's column behind the key of a field; ``None`` for the core fields."""
    name = key.removeprefix(ATTRIBUTE)
    found = _columns(actor, institution, domain) if key.startswith(ATTRIBUTE) else []
    return next((one for one in found if one.key == name), None)


def choose(actor: Actor, institution: Institution, domain: str, key: str, raw: Sequence[str]) -> Chosen:
    """Read a field and its new value as a form sends them. :class:`.Refused` where they make no sense; an empty value
    takes away what stands there, where that is possible."""
    label = dict(fields(actor, institution, domain)).get(key)
    if label is None:
        raise Refused(_("This field cannot be changed in many elements at once."), "field")
    values = [one.replace("\x00", "").strip() for one in raw]
    first = next((one for one in values if one), "")
    if key == "unit":
        unit = (
            queries.offered_units(actor, institution, EDIT).filter(uid=first).first()
            if queries.is_uid(first)
            else None
        )
        if unit is None:
            raise Refused(_("Choose the unit to which they are to belong."), "value")
        return Chosen(key, label, {"unit": unit}, unit.name, (first,))
    if key == "classification":
        words = dict(Element.CLASSIFICATIONS)
        if first not in words:
            raise Refused(_("Choose how open they are to be."), "value")
        return Chosen(key, label, {"classification": first}, str(words[first]), (first,))
    if key in DATES:
        return Chosen(key, label, {key: _day(first)}, first, (first,))
    known = column(actor, institution, domain, key)
    assert known is not None
    several = known.type.endswith("_many")
    value: Any = [one for one in values if one] if several else first
    shown = ", ".join(value) if several else first
    return Chosen(key, label, {"attributes": {known.key: value}}, shown, tuple(one for one in values if one))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(
            _("“%(value)s” is no date. Write it as 2026-12-31.") % {"value": text[:40]}, "value"
        ) from None


def candidates(actor: Actor, institution: Institution, filters: queries.Filters) -> QuerySet[Element]:
    """The elements of a list that the actor may change, in its order."""
    mine = actor.scope(EDIT, institution).filter()
    return queries.filtered(actor, institution, filters).filter(mine).order_by("name_key", "id")


# ---- looking and doing


def plan(actor: Actor, institution: Institution, versions: Versions, chosen: Chosen) -> Plan:
    """What would change, without writing: set-based, the rows in the order of their names."""
    return _plan(actor, institution, versions, chosen)[0]


def _plan(
    actor: Actor, institution: Institution, versions: Versions, chosen: Chosen
) -> tuple[Plan, list[Element]]:
    found: list[Planned] = []
    same: list[Element] = []
    faulty: list[Planned] = []
    stale: list[str] = []
    doubts: dict[str, None] = {}
    writes: list[Element] = []
    scope, seen = actor.scope(EDIT, institution), 0
    for row in _rows(actor, institution, versions):
        if not scope.covers(row.unit):
            continue
        seen += 1
        if row.version != versions[row.uid]:
            stale.append(row.name)
            continue
        before = _told(row, chosen, actor)
        untouched = history.plain_values(row)
        try:
            for doubt in actions._take(row, institution, dict(chosen.changes)):
                doubts[doubt] = None
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                raise Refused(_("It would end before it begins."))
        except Refused as refused:
            faulty.append(Planned(row, before, chosen.shown, str(refused)))
            continue
        if history.plain_values(row) == untouched:
            same.append(row)
            continue
        row.derive()
        writes.append(row)
        found.append(Planned(row, before, _told(row, chosen, actor)))
    told = Plan(found, same, faulty, stale, len(versions) - seen, list(doubts))
    return told, writes


def _rows(actor: Actor, institution: Institution, versions: Versions) -> Iterable[Element]:
    rows: list[Element] = []
    visible = queries.visible(actor, institution).select_related("unit")
    for some in history.chunks(sorted(versions), history.CHUNK):
        rows += visible.filter(uid__in=some)
    for row in rows:
        row.institution = institution
    return sorted(rows, key=lambda row: (row.name_key, row.pk))


def _told(row: Element, chosen: Chosen, actor: Actor) -> str:
    """What stands in the chosen field, as people read it."""
    if chosen.key == "unit":
        return row.unit.name
    if chosen.key == "classification":
        return str(row.get_classification_display())
    if chosen.key in DATES:
        day = getattr(row, chosen.key)
        return day.isoformat() if day else ""
    from pendapa.architecture.views.common import written

    known = column(actor, row.institution, row.domain, chosen.key)
    value = row.attributes.get(chosen.key.removeprefix(ATTRIBUTE))
    return str(written(known, value)) if value and known else ""


@reviewed
def change_many(
    actor: Actor, institution: Institution, versions: Versions, chosen: Chosen, *, reason: str = ""
) -> Outcome:
    """Change one field of many elements as one change set: all or nothing. The row of the outcome is the list of them.

    ``versions`` says at which version each was read; ``history.Conflict`` names those that somebody changed since, and
    nothing is written. What the actor may not see or change is ``NotFound``; :class:`.Refused` names what cannot be so.
    """
    actor.require(EDIT, institution)
    if len(versions) > MOST:
        raise Refused(_("These are more than %(most)d elements. Narrow the list first.") % {"most": MOST})
    with transaction.atomic():
        hold(institution)
        unit = chosen.changes.get("unit")
        if unit is not None and not actor.may(EDIT, institution, unit):
            raise NotFound
        told, rows = _plan(actor, institution, versions, chosen)
        if told.stale:
            raise history.Conflict(told.stale)
        if told.gone:
            raise NotFound
        if told.faulty:
            raise Refused("; ".join(f"{one.row.name}: {one.fault}" for one in told.faulty[:5]))
        if not rows:
            return Outcome([], None)
        units = {row.unit_id for row in rows}
        change_set = history.write(
            actor,
            institution,
            "edit",
            history.Writes(change=list(rows)),
            reason=reason or _("%(field)s of many elements") % {"field": chosen.label},
            unit=rows[0].unit if len(units) == 1 else None,
        )
    made = done(rows[0], change_set, told.warnings)
    return Outcome(list(rows), made.change_set, made.warnings)


# ---- as a job


def start(actor: Actor, institution: Institution, domain: str, versions: Versions, chosen: Chosen) -> Job:
    """The same in the background, for more than :data:`AT_ONCE`."""
    actor.require(EDIT, institution)
    rows = [[str(uid), version] for uid, version in versions.items()]
    return jobs.start(
        "architecture.change_many",
        institution,
        actor,
        domain=domain,
        field=chosen.key,
        raw=list(chosen.raw),
        rows=rows,
    )


@jobs.register("architecture.change_many", gettext_lazy("Change many elements"))
def run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The runner of :func:`start`; it acts as the person who started it, with the rights of now."""
    asked = job.arguments
    if job.user is None:
        raise jobs.ForPeople(_("Who started this is no longer there."))
    actor, institution = access.of(job.user), job.institution
    versions = {UUID(uid): version for uid, version in asked["rows"]}
    progress(0, len(versions), force=True)
    try:
        chosen = choose(actor, institution, asked["domain"], asked["field"], asked["raw"])
        made = change_many(actor, institution, versions, chosen)
    except Refused as refused:
        raise jobs.ForPeople(str(refused)) from refused
    except history.Conflict as conflict:
        raise jobs.ForPeople(stale_words(conflict.names)) from conflict
    except NotFound as gone:
        raise jobs.ForPeople(
            _("Some of the elements are not there any more, or not yours to change.")
        ) from gone
    written = made.change_set or made.draft
    page = "history:set" if made.change_set else "architecture:list"
    url = _address(page, institution, written.uid if made.change_set and written else None)
    return {"changed": len(made.row), "url": url}


def stale_words(names: Sequence[str]) -> str:
    """Which elements somebody changed meanwhile, and what to do."""
    told = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return _(
        "Changed by somebody else meanwhile: %(names)s. Nothing was saved; look at the list once more."
    ) % {"names": told}


def _address(page: str, institution: Institution, uid: UUID | None) -> str:
    return reverse(page, args=[institution.code, *([uid] if uid else [])])


def unit_options(actor: Actor, institution: Institution) -> QuerySet[Unit]:
    """Units to which the actor may move elements."""
    return queries.offered_units(actor, institution, EDIT)
