"""Signatures of PDFs: real ones, made here with certificates of our own."""

from __future__ import annotations

import time

import pytest

from pendapa.evaluation.queries import signatures
from tests.evaluation import papers


@pytest.fixture(scope="module")
def sekda():
    return papers.signer()


def found(tmp_path, content: bytes, *roots: bytes, **more):
    file = tmp_path / "naskah.pdf"
    file.write_bytes(content)
    folder = tmp_path / "akar"
    folder.mkdir(exist_ok=True)
    for order, root in enumerate(roots):
        (folder / f"{order}.pem").write_bytes(root)
    return signatures.check(file, signatures.roots_in(folder), **more)


def test_an_intact_signature_tells_who_signed_and_when_and_that_the_certificate_was_not_checked(
    tmp_path, sekda
):
    told = found(tmp_path, papers.signed(papers.page(), sekda, tmp_path))
    (one,) = told.signatures
    assert told.state == "read"
    assert (one["signer"], one["issuer"]) == ("Sekretaris Daerah Uji", "Akar Uji")
    assert one["intact"] and one["covers"] and one["at"] and not one["timestamped"]
    assert one["trusted"] is None and one["reason"] == ""


def test_a_signer_under_a_given_root_is_trusted(tmp_path, sekda):
    (one,) = found(tmp_path, papers.signed(papers.page(), sekda, tmp_path), sekda.root).signatures
    assert one["trusted"] is True and one["intact"]


def test_a_signer_under_another_root_is_not_trusted_and_stays_intact(tmp_path, sekda):
    other = papers.signer(authority="Akar Lain")
    (one,) = found(tmp_path, papers.signed(papers.page(), sekda, tmp_path), other.root).signatures
    assert one["trusted"] is False and one["reason"] == "unknown" and one["intact"]


def test_a_word_changed_after_signing_breaks_the_signature(tmp_path, sekda):
    (one,) = found(
        tmp_path, papers.changed(papers.signed(papers.page(), sekda, tmp_path)), sekda.root
    ).signatures
    assert not one["intact"] and one["reason"] == "altered"


def test_content_added_after_signing_is_told_although_the_signed_bytes_are_the_same(tmp_path, sekda):
    (one,) = found(
        tmp_path, papers.added_to(papers.signed(papers.page(), sekda, tmp_path)), sekda.root
    ).signatures
    assert not one["intact"] and not one["covers"] and one["reason"] == "added"


def test_a_second_signature_leaves_the_first_intact(tmp_path, sekda):
    once = papers.signed(papers.page(), sekda, tmp_path)
    twice = papers.signed(once, papers.signer("Asesor Uji", "Akar Dua"), tmp_path, "Tanda2")
    first, second = found(tmp_path, twice, sekda.root).signatures
    assert first["intact"] and not first["covers"] and first["trusted"]
    assert second["intact"] and second["covers"] and second["trusted"] is False


def test_an_unsigned_pdf_has_no_signature(tmp_path):
    told = found(tmp_path, papers.page())
    assert (told.state, told.signatures) == ("read", ())


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n", b"%PDF-1.7\nnothing here\n%%EOF", b"MZ" + b"\0" * 300, papers.page()[:200]],
)
def test_a_broken_pdf_is_told_as_broken(tmp_path, content):
    assert found(tmp_path, content) == signatures.Found("broken")


def test_a_damaged_signature_is_unreadable_and_not_intact(tmp_path, sekda):
    whole = papers.signed(papers.page(), sekda, tmp_path)
    start = whole.index(b"/Contents <") + len(b"/Contents <")
    broken = whole[:start] + b"ff" * 100 + whole[start + 200 :]
    told = found(tmp_path, broken)
    assert told.state == "broken" or not told.signatures[0]["intact"]


def test_a_check_that_takes_too_long_is_stopped(tmp_path):
    began = time.monotonic()
    assert found(tmp_path, papers.page(), seconds=0.01).state == "slow"
    assert time.monotonic() - began < 5


def test_a_root_that_is_no_certificate_counts_as_none(tmp_path, sekda):
    (one,) = found(tmp_path, papers.signed(papers.page(), sekda, tmp_path), b"not a certificate").signatures
    assert one["trusted"] is None
