"""The open cockpit moves by itself, and a tap is not lost to a refresh that is under way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.walking import signed_in
from tools.testing.homes import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
HOME = "/di/contoh/"
PAGE = f"{HOME}kokpit/"
OPD, OTHER = "Dinas Kesehatan", "Dinas Komunikasi dan Informatika Kab. Contoh"
"""Both have a late milestone in the demo."""
PHONE = (390, 844)


@pytest.fixture(scope="module")
def demo(server: Callable[..., Server]) -> Server:
    return server("demo")


def row(page: Page, name: str = OPD) -> Locator:
    return page.locator("section[aria-labelledby=kk-komitmen] li", has_text=name)


def test_a_tap_while_the_screen_is_being_refreshed_is_answered_in_its_row(
    demo: Server, new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = signed_in(new_page, demo.url, "sekda", PHONE)
    refreshes: list[Route] = []
    taps: list[Route] = []
    page.goto(HOME)
    page.route(
        re.compile(r"/kokpit/$"),
        lambda one: refreshes.append(one) if one.request.headers.get("hx-request") else one.continue_(),
    )
    page.route(re.compile("/kokpit/ingatkan/"), lambda one: taps.append(one))
    with page.expect_request(lambda one: one.url.endswith(PAGE) and "hx-request" in one.headers):
        page.goto(PAGE)  # the stream opens, and the screen asks at once for what has changed since
    page.evaluate("document.getElementById('kokpit').setAttribute('data-seen', '')")
    before = refreshes[0].fetch()
    with page.expect_request(re.compile("/kokpit/ingatkan/")):
        row(page).get_by_role("button").click()
    expect(page.locator("#kokpit")).to_be_visible()
    if refreshes[0].request.failure is None:
        # The answer of before the tap arrives after it.
        refreshes[0].fulfill(response=before)
        expect(page.locator("#kokpit[data-seen]")).to_have_count(0)
    taps[0].continue_()
    answer = row(page).locator(".told.ok")
    expect(answer).to_contain_text("Diingatkan: ", timeout=5_000)
    expect(row(page).locator("form")).to_have_count(0)
    expect(row(page, OTHER).get_by_role("button")).to_be_enabled()
    expect(answer).to_be_focused()
    shoot(page, "kokpit 01 diingatkan")
    page.unroute_all(behavior="ignoreErrors")


def test_without_a_script_the_tap_comes_back_to_the_cockpit(
    demo: Server, new_page: Callable[..., Page]
) -> None:
    cookies = signed_in(new_page, demo.url, "diskominfo").context.cookies()
    page = new_page(base_url=demo.url, script=False)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(PAGE)
    row(page, OTHER).get_by_role("button").click()
    expect(page.get_by_text("Diingatkan: ")).to_be_visible()
    expect(row(page, OTHER).locator(".told.ok")).to_be_visible()
    assert page.url.endswith(PAGE)


def test_what_is_done_elsewhere_shows_in_the_open_cockpit_and_takes_nothing_from_its_reader(
    demo: Server, new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = signed_in(new_page, demo.url, "sekda")
    page.goto(PAGE)
    page.evaluate("window.stayed = true")
    expect(row(page, OTHER)).to_have_count(1)
    expect(row(page).locator("xpath=preceding-sibling::li")).to_have_count(1)  # the one that will go
    page.get_by_text("Tabel angka").click()
    figures = page.locator("details.chart-table table")
    expect(figures).to_be_visible()
    row(page).get_by_role("link").focus()
    page.evaluate("scrollTo({top: 120, behavior: 'instant'})")
    place = page.evaluate("scrollY")
    operator = signed_in(new_page, demo.url, "diskominfo")
    operator.goto(f"{HOME}peta-rencana/komitmen/?perihal=late")
    operator.locator("section.card", has_text=OTHER).locator("a.name").first.click()
    late = operator.locator("ol.marks > li", has=operator.locator(".bad")).first
    late.locator("summary").click()
    late.locator("input[name$=done_on]").fill(date.today().isoformat())
    late.locator("input[name$=link]").fill("https://contoh.example/bukti")
    late.locator("button.btn").click()
    expect(row(page, OTHER)).to_have_count(0, timeout=20_000)
    assert page.evaluate("window.stayed") is True
    expect(figures).to_be_visible()
    expect(row(page).get_by_role("link")).to_be_focused()
    assert place > 0 and page.evaluate("scrollY") == place
    page.get_by_text("Tabel angka").click()
    expect(figures).to_be_hidden()
    shoot(page, "kokpit 02 tonggak selesai")
