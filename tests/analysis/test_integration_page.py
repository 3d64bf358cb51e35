"""Exchange of data: the page, its map, exports and API, and what each of the cast sees of it."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.analysis.queries.integration import Integration, integration
from pendapa.architecture import actions
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from tests.architecture.scene import make
from tests.cast import Cast
from tests.cast import cast as cast

PAGE, API = "/di/uji/analisis/integrasi/", "/api/v1/institutions/uji/integration"


def link(source: Element, type: str, target: Element, **attributes: str) -> None:
    actions.link(system(), source, type, target, attributes=attributes)


@pytest.fixture
def scene(cast: Cast) -> Cast:
    """Health sends to civil registry by API and by hand; both write the same data; one data element has no owner."""
    queue, records = make(cast.unit, "Antrean"), make(cast.unit, "Rekam medis")
    civil = make(cast.other_unit, "Kependudukan")
    people = make(
        cast.other_unit,
        "Data penduduk",
        "data",
        attributes={"produsen": "Dinas Kependudukan dan Pencatatan Sipil"},
    )
    make(cast.unit, "Data kunjungan", "data")
    link(queue, "application_flow", civil, lewat="API", data="NIK pasien")
    link(records, "application_flow", civil, lewat="manual", data="Kematian")
    link(records, "application_data", people, akses="write")
    link(queue, "application_data", people, akses="write")
    link(civil, "application_data", people, akses="read-write")
    return cast


def found_by(scene: Cast, who: str, unit: str = "") -> Integration:
    return integration(scene.actor(who), scene.institution, unit)


def test_exchanges_are_counted_by_their_way(scene: Cast) -> None:
    found = found_by(scene, "diskominfo")
    assert dict(found.ways) == {"API": 1, "manual": 1}
    assert [(one.source.name, one.target.name, one.data) for one in found.exchanges] == [
        ("Antrean", "Kependudukan", "NIK pasien"),
        ("Rekam medis", "Kependudukan", "Kematian"),
    ]


def test_data_without_owner_and_of_several_owners_are_found(scene: Cast) -> None:
    found = found_by(scene, "diskominfo")
    assert [one.name for one in found.without_owner] == ["Data kunjungan"]
    assert [(one.data.name, one.opds, len(one.writers)) for one in found.several] == [("Data penduduk", 2, 3)]


def test_data_that_two_write_without_a_flow_is_typed_again(scene: Cast) -> None:
    assert found_by(scene, "diskominfo").typed_again == []
    lone = make(scene.unit, "Posyandu")
    link(lone, "application_data", Element.objects.get(name="Data penduduk"), akses="write")
    (again,) = found_by(scene, "diskominfo").typed_again
    assert [[one.name for one in group] for group in again.groups][-1] == ["Posyandu"]


def test_the_ranking_puts_who_shares_most_first_and_who_has_nothing_last(scene: Cast) -> None:
    ranking = found_by(scene, "diskominfo").ranking
    assert [(one.opd.name, one.score.value, one.place) for one in ranking] == [
        ("Dinas Kependudukan dan Pencatatan Sipil", 100, 1),
        ("Dinas Kesehatan", 25, 2),
        ("Dinas Komunikasi dan Informatika", None, 0),
    ]


def test_what_only_says_that_it_is_integrated_is_counted_apart(scene: Cast) -> None:
    lone = make(scene.unit, "Posyandu", attributes={"interoperabilitas": "sudah"})
    make(scene.unit, "Kader", attributes={"interoperabilitas": "belum"})
    assert found_by(scene, "diskominfo").only_said == 1
    assert found_by(scene, "diskominfo", str(scene.other_unit.uid)).only_said == 0
    link(lone, "application_flow", Element.objects.get(name="Antrean"), lewat="API")
    assert found_by(scene, "diskominfo").only_said == 0


def test_a_unit_narrows_exchanges_and_data_and_leaves_the_comparison(scene: Cast) -> None:
    other = found_by(scene, "diskominfo", str(scene.subunit.uid))
    assert (other.exchanges, other.data, len(other.ranking)) == ([], 0, 3)
    own = found_by(scene, "diskominfo", str(scene.unit.uid))
    assert (len(own.exchanges), own.data, own.several) == (2, 1, [])


def test_a_restricted_application_of_another_unit_exchanges_nothing(scene: Cast) -> None:
    secret = make(scene.unit, "Rahasia", classification="restricted")
    link(secret, "application_flow", Element.objects.get(name="Kependudukan"), lewat="SPLP")
    link(secret, "application_data", Element.objects.get(name="Data penduduk"), akses="write")
    assert len(found_by(scene, "operator").exchanges) == 3
    other = found_by(scene, "other_operator")
    assert (len(other.exchanges), other.several[0].opds, len(other.several[0].writers)) == (2, 2, 3)
    assert b"Rahasia" not in scene.client("other_operator").get(PAGE).content
    told = scene.client("other_operator").get(PAGE, {"app": str(secret.uid)})
    assert told.status_code == 404
    assert b"Rahasia" not in scene.client("other_operator").get(f"{API}/exchanges").content


@pytest.mark.parametrize("narrowed", ["", "unit", "app"])
def test_the_map_draws_opd_then_applications(scene: Cast, narrowed: str) -> None:
    asked = {"unit": str(scene.unit.uid), "app": str(Element.objects.get(name="Antrean").uid)}
    told = scene.client("assessor").get(PAGE, {narrowed: asked[narrowed]} if narrowed else {})
    said = told.content.decode()
    drawing = said[said.index("<svg", said.index("graph-view")) :]
    drawing = drawing[: drawing.index("</svg>")]
    assert ("Antrean" in drawing) == bool(narrowed)
    assert ("Rekam" in drawing) == (narrowed == "unit")


def test_the_page_of_one_application_tells_its_exchanges_only(scene: Cast) -> None:
    asked = {"app": str(Element.objects.get(name="Antrean").uid)}
    said = scene.client("diskominfo").get(PAGE, asked).content.decode()
    assert "NIK pasien" in said
    assert "Kematian" not in said
    assert 'id="skor"' not in said
    told = scene.client("diskominfo").get(PAGE, asked | {"format": "csv"})
    assert b"Kematian" not in b"".join(told.streaming_content)


def test_the_api_tells_the_same(scene: Cast) -> None:
    client = scene.client("diskominfo")
    whole = client.get(API).json()
    assert whole["ways"] == {"SPLP": 0, "API": 1, "berkas": 0, "manual": 1, "unknown": 0}
    assert [one["score"] for one in whole["scores"]] == [100, 25, None]
    assert whole["matrix"][0]["flows"] == 2
    by_hand = client.get(f"{API}/exchanges", {"way": "manual"}).json()
    assert [one["source"]["name"] for one in by_hand["items"]] == ["Rekam medis"]
    several = client.get(f"{API}/data", {"finding": "several_owners"}).json()["items"]
    assert len(several[0]["writers"]) == 3
    assert client.get(f"{API}/data", {"finding": "lain"}).status_code == 422
    assert client.get(API, {"unit": "9.99"}).status_code == 422


def test_the_csv_lists_the_exchanges_with_their_ways(scene: Cast) -> None:
    told = scene.client("diskominfo").get(PAGE, {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in lines[1:]] == ["Antrean", "Rekam medis"]
    assert lines[1][4] == "NIK pasien"


def test_the_workbook_is_made(scene: Cast) -> None:
    told = scene.client("assessor").get(PAGE, {"format": "xlsx"})
    assert b"".join(told.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_strangers_find_nothing(scene: Cast, who: str) -> None:
    for address in (PAGE, API, f"{API}/exchanges", f"{API}/data?finding=typed_again"):
        assert scene.client(who).get(address).status_code == 404


def test_an_empty_register_says_what_to_do(cast: Cast) -> None:
    assert 'class="kosong"' in cast.client("diskominfo").get(PAGE).content.decode()


def test_the_number_of_queries_does_not_grow(scene: Cast) -> None:
    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert scene.client("diskominfo").get(PAGE).status_code == 200
        return len(found)

    asked()
    before = asked()
    middle = Element.objects.get(name="Kependudukan")
    for number in range(8):
        link(make(scene.unit, f"Tambahan {number}"), "application_flow", middle, lewat="berkas")
    assert asked() == before
