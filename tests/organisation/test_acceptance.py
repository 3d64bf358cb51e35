"""A role for an account that another institution made grants nothing until its owner accepts it."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.organisation import actions
from pendapa.organisation.actions import Invitation, Refused
from tests.cast import PASSWORD, Cast, cast

__all__ = ["cast"]
NEW = "kalimat pendek yang mudah"


def invited(cast: Cast, username: str = "foreigner@uji.example", role: str = "sekda") -> Invitation:
    return actions.invite(
        cast.actor("diskominfo"), cast.institution, username=username, name="Orang", role=role
    )


def belongs(cast: Cast, user: User) -> bool:
    return access.of(User.objects.get(pk=user.pk)).belongs(cast.institution)


def test_it_grants_nothing_until_it_is_accepted(cast: Cast) -> None:
    made = invited(cast)
    foreigner, client = cast.users["foreigner"], cast.client("foreigner")
    assert made.waits and not made.created and not belongs(cast, foreigner)
    assert client.get("/di/uji/beranda/").status_code == 404
    asked = client.get(made.link)
    assert asked.status_code == 302 and asked.url == reverse("accept")
    page = client.get(asked.url).content.decode()
    assert "Kabupaten Uji" in page and not belongs(cast, foreigner)
    assert client.post(asked.url).status_code == 302
    assert belongs(cast, foreigner) and client.get("/di/uji/beranda/").status_code == 200
    client.get(made.link)
    assert (
        client.get(reverse("accept")).status_code == 410 and client.post(reverse("accept")).status_code == 410
    )


def test_the_link_waits_through_signing_in(cast: Cast) -> None:
    made, client = invited(cast), Client()
    asked = client.get(client.get(made.link).url)
    assert asked.status_code == 302 and asked.url.startswith("/masuk/")
    client.post(asked.url, {"username": "foreigner@uji.example", "password": PASSWORD})
    assert client.post(reverse("accept")).status_code == 302
    assert belongs(cast, cast.users["foreigner"])


def test_the_link_is_for_nobody_else(cast: Cast) -> None:
    made, client = invited(cast), cast.client("stranger")
    client.get(made.link)
    page = client.get(reverse("accept"))
    assert page.status_code == 410 and "foreigner" not in page.content.decode().lower()
    assert client.post(reverse("accept")).status_code == 410
    assert not belongs(cast, cast.users["stranger"]) and not belongs(cast, cast.users["foreigner"])


@pytest.mark.parametrize("broken", ["x", "a:b:c", "", "\u00e9"])
def test_a_broken_or_old_link_accepts_nothing(cast: Cast, broken: str) -> None:
    with pytest.raises(NotFound):
        actions.accept(cast.actor("foreigner"), broken)
    token = invited(cast).link.rstrip("/").rpartition("/")[2]
    with mock.patch.object(signing.time, "time", lambda: 1e11), pytest.raises(NotFound):
        actions.accept(cast.actor("foreigner"), token)


def test_an_account_made_ahead_by_a_head_elsewhere_does_not_inherit_the_role(cast: Cast) -> None:
    ahead = actions.invite(
        access.system(),
        cast.other_institution,
        username="198001012005011001",
        name="Pejabat",
        role="operator",
        unit=cast.foreign_unit,
    )
    thief = Client()
    thief.post(thief.get(ahead.link).url, {"new_password1": NEW, "new_password2": NEW})
    assert thief.get("/di/lain/beranda/").status_code == 200
    invited(cast, "198001012005011001")
    assert thief.get("/di/uji/beranda/").status_code == 404
    assert thief.post(reverse("accept")).status_code == 410


def test_an_institution_cannot_take_an_account_by_inviting_its_name(cast: Cast) -> None:
    waiting = actions.invite(
        access.system(), cast.other_institution, username="baru@uji.example", name="Baru", role="sekda"
    )
    made = invited(cast, "baru@uji.example")
    assert made.waits and "/terima/" in made.link
    with pytest.raises(NotFound):
        actions.renew_link(cast.actor("diskominfo"), cast.institution, waiting.user)
    # The waiting role does not shut the first link, and the first link does not accept the role.
    client = Client()
    client.post(client.get(waiting.link).url, {"new_password1": NEW, "new_password2": NEW})
    assert client.get("/di/lain/beranda/").status_code == 200 and not belongs(cast, waiting.user)
    client.get(made.link)
    assert client.post(reverse("accept")).status_code == 302 and belongs(cast, waiting.user)


def test_who_belongs_already_gets_more_roles_at_once(cast: Cast) -> None:
    made = actions.invite(
        cast.actor("diskominfo"), cast.institution, username="operator@uji.example", name="X", role="assessor"
    )
    assert not made.waits and made.link == ""


def test_the_list_says_that_it_waits_and_makes_the_link_anew(cast: Cast) -> None:
    made = invited(cast)
    page = cast.client("diskominfo").get(reverse("organisation:people", args=["uji"])).content.decode()
    assert "menunggu diterima" in page
    again = cast.client("diskominfo").post(reverse("organisation:link", args=["uji", made.assignment.pk]))
    client = cast.client("foreigner")
    client.get(again.context["link"])
    assert client.post(reverse("accept")).status_code == 302


def test_a_role_that_was_never_accepted_is_taken_back_without_a_trace(cast: Cast) -> None:
    made = invited(cast)
    actions.end_assignment(cast.actor("diskominfo"), cast.institution, made.assignment)
    assert not Assignment.objects.filter(user=made.user, institution=cast.institution).exists()
    client = cast.client("foreigner")
    client.get(made.link)
    assert client.post(reverse("accept")).status_code == 410


def test_who_has_not_accepted_is_not_left_as_the_last_manager(cast: Cast) -> None:
    invited(cast, role="diskominfo")
    mine = Assignment.objects.get(user=cast.users["diskominfo"])
    with pytest.raises(Refused):
        actions.end_assignment(cast.actor("diskominfo"), cast.institution, mine)


def test_a_spreadsheet_gives_such_roles_the_same_way(cast: Cast) -> None:
    content = "Nama;NIP/Surel;Peran;OPD\nOrang;foreigner@uji.example;asesor;\nRina;rina@uji.example;asesor;\n"
    client = cast.client("diskominfo")
    file = SimpleUploadedFile("akun.csv", content.encode())
    preview = client.post(reverse("organisation:accounts", args=["uji"]), {"file": file}).url
    made = client.post(f"{preview}buat/")
    people = {one.username: (one.accepts, link) for one, link in made.context["people"]}
    assert made.context["new"] == 1 and people["rina@uji.example"][0] is False
    accepts, link = people["foreigner@uji.example"]
    assert accepts and "Foreigner" not in made.content.decode() and not belongs(cast, cast.users["foreigner"])
    assert client.post(f"{preview}tautan.xlsx").status_code == 200
    owner = cast.client("foreigner")
    owner.get(link)
    owner.post(reverse("accept"))
    assert belongs(cast, cast.users["foreigner"])


def test_links_of_a_spreadsheet_are_not_made_anew_for_who_came_to_more(cast: Cast) -> None:
    content = "Nama;NIP/Surel;Peran;OPD\nRina;rina@uji.example;operator;Dinas Kesehatan\n"
    client = cast.client("head")
    file = SimpleUploadedFile("akun.csv", content.encode())
    preview = client.post(reverse("organisation:accounts", args=["uji"]), {"file": file}).url
    [(_one, link)] = client.post(f"{preview}buat/").context["people"]
    invited(cast, "rina@uji.example")
    assert Client().get(link).status_code == 410
    batch = actions.find_batch(cast.actor("head"), cast.institution, preview.rstrip("/").rpartition("/")[2])
    assert actions.links(cast.actor("head"), cast.institution, batch) == []


def test_an_older_link_ends_when_the_roles_of_the_person_widen(cast: Cast) -> None:
    made = actions.invite(
        cast.actor("head"),
        cast.institution,
        username="baru@uji.example",
        name="Baru",
        role="operator",
        unit=cast.unit,
    )
    invited(cast, "baru@uji.example")
    assert Client().get(made.link).status_code == 410
    newer = actions.renew_link(cast.actor("diskominfo"), cast.institution, made.user)
    assert Client().get(newer).status_code == 302


def test_an_account_whose_only_role_was_taken_back_is_as_good_as_new(cast: Cast) -> None:
    later = access.timezone.localdate() + timedelta(days=30)
    ahead = actions.invite(
        access.system(),
        cast.other_institution,
        username="baru@uji.example",
        name="Baru",
        role="sekda",
        valid_from=later,
    )
    actions.end_assignment(access.system(), cast.other_institution, ahead.assignment)
    made = invited(cast, "baru@uji.example")
    assert not made.waits and not made.created
    assert Client().get(ahead.link).status_code == 410 and Client().get(made.link).status_code == 302
