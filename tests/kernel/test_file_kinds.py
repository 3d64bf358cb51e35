"""What a file is goes by its bytes, and alike at every door."""

from __future__ import annotations

import io
import zipfile

import pytest

from pendapa.clearance import attaching
from pendapa.clearance.rules import attachments
from pendapa.evaluation.actions import keeping
from pendapa.kernel.files import kinds, taking
from pendapa.kernel.refusing import Refused

TYPES = ("pdf", "docx", "xlsx", "odt", "png", "jpg", "zip")
DOORS = (keeping.door(), attaching.door())


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


WHOLE = {
    "pdf": b"%PDF-1.7\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "docx": package("[Content_Types].xml", "word/document.xml"),
    "xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "odt": package("mimetype", "content.xml"),
}
WRONG = {
    "empty": b"",
    "broken": b"PK\x03\x04 damaged",
    "macros": package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
}


@pytest.mark.parametrize("found", WHOLE)
def test_a_file_is_the_same_at_every_door(found: str) -> None:
    content = WHOLE[found]
    assert kinds.kind(io.BytesIO(content), len(content), largest=1 << 20, types=TYPES) == found
    for door in DOORS:
        assert taking.look(door, io.BytesIO(content), "Surat", len(content)).kind == found


@pytest.mark.parametrize("why", WRONG)
def test_what_cannot_be_taken_is_refused_for_the_same_reason_at_every_door(why: str) -> None:
    content = WRONG[why]
    for door in DOORS:
        with pytest.raises(Refused) as told:
            taking.look(door, io.BytesIO(content), "Surat", len(content))
        assert told.value.faults == {"file": door.words(why)}


def test_a_type_that_a_door_does_not_name_is_refused_there() -> None:
    content = package("surat.pdf")
    assert kinds.kind(io.BytesIO(content), len(content), largest=1 << 20, types=TYPES) == "zip"
    with pytest.raises(kinds.Refused) as told:
        kinds.kind(io.BytesIO(content), len(content), largest=1 << 20, types=attachments.TYPES)
    assert told.value.why == "type"


def test_a_file_over_the_limit_is_refused_before_a_byte_is_read() -> None:
    class Never(io.BytesIO):
        def read(self, *_args: object) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(kinds.Refused) as told:
        kinds.kind(Never(), 11, largest=10, types=TYPES)
    assert told.value.why == "large"


@pytest.mark.parametrize(
    ("name", "found", "whole"),
    [
        ("Perbup 41", "pdf", "Perbup 41.pdf"),
        ("Perbup.PDF", "pdf", "Perbup.PDF"),
        ("foto.jpeg", "jpg", "foto.jpeg"),
        ("foto.png", "jpg", "foto.png.jpg"),
    ],
)
def test_a_name_ends_as_what_the_file_is(name: str, found: str, whole: str) -> None:
    assert kinds.with_ending(name, found) == whole
