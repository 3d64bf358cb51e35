"""Kept lists and chosen columns on the list of elements."""

from __future__ import annotations

import pytest

from pendapa.architecture.models import Element
from pendapa.architecture.rules.metamodel import personal_keys
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.saved import actions, queries
from pendapa.kernel.saved.models import SavedView
from pendapa.regulations import packs
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST, PLACE = "/di/uji/arsitektur/", "architecture:list"
QUERY = {"domain": "applications", "q": "antre"}


@pytest.fixture
def row(cast: Cast) -> Element:
    return make(cast.unit, "Antrean", attributes={"fungsi": "Mengatur giliran <b>pasien</b>", "basis": "web"})


def save(
    cast: Cast, who: str, name: str, shared: bool = False, columns: tuple[str, ...] = ("fungsi",)
) -> SavedView:
    return actions.save(cast.actor(who), cast.institution, PLACE, name, QUERY, columns, shared=shared)


def names(cast: Cast, who: str) -> list[str]:
    return [one.name for one in queries.kept(cast.actor(who), cast.institution, PLACE)]


def test_a_kept_list_opens_as_it_was(cast: Cast, row: Element) -> None:
    make(cast.unit, "Lain")
    save(cast, "operator", "Antrean kami")
    client = cast.client("operator")
    kept = queries.kept(cast.actor("operator"), cast.institution, PLACE)[0]
    assert kept.name in client.get(LIST).content.decode()
    page = client.get(kept.url).content.decode()
    assert "Mengatur giliran &lt;b&gt;pasien" in page and ">Lain<" not in page


def test_own_lists_are_own_and_shared_ones_are_everybody_s(cast: Cast, row: Element) -> None:
    save(cast, "operator", "Milik sendiri")
    save(cast, "operator", "Bersama", shared=True)
    assert names(cast, "operator") == ["Bersama", "Milik sendiri"]
    assert names(cast, "other_operator") == names(cast, "assessor") == ["Bersama"]
    for who in ("stranger", "foreigner"):
        with pytest.raises(NotFound):
            names(cast, who)


def test_only_the_owner_changes_and_the_secretariat_tidies_what_is_shared(cast: Cast, row: Element) -> None:
    own, shared = save(cast, "operator", "Sendiri"), save(cast, "operator", "Bersama", shared=True)
    for who in ("other_operator", "diskominfo"):
        with pytest.raises(NotFound):
            actions.change(cast.actor(who), cast.institution, shared.uid, name="Dibajak")
        with pytest.raises(NotFound):
            actions.delete(cast.actor(who), cast.institution, own.uid)
    with pytest.raises(NotFound):
        actions.delete(cast.actor("other_operator"), cast.institution, shared.uid)
    actions.delete(cast.actor("diskominfo"), cast.institution, shared.uid)
    actions.change(cast.actor("operator"), cast.institution, own.uid, name="Nama baru", shared=True)
    assert names(cast, "sekda") == ["Nama baru"]


def test_the_same_name_again_is_the_same_list(cast: Cast, row: Element) -> None:
    save(cast, "operator", "Satu")
    save(cast, "operator", "Satu", columns=("basis",))
    assert [view.columns for view in SavedView.objects.all()] == [["basis"]]
    other = save(cast, "operator", "Dua")
    with pytest.raises(actions.Refused):
        actions.change(cast.actor("operator"), cast.institution, other.uid, name="Satu")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_list_needs_a_name_that_fits(cast: Cast, name: str) -> None:
    with pytest.raises(actions.Refused):
        save(cast, "operator", name)


def test_chosen_columns_are_remembered_for_each_domain(cast: Cast, row: Element) -> None:
    client = cast.client("operator")
    chosen = {"place": PLACE, "query": "domain=applications", "column": ["fungsi"]}
    assert client.post("/di/uji/tampilan-tersimpan/kolom/", chosen).status_code == 302
    assert "Mengatur giliran" in client.get(LIST).content.decode()
    assert "Mengatur giliran" not in cast.client("other_operator").get(LIST).content.decode()
    assert client.get(f"{LIST}?domain=services").status_code == 200
    assert "Mengatur giliran" not in client.get(f"{LIST}?kolom=-").content.decode()
    client.post("/di/uji/tampilan-tersimpan/kolom/", chosen | {"none": "1"})
    assert "Mengatur giliran" not in client.get(LIST).content.decode()


def test_columns_that_one_may_not_read_are_neither_offered_nor_shown(cast: Cast) -> None:
    personal = {d.key: personal_keys(packs.metamodel(), d.key) for d in packs.metamodel().domains}
    domain, key = next((d, sorted(keys)[0]) for d, keys in personal.items() if keys)
    make(cast.unit, "Dengan orang", domain, attributes={key: "Budi Santoso"})
    address = f"{LIST}?domain={domain}&kolom={key}"
    assert "Budi Santoso" in cast.client("operator").get(address).content.decode()
    assert "Budi Santoso" not in cast.client("assessor").get(address).content.decode()
    shared = actions.save(
        cast.actor("operator"), cast.institution, PLACE, "Orang", {"domain": domain}, (key,), shared=True
    )
    kept = next(
        k for k in queries.kept(cast.actor("assessor"), cast.institution, PLACE) if k.uid == shared.uid
    )
    assert "Budi Santoso" not in cast.client("assessor").get(kept.url).content.decode()


def test_too_many_columns_are_refused_in_words(cast: Cast) -> None:
    keys = [
        key for key, _l, _c in queries.bar(cast.actor("operator"), cast.institution, PLACE, QUERY).columns
    ]
    with pytest.raises(actions.Refused):
        actions.choose_columns(cast.actor("operator"), cast.institution, PLACE, QUERY, keys[:13])


@pytest.mark.parametrize("place", ["", "entah", "cockpit:home"])
def test_only_lists_that_were_offered_can_be_kept(cast: Cast, place: str) -> None:
    client = cast.client("operator")
    assert client.post("/di/uji/tampilan-tersimpan/simpan/", {"place": place, "name": "x"}).status_code == 404
    assert client.get("/di/uji/tampilan-tersimpan/", {"place": place}).status_code == 404


def test_filters_that_the_list_does_not_have_are_not_kept(cast: Cast) -> None:
    view = actions.save(
        cast.actor("operator"),
        cast.institution,
        PLACE,
        "x",
        {"domain": "services", "after": "z", "evil": "1", "q": ""},
    )
    assert view.query == {"domain": "services"}


def test_the_pages_rename_share_and_delete(cast: Cast, row: Element) -> None:
    view, client = save(cast, "operator", "Lama"), cast.client("operator")
    base = "/di/uji/tampilan-tersimpan/"
    assert "Lama" in client.get(f"{base}?place={PLACE}").content.decode()
    client.post(f"{base}{view.uid}/ubah/", {"name": "Baru", "shared": "1"})
    assert names(cast, "sekda") == ["Baru"]
    assert cast.client("sekda").post(f"{base}{view.uid}/hapus/").status_code == 404
    client.post(f"{base}{view.uid}/hapus/")
    assert names(cast, "operator") == []


def test_an_empty_search_shows_what_was_meant(cast: Cast, row: Element) -> None:
    page = cast.client("operator").get(LIST, {"q": "antraen"}).content.decode()
    assert "“antraen”" in page and "“antrean”" in page and f"/arsitektur/{row.uid}/" in page
