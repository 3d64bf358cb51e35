"""The API: lean pages by keyset, one element whole, and the metamodel open to all."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/api/v1/institutions/uji/"


def read(client: Client, address: str, **query: object) -> dict:
    answer = client.get(address, query)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/json")
    return json.loads(answer.content)


def test_pages_follow_one_another_by_their_marks(cast: Cast) -> None:
    for number in range(7):
        make(cast.unit, f"Aplikasi {number}")
    client, names, after = cast.client("assessor"), [], ""
    while True:
        page = read(client, BASE + "elements", limit=3, after=after, domain="applications")
        names += [row["name"] for row in page["items"]]
        if not (after := page["next"]):
            break
    assert names == [f"Aplikasi {number}" for number in range(7)]


def test_rows_are_lean_and_filters_narrow_them(cast: Cast) -> None:
    make(cast.unit, "SIMPUS", attributes={"fungsi": "Rekam medis"})
    make(cast.other_unit, "SIAK")
    client = cast.client("operator")
    (row,) = read(client, BASE + "elements", q="rekam")["items"]
    assert set(row) == {
        "uid",
        "domain",
        "kind",
        "code",
        "name",
        "unit",
        "unit_uid",
        "classification",
        "completeness",
    }
    assert len(read(client, BASE + "elements", unit=cast.other_unit.uid)["items"]) == 1
    assert read(client, BASE + "elements", domain="services")["items"] == []
    assert read(client, BASE + "elements", domain="infrastructure", kind="server")["items"] == []


@pytest.mark.parametrize("limit", [0, 201, "x"])
def test_a_limit_beyond_bounds_is_refused(cast: Cast, limit: object) -> None:
    assert cast.client("operator").get(BASE + "elements", {"limit": limit}).status_code == 422


@pytest.mark.parametrize(
    ("path", "filters", "field"),
    [
        ("elements", {"domain": "aplikasi"}, "domain"),
        ("elements", {"kind": "mainframe"}, "kind"),
        ("elements", {"gap": "tanpa_apa"}, "gap"),
        ("elements", {"after": "halaman 2"}, "after"),
        ("relations", {"type": "dekat_dengan"}, "type"),
        ("relations", {"after": "x"}, "after"),
    ],
)
def test_a_filter_that_names_nothing_is_told_and_not_answered_with_an_empty_list(
    cast: Cast, path: str, filters: dict, field: str
) -> None:
    answer = cast.client("assessor").get(BASE + path, filters)
    assert answer.status_code == 422
    assert [one["field"] for one in json.loads(answer.content)["errors"]] == [field]


def test_one_element_comes_with_attributes_relations_and_where_its_fields_come_from(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"fungsi": "Rekam medis", "vendor": "CV Uji"})
    join(element, "application_service", make(cast.unit, "Rawat jalan", "services"))
    found = read(cast.client("operator"), f"{BASE}elements/{element.uid}")
    assert found["attributes"] == {"fungsi": "Rekam medis", "vendor": "CV Uji"}
    assert [(r["type"], r["outgoing"], r["other"]["code"]) for r in found["relations"]] == [
        ("application_service", True, "DAL-001")
    ]
    assert found["sources"]["fungsi"]["official"] and not found["sources"]["vendor"]["official"]
    assert found["sources"]["vendor"]["verified"] is False and found["sources"]["fungsi"]["source"]


def test_the_metamodel_is_open_and_tells_what_is_not_verified() -> None:
    found = read(Client(), "/api/v1/metamodel")
    assert [domain["key"] for domain in found["domains"]] == [
        "processes",
        "services",
        "data",
        "applications",
        "infrastructure",
        "security",
    ]
    assert [domain["key"] for domain in found["beside"]] == ["strategy", "outside"]
    columns = {c["key"]: c for d in found["domains"] if d["key"] == "applications" for c in d["columns"]}
    assert (
        columns["basis"]["official"]
        and not columns["basis"]["values_verified"]
        and columns["basis"]["values_source"]
    )
    assert columns["operator"]["personal"]
    assert {"from", "to", "forward", "backward", "verified"} <= set(found["relations"][0])


def test_the_description_of_the_api_is_whole() -> None:
    described = json.loads(Client().get("/api/v1/openapi.json").content)
    for path in ("elements", "elements/{uid}", "gaps", "twins"):
        assert f"/api/v1/institutions/{{code}}/{path}" in described["paths"]
