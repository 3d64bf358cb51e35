"""Proposals, releases and the comparison of two states, for programs."""

from __future__ import annotations

from typing import Any

import pytest

from pendapa.architecture import actions
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import actions as review
from tests.cast import Cast

BASE = "/api/v1/institutions/uji"


@pytest.fixture
def reviewed(cast: Cast) -> Cast:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    return cast


def ask(cast: Cast, who: str, path: str, body: Any = None) -> tuple[int, Any]:
    client = cast.client(who)
    if body is None:
        found = client.get(BASE + path)
    else:
        found = client.post(BASE + path, body, content_type="application/json")
    return found.status_code, found.json() if found.content else None


def draft_of(cast: Cast, name: str = "SIMRS") -> ChangeSet:
    done = actions.create_element(
        cast.actor("operator"), cast.institution, "applications", cast.unit, name=name
    )
    assert done.draft is not None
    return done.draft


def test_a_proposal_goes_its_whole_way_by_requests(reviewed: Cast) -> None:
    uid = str(draft_of(reviewed).uid)
    assert ask(reviewed, "operator", f"/proposals/{uid}/submit", {"comment": "Aplikasi baru"})[0] == 200
    status, shown = ask(reviewed, "head", f"/proposals/{uid}")
    assert status == 200 and shown["waits_for_you"] and shown["step"] == "approve"
    assert [(i["verb"], i["name"]) for i in shown["items"]] == [("add", "SIMRS")]
    status, returned = ask(
        reviewed, "head", f"/proposals/{uid}/decide", {"verdict": "return", "comment": "Lengkapi"}
    )
    assert (status, returned["state"]) == (200, "returned")
    ask(reviewed, "operator", f"/proposals/{uid}/submit", {})
    ask(reviewed, "head", f"/proposals/{uid}/decide", {"verdict": "agree"})
    status, done = ask(reviewed, "diskominfo", f"/proposals/{uid}/decide", {"verdict": "agree"})
    assert (status, done["state"]) == (200, "applied")
    status, rows = ask(reviewed, "assessor", "/elements?domain=applications")
    assert [row["name"] for row in rows["items"]] == ["SIMRS"]


def test_what_cannot_be_decided_is_told_and_changes_nothing(reviewed: Cast) -> None:
    uid = str(draft_of(reviewed).uid)
    ask(reviewed, "operator", f"/proposals/{uid}/submit", {})
    status, problem = ask(reviewed, "head", f"/proposals/{uid}/decide", {"verdict": "return", "comment": " "})
    assert status == 422 and problem["detail"]
    assert ask(reviewed, "head", f"/proposals/{uid}/decide", {"verdict": "nonsense"})[0] == 422
    assert ChangeSet.objects.get(uid=uid).step == "approve"


@pytest.mark.parametrize("who", ["other_operator", "assessor", "stranger", "foreigner", "public"])
def test_proposals_of_another_opd_are_not_there(reviewed: Cast, who: str) -> None:
    uid = str(draft_of(reviewed, "Rahasia dapur").uid)
    absent = ask(reviewed, who, "/proposals/00000000-0000-0000-0000-000000000000")
    assert ask(reviewed, who, f"/proposals/{uid}") == absent
    status, listed = ask(reviewed, who, "/proposals")
    assert status == 404 or "Rahasia dapur" not in str(listed)
    for verb in ("submit", "decide"):
        assert ask(reviewed, who, f"/proposals/{uid}/{verb}", {"verdict": "agree"})[0] in (401, 403, 404)


def test_releases_are_frozen_listed_and_compared(cast: Cast) -> None:
    office = cast.actor("diskominfo")
    made = actions.create_element(office, cast.institution, "applications", cast.unit, name="SIMRS").row
    status, release = ask(cast, "diskominfo", "/releases", {"code": "2026", "decree_number": "12/2026"})
    assert status == 201 and release["counts"] == {"applications": 1, "relations": 0}
    assert ask(cast, "operator", "/releases", {"code": "2027"})[0] == 404
    assert ask(cast, "diskominfo", "/releases", {"code": "2026"})[0] == 422
    actions.change_element(office, made, version=1, attributes={"fungsi": "Mencatat"})
    status, compared = ask(cast, "operator", "/compare?before=2026")
    assert status == 200 and compared["counts"]["changed"] == {"element": 1}
    (thing,) = compared["items"]
    assert [(d["label"], d["before"], d["after"]) for d in thing["differences"]] == [
        ("Fungsi Aplikasi", "", "Mencatat")
    ]
    status, then = ask(cast, "operator", "/moments/2026/elements")
    assert [(row["name"], row["attributes"]) for row in then["items"]] == [("SIMRS", {})]
    assert [one["code"] for one in ask(cast, "assessor", "/releases")[1]] == ["2026"]


@pytest.mark.parametrize("text", ["2026-02-31", "x" * 50, "rencana-0"])
def test_a_state_that_is_none_is_refused_in_words(cast: Cast, text: str) -> None:
    status, problem = ask(cast, "operator", f"/compare?before={text}")
    assert status in (404, 422) and problem["detail"]
