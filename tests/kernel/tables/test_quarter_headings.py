"""Headings of one quarter: how sheets write them, where the year stands, what is left out and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.cells import Lookups
from pendapa.kernel.tables.columns import Kind
from pendapa.kernel.tables.headers import recognise
from pendapa.kernel.tables.headings import Slot, bind
from pendapa.kernel.tables.periods import headed, laid, lone_year
from pendapa.kernel.tables.reading import Grid, Line
from pendapa.kernel.tables.rows import ParsedRow, row_parser
from tests.kernel.tables.kinds import col

KIND = Kind(
    "iku",
    {"id": "IKU"},
    (
        col("nama", "Nama", "Name"),
        col("target", "Target", "Target", "number"),
        col(
            "target_triwulan", "Target per triwulan", "Target a quarter", "quarterly", "Target Triwulanan", "Target TW"
        ),
        col("realisasi_triwulan", "Realisasi per triwulan", "Result a quarter", "quarterly", "Realisasi TW"),
    ),
    code_column=None,
    unit_column=None,
)  # fmt: skip


def read(*lines: list[str], name: str = "Lembar1") -> tuple[list[ParsedRow], dict[str, str | None]]:
    grid = Grid(name, lambda: iter([Line(n, line) for n, line in enumerate(lines, 1)]))
    found = recognise(grid, [KIND])
    parse = row_parser(found, Lookups())
    return [parse(row) for row in found.rows], found.columns


def values(parsed: ParsedRow, column: str = "target_triwulan") -> dict[str, str]:
    return {key: value for key, value in parsed.values.get(column, {}).items() if key != "+"}


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("Target TW I 2026", ("target_triwulan", 20261)), ("TW II 2026 Realisasi", ("realisasi_triwulan", 20262)),
        ("Target Triwulan 3", ("target_triwulan", 3)), ("Realisasi Q4 2026", ("realisasi_triwulan", 20264)),
        ("REALISASI S.D. TRIWULAN III TAHUN 2026", ("realisasi_triwulan", 20263)), ("target_tw1_2026", ("target_triwulan", 20261)),
        ("2026 Q2 - Target", ("target_triwulan", 20262)), ("Target Kinerja\nTri Wulan ke-4", ("target_triwulan", 4)),
        ("Target (TW II)", ("target_triwulan", 2)), ("Result Q1/2026", ("realisasi_triwulan", 20261)), ("Target TW 02", ("target_triwulan", 2)),
        ("Target", ("target", None)), ("Target per triwulan", ("target_triwulan", None)), ("Target TW", ("target_triwulan", None)),
        ("TW I 2026", None), ("Capaian (%) TW I", None), ("Persentase Realisasi TW I", None), ("Target TW V", None), ("Target TW 5", None),
        ("Target TW I - TW IV", None), ("Target TW I 2026/2027", None), ("Anggaran TW I 2026", None), ("Target TW I 1026", None),
    ],
)  # fmt: skip
def test_a_heading_of_a_quarter_is_known_however_it_is_written(heading: str, found: tuple | None) -> None:
    match = bind(["Nama", heading], KIND)[1]
    assert (match and (match.slot.column, match.slot.level)) == found


@given(st.text(max_size=80))
def test_no_heading_breaks_the_recogniser(text: str) -> None:
    assert headed(text) is None or headed(text).quarter in (1, 2, 3, 4)
    lone_year([text])


def test_two_headings_of_one_quarter_are_one_and_the_other_is_left_out() -> None:
    found = bind(["Nama", "Target TW I 2026", "Q1 2026 Target", "Target TW I 2027"], KIND)
    assert [one and one.slot for one in found[1:]] == [
        Slot("target_triwulan", None, 20261), None, Slot("target_triwulan", None, 20271),
    ]  # fmt: skip


def test_values_under_headings_of_quarters_become_one_value() -> None:
    (row,), _columns = read(
        [
            "No",
            "Nama",
            "Target TW I 2026",
            "Realisasi TW I 2026",
            "Target TW II 2026",
            "Realisasi TW II 2026",
        ],
        ["1", "Indeks", "20", "0", "45,5", "-"],
    )
    assert values(row) == {"2026-TW1": "20", "2026-TW2": "45.5"}
    assert values(row, "realisasi_triwulan") == {"2026-TW1": "0"} and not row.warnings


@pytest.mark.parametrize(
    ("above", "name"),
    [
        (["INDIKATOR KINERJA UTAMA TAHUN 2026"], "IKU"),
        (["RPJMD 2025-2029"], "IKU 2026"),
        (["IKU (RPJMD 2025 s.d. 2029)", "Tahun Anggaran 2026"], "Lembar1"),
        ([], "Capaian 2026"),
    ],
)
def test_a_year_that_stands_above_the_table_or_in_the_name_of_the_sheet_counts(
    above: list[str], name: str
) -> None:
    titles = [[text] for text in above]
    (row,), _columns = read(
        *titles, ["Nama", "Target TW I", "Target TW 2"], ["Indeks", "20", "45"], name=name
    )
    assert values(row) == {"2026-TW1": "20", "2026-TW2": "45"}


def test_groups_over_quarters_and_quarters_over_groups_are_joined() -> None:
    wanted = {"2026-TW1": "1", "2026-TW2": "2"}
    below = ["", "TW I", "TW II", "TW I", "TW II"]
    (row,), _columns = read(
        ["Nama", "Target 2026", "", "Realisasi 2026", ""], below, ["Indeks", "1", "2", "3", "4"]
    )
    assert values(row) == wanted and values(row, "realisasi_triwulan") == {"2026-TW1": "3", "2026-TW2": "4"}
    below = ["", "Target", "Realisasi", "Target", "Realisasi"]
    (row,), _columns = read(
        ["Nama", "Triwulan I 2026", "", "Triwulan II 2026", ""], below, ["Indeks", "1", "3", "2", "4"]
    )
    assert values(row) == wanted


def test_the_year_of_a_row_comes_before_that_of_the_sheet() -> None:
    rows, _columns = read(
        ["IKU 2026"], ["Nama", "Tahun", "Target TW I"], ["Satu", "2027", "5"], ["Dua", "", "6"], ["Tiga", "segera", "7"],
    )  # fmt: skip
    assert [values(row) for row in rows] == [{"2027-TW1": "5"}, {"2026-TW1": "6"}, {}]
    assert "of which year" in str(rows[2].warnings[0].message)


def test_without_any_year_the_value_is_left_out_and_told_at_its_cell() -> None:
    (row,), _columns = read(["IKU 2025 dan 2026"], ["Nama", "Target TW I"], ["Indeks", "20"])
    ((number, column, value, message, _suggestion),) = row.warnings
    assert (number, column, value) == (3, "Target TW I", "20") and "TW I 2026" in str(message)
    assert "target_triwulan" not in row.values


def test_what_is_no_number_stays_as_written_and_is_told() -> None:
    (row,), _columns = read(["Nama", "Target TW I 2026", "Target TW II 2026"], ["Opini", "WTP", "1.234"])
    assert values(row) == {"2026-TW1": "WTP", "2026-TW2": "1.234"}
    assert [found.column for found in row.warnings] == ["Target TW I 2026", "Target TW II 2026"]


def test_a_cell_of_several_quarters_beside_headings_of_their_own_fills_what_they_lack() -> None:
    (row,), _columns = read(
        ["Nama", "Target per triwulan", "Target TW I 2026"],
        ["Indeks", "TW I 2026: 19; TW II 2026: 45", "20"],
    )
    assert values(row) == {"2026-TW1": "20", "2026-TW2": "45"}
    assert "19; 20" in str(row.warnings[0].message)
    (row,), _columns = read(["Nama", "Target per triwulan"], ["Indeks", "TW I 2026: 19"])
    assert row.values["target_triwulan"] == {"2026-TW1": "19"}, "a cell of its own tells all"


def test_some_quarters_are_laid_over_those_that_stand() -> None:
    before = {"2025-TW4": "1", "2026-TW1": "2"}
    assert laid(before, {"2026-TW1": "3", "+": ""}) == {"2025-TW4": "1", "2026-TW1": "3"}
    assert laid(before, {"2026-TW1": "3"}) == {"2026-TW1": "3"}
    assert laid("lama", {"2026-TW1": "3", "+": ""}) == {"2026-TW1": "3"} and laid(before, "x") == "x"
