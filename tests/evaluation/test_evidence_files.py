"""What a file is by its bytes, how many pages it has, and how it is named for upload."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from pendapa.evaluation.actions import keeping
from pendapa.evaluation.rules import evidence_files as rules
from pendapa.kernel.refusing import Refused


def pdf(pages: int) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def package(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def looked(content: io.BytesIO, size: int, name: str = "Surat"):
    return keeping.looked_at(content, name, size)


def kind(content: bytes) -> str:
    return looked(io.BytesIO(content), len(content)).kind


def test_files_are_known_by_their_bytes():
    assert kind(pdf(1)) == "pdf"
    assert kind(b"\x89PNG\r\n\x1a\n" + b"x") == "png"
    assert kind(b"\xff\xd8\xff\xe0") == "jpg"
    word = package(**{"[Content_Types].xml": b"", "word__document.xml": b""})
    assert kind(word) == "docx"
    assert kind(package(**{"surat.pdf": b"%PDF-"})) == "zip"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "program"),
        (b"\x7fELF\x02\x01", "program"),
        (b"#!/bin/sh\nrm", "program"),
        (b"<html><script>", "type"),
        (b"PK\x03\x04 broken", "broken"),
        (package(**{"setup.exe": b"MZ"}), "program"),
        (package(**{"[Content_Types].xml": b"", "word__vbaProject.bin": b""}), "macros"),
    ],
)
def test_what_is_none_of_the_types_is_refused(content, why):
    with pytest.raises(Refused) as refused:
        kind(content)
    assert refused.value.faults == {"file": keeping.refusal(why)}


def test_three_hundred_megabytes_are_refused_before_a_byte_is_read():
    class Never(io.BytesIO):
        def read(self, *_args):
            raise AssertionError("it was read")

    with pytest.raises(Refused) as refused:
        looked(Never(), 300 << 20)
    assert refused.value.faults == {"file": keeping.refusal("large")}


def test_pages_of_a_pdf_are_counted_and_a_damaged_one_tells_none():
    assert rules.pdf_pages(io.BytesIO(pdf(7))) == 7
    for broken in (b"%PDF-1.4 nothing", b"%PDF-", pdf(3)[:200]):
        assert rules.pdf_pages(io.BytesIO(broken)) is None


def test_names_for_upload_say_indicator_level_and_number():
    assert rules.upload_name("11", 3, "", 1, "Perbup 41/2025", "pdf") == "I11-L3-01 Perbup 41-2025.pdf"
    assert rules.upload_name("1", 2, "I1-L2-02", 1, "Notula.pdf", "pdf") == "I1-L2-02 Notula.pdf"
    assert rules.unlike(["a.pdf", "A.pdf", "a.pdf"]) == ["a.pdf", "A (2).pdf", "a (3).pdf"]


@given(st.lists(st.text("aAb.", min_size=1, max_size=3), max_size=8))
def test_no_two_names_are_alike(names):
    told = [name.lower() for name in rules.unlike(names)]
    assert len(told) == len(names) == len(set(told))
