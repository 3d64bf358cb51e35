"""Records → sheets with the columns of the import, so that what goes out comes back in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pendapa.architecture.columns import (
    CLASSIFICATION,
    FROM,
    KIND_COLUMN,
    TO,
    kind_for,
    relation_kind,
)
from pendapa.architecture.exporting.records import ElementRecord, RelationRecord, Source
from pendapa.architecture.linking import texts_of
from pendapa.kernel.tables.cells import Lookups, parse
from pendapa.kernel.tables.columns import Column, Kind
from pendapa.kernel.tables.writing import CELL_LIMIT, Sheet, template, text_of, values_of
from pendapa.regulations.metamodel import Metamodel


def of_domain(source: Source, model: Metamodel, domain: str, language: str, *, limit: int = 0) -> Sheet:
    """The elements of a domain; ``limit`` is the longest text of a cell (0: any)."""
    kind = kind_for(model, domain)
    return template(kind, language, _rows(source.elements(domain), model, kind, language, limit))


def of_relations(source: Source, model: Metamodel, domains: Sequence[str], language: str) -> Sheet:
    """All relations that lead from these domains."""
    kind = relation_kind(model)
    records = (relation_values(model, one, language) for one in source.relations(domains))
    return template(kind, language, ([_cell(v, CELL_LIMIT) for v in values_of(kind, one)] for one in records))


def _rows(
    records: Iterator[ElementRecord], model: Metamodel, kind: Kind, language: str, limit: int
) -> Iterator[list[Any]]:
    written = {column.name: _Written(column, language) for column in kind.columns}
    for record in records:
        values = element_values(model, record)
        yield [_cell(written[column.name](values.get(column.name)), limit) for column in kind.columns]


class _Written:
    """A value of one column as people read it: a value of a list by its label, where that is read back as the value."""

    def __init__(self, column: Column, language: str) -> None:
        self._labels: Mapping[str, str] = {}
        if column.type in ("enum", "enum_many"):
            labels = {choice.value: choice.label.get(language, "") for choice in column.choices}
            self._labels = {
                value: label
                for value, label in labels.items()
                if label and parse(column, label, Lookups()).value in (value, [value])
            }

    def __call__(self, value: Any) -> Any:
        if not self._labels:
            return value
        if isinstance(value, list):
            return [self._labels.get(one, one) for one in value]
        return self._labels.get(value, value) if isinstance(value, str) else value


def element_values(model: Metamodel, record: ElementRecord) -> dict[str, Any]:
    """An element by column. What names others: codes of those it is linked with, and texts that name none."""
    several = len(model.domain(record.domain).kinds) > 1
    own = {"id": record.code, "nama": record.name, "opd": record.unit}
    if several and record.kind:
        own[KIND_COLUMN] = record.kind
    own |= {CLASSIFICATION: record.classification, FROM: record.valid_from, TO: record.valid_to}
    named = {key: [*codes, *texts_of(record.attributes.get(key))] for key, codes in record.links.items()}
    return {**record.attributes, **named, **own}


def relation_values(model: Metamodel, record: RelationRecord, language: str) -> dict[str, Any]:
    """A relation by column."""
    try:
        type_ = model.relation(record.type).forward.in_language(language)
    except KeyError:
        type_ = record.type
    return {
        **record.attributes,
        "jenis_relasi": type_,
        "domain_asal": record.source.domain,
        "asal": record.source.code,
        "nama_asal": record.source.name,
        "domain_tujuan": record.target.domain,
        "tujuan": record.target.code,
        "nama_tujuan": record.target.name,
        FROM: record.valid_from,
        TO: record.valid_to,
    }


def _cell(value: Any, limit: int) -> Any:
    """A value as a cell holds it. A list too long for a cell loses whole lines at its end (the sheet of relations has
    them all); a text is cut and says so."""
    if not limit:
        return value
    text = text_of(value)
    if len(text) < limit:
        return text
    if isinstance(value, list):
        return text[: limit - 1].rpartition("\n")[0]
    return text[: limit - 20] + " […]"
