"""Gaps: each rule closes when the thing is there; page, database and command say the same."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element
from pendapa.architecture.queries import Filters, keeping
from pendapa.architecture.queries.gaps import rules
from pendapa.architecture.rules.gaps import RULES
from pendapa.kernel.access.actor import system
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def rules_of(cast: Cast, element: Element) -> set[str]:
    return {gap["rule"] for gap in queries.gaps(system(), cast.institution) if gap["uid"] == str(element.uid)}


def counted(cast: Cast, rule: str) -> tuple[int, int]:
    """The same rule, counted and listed by the database."""
    listed = queries.elements(system(), cast.institution, Filters(gap=rule)).rows
    return queries.gap_numbers(system(), cast.institution)[rule], len(listed)


@pytest.mark.parametrize(
    ("rule", "relation", "other"),
    [
        ("application_without_process", "application_process", ("processes", "")),
        ("application_without_data", "application_data", ("data", "")),
        ("application_without_hosting", "application_server", ("infrastructure", "server")),
        ("application_without_hosting", "application_cloud", ("infrastructure", "komputasi_awan")),
        ("application_without_security", "secured_by", ("security", "audit_keamanan")),
    ],
)
def test_a_gap_of_an_application_closes_with_its_relation(
    cast: Cast, rule: str, relation: str, other: tuple[str, str]
) -> None:
    application = make(cast.unit, "SIMPUS")
    there = make(cast.unit, "Sasaran", other[0], kind=other[1])
    assert rule in rules_of(cast, application) and counted(cast, rule) == (1, 1)
    made = join(application, relation, there)
    assert rule not in rules_of(cast, application) and counted(cast, rule) == (0, 0)
    actions.unlink(system(), made)
    assert rule in rules_of(cast, application) and counted(cast, rule) == (1, 1)


def test_a_service_needs_an_application(cast: Cast) -> None:
    service, rule = make(cast.unit, "Rawat jalan", "services"), "service_without_application"
    assert rule in rules_of(cast, service) and counted(cast, rule) == (1, 1)
    join(make(cast.unit, "SIMPUS"), "application_service", service)
    assert rule not in rules_of(cast, service) and counted(cast, rule) == (0, 0)


@pytest.mark.parametrize(
    ("key", "rule"),
    [("operator", "application_without_operator"), ("lokasi_server", "application_without_hosting")],
)
@pytest.mark.parametrize(
    ("value", "closes"), [("Tim TI", True), ("", False), ([], False), (None, False), (["Tim TI"], True)]
)
def test_a_filled_field_closes_a_gap_and_an_empty_one_does_not(
    cast: Cast, key: str, rule: str, value: object, closes: bool
) -> None:
    application = make(cast.unit, "SIMPUS")
    Element.objects.filter(pk=application.pk).update(attributes={key: value})
    keeping.again(cast.institution)
    cache.clear()
    assert (rule in rules_of(cast, application)) is not closes
    assert counted(cast, rule) == ((0, 0) if closes else (1, 1))


def test_every_rule_of_the_catalogue_is_counted_and_listed_alike(cast: Cast) -> None:
    for number in range(4):
        make(cast.unit, f"Aplikasi {number}", attributes={"operator": "x"} if number % 2 else {})
        make(cast.other_unit, f"Layanan {number}", "services")
    found = queries.gaps(system(), cast.institution)
    numbers = queries.gap_numbers(system(), cast.institution)
    assert {r.key: numbers[r.key] for r in RULES} == {
        r.key: sum(g["rule"] == r.key for g in found) for r in RULES
    }
    assert numbers["elements"] == len({gap["uid"] for gap in found}) == 8
    assert numbers["units"] == 2
    own = queries.gap_numbers(system(), cast.institution, str(cast.unit.uid))
    assert own["service_without_application"] == 0 and own["application_without_data"] == 4
    rows = queries.elements(system(), cast.institution, Filters(domain="applications")).rows
    told = queries.gaps_of_rows(rows)
    assert {row["code"]: {rule.key for rule in told[row["id"]]} for row in rows} == {
        row["code"]: {gap["rule"] for gap in found if gap["code"] == row["code"]} for row in rows
    }


def test_numbers_are_counted_anew_after_each_change(cast: Cast, django_assert_num_queries) -> None:
    make(cast.unit, "SIMPUS")
    assert queries.gap_numbers(system(), cast.institution)["application_without_data"] == 1
    with django_assert_num_queries(1):  # the mark alone
        queries.gap_numbers(system(), cast.institution)
    make(cast.unit, "SIMRS")
    assert queries.gap_numbers(system(), cast.institution)["application_without_data"] == 2


def test_the_page_has_a_door_for_each_rule_and_mends_what_one_may_write(cast: Cast) -> None:
    mine, theirs = make(cast.unit, "SIMPUS"), make(cast.other_unit, "SIAK")
    page = (
        cast.client("operator")
        .get("/di/uji/arsitektur/celah/?rule=application_without_data")
        .content.decode()
    )
    assert all(f"rule={rule.key}" in page for rule in rules())
    assert f"{mine.uid}/hubungkan/?type=out:application_data" in page
    assert f"{theirs.uid}/" in page and f"{theirs.uid}/hubungkan/" not in page


def test_the_page_of_an_empty_register_and_of_an_unknown_rule(cast: Cast) -> None:
    client = cast.client("assessor")
    assert client.get("/di/uji/arsitektur/celah/").status_code == 200
    assert client.get("/di/uji/arsitektur/celah/?rule=tiada").status_code == 404


def test_gaps_leave_as_a_spreadsheet_whose_cells_run_nothing(cast: Cast) -> None:
    make(cast.unit, "=HYPERLINK(1)")
    answer = cast.client("operator").get("/di/uji/arsitektur/celah/ekspor/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and ";=HYPERLINK" not in text
    book = cast.client("operator").get("/di/uji/arsitektur/celah/ekspor/?format=xlsx")
    assert b"".join(book.streaming_content).startswith(b"PK")


def test_the_api_tells_the_same_gaps(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    answer = json.loads(
        cast.client("operator").get("/api/v1/institutions/uji/gaps?rule=application_without_data").content
    )
    assert [(gap["rule"], gap["code"], gap["kind"], gap["unit"]) for gap in answer] == [
        ("application_without_data", "DAA-001", "applications", "Dinas Kesehatan")
    ]
