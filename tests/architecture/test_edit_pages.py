"""The form, the conflict, the consequences of deleting, and links, as a browser sends them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.forms import MultipleChoiceField
from django.test import Client

from pendapa.architecture import actions
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/"


def filled(client: Client, address: str) -> dict[str, object]:
    """The form of a page with the values that it shows, ready to be sent back."""
    form = client.get(address).context["form"]
    data: dict[str, object] = {}
    for name in form.fields:
        value = form[name].value()
        several = isinstance(form.fields[name], MultipleChoiceField)
        data[name] = ([] if several else "") if value is None else value
    return data


def test_a_new_element_is_made_from_the_form_and_its_page_opens(cast: Cast) -> None:
    client = cast.client("operator")
    data = filled(client, BASE + "baru/?domain=applications")
    assert str(data["unit"]) == str(cast.unit.uid)
    sent = data | {
        "name": "SIMPUS",
        "a_fungsi": "Rekam medis",
        "a_basis": ["web", "mobile"],
        "a_raa": "RAA.02 Aplikasi Khusus",
    }
    answer = client.post(BASE + "baru/?domain=applications", sent, follow=True)
    assert answer.context.get("form") is None, answer.context["form"].errors
    element = Element.objects.get()
    assert answer.redirect_chain == [(f"{BASE}{element.uid}/", 302)]
    assert element.attributes == {"fungsi": "Rekam medis", "basis": ["web", "mobile"], "raa": "RAA.02"}
    assert (element.code, element.kind, element.unit) == ("DAA-001", "applications", cast.unit)


def test_a_domain_with_several_kinds_asks_for_the_kind_first(cast: Cast) -> None:
    client = cast.client("operator")
    page = client.get(BASE + "baru/?domain=infrastructure").content.decode()
    assert "kind=server" in page and '<input type="text"' not in page
    data = filled(client, BASE + "baru/?domain=infrastructure&kind=server")
    assert "a_kapasitas_memori" in data and "a_jenis_jaringan" not in data and "a_jenis" not in data
    client.post(BASE + "baru/?domain=infrastructure&kind=server", data | {"name": "VM 1"})
    assert Element.objects.get().kind == "server"


def test_a_form_without_a_name_comes_back_with_everything_typed(cast: Cast) -> None:
    client = cast.client("operator")
    data = filled(client, BASE + "baru/?domain=services") | {"a_tujuan": "Tetap di sini"}
    answer = client.post(BASE + "baru/?domain=services", data)
    assert answer.status_code == 422 and b"Tetap di sini" in answer.content and not Element.objects.exists()


def test_the_unit_of_the_form_is_limited_to_what_one_may_write(cast: Cast) -> None:
    client = cast.client("operator")
    page = client.get(BASE + "baru/?domain=services").content.decode()
    assert "UPT Puskesmas Uji" in page and "Pencatatan Sipil" not in page
    data = filled(client, BASE + "baru/?domain=services") | {"name": "X", "unit": str(cast.other_unit.uid)}
    assert client.post(BASE + "baru/?domain=services", data).status_code == 422


def test_sending_the_form_back_unchanged_changes_nothing_at_all(cast: Cast) -> None:
    attributes = {
        "basis": ["web", "Wesite"], "raa": "Entah", "tipe_lisensi": "Beli putus", "unit_pengguna": ["Satu", "Dua"], "fungsi": "a\nb",
        "url": "bukan alamat", "operator": "Budi", "nilai_spk": "148500000", "tahun": "2O19", "bahasa_pemrograman": ["PHP", "Kobol"],
        "layanan": ["Rawat jalan"],
    }  # fmt: skip
    element = make(cast.unit, "SIMPUS", attributes=attributes)
    client = cast.client("operator")
    answer = client.post(
        f"{BASE}{element.uid}/ubah/", filled(client, f"{BASE}{element.uid}/ubah/"), follow=True
    )
    element.refresh_from_db()
    assert (element.version, element.attributes) == (1, attributes)
    assert "Tidak ada yang berubah." in answer.content.decode()


def test_a_value_outside_the_list_is_kept_and_told(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"tipe_lisensi": "Beli putus"})
    client = cast.client("operator")
    page = client.get(f"{BASE}{element.uid}/ubah/").content.decode()
    assert "Beli putus (seperti tertulis)" in page
    data = filled(client, f"{BASE}{element.uid}/ubah/") | {"a_raa": "RAA.77 Entah"}
    answer = client.post(f"{BASE}{element.uid}/ubah/", data, follow=True).content.decode()
    element.refresh_from_db()
    assert element.attributes["raa"] == "RAA.77 Entah" and "tidak dikenal dalam RAA" in answer


def test_a_conflict_keeps_both_versions_and_says_what_differs(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"fungsi": "lama", "luaran": "lama"})
    client = cast.client("operator")
    mine = filled(client, f"{BASE}{element.uid}/ubah/") | {
        "a_fungsi": "punya saya",
        "a_url": "https://saya.example",
    }
    actions.change_element(
        system(),
        element,
        version=1,
        attributes={"fungsi": "punya mereka", "luaran": "luaran mereka", "basis": ["web"]},
    )
    answer = client.post(f"{BASE}{element.uid}/ubah/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and "punya mereka" in page and "punya saya" in page
    form = answer.context["form"]
    assert [form[f"a_{key}"].value() for key in ("fungsi", "luaran", "url", "basis")] == [
        "punya saya", "luaran mereka", "https://saya.example", ["web"],
    ]  # fmt: skip
    element.refresh_from_db()
    assert element.attributes["fungsi"] == "punya mereka"
    again = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    assert client.post(f"{BASE}{element.uid}/ubah/", again).status_code == 302
    element.refresh_from_db()
    assert element.version == 3
    assert element.attributes == {
        "fungsi": "punya saya", "luaran": "luaran mereka", "url": "https://saya.example", "basis": ["web"],
    }  # fmt: skip


@pytest.mark.parametrize("page", ["ubah/", "hapus/", "hubungkan/"])
@pytest.mark.parametrize("who", ["other_operator", "sekda", "assessor"])
def test_pages_that_write_are_not_there_for_who_may_not(cast: Cast, who: str, page: str) -> None:
    element = make(cast.unit, "SIMPUS")
    client = cast.client(who)
    assert client.get(f"{BASE}{element.uid}/{page}").status_code == 404
    assert client.post(f"{BASE}{element.uid}/{page}", {"name": "X", "version": "1"}).status_code == 404
    assert f"{element.uid}/{page}" not in client.get(f"{BASE}{element.uid}/").content.decode()


def test_deleting_shows_the_consequences_and_can_be_taken_back(cast: Cast) -> None:
    element, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    join(element, "application_service", service)
    client = cast.client("operator")
    assert "Rawat jalan" in client.get(f"{BASE}{element.uid}/hapus/").content.decode()
    refused = client.post(f"{BASE}{element.uid}/hapus/", {"version": "1"})
    assert refused.status_code == 409 and Element.objects.filter(deleted_at=None).count() == 2
    done = client.post(f"{BASE}{element.uid}/hapus/", {"version": "1", "with_relations": "1"}, follow=True)
    assert f"{element.uid}/kembalikan/" in done.content.decode()
    assert client.get(f"{BASE}{element.uid}/").status_code == 404
    assert client.get(f"{BASE}{element.uid}/kembalikan/").status_code == 405
    client.post(f"{BASE}{element.uid}/kembalikan/")
    assert (
        client.get(f"{BASE}{element.uid}/").status_code == 200 and Relation.objects.get().deleted_at is None
    )


def test_linking_offers_what_the_metamodel_allows_and_one_may_see(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    data = make(cast.other_unit, "Data penduduk", "data")
    make(cast.other_unit, "Data sandi", "data", classification="restricted")
    client, address = cast.client("operator"), f"{BASE}{element.uid}/hubungkan/"
    page = client.get(address + "?type=out:application_data").content.decode()
    assert "Data penduduk" in page and "Data sandi" not in page and "indicator_process" not in page
    piece = client.get(
        address + "?type=out:application_data&q=penduduk", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Data penduduk" in piece and "<html" not in piece
    client.post(address, {"type": "out:application_data", "other": str(data.uid)})
    assert Relation.objects.get().target == data
    assert str(data.uid) not in client.get(address + "?type=out:application_data").content.decode()


def test_linking_to_a_hidden_or_foreign_element_is_not_found(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    hidden = make(cast.other_unit, "Data sandi", "data", classification="restricted")
    foreign = make(cast.foreign_unit, "Data kota", "data")
    client = cast.client("operator")
    for other in (hidden.uid, foreign.uid, "bukan-uid", ""):
        sent = {"type": "out:application_data", "other": str(other)}
        assert client.post(f"{BASE}{element.uid}/hubungkan/", sent).status_code == 404
    assert not Relation.objects.exists()


def test_a_link_the_other_way_needs_the_right_to_write_its_source(cast: Cast) -> None:
    service = make(cast.unit, "Rawat jalan", "services")
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.other_unit, "SIAK")
    client, address = cast.client("operator"), f"{BASE}{service.uid}/hubungkan/"
    page = client.get(address + "?type=in:application_service&q=si").content.decode()
    assert "SIMPUS" in page and "SIAK" not in page
    assert (
        client.post(address, {"type": "in:application_service", "other": str(theirs.uid)}).status_code == 404
    )
    client.post(address, {"type": "in:application_service", "other": str(mine.uid)})
    assert Relation.objects.get().source == mine


def test_a_relation_is_taken_away_from_the_page_of_either_end(cast: Cast) -> None:
    element, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    relation = join(element, "application_service", service)
    client = cast.client("operator")
    assert client.post(f"{BASE}{make(cast.unit, 'Lain').uid}/lepas/{relation.uid}/").status_code == 404
    client.post(f"{BASE}{service.uid}/lepas/{relation.uid}/")
    relation.refresh_from_db()
    assert relation.deleted_at


def test_the_page_of_an_element_tells_facts_doubts_gaps_and_history(cast: Cast) -> None:
    element = make(
        cast.unit, "SIMPUS", attributes={"fungsi": "<b>Rekam</b> medis", "nilai_spk": "148500000", "layanan": ["Rawat inap"], "url": "javascript:alert(1)"}
    )  # fmt: skip
    actions.change_element(cast.actor("operator"), element, version=1, attributes={"basis_data": "MariaDB"})
    service = make(cast.unit, "Rawat jalan", "services")
    join(element, "application_service", service)
    page = cast.client("operator").get(f"{BASE}{element.uid}/").content.decode()
    assert "&lt;b&gt;Rekam" in page and "<b>Rekam" not in page and 'href="javascript' not in page
    assert "Rp\u00a0148.500.000" in unescape(page) or "Rp 148.500.000" in page
    assert "Rawat inap" in page, "what was written and not found is told"
    assert "Aplikasi tanpa operator" in page and "MariaDB" in page and "Bidang lokal" in page
    assert re.search(r"dihubungkan:.*Rawat jalan", page, re.DOTALL)


def test_history_is_for_who_may_read_it(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    for who, sees in (("operator", True), ("sekda", True), ("other_operator", False), ("assessor", False)):
        page = cast.client(who).get(f"{BASE}{element.uid}/").content.decode()
        assert ('class="feed' in page) is sees, who


def test_the_history_of_one_end_does_not_name_a_hidden_other_end(cast: Cast) -> None:
    service = make(cast.unit, "Rawat jalan", "services")
    join(make(cast.other_unit, "Rahasiana", classification="restricted"), "application_service", service)
    assert "Rahasiana" not in cast.client("operator").get(f"{BASE}{service.uid}/").content.decode()
    assert "Rahasiana" in cast.client("diskominfo").get(f"{BASE}{service.uid}/").content.decode()
