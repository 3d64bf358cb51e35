"""The table of a round, explanations and the division, for programs."""

from __future__ import annotations

from typing import Any

import pytest

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Answer, Cycle, Duty
from pendapa.evaluation.queries.work import Share
from tests.cast import WHO, Cast, cast  # noqa: F401

HERE = "/api/v1/institutions/uji/cycles/2026/spbe-2020/"
ONE = HERE + "indicators/11/answer"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
READERS = OFFICERS - {"other_operator"}
WRITERS = {"operator", "head", "diskominfo"}


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    sheet = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    actions.divide(cast.actor("diskominfo"), sheet.cycle, {"11": Share(cast.unit.pk)})
    actions.set_level(cast.actor("operator"), sheet.cycle, "self", "11", "3", "", 1)
    actions.write_answer(cast.actor("operator"), sheet.cycle, "11", [{"document": "Perbup 41"}], "Rahasia", 0)
    return sheet.cycle


def put(cast: Cast, who: str, body: Any, tag: str | None = '"1"') -> Any:  # noqa: F811
    headers = {} if tag is None else {"If-Match": tag}
    return cast.client(who).put(ONE, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("who", WHO)
def test_each_reads_as_far_as_the_pages_show(cast, cycle, who):  # noqa: F811
    client = cast.client(who)
    told = client.get(HERE + "indicators")
    assert told.status_code == (200 if who in OFFICERS else 404)
    assert client.get(HERE + "duties").status_code == told.status_code
    assert client.get(ONE).status_code == (200 if who in READERS else 404)
    if who in OFFICERS:
        row = next(one for one in told.json()["indicators"] if one["number"] == "11")
        assert (row["levels"]["self"], row["weight"], row["duty"]["lead"]) == ("3", "2.5", "1.02")
        assert row["answer"] == ("draft" if who in READERS else None)
        assert (row["evidence"] is not None) == (who in READERS)


@pytest.mark.parametrize("who", WHO)
def test_who_may_not_write_finds_nothing(cast, cycle, who):  # noqa: F811
    answer = put(cast, who, {"facts": [{"document": "Notula"}], "analysis": "Baru"})
    assert answer.status_code == (200 if who in WRITERS else 404)
    assert Answer.objects.get().analysis == ("Baru" if who in WRITERS else "Rahasia")


def test_an_explanation_is_written_on_its_version_and_handed_in(cast, cycle):  # noqa: F811
    assert put(cast, "operator", {"analysis": "x"}, None).status_code == 428
    told = put(cast, "operator", {"facts": [{"document": "Perbup", "article": "4"}], "analysis": "Lengkap"})
    assert told.json()["text"] == "Fakta: Perbup, Pasal 4.\nAnalisis: Lengkap"
    assert put(cast, "head", {"analysis": "Lain"}).status_code == 412
    assert put(cast, "operator", {"analysis": "x" * 10_001}, told["ETag"]).status_code == 422
    done = cast.client("operator").post(ONE + "/hand-in", headers={"If-Match": told["ETag"]})
    assert done.status_code == 200 and done.json()["state"] == "ready"


def test_the_secretariat_divides_by_codes_all_or_nothing(cast, cycle):  # noqa: F811
    def post(who: str, duties: Any) -> Any:
        return cast.client(who).post(HERE + "duties", {"duties": duties}, content_type="application/json")

    good = {"12": {"lead": "1.02", "helpers": ["2.12"], "due": "2026-08-31"}}
    assert post("operator", good).status_code == 404
    bad = post("diskominfo", good | {"99": {"lead": "1.02"}, "13": {"lead": "9.99"}})
    assert bad.status_code == 422 and {one["field"] for one in bad.json()["errors"]} == {"99", "13"}
    assert not Duty.objects.filter(indicator="12").exists()
    told = post("diskominfo", good)
    assert told.status_code == 200 and told.json()["12"] == good["12"]
