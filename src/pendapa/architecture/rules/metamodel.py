"""What the metamodel pack says about an element, as plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column

CORE = frozenset({"id", "nama", "opd"})
"""Columns that every element holds outside its attributes: code, name, unit."""

RELATIONS = frozenset({"relation", "relation_many"})


@lru_cache
def attribute_columns(domain: str, kind: str = "") -> tuple[Column, ...]:
    """The columns kept as attributes of an element; all kinds' columns when the kind is not known yet."""
    found = packs.metamodel().domain(domain)
    columns = found.columns_of(kind) if kind else found.columns
    return tuple(c for c in columns if c.key not in CORE)


@lru_cache
def relation_columns(domain: str) -> tuple[Column, ...]:
    """The columns that name other elements. What is kept under them are texts that name nothing in the register."""
    return tuple(c for c in attribute_columns(domain) if c.type in RELATIONS)


@lru_cache
def personal_keys(domain: str) -> frozenset[str]:
    """Keys of the columns that hold personal data."""
    return frozenset(c.key for c in attribute_columns(domain) if c.personal)


@lru_cache
def unsearched_keys(domain: str) -> frozenset[str]:
    """Keys of what no search looks through: personal data, and texts that may name what not everybody may see."""
    return personal_keys(domain) | {c.key for c in relation_columns(domain)}


@lru_cache
def _asked(domain: str, kind: str) -> tuple[str, ...]:
    """What completeness asks for: the official fields and what some local form requires, relations left to the gaps."""
    columns = attribute_columns(domain, kind) if kind else _common_of(domain)
    return tuple(
        c.key for c in columns if (c.official or c.required or c.required_by) and c.type not in RELATIONS
    )


def _common_of(domain: str) -> tuple[Column, ...]:
    return tuple(c for c in attribute_columns(domain) if not c.kinds)


def completeness(domain: str, kind: str, attributes: Mapping[str, Any]) -> int:
    """Share of the asked fields that are filled, in whole percent, rounded down: 100 means that nothing is missing."""
    asked = _asked(domain, kind)
    if not asked:
        return 100
    return 100 * sum(1 for key in asked if attributes.get(key)) // len(asked)


def missing(domain: str, kind: str, attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of the asked fields that are empty."""
    return tuple(key for key in _asked(domain, kind) if not attributes.get(key))


@lru_cache
def only_kind(domain: str) -> str:
    """The kind of a domain that has just one; empty where the kind must be told."""
    kinds = packs.metamodel().domain(domain).kinds
    return kinds[0].key if len(kinds) == 1 else ""
