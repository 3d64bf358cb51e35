"""An address that only takes a form says so to whoever reads it, on a page."""

from __future__ import annotations

import pytest

from tests.cast import Cast, cast

__all__ = ["cast"]
ADDRESS = "/di/uji/pengingat/cara/"


@pytest.mark.parametrize(("start", "words"), [("", "Hanya formulir"), ("/en", "Only a form")])
def test_reading_it_gives_a_page_in_the_language_of_the_address(cast: Cast, start: str, words: str) -> None:
    answer = cast.client("operator").get(start + ADDRESS)
    assert answer.status_code == 405 and words in answer.content.decode() and answer["Allow"] == "POST"


def test_a_part_of_a_page_gets_a_line(cast: Cast) -> None:
    answer = cast.client("operator").get(ADDRESS, headers={"HX-Request": "true"})
    assert answer.status_code == 405 and "<html" not in answer.content.decode() and answer.content


def test_other_methods_and_the_api_get_no_page(cast: Cast) -> None:
    client = cast.client("operator")
    assert client.put(ADDRESS).content == b"" and client.head(ADDRESS).content == b""
    assert "html" not in client.put("/api/v1/institutions").headers["Content-Type"]
