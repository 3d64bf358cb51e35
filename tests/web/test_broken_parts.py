"""A part of a page that cannot be had says so in its place instead of putting a whole page there."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from pendapa.web.views import not_found, server_error

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize("answer", [not_found, server_error])
def test_a_part_of_a_page_gets_a_line_and_no_frame(answer: object) -> None:
    response = answer(RequestFactory().get("/di/uji/beranda/", **PART))  # type: ignore[operator]
    assert response.status_code in (404, 500)
    assert b"<html" not in response.content and b'class="note bad"' in response.content


def test_a_whole_page_that_broke_gets_the_calm_page() -> None:
    response = server_error(RequestFactory().get("/di/uji/beranda/"))
    assert response.status_code == 500 and b"<html" in response.content


def test_the_api_answers_a_fault_in_json() -> None:
    assert server_error(RequestFactory().get("/api/v1/score")).headers["Content-Type"] == "application/json"
