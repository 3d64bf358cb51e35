"""What is typed into a form outlives a broken line, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

FORM = "/di/contoh/arsitektur/baru/?domain=applications"


def test_what_was_typed_when_the_line_broke_is_offered_again(
    server: Callable[..., Any], new_page: Callable[..., Page]
) -> None:
    place = server(("demo",))
    page = new_page(base_url=place.url)
    page.goto("/masuk/")
    page.fill("#id_username", "operator.dinkes@contoh.example")
    page.fill("#id_password", "pendapa-contoh")
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/beranda/")

    page.goto(FORM)
    page.fill("#id_name", "Aplikasi yang belum sampai")
    page.fill("#id_a_uraian", "Diketik saat sambungan putus")
    page.context.set_offline(True)
    page.locator(".confirm button.btn-primary").click()
    page.wait_for_load_state()
    page.context.set_offline(False)

    page.goto(FORM)
    offer = page.locator("[data-kept]")
    expect(offer).to_be_visible()
    page.locator("[data-kept-put]").click()
    expect(page.locator("#id_name")).to_have_value("Aplikasi yang belum sampai")
    expect(page.locator("#id_a_uraian")).to_have_value("Diketik saat sambungan putus")
    page.locator(".confirm button.btn-primary").click()
    page.wait_for_url("**/arsitektur/**")

    # It has arrived: nothing is offered any more.
    page.goto(FORM)
    expect(page.locator("#id_name")).to_have_value("")
    expect(offer).to_be_hidden()
