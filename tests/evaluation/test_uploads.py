"""Uploads in pieces: a broken line loses nothing, and every chunk is asked for its rights."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.evaluation.actions import uploads
from pendapa.evaluation.models import Cycle, Evidence, EvidenceUse, Upload
from pendapa.kernel.files import store
from tests.cast import Cast, cast  # noqa: F401
from tests.evaluation.proving import ROOM, begin, indicator, pdf

BEGIN = ROOM + "bukti/unggah/"
RAW = "application/octet-stream"


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    return begin(cast)


def start(client, content: bytes, name: str = "laporan.pdf", mark: str = "m") -> dict:
    answer = client.post(BEGIN, {"name": name, "size": str(len(content)), "fingerprint": mark})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(client, url: str, offset: int, chunk: bytes):
    return client.post(f"{url}?offset={offset}", chunk, content_type=RAW)


def finish(client, uid: str, unit, address: str = ROOM + "bukti/baru/", **more: str):
    return client.post(address, {"source": "file", "upload": uid, "title": "Laporan", "nature": "report", "unit": str(unit.uid), **more})  # fmt: skip


def test_a_broken_line_goes_on_where_it_stood_also_after_a_reload(cast, cycle):  # noqa: F811
    content, client = pdf(5, "x" * 3000), cast.client("operator")
    state = start(client, content)
    assert send(client, state["url"], 0, content[:1000]).json()["received"] == 1000
    again = start(cast.client("operator"), content)  # the page was loaded anew, the same file chosen
    assert (again["uid"], again["received"]) == (state["uid"], 1000)
    wrong = send(client, state["url"], 0, content[:1000])
    assert wrong.status_code == 409 and wrong.json()["received"] == 1000
    assert client.get(state["url"]).json()["received"] == 1000
    assert send(client, state["url"], 1000, content[1000:]).json()["received"] == len(content)
    assert finish(client, state["uid"], cast.unit).status_code == 302
    row = Evidence.objects.get()
    assert store.path(row.file).read_bytes() == content and row.pages == 5
    assert not Upload.objects.exists()


def test_what_lay_behind_a_broken_chunk_is_written_over(cast, cycle):  # noqa: F811
    content, client = pdf(2), cast.client("operator")
    state = start(client, content)
    send(client, state["url"], 0, content[:100])
    path = uploads.place(Upload.objects.get())
    path.write_bytes(path.read_bytes() + b"half a chunk whose transaction failed")
    send(client, state["url"], 100, content[100:])
    assert path.read_bytes() == content


def test_bytes_that_were_lost_behind_our_back_begin_again(cast, cycle):  # noqa: F811
    content, client = pdf(2), cast.client("operator")
    state = start(client, content)
    send(client, state["url"], 0, content[:100])
    uploads.place(Upload.objects.get()).unlink()
    lost = send(client, state["url"], 100, content[100:])
    assert lost.status_code == 409 and lost.json()["received"] == 0
    assert send(client, state["url"], 0, content).json()["received"] == len(content)


def test_three_hundred_megabytes_are_refused_before_a_byte_is_sent(cast, cycle):  # noqa: F811
    answer = cast.client("operator").post(BEGIN, {"name": "besar.pdf", "size": str(300 << 20)})
    assert answer.status_code == 413 and answer.json()["detail"]
    for size in ("0", "-1", "x", ""):
        assert cast.client("operator").post(BEGIN, {"name": "a.pdf", "size": size}).status_code == 422
    assert not Upload.objects.exists()


def test_more_than_was_announced_is_refused_and_large_chunks_too(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    state = start(client, b"%PDF-1234")
    assert send(client, state["url"], 0, b"%PDF-12345").status_code == 422
    assert send(client, state["url"], 0, b"x" * (5 << 20)).status_code == 413
    assert client.post(state["url"], b"x", content_type=RAW).status_code == 422
    assert Upload.objects.get().received == 0


def test_every_chunk_is_asked_for_its_rights(cast, cycle):  # noqa: F811
    state = start(cast.client("operator"), b"%PDF-1234")
    for who in ("other_operator", "head", "diskominfo", "assessor", "sekda", "stranger", "foreigner"):
        client = cast.client(who)
        assert client.get(state["url"]).status_code == 404, who
        assert send(client, state["url"], 0, b"%PDF").status_code == 404, who
        assert client.delete(state["url"]).status_code == 404, who
    assert cast.client("public").get(state["url"]).status_code == 302
    elsewhere = state["url"].replace("/di/uji/", "/di/lain/")
    assert send(cast.client("operator"), elsewhere, 0, b"%PDF").status_code == 404
    answer = finish(cast.client("other_operator"), state["uid"], cast.other_unit)
    assert answer.status_code == 422 and not Evidence.objects.exists()
    cast.users["operator"].assignments.all().delete()
    assert send(cast.client("operator"), state["url"], 0, b"%PDF").status_code == 404


def test_a_half_file_is_not_kept(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    state = start(client, b"%PDF-1234")
    send(client, state["url"], 0, b"%PDF")
    answer = finish(client, state["uid"], cast.unit)
    assert answer.status_code == 422 and not Evidence.objects.exists() and Upload.objects.exists()


def test_a_program_called_pdf_is_refused_when_it_is_whole_and_forgotten(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    state = start(client, b"MZ\x90\x00")
    send(client, state["url"], 0, b"MZ\x90\x00")
    assert finish(client, state["uid"], cast.unit).status_code == 422
    assert not Upload.objects.exists() and not Evidence.objects.exists()


def test_a_deadline_that_passes_in_the_middle_loses_nothing_and_is_told(cast, cycle):  # noqa: F811
    content, client = pdf(1), cast.client("operator")
    state = start(client, content)
    send(client, state["url"], 0, content[:50])
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.filter(pk=cycle.pk).update(deadlines={"self": yesterday.isoformat()})
    Upload.objects.update(begun_at=timezone.now() - timedelta(days=1))
    send(client, state["url"], 50, content[50:])
    answer = finish(client, state["uid"], cast.unit, indicator("11"), level="2")
    assert answer.status_code == 302
    use = EvidenceUse.objects.get()
    assert use.late and use.evidence.title == "Laporan"
    later = pdf(1, "lain")
    state = start(client, later, mark="n")
    send(client, state["url"], 0, later)
    answer = client.get(finish(client, state["uid"], cast.unit, indicator("11"))["Location"])
    assert EvidenceUse.objects.count() == 1 and Evidence.objects.count() == 2
    assert yesterday.isoformat() in answer.content.decode()


def test_half_uploads_are_swept_after_some_days(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    state = start(client, b"%PDF-1234")
    send(client, state["url"], 0, b"%PDF")
    assert uploads.sweep() == 0
    Upload.objects.update(moved_at=timezone.now() - timedelta(days=8))
    start(client, b"%PDF-9", mark="other")
    assert [one.fingerprint for one in Upload.objects.all()] == ["other"]
    assert client.get(state["url"]).status_code == 404


def test_an_upload_can_be_dropped(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    state = start(client, b"%PDF-1234")
    assert client.delete(state["url"]).status_code == 204 and not Upload.objects.exists()
    other = start(client, b"%PDF-1234")
    assert client.post(other["url"] + "batal/").status_code == 302 and not Upload.objects.exists()
