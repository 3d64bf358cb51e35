"""Reminders as data: the ladder that a due thing climbs, quiet hours, and the days of work."""

from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

WHOM = ("person", "head", "leader")


@dataclass(frozen=True, slots=True)
class Rung(Sourced):
    """A rung: so many working days from the due day (minus: before it) it is told ``to`` one of :data:`WHOM`."""

    key: str
    days: int
    to: str
    label: Text
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Reminders(Sourced):
    """The whole pack. Quiet hours run from hour ``quiet_from`` until ``quiet_until``; ``workdays`` are ISO weekdays (1: Monday);
    what nobody is to do is told to the head from the rung ``unassigned`` on."""

    id: str
    title: Text
    ladder: tuple[Rung, ...]
    unassigned: int
    quiet_from: int
    quiet_until: int
    workdays: tuple[int, ...]
    provenance: Provenance
    file: Path


def load_reminders(file: Path) -> Reminders:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "ladder", "unassigned", "quiet", "workdays"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    quiet = root.at("quiet")
    quiet.keys({"from", "until"})
    pack = Reminders(
        id=root.at("id").string(),
        title=root.at("title").text(),
        ladder=tuple(_rung(one, base) for one in root.at("ladder").items()),
        unassigned=root.at("unassigned").whole(),
        quiet_from=quiet.at("from").whole(),
        quiet_until=quiet.at("until").whole(),
        workdays=tuple(one.whole() for one in root.at("workdays").items()),
        provenance=base,
        file=file,
    )
    _check(root, pack)
    root.raise_faults()
    return pack


def _check(root: Cursor, pack: Reminders) -> None:
    rungs = [(one.days, one.to) for one in pack.ladder]
    for rung in sorted({rung for rung in rungs if rungs.count(rung) > 1}):
        root.fault(f"{rung[0]} to {rung[1]!r} is there twice", "ladder")
    for one in pack.ladder:
        named = "due_day" if not one.days else f"{'before' if one.days < 0 else 'after'}_{abs(one.days)}"
        if one.key != named:
            root.fault(f"{one.key!r} must be called {named!r}", "ladder")
    days = [one.days for one in pack.ladder]
    if days != sorted(days):
        root.fault("rungs stand in the order of their days", "ladder")
    for name, hour in (("from", pack.quiet_from), ("until", pack.quiet_until)):
        if not 0 <= hour <= 23:
            root.fault("must be an hour from 0 to 23", f"quiet.{name}")
    if not pack.workdays or not set(pack.workdays) <= set(range(1, 8)):
        root.fault("must name ISO weekdays, 1 (Monday) to 7", "workdays")


def _rung(at: Cursor, base: Provenance) -> Rung:
    at.keys({"key", "days", "to", "label"})
    whom = at.at("to").choice(WHOM)
    return Rung(
        at.at("key").string(), at.at("days").whole(), whom, at.at("label").text(), at.provenance(base)
    )
