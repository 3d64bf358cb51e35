"""The form and the automatic checks of a request for new IT spending (*rekomendasi belanja TIK*), as data."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

FIELD_TYPES = ("line", "text", "unit", "units", "choice", "elements", "code", "money")
COLUMN_TYPES = ("line", "text", "choice", "level")
EFFECTS = ("blocks", "warns")
PLACEHOLDERS = frozenset({"names", "count", "year"})
"""What the sentences of a check may stand for: names of what was found, their number, the year of the request."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field(Sourced):
    """One question. ``text`` holds at most so many words as the form says; ``elements`` takes things of ``domain``."""

    key: str
    label: Text
    type: str
    required: bool
    hint: Text
    options: tuple[Option, ...]
    domain: str
    provenance: Provenance

    def option(self, key: str) -> Option | None:
        return next((one for one in self.options if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Step(Sourced):
    """A page of the form."""

    key: str
    label: Text
    fields: tuple[Field, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Risks(Sourced):
    """The list of risks; ``most`` rows at the utmost. Levels are 1 to 5, in the order of their options."""

    label: Text
    most: int
    columns: tuple[Field, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Check(Sourced):
    """One automatic check: what it says where it is ``passed``, ``failed`` or ``unknown``, and what is to be done.

    ``effect``: ``blocks`` (no recommendation to go ahead without a justification) or ``warns``.
    """

    key: str
    label: Text
    effect: str
    passed: Text
    failed: Text
    unknown: Text
    advice: Text
    provenance: Provenance

    def sentence(self, outcome: str) -> Text:
        """What is told of an outcome: ``passed``, ``failed`` or ``unknown``."""
        return {"passed": self.passed, "failed": self.failed, "unknown": self.unknown}[outcome]


@dataclass(frozen=True, slots=True)
class Statement(Sourced):
    """A sentence about the law, with where it was read."""

    text: Text
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class Clearance(Sourced):
    """The whole pack. ``words`` is the most a long text may have."""

    id: str
    title: Text
    basis: Statement
    rule: Statement
    words: int
    steps: tuple[Step, ...]
    risks: Risks
    file_kinds: tuple[Option, ...]
    checks: tuple[Check, ...]
    provenance: Provenance
    file: Path

    @property
    def fields(self) -> Iterator[Field]:
        """All questions, in their order."""
        return (field for step in self.steps for field in step.fields)

    def field(self, key: str) -> Field:
        """Raises KeyError."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def step(self, key: str) -> Step | None:
        return next((one for one in self.steps if one.key == key), None)

    def check(self, key: str) -> Check:
        """Raises KeyError."""
        for check in self.checks:
            if check.key == key:
                return check
        raise KeyError(key)


def load_clearance(file: Path) -> Clearance:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys({"id", "title", "basis", "rule", "words", "steps", "risks", "files", "checks"})
    root.raise_faults()
    base = root.provenance(Provenance(False))
    files = root.at("files")
    files.keys({"kinds"})
    pack = Clearance(
        id=root.at("id").string(),
        title=root.at("title").text(),
        basis=_statement(root.at("basis"), base),
        rule=_statement(root.at("rule"), base),
        words=root.at("words").whole(),
        steps=tuple(_step(item, base) for item in root.at("steps").items()),
        risks=_risks(root.at("risks"), base),
        file_kinds=_options(files.at("kinds")),
        checks=tuple(_check(item, base) for item in root.at("checks").items()),
        provenance=base,
        file=file,
    )
    if pack.words < 1:
        root.fault("must be at least 1", "words")
    _once(root, "steps", [field.key for field in pack.fields])
    _once(root, "risks", [column.key for column in pack.risks.columns])
    _once(root, "checks", [check.key for check in pack.checks])
    _once(root, "files", [kind.key for kind in pack.file_kinds])
    root.raise_faults()
    return pack


def _once(root: Cursor, place: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault(f"{key!r} is there twice", place)


def _statement(at: Cursor, base: Provenance) -> Statement:
    at.keys({"text"})
    return Statement(at.at("text").text(), at.provenance(base))


def _step(at: Cursor, base: Provenance) -> Step:
    at.keys({"key", "label", "fields"})
    own = at.provenance(base)
    return Step(
        at.at("key").string(),
        at.at("label").text(),
        tuple(_field(item, own, FIELD_TYPES) for item in at.at("fields").items()),
        own,
    )


def _field(at: Cursor, base: Provenance, types: tuple[str, ...]) -> Field:
    at.keys({"key", "label", "type"}, {"required", "hint", "options", "domain"})
    field = Field(
        key=at.at("key").string(),
        label=at.at("label").text(),
        type=at.at("type").choice(types),
        required=at.at("required").flag(),
        hint=at.at("hint").text(Text("")),
        options=_options(at.at("options")),
        domain=at.at("domain").string(),
        provenance=at.provenance(base),
    )
    if (field.type in ("choice", "level")) != bool(field.options):
        at.fault("a choice has options, and nothing else has", "options")
    if field.type == "level" and len(field.options) != 5:
        at.fault("a level has five options, from 1 to 5", "options")
    if (field.type == "elements") != bool(field.domain):
        at.fault("elements name their domain, and nothing else does", "domain")
    return field


def _options(at: Cursor) -> tuple[Option, ...]:
    """Plain text stands for key and label alike."""
    found = []
    for item in at.items():
        if isinstance(item.value, str):
            found.append(Option(item.value, Text(item.value)))
        elif item.keys({"key", "label"}):
            found.append(Option(item.at("key").string(), item.at("label").text()))
    return tuple(found)


def _risks(at: Cursor, base: Provenance) -> Risks:
    at.keys({"label", "most", "columns"})
    own = at.provenance(base)
    return Risks(
        at.at("label").text(),
        at.at("most").whole(),
        tuple(_field(item, own, COLUMN_TYPES) for item in at.at("columns").items()),
        own,
    )


def _check(at: Cursor, base: Provenance) -> Check:
    at.keys({"key", "label", "effect", "passed", "failed", "unknown", "advice"})
    texts: Mapping[str, Text] = {
        name: _sentence(at.at(name)) for name in ("passed", "failed", "unknown", "advice")
    }
    return Check(
        key=at.at("key").string(),
        label=at.at("label").text(),
        effect=at.at("effect").choice(EFFECTS),
        provenance=at.provenance(base),
        **texts,
    )


def _sentence(at: Cursor) -> Text:
    text = at.text()
    for words in (text.id, text.en):
        try:
            named = {
                name for _before, name, _spec, _how in string.Formatter().parse(words) if name is not None
            }
        except ValueError:
            at.fault("has a brace that does not close")
            continue
        for name in sorted(named - PLACEHOLDERS):
            at.fault(f"unknown placeholder {name!r}; known are {', '.join(sorted(PLACEHOLDERS))}")
    return text
