"""Evaluation instruments: their shape, and how a pack becomes one.

Weights are exact fractions in points of 100: the indicators of an aspect add up to the aspect, the aspects of a domain
to the domain, everything to 100. An instrument without domains (Pemerintah Digital 2026) has aspects alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Note, Provenance, Sourced, Text, plain_number

# The groups of values whose source is told apart; each object takes the flag of its group unless it has its own.
GROUPS = (
    "regulation", "structure", "weights", "names", "scale", "formula", "rounding", "predicates", "criteria", "evidence",
)  # fmt: skip
TOTAL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Regulation(Sourced):
    name: str
    facts: Mapping[str, str]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Scale(Sourced):
    """Values from `min` to `max`, both included; `step` 1 means whole levels, None means any decimal."""

    min: Fraction
    max: Fraction
    step: Fraction | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Predicate(Sourced):
    """`min` ≤ index < `max`; the highest one includes its `max`."""

    name: str
    label: Text
    also: tuple[Text, ...]
    min: Fraction
    max: Fraction
    max_included: bool
    provenance: Provenance

    def holds(self, index: Fraction) -> bool:
        return self.min <= index < self.max or (self.max_included and index == self.max)


@dataclass(frozen=True, slots=True)
class Level(Sourced):
    """What an indicator must show to stand on level `number`."""

    number: int
    criterion: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ExternalIndex(Sourced):
    """Another body's index that sets this indicator; `upper_bounds[n]` is the end of level n + 1 (may be unknown)."""

    name: str
    upper_bounds: tuple[Fraction, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Indicator(Sourced):
    number: str
    name: Text
    short_name: Text
    weight: Fraction
    capability: str
    levels: tuple[Level, ...]
    evidence: tuple[str, ...]
    external_index: ExternalIndex | None
    provenance: Provenance
    parts: Mapping[str, Provenance]

    def provenance_of(self, part: str) -> Provenance:
        """Of "names", "weights", "criteria" or "evidence" of this indicator."""
        return self.parts[part]


@dataclass(frozen=True, slots=True)
class Aspect(Sourced):
    number: str
    name: Text
    weight: Fraction
    domain: str | None
    indicators: tuple[Indicator, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Domain(Sourced):
    number: str
    name: Text
    weight: Fraction
    aspects: tuple[Aspect, ...]
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Instrument(Sourced):
    """One evaluation instrument. `domains` is empty where the regulation has aspects alone."""

    id: str
    title: Text
    regulation: Regulation
    scale: Scale
    decimals: int
    predicates: tuple[Predicate, ...]
    domains: tuple[Domain, ...]
    aspects: tuple[Aspect, ...]
    groups: Mapping[str, Provenance]
    level_names: Mapping[str, Mapping[int, Text]]
    notes: tuple[Note, ...]
    unknown: tuple[str, ...]
    provenance: Provenance
    file: Path

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for aspect in self.aspects for indicator in aspect.indicators)

    @cached_property
    def _by_number(self) -> Mapping[str, Indicator]:
        return {indicator.number: indicator for indicator in self.indicators}

    def indicator(self, number: str) -> Indicator:
        return self._by_number[number]

    def aspect(self, number: str) -> Aspect:
        return next(aspect for aspect in self.aspects if aspect.number == number)

    def domain(self, number: str) -> Domain:
        return next(domain for domain in self.domains if domain.number == number)

    def predicate_of(self, index: Fraction) -> Predicate:
        """The predicate of an index on the scale. Raises ValueError off the scale."""
        for predicate in self.predicates:
            if predicate.holds(index):
                return predicate
        raise ValueError(f"{index} is outside the scale of {self.id}")

    def provenance_of(self, group: str) -> Provenance:
        """Of one of GROUPS."""
        return self.groups[group]

    def level_name(self, indicator: Indicator, level: int) -> Text | None:
        """The name of a level ("Terdefinisi") for the capability that the indicator measures."""
        return self.level_names.get(indicator.capability, {}).get(level)


def load_instrument(file: Path) -> Instrument:
    """Read and check an instrument pack. Raises PackError with every fault."""
    return instrument_from(read_yaml(file), file)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a pack's content in canonical JSON, hexadecimal: two editions with the same content are the same."""
    plain = json.dumps(as_kept(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def as_kept(content: Any) -> Any:
    """The content of a pack as JSON keeps it: levels are keyed by text there (``"3"``, not ``3``)."""
    if isinstance(content, Mapping):
        return {str(key): as_kept(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [as_kept(value) for value in content]
    return content if content is None or isinstance(content, (str, int, float, bool)) else str(content)


def instrument_from(content: Any, file: Path) -> Instrument:
    """An instrument from the content of a pack, checked; ``file`` names it in faults. Raises PackError with every fault."""
    root = Cursor(content, file)
    root.keys(
        {"id", "title", "regulation", "sources", "groups", "scale", "decimals", "predicates"},
        {"domains", "aspects", "level_names", "notes", "unknown", "crosswalk"},
    )
    root.raise_faults()
    groups = _groups(root)
    scale = _scale(root.at("scale"), groups["scale"])
    domains = tuple(_domain(item, groups) for item in root.at("domains").items())
    aspects = tuple(_aspect(item, groups, None) for item in root.at("aspects").items())
    instrument = Instrument(
        id=root.at("id").string(),
        title=root.at("title").text(),
        regulation=_regulation(root.at("regulation"), groups["regulation"]),
        scale=scale,
        decimals=root.at("decimals").whole(),
        predicates=tuple(
            _predicate(item, groups["predicates"], scale) for item in root.at("predicates").items()
        ),
        domains=domains,
        aspects=aspects or tuple(aspect for domain in domains for aspect in domain.aspects),
        groups=groups,
        level_names=_level_names(root.at("level_names")),
        notes=root.at("notes").notes(),
        unknown=root.at("unknown").strings(),
        provenance=groups["regulation"],
        file=file,
    )
    if bool(domains) == bool(aspects):
        root.fault("needs either domains or aspects, not both")
    root.raise_faults()  # shapes first: sums over broken values would only add noise
    _check_numbers(root, instrument)
    _check_weights(root, instrument)
    _check_predicates(root, instrument)
    _check_levels(root, instrument)
    root.raise_faults()
    return instrument


def _groups(root: Cursor) -> Mapping[str, Provenance]:
    sources = root.at("sources").strings()
    cursor = root.at("groups")
    cursor.keys(set(GROUPS))
    found = {}
    for name in GROUPS:
        group = cursor.at(name)
        if group.value is not None and group.keys({"verified"}):
            found[name] = group.provenance(Provenance(False, sources))
        else:
            found[name] = Provenance(False, sources)
    return MappingProxyType(found)


def _regulation(cursor: Cursor, inherited: Provenance) -> Regulation:
    facts = {}
    for key, value in cursor.pairs():
        if key not in ("name", "verified", "source", "note"):
            facts[str(key)] = value.string()
    return Regulation(cursor.at("name").string(), MappingProxyType(facts), cursor.provenance(inherited))


def _scale(cursor: Cursor, inherited: Provenance) -> Scale:
    cursor.keys({"min", "max"}, {"step"})
    scale = Scale(
        cursor.at("min").fraction(),
        cursor.at("max").fraction(),
        cursor.at("step").optional_fraction(),
        cursor.provenance(inherited),
    )
    if scale.min >= scale.max:
        cursor.fault("min must be below max")
    if scale.step is not None and scale.step <= 0:
        cursor.fault("must be above 0", "step")
    return scale


def _predicate(cursor: Cursor, inherited: Provenance, scale: Scale) -> Predicate:
    cursor.keys({"name", "max"}, {"label", "also", "min", "max_included"})
    name = cursor.at("name").string()
    low = cursor.at("min").optional_fraction()
    return Predicate(
        name=name,
        label=cursor.at("label").text(Text(name)),
        also=tuple(item.text() for item in cursor.at("also").items()),
        min=scale.min if low is None else low,
        max=cursor.at("max").fraction(),
        max_included=cursor.at("max_included").flag(),
        provenance=cursor.provenance(inherited),
    )


def _domain(cursor: Cursor, groups: Mapping[str, Provenance]) -> Domain:
    cursor.keys({"number", "name", "weight", "aspects"})
    number = cursor.at("number").number_name()
    return Domain(
        number=number,
        name=cursor.at("name").text(),
        weight=cursor.at("weight").fraction(),
        aspects=tuple(_aspect(item, groups, number) for item in cursor.at("aspects").items()),
        provenance=cursor.provenance(groups["structure"]),
    )


def _aspect(cursor: Cursor, groups: Mapping[str, Provenance], domain: str | None) -> Aspect:
    cursor.keys({"number", "name", "weight", "indicators"})
    return Aspect(
        number=cursor.at("number").number_name(),
        name=cursor.at("name").text(),
        weight=cursor.at("weight").fraction(),
        domain=domain,
        indicators=tuple(_indicator(item, groups) for item in cursor.at("indicators").items()),
        provenance=cursor.provenance(groups["structure"]),
    )


def _indicator(cursor: Cursor, groups: Mapping[str, Provenance]) -> Indicator:
    cursor.keys(
        {"number", "name", "weight", "levels"},
        {
            "short_name", "capability", "evidence", "external_index",
            "criteria", "evidence_from", "names_from", "weights_from",
        },
    )  # fmt: skip
    parts = {"structure": groups["structure"]}
    parts["names"] = cursor.at("names_from").provenance(groups["names"])
    parts["weights"] = cursor.at("weights_from").provenance(groups["weights"])
    parts["criteria"] = cursor.at("criteria").provenance(groups["criteria"])
    parts["evidence"] = cursor.at("evidence_from").provenance(groups["evidence"])
    name = cursor.at("name").text()
    return Indicator(
        number=cursor.at("number").number_name(),
        name=name,
        short_name=cursor.at("short_name").text(name),
        weight=cursor.at("weight").fraction(),
        capability=cursor.at("capability").string(),
        levels=_levels(cursor.at("levels"), parts["criteria"]),
        evidence=cursor.at("evidence").strings(),
        external_index=_external_index(cursor.at("external_index"), groups["criteria"]),
        provenance=cursor.provenance(parts["names"]),
        parts=MappingProxyType(parts),
    )


def _levels(cursor: Cursor, inherited: Provenance) -> tuple[Level, ...]:
    levels = []
    for key, value in cursor.pairs():
        if not str(key).isdecimal():
            value.fault("a level must be a whole number")
            continue
        levels.append(Level(int(key), value.text(), inherited))
    return tuple(sorted(levels, key=lambda level: level.number))


def _external_index(cursor: Cursor, inherited: Provenance) -> ExternalIndex | None:
    if cursor.value is None or not cursor.keys({"name"}, {"upper_bounds"}):
        return None
    bounds = tuple(item.fraction() for item in cursor.at("upper_bounds").items())
    if list(bounds) != sorted(bounds):
        cursor.fault("must rise", "upper_bounds")
    return ExternalIndex(cursor.at("name").string(), bounds, cursor.provenance(inherited))


def _level_names(cursor: Cursor) -> Mapping[str, Mapping[int, Text]]:
    found: dict[str, Mapping[int, Text]] = {}
    for capability, names in cursor.pairs():
        found[str(capability)] = MappingProxyType({int(level): name.text() for level, name in names.pairs()})
    return MappingProxyType(found)


def _check_numbers(root: Cursor, instrument: Instrument) -> None:
    """Each number names one thing among its like."""
    named = {
        "domain": [domain.number for domain in instrument.domains],
        "aspect": [aspect.number for aspect in instrument.aspects],
        "indicator": [indicator.number for indicator in instrument.indicators],
        "predicate": [predicate.name for predicate in instrument.predicates],
    }
    for kind, numbers in named.items():
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            root.fault(f"{kind} {number} is there {numbers.count(number)} times", f"{kind} {number}")


def _check_weights(root: Cursor, instrument: Instrument) -> None:
    """Exact sums at every level: the published indices come out only where these hold."""
    for domain in instrument.domains:
        parts = [aspect.weight for aspect in domain.aspects]
        _check_sum(root, f"domain {domain.number}", "aspects", parts, domain.weight)
    for aspect in instrument.aspects:
        parts = [indicator.weight for indicator in aspect.indicators]
        _check_sum(root, f"aspect {aspect.number}", "indicators", parts, aspect.weight)
    top = [part.weight for part in instrument.domains or instrument.aspects]
    _check_sum(root, "whole instrument", "domains" if instrument.domains else "aspects", top, TOTAL)
    for indicator in instrument.indicators:
        if indicator.weight <= 0:
            root.fault("weight must be above 0", f"indicator {indicator.number}")


def _check_sum(root: Cursor, where: str, parts: str, weights: list[Fraction], whole: Fraction) -> None:
    total = sum(weights, Fraction(0))
    if total != whole:
        root.fault(
            f"weights of its {parts} add up to {plain_number(total)}, not {plain_number(whole)}", where
        )


def _check_predicates(root: Cursor, instrument: Instrument) -> None:
    """The predicates cover the scale without a hole or an overlap."""
    rising = sorted(instrument.predicates, key=lambda predicate: predicate.min)
    expected = instrument.scale.min
    for predicate in rising:
        if predicate.min != expected:
            reason = f"begins at {plain_number(predicate.min)}, must begin at {plain_number(expected)}"
            root.fault(reason, f"predicate {predicate.name}")
        expected = predicate.max
    if not rising or expected != instrument.scale.max or not rising[-1].max_included:
        root.fault(
            f"must reach the end of the scale, {plain_number(instrument.scale.max)}, included", "predicates"
        )


def _check_levels(root: Cursor, instrument: Instrument) -> None:
    """Every indicator describes every whole level of the scale, and no other."""
    expected = list(range(int(instrument.scale.min), int(instrument.scale.max) + 1))
    for indicator in instrument.indicators:
        found = [level.number for level in indicator.levels]
        if found != expected:
            root.fault(
                f"describes the levels {found}, must describe {expected}", f"indicator {indicator.number}"
            )
        if indicator.capability and indicator.capability not in instrument.level_names:
            root.fault(f"unknown capability {indicator.capability!r}", f"indicator {indicator.number}")
