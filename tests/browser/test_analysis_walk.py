"""What the register knows, on one way through the browser: twins decided, a gap that closes, the impact of a retirement, a
request stopped by a national application, and the document of the release that shows it all.

On the demo. Each step is photographed at 1280 and 390 pixels, light and dark (``PENDAPA_SHOTS=folder make test-all``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Look, photographs, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

HOME = "/di/contoh/"
KEPT, ENDED = "Aset Daerah Contoh", "Inventaris RSUD"
WHY = "Satu buku aset untuk semua unit, hemat satu pemeliharaan"
TITLE = "Arsip Surat Dinkes Baru"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELEASE, DECREE = "2027-uji", "Keputusan Bupati Contoh Nomor 9 Tahun 2027 (rekaan)"


@pytest.fixture
def look(shoot: Callable[..., Path]) -> Look:
    return photographs(shoot, "analisis")


def test_what_the_register_knows_from_twins_to_the_document(
    server: Callable[..., object],
    new_page: Callable[..., Page],
    look: Look,
    tmp_path: Path,
) -> None:
    url = server("demo").url  # type: ignore[attr-defined]

    def person(name: str) -> Page:
        return signed_in(new_page, url, name)

    secretariat, operator, head = person("diskominfo"), person("operator.dinkes"), person("kepala.dinkes")
    assert undecided(secretariat, ENDED)
    decide_the_twins(secretariat, look)
    assert not undecided(secretariat, ENDED)
    look(secretariat, "04 the gap is closed")

    impact_before_the_end(secretariat, look)

    asked = ask_for_a_new_application(operator, look)
    head.goto(asked)
    head.locator("button[name=verb][value=submit]").click()
    expect(head.locator("button[name=verb][value=submit]")).to_have_count(0)
    stopped_by_a_national_one(secretariat, asked, look)

    freeze(secretariat)
    text = document(secretariat, look, tmp_path)
    for told in (RELEASE, DECREE, KEPT, ENDED, WHY):
        assert told in text, told


def undecided(page: Page, name: str) -> bool:
    """Whether the catalogue of gaps holds that the application's twins are undecided."""
    page.goto(f"{HOME}arsitektur/celah/?rule=twin_undecided")
    return page.locator("section.card a.name", has_text=name).count() > 0


def decide_the_twins(page: Page, look: Look) -> None:
    page.goto(f"{HOME}arsitektur/?domain=applications&q={ENDED.replace(' ', '+')}")
    page.locator("table.tbl a.name", has_text=ENDED).first.click()
    twins = page.locator("div[hx-get$='/kembaran/']")
    expect(twins).to_contain_text(KEPT)
    look(page, "01 the twins of one application")
    page.goto(f"{HOME}arsitektur/kembaran/")
    group = page.locator("section.card").filter(has=page.locator("a.name", has_text=KEPT))
    group.locator(".card-h a.btn").click()
    expect(page.locator("#putusan")).to_be_visible()
    page.check("input[name=decision][value=merge]")
    page.select_option("select[name=into]", label=KEPT)
    page.fill("input[name=due]", "2027-12-31")
    page.fill("textarea[name=reason]", WHY)
    look(page, "02 deciding")
    page.locator("#putusan button.btn-primary").click()
    expect(page.locator("h1")).not_to_contain_text("Aset")  # the next group that is not decided
    page.goto(f"{HOME}arsitektur/kembaran/?state=decided")
    expect(page.locator("main")).to_contain_text(KEPT)
    look(page, "03 decided")


def impact_before_the_end(page: Page, look: Look) -> None:
    page.goto(f"{HOME}arsitektur/?domain=applications&q={ENDED.replace(' ', '+')}")
    page.locator("table.tbl a.name", has_text=ENDED).first.click()
    page.locator("main a[href*='/analisis/dampak/']").first.click()
    expect(page.locator("h1")).to_contain_text(ENDED)
    expect(page.locator("svg a").first).to_be_attached()
    look(page, "05 impact before the end")


def ask_for_a_new_application(page: Page, look: Look) -> str:
    """A complete request for what a national application does already; its address."""
    page.goto(f"{HOME}rekomendasi/baru/")
    page.fill("#judul", TITLE)
    page.fill("#year", "2027")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/isi/"))
    found = re.match(r".*/rekomendasi/[0-9a-f-]{36}/", page.url)
    assert found is not None
    for _step in range(12):
        if "/isi/berkas/" in page.url or "/isi/" not in page.url:
            break
        fill_in(page)
        if "/isi/arsitektur/" in page.url:
            page.select_option("[name=bidang_umum]", "records")
            page.fill("[name=fungsi]", "arsip surat masuk dan surat keluar dinas")
            look(page, "06 the form")
        before = page.url
        page.locator("form.sheet-form .confirm button.btn-primary").click()
        page.wait_for_url(lambda now, before=before: now != before)
    page.goto(found[0])
    look(page, "07 the request")
    page.locator("button[name=verb][value=hand_in]").click()
    return found[0]


def fill_in(page: Page) -> None:
    """Every empty field of a step: a text, the last of a list, the first of several."""
    form = page.locator("form.sheet-form")
    for field in form.locator("textarea:visible, input[type=text]:visible, input:not([type]):visible").all():
        if not field.input_value() and not (field.get_attribute("name") or "").startswith("cari"):
            number = field.get_attribute("inputmode") in ("numeric", "decimal")
            code = field.get_attribute("name") == "kode_program"
            field.fill("2.16.03.2.02.0035" if code else "150000000" if number else "Isian untuk uji")
    for field in form.locator("select:visible").all():
        if not field.input_value():
            options = [one.get_attribute("value") for one in field.locator("option").all()]
            field.select_option(options[-1])
    for group in {one.get_attribute("name") for one in form.locator("input[type=checkbox]:visible").all()}:
        boxes = form.locator(f"input[type=checkbox][name='{group}']")
        if not any(box.is_checked() for box in boxes.all()) and not (group or "").endswith("-hapus"):
            boxes.first.check()


def stopped_by_a_national_one(page: Page, asked: str, look: Look) -> None:
    page.goto(asked)
    stop = page.locator("ul.checks li.stop").first
    expect(stop).to_contain_text("SRIKANDI")
    look(page, "08 a national application exists")
    page.goto(f"{asked}rekomendasi/")
    page.locator("fieldset.verdicts input").first.check()
    page.fill("#text", "Layak")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main [role=alert]").first).to_be_visible()
    look(page, "09 it is stopped")


def freeze(page: Page) -> None:
    page.goto(f"{HOME}arsitektur/rilis/baru/")
    page.fill("[name=code]", RELEASE)
    page.fill("[name=name]", "Arsitektur SPBE hasil penggabungan")
    page.fill("[name=decree_number]", DECREE)
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(RELEASE)


def document(page: Page, look: Look, folder: Path) -> str:
    """The text of the book, made as docx by a job."""
    page.goto(f"{HOME}analisis/dokumen/")
    page.select_option("#rilis", RELEASE)
    page.check("input[name=format][value=docx]")
    look(page, "10 asking for the document")
    page.locator("main form button.btn-primary").click()
    # The row follows its job: ready at once where that was quick, else when it tells.
    ready = page.locator("section.card a[href*='/unduh/'], [id^=job-][role=status] a")
    expect(ready.first).to_be_visible(timeout=120_000)
    page.goto(f"{HOME}analisis/dokumen/")
    link = page.locator("a[href*='/unduh/']").first
    expect(link).to_be_visible()
    look(page, "11 the document is there")
    with page.expect_download() as coming:
        link.click()
    file = folder / "buku.docx"
    coming.value.save_as(file)
    # As it stands in the file: python-docx counts the grid anew for each cell, which takes long.
    lines = docx.Document(str(file)).element.body.iter(f"{WORD}p")
    return "\n".join("".join(line.itertext()) for line in lines)
