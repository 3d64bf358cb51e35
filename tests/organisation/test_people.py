"""People and roles: who may invite whom, where a role reaches, and what nobody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.organisation import actions, queries
from pendapa.organisation.actions import Refused
from tests.cast import Cast, cast

__all__ = ["cast"]
NIP = "198001012005011001"


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=[cast.institution.code, *args])


def held(cast: Cast, who: str) -> Assignment:
    return Assignment.objects.get(user=cast.users[who])


def test_diskominfo_invites_anybody(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    for number, (role, unit) in enumerate(
        [("operator", cast.unit), ("head", cast.other_unit), ("sekda", None), ("assessor", None)]
    ):
        made = actions.invite(
            actor, cast.institution, username=f"orang{number}@uji.example", name="Orang", role=role, unit=unit
        )
        assert made.created and made.link and not made.user.has_usable_password()
        assert made.assignment.role == role and made.assignment.unit == unit


def test_a_head_invites_an_operator_of_the_own_unit_and_below(cast: Cast) -> None:
    for unit, username in ((cast.unit, "a@uji.example"), (cast.subunit, "b@uji.example")):
        assert actions.invite(
            cast.actor("head"), cast.institution, username=username, name="A", role="operator", unit=unit
        )


def test_a_head_cannot_invite_a_sekda_nor_anybody_of_another_unit(cast: Cast) -> None:
    actor = cast.actor("head")
    for role, unit in [
        ("sekda", None),
        ("diskominfo", None),
        ("assessor", None),
        ("sekda", cast.unit),
        ("operator", cast.other_unit),
        ("head", cast.foreign_unit),
    ]:
        with pytest.raises(NotFound):
            actions.invite(actor, cast.institution, username="x@uji.example", name="X", role=role, unit=unit)
    page = cast.client("head").post(
        address(cast, "invite"), {"username": "x@uji.example", "name": "X", "role": "sekda"}
    )
    assert page.status_code == 422
    other = {"username": "x@uji.example", "name": "X", "role": "operator", "unit": str(cast.other_unit.uid)}
    assert cast.client("head").post(address(cast, "invite"), other).status_code == 422
    assert not User.objects.filter(username="x@uji.example").exists()


@pytest.mark.parametrize("who", ["operator", "sekda", "assessor", "stranger", "foreigner", "public"])
def test_nobody_else_invites(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        actions.invite(
            cast.actor(who),
            cast.institution,
            username="x@uji.example",
            name="X",
            role="operator",
            unit=cast.unit,
        )


def test_a_role_with_a_unit_needs_one(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.invite(
            cast.actor("diskominfo"), cast.institution, username="x@uji.example", name="X", role="operator"
        )
    page = cast.client("diskominfo").post(
        address(cast, "invite"), {"username": "x@uji.example", "name": "X", "role": "head"}
    )
    assert page.status_code == 422 and "Pilih unit" in page.content.decode()


@pytest.mark.parametrize(
    "username", ["", "dua kata", "123456789", "1980010120050110012", "a@b", "<b>@uji.example"]
)
def test_a_bad_sign_in_name_is_refused_with_what_is_accepted(cast: Cast, username: str) -> None:
    with pytest.raises(Refused):
        actions.invite(cast.actor("diskominfo"), cast.institution, username=username, name="X", role="sekda")


def test_a_nip_may_be_written_with_spaces(cast: Cast) -> None:
    made = actions.invite(
        cast.actor("diskominfo"), cast.institution, username="19800101 200501 1 001", name="X", role="sekda"
    )
    assert made.user.username == NIP


def test_an_account_of_another_institution_gets_a_waiting_role_and_nothing_is_told_of_it(cast: Cast) -> None:
    foreigner = cast.users["foreigner"]
    wish = {
        "username": foreigner.username,
        "name": "Nama Menurut Kami",
        "role": "operator",
        "unit": str(cast.unit.uid),
    }
    made = cast.client("diskominfo").post(address(cast, "invite"), wish)
    assert "/akun/terima/" in made.context["link"] and "/akun/tautan/" not in made.context["link"]
    page = cast.client("diskominfo").get(address(cast, "people"))
    text = page.content.decode()
    assert page.status_code == 200 and "menunggu diterima" in text
    assert "Nama Menurut Kami" in text and foreigner.name not in text and "Kota Lain" not in text
    assert Assignment.objects.filter(user=foreigner, institution=cast.institution, unit=cast.unit).exists()
    foreigner.refresh_from_db()
    assert foreigner.name == "Foreigner" and foreigner.has_usable_password()


def test_the_same_role_twice_is_refused_until_it_is_over(cast: Cast) -> None:
    actor, role = cast.actor("diskominfo"), held(cast, "operator")
    wish = {"username": "operator@uji.example", "name": "Operator", "role": "operator", "unit": cast.unit}
    with pytest.raises(Refused):
        actions.invite(actor, cast.institution, **wish)
    actions.end_assignment(actor, cast.institution, role)
    again = actions.invite(actor, cast.institution, **wish, acting=True)
    assert again.assignment.pk == role.pk and again.assignment.acting and again.assignment.valid_to is None


def test_a_role_that_ends_at_once_no_longer_opens_anything(cast: Cast) -> None:
    actions.end_assignment(cast.actor("head"), cast.institution, held(cast, "operator"))
    assert access.of(cast.users["operator"]).assignments == []
    assert cast.client("operator").get(address(cast, "tree")).status_code == 404


def test_a_role_ends_after_its_last_day(cast: Cast) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.end_assignment(cast.actor("head"), cast.institution, held(cast, "operator"), last_day=tomorrow)
    assert access.of(cast.users["operator"]).assignments
    assert not access.of(cast.users["operator"], on=tomorrow + timedelta(days=1)).assignments


def test_a_role_that_has_not_begun_is_taken_back(cast: Cast) -> None:
    later = timezone.localdate() + timedelta(days=30)
    made = actions.invite(
        cast.actor("head"),
        cast.institution,
        username="x@uji.example",
        name="X",
        role="operator",
        unit=cast.unit,
        valid_from=later,
    )
    actions.end_assignment(cast.actor("head"), cast.institution, made.assignment)
    assert not Assignment.objects.filter(user=made.user).exists()


def test_the_last_diskominfo_stays(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.end_assignment(cast.actor("diskominfo"), cast.institution, held(cast, "diskominfo"))


@pytest.mark.parametrize("who", ["other_operator", "sekda", "diskominfo"])
def test_a_head_cannot_end_roles_of_others(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        actions.end_assignment(cast.actor("head"), cast.institution, held(cast, who))
    assert cast.client("head").post(address(cast, "end", held(cast, who).pk)).status_code == 404


def test_a_new_link_is_made_only_for_who_is_wholly_ones_own(cast: Cast) -> None:
    assert actions.renew_link(cast.actor("head"), cast.institution, cast.users["operator"])
    Assignment.objects.create(user=cast.users["operator"], institution=cast.institution, role="sekda")
    with pytest.raises(Refused):
        actions.renew_link(cast.actor("head"), cast.institution, cast.users["operator"])
    assert actions.renew_link(cast.actor("diskominfo"), cast.institution, cast.users["operator"])
    Assignment.objects.create(
        user=cast.users["operator"], institution=cast.other_institution, role="assessor"
    )
    with pytest.raises(Refused):
        actions.renew_link(cast.actor("diskominfo"), cast.institution, cast.users["operator"])
    with pytest.raises(NotFound):
        actions.renew_link(cast.actor("diskominfo"), cast.institution, cast.users["foreigner"])


def test_no_link_opens_the_account_of_an_administrator(cast: Cast) -> None:
    User.objects.filter(pk=cast.users["operator"].pk).update(is_platform_admin=True)
    cast.users["operator"].refresh_from_db()
    with pytest.raises(Refused):
        actions.renew_link(cast.actor("diskominfo"), cast.institution, cast.users["operator"])


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("operator", {"operator", "head"}),
        ("head", {"operator", "head"}),
        ("other_operator", {"other_operator"}),
        ("diskominfo", {"operator", "head", "other_operator", "diskominfo", "sekda", "verifier", "assessor"}),
        ("sekda", {"operator", "head", "other_operator", "diskominfo", "sekda", "verifier", "assessor"}),
    ],
)
def test_people_are_seen_within_ones_own_reach(cast: Cast, who: str, seen: set[str]) -> None:
    people = queries.people(cast.actor(who), cast.institution)
    assert {person.username.split("@")[0] for person in people} == seen
    page = cast.client(who).get(address(cast, "people"))
    assert page.status_code == 200
    assert {person.username.split("@")[0] for person in page.context["people"]} == seen


@pytest.mark.parametrize("who", ["assessor", "stranger", "foreigner"])
def test_the_list_of_people_is_not_there_for_others(cast: Cast, who: str) -> None:
    for name in ("people", "invite", "accounts"):
        assert cast.client(who).get(address(cast, name)).status_code == 404
    with pytest.raises(NotFound):
        queries.people(cast.actor(who), cast.institution)


@pytest.mark.parametrize("who", ["operator", "sekda"])
def test_who_only_reads_people_gets_no_forms(cast: Cast, who: str) -> None:
    role = held(cast, "operator").pk
    for url in (address(cast, "invite"), address(cast, "assign", role), address(cast, "end", role)):
        assert cast.client(who).get(url).status_code == 404
    assert cast.client(who).post(address(cast, "link", role)).status_code == 404


def test_the_public_is_asked_to_sign_in(cast: Cast) -> None:
    for url in (address(cast, "people"), address(cast, "invite"), address(cast, "accounts")):
        page = cast.client("public").get(url)
        assert page.status_code == 302 and page.url.startswith(reverse("login"))


def test_wrong_methods_and_bad_ids_are_refused(cast: Cast) -> None:
    client = cast.client("diskominfo")
    assert client.get(address(cast, "link", held(cast, "operator").pk)).status_code == 405
    assert client.delete(address(cast, "people")).status_code == 405
    assert client.post(address(cast, "link", 999_999)).status_code == 404
    assert client.get(address(cast, "end", held(cast, "foreigner").pk)).status_code == 404


def test_the_pages_give_end_and_renew(cast: Cast) -> None:
    client, role = cast.client("head"), held(cast, "operator")
    link = client.post(address(cast, "link", role.pk))
    assert (
        link.status_code == 200
        and "/akun/tautan/" in link.content.decode()
        and "no-store" in link.headers["Cache-Control"]
    )
    more = client.post(
        address(cast, "assign", role.pk), {"role": "head", "unit": str(cast.subunit.uid), "acting": "on"}
    )
    assert more.status_code == 302
    assert Assignment.objects.filter(user=role.user, unit=cast.subunit, role="head", acting=True).exists()
    assert client.get(address(cast, "end", role.pk)).status_code == 200
    assert client.post(address(cast, "end", role.pk), {}).status_code == 302
    assert (
        "Operator" in client.get(address(cast, "people"), {"berakhir": "1", "q": "operator"}).content.decode()
    )
