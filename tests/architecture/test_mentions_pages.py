"""Relations that the texts of an element suggest: what is offered, to whom, and one tap to link."""

from __future__ import annotations

import pytest

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Relation
from pendapa.kernel.access.actor import system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/"
TEXT = {"fungsi": "Mencatat kunjungan. Mengirim rekap ke Layanan Rujukan Pasien setiap malam."}


def test_an_element_named_in_a_text_is_suggested_with_the_sentence_and_the_legal_relations(
    cast: Cast,
) -> None:
    mine = make(cast.unit, "SIMPUS", attributes=TEXT)
    service = make(cast.other_unit, "Layanan Rujukan Pasien", "services")
    (found,) = queries.suggested_relations(cast.actor("operator"), mine)
    assert found.element == service and found.field == "Fungsi Aplikasi"
    assert found.fragment == "Mengirim rekap ke Layanan Rujukan Pasien setiap malam"
    assert [(way.key, way.may) for way in found.ways] == [("out:application_service", True)]


def test_what_is_linked_what_cannot_be_linked_and_itself_are_not_suggested(cast: Cast) -> None:
    text = {
        "fungsi": "SIMPUS memakai Server Utama Puskesmas, Visi Denpasar Sehat, dan Layanan Rujukan Pasien"
    }
    mine = make(cast.unit, "SIMPUS", attributes=text)
    make(cast.unit, "Visi Denpasar Sehat", "strategy", kind="visi")
    join(mine, "application_service", make(cast.unit, "Layanan Rujukan Pasien", "services"))
    server = make(cast.unit, "Server Utama Puskesmas", "infrastructure")
    assert [one.element for one in queries.suggested_relations(system(), mine)] == [server]


def test_what_one_may_not_see_is_never_suggested(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS", attributes=TEXT)
    make(cast.other_unit, "Layanan Rujukan Pasien", "services", classification="restricted")
    make(cast.foreign_unit, "Layanan Rujukan Pasien", "services")
    assert queries.suggested_relations(cast.actor("operator"), mine) == []
    assert len(queries.suggested_relations(cast.actor("diskominfo"), mine)) == 1


def test_a_relation_that_the_other_end_would_hold_is_offered_to_who_may_edit_that(cast: Cast) -> None:
    data = make(cast.unit, "Data Kunjungan", "data", attributes={"keterangan": "diolah oleh SIMPUSKESMAS"})
    make(cast.other_unit, "SIMPUSKESMAS")
    for who, may in (("operator", False), ("diskominfo", True)):
        (found,) = queries.suggested_relations(cast.actor(who), data)
        assert [(way.key, way.may) for way in found.ways] == [("in:application_data", may)]


def test_a_new_name_is_found_as_soon_as_it_is_there(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS", attributes=TEXT)
    assert queries.suggested_relations(system(), mine) == []
    make(cast.unit, "Layanan Rujukan Pasien", "services")
    assert len(queries.suggested_relations(system(), mine)) == 1


def test_one_tap_links_and_the_suggestion_is_gone(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS", attributes=TEXT)
    service = make(cast.unit, "Layanan Rujukan Pasien", "services")
    client = cast.client("diskominfo")
    part = client.get(f"{BASE}{mine.uid}/disebut/", headers={"HX-Request": "true"}).content.decode()
    assert (
        f'value="{service.uid}"' in part and 'value="out:application_service"' in part and "<html" not in part
    )
    client.post(
        f"{BASE}{mine.uid}/hubungkan/", {"type": "out:application_service", "other": str(service.uid)}
    )
    assert Relation.objects.get().target == service
    assert queries.suggested_relations(system(), mine) == []


def test_the_page_works_without_script_and_is_closed_like_the_element(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS", attributes=TEXT, classification="restricted")
    assert "<html" in cast.client("operator").get(f"{BASE}{mine.uid}/disebut/").content.decode()
    assert cast.client("other_operator").get(f"{BASE}{mine.uid}/disebut/").status_code == 404
    assert cast.client("stranger").get(f"{BASE}{mine.uid}/disebut/").status_code == 404


def test_personal_data_are_not_read_for_who_may_not_read_them(cast: Cast) -> None:
    mine = make(cast.unit, "SIMPUS", attributes={"operator": "Made dari Layanan Rujukan Pasien"})
    make(cast.unit, "Layanan Rujukan Pasien", "services")
    assert queries.suggested_relations(cast.actor("assessor"), mine) == []
    actions.change_element(system(), mine, version=1, attributes=TEXT)
    mine.refresh_from_db()
    assert len(queries.suggested_relations(cast.actor("assessor"), mine)) == 1
