"""What an institution lays over the metamodel: fields, kinds and values of its own, and local ones it does not use.

An overlay (*lapisan*) has the shape of the pack. Under a domain an entry whose key the pack knows changes it, another one
adds; ``retired: true`` takes it out of use and keeps its definition, so that it can come back and old values keep a name:

    domains:
      - key: applications
        kinds: [{key: drone, label: {id: Drone}}]
        columns:
          - {key: kontrak, label: {id: Status kontrak}, type: enum, values: [{key: aktif}, {key: habis}]}
          - {key: kelas, values: [{key: hibah, label: {id: Hibah}}]}
          - {key: menu, retired: true}
    relations: [...]

Official fields and the kinds of the pack stay as they are; of an official field only the help and a list of values that
no regulation sets may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pendapa.regulations.errors import Fault, PackError
from pendapa.regulations.metamodel import (
    Column,
    Domain,
    Header,
    Kind,
    Metamodel,
    RelationType,
    Value,
    _column,
    _kind,
    _relation,
    _value,
    normalise,
)
from pendapa.regulations.metamodel_checks import check_domains, check_relations
from pendapa.regulations.reader import Cursor
from pendapa.regulations.schema import Provenance

FILE = Path("overlay")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset({"id", "nama", "opd", "jenis", "domain", "unit", "kind", "code", "name"})
SOURCE = "institution"
_OWN = Provenance(False, (SOURCE,))
_CHANGES = {"label", "type", "help", "required", "unit", "values", "headers", "retired"}
_OFFICIAL_CHANGES = {"help", "values"}

Place = tuple[str, ...]
"""Where something stands: ``(domain, key)``, or ``(domain, column, value)``."""


@dataclass(frozen=True, eq=False)
class Laid(Metamodel):
    """A metamodel with an overlay on it: what is the institution's own, and what it took out of use, by place."""

    own: frozenset[Place] = frozenset()
    own_kinds: frozenset[Place] = frozenset()
    retired_columns: Mapping[Place, Column] = field(default_factory=dict)
    retired_kinds: Mapping[Place, Kind] = field(default_factory=dict)
    retired_values: Mapping[Place, Value] = field(default_factory=dict)


class _Found:
    """What is gathered on the way for :class:`Laid`."""

    def __init__(self) -> None:
        self.own: set[Place] = set()
        self.own_kinds: set[Place] = set()
        self.columns: dict[Place, Column] = {}
        self.kinds: dict[Place, Kind] = {}
        self.values: dict[Place, Value] = {}


def lay(base: Metamodel, content: Mapping[str, Any]) -> Laid:
    """``base`` with an overlay on it, checked like the pack itself. Raises PackError with every fault, place and reason."""
    root = Cursor(content, FILE)
    root.keys(set(), {"domains", "relations"})
    root.raise_faults()
    found, changed = _Found(), {}
    for cursor in root.at("domains").items():
        cursor.keys({"key"}, {"columns", "kinds"})
        key = cursor.at("key").string()
        if key in changed:
            cursor.fault("the domain is there twice", "key")
        try:
            changed[key] = _domain(cursor, base.domain(key), found)
        except KeyError:
            cursor.fault(f"there is no domain {key!r}", "key")
    relations = [*base.relations, *_relations(root, base)]
    root.raise_faults()
    parts = {one.name: getattr(base, one.name) for one in fields(base)}
    for name, part in parts.items():
        if isinstance(part, Domain):
            parts[name] = changed.get(part.key, part)
    parts["domains"] = tuple(changed.get(domain.key, domain) for domain in base.domains)
    laid = Laid(
        **parts | {"relations": tuple(relations)},
        own=frozenset(found.own),
        own_kinds=frozenset(found.own_kinds),
        retired_columns=MappingProxyType(found.columns),
        retired_kinds=MappingProxyType(found.kinds),
        retired_values=MappingProxyType(found.values),
    )
    check_domains(root, laid)
    check_relations(root, laid)
    root.raise_faults()
    return laid


def lay_what_fits(base: Metamodel, content: Mapping[str, Any]) -> tuple[Laid, tuple[Fault, ...]]:
    """Like :func:`lay`, but entries that a newer pack no longer takes are left out and told as faults. Never raises."""
    kept, faults = fitting(base, content)
    return lay(base, kept), faults


def fitting(base: Metamodel, content: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The part of an overlay that ``base`` takes, and why it does not take the rest. Never raises."""
    try:
        lay(base, content)
    except PackError:
        pass
    else:
        return dict(content), ()
    kept: dict[str, Any] = {}
    faults: list[Fault] = []
    for piece in _pieces(content):
        attempt = _with(kept, piece)
        try:
            lay(base, attempt)
        except PackError as error:
            faults += (Fault(fault.file, piece.name(), fault.reason) for fault in error.faults)
        else:
            kept = attempt
    return kept, tuple(faults)


# ------------------------------------------------------------------------------------------------------------- domains


def _domain(cursor: Cursor, domain: Domain, found: _Found) -> Domain:
    kinds = _kinds(cursor, domain, found)
    known = {column.key: column for column in domain.columns}
    laid, own = dict(known), []
    _fault_repeats(cursor, "columns")
    for item in cursor.at("columns").items():
        key = item.at("key").string() if isinstance(item.value, dict) else ""
        place = (domain.key, key)
        if key in known:
            changed = _changed(item, known[key], place, found)
        else:
            changed = _added(item, place, found)
        gone = bool(isinstance(item.value, dict) and item.at("retired").flag())
        changed, gone = _of_living_kinds(changed, place, gone, found)
        if gone:
            found.columns[place] = changed
            laid.pop(key, None)
        elif key in known:
            laid[key] = changed
        else:
            own.append(changed)
    columns = [*laid.values(), *own]
    if len(kinds) > len(domain.kinds):
        columns = [_with_kinds(column, kinds) for column in columns]
    return replace(domain, kinds=kinds, columns=tuple(columns))


def _fault_repeats(cursor: Cursor, name: str) -> None:
    seen: set[str] = set()
    for item in cursor.at(name).items():
        key = item.value.get("key") if isinstance(item.value, dict) else None
        if isinstance(key, str) and key in seen:
            item.fault(f"{key!r} is there twice", "key")
        elif isinstance(key, str):
            seen.add(key)


def _of_living_kinds(column: Column, place: Place, gone: bool, found: _Found) -> tuple[Column, bool]:
    """A column without the kinds that went out of use; with the last of its kinds it goes as well."""
    living = tuple(kind for kind in column.kinds if (place[0], kind) not in found.kinds)
    if living == column.kinds:
        return column, gone
    return (replace(column, kinds=living), gone) if living else (column, True)


def _with_kinds(column: Column, kinds: tuple[Kind, ...]) -> Column:
    """The column that names the kind of an element offers the new ones as well."""
    listed = {value.key for value in column.values}
    if column.key != "jenis" or not listed & {kind.key for kind in kinds}:
        return column
    more = tuple(Value(kind.key, kind.label) for kind in kinds if kind.key not in listed)
    return replace(column, values=column.values + more)


def _kinds(cursor: Cursor, domain: Domain, found: _Found) -> tuple[Kind, ...]:
    known = {kind.key for kind in domain.kinds}
    kinds = list(domain.kinds)
    _fault_repeats(cursor, "kinds")
    for item in cursor.at("kinds").items():
        plain, gone = _without_retired(item)
        kind = _kind(plain, _OWN)
        place = (domain.key, kind.key)
        if kind.key in known:
            item.fault("a kind of the pack can neither be changed nor taken out of use", "key")
            continue
        _check_key(item, kind.key)
        if len(domain.kinds) == 1 and any(column.key == "jenis" for column in domain.columns):
            item.fault("this domain has one kind, and a field “jenis” of its own: no kinds can be added")
        found.own_kinds.add(place)
        if gone:
            found.kinds[place] = kind
        else:
            kinds.append(kind)
    return tuple(kinds)


def _without_retired(item: Cursor) -> tuple[Cursor, bool]:
    if not isinstance(item.value, dict):
        return item, False
    plain = {key: value for key, value in item.value.items() if key != "retired"}
    return Cursor(plain, item.file, item.path, item.faults), item.at("retired").flag()


def _check_key(item: Cursor, key: str) -> None:
    if not KEY.fullmatch(key):
        item.fault("must be small letters, digits and _, beginning with a letter, at most 40", "key")
    elif key in RESERVED:
        item.fault(f"{key!r} has a meaning of its own; choose another key", "key")


def _added(item: Cursor, place: Place, found: _Found) -> Column:
    """A field of the institution's own."""
    plain, _gone = _without_retired(item)
    if isinstance(plain.value, dict):
        for word in ("official", "values_verified", "verified"):
            if plain.value.get(word):
                plain.fault("only the pack can say so", word)
        plain.value["values"] = [
            value for value in _living(item.at("values"), place, found) if value is not None
        ] or None
        plain.value["domains"] = None
    _check_key(item, place[1])
    found.own.add(place)
    return _column(plain, _OWN, {})


def _living(values: Cursor, place: Place, found: _Found) -> Iterator[Any]:
    """The values of a list that are in use; the others are remembered."""
    for item in values.items():
        plain, gone = _without_retired(item)
        if gone:
            value = _value(plain)
            found.values[*place, value.key] = value
        else:
            yield plain.value


def _changed(item: Cursor, column: Column, place: Place, found: _Found) -> Column:
    """A field of the pack with what the institution changed in it."""
    item.keys({"key"}, _CHANGES | {"kinds", "source", "personal"})
    for word in item.value:
        if column.official and word not in {*_OFFICIAL_CHANGES, "key", "type"} and item.has(word):
            item.fault(
                "this field is official: it can be neither renamed, made required nor taken out of use", word
            )
    if item.has("type") and item.at("type").string() != column.type:
        item.fault(f"the pack has this field with the type {column.type}; a type cannot be changed", "type")
    label = item.at("label").text(column.label)
    headers = column.headers
    if item.has("label"):
        known = {normalise(header.words) for header in headers}
        headers += tuple(
            Header(words) for words in (label.id, label.en) if words and normalise(words) not in known
        )
    return replace(
        column,
        label=label,
        help=item.at("help").text(column.help),
        required=item.at("required").flag() if item.has("required") else column.required,
        unit=item.at("unit").string(column.unit),
        headers=headers,
        values=_changed_values(item, column, place, found) if item.has("values") else column.values,
    )


def _changed_values(item: Cursor, column: Column, place: Place, found: _Found) -> tuple[Value, ...]:
    if column.values_verified:
        item.fault("the values of this field are set by regulation", "values")
    if not column.values:
        item.fault("this field has no list of values", "values")
    values = {value.key: value for value in column.values}
    for one in item.at("values").items():
        plain, gone = _without_retired(one)
        value = _value(plain)
        known = values.get(value.key)
        if known is None:
            found.own.add((*place, value.key))
            value = replace(value, source=SOURCE)
            if not value.key.strip():
                one.fault("is empty", "key")
        elif isinstance(plain.value, dict):
            label = value.label if "label" in plain.value else known.label
            value = replace(known, label=label, also=(*known.also, *value.also))
        if gone:
            found.values[*place, value.key] = value
            values.pop(value.key, None)
        else:
            values[value.key] = value
    return tuple(values.values())


def _relations(root: Cursor, base: Metamodel) -> Iterator[RelationType]:
    known = {relation.key for relation in base.relations}
    for item in root.at("relations").items():
        plain, gone = _without_retired(item)
        relation = _relation(plain, _OWN)
        if relation.key in known:
            item.fault("a relation of the pack can neither be changed nor taken out of use", "key")
        else:
            _check_key(item, relation.key)
            if not gone:
                yield relation


# ------------------------------------------------------------------------------------------- one entry after the other


class _Piece(NamedTuple):
    domain: str
    part: str
    entry: Any

    def name(self) -> str:
        key = self.entry.get("key", "") if isinstance(self.entry, dict) else ""
        return " ".join(filter(None, (self.domain, self.part, str(key))))


def _pieces(content: Any) -> Iterator[_Piece]:
    """The entries of an overlay, kinds before the fields that may name them."""
    whole = content if isinstance(content, Mapping) else {}
    for domain in _list(whole.get("domains")):
        if isinstance(domain, Mapping):
            for part in ("kinds", "columns"):
                for entry in _list(domain.get(part)):
                    yield _Piece(str(domain.get("key", "")), part, entry)
    for entry in _list(whole.get("relations")):
        yield _Piece("", "relations", entry)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _with(content: Mapping[str, Any], piece: _Piece) -> dict[str, Any]:
    """An overlay with one more entry at its end."""
    found: dict[str, Any] = deepcopy(dict(content))
    if piece.domain:
        _of_domain(found, piece.domain).setdefault(piece.part, []).append(piece.entry)
    else:
        found.setdefault(piece.part, []).append(piece.entry)
    return found


def _of_domain(content: dict[str, Any], key: str) -> dict[str, Any]:
    domains = content.setdefault("domains", [])
    for domain in domains:
        if domain["key"] == key:
            return domain
    domains.append({"key": key})
    return domains[-1]


def put(content: Mapping[str, Any], domain: str, part: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An overlay with ``entry`` among the ``part`` ("columns", "kinds") of a domain.

    Where its key is there already, what the entry says replaces that and the rest stays; ``retired: False`` and ``None``
    take a word away. Values are put in one by one likewise.
    """
    found: dict[str, Any] = deepcopy(dict(content))
    _put(_of_domain(found, domain).setdefault(part, []), entry)
    return found


def _put(entries: list[Any], entry: Mapping[str, Any]) -> None:
    there = next((one for one in entries if isinstance(one, dict) and one.get("key") == entry["key"]), None)
    if there is None:
        there = {"key": entry["key"]}
        entries.append(there)
    for word, value in entry.items():
        if word == "values" and value is not None:
            listed = there.setdefault("values", [])
            listed[:] = [{"key": one} if isinstance(one, str) else one for one in listed]
            for one in value:
                _put(listed, one)
        elif value is None or (word == "retired" and not value):
            there.pop(word, None)
        else:
            there[word] = value
