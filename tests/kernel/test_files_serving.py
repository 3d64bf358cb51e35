"""What was kept is sent so that nothing in it can act."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.http import FileResponse, HttpResponse

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.files import serving, store
from pendapa.kernel.files.models import StoredFile
from tests.cast import Cast

CONTENT = b"%PDF-1.7\n isi"


@pytest.fixture
def kept(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredFile:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return store.keep(io.BytesIO(CONTENT), "Perbup “41”.pdf", cast.institution, None, 1000)


def body(answer: HttpResponse) -> bytes:
    assert isinstance(answer, FileResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_a_file_is_to_be_saved_and_nothing_in_it_can_act(kept: StoredFile) -> None:
    answer = serving.served(kept, "text/html")
    assert body(answer) == CONTENT and answer["Content-Length"] == str(len(CONTENT))
    assert answer["Content-Disposition"].startswith("attachment; ") and answer["Content-Type"] == "text/html"
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and policy.endswith("; sandbox")


def test_a_file_of_which_nobody_knows_what_it_is_is_told_as_bytes(kept: StoredFile) -> None:
    assert serving.served(kept)["Content-Type"] == "application/octet-stream"


def test_a_pdf_that_is_shown_stands_in_a_frame_of_this_site_and_in_no_sandbox(kept: StoredFile) -> None:
    answer = serving.served(kept, "application/pdf", shown=True)
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert serving.served(kept, "image/png", shown=True)["Content-Security-Policy"].endswith("; sandbox")


def test_a_file_can_be_called_otherwise_than_it_was_kept(kept: StoredFile) -> None:
    assert 'filename="KAK.pdf"' in serving.served(kept, name="KAK.pdf")["Content-Disposition"]


def test_a_file_whose_bytes_are_gone_is_as_none(kept: StoredFile) -> None:
    store.path(kept).unlink()
    with pytest.raises(NotFound):
        serving.served(kept, "application/pdf")


def test_what_was_made_for_one_answer_is_sent_from_its_beginning() -> None:
    file = io.BytesIO()
    file.write(b"a;b\n")
    answer = serving.sent(file, "daftar.csv", "text/csv")
    assert body(answer) == b"a;b\n" and answer["Content-Disposition"] == 'attachment; filename="daftar.csv"'
