"""Commitments through the API: what the pages show, for whom they show it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pendapa.roadmap.actions import commitments as actions
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.roadmap.test_commitment_actions import TODAY, approved, drafted, step_of

pytestmark = pytest.mark.django_db
ALL = "/api/v1/institutions/uji/commitments"
SEES = {"operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.mark.parametrize("who", WHO)
def test_drafts_go_to_their_agency_and_to_who_sees_all(cast, who):  # noqa: F811
    row = drafted(cast)
    for path in (ALL, f"{ALL}/{row.uid}"):
        answer = cast.client(who).get(path)
        shown = answer.status_code == 200 and str(row.uid) in answer.content.decode()
        assert shown == (who in SEES), (path, answer.status_code)


def test_an_approval_says_who_in_which_office_and_of_which_text(cast):  # noqa: F811
    row = approved(cast, dues=(-3, 50))
    actions.milestone_done(
        cast.actor("operator"), step_of(row, 1), 1, TODAY, link="https://contoh.go.id/bukti"
    )
    told = cast.client("sekda").get(f"{ALL}/{row.uid}").json()
    assert told["approval"]["name"] == "Head" and told["approval"]["intact"] is True
    assert told["approval"]["sha256"] == row.approved_hash and told["completion"] is None
    assert [(one["due"], one["late"], one["proven"]) for one in told["milestones"]] == [
        (str(TODAY - timedelta(3)), True, False),
        (str(TODAY + timedelta(50)), False, True),
    ]


def test_a_milestone_of_a_draft_is_not_late(cast):  # noqa: F811
    row = drafted(cast, dues=(-3, 50))
    told = cast.client("sekda").get(f"{ALL}/{row.uid}").json()
    assert [one["late"] for one in told["milestones"]] == [False, False]


def test_what_is_late_is_told_by_agency(cast):  # noqa: F811
    approved(cast, dues=(-9, -3))
    told = cast.client("sekda").get(f"{ALL}/late").json()
    assert told == [
        {
            "unit": "1.02",
            "name": "Dinas Kesehatan",
            "commitments": 1,
            "late": 2,
            "longest": 9,
            "without_evidence": 1,
        }
    ]
    assert cast.client("other_operator").get(f"{ALL}/late").json() == []


@pytest.mark.parametrize("uid", ["bukan-uid", "11111111-1111-4111-8111-111111111111"])
def test_what_is_not_there_is_absent(cast, uid):  # noqa: F811
    assert cast.client("sekda").get(f"{ALL}/{uid}").status_code == 404
