"""What a plan to a target starts from: assumed costs, person-days and prerequisites of the steps of each instrument.

Nothing in this pack is regulation: every value is an assumption (`verified` is false) and whoever shows one says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.errors import Fault
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text


@dataclass(frozen=True, slots=True)
class StepDefault:
    """One step, from the level below: `cost` in the currency of the pack, `days` in person-days."""

    cost: Fraction
    days: Fraction


@dataclass(frozen=True, slots=True)
class Kind(Sourced):
    """A kind of indicator whose steps are assumed alike. `steps` is keyed by the level that a step reaches."""

    key: str
    label: Text
    steps: Mapping[int, StepDefault]
    provenance: Provenance

    def step(self, level: int) -> StepDefault:
        """Of the step to `level`; beyond the last known level as there."""
        return self.steps[min(max(level, min(self.steps)), max(self.steps))]


Required = tuple[str, int, str, int]
"""``(a, la, b, lb)``: ``a`` may stand at ``la`` only in a year in which ``b`` stands at ``lb`` or above."""


@dataclass(frozen=True, slots=True)
class PlanningDefaults(Sourced):
    """The assumptions for one instrument; an instrument that the pack does not know has the fallback kind alone."""

    instrument: str
    kinds: Mapping[str, Kind]
    fallback: Kind
    requires: tuple[Required, ...]
    currency: str
    provenance: Provenance

    def kind(self, number: str) -> Kind:
        return self.kinds.get(number, self.fallback)

    def cost(self, number: str, level: int) -> Fraction:
        """Of the one step of indicator `number` from `level` - 1 to `level`, in `currency`."""
        return self.kind(number).step(level).cost

    def days(self, number: str, level: int) -> Fraction:
        """Person-days of that step."""
        return self.kind(number).step(level).days


@dataclass(frozen=True, eq=False)
class Planning(Sourced):
    """The pack. `of` answers for any instrument, also for one that is no part of it."""

    kinds: Mapping[str, Kind]
    fallback: Kind
    instruments: Mapping[str, PlanningDefaults]
    currency: str
    provenance: Provenance

    def of(self, instrument_id: str) -> PlanningDefaults:
        known = self.instruments.get(instrument_id)
        return known or PlanningDefaults(instrument_id, {}, self.fallback, (), self.currency, self.provenance)


def load_planning(file: Path) -> Planning:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"currency", "kinds", "fallback", "instruments"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    currency = root.at("currency").string()
    kinds = {str(key): _kind(str(key), at, base) for key, at in root.at("kinds").pairs()}
    root.raise_faults()
    fallback = kinds[root.at("fallback").choice(tuple(kinds))]
    instruments = {}
    for at in root.at("instruments").items():
        at.keys({"id", "kinds"}, {"requires"})
        id = at.at("id").string()
        if id in instruments:
            at.fault(f"{id!r} is listed twice")
        instruments[id] = PlanningDefaults(
            id, _assigned(at.at("kinds"), kinds), fallback, _requires(at.at("requires")), currency,
            at.provenance(base),
        )  # fmt: skip
    root.raise_faults()
    return Planning(MappingProxyType(kinds), fallback, MappingProxyType(instruments), currency, base)


def planning_faults_against(
    planning: Planning, instruments: Mapping[str, Instrument], file: Path
) -> list[Fault]:
    """Indicators and levels that the instruments do not have, instruments that no pack has."""
    faults = []
    for id, defaults in planning.instruments.items():
        instrument = instruments.get(id)
        if instrument is None:
            faults.append(Fault(file, "instruments", f"unknown instrument {id!r}"))
            continue
        known = {indicator.number for indicator in instrument.indicators}
        named = {*defaults.kinds, *(r[0] for r in defaults.requires), *(r[2] for r in defaults.requires)}
        faults += [
            Fault(file, f"instruments.{id}", f"unknown indicator {number!r}")
            for number in sorted(named - known)
        ]
        scale = instrument.scale
        levels = {level for r in defaults.requires for level in (r[1], r[3])}
        faults += [
            Fault(file, f"instruments.{id}.requires", f"level {level} is not on the scale")
            for level in sorted(levels)
            if not scale.min <= level <= scale.max
        ]
    return faults


def _kind(key: str, at: Cursor, base: Provenance) -> Kind:
    at.keys({"label", "steps"})
    steps = {}
    for level, step in at.at("steps").pairs():
        step.keys({"cost", "days"})
        if isinstance(level, bool) or not isinstance(level, int):
            step.fault("a level must be a whole number")
            continue
        cost, days = step.at("cost").fraction(), step.at("days").fraction()
        if cost < 0 or days < 0:
            step.fault("costs and days cannot be negative")
        steps[level] = StepDefault(cost, days)
    if not steps:
        at.fault("needs at least one step", "steps")
    return Kind(key, at.at("label").text(), MappingProxyType(steps), at.provenance(base))


def _assigned(at: Cursor, kinds: Mapping[str, Kind]) -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for key, numbers in at.pairs():
        if key not in kinds:
            numbers.fault(f"unknown kind; known are {', '.join(kinds)}")
            continue
        for number in numbers.strings():
            if number in found:
                numbers.fault(f"indicator {number!r} has two kinds")
            found[number] = kinds[key]
    return MappingProxyType(found)


def _requires(at: Cursor) -> tuple[Required, ...]:
    found = []
    for item in at.items():
        value = item.value
        if (
            isinstance(value, list)
            and len(value) == 4
            and all(isinstance(value[place], str) for place in (0, 2))
            and all(isinstance(value[place], int) for place in (1, 3))
        ):
            found.append((value[0], value[1], value[2], value[3]))
        else:
            item.fault('must be [indicator, level, indicator, level], such as ["11", 3, "1", 2]')
    return tuple(found)
