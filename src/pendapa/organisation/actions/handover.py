"""Handing an office over (*serah terima jabatan*): one ends the day before the other begins, and open work goes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.actions import hold
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.kernel.waiting import ports as waiting
from pendapa.organisation import duties
from pendapa.organisation.actions import people
from pendapa.organisation.actions.links import link_of
from pendapa.organisation.permissions import PEOPLE
from pendapa.organisation.rules.life import day_before


@dataclass(frozen=True)
class NewHolder:
    """Who takes over and has perhaps no account yet: NIP or office e-mail, and the name."""

    username: str
    name: str


@dataclass(frozen=True)
class HandedOver:
    """What a handover did: the two roles, a one-time link where the new holder needs one, and how much work went along.

    ``later`` says that the day is still to come and open work stays where it is until then.
    """

    ended: Assignment
    begun: Assignment
    link: str = ""
    moved: list[tuple[Any, int]] = field(default_factory=list)
    later: bool = False


@transaction.atomic
def hand_over(
    actor: Actor,
    assignment: Assignment,
    to: User | NewHolder,
    on: date | None = None,
    *,
    until: date | None = None,
    acting: bool = False,
    note: str = "",
) -> HandedOver:
    """The office of ``assignment`` goes to another person from ``on`` (today), until ``until`` where that is known.

    ``acting``: for the time being (Plt., Plh., Pj., Pjs.). ``note`` is told to whoever listens to ``people.handed_over``.
    Raises :class:`Refused`; a holder whose account another institution made must accept first and is told so by the link.
    """
    institution = assignment.institution
    hold(institution)
    old = Assignment.objects.select_related("user", "unit", "institution").filter(pk=assignment.pk).first()
    if old is None:
        raise NotFound
    actor.require(PEOPLE, institution, old.unit)
    on = on or timezone.localdate()
    _check(old, on, until)
    wish: dict[str, Any] = {
        "role": old.role,
        "unit": old.unit,
        "valid_from": on,
        "valid_to": until,
        "acting": acting,
    }
    if isinstance(to, NewHolder):
        invited = people.invite(actor, institution, username=to.username, name=to.name, **wish)
        new, link = invited.assignment, invited.link
    else:
        if not to.assignments.filter(institution=institution).exists():
            raise NotFound
        new = people.give(institution, to, **wish)
        link = people.acceptance_link(actor, institution, to) if new.accepted_at is None else ""
        link = link or (link_of(to) if not to.has_usable_password() else "")
    if new.user_id == old.user_id:
        raise Refused(_("Nobody hands over to themselves. Choose another person, or change the dates."))
    last_day = day_before(on)
    if (
        old.role == "diskominfo"
        and new.accepted_at is None
        and people.is_last_manager(institution, old, last_day)
    ):
        raise Refused(
            _("Nobody else would be left to manage people and units until the new holder accepts the role.")
        )
    old.valid_to = min(old.valid_to or last_day, last_day)
    old.save(update_fields=["valid_to"])
    new.taken_over_from = old
    new.save(update_fields=["taken_over_from"])
    later = on > timezone.localdate()
    moved = [] if later else _move(old, new)
    bus.emit(
        "people.handed_over",
        institution_id=institution.pk,
        from_id=old.user_id,
        to_id=new.user_id,
        assignment_id=new.pk,
        note=note[:500],
    )
    return HandedOver(old, new, link, moved, later)


def _check(old: Assignment, on: date, until: date | None) -> None:
    if old.valid_from and old.valid_from >= on:
        raise Refused(
            _("This role begins only on %(first)s. Hand it over on a later day, or end it.")
            % {"first": old.valid_from.isoformat()}
        )
    if old.valid_to and old.valid_to < timezone.localdate():
        raise Refused(_("This role is over already. Give the role to the new holder instead."))
    if until and until < on:
        raise Refused(_("The last day lies before the first. Swap them, or leave one empty."))


@transaction.atomic
def take_duties(actor: Actor, assignment: Assignment) -> list[tuple[Any, int]]:
    """The open work of the predecessor goes to the holder: for a handover that was written down before its day."""
    actor.require(PEOPLE, assignment.institution, assignment.unit)
    old = assignment.taken_over_from
    if old is None:
        raise NotFound
    if assignment.valid_from and assignment.valid_from > timezone.localdate():
        raise Refused(_("The role has not begun yet. The work goes along from its first day on."))
    return _move(old, assignment)


def _move(old: Assignment, new: Assignment) -> list[tuple[Any, int]]:
    moved = [(one.title, one.give(one.rows(old), new.user)) for one in duties.duties()]
    for user in (old.user_id, new.user_id):
        waiting.forget(user, old.institution_id)
    return [(title, count) for title, count in moved if count]
