"""Verbs of the action plan: plan, do, finish, reopen, cancel, tick, prove, give to somebody else. The only writers.

Several people work at one action, so a verb is refused only where somebody else changed the same field since it was read.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Recorded, Revision
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Institution, Unit, User
from pendapa.kernel.waiting import ports as waiting
from pendapa.roadmap.actions.action_plan_base import Closed as Closed
from pendapa.roadmap.actions.action_plan_base import held, refuse, told, words, write
from pendapa.roadmap.actions.action_plan_delete import delete as delete
from pendapa.roadmap.actions.action_plan_delete import in_the_way as in_the_way
from pendapa.roadmap.actions.action_plan_evidence import add_evidence as add_evidence
from pendapa.roadmap.actions.action_plan_evidence import remove_evidence as remove_evidence
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import reach
from pendapa.roadmap.rules import action_plan as rules
from pendapa.roadmap.rules.action_plan import Values

FIELDS = (
    "title", "description", "unit_id", "person_id", "person_name", "starts_on", "due", "evidence_asked", "repeats",
    "repeats_until",
)  # fmt: skip


@dataclass(frozen=True)
class Finished:
    """An action that is done, and the next of its series where one was made."""

    action: Action
    following: Action | None = None


# ---- plan


def create(actor: Actor, initiative: Initiative, values: Values, parent: Action | None = None) -> Action:
    """Plan an action under an initiative, or below another action. Raises :class:`Refused`, NotFound."""
    values = rules.tidy(values)
    with transaction.atomic():
        hold(initiative.institution)
        initiative = _initiative(actor, initiative)
        if parent is not None:
            parent = queries.one(actor, initiative.institution, parent.uid)
        row = Action(
            institution=initiative.institution, initiative=initiative, parent=parent, created_at=timezone.now(),
            checklist=rules.fresh(values.checklist),
        )  # fmt: skip
        refuse(_faults(actor, initiative, values, row) | _parent_faults(initiative, values, parent))
        _put(row, values)
        row.series = uuid.uuid4() if row.repeats else None
        write(actor, row, history.Writes(add=[row]))
    told(row)
    return row


def change(actor: Actor, action: Action, version: int, values: Values) -> Action:
    """Change what is planned. Fields that only others changed since ``version`` stay theirs. Raises :class:`Refused`,
    Conflict where both changed the same field, NotFound."""
    values = rules.tidy(values)
    with transaction.atomic():
        row = held(actor, action)
        before = row.person_id
        merged = _merged(row, version, values)
        refuse(_faults(actor, row.initiative, merged, row) | _series_faults(row, merged))
        checklist = rules.rewritten(row.checklist, merged.checklist)
        same = checklist == row.checklist and _values(row) == merged
        if same:
            return row
        _put(row, merged)
        row.checklist = checklist
        if row.repeats and row.series is None:
            row.series = uuid.uuid4()
        write(actor, row, history.Writes(change=[row]))
    told(row, before)
    return row


def values_at(row: Action, version: int) -> Values:
    """What was set of an action at a version. Raises Conflict for one that never was."""
    if row.version == version:
        return _values(row)
    seen = Revision.objects.filter(target_type="action", target_uid=row.uid, version=version).first()
    if seen is None:
        raise history.Conflict([row.title])
    return _values_of(seen.snapshot)


def _merged(row: Action, version: int, values: Values) -> Values:
    """What the person set, and of the rest what stands now."""
    if row.version == version:
        return values
    base, now, kept = values_at(row, version), _values(row), {}
    for name in Values.__dataclass_fields__:
        was, stands, given = getattr(base, name), getattr(now, name), getattr(values, name)
        if given != was and stands not in (was, given):
            raise history.Conflict([row.title])
        kept[name] = stands if given == was else given
    return Values(**kept)


def _values(row: Action) -> Values:
    """What stands in an action, as a person sets it."""
    return Values(
        row.title, row.description, row.unit_id, row.person_id, "" if row.person_id else row.person_name, row.starts_on,
        row.due, rules.texts(row.checklist), row.evidence_asked, row.repeats, row.repeats_until,
    )  # fmt: skip


def _values_of(snapshot: Mapping[str, Any]) -> Values:
    def day(name: str) -> date | None:
        return date.fromisoformat(snapshot[name]) if snapshot.get(name) else None

    person = snapshot.get("person")
    return Values(
        snapshot["title"], snapshot["description"], snapshot.get("unit"), person,
        "" if person else snapshot["person_name"], day("starts_on"), day("due"), rules.texts(snapshot["checklist"]),
        snapshot["evidence_asked"], snapshot["repeats"], day("repeats_until"),
    )  # fmt: skip


def _put(row: Action, values: Values) -> None:
    given = {"unit_id": values.unit, "person_id": values.person}
    for name in FIELDS:
        setattr(row, name, given[name] if name in given else getattr(values, name))
    if values.person is not None:
        row.person_name = User.objects.values_list("name", flat=True).get(pk=values.person)


# ---- what is refused


def _faults(actor: Actor, initiative: Initiative, values: Values, row: Action) -> dict[str, str]:
    """What of ``values`` cannot be kept; unit and person may stay as they are, also where they could not be chosen anew."""
    found = words(rules.faults(values))
    if values.unit != row.unit_id or row.pk is None:
        known = {unit.pk for unit in queries.units(actor, initiative)}
        if values.unit is None and not queries.covers_owner(actor, initiative):
            found["unit"] = _("Choose your own unit.")
        elif values.unit is not None and values.unit not in known:
            found["unit"] = _(
                "Choose the owner of the initiative, one of its partners, or a unit below them."
            )
    if values.person not in (None, row.person_id, *(one.pk for one in queries.people(initiative))):
        found["person"] = _("This person has no role in the owner or a partner. Choose somebody of the list.")
    if values.repeats and row.pk is not None and Action.objects.filter(parent=row, deleted_at=None).exists():
        found["repeats"] = _("An action with others below it does not repeat. Let those below repeat.")
    return found


def _parent_faults(initiative: Initiative, values: Values, parent: Action | None) -> dict[str, str]:
    if parent is None:
        return {}
    if parent.initiative_id != initiative.pk:
        raise NotFound
    if parent.parent_id is not None:
        return {"parent": _("Actions go one level deep. Put it beside this one, or into its checklist.")}
    if parent.state not in rules.OPEN:
        return {"parent": _("“%(name)s” is closed. Reopen it first.") % {"name": parent.title}}
    if parent.repeats:
        return {
            "parent": _("“%(name)s” repeats, so nothing hangs below it. Use its checklist.")
            % {"name": parent.title}
        }
    return {}


def _series_faults(row: Action, values: Values) -> dict[str, str]:
    if row.series is None or values.due == row.due:
        return {}
    others = Action.objects.filter(series=row.series, due=values.due, deleted_at=None).exclude(pk=row.pk)
    if values.due is not None and others.exists():
        return {"due": _("Another action of this series is due on that day already.")}
    return {}


# ---- do


def begin(actor: Actor, action: Action, version: int) -> Action:
    """Somebody has begun. Raises :class:`Closed`, Conflict."""
    with transaction.atomic():
        row = held(actor, action)
        if row.state == "doing":
            return row
        _open_still(row)
        row.state = "doing"
        write(actor, row, history.Writes(change=[row]))
    told(row)
    return row


def finish(actor: Actor, action: Action, version: int, result: str = "", reason: str = "") -> Finished:
    """The action is done; of a series the next one is made, once. ``reason`` says why the evidence asked for is missing.

    Raises :class:`Closed` where somebody was quicker, :class:`Refused` with open actions below it or without its evidence,
    Conflict where what is asked was changed since ``version``.
    """
    with transaction.atomic():
        row = held(actor, action)
        _open_still(row)
        _same_question(row, version)
        refuse(_unfinished(actor, row))
        reason = " ".join(reason.split())[:2000]
        if row.evidence_asked and not reason and not queries.evidence(row):
            raise Refused({"reason": _("Evidence is asked for: %(what)s. Add it, or say why there is none.") % {"what": row.evidence_asked[:300]}})  # fmt: skip
        row.state, row.done_on, row.done_by = "done", timezone.localdate(), actor.name[:200]
        said = result.strip()[: rules.LONGEST_TEXT]
        row.result = "\n\n".join(
            part for part in (said or row.result, reason and _no_evidence(reason)) if part
        )
        after = _following(row)
        # The next one is made by what makes this one done, so that taking that back takes both.
        write(actor, row, history.Writes(change=[row], add=[after] if after else []))
    told(row)
    return Finished(row, after)


def _no_evidence(reason: str) -> str:
    # It stays in the record, so it is told in the language of the house, not in that of the page.
    with override(settings.LANGUAGE_CODE):
        return _("Finished without the evidence asked for: %(reason)s") % {"reason": reason}


def _unfinished(actor: Actor, row: Action) -> dict[str, str]:
    """The open actions below, by name as far as the actor sees them."""
    below = Action.objects.filter(parent=row, deleted_at=None, state__in=rules.OPEN)
    if not below.exists():
        return {}
    names = [one.title for one in queries.children(actor, row) if one.state in rules.OPEN]
    if not names:
        return {"": _("Something below this action is still open. Ask the owner of the initiative.")}
    told = ", ".join(f"“{name}”" for name in names[:5]) + (" …" if len(names) > 5 else "")
    return {"": _("Still open below it: %(names)s. Finish or cancel them first.") % {"names": told}}


def _following(row: Action) -> Action | None:
    """The next action of the series; None where there is a later one already, or the series is over."""
    if not row.repeats or row.due is None or row.series is None:
        return None
    series = Action.objects.filter(series=row.series)
    if series.filter(deleted_at=None, due__gt=row.due).exists():
        return None
    first = series.order_by("due").values_list("due", flat=True).first() or row.due
    day = rules.next_of(first, row.repeats, row.due, row.repeats_until, row.initiative.ends_on)
    if day is None:
        return None
    return Action(
        institution=row.institution, initiative=row.initiative, parent=row.parent, title=row.title,
        description=row.description, unit=row.unit, person=row.person, person_name=row.person_name, due=day,
        checklist=rules.fresh(rules.texts(row.checklist)), evidence_asked=row.evidence_asked, repeats=row.repeats,
        repeats_until=row.repeats_until, series=row.series, created_at=timezone.now(),
    )  # fmt: skip


def reopen(actor: Actor, action: Action, version: int) -> Action:
    """It is not done after all, or was cancelled too early. The next of its series stays. Raises :class:`Refused`."""
    with transaction.atomic():
        row = held(actor, action)
        if row.state in rules.OPEN:
            return row
        _same_state(row, version)
        if row.parent is not None and row.parent.state not in rules.OPEN:
            raise Refused({"": _("The action above it is closed. Reopen that one first.")})
        _running_still(row.initiative)
        row.state, row.done_on, row.done_by = "doing", None, ""
        write(actor, row, history.Writes(change=[row]))
    told(row)
    return row


def cancel(actor: Actor, action: Action, version: int, reason: str) -> Action:
    """It will not be done; its series ends with it. ``reason`` is kept. Raises :class:`Refused`, :class:`Closed`."""
    reason = reason.strip()[: rules.LONGEST_TEXT]
    with transaction.atomic():
        row = held(actor, action)
        _open_still(row)
        _same_question(row, version)
        if not reason:
            raise Refused({"reason": _("Say why it will not be done, for those who counted on it.")})
        refuse(_unfinished(actor, row))
        row.state, row.result = "cancelled", reason
        write(actor, row, history.Writes(change=[row]))
    told(row)
    return row


def check(actor: Actor, action: Action, index: int, text: str, done: bool) -> Action:
    """Tick one item of the checklist, or take the tick away; ticks of others stay. Raises :class:`Refused`, :class:`Closed`."""
    with transaction.atomic():
        row = held(actor, action)
        _open_still(row)
        items = rules.ticked(row.checklist, index, text, done)
        if items is None:
            raise Refused(
                {"checklist": _("“%(item)s” stands no more in the checklist.") % {"item": text[:100]}}
            )
        if items == row.checklist:
            return row
        row.checklist = items
        if done and row.state == "todo":
            row.state = "doing"
        write(actor, row, history.Writes(change=[row]))
    return row


def _open_still(row: Action) -> None:
    if row.state not in rules.OPEN:
        raise Closed(row)


def _same_question(row: Action, version: int) -> None:
    """Raise Conflict where what is to be done and proved was changed since it was read; ticks and people do not matter."""
    _same(row, version, ("title", "evidence_asked", "due", "state", "result"), begun=True)


def _same_state(row: Action, version: int) -> None:
    _same(row, version, ("state",))


def _same(row: Action, version: int, names: Sequence[str], begun: bool = False) -> None:
    if row.version == version:
        return
    seen = Revision.objects.filter(target_uid=row.uid, version=version).first()
    now = history.plain_values(row)
    was = dict(seen.snapshot) if seen else {}
    if begun and was.get("state") in rules.OPEN:
        was["state"] = now["state"]
    if seen is None or any(was.get(name) != now[name] for name in names):
        raise history.Conflict([row.title])


# ---- many at once


def reassign(
    actor: Actor, institution: Institution, uids: Sequence[UUID], person: int, unit: Unit | None = None
) -> tuple[int, list[str]]:
    """Give open actions to somebody else: how many were, and the titles of those that this person cannot be given.

    Raises :class:`Refused` where none can, NotFound where one is not the actor's to give.
    """
    with transaction.atomic():
        hold(institution)
        found = reach.actions(actor, institution).filter(uid__in=list(uids)[:500], state__in=rules.OPEN)
        rows = list(found.select_related("initiative__unit").order_by("pk"))
        if not rows or any(not queries.may_write(actor, row) for row in rows):
            raise NotFound
        fits: dict[int, set[int]] = {}
        changed, refused, before = [], [], set()
        for row in rows:
            if row.initiative_id not in fits:
                fits[row.initiative_id] = {one.pk for one in queries.people(row.initiative)}
            if person not in fits[row.initiative_id]:
                refused.append(row.title)
                continue
            before.add(row.person_id)
            row.person_id = person
            changed.append(row)
        if not changed:
            raise Refused({"person": _("This person has no role in the owner or a partner. Choose somebody of the list.")})  # fmt: skip
        name = User.objects.values_list("name", flat=True).get(pk=person)
        for row in changed:
            row.person_name = name
        rewritten: list[Recorded] = list(changed)
        history.write(actor, institution, "edit", history.Writes(change=rewritten), unit=unit)
    for pk in {person, *before}:
        if pk is not None:
            waiting.forget(pk, institution.pk)
    return len(changed), refused


# ---- shared


def _initiative(actor: Actor, initiative: Initiative) -> Initiative:
    """The initiative as it is now, in which the actor may plan actions."""
    row = reach.initiatives(actor, initiative.institution).filter(pk=initiative.pk).first()
    if row is None or not queries.may_plan(actor, row):
        raise NotFound
    if row.state == "cancelled":
        raise Refused({"": _("The initiative is cancelled: no actions are planned under it any more.")})
    _running_still(row)
    return row


def _running_still(initiative: Initiative) -> None:
    """What is done has no open action."""
    if initiative.state == "done":
        text = _("“%(name)s” is done. Open the initiative again first.")
        raise Refused({"": text % {"name": initiative}})
