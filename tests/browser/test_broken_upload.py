"""A large piece of evidence goes up over a line that breaks, in a real browser: it goes on where it stood, and arrives whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from pendapa.regulations import packs
from tests.browser.walking import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

NEW = "/di/contoh/penilaian/bukti/baru/"
CHUNK = packs.evidence().files.chunk


@pytest.fixture(scope="module")
def url(server: Callable[..., Any]) -> str:
    return str(server(("demo",)).url)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A scan that no packing makes smaller: some three and a half pieces long."""
    height = int(3.5 * CHUNK / 3000)
    path = tmp_path / "berita acara hasil pindaian.png"
    Image.frombytes("RGB", (1000, height), os.urandom(3000 * height)).save(path)
    assert 3 * CHUNK < path.stat().st_size < 4 * CHUNK
    return path


def begin(page: Page, picture: Path) -> None:
    page.goto(NEW)
    page.set_input_files("#id_file", picture)
    page.fill("#id_title", "Berita acara hasil pindaian")
    page.locator("#isian button.btn-primary").click()


def arrived(page: Page, picture: Path) -> None:
    """The piece has its page, and what comes down is what went up."""
    expect(page.locator("h1")).to_contain_text("Berita acara hasil pindaian")
    body = page.request.get(page.url.rstrip("/") + "/berkas/").body()
    assert hashlib.sha256(body).hexdigest() == hashlib.sha256(picture.read_bytes()).hexdigest()


def test_a_line_that_breaks_for_a_moment_costs_one_piece_and_not_the_file(
    url: str, new_page: Callable[..., Page], picture: Path
) -> None:
    page = signed_in(new_page, url, "operator.dinkes")
    sent: list[str] = []

    def line(route: Route) -> None:
        sent.append(route.request.url.rpartition("=")[2])
        if len(sent) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/bukti/unggah/*/?offset=*", line)
    begin(page, picture)
    page.wait_for_url("**/penilaian/bukti/*-*/")
    arrived(page, picture)
    assert sent == [str(offset * CHUNK) for offset in (0, 1, 1, 2, 3)]


def test_after_the_page_was_loaded_anew_the_same_file_goes_on_where_it_stood(
    url: str, new_page: Callable[..., Page], picture: Path
) -> None:
    page = signed_in(new_page, url, "operator.dinkes")

    def dies(route: Route) -> None:
        if route.request.url.endswith("offset=0"):
            route.continue_()
        else:
            route.abort("internetdisconnected")

    page.route("**/bukti/unggah/*/?offset=*", dies)
    begin(page, picture)
    expect(page.locator("[data-line]")).to_contain_text("putus")
    page.unroute("**/bukti/unggah/*/?offset=*")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url.rpartition("=")[2]) if "?offset=" in one.url else None)
    page.goto(NEW)
    expect(page.locator("#isian")).to_contain_text("berita acara hasil pindaian.png")
    begin(page, picture)
    page.wait_for_url("**/penilaian/bukti/*-*/")
    arrived(page, picture)
    assert sent == [str(offset * CHUNK) for offset in (1, 2, 3)]
