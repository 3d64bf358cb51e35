"""Scenarios and plans for programs."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from pendapa.evaluation.actions import scenarios
from pendapa.evaluation.models import Plan
from pendapa.kernel.jobs import actions as jobs
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
HERE = "/api/v1/institutions/uji/"
SPBE = packs.instrument("spbe-2020")
THREE = {one.number: "3" for one in SPBE.indicators}
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
MAY = {"diskominfo", "sekda", "verifier", "assessor"}


def post(cast: Cast, who: str, body: Any) -> Any:  # noqa: F811
    return cast.client(who).post(HERE + "plans", json.dumps(body), content_type="application/json")


def wanted(**more: Any) -> dict[str, Any]:
    return {
        "first_year": 2027,
        "problem": {"instrument": "spbe-2020", "levels": THREE, "target": "3.05"} | more,
    }


@pytest.mark.parametrize("who", WHO)
def test_who_may_not_read_finds_nothing(cast, who):  # noqa: F811
    scenarios.keep(cast.actor("sekda"), cast.institution, "Milik sekda", "spbe-2020", None, THREE, THREE)
    answer = cast.client(who).get(HERE + "scenarios")
    assert answer.status_code == (200 if who in OFFICERS else 404)
    if who in OFFICERS:
        assert len(answer.json()) == (1 if who == "sekda" else 0)
    assert cast.client(who).get(HERE + "plans").status_code == (200 if who in MAY else 404)
    assert post(cast, who, wanted()).status_code == (202 if who in MAY else 404)


def test_a_scenario_is_told_with_its_exact_score(cast):  # noqa: F811
    row = scenarios.keep(
        cast.actor("head"), cast.institution, "A", "spbe-2020", None, THREE, THREE | {"1": "4"}, shared=True
    )
    told = cast.client("operator").get(f"{HERE}scenarios/{row.uid}").json()
    assert (told["index"], told["predicate"], told["levels"]["1"]) == ("3.013", "Baik", "4")
    assert cast.client("operator").get(f"{HERE}scenarios/{uuid.uuid4()}").status_code == 404
    assert cast.client("operator").get(f"{HERE}scenarios/apa").status_code == 404


def test_a_plan_is_asked_for_computed_and_read(cast):  # noqa: F811
    made = post(cast, "diskominfo", wanted())
    assert made.status_code == 202 and made.json()["state"] == "computing"
    jobs.run(Plan.objects.get().job)
    told = cast.client("assessor").get(made["Location"]).json()
    assert (told["state"], told["result"]["bound"]) == ("optimal", told["result"]["cost"])


def test_a_problem_with_faults_names_each_and_keeps_nothing(cast):  # noqa: F811
    answer = post(
        cast, "diskominfo", wanted(target="9", locked=["99"], requires=[["1", 3, "2", 3], ["2", 3, "1", 3]])
    )
    assert answer.status_code == 422 and len(answer.json()["errors"]) >= 2
    assert not Plan.objects.exists()


def test_circular_prerequisites_are_refused(cast):  # noqa: F811
    answer = post(cast, "diskominfo", wanted(requires=[["1", 4, "2", 4], ["2", 4, "1", 4]]))
    assert answer.status_code == 422 and "circular" in answer.content.decode()
