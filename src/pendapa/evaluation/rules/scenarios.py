"""Levels as they might be: how they stand in an address, what they give, and what was moved. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pendapa.evaluation.rules import scoring
from pendapa.regulations.instruments import TOTAL, Aspect, Domain, Instrument
from pendapa.regulations.schema import plain_number

Levels = Mapping[str, str]
GAP = "_"


@dataclass(frozen=True, slots=True)
class Standing:
    """A domain or an aspect: exact ``value``, None while levels are missing."""

    number: str
    value: Fraction | None
    filled: int
    total: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What levels give. ``index`` and ``predicate`` are None while levels are missing; the index then lies between ``low``
    and ``high``, whatever is filled in."""

    index: Fraction | None
    low: Fraction
    high: Fraction
    predicate: str | None
    domains: tuple[Standing, ...]
    aspects: tuple[Standing, ...]
    filled: int
    total: int


@dataclass(frozen=True, slots=True)
class Move:
    """An indicator that stands elsewhere than at the start; ``gain`` in index points, below 0 where it fell.

    ``before`` is None where the start had no level; ``gain`` is then None too.
    """

    number: str
    before: str | None
    after: str | None
    gain: Fraction | None


def write(instrument: Instrument, levels: Levels) -> str:
    """The levels as an address carries them: in the order of the indicators, ``3_2__4``; empty where all are missing."""
    texts = [levels.get(one.number, "") for one in instrument.indicators]
    return GAP.join(texts) if any(texts) else ""


def read(instrument: Instrument, text: str) -> tuple[dict[str, str], list[str]]:
    """The levels of an address, and the numbers of those that do not fit the instrument (they are left out).

    A text of another length belongs to another instrument: nothing is read, and every indicator is told.
    """
    if not text:
        return {}, []
    numbers = [one.number for one in instrument.indicators]
    parts = text.split(GAP)
    if len(parts) != len(numbers):
        return {}, numbers
    found, wrong = {}, []
    for number, part in zip(numbers, parts, strict=True):
        if not part:
            continue
        level = accepted(instrument, part)
        if level is None:
            wrong.append(number)
        else:
            found[number] = level
    return found, wrong


def accepted(instrument: Instrument, given: str) -> str | None:
    """A level as it is kept (``"3"``, ``"2.5"``), with a comma or a point; None for what is off the scale."""
    text = given.strip().replace(",", ".")
    try:
        scoring.bounds(instrument, {instrument.indicators[0].number: text})
    except scoring.ScoreError:
        return None
    return plain_number(Fraction(text))


def outcome(instrument: Instrument, levels: Levels) -> Outcome:
    """Index, predicate, domains and aspects of levels on the scale. Raises ScoreError for others."""
    bounds = scoring.bounds(instrument, levels)
    score = scoring.score(instrument, levels) if len(levels) == len(instrument.indicators) else None
    aspects = {one.number: _aspect(one, levels) for one in instrument.aspects}
    return Outcome(
        index=score.index if score else None,
        low=bounds.low,
        high=bounds.high,
        predicate=score.predicate if score else None,
        domains=tuple(_domain(one, aspects) for one in instrument.domains),
        aspects=tuple(aspects.values()),
        filled=len(levels),
        total=len(instrument.indicators),
    )


def _aspect(aspect: Aspect, levels: Levels) -> Standing:
    given = [(Fraction(levels[i.number]), i.weight) for i in aspect.indicators if i.number in levels]
    return _standing(aspect, given, len(given), len(aspect.indicators))


def _domain(domain: Domain, aspects: Mapping[str, Standing]) -> Standing:
    own = [(aspects[one.number], one.weight) for one in domain.aspects]
    given = [(part.value, weight) for part, weight in own if part.value is not None]
    return _standing(domain, given, sum(p.filled for p, _w in own), sum(p.total for p, _w in own))


def _standing(
    of: Aspect | Domain, given: list[tuple[Fraction, Fraction]], filled: int, total: int
) -> Standing:
    value = sum((v * w for v, w in given), Fraction(0)) / of.weight if filled == total else None
    return Standing(of.number, value, filled, total)


def moves(instrument: Instrument, base: Levels, levels: Levels) -> tuple[Move, ...]:
    """What differs from the start, in the order of the indicators."""
    found = []
    for one in instrument.indicators:
        before, after = base.get(one.number), levels.get(one.number)
        if before == after:
            continue
        gain = None
        if before is not None and after is not None:
            gain = (Fraction(after) - Fraction(before)) * one.weight / TOTAL
        found.append(Move(one.number, before, after, gain))
    return tuple(found)
