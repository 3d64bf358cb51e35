"""The names under which what the format has no place for travels as properties, and how values become texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from pendapa.architecture.archimate.records import clean
from pendapa.kernel.tables.writing import text_of
from pendapa.regulations.metamodel import Column, Domain, Metamodel, RelationType

REFERENCE = "Kode referensi SPBE"
UNIT_CODE = "Kode OPD"
CLASSIFICATION = "Klasifikasi"
SINCE, UNTIL = "Berlaku sejak", "Berlaku sampai"
RELATION = "Jenis relasi SPBE"
ORIGINAL = "Tipe asal"

TYPE_KEY, REST_KEY, NAME_KEY = "tipe_asal", "sifat_asal", "nama_asal"
"""Attributes that keep what a foreign file said and the metamodel has no field for."""


def main_reference(domain: Domain) -> str:
    """The key of the column that holds the national reference of the domain; empty where it has none."""
    if not domain.reference:
        return ""
    return next((c.key for c in domain.columns if c.reference == domain.reference), "")


@lru_cache(maxsize=256)
def labels(domain: Domain) -> Mapping[str, str]:
    """Column key → name of its property: the official name of the field."""
    main = main_reference(domain)
    return {c.key: REFERENCE if c.key == main else c.label.id for c in domain.columns}


def relation_column(kind: RelationType, name: str) -> Column | None:
    """The attribute of a relation that a property names, by its label or its key."""
    wanted = name.casefold()
    return next((c for c in kind.columns if wanted in (c.label.id.casefold(), c.key.casefold())), None)


def value_text(value: Any) -> str:
    """A value as the file holds it."""
    return clean(text_of(value))


@lru_cache(maxsize=64)
def own_kinds(model: Metamodel) -> Mapping[str, tuple[str, str]]:
    """Specialization → domain and kind, for the kinds that an institution added."""
    return {k.label.id.casefold(): (d.key, k.key) for d in model.all_domains for k in d.kinds}


def day(value: Any) -> date | None:
    """A day as the import understood it; nothing where it did not."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
