"""Names as decrees and printed tables write them: contents, years as days, several codes of the budget in a cell."""

from __future__ import annotations

import pytest
from django.utils import translation

from pendapa.roadmap.models import Budget, Initiative
from pendapa.roadmap.rules import dirt
from tests.cast import cast  # noqa: F401
from tests.roadmap.test_import_printed import OPD, book, read, saved, told

pytestmark = pytest.mark.django_db
OFFICIAL = {
    "Audit Teknologi Informasi dan Komunikasi": "audit",
    "Layanan SPBE (Administrasi dan Publik)": "services",
    "Keamanan Informasi SPBE": "security",
    "Keamanan Informasi": "security",
}


@pytest.mark.parametrize(("name", "key"), OFFICIAL.items())
def test_contents_are_understood_by_their_official_names_in_a_cell_and_in_a_group_line(
    cast,  # noqa: F811
    tmp_path,
    name,
    key,
):
    rows = [["No", "Nama Rencana", "Muatan", "SKPD"], [1, "Satu", name, OPD]]
    saved(read(cast, book(tmp_path, rows)))
    rows = [["No", "Nama Rencana", "SKPD"], ["A", name.upper()], [1, "Dua", OPD], [2, "Tiga", OPD]]
    saved(read(cast, book(tmp_path, rows)))
    assert set(Initiative.objects.values_list("content", flat=True)) == {key}


@pytest.mark.parametrize(
    "year", ["Tahun 2026", "TA 2026", "Th. 2026", "thn 2026", "TA. 2026", "T.A. 2026", "2026"]
)
def test_a_year_with_its_word_is_a_day_at_either_end(year):
    ends = [dirt.day(year).value, dirt.day(year, end=True).value]
    assert [one and one.isoformat() for one in ends] == ["2026-01-01", "2026-12-31"]


def test_several_codes_of_the_budget_in_a_cell_are_told_where_money_stays_without_a_code(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "SKPD", "Program", "Pagu 2026"], ["Satu", OPD, "2.16.03.2.02.0035\n2.16.03.2.02.0014", 1_000_000],
            ["Dua", OPD, "2.16.03.2.02.0035", 1_000_000]]  # fmt: skip
    with translation.override("en"):
        batch = read(cast, book(tmp_path, rows))
        text = told(batch)
    lines = [line for line in text.splitlines() if line.startswith("2 Program: ")]
    assert len(lines) == 1 and "2.16.03.2.02.0035" in lines[0] and "2.16.03.2.02.0014" in lines[0], text
    assert not [line for line in text.splitlines() if line.startswith("3 Program: ") and "0014" in line]
    saved(batch)
    assert Budget.objects.get(initiative__title="Satu").programme_code == ""
    note = Initiative.objects.get(title="Satu").note
    assert "2.16.03.2.02.0035" in note and "2.16.03.2.02.0014" in note
