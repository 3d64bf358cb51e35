"""A national reference tree from the rows of a table: codes as they stand, parents by the dots of the code.

What comes out has the shape of the pack's own file; nothing is invented: a row without a code stays without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pendapa.regulations.metamodel import normalise

MOST = 20_000
NAME_LIMIT = 300
CODE_PATTERN = r"^(RAB|RAL|RAD|RAA|RAI|RAK)(\.[0-9]{2}){1,7}$"
LOOK_FOR_HEADER = 20

HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("kode", "kode referensi", "code"),
    "name": ("nama", "nama referensi", "uraian", "name"),
    "parent": ("induk", "kode induk", "parent"),
    "level": ("level", "tingkat"),
    "source": ("sumber", "source"),
    "verified": ("terverifikasi", "verified"),
    "also": ("nama lain", "also"),
}
_YES = frozenset(("ya", "y", "yes", "true", "1", "benar", "sudah", "v", "x"))
_NO = frozenset(("", "tidak", "t", "n", "no", "false", "0", "salah", "belum"))


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused. ``why``: ``no header``, ``empty``, ``many``, ``no name``, ``long``, ``code``, ``other tree``,
    ``twice``, ``orphan``, ``cycle``, ``level``, ``verified``; ``row`` is 0 where the whole file is meant."""

    row: int
    why: str
    value: str = ""
    other: str = ""


@dataclass
class Read:
    """The nodes in the shape of a pack's ``references``, parents first; or the faults, by row."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


@dataclass
class _Row:
    number: int
    code: str
    name: str
    parent: str
    level: str
    source: str
    verified: bool
    also: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.code or f"{self.parent}/{normalise(self.name)}"


def read_rows(tree: str, lines: Iterable[tuple[int, Sequence[str]]]) -> Read:
    """The nodes of ``tree`` from numbered lines of cells; the header is among the first lines that are not blank."""
    read = Read()
    columns: dict[str, int] = {}
    rows: list[_Row] = []
    for seen, (number, cells) in enumerate(lines):
        if not columns:
            columns = _header(cells)
            if not columns and seen + 1 >= LOOK_FOR_HEADER:
                break
        elif len(rows) >= MOST:
            read.faults.append(RowFault(number, "many", str(MOST)))
            return read
        else:
            rows.append(
                _row(tree, number, {key: _cell(cells, at) for key, at in columns.items()}, read.faults)
            )
    if not columns:
        read.faults.append(RowFault(0, "no header"))
    elif not rows:
        read.faults.append(RowFault(0, "empty"))
    else:
        _place(rows, read)
    read.faults.sort(key=lambda fault: fault.row)
    if read.faults:
        read.nodes = []
    return read


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Which column holds what; empty where the line is no header."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        words = normalise(cell)
        for key, names in HEADERS.items():
            if words in names:
                found.setdefault(key, at)
    return found if {"code", "name"} <= found.keys() else {}


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].replace("\x00", "").split()) if at < len(cells) else ""


def _row(tree: str, number: int, cells: Mapping[str, str], faults: list[RowFault]) -> _Row:
    code = cells["code"].upper()
    name, parent = cells["name"], cells.get("parent", "").upper()
    if not name:
        faults.append(RowFault(number, "no name", code))
    elif len(name) > NAME_LIMIT:
        faults.append(RowFault(number, "long", name[:60], str(NAME_LIMIT)))
    for one in filter(None, (code, parent)):
        if not re.match(CODE_PATTERN, one):
            faults.append(RowFault(number, "code", one[:60], tree))
        elif not one.startswith(f"{tree}."):
            faults.append(RowFault(number, "other tree", one, tree))
    if code and not parent and code.count(".") > 1:
        parent = code.rpartition(".")[0]
    said = normalise(cells.get("verified", ""))
    if said not in _YES | _NO:
        faults.append(RowFault(number, "verified", cells["verified"][:60]))
    also = tuple(filter(None, (part.strip() for part in cells.get("also", "").split(";"))))
    source = cells.get("source", "")
    return _Row(number, code, name, parent, cells.get("level", ""), source, said in _YES, also)


def _place(rows: list[_Row], read: Read) -> None:
    """Find each row its place; tell what stands twice, hangs in the air or runs in a circle."""
    first: dict[str, _Row] = {}
    for row in rows:
        if row.key in first:
            read.faults.append(
                RowFault(row.number, "twice", row.code or row.name, str(first[row.key].number))
            )
        first.setdefault(row.key, row)
    for row in rows:
        if row.parent and row.parent not in first:
            read.faults.append(RowFault(row.number, "orphan", row.code or row.name, row.parent))
    levels = {row.number: _depth(row, first) for row in rows}
    for row in rows:
        level = levels[row.number]
        if level is None:
            read.faults.append(RowFault(row.number, "cycle", row.code or row.name))
        elif row.level and row.level != str(level):
            read.faults.append(RowFault(row.number, "level", row.level[:20], str(level)))
    if not read.faults:
        for row in sorted(rows, key=lambda row: levels[row.number] or 0):
            read.nodes.append(_node(row, levels[row.number] or 0))


def _depth(row: _Row, known: Mapping[str, _Row]) -> int | None:
    """How deep a row stands, from 1; None where its parents run in a circle."""
    level, passed = 1, {row.key}
    while row.parent and row.parent in known:
        row = known[row.parent]
        if row.key in passed:
            return None
        passed.add(row.key)
        level += 1
    return level


def _node(row: _Row, level: int) -> dict[str, Any]:
    node: dict[str, Any] = {"name": row.name, "level": level, "verified": row.verified}
    for key in ("code", "parent", "source"):
        if value := getattr(row, key):
            node[key] = value
    if row.also:
        node["also"] = list(row.also)
    return node


def content_of(tree: str, nodes: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """A pack of one tree, in the shape of the shipped file. A node says its own source; else it is ``label``."""
    return {
        "id": f"references-{tree.lower()}",
        "code_pattern": CODE_PATTERN,
        "sources": {},
        "verified": False,
        "source": label,
        "references": [{**node, "tree": tree} for node in nodes],
    }
