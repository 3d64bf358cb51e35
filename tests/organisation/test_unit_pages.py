"""The pages of the tree and of one unit, with the whole cast."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.organisation import actions
from pendapa.organisation.models import UnitAlias
from tests.cast import Cast, cast, make_unit

__all__ = ["cast"]
TREE_QUERIES, UNIT_QUERIES = 7, 12  # the first page counts what waits; then that is known for a while


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=[cast.institution.code, *args])


def pages(cast: Cast) -> dict[str, str]:
    """Pages with a form, by their names."""
    named = {
        name: address(cast, name, cast.unit.uid)
        for name in ("unit_rename", "unit_move", "unit_close", "alias_add")
    }
    return named | {"unit_new": address(cast, "unit_new")}


@pytest.mark.parametrize("who", ["operator", "other_operator", "head", "diskominfo", "sekda", "assessor"])
def test_everybody_of_the_institution_reads_the_tree_and_a_unit(cast: Cast, who: str) -> None:
    client = cast.client(who)
    page = client.get(address(cast, "tree"))
    assert page.status_code == 200 and "Dinas Kesehatan" in page.content.decode()
    assert client.get(address(cast, "unit", cast.unit.uid)).status_code == 200
    assert client.get(address(cast, "unit", cast.other_unit.uid)).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_who_holds_no_role_here_sees_what_does_not_exist(cast: Cast, who: str) -> None:
    client = cast.client(who)
    absent = client.get(reverse("organisation:tree", args=["tak-ada"]))
    for url in [address(cast, "tree"), address(cast, "unit", cast.unit.uid), *pages(cast).values()]:
        page = client.get(url)
        assert page.status_code == 404 and "Dinas Kesehatan" not in page.content.decode()
    assert absent.status_code == 404


def test_the_public_is_asked_to_sign_in(cast: Cast) -> None:
    for url in [address(cast, "tree"), address(cast, "unit", cast.unit.uid), *pages(cast).values()]:
        page = cast.client("public").get(url)
        assert page.status_code == 302 and page.url.startswith(reverse("login"))


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "assessor"])
def test_only_diskominfo_gets_the_forms(cast: Cast, who: str) -> None:
    for url in pages(cast).values():
        assert cast.client(who).get(url).status_code == 404
        assert cast.client(who).post(url, {"name": "Nama Lain"}).status_code == 404
    assert cast.client(who).post(address(cast, "unit_reopen", cast.unit.uid)).status_code == 404
    cast.unit.refresh_from_db()
    assert cast.unit.name == "Dinas Kesehatan"


def test_diskominfo_opens_every_form(cast: Cast) -> None:
    for name, url in pages(cast).items():
        assert cast.client("diskominfo").get(url).status_code == 200, name


def test_a_wrong_method_and_a_bad_id_are_refused(cast: Cast) -> None:
    client = cast.client("diskominfo")
    assert client.post(address(cast, "tree")).status_code == 405
    assert client.get(address(cast, "unit_reopen", cast.unit.uid)).status_code == 405
    assert client.get(address(cast, "unit", uuid4())).status_code == 404
    assert client.get(address(cast, "unit", cast.foreign_unit.uid)).status_code == 404
    assert client.get(address(cast, "tree") + "unit/bukan-id/").status_code == 404


def test_the_forms_do_what_they_say(cast: Cast) -> None:
    client = cast.client("diskominfo")
    url = address(cast, "unit_new")
    made = client.post(
        url, {"name": "Badan Baru", "code": "5.01", "parent": str(cast.other_unit.uid)}, follow=True
    )
    assert made.status_code == 200 and "Badan Baru" in made.content.decode()
    unit = Unit.objects.get(code="5.01")
    assert unit.parent == cast.other_unit
    there = address(cast, "unit", unit.uid)
    for name, wish in [
        ("alias_add", {"name": "BB"}),
        ("unit_rename", {"name": "Badan Terbaru", "version": unit.version}),
        ("unit_move", {"parent": "", "version": unit.version + 1}),
        ("unit_close", {"last_day": "2030-12-31", "version": unit.version + 2}),
    ]:
        assert client.post(address(cast, name, unit.uid), wish).headers.get("Location") == there, name
    assert client.post(address(cast, "unit_reopen", unit.uid)).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.parent_id, unit.valid_to) == ("Badan Terbaru", None, None)
    alias = UnitAlias.objects.get(name="BB")
    assert client.get(address(cast, "alias_remove", unit.uid, alias.uid)).status_code == 405
    assert client.post(address(cast, "alias_remove", cast.unit.uid, alias.uid)).status_code == 404
    assert client.post(address(cast, "alias_remove", unit.uid, alias.uid)).status_code == 302
    page = client.get(there).content.decode()
    assert "Badan Baru" in page and "Terbaru" in page


def test_an_empty_name_comes_back_with_a_reason_and_what_was_typed(cast: Cast) -> None:
    page = cast.client("diskominfo").post(address(cast, "unit_new"), {"name": "--", "code": "7.77"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Nama kosong" in text and "7.77" in text


@pytest.mark.parametrize(("who", "told"), [("operator", True), ("head", True), ("diskominfo", True), ("sekda", True),
                                           ("other_operator", False), ("assessor", False)])  # fmt: skip
def test_names_of_people_are_told_only_to_their_own_unit_and_to_leaders(
    cast: Cast, who: str, told: bool
) -> None:
    page = cast.client(who).get(address(cast, "unit", cast.unit.uid)).content.decode()
    assert (
        "operator@uji.example" in page.replace("other_operator@uji.example", "")
    ) is told or who == "operator"
    assert ("head@uji.example" in page) is told


@pytest.mark.parametrize(
    ("who", "told"), [("operator", True), ("diskominfo", True), ("other_operator", False)]
)
def test_the_history_of_a_unit_is_shown_where_history_may_be_read(cast: Cast, who: str, told: bool) -> None:
    actions.rename_unit(
        cast.actor("diskominfo"), cast.institution, cast.unit, name="Dinas Sehat", reason="Perda 7"
    )
    page = cast.client(who).get(address(cast, "unit", cast.unit.uid)).content.decode()
    assert ("Perda 7" in page) is told


def test_a_long_tree_opens_with_its_first_level(cast: Cast) -> None:
    for number in range(60):
        make_unit(cast.institution, f"9.{number:02d}", f"UPT {number}", cast.unit)
    client, url = cast.client("operator"), address(cast, "tree")
    assert len(client.get(url).context["rows"]) == 3
    assert len(client.get(url, {"tingkat": "semua"}).context["rows"]) == 64
    assert len(client.get(url, {"q": "UPT 5"}).context["rows"]) > 10


def test_the_queries_of_the_pages_do_not_grow_with_the_units(cast: Cast) -> None:
    client = cast.client("diskominfo")
    client.get(address(cast, "tree"))  # the number beside the inbox is kept from here on
    few = [count(client, address(cast, "tree")), count(client, address(cast, "unit", cast.unit.uid))]
    for number in range(20):
        made = make_unit(cast.institution, f"9.{number:02d}", f"UPT {number}", cast.unit)
        Assignment.objects.create(
            user=cast.users["sekda"], institution=cast.institution, unit=made, role="operator"
        )
        actions.add_alias(cast.actor("diskominfo"), cast.institution, made, name=f"Unit Pelaksana {number}")
    assert [count(client, address(cast, "tree")), count(client, address(cast, "unit", cast.unit.uid))] == few
    assert few[0] <= TREE_QUERIES and few[1] <= UNIT_QUERIES, few


def count(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_english_is_complete(cast: Cast) -> None:
    page = cast.client("diskominfo").get("/en" + address(cast, "tree"))
    assert "People and roles" in page.content.decode()
