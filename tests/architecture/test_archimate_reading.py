"""Files that are no sound model are refused, with line, reason and what to do."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pendapa.architecture.archimate.reading import Document, Limits, read
from pendapa.kernel.tables.messages import Unreadable
from pendapa.regulations import packs

MODELS = Path(__file__).parent / "models"
MINIMAL = (MODELS / "minimal.xml").read_bytes()
TEXT = MINIMAL.decode()
HEAD = TEXT[: TEXT.index("<elements>")]


def taken(tmp_path: Path, content: bytes | str, **limits: int) -> Document:
    path = tmp_path / "model.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, packs.archimate(), Limits(**limits))


def refusal(tmp_path: Path, content: bytes | str, **limits: int) -> str:
    with pytest.raises(Unreadable) as caught:
        taken(tmp_path, content, **limits)
    assert str(caught.value.advice)
    return str(caught.value)


def test_a_sound_model_is_read_whole(tmp_path: Path) -> None:
    found = taken(tmp_path, MINIMAL)
    assert (found.name, len(found.things), len(found.links), found.views) == (
        "Arsitektur SPBE Contoh",
        12,
        12,
        1,
    )
    assert found.things[1].properties[1] == ("Kode referensi SPBE", "RAB.01.01")
    assert (found.links[4].access, found.things[0].line) == ("ReadWrite", 6)


def test_utf16_is_read(tmp_path: Path) -> None:
    assert len(taken(tmp_path, TEXT.replace("UTF-8", "UTF-16").encode("utf-16")).things) == 12


OLD = '<?xml version="1.0"?>\n<model xmlns="http://www.opengroup.org/xsd/archimate"><name>x</name></model>'
NATIVE = (
    '<archimate:model xmlns:archimate="http://www.archimatetool.com/archimate" name="x"></archimate:model>'
)
DTD = TEXT.replace("<model ", '<!DOCTYPE model SYSTEM "http://127.0.0.1/x.dtd">\n<model ', 1)
LAUGHS = TEXT.replace(
    "<model ",
    '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\n<model ',
    1,
).replace("Arsitektur SPBE Contoh", "&c;")
EXTERNAL = TEXT.replace(
    "<model ", '<!DOCTYPE m [<!ENTITY f SYSTEM "file:///etc/passwd">]>\n<model ', 1
).replace("Arsitektur SPBE Contoh", "&f;")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OLD, "Line 2: The file is in an old ArchiMate exchange format"),
        (OLD.replace("archimate\"", 'archimate/2.1/"'), "old ArchiMate exchange format"),
        (NATIVE, "Line 1: This is Archi's own file"),
        ("<html><body>x</body></html>", "Line 1: This is no ArchiMate model: the file begins with <html>"),
        (DTD, "Line 2: A document type or entity is declared"),
        (LAUGHS, "Line 2: A document type or entity is declared"),
        (EXTERNAL, "Line 2: A document type or entity is declared"),
        (TEXT[: len(TEXT) // 2], "The file is no sound XML"),
        ("Kode;Nama\n1;x\n", "Line 1: The file is no sound XML"),
        ("", "The file is no sound XML"),
        (TEXT.replace("&amp;", "&").replace("Contoh kecil", "&nbsp;"), "Line 4: The file is no sound XML"),
        (
            TEXT.replace('target="id-lay-izin"', 'target="id-tiada"', 1),
            "Line 27: It refers to id-tiada, which is nowhere in the file.",
        ),
        (
            TEXT.replace('propertyDefinitionRef="propid-1"', 'propertyDefinitionRef="propid-9"', 1),
            "Line 11: It refers to propid-9",
        ),
        (
            TEXT.replace('elementRef="id-lay-izin"', 'elementRef="id-bo-hilang"', 1),
            "refers to id-bo-hilang",
        ),
        (
            TEXT.replace('source="id-opd-dpmptsp"', 'source="id-view-1"', 1),
            "Line 26: The relation leads to id-view-1, which is no element.",
        ),
        (
            TEXT.replace('identifier="id-data-izin"', 'identifier="id-bo-izin"', 1),
            "The identifier id-bo-izin is there twice, first in line 15.",
        ),
        (TEXT.replace("id-opd-dpmptsp", "1 opd"), "“1 opd” is no identifier"),
        (TEXT.replace('"BusinessActor"', '"BusinessAktor"'), "“BusinessAktor” is no type of ArchiMate 3"),
        (TEXT.replace('xsi:type="Assignment"', 'xsi:type="Owns"'), "“Owns” is no type of ArchiMate 3"),
        (HEAD + "</model>", "The model has no <elements>."),
        (HEAD + "<propertyDefinitions/><elements/></model>", "<elements> stands after <propertyDefinitions>"),
        (HEAD + "<elements/><elements/></model>", "<elements> is there twice."),
        (HEAD + "<elements><element xsi:type='Goal'><name>x</name></element></elements></model>", "has no identifier"),
        (
            HEAD
            + "<elements><element identifier='a' xsi:type='Goal'><documentation>d</documentation><name>x</name></element></elements></model>",
            "<name> stands after <documentation>",
        ),
    ],
)  # fmt: skip
def test_what_is_not_sound_is_refused_with_line_and_reason(tmp_path: Path, content: str, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_what_an_external_entity_names_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia")
    assert "rahasia" not in refusal(tmp_path, EXTERNAL.replace("/etc/passwd", str(secret)))


def test_parts_nested_without_end_are_refused(tmp_path: Path) -> None:
    deep = (
        HEAD
        + "<elements/><organizations>"
        + "<item>" * 100_000
        + "</item>" * 100_000
        + "</organizations></model>"
    )
    assert "More than 64 parts lie inside one another" in refusal(tmp_path, deep)


def blown(tmp_path: Path, part: bytes, size: int) -> Path:
    def pieces() -> Iterator[bytes]:
        yield HEAD.encode()
        yield b"<elements><element identifier='a' xsi:type='Goal'><name>"
        for _each in range(size // len(part)):
            yield part
        yield b"</name></element></elements></model>"

    path = tmp_path / "bomb.xml"
    with path.open("wb") as file:
        file.writelines(pieces())
    return path


def test_a_text_of_a_hundred_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = blown(tmp_path, b"x" * 65536, 99 << 20)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="more than 100000 characters"):
        read(path, packs.archimate())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    assert "at most 1 MB" in refusal(tmp_path, b"x" * ((1 << 20) + 1), file_bytes=1 << 20)


def test_more_elements_than_the_limit_are_refused(tmp_path: Path) -> None:
    assert "more than 3 of one sort" in refusal(tmp_path, MINIMAL, items=3)


def test_more_characters_than_the_limit_are_refused(tmp_path: Path) -> None:
    assert "too large" in refusal(tmp_path, MINIMAL, characters=100)


def test_of_a_text_in_two_languages_the_indonesian_is_taken(tmp_path: Path) -> None:
    two = TEXT.replace(
        '<name xml:lang="id">Izin usaha</name>',
        '<name xml:lang="en">Licence</name><name xml:lang="id">Izin usaha</name>',
    )
    assert "Izin usaha" in {thing.name for thing in taken(tmp_path, two).things}
