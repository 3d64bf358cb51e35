"""Requests for new IT spending, for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pendapa.clearance.models import ClearanceRequest
from tests.architecture.scene import make
from tests.cast import WHO, Cast
from tests.clearance.scene import RISK, begun, decided, filled, full, submitted

pytestmark = pytest.mark.django_db
ALL = "/api/v1/institutions/uji/clearance-requests"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


def ask(
    cast: Cast, who: str, path: str = "", method: str = "GET", body: Any = None, match: str = "*"
) -> tuple[int, Any]:
    answer = cast.client(who).generic(
        method,
        f"{ALL}{path}",
        b"" if body is None else json.dumps(body).encode(),
        content_type="application/json",
        headers={"If-Match": match} if method != "GET" and path else {},
    )
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_a_request_goes_its_whole_way_by_requests(cast: Cast) -> None:
    wanted = full(cast.unit, judul="Antrean")
    status, made = ask(cast, "operator", "", "POST", {"unit": "1.02", "title": "Antrean", "year": 2027})
    assert (status, made["state"], made["basis"]["verified"]) == (201, "draft", False)
    one = f"/{made['uid']}"
    status, told = ask(cast, "operator", one, "PATCH", {"answers": wanted, "risks": [RISK]}, '"1"')
    assert status == 200, told
    assert told["verbs"] == ["hand_in", "withdraw"]
    assert ask(cast, "operator", f"{one}/move", "POST", {"verb": "hand_in"})[1]["state"] == "at_head"
    assert ask(cast, "head", f"{one}/move", "POST", {"verb": "submit"})[1]["reference"].endswith("-0001")
    status, told = ask(cast, "diskominfo", f"{one}/recommend", "POST", {"verdict": "go", "text": "Sesuai."})
    assert (status, told["state"]) == (200, "recommended")
    status, told = ask(cast, "sekda", f"{one}/decide", "POST", {"verdict": "go", "text": "Silakan."})
    assert (status, told["state"], told["decision"]) == (200, "decided", "go")
    assert [step["verb"] for step in told["steps"]] == ["decide", "recommend", "submit", "hand_in", "begin"]
    status, checks = ask(cast, "assessor", f"{one}/checks")
    assert [kept["moment"] for kept in checks["kept"]] == ["submitted", "decided"]
    assert {check["key"]: check["outcome"] for check in checks["checks"]}["roadmap"] == "unknown"


@pytest.mark.parametrize("who", WHO)
def test_everybody_lists_what_is_theirs_to_read(cast: Cast, who: str) -> None:
    submitted(cast, "Satu")
    decided(cast, "Dua")
    status, told = ask(cast, who)
    if who not in OFFICERS:
        assert status in (401, 404)
        return
    expected = {"other_operator": set(), "assessor": {"Dua"}}.get(who, {"Satu", "Dua"})
    assert {row["title"] for row in told["items"]} == expected


def test_a_list_is_given_in_pages(cast: Cast) -> None:
    for n in range(3):
        begun(cast, title=f"Ke-{n}")
    _status, first = ask(cast, "diskominfo", "?limit=2")
    _status, second = ask(cast, "diskominfo", f"?limit=2&after={first['next']}")
    assert [row["title"] for row in first["items"] + second["items"]] == ["Ke-2", "Ke-1", "Ke-0"]
    assert (second["next"], first["counts"]) == ("", {"draft": 3})


def test_hidden_and_absent_answer_the_same(cast: Cast) -> None:
    row = submitted(cast)
    absent = "00000000-0000-4000-8000-000000000000"
    for who in ("other_operator", "assessor", "stranger", "foreigner"):
        for more in ("", "/checks"):
            assert ask(cast, who, f"/{row.uid}{more}") == ask(cast, who, f"/{absent}{more}")
        for more, body in (
            ("/move", {"verb": "withdraw"}),
            ("/recommend", {"verdict": "go", "text": "x"}),
            ("/justify", {"text": "x"}),
            ("/decide", {"verdict": "go", "text": "x"}),
        ):
            hidden = ask(cast, who, f"/{row.uid}{more}", "POST", body)
            assert hidden == ask(cast, who, f"/{absent}{more}", "POST", body)
            assert hidden[0] == 404
    assert ask(cast, "diskominfo", "/tidak-ada")[0] == 404


def test_what_is_missing_is_told_field_by_field(cast: Cast) -> None:
    row = begun(cast)
    status, told = ask(cast, "head", f"/{row.uid}/move", "POST", {"verb": "submit"})
    assert status == 422
    assert {"sasaran_pengguna", "risks"} <= {error["field"] for error in told["errors"]}


def test_a_write_names_what_was_read(cast: Cast) -> None:
    row = begun(cast)
    plain = cast.client("operator").patch(
        f"{ALL}/{row.uid}", {"answers": {"fungsi": "x"}}, content_type="application/json"
    )
    assert plain.status_code == 428
    assert ask(cast, "operator", f"/{row.uid}", "PATCH", {"answers": {"fungsi": "Satu"}}, '"1"')[0] == 200
    status, told = ask(cast, "head", f"/{row.uid}", "PATCH", {"answers": {"fungsi": "Dua"}}, '"1"')
    assert (status, told["theirs"]) == (409, {"fungsi": "Satu"})
    assert ask(cast, "head", f"/{row.uid}/move", "POST", {"verb": "withdraw"}, '"1"')[0] == 412


def test_answers_and_risks_are_written_together_or_not_at_all(cast: Cast) -> None:
    row = begun(cast)
    body = {"answers": {"pagu": "banyak"}, "risks": [RISK]}
    status, told = ask(cast, "operator", f"/{row.uid}", "PATCH", body, '"1"')
    assert (status, told["errors"][0]["field"]) == (422, "pagu")
    row.refresh_from_db()
    assert (row.risks, row.version) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        {"unit": "1.02", "title": "", "year": 2027},
        {"unit": "1.02", "title": "x", "year": 1},
        {"unit": "2.12", "title": "Punya lain", "year": 2027},
        {"unit": "", "title": "x", "year": 2027},
        {"unit": "1.02", "title": "x", "year": 2027, "answers": {"tidak_ada": "x"}},
        {"unit": "1.02", "title": "x", "year": 2027, "answers": {"proses_bisnis": ["bukan-uid"]}},
        {"unit": "1.02", "title": "x", "year": 2027, "answers": {"stakeholder_internal": "bukan-uid"}},
        {"unit": "1.02", "title": "x", "year": 2027, "answers": {"judul_lain": ["x"] * 999}},
    ],
)
def test_what_cannot_be_begun_is_refused_and_leaves_nothing(cast: Cast, body: dict[str, Any]) -> None:
    status, told = ask(cast, "operator", "", "POST", body)
    assert status == 422
    assert told["errors"]
    assert not ClearanceRequest.objects.exists()


def test_elements_that_one_may_not_see_are_left_out_of_the_answers(cast: Cast) -> None:
    own = make(cast.unit, "Proses tertutup", "processes", classification="restricted")
    row = filled(cast, proses_bisnis=[str(own.uid)])
    assert ask(cast, "operator", f"/{row.uid}")[1]["answers"]["proses_bisnis"] == [str(own.uid)]
    done = decided(cast, "Kedua", proses_bisnis=[str(own.uid)])
    told = ask(cast, "assessor", f"/{done.uid}")[1]
    assert told["answers"]["proses_bisnis"] == []
    assert "tertutup" not in json.dumps(ask(cast, "assessor", f"/{done.uid}/checks")[1])
