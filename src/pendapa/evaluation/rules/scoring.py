"""Scoring, exactly: pure functions on fractions; no float takes part anywhere.

Formula (PermenPANRB 59/2020, Lampiran; the same for the other instruments, without domains for Pemerintah Digital):
an aspect is the weighted mean of its indicators, a domain of its aspects, the index of the domains. Since the weights
of the parts add up to the whole, the index is also the sum of level x weight / 100, with weights in points of 100.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, lcm
from operator import itemgetter, mul
from types import MappingProxyType
from typing import Any

from pendapa.regulations.instruments import TOTAL, Aspect, Domain, Indicator, Instrument
from pendapa.regulations.schema import plain_number

Number = int | str | Decimal | Fraction
Given = Mapping[str, Number | None]

# Longer numbers are no levels; the limit also keeps "1e-999999999" from becoming a billion digits.
_MAX_PLACES = 20
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
# What a score rests on, and how a warning names it.
_USED = {"scale": "scale", "weights": "weights", "formula": "formula", "predicates": "predicate bounds"}


class ScoreError(ValueError):
    """The input cannot be scored. `faults` names every fault: which number, what was given, what is accepted."""

    def __init__(self, faults: Iterable[str]):
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that printed, rounded parts allow: `low` ≤ value ≤ `high`."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Score:
    """A scored instrument: exact values on the instrument's scale, keyed by number.

    `basis` tells what it was computed from: "levels", "aspects" or "domains". `interval` is there where that was
    rounded. `aspects` (and `domains`) hold only what the basis yields. `predicate` is read from the unrounded index.
    """

    instrument: str
    basis: str
    index: Fraction
    predicate: str
    domains: Mapping[str, Fraction]
    aspects: Mapping[str, Fraction]
    interval: Interval | None
    warnings: tuple[str, ...]
    decimals: int

    @property
    def index_display(self) -> str:
        """Rounded half up, as reports print it."""
        return display(self.index, self.decimals)


@dataclass(frozen=True, slots=True)
class Step:
    """What one indicator can still give: `gain` index points for one more level (less where the scale ends first)."""

    number: str
    level: Fraction
    gain: Fraction
    room: Fraction


@dataclass(frozen=True, slots=True)
class Distance:
    """`missing` = target - index in index points, never below 0; `steps` in the order of the indicators."""

    index: Fraction
    target: Fraction
    missing: Fraction
    steps: tuple[Step, ...]


def score(
    instrument: Instrument,
    levels: Given | None = None,
    aspects: Given | None = None,
    domains: Given | None = None,
) -> Score:
    """Score from levels, or where only those are known, from printed aspects or domains.

    Of several the lowest is computed from and the others are compared with it. Raises ScoreError with every fault.
    """
    faults: list[str] = []
    read = {
        "levels": _read(levels, "indicator", instrument, instrument.indicators, faults),
        "aspects": _read(aspects, "aspect", instrument, instrument.aspects, faults),
        "domains": _read(domains, "domain", instrument, instrument.domains, faults),
    }
    basis = next((name for name, values in read.items() if values is not None), None)
    if basis is None:
        wanted = "levels, aspects or domains" if instrument.domains else "levels or aspects"
        raise ScoreError([f"nothing to score: {wanted} needed, such as {_example(instrument)}"])
    given = {"levels": levels, "aspects": aspects, "domains": domains}[basis] or {}
    faults += _missing(basis, given, instrument)
    if faults:
        raise ScoreError(faults)
    return _compute(instrument, basis, read)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a batch tells of one assessment: the unrounded index and the predicate read from it."""

    index: Fraction
    predicate: str


def batch(instrument: Instrument, rows: Iterable[Given]) -> list[Brief]:
    """Index and predicate of many assessments of levels, as exact as `score` gives them and much faster.

    Levels are counted in the smallest unit that is accepted, so that a row is one sum of whole numbers. Raises ScoreError
    with every fault of every row, each after "row N: " with N from 1.
    """
    summing = _Summing(instrument)
    found, faults = [], []
    for place, row in enumerate(rows, 1):
        brief = summing.brief(row)
        if brief is None:
            try:
                result = score(instrument, levels=row)
                brief = Brief(result.index, result.predicate)
            except ScoreError as error:
                faults += [f"row {place}: {fault}" for fault in error.faults]
                continue
        found.append(brief)
    if faults:
        raise ScoreError(faults)
    return found


def display(value: Fraction, decimals: int = 2) -> str:
    """Half up: "2.60". Ties go up because the reports do so where it can be told; no regulation settles it."""
    scaled = _half_up(value * 10**decimals)
    if decimals == 0:
        return str(scaled)
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    return f"{'-' if scaled < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def exact(value: Fraction) -> str:
    """All digits of a finite decimal ("2.64"); 12 places of a repeating one ("2.083333333333")."""
    text = plain_number(value)
    return display(value, 12) if "/" in text else text


def distance(instrument: Instrument, levels: Given, target: Number) -> Distance:
    """How far the index of these levels is from a target on the scale. Raises ScoreError."""
    wanted = _parse(target)
    low, high = instrument.scale.min, instrument.scale.max
    if wanted is None or not low <= wanted.value <= high:
        raise ScoreError([f"target: {shown(target)} given; {accepted(instrument, whole=False)} accepted"])
    result = score(instrument, levels=levels)
    steps = []
    for indicator in instrument.indicators:
        parsed = _parse(levels[indicator.number])
        assert parsed is not None  # score() has read it already
        room = high - parsed.value
        gain = min(instrument.scale.step or Fraction(1), room) * indicator.weight / TOTAL
        steps.append(Step(indicator.number, parsed.value, gain, room * indicator.weight / TOTAL))
    return Distance(result.index, wanted.value, max(wanted.value - result.index, Fraction(0)), tuple(steps))


def bounds(instrument: Instrument, levels: Given) -> Interval:
    """Where the index will lie when the missing levels are filled in. Raises ScoreError for what is given wrongly."""
    faults: list[str] = []
    read = _read(levels, "indicator", instrument, instrument.indicators, faults) or {}
    if faults:
        raise ScoreError(faults)
    low = high = Fraction(0)
    for indicator in instrument.indicators:
        known = read.get(indicator.number)
        low += (known.value if known else instrument.scale.min) * indicator.weight / TOTAL
        high += (known.value if known else instrument.scale.max) * indicator.weight / TOTAL
    return Interval(low, high)


# Many at once


class _Summing:
    """Sums of whole numbers for one instrument; what it has computed once it remembers."""

    def __init__(self, instrument: Instrument):
        self.instrument = instrument
        self.numbers = [indicator.number for indicator in instrument.indicators]
        self.pick: Callable[[Given], tuple[Any, ...]] = itemgetter(*self.numbers)
        bottom = lcm(*(indicator.weight.denominator for indicator in instrument.indicators))
        self.weights = [int(indicator.weight * bottom) for indicator in instrument.indicators]
        self.whole = int(TOTAL * bottom)
        low, high = instrument.scale.min, instrument.scale.max
        self.levels = set(range(ceil(low), int(high) + 1)) if instrument.scale.step in (None, 1) else set()
        self.units: dict[tuple[type, object], int] = {}
        self.known: dict[tuple[int, int], Brief] = {}

    def brief(self, row: Given) -> Brief | None:
        """None where the slow way has to look: faults, and fractions that are no finite decimals."""
        try:
            levels = self.pick(row)
        except (KeyError, TypeError):
            return None
        if len(row) != len(self.numbers):
            return None
        if set(map(type, levels)) == {int} and self.levels.issuperset(levels):
            return self._of(sum(map(mul, levels, self.weights)), 1)
        counted = []
        for level in levels:
            unit = self.units.get((type(level), level)) if level.__hash__ else None
            if unit is None:
                unit = self._unit(level)
                if unit is None:
                    return None
            counted.append(unit)
        return self._of(sum(map(mul, counted, self.weights)), 10**_MAX_PLACES)

    def _unit(self, level: object) -> int | None:
        parsed = _parse(level)
        if parsed is None or not _fits(parsed.value, self.instrument, whole=True):
            return None
        counted = parsed.value * 10**_MAX_PLACES
        if counted.denominator != 1:
            return None
        self.units[type(level), level] = counted.numerator
        return counted.numerator

    def _of(self, total: int, unit: int) -> Brief:
        brief = self.known.get((total, unit))
        if brief is None:
            index = Fraction(total, self.whole * unit)
            brief = self.known[total, unit] = Brief(index, self.instrument.predicate_of(index).name)
        return brief


# Reading what was given


def as_number(given: object) -> Fraction | None:
    """An exact number of a sane length; None for anything else (floats, booleans, NaN, nothing)."""
    parsed = _parse(given)
    return parsed.value if parsed else None


@dataclass(frozen=True, slots=True)
class _Read:
    """A value, and to how many places it was written (None: it is exact)."""

    value: Fraction
    places: int | None


def _parse(given: object) -> _Read | None:
    """A number in one of the exact types; None for anything else (floats, booleans, NaN, numbers of no sane length)."""
    if isinstance(given, Fraction):
        return _Read(given, None)
    if isinstance(given, bool) or not isinstance(given, (int, str, Decimal)):
        return None
    if isinstance(given, Decimal):
        if not given.is_finite() or given.adjusted() > _MAX_PLACES:
            return None
        places = max(0, -int(given.as_tuple().exponent))
        return _Read(Fraction(given), places) if places <= _MAX_PLACES else None
    if isinstance(given, int):
        return _Read(Fraction(given), 0) if given.bit_length() <= 64 else None
    text = given.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return _Read(Fraction(text), len(text.partition(".")[2]))


def _read(
    given: Given | None,
    kind: str,
    instrument: Instrument,
    known: tuple[Indicator, ...] | tuple[Aspect, ...] | tuple[Domain, ...],
    faults: list[str],
) -> dict[str, _Read] | None:
    """The values given for one kind of part; None where none are given (an empty mapping gives none). Notes faults."""
    if not given:
        return None
    if not known:
        faults.append(f"{instrument.id} has no {kind}s; levels or aspects accepted")
        return {}
    numbers = [part.number for part in known]
    whole = kind == "indicator" and instrument.scale.step is not None
    found = {}
    for number, value in given.items():
        if number not in numbers:
            faults.append(f"{kind} {shown(number)}: unknown in {instrument.id}; {hint(str(number), numbers)}")
            continue
        parsed = _parse(value) if value is not None else None
        if parsed is None or not _fits(parsed.value, instrument, whole):
            told = "nothing" if value is None else shown(value)
            faults.append(f"{kind} {number}: {told} given; {accepted(instrument, whole)} accepted")
            continue
        found[number] = parsed
    return found


def _fits(value: Fraction, instrument: Instrument, whole: bool) -> bool:
    scale = instrument.scale
    if not scale.min <= value <= scale.max:
        return False
    return not whole or scale.step is None or ((value - scale.min) / scale.step).denominator == 1


def accepted(instrument: Instrument, whole: bool) -> str:
    """The words for what a refusal would have taken."""
    scale = instrument.scale
    kind = "a whole level" if whole else "a number"
    return f"{kind} from {plain_number(scale.min)} to {plain_number(scale.max)}"


def hint(number: str, numbers: list[str]) -> str:
    """The nearest known number, else what there is."""
    split = sorted(known for known in numbers if known.startswith(f"{number}."))
    if split:
        return f"accepted instead: {', '.join(split)}"
    bare = number.strip().lstrip("0")
    if bare in numbers:
        return f'did you mean "{bare}"?'
    near = difflib.get_close_matches(number[:20], numbers, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"{numbers[0]} to {numbers[-1]} accepted"


def _missing(basis: str, given: Given, instrument: Instrument) -> list[str]:
    parts: dict[str, tuple[Indicator, ...] | tuple[Aspect, ...] | tuple[Domain, ...]] = {
        "levels": instrument.indicators,
        "aspects": instrument.aspects,
        "domains": instrument.domains,
    }
    kind = {"levels": "indicator"}.get(basis, basis.rstrip("s"))
    whole = basis == "levels" and instrument.scale.step is not None
    return [
        f"{kind} {part.number} ({part.name.id}): missing; {accepted(instrument, whole)} accepted"
        for part in parts[basis]
        if part.number not in given
    ]


def shown(value: object) -> str:
    """What was given, on one line, in double quotes where it was text, and not longer than an error may be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, int) and value.bit_length() > 128:  # Python refuses to print very long ones
        return "a huge number"
    text = "".join(char if char.isprintable() else " " for char in str(value))
    if len(text) > 40:
        text = f"{text[:40]}…"
    if isinstance(value, str):
        return f'"{text}"'
    return f"{text} (a float, not exact)" if isinstance(value, float) else text


def _example(instrument: Instrument) -> str:
    first = instrument.indicators[0].number
    return f'{{"levels": {{"{first}": {plain_number(instrument.scale.max)}, …}}}}'


# Computing


def _compute(instrument: Instrument, basis: str, read: Mapping[str, dict[str, _Read] | None]) -> Score:
    values = {number: entry.value for number, entry in (read[basis] or {}).items()}
    aspects: dict[str, Fraction] = {}
    if basis == "levels":
        aspects = {
            part.number: _mean([(values[one.number], one.weight) for one in part.indicators], part.weight)
            for part in instrument.aspects
        }
    elif basis == "aspects":
        aspects = {part.number: values[part.number] for part in instrument.aspects}
    if basis == "domains":
        domains = {part.number: values[part.number] for part in instrument.domains}
    else:
        domains = {
            part.number: _mean([(aspects[one.number], one.weight) for one in part.aspects], part.weight)
            for part in instrument.domains
        }
    tops: tuple[Domain, ...] | tuple[Aspect, ...] = instrument.domains or instrument.aspects
    of = domains if instrument.domains else aspects
    index = _mean([(of[part.number], part.weight) for part in tops], TOTAL)
    interval = None if basis == "levels" else _interval(instrument, index, read[basis] or {})
    computed = {"aspects": aspects, "domains": domains}
    warnings = [
        *_unverified(instrument),
        *_rounded(instrument, basis, interval),
        *_disagreements(basis, computed, read),
        *_predicate_doubt(instrument, index),
    ]
    return Score(
        instrument=instrument.id,
        basis=basis,
        index=index,
        predicate=instrument.predicate_of(index).name,
        domains=MappingProxyType(domains),
        aspects=MappingProxyType(aspects),
        interval=interval,
        warnings=tuple(warnings),
        decimals=instrument.decimals,
    )


def _mean(parts: list[tuple[Fraction, Fraction]], whole: Fraction) -> Fraction:
    return sum((value * weight for value, weight in parts), Fraction(0)) / whole


def _half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__() if value >= 0 else -((-value + Fraction(1, 2)).__floor__())


def _half_unit(read: Mapping[str, _Read]) -> Fraction:
    """Half a unit of the last printed place. One table prints all its values alike, but a trailing zero gets lost on
    the way (3.00 becomes 3): so the value with most places tells the precision of all."""
    places = [entry.places for entry in read.values()]
    if not places or any(place is None for place in places):
        return Fraction(0)
    return Fraction(1, 2 * 10 ** max(place for place in places if place is not None))


def _interval(instrument: Instrument, index: Fraction, read: Mapping[str, _Read]) -> Interval:
    """Every part may be off by half a unit, and the weights add up to 100: so may the index, within the scale."""
    half = _half_unit(read)
    return Interval(max(index - half, instrument.scale.min), min(index + half, instrument.scale.max))


# Warnings


def _unverified(instrument: Instrument) -> list[str]:
    return [
        f"{instrument.id}: {name} {'are' if name.endswith('s') else 'is'} not verified against the original text"
        for group, name in _USED.items()
        if not instrument.provenance_of(group).verified
    ]


def _rounded(instrument: Instrument, basis: str, interval: Interval | None) -> list[str]:
    if interval is None or interval.low == interval.high:
        return []
    text = f"computed from printed {basis}; their rounding allows an index from {exact(interval.low)}"
    text += f" to {exact(interval.high)}"
    low, high = instrument.predicate_of(interval.low).name, instrument.predicate_of(interval.high).name
    return [text] if low == high else [f"{text}, and so a predicate from {low} to {high}"]


def _disagreements(
    basis: str, computed: Mapping[str, Mapping[str, Fraction]], read: Mapping[str, dict[str, _Read] | None]
) -> list[str]:
    """Given parts above the basis that its values do not give, at the precision at which they were printed."""
    found = []
    for name, values in computed.items():
        given = read[name]
        if given is None or name == basis or not values:
            continue
        half = _half_unit(given)
        for number, entry in given.items():
            if abs(entry.value - values[number]) > half:
                found.append(
                    f"{name.rstrip('s')} {number}: {exact(entry.value)} given, but {basis} give {exact(values[number])}"
                )
    return found


def _predicate_doubt(instrument: Instrument, index: Fraction) -> list[str]:
    """The regulations do not say whether the predicate is read from the rounded index: told where it matters."""
    name = instrument.predicate_of(index).name
    printed = display(index, instrument.decimals)
    rounded = instrument.predicate_of(Fraction(printed)).name
    if name == rounded:
        return []
    return [f"the unrounded index {exact(index)} is {name}; the displayed {printed} would be {rounded}"]
