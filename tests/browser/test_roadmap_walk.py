"""From a gap of the architecture and a plan of the evaluation to a higher index on the leader's phone, by the five who do it:
the secretariat, the operator and the head of an OPD, the verifier, and the Sekda.

On the demo. Each step is photographed at 1280 and 390 pixels, light and dark (``PENDAPA_SHOTS=folder make test-all``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Locator, Page, expect
from pptx import Presentation
from pypdf import PdfReader

from pendapa.demo import facts
from pendapa.demo.roadmap import story
from pendapa.evaluation.rules.scoring import score
from pendapa.kernel.ui import formats
from pendapa.regulations import packs
from tests.browser.walking import SIZES, Look, photographs, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

HOME = "/di/contoh/"
ROOM, COCKPIT, SHEET = f"{HOME}peta-rencana/", f"{HOME}kokpit/", f"{HOME}penilaian/2026/spbe-2020/self/"
ELEMENTS = f"{HOME}arsitektur/?domain=applications&q=Pantau+Gizi"
UNIT, GAP, ELEMENT, OTHER = (
    "Dinas Kesehatan",
    "application_without_substitute",
    "Pantau Gizi Balita",
    "Surveilans DBD",
)
NOBODY, SUBSTITUTE = "a_operator_pengganti", "Petugas Gizi Dinkes (rekaan)"
TITLE = "Pantau Gizi tetap jalan saat operatornya cuti"
ACTION, ASKED = "Tunjuk operator pengganti Pantau Gizi", "Surat tugas operator pengganti"
PROOF, PROOF_TITLE = "https://contoh.example/surat-tugas-gizi", "Surat tugas (rekaan)"
BASELINE = "Perubahan rencana (rekaan)"
CODE, CEILING = "1.02.02.2.02.0035", "45.000.000"
LATE_STEP = "Enam puskesmas memakai"
"""The milestone of the demo that its OPD has not reached in time."""
INDICATOR, FROM, TO = "45", "3", "4"

SPBE = packs.instrument("spbe-2020")
KNOWN = dict(enumerate(facts.ASSESSMENTS[2026][1].replace(" ", ""), start=1))
BEFORE: Mapping[str, str] = MappingProxyType({str(n): "2" if one == "." else one for n, one in KNOWN.items()})
AFTER: Mapping[str, str] = MappingProxyType({**BEFORE, INDICATOR: TO})
IN_ALL = len(story()["initiatives"]) + 3
"""Those of the demo, one of a gap and two of the plan."""
UIDS = re.compile(r"/([0-9a-f-]{36})/$")

STARTS = date.today().replace(day=1)
ENDS = STARTS + timedelta(days=140)
MOVED = ENDS + timedelta(days=31)
DUE = date.today() + timedelta(days=5)


@pytest.fixture
def look(shoot: Callable[..., Path]) -> Look:
    return photographs(shoot, "peta rencana")


def index(levels: Mapping[str, str]) -> str:
    """The index as an Indonesian page prints it."""
    return score(SPBE, levels).index_display.replace(".", ",")


def said(day: date) -> str:
    """A day as an Indonesian page prints it."""
    return formats.day(day, "id")


def test_from_a_gap_and_a_plan_to_a_higher_index_on_the_phone_of_the_sekda(
    server: Callable[..., object], new_page: Callable[..., Page], look: Look
) -> None:
    url = server("demo").url  # type: ignore[attr-defined]
    # One level of one indicator, not more: the rise is the weight of that indicator.
    weight = next(one.weight for one in SPBE.indicators if one.number == INDICATOR)
    assert score(SPBE, AFTER).index - score(SPBE, BEFORE).index == weight / 100
    secretariat, operator, head, verifier = (
        signed_in(new_page, url, who)
        for who in ("diskominfo", "operator.dinkes", "kepala.dinkes", "bagian.organisasi")
    )
    leader = signed_in(new_page, url, "sekda", SIZES[1])
    visitor = new_page(base_url=url)

    complete_the_sheet(secretariat, new_page(base_url=url, script=False))
    leader.goto(COCKPIT)
    expect(leader.locator(".index-now .big")).to_have_text(index(BEFORE))
    gaps = open_gaps(leader)
    look(leader, "01 the cockpit before")

    initiative = from_a_gap(secretariat, look)
    complete(secretariat, initiative, look)
    taken, left = from_a_plan(secretariat, look)
    baseline(secretariat, initiative, look)

    action = give_to_the_operator(secretariat, initiative, look)
    propose(operator, action, look)
    finish(operator, action, look)
    agree(head, look, "16 the head agrees")
    expect_the_element(operator, "")
    agree(verifier, look, "17 the verifier agrees")
    in_force(operator, action, look)
    close(secretariat, initiative, look)

    # The cockpit was left open on the phone: it follows without being loaded again.
    leader.goto(COCKPIT)
    expect(leader.locator(".index-now .big")).to_have_text(index(BEFORE))
    raise_the_level(secretariat, look)
    expect(leader.locator(".index-now .big")).to_have_text(index(AFTER), timeout=30_000)
    assert open_gaps(leader) == gaps - 1
    look(leader, "21 the cockpit after")
    remind(leader, head, look)
    take_along(leader)
    both_sizes(leader)

    the_public(visitor, initiative, taken, left, look)


def complete_the_sheet(page: Page, plain: Page) -> None:
    """What was not assessed yet is level 2 from now on, on a page without scripts."""
    plain.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain.goto(SHEET)
    for number, known in KNOWN.items():
        if known == ".":
            plain.locator(f"label[for=r-{number}-{BEFORE[str(number)]}]").click()
    plain.locator("#save-all button").click()
    expect(plain.locator("#bar .big")).to_have_text(index(BEFORE))


def open_gaps(page: Page) -> int:
    return int(page.locator("section[aria-labelledby=kk-celah] a.fig").inner_text().replace(".", ""))


# ---- initiatives


def from_a_gap(page: Page, look: Look) -> str:
    """One draft of one ticked gap; the address of the initiative."""
    page.goto(f"{ROOM}dari-celah/?aturan={GAP}")
    page.select_option("#g-o", label=UNIT)
    page.wait_for_url("**opd=**")
    row = page.locator("table.tbl tbody tr", has_text=ELEMENT)
    row.locator("input[name=celah]").check()
    look(page, "02 ticking a gap")
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_url(re.compile(rf"{ROOM}[0-9a-f-]{{36}}/$"))
    expect(page.locator("h1")).to_contain_text(ELEMENT)
    expect(page.locator("#unsur li")).to_have_count(1)
    look(page, "03 a draft of it")
    return page.url


def complete(page: Page, initiative: str, look: Look) -> None:
    """Roadmap, goal, lifted indicator, days, target, money and another element; an end before the start is refused first."""
    page.locator("main a[href$='/ubah/']").click()
    assert page.input_value("#f-unit"), "the owner of the element answers for it"
    page.fill("#f-title", TITLE)
    page.select_option("#f-roadmap", index=1)
    page.select_option("#f-goal", index=1)
    page.select_option("#lifts-0-indicator", f"spbe-2020|{INDICATOR}")
    page.fill("#lifts-0-level_from", FROM)
    page.fill("#lifts-0-level_to", TO)
    page.fill("#f-starts_on", STARTS.isoformat())
    page.fill("#f-ends_on", (STARTS - timedelta(days=1)).isoformat())
    page.fill("#targets-0-year", str(STARTS.year))
    page.fill("#targets-0-target", "Setiap operator punya pengganti")
    page.fill("#budgets-0-year", str(STARTS.year))
    page.fill("#budgets-0-code", CODE)
    page.fill("#budgets-0-planned", CEILING)
    page.fill("#cari-elements", OTHER)
    page.locator("#temu-elements label", has_text=OTHER).locator("input").check()
    save(page)
    expect(page.locator("#f-ends_on")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-ends_on-e")).not_to_be_empty()
    expect(page.locator("#f-title")).to_have_value(TITLE)
    expect(page.locator("#budgets-0-planned")).to_have_value(CEILING)
    look(page, "04 an end before the start")
    page.fill("#f-ends_on", ENDS.isoformat())
    save(page)
    expect(page).to_have_url(initiative)
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text(f"{FROM} → {TO}")
    expect(page.locator("#uang")).to_contain_text(CEILING)
    expect(page.locator("#unsur a")).to_have_text([ELEMENT, OTHER])
    step(page, "planned")
    look(page, "05 the initiative")


def save(page: Page) -> None:
    page.locator("main form.ini-form .confirm button.btn-primary").click()


def step(page: Page, state: str) -> None:
    """The initiative on whose page one stands goes on to a state."""
    button = page.locator(f"#langkah button[name=state][value={state}]")
    button.click()
    expect(button).to_have_count(0)


def from_a_plan(page: Page, look: Look) -> tuple[list[str], list[str]]:
    """The steps of the computed plan become drafts, two of them enter the roadmap; uids of the taken and of the others."""
    page.goto(f"{HOME}penilaian/rencana/")
    page.locator("main table a.name, main .card a.name").first.click()
    page.wait_for_url(re.compile(r"/rencana/[0-9a-f-]{36}/$"))
    steps = len(page.request.get(f"{page.url}unduh.json").json()["result"]["steps"])
    look(page, "06 the plan of the evaluation")
    page.locator("form[action$='/inisiatif/'] button").click()
    page.wait_for_url("**/peta-rencana/**")
    page.goto(f"{ROOM}dari-rencana/")
    boxes = page.locator("input[name=draf]")
    expect(boxes).to_have_count(steps)
    uids = [str(one.get_attribute("value")) for one in boxes.all()]
    for one in boxes.all()[-2:]:
        one.check()
    look(page, "07 its drafts")
    page.locator("main form[method=post] button.btn-primary").click()
    expect(boxes).to_have_count(steps - 2)
    left = [str(one.get_attribute("value")) for one in boxes.all()]
    return sorted({*uids} - {*left}), left


# ---- the baseline


def baseline(page: Page, initiative: str, look: Look) -> None:
    """A change by decree, which is the measure from then on: nothing has moved from it, until an end is later."""
    page.goto(f"{ROOM}dokumen/")
    page.locator("main table a.name").first.click()
    page.locator("main a[href$='/baku/']").first.click()
    page.wait_for_url("**/baku/")
    listing, frozen = page.url, page.locator("table.tbl a.name", has_text=BASELINE)
    page.locator("details", has=page.locator("form[action$='/baku/baru/']")).locator("summary").click()
    page.fill("form[action$='/baku/baru/'] [name=name]", BASELINE)
    page.fill("form[action$='/baku/baru/'] [name=decree_number]", "Perbup 99 (rekaan)")
    page.fill("form[action$='/baku/baru/'] [name=decree_on]", date.today().isoformat())
    look(page, "08 freezing")
    page.locator("form[action$='/baku/baru/'] button").click()
    page.goto(listing)
    expect(frozen).to_have_count(1)
    nothing = page.locator(".head p").inner_text()
    frozen.click()
    expect(page.locator("main table.tbl tbody tr")).to_have_count(0)
    page.goto(f"{initiative}ubah/")
    page.fill("#f-ends_on", MOVED.isoformat())
    save(page)
    expect(page).to_have_url(initiative)
    page.goto(listing)
    expect(page.locator(".head p")).not_to_have_text(nothing)
    expect(page.locator(".head p")).to_contain_text(BASELINE)
    look(page, "09 what has moved")
    frozen.click()
    row = page.locator("main table.tbl tbody tr")
    expect(row).to_have_count(1)
    for text in (TITLE, said(ENDS), said(MOVED)):
        expect(row).to_contain_text(text)
    look(page, "10 against the baseline")
    # One source: each view tells of the same initiatives.
    for place in ("linimasa/", "", "papan/", "menurut-opd/"):
        page.goto(ROOM + place)
        expect(page.locator(".head p").first).to_contain_text(f" {IN_ALL} ")
        expect(page.locator("main")).to_contain_text(UNIT if place == "menurut-opd/" else TITLE)
        look(page, f"11 {place.strip('/') or 'tabel'}")
    page.goto(f"{ROOM}linimasa/")
    page.set_viewport_size({"width": SIZES[1][0], "height": SIZES[1][1]})
    expect(page.locator("[data-timeline-table]")).to_contain_text(TITLE, use_inner_text=True)
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    page.goto(f"{ROOM}anggaran/")
    expect(page.locator("main")).to_contain_text(UNIT)
    look(page, "11 anggaran")


# ---- the action


def give_to_the_operator(page: Page, initiative: str, look: Look) -> str:
    """An action with evidence asked; its address."""
    page.goto(initiative)
    step(page, "doing")
    page.locator("main a[href$='/aksi/baru/']").first.click()
    page.fill("#id_title", ACTION)
    page.select_option("#id_unit", label=UNIT)
    person = page.locator("#id_person option", has_text="Operator Dinas Kesehatan").get_attribute("value")
    page.select_option("#id_person", person)
    page.fill("#id_due", DUE.isoformat())
    page.fill("#id_checklist", "Pilih penggantinya\nTulis di arsitektur")
    page.fill("#id_evidence_asked", ASKED)
    look(page, "12 a new action")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"(?<!baru)/$"))
    page.goto(initiative)
    page.locator("main a", has_text=ACTION).first.click()
    page.wait_for_url(re.compile(r"/aksi/[0-9a-f-]{36}/$"))
    return page.url


def propose(page: Page, action: str, look: Look) -> None:
    """The operator finds the action in the inbox, proposes what it changes, and links the proposal with it."""
    page.goto(f"{HOME}kotak-masuk/")
    page.locator("#kotak-masuk a.name", has_text=ACTION).click()
    expect(page).to_have_url(action)
    page.goto(ELEMENTS)
    page.locator("table.tbl a.name").first.click()
    element = page.url
    page.goto(f"{element}ubah/")
    field = page.locator(f"[name={NOBODY}]")
    page.locator("details:not([open])", has=field).locator("summary").click()
    field.fill(SUBSTITUTE)
    page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(SUBSTITUTE)
    look(page, "13 the element as proposed")
    page.goto(action)
    page.locator("#usulan button[value=link]").click()
    expect(page.locator("#usulan a.name")).to_contain_text(ELEMENT)
    for tick in ("#b-0", "#b-1"):
        page.locator(tick).click()
        expect(page.locator(tick)).to_have_attribute("aria-pressed", "true")


def finish(page: Page, action: str, look: Look) -> None:
    """Not without the evidence that is asked; with it, the action is done and its proposal handed in."""
    done = page.locator("button[name=verb][value=finish]")
    done.click()
    expect(page.locator("#id_reason").first).to_have_attribute("aria-invalid", "true")
    form = page.locator("#bukti form[action$='/bukti/']")
    form.locator("[name=link]").fill(PROOF)
    form.locator("[name=title]").fill(PROOF_TITLE)
    form.locator("button").click()
    expect(page.locator(f"#bukti a[href='{PROOF}']")).to_have_text(re.compile(re.escape(PROOF_TITLE)))
    page.locator("[name=result]").fill("Petugas gizi menggantikan operator.")
    look(page, "14 the action with its evidence")
    done.click()
    expect(done).to_have_count(0)
    expect(page).to_have_url(re.compile(re.escape(action)))
    page.locator("#usulan button[value=hand_in]").click()
    expect(page.locator("#usulan button[value=hand_in]")).to_have_count(0)
    look(page, "15 done and handed in")
    expect_the_element(page, "")


def agree(page: Page, look: Look, name: str) -> None:
    page.goto(f"{HOME}kotak-masuk/")
    page.locator("#kotak-masuk a.name[href*='/usulan/']", has_text=ELEMENT).click()
    expect(page.locator("main table.tbl")).to_contain_text(SUBSTITUTE)
    look(page, name)
    page.locator("button[name=verdict][value=agree]").click()
    expect(page.locator("button[name=verdict][value=agree]")).to_have_count(0)


def expect_the_element(page: Page, value: str) -> None:
    """What the register knows of the substitute: nothing, or ``value``."""
    visible = page.context.new_page()
    visible.goto(ELEMENTS)
    visible.locator("table.tbl a.name").first.click()
    place = visible.locator("dl.kv", has_text=SUBSTITUTE)
    expect(place).to_have_count(1 if value else 0)
    visible.close()


def in_force(page: Page, action: str, look: Look) -> None:
    """The register holds the new value, the action says so, and the gap is closed."""
    page.goto(action)
    expect(page.locator("#usulan .chip.ok")).to_be_visible()
    look(page, "18 in force")
    expect_the_element(page, SUBSTITUTE)
    page.goto(f"{ROOM}dari-celah/?aturan={GAP}")
    expect(page.locator("main")).to_contain_text(OTHER)
    expect(page.locator("main table")).not_to_contain_text(ELEMENT)


def close(page: Page, initiative: str, look: Look) -> None:
    page.goto(initiative)
    step(page, "done")
    look(page, "19 the initiative is done")


# ---- the index


def raise_the_level(page: Page, look: Look) -> None:
    page.goto(SHEET)
    expect(page.locator("#bar .big")).to_have_text(index(BEFORE))
    page.locator(f"label[for=r-{INDICATOR}-{TO}]").click()
    expect(page.locator("#bar .big")).to_have_text(index(AFTER))
    page.reload()
    expect(page.locator("#bar .big")).to_have_text(index(AFTER))
    look(page, "20 the level is raised")


# ---- the cockpit


def late_row(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=kk-komitmen] li", has_text=UNIT)


def remind(leader: Page, head: Page, look: Look) -> None:
    """One tap on what is late; the head finds it."""
    reminders = head.locator("section[aria-labelledby=tunggu-reminders]")
    head.goto(f"{HOME}kotak-masuk/")
    expect(reminders).to_have_count(0)
    late_row(leader).locator("button").click()
    expect(late_row(leader).locator(".told.ok")).to_be_visible()
    look(leader, "22 reminded")
    head.reload()
    expect(reminders).to_contain_text(LATE_STEP)
    look(head, "23 the reminder in the inbox")
    reminders.locator("a.name").first.click()
    expect(head.locator("main")).to_contain_text(LATE_STEP)
    look(head, "24 the digest")
    leader.reload()
    expect(late_row(leader).locator("form")).to_have_count(0)


def take_along(page: Page) -> None:
    """The page for the meeting and the slides say the index of now."""
    paper = PdfReader(io.BytesIO(downloaded(page, "rapat.pdf")))
    assert len(paper.pages) == 1
    assert index(AFTER) in paper.pages[0].extract_text()
    slides = Presentation(io.BytesIO(downloaded(page, "slide.pptx")))
    words = [
        shape.text_frame.text for slide in slides.slides for shape in slide.shapes if shape.has_text_frame
    ]
    assert any(index(AFTER) in one for one in words)


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as waited:
        page.locator(f"main a[href$='/{name}']").click()
    assert waited.value.suggested_filename.startswith("kokpit-contoh-")
    return Path(waited.value.path()).read_bytes()


def both_sizes(page: Page) -> None:
    """On a phone one part below the other, the index first; at a desk the late commitments stand beside it."""
    places = [page.locator(f"section[aria-labelledby={one}]") for one in ("kk-indeks", "kk-komitmen")]

    def boxes() -> list[Mapping[str, float]]:
        return [one.bounding_box() or {} for one in places]  # type: ignore[misc]

    first, second = boxes()
    assert first["y"] + first["height"] <= second["y"]
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    first, second = boxes()
    assert first["x"] + first["width"] <= second["x"]
    assert first["y"] == second["y"]
    expect(page.locator(".index-now .big")).to_be_in_viewport()


# ---- the public


def the_public(page: Page, initiative: str, taken: list[str], left: list[str], look: Look) -> None:
    """What is in the roadmap stands there with its progress; drafts do not."""
    page.goto("/publik/contoh/peta-rencana/")
    own = UIDS.search(initiative)
    assert own is not None and len(taken) == 2
    expect(page.locator(f"#i-{own[1]} h3")).to_have_text(TITLE)
    expect(page.locator(f"#i-{own[1]} .far")).to_contain_text("100")
    for uid in taken:
        expect(page.locator(f"#i-{uid}")).to_have_count(1)
    for uid in left:
        expect(page.locator(f"#i-{uid}")).to_have_count(0)
    look(page, "25 the page of the public")
