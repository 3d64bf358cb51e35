"""The national reference taxonomies (RAB, RAL, RAD, RAA, RAI, RAK) and how a cell of a spreadsheet finds its node.

A node may have no code: the name is known, no source shows the code, and none is invented.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pendapa.regulations.metamodel import normalise
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Note, Provenance, Sourced

_PREFIX = re.compile(r"^\s*([A-Za-z]{3})\b[\s.\-:–—]*")
_CODE = re.compile(r"^\s*(\d{1,2}(?:\s?[.\-]\s?\d{1,2})*)\b[\s.:\-–—)]*(.*)$", re.DOTALL)
_LONGEST = 400
_ALIKE = 0.85


class Entry(NamedTuple):
    """A reference as a cell may name it. Without a code it is known by its name only; of one whose name is not
    ``settled`` the code counts, whatever name stands beside it."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    settled: bool = True
    key: str = ""

    @property
    def level(self) -> int:
        return self.code.count(".")

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}".strip()


class Reading(NamedTuple):
    """What a cell means: one entry; or nothing, and why not (``unknown``, ``unknown code``, ``contradiction``,
    ``several``) with the entries that come into question and the ``name`` that stands in the cell."""

    entry: Entry | None
    why: str = ""
    others: tuple[Entry, ...] = ()
    name: str = ""


class Spellings:
    """How the references of one tree may be written: "RAB.06.01 Pendidikan", "06.01 Pendidikan", "rab 6.1",
    "Pendidikan". The import, the forms and the pages all read by it."""

    def __init__(self, prefix: str, entries: Iterable[Entry]) -> None:
        self.prefix = prefix
        self._by_code: dict[str, Entry] = {}
        self.by_name: dict[str, tuple[Entry, ...]] = {}
        for entry in entries:
            if entry.code:
                self._by_code[entry.code] = entry
            for words in dict.fromkeys(map(normalise, (entry.name, *entry.also))):
                self.by_name[words] = (*self.by_name.get(words, ()), entry)

    def read(self, text: str, level: int | None = None, *, strict: bool = False) -> Reading:
        """The entry that ``text`` means; none is guessed.

        ``level`` is that of the header; it decides between equal names. ``strict``: a code needs its own name beside it
        even where that is not settled.
        """
        if named := self._named(text):
            return _one(named, level)
        if len(text) > _LONGEST:
            return Reading(None, "unknown")
        prefix = _PREFIX.match(text)
        own = prefix is not None and prefix.group(1).upper() == self.prefix
        rest = text[prefix.end() :] if prefix and own else text
        if match := _CODE.match(rest):
            return self._coded(match.group(1), match.group(2).strip(), strict)
        bare = re.sub(r"\s*\(.*?\)\s*$", "", rest)
        if bare != text and (named := self._named(bare)):
            return _one(named, level)
        return Reading(None, "unknown", name=rest)

    def _named(self, text: str) -> tuple[Entry, ...]:
        words = normalise(text)
        return self.by_name.get(words, ()) if words else ()

    def _coded(self, digits: str, name: str, strict: bool) -> Reading:
        parts = (part.strip().zfill(2) for part in re.split(r"[.\-]", digits))
        entry = self._by_code.get(".".join([self.prefix, *parts]))
        if entry is None:
            return Reading(None, "unknown code", name=name)
        words = normalise(name)
        known = [normalise(one) for one in (entry.name, *entry.also)]
        if not words or words in known or (not entry.settled and not strict):
            return Reading(entry)
        if any(difflib.SequenceMatcher(None, words, one).ratio() >= _ALIKE for one in known):
            return Reading(entry)
        return Reading(None, "contradiction", (entry,), name)


def _one(found: Sequence[Entry], level: int | None) -> Reading:
    if len(found) > 1 and level:
        found = [entry for entry in found if entry.level == level] or found
    return Reading(found[0]) if len(found) == 1 else Reading(None, "several", tuple(found))


@dataclass(frozen=True, slots=True)
class Node(Sourced):
    """One reference. `code` is None where no source shows it; `key` always names the node.

    `parent` is the code of the node above (None at the top). `verified` = code and name were both read in a source;
    `code_verified` and `name_verified` say which half.
    """

    key: str
    code: str | None
    name: str
    level: int
    parent: str | None
    tree: str
    code_verified: bool
    name_verified: bool
    also: tuple[str, ...]
    provenance: Provenance

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}" if self.code else self.name


@dataclass(frozen=True, slots=True)
class Crossing(Sourced):
    """An affair of government (`name`) and the RAB codes that it belongs to; `exact` false means: confirm first."""

    name: str
    codes: tuple[str, ...]
    exact: bool
    kind: str
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class References(Sourced):
    id: str
    nodes: tuple[Node, ...]
    crosswalk: tuple[Crossing, ...]
    notes: tuple[Note, ...]
    source_names: Mapping[str, str]
    provenance: Provenance
    file: Path

    @cached_property
    def trees(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(node.tree for node in self.nodes))

    @cached_property
    def _by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.nodes if node.code}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes:
            for words in dict.fromkeys(normalise(name) for name in (node.name, *node.also)):
                found[words] = (*found.get(words, ()), node)
        return found

    def tree(self, name: str) -> tuple[Node, ...]:
        """The nodes of one tree, parents before children. Raises KeyError for an unknown tree."""
        if name not in self.trees:
            raise KeyError(name)
        return tuple(node for node in self.nodes if node.tree == name)

    def node(self, code: str) -> Node:
        """The node of an exact code. Raises KeyError."""
        return self._by_code[code]

    def children(self, node: Node) -> tuple[Node, ...]:
        return tuple(child for child in self.nodes if node.code and child.parent == node.code)

    def entries(self, tree: str) -> tuple[Entry, ...]:
        """The nodes of one tree as cells may name them."""
        return tuple(
            Entry(node.code or "", node.name, node.also, node.name_verified, node.key)
            for node in self.tree(tree)
        )

    @cached_property
    def _spellings(self) -> Mapping[str, Spellings]:
        return {tree: Spellings(tree, self.entries(tree)) for tree in self.trees}

    @cached_property
    def _by_key(self) -> Mapping[str, Node]:
        return {node.key: node for node in self.nodes}

    def lookup(self, words: str, tree: str = "") -> Node | None:
        """The node that a cell means: a code, a name, or both ("RAB.06.01 Pendidikan", "06.01", "Pendidikan").

        Without `tree` a name or short code that fits several trees finds nothing: none is guessed. A code with another
        node's name finds nothing either, unless the name of the code's node is itself not verified.
        """
        asked = [tree] if tree else self.trees
        prefix = _PREFIX.match(words)
        strict = not tree and (prefix is None or prefix.group(1).upper() not in self.trees)
        read = [self._spellings[one].read(words, strict=strict) for one in asked if one in self.trees]
        found = [reading.entry for reading in read if reading.entry is not None]
        return self._by_key[found[0].key] if len(found) == 1 else None

    def suggest(self, words: str, tree: str = "", limit: int = 3) -> tuple[Node, ...]:
        """The nodes whose names are nearest to `words`: to be offered, never taken."""
        names = {
            name: node for name, nodes in self._by_name.items() for node in nodes if tree in ("", node.tree)
        }
        reading = self._spellings[tree or self.trees[0]].read(words)
        wanted = normalise(reading.name or words)
        close = difflib.get_close_matches(wanted, names, n=limit, cutoff=0.6)
        return tuple(dict.fromkeys(names[name] for name in close))

    def with_trees(self, newer: Iterable["References"]) -> "References":
        """These references with the trees of ``newer`` in the place of their own.

        A crossing stays only where each of its codes still means what it meant when the crossing was written.
        """
        trees = {tree: one.tree(tree) for one in newer for tree in one.trees}
        if not trees:
            return self
        order = dict.fromkeys((*self.trees, *trees))
        nodes = tuple(node for tree in order for node in trees.get(tree) or self.tree(tree))
        stays = {node.code for node in nodes if node.tree not in trees}
        for tree, after in trees.items():
            before = self.tree(tree) if tree in self.trees else ()
            stays |= {node.code for node in before} - differences(before, after).codes
        crosswalk = tuple(one for one in self.crosswalk if stays.issuperset(one.codes))
        return replace(self, nodes=nodes, crosswalk=crosswalk)


class Renamed(NamedTuple):
    """A node before and after: its name or its parent is another."""

    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Differences:
    """What a newer tree does to an older one; ``gone`` and ``changed`` are what mapped things must look at again."""

    new: tuple[Node, ...]
    gone: tuple[Node, ...]
    changed: tuple[Renamed, ...]

    @property
    def to_look_at(self) -> tuple[Node, ...]:
        """The nodes, as they were, whose mappings are in doubt."""
        return (*self.gone, *(one.before for one in self.changed))

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(node.code for node in self.to_look_at if node.code)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def differences(before: Iterable[Node], after: Iterable[Node]) -> Differences:
    """Compare two versions of one tree by code (by parent and name where there is no code).

    A name that one of the two lists among the other names of the node, or writes otherwise, is no change.
    """
    old, new = {node.key: node for node in before}, {node.key: node for node in after}
    changed = tuple(
        Renamed(node, new[key])
        for key, node in old.items()
        if key in new and (node.parent != new[key].parent or not _same_name(node, new[key]))
    )
    return Differences(
        new=tuple(node for key, node in new.items() if key not in old),
        gone=tuple(node for key, node in old.items() if key not in new),
        changed=changed,
    )


def _same_name(one: Node, other: Node) -> bool:
    names = {normalise(name) for name in (other.name, *other.also)}
    return normalise(one.name) in names or normalise(other.name) in map(normalise, one.also)


def load_references(file: Path) -> References:
    """Read and check a reference pack. Raises PackError with every fault."""
    return build_references(read_yaml(file), file)


def build_references(values: Any, file: Path) -> References:
    """References from plain values in the shape of a pack's file; ``file`` names them in faults. Raises PackError."""
    root = Cursor(values, file)
    root.keys({"id", "code_pattern", "sources", "references"}, {"notes", "crosswalk"})
    root.raise_faults()
    base = root.provenance(Provenance(False, ("Perpres 132/2022",)))
    cursors = list(root.at("references").items())
    references = References(
        id=root.at("id").string(),
        nodes=tuple(_node(item, base) for item in cursors),
        crosswalk=tuple(_crossing(item, base) for item in root.at("crosswalk").items()),
        notes=root.at("notes").notes(),
        source_names=MappingProxyType(
            {str(key): value.string() for key, value in root.at("sources").pairs()}
        ),
        provenance=base,
        file=file,
    )
    root.raise_faults()
    _check(root, cursors, references)
    root.raise_faults()
    return references


def _node(cursor: Cursor, base: Provenance) -> Node:
    cursor.keys({"name", "level", "tree"}, {"code", "parent", "code_verified", "name_verified", "also"})
    code = cursor.at("code").string() or None
    parent = cursor.at("parent").string() or None
    name = cursor.at("name").string()
    provenance = cursor.provenance(base)
    return Node(
        key=code or f"{parent}/{name}",
        code=code,
        name=name,
        level=cursor.at("level").whole(),
        parent=parent,
        tree=cursor.at("tree").string(),
        code_verified=cursor.at("code_verified").flag(provenance.verified),
        name_verified=cursor.at("name_verified").flag(provenance.verified),
        also=cursor.at("also").strings(),
        provenance=provenance,
    )


def _crossing(cursor: Cursor, base: Provenance) -> Crossing:
    cursor.keys({"name", "codes"}, {"exact", "kind"})
    return Crossing(
        cursor.at("name").string(),
        cursor.at("codes").strings(),
        cursor.at("exact").flag(),
        cursor.at("kind").string(),
        cursor.provenance(base),
    )


def _check(root: Cursor, cursors: list[Cursor], references: References) -> None:
    pattern = re.compile(root.at("code_pattern").string())
    known = {node.code: node for node in references.nodes if node.code}
    seen: set[str] = set()
    for cursor, node in zip(cursors, references.nodes, strict=True):
        if node.key in seen:
            cursor.fault(f"{node.key} is there twice")
        seen.add(node.key)
        if node.code and not (pattern.match(node.code) and node.code.startswith(f"{node.tree}.")):
            cursor.fault(f"{node.code!r} is no code of {node.tree}", "code")
        if node.parent and node.parent not in known:
            cursor.fault(f"unknown parent {node.parent!r}", "parent")
        elif node.parent and known[node.parent].level != node.level - 1:
            cursor.fault(f"is not one below its parent {node.parent}", "level")
        elif node.parent is None and node.level != 1:
            cursor.fault("a node below level 1 needs a parent", "parent")
    for crossing in references.crosswalk:
        for code in crossing.codes:
            if code not in known:
                root.fault(f"{crossing.name}: unknown code {code!r}", "crosswalk")
