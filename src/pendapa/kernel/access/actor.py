"""Who acts: a signed-in person with the roles held today, the public, or the system itself.

The door for rights. A permission is a name such as ``architecture.edit``; rooms say with :func:`grant` which role holds
it and how far it reaches. What is not granted is denied, and looks the same as what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.tenancy.models import Assignment, Institution, Unit, User

UNIT, INSTITUTION = "unit", "institution"


class NotFound(Http404):
    """Absent or not granted: one answer for both."""


_grants: dict[str, dict[str, str]] = {}


def grant(permission: str, roles: Mapping[str, str]) -> None:
    """Say which roles hold ``permission`` and whether for their unit or the whole institution."""
    _grants[permission] = dict(roles)


def grants() -> dict[str, dict[str, str]]:
    """The whole table, for the page that explains rights and for tests."""
    return {name: dict(roles) for name, roles in sorted(_grants.items())}


@dataclass(frozen=True)
class Scope:
    """How far a permission reaches in one institution: everything, some subtrees (by path), or nothing."""

    everything: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths)

    def covers(self, unit: Unit | None) -> bool:
        """Does it reach ``unit``? A thing without a unit belongs to the institution as a whole."""
        if self.everything:
            return True
        return unit is not None and any(unit.path.startswith(path) for path in self.paths)

    def filter(self, prefix: str = "unit__") -> Q:
        """The same as a condition on rows with a unit."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= Q(**{f"{prefix}path__startswith": path})
        return condition


def office(assignment: Assignment) -> str:
    """A role in words: with "Plt." where it is held for somebody else, and its unit."""
    label = str(assignment.get_role_display())
    if assignment.acting:
        label = _("Acting %(role)s") % {"role": label}
    return f"{label}, {assignment.unit.name}" if assignment.unit else label


@dataclass
class Actor:
    """Somebody who acts. ``system`` (command line, jobs) may do everything in the institutions it is given.

    ``scopes`` narrows a person to some permissions: those of the key with which a program acts for the person. ``token``
    is the id of that key.
    """

    user: User | None = None
    name: str = ""
    system: bool = False
    assignments: list[Assignment] = field(default_factory=list)
    here: Institution | None = None  # the institution of the page, once the door let the actor in
    scopes: frozenset[str] | None = None
    token: int | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.user is None and not self.system

    @property
    def runs_platform(self) -> bool:
        """Looks after the installation itself: the system, or an administrator in person. That opens nobody's data."""
        if self.user is None or self.scopes is not None:
            return self.system
        return self.system or (self.user.is_active and self.user.is_platform_admin)

    def roles(self, institution: Institution) -> list[Assignment]:
        return [a for a in self.assignments if a.institution_id == institution.pk]

    def belongs(self, institution: Institution) -> bool:
        """Holds any role there today."""
        return self.system or bool(self.roles(institution))

    @property
    def role_label(self) -> str:
        """The role shown beside the name, with its unit."""
        for assignment in self.roles(self.here) if self.here else self.assignments:
            return office(assignment)
        return ""

    def scope(self, permission: str, institution: Institution) -> Scope:
        """How far ``permission`` reaches for this actor in ``institution``."""
        if self.system:
            return Scope(everything=True)
        reach = _grants[permission]  # an unknown permission is a programming fault and must not pass silently
        if self.scopes is not None and permission not in self.scopes:
            return Scope()
        paths = []
        for assignment in self.roles(institution):
            how = reach.get(assignment.role)
            if how == INSTITUTION:
                return Scope(everything=True)
            if how == UNIT and assignment.unit is not None:
                paths.append(assignment.unit.path)
        return Scope(paths=tuple(paths))

    def may(self, permission: str, institution: Institution | None, unit: Unit | None | str = "any") -> bool:
        """May the actor do this — anywhere (default), or to a thing of ``unit`` (None: of no unit)?"""
        if institution is None:
            return False
        scope = self.scope(permission, institution)
        return bool(scope) if isinstance(unit, str) else scope.covers(unit)

    def require(self, permission: str, institution: Institution, unit: Unit | None | str = "any") -> None:
        """Raise :class:`NotFound` unless granted."""
        if not self.may(permission, institution, unit):
            raise NotFound


PUBLIC = Actor()


def system(name: str = "pendapa") -> Actor:
    """The actor of the command line and of jobs without a person."""
    return Actor(name=name, system=True)


def of(user: User, on: date | None = None) -> Actor:
    """The actor of a signed-in person with the accepted roles that hold on a day (today)."""
    on = on or timezone.localdate()
    held = user.assignments.select_related("institution", "unit").filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gte=on),
        accepted_at__isnull=False,
    )
    return Actor(user=user, name=user.name, assignments=list(held.order_by("pk")))


def institution_for(actor: Actor, code: str) -> Institution:
    """The institution of an officers' address; :class:`NotFound` for who holds no role there."""
    institution = institution_of(code)
    if not actor.belongs(institution):
        raise NotFound
    return institution


def institution_of(code: str) -> Institution:
    """The institution of an address, whoever asks; :class:`NotFound` where there is none."""
    institution = Institution.objects.filter(code__iexact=code).first()
    if institution is None:
        raise NotFound
    return institution


def institutions(actor: Actor) -> QuerySet[Institution]:
    """Institutions in which the actor holds a role (all of them for the system)."""
    if actor.system:
        return Institution.objects.all()
    return Institution.objects.filter(pk__in=[a.institution_id for a in actor.assignments])


def held_by(actor: Actor) -> Iterable[str]:
    """Names of all roles the actor holds."""
    return {a.role for a in actor.assignments}
