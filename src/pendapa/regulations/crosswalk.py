"""Crosswalks (*padanan*) between evaluation instruments: which indicators continue which, and what has no continuation.

Every indicator of the first instrument is named exactly once: with its targets in the second, or with none and why. Where
no pair leads from one to the other directly, :meth:`Crosswalk.way` goes over the instruments between them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.instruments import Instrument
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

Known = Callable[[str], Instrument | None]


@dataclass(frozen=True, slots=True)
class Entry(Sourced):
    """One indicator with its `targets`; without any, `why` says why there is none."""

    number: str
    targets: tuple[str, ...]
    why: Text
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Pair(Sourced):
    """The way from one instrument to another, indicator by indicator; `over` names the instruments between them."""

    source_id: str
    target_id: str
    entries: Mapping[str, Entry]
    provenance: Provenance
    over: tuple[str, ...] = ()

    def coming_to(self, number: str) -> tuple[str, ...]:
        """The indicators of the first instrument that lead to one of the second."""
        return tuple(one.number for one in self.entries.values() if number in one.targets)


@dataclass(frozen=True, eq=False)
class Crosswalk(Sourced):
    """Every pair that is known."""

    id: str
    pairs: tuple[Pair, ...]
    provenance: Provenance
    file: Path

    def pair(self, source: str, target: str) -> Pair | None:
        """The pair as it is written; None where there is none."""
        return next((one for one in self.pairs if (one.source_id, one.target_id) == (source, target)), None)

    def way(self, source: str, target: str) -> Pair | None:
        """The pair, else the shortest way over other instruments; None where none leads there."""
        steps = _shortest(self.pairs, source, target)
        if not steps:
            return None
        way = steps[0]
        for step in steps[1:]:
            way = _joined(way, step)
        return way

    def with_pairs(self, more: Iterable[Pair]) -> "Crosswalk":
        """The same with more pairs; of the same two instruments the later one holds."""
        found = {(one.source_id, one.target_id): one for one in (*self.pairs, *more)}
        return Crosswalk(self.id, tuple(found.values()), self.provenance, self.file)


def load_crosswalk(file: Path, known: Known | None = None) -> Crosswalk:
    """Read the pack. With ``known`` (an instrument by id, or None) each pair is checked against its two instruments.

    Raises PackError with every fault.
    """
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "pairs"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    pairs = read_pairs(root.at("pairs"), base)
    crosswalk = Crosswalk(root.at("id").string(), pairs, base, file)
    if known is not None:
        check_pairs(root, pairs, known)
    root.raise_faults()
    return crosswalk


def read_pairs(cursor: Cursor, base: Provenance, target: str = "") -> tuple[Pair, ...]:
    """The pairs of a list; an instrument that brings its own names only where from: ``target`` is its id."""
    pairs, seen = [], set()
    for item in cursor.items():
        if not item.keys({"from", "entries"} | (set() if target else {"to"}), {"to"}):
            continue
        place = item.provenance(base)
        pair = Pair(item.at("from").string(), item.at("to").string(target), _entries(item, place), place)
        if (key := (pair.source_id, pair.target_id)) in seen:
            item.fault(f"the way from {key[0]} to {key[1]} is there twice")
        if target and pair.target_id != target:
            item.fault(f"must lead to {target}", "to")
        seen.add(key)
        pairs.append(pair)
    return tuple(pairs)


def check_pairs(root: Cursor, pairs: Iterable[Pair], known: Known) -> None:
    """Notes a fault for each indicator that is missing, unknown, or leads to one that is not there."""
    for pair in pairs:
        where = f"{pair.source_id} → {pair.target_id}"
        source, target = known(pair.source_id), known(pair.target_id)
        for id, found in ((pair.source_id, source), (pair.target_id, target)):
            if found is None:
                root.fault(f"unknown instrument {id!r}", where)
        if source is None or target is None:
            continue
        numbers = [one.number for one in source.indicators]
        targets = {one.number for one in target.indicators}
        for number in numbers:
            if number not in pair.entries:
                root.fault("is missing: give its targets, or none and why", f"{where}: indicator {number}")
        for number, entry in pair.entries.items():
            if number not in numbers:
                root.fault(f"is not in {pair.source_id}", f"{where}: indicator {number}")
            for one in entry.targets:
                if one not in targets:
                    root.fault(f"its target {one} is not in {pair.target_id}", f"{where}: indicator {number}")


def one_to_one(instrument: Instrument, onto: Instrument | None = None) -> Pair:
    """The way of an instrument to itself (another edition of it): each indicator to its own number."""
    there = {one.number for one in (onto or instrument).indicators}
    gone = Text("Edisi yang baru tidak memuat indikator ini.", "The newer edition has no such indicator.")
    entries = {
        one.number: Entry(
            one.number,
            (one.number,) if one.number in there else (),
            Text("") if one.number in there else gone,
            Provenance(True),
        )
        for one in instrument.indicators
    }
    return Pair(instrument.id, instrument.id, entries, Provenance(True))


def _entries(pair: Cursor, base: Provenance) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for item in pair.at("entries").items():
        if not item.keys({"from", "to"}, {"why"}):
            continue
        number = item.at("from").number_name()
        targets = tuple(one.number_name() for one in item.at("to").items())
        entry = Entry(number, targets, item.at("why").text(Text("")), item.provenance(base))
        if number in found:
            item.fault(f"indicator {number} is there twice", "from")
        if len(set(targets)) < len(targets):
            item.fault("names a target twice", "to")
        if not targets and not entry.why.id.strip():
            item.fault("must say why there is no target", "why")
        found[number] = entry
    return found


def _shortest(pairs: Iterable[Pair], source: str, target: str) -> tuple[Pair, ...]:
    """The pairs of the shortest way, nothing where there is none."""
    known = list(pairs)
    ways: deque[tuple[str, tuple[Pair, ...]]] = deque([(source, ())])
    seen = {source}
    while ways:
        here, so_far = ways.popleft()
        for pair in known:
            if pair.source_id != here or pair.target_id in seen:
                continue
            if pair.target_id == target:
                return (*so_far, pair)
            seen.add(pair.target_id)
            ways.append((pair.target_id, (*so_far, pair)))
    return ()


def _joined(first: Pair, second: Pair) -> Pair:
    """Both ways one after the other. What goes nowhere on the second says why with the second's words."""
    entries = {}
    for number, entry in first.entries.items():
        reached = [second.entries[one] for one in entry.targets if one in second.entries]
        targets = tuple(dict.fromkeys(target for one in reached for target in one.targets))
        whys = [one.why for one in (entry, *reached) if one.why.id and (targets or not one.targets)]
        why = Text(
            " ".join(dict.fromkeys(w.id for w in whys)),
            " ".join(dict.fromkeys(w.en for w in whys if w.en)),
        )
        entries[number] = Entry(
            number, targets, why, _both(entry.provenance, [r.provenance for r in reached])
        )
    over = (*first.over, first.target_id, *second.over)
    provenance = _both(first.provenance, [second.provenance])
    return Pair(first.source_id, second.target_id, entries, provenance, over)


def _both(one: Provenance, others: Iterable[Provenance]) -> Provenance:
    """Verified only where every step is."""
    all_of = [one, *others]
    sources = tuple(dict.fromkeys(source for part in all_of for source in part.sources))
    note = "; ".join(dict.fromkeys(part.note for part in all_of if part.note))
    return Provenance(all(part.verified for part in all_of), sources, note)
