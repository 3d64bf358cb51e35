"""The national reference taxonomies (RAB, RAL, RAD, RAA, RAI, RAK) and how a cell of a spreadsheet finds its node.

A node may have no code: the name is known, no source shows the code, and none is invented.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pendapa.regulations.metamodel import normalise
from pendapa.regulations.reader import Cursor, read_yaml
from pendapa.regulations.schema import Note, Provenance, Sourced

_CELL = re.compile(
    r"^(?:(RA[ABDIKL])\b[\s.\-]*)?((?:\d{1,2}(?:\.\d{1,2})*)?)\.?[\s:–\-]*(.*)$", re.IGNORECASE | re.DOTALL
)


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

    def lookup(self, words: str, tree: str = "") -> Node | None:
        """The node that a cell means: a code, a name, or both ("RAB.06.01 Pendidikan", "06.01", "Pendidikan").

        Without `tree` a name or short code that fits several trees finds nothing: none is guessed. A code with another
        node's name finds nothing either, unless the name of the code's node is itself not verified.
        """
        match = _CELL.match(words.strip())
        if match is None:
            return None
        prefix, digits, rest = match.groups()
        name = normalise(rest)
        trees = (prefix.upper(),) if prefix else ((tree,) if tree else self.trees)
        if tree and tree not in trees:
            return None
        if digits:
            return _only(self._with_code(trees, digits, name))
        return _only([node for node in self._by_name.get(name, ()) if node.tree in trees]) if name else None

    def _with_code(self, trees: tuple[str, ...], digits: str, name: str) -> list[Node]:
        code = ".".join(part.zfill(2) for part in digits.split("."))
        nodes = [node for tree in trees if (node := self._by_code.get(f"{tree}.{code}"))]
        if not name:
            return nodes
        named = [node for node in nodes if node in self._by_name.get(name, ())]
        return named or [node for node in nodes if not node.name_verified and len(trees) == 1]

    def suggest(self, words: str, tree: str = "", limit: int = 3) -> tuple[Node, ...]:
        """The nodes whose names are nearest to `words`: to be offered, never taken."""
        names = {
            name: node for name, nodes in self._by_name.items() for node in nodes if tree in ("", node.tree)
        }
        match = _CELL.match(words.strip())
        wanted = normalise(match.group(3) if match and match.group(3) else words)
        close = difflib.get_close_matches(wanted, names, n=limit, cutoff=0.6)
        return tuple(dict.fromkeys(names[name] for name in close))


def _only(nodes: list[Node]) -> Node | None:
    return nodes[0] if len(nodes) == 1 else None


def load_references(file: Path) -> References:
    """Read and check a reference pack. Raises PackError with every fault."""
    root = Cursor(read_yaml(file), file)
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
