"""The metamodel's columns as tables see them: one definition for form, list, template, import and export."""

from __future__ import annotations

from functools import lru_cache

from pendapa.kernel.tables.columns import Choice, Column, ColumnType, Heading, Kind
from pendapa.regulations.metamodel import Column as PackColumn
from pendapa.regulations.metamodel import Domain, Metamodel
from pendapa.regulations.schema import Text

_TYPES: dict[str, ColumnType] = {
    "string": "text",
    "text": "long",
    "relation_many": "relation",
    "relation": "relation",
}
KIND_COLUMN = "jenis"
CLASSIFICATION, FROM, TO = "keterbukaan", "berlaku_mulai", "berlaku_hingga"
"""Columns that hold fields of every element beside its attributes."""
RELATIONS = "relations"
_NEEDS = {"strategy": (KIND_COLUMN,), "outside": ("tipe_asal",)}
"""Columns without which a sheet is not of these kinds: the others of theirs stand in every list."""


@lru_cache(maxsize=512)
def kind_for(model: Metamodel, domain: str) -> Kind:
    """The table of one domain: its name, code and unit first, then its attributes."""
    found = model.domain(domain)
    columns = [_column(column) for column in found.columns]
    if len(found.kinds) > 1 and all(column.name != KIND_COLUMN for column in columns):
        columns.append(_kind_column(found))
    columns += [column for column in _common() if column.name not in {known.name for known in columns}]
    names, needs = _sheet_names(found), _NEEDS.get(domain, ())
    return Kind(found.key, _both(found.plural), tuple(columns), sheet_names=names, needs=needs)


def _sheet_names(domain: Domain) -> tuple[str, ...]:
    return (domain.name, domain.label.id, domain.label.en, domain.prefix, domain.key)


def _kind_column(domain: Domain) -> Column:
    """The kind of an element in a domain that has several (twelve of infrastructure, seven of security)."""
    choices = tuple(Choice(kind.key, _both(kind.label)) for kind in domain.kinds)
    label = {"id": f"Jenis {domain.label.id.lower()}", "en": f"Kind of {domain.label.en.lower()}"}
    return Column(
        KIND_COLUMN, label, "enum", values=choices, synonyms=("Jenis objek", "Kind"), official=False
    )


@lru_cache
def _common() -> tuple[Column, ...]:
    openness = (
        Choice("public", {"id": "Publik", "en": "Public"}, ("terbuka",)),
        Choice("internal", {"id": "Internal", "en": "Internal"}, ("terbatas",)),
        Choice("restricted", {"id": "Dikecualikan", "en": "Restricted"}, ("rahasia",)),
    )
    label = {"id": "Keterbukaan informasi", "en": "Openness of information"}
    return (
        Column(CLASSIFICATION, label, "enum", values=openness, official=False),
        Column(FROM, {"id": "Berlaku mulai", "en": "Valid from"}, "date", official=False),
        Column(TO, {"id": "Berlaku sampai", "en": "Valid to"}, "date", official=False),
    )


@lru_cache(maxsize=64)
def relation_kind(model: Metamodel) -> Kind:
    """One row a relation: its type, domain and code of both ends, and what the relation itself tells.

    The cells of an element name what it is linked with; access, data and dates of a relation, and the types that no column
    holds, have this table.
    """
    told = {column.key: _column(column) for type_ in model.relations for column in type_.columns}
    type_ = Column("jenis_relasi", {"id": "Jenis relasi", "en": "Type of relation"}, required=True)
    return Kind(
        RELATIONS,
        {"id": "Relasi", "en": "Relations"},
        (
            *_end_columns(model, "asal", "Source"),
            type_,
            *_end_columns(model, "tujuan", "Target"),
            *told.values(),
            *_common()[1:],
        ),
        name_column="jenis_relasi",
        code_column=None,
        unit_column=None,
        sheet_names=("Relasi",),
        needs=("asal", "tujuan"),
    )


def _end_columns(model: Metamodel, end: str, english: str) -> tuple[Column, ...]:
    domains = tuple(Choice(d.key, _both(d.label), (d.name, d.prefix)) for d in model.all_domains)
    return (
        Column(f"domain_{end}", {"id": f"Domain {end}", "en": f"{english} domain"}, "enum", values=domains),
        Column(end, {"id": f"Kode {end}", "en": f"{english} code"}),
        Column(f"nama_{end}", {"id": f"Nama {end}", "en": f"{english} name"}),
    )


@lru_cache(maxsize=64)
def mixed_kind(model: Metamodel) -> Kind:
    """A sheet whose rows belong to several domains and say so in a column of their own."""
    common = [_column(c) for c in model.domain("applications").columns if c.key in ("id", "uraian", "opd")]
    name = Column(
        "nama",
        {"id": "Nama objek", "en": "Name of the object"},
        synonyms=("Nama Objek / Sistem Instansi", "Nama Objek", "Nama Komponen"),
        required=True,
    )
    domain = Column(
        "domain",
        {"id": "Domain", "en": "Domain"},
        "enum",
        values=tuple(
            Choice(d.key, _both(d.label), synonyms=(d.name, d.prefix, f"domain {d.label.id}", d.plural.id))
            for d in model.domains
        ),
        required=True,
    )
    more = [
        Column(
            "referensi",
            {"id": "Kode referensi", "en": "Reference code"},
            synonyms=("Kode Referensi SIA-SPBE",),
            official=False,
        ),
        Column(
            "deskripsi_referensi",
            {"id": "Deskripsi referensi", "en": "Reference description"},
            synonyms=("Deskripsi Referensi Nasional KemenPANRB",),
            official=False,
        ),
        Column(
            "interoperabilitas",
            {"id": "Interoperabilitas", "en": "Interoperability"},
            synonyms=("Keterpaduan API / Interkoneksi",),
            official=False,
        ),
        Column(
            "status_validasi",
            {"id": "Status validasi", "en": "Validation"},
            synonyms=("Status Validasi Nasional",),
            official=False,
        ),
    ]
    label = {"id": "Objek arsitektur", "en": "Objects of the architecture"}
    return Kind(
        "elements",
        label,
        (name, domain, *common, *more),
        needs=("domain",),
        sheet_names=("Matriks_Penyelarasan_6_Domain",),
    )


def _column(column: PackColumn) -> Column:
    reference = column.reference or None
    return Column(
        name=column.key,
        label=_both(column.label),
        type=_TYPES.get(column.type, column.type),  # type: ignore[arg-type]
        required=column.required,
        values=tuple(
            Choice(v.key, _both(v.label), v.also, _both(v.doubt) if v.doubt else None) for v in column.values
        ),
        synonyms=tuple(_heading(h.words, h.part, h.level) for h in column.headers),
        reference=reference,
        help=_both(column.help) if column.help.id else None,
        official=column.official,
    )


def _heading(words: str, part: str, level: int) -> Heading:
    return Heading(words, part if part != "value" else None, level or None)  # type: ignore[arg-type]


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.in_language("en")}
