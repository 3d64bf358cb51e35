"""Cells that are shown as percent: the share is kept where a text is wanted, the number where a number is."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow

from pendapa.kernel.tables.columns import Column, Kind
from pendapa.kernel.tables.headers import recognise
from pendapa.kernel.tables.reading import read

KIND = Kind(
    "initiatives",
    {"id": "Rencana"},
    (
        Column("nama", {"id": "Nama Rencana"}),
        Column("target", {"id": "Target"}),
        Column("bobot", {"id": "Bobot"}, "number"),
        Column("pagu", {"id": "Pagu"}, "money"),
        Column("capaian", {"id": "Capaian"}, "yearly"),
        Column("rencana_", {"id": "Tahapan"}, "yearly", shares=True),
    ),
    unit_column=None,
    code_column=None,
)
HEADERS = ["Nama Rencana", "Target", "Bobot", "Pagu", "Capaian", "Tahapan"]


def workbook(path: Path, values: list[object], format: str) -> Path:
    book = openpyxl.Workbook()
    book.active.append(HEADERS)
    book.active.append(["Aplikasi", *values])
    for cell in book.active[2][1:]:
        cell.number_format = format
    book.save(path)
    return path


def cells(path: Path) -> list[str]:
    (grid,) = read(path)
    (row,) = recognise(grid, [KIND]).rows
    return list(row.cells)


def test_a_cell_shown_as_percent_comes_as_it_is_shown_where_no_number_is_wanted(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [0.5, 0.5, 0.5, 0.5, 0.5], "0%")
    assert cells(path) == ["Aplikasi", "50%", "0.5", "50%", "0.5", "50%"]


def test_a_share_has_the_decimal_comma_and_no_rounding_of_its_format(tmp_path):
    for value, shown in ((0.125, "12,5%"), (1, "100%"), (0.07, "7%"), (0.29, "29%"), (0, "0%")):
        for format in ("0%", "0.00%", "0.0\\ %;[Red]-0.0%"):
            assert cells(workbook(tmp_path / "a.xlsx", [value], format))[1] == shown, (value, format)


def test_a_sign_of_percent_that_is_only_a_text_of_the_format_is_no_share(tmp_path):
    for format in ('0" %"', "0\\%", "General"):
        assert cells(workbook(tmp_path / "a.xlsx", [50], format))[1] == "50"


def test_texts_in_a_column_of_percents_stay_as_they_are(tmp_path):
    assert cells(workbook(tmp_path / "a.xlsx", ["50 persen"], "0%"))[1] == "50 persen"


def test_a_share_in_an_opendocument_sheet_is_kept_also_where_it_is_repeated(tmp_path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Lembar")
    head, row = TableRow(), TableRow()
    for text in HEADERS:
        cell = TableCell(valuetype="string", stringvalue=text)
        head.addElement(cell)
    row.addElement(TableCell(valuetype="string", stringvalue="Aplikasi"))
    row.addElement(TableCell(valuetype="percentage", value="0.125", numbercolumnsrepeated=2))
    table.addElement(head)
    table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    assert cells(tmp_path / "a.ods")[:3] == ["Aplikasi", "12,5%", "0.125"]
