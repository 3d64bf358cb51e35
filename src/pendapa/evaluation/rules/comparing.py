"""Comparing results: years of one institution, institutions of one kind, distances per aspect. Pure, exact.

Only results under one instrument are compared: the aspects of two instruments are not the same things, so nothing here
takes two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pendapa.evaluation.rules import scoring
from pendapa.regulations.instruments import Instrument

Values = Mapping[str, Fraction]


@dataclass(frozen=True)
class Standing:
    """A result of an institution in a year, as exact as it is known. ``year`` None: the source gives none.

    ``what`` is "own", "peer" (from a table somebody brought), "published" (results pack), "here" (public result of another
    institution of this installation) or "average". ``fault`` says what is wrong with the figure at its source.
    """

    key: str
    name: str
    what: str
    year: int | None
    instrument: str
    index: Fraction
    aspects: Values = field(default_factory=dict)
    domains: Values = field(default_factory=dict)
    levels: Values = field(default_factory=dict)
    kind: str = ""
    region: str = ""
    source: str = ""
    verified: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Distance:
    """How far another result is from one's own. Differences are other − own, in points of the scale.

    ``apart`` is the mean of the absolute differences of the aspects known of both, by their weights; None where none is.
    """

    other: Standing
    index: Fraction
    aspects: Values
    apart: Fraction | None


@dataclass(frozen=True)
class Move:
    """A part (aspect or indicator) in two years: ``by`` = after − before, None where one of both is not known."""

    number: str
    before: Fraction | None
    after: Fraction | None

    @property
    def by(self) -> Fraction | None:
        return None if self.before is None or self.after is None else self.after - self.before


def distance(instrument: Instrument, own: Standing, other: Standing) -> Distance:
    """Of two results under ``instrument``. Raises ValueError for results of different instruments."""
    if own.instrument != other.instrument:
        raise ValueError(f"{own.instrument} and {other.instrument} are not compared")
    weights = {aspect.number: aspect.weight for aspect in instrument.aspects}
    both = [number for number in weights if number in own.aspects and number in other.aspects]
    differences = {number: other.aspects[number] - own.aspects[number] for number in both}
    whole = sum((weights[number] for number in both), Fraction(0))
    apart = sum((abs(differences[n]) * weights[n] for n in both), Fraction(0)) / whole if whole else None
    return Distance(other, other.index - own.index, differences, apart)


def neighbours(
    instrument: Instrument, own: Standing, others: Iterable[Standing], most: int | None = None
) -> list[Distance]:
    """The nearest first: by the distance of the aspects, then of the index; those of whom only the index is known last."""
    found = [distance(instrument, own, other) for other in others]
    found.sort(
        key=lambda one: (one.apart is None, one.apart or 0, abs(one.index), one.other.name, one.other.key)
    )
    return found if most is None else found[:most]


def place(own: Standing, others: Iterable[Standing]) -> tuple[int, int]:
    """The place of one's own index among all, and how many they are with it; equal ones share the better place."""
    indices = [other.index for other in others]
    return 1 + sum(1 for index in indices if index > own.index), len(indices) + 1


def median(values: Iterable[Fraction]) -> Fraction | None:
    """The middle value, of two middle ones their mean; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def moves(numbers: Sequence[str], before: Values, after: Values) -> list[Move]:
    """Each part in two years, in the order of ``numbers``; parts unknown in both are left out."""
    return [
        Move(number, before.get(number), after.get(number))
        for number in numbers
        if number in before or number in after
    ]


def partly(
    instrument: Instrument, levels: Mapping[str, str]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Levels as numbers, and the aspects of which every indicator has one; what the instrument does not know is left out."""
    known = {
        one.number: Fraction(levels[one.number]) for one in instrument.indicators if one.number in levels
    }
    aspects = {}
    for aspect in instrument.aspects:
        if all(one.number in known for one in aspect.indicators):
            total = sum((known[one.number] * one.weight for one in aspect.indicators), Fraction(0))
            aspects[aspect.number] = total / aspect.weight
    return known, aspects


def computed(
    instrument: Instrument, levels: Mapping[str, str], aspects: Mapping[str, str], domains: Mapping[str, str]
) -> scoring.Score:
    """The score of what is known of a peer. Raises :class:`scoring.ScoreError`."""
    return scoring.score(instrument, levels=levels or None, aspects=aspects or None, domains=domains or None)
