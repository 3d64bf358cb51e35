"""The metamodel."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pendapa.architecture import metamodel
from pendapa.architecture.api.door import enter
from pendapa.kernel.access.rest import answer
from pendapa.regulations import packs
from pendapa.regulations.metamodel import Column, Domain, RelationType
from pendapa.regulations.schema import Text

router = Router()


@router.get("/metamodel", summary="The metamodel", auth=None)
def metamodel_of(request: HttpRequest, institution: str = "") -> HttpResponse:
    """Domains, kinds, columns and relations, with the source of each and whether it is verified. Open to all.

    With ``institution`` (its code) as that institution uses it, for those who may see its register.
    """
    found = metamodel.of(enter(request, institution)[1]) if institution else packs.metamodel()
    return answer(
        {
            "id": found.id,
            "title": _both(found.title),
            "sources": dict(found.source_names),
            "domains": [_domain(domain) for domain in found.domains],
            "beside": [_domain(domain) for domain in (found.strategy, found.outside)],
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
        "pairs": [{"from": asdict(source), "to": asdict(target)} for source, target in relation.pairs],
        "columns": [_column(column) for column in relation.columns],
        "verified": relation.verified,
        "source": relation.source,
    }
