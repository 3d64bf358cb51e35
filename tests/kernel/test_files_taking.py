"""A file that somebody hands in is taken in one way: by what it is, whole, or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.files import names, store, taking
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.refusing import Refused
from tests.cast import Cast
from tests.kernel.kept import folder, left

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("folder")

PDF = b"%PDF-1.7\n" + b"isi " * 10
DOOR = taking.Door(1000, {"pdf": "application/pdf", "png": "image/png"}, "tidak: {}".format)


def look(content: bytes, name: str = "KAK.pdf", size: int | None = None) -> taking.Looked:
    return taking.look(DOOR, io.BytesIO(content), name, len(content) if size is None else size)


def test_a_file_is_kept_whole_with_its_kind_its_size_and_its_digest(cast: Cast, folder: Path) -> None:
    looked = look(PDF, "Perbup 41")
    assert (looked.name, looked.stem, looked.kind, looked.media) == (
        "Perbup 41.pdf", "Perbup 41", "pdf", "application/pdf",
    )  # fmt: skip
    assert left(folder) == []  # looking keeps nothing
    with taking.kept(looked, cast.institution, cast.users["operator"]) as file:
        pass
    assert store.path(file).read_bytes() == PDF
    row = StoredFile.objects.get()
    assert (row.name, row.size, row.sha256) == ("Perbup 41.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert row.created_by == cast.users["operator"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (PDF + b"x" * 1000, "large"),
        (b"\xff\xd8\xff\xe0 a photo", "type"),
        (b"<html><script>", "type"),
        (b"MZ\x90\x00", "program"),
        (b"PK\x03\x04 damaged", "broken"),
    ],
)
def test_what_the_door_does_not_take_is_refused_in_its_words(content: bytes, why: str) -> None:
    with pytest.raises(Refused) as told:
        look(content)
    assert told.value.faults == {"file": f"tidak: {why}"}


def test_a_name_does_not_make_a_file_what_it_is_not() -> None:
    with pytest.raises(Refused) as told:
        look(b"MZ\x90\x00", "laporan.pdf")
    assert told.value.faults == {"file": "tidak: program"}
    assert look(b"\x89PNG\r\n\x1a\n", "laporan.pdf").name == "laporan.pdf.png"


def test_a_file_of_exactly_the_limit_is_taken(cast: Cast) -> None:
    with taking.kept(look(PDF.ljust(1000)), cast.institution, None) as file:
        assert file.size == 1000


def test_a_file_that_holds_more_than_was_announced_leaves_nothing(cast: Cast, folder: Path) -> None:
    looked = look(PDF + b"x" * 1000, size=10)
    with pytest.raises(Refused) as told, taking.kept(looked, cast.institution, None):
        raise AssertionError("it was kept")
    assert told.value.faults == {"file": "tidak: large"}
    assert left(folder) == [] and not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Budi\\KAK.pdf", "KAK.pdf"),
        ("/home/budi/KAK 2026.PDF", "KAK 2026.PDF"),
        ("dua\nbaris.pdf", "dua baris.pdf"),
        ("folder/", "berkas.pdf"),
        ("..", "berkas.pdf"),
        ("", "berkas.pdf"),
        ("con.pdf", "_con.pdf"),
        ("a" * 400, "a" * 200 + ".pdf"),
    ],
)
def test_of_a_name_with_folders_only_the_last_part_is_kept(
    cast: Cast, folder: Path, name: str, kept: str
) -> None:
    with taking.kept(look(PDF, name), cast.institution, None) as file:
        assert file.name == kept
        assert folder in store.path(file).parents and kept not in store.path(file).parts


def test_the_same_bytes_twice_are_two_files_and_losing_one_leaves_the_other(cast: Cast, folder: Path) -> None:
    with taking.kept(look(PDF), cast.institution, None) as first:
        pass
    with pytest.raises(KeyError), taking.kept(look(PDF), cast.institution, None) as second:
        assert second.sha256 == first.sha256 and second.uid != first.uid
        raise KeyError("the room wants it once")
    assert left(folder) == [store.path(first)]
    assert list(StoredFile.objects.all()) == [first]


def test_a_file_goes_again_where_what_is_done_with_it_fails(cast: Cast, folder: Path) -> None:
    with transaction.atomic():
        with pytest.raises(Refused), taking.kept(look(PDF), cast.institution, None):
            raise Refused("Choose a day.", "day")
        assert not StoredFile.objects.exists()  # and the transaction around it goes on
    assert left(folder) == []


def test_what_was_read_before_is_kept_from_its_beginning(cast: Cast) -> None:
    looked = look(PDF)
    looked.content.read(5)
    with taking.kept(looked, cast.institution, None) as file:
        pass
    assert store.path(file).read_bytes() == PDF


@given(st.text(max_size=300))
def test_every_name_is_one_that_windows_takes(text: str) -> None:
    name = names.plain_name(text)
    assert name and not set(name) & set('<>:"/\\|?*') and name == name.strip(" .") and name.isprintable()
    assert len(name) <= 101 and name.partition(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1"}
