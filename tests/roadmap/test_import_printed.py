"""The printed roadmap as it comes: group lines, merged headers, spans of years, amounts in words, totals that do not add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from pendapa.kernel.access.actor import Actor, system
from pendapa.kernel.history import undoing
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries as reports
from pendapa.kernel.tables.models import ImportBatch
from pendapa.organisation.actions.units import add_alias
from pendapa.roadmap.models import Budget, Initiative, Programme, Roadmap
from tests.cast import Cast, cast, make_unit  # noqa: F401
from tests.kernel.sheets import numbers

pytestmark = pytest.mark.django_db
PRINTED = [
    "No", "Nama Rencana", "Target 2026", "Target 2027", "Target 2028", "Target 2029", "Target 2030", "Tanggal Awal",
    "Tanggal Akhir", "SKPD", "Program", "Keterangan",
]  # fmt: skip
OPD = "Dinas Komunikasi dan Informatika"


def book(
    path: Path, rows: list[list[Any]], merges: list[tuple[int, int, int, int, str]] | None = None
) -> Path:
    file = path / "peta-rencana.xlsx"
    workbook = xlsxwriter.Workbook(str(file))
    sheet = workbook.add_worksheet("Peta Rencana")
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            if value not in ("", None):
                sheet.write(number, index, value)
    for first, left, last, right, text in merges or []:
        sheet.merge_range(first, left, last, right, text)
    workbook.close()
    return file


def read(cast: Cast, file: Path, who: Actor | None = None, **more: Any) -> ImportBatch:  # noqa: F811
    return imports.read_file(who or system("uji"), cast.institution, file, kind="auto", **more)


def told(batch: ImportBatch, part: str = "warnings") -> str:
    report = reports.report(batch)
    sheets = report.get("sheets", [report])
    return "\n".join(
        f"{one['row']} {one['column']}: {one['message']}" for sheet in sheets for one in sheet[part]
    )


def saved(batch: ImportBatch) -> ImportBatch:
    return imports.confirm(system("uji"), batch)


def test_the_printed_table_becomes_initiatives_with_what_stands_above_them(cast, tmp_path):  # noqa: F811
    file = book(
        tmp_path,
        [
            ["PETA RENCANA SPBE KABUPATEN UJI"],
            [],
            PRINTED,
            ["A", "Tata Kelola SPBE"],
            ["", "Indikator 3 Tingkat Kematangan Kebijakan Internal Manajemen Data"],
            [1, "Menyusun Peraturan Bupati tentang SPBE", "1 Perbup", "", "", "", "", "12 Januari 2026", "31/12/2026", OPD,
             "2.16.03 Program Pengelolaan Aplikasi Informatika", "Prioritas"],
            ["B", "Layanan SPBE"],
            ["", "Indikator 33"],
            [2, "Menerapkan pengaduan terpadu", "", "50%", "100%", "", "", "Januari 2027", "TW IV 2028", "1.02", "", ""],
        ],
    )  # fmt: skip
    batch = read(cast, file)
    assert numbers(batch)["new"] == 2, told(batch, "errors")
    saved(batch)
    first, second = Initiative.objects.order_by("year")
    assert (first.content, second.content) == ("governance", "services")
    assert first.lifts[0]["indicator"] == "3" and second.lifts[0]["indicator"] == "33"
    assert (first.starts_on, first.ends_on) == (date(2026, 1, 12), date(2026, 12, 31))
    assert (second.starts_on, second.ends_on) == (date(2027, 1, 1), date(2028, 12, 31))
    assert first.targets == {"2026": {"target": "1 Perbup", "done": ""}}
    assert second.unit == cast.unit and first.note == "Prioritas"
    assert Budget.objects.get(initiative=first).programme_code == "2.16.03"
    assert (
        first.roadmap == Roadmap.objects.get()
        and first.roadmap.first_year == 2026
        and first.state == "planned"
    )
    assert first.code.startswith("PR-2026-")


def test_the_same_file_again_changes_nothing_and_undo_takes_all_of_it_back(cast, tmp_path):  # noqa: F811
    rows = [PRINTED, ["", "Aspek 1"], [1, "Satu", "a", "", "", "", "", "", "", OPD, "Program tanpa kode", "x"],
            [2, "Dua", "", "b", "", "", "", "", "", "1.02", "2.16.03", ""]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows)))
    again = read(cast, book(tmp_path, rows))
    counted = numbers(again)
    assert (counted["same"], counted["new"], counted["changed"]) == (2, 0, 0), told(again)
    undoing.undo(system("uji"), batch.change_set)
    assert not Initiative.objects.filter(deleted_at=None).exists()
    assert not Budget.objects.filter(deleted_at=None).exists()


def test_spans_of_years_amounts_as_text_and_a_title_above_are_read(cast, tmp_path):  # noqa: F811
    rows = [
        ["PETA RENCANA PROGRAM 5 TAHUN"], [],
        ["No Inisiatif", "Nama Program / Inisiatif Strategis", "Keterkaitan 6 Domain", "Target Layanan yang Dihasilkan",
         "OPD Penanggung Jawab", "Tahapan 2026", "Tahapan 2027-2028", "Tahapan 2029-2030", "Kode Rekening Program DPA",
         "Estimasi Alokasi (Rp)"],
        [1, "Portal layanan terpadu", "Layanan, Data", "Satu pintu", OPD, "Rancangan", "Pembangunan", "Pengembangan",
         "2.16.03.2.02.0035", "Rp 850.000.000"],
        [2, "Pusat data daerah", "Infrastruktur", "Pusat data", OPD, "", "Sewa", "", "2.16.03", "1,2 M"],
    ]  # fmt: skip
    batch = read(cast, book(tmp_path, rows))
    assert numbers(batch)["new"] == 2, told(batch, "errors")
    assert "Rp 1.200.000.000" in told(batch) and "1,2 M" in told(batch, "warnings")
    saved(batch)
    portal, centre = Initiative.objects.order_by("pk")
    assert (portal.cost, centre.cost) == (Decimal(850_000_000), Decimal(1_200_000_000))
    assert {year: one["target"] for year, one in portal.targets.items()} == {
        "2026": "Rancangan", "2027": "Pembangunan", "2028": "Pembangunan", "2029": "Pengembangan", "2030": "Pengembangan",
    }  # fmt: skip
    assert (portal.output, centre.content) == ("Satu pintu", "infrastructure")
    assert portal.code.startswith("PR-"), "a number of the row is no code"


def test_merged_headers_and_a_span_in_one_cell_are_read(cast, tmp_path):  # noqa: F811
    rows = [
        ["No", "Nama Rencana", "", "", "", "SKPD", "Keterangan"],
        ["", "", 2026, 2027, "2028-2030", "", ""],
        [1, "Satu", "a", "b", "c", OPD, ""],
        [2, "Dua", "d", "", "", OPD, ""],
    ]  # fmt: skip
    file = book(tmp_path, rows, [(0, 2, 0, 4, "Target")])
    batch = saved(read(cast, file))
    assert numbers(batch)["new"] == 2
    first = Initiative.objects.get(title="Satu")
    assert [first.targets[str(year)]["target"] for year in range(2026, 2031)] == ["a", "b", "c", "c", "c"]

    one_cell = [["Nama Rencana", "Target", "Pagu Indikatif per tahun", "SKPD"],
                ["Tiga", "2026: a; 2027-2028: b", "2026: Rp 5.000.000; 2027: 1,5 jt", OPD]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, one_cell)))
    third = Initiative.objects.get(title="Tiga")
    assert [third.targets[str(year)]["target"] for year in (2026, 2027, 2028)] == ["a", "b", "b"]
    asked = {one.year: one.planned for one in Budget.objects.filter(initiative=third)}
    assert asked == {2026: Decimal(5_000_000), 2027: Decimal(1_500_000)}


def test_totals_that_do_not_add_up_are_told_with_both_sums_and_never_kept(cast, tmp_path):  # noqa: F811
    rows = [
        ["No", "Nama Rencana", "Pagu 2026", "Pagu 2027", "Total", "SKPD"],
        [1, "Satu", "Rp 100.000.000", "", "Rp 100.000.000", OPD],
        [2, "Dua", "Rp 50.000.000", "Rp 70.000.000", "Rp 999.000.000", OPD],
        ["", "JUMLAH", "Rp 160.000.000", "Rp 70.000.000", "", ""],
    ]
    batch = read(cast, book(tmp_path, rows))
    text = told(batch)
    assert numbers(batch)["new"] == 2
    assert "Rp 160.000.000" in text and "Rp 150.000.000" in text, text
    assert "Rp 999.000.000" in text and "Rp 120.000.000" in text, text
    saved(batch)
    assert Initiative.objects.get(title="Dua").cost == Decimal(120_000_000)
    assert sum(one.planned for one in Budget.objects.all()) == Decimal(220_000_000)


def test_what_is_said_of_a_year_is_told_at_the_column_of_that_year(cast, tmp_path):  # noqa: F811
    head = ["Nama Rencana", "Pagu 2026", "Pagu 2027", "Pagu 2028"]
    rows = [["Portal", "75jt", "menyusul", ""], ["Pusat data", 1000, "#REF!", "#DIV/0!"]]
    said = told(read(cast, book(tmp_path, [head + ["SKPD"], *[row + [OPD] for row in rows]])))
    assert "2 Pagu 2026: 75jt" in said and "2 Pagu 2027: menyusul" in said
    assert "3 Pagu 2027: " in said and "#REF!" in said and "3 Pagu 2028: " in said and "#DIV/0!" in said


def test_an_indicator_whose_name_disagrees_with_its_number_is_told(cast, tmp_path):  # noqa: F811
    head = ["Nama Rencana", "Indikator", "SKPD"]
    cut = "Indikator 1 Tingkat Kematangan Kebijakan Internal Arsitektur SPBE"
    rows = [["Arsitektur", cut, OPD], ["Ladang", "Indikator 1 Luas panen padi", OPD]]
    batch = saved(read(cast, book(tmp_path, [head, *rows])))
    lifts = Initiative.objects.get(title="Arsitektur").lifts
    assert [(one["instrument"], one["indicator"]) for one in lifts] == [("spbe-2020", "1")]
    said = [line for line in told(batch).splitlines() if " Indikator: " in line]
    assert len(said) == 1 and said[0].startswith("3 ") and "Luas panen padi" in said[0]


def test_totals_that_add_up_are_left_out_quietly(cast, tmp_path):  # noqa: F811
    rows = [
        ["No", "Nama Rencana", "Pagu 2026", "SKPD"],
        ["A", "Layanan SPBE"], [1, "Satu", 100_000, OPD], ["", "Sub Total", 100_000],
        ["B", "Aplikasi SPBE"], [2, "Dua", 50_000, OPD], ["", "Sub Total", 50_000], ["", "Jumlah", 150_000],
    ]  # fmt: skip
    batch = read(cast, book(tmp_path, rows))
    assert numbers(batch)["new"] == 2 and "Rp" not in told(batch), told(batch)


@pytest.mark.parametrize("numbering", [[1, 2, 3, 4], ["(1)", "(2)", "(3)", "(4)"]])
def test_the_line_of_column_numbers_is_not_added_to_the_sums(cast, tmp_path, numbering):  # noqa: F811
    head, rows = ["No", "Nama Rencana", "SKPD", "Pagu 2026"], [[1, "Satu", OPD, 100_000], [2, "Dua", OPD, 50]]
    again = [head, numbering, [3, "Tiga", OPD, 7]]
    batch = read(cast, book(tmp_path, [head, numbering, *rows, *again, ["", "Jumlah", "", 100_057]]))
    assert numbers(batch)["new"] == 3 and "Rp" not in told(batch), told(batch)


def test_an_unknown_opd_is_a_fault_with_the_nearest_name_until_its_other_name_is_remembered(cast, tmp_path):  # noqa: F811
    rows = [PRINTED, [1, "Satu", "a", "", "", "", "", "", "", "Dishub Kab. Uji", "", ""]]
    batch = read(cast, book(tmp_path, rows))
    assert numbers(batch)["faulty"] == 1 and "Dishub" in told(batch, "errors")
    add_alias(system("uji"), cast.institution, cast.other_unit, name="Dishub Kab. Uji")
    saved(read(cast, book(tmp_path, rows)))
    assert Initiative.objects.get().unit == cast.other_unit


def test_several_opd_in_a_cell_are_one_that_answers_and_partners(cast, tmp_path):  # noqa: F811
    rows = [PRINTED, [1, "Satu", "a", "", "", "", "", "", "", f"{OPD}; Dinas Kesehatan", "", ""],
            [2, "Dua", "a", "", "", "", "", "", "", "Seluruh OPD", "", ""]]  # fmt: skip
    saved(read(cast, book(tmp_path, rows)))
    first, second = Initiative.objects.order_by("pk")
    assert first.unit.name == OPD and [one.unit for one in first.partners.all()] == [cast.unit]
    assert second.unit is None


def test_of_several_opd_in_a_cell_only_the_unknown_one_is_the_fault(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "SKPD"], ["Satu", f"{OPD}; Dinas Kesehatan; Dishub Kab. Uji"]]
    with translation.override("en"):
        batch = read(cast, book(tmp_path, rows))
        text = told(batch, "errors")
    assert numbers(batch)["faulty"] == 1
    assert text.startswith("2 SKPD: No unit is named Dishub Kab. Uji") and len(text.splitlines()) == 1, text
    assert "Dinas Kesehatan;" not in text and OPD not in text.split("Nearest")[0], text


def test_days_outside_the_roadmap_and_an_end_before_the_start_are_faults(cast, tmp_path):  # noqa: F811
    saved(read(cast, book(tmp_path, [PRINTED, [1, "Satu", "a", "", "", "", "", "", "", OPD, "", ""]])))
    rows = [PRINTED,
            [1, "Dua", "a", "", "", "", "", "1 Juli 2026", "1 Februari 2026", OPD, "", ""],
            [2, "Tiga", "a", "", "", "", "", "1 Juli 2026", "1 Juli 2041", OPD, "", ""],
            [3, "Empat", "a", "", "", "", "", "31 Februari 2026", "", OPD, "", ""]]  # fmt: skip
    batch = read(cast, book(tmp_path, rows))
    counted = numbers(batch)
    assert (counted["faulty"], counted["new"]) == (2, 1), told(batch, "errors")
    assert "31 Februari 2026" in told(batch)


def test_money_over_the_ceiling_is_a_fault_of_the_rows_that_ask_it(cast, tmp_path):  # noqa: F811
    line = Programme(
        institution=cast.institution, year=2026, code="2.16.03", name="Aplikasi", ceiling=Decimal(100)
    )
    line.save()
    rows = [
        ["Nama Rencana", "Pagu 2026", "SKPD", "Program"],
        ["Satu", 60, OPD, "2.16.03"],
        ["Dua", 40, OPD, "2.16.03"],
    ]
    batch = saved(read(cast, book(tmp_path, rows)))
    assert {one.programme for one in Budget.objects.all()} == {line}
    rows = [rows[0], ["Satu", 60, OPD, "2.16.03"], ["Dua", 41, OPD, "2.16.03"], ["Tiga", 5, OPD, "2.20.02"]]
    batch = read(cast, book(tmp_path, rows))
    counted = numbers(batch)
    assert (counted["same"], counted["faulty"], counted["new"]) == (1, 1, 1)
    assert "Rp 101" in told(batch, "errors") and "Rp 100" in told(batch, "errors")
    with pytest.raises(imports.Refused):
        saved(batch)
    assert Budget.objects.get(initiative__title="Dua").planned == 40


def test_a_line_of_another_opd_of_the_same_code_lends_no_room(cast, tmp_path):  # noqa: F811
    other = make_unit(cast.institution, "9.01", "Dinas Kembar")
    for unit, ceiling in ((cast.unit, 100), (other, 500)):
        Programme.objects.create(
            institution=cast.institution, year=2026, code="2.16.03", name="Aplikasi", unit=unit, ceiling=Decimal(ceiling),
        )  # fmt: skip
    rows = [
        ["Nama Rencana", "Pagu 2026", "SKPD", "Program"],
        ["Satu", 150, cast.unit.name, "2.16.03"],
        ["Dua", 150, other.name, "2.16.03"],
    ]
    batch = read(cast, book(tmp_path, rows))
    counted = numbers(batch)
    assert (counted["new"], counted["faulty"]) == (1, 1)
    assert "Rp 150" in told(batch, "errors") and "Rp 100" in told(batch, "errors")


def test_an_opd_brings_drafts_of_its_own_units_only(cast, tmp_path):  # noqa: F811
    rows = [PRINTED, [1, "Satu", "a", "", "", "", "", "", "", "Dinas Kesehatan", "", ""],
            [2, "Dua", "a", "", "", "", "", "", "", OPD, "", ""]]  # fmt: skip
    operator = cast.actor("operator")
    batch = read(cast, book(tmp_path, rows), operator)
    counted = numbers(batch)
    assert (counted["new"], counted["faulty"]) == (1, 1)
    imports.confirm(operator, batch, skip_errors=True)
    row = Initiative.objects.get()
    assert (row.state, row.unit, row.roadmap) == ("draft", cast.unit, None)


def test_lines_of_the_budget_come_as_the_dpa_has_them(cast, tmp_path):  # noqa: F811
    rows = [
        ["DAFTAR PELAKSANAAN ANGGARAN 2026"],
        ["Tahun", "Kode Rekening", "Program/Kegiatan/Sub Kegiatan", "Pagu (Rp)", "Realisasi (Rp)", "OPD"],
        [2026, "2.16.03", "Program Pengelolaan Aplikasi Informatika", "Rp 2.500.000.000", "1,1 M", OPD],
        ["TA 2026", "2 . 16 . 02", "Pengelolaan Informasi", 500, 600, ""],
        [2026, "X.XX.01", "Penunjang", 1, "", OPD],
    ]
    batch = read(cast, book(tmp_path, rows))
    counted = numbers(batch)
    assert (counted["new"], counted["faulty"]) == (2, 1), told(batch, "errors")
    imports.confirm(system("uji"), batch, skip_errors=True)
    first, second = Programme.objects.order_by("code")
    assert (first.unit, first.code, first.ceiling) == (None, "2.16.02", Decimal(500)) and "Rp 600" in told(
        batch
    )
    assert (second.unit.name, second.spent) == (OPD, Decimal(1_100_000_000))
    assert numbers(read(cast, book(tmp_path, rows)))["same"] == 2


PAIRED = ["Nama Rencana", "SKPD", "Mitra", "Kode Mitra"]


def partners_of(title: str) -> list[str]:
    rows = Initiative.objects.get(title=title).partners.filter(deleted_at=None).order_by("pk")
    return [one.unit.code for one in rows]


@pytest.mark.parametrize(
    ("names", "codes", "found"),
    [
        ("Dinas Kesehatan; Dinas Kembar; Dinas Kembar", "1.02; 9.01; 9.02", ["1.02", "9.01", "9.02"]),
        ("Dinas Kembar\n2) Dinas Kesehatan", "1) 9.02\n2) 1.02", ["9.02", "1.02"]),
        ("", "1.02, 9.01", ["1.02", "9.01"]),
        ("Dinas Kesehatan; -", "", ["1.02"]),
        ("Dinkes yang lama; Dinas Kembar", "1.02; 9.01", ["1.02", "9.01"]),
        ("Dinas Kembar", "9.02", ["9.02"]),
    ],
)
def test_names_and_codes_of_partners_in_two_columns_are_paired_by_their_places(
    cast,  # noqa: F811
    tmp_path,
    names,
    codes,
    found,
):
    for code in ("9.01", "9.02"):
        make_unit(cast.institution, code, "Dinas Kembar")
    batch = read(cast, book(tmp_path, [PAIRED, ["Satu", OPD, names, codes]]))
    assert numbers(batch)["new"] == 1, told(batch, "errors")
    saved(batch)
    assert partners_of("Satu") == sorted(found)


@pytest.mark.parametrize(
    ("names", "codes", "words"),
    [
        ("Dinas Kesehatan; Dinas Sosial", "1.02", ("“Kode Mitra” holds 1 codes", "“Mitra” holds 2 names")),
        ("Dinas Kesehatan", "1.02; 9.01; 9.02", ("holds 3 codes", "holds 1 names")),
        ("Dinas Kesehatan; Dinas Sosial", "9.01; 1.02", ("9.01", "Dinas Kesehatan")),
    ],
)
def test_names_and_codes_that_do_not_go_together_are_a_fault_of_the_row(
    cast,  # noqa: F811
    tmp_path,
    names,
    codes,
    words,
):
    make_unit(cast.institution, "9.01", "Dinas Kembar")
    with translation.override("en"):
        batch = read(cast, book(tmp_path, [PAIRED, ["Satu", OPD, names, codes]]))
        text = told(batch, "errors")
    assert numbers(batch)["faulty"] == 1 and text.startswith("2 Mitra: "), text
    assert all(one in text for one in words), text


def test_a_code_of_a_partner_that_nobody_bears_is_told(cast, tmp_path):  # noqa: F811
    batch = read(cast, book(tmp_path, [PAIRED, ["Satu", OPD, "Dinas Kesehatan", "7.77"]]))
    assert numbers(batch)["new"] == 1 and told(batch).count("7.77") == 1, told(batch)
