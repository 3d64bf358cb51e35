"""A question written with the keyboard alone: suggestions are chosen, a fault is mended, the answer is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pendapa.demo.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PAGE = "/di/contoh/analisis/tanya/"


def test_a_question_is_completed_mended_and_drawn(
    server: Callable[..., object], new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    url = server("demo").url  # type: ignore[attr-defined]
    page = new_page(base_url=url)
    page.goto("/masuk/")
    page.fill("#id_username", "diskominfo@contoh.example")
    page.fill("#id_password", PASSWORD)
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/beranda/")

    page.goto(PAGE)
    box, options = page.locator("#tanya"), page.locator("#tanya-pilihan [role=option]")
    box.press_sequentially("apl")
    expect(options.first).to_have_attribute("data-text", "aplikasi")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value("aplikasi ")
    box.press_sequentially("dengan basis_dat = mariadb -> server")
    box.press("Escape")
    expect(options).to_have_count(0)
    box.press("Enter")

    expect(page.locator("#tanya-salah mark")).to_have_text("basis_dat")
    shoot(page, "tanya 1 salah")
    page.locator("#tanya-salah a.chip", has_text="basis_data").click()
    expect(page.locator("table.tbl tbody tr").first).to_contain_text("MariaDB")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        shoot(page, f"tanya 2 daftar {width}")
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) <= 0
    page.locator(".tanya-lihat .seg a").last.click()
    expect(page.locator("svg.gr")).to_be_visible()
    shoot(page, "tanya 3 graf")

    page.locator(".head details.menu summary").first.click()
    page.fill("#simpan-nama", "Di atas MariaDB")
    page.locator(".tanya-simpanan form button").click()
    expect(page.locator(".tanya-simpanan a").first).to_contain_text("Di atas MariaDB")
