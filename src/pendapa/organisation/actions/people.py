"""People get roles, and accounts that begin with a one-time link instead of a password or a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User
from pendapa.organisation import queries
from pendapa.organisation.actions.links import acceptance_of, begins_here, is_fresh, link_of
from pendapa.organisation.models import KnownName
from pendapa.organisation.permissions import PEOPLE
from pendapa.organisation.rules import accounts as rules


@dataclass(frozen=True)
class Invitation:
    """What an invitation did. ``link`` (a path) sets the password of a new account, or accepts the role with an account that
    another institution made; it is empty where the owner signs in as before and has the role at once."""

    user: User
    assignment: Assignment
    created: bool
    link: str

    @property
    def waits(self) -> bool:
        """The role grants nothing until its owner accepts it."""
        return self.assignment.accepted_at is None


def may_give(actor: Actor, institution: Institution, role: str, unit: Unit | None) -> bool:
    """Whether the actor may give this role there: none that reaches further than what the actor manages."""
    return actor.may(PEOPLE, institution, unit if role in Assignment.UNIT_ROLES else None)


@transaction.atomic
def invite(
    actor: Actor,
    institution: Institution,
    *,
    username: str,
    name: str,
    role: str,
    unit: Unit | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    acting: bool = False,
) -> Invitation:
    """A role for a person, with an account and its one-time link where there is none yet. Raises :class:`Refused`.

    Of an account that exists nothing is told but that it exists; it keeps its name and password.
    """
    _require(actor, institution, role, unit)
    username, name = rules.username_of(username), " ".join(name.split())
    fault = rules.username_fault(username)
    if fault:
        raise Refused(fault.render(_))
    if not name or len(name) > rules.NAME_LIMIT:
        raise Refused(
            _("Give the person's name, at most %(limit)s characters.") % {"limit": rules.NAME_LIMIT}
        )
    user = User.objects.filter(username=username).first()
    created = user is None
    if user is None:
        user = User.objects.create_user(username, name, email=username if "@" in username else "")
    elif not user.assignments.filter(institution=institution).exists():
        KnownName.objects.update_or_create(institution=institution, user=user, defaults={"name": name})
    fresh = is_fresh(user)
    assignment = give(institution, user, role, unit, valid_from, valid_to, acting)
    bus.emit("people.invited", institution_id=institution.pk, user_id=user.pk)
    link = ""
    if assignment.accepted_at is None:
        link = acceptance_link(actor, institution, user)
    elif fresh:
        link = link_of(user)
    return Invitation(user, assignment, created, link)


@transaction.atomic
def assign(
    actor: Actor,
    institution: Institution,
    user: User,
    *,
    role: str,
    unit: Unit | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    acting: bool = False,
) -> Assignment:
    """One more role for a person whom the actor manages already."""
    _require(actor, institution, role, unit)
    scope = actor.scope(PEOPLE, institution)
    if not user.assignments.filter(scope.filter(), institution=institution).exists():
        raise NotFound
    assignment = give(institution, user, role, unit, valid_from, valid_to, acting)
    bus.emit("people.assigned", institution_id=institution.pk, user_id=user.pk)
    return assignment


@transaction.atomic
def end_assignment(
    actor: Actor, institution: Institution, assignment: Assignment, *, last_day: date | None = None
) -> None:
    """The role ends after ``last_day``; without one it ends at once. A role that has not begun is taken back."""
    if assignment.institution_id != institution.pk:
        raise NotFound
    actor.require(PEOPLE, institution, assignment.unit)
    yesterday = timezone.localdate() - timedelta(days=1)
    last_day = last_day or yesterday
    if last_day < yesterday:
        raise Refused(
            _("That day is over. Choose today or later, or leave it empty to end the role at once.")
        )
    if assignment.role == "diskominfo" and is_last_manager(institution, assignment, last_day):
        raise Refused(
            _("Nobody else would be left to manage people and units. Give this role to somebody else first.")
        )
    not_begun = assignment.valid_from is not None and assignment.valid_from > last_day
    never_taken = assignment.accepted_at is None and last_day == yesterday
    if not_begun or never_taken:
        assignment.delete()
    else:
        assignment.valid_to = last_day
        assignment.save(update_fields=["valid_to"])
    bus.emit("people.ended", institution_id=institution.pk, user_id=assignment.user_id)


def is_last_manager(institution: Institution, assignment: Assignment, last_day: date) -> bool:
    others = Assignment.objects.filter(
        queries.holding(last_day + timedelta(days=1)),
        institution=institution,
        role="diskominfo",
        accepted_at__isnull=False,
        user__is_active=True,
    )
    return not others.exclude(pk=assignment.pk).exists()


@transaction.atomic
def renew_link(actor: Actor, institution: Institution, user: User) -> str:
    """A new one-time link (a path) for a person all of whose roles the actor manages: whoever has it becomes that person."""
    held = list(user.assignments.select_related("unit"))
    mine = [one for one in held if one.institution_id == institution.pk and one.accepted_at]
    if not any(actor.may(PEOPLE, institution, one.unit) for one in mine):
        raise NotFound
    # What waits for acceptance opens nothing, and a link of another institution does not accept it.
    wider = [
        one
        for one in held
        if one.accepted_at and (one not in mine or not actor.may(PEOPLE, institution, one.unit))
    ]
    if wider or user.is_platform_admin or not user.is_active:
        raise Refused(
            _(
                "A link for this account cannot be made here: it opens more than what you manage. "
                "The administrator of the installation can make one."
            )
        )
    bus.emit("people.link_renewed", institution_id=institution.pk, user_id=user.pk)
    return link_of(user)


def acceptance_link(actor: Actor, institution: Institution, user: User) -> str:
    """The link (a path) by which the person accepts the roles that wait here and that the actor manages."""
    waiting = user.assignments.filter(queries.not_over(), institution=institution, accepted_at=None)
    mine = [one for one in waiting.select_related("unit") if actor.may(PEOPLE, institution, one.unit)]
    if not mine:
        raise NotFound
    return acceptance_of(user, mine)


def _require(actor: Actor, institution: Institution, role: str, unit: Unit | None) -> None:
    """The right to give the role, and a unit where the role has one."""
    if unit is not None and unit.institution_id != institution.pk:
        raise NotFound
    actor.require(PEOPLE, institution)
    if role not in dict(Assignment.ROLES):
        raise Refused(_("There is no role “%(role)s”.") % {"role": role})
    if role in Assignment.UNIT_ROLES and unit is None:
        raise Refused(_("This role belongs to a unit. Choose the unit."))
    if not may_give(actor, institution, role, unit):
        raise NotFound
    if unit is not None and (unit.deleted_at or queries.is_closed(unit)):
        raise Refused(_("%(unit)s is closed. Choose an open unit.") % {"unit": unit.name})


def give(
    institution: Institution,
    user: User,
    role: str,
    unit: Unit | None,
    valid_from: date | None,
    valid_to: date | None,
    acting: bool,
) -> Assignment:
    """The role with its dates; one that is over begins anew."""
    unit = unit if role in Assignment.UNIT_ROLES else None
    if valid_from and valid_to and valid_to < valid_from:
        raise Refused(_("The last day lies before the first. Swap them, or leave one empty."))
    if valid_to and valid_to < timezone.localdate():
        raise Refused(_("The last day is over already. Choose a later one, or leave it empty."))
    accepted = begins_here(institution, user)
    held = Assignment.objects.filter(user=user, institution=institution, unit=unit, role=role).first()
    if held and not (held.valid_to and held.valid_to < timezone.localdate()):
        raise Refused(_("This person holds that role there already."))
    assignment = held or Assignment(
        user=user, institution=institution, unit=unit, role=role, accepted_at=None
    )
    assignment.accepted_at = assignment.accepted_at or (timezone.now() if accepted else None)
    assignment.valid_from, assignment.valid_to, assignment.acting = valid_from, valid_to, acting
    assignment.save()
    return assignment
