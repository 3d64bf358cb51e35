"""A whole sheet: from the file to rows with code, name, unit, values, warnings and errors at their place."""

from __future__ import annotations

import csv

import pytest

from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.headers import recognise
from pendapa.kernel.tables.names import UnitIndex, UnitRef
from pendapa.kernel.tables.reading import Grid, read
from pendapa.kernel.tables.references import ReferenceIndex
from pendapa.kernel.tables.rows import ParsedRow, row_parser
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from tests.kernel.tables.kinds import APPLICATIONS, KINDS, needs_samples, sample

UNITS = UnitIndex(
    [(1, "01", "Dinas A", None, (), None), (2, "02", "Dinas B", None, (), None)], ["Kabupaten Contoh"]
)
LOOKUPS = Lookups({"RAA": ReferenceIndex("RAA", [("RAA.01", "Umum"), ("RAA.01.02", "Kepegawaian")])}, UNITS)


def parsed(rows: list[list[str]], default: UnitRef | None = None) -> list[ParsedRow]:
    found = recognise(Grid.of(rows), KINDS, APPLICATIONS)
    read_row = row_parser(found, LOOKUPS, default)
    return [read_row(row) for row in found.rows]


def test_findings_name_row_header_and_value():
    head = ["Nama Aplikasi*", "OPD", "Thn Pembuatan", "Media"]
    good, bad = parsed(
        [head, ["SIMPEG", "Dinas A Kab. Contoh", "2O19", "Website"], ["", "Dinas C", "2019", "Kulkas"]]
    )
    assert (good.name, good.unit, good.values) == (
        "SIMPEG",
        UnitRef(1, "Dinas A Kab. Contoh"),
        {"tahun_pembuatan": "2O19", "basis": ["web"]},
    )
    assert [(w.row, w.column, w.value, w.suggestion) for w in good.warnings] == [
        (2, "Thn Pembuatan", "2O19", "2019")
    ]
    assert not good.errors
    assert [(e.row, e.column, e.value) for e in bad.errors] == [
        (3, "Nama Aplikasi*", ""),
        (3, "OPD", "Dinas C"),
    ]
    assert [(w.column, w.value) for w in bad.warnings] == [("Media", "Kulkas")]


def test_the_deepest_filled_level_of_a_reference_counts():
    head = ["Nama Aplikasi", "OPD", "RAA Level 1", "RAA Level 2"]
    deep, shallow = parsed([head, ["A", "Dinas A", "Umum", "Kepegawaian"], ["B", "Dinas A", "Umum", "-"]])
    assert (deep.values["raa"], shallow.values["raa"]) == ("RAA.01.02", "RAA.01")


def test_a_unit_by_code_and_name_must_agree():
    head = ["Nama Aplikasi", "Kode OPD", "Nama OPD"]
    agree, clash = parsed([head, ["A", "01", "Dinas A"], ["B", "01", "Dinas B"]])
    assert agree.unit == UnitRef(1, "Dinas A")
    assert [e.column for e in clash.errors] == ["Nama OPD"]


def test_rows_without_a_unit_belong_to_the_unit_that_was_told():
    own = UnitRef(2, "Dinas B")
    head = ["Nama Aplikasi", "Tahun"]
    (row,) = parsed([head, ["A", "2020"]], own)
    assert (row.unit, row.errors) == (own, [])
    (row,) = parsed([head, ["A", "2020"]])
    assert [str(e.message) for e in row.errors] == ["The row names no unit."]


@needs_samples
def test_every_application_of_the_real_inventory_can_be_saved():
    with sample("denpasar_opd.csv").open(encoding="utf-8", newline="") as file:
        units = list(csv.DictReader(file))
    index = UnitIndex(
        ((u["kode_opd"], u["kode_opd"], u["nama_opd"], u["nama_pendek"], (), None) for u in units),
        ["Kota Denpasar"],
    )
    found = recognise(read(sample("denpasar_aplikasi.csv"))[0], KINDS)
    read_row = row_parser(found, Lookups(units=index))
    rows = [read_row(row) for row in found.rows]
    assert len(rows) == 189
    assert not [error for row in rows for error in row.errors]
    assert {w.value for row in rows for w in row.warnings if w.column == "media"} == {"Dekstop"}
    assert sum("tahun_pembuatan" in row.values for row in rows) == 53


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_ten_thousand_rows_come_through_one_by_one(tmp_path, suffix):
    head = [
        "Kode",
        "Nama Aplikasi",
        "OPD",
        "Fungsi",
        "Media",
        "Bahasa Pemrograman",
        "Tahun Pembuatan",
        "Link",
        "Nilai",
        "RAA Level 2",
        "Status",
        "Uraian",
    ]
    rows = (
        [f"A{n}", f"Aplikasi {n}", f"Dinas {'AB'[n % 2]}", f"Fungsi {n % 700}", "Website, Mobile", "PHP", str(2000 + n % 24),
         f"app{n}.go.id", f"Rp {n}.000.000", "Kepegawaian", "aktif", f"Uraian {n}"]
        for n in range(10_000)
    )  # fmt: skip
    path = tmp_path / f"a.{suffix}"
    sheet = Sheet("Aplikasi", head, rows)
    if suffix == "csv":
        write_csv(path, sheet)
    else:
        write_xlsx(path, [sheet])
    found = recognise(read(path)[0], KINDS)
    read_row = row_parser(found, LOOKUPS)
    seen = 0
    for row in map(read_row, found.rows):
        assert not row.errors
        seen += 1
    assert seen == 10_000
