"""What hangs on a unit when it is merged or split: ports by which other rooms move their things along.

A room registers with :func:`mover` how its things change hands, with :func:`counter` what it tells of them beforehand, and
with :func:`things` what a person may hand to one part or another of a split. What is not recorded in revisions (roles, units
of drafts) is told as :class:`Plain`; it is kept beside the change set and goes back when the set is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, Model
from django.utils.dateparse import parse_date, parse_datetime

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.history.actions import Writes
from pendapa.kernel.inserting import field_of
from pendapa.kernel.tenancy.models import Institution, Unit


@dataclass(frozen=True)
class Rule:
    """Where the things of one unit go: those in ``named`` each to its unit, all others to ``rest`` (``None``: they stay)."""

    rest: Unit | None = None
    named: Mapping[UUID, Unit] = field(default_factory=dict)

    def of(self, uid: UUID) -> Unit | None:
        """The unit to which a thing goes; ``None`` where it stays."""
        return self.named.get(uid, self.rest)


Moves = Mapping[Unit, Rule]


@dataclass(frozen=True)
class Plain:
    """A row that is not recorded, before and after: plain values by attribute (``unit_id``); ``None``: it was not, or is
    no longer. ``patch.unit`` means the key ``unit`` of the JSON field ``patch``."""

    model: str
    pk: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def kept(self) -> list[Any]:
        """As JSON keeps it."""
        return [self.model, self.pk, _plain(self.before), _plain(self.after)]


@dataclass
class Moved:
    """What a room's mover does: recorded ``writes`` of the same change set, and rows that it has changed itself."""

    writes: Writes = field(default_factory=Writes)
    plain: list[Plain] = field(default_factory=list)


@dataclass(frozen=True)
class Counted:
    """Things that move: what they are (``Applications``), how many, some names, and where to."""

    title: str
    count: int
    names: Sequence[str]
    to: str


@dataclass(frozen=True)
class Thing:
    """Something that hangs on a unit and can be handed to one part of a split."""

    uid: UUID
    name: str
    code: str
    kind: str


Mover = Callable[[Actor, Institution, Moves], Moved]
Counter = Callable[[Actor, Institution, Moves], list[Counted]]
Things = Callable[[Actor, Institution, Unit], list[Thing]]
_movers: list[Mover] = []
_counters: list[Counter] = []
_things: list[Things] = []


def mover(function: Mover) -> Mover:
    """Decorator: ``f(actor, institution, moves) -> Moved``, called when the units themselves are written already."""
    _movers.append(function)
    return function


def counter(function: Counter) -> Counter:
    """Decorator: ``f(actor, institution, moves) -> [Counted]``, for the preview; the new units need not be stored yet."""
    _counters.append(function)
    return function


def things(function: Things) -> Things:
    """Decorator: ``f(actor, institution, unit) -> [Thing]``, for the page that splits a unit."""
    _things.append(function)
    return function


def movers() -> Sequence[Mover]:
    """All of them, in the order in which the rooms were loaded."""
    return tuple(_movers)


def counted(actor: Actor, institution: Institution, moves: Moves) -> list[Counted]:
    """What all rooms tell of what would move."""
    return [one for ask in _counters for one in ask(actor, institution, moves) if one.count]


def things_of(actor: Actor, institution: Institution, unit: Unit) -> list[Thing]:
    """What all rooms have hanging on a unit."""
    return [one for ask in _things for one in ask(actor, institution, unit)]


# ---- rows that are not recorded


def set_plain(row: Model, **values: Any) -> Plain:
    """Write ``values`` (by attribute) into a row; what it was and is now."""
    before = {name: getattr(row, name) for name in values}
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    return Plain(row._meta.label_lower, row.pk, before, values)


def whole(row: Model) -> dict[str, Any]:
    """All plain values of a row by attribute, but for its key."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}


def put(rows: Iterable[Sequence[Any]], *, back: bool) -> None:
    """Put rows that :meth:`Plain.kept` told into the state before (``back``) or after.

    One that somebody has changed since stays as it is.
    """
    told = list(rows)
    for label, pk, before, after in reversed(told) if back else told:
        wanted, expected = (before, after) if back else (after, before)
        model = apps.get_model(label)
        row = model._default_manager.filter(pk=pk).first()
        if (row is None) != (expected is None):
            continue
        if row is not None and any(_plain(_value(row, name)) != v for name, v in (expected or {}).items()):
            continue
        if row is None:
            row = model(pk=pk)
        elif wanted is None:
            row.delete()
            continue
        for name, value in (wanted or {}).items():
            _set(row, name, value)
        row.save()


def _value(row: Model, name: str) -> Any:
    column, _dot, key = name.partition(".")
    value = getattr(row, column)
    return value.get(key) if key else value


def _set(row: Model, name: str, value: Any) -> None:
    column, _dot, key = name.partition(".")
    if key:
        setattr(row, column, {**getattr(row, column), key: value})
        return
    known = field_of(type(row), column)
    if isinstance(value, str) and not isinstance(known, ForeignKey):
        if known.get_internal_type() == "DateField":
            value = parse_date(value)
        elif known.get_internal_type() == "DateTimeField":
            value = parse_datetime(value)
    setattr(row, column, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, (date, datetime)) else value
