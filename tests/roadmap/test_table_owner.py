"""A roadmap whose table has no column for the OPD that answers: told once, with what to do, not in every row."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from pendapa.kernel.access.actor import system
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import questions
from pendapa.kernel.tables.headings import headings_of
from pendapa.kernel.tables.models import ImportBatch
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.tables.columns import initiative_kind
from pendapa.roadmap.tables.owning import SHOWN
from tests.cast import Cast, cast  # noqa: F401
from tests.kernel.sheets import numbers
from tests.roadmap.test_import_printed import book, read, told

pytestmark = pytest.mark.django_db
ROWS: list[list[Any]] = [
    ["No", "Nama Rencana", "Jadwal"],
    [1, "Satu", "2026"],
    [2, "Dua", "2027"],
    [3, "Tiga", "2028"],
]


def uploaded(cast: Cast, tmp_path: Any, who: str) -> ImportBatch:  # noqa: F811
    content = book(tmp_path, ROWS).read_bytes()
    actor = cast.actor(who)
    return imports.receive(actor, cast.institution, io.BytesIO(content), "peta.xlsx", kind="initiatives")


def test_a_table_without_the_column_is_asked_about_once_and_not_saved_by_mistake(cast, tmp_path):  # noqa: F811
    batch = read(cast, book(tmp_path, ROWS))
    assert numbers(batch)["new"] == 3 and not told(batch, "errors") and not told(batch)
    with translation.override("en"):
        asked = questions.questions(system("uji"), batch)
    assert len(asked) == 1 and "3 new" in asked[0].text and "--unit" in asked[0].flag
    assert "SKPD" in asked[0].text and "Perangkat Daerah Penanggung Jawab" in asked[0].text
    with pytest.raises(imports.Refused):
        imports.confirm(system("uji"), batch)
    imports.confirm(system("uji"), batch, answers=[asked[0].key])
    assert set(Initiative.objects.values_list("unit", flat=True)) == {None}


def test_one_opd_for_the_whole_file_owns_its_rows_and_nothing_is_asked(cast, tmp_path):  # noqa: F811
    batch = read(cast, book(tmp_path, ROWS), unit=cast.unit)
    assert not questions.questions(system("uji"), batch) and numbers(batch)["new"] == 3
    imports.confirm(system("uji"), batch)
    assert {one.unit for one in Initiative.objects.select_related("unit")} == {cast.unit}
    later = read(cast, book(tmp_path, ROWS))
    assert numbers(later)["same"] == 3 and not questions.questions(system("uji"), later)


def test_an_operator_with_one_unit_brings_the_rows_of_that_unit(cast, tmp_path):  # noqa: F811
    batch = uploaded(cast, tmp_path, "operator")
    assert batch.unit == cast.unit and numbers(batch)["new"] == 3, told(batch, "errors")
    assert not questions.questions(cast.actor("operator"), batch)


def test_the_preview_asks_once_and_offers_the_units(cast, tmp_path):  # noqa: F811
    content = book(tmp_path, ROWS).read_bytes()
    client = cast.client("diskominfo")
    data = {"file": SimpleUploadedFile("peta.xlsx", content), "kind": "initiatives", "unit": ""}
    page = client.post("/di/uji/impor/baru/", data, follow=True)
    html = page.content.decode()
    assert html.count('value="no_owner_0"') == 1 and 'id="id_unit"' in html
    assert "Perangkat Daerah Penanggung Jawab" in html and "fix-row" not in html


def test_a_column_that_is_there_and_empty_is_still_told_at_its_rows(cast, tmp_path):  # noqa: F811
    rows = [[*row, text] for row, text in zip(ROWS, ["SKPD", "", "1.02", ""], strict=True)]
    batch = read(cast, book(tmp_path, rows))
    assert [line.split(":")[0] for line in told(batch).splitlines()] == ["2 SKPD", "4 SKPD"]
    assert not questions.questions(system("uji"), batch)


def test_a_preview_with_faulty_rows_has_one_filled_button_that_goes_on(cast, tmp_path):  # noqa: F811
    rows = [["Nama Rencana", "SKPD"], ["Satu", "Dinas Entah"], ["Dua", "Dinas Lain"], ["Tiga", "1.02"]]
    data = {"file": SimpleUploadedFile("peta.xlsx", book(tmp_path, rows).read_bytes()), "kind": "initiatives"}
    html = cast.client("diskominfo").post("/di/uji/impor/baru/", data, follow=True).content.decode()
    assert html.count('class="fix-row') == 2 and html.count("btn-primary") == 1
    assert html.index("btn-primary") > html.index('id="confirm"')


@pytest.mark.parametrize("heading", SHOWN)
def test_every_heading_that_is_told_is_understood(heading):
    match = headings_of(initiative_kind(2026, 2030)).find(heading)
    assert match is not None and match.slot.column == "opd"
