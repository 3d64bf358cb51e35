"""From the catalogue to a draft on a phone: all of a page are ticked at once, and long buttons take a second line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import signed_in
from tools.testing.homes import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
ROOM = "/di/contoh/"
PAGES = (
    "arsitektur/celah/", "peta-rencana/dari-celah/", "peta-rencana/dari-rencana/", "peta-rencana/aksi/",
    "peta-rencana/dokumen/", "penilaian/rencana/", "kokpit/", "usulan/",
)  # fmt: skip
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """
() => [...document.querySelectorAll("main .btn")]
  .filter((one) => one.offsetParent && !one.closest(".tw, .tabs") &&
    (one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth))
  .map((one) => one.textContent.trim())
"""
LONG = """
() => {
  for (const one of document.querySelectorAll("main .btn")) one.append(" dan seluruh unsur arsitektur pemerintahan digital");
}
"""


def test_gaps_are_ticked_at_once_and_one_becomes_a_draft(
    server: Callable[..., Server], new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = signed_in(new_page, server("demo").url, "operator.dinkes", (390, 844))
    page.goto(ROOM + "arsitektur/celah/?rule=application_without_data")
    page.locator(".card-h a.btn").click()
    boxes, every = page.locator("input[name=celah]"), page.locator("[data-tick]")
    every.check()
    ticked = page.locator("input[name=celah]:checked")
    expect(ticked).to_have_count(boxes.count())
    boxes.first.uncheck()
    assert every.evaluate("(one) => one.indeterminate")
    shoot(page, "asal 1 dicentang")
    every.check()
    every.uncheck()
    expect(ticked).to_have_count(0)
    boxes.first.check()
    page.locator("main .btn-primary").click()
    expect(page.locator("main a[href*='celah/?rule=application_without_data']")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_long_buttons_wrap_on_a_phone(
    server: Callable[..., Server], new_page: Callable[..., Page], width: int
) -> None:
    page = signed_in(new_page, server("demo").url, "diskominfo", (width, 844))
    for address in PAGES:
        page.goto(ROOM + address)
        before = page.evaluate(SIDEWAYS)
        page.evaluate(LONG)
        assert page.evaluate(CUT) == [], address
        assert page.evaluate(SIDEWAYS) <= before, address
