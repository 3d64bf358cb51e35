"""What the walks share: photographs of a step in all four looks, and people of the demo, each with a browser of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from pendapa.demo.accounts import PASSWORD

SIZES = ((1280, 900), (390, 844))
Look = Callable[[Page, str], None]


def photographs(shoot: Callable[..., Path], walk: str) -> Look:
    """Photographs a step of a walk at both widths and in both themes; a page that scrolls sideways fails."""

    def take(page: Page, name: str) -> None:
        own = page.viewport_size or {"width": SIZES[0][0], "height": SIZES[0][1]}
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                shoot(page, f"{walk} {name}")
            sideways = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert sideways <= 0, f"{name} scrolls sideways by {sideways} at {width}"
        page.set_viewport_size(own)
        page.emulate_media(color_scheme="light")

    return take


def signed_in(new_page: Callable[..., Page], url: str, name: str, size: tuple[int, int] = SIZES[0]) -> Page:
    """A page of a person of the demo, signed in, at home; ``size`` is that of a desk or of a phone."""
    page = new_page(base_url=url, width=size[0], height=size[1])
    page.goto("/masuk/")
    page.fill("#id_username", f"{name}@contoh.example")
    page.fill("#id_password", PASSWORD)
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/beranda/")
    return page
