"""What of a file was not used is told: columns, cells beyond the headings, sheets; and what is read though it is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import queries as reports
from pendapa.kernel.tables.preview import Preview, Where
from tests.cast import Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
OPD = "Dinas Komunikasi dan Informatika"
HEAD = ["No", "Nama Rencana", "SKPD", "Pagu 2026"]
GOOD = [1, "Aplikasi perizinan", OPD, "850000000"]


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    del made["Sheet"]
    made.save(path / "berkas.xlsx")
    return path / "berkas.xlsx"


def batch_of(cast: Cast, file: Path, kind: str = "auto") -> Any:  # noqa: F811
    return imports.read_file(system("uji"), cast.institution, file, kind=kind)


def sheets_of(batch: Any) -> list[dict[str, Any]]:
    with translation.override("en"):
        report = reports.report(batch)
    return report.get("sheets", [report])


def test_a_column_without_a_known_heading_is_told_once_and_only_where_it_holds_something(cast, tmp_path):  # noqa: F811
    head = [*HEAD, "", "Catatan Rapat", "Kosong"]
    rows = [[*GOOD, "hilang", "rapat 3 Maret", ""], [2, "Layanan", OPD, "", "", "lagi", ""]]
    batch = batch_of(cast, book(tmp_path, Peta_Rencana=[head, *rows]))
    (sheet,) = sheets_of(batch)
    told = [(one["row"], one["column"]) for one in sheet["warnings"]]
    assert told == [(1, ""), (1, "Catatan Rapat")], sheet["warnings"]
    assert "Column E" in sheet["warnings"][0]["message"]
    assert "Catatan Rapat" in sheet["warnings"][1]["message"]
    shown = Preview(system("uji"), batch, Where())
    assert len(shown.remarks) == 1 and "Catatan Rapat" in shown.unknown


def test_a_sheet_that_is_not_read_and_a_hidden_one_that_is_are_told(cast, tmp_path):  # noqa: F811
    file = book(
        tmp_path,
        Peta_Rencana=[HEAD, GOOD],
        Anggaran=[["Uraian belanja", "Volume"], ["Server", 3]],
        Arsip=[HEAD, [1, "Lama", OPD, ""]],
        Kosong=[],
    )
    made = openpyxl.load_workbook(file)
    made["Arsip"].sheet_state = "hidden"
    made.save(file)
    first, hidden = sheets_of(batch_of(cast, file))
    assert [(one["row"], one["value"]) for one in first["warnings"]] == [(None, "Anggaran")]
    assert [(one["row"], one["value"]) for one in hidden["warnings"]] == [(None, "Arsip")]
    assert "hidden" in hidden["warnings"][0]["message"]


def test_a_row_of_a_text_file_with_more_cells_than_headings_is_a_fault_and_no_value(cast, tmp_path):  # noqa: F811
    lines = f"1,Tanpa kutip,{OPD},850,000,000\n" + f'2,Dengan kutip,{OPD},"850,000,000",,\n'
    file = tmp_path / "berkas.csv"
    file.write_text(",".join(HEAD) + "\n" + lines)
    batch = batch_of(cast, file)
    (sheet,) = sheets_of(batch)
    assert [one["row"] for one in sheet["errors"]] == [2] and "6 cells" in sheet["errors"][0]["message"]
    assert (sheet["faulty"], sheet["new"], sheet["warnings"]) == (1, 1, [])
    imports.recheck_sheet(batch, system("uji"), 0)
    assert batch.rows.get(row=2).verdict == "faulty"


def test_a_formula_without_a_result_is_told_under_days_and_money_as_well(cast, tmp_path):  # noqa: F811
    head = [*HEAD, "Tanggal Awal", "Estimasi Biaya", "Keterangan"]
    row = [1, "Aplikasi perizinan", OPD, "=1+1", "=TODAY()", "=D2*2", "=A2"]
    (sheet,) = sheets_of(batch_of(cast, book(tmp_path, Peta_Rencana=[head, row])))
    assert {one["column"] for one in sheet["warnings"]} == set(head[3:]), sheet["warnings"]


TOTAL = ["", "Jumlah", "", 5]


@pytest.mark.parametrize("rows", [[HEAD], [HEAD, TOTAL]])
def test_a_file_with_headings_and_no_rows_says_so(cast, tmp_path, rows):  # noqa: F811
    (sheet,) = sheets_of(batch_of(cast, book(tmp_path, Peta_Rencana=rows)))
    assert any("no rows" in one["message"] for one in sheet["warnings"]), sheet["warnings"]


def test_an_empty_sheet_beside_a_filled_one_is_not_told(cast, tmp_path):  # noqa: F811
    (sheet,) = sheets_of(batch_of(cast, book(tmp_path, Peta_Rencana=[HEAD, GOOD], Kosong=[HEAD])))
    assert sheet["warnings"] == []
