"""What waits for a person and is handed over with the office: drafts, imports in preview, and what other rooms register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Assignment, User


@dataclass(frozen=True)
class Duty:
    """One kind of open work. ``rows(assignment)`` are those of its holder that go with the office; ``give(rows, to)`` makes
    them that person's and returns how many there were."""

    key: str
    title: Any
    rows: Callable[[Assignment], QuerySet[Any]]
    give: Callable[[QuerySet[Any], User], int]


_duties: dict[str, Duty] = {}


def duty(one: Duty) -> None:
    """Register a kind of open work. The same key again replaces it."""
    _duties[one.key] = one


def duties() -> list[Duty]:
    """All kinds, as they were registered."""
    return list(_duties.values())


def of_office(assignment: Assignment, prefix: str = "unit") -> Q:
    """The condition that a thing belongs to the office: to its unit or one below; to anything where it holds everywhere.

    What belongs to no unit goes along unless its holder has another role here that goes on.
    """
    if assignment.unit is None:
        return Q()
    here = Q(**{f"{prefix}__path__startswith": assignment.unit.path})
    others = Assignment.objects.filter(user=assignment.user_id, institution=assignment.institution_id)
    if others.exclude(pk=assignment.pk).filter(valid_to=None).exists():
        return here
    return here | Q(**{prefix: None})


def _drafts(assignment: Assignment) -> QuerySet[ChangeSet]:
    states = [*ChangeSet.OPEN, "submitted"]
    own = ChangeSet.objects.filter(
        institution=assignment.institution_id, author=assignment.user_id, state__in=states
    )
    return own.filter(of_office(assignment))


def _take_drafts(rows: QuerySet[ChangeSet], to: User) -> int:
    return rows.update(author=to, author_name=to.name)


def _imports(assignment: Assignment) -> QuerySet[ImportBatch]:
    own = ImportBatch.objects.filter(institution=assignment.institution_id, user=assignment.user_id)
    return own.filter(of_office(assignment), state__in=("reading", "preview"))


def _take_imports(rows: QuerySet[ImportBatch], to: User) -> int:
    return rows.update(user=to, user_name=to.name)


duty(Duty("drafts", _("Drafts and changes under review"), _drafts, _take_drafts))
duty(Duty("imports", _("Imports in preview"), _imports, _take_imports))
