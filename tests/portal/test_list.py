"""The list of what is public: pages, domains, words."""

from __future__ import annotations

import re

from django.test import Client

from tests.cast import Cast, cast
from tests.portal.things import add_element

__all__ = ["cast"]
LIST = "/publik/uji/arsitektur/"


def page(path: str = LIST) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_shown_in_pages_that_lead_to_each_other(cast: Cast) -> None:
    for number in range(52):
        add_element(cast.unit, f"Layanan {number:02}")
    first = page()
    assert "Layanan 49" in first and "Layanan 50" not in first and "52 elemen" in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = page(onward[1].replace("&amp;", "&"))
    assert "Layanan 51" in second and "Layanan 49" not in second and 'rel="prev"' in second


def test_the_list_narrows_by_domain_and_by_words(cast: Cast) -> None:
    add_element(cast.unit, "Antrean Puskesmas")
    add_element(cast.unit, "SIMPUS", domain="applications")
    assert "SIMPUS" not in page(f"{LIST}?domain=services")
    found = page(f"{LIST}?q=simpus")
    assert "SIMPUS" in found and "Antrean" not in found
    assert "Tidak ditemukan" in page(f"{LIST}?q=entah")
    assert "<script>x" not in page(f"{LIST}?q=%3Cscript%3Ex")


def test_an_unknown_domain_is_not_found_and_a_broken_mark_is_no_fault(cast: Cast) -> None:
    assert Client().get(f"{LIST}?domain=rahasia").status_code == 404
    for broken in ("after=x", "after=a|99999999999999999999999"):
        assert Client().get(f"{LIST}?{broken}").status_code == 200


def test_with_nothing_public_the_list_says_so(cast: Cast) -> None:
    assert "Belum ada yang publik" in page()
