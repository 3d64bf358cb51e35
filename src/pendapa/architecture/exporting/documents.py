"""Records → one JSON document. Each record stands on a line of its own, so that it is read back without holding all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from pendapa.architecture.columns import kind_for, relation_kind
from pendapa.architecture.exporting.records import ElementRecord, End, RelationRecord, Source
from pendapa.architecture.models import Release
from pendapa.kernel.tables.jsons import FORMAT, VERSION
from pendapa.kernel.tenancy.models import Institution
from pendapa.regulations.metamodel import Metamodel


def document(
    source: Source,
    institution: Institution,
    model: Metamodel,
    domains: Sequence[str],
    release: Release | None,
) -> Iterator[bytes]:
    """The document in pieces: head, ``elements`` domain after domain, ``relations``."""
    frozen = release and {
        "code": release.code,
        "name": release.name,
        "decree_number": release.decree_number,
        "decree_date": release.decree_date and release.decree_date.isoformat(),
        "digest": release.digest,
    }
    head = {
        "format": FORMAT,
        "version": VERSION,
        "institution": {"code": institution.code, "name": institution.name},
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "release": frozen,
        "columns": {
            **{domain: [c.name for c in kind_for(model, domain).columns] for domain in domains},
            "relations": [c.name for c in relation_kind(model).columns],
        },
    }
    yield "".join(["{\n", *(f"{_json(key)}: {_json(value)},\n" for key, value in head.items())]).encode()
    yield b'"elements": [\n'
    yield from _lines(_element(one) for domain in domains for one in source.elements(domain))
    yield b'],\n"relations": [\n'
    yield from _lines(_relation(one) for one in source.relations(domains))
    yield b"]\n}\n"


def _lines(records: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    before = ""
    for record in records:
        yield f"{before}{_json(record)}".encode()
        before = ",\n"
    if before:
        yield b"\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _element(record: ElementRecord) -> dict[str, Any]:
    return {
        "uid": str(record.uid),
        "version": record.version,
        "domain": record.domain,
        "kind": record.kind,
        "code": record.code,
        "name": record.name,
        "unit": record.unit,
        "classification": record.classification,
        "valid_from": record.valid_from or None,
        "valid_to": record.valid_to or None,
        "attributes": record.attributes,
    }


def _relation(record: RelationRecord) -> dict[str, Any]:
    return {
        "uid": str(record.uid),
        "version": record.version,
        "type": record.type,
        "source": _end(record.source),
        "target": _end(record.target),
        "valid_from": record.valid_from or None,
        "valid_to": record.valid_to or None,
        "attributes": record.attributes,
    }


def _end(end: End) -> dict[str, str]:
    return {"uid": str(end.uid), "domain": end.domain, "code": end.code, "name": end.name}
