"""A sheet for each year: what stands on it without a year is of the year of its name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pendapa.roadmap.models import Initiative
from tests.cast import cast  # noqa: F401
from tests.roadmap.test_import_printed import OPD, read, saved, told

pytestmark = pytest.mark.django_db
HEAD = ["Nama Rencana", "Target", "SKPD", "Jadwal"]


def workbook(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    file = folder / "peta-rencana.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return file


def test_spans_and_targets_without_a_year_are_of_the_year_of_their_sheet(cast, tmp_path):  # noqa: F811
    sheets = {
        "Tahun 2027": [HEAD, ["Satu", "26 kelas", OPD, "TW I - TW II"], ["Dua", "5 kelas", OPD, "Jan-Des"]],
        "2028": [HEAD, ["Tiga", "40 kelas", OPD, "Semester II"]],
    }
    batch = read(cast, workbook(tmp_path, sheets))
    assert told(batch).count("2027") == 2 and told(batch).count("2028") == 2
    saved(batch)
    found = {one.title: (one.starts_on, one.ends_on, one.targets) for one in Initiative.objects.all()}
    assert found["Satu"][:2] == (date(2027, 1, 1), date(2027, 6, 30))
    assert found["Dua"][:2] == (date(2027, 1, 1), date(2027, 12, 31))
    assert found["Tiga"][:2] == (date(2028, 7, 1), date(2028, 12, 31))
    assert found["Tiga"][2]["2028"]["target"] == "40 kelas"


def test_a_year_that_a_cell_names_itself_counts_and_what_is_no_span_is_left_as_it_stands(cast, tmp_path):  # noqa: F811
    rows = [HEAD, ["Satu", "2029: 26 kelas", OPD, "TW I 2029"], ["Dua", "", OPD, "bertahap"]]
    batch = read(cast, workbook(tmp_path, {"2028": rows}))
    assert "bertahap 2028" not in told(batch)
    saved(batch)
    one = Initiative.objects.get(title="Satu")
    assert one.starts_on == date(2029, 1, 1) and list(one.targets) == ["2029"]


@pytest.mark.parametrize("name", ["Peta Rencana", "2026-2030"])
def test_a_sheet_of_no_year_or_of_several_dates_nothing(cast, tmp_path, name):  # noqa: F811
    rows = [HEAD, ["Satu", "26 kelas", OPD, "TW I - TW II"]]
    saved(read(cast, workbook(tmp_path, {name: rows})))
    assert Initiative.objects.get().starts_on is None
