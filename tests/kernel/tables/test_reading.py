"""Files as they come: formats, separators, encodings, cell types, row numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pendapa.kernel.tables.containers import Limits
from pendapa.kernel.tables.reading import Grid, Unreadable, read


def save(path: Path, rows: dict[str, object], **sheets: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    for name, cells in {"Lembar": rows, **sheets}.items():
        page = book.create_sheet(name)
        for place, value in cells.items():
            page[place] = value
    del book["Sheet"]
    book.save(path)
    return path


def texts(grid: Grid) -> dict[int, list[str]]:
    return {line.number: list(line.cells) for line in grid.rows}


def one(path: Path) -> dict[int, list[str]]:
    (grid,) = read(path)
    return texts(grid)


def csv_file(tmp_path: Path, content: bytes, name: str = "berkas.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_row_numbers_are_those_that_the_spreadsheet_shows(tmp_path):
    path = save(tmp_path / "a.xlsx", {"C4": "Nama", "C9": "SIMPEG"})
    assert one(path) == {4: ["", "", "Nama"], 9: ["", "", "SIMPEG"]}


def test_cells_of_a_workbook_become_plain_texts(tmp_path):
    day, moment = dt.date(2021, 1, 12), dt.datetime(2021, 1, 12, 8, 30)
    path = save(
        tmp_path / "a.xlsx",
        {
            "A1": 2021,
            "B1": 2.68,
            "C1": True,
            "D1": day,
            "E1": moment,
            "F1": "030701",
            "G1": 850000000000,
            "H1": 0.1 + 0.2,
        },
    )
    assert one(path)[1] == [
        "2021", "2.68", "TRUE", "2021-01-12", "2021-01-12 08:30:00", "030701", "850000000000", "0.3",
    ]  # fmt: skip


def test_texts_are_trimmed_composed_and_freed_from_odd_spaces(tmp_path):
    path = save(
        tmp_path / "a.xlsx", {"A1": "  Dinas\u00a0Kesehatan ", "B1": "Cafe\u0301", "C1": "a\u200bb\ufeff"}
    )
    assert one(path)[1] == ["Dinas Kesehatan", "Café", "ab"]


def test_an_opendocument_sheet_is_read_with_its_row_numbers_and_types(tmp_path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Lembar")
    table.addElement(TableRow(numberrowsrepeated=3))
    row = TableRow()
    row.addElement(TableCell(numbercolumnsrepeated=2))
    many = TableCell(valuetype="string")
    many.addElement(P(text="satu"))
    many.addElement(P(text="dua"))
    row.addElement(many)
    row.addElement(TableCell(valuetype="float", value="2021"))
    row.addElement(TableCell(valuetype="date", datevalue="2021-01-12"))
    row.addElement(TableCell(formula="of:=1+1"))
    table.addElement(row)
    table.addElement(TableRow(numberrowsrepeated=1_048_000))
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    (line,) = read(tmp_path / "a.ods")[0].rows
    assert (line.number, line.cells[2:5]) == (4, ["satu\ndua", "2021", "2021-01-12"])
    assert "formula" in str(line.notes[0].message)


def test_hidden_sheets_are_read_like_others_and_one_sheet_can_be_chosen(tmp_path):
    path = save(tmp_path / "a.xlsx", {"A1": "x"}, Rahasia={"A1": "y"})
    book = openpyxl.load_workbook(path)
    book["Rahasia"].sheet_state = "hidden"
    book.save(path)
    grids = read(path)
    assert [(grid.name, grid.hidden) for grid in grids] == [("Lembar", False), ("Rahasia", True)]
    assert texts(read(path, sheet=" rahasia")[0]) == {1: ["y"]}


def test_a_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are(tmp_path):
    with pytest.raises(Unreadable, match=r"no sheet Aplikasi.*Lembar"):
        read(save(tmp_path / "a.xlsx", {"A1": "x"}), sheet="Aplikasi")


def test_the_format_is_told_by_content_and_not_by_name(tmp_path):
    path = save(tmp_path / "a.xlsx", {"A1": "x"})
    assert one(path.rename(tmp_path / "a.csv")) == {1: ["x"]}
    assert one(csv_file(tmp_path, b"a,b\n", "b.xlsx")) == {1: ["a", "b"]}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_csv_of_every_separator_and_encoding_gives_the_same(tmp_path, separator, encoding):
    rows = [["Nama", "Uraian"], ["Café", "satu; dua, tiga"], ["030701", "ü"]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert list(one(csv_file(tmp_path, text.encode(encoding))).values()) == rows


def test_a_csv_record_of_several_lines_counts_once_and_blank_records_count(tmp_path):
    path = csv_file(tmp_path, b'Nama,Uraian\n\n"A","satu\ndua"\n,,\nB,tiga\n')
    assert one(path) == {1: ["Nama", "Uraian"], 3: ["A", "satu\ndua"], 5: ["B", "tiga"]}


def test_the_line_that_names_the_separator_is_no_row(tmp_path):
    assert one(csv_file(tmp_path, b"sep=;\nNama;Uraian\na;b, c\n")) == {
        1: ["Nama", "Uraian"],
        2: ["a", "b, c"],
    }


def test_damaged_letters_are_kept_as_written_and_told_with_the_mended_text(tmp_path):
    path = csv_file(tmp_path, "Nama,Prosesor\nServer,Intel XeonÂ®\nWeb,itâ€™s\n".encode())
    lines = list(read(path)[0].rows)
    assert [line.cells[1] for line in lines] == ["Prosesor", "Intel XeonÂ®", "itâ€™s"]
    assert [line.notes[0].suggestion for line in lines[1:]] == ["Intel Xeon®", "it’s"]


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path):
    path = csv_file(tmp_path, b'Nama,OPD,Tahun\n"SIMPEG,Dinas A,2019\nSIPD,Dinas B,2020\n')
    notes = [note for line in read(path)[0].rows for note in line.notes]
    assert "quotation mark" in str(notes[0].message)


def test_a_grid_can_be_walked_through_twice(tmp_path):
    for path in (save(tmp_path / "a.xlsx", {"A1": "x"}), csv_file(tmp_path, b"x,y\n")):
        (grid,) = read(path)
        assert texts(grid) == texts(grid)


def test_limits_can_be_narrowed(tmp_path):
    path = csv_file(tmp_path, b"a,b\n" * 10)
    with pytest.raises(Unreadable, match="more than 5 filled rows"):
        list(read(path, limits=Limits(rows=5, above=1))[0].rows)


def test_headers_and_titles_are_not_counted_among_the_rows(tmp_path):
    path = csv_file(tmp_path, b"Daftar,\nNama,OPD\n" + b"a,b\n" * 200_000)
    assert sum(1 for _ in read(path)[0].rows) == 200_002
