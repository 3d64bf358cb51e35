"""The round of an assessment (*putaran penilaian*) as data: kinds, functions, fields of assessors, and steps."""

from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

NEEDS = (
    "team",
    "duties",
    "self_levels",
    "answers",
    "internal_levels",
    "consent",
    "interview",
    "visit",
    "external_levels",
    "findings",
)
"""What Pendapa can look at before a step is passed."""
SHEETS = ("self", "internal", "external")


@dataclass(frozen=True, slots=True)
class Kind(Sourced):
    """*Pemantauan* or *evaluasi*."""

    key: str
    label: Text
    about: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Function(Sourced):
    """What somebody is in the team. ``roles`` may hold it; ``single``: one person only; ``fields``: with one of the fields."""

    key: str
    label: Text
    about: Text
    roles: tuple[str, ...]
    single: bool
    fields: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class AssessorField:
    """One of the fields from which internal assessors come."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class CycleStep(Sourced):
    """One step. ``who``: the function that does it; ``needs``: what must stand before it is passed; ``sheets``: whose levels
    may be set in it; ``revisions``: the same, but only of indicators whose answer was returned. ``kinds`` empty: every kind;
    ``optional``: only where the round has it."""

    key: str
    label: Text
    about: Text
    who: str
    kinds: tuple[str, ...]
    optional: bool
    needs: tuple[str, ...]
    sheets: tuple[str, ...]
    revisions: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Reserve(Sourced):
    """What must be said where a round follows an instrument whose own regulation was not read, or no longer holds."""

    instrument: str
    text: Text
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class CyclePack(Sourced):
    """The whole pack."""

    id: str
    title: Text
    kinds: tuple[Kind, ...]
    functions: tuple[Function, ...]
    fields: tuple[AssessorField, ...]
    steps: tuple[CycleStep, ...]
    reserves: tuple[Reserve, ...]
    provenance: Provenance
    file: Path

    def steps_of(self, kind: str, visit: bool) -> tuple[CycleStep, ...]:
        """The steps that a round of a kind goes through, in their order."""
        return tuple(
            step
            for step in self.steps
            if (not step.kinds or kind in step.kinds) and (visit or not step.optional)
        )

    def step(self, key: str) -> CycleStep:
        """Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def function(self, key: str) -> Function | None:
        return next((one for one in self.functions if one.key == key), None)

    def kind(self, key: str) -> Kind | None:
        return next((one for one in self.kinds if one.key == key), None)

    def field(self, key: str) -> AssessorField | None:
        return next((one for one in self.fields if one.key == key), None)

    def reserve(self, instrument: str) -> Reserve | None:
        """What is to be told of rounds under this instrument."""
        return next((one for one in self.reserves if one.instrument == instrument), None)


def load_cycle(file: Path) -> CyclePack:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "kinds", "functions", "fields", "steps"}, {"unverified_for"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    fields = root.at("fields")
    fields.keys({"list"})
    kinds = tuple(_kind(item, base) for item in root.at("kinds").items())
    functions = tuple(_function(item, base) for item in root.at("functions").items())
    pack = CyclePack(
        id=root.at("id").string(),
        title=root.at("title").text(),
        kinds=kinds,
        functions=functions,
        fields=tuple(_field(item) for item in fields.at("list").items()),
        steps=tuple(
            _step(item, base, [one.key for one in kinds], [one.key for one in functions])
            for item in root.at("steps").items()
        ),
        reserves=tuple(_reserve(item) for item in root.at("unverified_for").items()),
        provenance=base,
        file=file,
    )
    _once(root, "kinds", [one.key for one in pack.kinds])
    _once(root, "functions", [one.key for one in pack.functions])
    _once(root, "fields", [one.key for one in pack.fields])
    _once(root, "steps", [one.key for one in pack.steps])
    _ends(root, pack)
    root.raise_faults()
    return pack


def _once(root: Cursor, place: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault(f"{key!r} is there twice", place)


def _ends(root: Cursor, pack: CyclePack) -> None:
    """A round begins and ends for every kind alike."""
    if not pack.steps:
        root.fault("names no step", "steps")
        return
    for step in (pack.steps[0], pack.steps[-1]):
        if step.kinds or step.optional:
            root.fault("the first and the last step belong to every round", f"steps.{step.key}")
    if pack.steps[-1].needs or pack.steps[-1].sheets:
        root.fault("the last step asks for nothing and opens nothing", f"steps.{pack.steps[-1].key}")


def _kind(at: Cursor, base: Provenance) -> Kind:
    at.keys({"key", "label", "about"})
    return Kind(at.at("key").string(), at.at("label").text(), at.at("about").text(), at.provenance(base))


def _function(at: Cursor, base: Provenance) -> Function:
    at.keys({"key", "label", "about"}, {"roles", "single", "fields"})
    return Function(
        at.at("key").string(),
        at.at("label").text(),
        at.at("about").text(),
        at.at("roles").strings(),
        at.at("single").flag(),
        at.at("fields").flag(),
        at.provenance(base),
    )


def _field(at: Cursor) -> AssessorField:
    at.keys({"key", "label"})
    return AssessorField(at.at("key").string(), at.at("label").text())


def _step(at: Cursor, base: Provenance, kinds: list[str], functions: list[str]) -> CycleStep:
    at.keys({"key", "label", "about", "who"}, {"kinds", "optional", "needs", "sheets", "revisions"})
    return CycleStep(
        key=at.at("key").string(),
        label=at.at("label").text(),
        about=at.at("about").text(),
        who=at.at("who").choice(tuple(functions) or ("",)),
        kinds=_some(at.at("kinds"), tuple(kinds)),
        optional=at.at("optional").flag(),
        needs=_some(at.at("needs"), NEEDS),
        sheets=_some(at.at("sheets"), SHEETS),
        revisions=_some(at.at("revisions"), SHEETS),
        provenance=at.provenance(base),
    )


def _some(at: Cursor, allowed: tuple[str, ...]) -> tuple[str, ...]:
    found = at.strings()
    for one in found:
        if one not in allowed:
            at.fault(f"{one!r} is unknown; known are {', '.join(allowed)}")
    return found


def _reserve(at: Cursor) -> Reserve:
    at.keys({"instrument", "text"})
    # What was not read is never verified, whatever the pack as a whole is.
    return Reserve(at.at("instrument").string(), at.at("text").text(), at.provenance(Provenance(False)))
