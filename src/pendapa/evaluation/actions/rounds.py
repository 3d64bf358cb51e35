"""Verbs of what belongs to a round: its team, and its meetings, interviews and visits. The only writers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from pendapa.evaluation.models import Cycle, CycleEvent, Finding, Member, SignedPaper
from pendapa.evaluation.permissions import AGREE, JUDGE, RUN
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import editions
from pendapa.kernel.access.actor import Actor, NotFound, office
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Assignment, Institution, User
from pendapa.regulations import packs

MOST_TEXT = 20000
Part = TypeVar("Part", Member, CycleEvent, Finding, SignedPaper)


def require_any(actor: Actor, institution: Institution, *permissions: str) -> None:
    """Raise NotFound unless one of them is granted."""
    if not any(actor.may(one, institution) for one in permissions):
        raise NotFound


def refuse_closed(row: Cycle) -> None:
    """Raise :class:`Refused` once the round is closed: what its result stands on stays as it was."""
    if queries.is_closed(row):
        raise Refused({"": _("The round is closed. To change this, send it back to an earlier step first.")})


# ---- team


def add_member(
    actor: Actor,
    cycle: Cycle,
    function: str,
    *,
    user: User | None = None,
    name: str = "",
    office_name: str = "",
    field: str = "",
) -> Member:
    """Take a person into the team: with an account and a role that may hold the function, or by name alone.

    Raises :class:`Refused`.
    """
    require_any(actor, cycle.institution, RUN, AGREE)
    pack = packs.cycle()
    known = pack.function(function)
    faults = {}
    if known is None:
        raise Refused({"function": _("Choose one of the list.")})
    if user is not None:
        held = queries.roles_of(cycle.institution, user)
        fitting = [one for one in held if one.role in known.roles]
        if not fitting:
            faults["user"] = _unfit(known.roles)
        else:
            name, office_name = user.name, office_name or office(fitting[0])
    if not name.strip():
        faults["name"] = _("Choose a person, or write a name.")
    if known.fields and pack.field(field) is None:
        faults["field"] = _("Choose the field from which the assessor comes.")
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(cycle.institution)
        row = queries.fresh(cycle)
        refuse_closed(row)
        there = queries.members_of(row).filter(function=function)
        if known.single and there.exists():
            raise Refused({"function": _("The team has one already: %(name)s.") % {"name": there[0].name}})
        if user is not None and there.filter(user=user).exists():
            raise Refused({"user": _("%(name)s has this function already.") % {"name": name}})
        member = Member(
            institution=row.institution, cycle=row, user=user, name=name.strip()[:200],
            office=office_name.strip()[:300], function=function, field=field if known.fields else "",
        )  # fmt: skip
        history.write(actor, row.institution, "edit", history.Writes(add=[member]))
    return member


def _unfit(roles: tuple[str, ...]) -> str:
    labels = dict(Assignment._meta.get_field("role").flatchoices)
    named = ", ".join(str(labels.get(role, role)) for role in roles)
    if not named:
        return _("This function is held by somebody outside; write the name instead.")
    return _("This function is for: %(named)s.") % {"named": named}


def remove_member(actor: Actor, cycle: Cycle, uid: UUID) -> None:
    """Take somebody out of the team; the history keeps it. Raises :class:`Refused`, NotFound."""
    require_any(actor, cycle.institution, RUN, AGREE)
    with transaction.atomic():
        hold(cycle.institution)
        refuse_closed(queries.fresh(cycle))
        member = part(Member, cycle, uid)
        history.write(actor, cycle.institution, "edit", history.Writes(delete=[member]))


# ---- meetings, interviews, visits


def save_event(
    actor: Actor,
    cycle: Cycle,
    kind: str,
    held_on: date,
    *,
    place: str = "",
    present: str = "",
    minutes: str = "",
    clarifications: Mapping[str, str] | None = None,
    uid: UUID | None = None,
    version: int = 0,
) -> CycleEvent:
    """Record a meeting, an interview or a visit, or correct one (``uid`` at ``version``). Raises :class:`Refused`, Conflict."""
    require_any(actor, cycle.institution, RUN, JUDGE)
    said = {number: text.strip() for number, text in (clarifications or {}).items() if text.strip()}
    faults = {}
    if kind not in dict(CycleEvent.KINDS):
        faults["kind"] = _("Choose one of the list.")
    known = {one.number for one in editions.of(cycle).indicators}
    for number in said:
        if number not in known:
            faults["clarifications"] = _("Indicator %(number)s is not in this instrument.") % {
                "number": number[:20]
            }
    for name, text in (
        ("minutes", minutes),
        ("present", present),
        *(("clarifications", one) for one in said.values()),
    ):
        if len(text) > MOST_TEXT:
            faults[name] = _("The text is longer than %(most)s characters.") % {"most": MOST_TEXT}
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        hold(cycle.institution)
        row = queries.fresh(cycle)
        refuse_closed(row)
        event = part(CycleEvent, row, uid) if uid else CycleEvent(institution=row.institution, cycle=row)
        if uid:
            event.version = version
        event.kind, event.held_on, event.place = kind, held_on, place.strip()[:300]
        event.present, event.minutes, event.clarifications = present.strip(), minutes.strip(), said
        writes = history.Writes(change=[event]) if uid else history.Writes(add=[event])
        history.write(actor, row.institution, "edit", writes)
    return event


def remove_event(actor: Actor, cycle: Cycle, uid: UUID) -> None:
    """Take a meeting away again; the history keeps it. Raises :class:`Refused`, NotFound."""
    require_any(actor, cycle.institution, RUN, JUDGE)
    with transaction.atomic():
        hold(cycle.institution)
        refuse_closed(queries.fresh(cycle))
        event = part(CycleEvent, cycle, uid)
        history.write(actor, cycle.institution, "edit", history.Writes(delete=[event]))


def part(model: type[Part], cycle: Cycle, uid: UUID) -> Part:
    """A part of the round by its uid. Raises NotFound."""
    rows = model._default_manager.filter(institution=cycle.institution, cycle=cycle, deleted_at=None)
    row = rows.select_related("cycle", "institution").filter(uid=uid).first()
    if row is None:
        raise NotFound
    return row
