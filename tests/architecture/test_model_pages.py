"""The metamodel of an institution in the browser: look, add, take out of use, bring back, go back; who may."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

from pendapa.architecture import actions, metamodel, modelling
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/model/"
CONTRACT = {"label_id": "Status kontrak", "label_en": "Contract", "type": "enum", "more": "aktif\nhabis"}


def kept(client: Client, page: str, reason: str = "Diminta Bappeda") -> str:
    """Press "keep" on a page of consequences; the page that follows."""
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("model/simpan/")[2])
    )
    data = {name: unescape(value) for name, value in hidden.items()} | {"reason": reason}
    return client.post(f"{BASE}simpan/", data, follow=True).content.decode()


def add(client: Client, **more: str) -> str:
    page = client.post(f"{BASE}atribut/?domain=applications", CONTRACT | more)
    assert page.status_code == 200, page.content.decode()
    return kept(client, page.content.decode())


def retire(client: Client, key: str, retired: str = "1", **more: str) -> str:
    data = {"domain": "applications", "key": key, "retired": retired} | more
    return client.post(f"{BASE}pakai/", data, follow=True).content.decode()


def column(cast: Cast, key: str) -> object:
    cast.institution.refresh_from_db()
    return metamodel.of(cast.institution).domain("applications").column(key)


def test_an_attribute_is_added_after_a_look_at_what_it_does(cast: Cast) -> None:
    client = cast.client("diskominfo")
    page = client.post(f"{BASE}atribut/?domain=applications", CONTRACT).content.decode()
    assert "Status kontrak" in page and modelling.standing(cast.institution).version == 0
    assert "Status kontrak" in kept(client, page)
    assert [value.key for value in column(cast, "status_kontrak").values] == ["aktif", "habis"]


def test_the_new_attribute_is_in_the_form_of_an_element_and_is_saved(cast: Cast) -> None:
    add(cast.client("diskominfo"))
    operator, element = cast.client("operator"), make(cast.unit, "SIMPUS")
    url = f"/di/uji/arsitektur/{element.uid}/"
    assert "Status kontrak" in operator.get(f"{url}ubah/").content.decode()
    cast.institution.refresh_from_db()
    actions.change_element(system(), Element.objects.get(), version=1, attributes={"status_kontrak": "aktif"})
    assert "Status kontrak" in operator.get(url).content.decode()


def test_another_institution_has_the_pack_alone(cast: Cast) -> None:
    add(cast.client("diskominfo"))
    with pytest.raises(KeyError):
        metamodel.of(cast.other_institution).domain("applications").column("status_kontrak")


def test_what_is_taken_out_of_use_stays_with_the_elements_and_comes_back(cast: Cast) -> None:
    client = cast.client("diskominfo")
    add(client)
    element = make(cast.unit, "SIMPUS", attributes={"status_kontrak": "aktif"})
    page = retire(client, "status_kontrak")
    assert "SIMPUS" in page
    assert "Status kontrak" in kept(client, page)
    element.refresh_from_db()
    assert element.attributes["status_kontrak"] == "aktif"
    shown = client.get(f"/di/uji/arsitektur/{element.uid}/").content.decode()
    assert "Status kontrak" in shown and "aktif" in shown
    assert "Status kontrak" not in client.get(f"/di/uji/arsitektur/{element.uid}/ubah/").content.decode()
    kept(client, retire(client, "status_kontrak", "0"))
    assert column(cast, "status_kontrak").label.id == "Status kontrak"


def test_a_change_of_an_element_keeps_its_old_values(cast: Cast) -> None:
    client = cast.client("diskominfo")
    add(client)
    element = make(cast.unit, "SIMPUS", attributes={"status_kontrak": "aktif"})
    kept(client, retire(client, "status_kontrak"))
    actions.change_element(system(), Element.objects.get(), version=1, name="SIMPUS 2")
    element.refresh_from_db()
    assert element.attributes["status_kontrak"] == "aktif"


@pytest.mark.parametrize("key", ["uraian", "nama", "raa"])
def test_an_official_attribute_stays(cast: Cast, key: str) -> None:
    retire(cast.client("diskominfo"), key)
    assert modelling.standing(cast.institution).version == 0
    assert column(cast, key)


def test_a_kind_of_the_pack_stays(cast: Cast) -> None:
    retire(cast.client("diskominfo"), "server", part="kinds", domain="infrastructure")
    assert modelling.standing(cast.institution).version == 0


def test_a_local_value_is_hidden_and_another_added(cast: Cast) -> None:
    client = cast.client("diskominfo")
    element = make(cast.unit, "SIMPUS")
    status = metamodel.of(cast.institution).domain("applications").column("kelas")
    first = status.values[0]
    element.attributes["kelas"] = first.key
    Element.objects.filter(pk=element.pk).update(attributes=element.attributes)
    form = {
        "label_id": status.label.id,
        "label_en": status.label.en,
        "listed": [value.key for value in status.values[1:]],
        "more": "dalam uji coba terbatas",
        "help_id": status.help.id,
        "help_en": status.help.en,
        "unit": status.unit,
    } | ({"required": "on"} if status.required else {})
    page = client.post(f"{BASE}atribut/?domain=applications&key=kelas", form).content.decode()
    assert "SIMPUS" in page and "dalam uji coba terbatas" in page
    kept(client, page)
    keys = [value.key for value in column(cast, "kelas").values]
    assert first.key not in keys and keys[-1] == "dalam uji coba terbatas"
    element.refresh_from_db()
    assert element.attributes["kelas"] == first.key


def test_a_kind_is_added_and_an_element_of_it_made(cast: Cast) -> None:
    client = cast.client("diskominfo")
    page = client.post(
        f"{BASE}jenis/?domain=infrastructure", {"label_id": "Pesawat nirawak"}
    ).content.decode()
    kept(client, page)
    cast.unit.refresh_from_db()
    made = make(cast.unit, "Drone survei", "infrastructure", kind="pesawat_nirawak")
    assert made.kind == "pesawat_nirawak"
    page = retire(client, "pesawat_nirawak", part="kinds", domain="infrastructure")
    assert "Drone survei" in page
    kept(client, page)
    assert "Pesawat nirawak" in client.get(f"/di/uji/arsitektur/{made.uid}/").content.decode()


def test_going_back_to_the_pack_and_forth_again(cast: Cast) -> None:
    client = cast.client("diskominfo")
    add(client)
    kept(client, client.get(f"{BASE}versi/0/").content.decode())
    with pytest.raises(KeyError):
        column(cast, "status_kontrak")
    kept(client, client.get(f"{BASE}versi/1/").content.decode())
    assert column(cast, "status_kontrak")
    assert modelling.standing(cast.institution).version == 3


def test_who_comes_second_is_told_and_nothing_is_lost(cast: Cast) -> None:
    client = cast.client("diskominfo")
    first = client.post(f"{BASE}atribut/?domain=applications", CONTRACT).content.decode()
    second = client.post(
        f"{BASE}atribut/?domain=applications", CONTRACT | {"label_id": "Lain"}
    ).content.decode()
    kept(client, first)
    assert modelling.standing(cast.institution).version == 1
    kept(client, second)
    assert modelling.standing(cast.institution).version == 1
    assert column(cast, "status_kontrak")


def test_without_a_reason_nothing_is_kept(cast: Cast) -> None:
    client = cast.client("diskominfo")
    page = client.post(f"{BASE}atribut/?domain=applications", CONTRACT).content.decode()
    assert 'role="alert"' in kept(client, page, reason="  ")
    assert modelling.standing(cast.institution).version == 0


@pytest.mark.hostile
@pytest.mark.parametrize(
    "content",
    [
        "",
        "[",
        "[]",
        '"x"',
        "7",
        "[" * 100_000,
        '{"domains": 7}',
        '{"domains":[{"key":"applications","columns":[{"key":"uraian","retired":true}]}]}',
    ],
)
def test_a_content_nobody_looked_at_is_refused(cast: Cast, content: str) -> None:
    data = {"content": content, "version": "0", "reason": "x", "domain": "applications"}
    assert cast.client("diskominfo").post(f"{BASE}simpan/", data).status_code == 302
    assert modelling.standing(cast.institution).version == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"label_id": ""},
        {"label_id": "PIC"},
        {"more": ""},
        {"type": "relation"},
        {"type": "string"},
        {"more": "aktif\nAKTIF \nx" + "y" * 200},
    ],
)
def test_a_form_that_is_not_in_order_says_where(cast: Cast, fault: dict[str, str]) -> None:
    page = cast.client("diskominfo").post(f"{BASE}atribut/?domain=applications", CONTRACT | fault)
    assert page.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["?domain=xx", "atribut/?domain=xx", "atribut/?domain=applications&key=xx", "jenis/", "versi/9/"],
)
def test_what_is_not_there_is_not_found(cast: Cast, address: str) -> None:
    assert cast.client("diskominfo").get(BASE + address).status_code == 404


@pytest.mark.parametrize(
    "who", ["operator", "head", "sekda", "verifier", "assessor", "stranger", "foreigner"]
)
def test_only_diskominfo_keeps_the_model(cast: Cast, who: str) -> None:
    client = cast.client(who)
    assert client.get(BASE).status_code == 404
    data = {"content": json.dumps({"domains": []}), "version": "0", "reason": "x"}
    assert client.post(f"{BASE}simpan/", data).status_code == 404
    assert modelling.standing(cast.institution).version == 0


def test_values_without_an_attribute_are_told_and_can_be_given_one(cast: Cast) -> None:
    client, element = cast.client("diskominfo"), make(cast.unit, "SIMPUS")
    Element.objects.filter(pk=element.pk).update(attributes={"kolom_lama": "isi"})
    assert "kolom_lama" in client.get(f"{BASE}?domain=applications").content.decode()
    assert "kolom_lama" in client.get(f"/di/uji/arsitektur/{element.uid}/").content.decode()
    form = {"label_id": "Kolom lama", "type": "string"}
    page = client.post(f"{BASE}atribut/?domain=applications&key=kolom_lama", form).content.decode()
    assert "SIMPUS" in page
    kept(client, page)
    assert column(cast, "kolom_lama").label.id == "Kolom lama"
