"""Pages of requests, with the whole cast: list, form in steps, checks, decision, letter, files."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.clearance import actions, attaching, queries
from pendapa.clearance.models import ClearanceFile, ClearanceRequest
from pendapa.kernel.files.models import StoredFile
from tests.architecture.scene import make
from tests.cast import WHO, Cast
from tests.clearance.scene import begun, decided, filled, full, recommended, submitted

pytestmark = pytest.mark.django_db
LIST = "/di/uji/rekomendasi/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


def page(row: ClearanceRequest, more: str = "") -> str:
    return f"{LIST}{row.uid}/{more}"


@pytest.mark.parametrize("who", WHO)
def test_the_list_opens_for_who_works_there_and_says_what_is_not_verified(cast: Cast, who: str) -> None:
    submitted(cast)
    answer = cast.client(who).get(LIST)
    assert answer.status_code == (200 if who in OFFICERS else 302 if who == "public" else 404)
    if who in OFFICERS:
        told = answer.content.decode()
        assert "Dasar hukum" in told
        assert ("Antrean Puskesmas" in told) == (who not in ("other_operator", "assessor"))


def test_the_list_is_narrowed_by_state_agency_and_year(cast: Cast) -> None:
    begun(cast, title="Satu", year=2026)
    decided(cast, "Dua")
    client = cast.client("diskominfo")

    def shown(query: str) -> set[str]:
        return set(re.findall(r'class="name"[^>]*>(\w+)<', client.get(LIST + query).content.decode()))

    assert shown("") == {"Satu", "Dua"}
    assert shown("?state=decided") == {"Dua"}
    assert shown("?year=2026") == {"Satu"}
    assert shown(f"?unit={cast.other_unit.uid}") == set()
    assert client.get(LIST + "?unit=tidak-ada").status_code == 404


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(cast: Cast) -> None:
    client = cast.client("diskominfo")

    def asked() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as told:
            assert client.get(LIST).status_code == 200
        return len(told)

    begun(cast, title="Satu")
    few = asked()
    for n in range(5):
        begun(cast, title=f"Lagi {n}")
    assert asked() <= few


def test_what_one_may_not_read_answers_as_what_is_not_there(cast: Cast) -> None:
    row = submitted(cast)
    absent = "00000000-0000-4000-8000-000000000000"
    for who in ("other_operator", "assessor", "stranger", "foreigner"):
        client = cast.client(who)
        for more in (
            "",
            "isi/identitas/",
            "isi/risiko/",
            "isi/berkas/",
            "putusan/",
            "rekomendasi/",
            "surat.pdf",
        ):
            hidden, none = client.get(page(row, more)), client.get(f"{LIST}{absent}/{more}")
            assert hidden.status_code == none.status_code == 404
            assert hidden.content.replace(str(row.uid).encode(), b"") == none.content.replace(
                absent.encode(), b""
            )
        assert (
            client.post(page(row, "langkah/"), {"verb": "withdraw", "version": row.version}).status_code
            == 404
        )


# ---- the form


def test_a_request_is_begun_and_filled_in_step_by_step(cast: Cast) -> None:
    client = cast.client("operator")
    answer = client.post(LIST + "baru/", {"judul": "Antrean", "unit": str(cast.unit.uid), "year": "2027"})
    row = ClearanceRequest.objects.get()
    assert answer.headers["Location"] == page(row, "isi/identitas/")
    wanted = full(cast.unit, judul="Antrean")
    keys = [step.key for step in queries.pack().steps]
    for step in queries.pack().steps:
        here = client.get(page(row, f"isi/{step.key}/")).content.decode()
        version = re.search(r'name="version" value="(\d+)"', here)
        assert version
        sent = {field.key: wanted.get(field.key, "") for field in step.fields} | {"version": version[1]}
        answer = client.post(page(row, f"isi/{step.key}/"), sent)
        place = keys.index(step.key) + 1
        expected = f"isi/{keys[place]}/" if place < len(keys) else "isi/risiko/"
        assert answer.headers["Location"] == page(row, expected)
    row.refresh_from_db()
    assert not [field for field in queries.pack().fields if field.required and not row.answers.get(field.key)]


def test_a_text_that_is_too_long_comes_back_whole_with_the_fault(cast: Cast) -> None:
    row = begun(cast)
    long = "kata " * 2001
    answer = cast.client("operator").post(
        page(row, "isi/kebutuhan/"),
        {"version": row.version, "maksud_tujuan": long, "ruang_lingkup": "Lingkup"},
    )
    told = answer.content.decode()
    assert answer.status_code == 422
    assert long.strip() in told
    assert "Lingkup" in told
    assert 'aria-invalid="true"' in told


def test_what_somebody_else_saved_is_shown_beside_what_was_typed(cast: Cast) -> None:
    row = begun(cast)
    actions.save(cast.actor("head"), row, row.version, {"maksud_tujuan": "Kata kepala"})
    answer = cast.client("operator").post(
        page(row, "isi/kebutuhan/"), {"version": row.version, "maksud_tujuan": "Kata operator"}
    )
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Kata kepala" in told
    assert "Kata operator" in told
    version = re.search(r'name="version" value="(\d+)"', told)
    assert version
    again = cast.client("operator").post(
        page(row, "isi/kebutuhan/"), {"version": version[1], "maksud_tujuan": "Kata operator"}
    )
    assert again.status_code == 302


def test_forms_are_kept_in_the_browser_until_they_arrive(cast: Cast) -> None:
    row = begun(cast)
    for more in ("isi/identitas/", "isi/risiko/"):
        told = cast.client("operator").get(page(row, more)).content.decode()
        assert f'data-keep="{cast.users["operator"].pk}"' in told
        assert "data-kept-put" in told


def test_things_of_the_register_are_found_without_and_with_script(cast: Cast) -> None:
    process = make(cast.unit, "Pelayanan rawat jalan", "processes")
    make(cast.other_unit, "Pelayanan rahasia", "processes", classification="restricted")
    row = begun(cast)
    client = cast.client("operator")
    piece = client.get(
        page(row, "isi/arsitektur/cari/proses_bisnis/"), {"cari-proses_bisnis": "pelayanan"}
    ).content.decode()
    assert str(process.uid) in piece
    assert "rahasia" not in piece
    whole = client.post(
        page(row, "isi/arsitektur/"),
        {"version": row.version, "fungsi": "Antrean", "cari": "proses_bisnis", "cari-proses_bisnis": "rawat"},
    )
    assert str(process.uid) in whole.content.decode()
    row.refresh_from_db()
    assert row.answers["fungsi"] == "Antrean"
    assert client.get(page(row, "isi/arsitektur/cari/fungsi/")).status_code == 404
    assert client.get(page(row, "isi/tidak-ada/")).status_code == 404


def test_risks_are_added_mended_and_taken_away(cast: Cast) -> None:
    row = filled(cast)
    client = cast.client("operator")
    bad = client.post(
        page(row, "isi/risiko/"),
        {"version": row.version, "r0-level_dampak": "9", "r0-penyebab": "Server tua"},
    )
    assert bad.status_code == 422
    assert "Server tua" in bad.content.decode()
    gone = client.post(
        page(row, "isi/risiko/"),
        {
            "version": row.version,
            "r0-uraian_kejadian": "Bocor",
            "r0-hapus": "1",
            "r1-uraian_kejadian": "Mati",
        },
    )
    assert gone.status_code == 302
    row.refresh_from_db()
    assert [risk["uraian_kejadian"] for risk in row.risks] == ["Mati"]


# ---- one request


def test_the_page_shows_the_checks_with_links_to_what_was_found(cast: Cast) -> None:
    twin = make(
        cast.other_unit,
        "Antrean Puskesmas Online",
        attributes={"fungsi": "Mengatur antrean pasien puskesmas"},
    )
    row = submitted(cast, fungsi="Mengatur antrean pasien puskesmas", bidang_umum="records")
    told = cast.client("diskominfo").get(page(row)).content.decode()
    assert f"/arsitektur/{twin.uid}/" in told
    assert "SRIKANDI" in told
    assert "Belum ada peta rencana" in told


def test_the_head_submits_and_is_told_what_is_missing(cast: Cast) -> None:
    row = begun(cast)
    answer = cast.client("head").post(page(row, "langkah/"), {"verb": "submit", "version": row.version})
    assert answer.status_code == 422
    assert "Sasaran pengguna" in answer.content.decode()


def test_a_stale_page_is_told_so_and_keeps_the_comment(cast: Cast) -> None:
    row = submitted(cast)
    answer = cast.client("diskominfo").post(
        page(row, "langkah/"), {"verb": "return", "version": row.version - 1, "comment": "Lengkapi KAK"}
    )
    assert answer.status_code == 409
    assert "Lengkapi KAK" in answer.content.decode()


def test_the_recommendation_is_stopped_on_its_page_and_keeps_what_was_written(cast: Cast) -> None:
    row = submitted(cast, "E-Arsip Dinas", bidang_umum="records")
    answer = cast.client("diskominfo").post(
        page(row, "rekomendasi/"), {"version": row.version, "verdict": "go", "text": "Boleh saja"}
    )
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "SRIKANDI" in told
    assert "Boleh saja" in told


def test_the_decision_page_is_for_who_decides(cast: Cast) -> None:
    row = recommended(cast)
    for who in ("operator", "head", "verifier"):
        assert cast.client(who).get(page(row, "putusan/")).status_code == 404
    told = cast.client("sekda").get(page(row, "putusan/")).content.decode()
    assert "Sesuai arsitektur." in told
    answer = cast.client("sekda").post(
        page(row, "putusan/"), {"version": row.version, "verdict": "conditions", "text": "Pakai PDN."}
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.decision) == ("decided", "conditions")


def test_hostile_texts_come_out_as_texts(cast: Cast) -> None:
    row = filled(
        cast, title="<img src=x onerror=alert(1)>", ruang_lingkup="</textarea><script>alert(1)</script>"
    )
    client = cast.client("operator")
    for more in ("", "isi/kebutuhan/", "isi/identitas/"):
        told = client.get(page(row, more)).content.decode()
        assert "<img src=x" not in told
        assert "<script>alert" not in told
    assert "<img src=x" not in client.get(LIST).content.decode()


def test_the_list_goes_out_as_a_spreadsheet_of_what_one_may_read(cast: Cast) -> None:
    submitted(cast, "=HYPERLINK(1)")
    filled(cast, "other_operator", "Punya lain")
    told = b"".join(cast.client("operator").get(LIST + "unduh/?format=csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert "'=HYPERLINK(1)" in told
    assert "Punya lain" not in told
    assert cast.client("operator").get(LIST + "unduh/?format=xlsx").status_code == 200


def test_it_waits_in_the_inbox_of_who_is_next(cast: Cast) -> None:
    row = filled(cast)

    def waits(who: str) -> bool:
        return "Antrean Puskesmas" in cast.client(who).get("/di/uji/kotak-masuk/").content.decode()

    row = actions.move(cast.actor("operator"), row, "hand_in", row.version)
    assert [who for who in ("head", "diskominfo", "sekda", "operator") if waits(who)] == ["head"]
    row = actions.move(cast.actor("head"), row, "submit", row.version)
    assert [who for who in ("head", "diskominfo", "sekda", "operator") if waits(who)] == ["diskominfo"]
    row = actions.recommend(cast.actor("diskominfo"), row, row.version, "go", "Ya.")
    assert [who for who in ("head", "sekda", "operator") if waits(who)] == ["sekda"]
    actions.move(cast.actor("sekda"), row, "return", row.version, "Hitung lagi.")
    assert waits("operator")


# ---- files


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "isi")
    return out.getvalue()


DOCX = ("[Content_Types].xml", "word/document.xml")
TAKEN = [
    (b"%PDF-1.7 isi", "kak.pdf", "kak.pdf"),
    (b"%PDF-1.7 isi", "../../etc/passwd", "passwd.pdf"),
    (package(*DOCX), "kak.docx", "kak.docx"),
    (b"\x89PNG\r\n\x1a\n rest", "bagan.exe", "bagan.exe.png"),
    (b"\xff\xd8\xff\xe0 rest", "foto.JPEG", "foto.JPEG"),
]
REFUSED = [
    (b"MZ\x90\x00 program", "kak.pdf"),
    (b"<html><script>alert(1)</script>", "kak.pdf"),
    (b"", "kosong.pdf"),
    (package(*DOCX, "word/vbaProject.bin"), "makro.docx"),
    (package("a.exe"), "kak.docx"),
    (b"PK\x03\x04 rusak", "kak.docx"),
    (b"%PDF-" + b"0" * (10 * 1024 * 1024), "besar.pdf"),
]


@pytest.mark.parametrize(("content", "name", "kept"), TAKEN)
def test_a_file_is_taken_for_what_it_is_and_given_to_be_saved(
    cast: Cast, content: bytes, name: str, kept: str
) -> None:
    row = begun(cast)
    file = attaching.attach(cast.actor("operator"), row, "kak", name, len(content), io.BytesIO(content))
    assert file.name == kept
    answer = cast.client("diskominfo").get(page(row, f"berkas/{file.uid}/"))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]


@pytest.mark.parametrize(("content", "name"), REFUSED)
def test_a_file_that_is_something_else_is_refused_and_leaves_nothing(
    cast: Cast, content: bytes, name: str
) -> None:
    row = begun(cast)
    answer = cast.client("operator").post(
        page(row, "isi/berkas/"), {"kind": "kak", "file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert not ClearanceFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_belongs_to_its_request_and_its_readers(cast: Cast) -> None:
    row, other = begun(cast), begun(cast, title="Lain")
    client = cast.client("operator")
    client.post(page(row, "isi/berkas/"), {"kind": "kak", "file": SimpleUploadedFile("kak.pdf", b"%PDF-1.7")})
    file = ClearanceFile.objects.get()
    assert client.get(page(other, f"berkas/{file.uid}/")).status_code == 404
    assert cast.client("other_operator").get(page(row, f"berkas/{file.uid}/")).status_code == 404
    client.post(page(row, f"berkas/{file.uid}/hapus/"))
    assert client.get(page(row, f"berkas/{file.uid}/")).status_code == 404
    assert StoredFile.objects.exists()


def test_no_file_is_added_once_it_is_on_its_way(cast: Cast) -> None:
    row = submitted(cast)
    answer = cast.client("operator").post(
        page(row, "isi/berkas/"), {"kind": "kak", "file": SimpleUploadedFile("kak.pdf", b"%PDF-1.7")}
    )
    assert answer.status_code == 422
    assert not StoredFile.objects.exists()
