"""Letters as PDF and docx: what stands in them is text, whatever it looks like."""

from __future__ import annotations

import io
import os
import select
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.documents import making, shipped
from pendapa.kernel.documents.letters import letter_docx, letter_pdf
from pendapa.kernel.documents.rules import (
    Check,
    Letter,
    Official,
    day_in_words,
    numbered,
    pattern_faults,
)
from tests.cast import Cast

NASTY = 'Aplikasi #read("data.json") {{ 7*7 }} {% for %} <w:p/> & *tebal* $x$'
LETTER = Letter(
    subject=NASTY,
    day=date(2026, 11, 22),
    number="000.1.2/17/XI/2026",
    addressee=("Kepala Dinas Kesehatan", "di Tempat"),
    body=("Paragraf pertama.", "Paragraf kedua."),
    checks=(Check("Aplikasi nasional", "Tidak sesuai", "SIASN sudah ada"),),
    closing=("Demikian disampaikan.",),
    notes=("Dasar hukum belum terverifikasi.",),
    official=Official("Kepala Dinas Kominfo", "Ni Luh Contoh", "Plt.", nip="197001011995031001"),
)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def words_of(content: bytes) -> str:
    found = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return " ".join([*(line.text for line in found.paragraphs), *cells])


def test_a_letter_as_pdf_reads_back_with_all_its_parts_and_is_tagged(cast: Cast) -> None:
    made = letter_pdf(cast.institution, LETTER)
    text = text_of(made)
    for part in (
        "KABUPATEN UJI",
        "22 November 2026",
        "SIASN sudah ada",
        "Plt. Kepala Dinas Kominfo",
        "belum terverifikasi",
    ):
        assert part in text
    assert NASTY.replace(" ", "") in text.replace(" ", "")
    catalogue = pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/Lang"].startswith("id")  # type: ignore[index]


def test_a_letter_as_docx_holds_the_same_and_no_text_of_it_is_a_placeholder(cast: Cast) -> None:
    text = words_of(letter_docx(cast.institution, LETTER))
    for part in ("KABUPATEN UJI", "22 November 2026", "SIASN sudah ada", "NIP 197001011995031001", NASTY):
        assert part in text
    assert "{%" not in text.replace(NASTY, "")


def test_signs_that_the_font_lacks_keep_no_letter_back(cast: Cast) -> None:
    odd = replace(
        LETTER, subject="Pengadaan 🚀", body=("\uf0b7 Butir dari Word", "ᬩᬮᬶ dan 漢字 tetap tercetak.")
    )
    text = text_of(letter_pdf(cast.institution, odd))
    assert "• Butir dari Word" in text and "tetap tercetak" in text


def test_an_empty_heading_keeps_no_document_back(tmp_path: Path) -> None:
    template = tmp_path / "kosong.typ"
    template.write_text('#set document(title: "x")\n#heading(level: 1, "")\nisi')
    assert "isi" in text_of(making.pdf(template, {}, seconds=30))


def endless(folder: Path) -> Path:
    """A template that is never done."""
    found = folder / "tanpa-akhir.typ"
    found.write_text(
        "#{ let x = 0; for i in range(30000) { for j in range(30000) { x = calc.rem(x + j, 7) } } }"
    )
    return found


def test_a_document_that_takes_too_long_is_ended_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(making.NotMade, match="2 "):
        making.pdf(endless(tmp_path), {}, seconds=2)


ASKS = """
import pathlib, sys
from pendapa.kernel.documents import making

def tick():
    (child,) = pathlib.Path("/proc/thread-self/children").read_text().split()
    limits = pathlib.Path(f"/proc/{child}/limits").read_text()
    if any(line.split()[3:4] == ["120"] for line in limits.splitlines()):  # it has begun
        print(child, flush=True)

making.pdf(pathlib.Path(sys.argv[1]), {}, seconds=60, tick=tick)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux alone tells a child that its parent is gone")
def test_the_process_that_makes_a_document_ends_with_the_one_that_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKS, str(endless(tmp_path))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _writable, _odd = select.select([child], [], [], 20)
    os.close(child)
    assert ended


def test_a_typst_template_sees_nothing_outside_its_folder_and_no_packages(tmp_path: Path) -> None:
    for source in ('#read("/etc/passwd")', '#read("../task.json")', '#import "@preview/cetz:0.3.0"'):
        template = tmp_path / "luar.typ"
        template.write_text(source)
        with pytest.raises(making.NotMade) as told:
            making.pdf(template, {}, seconds=20)
        assert "root:" not in told.value.detail


def test_no_more_than_two_are_made_at_once_and_who_waits_too_long_is_told(tmp_path: Path) -> None:
    template = tmp_path / "satu.typ"
    template.write_text('#set document(title: "x")\nisi')
    begun, over = threading.Barrier(making.AT_ONCE + 1), threading.Event()

    def tick() -> None:
        begun.wait(20)
        over.wait(20)
        raise making.NotMade("stop")

    def hold() -> None:
        with pytest.raises(making.NotMade, match="stop"):
            making.pdf(endless(tmp_path), {}, tick=tick)

    holders = [threading.Thread(target=hold) for _n in range(making.AT_ONCE)]
    for one in holders:
        one.start()
    begun.wait(20)
    try:
        with pytest.raises(making.NotMade) as told:
            making.pdf(template, {}, seconds=1)
    finally:
        over.set()
        for one in holders:
            one.join(20)
    assert "1" not in str(told.value)
    assert making.pdf(template, {}, seconds=60).startswith(b"%PDF")


def test_whoever_asks_to_stop_ends_the_work(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def tick() -> None:
        raise Stop

    with pytest.raises(Stop):
        making.pdf(endless(tmp_path), {}, tick=tick)


def test_a_docx_template_reaches_nothing_of_python() -> None:
    for code in ("{{ nomor.__class__.__mro__ }}", "{{ cycler }}", "{{ hal.format(1) | attr('x') }}"):
        made = shipped.blank()
        made.add_paragraph(code)
        with pytest.raises(making.NotMade):
            making.docx(shipped.saved(made), {"nomor": "1", "hal": "x"}, seconds=20)


def test_days_are_written_as_letters_write_them() -> None:
    assert day_in_words(date(2026, 8, 1)) == "1 Agustus 2026"


def test_a_number_follows_the_pattern() -> None:
    assert numbered("000.1/{nomor}/{bulan}/{tahun}", "17", date(2026, 11, 22)) == "000.1/17/XI/2026"


@given(st.text(max_size=40))
def test_a_pattern_without_faults_can_always_be_filled(pattern: str) -> None:
    if not pattern_faults(pattern):
        assert "17" in numbered(pattern, "17", date(2026, 1, 1))


@pytest.mark.parametrize(
    "pattern",
    ["{tahun}", "{nomor}", "{tahun}{nomor!r}", "{tahun}{nomor:9999999}", "{nomor.x}", "{", "{nomor}{lain}"],
)
def test_a_pattern_that_names_anything_else_is_at_fault(pattern: str) -> None:
    assert pattern_faults(pattern)
