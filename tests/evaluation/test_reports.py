"""Reports of a round: what stands in them is read back from docx, PDF and xlsx; nobody reads more than they may."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import reports as actions
from pendapa.evaluation.models import Answer, Duty, Evidence, EvidenceUse, Finding, Member
from pendapa.evaluation.queries import reports as queries
from pendapa.evaluation.reports import kinds
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.documents import actions as documents
from pendapa.kernel.documents.models import GeneratedDocument
from pendapa.kernel.files import store
from pendapa.kernel.history import actions as history
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
PAGE = "/di/uji/penilaian/2026/spbe-2020/laporan/"
MINE = "Rahasia penjelasan dinas kesehatan"
THEIRS = "Penjelasan dinas kependudukan & <lain>"


@pytest.fixture
def cycle(cast: Cast, settings):  # noqa: F811
    """Levels of 2026, one explanation and one piece for each of two units, findings, a coordinator."""
    who, home = actors.system(), cast.institution
    row = assessments.open_assessment(who, home, 2026, "spbe-2020")
    row = assessments.set_levels(who, row, {one.number: "3" for one in SPBE.indicators}, row.version)
    cycle = row.cycle
    things = []
    for unit, number, text in ((cast.unit, "1", MINE), (cast.other_unit, "2", THEIRS)):
        facts = [{"document": f"Perbup {number}", "number": "12/2024", "article": "5", "page": "7"}]
        piece = Evidence(
            institution=home, title=f"Bukti {unit.name}", source="link", url="https://contoh.example/x", unit=unit,
            created_at=row.cycle.institution.created_at,
        )  # fmt: skip
        history.write(who, home, "edit", history.Writes(add=[piece]))
        things += [
            Duty(institution=home, cycle=cycle, indicator=number, unit=unit),
            Answer(
                institution=home, cycle=cycle, indicator=number, facts=facts, analysis=text, state="ready"
            ),
            EvidenceUse(institution=home, cycle=cycle, indicator=number, evidence=piece, level=3),
        ]
    things += [
        Finding(institution=home, cycle=cycle, kind="recommendation", text="Susun peta rencana", unit=cast.unit),
        Finding(institution=home, cycle=cycle, kind="weakness", text="Belum ada audit"),
        Member(institution=home, cycle=cycle, name="Dra. Sri Wahyuni", office="Sekretaris Daerah", function="coordinator"),
    ]  # fmt: skip
    history.write(who, home, "edit", history.Writes(add=things))
    return cycle


def made(cast, cycle, key, format="docx", who="diskominfo") -> bytes:  # noqa: F811
    out = io.BytesIO()
    reader = cast.actor(who)
    actions.make(reader, cycle, queries.report(reader, cast.institution, key), format, out)
    return out.getvalue()


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def xlsx_text(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(
        str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None
    )


# ---- what stands in them


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_self_assessment_report_holds_index_levels_explanations_and_evidence(cast, cycle, format):  # noqa: F811
    content = made(cast, cycle, "self", format)
    text = docx_text(content) if format == "docx" else pdf_text(content)
    for part in (
        "Indeks 3,00",
        "Baik",
        MINE,
        THEIRS,
        "Perbup 1, Nomor 12/2024, Pasal 5, hlm. 7",
        "Bukti Dinas Kesehatan",
        "Indikator 47",
        "Dra. Sri Wahyuni",
    ):
        assert part in text, part
    assert text.count("belum diketahui") >= 45


def test_the_pdf_is_portrait_a4_with_tags(cast, cycle):  # noqa: F811
    pdf = PdfReader(io.BytesIO(made(cast, cycle, "minutes", "pdf")))
    width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert abs(width - 595.3) < 1 and abs(height - 841.9) < 1 and "/StructTreeRoot" in pdf.trailer["/Root"]


@pytest.mark.parametrize("key", ["minutes", "consent"])
def test_papers_to_sign_name_the_coordinator_and_say_that_they_are_not_certified(cast, cycle, key):  # noqa: F811
    for format, read in (("docx", docx_text), ("pdf", pdf_text)):
        text = read(made(cast, cycle, key, format))
        assert "bukan tanda tangan elektronik tersertifikasi" in text
        assert "Dra. Sri Wahyuni" in text and "Sekretaris Daerah" in text


def test_a_consent_that_nobody_gave_is_not_put_into_a_mouth(cast, cycle):  # noqa: F811
    assert "MENYETUJUI / TIDAK MENYETUJUI" in docx_text(made(cast, cycle, "consent"))
    cycle.consent = False
    assert "ini TIDAK MENYETUJUI publikasi" in docx_text(made(cast, cycle, "consent"))
    cycle.consent = True
    assert "ini MENYETUJUI publikasi" in docx_text(made(cast, cycle, "consent"))


def test_recommendations_stand_with_who_follows_them_up(cast, cycle):  # noqa: F811
    text = docx_text(made(cast, cycle, "followup"))
    assert "1 rekomendasi: 0 selesai" in text and "Dinas Kesehatan" in text and "Belum ada audit" in text


def test_an_incomplete_assessment_says_unknown_and_never_zero(cast):  # noqa: F811
    row = assessments.open_assessment(actors.system(), cast.institution, 2026, "spbe-2020")
    row = assessments.set_levels(actors.system(), row, {"1": "2"}, row.version)
    text = docx_text(made(cast, row.cycle, "self"))
    assert "Indeks belum diketahui: 1 dari 47 indikator terisi" in text and "Indeks 0" not in text


def test_pemdi_says_what_no_text_settles(cast):  # noqa: F811
    row = assessments.open_assessment(actors.system(), cast.institution, 2026, "pemdi-2026")
    assert "Belum terverifikasi terhadap naskah resmi" in docx_text(made(cast, row.cycle, "summary"))


def test_the_workbook_holds_every_answer_and_runs_no_formula(cast, cycle):  # noqa: F811
    Answer.objects.filter(indicator="1").update(analysis="=HYPERLINK(1)\x07")
    content = made(cast, cycle, "answers", "xlsx")
    assert THEIRS in xlsx_text(content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["Jawaban"].max_row == 48 and book["Bukti dukung"].max_row == 3
    assert not [c for row in book["Jawaban"].iter_rows() for c in row if c.data_type == "f"]


def test_a_number_of_queries_that_does_not_grow(cast, cycle):  # noqa: F811
    reader = cast.actor("operator")
    with CaptureQueriesContext(connection) as few:
        queries.material(reader, cycle)
    more = [
        Answer(institution=cast.institution, cycle=cycle, indicator=str(n), analysis="x")
        for n in range(3, 40)
    ]
    history.write(actors.system(), cast.institution, "edit", history.Writes(add=more))
    with CaptureQueriesContext(connection) as many:
        queries.material(reader, cycle)
    assert len(many) <= len(few)


# ---- rights


@pytest.mark.parametrize("who", WHO)
def test_officers_reach_the_page_and_others_cannot_tell_that_it_exists(cast, cycle, who):  # noqa: F811
    answer = cast.client(who).get(PAGE)
    if who == "public":
        assert answer.status_code == 302
    else:
        assert answer.status_code == (404 if who in ("stranger", "foreigner") else 200)
        assert cast.client(who).get(PAGE.replace("2026", "1999")).status_code == 404


@pytest.mark.parametrize("key", ["self", "minutes", "consent"])
def test_an_opd_gets_no_report_of_the_whole_institution(cast, cycle, key):  # noqa: F811
    with pytest.raises(NotFound):
        actions.start(cast.actor("operator"), cycle, key, "pdf")
    html = cast.client("operator").get(PAGE).content.decode()
    assert f'value="{key}"' not in html
    assert cast.client("operator").post(PAGE, {"report": key, "format": "pdf"}).status_code == 404


def test_an_opd_reads_its_own_answers_and_never_those_of_another(cast, cycle):  # noqa: F811
    text = xlsx_text(made(cast, cycle, "answers", "xlsx", "operator"))
    assert MINE in text and "Bukti Dinas Kesehatan" in text
    assert THEIRS not in text and "Bukti Dinas Kependudukan" not in text
    other = made(cast, cycle, "answers", "xlsx", "other_operator")
    Answer.objects.filter(indicator="1").delete()
    EvidenceUse.objects.filter(indicator="1").delete()
    assert xlsx_text(made(cast, cycle, "answers", "xlsx", "other_operator")) == xlsx_text(other)


def test_the_summary_of_an_opd_is_that_of_the_secretariat(cast, cycle):  # noqa: F811
    assert docx_text(made(cast, cycle, "summary", who="operator")) == docx_text(made(cast, cycle, "summary"))


# ---- in the background


def run(document: GeneratedDocument) -> GeneratedDocument:
    jobs.run(Job.objects.select_related("institution", "user").get(pk=document.job_id))
    document.refresh_from_db()
    return document


def test_a_report_is_made_by_a_job_and_taken_along_by_its_owner_alone(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    assert client.post(PAGE, {"report": "self", "format": "pdf"}).status_code == 302
    assert client.post(PAGE, {"report": "self", "format": "pdf"}).status_code == 302
    document = run(GeneratedDocument.objects.get())
    assert document.pages and document.pages > 3
    answer = client.get(f"{PAGE}{document.uid}/")
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "laporan-penilaian-mandiri-2026.pdf" in answer["Content-Disposition"]
    for who in ("operator", "sekda", "assessor"):
        assert cast.client(who).get(f"{PAGE}{document.uid}/").status_code == 404
    html = client.get(PAGE).content.decode()
    assert str(document.uid) in html


def test_a_document_is_gone_for_who_reads_less_than_when_it_was_made(cast, cycle):  # noqa: F811
    document = run(actions.start(cast.actor("operator"), cycle, "answers", "xlsx"))
    client = cast.client("operator")
    assert client.get(f"{PAGE}{document.uid}/").status_code == 200
    Duty.objects.filter(indicator="1").delete()
    assert client.get(f"{PAGE}{document.uid}/").status_code == 404


def test_a_deleted_file_answers_as_what_does_not_exist(cast, cycle):  # noqa: F811
    document = run(actions.start(cast.actor("sekda"), cycle, "consent", "docx"))
    store.path(document.file).unlink()
    assert cast.client("sekda").get(f"{PAGE}{document.uid}/").status_code == 404


def test_an_unknown_format_is_told_and_makes_nothing(cast, cycle):  # noqa: F811
    answer = cast.client("sekda").post(PAGE, {"report": "self", "format": "odt"}, follow=True)
    assert "odt" in answer.content.decode() and not GeneratedDocument.objects.exists()


# ---- templates


def test_an_own_template_takes_the_place_of_the_shipped_one(cast, cycle):  # noqa: F811
    made_ = Document(io.BytesIO(kinds.template()))
    made_.paragraphs[0].insert_paragraph_before("NASKAH DINAS KABUPATEN UJI")
    out = io.BytesIO()
    made_.save(out)
    documents.upload_template(
        cast.actor("diskominfo"), cast.institution, "evaluation-minutes", out.getvalue(), "x.docx"
    )
    assert "NASKAH DINAS KABUPATEN UJI" in docx_text(made(cast, cycle, "minutes"))
    assert "NASKAH DINAS KABUPATEN UJI" not in docx_text(made(cast, cycle, "consent"))


def test_a_template_without_a_place_for_the_contents_is_refused(cast):  # noqa: F811
    made_ = Document()
    made_.add_paragraph("{{ judul }} {% for baris in catatan %}{{ baris }}{% endfor %}")
    out = io.BytesIO()
    made_.save(out)
    with pytest.raises(documents.Refused, match="isi"):
        documents.upload_template(
            cast.actor("diskominfo"), cast.institution, "evaluation-self", out.getvalue(), "x.docx"
        )
    table = Document(io.BytesIO(kinds.template()))
    for line in table.paragraphs:
        if line.text == "{{ isi }}":
            line._p.getparent().remove(line._p)
    table.add_table(1, 1).rows[0].cells[0].text = "{{ isi }}"
    out = io.BytesIO()
    table.save(out)
    with pytest.raises(documents.Refused):
        documents.upload_template(
            cast.actor("diskominfo"), cast.institution, "evaluation-self", out.getvalue(), "x.docx"
        )


def test_the_docx_is_a_sound_archive_with_the_name_of_the_institution(cast, cycle):  # noqa: F811
    content = made(cast, cycle, "self")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert "Kabupaten Uji Tahun 2026" in docx_text(content)
