"""Two states of the architecture beside each other: a plain set difference."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Mark = TypeVar("Mark", bound=Hashable)


@dataclass(frozen=True)
class Difference(Generic[Key]):
    """What only the later one has, what only the earlier one has, and what both have in different shapes."""

    added: frozenset[Key]
    removed: frozenset[Key]
    changed: frozenset[Key]


def compare(before: Mapping[Key, Mark], after: Mapping[Key, Mark]) -> Difference[Key]:
    """Compare by key; a mark tells one shape of a thing from another (the number of its revision)."""
    was, now = before.keys(), after.keys()
    return Difference(
        added=frozenset(now - was),
        removed=frozenset(was - now),
        changed=frozenset(key for key in now & was if before[key] != after[key]),
    )
