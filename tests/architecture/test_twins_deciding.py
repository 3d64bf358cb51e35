"""Decisions about twins: remembered, not asked again, taken back; only by who may edit all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.analysis.queries import documents
from pendapa.architecture import actions, deciding_twins, queries
from pendapa.architecture.models import TwinDecision
from pendapa.architecture.queries.twin_groups import undecided
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/kembaran/"
API = "/api/v1/institutions/uji/"


def later() -> str:
    return (timezone.localdate() + timedelta(days=90)).isoformat()


@pytest.fixture
def three(cast: Cast):
    return [
        make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"}),
        make(cast.other_unit, "Antrean Kependudukan", attributes={"fungsi": "Antrean warga di loket"}),
        make(cast.subunit, "Antrean Pustu", attributes={"fungsi": "Antrean pasien pustu"}),
    ]


def the_group(cast: Cast, state: str = "open"):
    (group,) = queries.twins(system(), cast.institution, state)
    return group


def decide(cast: Cast, who: str, things, decision: str = "keep", **more):
    more.setdefault("reason", "Dua kelompok pengguna")
    return deciding_twins.decide_twins(
        cast.actor(who), cast.institution, [one.uid for one in things], decision, **more
    )


def test_the_page_merges_a_group_into_one_by_a_day_and_asks_no_more(cast: Cast, three) -> None:
    group = the_group(cast)
    client = cast.client("diskominfo")
    answer = client.post(
        f"{BASE}{group['id']}/putusan/",
        {
            "member": [m["uid"] for m in group["members"]],
            "decision": "merge",
            "into": str(three[0].uid),
            "due": later(),
            "reason": "Sudah punya API",
        },
        follow=True,
    )
    assert answer.redirect_chain and not queries.twins(system(), cast.institution)
    decided = the_group(cast, "decided")
    assert [one["into_name"] for one in decided["decisions"]] == ["Antrean Puskesmas"]
    assert TwinDecision.objects.filter(deleted_at=None).count() == 3
    page = client.get(f"/en{BASE}?state=decided").content.decode()
    assert "Antrean Kependudukan" in page and "Sudah punya API" in page


def test_different_ones_no_longer_stand_together_and_the_rest_does(cast: Cast, three) -> None:
    group = the_group(cast)
    cast.client("diskominfo").post(
        f"{BASE}{group['id']}/putusan/", {"member": [str(three[2].uid)], "decision": "different"}
    )
    left = the_group(cast, "all")
    assert {m["name"] for m in left["members"]} == {"Antrean Puskesmas", "Antrean Kependudukan"}
    assert left["state"] == "open"


def test_a_newcomer_is_asked_about_although_the_others_are_decided(cast: Cast, three) -> None:
    decide(cast, "diskominfo", three)
    assert the_group(cast, "all")["state"] == "decided"
    make(cast.other_unit, "Antrean Loket", attributes={"fungsi": "Antrean warga di loket"})
    group = the_group(cast, "all")
    assert (group["state"], len(group["members"])) == ("open", 4)
    assert group["decisions"][0]["pairs"] == 3


def test_a_decision_is_replaced_by_a_later_one(cast: Cast, three) -> None:
    decide(cast, "diskominfo", three)
    assert decide(cast, "diskominfo", three).change_set is None
    done = decide(cast, "diskominfo", three, reason="Lain lagi")
    assert done.change_set and TwinDecision.objects.count() == 3
    assert {row.reason for row in TwinDecision.objects.all()} == {"Lain lagi"}


def test_undo_asks_again(cast: Cast, three) -> None:
    done = decide(cast, "diskominfo", three)
    told = cast.client("diskominfo").get(f"/en/di/uji/riwayat/{done.change_set.uid}/").content.decode()
    assert "Decision about twins" in told and "Dua kelompok pengguna" in told
    undoing.undo(cast.actor("diskominfo"), ChangeSet.objects.get(pk=done.change_set.pk))
    assert the_group(cast)["decisions"] == []


def test_asking_again_takes_the_decisions_away(cast: Cast, three) -> None:
    decide(cast, "diskominfo", three)
    uids = the_group(cast, "decided")["decisions"][0]["uids"]
    client = cast.client("diskominfo")
    assert client.post(f"{BASE}tanya-lagi/", {"decided": uids}).status_code == 302
    assert the_group(cast)["open_pairs"] == 3
    assert client.post(f"{BASE}tanya-lagi/", {"decided": uids}).status_code == 404


@pytest.mark.parametrize("who", ["operator", "head", "sekda", "assessor", "verifier"])
def test_who_may_not_edit_all_of_them_reads_only(cast: Cast, three, who: str) -> None:
    group = the_group(cast)
    client = cast.client(who)
    assert 'name="decision"' not in client.get(f"{BASE}{group['id']}/").content.decode()
    form = {"member": [m["uid"] for m in group["members"]], "decision": "keep", "reason": "x"}
    assert client.post(f"{BASE}{group['id']}/putusan/", form).status_code == 404
    body = {"members": form["member"], "decision": "keep", "reason": "x"}
    answer = client.post(f"{API}twins/decisions", body, content_type="application/json")
    assert answer.status_code == 404 and not TwinDecision.objects.exists()


def test_an_operator_decides_where_all_are_the_own(cast: Cast, three) -> None:
    assert decide(cast, "operator", [three[0], three[2]]).change_set


def test_one_of_another_institution_is_not_there(cast: Cast, three) -> None:
    foreign = make(cast.foreign_unit, "Antrean Jauh")
    with pytest.raises(NotFound):
        decide(cast, "diskominfo", [three[0], foreign])


def test_what_cannot_be_decided_says_why_and_keeps_what_was_written(cast: Cast, three) -> None:
    group = the_group(cast)
    everybody = [m["uid"] for m in group["members"]]
    client = cast.client("diskominfo")
    for form, words in (
        ({"member": everybody, "decision": "merge", "into": everybody[0]}, "Say by when"),
        ({"member": everybody, "decision": "merge", "into": everybody[0], "due": "2020-01-01"}, "past"),
        ({"member": everybody, "decision": "merge", "into": everybody[0], "due": "besok"}, "is not a day"),
        ({"member": everybody, "decision": "merge", "into": "", "due": later()}, "goes on"),
        ({"member": everybody, "decision": "keep"}, "Say why"),
        ({"member": everybody[:1], "decision": "keep", "reason": "Alasan saya"}, "at least two"),
        ({"decision": "different", "reason": "Alasan saya"}, "at least two"),
        ({"member": everybody, "decision": "apa"}, "not known"),
    ):
        answer = client.post(f"/en{BASE}{group['id']}/putusan/", form)
        page = answer.content.decode()
        assert answer.status_code == 422 and words in page, words
        assert form.get("reason", "") in page
    assert not TwinDecision.objects.exists()


def test_too_many_at_once_are_refused(cast: Cast) -> None:
    things = [make(cast.unit, f"Melati {n}") for n in range(41)]
    with pytest.raises(Refused, match="41"):
        decide(cast, "diskominfo", things)


def test_the_gap_of_undecided_twins_closes_with_the_decision(cast: Cast, three) -> None:
    assert undecided(cast.institution) == {one.pk for one in three}
    decide(cast, "diskominfo", three)
    assert undecided(cast.institution) == set()


def test_no_gap_gives_away_a_twin_that_is_restricted(cast: Cast) -> None:
    plain = make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"})
    hidden = make(
        cast.other_unit, "Antrean Puskesmas Rahasia", attributes={"fungsi": "Antrean pasien puskesmas"}
    )
    assert undecided(cast.institution) == {plain.pk, hidden.pk}
    actions.change_element(system(), hidden, version=1, classification="restricted")
    assert len(the_group(cast)["members"]) == 2
    assert undecided(cast.institution) == set()


def test_a_merge_into_what_one_may_not_see_is_neither_told_nor_asked_again(cast: Cast, three) -> None:
    secret = make(
        cast.other_unit,
        "Antrean Rahasia",
        classification="restricted",
        attributes={"fungsi": "Antrean pasien"},
    )
    decide(
        cast,
        "diskominfo",
        [*three, secret],
        "merge",
        into=str(secret.uid),
        due=timezone.localdate(),
        reason="Sandi",
    )
    assert the_group(cast, "decided")["decisions"][0]["reason"] == "Sandi"
    (group,) = queries.twins(cast.actor("operator"), cast.institution, "all")
    assert (group["state"], group["decisions"], len(group["members"])) == ("decided", [], 3)
    assert len(documents.twin_decisions(system(), cast.institution)) == 6
    assert documents.twin_decisions(cast.actor("operator"), cast.institution) == []


def test_what_is_no_uid_is_not_there(cast: Cast, three, archive) -> None:
    client = cast.client("diskominfo")
    form = {"member": "apa", "national": "srikandi", "decision": "keep", "reason": "x"}
    assert client.post(f"{BASE}nasional/putusan/", form).status_code == 404
    with pytest.raises(NotFound):
        deciding_twins.decide_twins(cast.actor("diskominfo"), cast.institution, ["apa"], "keep", reason="x")


def test_one_named_twice_is_one(cast: Cast, three) -> None:
    twice = [three[0].uid, str(three[0].uid).upper(), three[0].uid.hex]
    with pytest.raises(Refused, match="dua aplikasi"):
        deciding_twins.decide_twins(cast.actor("diskominfo"), cast.institution, twice, "keep", reason="x")


def test_the_api_decides_and_asks_again(cast: Cast, three) -> None:
    client = cast.client("diskominfo")
    body = {
        "members": [str(three[0].uid), str(three[1].uid)],
        "decision": "merge",
        "into": str(three[0].uid),
        "due": later(),
    }
    made = client.post(f"{API}twins/decisions", body, content_type="application/json")
    assert made.status_code == 201 and len(made.json()["decisions"]) == 1
    bad = client.post(f"{API}twins/decisions", body | {"due": None}, content_type="application/json")
    assert bad.status_code == 422 and bad.json()["errors"][0]["field"] == "due"
    assert client.delete(f"{API}twins/decisions/{made.json()['decisions'][0]}").status_code == 200
    assert not TwinDecision.objects.filter(deleted_at=None).exists()


# ---- national ones


@pytest.fixture
def archive(cast: Cast):
    return make(cast.unit, "Smart Arsip", attributes={"fungsi": "Mengolah arsip surat", "kategori": "Lokal"})


def test_a_local_archive_is_shown_beside_the_national_one_with_its_source(cast: Cast, archive) -> None:
    page = cast.client("assessor").get(f"/en{BASE}nasional/").content.decode()
    assert "Smart Arsip" in page and "SRIKANDI" in page and "not verified" in page
    assert 'name="national"' not in page
    (match,) = cast.client("assessor").get(f"{API}national-applications").json()
    assert (match["national"], match["uses"], match["verified"], match["decision"]) == (
        "srikandi",
        False,
        False,
        None,
    )
    text = b"".join(cast.client("assessor").get(f"{BASE}nasional/ekspor/?format=csv").streaming_content)
    assert b"SRIKANDI" in text


def test_its_own_unit_decides_to_replace_it_and_it_is_told_as_decided(cast: Cast, archive) -> None:
    form = {"member": str(archive.uid), "national": "srikandi", "decision": "merge", "due": later()}
    assert cast.client("other_operator").post(f"{BASE}nasional/putusan/", form).status_code == 404
    assert cast.client("operator").post(f"{BASE}nasional/putusan/", form).status_code == 302
    (match,) = queries.national_matches(system(), cast.institution)
    assert match["decision"]["decision"] == "merge"
    page = cast.client("operator").get(f"/en{BASE}nasional/").content.decode()
    assert "Replace by the national one" in page
    again = {"decided": match["decision"]["uid"], "part": "national"}
    assert cast.client("operator").post(f"{BASE}tanya-lagi/", again).status_code == 302
    assert queries.national_matches(system(), cast.institution)[0]["decision"] is None


def test_an_unknown_national_code_and_a_missing_reason_are_told(cast: Cast, archive) -> None:
    client = cast.client("diskominfo")
    form = {"member": str(archive.uid), "national": "apa", "decision": "keep", "reason": "x"}
    body = {"members": [form["member"]], "national": "apa", "decision": "keep", "reason": "x"}
    answer = client.post(f"{API}twins/decisions", body, content_type="application/json")
    assert answer.status_code == 422 and "srikandi" in answer.json()["detail"]
    answer = client.post(f"/en{BASE}nasional/putusan/", form | {"national": "srikandi", "reason": ""})
    assert answer.status_code == 422 and "Say why" in answer.content.decode()


def test_the_piece_on_the_page_of_an_application_tells_the_national_one(cast: Cast, archive) -> None:
    address = f"/en/di/uji/arsitektur/{archive.uid}/kembaran/"
    assert "SRIKANDI" in cast.client("operator").get(address).content.decode()
