"""What an address narrows lists to: one OPD or several by their uids, each with the units below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import Q

from pendapa.kernel.tenancy.models import Institution, Unit

BETWEEN = ","
"""Stands between the uids of several OPD where an address is one text."""


def uids(text: str) -> list[UUID]:
    """The uids of a text in their order; what is no uid is left out."""
    found = []
    for part in text.split(BETWEEN):
        try:
            found.append(UUID(part.strip()))
        except ValueError:
            continue
    return found


def units(institution: Institution, text: str) -> list[Unit]:
    """The units that a text names, by name; those that are not there are left out. One query, none for an empty text."""
    asked = uids(text)
    return (
        list(Unit.objects.filter(institution=institution, uid__in=asked).order_by("name", "pk"))
        if asked
        else []
    )


def below(paths: Iterable[str], prefix: str = "unit__") -> Q:
    """The condition on rows that belong to the units at ``paths`` or to a unit below them; without any it holds for none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{prefix}path__startswith": path})
    return condition


def to_do_by(within: Callable[[str], Q]) -> Q:
    """The condition on actions by who is to do them: the unit that an action was given to, else the owner of its initiative.
    ``within`` makes the condition on that unit of the prefix that leads to it; an empty one holds for all."""
    given = within("unit__")
    return given and given | Q(unit=None) & within("initiative__unit__")
