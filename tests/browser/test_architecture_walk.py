"""A change on its whole way in a real browser: workbook, proposal, return, mending, approval, verification, release.

Four people, each with a browser of their own, on the demo. Each step is photographed at 1280 and 390 pixels, light and
dark (``PENDAPA_SHOTS=folder make test-all``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Look, photographs, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

HOME = "/di/contoh/"
UNIT = "Dinas Kesehatan"
SERVICE, FIRST, SECOND = "Konsultasi Gizi Daring", "SIGIZI Walk", "E-Posyandu Walk"
WHY = "Dua aplikasi gizi belum tercatat"
RETURNED = "Fungsi SIGIZI Walk terlalu singkat"
FUNCTION = "mencatat dan memantau status gizi balita tiap posyandu"


@pytest.fixture
def look(shoot: Callable[..., Path]) -> Look:
    return photographs(shoot, "arsitektur")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A service, and two applications that serve it by its name; the second forgot its name."""
    book = openpyxl.Workbook()
    services = book.active
    services.title = "Layanan"
    services.append(["Nama Layanan", "OPD Pengampu", "Fungsi Layanan"])
    services.append([SERVICE, UNIT, "konsultasi gizi ibu dan anak"])
    applications = book.create_sheet("Aplikasi")
    applications.append(["Nama Aplikasi", "OPD Pengampu", "Fungsi Aplikasi", "Layanan Terkait"])
    applications.append([FIRST, UNIT, "gizi", SERVICE])
    applications.append([None, UNIT, "pencatatan posyandu", SERVICE])
    path = tmp_path / "Aplikasi gizi 2026.xlsx"
    book.save(path)
    return path


def test_a_workbook_becomes_a_release_through_four_hands(
    server: Callable[..., object],
    new_page: Callable[..., Page],
    look: Look,
    workbook: Path,
) -> None:
    url = server("demo").url  # type: ignore[attr-defined]

    def person(name: str) -> Page:
        return signed_in(new_page, url, name)

    operator, head = person("operator.dinkes"), person("kepala.dinkes")
    verifier, secretariat = person("bagian.organisasi"), person("diskominfo")

    draft_from_the_workbook(operator, look, workbook)
    hand_in(operator, WHY)
    look(operator, "05 handed in")
    proposal = operator.url

    open_from_the_inbox(head, WHY, look, "06 inbox of the head")
    expect(head).to_have_url(proposal)
    for name in (SERVICE, FIRST, SECOND):
        expect(head.locator("table.tbl")).to_contain_text(name)
    look(head, "07 the difference by name")
    head.fill("#comment", RETURNED)
    head.locator("button[name=verdict][value=return]").click()

    open_from_the_inbox(operator, WHY, look, "08 inbox of the operator")
    expect(operator.locator("main")).to_contain_text(RETURNED)
    look(operator, "09 returned")
    edit_proposed(operator, look)
    operator.goto(proposal)
    hand_in(operator, WHY)

    open_from_the_inbox(head, WHY)
    expect(head.locator("table.tbl")).to_contain_text(FUNCTION)
    look(head, "11 mended")
    head.locator("button[name=verdict][value=agree]").click()
    not_yet(verifier)
    open_from_the_inbox(verifier, WHY, look, "12 inbox of the verifier")
    look(verifier, "13 to verify")
    verifier.locator("button[name=verdict][value=agree]").click()
    verifier.goto(f"{HOME}arsitektur/?domain=applications&q=Walk")
    expect(verifier.locator("table.tbl a.name")).to_have_count(2)

    freeze_and_compare(secretariat, look)
    look_around(secretariat, look)


def draft_from_the_workbook(page: Page, look: Look, file: Path) -> None:
    page.goto(f"{HOME}impor/")
    page.set_input_files("input[type=file]", file)
    page.locator("form[action$='/impor/baru/'] button.btn-primary").click()
    page.wait_for_url(re.compile(r"/impor/[0-9a-f-]{36}/"))
    page.locator("nav.tabs a", has_text="Aplikasi").click()
    look(page, "01 preview with a fault")
    mend = page.locator("tr.fix-row").first
    mend.locator("input.inp").first.fill(SECOND)
    mend.locator(".fix-acts button").first.click()
    expect(page.locator("form.confirm button.btn-primary")).to_contain_text("3")
    look(page, "02 mended in the preview")
    page.locator("form.confirm button.btn-primary").click()
    page.wait_for_url(re.compile(r"/usulan/[0-9a-f-]{36}/"))
    look(page, "03 the draft")
    not_yet(page)


def not_yet(page: Page) -> None:
    """The register has none of it."""
    back = page.url
    page.goto(f"{HOME}arsitektur/?domain=applications&q=Walk")
    expect(page.locator("table.tbl a.name")).to_have_count(0)
    page.goto(back)


def hand_in(page: Page, why: str) -> None:
    form = page.locator("form[action$='/ajukan/']")
    form.locator("textarea").fill(why)
    form.locator("button.btn-primary").click()
    expect(page.locator("form[action$='/tarik/']")).to_be_visible()


def open_from_the_inbox(page: Page, why: str, look: Look | None = None, name: str = "") -> None:
    page.goto(f"{HOME}kotak-masuk/")
    if look:
        look(page, name)
    page.locator("main a", has_text="Aplikasi gizi 2026.xlsx").first.click()
    page.wait_for_url(re.compile(r"/usulan/[0-9a-f-]{36}/"))


def edit_proposed(page: Page, look: Look) -> None:
    page.locator("table.tbl a.name", has_text=re.compile(f"^{FIRST}$")).click()
    page.locator("main a.btn-primary[href$='/ubah/']").click()
    page.fill("[name=a_fungsi]", FUNCTION)
    look(page, "10 the form")
    page.locator("main form button.btn-primary").first.click()
    expect(page.locator("main")).to_contain_text(FUNCTION)


def freeze_and_compare(page: Page, look: Look) -> None:
    page.goto(f"{HOME}arsitektur/rilis/baru/")
    page.fill("[name=code]", "2027")
    page.fill("[name=name]", "Arsitektur SPBE 2027")
    page.fill("[name=decree_number]", "Peraturan Bupati Contoh Nomor 3 Tahun 2027 (rekaan)")
    page.fill("[name=decree_date]", "2026-11-20")
    look(page, "14 freeze")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/rilis/")
    look(page, "15 releases")
    page.goto(f"{HOME}arsitektur/bandingkan/?sebelum=rilis-2026&sesudah=rilis-2027")
    for name in (SERVICE, FIRST, SECOND):
        row = page.locator("table.tbl tbody tr", has=page.locator("b", has_text=re.compile(f"^{name}$")))
        expect(row).to_have_count(1)
        expect(row.locator(".chip.ok, .ok")).not_to_have_count(0)
    # Three elements and two relations are new; the demo itself has changed one element and linked it since its release.
    expect(page.locator("p.lede b").nth(0)).to_contain_text("6")
    expect(page.locator("p.lede b").nth(1)).to_contain_text("0")
    expect(page.locator("p.lede b").nth(2)).to_contain_text("1")
    look(page, "16 compared")


def look_around(page: Page, look: Look) -> None:
    places = {
        "17 list": "arsitektur/?domain=applications",
        "18 known": "arsitektur/?domain=applications&pada=2026-01-31",
        "19 release": "arsitektur/?domain=applications&pada=rilis-2026",
        "20 plan": "arsitektur/?domain=applications&pada=rencana-2027",
        "21 completeness": "arsitektur/kelengkapan/",
        "22 strategy": "arsitektur/strategi/",
        "23 references": "arsitektur/referensi/",
        "24 model": "arsitektur/model/",
        "25 codes": "arsitektur/kode/",
        "26 webhooks": "webhook/",
        "27 inbox": "kotak-masuk/",
        "28 proposals": "usulan/",
        "29 steps": "usulan/tahapan/",
    }
    for name, place in places.items():
        answer = page.goto(HOME + place)
        assert answer is not None and answer.status == 200, f"{place}: {answer and answer.status}"
        look(page, name)
    page.goto("/akun/kunci/")
    look(page, "30 keys")
    page.goto(f"{HOME}arsitektur/?domain=applications&q=Walk")
    page.locator("details.moment summary").click()
    look(page, "31 moment menu")
    page.locator("details.moment summary").click()
    page.locator("table.tbl a.name", has_text=FIRST).click()
    look(page, "32 element with comments")
    page.locator(f"main a[href*='/arsitektur/opd/'], main a:has-text('{UNIT}')").first.click()
    look(page, "33 unit")
