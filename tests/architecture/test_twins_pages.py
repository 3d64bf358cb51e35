"""Twins: remembered while nothing changes, shown with their reasons, honest where there are none."""

from __future__ import annotations

import json

import pytest

from pendapa.architecture import queries
from pendapa.architecture.rules import twins as twin_rules
from pendapa.kernel.access.actor import system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/kembaran/"


@pytest.fixture
def pair(cast: Cast):
    one = make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"})
    other = make(cast.other_unit, "Antrean Kependudukan", attributes={"fungsi": "Antrean warga di loket"})
    make(cast.unit, "Gudang Farmasi", attributes={"fungsi": "Stok obat"})
    return one, other


def test_applications_of_one_job_in_two_units_are_found_with_reasons(cast: Cast, pair) -> None:
    (group,) = queries.twins(system(), cast.institution)
    assert {member["code"] for member in group["members"]} == {pair[0].code, pair[1].code}
    assert group["reasons"] and 0 < group["score"] <= 1


def test_twins_are_compared_once_until_an_application_changes(
    cast: Cast, pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    true = twin_rules.find
    monkeypatch.setattr(twin_rules, "find", lambda *a, **k: calls.append(1) or true(*a, **k))
    for _ in range(3):
        queries.twins(system(), cast.institution)
    make(cast.unit, "Pelayanan antrean", "processes")  # touches no application
    queries.twins(system(), cast.institution)
    assert len(calls) == 1
    make(cast.subunit, "Antrean Pustu", attributes={"fungsi": "Antrean pasien"})
    assert len(queries.twins(system(), cast.institution)[0]["members"]) == 3
    assert len(calls) == 2


def test_the_names_of_units_are_told_to_the_rule(cast: Cast, pair, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(twin_rules, "find", lambda apps, **more: told.extend(more["unit_names"]) or [])
    cast.institution.settings = {"other_names": ["Kab. Uji"]}
    cast.institution.save()
    queries.twins(system(), cast.institution)
    assert {"Dinas Kesehatan", "UPT Puskesmas Uji", "Kabupaten Uji", "Kab. Uji"} <= set(told)
    assert "Kota Lain" not in told


def test_a_shared_process_is_a_reason_by_its_name(cast: Cast, pair) -> None:
    process = make(cast.unit, "Pelayanan antrean", "processes")
    for one in pair:
        join(one, "application_process", process)
    (group,) = queries.twins(system(), cast.institution)
    assert any("Pelayanan antrean (DAB-001)" in reason for reason in group["reasons"])


def test_pages_show_groups_compare_their_members_and_link_to_them(cast: Cast, pair) -> None:
    client = cast.client("operator")
    page = client.get(BASE).content.decode()
    (group,) = queries.twins(system(), cast.institution)
    assert "Antrean Kependudukan" in page and f"{BASE}{group['id']}/" in page
    compared = client.get(f"{BASE}{group['id']}/").content.decode()
    assert "<mark" in compared and "Antrean warga" not in compared.replace("<mark", "")[:0]
    assert client.get(f"{BASE}tiada/").status_code == 404
    assert client.get(f"{BASE}?unit=Dinas+Kesehatan").status_code == 200


def test_a_page_without_twins_says_honestly_what_was_compared(cast: Cast) -> None:
    make(cast.unit, "Gudang Farmasi")
    page = cast.client("operator").get("/en" + BASE).content.decode()
    assert "1 application was compared" in page and "does not prove" in page


def test_the_twins_of_one_application_come_as_a_piece_or_as_a_page(cast: Cast, pair) -> None:
    client = cast.client("operator")
    address = f"/di/uji/arsitektur/{pair[0].uid}/kembaran/"
    piece = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Antrean Kependudukan" in piece and "<html" not in piece
    assert "<html" in client.get(address).content.decode()


def test_what_merging_saves_is_told_with_what_is_not_known(cast: Cast) -> None:
    make(cast.unit, "Antrean Puskesmas", attributes={"biaya_tahunan": "Rp 96.500.000"})
    make(cast.other_unit, "Antrean Kependudukan", attributes={"biaya_tahunan": "38250000"})
    make(cast.subunit, "Antrean Pustu")
    page = cast.client("operator").get("/en" + BASE).content.decode()
    assert "at least Rp 38.250.000 a year" in page.replace("Rp\xa0", "Rp ").replace(",", ".")
    compared = cast.client("diskominfo").get(f"{BASE}{queries.twins(system(), cast.institution)[0]['id']}/")
    assert "Rp" in compared.content.decode()


def test_who_may_not_see_a_member_sees_neither_it_nor_what_it_agrees_in(cast: Cast, pair) -> None:
    secret = make(
        cast.other_unit,
        "Antrean Rahasia",
        classification="restricted",
        attributes={"fungsi": "Antrean pasien puskesmas induk"},
    )
    process = make(cast.other_unit, "Proses Tersembunyi", "processes", classification="restricted")
    for one in pair:
        join(one, "application_process", process)
    assert len(queries.twins(system(), cast.institution)[0]["members"]) == 3
    (group,) = queries.twins(cast.actor("operator"), cast.institution)
    assert {member["uid"] for member in group["members"]} == {str(one.uid) for one in pair}
    page = cast.client("operator").get(BASE).content.decode()
    assert secret.name not in page and process.name not in page


def test_who_only_assesses_reads_no_name_of_an_operator(cast: Cast) -> None:
    for unit in (cast.unit, cast.other_unit):
        make(unit, "Antrean Loket", attributes={"operator": "Siti Rahasia", "basis": "Web"})
    (group,) = queries.twins(system(), cast.institution)
    assert "Siti Rahasia" in cast.client("diskominfo").get(f"{BASE}{group['id']}/").content.decode()
    assert "Siti Rahasia" not in cast.client("assessor").get(f"{BASE}{group['id']}/").content.decode()


def test_a_national_application_under_its_name_is_nobodys_twin(cast: Cast) -> None:
    for unit in (cast.unit, cast.other_unit):
        make(unit, "SRIKANDI", attributes={"fungsi": "Arsip dan naskah dinas"})
    assert queries.twins(system(), cast.institution) == []
    assert all(one["uses"] for one in queries.national_matches(system(), cast.institution))


def test_exports_hold_a_line_a_member(cast: Cast, pair) -> None:
    client = cast.client("operator")
    text = b"".join(client.get(f"{BASE}ekspor/?format=csv").streaming_content).decode("utf-8-sig")
    assert "Antrean Puskesmas" in text and "Antrean Kependudukan" in text and "Gudang Farmasi" not in text
    assert b"".join(client.get(f"{BASE}ekspor/").streaming_content)[:2] == b"PK"


def test_the_quadrant_shows_the_fits_and_lists_what_is_not_known(cast: Cast) -> None:
    make(cast.unit, "Melati", attributes={"nilai_manfaat": "4", "nilai_teknis": "2,5"})
    unknown = make(cast.unit, "Kenanga", attributes={"nilai_manfaat": "4"})
    page = cast.client("operator").get(f"/en{BASE}kuadran/").content.decode()
    assert "Migrate" in page and "<svg" in page and "2.5" in page
    assert f"/{unknown.uid}/ubah/#id_a_nilai_teknis" in page
    text = b"".join(cast.client("operator").get(f"{BASE}kuadran/ekspor/?format=csv").streaming_content)
    assert b"Melati" in text and b"Kenanga" in text


@pytest.mark.parametrize("part", ["", "?state=decided", "nasional/", "kuadran/"])
def test_an_empty_register_has_pages_that_say_so(cast: Cast, part: str) -> None:
    assert cast.client("diskominfo").get(f"{BASE}{part}").status_code == 200


def test_the_api_tells_groups_as_the_command_does(cast: Cast, pair) -> None:
    (group,) = json.loads(cast.client("operator").get("/api/v1/institutions/uji/twins").content)
    assert {"id", "score", "reasons", "members", "state", "saving", "decisions"} <= set(group)
    assert {"code", "name", "unit"} <= set(group["members"][0])
    assert cast.client("operator").get("/api/v1/institutions/uji/twins?state=apa").status_code == 422
    assert cast.client("operator").get("/api/v1/institutions/uji/quadrants").json()["unknown"]
