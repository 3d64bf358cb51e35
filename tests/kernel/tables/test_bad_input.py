"""Bad files: each gets a clear sentence, no traceback, and bounded time and memory."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from pendapa.kernel.tables.cells import Lookups, parser
from pendapa.kernel.tables.columns import Column, Kind
from pendapa.kernel.tables.containers import Limits
from pendapa.kernel.tables.headers import recognise
from pendapa.kernel.tables.messages import UnknownHeader
from pendapa.kernel.tables.names import UnitRef
from pendapa.kernel.tables.reading import Grid, Unreadable, read
from pendapa.kernel.tables.rows import row_parser
from pendapa.kernel.tables.writing import Sheet, write_csv, write_xlsx
from tests.kernel.tables.kinds import APPLICATIONS, KINDS

pytestmark = pytest.mark.hostile


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def workbook(path: Path, rows: list[list[object]] | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows or [["Nama Aplikasi", "OPD"], ["SIMPEG", "Dinas A"]]:
        book.active.append(row)
    book.save(path)
    return path


def changed(path: Path, parts: dict[str, bytes | None]) -> Path:
    """The workbook with some parts put in place of others (``None``: taken out)."""
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    content.update({name: part for name, part in parts.items() if part is not None})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in content.items():
            if not (name in parts and parts[name] is None):
                new.writestr(name, part)
    return path


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


SHEET = "xl/worksheets/sheet1.xml"


def refused(path: Path, words: str, **limits: int) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        for grid in read(path, limits=Limits(**limits) if limits else None):
            list(grid.rows)
    assert str(caught.value.advice)


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b";;;\n;;;\n"])
def test_an_empty_file(tmp_path, content):
    refused(written(tmp_path / "a.csv", content), "empty")


def test_an_empty_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    refused(tmp_path / "a.xlsx", "empty")


def test_a_file_that_is_not_there(tmp_path):
    refused(tmp_path / "tidak-ada.xlsx", "cannot be opened")


def test_a_pdf_renamed_xlsx(tmp_path):
    refused(written(tmp_path / "a.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), "PDF")


def test_a_password_protected_workbook(tmp_path):
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    locked = (
        header.ljust(512, b"\0")
        + "EncryptionInfo".encode("utf-16-le")
        + "EncryptedPackage".encode("utf-16-le")
    )
    refused(written(tmp_path / "a.xlsx", locked.ljust(4096, b"\0")), "password")


def test_a_password_protected_zip_of_a_workbook(tmp_path):
    path = workbook(tmp_path / "a.xlsx")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    refused(written(path, bytes(data)), "password|damaged")


def test_a_workbook_of_the_old_format(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + "Workbook".encode("utf-16-le")
    refused(written(tmp_path / "a.xls", content.ljust(2048, b"\0")), r"old \.xls")


def test_a_web_page_saved_as_xls(tmp_path):
    refused(written(tmp_path / "a.xls", b"\n<html><body><table><tr><td>Nama</td></tr></table>"), "web page")


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_broken_workbook_cut_off(tmp_path, keep):
    path = workbook(tmp_path / "a.xlsx")
    data = path.read_bytes()
    refused(written(path, data[: int(len(data) * keep)]), "damaged")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_broken_workbook_with_a_part_missing(tmp_path, part):
    refused(changed(workbook(tmp_path / "a.xlsx"), {part: None}), "damaged|archive|empty")


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET])
def test_a_broken_workbook_with_garbage_inside(tmp_path, part):
    refused(changed(workbook(tmp_path / "a.xlsx"), {part: b"<a><b></a>\x00\xff"}), "damaged|empty")


def test_a_broken_workbook_with_flipped_bytes(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [["Nama Aplikasi", "OPD"], *[[f"Aplikasi {n}", "Dinas"] for n in range(300)]]
    )
    data = bytearray(path.read_bytes())
    for at in range(200, len(data) - 200, 97):
        data[at] ^= 0x5A
    refused(written(path, bytes(data)), ".")


def test_a_workbook_whose_table_of_contents_is_damaged_is_no_mere_archive(tmp_path):
    whole = workbook(tmp_path / "a.xlsx").read_bytes()
    for name in (b"[Content_Types].xml", b"xl/workbook.xml"):
        assert name in whole
        whole = whole.replace(name, b"?" + name[1:])
    refused(written(tmp_path / "rusak.xlsx", whole), "damaged")


def test_a_zip_that_is_no_workbook_and_a_letter(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("catatan.txt", "x")
    refused(tmp_path / "a.xlsx", "zip archive")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    refused(tmp_path / "b.xlsx", "not a spreadsheet")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"Nama,OPD\n", b"\x00" * 10])
def test_200_mb(tmp_path, start):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(200 << 20)
    tracemalloc.start()
    refused(path, "MB|empty|not a table")
    assert tracemalloc.get_traced_memory()[1] < 5 << 20
    tracemalloc.stop()


def test_formula_cells_give_their_saved_result_and_without_one_are_empty_and_told(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet()
    page.write_row(0, 0, ["Nama Aplikasi", "Nilai", "Tahun"])
    page.write_string(1, 0, "SIMPEG")
    page.write_formula(1, 1, "=40+2", None, 42)
    page.write_formula(1, 2, "=A1", None, "")
    book.close()
    path = changed(tmp_path / "a.xlsx", {})
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET)
    path = changed(path, {SHEET: xml.replace(b'<c r="C2" t="str"><f>A1</f><v></v>', b'<c r="C2"><f>A1</f>')})
    line = list(read(path)[0].rows)[1]
    assert line.cells == ["SIMPEG", "42", ""]
    assert [(note.index, str(note.message)) for note in line.notes] == [
        (2, "The cell holds a formula without a saved result; it was read as empty.")
    ]


def test_error_values_are_empty_and_told(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Nama", "Nilai"], ["SIMPEG", "#REF!"], ["SIPD", "#N/A"]])
    lines = list(read(path)[0].rows)
    assert [line.cells for line in lines[1:]] == [["SIMPEG", ""], ["SIPD", ""]]
    assert [(line.notes[0].index, line.notes[0].value) for line in lines[1:]] == [(1, "#REF!"), (1, "#N/A")]
    lines = list(read(written(tmp_path / "a.csv", b"Nama,Nilai\nSIMPEG,#DIV/0!\n"))[0].rows)
    assert lines[1].cells == ["SIMPEG", ""]
    assert lines[1].notes


@pytest.mark.slow
def test_a_million_empty_rows_in_a_workbook(tmp_path):
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nama</t></is></c></row>' + "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, 1_000_001)
    )
    path = changed(workbook(tmp_path / "a.xlsx"), {SHEET: sheet_xml(rows)})
    (grid,) = read(path)
    assert [line.cells for line in grid.rows] == [["Nama"]]


def test_a_million_empty_rows_before_a_stray_cell(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    path = changed(workbook(tmp_path / "a.xlsx"), {SHEET: sheet_xml(rows)})
    assert [line.number for line in read(path)[0].rows] == [1, 1_048_576]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_stray_cell_in_the_last_corner_is_refused_before_a_rectangle_is_laid_out(tmp_path, quote):
    rows = (
        f"<row r={quote}1048576{quote}><c x={quote}/>{quote}  r={quote}XFD1048576{quote}><v>1</v></c></row>"
    )
    path = changed(
        workbook(tmp_path / "a.xlsx"), {SHEET: sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' + rows)}
    )
    refused(path, "16384 columns|too far")


def test_a_million_empty_rows_in_a_csv(tmp_path):
    path = written(tmp_path / "a.csv", b"Nama;OPD\nA;B\n" + b";\n" * 1_000_000)
    assert [line.number for line in read(path)[0].rows] == [1, 2]


def test_a_million_repeated_cells_in_an_opendocument_sheet(tmp_path):
    space = "urn:oasis:names:tc:opendocument:xmlns"
    cell = (
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
    )
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="L"><table:table-row table:number-rows-repeated="1000000">{cell}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    refused(tmp_path / "a.ods", "columns|too far")


def test_a_zip_bomb(tmp_path):
    path = changed(workbook(tmp_path / "a.xlsx"), {"xl/sharedStrings.xml": b" " * (60 << 20)})
    refused(path, "unpacks")


def test_a_zip_bomb_that_lies_about_its_size(tmp_path):
    path = changed(workbook(tmp_path / "a.xlsx"), {"xl/sharedStrings.xml": b"<a/>" * (8 << 20)})
    data = bytearray(path.read_bytes())
    true = struct.pack("<L", 32 << 20)
    at = data.find(true)
    while at >= 0:
        data[at : at + 4] = struct.pack("<L", 100)
        at = data.find(true, at + 4)
    tracemalloc.start()
    refused(written(path, bytes(data)), "unpacks|damaged")
    assert tracemalloc.get_traced_memory()[1] < 30 << 20
    tracemalloc.stop()


def test_entities_in_a_part_are_refused(tmp_path):
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + sheet_xml("")
    refused(changed(workbook(tmp_path / "a.xlsx"), {SHEET: laughs}), "XML definitions")
    refused(changed(workbook(tmp_path / "b.xlsx"), {"xl/workbook.xml": laughs}), "XML definitions")


def test_macros_are_ignored(tmp_path):
    path = changed(workbook(tmp_path / "a.xlsm"), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100})
    assert len(list(read(path)[0].rows)) == 2


def test_too_many_columns(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Nama"] * 600])
    refused(path, "600 columns; at most 512")
    refused(written(tmp_path / "a.csv", b",".join([b"x"] * 600)), "600 columns; at most 512")


def test_too_many_rows(tmp_path):
    rows = [["Nama", "OPD"]] + [["x", "y"]] * 50
    refused(workbook(tmp_path / "a.xlsx", rows), "more than 20 filled rows", rows=20)


def test_10000_character_names_are_errors_of_their_row_and_tell_the_limit():
    grid = Grid.of([["Nama Aplikasi", "OPD"], ["a" * 10_000, "x"], ["a" * 300, "x"]])
    found = recognise(grid, [APPLICATIONS])
    parse = row_parser(found, Lookups(), UnitRef(1, "x"))
    long, fitting = (parse(row) for row in found.rows)
    (error,) = [one for one in long.errors if one.column == "Nama Aplikasi"]
    assert str(error.message) == "The text has 10000 characters; at most 300 are taken."
    assert not [one for one in fitting.errors if one.column == "Nama Aplikasi"]


def test_a_very_long_text_elsewhere_is_kept_as_written_and_told():
    cell = parser(APPLICATIONS.column("fungsi"), APPLICATIONS, Lookups())("a" * 10_001)
    assert (cell.value, cell.errors) == ("a" * 10_001, ())
    assert "10001" in str(cell.warnings[0].message)


def test_a_cell_that_swallows_the_file_is_refused(tmp_path):
    refused(written(tmp_path / "a.csv", b'Nama,OPD\n"' + b"x" * 200_000), "cannot be split")


def test_control_characters_are_removed_and_told(tmp_path):
    (line,) = read(written(tmp_path / "a.csv", b"SIM\x07PEG,a\x00b\x1f,aman\n"))[0].rows
    assert line.cells == ["SIMPEG", "ab", "aman"]
    assert [(note.index, str(note.message)) for note in line.notes] == [
        (0, "The value had control characters; they were removed."),
        (1, "The value had control characters; they were removed."),
    ]


def test_a_name_written_from_right_to_left_by_a_hidden_sign_is_told(tmp_path):
    (line,) = read(written(tmp_path / "a.csv", "SIM\u202eGEP,x\n".encode()))[0].rows
    assert line.cells[0] == "SIMGEP"
    assert line.notes


def test_binary_data_is_not_taken_for_a_table(tmp_path):
    refused(written(tmp_path / "a.csv", bytes(range(256)) * 20 + bytes(4000)), "not a table")


RISKY = [
    "=1+1",
    "+62 361",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "'=x",
    "- Surat masuk\n- Surat keluar",
]


@pytest.mark.parametrize("text", RISKY)
def test_cells_starting_with_signs_are_texts_that_are_escaped_on_export_and_come_back_equal(tmp_path, text):
    sheet = Sheet("Lembar", ["Nama", "Uraian"], [[text, "x"]])
    write_csv(tmp_path / "a.csv", sheet)
    write_xlsx(tmp_path / "a.xlsx", [sheet])
    assert ("'" + text.split("\n")[0].replace('"', '""')).encode() in (tmp_path / "a.csv").read_bytes()
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert cell.data_type == "s"
    assert cell.value == "'" + text
    for name in ("a.csv", "a.xlsx"):
        assert list(read(tmp_path / name)[0].rows)[1].cells == [text, "x"]


def test_a_header_with_no_known_column(tmp_path):
    grid = Grid.of([["Warna", "Ukuran"], ["merah", "besar"]])
    with pytest.raises(UnknownHeader, match="Seen: Warna, Ukuran") as caught:
        recognise(grid, KINDS)
    assert "Nama aplikasi" in str(caught.value)


def test_an_empty_sheet_of_a_workbook_has_no_header():
    with pytest.raises(UnknownHeader, match="empty"):
        recognise(Grid.of([]), KINDS)


def test_texts_that_hurt_careless_patterns_are_judged_quickly():
    kind = Kind(
        "x",
        {"id": "X"},
        tuple(Column(t, {"id": t}, t) for t in ("date", "url", "money", "number", "reference")),
    )  # type: ignore[arg-type]
    for column in kind.columns:
        for text in (
            "1." * 4000,
            " " * 9000 + "x",
            "a" * 9999,
            "(" * 5000,
            "http://" + "a." * 4000,
            "1 " * 4000,
        ):
            parser(column, kind, Lookups())(text)


def test_refusals_can_be_told_in_another_language():
    with pytest.raises(Unreadable) as caught:
        read(Path("/tidak/ada.csv"))
    shout = caught.value.render(lambda msgid: msgid.upper().replace("%(WHY)S", "%(why)s"))
    assert shout.startswith("THE FILE CANNOT BE OPENED")


def test_no_buffer_of_a_refused_workbook_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    refused(changed(workbook(tmp_path / "a.xlsx"), {SHEET: b"<!DOCTYPE x>"}), "XML")
    list(read(workbook(tmp_path / "b.xlsx"))[0].rows)
    assert list((tmp_path / "t").iterdir()) == []
