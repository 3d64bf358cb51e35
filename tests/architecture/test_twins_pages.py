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


def test_twins_are_compared_once_until_something_changes(
    cast: Cast, pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    true = twin_rules.find
    monkeypatch.setattr(twin_rules, "find", lambda *a, **k: calls.append(1) or true(*a, **k))
    for _ in range(3):
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


def test_many_applications_are_not_compared_while_a_page_waits(
    cast: Cast, pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pendapa.architecture.queries.analyses.AT_ONCE", 2)
    client = cast.client("operator")
    address = f"/di/uji/arsitektur/{pair[0].uid}/kembaran/"
    assert b"?now=1" in client.get(BASE).content
    waiting = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Antrean Kependudukan" not in waiting and address in waiting
    assert "Antrean Kependudukan" in client.get(address).content.decode()
    assert "Antrean Kependudukan" in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_the_api_tells_groups_as_the_command_does(cast: Cast, pair) -> None:
    (group,) = json.loads(cast.client("operator").get("/api/v1/institutions/uji/twins").content)
    assert set(group) == {"id", "score", "reasons", "members"}
    assert {"code", "name", "unit"} <= set(group["members"][0])
