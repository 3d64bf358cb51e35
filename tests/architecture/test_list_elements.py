"""Lists, search and pages: every row once, in one order, and only what one may see."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from pendapa.architecture import queries
from pendapa.architecture.queries import Filters
from pendapa.kernel.access.actor import system
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# Same key, accents, signs, upper case, numbers: the order must not depend on the database.
NAMES = [
    "Zebra",
    "e-Arsip",
    "E Arsip",
    "Éarsip",
    "e_arsip",
    "10 Besar",
    "9 Besar",
    "Äpfel",
    "apfel",
    "APFEL",
    "(Uji)",
    "Uji",
    "日本",
    "-",
]


def walk(actor, institution, filters: Filters, size: int) -> list[list[str]]:
    """All pages forward."""
    pages, after = [], ""
    while True:
        page = queries.elements(actor, institution, Filters(**{**filters.__dict__, "after": after}), size)
        pages.append([row["code"] for row in page.rows])
        if not page.next:
            return pages
        after = page.next


@pytest.mark.parametrize("size", [1, 3, 5, 14, 50])
def test_paging_walks_all_rows_once_in_the_order_of_their_keys(cast: Cast, size: int) -> None:
    rows = sorted((make(cast.unit, name) for name in NAMES), key=lambda e: (e.name_key, e.pk))
    walked = walk(system(), cast.institution, Filters(domain="applications"), size)
    assert [code for page in walked for code in page] == [row.code for row in rows]


def test_paging_backwards_shows_the_same_pages(cast: Cast) -> None:
    for name in NAMES:
        make(cast.unit, name)
    forward = walk(system(), cast.institution, Filters(domain="applications"), 4)
    page = queries.elements(
        system(), cast.institution, Filters(domain="applications", after=_last_mark(cast, 4)), 4
    )
    seen = [[row["code"] for row in page.rows]]
    while page.previous:
        page = queries.elements(
            system(), cast.institution, Filters(domain="applications", before=page.previous), 4
        )
        seen.append([row["code"] for row in page.rows])
    assert seen[::-1] == forward


def _last_mark(cast: Cast, size: int) -> str:
    after = ""
    while (
        page := queries.elements(
            system(), cast.institution, Filters(domain="applications", after=after), size
        )
    ).next:
        after = page.next
    return after


@pytest.mark.parametrize("mark", ["", "|", "zebra", "zebra|", "|x", "|-5", "|" + "9" * 30, "x|²"])
def test_a_broken_mark_shows_a_page_all_the_same(cast: Cast, mark: str) -> None:
    make(cast.unit, "SIMPUS")
    client = cast.client("operator")
    for name in ("after", "before"):
        assert client.get("/di/uji/arsitektur/", {name: mark}).status_code == 200


@pytest.mark.parametrize(
    "words", ["DAA-001", "daa 001", "puskesmas", "pusk", "sistem rekam", "RÉKAM", "daa-001 sistem"]
)
def test_search_finds_by_code_words_and_beginnings(cast: Cast, words: str) -> None:
    make(cast.unit, "Sistem Puskesmas", attributes={"fungsi": "Rekam medis"})
    make(cast.unit, "Parkir")
    page = queries.elements(system(), cast.institution, Filters(query=words))
    assert [row["name"] for row in page.rows] == ["Sistem Puskesmas"]


@pytest.mark.parametrize("words", ["tiada", '"', "*", "a AND", "'; DROP", "puskesmas parkir", "NEAR(", "!!!"])
def test_search_that_fits_nothing_finds_nothing_and_breaks_nothing(cast: Cast, words: str) -> None:
    make(cast.unit, "Sistem Puskesmas")
    answer = cast.client("operator").get("/di/uji/arsitektur/", {"q": words, "domain": "applications"})
    assert answer.status_code == 200
    if words.strip():
        assert b"Sistem Puskesmas" not in answer.content


def test_search_from_the_top_bar_looks_in_all_domains(cast: Cast) -> None:
    make(cast.unit, "Rawat jalan daring")
    make(cast.unit, "Rawat jalan", "services")
    page = cast.client("operator").get("/di/uji/arsitektur/", {"q": "rawat"}).content.decode()
    assert "Rawat jalan daring" in page and page.count('class="name"') == 2


def test_filters_narrow_by_unit_and_all_below_it_kind_and_gap(cast: Cast) -> None:
    make(cast.subunit, "Bawahan", attributes={"operator": "Seseorang"})
    make(cast.unit, "Atasan")
    make(cast.other_unit, "Lain")
    make(cast.unit, "VM 1", "infrastructure", kind="server")
    make(cast.unit, "Awan", "infrastructure", kind="komputasi_awan")

    def names(**filters: str) -> list[str]:
        return [row["name"] for row in queries.elements(system(), cast.institution, Filters(**filters)).rows]

    assert names(domain="applications", unit=str(cast.unit.uid)) == ["Atasan", "Bawahan"]
    assert names(domain="applications", unit=str(cast.foreign_unit.uid)) == []
    assert names(domain="applications", unit="bukan-uid") == []
    assert names(domain="infrastructure", kind="server") == ["VM 1"]
    assert names(gap="application_without_operator") == ["Atasan", "Lain"]
    assert names(gap="no_such_rule") == []


def test_the_count_is_capped_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pendapa.architecture.queries.lists.COUNT_LIMIT", 3)
    for name in "abcde":
        make(cast.unit, name)
    page = queries.elements(system(), cast.institution, Filters(domain="applications"), 2)
    assert (page.count, page.capped) == (3, True)


def test_the_page_shows_gaps_and_completeness_and_links_to_the_element(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    page = cast.client("operator").get("/di/uji/arsitektur/").content.decode()
    assert f'href="/di/uji/arsitektur/{element.uid}/"' in page
    assert 'class="chip warn"' in page and "Aplikasi tanpa operator" in page


def test_htmx_gets_the_table_alone_and_a_cache_keeps_them_apart(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    answer = cast.client("operator").get("/di/uji/arsitektur/", headers={"HX-Request": "true"})
    assert "HX-Request" in answer["Vary"]
    assert b"SIMPUS" in answer.content and b"<html" not in answer.content


@pytest.mark.parametrize(
    "query", ["", "q=tiada", "domain=security", "domain=entah", "unit=x", "kind=x&domain=security"]
)
def test_an_empty_list_says_what_to_do_next(cast: Cast, query: str) -> None:
    answer = cast.client("operator").get(f"/di/uji/arsitektur/?{query}")
    assert answer.status_code == 200 and b'class="kosong"' in answer.content


def test_export_and_new_are_offered_to_who_may(cast: Cast) -> None:
    assert b"/arsitektur/baru/" in cast.client("operator").get("/di/uji/arsitektur/").content
    assert b"/arsitektur/baru/" not in cast.client("assessor").get("/di/uji/arsitektur/").content


@pytest.mark.parametrize("name", ["kind", "unit", "gap", "domain", "q", "at", "gone"])
def test_a_sign_that_no_database_keeps_is_refused_in_every_filter(cast: Cast, name: str) -> None:
    client = cast.client("operator")
    for address in ("/di/uji/arsitektur/", "/di/uji/arsitektur/celah/", "/api/v1/institutions/uji/elements"):
        assert client.get(address, {name: "x\x00"}).status_code == 400


def test_english_pages_speak_english(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    page = cast.client("operator").get("/en/di/uji/arsitektur/").content.decode()
    assert ">Completeness<" in page and "Kelengkapan" not in page


def test_paging_links_keep_the_filters_and_the_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        make(cast.unit, f"Aplikasi {number:02}")
    client: Client = cast.client("operator")
    first = client.get("/di/uji/arsitektur/?q=aplikasi&domain=applications").content.decode()
    assert "1–50 dari 60" in first
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link and "q=aplikasi" in link[1]
    second = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "51–60" in second and "Aplikasi 59" in second and 'rel="prev"' in second


def test_rows_drawn_by_hand_are_escaped_and_speak_the_language(cast: Cast) -> None:
    make(cast.unit, '<script>alert("x")</script>', code="<b>&", attributes={"operator": "x"})
    make(cast.unit, "Lain", "outside")  # of which no gap rule asks anything
    client = cast.client("operator")
    page = client.get("/di/uji/arsitektur/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "&lt;b&gt;&amp;" in page
    assert "tidak ada" in client.get("/di/uji/arsitektur/?domain=outside").content.decode()
    assert ">none<" in client.get("/en/di/uji/arsitektur/?domain=outside").content.decode()
