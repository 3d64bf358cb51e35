"""The league of OPD by what they can influence, fair by size. Pure and exact.

Each measure of an OPD is a share ``good / of``. Few things say little: a share counts together with as many things of the
institution's own mean as the middle OPD has (the median of ``of``),

    counted = (good + middle × mean) / (of + middle),

so that one action done on time makes no winner and one late one no loser. The score is the mean of the counted shares × 100.
Counting in other units (twice as many of everything everywhere) changes nothing: the middle grows along.
The formula is the project's own; no regulation sets one. It is the shrinkage of empirical Bayes with a prior of the weight of
the middle OPD. Source: Efron and Morris, "Stein's Paradox in Statistics", Scientific American 236(5), 1977.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

COMPLETENESS, TIMELINESS, SHARING = "completeness", "timeliness", "sharing"
MEASURES = (COMPLETENESS, TIMELINESS, SHARING)
ENOUGH = 2
"""So many measures must be known of an OPD before it is compared: of one alone nothing follows."""

TOLD = 5
"""So many OPD must be compared before the head of one is told the middle of all: of fewer one could work out a single other."""


@dataclass(frozen=True)
class Count:
    """``good`` of ``of`` things; ``good`` may be a part of a thing (an element that is 80 % complete counts 0.8)."""

    good: Fraction
    of: int

    @property
    def share(self) -> Fraction | None:
        """0–1; None where there is nothing to count."""
        return Fraction(self.good, self.of) if self.of else None


NOTHING = Count(Fraction(0), 0)


@dataclass(frozen=True)
class Entrant:
    """An OPD with what was counted of it, by measure; a measure that is missing is not known."""

    key: str
    name: str
    counts: Mapping[str, Count]

    def count(self, measure: str) -> Count:
        return self.counts.get(measure, NOTHING)


@dataclass(frozen=True)
class Placed:
    """An OPD in the league. ``counted`` are the shares after weighing by size; ``score`` is 0–100 and ``place`` from 1 (equal
    scores share one); both None and 0 for an OPD of which too little is known."""

    entrant: Entrant
    counted: Mapping[str, Fraction]
    score: Fraction | None
    place: int

    @property
    def unknown(self) -> tuple[str, ...]:
        """The measures of which nothing is known."""
        return tuple(one for one in MEASURES if not self.entrant.count(one).of)


@dataclass(frozen=True)
class Weight:
    """What a measure is weighed with: the mean of the institution (0–1) and how many things the middle OPD has."""

    mean: Fraction
    middle: Fraction


def weights(entrants: Sequence[Entrant]) -> dict[str, Weight]:
    """The weight of each measure that is known of at least one OPD."""
    found = {}
    for measure in MEASURES:
        known = [one.count(measure) for one in entrants if one.count(measure).of]
        if known:
            mean = sum((one.good for one in known), Fraction(0)) / sum(one.of for one in known)
            found[measure] = Weight(mean, Fraction(median(Fraction(one.of) for one in known)))
    return found


def counted(count: Count, weight: Weight) -> Fraction:
    """A share weighed by size: between the share itself and the mean; the mean itself where nothing is known."""
    return (count.good + weight.middle * weight.mean) / (count.of + weight.middle)


def league(entrants: Sequence[Entrant]) -> list[Placed]:
    """Every OPD: the highest score first, equal ones by name; then those of which too little is known, by name."""
    known = weights(entrants)
    scored: list[tuple[Entrant, dict[str, Fraction], Fraction | None]] = []
    rest: list[tuple[Entrant, dict[str, Fraction], Fraction | None]] = []
    for one in entrants:
        shares = {name: counted(one.count(name), weight) for name, weight in known.items()}
        enough = sum(bool(one.count(name).of) for name in MEASURES) >= ENOUGH
        score = 100 * sum(shares.values(), Fraction(0)) / len(shares) if enough else None
        (scored if score is not None else rest).append((one, shares, score))
    scored.sort(key=lambda row: (-(row[2] or 0), row[0].name, row[0].key))
    rest.sort(key=lambda row: (row[0].name, row[0].key))
    values = [score for _one, _shares, score in scored]
    return [
        Placed(one, shares, score, values.index(score) + 1 if score is not None else 0)
        for one, shares, score in (*scored, *rest)
    ]
