"""The quarter of an IKU on the leader's screen, in the JSON, on the sheet and on the slide; the year beside it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pptx import Presentation
from pypdf import PdfReader

from pendapa.architecture.models import Element
from pendapa.cockpit import documents, telling
from pendapa.cockpit.queries import figures, leader
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from tests.cast import Cast, cast
from tests.cockpit.scene import add_iku, today

__all__ = ["cast"]
pytestmark = pytest.mark.django_db
PAGE = "/di/uji/kokpit/"
THIS, LAST = today().year, today().year - 1
NOW = (today().month + 2) // 3
ROMAN = ("I", "II", "III", "IV")[NOW - 1]


def quarters(row: Element, target: dict[str, str], result: dict[str, str]) -> Element:
    row.attributes = {**row.attributes, "target_triwulan": target, "realisasi_triwulan": result}
    history.write(system(), row.institution, "edit", history.Writes(change=[row]))
    return row


def iku(
    cast: Cast, name: str, target: dict[str, str], result: dict[str, str], direction: str = "naik"
) -> Element:
    return quarters(add_iku(cast.unit, name, {str(THIS): "90"}, {str(THIS): "83"}, direction), target, result)


def rows(cast: Cast, day: date | None = None) -> dict[str, dict]:
    found = leader.cockpit(cast.actor("sekda"), cast.institution, day)
    return {one["name"]: one for one in telling.as_json(found)["iku"]["rows"]}


def test_the_quarter_stands_beside_the_year_and_is_judged_by_its_direction(cast: Cast) -> None:
    key = f"{THIS}-TW{NOW}"
    iku(cast, "Kematian ibu", {key: "60", f"{THIS}-TW9": "1"}, {key: "62.5"}, "turun")
    told = rows(cast)["Kematian ibu"]
    assert (told["target"], told["result"], told["gap"]) == ("90", "83", "-7")
    assert told["quarter"] == {
        "year": THIS, "number": NOW, "target": "60", "result": "62.5", "gap": "2.5", "verdict": "missed", "last": None,
    }  # fmt: skip


def test_what_is_not_known_of_a_quarter_is_no_zero_and_the_last_result_of_the_year_is_told(
    cast: Cast,
) -> None:
    iku(cast, "Kepuasan", {"2026-TW3": "70"}, {"2026-TW1": "20", "2025-TW4": "88"})
    iku(cast, "Sekolah", {}, {"2025-TW4": "88"})
    known = rows(cast, date(2026, 9, 30))
    told = known["Kepuasan"]["quarter"]
    assert (told["number"], told["target"], told["result"], told["gap"], told["verdict"]) == (
        3,
        "70",
        None,
        None,
        None,
    )
    assert told["last"] == {"number": 1, "result": "20"}
    # What an earlier year ended with is nothing of this year.
    assert known["Sekolah"]["quarter"]["last"] is None
    assert known["Kepuasan"]["quarter"]["year"] == 2026
    assert rows(cast, date(2026, 10, 1))["Kepuasan"]["quarter"]["number"] == 4


def test_a_grade_or_a_text_that_was_never_understood_is_told_and_not_reckoned_with(cast: Cast) -> None:
    key = f"{THIS}-TW{NOW}"
    iku(cast, "Opini", {key: "WTP"}, {key: "WTP"})
    row = iku(cast, "Kacau", {}, {})
    row.attributes = {**row.attributes, "target_triwulan": "2026-TW5: 70"}
    history.write(system(), row.institution, "edit", history.Writes(change=[row]))
    known = rows(cast)
    assert known["Opini"]["quarter"]["result"] == "WTP" and known["Opini"]["quarter"]["gap"] is None
    assert known["Kacau"]["quarter"]["target"] is None


def test_those_missed_in_the_quarter_come_first(cast: Cast) -> None:
    key = f"{THIS}-TW{NOW}"
    iku(cast, "A baik", {key: "60"}, {key: "62"})
    iku(cast, "B kurang", {key: "60"}, {key: "50"})
    assert list(rows(cast)) == ["B kurang", "A baik"]


def test_the_page_shows_the_quarter_and_says_of_which_only_the_year_is_known(cast: Cast) -> None:
    key = f"{THIS}-TW{NOW}"
    iku(cast, "Kematian ibu", {key: "61.5"}, {key: "62.5"}, "turun")
    add_iku(cast.unit, "Sekolah", {str(THIS): "13"}, {str(LAST): "12.7"})
    client = cast.client("sekda")
    page = client.get(f"/en{PAGE}").content.decode()
    assert f"IKU quarter {ROMAN} {THIS}" in page and "61.5" in page and "62.5" in page
    assert page.count("no figure by quarter, only of the year") == 1 and f"12.7 ({LAST})" in page


def test_where_no_quarter_is_known_the_page_tells_the_year_and_says_so(cast: Cast) -> None:
    add_iku(cast.unit, "Sekolah", {str(THIS): "13"}, {str(THIS): "12.7"})
    page = cast.client("sekda").get(f"/en{PAGE}").content.decode()
    assert f"IKU {THIS}" in page and "these are the figures of the year" in page and "12.7" in page
    known = documents.told.facts(leader.cockpit(cast.actor("sekda"), cast.institution))
    assert documents.told.iku_title(known) == f"IKU {THIS}, belum ada angka triwulan"
    assert [len(row) for row in documents.told.iku(known, 6)] == [4]


def test_sheet_and_slide_tell_quarter_and_year(cast: Cast) -> None:
    key = f"{THIS}-TW{NOW}"
    for number in range(9):
        iku(
            cast,
            "Indikator yang panjang sekali namanya " * 2 + str(number),
            {key: "1234567"},
            {key: "1234567.25"},
        )
    found = leader.cockpit(cast.actor("sekda"), cast.institution)
    pages = PdfReader(io.BytesIO(documents.make(found, "pdf"))).pages
    text = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1 and f"IKU triwulan {ROMAN} {THIS}" in text and f"{THIS}: 90" in text
    slide = Presentation(io.BytesIO(documents.make(found, "pptx"))).slides[3]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in table.rows[0].cells][-1] == f"Selisih {THIS}"
    assert [cell.text for cell in table.rows[1].cells][1:] == [
        "1.234.567",
        "1.234.567,25",
        "+0,25",
        "90",
        "83",
        "−7",
    ]


def test_the_quarters_cost_no_query(cast: Cast, django_assert_num_queries) -> None:
    for number in range(3):
        iku(cast, f"Indikator {number}", {f"{THIS}-TW{NOW}": "60"}, {})
    actor = cast.actor("sekda")
    with django_assert_num_queries(2):
        assert len(figures.ikus(actor, cast.institution, today())) == 3
