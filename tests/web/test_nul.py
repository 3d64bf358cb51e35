"""A NUL sign gets an ordinary answer at every door; no database text can hold one."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast, cast

__all__ = ["cast"]


@pytest.mark.parametrize("path", ["/publik/%00/", "/di/a%00/organisasi/", "/en/publik/%00/", "/%00"])
def test_in_an_address_it_leads_nowhere(cast: Cast, path: str) -> None:
    client = cast.client("operator")
    answer = client.get(path)
    same = client.get("/en/publik/tiada/" if path.startswith("/en/") else "/publik/tiada/")
    assert answer.status_code == 404 and answer.content == same.content


def test_the_api_says_not_found_in_json(cast: Cast) -> None:
    answer = cast.client("operator").get("/api/v1/institutions/a%00/index")
    assert answer.status_code == 404 and answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("address", ["/?after=%00", "/di/uji/organisasi/?q=%00", "/di/uji/riwayat/?%00=1"])
def test_in_a_query_it_is_refused_with_the_calm_page(cast: Cast, address: str) -> None:
    answer = cast.client("operator").get(address)
    assert answer.status_code == 400 and "<html" in answer.content.decode()


def test_in_a_query_of_the_api_it_is_refused_in_json(cast: Cast) -> None:
    answer = cast.client("operator").get("/api/v1/institutions?x=%00")
    assert answer.status_code == 400 and answer.json()["detail"]


def test_in_a_form_it_is_refused(cast: Cast) -> None:
    answer = Client().post("/masuk/", {"username": "a\0", "password": "x"})
    assert answer.status_code == 400
    part = Client().post("/masuk/", {"username": "a\0"}, headers={"HX-Request": "true"})
    assert part.status_code == 400 and "<html" not in part.content.decode()


def test_the_log_tells_of_it_in_one_line_and_not_as_a_fault_of_ours(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    Client().post("/masuk/", {"username": "a\0", "password": "x"})
    (told,) = [record for record in caplog.records if record.name == "django.request"]
    assert "Bad Request" in told.getMessage() and told.exc_info is None


def test_a_cookie_that_holds_one_is_no_cookie(cast: Cast) -> None:
    # As a header: newer Pythons refuse to make such a cookie, a stranger's program does not.
    answer = Client().get("/di/uji/beranda/", headers={"cookie": 'sessionid="abcdefgh\\000ijkl"'})
    assert answer.status_code == 302
