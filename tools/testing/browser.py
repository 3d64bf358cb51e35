"""Chromium for the walks. Every page is watched: a script error, a broken content policy, a foreign host fail."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tools.testing.missing import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, started once for each file of tests.

    No longer than that: its event loop runs in this thread, where nothing else could start one (``asyncio.run``) meanwhile.
    """
    path = require("chromium")
    require("driver")
    require("fonts")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django takes every query in the thread of an event loop for one out of async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(headless=True, executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as one person has it: ``new_page(width=390, dark=True, base_url=server.url)``."""
    contexts, problems = [], []

    def open_page(
        width: int = 1280, height: int = 900, dark: bool = False, script: bool = True, **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=script,
            locale=options.pop("locale", "id-ID"),
            timezone_id=options.pop("timezone_id", "Asia/Jakarta"),
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, problems)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


def watch(page: Page, problems: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # An answer such as 404 or 422 is logged as an error of loading; whether it is right the test itself says.
        if message.type == "error" and "Failed to load resource" not in message.text:
            problems.append(f"{page.url}: console: {message.text}")

    def request(address: str) -> None:
        host = urlsplit(address).hostname
        if host and host not in {"127.0.0.1", "localhost", "::1"}:
            problems.append(f"{page.url} asked a foreign host: {address}")

    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: script error: {error}"))
    page.on("request", lambda made: request(made.url))


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: the folder PENDAPA_SHOTS, to look at them afterwards, or a temporary one."""
    named = os.environ.get("PENDAPA_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def shoot(screenshots: Path) -> Callable[..., Path]:
    """Takes a whole page: ``shoot(page, "03 errors")``; the name gets the width and the theme."""

    def take(page: Page, name: str, **options: Any) -> Path:
        width = (page.viewport_size or {"width": 0})["width"]
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        file = (
            screenshots / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{width}{'-dark' if dark else ''}.png"
        )
        page.screenshot(path=str(file), full_page=options.pop("full_page", True), **options)
        return file

    return take
