"""Security coverage: the page, its exports and its API, and what each of the cast sees of it."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.analysis.queries.security import security, without
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.cast import cast as cast

PAGE, API = "/di/uji/analisis/keamanan/", "/api/v1/institutions/uji/security-coverage"
TODAY = date(2026, 11, 22)


@pytest.fixture
def scene(cast: Cast) -> Cast:
    """An application with audit and standard, one without anything; data of each sort; licences that end and that do not say."""
    app = make(cast.unit, "Antrean pasien", attributes={"kelas": "Khusus"})
    make(cast.unit, "Rekam medis")
    make(cast.unit, "Data pasien", "data", attributes={"data_pribadi": "spesifik"})
    make(
        cast.other_unit,
        "Data penduduk",
        "data",
        attributes={"data_pribadi": "umum", "catatan_pemrosesan": "ROPA-1"},
    )
    make(cast.other_unit, "Data wilayah", "data")
    audit = make(cast.unit, "Audit 2024", "security", attributes={"tanggal_kegiatan": "2024-12-01"})
    standard = make(
        cast.unit,
        "Kebijakan sandi",
        "security",
        kind="standar_keamanan",
        attributes={"tanggal_akhir_penerapan": "2026-01-31"},
    )
    join(app, "secured_by", audit)
    join(app, "secured_by", standard)
    make(
        cast.unit,
        "Basis data lama",
        "infrastructure",
        kind="sistem_database",
        attributes={"tanggal_akhir_lisensi": "2027-01-10"},
    )
    make(
        cast.unit,
        "Utilitas",
        "infrastructure",
        kind="sistem_utilitas",
        attributes={"validitas_lisensi": "satu tahun"},
    )
    return cast


def test_coverage_counts_by_kind_and_what_stands_bare(scene: Cast) -> None:
    found = security(scene.actor("diskominfo"), scene.institution, today=TODAY)
    assert (found.coverage.things, found.coverage.bare, found.coverage.full) == (5, 4, 0)
    assert found.coverage.covered == (1, 0, 0, 0, 0, 1, 0)
    assert [one.name for one in without(found.things, "audit_keamanan")] == [
        "Data pasien", "Data penduduk", "Data wilayah", "Rekam medis",
    ]  # fmt: skip


def test_what_has_expired_stands_first_then_what_ends_within_ninety_days(scene: Cast) -> None:
    found = security(scene.actor("diskominfo"), scene.institution, today=TODAY)
    assert [(one.what, one.name, one.end.state) for one in found.expiries] == [
        ("standard", "Kebijakan sandi", "expired"),
        ("audit", "Antrean pasien", "soon"),
        ("licence", "Basis data lama", "soon"),
        ("licence", "Utilitas", "unknown"),
    ]


def test_personal_data_without_a_record_is_found_and_the_unknown_is_told(scene: Cast) -> None:
    found = security(scene.actor("diskominfo"), scene.institution, today=TODAY)
    assert [one.name for one in found.lacking] == ["Data pasien"]
    assert (found.personal["recorded"], found.personal["unknown"]) == (1, 1)


def test_a_unit_narrows_everything_and_a_domain_the_coverage(scene: Cast) -> None:
    actor = scene.actor("diskominfo")
    other = security(actor, scene.institution, str(scene.other_unit.uid), today=TODAY)
    assert (other.coverage.things, other.expiries, other.lacking) == (2, [], [])
    data = security(actor, scene.institution, domain="data", today=TODAY)
    assert (data.coverage.things, len(data.expiries)) == (3, 4)


def test_a_restricted_audit_of_another_unit_covers_nothing_and_is_not_told(scene: Cast) -> None:
    app = make(scene.unit, "Gaji")
    join(app, "secured_by", make(scene.unit, "Audit rahasia", "security", classification="restricted"))
    own = security(scene.actor("operator"), scene.institution, today=TODAY)
    other = security(scene.actor("other_operator"), scene.institution, today=TODAY)
    assert own.coverage.covered[5] == 2
    assert other.coverage.covered[5] == 1
    for form in ({}, {"format": "csv"}):
        told = scene.client("other_operator").get(PAGE, form)
        said = b"".join(told.streaming_content) if told.streaming else told.content
        assert b"Audit rahasia" not in said
    assert b"Audit rahasia" not in scene.client("other_operator").get(f"{API}/ends").content


def test_the_page_tells_bare_elements_and_that_intervals_are_not_verified(scene: Cast) -> None:
    told = scene.client("assessor").get(PAGE)
    assert told.status_code == 200
    said = told.content.decode()
    for words in ("Rekam medis", "Kebijakan sandi", "satu tahun", "Data pasien", "help-circle"):
        assert words in said


def test_the_api_tells_the_same(scene: Cast) -> None:
    client = scene.client("diskominfo")
    whole = client.get(API).json()
    assert whole["coverage"]["covered"]["audit_keamanan"] == 1
    assert [one["verified"] for one in whole["intervals"]] == [False, False]
    assert whole["personal"] == {"missing": 1, "recorded": 1, "none": 0, "unknown": 1}
    bare = client.get(f"{API}/things", {"lacks": "bare", "domain": "applications"}).json()
    assert [one["name"] for one in bare["items"]] == ["Rekam medis"]
    ends = client.get(f"{API}/ends", {"what": "licence", "limit": 1}).json()
    assert ends["next"] == "1"
    assert client.get(f"{API}/things", {"lacks": "pagar"}).status_code == 422
    assert client.get(API, {"unit": "tidak-ada"}).status_code == 422


def test_the_csv_has_a_column_for_each_kind(scene: Cast) -> None:
    told = scene.client("diskominfo").get(PAGE, {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode("utf-8-sig")), delimiter=";"))
    by_name = {line[1]: line[4:11] for line in lines[1:]}
    assert len(lines[0]) == 12
    assert by_name["Antrean pasien"] == ["ya", "tidak", "tidak", "tidak", "tidak", "ya", "tidak"]


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_strangers_find_nothing(scene: Cast, who: str) -> None:
    for address in (PAGE, API, f"{API}/things", f"{API}/ends"):
        assert scene.client(who).get(address).status_code == 404


def test_an_empty_register_says_what_will_be_here(cast: Cast) -> None:
    said = cast.client("diskominfo").get(PAGE).content.decode()
    assert 'class="kosong"' in said


def test_the_number_of_queries_does_not_grow(scene: Cast) -> None:
    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert scene.client("diskominfo").get(PAGE).status_code == 200
        return len(found)

    asked()
    before = asked()
    for number in range(8):
        app = make(scene.unit, f"Tambahan {number}")
        join(app, "secured_by", make(scene.unit, f"Audit {number}", "security"))
    assert asked() == before
