"""Pages of evidence, with the whole cast."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse
from pendapa.kernel.files import store
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.evaluation.proving import ROOM, ROUND, begin, hand_in, indicator, pdf

OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    return begin(cast)


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("who", WHO)
def test_officers_see_the_library_and_others_cannot_tell_that_it_exists(cast, cycle, who):  # noqa: F811
    for address in (ROOM + "bukti/", indicator("11"), ROOM + "kebijakan/"):
        answer = cast.client(who).get(address)
        assert answer.status_code == (302 if who == "public" else 200 if who in OFFICERS else 404)


def test_what_belongs_to_another_agency_is_nowhere(cast, cycle):  # noqa: F811
    row = hand_in(cast, "other_operator", "Rahasia Dapur")
    use = actions.hang(cast.actor("other_operator"), cycle, "12", row, level=2)
    client = cast.client("operator")
    for address in (ROOM + "bukti/", ROOM + "bukti/?q=dapur", indicator("12"), indicator("11") + "?q=dapur"):
        assert "Rahasia Dapur" not in text(client.get(address)), address
    assert "Belum ada bukti" in text(client.get(ROOM + "bukti/"))
    one = f"{ROOM}bukti/{row.uid}/"
    assert [client.get(one + part).status_code for part in ("", "berkas/")] == [404, 404]
    posts = [one + part for part in ("ubah/", "hapus/", "periksa/", "pakai/")]
    posts += [f"{indicator('12')}{use.uid}/{part}" for part in ("", "nilai/", "lepas/")]
    data = {
        "version": "1",
        "place": "2026/spbe-2020/11",
        "title": "x",
        "nature": "other",
        "state": "accepted",
    }
    assert {client.post(address, data).status_code for address in posts} == {404}
    assert EvidenceUse.objects.get().version == 1 and Evidence.objects.get().version == 1


def test_a_file_is_handed_in_without_script_and_hangs_at_once(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    page = text(client.get(indicator("11") + "?source=file"))
    assert 'enctype="multipart/form-data"' in page and "data-upload=" in page
    data = {
        "source": "file", "title": "Arsitektur", "nature": "policy", "unit": str(cast.unit.uid), "level": "2", "page": "hlm. 1",
        "file": SimpleUploadedFile("arsitektur.pdf", pdf(2), "application/x-anything"),
    }  # fmt: skip
    answer = client.post(indicator("11"), data)
    assert answer.status_code == 302 and answer["Location"] == indicator("11")
    use = EvidenceUse.objects.get()
    assert (use.level, use.page, use.evidence.title, use.evidence.pages) == (2, "hlm. 1", "Arsitektur", 2)
    assert "Arsitektur" in text(client.get(indicator("11")))


def test_the_same_file_twice_is_told_and_the_piece_offered(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    data = {"source": "file", "title": "Lain", "nature": "other", "unit": str(cast.unit.uid), "level": "0"}
    again = SimpleUploadedFile("lain.pdf", pdf(1, "Perbup 41/2025"))
    answer = cast.client("operator").post(indicator("11"), data | {"file": again})
    assert answer.status_code == 422 and f"/bukti/{row.uid}/pakai/" in text(answer)
    used = cast.client("operator").post(f"{ROOM}bukti/{row.uid}/pakai/", {"place": "2026/spbe-2020/11", "level": "0"})  # fmt: skip
    assert used.status_code == 302 and EvidenceUse.objects.get().evidence == row


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00\x03"])
def test_an_empty_file_and_a_program_called_pdf_are_refused_and_what_was_typed_stays(cast, cycle, content):  # noqa: F811
    data = {"source": "file", "title": "Surat edaran", "nature": "policy", "unit": str(cast.unit.uid)}
    answer = cast.client("operator").post(
        ROOM + "bukti/baru/", data | {"file": SimpleUploadedFile("surat.pdf", content)}
    )
    assert answer.status_code == 422 and 'value="Surat edaran"' in text(answer) and 'class="err"' in text(answer)  # fmt: skip
    assert not Evidence.objects.exists()


def test_pdf_and_pictures_are_shown_in_the_page_and_can_do_nothing_there(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    client = cast.client("operator")
    assert f'<iframe class="viewer" src="{ROOM}bukti/{row.uid}/berkas/"' in text(client.get(f"{ROOM}bukti/{row.uid}/"))  # fmt: skip
    answer = client.get(f"{ROOM}bukti/{row.uid}/berkas/")
    assert answer["Content-Type"] == "application/pdf" and answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff" and "frame-ancestors 'self'" in answer["Content-Security-Policy"]  # fmt: skip
    assert client.get(f"{ROOM}bukti/{row.uid}/berkas/?unduh")["Content-Disposition"].startswith("attachment")
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as package:
        package.writestr("[Content_Types].xml", "")
        package.writestr("word/document.xml", "")
    kept = hand_in(cast, content=word.getvalue(), title="Naskah")
    saved = client.get(f"{ROOM}bukti/{kept.uid}/berkas/")
    assert saved["Content-Disposition"].startswith("attachment") and "sandbox" in saved["Content-Security-Policy"]  # fmt: skip


def test_a_file_that_is_gone_is_told_on_its_page(cast, cycle):  # noqa: F811
    row = hand_in(cast)
    store.path(row.file).unlink()
    client = cast.client("operator")
    page = client.get(f"{ROOM}bukti/{row.uid}/")
    assert page.status_code == 200 and "iframe" not in text(page) and row.sha256 in text(page)
    assert 'class="note bad"' in text(page)
    assert client.get(f"{ROOM}bukti/{row.uid}/berkas/").status_code == 404


def test_assessors_judge_on_the_page_and_agencies_see_why(cast, cycle):  # noqa: F811
    use = actions.hang(cast.actor("operator"), cycle, "11", hand_in(cast))
    address = f"{indicator('11')}{use.uid}/nilai/"
    assert address in text(cast.client("assessor").get(indicator("11")))
    assert address not in text(cast.client("operator").get(indicator("11")))
    client = cast.client("assessor")
    client.post(address, {"version": "1", "state": "revise", "reason": "Tanpa daftar hadir"})
    client.post(address, {"version": "1", "state": "accepted"})
    use.refresh_from_db()
    assert use.state == "revise"
    page = text(cast.client("operator").get(indicator("11")))
    assert "Tanpa daftar hadir" in page and f"{indicator('11')}{use.uid}/lepas/" in page
    waiting = text(cast.client("operator").get("/di/uji/kotak-masuk/"))
    assert "Perbup 41/2025" in waiting


def test_the_library_pages_by_key_and_filters(cast, cycle):  # noqa: F811
    boss = cast.actor("diskominfo")
    for n in range(27):
        actions.add_link(boss, cast.institution, f"https://contoh.example/{n}", title=f"Tautan {n:02d}")
    client = cast.client("diskominfo")
    first = text(client.get(ROOM + "bukti/"))
    assert "Tautan 26" in first and "Tautan 00" not in first
    after = re.search(r"after=(\d+)", first).group(1)
    second = text(client.get(f"{ROOM}bukti/?after={after}"))
    assert "Tautan 00" in second and "Tautan 26" not in second
    assert "Tautan 07" in text(client.get(ROOM + "bukti/?q=07")) and "Tautan 08" not in text(client.get(ROOM + "bukti/?q=07"))  # fmt: skip
    for odd in ("?unit=x", "?after=x", "?source=x&nature=y", f"?q={'a ' * 90}"):
        assert client.get(ROOM + "bukti/" + odd).status_code == 200


def test_all_evidence_of_a_round_comes_as_an_archive_with_an_index(cast, cycle):  # noqa: F811
    operator = cast.actor("operator")
    row = hand_in(cast, title="Perbup 41/2025")
    actions.hang(operator, cycle, "11", row, level=3)
    actions.hang(cast.actor("other_operator"), cycle, "12", hand_in(cast, "other_operator", "Rahasia Dapur"))
    link = actions.add_link(operator, cast.institution, "https://a.example/x", title="Situs", unit=cast.unit)
    actions.hang(operator, cycle, "11", link)
    client = cast.client("operator")
    assert f'action="{ROUND}arsip-bukti/"' in text(client.get(ROOM + "bukti/"))
    assert client.post(ROUND + "arsip-bukti/").status_code == 302
    job = Job.objects.get(name="evidence.zip")
    jobs.run(job)
    job.refresh_from_db()
    assert job.state == "done", job.error
    answer = client.get(job.result["url"])
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert names == ["index.xlsx", "I11/I11-01 Situs.txt", "I11/I11-L3-01 Perbup 41-2025.pdf"]
        assert archive.read(names[2]) == store.path(row.file).read_bytes()
        sheet = load_workbook(io.BytesIO(archive.read("index.xlsx"))).active
        told = [[str(cell or "") for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert any(names[2] in line and row.sha256 in line for line in told)
    for who in ("other_operator", "diskominfo", "assessor", "stranger", "foreigner"):
        assert cast.client(who).get(job.result["url"]).status_code == 404


def test_no_page_asks_more_the_more_pieces_there_are(cast, cycle, django_assert_max_num_queries):  # noqa: F811
    boss = cast.actor("diskominfo")
    for n in range(12):
        actions.hang(boss, cycle, "11", hand_in(cast, "diskominfo", f"Bukti {n}"), level=n % 5 + 1)
    client = cast.client("diskominfo")
    client.get(ROOM + "bukti/")
    for address in (ROOM + "bukti/", indicator("11")):
        with django_assert_max_num_queries(22):
            client.get(address)
