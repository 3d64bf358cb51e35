"""Years below a merged heading: what the heading says tells whether they are money, what was spent, or what was reached."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pendapa.roadmap.models import Budget, Initiative
from tests.cast import cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import OPD, book, read, saved, told

pytestmark = pytest.mark.django_db
MONEY = [
    "Kebutuhan Anggaran Tahun", "Indikasi Pendanaan (Rp)", "Anggaran Tahun", "Alokasi Anggaran", "Estimasi Anggaran",
    "Kebutuhan Dana", "Rencana Anggaran Biaya", "Perkiraan Biaya", "Pagu Anggaran", "Proyeksi Anggaran",
    "Kerangka Pendanaan", "Pendanaan", "Pagu Indikatif Tahun", "Belanja", "Indikasi Kebutuhan Anggaran", "Kebutuhan Pendanaan Tahun",
]  # fmt: skip


def below(group: str, *cells: object) -> list[list[object]]:
    """Three years below a heading that is merged above them."""
    return [
        ["No", "Nama Rencana", "SKPD", group, "", ""],
        ["", "", "", 2026, 2027, 2028],
        [1, "Satu", OPD, *cells],
    ]


@pytest.mark.parametrize("group", MONEY)
def test_years_below_a_heading_of_money_are_what_is_planned(cast, tmp_path, group):  # noqa: F811
    file = book(tmp_path, below(group, 100_000_000, "200.000.000", "300 juta"), [(0, 3, 0, 5, group)])
    saved(read(cast, file))
    assert Initiative.objects.get().targets == {}
    asked = {one.year: one.planned for one in Budget.objects.all()}
    assert asked == {2026: Decimal(100_000_000), 2027: Decimal(200_000_000), 2028: Decimal(300_000_000)}


@pytest.mark.parametrize("group", ["Realisasi Keuangan", "Realisasi Anggaran", "Realisasi Belanja Tahun"])
def test_years_below_a_heading_of_spending_are_what_was_spent(cast, tmp_path, group):  # noqa: F811
    file = book(tmp_path, below(group, 100_000_000, "", ""), [(0, 3, 0, 5, group)])
    saved(read(cast, file))
    row = Budget.objects.get()
    assert (row.planned, row.spent) == (None, Decimal(100_000_000))


@pytest.mark.parametrize("group", ["Capaian Kinerja", "Realisasi Kinerja"])
def test_years_below_a_heading_of_what_was_reached_are_no_targets(cast, tmp_path, group):  # noqa: F811
    batch = saved(read(cast, book(tmp_path, below(group, "1 dok", "", ""), [(0, 3, 0, 5, group)])))
    assert numbers(batch)["new"] == 1, told(batch, "errors")
    assert Initiative.objects.get().targets == {"2026": {"target": "", "done": "1 dok"}}


@pytest.mark.parametrize("group", ["Target", "Tahapan", "Target Kinerja Tahun", "Tahun Pelaksanaan"])
def test_years_below_a_heading_of_targets_stay_targets(cast, tmp_path, group):  # noqa: F811
    saved(read(cast, book(tmp_path, below(group, "1 dok", "", "2 dok"), [(0, 3, 0, 5, group)])))
    told = {year: one["target"] for year, one in Initiative.objects.get().targets.items()}
    assert told == {"2026": "1 dok", "2028": "2 dok"}
