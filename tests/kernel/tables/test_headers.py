"""Which row is the header, which column is which, and what below it is a row."""

from __future__ import annotations

import csv
import itertools

import openpyxl
import pytest

from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.headers import Recognised, recognise
from pendapa.kernel.tables.headings import Headings, is_counter
from pendapa.kernel.tables.messages import UnknownHeader
from pendapa.kernel.tables.reading import Grid, read
from tests.kernel.tables.kinds import (
    APPLICATIONS,
    DATA,
    KINDS,
    PROCESSES,
    SERVICES,
    UNITS,
    needs_samples,
    sample,
)

HEAD = ["No", "Nama Aplikasi", "Perangkat Daerah", "Tahun"]
DATUM = ["1", "SIMPEG", "Dinas A", "2019"]


def known(rows: list[list[str]], name: str = "", kind: Kind | None = None, **rest) -> Recognised:
    return recognise(Grid.of(rows, name, **rest), KINDS, kind)


def numbers(found: Recognised) -> list[int]:
    return [row.number for row in found.rows]


def slot(kind: Kind, text: str) -> str | None:
    match = Headings(kind).find(text)
    return match.slot.column if match else None


# -- single headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Nama Aplikasi", "NAMA APLIKASI", "nama_aplikasi", "Nama Aplikasi *", "Nama\nAplikasi", "Nama\u00a0Aplikasi", "NamaAplikasi",
     "Nama Aplikasi (lengkap)", "Nama Aplikasi / Sistem", "Nama Apliaksi", "Nma Aplikasi", " nama  aplikasi : ", "Nama Aplikasi (wajib)*"],
)  # fmt: skip
def test_a_header_is_known_however_it_is_written(text):
    assert slot(APPLICATIONS, text) == "nama"


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [
        (SERVICES, "Metode Layaan", "metode"),
        (SERVICES, "Kementrian Terkait", "instansi_terkait"),
        (DATA, "Interoprabilitas", "interoperabilitas"),
        (DATA, "Vaiditas Data", "validitas"),
        (APPLICATIONS, "Bahasa Pemograman", "bahasa_pemrograman"),
        (APPLICATIONS, "Application name", "nama"),
        (PROCESSES, "Indikator (IKU)", "iku"),
    ],
)
def test_misspelt_headers_are_known(kind, text, column):
    assert slot(kind, text) == column


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [
        (SERVICES, "Tahun", "tahun"),
        (SERVICES, "Tujuan", "tujuan"),
        (SERVICES, "Kode OPD", "opd"),
        (SERVICES, "Kode", "id"),
        (SERVICES, "Kode Layanan", "id"),
        (APPLICATIONS, "Sumber Data", None),
        (APPLICATIONS, "Urusan", None),
        (APPLICATIONS, "Tahun 2026", None),
        (PROCESSES, "Target 2026", None),
        (PROCESSES, "RAB Level 9", None),
        (UNITS, "Kode OPD", "id"),
    ],
)
def test_a_header_is_not_taken_for_one_that_only_looks_like_it(kind, text, column):
    assert slot(kind, text) == column


@pytest.mark.parametrize("text", ["No", "No.", "NO", "Nomor", "#", "No Urut", "No. (urut)"])
def test_row_counters_are_never_data(text):
    assert is_counter(text)
    assert known([[text, *HEAD[1:]], DATUM]).columns[text] is None


def test_levels_of_a_reference_are_told_apart():
    found = known(
        [["Nama Proses Bisnis", "RAB Level 1", "Level 2 RAB", "RAB L3", "Kode RAB"], ["x", "", "", "", ""]]
    )
    assert [(b.column, b.level) for b in found.bindings[1:]] == [
        ("rab", 1),
        ("rab", 2),
        ("rab", 3),
        ("rab", None),
    ]


def test_code_and_name_of_a_unit_are_told_apart():
    found = known([["judul", "unit_kode", "unit_nama", "kategori_aplikasi"], ["x", "", "", ""]], "aplikasi")
    assert [(b.column, b.part) for b in found.bindings[1:]] == [("opd", "code"), ("opd", "name")]


# -- the header row -------------------------------------------------------------------------------------------------------


def test_titles_and_blank_lines_may_stand_above_the_header():
    rows = [["DAFTAR APLIKASI"], [], ["Kabupaten Contoh", "", "Tahun 2024"], [], HEAD, DATUM, [], DATUM]
    found = known(rows)
    assert (found.kind.key, found.header_row, numbers(found)) == ("applications", 5, [6, 8])


def test_a_title_that_is_itself_a_known_word_is_not_the_header():
    found = known([["Nama"], ["Aplikasi", "Layanan"], HEAD, DATUM])
    assert found.header_row == 3


def test_a_header_merged_over_two_rows_is_its_first_row_and_the_empty_one_is_no_row():
    found = known([HEAD, [""] * 4, DATUM])
    assert (found.header_row, numbers(found)) == (1, [3])


def test_a_group_over_sub_headers_is_joined():
    top = ["No.", "Nama Data", "Informasi Terkait", "", "Kode OPD"]
    found = known([top, ["", "", "Input", "Output", ""], ["1", "Data A", "x", "y", "01"]])
    assert found.header_row == 2
    assert found.columns == {
        "No.": None, "Nama Data": "nama", "Informasi Terkait Input": "informasi_input",
        "Informasi Terkait Output": "informasi_output", "Kode OPD": "opd",
    }  # fmt: skip
    assert numbers(found) == [3]


def test_sub_headers_that_no_column_knows_still_belong_to_the_header():
    top = ["Nama Aplikasi", "Perangkat Daerah", "Spesifikasi", ""]
    found = known([top, ["", "", "CPU", "RAM"], ["SIMPEG", "Dinas A", "4", "8"]])
    assert list(found.columns) == ["Nama Aplikasi", "Perangkat Daerah", "Spesifikasi CPU", "Spesifikasi RAM"]
    assert numbers(found) == [3]


def test_a_group_line_above_all_headers_does_not_hide_them():
    found = known([["DATA UMUM", "", "", "LAINNYA"], HEAD, DATUM])
    assert found.columns["Nama Aplikasi"] == "nama"
    assert numbers(found) == [3]


def test_a_doubled_header_is_no_row():
    assert numbers(known([HEAD, HEAD, DATUM])) == [3]
    english = ["No", "Application name", "Agency", "Year"]
    assert numbers(known([HEAD, english, DATUM])) == [3]


@pytest.mark.parametrize(
    "line",
    [["(1)", "(2)", "(3)", "(4)"], ["1", "2", "3", "4"], ["a", "b", "c", "d"], ["1", "2", "3", "4=2+3"]],
)
def test_a_line_of_column_numbers_is_no_row(line):
    assert numbers(known([HEAD, line, DATUM])) == [3]


def test_a_header_repeated_at_a_page_break_is_no_row():
    assert numbers(known([HEAD, DATUM, HEAD, DATUM])) == [2, 4]


def test_headers_may_stand_in_any_order_and_kinds_are_told_apart():
    assert known([["TAHUN", "KODE OPD", "NAMA LAYANAN"], ["2020", "1", "x"]]).kind is SERVICES
    assert known([["SKPD", "Nama Data", "Kode"], ["x", "y", "z"]]).kind is DATA
    assert known([["Kode OPD", "Nama OPD"], ["x", "y"]]).kind is UNITS


def test_a_table_that_only_mentions_units_is_no_list_of_units():
    for head in (
        ["Nama Rencana", "Target 2026", "SKPD"],
        ["Program", "Kegiatan", "Pagu", "OPD"],
        ["Judul Rapat", "OPD", "Kode"],
    ):
        with pytest.raises(UnknownHeader):
            known([head, ["x"] * len(head)])
    assert known([["No", "Eselon", "Nama OPD", "Nama Kepala"], ["1", "II", "x", "y"]]).kind is UNITS
    assert known([["Nama Rencana", "OPD"], ["x", "y"]], kind=UNITS).columns["OPD"] == "nama"


def test_the_name_of_the_sheet_breaks_a_tie():
    rows = [["Nama", "Kode", "SKPD"], ["x", "y", "z"]]
    assert known(rows, "Infrastruktur").kind.key == "infrastructure"
    assert known(rows, "daftar layanan 2024").kind.key == "services"


def test_a_kind_that_is_told_is_the_only_one_tried():
    assert known([["Nama", "OPD"], ["x", "y"]], kind=SERVICES).kind is SERVICES
    with pytest.raises(UnknownHeader, match="Nama layanan"):
        known([["Nama Aplikasi", "OPD"], ["x", "y"]], kind=SERVICES)


# -- the report of columns ------------------------------------------------------------------------------------------------


def test_a_repeated_or_empty_header_gets_a_number_and_a_void_column_is_left_out():
    head = ["Nama Aplikasi", "OPD", "Catatan", "Catatan", "", "", "", "Catatan"]
    found = known([head, ["A", "x", "x", "x", "x", "", "", ""], ["A", "x", "", "", "", "", "x", "", "", "x"]])
    list(found.rows)
    assert found.columns == {
        "Nama Aplikasi": "nama", "OPD": "opd", "Catatan": None, "Catatan (2)": None, "": None, " (2)": None,
        "Catatan (3)": None, " (3)": None,
    }  # fmt: skip


def test_a_field_goes_to_one_header_only():
    found = known([["Nama Aplikasi", "Nama", "OPD"], ["a", "b", "c"]])
    assert found.columns == {"Nama Aplikasi": "nama", "Nama": None, "OPD": "opd"}


def test_a_short_row_is_filled_up_to_the_header():
    (row,) = known([HEAD, ["1", "SIMPEG"]]).rows
    assert row.cells == ["1", "SIMPEG", "", ""]


# -- what is no row -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [["Jumlah", "", "", "12"], ["", "TOTAL", "", "12"], ["Grand Total", "2", "", ""], ["", "Jumlah :", "", ""], ["", "Jumlah Aplikasi", "", "1"]],
)  # fmt: skip
def test_a_total_row_is_left_out_and_told(line):
    found = known([HEAD, DATUM, line])
    assert numbers(found) == [2]
    assert [(s.row, "total" in str(s.message)) for s in found.skipped] == [(3, True)]


@pytest.mark.parametrize(
    "name", ["Total Quality", "Jumlah Penduduk", "Sumber Daya Air", "Subak Digital", "Keterangan Usaha"]
)
def test_a_name_that_begins_like_a_total_or_a_note_is_a_row(name):
    assert numbers(known([HEAD, DATUM, ["2", name, "Dinas A", ""], ["3", name, "", ""]])) == [2, 3, 4]


def test_notes_and_signatures_below_the_table_are_left_out_and_told():
    rows = [HEAD, DATUM, [], ["Catatan: data sementara"], ["", "", "", "Contoh, 12 Januari 2024"],
            ["", "Mengetahui,"], ["", "Kepala Dinas"], ["", "", "", "NIP. 1970"]]  # fmt: skip
    found = known(rows)
    assert numbers(found) == [2]
    assert [s.row for s in found.skipped] == [4, 5, 6, 7, 8]


def test_a_line_that_holds_only_its_number_is_blank():
    found = known([HEAD, DATUM, ["2", "", "", ""], ["3", "", "", ""]])
    assert numbers(found) == [2]
    assert not found.skipped


def test_a_row_without_a_name_but_with_a_unit_is_a_row():
    assert numbers(known([HEAD, ["1", "", "Dinas A", ""]])) == [2]


def test_a_name_alone_is_a_row_so_that_its_missing_unit_is_told():
    assert numbers(known([HEAD, ["", "SIMPEG", "", ""]])) == [2]


def test_a_unit_merged_over_several_rows_counts_for_each():
    rows = [
        HEAD,
        ["1", "A", "Dinas X", ""],
        ["2", "B", "", ""],
        ["3", "C", "", ""],
        ["4", "D", "Dinas Y", ""],
    ]
    found = known(rows, merges=((2, 2, 4, 2),))
    assert [row.cells[2] for row in found.rows] == ["Dinas X", "Dinas X", "Dinas X", "Dinas Y"]


def test_a_value_merged_over_several_rows_counts_for_each_and_a_name_does_not():
    head = ["No", "Nama Aplikasi", "OPD", "Tahun"]
    rows = [head, ["1", "A", "Dinas X", "2025"], ["2", "", "Dinas Y", ""], ["3", "C", "Dinas Y", ""]]
    found = known(rows, merges=((2, 3, 4, 3), (2, 1, 3, 1)))
    assert [row.cells[1:] for row in found.rows] == [
        ["A", "Dinas X", "2025"],
        ["", "Dinas Y", "2025"],
        ["C", "Dinas Y", "2025"],
    ]


# -- real layouts ---------------------------------------------------------------------------------------------------------


@needs_samples
@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [("denpasar_opd", "units", 102), ("denpasar_aplikasi", "applications", 189), ("opd_kab_trenggalek", "units", 40),
     ("layanan_diskominfo_kab_mojokerto", "services", 8)],
)  # fmt: skip
def test_the_real_lists_are_recognised_with_all_their_rows(name, kind, rows):
    found = recognise(read(sample(f"{name}.csv"))[0], KINDS)
    assert (found.kind.key, found.header_row, len(list(found.rows)), found.skipped) == (kind, 1, rows, [])


def layouts() -> list[tuple[str, str, str, list[str]]]:
    if not sample("template_headers.csv").exists():
        return []
    with sample("template_headers.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    groups = itertools.groupby(lines, key=lambda line: (line["organisasi"], line["sheet"], line["layout"]))
    return [(*key, [line["header"] for line in group]) for key, group in groups]


EXPECTED = {
    "Proses Bisnis": "processes", "Layanan SPBE": "services", "Data dan Informasi": "data", "Aplikasi": "applications",
    "DAB": "processes", "DAL": "services", "DAD": "data", "DAA": "applications", "DAK": "security",
    "Matriks_Penyelarasan_6_Domain": "elements", "aplikasi + detail_aplikasi (table columns)": "applications",
}  # fmt: skip


@needs_samples
@pytest.mark.parametrize(
    ("owner", "sheet", "layout", "headers"), layouts(), ids=lambda value: str(value)[:20]
)
def test_every_layout_of_the_templates_is_recognised_in_a_workbook(tmp_path, owner, sheet, layout, headers):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet[:31].replace("/", " ")
    first = 3 if "header in row 3" in layout else 1
    if first == 3:
        page["A1"] = "MATRIKS KABUPATEN CONTOH"
    for index, text in enumerate(headers, 1):
        page.cell(first, index, text)
        if "merged over rows" in layout:
            page.merge_cells(start_row=1, start_column=index, end_row=2, end_column=index)
    start = first + (2 if "merged over rows" in layout else 1)
    for row in range(start, start + 3):
        for index in range(1, len(headers) + 1):
            page.cell(row, index, f"isi {row} {index}")
    book.save(tmp_path / "a.xlsx")
    (grid,) = read(tmp_path / "a.xlsx")
    if sheet not in EXPECTED:
        with pytest.raises(UnknownHeader):
            recognise(grid, KINDS)
        return
    found = recognise(grid, KINDS)
    assert (found.kind.key, found.header_row) == (EXPECTED[sheet], first)
    assert numbers(found) == [start, start + 1, start + 2]
    assert list(found.columns) == headers
    names = {name for name in found.columns.values() if name}
    assert {"nama"} <= names
    assert len(names) >= 4


@needs_samples
def test_the_export_of_madiun_with_merged_groups_is_joined(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    for column, text in zip(
        "ABCEF", ["No.", "Nama Data", "Informasi Terkait", "Kode OPD", "Tahun"], strict=True
    ):
        page[f"{column}2"] = text
        if column != "C":
            page.merge_cells(f"{column}2:{column}3")
    page["A1"] = "DATA DAN INFORMASI"
    page.merge_cells("A1:F1")
    page.merge_cells("C2:D2")
    page["C3"], page["D3"] = "Input", "Output"
    page.append(["1", "Data A", "x", "y", "01", 2024])
    book.save(tmp_path / "a.xlsx")
    found = recognise(read(tmp_path / "a.xlsx")[0], KINDS)
    assert (found.kind.key, found.header_row, numbers(found)) == ("data", 3, [4])
    assert found.columns["Informasi Terkait Output"] == "informasi_output"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Nm Aplikasi", "Opd", "Fungsi Aplkasi", "Bhs Pemrograman", "Thn Pembuatan"], "applications"),
        (["Nama Sistem", "OPD"], "applications"),
        (["No", "OPD", "Singkatan"], "units"),
        (["Nama Layanan", "Aplikasi", "OPD"], "services"),
    ],
)
def test_short_words_and_other_names_are_headers_of_the_real_tables(headers, kind):
    from pendapa.architecture.columns import kind_for
    from pendapa.organisation.importer import KIND as UNITS
    from pendapa.regulations import packs

    model = packs.metamodel()
    domains = ("processes", "services", "data", "applications", "infrastructure", "security")
    found = recognise(
        Grid.of([headers, ["x"] * len(headers)]), [UNITS, *(kind_for(model, d) for d in domains)]
    )
    assert found.kind.key == kind
    assert None not in [column for header, column in found.columns.items() if header != "No"]
