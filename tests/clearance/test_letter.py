"""The letter of a decision, read back from docx and PDF."""

from __future__ import annotations

import io

import pytest
from docx import Document

from pendapa.clearance import letters
from pendapa.clearance.models import ClearanceRequest
from pendapa.kernel.access.actor import NotFound
from tests.architecture.scene import make
from tests.cast import Cast
from tests.clearance.pdf_text import text_of
from tests.clearance.scene import decided, recommended

pytestmark = pytest.mark.django_db
"""Texts are compared without blanks: lines break where the page ends."""


def read(row: ClearanceRequest, form: str) -> str:
    content = letters.made(row, form)
    if form == "pdf":
        text = text_of(content)
    else:
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
        text = " ".join([one.text for one in document.paragraphs] + cells)
    return "".join(text.split())


def has(text: str, words: str) -> bool:
    return "".join(words.split()) in text


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("go", "dinyatakan DILANJUTKAN."),
        ("conditions", "DILANJUTKAN DENGAN SYARAT"),
        ("not", "TIDAK DILANJUTKAN"),
    ],
)
def test_the_letter_says_what_was_decided_and_what_it_is_not(
    cast: Cast, form: str, verdict: str, told: str
) -> None:
    row = decided(cast, verdict=verdict)
    text = read(row, form)
    for words in (
        told,
        f"nomor {row.reference}",
        "Antrean Puskesmas",
        "Kepala Dinas Kesehatan",
        "tahun anggaran 2027",
        "Silakan dilanjutkan.",
        "bukan tanda tangan elektronik tersertifikasi",
        "Dasar hukum rekomendasi belanja TIK di daerah ini belum diverifikasi",
        row.letter["number"],
        "Peta rencana",
        "Belum ada peta rencana.",
    ):
        assert has(text, words), words


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_texts_of_people_stay_texts_in_the_letter(cast: Cast, form: str) -> None:
    row = decided(cast, title="Aplikasi {{ 7*7 }} #set page() <b> {names} $x$ “kutip”")
    text = read(row, form)
    assert has(text, "{{ 7*7 }} #set page() <b> {names} $x$")


def test_a_restricted_twin_is_not_told_by_the_letter(cast: Cast) -> None:
    make(cast.other_unit, "Antrean Rahasia", classification="restricted",
         attributes={"fungsi": "Mengatur antrean pasien puskesmas"})  # fmt: skip
    row = decided(cast, title="Antrean", fungsi="Mengatur antrean pasien puskesmas")
    text = read(row, "docx")
    assert "Rahasia" not in text
    assert has(text, "Tidak ada aplikasi sejenis yang ditemukan")


def test_the_letter_keeps_number_and_official_of_the_day_of_the_decision(cast: Cast) -> None:
    first = decided(cast)
    second = decided(cast, "Kedua")
    assert first.letter["number"] != second.letter["number"]
    assert (first.letter_number, second.letter_number) == (1, 2)


def test_there_is_no_letter_before_the_decision(cast: Cast) -> None:
    row = recommended(cast)
    with pytest.raises(NotFound):
        letters.made(row, "pdf")
    assert cast.client("diskominfo").get(f"/di/uji/rekomendasi/{row.uid}/surat.pdf").status_code == 404


def test_readers_fetch_the_letter_and_no_other_form(cast: Cast) -> None:
    row = decided(cast)
    for who, status in (("operator", 200), ("assessor", 200), ("other_operator", 404)):
        answer = cast.client(who).get(f"/di/uji/rekomendasi/{row.uid}/surat.docx")
        assert answer.status_code == status
    assert cast.client("operator").get(f"/di/uji/rekomendasi/{row.uid}/surat.exe").status_code == 404
