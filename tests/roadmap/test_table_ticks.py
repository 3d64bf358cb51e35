"""A schedule as columns to tick: first to last tick are start and end, a hole is told, and what cannot be dated is told once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables.actions import recheck_sheet
from pendapa.roadmap import exporting
from pendapa.roadmap.models import Initiative
from tests.cast import cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import OPD, book, read, saved, told
from tests.roadmap.test_table_spans import days

pytestmark = pytest.mark.django_db
TW = ["TW I", "TW II", "TW III", "TW IV"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nop", "Des"]


def table(above: list[Any], below: list[Any], *rows: list[Any]) -> list[list[Any]]:
    """Two lines of headings, the calendar between the name and the OPD; a row is its name and what is ticked."""
    width = len(below)
    above = above + [""] * (width - len(above))
    lines = [["No", "Nama Rencana", *above, "SKPD"], ["", "", *below, ""]]
    for n, (name, *cells) in enumerate(rows, 1):
        lines.append([n, name, *cells, *[""] * (width - len(cells)), OPD])
    return lines


def imported(cast: Any, tmp_path: Any, rows: list[list[Any]], *merges: Any) -> list[tuple[str, str]]:  # noqa: F811
    """The days after the import; nothing may be told, and the file again is the same."""
    file = book(tmp_path, rows, list(merges))
    batch = saved(read(cast, file))
    assert not told(batch) and not told(batch, "errors")
    again = numbers(read(cast, file))
    assert again["same"] == again["rows"] == Initiative.objects.count()
    return days()


@pytest.mark.parametrize("tick", ["v", "V", "√", "✓", "x", "X", "1", 1])
def test_quarters_under_two_years_give_the_first_and_the_last_day_that_is_ticked(cast, tmp_path, tick):  # noqa: F811
    rows = table(
        [2026, "", "", "", 2027],
        [*TW, *TW],
        ["Satu", "", "", tick, tick, tick],
        ["Dua", tick],
        ["Tiga", *[tick] * 8],
    )
    assert imported(cast, tmp_path, rows, (0, 2, 0, 5, 2026), (0, 6, 0, 9, 2027)) == [
        ("2026-07-01", "2027-03-31"), ("2026-01-01", "2026-03-31"), ("2026-01-01", "2027-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["Jadwal Tahun 2026"], TW),
        (["Waktu Pelaksanaan 2026"], ["Triwulan 1", "Triwulan 2", "Triwulan 3", "Triwulan 4"]),
        ([2026], ["I", "II", "III", "IV"]),
        (["TW I 2026", "TW II 2026", "TW III 2026", "TW IV 2026"], ["", "", "", ""]),
        (["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"], ["", "", "", ""]),
    ],
)
def test_quarters_of_one_year_are_read_however_the_year_stands_above_them(cast, tmp_path, above, below):  # noqa: F811
    rows = table(above, below, ["Satu", "", "v", "v"])
    assert imported(cast, tmp_path, rows) == [("2026-04-01", "2026-09-30")]


@pytest.mark.parametrize("below", [MONTHS, [str(n) for n in range(1, 13)], list("JFMAMJJASOND")])
def test_months_under_a_year_are_read(cast, tmp_path, below):  # noqa: F811
    rows = table(["Tahun 2026"], below, ["Satu", "", "", "v", "v", "v"])
    assert imported(cast, tmp_path, rows, (0, 2, 0, 13, "Tahun 2026")) == [("2026-03-01", "2026-05-31")]


def test_three_lines_of_headings_and_a_line_of_column_numbers_are_read(cast, tmp_path):  # noqa: F811
    rows = [["No", "Nama Rencana", "Jadwal Pelaksanaan", *[""] * 7, "SKPD"], ["", "", 2026, "", "", "", 2027, "", "", "", ""],
            ["", "", *TW, *TW, ""], [f"({n})" for n in range(1, 12)],
            [1, "Satu", "", "", "", "v", "v", "", "", "", OPD]]  # fmt: skip
    assert imported(cast, tmp_path, rows, (0, 2, 0, 9, "Jadwal Pelaksanaan")) == [
        ("2026-10-01", "2027-03-31")
    ]


def test_weeks_under_their_months_count_as_the_month(cast, tmp_path):  # noqa: F811
    rows = table(
        ["Januari 2026", "", "", "", "Februari 2026"],
        ["1", "2", "3", "4"] * 2,
        ["Satu", "", "", "v", "", "", "v"],
        ["Dua", "", "", "", "v"],
    )
    assert imported(cast, tmp_path, rows) == [("2026-01-01", "2026-02-28"), ("2026-01-01", "2026-01-31")]


def test_the_year_of_the_title_dates_quarters_without_a_year(cast, tmp_path):  # noqa: F811
    rows = [
        ["RENCANA AKSI SPBE TAHUN 2027"],
        [],
        ["No", "Nama Rencana", *TW, "SKPD"],
        [1, "Satu", "v", "v", "", "", OPD],
    ]
    assert imported(cast, tmp_path, rows) == [("2027-01-01", "2027-06-30")]


def test_without_any_year_the_ticks_are_left_out_and_told_once(cast, tmp_path):  # noqa: F811
    rows = table(["Jadwal"], TW, ["Satu", "v"], ["Dua", "", "v"])
    with translation.override("en"):
        batch = saved(read(cast, book(tmp_path, rows, [(0, 2, 0, 5, "Jadwal")])))
        said = told(batch).splitlines()
    assert len(said) == 1 and "TW I, TW II" in said[0] and "2026" in said[0], said
    assert days() == [("", "")] * 2


def test_a_hole_between_ticks_is_told_with_its_days_and_the_row_is_saved(cast, tmp_path):  # noqa: F811
    rows = table([2026], TW, ["Satu", "v", "", "", "x"], ["Dua", "v", "v"])
    with translation.override("en"):
        batch = saved(read(cast, book(tmp_path, rows, [(0, 2, 0, 5, 2026)])))
        said = told(batch).splitlines()
    assert len(said) == 1 and said[0].startswith("3 Jadwal: TW I 2026; TW IV 2026 "), said
    assert "2026-04-01 – 2026-09-30" in said[0] and "2026-01-01 – 2026-12-31" in said[0]
    assert days() == [("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-06-30")]


def test_what_is_no_tick_is_told_with_its_period_also_when_it_is_judged_again(cast, tmp_path):  # noqa: F811
    rows = table([2026], TW, ["Satu", "v", "25%; x", "-"], ["Dua", "0", "v"], ["Tiga", "", "nanti"])
    batch = read(cast, book(tmp_path, rows, [(0, 2, 0, 5, 2026)]))
    for _time in range(2):
        with translation.override("en"):
            said = told(batch).splitlines()
        assert [line.split(":")[0] for line in said] == ["3 Jadwal", "5 Jadwal"], said
        assert "25%, x" in said[0] and "TW II 2026" in said[0] and "nanti" in said[1]
        recheck_sheet(batch, system("uji"), 0)
    saved(batch)
    assert days() == [("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-30"), ("", "")]


def test_targets_a_quarter_are_no_calendar(cast, tmp_path):  # noqa: F811
    rows = table([2026], TW, ["Satu", "10%", "20%", "30%", "x"], ["Dua", "1", "", "2", "3"])
    batch = saved(read(cast, book(tmp_path, rows, [(0, 2, 0, 5, 2026)])))
    assert numbers(batch)["new"] == 2 and days() == [("", "")] * 2, told(batch, "errors")


def test_years_are_ticked_where_nothing_but_ticks_stands_under_them(cast, tmp_path):  # noqa: F811
    rows = [
        ["No", "Nama Rencana", 2026, 2027, 2028, "SKPD"],
        [1, "Satu", "v", "v", "", OPD],
        [2, "Dua", "", "", "√", OPD],
    ]
    assert imported(cast, tmp_path, rows) == [("2026-01-01", "2027-12-31"), ("2028-01-01", "2028-12-31")]
    assert not any(one.targets for one in Initiative.objects.all())


@pytest.mark.parametrize("other", ["1 dokumen", "1"])
def test_figures_and_words_under_years_stay_targets(cast, tmp_path, other):  # noqa: F811
    rows = [["Nama Rencana", 2026, 2027, "SKPD"], ["Satu", "1", "1", OPD], ["Dua", other, "", OPD]]
    saved(read(cast, book(tmp_path, rows)))
    assert Initiative.objects.get(title="Dua").targets["2026"]["target"] == other
    assert days() == [("", "")] * 2


def test_a_column_of_spans_beside_the_calendar_counts_and_it_is_told_once(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "Jadwal", *[f"{one} 2026" for one in TW], "SKPD"],
            ["Satu", "2026-2027", "v", "", "", "", OPD], ["Dua", "2027", "v", "v", "", "", OPD]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows)))
    assert len(told(batch).splitlines()) == 1 and "Jadwal" in told(batch)
    assert days() == [("2026-01-01", "2027-12-31"), ("2027-01-01", "2027-12-31")]


def test_start_and_end_of_their_own_come_before_ticks_that_do_not_agree(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "Mulai", "Selesai", *[f"{one} 2026" for one in TW], "SKPD"],
            ["Cocok", "12 Februari 2026", "30 Mei 2026", "v", "v", "", "", OPD],
            ["Beda", "12 Februari 2026", "30 Mei 2026", "", "", "v", "v", OPD]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows)))
    assert told(batch).startswith("3 Jadwal: ") and len(told(batch).splitlines()) == 1
    assert days() == [("2026-02-12", "2026-05-30")] * 2


def test_groups_totals_notes_and_headings_again_between_ticks_are_no_rows(cast, tmp_path):  # noqa: F811
    head = [
        ["No", "Nama Rencana", 2026, *[""] * 3, 2027, *[""] * 3, "SKPD", "Pagu"],
        ["", "", *TW, *TW, "", ""],
    ]
    rows = [["PETA RENCANA SPBE 2026-2030"], [], *head, ["A", "Tata Kelola SPBE"],
            [1, "Satu", "v", "v", *[""] * 6, OPD, 10], *head, ["B", "Layanan SPBE"],
            [2, "Dua", *[""] * 6, "√", "√", OPD, 20], ["Jumlah", "", 1, 1, *[""] * 4, 1, 1, "", 30],
            ["Keterangan: v = dilaksanakan"]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows, [(2, 2, 2, 5, 2026), (2, 6, 2, 9, 2027)])))
    assert numbers(batch)["new"] == 2 and not told(batch, "errors"), told(batch, "errors")
    assert days() == [("2026-01-01", "2026-06-30"), ("2027-07-01", "2027-12-31")]
    assert {one.content for one in Initiative.objects.all()} == {"governance", "services"}


def test_ticked_rows_go_out_with_start_and_end_and_come_back_the_same(cast, tmp_path):  # noqa: F811
    rows = table([2026], TW, ["Satu", "v", "v"])
    saved(read(cast, book(tmp_path, rows, [(0, 2, 0, 5, 2026)])))
    out = io.BytesIO()
    exporting.export(system("uji"), cast.institution, "xlsx", out)
    (back := tmp_path / "kembali.xlsx").write_bytes(out.getvalue())
    assert numbers(read(cast, back))["same"] == 1


def test_a_note_among_the_rows_and_signatures_below_are_no_groups_and_no_rows(cast, tmp_path):  # noqa: F811
    rows = [["No", "Nama Rencana", "SKPD", "Pagu"], ["A", "Tata Kelola SPBE"], [1, "Satu", OPD, 10],
            ["", "Catatan: nomor 1 menyusul"], ["B", "Layanan SPBE"], [2, "Dua", OPD, 20], [3, "", "", ""],
            ["", "", "Kota Uji, 12 Januari 2026"], ["", "", "", "Kepala Dinas"], ["Keterangan: v = dilaksanakan"]]  # fmt: skip
    batch = saved(read(cast, book(tmp_path, rows)))
    assert numbers(batch)["rows"] == 2 and not told(batch, "errors"), told(batch, "errors")
    assert {one.title: one.content for one in Initiative.objects.all()} == {
        "Satu": "governance",
        "Dua": "services",
    }
    assert len([one for one in batch.sheets[0]["skipped"] if "signature" in one["msgid"]]) == 4
