"""The page for the meeting and the slides, read back: one page, seven slides, and the numbers of the JSON."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from pptx import Presentation
from pypdf import PdfReader

from pendapa.cockpit import documents, facts, telling
from pendapa.cockpit.queries import leader
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.evaluation.models import Plan
from pendapa.kernel.ui import formats
from tests.cast import Cast, cast, make_unit
from tests.cockpit.scene import add_action, add_commitment, add_iku, add_initiative, ago, today
from tests.cockpit.test_leader import full
from tests.portal.things import add_element, add_result

__all__ = ["cast"]


def found(cast: Cast) -> Cockpit:
    return leader.cockpit(cast.actor("sekda"), cast.institution)


def page(known: Cockpit) -> str:
    pages = PdfReader(io.BytesIO(documents.make(known, "pdf"))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def slides(known: Cockpit) -> list[Any]:
    return list(Presentation(io.BytesIO(documents.make(known, "pptx"))).slides)


def texts(slide: Any) -> list[str]:
    """Everything that stands on a slide, tables too."""
    said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            said += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return said


def series(slide: Any) -> dict[str, tuple[float | None, ...]]:
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    return {one.name: tuple(one.values) for one in chart.plots[0].series}


def test_the_page_says_the_numbers_of_the_json(cast: Cast) -> None:
    full(cast)
    known = found(cast)
    text, told = page(known), telling.as_json(known)
    assert "Kabupaten Uji" in text and formats.day(today(), "id", weekday=True) in text
    assert told["path"]["gap"] == "-0.6" and "0,60" in text
    for value in (told["index"]["value"], told["path"]["target"]):
        assert formats.number(Decimal(value), "id", 2) in text
    assert "halaman 1 dari 1" in text and "18 hari" in text and "Usulan 0" in text
    assert str(told["gaps"]["open"]) in text


def test_the_slides_say_the_numbers_of_the_json(cast: Cast) -> None:
    full(cast)
    known = found(cast)
    shown, told = slides(known), telling.as_json(known)
    titles = [slide.shapes.title.text_frame.text for slide in shown]
    assert 5 <= len(titles) <= 7 and len(set(titles)) == len(titles)
    assert titles[1] == "Indeks 2,00 dan jalur ke target"
    late = told["commitments"]
    assert (
        titles[2].startswith(f"{late['late']} tonggak")
        and f"{late['without_evidence']} komitmen" in titles[2]
    )
    assert {"Dinas Kesehatan", "2", "18 hari"} <= set(texts(shown[2]))
    lines = series(shown[1])
    assert [value for value in lines["Terukur"] if value is not None] == [
        float(one["index"]) for one in told["index"]["trend"]
    ]
    assert lines["Jalur rencana"][-1] == float(told["path"]["points"][-1]["index"])
    sums = next(iter(series(shown[4]).values()))
    assert sums == tuple(float(told["budget"][key]) / 1e6 for key in ("planned", "budgeted", "spent"))


def test_years_stand_as_far_apart_as_they_are_and_the_path_sets_out_from_what_was_measured(
    cast: Cast,
) -> None:
    full(cast)
    now = today().year
    for year, index in ((None, "1.2"), (now - 5, "1.4"), (now - 3, "1.7")):
        add_result(cast.institution, index, year)
    plan = Plan.objects.get()
    Plan.objects.filter(pk=plan.pk).update(first_year=now + 2)
    known = found(cast)
    slide = slides(known)[1]
    drawn = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert list(drawn.plots[0].categories) == ["tanpa tahun", *(str(now + n) for n in range(-5, 4))]
    assert series(slide) == {
        "Terukur": (1.2, 1.4, None, 1.7, None, None, 2.0, None, None, None),
        "Jalur rencana": (None, None, None, None, None, None, 2.0, None, 2.6, 3.5),
    }
    assert drawn._chartSpace.chart.xpath("c:dispBlanksAs/@val") == ["span"], (
        "the line goes on over the years between"
    )
    places = {one["kapan"]: one["x"] for one in facts.drawing(facts.facts(known))}
    assert places[str(now - 3)] - places[str(now - 5)] == pytest.approx(2 / 9)
    assert places[str(now)] - places[str(now - 3)] == pytest.approx(3 / 9)


def test_figures_without_a_year_alone_are_drawn_side_by_side(cast: Cast) -> None:
    for index in ("1.2", "1.6"):
        add_result(cast.institution, index)
    assert facts.axis(facts.facts(found(cast))) == [("tanpa tahun", 1.2, None), ("tanpa tahun", 1.6, None)]


def test_each_slide_has_its_title_its_day_and_its_page(cast: Cast) -> None:
    full(cast)
    shown = slides(found(cast))
    day = formats.day(today(), "id", weekday=True)
    for place, slide in enumerate(shown, 1):
        foot = next(text for text in texts(slide) if "keadaan per" in text)
        assert day in foot and foot.endswith(f"{place}/{len(shown)}")
        assert slide.shapes.title is not None and slide.shapes.title.text_frame.text


@pytest.mark.parametrize("form", documents.FORMS)
def test_an_empty_institution_has_its_documents_and_they_invent_nothing(cast: Cast, form: str) -> None:
    known = found(cast)
    text = page(known) if form == "pdf" else " ".join(t for slide in slides(known) for t in texts(slide))
    assert "Belum ada komitmen kepala OPD" in text and "Belum ada inisiatif beranggaran" in text
    assert "None" not in text and "Rp 0" not in text and "Rp\u00a00" not in text


LONG = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana "


def crowd(cast: Cast, many: int) -> None:
    for number in range(many):
        unit = make_unit(cast.institution, f"9.{number}", f"{LONG}{number}")
        add_commitment(unit, f"{LONG} komitmen {number}", [(ago(9), None)])
        add_commitment(unit, f"{LONG} usulan {number}", state="proposed")
        add_action(add_initiative(unit, None, f"{LONG} inisiatif {number}"), ago(20), ago(25))
        add_element(unit, f"Aplikasi {number}", domain="applications")
        add_iku(unit, f"{LONG} IKU {number}", {"2026": "1234567"}, {})


@pytest.mark.parametrize("many", [1, 9, 24])
def test_the_page_stays_one_page_whatever_there_is(cast: Cast, many: int) -> None:
    """What is left out of a table is counted in its place: shown and left out are all of them."""
    full(cast)
    crowd(cast, many)
    known = found(cast)
    text = page(known)
    rows = known.commitments.rows
    part = text.partition("Komitmen terlambat, per OPD")[2].partition("Keputusan masih terbuka")[0]
    left = re.search(r"dan (\d+) OPD lain", part)
    shown = part.count("9 hari") + part.count("18 hari")
    assert shown + int(left[1] if left else 0) >= len(rows) and shown >= min(4, len(rows))


def test_the_league_counts_those_that_it_leaves_out(cast: Cast) -> None:
    full(cast)
    crowd(cast, 12)
    known = facts.facts(found(cast))
    placed = [one for one in known.data["units"]["league"] if one["place"]]
    assert len(placed) > 4
    rows = facts.league(known, 4)
    assert len(rows) == 5 and rows[-1][1] == f"dan {len(placed) - 4} OPD lain"
    assert {len(row) for row in rows} == {6} and len(facts.league(known, 99)) == len(placed)


def lowest(known: Cockpit) -> float:
    """How far down the sheet the words reach, its foot left out, as a share of the height."""
    sheet = PdfReader(io.BytesIO(documents.make(known, "pdf"))).pages[0]
    height, places = float(sheet.mediabox.height), []

    def see(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        if text.strip():
            places.append(1 - (cm[1] * tm[4] + cm[3] * tm[5] + cm[5]) / height)

    sheet.extract_text(visitor_text=see)
    return max(one for one in places if one < 0.94)


def test_the_page_is_used_to_its_lower_edge_where_there_is_enough_to_say(cast: Cast) -> None:
    full(cast, 3)
    crowd(cast, 9)
    assert lowest(found(cast)) > 0.8


def test_the_sheet_is_set_in_the_type_of_the_pages(cast: Cast) -> None:
    full(cast)
    fonts = PdfReader(io.BytesIO(documents.make(found(cast), "pdf"))).pages[0]["/Resources"]["/Font"]
    names = {str(one.get_object()["/BaseFont"]) for one in fonts.values()}
    assert sum("PlusJakartaSans" in name for name in names) == 2, names


def test_what_stands_in_a_name_stays_a_name(cast: Cast) -> None:
    name = '#panic("x") *tebal* $x$ <b>'
    add_commitment(make_unit(cast.institution, "9", name), name, [(ago(9), None)])
    known = found(cast)
    assert "#panic" in page(known)
    assert name in texts(slides(known)[2])


def test_both_can_be_taken_along_from_the_page(cast: Cast) -> None:
    for path, kind, begin in (
        ("rapat.pdf", "application/pdf", b"%PDF"),
        ("slide.pptx", "presentation", b"PK"),
    ):
        answer = cast.client("sekda").get(f"/di/uji/kokpit/{path}")
        assert answer.status_code == 200 and kind in answer["Content-Type"]
        assert answer.content.startswith(begin)
        assert f"kokpit-uji-{today().isoformat()}." in answer["Content-Disposition"]
        assert cast.client("operator").get(f"/di/uji/kokpit/{path}").status_code == 404
