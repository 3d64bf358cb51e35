"""What initiatives wait for, out into a file and back: by code, in any order, without circles."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables.models import ImportBatch
from pendapa.roadmap import exporting
from pendapa.roadmap.models import (
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Programme,
    Roadmap,
)
from pendapa.roadmap.queries.items import Filters, items
from pendapa.roadmap.rules.initiatives import BudgetRow
from tests.cast import Cast, cast, make_unit
from tests.kernel.sheets import numbers
from tests.roadmap.frozen import FIRST, initiative, roadmap
from tests.roadmap.initiatives_scene import waits, with_partner
from tests.roadmap.test_import_printed import told

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


def ways() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, on in Dependency.objects.filter(deleted_at=None).values_list("initiative__code", "on__code"):
        found.setdefault(one, set()).add(on)
    return found


def written(cast: Cast, form: str, who: str = "", **more: Any) -> bytes:
    out = io.BytesIO()
    exporting.export(cast.actor(who) if who else system("uji"), cast.institution, form, out, **more)
    return out.getvalue()


def read(cast: Cast, path: Path, form: str, content: bytes, who: str = "") -> ImportBatch:
    file = path / f"peta.{form}"
    file.write_bytes(content)
    actor = cast.actor(who) if who else system("uji")
    return imports.read_file(actor, cast.institution, file, kind="auto")


def table(*rows: tuple[str, str, str], opd: str = "1.02") -> bytes:
    """A table of (title, code, what it waits for)."""
    lines = [["Nama Rencana", "Kode", "Tanggal Awal", "Tanggal Akhir", "SKPD", "Menunggu"]]
    lines += [[title, code, "1/1/2027", "31/12/2027", opd, on] for title, code, on in rows]
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


@pytest.fixture
def chain(cast: Cast) -> list[Initiative]:
    """The first in the file waits for both others, which come after it; one of them for the other."""
    row = roadmap(cast)
    made = [
        initiative(cast, row, title, content=content)
        for title, content in (
            ("Kebijakan", "governance"),
            ("Antrean; satu, dua", "services"),
            ("Jaringan", "infrastructure"),
        )
    ]
    waits(made[0], made[1])
    waits(made[0], made[2])
    waits(made[1], made[2])
    for unit in (cast.other_unit, make_unit(cast.institution, "4.01", "Sekretariat Daerah")):
        with_partner(made[1], unit)
    return made


@pytest.mark.parametrize(
    ("form", "language"), [("xlsx", "id"), ("xlsx", "en"), ("csv", "id"), ("json", "id")]
)
def test_what_goes_out_comes_back_into_an_empty_roadmap_with_all_that_it_waits_for(
    cast: Cast, chain: list[Initiative], tmp_path: Path, form: str, language: str
) -> None:
    before, content = ways(), written(cast, form, language=language)
    batch = read(cast, tmp_path, form, content)
    assert (numbers(batch)["same"], told(batch)) == (3, "")
    Initiative.objects.all().delete()
    Roadmap.objects.all().delete()
    assert ways() == {}
    batch = read(cast, tmp_path, form, content)
    assert (numbers(batch)["new"], numbers(batch)["faulty"]) == (3, 0), told(batch, "errors")
    imports.confirm(system("uji"), batch)
    assert ways() == before and len(before) == 2
    assert InitiativePartner.objects.filter(initiative__code=chain[1].code, deleted_at=None).count() == 2
    assert numbers(read(cast, tmp_path, form, content))["same"] == 3
    assert history.verify(cast.institution) == []


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_money_of_a_year_goes_out_and_comes_back_into_an_empty_roadmap(
    cast: Cast, tmp_path: Path, form: str
) -> None:
    row = BudgetRow(FIRST, "", "apbd", Decimal(90_000_000), Decimal(80_000_000), Decimal(1_000_000))
    initiative(cast, roadmap(cast), "Kebijakan", content="governance", budgets=(row,))
    content = written(cast, form)
    Initiative.objects.all().delete()
    Roadmap.objects.all().delete()
    imports.confirm(system("uji"), read(cast, tmp_path, form, content))
    held = Budget.objects.get()
    assert (held.year, held.planned, held.budgeted, held.spent) == (
        FIRST, row.planned, row.budgeted, row.spent,
    )  # fmt: skip


def test_a_workbook_tells_at_its_end_what_belongs_to_an_initiative(
    cast: Cast, chain: list[Initiative]
) -> None:
    first = chain[0]
    element = Element.objects.create(
        institution=cast.institution, unit=cast.unit, domain="applications", name="Portal", code="DAA.01.01"
    )
    keep = history.Writes(
        add=[
            InitiativeElement(
                institution=cast.institution, initiative=first, element=element, effect="change"
            )
        ]
    )
    history.write(system(), cast.institution, "edit", keep)
    with_partner(first, cast.other_unit)
    rows = list(openpyxl.load_workbook(io.BytesIO(written(cast, "xlsx"))).active.iter_rows(values_only=True))
    assert list(rows[0][-3:]) == ["Menunggu", "Unsur arsitektur", "Kode-kode mitra"]
    assert list(rows[1][-3:]) == [
        f"{chain[1].code}; {chain[2].code}", "DAA.01.01 (diubah)", cast.other_unit.code,
    ]  # fmt: skip


def test_what_stands_outside_the_file_is_named_by_its_code(cast: Cast, chain: list[Initiative]) -> None:
    some = items(system("uji"), cast.institution, None, Filters(content="governance"))
    text = written(cast, "csv", items=some).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert rows[1][rows[0].index("Menunggu")] == f"{chain[1].code}; {chain[2].code}"


def test_a_table_that_waits_in_a_circle_is_refused_where_it_closes(cast: Cast, tmp_path: Path) -> None:
    batch = read(
        cast, tmp_path, "csv", table(("Satu", "A-1", "A-2"), ("Dua", "A-2", "A-3"), ("Tiga", "A-3", "A-1"))
    )
    assert (numbers(batch)["new"], numbers(batch)["faulty"]) == (2, 1)
    assert "Menunggu" in told(batch, "errors") and "A-1" in told(batch, "errors")


def test_a_circle_through_what_stands_is_refused_and_one_that_the_table_opens_is_not(
    cast: Cast, chain: list[Initiative], tmp_path: Path
) -> None:
    first, second, third = chain
    back = (third.title, third.code, first.code)
    assert numbers(read(cast, tmp_path, "csv", table(back)))["faulty"] == 1
    opened = table(
        back, (first.title, first.code, "A-9"), (second.title, second.code, "A-9"), ("Baru", "A-9", "")
    )
    batch = read(cast, tmp_path, "csv", opened)
    assert numbers(batch)["faulty"] == 0, told(batch, "errors")
    imports.confirm(system("uji"), batch)
    assert ways() == {third.code: {first.code}, first.code: {"A-9"}, second.code: {"A-9"}}


def test_a_name_that_nobody_bears_is_told_and_left_out(cast: Cast, tmp_path: Path) -> None:
    rows = table(("Satu", "A-1", "A-99; dua; A-1x"), ("Dua", "A-2", "-"))
    batch = read(cast, tmp_path, "csv", rows)
    assert numbers(batch)["new"] == 2, told(batch, "errors")
    assert "A-99" in told(batch) and "A-1x" in told(batch)
    imports.confirm(system("uji"), batch)
    assert ways() == {"A-1": {"A-2"}}
    assert numbers(read(cast, tmp_path, "csv", rows))["same"] == 2


def test_a_row_with_another_doubt_beside_is_judged_as_well(cast: Cast, tmp_path: Path) -> None:
    rows = table(("Satu", "A-1", "A-99")).replace(b"31/12/2027", b"Desember 2027")
    batch = read(cast, tmp_path, "csv", rows)
    assert numbers(batch)["new"] == 1
    assert "Desember 2027" in told(batch) and "A-99" in told(batch)


def test_one_that_waits_for_itself_is_refused(cast: Cast, tmp_path: Path) -> None:
    assert numbers(read(cast, tmp_path, "csv", table(("Satu", "A-1", "A-1"))))["faulty"] == 1


def test_what_one_may_not_see_stays_waited_for(cast: Cast, tmp_path: Path) -> None:
    mine = initiative(cast, None, "Milik", state="draft", code="A-1", budgets=(), year=2027)
    other = initiative(cast, None, "Kedua", state="draft", code="A-2", budgets=(), year=2027)
    hidden = initiative(
        cast, None, "Rahasia", state="draft", code="A-3", budgets=(), unit=cast.other_unit, year=2027
    )
    waits(mine, hidden)
    batch = read(cast, tmp_path, "csv", table(("Milik", "A-1", "A-2; A-3")), who="operator")
    assert "A-3" in told(batch), "it is told as what does not exist"
    imports.confirm(cast.actor("operator"), batch)
    assert ways() == {"A-1": {"A-2", "A-3"}} and other.pk


def test_a_line_of_the_budget_that_an_initiative_has_already_raises_no_doubt(
    cast: Cast, tmp_path: Path
) -> None:
    code = "2.16.03.2.02.0035"
    line = Programme(
        institution=cast.institution, year=FIRST + 1, code=code, name="SPBE", ceiling=Decimal(10**9)
    )
    history.write(system(), cast.institution, "edit", history.Writes(add=[line]))
    budgets = (BudgetRow(FIRST + 1, programme_code=code, planned=Decimal(1_000_000)),)
    one = initiative(cast, roadmap(cast), budgets=budgets)
    batch = read(cast, tmp_path, "csv", table(("Antrean pasien puskesmas", one.code, "")))
    row = batch.rows.get()
    assert (row.verdict, row.target) == ("changed", one.pk) and code not in told(batch)
