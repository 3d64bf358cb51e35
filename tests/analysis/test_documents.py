"""The book of a release: what stands in it, for whom, as PDF and docx; the pages, API and command that make it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from django.conf import settings
from docx.enum.section import WD_ORIENTATION
from lxml import etree
from typer.testing import CliRunner

from pendapa.analysis.documents import actions, book, pdf
from pendapa.analysis.documents.blocks import Book, Chapter, Table, roman
from pendapa.analysis.documents.shipped import KIND, template
from pendapa.architecture import actions as register
from pendapa.architecture import releasing
from pendapa.architecture.models import GapDecision, Release
from pendapa.cli.app import app
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.documents import actions as kept
from pendapa.kernel.documents import queries
from pendapa.kernel.documents.checking import check_template
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.refusing import Refused
from pendapa.kernel.tenancy.models import Assignment
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def scene(cast: Cast) -> Release:
    """A release with things of two OPD, one of them restricted."""
    service = make(cast.unit, "Pendaftaran pasien", "services")
    puskesmas = make(
        cast.unit, "SIMPUS #1 <b>&</b>", attributes={"uraian": "Mencatat kunjungan", "basis": ["web"]}
    )
    make(cast.other_unit, "Aplikasi rahasia", classification="restricted")
    make(cast.other_unit, "SIAK Terpusat")
    join(puskesmas, "application_service", service)
    return releasing.create_release(
        cast.actor("diskominfo"),
        cast.institution,
        code="2026",
        name="Arsitektur 2026–2030",
        decree_number="Peraturan Bupati Uji Nomor 12 Tahun 2026",
        decree_date=date(2026, 2, 2),
    )


def made(cast: Cast, release: Release, format: str, who: str = "diskominfo", **more: Any) -> bytes:
    out = io.BytesIO()
    actions.make(cast.actor(who), release, format, out, **more)
    return out.getvalue()


def pdf_text(content: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split()
    )


def docx_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        root = etree.fromstring(packed.read("word/document.xml"))
    return " ".join(" ".join(part.text or "" for part in root.iter(f"{W}t")).split())


def shown(content: bytes, format: str) -> str:
    return pdf_text(content) if format == "pdf" else docx_text(content)


@pytest.mark.parametrize("format", actions.FORMATS)
def test_the_book_holds_cover_chapters_elements_relations_and_gaps(cast: Cast, format: str) -> None:
    text = shown(made(cast, scene(cast), format), format)
    for part in (
        "Dokumen Arsitektur SPBE",
        "Peraturan Bupati Uji Nomor 12 Tahun 2026",
        "2 Februari 2026",
        "Daftar isi",
        "Domain Layanan",
        "Domain Aplikasi",
        "Dinas Kesehatan",
        "SIMPUS #1 <b>&</b>",
        "Mencatat kunjungan",
        "Basis Aplikasi",
        "Keterkaitan",
        "Katalog celah",
        "Cakupan keamanan",
        "belum memiliki satu pun dari tujuh jenis keamanan",
        "Rujukan dan versi",
    ):
        assert part in text, part


def test_a_long_text_in_a_narrow_column_is_printed_to_its_end() -> None:
    words = " ".join(f"kata{n:03}" for n in range(110))
    table = Table(("Uraian", *("Lain",) * 8), (1.0,) * 9, ((words, *("x",) * 8),))
    found = Book("Buku", "Uji", "", (), "22 November 2026", (Chapter("a", "Bab", [table]),), "")
    told = io.BytesIO(pdf.write(found, ("", b""), lambda: None))
    heights: list[float] = []

    def keep(text: str, outer: Any, inner: Any, _font: Any, _size: Any) -> None:
        if "kata" in text:
            heights.append(inner[4] * outer[1] + inner[5] * outer[3] + outer[5])

    for page in pypdf.PdfReader(told).pages:
        page.extract_text(visitor_text=keep)
    assert heights and min(heights) > 0


def test_the_pdf_has_an_outline_tags_and_the_number_of_each_page(cast: Cast) -> None:
    found = pypdf.PdfReader(io.BytesIO(made(cast, scene(cast), "pdf")))
    titles = [one.title for one in found.outline if not isinstance(one, list)]
    assert any(title.startswith("BAB I ") for title in titles)
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert f"Halaman 3 dari {len(found.pages)}" in found.pages[2].extract_text()


def test_the_docx_has_a_real_contents_field_headings_and_heads_on_every_page(cast: Cast) -> None:
    content = made(cast, scene(cast), "docx")
    found = docx.Document(io.BytesIO(content))
    headings = [line.text for line in found.paragraphs if line.style and line.style.name == "Heading 1"]
    assert headings[0].startswith("BAB I ") and any("Domain Aplikasi" in one for one in headings)
    codes = [one.text or "" for one in found.element.iter(f"{W}instrText")]
    assert any("TOC" in code for code in codes) and any("PAGEREF" in code for code in codes)
    assert all(table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None for table in found.tables)
    assert [section.orientation for section in found.sections] == [
        WD_ORIENTATION.PORTRAIT,
        WD_ORIENTATION.LANDSCAPE,
    ]
    assert found.inline_shapes and "pendapa" not in " ".join(line.text for line in found.paragraphs)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"updateFields" in packed.read("word/settings.xml")


@pytest.mark.parametrize("format", actions.FORMATS)
def test_what_one_may_not_see_is_neither_written_nor_counted(cast: Cast, format: str) -> None:
    release = scene(cast)
    assert "Aplikasi rahasia" in shown(made(cast, release, format), format)
    text = shown(made(cast, release, format, "operator"), format)
    assert "Aplikasi rahasia" not in text
    assert "2 unsur aplikasi" in text


def test_what_became_restricted_since_stays_out_of_the_book(cast: Cast) -> None:
    release = scene(cast)
    from pendapa.architecture.models import Element

    opened = Element.objects.get(name="SIAK Terpusat")
    register.change_element(cast.actor("diskominfo"), opened, version=1, classification="restricted")
    assert "SIAK Terpusat" not in docx_text(made(cast, release, "docx", "operator"))


def test_the_book_tells_the_release_and_not_what_came_after(cast: Cast) -> None:
    release = scene(cast)
    make(cast.unit, "Datang kemudian")
    text = docx_text(made(cast, release, "docx"))
    assert "Datang kemudian" not in text


def test_a_decision_stands_beside_its_gap(cast: Cast) -> None:
    release = scene(cast)
    from pendapa.architecture.models import Element

    lonely = Element.objects.get(name="SIAK Terpusat")
    rule = "application_without_process"
    decision = GapDecision(
        institution=cast.institution,
        rule=rule,
        element=lonely,
        decision="postpone",
        due=date(2027, 6, 1),
        reason="Menunggu anggaran",
    )
    history.write(cast.actor("diskominfo"), cast.institution, "edit", history.Writes(add=[decision]))
    text = docx_text(made(cast, release, "docx", chapters=["gaps"]))
    assert "ditunda" in text and "1 Juni 2027" in text and "Menunggu anggaran" in text


def test_only_the_chosen_chapters_are_made(cast: Cast) -> None:
    text = docx_text(made(cast, scene(cast), "docx", chapters=["services"]))
    assert "Domain Layanan" in text and "Domain Aplikasi" not in text and "Katalog celah" not in text


@pytest.mark.parametrize(("format", "chapters"), [("odt", []), ("pdf", ["lain"])])
def test_an_unknown_format_or_chapter_is_refused_before_anything_is_made(
    cast: Cast, format: str, chapters: list[str]
) -> None:
    with pytest.raises(actions.Refused):
        actions.start(cast.actor("diskominfo"), scene(cast), format, chapters)
    assert not GeneratedDocument.objects.exists() and not Job.objects.exists()


def test_the_shipped_template_passes_its_own_checks() -> None:
    check_template(template(), KIND)


def test_a_template_of_the_book_with_its_chapters_in_a_table_is_refused() -> None:
    mine = docx.Document(io.BytesIO(template()))
    line = next(one for one in mine.paragraphs if one.text == "{{ bab }}")
    mine.add_table(1, 1).cell(0, 0).paragraphs[0].text = line.text
    line._p.getparent().remove(line._p)
    out = io.BytesIO()
    mine.save(out)
    with pytest.raises(Refused):
        check_template(out.getvalue(), KIND)


def test_chapters_are_numbered_in_roman() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40, 99)] == ["I", "IV", "IX", "XIV", "XL", "XCIX"]


# ---- in the background


def run(cast: Cast, found: GeneratedDocument) -> GeneratedDocument:
    jobs.run(Job.objects.select_related("institution", "user").get(pk=found.job_id))
    found.refresh_from_db()
    return found


def test_a_job_makes_the_book_and_its_owner_takes_it_from_the_page(cast: Cast) -> None:
    release, client = scene(cast), cast.client("operator")
    address = "/di/uji/analisis/dokumen/"
    client.post(address, {"release": "2026", "format": "pdf", "chapters": list(book.CHOSEN)})
    found = run(cast, GeneratedDocument.objects.get())
    assert (
        found.job is not None and found.job.state == "done" and found.pages and found.subject == release.code
    )
    answer = client.get(f"{address}{found.uid}/unduh/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"%PDF") and "Aplikasi rahasia" not in pdf_text(content)
    assert str(found.uid) in client.get(address).content.decode()


def test_nobody_else_finds_or_takes_a_document(cast: Cast) -> None:
    found = run(cast, actions.start(cast.actor("operator"), scene(cast), "docx", ["services"]))
    for who in ("other_operator", "diskominfo", "sekda", "assessor", "stranger", "foreigner"):
        client = cast.client(who)
        assert client.get(f"/di/uji/analisis/dokumen/{found.uid}/unduh/").status_code == 404
        assert str(found.uid) not in client.get("/di/uji/analisis/dokumen/").content.decode()


def test_a_key_reads_only_what_a_key_with_the_same_rights_asked_for(cast: Cast) -> None:
    release, person = scene(cast), cast.actor("diskominfo")
    narrow = cast.actor("diskominfo")
    narrow.scopes = frozenset({"architecture.view"})
    of_person = run(cast, actions.start(person, release, "docx", ["applications"]))
    of_key = run(cast, actions.start(narrow, release, "docx", ["applications"]))
    assert list(queries.documents(narrow, cast.institution)) == [of_key]
    with pytest.raises(NotFound):
        queries.document(narrow, cast.institution, of_person.uid)
    from pendapa.kernel.files import store

    assert of_key.file is not None
    assert "Aplikasi rahasia" not in docx_text(store.path(of_key.file).read_bytes())


def test_a_book_closes_when_its_owner_loses_the_rights_it_shows(cast: Cast) -> None:
    found = run(cast, actions.start(cast.actor("diskominfo"), scene(cast), "docx", ["applications"]))
    client, address = cast.client("diskominfo"), f"/di/uji/analisis/dokumen/{found.uid}/unduh/"
    assert client.get(address).status_code == 200
    Assignment.objects.filter(user=cast.actor("diskominfo").user).update(role="operator", unit=cast.unit)
    assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/institutions/uji/documents/{found.uid}").status_code == 404
    assert str(found.uid) not in client.get("/di/uji/analisis/dokumen/").content.decode()


def test_the_twenty_newest_documents_are_kept(cast: Cast) -> None:
    release, boss = scene(cast), cast.actor("diskominfo")
    first = actions.start(boss, release, "docx")
    for _n in range(kept.KEPT + 3):
        found = actions.start(boss, release, "pdf")
        Job.objects.filter(pk=found.job_id).update(state="failed")
    assert GeneratedDocument.objects.count() == kept.KEPT + 1
    # What a job is still at is not deleted from under it.
    assert run(cast, first).file is not None


def test_a_second_press_gives_the_same_document(cast: Cast) -> None:
    release, boss = scene(cast), cast.actor("diskominfo")
    first = actions.start(boss, release, "pdf", ["gaps", "services"])
    assert actions.start(boss, release, "pdf", ["services", "gaps"]) == first
    assert Job.objects.count() == 1
    assert actions.start(cast.actor("operator"), release, "pdf", ["gaps", "services"]) != first


def test_one_person_has_no_more_than_three_underway(cast: Cast) -> None:
    release, boss = scene(cast), cast.actor("diskominfo")
    for chapter in ("services", "data", "gaps"):
        actions.start(boss, release, "docx", [chapter])
    with pytest.raises(actions.Refused):
        actions.start(boss, release, "docx", ["twins"])
    assert Job.objects.count() == 3
    run(cast, GeneratedDocument.objects.earliest("pk"))
    actions.start(boss, release, "docx", ["twins"])


def test_a_document_that_is_gone_when_it_is_done_leaves_no_bytes_and_says_so(cast: Cast) -> None:
    found = actions.start(cast.actor("diskominfo"), scene(cast), "docx", ["services"])
    job = Job.objects.get(pk=found.job_id)
    GeneratedDocument.objects.all().delete()
    media = Path(settings.MEDIA_ROOT)
    before = sorted(media.glob("*/*"))
    with pytest.raises(GeneratedDocument.DoesNotExist):
        kept.finish(found, io.BytesIO(b"x"), "x.docx")
    assert not StoredFile.objects.exists() and sorted(media.glob("*/*")) == before
    jobs.run(job)
    job.refresh_from_db()
    assert job.state == "failed" and " " in job.error


def test_whoever_may_no_longer_see_the_release_is_told_so(cast: Cast) -> None:
    found = actions.start(cast.actor("operator"), scene(cast), "docx", ["services"])
    Assignment.objects.filter(user=cast.actor("operator").user).delete()
    found = run(cast, found)
    assert found.file is None and found.job is not None and " " in found.job.error


def test_a_stopped_job_leaves_no_file(cast: Cast) -> None:
    found = actions.start(cast.actor("diskominfo"), scene(cast), "pdf")
    jobs.cancel(Job.objects.get(pk=found.job_id))
    run(cast, found)
    assert found.file is None and found.job is not None and found.job.state == "cancelled"


# ---- API and command


def test_the_api_starts_tells_and_gives_the_document(cast: Cast) -> None:
    scene(cast)
    client, place = cast.client("diskominfo"), "/api/v1/institutions/uji/documents"
    asked = client.post(place, {"release": "2026", "format": "docx"}, "application/json")
    assert asked.status_code == 202 and asked.json()["state"] == "waiting"
    uid = asked.json()["uid"]
    assert client.get(f"{place}/{uid}/file").status_code == 404
    run(cast, GeneratedDocument.objects.get(uid=uid))
    told = client.get(f"{place}/{uid}").json()
    assert told["state"] == "done" and told["file"].endswith(f"/documents/{uid}/file")
    assert client.get(f"{place}/{uid}/file").status_code == 200
    assert [one["uid"] for one in client.get(place).json()["items"]] == [uid]
    assert cast.client("sekda").get(f"{place}/{uid}").status_code == 404


def test_the_api_refuses_with_the_field_at_fault(cast: Cast) -> None:
    scene(cast)
    client, place = cast.client("diskominfo"), "/api/v1/institutions/uji/documents"
    refused = client.post(place, {"release": "2026", "format": "odt"}, "application/json")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "format"
    assert client.post(place, {"release": "tidak-ada"}, "application/json").status_code == 404
    assert cast.client("public").get(place).status_code == 404


def test_the_command_writes_the_file_and_names_the_releases_there_are(cast: Cast, tmp_path: Any) -> None:
    scene(cast)
    target = tmp_path / "buku.docx"
    command = ["document", "architecture", "--institution", "uji", "-o", str(target), "--release"]
    assert CliRunner().invoke(app, [*command, "2026"]).exit_code == 0
    assert "SIMPUS" in docx_text(target.read_bytes())
    missing = CliRunner().invoke(app, [*command, "2030"])
    assert missing.exit_code and "2026" in str(missing.exception)
    odd = CliRunner().invoke(
        app, ["document", "architecture", "--release", "2026", "-o", str(tmp_path / "a.odt")]
    )
    assert odd.exit_code and ".pdf" in str(odd.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["buku.docx"]


# ---- letterhead and templates


def test_the_secretariat_sets_the_letterhead_and_sees_a_sample(cast: Cast) -> None:
    client, address = cast.client("diskominfo"), "/di/uji/analisis/dokumen/templat/"
    told = {"lines": "Pemerintah Uji\nDinas Kominfo", "place": "Uji", "number_pattern": "{nomor}/{tahun}", "acting": "Plt.",
            "office": "Kepala Dinas", "name": "Ani"}  # fmt: skip
    assert client.post(address, told).status_code == 302
    assert "Dinas Kominfo" in client.get(address).content.decode()
    sample = b"".join(client.get(f"{address}contoh/").streaming_content)  # type: ignore[attr-defined]
    assert "Plt. Kepala Dinas" in pdf_text(sample)
    again = client.post(address, told | {"number_pattern": "{lain}"})
    assert again.status_code == 422 and "number_pattern" in again.content.decode()
    assert queries.letterhead(cast.institution).number_pattern == "{nomor}/{tahun}"


def test_an_own_template_of_the_book_is_taken_by_the_page_and_used(cast: Cast) -> None:
    release, client = scene(cast), cast.client("diskominfo")
    mine = docx.Document(io.BytesIO(template()))
    mine.paragraphs[0].insert_paragraph_before("Milik kami")
    out = io.BytesIO()
    mine.save(out)
    address = "/di/uji/analisis/dokumen/templat/architecture/"
    refused = client.post(address, {"file": io.BytesIO(b"bukan docx")})
    assert refused.status_code == 422
    out.seek(0)
    out.name = "kami.docx"
    assert client.post(address, {"file": out}).status_code == 302
    assert "Milik kami" in docx_text(made(cast, release, "docx"))
    assert client.post(f"{address}bawaan/").status_code == 302
    assert "Milik kami" not in docx_text(made(cast, release, "docx"))


@pytest.mark.parametrize(
    "who", ["operator", "head", "sekda", "verifier", "assessor", "stranger", "foreigner"]
)
def test_templates_are_for_the_secretariat_alone(cast: Cast, who: str) -> None:
    client, address = cast.client(who), "/di/uji/analisis/dokumen/templat/"
    for page in (address, f"{address}contoh/", f"{address}letter/unduh/"):
        assert client.get(page).status_code == 404
    for action in (address, f"{address}letter/", f"{address}letter/bawaan/"):
        assert client.post(action).status_code == 404
