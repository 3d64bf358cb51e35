"""The main job, done once by an officer of Diskominfo in a real browser, on the real lists of Kota Denpasar.

Each step is photographed at 1280 and 390 pixels, light and dark (``PENDAPA_SHOTS=folder make test``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pendapa.evaluation.rules.scoring import display, score
from pendapa.regulations import packs

pytestmark = [pytest.mark.browser, pytest.mark.main, pytest.mark.timeout(600)]

PASSWORD = "pelita-uji-2026"
SIZES = ((1280, 900), (390, 844))


@pytest.fixture
def look(shoot: Callable[..., Path]) -> Callable[[Page, str], None]:
    """Photographs a step at both widths and in both themes; a page that scrolls sideways fails."""

    def take(page: Page, name: str) -> None:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                shoot(page, name)
            sideways = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert sideways <= 0, f"{name} scrolls sideways by {sideways} at {width}"
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")

    return take


@pytest.fixture
def dirty_list(shared: Path, tmp_path: Path) -> Path:
    """The inventory as it is, and two mistakes of the kind that people make: a misspelt unit, a forgotten name."""
    rows = list(csv.DictReader((shared / "samples" / "denpasar_aplikasi.csv").open(encoding="utf-8")))
    rows[1] |= {"unit_nama": "Dinas Perhubungn", "unit_kode": ""}
    rows[4]["judul"] = ""
    path = tmp_path / "Daftar Aplikasi FINAL (2).csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def hand_in(page: Page, file: Path) -> None:
    page.goto("/di/DPS/impor/")
    page.set_input_files("input[type=file]", file)
    page.locator("form[action$='/impor/baru/'] button.btn-primary").click()
    page.wait_for_url(re.compile(r"/impor/[0-9a-f-]{36}/"))


def test_from_the_spreadsheets_to_the_index_and_back(
    server: Callable[..., object],
    new_page: Callable[..., Page],
    look: Callable[[Page, str], None],
    shared: Path,
    dirty_list: Path,
) -> None:
    place = server(
        ("institution", "create", "DPS", "Kota Denpasar", "--kind", "kota"),
        ("createadmin", "admin@dps.example", "--name", "Pengelola"),
        PENDAPA_ADMIN_PASSWORD=PASSWORD,
    )
    page = new_page(base_url=place.url)  # type: ignore[attr-defined]

    sign_in(page, look)
    import_units(page, look, shared)
    import_applications_with_faults(page, look, dirty_list)
    find_an_application(page, look)
    see_gaps_and_twins(page, look)
    enter_levels_and_read_the_index(page, look)
    undo_the_import(page, look)


def sign_in(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/masuk/")
    look(page, "01 sign in")
    page.fill("#id_username", "admin@dps.example")
    page.fill("#id_password", PASSWORD)
    page.locator("button.btn-primary").click()
    page.wait_for_url("**/mulai/")
    look(page, "02 begin")
    page.locator("form[action$='/mulai/DPS/'] button").click()
    page.wait_for_url("**/di/DPS/beranda/")
    expect(page.locator("ol.three-list > li")).to_have_count(3)
    look(page, "03 three things first")


def import_units(page: Page, look: Callable[[Page, str], None], shared: Path) -> None:
    hand_in(page, shared / "samples" / "denpasar_opd.csv")
    expect(page.locator(".figs")).to_contain_text("102")
    look(page, "04 preview of the units")
    page.locator("form.confirm button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text("102")
    look(page, "05 units saved")


def import_applications_with_faults(page: Page, look: Callable[[Page, str], None], file: Path) -> None:
    hand_in(page, file)
    figures = page.locator(".figs .fig")
    expect(figures.first).to_have_text("2")
    expect(page.locator("body")).to_contain_text("Dinas Perhubungn")
    look(page, "06 the errors")
    mend = page.locator("tr.fix-row").filter(has=page.locator("select, input[list]")).first
    choice = mend.locator("select").first
    choice.select_option(label=choice.locator("option", has_text="Dinas Perhubungan").first.inner_text())
    mend.locator(".fix-acts button").first.click()
    expect(figures.first).to_have_text("1")
    look(page, "07 one repaired")
    page.locator("form.confirm button[name=skip]").click()
    expect(page.locator("h1")).to_contain_text("188")
    look(page, "08 applications saved")


def find_an_application(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/di/DPS/arsitektur/?domain=applications&q=rujukan")
    expect(page.locator("table.tbl tbody tr").first).to_contain_text("Rujukan")
    look(page, "09 found by a word")
    page.locator("table.tbl a.name", has_text="Rujukan Online").first.click()
    expect(page.locator("h1")).to_contain_text("Rujukan Online")
    look(page, "10 detail with gaps and history")


def see_gaps_and_twins(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/di/DPS/arsitektur/celah/")
    expect(page.locator("main")).to_contain_text("Aplikasi tanpa proses bisnis")
    look(page, "11 gaps")
    page.goto("/di/DPS/arsitektur/kembaran/")
    expect(page.locator("main")).to_contain_text("Rujukan Online")
    look(page, "12 twins")


def enter_levels_and_read_the_index(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/di/DPS/penilaian/")
    page.select_option("select[name=instrument]", "spbe-2020")
    page.locator("form[action$='/penilaian/buka/'] button").click()
    page.wait_for_url(re.compile(r"/penilaian/\d{4}/spbe-2020/"))
    instrument = packs.instrument("spbe-2020")
    levels = {indicator.number: 1 + (n % 4) for n, indicator in enumerate(instrument.indicators)}
    for number, level in levels.items():
        # The label is what people tap; the radio behind it is hidden.
        with page.expect_response(lambda answer: answer.url.endswith("/tingkat/") and answer.ok):
            page.locator(f"label[for='r-{number}-{level}']").click()
    exact = score(instrument, levels=levels)
    assert isinstance(exact.index, Fraction)
    shown = str(display(exact.index)).replace(".", ",")
    expect(page.locator("main")).to_contain_text(shown)
    expect(page.locator("main")).to_contain_text(exact.predicate)
    page.fill("#target-index", "4,0")
    page.locator("form[action$='/target/'] button").click()
    expect(page.locator("main")).to_contain_text("4,0")
    look(page, "13 the index")
    page.goto("/di/DPS/beranda/")
    expect(page.locator("main")).to_contain_text(shown)
    look(page, "14 home with the index")


def undo_the_import(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/di/DPS/impor/")
    row = page.locator("tr", has_text="Daftar Aplikasi FINAL")
    row.locator("form[action$='/batalkan/'] button").click()
    expect(page.locator("main")).to_contain_text("188")
    look(page, "15 taken back")
    page.goto("/di/DPS/arsitektur/?domain=applications")
    expect(page.locator("a.name", has_text="Rujukan Online")).to_have_count(0)
