"""Initiatives and roadmaps for programs: read, begun, changed with If-Match, brought on, reported."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from pendapa.roadmap.models import Initiative
from pendapa.roadmap.queries import initiatives as queries
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.initiatives import CODE, make, make_action, make_element, make_line, make_roadmap

pytestmark = pytest.mark.django_db
ALL = "/api/v1/institutions/uji/initiatives"


def ask(
    people: Cast,
    who: str,
    path: str = "",
    method: str = "GET",
    body: Any = None,
    match: str = "*",
) -> tuple[int, Any]:
    answer = people.client(who).generic(
        method, f"{ALL}{path}", b"" if body is None else json.dumps(body).encode(), content_type="application/json",
        headers={"If-Match": match} if method != "GET" and path and match else {},
    )  # fmt: skip
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_an_initiative_goes_its_way_by_requests(cast):  # noqa: F811
    roadmap, app = make_roadmap(cast), make_element(cast, "SIMPEG")
    make_line(cast, "1000")
    body = {
        "title": "Jaringan", "unit": "1.02", "partners": ["2.12"], "roadmap": str(roadmap.uid), "starts_on": "2027-01-01",
        "lifts": [{"instrument": "spbe-2020", "indicator": "1", "level_from": "2", "level_to": "3"}],
        "targets": [{"year": 2027, "target": "50%"}], "elements": [{"uid": str(app.uid), "effect": "new"}],
        "budgets": [{"year": 2027, "programme_code": CODE, "planned": "900"}], "cost": "1250.50",
    }  # fmt: skip
    status, made = ask(cast, "diskominfo", "", "POST", body)
    assert (status, made["code"], made["state"], made["cost"]) == (201, "PR-2027-001", "draft", "1250.5")
    one = f"/{made['uid']}"
    status, told = ask(cast, "diskominfo", one, "PATCH", {"note": "Catatan"}, '"1"')
    assert (
        status == 200
        and told["elements"] == [{"uid": str(app.uid), "effect": "new"}]
        and told["partners"] == ["2.12"]
    )
    assert ask(cast, "diskominfo", f"{one}/move", "POST", {"state": "planned"})[1]["state"] == "planned"
    assert ask(cast, "operator", f"{one}/move", "POST", {"state": "doing"})[1]["moves"] == ["done"]
    report = {
        "spent": [{"year": 2027, "programme_code": CODE, "spent": "450"}],
        "done": [{"year": 2027, "done": "40%"}],
    }
    status, told = ask(cast, "operator", f"{one}/report", "POST", report)
    assert status == 200 and told["budgets"][0]["spent"] == "450" and told["targets"][0]["done"] == "40%"
    make_action(cast, Initiative.objects.get(), "Tarik kabel")
    status, told = ask(cast, "operator", f"{one}/move", "POST", {"state": "done"})
    assert status == 422 and "Tarik kabel" in told["detail"]


@pytest.mark.parametrize("who", WHO)
def test_what_one_may_not_see_is_as_if_it_were_not_there(cast, who):  # noqa: F811
    row = make(cast)
    seen = {"operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
    status, told = ask(cast, who, f"/{row.uid}")
    assert status == 200 if who in seen else status in (401, 404)
    if who == "other_operator":
        assert told == ask(cast, who, f"/{uuid.uuid4()}")[1] == ask(cast, who, "/bukan-uuid")[1]
    for path, method, body in (
        (f"/{row.uid}", "PATCH", {"title": "x"}),
        (f"/{row.uid}/move", "POST", {"state": "cancelled"}),
    ):
        status = ask(cast, who, path, method, body)[0]
        assert (status == 200) == (who == "diskominfo" or (who in ("operator", "head") and method == "PATCH"))


def test_a_change_needs_what_was_read_and_says_what_others_changed(cast):  # noqa: F811
    row = make(cast)
    one = f"/{row.uid}"
    assert ask(cast, "diskominfo", one, "PATCH", {"title": "x"}, "")[0] == 428
    assert ask(cast, "operator", one, "PATCH", {"output": "Mereka"}, '"1"')[0] == 200
    status, told = ask(cast, "diskominfo", one, "PATCH", {"title": "Saya"}, '"1"')
    assert status == 412 and told["changed"] == ["output"] and told["version"] == 2
    assert queries.values_of(Initiative.objects.get()).title == row.title


def test_who_has_it_already_is_told_so(cast):  # noqa: F811
    row, client = make(cast), cast.client("diskominfo")
    tag = client.get(f"{ALL}/{row.uid}")["ETag"]
    assert client.get(f"{ALL}/{row.uid}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "x", "unit": "tidak ada"},
        {"title": "x", "ends_on": "2027-02-31"},
        {"title": "x", "cost": "-5"},
        {"title": "x", "cost": "NaN"},
        {"title": "x", "cost": "1e40"},
        {"title": "x", "goal": "bukan"},
        {"title": "x", "waits_for": [str(uuid.uuid4())]},
        {"title": "x", "elements": [{"uid": str(uuid.uuid4()), "effect": "new"}]},
        {"title": "x", "budgets": [{"year": 2027, "programme_code": "DROP"}]},
        {
            "title": "x",
            "lifts": [{"instrument": "spbe-2020", "indicator": "1", "level_from": "1", "level_to": "9"}],
        },
        {"title": "x" * 2000},
        {"title": ["x"]},
    ],
)
def test_what_cannot_stay_is_refused_with_its_field(cast, body):  # noqa: F811
    status, told = ask(cast, "diskominfo", "", "POST", {"unit": "1.02", **body})
    assert status == 422 and told["errors"] and not Initiative.objects.exists()


def test_signs_that_no_database_takes_are_no_fault_of_the_server(cast):  # noqa: F811
    status, _told = ask(
        cast, "diskominfo", "", "POST", {"title": "Nol\x00di", "unit": "1.02", "note": "\x00"}
    )
    assert status in (201, 400, 422)
    assert ask(cast, "diskominfo", "", "POST", {"title": "x", "unit": "1\x0002"})[0] in (400, 422)


@pytest.mark.parametrize("body", ["x", ["x"], [], 7, True])
def test_a_body_that_is_no_object_begins_nothing(cast, body):  # noqa: F811
    status, told = ask(cast, "diskominfo", "", "POST", body)
    assert status == 400 and told["detail"] == "Isi permintaan bukan JSON yang dapat dibaca."
    assert not Initiative.objects.exists()


def test_roadmaps_are_listed_with_what_one_may_see(cast):  # noqa: F811
    row = make_roadmap(cast)
    url = "/api/v1/institutions/uji/roadmaps"
    told = cast.client("diskominfo").get(url).json()
    assert told["current"] == str(row.uid) and told["items"][0]["planned"] is None
    assert [one["kind"] for one in told["items"][0]["reviews"]] == ["midterm", "final"]
    assert cast.client("operator").get(url).json() == {"items": [], "current": None}
    assert cast.client("stranger").get(url).status_code == 404
