"""Amounts in thousands or millions: what the heading or the title of a table says counts for its cells, and is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from pendapa.roadmap.models import Budget, Initiative, Programme
from pendapa.roadmap.rules import dirt
from tests.cast import cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import OPD, book, read, saved, told

pytestmark = pytest.mark.django_db


def planned() -> list[Decimal]:
    return [one.planned for one in Budget.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("Pagu 2026 (dalam ribuan)", 1_000),
        ("Pagu 2026 (Rp. 000)", 1_000),
        ("Pagu 2026 (juta Rp)", 1_000_000),
        ("Pagu 2026 (dalam jutaan rupiah)", 1_000_000),
        ("Pagu 2026 (Rp)", 1),
    ],
)
def test_the_unit_of_a_heading_counts_for_the_amounts_below_it(cast, tmp_path, heading, factor):  # noqa: F811
    file = book(tmp_path, [["Nama Rencana", "SKPD", heading], ["Satu", OPD, 850], ["Dua", OPD, "1.250,5"]])
    with translation.override("en"):
        batch = read(cast, file)
        text = told(batch)
    assert ("read in" in text) == (factor > 1), text
    saved(batch)
    assert planned() == [Decimal(850) * factor, Decimal("1250.5") * factor]
    again = numbers(read(cast, file))
    assert again["same"] == 2


def test_points_group_below_thousands_and_may_be_two_things_below_millions(cast, tmp_path):  # noqa: F811
    head = ["Nama Rencana", "SKPD", "Pagu 2026 (dalam ribuan)", "Pagu 2027 (dalam jutaan)"]
    batch = read(cast, book(tmp_path, [head, ["Satu", OPD, "1.250", "1.250"]]))
    assert "1.250 juta" in told(batch) and "1.250 ribu" not in told(batch)
    saved(batch)
    assert planned() == [Decimal(1_250_000)]


@pytest.mark.parametrize("title", ["(dalam jutaan rupiah)", "Satuan: Juta Rupiah", "(Rp. Juta)"])
def test_the_unit_of_a_title_counts_for_all_columns_of_money(cast, tmp_path, title):  # noqa: F811
    rows = [["PETA RENCANA SPBE"], [title], ["Nama Rencana", "SKPD", "Pagu 2026", "Realisasi 2026", "Estimasi Biaya"],
            ["Satu", OPD, 850, 20, 900]]  # fmt: skip
    saved(read(cast, book(tmp_path, rows)))
    row = Budget.objects.get()
    assert (row.planned, row.spent) == (850_000_000, 20_000_000)
    assert Initiative.objects.get().cost == 900_000_000


def test_a_cell_with_a_unit_of_its_own_is_not_multiplied_and_what_cannot_be_meant_is_left_out(cast, tmp_path):  # noqa: F811
    cells = ["850 jt", "Rp 850.000.000", "1,2 M", "Rp 850", 0, "-"]
    rows = [
        ["Nama Rencana", "SKPD", "Pagu 2026 (dalam jutaan)"],
        *[[f"Satu {n}", OPD, one] for n, one in enumerate(cells)],
    ]
    saved(read(cast, book(tmp_path, [*rows, ["Akhir", OPD, 1_250_000]])))
    assert planned() == [850_000_000, 850_000_000, 1_200_000_000, 850_000_000, 0]


def test_a_cell_of_several_years_is_in_the_unit_as_well(cast, tmp_path):  # noqa: F811
    rows = [
        ["Nama Rencana", "SKPD", "Pagu indikatif per tahun (juta Rp)"],
        ["Satu", OPD, "2026: 5; 2027: 7,5"],
    ]
    saved(read(cast, book(tmp_path, rows)))
    assert planned() == [5_000_000, 7_500_000]


def test_a_total_in_the_same_unit_adds_up_quietly(cast, tmp_path):  # noqa: F811
    rows = [
        ["Nama Rencana", "SKPD", "Pagu 2026 (ribu Rp)"],
        ["Satu", OPD, 100],
        ["Dua", OPD, "50"],
        ["Jumlah", "", 150],
    ]
    with translation.override("en"):
        text = told(read(cast, book(tmp_path, rows)))
    assert "add up to" not in text, text


def test_lines_of_the_budget_in_thousands_are_read_so_as_well(cast, tmp_path):  # noqa: F811
    rows = [
        ["Tahun", "Kode Rekening", "Nama Program", "Pagu (dalam ribuan)", "OPD"],
        [2026, "2.16.03", "Aplikasi", 2500, OPD],
    ]
    saved(read(cast, book(tmp_path, rows)))
    assert Programme.objects.get().ceiling == 2_500_000


def test_figures_behind_the_sign_are_told_from_thousands_where_they_can_only_be_one():
    amounts = {
        "0.125 juta": 125_000,
        "1250.123456 juta": 1_250_123_456,
        "1.250 juta": None,
        "2000000 juta": None,
    }
    assert {text: dirt.rupiah(text).value for text in amounts} == amounts


@pytest.mark.parametrize(
    ("amounts", "doubted"), [((850, "1.250"), True), ((850, "1.250.000"), False), ((0, "-"), False)]
)
def test_a_column_of_nothing_but_tiny_amounts_without_a_unit_is_told_once(cast, tmp_path, amounts, doubted):  # noqa: F811
    rows = [
        ["Nama Rencana", "SKPD", "Pagu 2026"],
        *[[f"Satu {n}", OPD, one] for n, one in enumerate(amounts)],
    ]
    with translation.override("en"):
        batch = read(cast, book(tmp_path, rows))
        lines = told(batch).splitlines()
    assert numbers(batch)["new"] == 2
    assert [line.split(":")[0] for line in lines if "juta Rp" in line] == ["1 Pagu 2026"] * doubted, lines
