"""Tabs on a phone: the one that is open is in view, however many stand before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import signed_in
from tools.testing.homes import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
OPEN = ".tabs [aria-current], .pnav [aria-current]"


def test_the_open_tab_is_in_view(server: Callable[..., Server], new_page: Callable[..., Page]) -> None:
    page = signed_in(new_page, server("demo").url, "diskominfo", (390, 844))
    for address in (
        "di/contoh/peta-rencana/dokumen/",
        "di/contoh/peta-rencana/linimasa/",
        "publik/contoh/komitmen/",
    ):
        page.goto("/" + address)
        expect(page.locator(OPEN).first).to_be_in_viewport(ratio=0.9)
        assert page.evaluate("window.scrollY") == 0
