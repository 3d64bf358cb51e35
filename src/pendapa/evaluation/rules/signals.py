"""How readings of measures become the suggestion of a level. Pure: what is read and how it is told comes from outside.

Levels are a ladder: a level is suggested when its own thresholds and those of every level below it are reached. A reading
without a value is not known, which is neither reached nor failed: where that alone stands in the way of the lowest level, nothing
is suggested at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pendapa.regulations.signals import IndicatorSignal, Threshold


class Told(Protocol):
    """What is asked of a reading."""

    @property
    def value(self) -> Fraction | None: ...


@dataclass(frozen=True)
class Part:
    """One threshold with what is so: ``holds`` is None where the reading says nothing."""

    need: Threshold
    holds: bool | None


@dataclass(frozen=True)
class Step:
    """One level of the ladder with its thresholds."""

    level: int
    parts: tuple[Part, ...]

    @property
    def holds(self) -> bool:
        return all(part.holds for part in self.parts)

    @property
    def lacking(self) -> tuple[Part, ...]:
        """What is not reached, or not known."""
        return tuple(part for part in self.parts if not part.holds)


@dataclass(frozen=True)
class Suggestion:
    """``level`` is None where nothing can be suggested; ``steps`` are all levels that records can speak of, lowest first."""

    level: int | None
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step | None:
        """The highest level that is reached."""
        reached = [step for step in self.steps if self.level is not None and step.level <= self.level]
        return reached[-1] if reached else None

    @property
    def next(self) -> Step | None:
        """The level that comes next; None at the top of what records can speak of."""
        open_ones = [step for step in self.steps if self.level is None or step.level > self.level]
        return open_ones[0] if open_ones else None


def suggest(entry: IndicatorSignal, readings: Mapping[str, Told]) -> Suggestion:
    """The level that the readings suggest for an indicator. A measure without a reading counts as not known."""
    steps = tuple(
        Step(rung.level, tuple(Part(need, _holds(need, readings.get(need.measure))) for need in rung.needs))
        for rung in entry.rungs
    )
    level: int | None = None
    for step in steps:
        if not step.holds:
            break
        level = step.level
    if level is None and steps and any(part.holds is False for part in steps[0].parts):
        level = steps[0].level - 1
    return Suggestion(level, steps)


def _holds(need: Threshold, told: Told | None) -> bool | None:
    if told is None or told.value is None:
        return None
    return told.value >= need.least


def is_above(claimed: str | int | Fraction | None, suggested: int | None) -> bool:
    """Whether a claimed level (a decimal string as it is kept) is higher than what the records suggest. Nothing claimed, or
    nothing suggested, is not above. A claim within the next level is no more than a step on the way, so it does not count:
    3.4 is not above 3."""
    if claimed in (None, "") or suggested is None:
        return False
    value = Fraction(str(claimed))
    return value.numerator // value.denominator > suggested
