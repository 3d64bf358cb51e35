"""Evidence of an assessment (*bukti dukung*) as data: how old it may be, why it is rejected, which files are taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Provenance, Sourced, Text

NATURES = ("policy", "review", "audit", "report", "screen", "other")
EFFECTS = ("rejects", "warns")


@dataclass(frozen=True, slots=True)
class Age(Sourced):
    """Evidence of ``nature`` holds for ``months`` from the day on it; ``inclusive``: on the last day too."""

    key: str
    nature: str
    months: int
    inclusive: bool
    label: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Follow(Sourced):
    """Evidence of nature ``to`` at ``level`` is dated within ``months`` of that of nature ``begin`` before it."""

    begin: str
    to: str
    months: int
    level: int
    label: Text
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Older:
    """A regulation that was replaced: ``number`` and ``year`` as they stand in titles, ``name`` as it is told."""

    number: str
    year: str
    name: str


@dataclass(frozen=True, slots=True)
class Reason(Sourced):
    """A known reason for rejection; ``effect``: ``rejects`` or ``warns``."""

    key: str
    label: Text
    effect: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that is taken; ``shown`` in the page."""

    key: str
    media: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Files(Sourced):
    """Limits: ``largest`` and ``chunk`` in bytes; half an upload is kept for ``keep_days``."""

    largest: int
    chunk: int
    keep_days: int
    types: tuple[FileType, ...]
    provenance: Provenance

    def media(self, key: str) -> str:
        """Raises KeyError."""
        return {one.key: one.media for one in self.types}[key]

    @property
    def shown(self) -> frozenset[str]:
        """Media types that a page may show."""
        return frozenset(one.media for one in self.types if one.shown)


@dataclass(frozen=True, eq=False)
class EvidencePack(Sourced):
    """The whole pack. ``ladders`` and ``older`` by instrument, ``natures`` maps a nature to the words that ask for it."""

    title: Text
    ages: tuple[Age, ...]
    follow: Follow
    warn_days: int
    ladders: Mapping[str, Provenance]
    older: Mapping[str, tuple[Older, ...]]
    natures: Mapping[str, frozenset[str]]
    any_words: frozenset[str]
    reasons: Mapping[str, Reason]
    files: Files
    provenance: Provenance


def load_evidence(file: Path) -> EvidencePack:
    """Read and check the pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
    root.keys(
        {"id", "title", "ages", "follow", "warn_days", "ladders", "older", "natures", "any_words", "reasons", "files"}
    )  # fmt: skip
    root.raise_faults()
    base = root.provenance(Provenance(False))
    pack = EvidencePack(
        title=root.at("title").text(),
        ages=tuple(_age(item, base) for item in root.at("ages").items()),
        follow=_follow(root.at("follow"), base),
        warn_days=root.at("warn_days").whole(),
        ladders={
            item.at("instrument").string(): item.provenance(base) for item in root.at("ladders").items()
        },
        older={item.at("instrument").string(): _older(item) for item in root.at("older").items()},
        natures={
            item.at("nature").choice(NATURES): frozenset(item.at("words").strings())
            for item in root.at("natures").items()
        },
        any_words=frozenset(root.at("any_words").strings()),
        reasons={one.key: one for one in (_reason(item, base) for item in root.at("reasons").items())},
        files=_files(root.at("files"), base),
        provenance=base,
    )
    root.raise_faults()
    return pack


def _age(at: Cursor, base: Provenance) -> Age:
    at.keys({"key", "nature", "months", "inclusive", "label"})
    return Age(
        at.at("key").string(),
        at.at("nature").choice(NATURES),
        at.at("months").whole(),
        at.at("inclusive").flag(),
        at.at("label").text(),
        at.provenance(base),
    )


def _follow(at: Cursor, base: Provenance) -> Follow:
    at.keys({"from", "to", "months", "level", "label"})
    return Follow(
        at.at("from").choice(NATURES),
        at.at("to").choice(NATURES),
        at.at("months").whole(),
        at.at("level").whole(),
        at.at("label").text(),
        at.provenance(base),
    )


def _older(at: Cursor) -> tuple[Older, ...]:
    at.keys({"instrument", "regulations"})
    return tuple(
        Older(one.at("number").string(), one.at("year").string(), one.at("name").string())
        for one in at.at("regulations").items()
    )


def _reason(at: Cursor, base: Provenance) -> Reason:
    at.keys({"key", "effect", "label"})
    return Reason(
        at.at("key").string(),
        at.at("label").text(),
        at.at("effect").choice(EFFECTS),
        at.provenance(base),
    )


def _files(at: Cursor, base: Provenance) -> Files:
    at.keys({"megabytes", "chunk_kilobytes", "keep_days", "types"})
    files = Files(
        at.at("megabytes").whole() << 20,
        at.at("chunk_kilobytes").whole() << 10,
        at.at("keep_days").whole(),
        tuple(
            FileType(one.at("key").string(), one.at("media").string(), one.at("shown").flag())
            for one in at.at("types").items()
        ),
        at.provenance(base),
    )
    if files.largest < 1 or files.chunk < 1:
        at.fault("a limit is at least 1")
    return files
