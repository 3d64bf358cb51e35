"""What becomes of the units below, when units are merged; and which list of units looks like a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Gathered(Generic[T]):
    """``joined``: pairs (what ends, where it goes); ``moved``: pairs (unit below, its new place). Outer ones first."""

    joined: list[tuple[T, T]] = field(default_factory=list)
    moved: list[tuple[T, T]] = field(default_factory=list)


def gather(
    sources: Sequence[T], target: T, below: Callable[[T], Iterable[T]], key: Callable[[T], str]
) -> Gathered[T]:
    """Join ``sources`` into ``target``. A unit below one of them moves along; where one of the same name stands in the new
    place already (every office has a secretariat), it is joined with that one, and so on below. A source that stands below
    the target goes into it like any other."""
    found: Gathered[T] = Gathered()
    waiting = [(source, target) for source in sources]
    ending = {id(source) for source in sources}
    places: dict[int, dict[str, T]] = {}
    while waiting:
        ends, to = waiting.pop(0)
        found.joined.append((ends, to))
        if id(to) not in places:
            places[id(to)] = {key(one): one for one in below(to) if id(one) not in ending}
        here = places[id(to)]
        for one in below(ends):
            twin = here.get(key(one))
            if one is to or id(one) in ending:
                continue
            if twin is None:
                here[key(one)] = one
                found.moved.append((one, to))
            elif twin is not one:
                ending.add(id(one))
                waiting.append((one, twin))
    return found


def day_before(day: date) -> date:
    """The last day of what ends when something else begins on ``day``."""
    return day - timedelta(days=1)


def suspicious(renamed: int, all_units: int) -> bool:
    """Whether so many of all units getting other names at once is rather a slip than a reform: over a third, and five."""
    return renamed >= 5 and renamed * 3 > all_units
