"""The page for the meeting and the slides, read back: one page, seven slides, and the numbers of the JSON."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from pptx import Presentation
from pypdf import PdfReader

from pendapa.cockpit import documents, telling
from pendapa.cockpit.queries import leader
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.kernel.ui import formats
from tests.cast import Cast, cast, make_unit
from tests.cockpit.scene import add_commitment, add_iku, ago, today
from tests.cockpit.test_leader import full

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


def test_the_page_stays_one_page_whatever_there_is(cast: Cast) -> None:
    full(cast)
    long = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana "
    for number in range(9):
        unit = make_unit(cast.institution, f"9.{number}", f"{long}{number}")
        add_commitment(unit, f"{long} komitmen {number}", [(ago(9), None)])
        add_commitment(unit, f"{long} usulan {number}", state="proposed")
        add_iku(unit, f"{long} IKU {number}", {"2026": "1234567"}, {})
    text = page(found(cast))
    assert "dan 4 OPD lain" in text and "dan 4 keputusan lain" in text


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
