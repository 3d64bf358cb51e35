"""Elements and relations as plain data."""

from __future__ import annotations

from typing import Any

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.rules.metamodel import attribute_columns
from pendapa.kernel.access.actor import Actor
from pendapa.regulations.metamodel import Column


def row(found: dict[str, Any]) -> dict[str, Any]:
    """A line of a list."""
    plain = {key: found[key] for key in ("uid", "domain", "kind", "code", "name")}
    return plain | {
        "unit": found["unit__name"],
        "unit_uid": found["unit__uid"],
        "classification": found["classification"],
        "completeness": found["completeness"],
    }


def full(actor: Actor, found: Element) -> dict[str, Any]:
    """An element with attributes, relations and sources, as far as the actor may read them."""
    attributes = queries.readable(actor, found.institution, [found])[found.pk]
    relations = [
        {key: one[key] for key in ("uid", "type", "label", "outgoing")}
        | {"other": {key: one["other"][key] for key in ("uid", "domain", "code", "name", "unit")}}
        for one in queries.relations_of(actor, found)
    ]
    return _whole(found, attributes) | {"relations": relations, "sources": _sources(found, attributes)}


def _whole(found: Element, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": found.uid,
        "domain": found.domain,
        "kind": found.kind,
        "code": found.code,
        "name": found.name,
        "unit": found.unit.name,
        "unit_uid": found.unit.uid,
        "classification": found.classification,
        "completeness": found.completeness,
        "version": found.version,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "attributes": attributes,
    }


def _sources(found: Element, attributes: dict[str, Any]) -> dict[str, Any]:
    columns = attribute_columns(metamodel.of_row(found), found.domain, found.kind)
    return {c.key: _column_facts(c) for c in columns if c.key in attributes}


def _column_facts(column: Column) -> dict[str, Any]:
    return {
        "label": column.label.id,
        "official": column.official,
        "verified": column.verified,
        "values_verified": column.values_verified,
        "source": column.source,
    }


def relation(found: Relation) -> dict[str, Any]:
    """A relation with both ends, which the actor must see."""
    return {
        "uid": found.uid,
        "type": found.type,
        "source": _end(found.source),
        "target": _end(found.target),
        "attributes": found.attributes,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "version": found.version,
    }


def _end(element: Element) -> dict[str, Any]:
    plain = {key: getattr(element, key) for key in ("uid", "domain", "code", "name")}
    return plain | {"unit": element.unit.name}
