"""The goal or IKU and the person-days of an initiative, in a table and back."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.roadmap import exporting
from pendapa.roadmap.models import Initiative
from tests.cast import Cast, cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import OPD, book, read, saved, told
from tests.roadmap.test_table_elements import element

pytestmark = pytest.mark.django_db
HEAD = ["Nama Rencana", "SKPD", "Sasaran atau IKU", "Hari-orang"]


def goals(cast: Cast) -> None:  # noqa: F811
    element(cast, "IKU.01", "Indeks SPBE", domain="strategy", kind="iku")
    element(cast, "IKU.02", "Kepuasan", domain="strategy", kind="iku")
    element(cast, "SS.1", "Kepuasan", domain="strategy", kind="sasaran_strategis")
    element(cast, "DAA.01", "Portal")


def stand() -> list[tuple[str, Decimal | None]]:
    rows = Initiative.objects.select_related("goal").order_by("pk")
    return [(one.goal.code if one.goal else "", one.days) for one in rows]


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_goal_and_person_days_go_out_and_come_back_the_same(cast, tmp_path, form, language):  # noqa: F811
    goals(cast)
    rows = [["Satu", OPD, "IKU.01", "12,5"], ["Dua", OPD, "indeks  spbe", 1200], ["Tiga", OPD, "SS.1 - Kepuasan", ""],
            ["Empat", OPD, "", "40"], ["Lima", OPD, "-", "-"]]  # fmt: skip
    file = book(tmp_path, [HEAD, *rows])
    batch = saved(read(cast, file))
    assert not told(batch) and not told(batch, "errors")
    assert stand() == [
        ("IKU.01", Decimal("12.5")), ("IKU.01", Decimal(1200)), ("SS.1", None), ("", Decimal(40)), ("", None)
    ]  # fmt: skip
    out = io.BytesIO()
    exporting.export(
        system("uji"), cast.institution, form, out, language="id" if form == "json" else language
    )
    (back := tmp_path / f"kembali.{form}").write_bytes(out.getvalue())
    for one in (file, back):
        again = numbers(read(cast, one))
        assert again["same"] == again["rows"] == 5, told(read(cast, one), "errors")


@pytest.mark.parametrize(
    ("text", "said"), [("IKU.99", "IKU.99"), ("Kepuasan", "IKU.02; SS.1"), ("DAA.01", "DAA.01")]
)
def test_a_goal_that_nobody_or_several_bear_is_a_fault_at_its_cell(cast, tmp_path, text, said):  # noqa: F811
    goals(cast)
    with translation.override("en"):
        batch = read(cast, book(tmp_path, [HEAD, ["Satu", OPD, text, ""]]))
        words = told(batch, "errors")
    assert numbers(batch)["faulty"] == 1 and words.startswith("2 Sasaran atau IKU: ") and said in words
    assert "Write" in words


def test_an_empty_cell_keeps_the_goal_and_tidak_ada_takes_it_away(cast, tmp_path):  # noqa: F811
    goals(cast)
    saved(read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "IKU.01", 5]])))
    assert numbers(read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "", ""]])))["same"] == 1
    saved(read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "IKU.02", 6]])))
    assert stand() == [("IKU.02", Decimal(6))]
    saved(read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "tidak ada", ""]])))
    assert stand() == [("", Decimal(6))]


def test_a_goal_that_one_may_not_see_neither_goes_out_nor_goes_away(cast, tmp_path):  # noqa: F811
    element(
        cast,
        "IKU.09",
        "Rahasia",
        domain="strategy",
        kind="iku",
        unit=cast.other_unit,
        classification="restricted",
    )
    saved(read(cast, book(tmp_path, [HEAD, ["Satu", cast.unit.name, "IKU.09", 5]])))
    Initiative.objects.update(state="draft")
    operator = cast.actor("operator")
    out = io.BytesIO()
    exporting.export(operator, cast.institution, "csv", out)
    assert "IKU.09" not in out.getvalue().decode() and "Satu" in out.getvalue().decode()
    batch = read(cast, book(tmp_path, [HEAD, ["Satu", cast.unit.name, "IKU.09", 5]]), operator)
    assert numbers(batch)["faulty"] == 1
    batch = read(cast, book(tmp_path, [HEAD, ["Satu", cast.unit.name, "tidak ada", 5]]), operator)
    assert numbers(batch)["same"] == 1


def test_what_is_no_number_of_person_days_is_left_out_and_told(cast, tmp_path):  # noqa: F811
    with translation.override("en"):
        batch = saved(
            read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "", "dua minggu"], ["Dua", OPD, "", "1.234"]]))
        )
        said = told(batch).splitlines()
    assert [line.split(":")[0] for line in said] == ["2 Hari-orang", "3 Hari-orang"], said
    assert stand() == [("", None), ("", None)]


def test_the_preview_shows_both_beside_what_stands(cast, tmp_path):  # noqa: F811
    from pendapa.kernel.tables.queries import importer_session

    goals(cast)
    saved(read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "IKU.01", 5]])))
    batch = read(cast, book(tmp_path, [HEAD, ["Satu", OPD, "IKU.02", 7]]))
    changes = importer_session(system("uji"), batch, 0).changes(list(batch.rows.all()))
    (found,) = changes.values()
    assert {one.column: (one.before, one.after) for one in found} == {
        "sasaran": ("IKU.01", "IKU.02"), "hari_orang": ("5.00", "7"),
    }  # fmt: skip
