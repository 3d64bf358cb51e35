"""What must hold between the parts of a metamodel pack: names that are known, once only, and ends that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendapa.regulations.reader import Cursor
from pendapa.regulations.words import normalise

if TYPE_CHECKING:
    from pendapa.regulations.metamodel import Column, Domain, Metamodel, RelationType

ANY = "*"
"""The domain of an end that takes every element."""
RELATION_COLUMN_TYPES = ("string", "text", "number", "money", "year", "date", "url", "enum", "enum_many")
"""Types that an attribute of a relation may have: plain values, nothing that points at something else."""


def check_domains(root: Cursor, metamodel: Metamodel) -> None:
    """Note every fault of domains, columns and kinds at ``root``."""
    keys = [domain.key for domain in metamodel.all_domains]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault("the domain is there twice", f"domain {key}")
    for domain in metamodel.all_domains:
        _check_columns(root, domain)
        for column in domain.columns:
            _check_column(root, metamodel, domain, column)


def _check_columns(root: Cursor, domain: Domain) -> None:
    keys = [column.key for column in domain.columns]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault("the column is there twice", f"domain {domain.key}: column {key}")
    kinds = [kind.key for kind in domain.kinds]
    for key in sorted({key for key in kinds if kinds.count(key) > 1}):
        root.fault("the kind is there twice", f"domain {domain.key}: kind {key}")
    owner: dict[str, str] = {}
    for column in domain.columns:
        for header in column.headers:
            words = normalise(header.words)
            first = owner.setdefault(words, column.key)
            if first != column.key:
                place = f"domain {domain.key}: column {column.key}"
                root.fault(f"header {header.words!r} already means the column {first}", place)


def _check_column(root: Cursor, metamodel: Metamodel, domain: Domain, column: Column) -> None:
    place = f"domain {domain.key}: column {column.key}"
    for kind in column.kinds:
        if kind not in {known.key for known in domain.kinds}:
            root.fault(f"unknown kind {kind!r}", place)
    if column.type in ("relation", "relation_many"):
        relation = next((known for known in metamodel.relations if known.key == column.relation), None)
        if relation is None:
            root.fault(f"unknown relation {column.relation!r}", place)
            return
        ends = relation.targets_allowed if column.backward else relation.sources_allowed
        if not any(end.domain in (domain.key, ANY) for end in ends):
            root.fault(
                f"the relation {relation.key} does not {'end' if column.backward else 'begin'} here", place
            )
    elif column.relation:
        root.fault(f"a column of type {column.type} cannot make the relation {column.relation!r}", place)
    if (column.type == "reference") != bool(column.reference):
        root.fault("type reference and the name of a tree go together", place)
    if column.type in ("enum", "enum_many") and not column.values:
        root.fault("a list of values is missing", place)


def check_relations(root: Cursor, metamodel: Metamodel) -> None:
    """Note every fault of the relation types at ``root``."""
    keys = [relation.key for relation in metamodel.relations]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        root.fault("the relation is there twice", f"relation {key}")
    known = {domain.key: {kind.key for kind in domain.kinds} for domain in metamodel.all_domains}
    known[ANY] = set()
    for relation in metamodel.relations:
        _check_relation_columns(root, relation)
        _check_pairs(root, relation)
        for end in (*relation.sources_allowed, *relation.targets_allowed):
            if end.domain not in known:
                root.fault(f"unknown domain {end.domain!r}", f"relation {relation.key}")
            elif end.kind and end.kind not in known[end.domain]:
                root.fault(f"unknown kind {end.kind!r} of {end.domain}", f"relation {relation.key}")


def _check_relation_columns(root: Cursor, relation: RelationType) -> None:
    keys = [column.key for column in relation.columns]
    for column in relation.columns:
        place = f"relation {relation.key}: column {column.key}"
        if keys.count(column.key) > 1:
            root.fault("the column is there twice", place)
        if column.type not in RELATION_COLUMN_TYPES:
            root.fault(f"a relation cannot have a column of type {column.type}", place)
        if column.type in ("enum", "enum_many") and not column.values:
            root.fault("a list of values is missing", place)
    values = {column.key: {value.key for value in column.values} for column in relation.columns}
    for one in relation.depends_if:
        if one.value not in values.get(one.column, ()):
            place = f"relation {relation.key}: depends_if"
            root.fault(f"there is no value {one.value!r} of a column {one.column!r}", place)


def _check_pairs(root: Cursor, relation: RelationType) -> None:
    """Each pair is made of ends that are named, and each end stands in some pair."""
    if not relation.pairs:
        return
    named = (relation.sources_allowed, relation.targets_allowed)
    for side, ends in enumerate(named):
        paired = {pair[side] for pair in relation.pairs}
        for end in sorted(paired ^ set(ends), key=str):
            root.fault(
                f"{end.domain}.{end.kind} is not both an end and part of a pair", f"relation {relation.key}"
            )
