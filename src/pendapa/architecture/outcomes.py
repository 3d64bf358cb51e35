"""How a verb of the register ends: what it made, or why it was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import bus
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused as Refused
from pendapa.kernel.review import actions as review
from pendapa.kernel.tenancy.models import Institution


@dataclass(frozen=True)
class Outcome:
    """What a verb made: the row, its change set (``None`` when nothing differed), and doubts to tell.

    ``draft`` is the proposal it went into where the actor's changes are reviewed; then the register stands as before.
    """

    row: Any
    change_set: ChangeSet | None
    warnings: list[str] = field(default_factory=list)
    draft: ChangeSet | None = None


Verb = TypeVar("Verb", bound=Callable[..., Outcome])


def reviewed(verb: Verb) -> Verb:
    """Decorator of a verb that takes the actor and then the institution or a thing of it: what it writes is gathered in a
    draft where the actor's changes are reviewed."""

    @wraps(verb)
    def inner(actor: Actor, place: Any, *args: Any, **named: Any) -> Outcome:
        institution = place if isinstance(place, Institution) else place.institution
        about = None if isinstance(place, Institution) else review.things(place, *args)
        made, draft = review.through(
            actor, institution, lambda: verb(actor, place, *args, **named), about=about
        )
        return replace(made, change_set=None, draft=draft) if draft else made

    return inner  # type: ignore[return-value]


def done(row: Element | Relation, change_set: ChangeSet, warnings: list[str] | None = None) -> Outcome:
    bus.emit("architecture.changed", institution_id=row.institution_id)
    return Outcome(row, change_set, warnings or [])


@contextmanager
def unique(message: str, field: str = "") -> Iterator[None]:
    """What a check just saw free may be taken when it is written: the database decides."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(message, field) from error
