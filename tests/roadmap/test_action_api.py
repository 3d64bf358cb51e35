"""The action plan for programs."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest

from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action
from tests.cast import WHO, cast  # noqa: F401
from tests.roadmap.plans import action, initiative

ALL = "/api/v1/institutions/uji/actions"
READERS = {"operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


def ask(cast, who, path, method="GET", body=None, match="*"):  # noqa: F811
    answer = cast.client(who).generic(
        method, path, b"" if body is None else json.dumps(body).encode(), content_type="application/json",
        headers={} if match is None else {"If-Match": match},
    )  # fmt: skip
    return answer, json.loads(answer.content) if answer.content else None


def test_an_action_is_planned_changed_and_finished_by_requests(cast):  # noqa: F811
    under = initiative(cast)
    path = f"/api/v1/institutions/uji/initiatives/{under.uid}/actions"
    body = {
        "title": "Susun SOP", "unit": "1.02", "person": "head@uji.example", "due": "2027-01-31", "repeats": "monthly",
        "checklist": ["satu"],
    }  # fmt: skip
    answer, made = ask(cast, "operator", path, "POST", body)
    assert (answer.status_code, made["person"], made["due"]) == (201, "Head", "2027-01-31")
    one = f"{ALL}/{made['uid']}"
    answer, told = ask(cast, "operator", one, "PATCH", {"title": "Susun SOP antrean"}, answer["ETag"])
    assert (answer.status_code, told["title"], told["checklist"]) == (
        200,
        "Susun SOP antrean",
        made["checklist"],
    )
    answer, told = ask(cast, "head", one, "PATCH", {"state": "done", "result": "Terbit"}, answer["ETag"])
    assert (told["state"], told["done_by"], told["result"]) == ("done", "Head", "Terbit")
    assert [row["due"] for row in ask(cast, "head", ALL)[1]["items"]] == ["2027-01-31", "2027-02-28"]
    answer, told = ask(cast, "operator", one, "PATCH", {"state": "done"})
    assert (answer.status_code, told["who"]) == (409, "Head")


@pytest.mark.parametrize("who", WHO)
def test_everybody_reads_what_is_theirs(cast, who):  # noqa: F811
    row = action(cast, initiative(cast))
    answer, told = ask(cast, who, ALL)
    one = ask(cast, who, f"{ALL}/{row.uid}")[0].status_code
    if who in READERS:
        assert [each["title"] for each in told["items"]] == ["Susun SOP"] and one == 200
    else:
        assert one == 404 and (answer.status_code == 404 or told["items"] == [])


def test_the_version_that_was_read_is_asked_for_and_two_changes_of_one_field_clash(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    one = f"{ALL}/{row.uid}"
    assert ask(cast, "operator", one, "PATCH", {"title": "x"}, None)[0].status_code == 428
    assert ask(cast, "head", one, "PATCH", {"title": "Kepala"}, '"1"')[0].status_code == 200
    assert ask(cast, "operator", one, "PATCH", {"title": "Operator"}, '"1"')[0].status_code == 412
    assert ask(cast, "operator", one, "PATCH", {"due": "2027-05-05"}, '"1"')[0].status_code == 200
    now = Action.objects.get()
    assert (now.title, now.due) == ("Kepala", date(2027, 5, 5))


def test_a_change_that_cannot_be_finished_leaves_nothing_half_done(cast):  # noqa: F811
    row = action(cast, initiative(cast), evidence_asked="Notula")
    answer, told = ask(
        cast, "operator", f"{ALL}/{row.uid}", "PATCH", {"title": "Lain", "state": "done"}, '"1"'
    )
    assert answer.status_code == 422 and told["errors"][0]["field"] == "reason"
    assert Action.objects.get().title == "Susun SOP"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x", "unit": "2.12"}, "unit"),
        ({"title": "x", "unit": "1.02", "person": "other_operator@uji.example"}, "person"),
        ({"title": "x", "unit": "1.02", "repeats": "monthly"}, "due"),
        ({"title": "x", "unit": "1.02", "due": "2027-13-01"}, "due"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(cast, body, field):  # noqa: F811
    under = initiative(cast)
    answer, told = ask(
        cast, "operator", f"/api/v1/institutions/uji/initiatives/{under.uid}/actions", "POST", body
    )
    assert answer.status_code == 422 and field in {one["field"] for one in told["errors"]}
    assert not Action.objects.exists()


def test_others_write_nothing(cast):  # noqa: F811
    under = initiative(cast, partners=[cast.other_unit])
    row = action(cast, under)
    for who in ("other_operator", "sekda", "stranger", "foreigner"):
        answer, _told = ask(cast, who, f"{ALL}/{row.uid}", "PATCH", {"state": "done"})
        assert answer.status_code == 404
    gone = f"/api/v1/institutions/uji/initiatives/{uuid.uuid4()}/actions"
    assert ask(cast, "operator", gone, "POST", {"title": "x"})[0].status_code == 404


def test_the_list_is_narrowed_and_goes_on(cast):  # noqa: F811
    under, other = initiative(cast), initiative(cast, title="Lain")
    for n in range(5):
        action(cast, under, f"Aksi {n}", due=date(2027, 1, 1 + n))
    done = action(cast, other, "Selesai")
    actions.finish(cast.actor("operator"), done, 1)
    first = ask(cast, "sekda", f"{ALL}?initiative={under.uid}&limit=3")[1]
    second = ask(cast, "sekda", f"{ALL}?initiative={under.uid}&limit=3&after={first['next']}")[1]
    assert [one["title"] for one in first["items"] + second["items"]] == [f"Aksi {n}" for n in range(5)]
    assert [one["title"] for one in ask(cast, "sekda", f"{ALL}?shown=done")[1]["items"]] == ["Selesai"]
    assert ask(cast, "sekda", f"{ALL}?initiative=x")[1]["items"] == []
    assert ask(cast, "sekda", f"{ALL}?shown=salah")[0].status_code == 422


@pytest.mark.parametrize(("state", "late"), [("doing", True), ("postponed", False), ("cancelled", False)])
def test_an_action_that_nobody_waits_for_is_not_late(cast, state, late):  # noqa: F811
    under = initiative(cast)
    row = action(cast, under, due=date(2024, 1, 31))
    under.state = state
    under.save()
    assert ask(cast, "sekda", f"{ALL}/{row.uid}")[1]["late"] is late
