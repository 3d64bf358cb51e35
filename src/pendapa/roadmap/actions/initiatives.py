"""Verbs of initiatives: begin, change, report, move, put into a roadmap, take away. The only writers.

:class:`Refused` says by field what cannot stay, :class:`Stale` (a ``history.Conflict``) what somebody else changed meanwhile;
what is not granted is NotFound. The version of an initiative covers all its parts: whoever changes one changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution
from pendapa.roadmap.actions.plans import FromPlans as FromPlans
from pendapa.roadmap.actions.resolving import Resolved, resolve
from pendapa.roadmap.models import (
    Action,
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Roadmap,
)
from pendapa.roadmap.permissions import ACT, EDIT, PROPOSE
from pendapa.roadmap.queries import initiative_facts, reach
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.queries.roadmaps import next_code
from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.wording_initiatives import by_field

PARTS = ("initiative_partner", "initiative_element", "dependency", "initiative_budget")
Spent = Mapping[tuple[int, str, str], Decimal | None]


class Stale(history.Conflict):
    """Somebody else changed the initiative meanwhile; nothing was written.

    ``row`` is what stands now, ``fields`` the names of the fields of :class:`rules.Values` that differ, ``who`` did it last.
    """

    def __init__(self, row: Initiative, fields: Sequence[str], who: str) -> None:
        self.row, self.fields, self.who = row, list(fields), who
        super().__init__([row.title])


def create(actor: Actor, institution: Institution, values: rules.Values) -> Initiative:
    """A new initiative. Who may only propose begins a draft of an own unit. Raises NotFound, :class:`Refused`."""
    actor.require(PROPOSE, institution)
    values = tidied(values)
    with transaction.atomic():
        hold(institution)
        found = resolve(actor, institution, values)
        if not _everything(actor, institution) and values.state != "draft":
            raise Refused({"state": _("Begin with a draft: the secretariat takes it into the plan.")})
        _refuse(actor, institution, found)
        now = timezone.now()
        year = rules.start_year(
            values, found.roadmap.first_year if found.roadmap else timezone.localdate().year
        )
        row = Initiative(
            institution=institution, created_at=now, code=_free_code(institution, values.code, year)
        )
        _set(row, found, year)
        writes = history.Writes(add=[row])
        _parts(row, found, queries.Parts([], [], [], []), writes)
        _write(actor, row, writes)
    return row


def change(
    actor: Actor, initiative: Initiative, version: int, values: rules.Values, *, reason: str = ""
) -> Initiative:
    """Set all values; the initiative was read at ``version``. What the actor may not see and stands there stays.

    Raises NotFound for who may not change it, :class:`Refused`, :class:`Stale`.
    """
    values = tidied(values)
    with transaction.atomic():
        row, known = _locked(actor, initiative)
        if not queries.may_change(actor, row):
            raise NotFound
        _fresh(actor, row, version)
        before = queries.values_of(row, known)
        found = resolve(actor, row.institution, values, row, known)
        if values.state != row.state:
            _check_move(actor, row, values.state)
        _refuse(actor, row.institution, found, row, before)
        year = rules.start_year(replace(found.values, year=values.year or row.year), row.year)
        if values.code and values.code != row.code:
            row.code = _free_code(row.institution, values.code, year)
        writes = history.Writes(change=[row])
        before_row = history.plain_values(row)
        _set(row, found, year)
        _parts(row, found, known, writes)
        if history.plain_values(row) == before_row and not _more(writes):
            return row
        _write(actor, row, writes, reason)
    return row


def report(
    actor: Actor,
    initiative: Initiative,
    version: int,
    *,
    spent: Spent | None = None,
    done: Mapping[int, str] | None = None,
    reason: str = "",
) -> Initiative:
    """What was spent (by year, code and source of its budget rows; None: not known) and reached (by year of its targets).

    For the owner and the secretariat; the plan itself stays as it is. Raises NotFound, :class:`Refused`, :class:`Stale`.
    """
    with transaction.atomic():
        row, known = _locked(actor, initiative)
        if not queries.may_report(actor, row):
            raise NotFound
        _fresh(actor, row, version)
        before = queries.values_of(row, known)
        values = _reported(before, spent or {}, done or {})
        lines = initiative_facts.programmes(row.institution, values.budgets, row.unit)
        facts = rules.Facts(lines=initiative_facts.lines(row.institution, lines, row), before=before.budgets)
        wrong = rules.report_faults(values, facts)
        if wrong:
            raise Refused(by_field(wrong, whole=_everything(actor, row.institution)))
        if values == before:
            return row
        row.targets = _plain_targets(values)
        writes = history.Writes(change=[row])
        given = {one.key: one for one in values.budgets}
        for budget in known.budgets:
            after = given[budget.year, budget.programme_code, budget.source]
            if budget.spent != after.spent:
                budget.spent = after.spent
                budget.institution = row.institution
                writes.change.append(budget)
        _write(actor, row, writes, reason)
    return row


def move(actor: Actor, initiative: Initiative, version: int, state: str, *, reason: str = "") -> Initiative:
    """Bring it to another state. Not to done while actions under it are open: :class:`Refused` says which."""
    with transaction.atomic():
        row, _known = _locked(actor, initiative)
        if not queries.moves(actor, row):
            raise NotFound
        _fresh(actor, row, version)
        if row.state == state:
            return row
        _check_move(actor, row, state)
        if state in ("planned", "doing"):
            _check_owner(row)
        row.state = state
        _write(actor, row, history.Writes(change=[row]), reason)
        bus.emit("roadmap.initiative_moved", institution_id=row.institution_id, uid=str(row.uid), state=state)
    return row


def put_in(actor: Actor, roadmap: Roadmap, initiatives: Sequence[Initiative]) -> int:
    """Put initiatives into a roadmap, each with a code of its own; all or none. How many were not in it before.

    Raises NotFound, :class:`Refused` (an initiative whose days, targets or money lie outside its years, by uid), Conflict.
    """
    institution = roadmap.institution
    if not _everything(actor, institution):
        raise NotFound
    with transaction.atomic():
        hold(institution)
        now = reach.roadmaps(actor, institution).filter(pk=roadmap.pk).first()
        if now is None:
            raise NotFound
        if now.state == "ended":
            raise Refused({"": _("“%(name)s” has ended; it takes no more initiatives.") % {"name": now}})
        versions = {one.pk: one.version for one in initiatives}
        rows = [
            one
            for one in reach.initiatives(actor, institution).filter(pk__in=versions)
            if one.roadmap_id != now.pk
        ]
        _refuse_outside(now, rows)
        free: dict[int, list[str]] = {}
        for row in rows:
            row.institution, row.version, row.roadmap = institution, versions[row.pk], now
            if not row.code:
                row.code = _next_of(institution, row.year, free)
        if rows:
            history.write(actor, institution, "edit", history.Writes(change=list(rows)))
    return len(rows)


def delete(actor: Actor, initiative: Initiative, version: int) -> None:
    """Take a draft or a cancelled one away with its parts; the history can bring it back.

    Raises NotFound, :class:`Refused` (an initiative that runs is cancelled, not deleted), :class:`Stale`.
    """
    with transaction.atomic():
        row, known = _locked(actor, initiative)
        if not queries.may_delete(actor, row):
            if queries.may_change(actor, row) and row.state not in ("draft", "cancelled"):
                raise Refused(
                    {"": _("Only drafts and cancelled initiatives are deleted. Cancel this one first.")}
                )
            raise NotFound
        _fresh(actor, row, version)
        actions = Action.objects.filter(initiative=row.pk, deleted_at=None).count()
        if actions:
            words = _(
                "%(n)s actions hang on it, with what proves them: it stays. Cancelled, it counts nowhere."
            )
            raise Refused({"": words % {"n": actions}})
        waiting = Dependency.objects.filter(on=row.pk, deleted_at=None).select_related("on", "initiative")
        gone: list[Recorded] = [
            *known.partners, *known.elements, *known.waits_for, *waiting, *known.budgets, row
        ]  # fmt: skip
        for one in gone:
            one.institution = row.institution
        history.write(actor, row.institution, "edit", history.Writes(delete=gone), unit=row.unit)
        bus.emit("roadmap.changed", institution_id=row.institution_id, uid=str(row.uid))


# ---- helpers


def tidied(values: rules.Values) -> rules.Values:
    """Texts without control signs and spaces around; levels with a point."""
    texts = {
        name: rules.tidy(getattr(values, name)) for name in ("title", "description", "output", "note", "code")
    }
    texts["title"] = " ".join(texts["title"].split())
    lifts = tuple(
        replace(
            one,
            level_from=one.level_from.strip().replace(",", "."),
            level_to=one.level_to.strip().replace(",", "."),
        )
        for one in values.lifts
    )
    budgets = tuple(replace(one, programme_code=rules.tidy(one.programme_code)) for one in values.budgets)
    targets = {
        year: rules.Target(rules.tidy(one.target), rules.tidy(one.done))
        for year, one in values.targets.items()
    }
    targets = {year: one for year, one in targets.items() if one.target or one.done}
    return replace(values, lifts=lifts, budgets=budgets, targets=targets, **texts)  # type: ignore[arg-type]


def _everything(actor: Actor, institution: Institution) -> bool:
    return actor.scope(EDIT, institution).everything


def _locked(actor: Actor, initiative: Initiative) -> tuple[Initiative, queries.Parts]:
    """The initiative as it stands now, with everybody else waiting; NotFound where the actor may not read it any more."""
    hold(initiative.institution)
    row = queries.initiative(actor, initiative.institution, initiative.uid)
    row.institution = initiative.institution
    return row, queries.parts(row)


def _fresh(actor: Actor, row: Initiative, version: int) -> None:
    if row.version != version:
        fields, who = changed_since(row, version)
        raise Stale(row, fields, who)


def changed_since(row: Initiative, version: int) -> tuple[list[str], str]:
    """The fields that were changed after ``version`` (parts by their field of the values), and who changed it last."""
    since = list(
        Revision.objects.filter(target_uid=row.uid, version__gte=version)
        .select_related("change_set")
        .order_by("version")
    )
    if not since or since[0].version != version:
        return [], since[-1].change_set.author_name if since else ""
    old, new = since[0].snapshot, since[-1].snapshot
    fields = [name for name in Initiative.recorded_fields if old.get(name) != new.get(name)]
    sets = [one.change_set_id for one in since[1:]]
    touched = Revision.objects.filter(change_set__in=sets, target_type__in=PARTS)
    names = {"initiative_partner": "partners", "initiative_element": "elements", "dependency": "waits_for", "initiative_budget": "budgets"}  # fmt: skip
    for kind, snapshot in touched.values_list("target_type", "snapshot"):
        if snapshot.get("initiative") == row.pk and names[kind] not in fields:
            fields.append(names[kind])
    return fields, since[-1].change_set.author_name


def _refuse(
    actor: Actor,
    institution: Institution,
    found: Resolved,
    row: Initiative | None = None,
    before: rules.Values | None = None,
) -> None:
    """Raise with everything that is wrong, also what names nothing the actor can see."""
    facts = initiative_facts.facts(
        institution, found.values, found.roadmap, found.unit, found.programmes, row, before
    )
    faults = by_field(rules.faults(found.values, facts), whole=_everything(actor, institution))
    faults = {**faults, **found.faults}
    if faults:
        raise Refused(faults)


def _set(row: Initiative, found: Resolved, year: int) -> None:
    values = found.values
    for name in ("title", "content", "description", "output", "starts_on", "ends_on", "cost", "days", "state", "note"):  # fmt: skip
        setattr(row, name, getattr(values, name))
    row.goal, row.unit, row.roadmap, row.year = found.goal, found.unit, found.roadmap, year
    row.lifts = [
        {"instrument": one.instrument, "indicator": one.indicator, "from": one.level_from, "to": one.level_to}
        for one in values.lifts
    ]
    row.targets = _plain_targets(values)
    if row._state.adding:
        row.origin, row.origin_uid, row.plan = values.origin, values.origin_uid, values.plan


def _plain_targets(values: rules.Values) -> dict[str, dict[str, str]]:
    return {
        str(year): {"target": one.target, "done": one.done} for year, one in sorted(values.targets.items())
    }


def _parts(row: Initiative, found: Resolved, known: queries.Parts, writes: history.Writes) -> None:
    """Add, change and delete what hangs on the initiative so that it is as wanted."""
    institution = row.institution
    partners = {one.unit_id: one for one in known.partners}
    for unit in found.partners:
        if partners.pop(unit.pk, None) is None:
            writes.add.append(InitiativePartner(institution=institution, initiative=row, unit=unit))
    elements = {one.element_id: one for one in known.elements}
    for element, effect in found.elements:
        there = elements.pop(element.pk, None)
        if there is None:
            new = InitiativeElement(institution=institution, initiative=row, element=element, effect=effect)
            writes.add.append(new)
        elif there.effect != effect:
            there.effect = effect
            writes.change.append(there)
    waits = {one.on_id: one for one in known.waits_for}
    for on in found.waits_for:
        if waits.pop(on.pk, None) is None:
            writes.add.append(Dependency(institution=institution, initiative=row, on=on))
    writes.delete += [*partners.values(), *elements.values(), *waits.values()]
    _budgets(row, found, known, writes)
    for one in [*writes.change, *writes.delete]:
        one.institution = institution


def _budgets(row: Initiative, found: Resolved, known: queries.Parts, writes: history.Writes) -> None:
    budgets = {(one.year, one.programme_code, one.source): one for one in known.budgets}
    for wanted in found.values.budgets:
        line = found.programmes.get((wanted.year, wanted.programme_code))
        there = budgets.pop(wanted.key, None)
        new = there or Budget(
            institution=row.institution, initiative=row, year=wanted.year, programme_code=wanted.programme_code,
            source=wanted.source,
        )  # fmt: skip
        before = None if there is None else history.plain_values(there)
        new.programme = line
        new.planned, new.budgeted, new.spent = wanted.planned, wanted.budgeted, wanted.spent
        if there is None:
            writes.add.append(new)
        elif history.plain_values(there) != before:
            writes.change.append(there)
    writes.delete += budgets.values()


def _more(writes: history.Writes) -> bool:
    return bool(writes.add or writes.delete or len(writes.change) > 1)


def _write(actor: Actor, row: Initiative, writes: history.Writes, reason: str = "") -> None:
    """Write in two steps where the initiative is new: what hangs on it points to it."""
    told: Any = writes
    if row._state.adding:
        rest = [one for one in writes.add if one is not row]
        told = iter([history.Writes(add=[row]), history.Writes(add=rest)])
    history.write(actor, row.institution, "edit", told, reason=reason, unit=row.unit)
    bus.emit("roadmap.changed", institution_id=row.institution_id, uid=str(row.uid))


def _free_code(institution: Institution, wanted: str, year: int) -> str:
    if not wanted:
        return next_code(institution, year)
    if len(wanted) > 30:
        raise Refused({"code": _("A code has at most 30 characters.")})
    if Initiative.objects.filter(institution=institution, code=wanted, deleted_at=None).exists():
        raise Refused({"code": _("The code “%(code)s” belongs to another initiative.") % {"code": wanted}})
    return wanted


def _next_of(institution: Institution, year: int, given: dict[int, list[str]]) -> str:
    """The next code of a year when several are given out at once."""
    codes = given.setdefault(year, [])
    codes.append(rules.next_code(year, codes) if codes else next_code(institution, year))
    return codes[-1]


def _check_move(actor: Actor, row: Initiative, state: str) -> None:
    if state not in queries.moves(actor, row):
        known = dict(Initiative.STATES)
        raise Refused(
            {
                "state": _("An initiative that is “%(now)s” cannot become “%(then)s” by you.")
                % {"now": known[row.state], "then": known.get(state, state[:20])}
            }
        )
    if state == "done":
        _refuse_open(row)


def _refuse_open(row: Initiative) -> None:
    """A parent does not finish with open children; which ones is said."""
    still = queries.open_actions(row)
    if still:
        names = "; ".join(f"“{one.title}”" for one in still[:5]) + (" …" if len(still) > 5 else "")
        words = _(
            "It cannot be done while actions under it are open: %(names)s. Finish or cancel them first."
        )
        raise Refused({"state": words % {"names": names}})


def _check_owner(row: Initiative) -> None:
    ended = row.unit.valid_to if row.unit else None
    if ended is not None and ended < timezone.localdate():
        raise Refused(by_field([rules.Fault("unit", "owner_left", {"day": ended})]))


def _reported(before: rules.Values, spent: Spent, done: Mapping[int, str]) -> rules.Values:
    """The values with what was reported; Refused for a row or a year that the plan does not have."""
    keys = {one.key for one in before.budgets}
    if set(spent) - keys:
        raise Refused({"spent": _("The plan has no such budget row. Read it again.")})
    budgets = tuple(replace(one, spent=spent.get(one.key, one.spent)) for one in before.budgets)
    targets = dict(before.targets)
    for year, text in done.items():
        if year not in targets and rules.tidy(text):
            raise Refused({"done": _("The plan has no target in %(year)s.") % {"year": year}})
        if year in targets:
            targets[year] = replace(targets[year], done=rules.tidy(text))
    return replace(before, budgets=budgets, targets=targets)


def _refuse_outside(roadmap: Roadmap, rows: Sequence[Initiative]) -> None:
    """Raise with every initiative that does not fit into the years of the roadmap, by its uid."""
    ids = {row.pk: row for row in rows}
    money = Budget.objects.filter(initiative__in=ids, deleted_at=None).values_list("initiative", "year")
    years: dict[int, set[int]] = {}
    for pk, year in money:
        years.setdefault(pk, set()).add(year)
    faults: dict[str, str] = {}
    facts = rules.Facts(years=roadmap.years)
    for pk, row in ids.items():
        values = rules.Values(
            title=row.title, starts_on=row.starts_on, ends_on=row.ends_on, year=row.year,
            targets=queries.targets_of(row), budgets=tuple(rules.BudgetRow(year) for year in sorted(years.get(pk, ()))),
        )  # fmt: skip
        wrong = [one for one in rules.faults(values, facts) if one.key in ("day_outside", "year_outside")]
        if wrong:
            faults[str(row.uid)] = f"{row.title}: {next(iter(by_field(wrong).values()))}"
    if faults:
        raise Refused(faults)


__all__ = [
    "ACT", "FromPlans", "Refused", "Stale", "change", "changed_since", "create", "delete", "move", "put_in", "report",
]  # fmt: skip
