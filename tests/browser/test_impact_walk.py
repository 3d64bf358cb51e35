"""From the page of a server to what stops with it: the graph laid out by ELK, walked by keys, zoomed, its paths marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pendapa.demo.accounts import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_server_is_followed_to_the_services_that_stop_with_it(
    server: Callable[..., object], new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = new_page(base_url=server("demo").url)  # type: ignore[attr-defined]
    page.goto("/masuk/")
    page.fill("#id_username", "diskominfo@contoh.example")
    page.fill("#id_password", PASSWORD)
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/beranda/")

    page.goto("/di/contoh/analisis/dampak/")
    page.fill("#unsur", "VM-DK-02")
    page.locator("main form button.btn-primary").click()
    page.get_by_role("link", name="VM-DK-02").first.click()
    expect(page.locator("h1")).to_contain_text("VM-DK-02")
    shoot(page, "dampak 01 server")

    box = page.locator(".gr-n.chosen")
    expect(box).to_have_count(1)
    row = page.locator("[data-path]").filter(has_text="›").first
    row.locator("a").focus()
    steps = len((row.get_attribute("data-path") or "").split())
    expect(page.locator(".gr-n.chosen")).to_have_count(steps)
    expect(page.locator(".gr-e.strong")).to_have_count(steps - 1)
    shoot(page, "dampak 02 path")

    page.locator("[data-zoom=elk]").click()
    expect(page.locator(".graph")).to_have_attribute("data-laid-out", "elk", timeout=30_000)
    page.locator("[data-zoom=fit]").click()
    shoot(page, "dampak 03 elk")

    page.locator(".gr-n").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".gr-n:focus .gr-k").first).to_contain_text("Aplikasi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dampak/*/")
    expect(page.locator("h1")).not_to_contain_text("VM-DK-02")

    page.set_viewport_size({"width": 390, "height": 844})
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        shoot(page, "dampak 04 phone")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0
    with page.expect_download() as taken:
        page.get_by_role("link", name="SVG").click()
    assert re.fullmatch(r"dampak-.+\.svg", taken.value.suggested_filename)


def test_the_graph_is_whole_without_script(
    server: Callable[..., object], new_page: Callable[..., Page]
) -> None:
    page = new_page(base_url=server("demo").url, script=False)  # type: ignore[attr-defined]
    page.goto("/masuk/")
    page.fill("#id_username", "diskominfo@contoh.example")
    page.fill("#id_password", PASSWORD)
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/beranda/")
    page.goto("/di/contoh/analisis/dampak/?q=VM-DK-02")
    page.get_by_role("link", name="VM-DK-02").first.click()
    expect(page.locator("svg.gr a.gr-n").nth(5)).to_be_attached()
    assert page.locator(".graph-tools").is_hidden()
    page.locator("svg.gr a.gr-n").last.click()
    expect(page.locator("h1")).not_to_contain_text("VM-DK-02")
