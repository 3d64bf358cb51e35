"""The description of the API: it changes only when somebody means it, and it can be read as a page."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.test import Client

SNAPSHOT = Path(__file__).with_name("openapi.json")
WRITING = os.environ.get("PENDAPA_WRITE_OPENAPI") == "1"


def described() -> str:
    """As the server tells it, with one spelling; the version of the program is not part of the contract."""
    found = json.loads(Client().get("/api/v1/openapi.json").content)
    found["info"]["version"] = ""
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.django_db
def test_the_contract_is_the_one_that_was_written_down() -> None:
    """Run with ``PENDAPA_WRITE_OPENAPI=1`` after a change that is meant, and read the difference: it is the change log."""
    now = described()
    if WRITING:
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert now == SNAPSHOT.read_text(encoding="utf-8"), "the API changed: see the docstring of this test"


@pytest.mark.django_db
def test_it_is_openapi_3_1_and_says_how_one_comes_in() -> None:
    found = json.loads(described())
    assert (
        found["openapi"].startswith("3.1.")
        and found["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    )
    for path, operations in found["paths"].items():
        for verb, one in operations.items():
            assert one["summary"], f"{verb} {path}"
            told = {p["name"] for p in one["parameters"]}
            if verb in ("patch", "delete"):
                assert "Idempotency-Key" in told, f"{verb} {path}"
                # What cannot be read by itself has no ETag to send.
                assert "If-Match" in told or "get" not in operations, f"{verb} {path}"


@pytest.mark.django_db
def test_the_reference_is_a_page_of_our_own() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200 and "/elements/bulk" in text and "ElementFull" in text
    assert "http://" not in text.replace("http://www.w3.org", "") and "cdn" not in text
