"""What one may not see is not there: the same answer as for what never was."""

from __future__ import annotations

import re
import uuid

import pytest

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element
from pendapa.architecture.queries import Filters
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables.models import StagedRow
from tests.architecture.scene import join, make
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, saved

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/"
PAGES = ["", "ubah/", "hapus/", "hubungkan/", "kembaran/"]


def body(answer) -> str:
    """A page without what differs on each request."""
    return re.sub(r"csrf[^>]*>|nonce=\"[^\"]*\"", "", answer.content.decode())


@pytest.mark.parametrize("page", PAGES)
def test_a_restricted_element_answers_as_one_that_never_was(cast: Cast, page: str) -> None:
    hidden = make(cast.other_unit, "Sandi", classification="restricted")
    gone = make(cast.unit, "Dahulu")
    actions.delete_element(system(), gone)
    client = cast.client("operator")
    answers = [client.get(f"{BASE}{uid}/{page}") for uid in (hidden.uid, gone.uid, uuid.uuid4())]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1


@pytest.mark.parametrize("address", ["elements/{uid}", "elements/bukan-uid", "gaps?rule=tiada"])
def test_the_api_answers_absent_and_hidden_alike(cast: Cast, address: str) -> None:
    hidden = make(cast.other_unit, "Sandi", classification="restricted")
    client = cast.client("operator")
    answer = client.get("/api/v1/institutions/uji/" + address.format(uid=hidden.uid))
    absent = client.get(f"/api/v1/institutions/uji/elements/{uuid.uuid4()}")
    assert (
        (answer.status_code, answer.content)
        == (absent.status_code, absent.content)
        == (404, b'{"detail":"Not found"}')
    )


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
@pytest.mark.parametrize("address", ["elements", "elements/{uid}", "gaps", "twins"])
def test_the_api_is_closed_to_who_has_no_role_here(cast: Cast, who: str, address: str) -> None:
    element = make(cast.unit, "SIMPUS", classification="public")
    answer = cast.client(who).get("/api/v1/institutions/uji/" + address.format(uid=element.uid))
    never = cast.client(who).get("/api/v1/institutions/tiada/elements")
    assert (answer.status_code, answer.content) == (never.status_code, never.content)


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
@pytest.mark.parametrize("page", ["", "celah/", "kembaran/", "baru/", "ekspor/", "celah/ekspor/", "{uid}/"])
def test_pages_are_not_found_by_who_has_no_role_here(cast: Cast, who: str, page: str) -> None:
    element = make(cast.unit, "SIMPUS")
    client = cast.client(who)
    answer, never = client.get(BASE + page.format(uid=element.uid)), client.get("/di/tiada/arsitektur/")
    assert answer.status_code == never.status_code == 404
    assert body(answer) == body(never)


@pytest.mark.parametrize("page", ["", "celah/", "kembaran/", "baru/", "ekspor/", "{uid}/", "{uid}/ubah/"])
def test_the_public_is_asked_to_sign_in(cast: Cast, page: str) -> None:
    element = make(cast.unit, "SIMPUS")
    address = BASE + page.format(uid=element.uid)
    answer = cast.client("public").get(address)
    assert answer.status_code == 302 and answer["Location"].startswith("/masuk/")


def test_restricted_elements_of_another_unit_are_absent_everywhere(cast: Cast) -> None:
    hidden = make(
        cast.other_unit,
        "Antrean Rahasia",
        attributes={"fungsi": "Antrean pasien poliklinik"},
        classification="restricted",
    )
    mine = make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"})
    operator, office = cast.actor("operator"), cast.actor("diskominfo")
    join(hidden, "application_service", make(cast.unit, "Rawat jalan", "services"))
    for actor, seen in (
        (operator, False),
        (cast.actor("assessor"), False),
        (cast.actor("other_operator"), True),
        (office, True),
    ):
        page = queries.elements(actor, cast.institution, Filters(domain="applications"))
        assert (hidden.code in [row["code"] for row in page.rows]) is seen
        assert page.count == (2 if seen else 1)
        assert (
            hidden.code
            in [
                row["code"]
                for row in queries.elements(actor, cast.institution, Filters(query="antrean")).rows
            ]
        ) is seen
        assert (hidden.code in {gap["code"] for gap in queries.gaps(actor, cast.institution)}) is seen
        assert queries.gap_numbers(actor, cast.institution)["application_without_operator"] == (
            2 if seen else 1
        )
        assert bool(queries.twins(actor, cast.institution)) is seen
        counted = {n["domain"]: n["count"] for n in queries.numbers(actor, cast.institution)}
        assert counted["applications"] == (2 if seen else 1)
    assert len(queries.twins_of(office, mine)) == 1 and queries.twins_of(operator, mine) == []


def test_restricted_elements_stay_out_of_pages_exports_and_the_api(cast: Cast) -> None:
    make(cast.other_unit, "Rahasiana", classification="restricted")
    client, office = cast.client("operator"), cast.client("diskominfo")
    for address in (f"{BASE}?domain=applications", f"{BASE}celah/", f"{BASE}ekspor/?domain=applications&format=csv",
                    f"{BASE}celah/ekspor/?format=csv", "/api/v1/institutions/uji/elements", "/api/v1/institutions/uji/gaps"):  # fmt: skip
        assert b"Rahasiana" not in _content(client.get(address)), address
        assert b"Rahasiana" in _content(office.get(address)), address


def _content(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_public_sees_only_what_is_public(cast: Cast) -> None:
    for degree in ("public", "internal", "restricted"):
        make(cast.unit, degree, classification=degree)
    assert [e.name for e in queries.visible(cast.actor("public"), cast.institution)] == ["public"]


def test_the_system_sees_all_and_a_head_sees_restricted_ones_of_the_own_unit(cast: Cast) -> None:
    make(cast.subunit, "Di bawah", classification="restricted")
    make(cast.other_unit, "Di sebelah", classification="restricted")
    assert queries.visible(system(), cast.institution).count() == 2
    assert [e.name for e in queries.visible(cast.actor("head"), cast.institution)] == ["Di bawah"]


def test_an_unknown_uid_is_not_found_whatever_it_looks_like(cast: Cast) -> None:
    for uid in ("", "x", "0" * 32, str(uuid.uuid4())):
        with pytest.raises(NotFound):
            queries.element(system(), cast.institution, uid)


HEADER = ["Kode", "Nama Aplikasi", "OPD", "Layanan", "Fungsi Aplikasi"]


@pytest.fixture
def withdrawn(cast: Cast) -> dict[str, str]:
    """An application and a service of another unit, linked by imports from files and restricted only afterwards."""
    services = ["Kode Layanan", "Nama Layanan", "OPD"]
    saved(cast, csv_of(services, ["L-77", "Layanan Senyap", cast.other_unit.name]))
    one = ["A-1", "Antrean Umum", cast.unit.name, "Layanan Senyap", "Antrean pasien puskesmas"]
    other = ["A-2", "Antrean Senyap", cast.other_unit.name, "L-77", "Antrean pasien poliklinik"]
    saved(cast, csv_of(HEADER, one, other))
    for hidden in Element.objects.filter(code__in=["L-77", "A-2"]):
        actions.change_element(system(), hidden, version=hidden.version, classification="restricted")
    return {element.code: str(element.uid) for element in Element.objects.all()}


ADDRESSES = [
    "/di/uji/arsitektur/?domain=applications", "/di/uji/arsitektur/?domain=services", "/di/uji/arsitektur/celah/",
    "/di/uji/arsitektur/kembaran/", "/di/uji/arsitektur/celah/ekspor/?format=csv", "/di/uji/arsitektur/{A-1}/",
    "/di/uji/arsitektur/{A-1}/kembaran/", "/di/uji/arsitektur/{A-1}/ubah/", "/di/uji/arsitektur/{A-1}/hapus/",
    "/di/uji/arsitektur/{A-2}/", "/di/uji/arsitektur/{L-77}/", "/di/uji/riwayat/",
    "/di/uji/arsitektur/ekspor/?domain=applications&format=csv", "/di/uji/arsitektur/ekspor/?domain=services&format=csv",
    "/api/v1/institutions/uji/elements", "/api/v1/institutions/uji/elements?q=antrean",
    "/api/v1/institutions/uji/elements/{A-1}", "/api/v1/institutions/uji/elements/{L-77}",
    "/api/v1/institutions/uji/gaps", "/api/v1/institutions/uji/twins", "/publik/uji/", "/publik/uji/?q=antrean",
]  # fmt: skip


@pytest.mark.parametrize("who", ["operator", "assessor", "stranger", "foreigner", "public"])
def test_what_is_restricted_afterwards_is_named_nowhere_any_more(
    cast: Cast, withdrawn: dict[str, str], who: str
) -> None:
    client = cast.client(who)
    addresses = [re.sub(r"\{(.+?)\}", lambda found: withdrawn[found[1]], one) for one in ADDRESSES]
    addresses += [f"/di/uji/riwayat/{one.uid}/" for one in ChangeSet.objects.all()]
    for address in addresses:
        shown = _content(client.get(address))
        assert b"Senyap" not in shown and b"L-77" not in shown, address
    actor = cast.actor(who)
    for words in ("senyap", "L-77"):
        assert queries.elements(actor, cast.institution, Filters(query=words)).rows == []


def test_who_may_see_it_still_reads_what_is_restricted(cast: Cast, withdrawn: dict[str, str]) -> None:
    for who in ("diskominfo", "sekda"):
        client = cast.client(who)
        for address in ("/di/uji/arsitektur/{A-1}/", "/api/v1/institutions/uji/elements/{A-1}"):
            assert b"Layanan Senyap" in _content(client.get(address.replace("{A-1}", withdrawn["A-1"])))


def test_the_preview_of_an_import_does_not_tell_what_stands_in_other_units(
    cast: Cast, withdrawn: dict[str, str]
) -> None:
    batch = hand_in(cast, csv_of(HEADER, ["A-2", "Terka", cast.other_unit.name, "", "x"]), "operator")
    StagedRow.objects.filter(batch=batch).update(
        verdict="changed", target=Element.objects.get(code="A-2").pk, errors=[]
    )
    shown = _content(cast.client("operator").get(f"/di/uji/impor/{batch.uid}/"))
    assert b"Terka" in shown and b"Senyap" not in shown and b"poliklinik" not in shown


def test_texts_written_before_a_hidden_element_came_are_told_to_their_own_unit_only(cast: Cast) -> None:
    saved(cast, csv_of(HEADER, ["A-1", "Antrean", cast.other_unit.name, "Layanan Senyap", ""]))
    make(cast.other_unit, "Layanan Senyap", "services", classification="restricted")
    address = f"/api/v1/institutions/uji/elements/{Element.objects.get(code='A-1').uid}"
    told = {
        who: b"Senyap" in _content(cast.client(who).get(address)) for who in ("operator", "other_operator")
    }
    assert told == {"operator": False, "other_operator": True}
    assert queries.elements(cast.actor("operator"), cast.institution, Filters(query="senyap")).rows == []


def test_personal_data_is_neither_searched_nor_shown_to_who_only_assesses(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"operator": "Budiawan", "kontak_vendor": "0812345"})
    for who, seen in (("operator", True), ("diskominfo", True), ("sekda", True), ("assessor", False)):
        client = cast.client(who)
        for address in (f"{BASE}{element.uid}/", f"/api/v1/institutions/uji/elements/{element.uid}",
                        f"{BASE}ekspor/?domain=applications&format=csv"):  # fmt: skip
            shown = _content(client.get(address))
            assert (b"Budiawan" in shown, b"0812345" in shown) == (seen, seen), (who, address)
    assert queries.elements(system(), cast.institution, Filters(query="budiawan")).rows == []
