"""How a change is reviewed, and what becomes of two changes of one thing: plain functions.

The steps are those that regencies use: the head of the OPD approves, the organisation bureau (*Bagian Organisasi*) verifies,
the secretariat (*Diskominfo*) validates. No regulation prescribes them (docs/decisions/0120), so each can be skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STEPS = ("approve", "verify", "validate")
DEFAULT = ("approve", "verify")


def steps_of(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps an institution has chosen, in their order; none where it has chosen nothing: changes count at once."""
    chosen = settings.get("review", {}).get("steps", ())
    return tuple(step for step in STEPS if step in chosen)


def next_step(steps: Sequence[str], done: str = "", skipped: Collection[str] = ()) -> str:
    """The step after ``done``, leaving out the ``skipped`` ones; empty when nothing is left."""
    rest = steps[steps.index(done) + 1 :] if done in steps else steps
    return next((step for step in rest if step not in skipped), "")


@dataclass(frozen=True)
class Clash:
    """One field that two people gave different values: what it was, what it is now, what is proposed."""

    field: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """The proposed values that still say something, and the fields on which the two disagree."""

    values: dict[str, Any] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], patch: Mapping[str, Any]) -> Merged:
    """Lay ``patch``, which was written against ``base``, over ``theirs``. All are flat: values by field, absent is empty.

    A field that only one of the two changed takes that change; one that both gave the same value is no clash. ``values`` holds
    the proposed value of each field that differs from ``theirs``, clashing ones included.
    """
    values: dict[str, Any] = {}
    clashes: list[Clash] = []
    for name, mine in patch.items():
        was, now = base.get(name), theirs.get(name)
        if same(now, mine):
            continue
        values[name] = mine
        if not same(was, now):
            clashes.append(Clash(name, was, now, mine))
    return Merged(values, tuple(clashes))


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: things pointed to are compared by uid, nothing is as good as an empty text."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and "uid" in value:
        return str(value["uid"])
    return None if value in ("", [], {}) else value


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``after`` that differ from ``before``; what is gone becomes ``None``."""
    names = dict.fromkeys([*before, *after])
    return {name: after.get(name) for name in names if not same(before.get(name), after.get(name))}
