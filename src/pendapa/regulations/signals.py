"""Which measures of live records suggest which level of an indicator (*sinyal*), and why an indicator has no signal.

No regulation sets these thresholds: they are the project's own reading of the criteria, so nothing here is verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pendapa.regulations.errors import Fault
from pendapa.regulations.instruments import Instrument
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure that must say at least ``least`` (a share of 1 is all)."""

    measure: str
    least: Fraction


@dataclass(frozen=True, slots=True)
class Rung:
    """A level with what must hold for it, beside what the levels below ask."""

    level: int
    needs: tuple[Threshold, ...]


@dataclass(frozen=True, eq=False)
class IndicatorSignal(Sourced):
    """One indicator: the rungs that records can speak of, lowest first, and ``beyond``: why it goes no higher. Without rungs
    ``none`` says why there is no signal."""

    number: str
    rungs: tuple[Rung, ...]
    beyond: Text
    none: Text
    provenance: Provenance

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it asks, in their order, each once."""
        return tuple(dict.fromkeys(need.measure for rung in self.rungs for need in rung.needs))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decree may be about: it names it when its title or scope has one of ``words``, and each of ``also``."""

    key: str
    label: Text
    words: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Signals(Sourced):
    """The pack: by instrument the indicators by number. ``otherwise`` is why the indicators that an instrument of the pack
    does not name have none; ``unknown`` the same for instruments that the pack does not know."""

    id: str
    title: Text
    subjects: tuple[Subject, ...]
    instruments: Mapping[str, Mapping[str, IndicatorSignal]]
    otherwise: Mapping[str, Text]
    unknown: Text
    provenance: Provenance
    file: Path

    def of(self, instrument: str, number: str) -> IndicatorSignal | None:
        """The entry of an indicator, with or without rungs; None where the pack does not name it."""
        return self.instruments.get(instrument, {}).get(number)

    def why_none(self, instrument: str, number: str) -> Text:
        """Why an indicator has no signal; empty where it has one."""
        found = self.of(instrument, number)
        if found is not None:
            return found.none
        return self.otherwise.get(instrument, self.unknown)

    @property
    def measures(self) -> frozenset[str]:
        """Every measure that the pack asks."""
        every = (one for some in self.instruments.values() for one in some.values())
        return frozenset(name for one in every for name in one.measures)


def load_signals(file: Path) -> Signals:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "subjects", "reasons", "unknown", "instruments"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    reasons = {str(key): value.text() for key, value in root.at("reasons").pairs()}
    instruments: dict[str, dict[str, IndicatorSignal]] = {}
    otherwise: dict[str, Text] = {}
    for item in root.at("instruments").items():
        item.keys({"id", "indicators"}, {"otherwise"})
        name, known = item.at("id").string(), {}
        own = item.provenance(base)
        for one in item.at("indicators").items():
            for found in _indicators(one, reasons, own):
                if found.number in known:
                    one.fault(f"indicator {found.number} is there twice")
                known[found.number] = found
        if name in instruments:
            item.fault(f"{name!r} is there twice", "id")
        instruments[name] = known
        if item.has("otherwise"):
            otherwise[name] = _reason(item.at("otherwise"), reasons)
    pack = Signals(
        root.at("id").string(),
        root.at("title").text(),
        tuple(_subject(item) for item in root.at("subjects").items()),
        instruments,
        otherwise,
        _reason(root.at("unknown"), reasons),
        base,
        file,
    )
    root.raise_faults()
    return pack


def _subject(at: Cursor) -> Subject:
    at.keys({"key", "label", "words"}, {"also"})
    words = tuple(word.casefold() for word in at.at("words").strings())
    if not words:
        at.fault("needs at least one word", "words")
    also = tuple(word.casefold() for word in at.at("also").strings())
    return Subject(at.at("key").string(), at.at("label").text(), words, also)


def _indicators(at: Cursor, reasons: Mapping[str, Text], base: Provenance) -> Iterator[IndicatorSignal]:
    """One entry may name several indicators that are read alike."""
    at.keys({"number"}, {"levels", "beyond", "none"})
    number = at.at("number")
    listed = isinstance(number.value, list)
    numbers = [one.number_name() for one in number.items()] if listed else [number.number_name()]
    rungs = tuple(_rungs(at.at("levels")))
    if bool(rungs) == at.has("none"):
        at.fault("says either “levels” or why there are none, in “none”")
    if rungs and not at.has("beyond"):
        at.fault("is missing: why the signal goes no higher", "beyond")
    beyond = _reason(at.at("beyond"), reasons) if at.has("beyond") else Text("")
    none = _reason(at.at("none"), reasons) if at.has("none") else Text("")
    for one in numbers:
        yield IndicatorSignal(one, rungs, beyond, none, at.provenance(base))


def _rungs(at: Cursor) -> Iterator[Rung]:
    before: int | None = None
    for key, needs in at.pairs():
        name = str(key)
        if not name.isdigit():
            needs.fault("must be the number of a level")
            continue
        level = int(name)
        if before is not None and level != before + 1:
            needs.fault(f"comes after level {before}: levels are a ladder without gaps, lowest first")
        before = level
        yield Rung(level, tuple(_threshold(item) for item in needs.items()))


def _threshold(at: Cursor) -> Threshold:
    at.keys({"measure", "least"})
    least = at.at("least").fraction()
    if least <= 0:
        at.fault("must be more than 0: everything reaches less", "least")
    return Threshold(at.at("measure").string(), least)


def _reason(at: Cursor, reasons: Mapping[str, Text]) -> Text:
    """A reason by its name, or in words of its own."""
    if isinstance(at.value, str):
        if at.value not in reasons:
            at.fault(f"unknown reason {at.value!r}; known are {', '.join(sorted(reasons))}")
        return reasons.get(at.value, Text(""))
    return at.text()


def signal_faults_against(pack: Signals, instruments: Mapping[str, Instrument]) -> list[Fault]:
    """What the pack names that the instruments do not know, and indicators of which it says nothing."""
    faults: list[Fault] = []
    for name, known in pack.instruments.items():
        place = f"instruments.{name}"
        instrument = instruments.get(name)
        if instrument is None:
            faults.append(Fault(pack.file, place, "unknown instrument"))
            continue
        numbers = {one.number: one for one in instrument.indicators}
        faults += [Fault(pack.file, place, f"unknown indicator {one}") for one in known if one not in numbers]
        if name not in pack.otherwise:
            faults += [
                Fault(pack.file, place, f"says nothing of indicator {one}")
                for one in numbers
                if one not in known
            ]
        for number, one in known.items():
            levels = {level.number for level in numbers[number].levels} if number in numbers else set()
            faults += [
                Fault(pack.file, f"{place}.{number}", f"unknown level {rung.level}")
                for rung in one.rungs
                if levels and rung.level not in levels
            ]
    return faults
