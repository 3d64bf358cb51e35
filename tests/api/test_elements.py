"""Elements by the API: written with versions, refused in words, hidden as everywhere."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pendapa.architecture.models import Element
from tests.api.programs import ALL, HISTORY, READ, WRITE, program
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {"domain": "applications", "unit": "1.02", "name": "SIMPUS", "attributes": {"fungsi": "Rekam medis"}}


def test_an_element_is_created_read_changed_and_deleted(cast: Cast) -> None:
    theirs = program(cast, "operator")
    made = theirs.post("elements", NEW)
    assert made.status_code == 201 and made.json()["version"] == 1 and made.json()["code"] == "DAA-001"
    there = made["Location"]
    read = theirs.get(there)
    assert read["ETag"] == made["ETag"] and read["ETag"].startswith('"1-')
    changed = theirs.patch(
        there, {"name": "SIMPUS Baru", "attributes": {"fungsi": None}}, If_Match=read["ETag"]
    )
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["version"], changed.json()["attributes"]) == (
        "SIMPUS Baru",
        2,
        {},
    )
    assert changed.json()["change_set"]["state"] == "applied"
    gone = theirs.delete(there, If_Match=changed["ETag"])
    assert gone.status_code == 200 and theirs.get(there).status_code == 404
    back = theirs.post(f"{there}/restore", None)
    assert back.status_code == 200 and theirs.get(there).json()["name"] == "SIMPUS Baru"


def test_who_has_the_newest_gets_304_until_a_relation_is_added(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    theirs, there = program(cast, "operator"), f"elements/{element.uid}"
    tag = theirs.get(there)["ETag"]
    same = theirs.get(there, If_None_Match=f'"x", W/{tag}')
    assert same.status_code == 304 and same.content == b"" and same["ETag"] == tag
    join(element, "application_service", make(cast.unit, "Rawat jalan", "services"))
    assert theirs.get(there, If_None_Match=tag).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_nothing_is_changed_without_saying_what_was_read(cast: Cast, method: str) -> None:
    element = make(cast.unit, "SIMPUS")
    answer = program(cast, "operator").send(method, f"elements/{element.uid}", {"name": "X"})
    assert answer.status_code == 428 and "If-Match" in answer.json()["detail"]
    odd = program(cast, "operator").send(method, f"elements/{element.uid}", {"name": "X"}, If_Match="salah")
    assert odd.status_code == 412


def test_a_stale_change_tells_both_versions_field_by_field(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"fungsi": "Rekam medis"})
    theirs, there = program(cast, "operator"), f"elements/{element.uid}"
    assert (
        theirs.patch(there, {"name": "Lain", "attributes": {"fungsi": "Antrean"}}, If_Match='"1"').status_code
        == 200
    )
    stale = theirs.patch(there, {"name": "Punya saya"}, If_Match='"1"')
    assert stale.status_code == 412 and stale.json()["version"] == 2
    fields = {one.pop("field"): one for one in stale.json()["fields"]}
    assert fields == {
        "name": {"base": "SIMPUS", "theirs": "Lain", "mine": "Punya saya"},
        "attributes.fungsi": {"base": "Rekam medis", "theirs": "Antrean", "mine": None},
    }
    assert theirs.get(there).json()["name"] == "Lain"
    assert theirs.delete(there, If_Match='"1"').status_code == 412
    assert theirs.patch(there, {"name": "Punya saya"}, If_Match="*").status_code == 200


def test_a_stale_change_tells_no_personal_data_to_a_key_without_that_scope(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"operator": "Budi"})
    there = f"elements/{element.uid}"
    whole, narrow = program(cast, "operator"), program(cast, "operator", READ, WRITE, HISTORY)
    assert whole.patch(there, {"attributes": {"operator": "Siti"}}, If_Match='"1"').status_code == 200
    assert "Siti" in whole.patch(there, {"name": "X"}, If_Match='"1"').content.decode()
    told = narrow.patch(there, {"name": "X"}, If_Match='"1"').content.decode()
    assert "Budi" not in told and "Siti" not in told
    assert "Budi" in whole.get(there + "/history").content.decode()
    assert "Budi" not in narrow.get(there + "/history").content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "name": ""}, "name"),
        ({**NEW, "name": "   "}, "name"),
        ({**NEW, "unit": "9.99"}, "unit"),
        ({**NEW, "kind": "server"}, "kind"),
        ({**NEW, "classification": "rahasia"}, "classification"),
        ({**NEW, "attributes": {"tak_ada": "x"}}, "tak_ada"),
        ({**NEW, "valid_from": "kemarin"}, "valid_from"),
        ({**NEW, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ({**NEW, "nama": "x"}, "nama"),
        ({"domain": "applications"}, "unit"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_field(cast: Cast, body: dict, field: str) -> None:
    answer = program(cast, "operator").post("elements", body)
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert field in [one["field"] for one in answer.json()["errors"]] and answer.json()["detail"]
    assert not Element.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"name": "\\ud800"}', b'{"name": "a\\u0000"}', b"\xff", b"[" * 5000]
)
def test_a_body_that_is_none_is_refused(cast: Cast, body: bytes) -> None:
    answer = program(cast, "operator").post("elements", body)
    assert answer.status_code in (400, 422) and answer.json()["detail"]


def test_others_units_are_not_to_be_written(cast: Cast) -> None:
    theirs = program(cast, "operator")
    assert theirs.post("elements", {**NEW, "unit": "2.12"}).status_code == 404
    other = make(cast.other_unit, "SIAK")
    assert theirs.patch(f"elements/{other.uid}", {"name": "X"}, If_Match='"1"').status_code == 404
    assert theirs.delete(f"elements/{other.uid}", If_Match='"1"').status_code == 404
    mine = make(cast.unit, "SIMPUS")
    moved = theirs.patch(f"elements/{mine.uid}", {"unit": "2.12"}, If_Match='"1"')
    assert moved.status_code == 404 and Element.objects.get(pk=mine.pk).unit == cast.unit


def test_an_element_that_others_use_says_which_before_it_goes(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    join(element, "application_service", make(cast.unit, "Rawat jalan", "services"))
    theirs, there = program(cast, "operator"), f"elements/{element.uid}"
    answer = theirs.delete(there, If_Match='"1"')
    assert answer.status_code == 409 and answer.json()["names"] == ["Rawat jalan"]
    assert theirs.delete(there + "?with_relations=true", If_Match='"1"').status_code == 200


def test_a_relation_is_made_changed_and_taken_away(cast: Cast) -> None:
    app, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
    theirs = program(cast, "operator")
    body = {"type": "application_service", "source": str(app.uid), "target": str(service.uid)}
    made = theirs.post("relations", body)
    assert made.status_code == 201 and made.json()["target"]["name"] == "Rawat jalan"
    assert theirs.post("relations", body).status_code == 422
    there = made["Location"]
    changed = theirs.patch(there, {"valid_from": "2026-01-01"}, If_Match=made["ETag"])
    assert changed.status_code == 200 and changed.json()["version"] == 2
    assert theirs.patch(there, {"valid_from": None}, If_Match=made["ETag"]).status_code == 412
    assert theirs.delete(there).status_code == 428
    assert theirs.delete(there, If_Match=changed["ETag"]).status_code == 200
    assert theirs.get("relations").json()["items"] == []


def test_relations_come_in_pages_and_hide_what_one_end_hides(cast: Cast) -> None:
    service = make(cast.unit, "Rawat jalan", "services")
    for number in range(5):
        join(make(cast.unit, f"Aplikasi {number}"), "application_service", service)
    hidden = make(cast.other_unit, "Rahasia", classification="restricted")
    join(hidden, "application_service", service)
    theirs, names, after = program(cast, "operator"), [], ""
    while True:
        page = theirs.get(f"relations?limit=2&after={after}&element={service.uid}").json()
        names += [one["source"]["name"] for one in page["items"]]
        if not (after := page["next"]):
            break
    assert names == [f"Aplikasi {number}" for number in range(5)]
    assert theirs.get(f"relations?element={hidden.uid}").status_code == 404


def test_what_may_not_be_joined_is_told(cast: Cast) -> None:
    app, other = make(cast.unit, "SIMPUS"), make(cast.unit, "SIAK")
    body = {"type": "application_service", "source": str(app.uid), "target": str(other.uid)}
    answer = program(cast, "operator").post("relations", body)
    assert answer.status_code == 422 and "SIAK" in answer.json()["detail"]
    body["target"] = "00000000-0000-4000-8000-000000000000"
    answer = program(cast, "operator").post("relations", body)
    assert [one["field"] for one in answer.json()["errors"]] == ["target"]


def test_the_history_of_an_element_and_its_change_sets_are_told(cast: Cast) -> None:
    theirs = program(cast, "operator")
    made = theirs.post("elements", {**NEW, "reason": "Uji"}).json()
    theirs.patch(f"elements/{made['uid']}", {"name": "Lain"}, If_Match='"1"')
    past = theirs.get(f"elements/{made['uid']}/history").json()
    assert [(one["version"], one["verb"]) for one in past] == [(2, "change"), (1, "add")]
    assert [(d["before"], d["after"]) for d in past[0]["differences"]] == [("SIMPUS", "Lain")]
    sets = theirs.get("change-sets").json()["items"]
    assert past[1]["change_set"] in [one["uid"] for one in sets]
    one = theirs.get(f"change-sets/{past[1]['change_set']}").json()
    assert [write["name"] for write in one["writes"]] == ["SIMPUS"] and one["reason"] == "Uji"
    assert program(cast, "operator", READ).get("change-sets").status_code == 404
    assert program(cast, "operator", READ).get(f"elements/{made['uid']}/history").json() == []


def test_a_change_that_is_reviewed_answers_with_the_proposal(cast: Cast) -> None:
    from pendapa.kernel.review import actions as review

    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    theirs = program(cast, "operator")
    answer = theirs.post("elements", NEW)
    assert answer.status_code == 202 and answer.json()["change_set"]["state"] == "draft"
    assert not Element.objects.exists()
    told = theirs.get(f"change-sets/{answer.json()['change_set']['uid']}").json()
    assert told["state"] == "draft" and told["counts"]["add"] == 1
    assert program(cast, "other_operator", *ALL).get(f"change-sets/{told['uid']}").status_code == 404


def test_a_key_of_the_secretariat_writes_at_once_where_it_was_given_that(cast: Cast) -> None:
    from pendapa.kernel.review import actions as review

    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    page = reverse("tokens:new", args=[cast.institution.code])
    assert "review.direct" in cast.client("diskominfo").get(page).content.decode()
    assert "review.direct" not in cast.client("operator").get(page).content.decode()
    body = {**NEW, "unit": cast.unit.code}
    assert program(cast, "diskominfo", READ, WRITE).post("elements", body).status_code == 202
    answer = program(cast, "diskominfo", READ, WRITE, "review.direct").post("elements", body)
    assert answer.status_code == 201 and Element.objects.count() == 1


def test_what_is_read_of_a_year_can_be_written_back(cast: Cast) -> None:
    theirs = program(cast, "operator")
    aim = {"domain": "strategy", "kind": "iku", "unit": "1.02", "name": "Layanan digital"}
    made = theirs.post(
        "elements", aim | {"attributes": {"target_tahunan": ["2026: 75,5", "2027: 80"]}}
    ).json()
    there = f"elements/{made['uid']}"
    told = theirs.get(there).json()["attributes"]["target_tahunan"]
    assert told == {"2026": "75.5", "2027": "80"}
    again = theirs.patch(there, {"attributes": {"target_tahunan": told}}, If_Match="*")
    assert again.status_code == 200 and theirs.get(there).json()["version"] == 1
    wrong = theirs.patch(there, {"attributes": {"uraian": {"2026": "x"}}}, If_Match="*")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "uraian"


def test_words_come_in_the_language_that_is_asked_for(cast: Cast) -> None:
    theirs = program(cast, "operator")
    body = {**NEW, "attributes": {"tak_ada": "x"}}
    english = theirs.post("elements", body, Accept_Language="en").json()["detail"]
    assert "has no field" in english and theirs.post("elements", body).json()["detail"] != english


def test_one_goes_on_with_what_one_has_proposed(cast: Cast) -> None:
    from pendapa.kernel.history.models import ChangeItem
    from pendapa.kernel.review import actions as review

    element = make(cast.unit, "SIMPUS")
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    theirs, there = program(cast, "operator"), f"elements/{element.uid}"
    assert theirs.patch(there, {"name": "Satu"}, If_Match='"1"').status_code == 202
    again = theirs.patch(there, {"name": "Dua"}, If_Match='"1"')
    assert again.status_code == 202, again.content
    assert ChangeItem.objects.get().patch["name"] == "Dua"
    assert theirs.get(there).json()["name"] == "SIMPUS"
