"""A table with one column for the whole span of time: read as start and end, told where it cannot be, the same again."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.roadmap import exporting
from pendapa.roadmap.models import Initiative
from tests.cast import cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import OPD, book, read, saved, told

pytestmark = pytest.mark.django_db
SPANS = {
    "2026-2028": ("2026-01-01", "2028-12-31"),
    "2026 – 2028": ("2026-01-01", "2028-12-31"),
    "2026": ("2026-01-01", "2026-12-31"),
    "TW III 2026": ("2026-07-01", "2026-09-30"),
    "TW I - TW III 2027": ("2027-01-01", "2027-09-30"),
    "Semester II 2026": ("2026-07-01", "2026-12-31"),
    "Maret 2027 s.d. Juni 2028": ("2027-03-01", "2028-06-30"),
    "Jan-Mar 2027": ("2027-01-01", "2027-03-31"),
    "1/3/2027 s/d 30/6/2027": ("2027-03-01", "2027-06-30"),
}


def days() -> list[tuple[str, str]]:
    rows = Initiative.objects.order_by("pk").values_list("starts_on", "ends_on")
    return [tuple(one.isoformat() if one else "" for one in row) for row in rows]


@pytest.mark.parametrize("heading", ["Jadwal", "Waktu Pelaksanaan", "Periode", "Waktu", "Tahun Pelaksanaan"])
def test_whole_spans_give_start_and_end_and_an_export_is_the_same(cast, tmp_path, heading):  # noqa: F811
    rows = [[n, f"Inisiatif {n}", text, OPD] for n, text in enumerate([2026, *SPANS], 1)]
    file = book(tmp_path, [["No", "Nama Rencana", heading, "SKPD"], *rows])
    batch = saved(read(cast, file))
    assert not told(batch) and not told(batch, "errors")
    assert days() == [SPANS["2026"], *SPANS.values()]
    assert numbers(read(cast, file))["same"] == len(rows), told(batch)
    for form in ("xlsx", "csv", "json"):
        out = io.BytesIO()
        exporting.export(system("uji"), cast.institution, form, out)
        assert heading.encode() not in out.getvalue() or form == "json"
        (back := tmp_path / f"kembali.{form}").write_bytes(out.getvalue())
        assert numbers(read(cast, back))["same"] == len(rows), form


def test_what_is_no_span_is_told_at_its_cell_with_what_would_be_read(cast, tmp_path):  # noqa: F811
    rows = [
        ["Satu", "menyusul", OPD],
        ["Dua", "Nov - Jan 2027", OPD],
        ["Tiga", "1-3/2027", OPD],
        ["Empat", "-", OPD],
    ]
    with translation.override("en"):
        batch = saved(read(cast, book(tmp_path, [["Nama Rencana", "Jadwal", "SKPD"], *rows])))
        said = told(batch).splitlines()
    assert [line.split(":")[0] for line in said] == ["2 Jadwal", "3 Jadwal", "4 Jadwal"], said
    assert all(row[1] in line and "s.d." in line for row, line in zip(rows, said, strict=False))
    assert days() == [("", "")] * 4


def test_days_in_columns_of_their_own_win_and_where_they_do_not_agree_it_is_told(cast, tmp_path):  # noqa: F811
    head = ["Nama Rencana", "Mulai", "Selesai", "Jadwal", "SKPD"]
    rows = [
        ["Cocok", "12 Januari 2026", "30 Juni 2027", "2026-2027", OPD],
        ["Beda", "12 Januari 2026", "30 Juni 2027", "2027-2028", OPD],
        ["Separuh", "12 Januari 2026", "", "2026-2027", OPD],
        ["Lain", "12 Januari 2026", "", "TW III 2027", OPD],
    ]
    batch = saved(read(cast, book(tmp_path, [head, *rows])))
    said = told(batch).splitlines()
    assert [line.split(":")[0] for line in said] == ["3 Jadwal", "5 Jadwal"], said
    assert "2027-2028" in said[0] and "2026-01-12" in said[0] and "2027-06-30" in said[0]
    both = ("2026-01-12", "2027-06-30")
    assert days() == [both, both, ("2026-01-12", "2027-12-31"), ("2026-01-12", "")]


def test_a_span_outside_the_roadmap_is_a_fault_at_its_own_column(cast, tmp_path):  # noqa: F811
    head = ["Nama Rencana", "Periode", "SKPD"]
    saved(read(cast, book(tmp_path, [head, ["Satu", "2026-2028", OPD]])))
    batch = read(cast, book(tmp_path, [head, ["Dua", "2026-2044", OPD]]))
    assert numbers(batch)["faulty"] == 1
    assert told(batch, "errors").startswith("2 Periode: "), told(batch, "errors")


@pytest.mark.parametrize("under", [("Awal", "Akhir"), ("Mulai", "Selesai")])
def test_a_merged_heading_over_start_and_end_is_two_columns(cast, tmp_path, under):  # noqa: F811
    rows = [["No", "Nama Rencana", "Waktu Pelaksanaan", "", "SKPD"], ["", "", *under, ""],
            [1, "Satu", "Maret 2026", "TW II 2027", OPD]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows, [(0, 2, 0, 3, "Waktu Pelaksanaan")])))
    assert numbers(batch)["new"] == 1, told(batch, "errors")
    row = Initiative.objects.get()
    assert (row.starts_on, row.ends_on) == (date(2026, 3, 1), date(2027, 6, 30))


@pytest.mark.parametrize("under", [(2026, 2027, 2028), ("TW I", "TW II", "TW III"), ("Jan", "Feb", "Mar")])
def test_a_heading_over_columns_to_tick_is_no_span(cast, tmp_path, under):  # noqa: F811
    rows = [
        ["No", "Nama Rencana", "Jadwal", "", "", "SKPD"],
        ["", "", *under, ""],
        [1, "Satu", "v", "v", "", OPD],
    ]
    batch = read(cast, book(tmp_path, rows, [(0, 2, 0, 4, "Jadwal")]))
    assert numbers(batch)["new"] == 1 and numbers(batch)["faulty"] == 0, told(batch, "errors")
    assert not told(batch).count("Jadwal:"), told(batch)


def test_a_first_row_beside_columns_without_a_heading_stays_a_row(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "", "SKPD", "Jadwal", ""], ["Satu", "", OPD, "2026", "cek"]]
    saved(read(cast, book(tmp_path, rows)))
    assert days() == [("2026-01-01", "2026-12-31")]
