"""Levels in a browser: chosen by pointer and keyboard, at the same time as others, signed out, without scripts."""

from __future__ import annotations

import pytest

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.models import Assessment
from pendapa.regulations import packs
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FULL = {one.number: "2" for one in packs.instrument("spbe-2020").indicators}


@pytest.fixture
def walk(live_server, new_page):
    """Opens the assessment of 2026 as a person, and gives it with the cast."""
    cast = make_cast()
    row = actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    row = actions.set_levels(cast.actor("diskominfo"), row, FULL, row.version)

    def enter(who="diskominfo", **options):
        page = new_page(**options)
        cookie = cast.client(who).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(f"{live_server.url}/di/uji/penilaian/2026/spbe-2020/self/")
        return page

    enter.cast = cast
    return enter


def levels() -> dict[str, str]:
    return Assessment.objects.get().levels


def test_the_index_moves_as_levels_are_chosen_by_pointer_and_keyboard(walk):
    page = walk()
    assert page.inner_text("#bar .big") == "2,00"
    page.click("label[for=r-1-5]")
    page.wait_for_selector("#s-1 .said.ok")
    page.wait_for_function("document.querySelector('#bar .big').textContent === '2,04'")
    page.focus("#r-2-2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#s-2 .said.ok")
    assert page.evaluate("document.activeElement.id") == "r-2-4"
    assert levels()["1"] == "5" and levels()["2"] == "4"


def test_what_another_set_meanwhile_is_shown_and_choosing_again_wins(walk):
    page = walk()
    row = Assessment.objects.get()
    actions.set_levels(walk.cast.actor("assessor"), row, {"3": "5", "5": "5"}, row.version)
    page.click("label[for=r-3-1]")
    page.wait_for_selector("#s-3 .said.warn")
    assert page.is_checked("#r-3-5") and page.is_checked("#r-5-5")
    page.click("label[for=r-3-4]")
    page.wait_for_selector("#s-3 .said.ok")
    assert levels()["3"] == "4" and levels()["5"] == "5"


def test_signed_out_meanwhile_the_line_says_that_nothing_was_saved(walk):
    page = walk()
    page.context.clear_cookies(name="sessionid")
    page.click("label[for=r-1-5]")
    page.wait_for_selector("#s-1 .said.bad")
    assert levels() == FULL


def test_without_scripts_one_button_saves(walk):
    page = walk(script=False)
    page.click("label[for=r-40-5]")
    page.click("#save-all button")
    assert "1 tingkat disimpan." in page.inner_text("main")
    assert levels()["40"] == "5"


@pytest.mark.parametrize("width", [320, 390, 900, 1280])
def test_no_page_scrolls_sideways(walk, width, live_server):
    page = walk(width=width)
    for address in (page.url, f"{live_server.url}/di/uji/penilaian/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
