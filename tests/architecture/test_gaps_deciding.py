"""Deciding about gaps: to close, to postpone, to accept; who may, what each asks, and that nothing of it is lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.architecture import actions, deciding
from pendapa.architecture.models import Gap, GapDecision
from pendapa.architecture.queries import gap_waiting, keeping
from pendapa.architecture.queries.gaps import Asked, catalogue, figures
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from tests.architecture.scene import join, make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
RULE = "application_without_data"
PAGE = "/di/uji/arsitektur/celah/"
API = "/api/v1/institutions/uji/gaps"


def gap_of(cast: Cast, element, rule: str = RULE) -> str:
    keeping.keep(cast.institution)
    return str(Gap.objects.get(rule=rule, element=element, closed_on=None).uid)


def soon(days: int = 30):
    return timezone.localdate() + timedelta(days=days)


def close(cast: Cast, who: str, *gaps: str, **more):
    told = {"decision": "close", "unit": cast.unit, "owner": "Kepala Bidang", "due": soon()} | more
    return deciding.decide(cast.actor(who), cast.institution, gaps, **told)


def test_a_decision_is_kept_with_who_closes_it_until_when(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    done = close(cast, "operator", gap, reason="Masuk rencana")
    (found,) = catalogue(system(), cast.institution, Asked(rule=RULE)).rows
    assert found.decided is not None and found.uid == gap
    assert (found.decided.decision, found.decided.unit, found.decided.owner) == (
        "close",
        "Dinas Kesehatan",
        "Kepala Bidang",
    )
    assert (found.decided.due, found.decided.reason, found.decided.late) == (soon(), "Masuk rencana", False)
    assert done.change_set.state == "applied" and done.draft is None  # no review, though an operator decided


@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        ("operator", True, False),
        ("head", True, False),
        ("other_operator", False, True),
        ("diskominfo", True, True),
        ("sekda", False, False),
        ("verifier", False, False),
        ("assessor", False, False),
        ("stranger", False, False),
        ("foreigner", False, False),
    ],
)
def test_who_may_write_an_element_may_decide_about_its_gaps(
    cast: Cast, who: str, own: bool, other: bool
) -> None:
    mine, theirs = gap_of(cast, make(cast.unit, "SIMPUS")), gap_of(cast, make(cast.other_unit, "SIAK"))
    for gap, may in ((mine, own), (theirs, other)):
        if may:
            assert len(close(cast, who, gap).row) == 1
        else:
            with pytest.raises(NotFound):
                close(cast, who, gap)
    assert GapDecision.objects.count() == own + other


def test_a_gap_that_one_may_not_decide_keeps_the_others_from_being_decided(cast: Cast) -> None:
    mine, theirs = gap_of(cast, make(cast.unit, "SIMPUS")), gap_of(cast, make(cast.other_unit, "SIAK"))
    with pytest.raises(NotFound):
        close(cast, "operator", mine, theirs)
    assert not GapDecision.objects.exists()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"decision": "close", "owner": "x", "due": soon()}, "unit"),
        ({"decision": "close", "unit": True, "due": soon()}, "owner"),
        ({"decision": "close", "unit": True, "owner": "x"}, "due"),
        ({"decision": "close", "unit": True, "owner": "x", "due": soon(-1)}, "due"),
        ({"decision": "postpone", "due": soon()}, "reason"),
        ({"decision": "postpone", "reason": "x"}, "due"),
        ({"decision": "accept"}, "reason"),
        ({"decision": "buang", "reason": "x"}, "decision"),
        ({"decision": "accept", "reason": "x" * 5000}, "reason"),
    ],
)
def test_each_decision_says_what_it_must(cast: Cast, told: dict, field: str) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    if told.get("unit"):
        told = told | {"unit": cast.unit}
    with pytest.raises(Refused) as refused:
        deciding.decide(cast.actor("operator"), cast.institution, [gap], **told)
    assert refused.value.field == field and not GapDecision.objects.exists()


def test_deciding_again_changes_the_one_decision_and_both_stand_in_the_history(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    close(cast, "operator", gap)
    actor = cast.actor("diskominfo")
    deciding.decide(actor, cast.institution, [gap], decision="postpone", due=soon(400), reason="Anggaran")
    row = GapDecision.objects.get()
    assert (row.decision, row.version, row.unit, row.owner) == ("postpone", 2, None, "")
    same = deciding.decide(
        actor, cast.institution, [gap], decision="postpone", due=soon(400), reason="Anggaran"
    )
    assert same.change_set is None
    page = cast.client("diskominfo").get("/di/uji/riwayat/").content.decode()
    assert "SIMPUS" in page


def test_a_decision_is_taken_back_by_hand_and_by_undo(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    close(cast, "operator", gap)
    deciding.withdraw(cast.actor("operator"), cast.institution, [gap])
    assert catalogue(system(), cast.institution, Asked(rule=RULE)).rows[0].decided is None
    done = close(cast, "operator", gap)
    undoing.undo(cast.actor("diskominfo"), ChangeSet.objects.get(pk=done.change_set.pk))
    assert catalogue(system(), cast.institution, Asked(rule=RULE)).rows[0].decided is None


def test_a_postponed_gap_is_never_lost(cast: Cast) -> None:
    element, actor = make(cast.unit, "SIMPUS"), cast.actor("operator")
    gap = gap_of(cast, element)
    deciding.decide(actor, cast.institution, [gap], decision="postpone", due=soon(), reason="Anggaran")
    relation = join(element, "application_data", make(cast.unit, "Pasien", "data"))
    closed = catalogue(system(), cast.institution, Asked(rule=RULE, state="closed")).rows
    assert [(one.uid, one.decided.decision) for one in closed] == [(gap, "postpone")]
    actions.unlink(system(), relation)
    (again,) = catalogue(system(), cast.institution, Asked(rule=RULE)).rows
    assert again.uid != gap and again.decided is not None and again.decided.decision == "postpone"


def test_late_ones_wait_for_the_unit_that_closes_them(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    close(cast, "diskominfo", gap, unit=cast.other_unit)
    assert gap_waiting.waiting(cast.actor("other_operator"), cast.institution) == []
    GapDecision.objects.update(due=soon(-1))
    (row,) = gap_waiting.waiting(cast.actor("other_operator"), cast.institution)
    assert row.title.startswith("SIMPUS") and row.due == soon(-1)
    assert gap_waiting.waiting_count(cast.actor("other_operator"), cast.institution) == 1
    assert gap_waiting.waiting(cast.actor("operator"), cast.institution) == []
    assert gap_waiting.late_of(cast.actor("sekda"), cast.institution, cast.other_unit) == 1
    assert figures(system(), cast.institution).late == 1
    kept = GapDecision.objects.get()
    join(kept.element, "application_data", make(cast.unit, "Pasien", "data"))
    keeping.keep(cast.institution)
    assert gap_waiting.waiting(cast.actor("other_operator"), cast.institution) == []


def test_several_are_decided_on_the_page_with_one_form(cast: Cast) -> None:
    gaps = [gap_of(cast, make(cast.unit, name)) for name in ("SIMPUS", "SIMRS")]
    client, where = cast.client("operator"), f"{PAGE}putusan/"
    shown = client.get(where, {"gap": gaps, "decision": "accept", "rule": RULE, "unit": str(cast.unit.uid)})
    assert shown.status_code == 200 and "SIMPUS" in shown.content.decode()
    bare = client.post(where, {"gap": gaps, "decision": "accept", "reason": ""})
    assert bare.status_code == 422 and not GapDecision.objects.exists()
    sent = {"gap": gaps, "decision": "accept", "reason": "Volume kecil", "rule": RULE, "only": "none"}
    done = client.post(where, sent)
    assert done.status_code == 302 and done["Location"] == f"{PAGE}?rule={RULE}&decision=none"
    assert set(GapDecision.objects.values_list("decision", "reason")) == {("accept", "Volume kecil")}
    assert ChangeSet.objects.latest("pk").counts["add"] == 2
    back = client.post(where, {"gap": gaps, "withdraw": "1"})
    assert back.status_code == 302 and not GapDecision.objects.filter(deleted_at=None).exists()


def test_the_page_of_a_decision_is_not_there_for_who_may_not_decide(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.other_unit, "SIAK"))
    for who in ("operator", "sekda", "assessor", "stranger"):
        assert cast.client(who).get(f"{PAGE}putusan/?gap={gap}").status_code == 404
    assert cast.client("operator").get(f"{PAGE}putusan/").status_code == 302
    assert cast.client("operator").get(f"{PAGE}putusan/?gap=bukan-uid").status_code == 404


def test_the_api_decides_and_says_what_is_wrong(cast: Cast) -> None:
    gap = gap_of(cast, make(cast.unit, "SIMPUS"))
    client = cast.client("operator")

    def send(**body):
        return client.post(f"{API}/decisions", json.dumps({"gaps": [gap], **body}), "application/json")

    wrong = send(decision="close", unit="1.02", owner="Kepala Bidang")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "due"
    done = send(decision="close", unit="1.02", owner="Kepala Bidang", due=soon().isoformat())
    assert done.status_code == 200 and done.json()["decided"] == 1
    (told,) = client.get(f"{API}?decision=close").json()
    assert (told["gap"], told["decided_unit"], told["due"]) == (gap, "Dinas Kesehatan", soon().isoformat())
    assert client.get(f"{API}?decision=none&rule={RULE}").json() == []
    hidden = gap_of(cast, make(cast.other_unit, "Sandi", classification="restricted"))
    unseen = client.post(
        f"{API}/decisions",
        json.dumps({"gaps": [hidden], "decision": "accept", "reason": "x"}),
        "application/json",
    )
    assert unseen.status_code == 404
    assert send(decision="withdraw").json()["decided"] == 1
