"""The roadmap as a file: in printed order, only what one may see, and read again it changes nothing."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.roadmap import exporting
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.actions import roadmaps
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.rules.initiatives import BudgetRow, Lift, Target, Values
from tests.cast import Cast, cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import told

pytestmark = pytest.mark.django_db
M = Decimal(1_000_000)


def filled(cast: Cast) -> list[Initiative]:  # noqa: F811
    """Initiatives with everything that a table is bad at: several codes in a year, estimates that differ, odd texts."""
    actor = cast.actor("diskominfo")
    roadmap = roadmaps.create(actor, cast.institution, title="Peta", first_year=2026)
    every: list[dict[str, Any]] = [
        {"title": "=Satu", "content": "services", "unit": cast.unit.uid, "partners": (cast.other_unit.uid,),
         "starts_on": date(2026, 2, 1), "ends_on": date(2027, 6, 30), "description": "Baris satu\n\n  baris dua ; 2027: lain",
         "targets": {2026: Target("2026: 50%", "40%"), 2027: Target("selesai; tuntas")}, "note": "- catatan", "cost": 900 * M,
         "lifts": (Lift("spbe-2020", "11", "2", "3"), Lift("spbe-2020", "12", "", "")),
         "budgets": (BudgetRow(2026, "2.16.03", "apbd", 100 * M, 90 * M, Decimal("80.5")), BudgetRow(2027, "2.16.03", "apbd", 50 * M))},
        {"title": "Dua", "content": "governance", "budgets": (BudgetRow(2026, "2.16.03", "apbd", 5 * M), BudgetRow(2026, "2.16.02", "dak", 7 * M)), "state": "draft"},
        {"title": "Tiga", "unit": cast.unit.uid, "note": "0", "output": "Satu pintu, dua jendela", "targets": {2030: Target("ya")}, "state": "postponed"},
    ]  # fmt: skip
    return [
        actions.create(
            actor,
            cast.institution,
            Values(**{"roadmap": roadmap.uid, "state": "planned", "year": 2026} | one),
        )
        for one in every
    ]


def written(cast: Cast, form: str, who: str = "", **more: Any) -> bytes:  # noqa: F811
    out = io.BytesIO()
    actor = cast.actor(who) if who else system("uji")
    exporting.export(actor, cast.institution, form, out, **more)
    return out.getvalue()


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_an_export_read_again_is_the_same_in_every_row(cast, tmp_path, form, language):  # noqa: F811
    if (form, language) == ("json", "en"):
        return
    filled(cast)
    file = tmp_path / f"peta.{form}"
    file.write_bytes(written(cast, form, language=language))
    batch = imports.read_file(system("uji"), cast.institution, file, kind="auto")
    counted = numbers(batch)
    changes = [(row.row, row.verdict, row.data) for row in batch.rows.exclude(verdict="same")]
    assert (batch.sheets[0]["kind"], counted["same"]) == ("initiatives", 3), (told(batch, "errors"), changes)


def test_the_workbook_has_the_printed_order_with_a_column_for_each_year(cast):  # noqa: F811
    filled(cast)
    book = openpyxl.load_workbook(io.BytesIO(written(cast, "xlsx")))
    rows = list(book.active.iter_rows(values_only=True))
    assert list(rows[0][:12]) == [
        "No", "Nama Rencana", "Target 2026", "Target 2027", "Target 2028", "Target 2029", "Target 2030", "Tanggal Awal",
        "Tanggal Akhir", "SKPD", "Program", "Keterangan",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:]] == ["Dua", "'=Satu", "Tiga"], (
        "by content, as the printed table is grouped"
    )
    heads = {name: index for index, name in enumerate(rows[0])}
    first = rows[2]
    assert (first[heads["Pagu 2026"]], first[heads["Pagu 2027"]]) == (100_000_000, 50_000_000)
    assert first[heads["Muatan"]] == "Layanan SPBE" and "Indikator 11" in first[heads["Indikator"]]
    assert rows[1][heads["Program"]] == "2.16.03; 2.16.02" or rows[1][heads["Program"]] == "2.16.02; 2.16.03"


def test_json_holds_what_a_table_cannot(cast):  # noqa: F811
    first, second, _third = filled(cast)
    actor = cast.actor("diskominfo")
    values = Values(
        title="Dua",
        content="governance",
        state="draft",
        waits_for=(first.uid,),
        roadmap=second.roadmap.uid,
        year=2026,
    )
    actions.change(actor, second, second.version, values)
    document = json.loads(written(cast, "json", roadmap=first.roadmap))
    by_title = {one["attributes"]["rencana"]: one for one in document["elements"]}
    assert by_title["Dua"]["waits_for"] == [first.code]
    assert by_title["=Satu"]["money"][0] == {
        "year": 2026, "programme": "2.16.03", "source": "apbd", "planned": "100000000", "budgeted": "90000000", "spent": "80.5",
    }  # fmt: skip
    assert (
        by_title["=Satu"]["partners"] == [cast.other_unit.code] and document["roadmap"]["first_year"] == 2026
    )


def test_the_file_of_a_page_holds_what_the_page_shows(cast):  # noqa: F811
    filled(cast)
    url = "/di/uji/peta-rencana/unduh.csv"
    text = cast.client("diskominfo").get(f"{url}?opd={cast.unit.uid}").getvalue().decode("utf-8-sig")
    assert "Tiga" in text and "Dua" not in text
    text = cast.client("operator").get(f"{url}?peta=semua").getvalue().decode("utf-8-sig")
    assert "Tiga" in text and "Dua" not in text
    assert cast.client("stranger").get(url).status_code == 404
    assert cast.client("diskominfo").get("/di/uji/peta-rencana/unduh.pdf").status_code == 404
    for form in ("xlsx", "json"):
        answer = cast.client("sekda").get(f"/di/uji/peta-rencana/unduh.{form}")
        assert answer.status_code == 200 and len(answer.getvalue()) > 200


def test_changing_a_cell_of_an_export_changes_that_and_nothing_else(cast, tmp_path):  # noqa: F811
    first, *_others = filled(cast)
    text = written(cast, "csv").decode("utf-8-sig").replace("selesai; tuntas", "setengah jalan")
    file = tmp_path / "peta.csv"
    file.write_text(text, encoding="utf-8")
    batch = imports.read_file(system("uji"), cast.institution, file, kind="auto")
    counted = numbers(batch)
    assert (counted["same"], counted["changed"]) == (2, 1)
    imports.confirm(system("uji"), batch)
    after = Initiative.objects.get(pk=first.pk)
    assert (
        after.targets["2027"]["target"] == "setengah jalan" and after.targets["2026"] == first.targets["2026"]
    )
    assert (after.lifts, after.cost, after.description, after.note) == (
        first.lifts,
        first.cost,
        first.description,
        first.note,
    )
    assert list(after.budgets.values_list("planned", flat=True)) == [100 * M, 50 * M]
