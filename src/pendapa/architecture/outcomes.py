"""How a verb of the register ends: what it made, or why it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError

from pendapa.architecture.models import Element, Relation
from pendapa.kernel.events import bus
from pendapa.kernel.history.models import ChangeSet


class Refused(Exception):
    """It cannot be done; the text says why. ``field`` names the field of a form that is at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True)
class Outcome:
    """What a verb made: the row, its change set (``None`` when nothing differed), and doubts to tell."""

    row: Any
    change_set: ChangeSet | None
    warnings: list[str] = field(default_factory=list)


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
