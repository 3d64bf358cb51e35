"""The timeline with two thousand initiatives: it scrolls smoothly, draws only what is in view, and works without a script."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import signed_in
from tools.testing.homes import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
COUNT = 2000
PAGE = "/di/contoh/peta-rencana/linimasa/"
FILL = """
import django
django.setup()
from bench.roadmap import roadmap_scene
from pendapa.kernel.tenancy.models import Institution
roadmap_scene(Institution.objects.get(code="contoh"), {count}, {actions})
"""
SCROLL = """
async (step) => {
  const box = document.querySelector("[data-timeline]"), frames = [];
  let most = 0, last = await new Promise(requestAnimationFrame);
  for (let n = 0; n < 240; n++) {
    box.scrollTop += step;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
    most = Math.max(most, box.querySelectorAll(".tl-rows > g").length);
  }
  frames.sort((one, other) => one - other);
  return {median: frames[120], late: frames[228], most, at: box.scrollTop};
}
"""


@pytest.fixture(scope="module")
def many(server: Callable[..., Server]) -> Server:
    """A server with the invented regency and a roadmap of two thousand initiatives."""
    running = server("demo")
    fill = FILL.format(count=COUNT, actions=2 * COUNT)
    env = running.home.env | {"DJANGO_SETTINGS_MODULE": "pendapa.web.settings"}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", fill], env=env, check=True, cwd=root, timeout=300)
    return running


def opened(new_page: Callable[..., Page], many: Server, **options: Any) -> Page:
    page = signed_in(new_page, many.url, "diskominfo", **options)
    page.goto(PAGE)
    return page


def test_two_thousand_initiatives_scroll_at_fifty_frames_and_few_are_drawn(
    many: Server, new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = opened(new_page, many)
    box = page.locator("[data-timeline]")
    expect(box).to_have_attribute("data-drawn", "live")
    seen = page.evaluate(SCROLL, 120)
    assert seen["at"] > 20_000, seen
    assert seen["most"] < 60, seen
    assert seen["median"] <= 20, seen
    page.evaluate("document.querySelector('[data-timeline]').scrollTop = 1e9")
    drawn = "[...document.querySelectorAll('.tl-rows > g')].map((one) => Number(one.dataset.place))"
    page.wait_for_function(f"{drawn}.at(-1) >= {COUNT}")  # drawn with the next frame
    places = page.evaluate(drawn)
    assert places == sorted(places)
    shoot(page, "linimasa 01 akhir", full_page=False)


def test_the_keyboard_goes_from_bar_to_bar_beyond_what_was_drawn(
    many: Server, new_page: Callable[..., Page]
) -> None:
    page = opened(new_page, many)
    expect(page.locator("[data-timeline]")).to_have_attribute("data-drawn", "live")
    page.locator(".tl-rows a").first.focus()
    names = []
    for _step in range(60):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("Tab")
        page.evaluate("new Promise(requestAnimationFrame)")
    assert all(names) and len(set(names)) == 60
    assert page.evaluate("document.querySelector('[data-timeline]').scrollTop") > 1000


def test_zoom_and_the_critical_path_need_no_journey(
    many: Server, new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = opened(new_page, many)
    box = page.locator("[data-timeline]")
    expect(box).to_have_attribute("data-drawn", "live")
    narrow = page.evaluate("document.querySelector('[data-drawing]').clientWidth")
    page.locator("[data-zoom=triwulan]").click()
    expect(page.locator("[data-zoom=triwulan]")).to_have_attribute("aria-current", "true")
    wide = page.evaluate("document.querySelector('[data-drawing]').clientWidth")
    assert wide == pytest.approx(5 * narrow, rel=0.02)
    shoot(page, "linimasa 02 triwulan", full_page=False)
    page.locator("[data-zoom='5']").click()
    page.locator("[data-sign=kritis]").check()
    expect(page.locator(".tl-rows a:not(.tl-k)")).to_have_count(0)
    assert 2 <= page.locator(".tl-rows a.tl-k").count() <= 60
    page.locator("[data-sign=kritis]").uncheck()
    page.locator("[data-sign=tunggu]").uncheck()
    expect(page.locator(".tl-links")).to_be_hidden()
    shoot(page, "linimasa 03 jalur kritis", full_page=False)


def test_without_a_script_the_first_rows_and_the_way_to_the_table_are_there(
    many: Server, new_page: Callable[..., Page]
) -> None:
    cookies = signed_in(new_page, many.url, "diskominfo").context.cookies()
    page = new_page(base_url=many.url, script=False)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(PAGE)
    assert page.locator(".tl-rows a").count() == 200
    assert page.locator("[data-timeline-table] tbody tr:not(.grp)").count() == 200
    page.locator("noscript a, .tl-more a").first.click()
    page.wait_for_url("**/peta-rencana/")


def test_a_phone_has_a_list_and_scrolls_one_way_only(
    many: Server, new_page: Callable[..., Page], shoot: Callable[..., Path]
) -> None:
    page = opened(new_page, many, size=(390, 844))
    expect(page.locator("[data-timeline]")).to_be_hidden()
    expect(page.locator("[data-timeline-table] tbody tr:not(.grp)").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    shoot(page, "linimasa 04 ponsel", full_page=False)
