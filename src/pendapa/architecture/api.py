"""The room's part of ``/api/v1``: elements, gaps, twins, and the metamodel itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from pendapa.architecture import metamodel, queries
from pendapa.architecture.models import Element
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import Filters
from pendapa.architecture.rules.metamodel import attribute_columns
from pendapa.kernel.access.actor import Actor, institution_for
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column, Domain, RelationType
from pendapa.regulations.schema import Text

router = Router(tags=["architecture"])
LIMIT = 200


class ElementRow(Schema):
    uid: str
    domain: str
    kind: str
    code: str
    name: str
    unit: str
    unit_uid: str
    classification: str
    completeness: int


class ElementRows(Schema):
    """``next`` goes into ``after`` to read on; empty at the end."""

    items: list[ElementRow]
    next: str


class RelationEnd(Schema):
    uid: str
    domain: str
    code: str
    name: str
    unit: str


class RelationRow(Schema):
    uid: str
    type: str
    label: str
    outgoing: bool
    other: RelationEnd


class ColumnFacts(Schema):
    """``official``: the field stands in the official manual. What is not ``verified`` no source settles."""

    label: str
    official: bool
    verified: bool
    values_verified: bool
    source: str


class ElementFull(ElementRow):
    version: int
    attributes: dict[str, Any]
    relations: list[RelationRow]
    sources: dict[str, ColumnFacts]


class Gap(Schema):
    rule: str
    code: str
    name: str
    kind: str
    unit: str
    message: str
    advice: str
    uid: str
    unit_uid: str


class TwinMember(Schema):
    code: str
    name: str
    unit: str
    uid: str


class TwinGroup(Schema):
    id: str
    score: float
    reasons: list[str]
    members: list[TwinMember]


def _answer(data: Any) -> HttpResponse:
    """Lean rows are plain already: no model of each is built to write them."""
    return HttpResponse(orjson.dumps(data), content_type="application/json; charset=utf-8")


def _enter(request: HttpRequest, code: str) -> tuple[Actor, Institution]:
    """The same door as that of the pages."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = institution_for(actor, code)
    actor.require(VIEW, institution)
    return actor, institution


@router.get("/institutions/{code}/elements", response=ElementRows, summary="Elements by name")
def elements(
    request: HttpRequest,
    code: str,
    domain: str = "",
    kind: str = "",
    unit: str = "",
    q: str = "",
    gap: str = "",
    after: str = "",
    limit: int = Query(50, ge=1, le=LIMIT),
) -> HttpResponse:
    """One page of elements in the order of their names; ``unit`` is the uid of a unit and takes in all below it."""
    actor, institution = _enter(request, code)
    filters = Filters(domain=domain, kind=kind, unit=unit, query=q, gap=gap, after=after)
    page = queries.elements(actor, institution, filters, limit, counted=False)
    return _answer({"items": [_row(row) for row in page.rows], "next": page.next})


def _row(row: dict[str, Any]) -> dict[str, Any]:
    plain = {key: row[key] for key in ("uid", "domain", "kind", "code", "name")}
    return plain | {
        "unit": row["unit__name"],
        "unit_uid": row["unit__uid"],
        "classification": row["classification"],
        "completeness": row["completeness"],
    }


@router.get("/institutions/{code}/elements/{uid}", response=ElementFull, summary="One element")
def element(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """An element with its attributes, its relations, and where each of its fields comes from.

    Personal data is for who works for the institution. Under a column that names other elements stand only the texts
    that name none of the register.
    """
    actor, institution = _enter(request, code)
    found = queries.element(actor, institution, uid)
    attributes = queries.readable(actor, institution, [found])[found.pk]
    relations = [
        {key: one[key] for key in ("uid", "type", "label", "outgoing")}
        | {"other": {key: one["other"][key] for key in ("uid", "domain", "code", "name", "unit")}}
        for one in queries.relations_of(actor, found)
    ]
    return _answer(
        _whole(found, attributes) | {"relations": relations, "sources": _sources(found, attributes)}
    )


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


@router.get("/institutions/{code}/gaps", response=list[Gap], summary="Gaps")
def gaps(request: HttpRequest, code: str, rule: str = "") -> HttpResponse:
    """What the elements lack, by rule."""
    actor, institution = _enter(request, code)
    return _answer(queries.gaps(actor, institution, rule=queries.rule(rule).key if rule else ""))


@router.get("/institutions/{code}/twins", response=list[TwinGroup], summary="Twins")
def twins(request: HttpRequest, code: str) -> HttpResponse:
    """Groups of applications of one kind in several units, surest first."""
    actor, institution = _enter(request, code)
    groups = queries.twins(actor, institution)
    return _answer([{key: group[key] for key in ("id", "score", "reasons", "members")} for group in groups])


@router.get("/metamodel", summary="The metamodel", auth=None)
def metamodel_of(request: HttpRequest, institution: str = "") -> HttpResponse:
    """Domains, kinds, columns and relations, with the source of each and whether it is verified. Open to all.

    With ``institution`` (its code) as that institution uses it, for those who may see its register.
    """
    found = metamodel.of(_enter(request, institution)[1]) if institution else packs.metamodel()
    return _answer(
        {
            "id": found.id,
            "title": _both(found.title),
            "sources": dict(found.source_names),
            "domains": [_domain(domain) for domain in found.domains],
            "relations": [_relation(relation) for relation in found.relations],
        }
    )


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.in_language("en")}


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "key": domain.key,
        "label": _both(domain.label),
        "prefix": domain.prefix,
        "reference": domain.reference,
        "verified": domain.verified,
        "source": domain.source,
        "kinds": [
            {"key": k.key, "label": _both(k.label), "verified": k.verified, "source": k.source}
            for k in domain.kinds
        ],
        "columns": [_column(column) for column in domain.columns],
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key,
        "label": _both(column.label),
        "type": column.type,
        "required": column.required,
        "official": column.official,
        "official_note": column.official_note,
        "verified": column.verified,
        "source": column.source,
        "note": column.note,
        "values": [{"key": value.key, "label": _both(value.label)} for value in column.values],
        "values_verified": column.values_verified,
        "values_source": column.values_source,
        "reference": column.reference,
        "relation": column.relation,
        "kinds": list(column.kinds),
        "personal": column.personal,
        "unit": column.unit,
    }


def _relation(relation: RelationType) -> dict[str, Any]:
    return {
        "key": relation.key,
        "from": [asdict(end) for end in relation.sources_allowed],
        "to": [asdict(end) for end in relation.targets_allowed],
        "forward": _both(relation.forward),
        "backward": _both(relation.backward),
        "cardinality": relation.cardinality,
        "per_kind": relation.per_kind,
        "verified": relation.verified,
        "source": relation.source,
    }
