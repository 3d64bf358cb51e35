"""Templates and letterheads of an institution: what is taken, what is refused, and the way back."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.documents import actions, queries, shipped
from pendapa.kernel.documents.checking import check_logo, check_template
from pendapa.kernel.documents.kinds import LETTER
from pendapa.kernel.documents.letters import letter_docx, letter_pdf
from pendapa.kernel.documents.rules import Letterhead, Official
from pendapa.kernel.refusing import Refused
from tests.cast import WHO, Cast
from tests.kernel.documents.test_letters import LETTER as SAMPLE
from tests.kernel.documents.test_letters import words_of


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def own(*lines: str) -> bytes:
    made = shipped.blank()
    needed = "{{ nomor }} {{ hal }} {{ tanggal }} {{ isi }} {{ pemeriksaan }} {{ catatan }}"
    for line in (*lines, needed):
        made.add_paragraph(line)
    return shipped.saved(made)


def with_part(name: str, content: bytes = b"x", change: tuple[str, bytes, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shipped.letter())) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.namelist():
            told = source.read(one)
            target.writestr(one, told.replace(change[1], change[2]) if change and one == change[0] else told)
        if name:
            target.writestr(name, content)
    return out.getvalue()


JPEG = bytes.fromhex("ffd8ffdb0004000000ffc0000b080002000201011100ffd9")  # no more than headers
ATTACHED = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="a.dotm" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)


def own_field(code: str, *, simple: bool = False) -> bytes:
    made = docx.Document(io.BytesIO(own()))
    line = made.add_paragraph()
    if simple:
        told = OxmlElement("w:fldSimple")
        told.set(qn("w:instr"), code)
        line._p.append(told)
    else:  # torn over two runs
        for part in (code[:4], code[4:]):
            told = OxmlElement("w:instrText")
            told.text = part
            line.add_run()._r.append(told)
    return shipped.saved(made)


def test_the_own_template_is_used_until_one_goes_back_to_the_shipped(cast: Cast) -> None:
    boss = cast.actor("diskominfo")
    actions.upload_template(boss, cast.institution, "letter", own("Templat kami"), "kami.docx")
    assert "Templat kami" in words_of(letter_docx(cast.institution, SAMPLE))
    actions.use_shipped(boss, cast.institution, "letter")
    assert "Templat kami" not in words_of(letter_docx(cast.institution, SAMPLE))
    assert queries.template(cast.institution, "letter") == shipped.letter()


@pytest.mark.hostile
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 rusak",
        b"%PDF-1.7",
        with_part("word/vbaProject.bin"),
        with_part("word/embeddings/berkas.docx"),
        with_part("", change=("word/_rels/document.xml.rels", b"<Relationship ", b'<Relationship TargetMode="External" ')),
        with_part("", change=("word/_rels/document.xml.rels", b"<Relationship ", b"<Relationship TargetMode = 'external' ")),
        with_part("word/_rels/settings.xml.rels", ATTACHED),
        own_field("DDEAUTO c:\\\\cmd.exe"),
        own_field("includepicture \"http://x\""),
        own_field("INCLUDETEXT x", simple=True),
        with_part("word/besar.xml", b"\0" * (50 << 20)),
        own("{{ rahasia }}"),
        own("{{ nomor "),
        own("{% for x in isi %}"),
        own("{{ nomor.__class__ }}"),
        own("{{ baris.nomor }}"),
        shipped.saved(shipped.blank()),
    ],
    ids=["empty", "torn", "pdf", "macro", "embedded", "external", "quoted", "attached", "dde", "picture", "text", "bomb", "unknown", "open", "no end", "python", "loop", "needed"],
)  # fmt: skip
def test_a_template_that_is_none_is_refused_with_words(cast: Cast, content: bytes) -> None:
    with pytest.raises(Refused) as told:
        actions.upload_template(cast.actor("diskominfo"), cast.institution, "letter", content, "x.docx")
    assert str(told.value)
    assert queries.template_row(cast.institution, "letter") is None


def test_the_shipped_letter_passes_its_own_checks() -> None:
    check_template(shipped.letter(), LETTER)


def test_the_letterhead_is_kept_with_its_arms_and_who_set_it(cast: Cast) -> None:
    boss = cast.actor("diskominfo")
    head = Letterhead(
        ("Pemerintah  Uji", "", "Dinas"),
        "Uji",
        official=Official("Kepala", "Ani", nip="19700101 199503 1 001"),
    )
    actions.set_letterhead(boss, cast.institution, head, logo=png())
    found = queries.letterhead(cast.institution)
    assert found.lines == ("Pemerintah Uji", "Dinas") and found.logo == png()
    assert found.official.nip == "197001011995031001"
    assert letter_pdf(cast.institution, SAMPLE).startswith(b"%PDF")
    actions.set_letterhead(boss, cast.institution, found, logo=None)
    assert queries.letterhead(cast.institution).logo == png()
    actions.set_letterhead(boss, cast.institution, found, logo=b"")
    assert queries.letterhead(cast.institution).logo == b""


@pytest.mark.hostile
@pytest.mark.parametrize(
    "content",
    [b"GIF89a", b"<svg/>", b"\x89PNG\r\n\x1a\n", png()[:20], b"\xff\xd8\xff", png(5000, 1), png()[:45], JPEG],
)
def test_arms_are_known_by_their_content(content: bytes) -> None:
    with pytest.raises(Refused):
        check_logo(content)


@pytest.mark.parametrize(
    ("head", "field"),
    [
        (Letterhead(()), "lines"),
        (Letterhead(("x" * 200,)), "lines"),
        (Letterhead(("x",), number_pattern="{lain}"), "number_pattern"),
        (Letterhead(("x",), number_pattern="{nomor}"), "number_pattern"),
        (Letterhead(("x",), number_pattern="{tahun}" + "x" * 150 + "{nomor}"), "number_pattern"),
        (Letterhead(("x",), official=Official(nip="123")), "nip"),
    ],
)
def test_a_faulty_letterhead_names_its_field(cast: Cast, head: Letterhead, field: str) -> None:
    with pytest.raises(Refused) as told:
        actions.set_letterhead(cast.actor("diskominfo"), cast.institution, head)
    assert told.value.field == field


@pytest.mark.parametrize("who", [who for who in WHO if who != "diskominfo"])
def test_only_the_secretariat_changes_templates_and_letterhead(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        actions.upload_template(cast.actor(who), cast.institution, "letter", own(), "x.docx")
    with pytest.raises(NotFound):
        actions.set_letterhead(cast.actor(who), cast.institution, Letterhead(("x",)))
    with pytest.raises(NotFound):
        queries.templates(cast.actor(who), cast.institution)
