"""What goes out comes back in: over every domain and every kind with every attribute filled, in every form."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pendapa.architecture import exporting, metamodel
from pendapa.architecture.models import Element, Relation
from pendapa.architecture.rules.metamodel import attribute_columns
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries as import_queries
from pendapa.regulations import packs
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ODD = [
    "=SUM(A1:A9)", "+62 811 000", "-5 layanan", "@kota", "'=kutip", "007", "1.234", "1e5", "Dua\nbaris; dan \"kutip\"",
    "Ünïcödé — ‘kutip’ 😀", "a | b", "<b>tebal</b> & lain", "x" * 9000, "Rp 5.000,00", "a,b;c\td", "TRUE", "12-03-2024",
    "#tagar", "NULL dan void",
]  # fmt: skip


def value_for(column, odd) -> object:
    """A value of the column's type: odd texts in turn, the first of a list, all of a list that takes several."""
    if column.type in ("enum",):
        return column.values[-1].key if column.values else next(odd)
    if column.type == "enum_many":
        return [value.key for value in column.values[:3]] or [next(odd)]
    if column.type == "reference":
        entries = packs.references().entries(column.reference)
        return next(entry.code for entry in entries if entry.code)
    plain = {
        "number": "12.5", "money": "148500000", "year": "2019", "date": "2024-02-29", "url": "https://contoh.example/?a=1&b=2",
        "unit": "Dinas Kesehatan", "unit_many": ["Dinas Kesehatan", "Tak dikenal"], "yearly": {"2025": "70", "2026": "75.5"},
        "quarterly": {"2025-TW4": "70", "2026-TW1": "75.5"},
        "relation": "Tak bernama apa pun", "relation_many": ["Bukan kode", "-Aneh, dengan koma"],
    }  # fmt: skip
    return plain.get(column.type) or next(odd)


def fill(cast: Cast) -> list[Element]:
    """An element of every kind with every attribute filled, and one of each domain with none."""
    model, odd = metamodel.of(cast.institution), itertools.cycle(ODD)
    rows = []
    for domain in model.all_domains:
        for number, kind in enumerate(domain.kinds):
            columns = attribute_columns(model, domain.key, kind.key)
            row = Element(
                institution=cast.institution,
                unit=[cast.unit, cast.other_unit][number % 2],
                domain=domain.key,
                kind=kind.key,
                code=f"0{number}-{domain.prefix}",
                name=f"{next(odd)[:60].splitlines()[0]} {kind.key}",
                attributes={
                    c.key: value_for(c, odd) for c in columns if c.key != "jenis" or len(domain.kinds) == 1
                },
                classification=["internal", "restricted", "public"][number % 3],
            )
            rows.append(row)
        bare = Element(
            institution=cast.institution, unit=cast.unit, domain=domain.key, kind=domain.kinds[0].key
        )
        bare.code, bare.name = f"{domain.prefix}-900", f"Kosong {domain.key}"
        rows.append(bare)
    for row in rows:
        row.derive()
    history.write(system(), cast.institution, "edit", history.Writes(add=list(rows)))
    return rows


def join_all(cast: Cast, rows: list[Element]) -> None:
    """A relation of every type with every attribute filled."""
    model, odd = metamodel.of(cast.institution), itertools.cycle(ODD)
    made = []
    for type_ in model.relations:
        pair = next(
            (a, b)
            for a, b in itertools.permutations(rows, 2)
            if type_.allows((a.domain, a.kind), (b.domain, b.kind))
        )
        relation = Relation(institution=cast.institution, type=type_.key, source=pair[0], target=pair[1])
        relation.attributes = {column.key: value_for(column, odd) for column in type_.columns}
        made.append(relation)
    history.write(system(), cast.institution, "edit", history.Writes(add=made))


def report_of(cast: Cast, file: Path) -> list[dict]:
    report = import_queries.report(imports.read_file(system(), cast.institution, file, kind="auto"))
    return report.get("sheets", [report])


def exported(cast: Cast, tmp_path: Path, form: str, *domains: str) -> Path:
    file = tmp_path / "ekspor"
    with file.open("wb") as out:
        made = exporting.export(system(), cast.institution, form, out=out, domains=domains or None)
    return file.rename(tmp_path / f"ekspor.{exporting.TYPES[made][0]}")


def told(sheets: list[dict]) -> list:
    return [(one["kind"], one["errors"], one["warnings"][:3]) for one in sheets if one["rows"] != one["same"]]


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_every_kind_with_every_attribute_and_relation_comes_back_the_same(cast, tmp_path, form) -> None:
    rows = fill(cast)
    join_all(cast, rows)
    sheets = report_of(cast, exported(cast, tmp_path, form))
    assert not told(sheets)
    counted = {one["kind"]: one["rows"] for one in sheets}
    assert counted["infrastructure"] == 13 and counted["security"] == 8 and counted["strategy"] == 6
    assert counted["relations"] == Relation.objects.count() == len(metamodel.of(cast.institution).relations)
    assert sum(counted.values()) == len(rows) + counted["relations"]


@pytest.mark.parametrize("table", [*(d.key for d in packs.metamodel().all_domains), "relations"])
def test_every_table_as_csv_comes_back_the_same(cast: Cast, tmp_path: Path, table: str) -> None:
    rows = fill(cast)
    join_all(cast, rows)
    sheets = report_of(cast, exported(cast, tmp_path, "csv", table))
    assert [one["kind"] for one in sheets] == [table] and not told(sheets)
    assert sheets[0]["rows"] > 1


def in_short() -> dict[str, tuple]:
    """Elements by code; of the spaces in a name an import keeps one each."""
    return {
        e.code: (e.domain, e.kind, " ".join(e.name.split()), e.classification) for e in Element.objects.all()
    }


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_into_an_empty_register_all_of_it_comes_back(cast: Cast, tmp_path: Path, form: str) -> None:
    rows = fill(cast)
    join_all(cast, rows)
    before = in_short()
    linked = set(Relation.objects.values_list("type", "source__code", "target__code"))
    file = exported(cast, tmp_path, form)
    Relation.objects.all().delete()
    Element.objects.all().delete()
    batch = imports.read_file(system(), cast.institution, file, kind="auto")
    imports.confirm(system(), batch)
    assert in_short() == before
    assert set(Relation.objects.values_list("type", "source__code", "target__code")) == linked
    assert not told(report_of(cast, file))
