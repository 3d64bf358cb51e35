"""Comparison and reports in the API: the numbers of the page, exact, and the same rights."""

from __future__ import annotations

import pytest

from pendapa.evaluation.actions import assessments, reports
from pendapa.kernel.access import actor as actors
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

COMPARE = "/api/v1/institutions/uji/assessments/compare"
REPORTS = "/api/v1/institutions/uji/assessments/2023/spbe-2020/reports"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def cycle(cast: Cast):  # noqa: F811
    row = assessments.open_assessment(actors.system(), cast.institution, 2023, "spbe-2020")
    levels = {one.number: "3" for one in packs.instrument("spbe-2020").indicators}
    return assessments.set_levels(actors.system(), row, levels, row.version).cycle


@pytest.mark.parametrize("who", WHO)
def test_officers_compare_and_others_get_what_does_not_exist(cast, cycle, who):  # noqa: F811
    for address in (COMPARE, REPORTS):
        status = cast.client(who).get(address).status_code
        assert status == 200 if who in OFFICERS else status in (401, 404)


def test_numbers_are_exact_texts_and_faults_of_the_source_are_told(cast, cycle):  # noqa: F811
    told = cast.client("operator").get(COMPARE, {"instrument": "spbe-2020"}).json()
    assert told["own"]["index"] == "3" and told["own"]["aspects"]["1"] == "3"
    faulty = [one for one in told["averages"] if one["fault"]]
    assert faulty and not any(one["verified"] for one in faulty)
    assert cast.client("operator").get(COMPARE, {"instrument": "spbe-1999"}).status_code == 404


def test_one_lists_only_what_one_had_made(cast, cycle):  # noqa: F811
    reports.start(cast.actor("sekda"), cycle, "summary", "pdf")
    assert [one["report"] for one in cast.client("sekda").get(REPORTS).json()] == ["summary"]
    assert cast.client("diskominfo").get(REPORTS).json() == []
