"""The register of decrees and policies."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from pendapa.evaluation.actions import decrees as actions
from pendapa.evaluation.actions import evidence
from pendapa.evaluation.models import Decree
from pendapa.evaluation.queries import decrees as queries
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history.actions import Conflict
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.evaluation.proving import ROOM, pdf

GIVEN = {"kind": "Perbup", "number": "41 Tahun 2025", "title": "Arsitektur SPBE"}


def test_a_decree_is_there_once_whatever_its_letters(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.add(boss, cast.institution, **GIVEN)
    with pytest.raises(actions.Refused) as refused:
        actions.add(boss, cast.institution, **GIVEN | {"kind": "PERBUP"})
    assert set(refused.value.faults) == {"number"} and Decree.objects.count() == 1


def test_every_fault_is_told_beside_its_field(cast):  # noqa: F811
    with pytest.raises(actions.Refused) as refused:
        actions.add(
            cast.actor("operator"), cast.institution, kind="", number="x" * 81, title=" ",
            set_on=date(2025, 1, 1), valid_until=date(2024, 1, 1), unit=cast.other_unit,
        )  # fmt: skip
    assert set(refused.value.faults) == {"kind", "number", "title", "valid_until", "unit"}


def test_an_agency_writes_its_own_and_everybody_reads(cast):  # noqa: F811
    row = actions.add(cast.actor("operator"), cast.institution, unit=cast.unit, **GIVEN)
    for who in ("other_operator", "sekda", "verifier", "assessor", "stranger", "foreigner", "public"):
        with pytest.raises(NotFound):
            actions.change(cast.actor(who), row, 1, unit=cast.unit, **GIVEN | {"title": "Lain"})
    assert queries.visible(cast.actor("other_operator"), cast.institution).count() == 1
    assert not queries.visible(cast.actor("foreigner"), cast.institution).exists()
    assert actions.change(cast.actor("head"), row, 1, unit=cast.unit, **GIVEN | {"title": "Lain"}).version == 2  # fmt: skip
    with pytest.raises(Conflict):
        actions.change(cast.actor("operator"), row, 1, unit=cast.unit, **GIVEN)


def test_decrees_never_replace_each_other_in_a_circle(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    old = actions.add(boss, cast.institution, **GIVEN)
    new = actions.add(boss, cast.institution, **GIVEN | {"number": "7 Tahun 2026"}, replaces=old)
    with pytest.raises(actions.Refused) as refused:
        actions.change(boss, old, 1, **GIVEN, replaces=new)
    assert set(refused.value.faults) == {"replaces"}


def test_a_decree_that_is_evidence_stays(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    row = actions.add(boss, cast.institution, **GIVEN)
    evidence.add_decree(boss, cast.institution, row)
    with pytest.raises(actions.Refused):
        actions.remove(boss, row, 1)


def test_the_register_counts_what_holds_ends_and_is_over(cast):  # noqa: F811
    boss, day = cast.actor("diskominfo"), timezone.localdate()
    for number, end in (("1", None), ("2", day), ("3", day.replace(year=day.year - 1))):
        actions.add(boss, cast.institution, **GIVEN | {"number": number}, valid_until=end)
    assert queries.listed(boss, cast.institution).counts == {"holds": 1, "soon": 1, "over": 1}
    page = cast.client("operator").get(ROOM + "kebijakan/?state=over&q=perbup").content.decode()
    assert "Perbup 3" in page and "Perbup 2" not in page


@pytest.mark.parametrize("who", WHO)
def test_pages_of_the_register(cast, who):  # noqa: F811
    row = actions.add(cast.actor("diskominfo"), cast.institution, **GIVEN)
    client = cast.client(who)
    seen = 302 if who == "public" else 404 if who in ("stranger", "foreigner") else 200
    assert client.get(f"{ROOM}kebijakan/{row.uid}/").status_code == seen
    writes = client.post(ROOM + "kebijakan/baru/", GIVEN | {"number": "99", "unit": str(cast.unit.uid)})
    added = who in ("operator", "head", "diskominfo")
    assert (writes.status_code == 302 and Decree.objects.count() == 2) is (added)
    changed = client.post(f"{ROOM}kebijakan/{row.uid}/", GIVEN | {"version": "1", "title": "Baru"})
    row.refresh_from_db()
    assert (row.title == "Baru") is (who == "diskominfo"), changed.status_code


def test_the_decree_itself_is_kept_read_by_every_officer_and_replaced(cast):  # noqa: F811
    client, given = cast.client("operator"), GIVEN | {"unit": str(cast.unit.uid)}
    made = client.post(ROOM + "kebijakan/baru/", given | {"file": SimpleUploadedFile("perbup 41", pdf())})
    row = Decree.objects.get()
    file = f"{ROOM}kebijakan/{row.uid}/berkas/"
    assert made.status_code == 302 and row.file.name == "perbup 41.pdf"
    for who in WHO:
        seen = 302 if who == "public" else 404 if who in ("stranger", "foreigner") else 200
        assert cast.client(who).get(file).status_code == seen, who
    assert (
        read(client.get(file)) == pdf() and file in client.get(f"{ROOM}kebijakan/{row.uid}/").content.decode()
    )
    other = {"version": "1", "file": SimpleUploadedFile("baru.pdf", pdf(2))}
    assert client.post(f"{ROOM}kebijakan/{row.uid}/", given | other).status_code == 302
    assert read(client.get(file)) == pdf(2)
    piece = evidence.add_decree(cast.actor("operator"), cast.institution, row, unit=cast.unit)
    assert read(client.get(f"{ROOM}bukti/{piece.uid}/berkas/")) == pdf(2)


def test_a_decree_without_a_file_has_none_to_read(cast):  # noqa: F811
    row = actions.add(cast.actor("diskominfo"), cast.institution, **GIVEN)
    assert cast.client("diskominfo").get(f"{ROOM}kebijakan/{row.uid}/berkas/").status_code == 404


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00program"])
def test_a_file_that_is_not_taken_is_told_beside_its_field_and_nothing_is_entered(cast, content):  # noqa: F811
    data = GIVEN | {"file": SimpleUploadedFile("perbup.pdf", content)}
    told = cast.client("diskominfo").post(ROOM + "kebijakan/baru/", data)
    assert told.status_code == 422 and GIVEN["number"] in told.content.decode()
    assert not Decree.objects.exists() and not StoredFile.objects.exists()


def test_a_decree_that_is_refused_leaves_no_bytes_of_its_file(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.add(boss, cast.institution, **GIVEN)
    before = kept_files()
    with pytest.raises(actions.Refused):
        actions.add(boss, cast.institution, **GIVEN, file=(io.BytesIO(pdf()), "perbup.pdf", len(pdf())))
    assert not StoredFile.objects.exists() and kept_files() == before


def kept_files() -> set[Path]:
    return {one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()}


def read(answer) -> bytes:
    return b"".join(answer.streaming_content)
