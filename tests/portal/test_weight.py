"""The first public page over a slow line: bytes, scripts, queries, cookies."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pendapa.kernel.tenancy.models import Institution, Unit
from tests.cast import make_unit
from tests.portal.things import add_assessment, add_element, add_result

LIMIT = 100_000
# The institution, assessments, published figures, the state of the ledger, numbers, services, applications; which pages of
# the roadmap are open.
QUERIES = {"/": 9, "/publik/contoh/": 9, "/publik/contoh/arsitektur/": 10}


@pytest.fixture
def rich(db: None) -> Unit:
    here = Institution.objects.create(code="contoh", name="Kabupaten Contoh")
    unit = make_unit(here, "1.02", "Dinas Kesehatan")
    for year in range(2019, 2026):
        add_assessment(here, year, "3", target="4")
    add_result(here, "1.7")
    for number in range(14):
        add_element(unit, f"Layanan Administrasi Kependudukan Terpadu {number}")
    return unit


def test_the_first_public_page_weighs_under_100_kb_with_everything_it_loads(rich: Unit) -> None:
    answer = Client().get("/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    html = gzip.decompress(answer.content).decode()
    files = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    assert any(name.endswith(".css") for name in files) and any(name.endswith(".woff2") for name in files)
    weight = len(answer.content) + sum(_on_the_wire(name) for name in files)
    assert weight < LIMIT / 2, f"{weight} bytes"


def _on_the_wire(name: str) -> int:
    """As the server sends it: the packed twin where one is shipped, else the file itself."""
    found = finders.find(f"{name}.gz") or finders.find(name)
    assert found, name
    return Path(found).stat().st_size


def test_no_script_holds_up_the_page(rich: Unit) -> None:
    html = Client().get("/").content.decode()
    scripts = re.findall(r"<script[^>]*>", html)
    assert scripts and all(" defer" in tag and " src=" in tag for tag in scripts)
    assert "http://" not in html.replace("http://www.w3.org", "") and "https://" not in html


@pytest.mark.parametrize("path", sorted(QUERIES))
def test_a_public_page_asks_a_fixed_number_of_queries(rich: Unit, path: str) -> None:
    cache.clear()
    with CaptureQueriesContext(connection) as first:
        Client().get(path)
    for number in range(12):
        add_element(rich, f"Aplikasi {number}", domain="applications")
    cache.clear()
    with CaptureQueriesContext(connection) as second:
        Client().get(path)
    assert len(first) == len(second) == QUERIES[path], "\n".join(q["sql"] for q in first)


def test_a_visitor_costs_no_session_and_gets_no_cookie(rich: Unit) -> None:
    for path in ("/", "/en/", "/publik/contoh/arsitektur/", "/privasi/", "/bantuan/"):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().get(path)
        assert not answer.cookies, path
        assert not any("session" in query["sql"] for query in asked), path
