"""What a metamodel says about an element, as plain functions. Whose model it is says the caller."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pendapa.regulations.metamodel import Column, Metamodel

CORE = frozenset({"id", "nama", "opd"})
"""Columns that every element holds outside its attributes: code, name, unit."""

RELATIONS = frozenset({"relation", "relation_many"})

# So many (model, domain, kind) are remembered: some forty for each model of which there may be a handful.
_remembered = lru_cache(maxsize=2048)


@_remembered
def attribute_columns(model: Metamodel, domain: str, kind: str = "") -> tuple[Column, ...]:
    """The columns kept as attributes of an element; all kinds' columns when the kind is not known yet."""
    found = model.domain(domain)
    columns = found.columns_of(kind) if kind else found.columns
    return tuple(c for c in columns if c.key not in CORE)


@_remembered
def relation_columns(model: Metamodel, domain: str) -> tuple[Column, ...]:
    """The columns that name other elements. What is kept under them are texts that name nothing in the register."""
    return tuple(c for c in attribute_columns(model, domain) if c.type in RELATIONS)


@_remembered
def personal_keys(model: Metamodel, domain: str) -> frozenset[str]:
    """Keys of the columns that hold personal data, those out of use among them: their values are still there."""
    retired = getattr(model, "retired_columns", {})
    gone = {place[1] for place, column in retired.items() if place[0] == domain and column.personal}
    return frozenset(c.key for c in attribute_columns(model, domain) if c.personal) | gone


@_remembered
def open_keys(model: Metamodel, domain: str) -> frozenset[str]:
    """Keys of what is shown to who may not read personal data. What a key means that the model does not know, nobody
    knows: it may have been personal."""
    known = {c.key for c in attribute_columns(model, domain)}
    known |= {place[1] for place in getattr(model, "retired_columns", {}) if place[0] == domain}
    return frozenset(known - personal_keys(model, domain))


@_remembered
def unsearched_keys(model: Metamodel, domain: str) -> frozenset[str]:
    """Keys of what no search looks through: personal data, and texts that may name what not everybody may see."""
    return personal_keys(model, domain) | {c.key for c in relation_columns(model, domain)}


@_remembered
def asked(model: Metamodel, domain: str, kind: str) -> tuple[str, ...]:
    """What completeness asks for: the official fields and what some local form requires, relations left to the gaps."""
    columns = attribute_columns(model, domain, kind) if kind else _common_of(model, domain)
    return tuple(
        c.key for c in columns if (c.official or c.required or c.required_by) and c.type not in RELATIONS
    )


def _common_of(model: Metamodel, domain: str) -> tuple[Column, ...]:
    return tuple(c for c in attribute_columns(model, domain) if not c.kinds)


def completeness(model: Metamodel, domain: str, kind: str, attributes: Mapping[str, Any]) -> int:
    """Share of the asked fields that are filled, in whole percent, rounded down: 100 means that nothing is missing."""
    wanted = asked(model, domain, kind)
    if not wanted:
        return 100
    return 100 * sum(1 for key in wanted if attributes.get(key)) // len(wanted)


def missing(model: Metamodel, domain: str, kind: str, attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of the asked fields that are empty."""
    return tuple(key for key in asked(model, domain, kind) if not attributes.get(key))


@_remembered
def only_kind(model: Metamodel, domain: str) -> str:
    """The kind of a domain that has just one; empty where the kind must be told."""
    kinds = model.domain(domain).kinds
    return kinds[0].key if len(kinds) == 1 else ""
