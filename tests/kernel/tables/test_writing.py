"""What goes out comes back in."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.cells import Lookups, parser
from pendapa.kernel.tables.cleaning import clean
from pendapa.kernel.tables.escape import escape, unescape
from pendapa.kernel.tables.headers import recognise
from pendapa.kernel.tables.reading import read
from pendapa.kernel.tables.writing import Sheet, template, text_of, values_of, write_csv, write_xlsx
from tests.kernel.tables.kinds import APPLICATIONS, KINDS, needs_samples, sample


@given(st.text("'=+-@\t\r ab1\n"))
def test_escaping_is_undone_exactly(text):
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=40))
def test_a_clean_text_survives_export_and_import(text):
    once = clean(text)[0]
    assert clean(escape(once))[0] == once


@given(
    st.lists(
        st.lists(st.text(max_size=12).map(lambda t: clean(t)[0]), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_a_csv_comes_back_as_it_went(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("c") / "a.csv"
    write_csv(path, Sheet("x", ["Nama", "Uraian", "Kode"], rows))
    back = [line.cells for line in list(read(path)[0].rows)[1:]]
    assert back == [row for row in rows if any(row)]


def test_a_workbook_comes_back_as_it_went(tmp_path):
    rows = [
        ["000123", "satu\ndua", "_x0041_"],
        ["=1", "Rp 5", "é"],
        [Decimal("2.5"), 7, True],
        [None, ["a", "b"], ""],
    ]
    write_xlsx(
        tmp_path / "a.xlsx", [Sheet("Satu/Dua", ["A", "B", "C"], rows), Sheet("satu dua", ["A"], [["x"]])]
    )
    first, second = read(tmp_path / "a.xlsx")
    assert (first.name, second.name) == ("Satu Dua", "satu dua (2)")
    assert [line.cells for line in list(first.rows)[1:]] == [
        ["000123", "satu\ndua", "_x0041_"], ["=1", "Rp 5", "é"], ["2.5", "7", "ya"], ["", "a\nb", ""],
    ]  # fmt: skip


def test_sheets_can_be_written_to_memory():
    for write in (lambda b: write_xlsx(b, [Sheet("x", ["A"])]), lambda b: write_csv(b, Sheet("x", ["A"]))):
        buffer = io.BytesIO()
        write(buffer)
        assert buffer.getvalue()


def test_a_text_that_no_cell_can_hold_is_never_cut_in_silence(tmp_path):
    with pytest.raises(ValueError, match="row 2"):
        write_xlsx(tmp_path / "a.xlsx", [Sheet("x", ["A"], [["x" * 40_000]])])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_of_every_kind_is_recognised_with_all_its_columns(tmp_path, kind, language):
    write_xlsx(tmp_path / "a.xlsx", [template(kind, language, [["isi"] * len(kind.columns)])])
    found = recognise(read(tmp_path / "a.xlsx")[0], KINDS)
    assert found.kind is kind
    assert list(found.columns.values()) == [column.name for column in kind.columns]


def test_lists_of_a_template_can_be_picked_from(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", [template(APPLICATIONS)])
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert '"umum,khusus"' in {rule.formula1 for rule in page.data_validations.dataValidation}


def test_values_of_every_type_come_back_equal(tmp_path):
    record = {
        "nama": "=SIMPEG", "id": "007", "kelas": "khusus", "basis": ["web", "lainnya"], "status_aktif": False, "nilai": "850000000",
        "tahun_pembuatan": "2019", "url": "simpeg.go.id", "uraian": "- satu\n- dua", "layanan": ["L1, lama", "L2"],
    }  # fmt: skip
    sheet = template(APPLICATIONS, rows=[values_of(APPLICATIONS, record)])
    write_xlsx(tmp_path / "a.xlsx", [sheet])
    write_csv(tmp_path / "a.csv", sheet)
    for name in ("a.xlsx", "a.csv"):
        found = recognise(read(tmp_path / name)[0], KINDS)
        (row,) = found.rows
        back = {
            b.column: parser(APPLICATIONS.column(b.column), APPLICATIONS, Lookups())(row.cells[b.index]).value
            for b in found.bindings
            if row.cells[b.index]
        }
        assert back == record


def test_values_become_texts():
    assert [text_of(v) for v in (None, True, False, Decimal("1.50"), ["a", "b"], 3)] == [
        "",
        "ya",
        "tidak",
        "1.50",
        "a\nb",
        "3",
    ]


@needs_samples
def test_a_real_inventory_read_and_written_reads_the_same(tmp_path):
    lines = [line.cells for line in read(sample("denpasar_aplikasi.csv"))[0].rows]
    sheet = Sheet("Aplikasi", lines[0], lines[1:])
    write_csv(tmp_path / "a.csv", sheet)
    write_xlsx(tmp_path / "a.xlsx", [sheet])
    for name in ("a.csv", "a.xlsx"):
        assert [line.cells for line in read(tmp_path / name)[0].rows] == lines
