"""Signing in and out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from pendapa.kernel.access.sign_in import counted_address
from tests.cast import PASSWORD, Cast

DOOR = "/masuk/"
NAME = "operator@uji.example"


def knock(client: Client, username: str = NAME, password: str = PASSWORD, **more: str):
    return client.post(DOOR, {"username": username, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", [NAME, NAME.upper(), f"  {NAME} "])
def test_the_right_password_opens_whatever_the_case_of_the_name(cast: Cast, name: str) -> None:
    client = Client()
    assert knock(client, name).status_code == 302
    assert signed_in(client)


def test_a_wrong_password_does_not_say_which_of_the_two_was_wrong(cast: Cast) -> None:
    known, unknown = knock(Client(), NAME, "salah"), knock(Client(), "tiada@uji.example", "salah")
    assert known.status_code == unknown.status_code == 200
    assert "aria-invalid" in known.content.decode()
    errors = [str(answer.context["form"].non_field_errors()) for answer in (known, unknown)]
    assert errors[0] == errors[1]


def test_four_wrong_tries_leave_the_door_open(cast: Cast) -> None:
    client = Client()
    for _ in range(4):
        knock(client, password="salah")
    assert knock(client).status_code == 302
    assert signed_in(client)


def test_five_wrong_tries_close_it_with_words_even_to_the_right_password(cast: Cast) -> None:
    client = Client()
    answers = [knock(client, password="salah") for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]
    closed = knock(client)
    assert closed.status_code == 429 and not signed_in(client)
    assert "15 menit" in closed.content.decode()
    assert knock(Client(), "head@uji.example").status_code == 302


def test_another_spelling_of_the_name_does_not_count_anew(cast: Cast) -> None:
    client = Client()
    for n in range(5):
        knock(client, NAME.upper() if n % 2 else f" {NAME}", "salah")
    assert knock(client).status_code == 429
    assert not signed_in(client)


def test_one_password_tried_for_many_names_closes_the_door_at_that_address(cast: Cast) -> None:
    for n in range(99):
        assert knock(Client(), f"tebak{n}@uji.example", "salah").status_code == 200
    assert knock(Client(), "tebak99@uji.example", "salah").status_code == 429
    assert knock(Client()).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert knock(elsewhere).status_code == 302 and signed_in(elsewhere)


def wrong(address: str, forwarded: str) -> int:
    client = Client(REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    return [knock(client, password="salah").status_code for _ in range(5)][-1]


def test_without_a_proxy_a_visitor_cannot_write_an_address(cast: Cast) -> None:
    assert wrong("192.0.2.1", "198.51.100.1") == 429
    assert knock(Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.2")).status_code == 429
    assert knock(Client(REMOTE_ADDR="192.0.2.2", HTTP_X_FORWARDED_FOR="198.51.100.1")).status_code == 302


def test_behind_the_proxy_the_address_that_it_saw_counts(cast: Cast, settings: Any) -> None:
    settings.BEHIND_TLS = True
    assert wrong("127.0.0.1", "203.0.113.9, 198.51.100.1") == 429
    # Whatever a visitor writes before it, the address stays the one that the proxy saw.
    behind = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.10, 198.51.100.1")
    assert knock(behind).status_code == 429
    assert knock(Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.2")).status_code == 302


@pytest.mark.parametrize("forwarded", ["", "entah", "198.51.100.1, "])
def test_a_proxy_that_names_no_address_is_the_address(settings: Any, forwarded: str) -> None:
    settings.BEHIND_TLS = True
    asked = RequestFactory().post(DOOR, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert counted_address(asked) == "127.0.0.1"


@pytest.mark.parametrize(
    "there",
    [
        "https://jahat.example/",
        "//jahat.example/",
        "https:jahat.example",
        "/\\jahat.example",
        "javascript:alert(1)",
    ],
)
def test_next_leads_to_this_host_alone(cast: Cast, there: str) -> None:
    answer = knock(Client(), next=there)
    assert answer.status_code == 302
    assert answer["Location"] == "/mulai/"


def test_next_leads_back_to_where_one_was(cast: Cast) -> None:
    client = Client()
    wanted = "/di/uji/riwayat/?after=x"
    first = client.get(wanted)
    assert first.status_code == 302 and first["Location"].startswith(DOOR)
    assert knock(client, next=wanted)["Location"] == wanted


def test_signing_out_by_address_alone_is_refused(cast: Cast) -> None:
    client = cast.client("operator")
    assert client.get("/keluar/").status_code == 405
    assert signed_in(client)
    assert client.post("/keluar/").status_code == 302
    assert not signed_in(client)


def test_an_account_that_was_closed_does_not_open(cast: Cast) -> None:
    user = cast.users["operator"]
    user.is_active = False
    user.save()
    client = Client()
    knock(client)
    assert not signed_in(client)


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = knock(client)
    assert answer.status_code == 403
    assert "Tidak ada yang berubah" in answer.content.decode()
    assert not signed_in(client)
