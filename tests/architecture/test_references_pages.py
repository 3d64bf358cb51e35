"""The pages of the national references and of codes: who may open them, what they show, what they do."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pendapa.architecture import references
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import system
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.overlays import trees
from pendapa.kernel.tenancy.models import Institution, User
from pendapa.regulations import packs
from tests.architecture.scene import make
from tests.cast import WHO, Cast

pytestmark = pytest.mark.django_db
PAGE, BRING, CODES = (
    "/di/uji/arsitektur/referensi/",
    "/di/uji/arsitektur/referensi/RAB/baru/",
    "/di/uji/arsitektur/kode/",
)


@pytest.fixture
def admin(cast: Cast) -> Client:
    """Somebody who runs the installation and holds no role here."""
    user = User.objects.create_user("admin@uji.example", "Admin", "x", is_platform_admin=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def table(*leave_out: str, **renamed: str) -> SimpleUploadedFile:
    lines = ["kode,nama,sumber,terverifikasi"]
    for node in packs.references().tree("RAB"):
        if node.code and node.code not in leave_out:
            name = renamed.get(node.code.replace(".", "_"), node.name)
            lines.append(f'{node.code},"{name}",Perpres 9/2027,ya')
    return SimpleUploadedFile("rab.csv", "\n".join(lines).encode(), content_type="text/csv")


def hand_in(client: Client, file: SimpleUploadedFile, status: int = 200) -> str:
    response = client.post(BRING, {"file": file, "label": "Perpres 9/2027", "reason": "Pembaruan"})
    assert response.status_code == status
    return response.content.decode()


def answer(client: Client, page: str, action: str) -> None:
    told = dict(re.findall(r'<input type="hidden" name="(file_uid|label|reason)" value="([^"]*)"', page))
    assert client.post(BRING, told | {"action": action}).status_code == 302


@pytest.mark.parametrize("who", WHO)
def test_the_trees_open_for_the_secretariat_alone_and_nobody_of_an_institution_brings_one(
    cast: Cast, who: str
) -> None:
    client = cast.client(who)
    login = who == "public"
    seen = 200 if who == "diskominfo" else 302 if login else 404
    assert client.get(PAGE).status_code == seen and client.get(CODES).status_code == seen
    assert client.get(BRING).status_code == (302 if login else 404)
    assert client.post(CODES, {"applications": "X-{n}"}).status_code == (
        302 if who in ("diskominfo", "public") else 404
    )
    assert client.post(BRING, {"file": table(), "label": "x"}).status_code == (302 if login else 404)
    assert trees.versions("RAB")[0].number == 0


def test_an_administrator_of_the_installation_enters_these_pages_and_no_others(
    cast: Cast, admin: Client
) -> None:
    assert admin.get(PAGE).status_code == 200 and admin.get(BRING).status_code == 200
    for address in ("/di/uji/arsitektur/", "/di/uji/beranda/", CODES, "/di/uji/riwayat/"):
        assert admin.get(address).status_code == 404
    assert admin.get("/di/tidak-ada/arsitektur/referensi/").status_code == 404


def test_an_administrator_reads_no_numbers_of_an_institution(cast: Cast, admin: Client) -> None:
    make(cast.unit, "Satu", "processes", attributes={"rab": "RAB.06.01"}, classification="public")
    assert "Terpetakan" not in admin.get(PAGE).content.decode()


def test_a_node_shows_its_source_its_doubt_and_how_much_is_mapped_to_it(cast: Cast) -> None:
    make(cast.unit, "Satu", "data", attributes={"rad": "RAD.06.01"})
    page = cast.client("diskominfo").get(PAGE, {"tree": "RAD", "q": "pendidikan"}).content.decode()
    row = re.search(r"<tr><td[^>]*>RAD\.06\.01</td>.*?</tr>", page, re.DOTALL)
    assert (
        row
        and "chip warn" in row[0]
        and "SYA" in row[0]
        and re.search(r'<a href="[^"]*RAD\.06\.01">1</a>', row[0])
    )
    assert "RAD.04.01" not in page and "RAD.06<" in page


def test_words_that_fit_no_node_say_so(cast: Cast) -> None:
    page = cast.client("diskominfo").get(PAGE, {"q": "zzz<b>"}).content.decode()
    assert "kosong" in page and "zzz<b>" not in page


def test_an_unknown_tree_or_version_shows_the_one_that_holds(cast: Cast) -> None:
    client = cast.client("diskominfo")
    for asked in ({"tree": "RAX"}, {"version": "99"}, {"version": "x"}, {"tree": "\x00"}):
        assert client.get(PAGE, asked).status_code in (200, 400)


def test_a_newer_tree_is_seen_before_it_holds(cast: Cast, admin: Client) -> None:
    make(cast.unit, "Satu", "processes", attributes={"rab": "RAB.06.01"})
    page = hand_in(admin, table("RAB.08.02", RAB_06_01="Pendidikan Dasar"))
    assert "RAB.08.02" in page and "Pendidikan Dasar" in page and 'class="note warn"' in page
    assert trees.versions("RAB")[0].number == 0 and not Element.objects.get().remap
    answer(admin, page, "keep")
    assert trees.references_now().node("RAB.06.01").name == "Pendidikan Dasar"
    assert Element.objects.get().remap and not StoredFile.objects.exists()
    seen = cast.client("diskominfo").get(PAGE).content.decode()
    assert "Perpres 9/2027" in seen and "Pembaruan" in seen and "Pendidikan Dasar" in seen
    before = cast.client("diskominfo").get(PAGE, {"version": "0"}).content.decode()
    assert "RAB.08.02" in before and 'class="note warn"' in before


def test_a_newer_tree_may_be_left(cast: Cast, admin: Client) -> None:
    answer(admin, hand_in(admin, table()), "leave")
    assert trees.versions("RAB")[0].number == 0 and not StoredFile.objects.exists()


def test_faults_of_the_table_are_told_with_their_rows_and_nothing_is_kept(cast: Cast, admin: Client) -> None:
    file = SimpleUploadedFile("rab.csv", b"kode,nama\nRAB.01,A\nRAB.01,B\nRAB.02.03,C\n")
    page = hand_in(admin, file, 422)
    assert "Baris 3" in page or "Row 3" in page
    assert "RAB.02" in page and not StoredFile.objects.exists()
    hand_in(admin, SimpleUploadedFile("x.pdf", b"%PDF-1.4 x"), 422)


def test_a_file_that_somebody_else_handed_in_is_not_there(cast: Cast, admin: Client) -> None:
    page = hand_in(admin, table())
    other = User.objects.create_user("lain@uji.example", "Lain", "x", is_platform_admin=True)
    client = Client()
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    told = dict(re.findall(r'<input type="hidden" name="(file_uid|label|reason)" value="([^"]*)"', page))
    assert client.post(BRING, told | {"action": "keep"}).status_code == 404
    assert admin.post(BRING, {"file_uid": "x", "action": "keep"}).status_code == 404


# -- an element


def detail(cast: Cast, element: Element, who: str = "operator") -> str:
    return cast.client(who).get(f"/di/uji/arsitektur/{element.uid}/").content.decode()


def test_a_node_is_offered_with_its_reason_and_taken_with_one_tap(cast: Cast) -> None:
    element = make(cast.unit, "Rekam medis pasien", "processes")
    page = detail(cast, element)
    assert "RAB.04.01 Kesehatan" in page and "pasien" in page
    form = re.search(r'<form[^>]*action="([^"]*petakan/)".*?</form>', page, re.DOTALL)
    assert form
    told = dict(re.findall(r'name="(key|value|version)" value="([^"]*)"', form[0]))
    assert cast.client("operator").post(form[1], told).status_code == 302
    assert Element.objects.get(pk=element.pk).attributes["rab"] == "RAB.04.01"
    assert "petakan/" not in detail(cast, element)


def test_nothing_is_offered_to_who_may_not_write_it(cast: Cast) -> None:
    element = make(cast.unit, "Rekam medis pasien", "processes")
    assert "petakan/" not in detail(cast, element, "sekda") and "petakan/" not in detail(
        cast, element, "other_operator"
    )
    url = f"/di/uji/arsitektur/{element.uid}/petakan/"
    told = {"key": "rab", "value": "RAB.04.01", "version": "1"}
    for who in ("other_operator", "sekda", "assessor", "stranger"):
        assert cast.client(who).post(url, told).status_code == 404
    assert "rab" not in Element.objects.get(pk=element.pk).attributes


def test_only_what_is_offered_is_taken(cast: Cast) -> None:
    element = make(cast.unit, "Rekam medis pasien", "processes")
    url = f"/di/uji/arsitektur/{element.uid}/petakan/"
    for told in (
        {"key": "rab", "value": "RAB.01.01", "version": "1"},
        {"key": "uraian", "value": "x", "version": "1"},
        {},
    ):
        cast.client("operator").post(url, told)
    stale = {"key": "rab", "value": "RAB.04.01", "version": "9"}
    cast.client("operator").post(url, stale)
    assert Element.objects.get(pk=element.pk).version == 1


def test_an_element_to_map_again_says_so_until_somebody_confirms(cast: Cast) -> None:
    element = make(cast.unit, "Satu", "processes", attributes={"rab": "RAB.06.01"})
    Element.objects.update(remap=True)
    page = detail(cast, element)
    assert 'name="confirm"' in page
    assert 'name="confirm"' not in detail(cast, element, "sekda") and 'id="petakan-lagi"' in detail(
        cast, element, "sekda"
    )
    cast.client("operator").post(
        f"/di/uji/arsitektur/{element.uid}/petakan/", {"confirm": "1", "version": "1"}
    )
    assert not Element.objects.get().remap


# -- codes


def test_patterns_are_set_with_an_example_and_the_codes_that_stand(cast: Cast) -> None:
    make(cast.unit, "Satu")
    client = cast.client("diskominfo")
    page = client.get(CODES).content.decode()
    assert "DAA-{n:3}" in page and "DAA-001" in page and "DAA-002" in page
    assert client.post(CODES, {"applications": "APL/{n:4}", "processes": ""}).status_code == 302
    assert Institution.objects.get(code="uji").settings["codes"] == {"applications": "APL/{n:4}"}
    assert "APL/0001" in client.get(CODES).content.decode()


def test_a_wrong_pattern_comes_back_with_its_fault_and_nothing_is_set(cast: Cast) -> None:
    response = cast.client("diskominfo").post(CODES, {"applications": "APL", "processes": "P-{n}"})
    page = response.content.decode()
    assert response.status_code == 422 and 'value="APL"' in page and 'value="P-{n}"' in page
    assert "aria-invalid" in page and "codes" not in Institution.objects.get(code="uji").settings


def test_the_example_follows_what_is_typed(cast: Cast) -> None:
    client, url = cast.client("diskominfo"), CODES + "contoh/"
    assert "Z-01" in client.get(url, {"domain": "applications", "applications": "Z-{n:2}"}).content.decode()
    assert "bad" in client.get(url, {"domain": "applications", "applications": "Z"}).content.decode()
    assert client.get(url, {"domain": "x"}).status_code == 404
    assert cast.client("operator").get(url, {"domain": "applications"}).status_code == 404


def test_the_number_to_map_again_is_of_what_one_may_see(cast: Cast) -> None:
    make(cast.unit, "Satu", "processes", classification="restricted")
    Element.objects.update(remap=True)
    assert references.to_map_again(cast.actor("operator"), cast.institution) == 1
    assert references.to_map_again(cast.actor("other_operator"), cast.institution) == 0
    assert references.to_map_again(system(), cast.institution) == 1


def test_the_list_narrows_to_what_is_to_be_mapped_again_over_all_domains(cast: Cast) -> None:
    for name, domain in (("Satu", "processes"), ("Dua", "services"), ("Tiga", "processes")):
        make(cast.unit, name, domain)
    Element.objects.exclude(name="Tiga").update(remap=True)
    client = cast.client("diskominfo")
    page = client.get("/di/uji/arsitektur/", {"remap": "1"}).content.decode()
    assert ">Satu<" in page and ">Dua<" in page and ">Tiga<" not in page and "checked" in page
    narrowed = client.get("/di/uji/arsitektur/", {"remap": "1", "domain": "services"}).content.decode()
    assert ">Dua<" in narrowed and ">Satu<" not in narrowed
    assert 'href="/di/uji/arsitektur/?remap=1"' in client.get(PAGE).content.decode()


def test_the_form_names_the_node_beside_the_empty_field_and_does_not_fill_it(cast: Cast) -> None:
    element = make(cast.unit, "Rekam medis pasien", "processes")
    page = cast.client("operator").get(f"/di/uji/arsitektur/{element.uid}/ubah/").content.decode()
    hint = re.search(r'id="id_a_rab_hint">(.*?)</div>', page, re.DOTALL)
    assert hint and "RAB.04.01 Kesehatan" in hint[1] and "pasien" in hint[1]
    field = re.search(r'<input[^>]*name="a_rab"[^>]*>', page)
    assert field and "RAB.04.01" not in field[0]


def test_the_list_leads_to_these_pages_for_who_may_open_them(cast: Cast) -> None:
    for who, there in (("diskominfo", True), ("operator", False)):
        page = cast.client(who).get("/di/uji/arsitektur/").content.decode()
        assert (f'href="{PAGE}"' in page, f'href="{CODES}"' in page) == (there, there)


def test_the_page_leads_an_administrator_nowhere_closed(cast: Cast, admin: Client) -> None:
    for address in (PAGE, BRING):
        page = admin.get(address).content.decode()
        assert 'href="/di/uji/arsitektur/"' not in page[page.index("<main") :]
