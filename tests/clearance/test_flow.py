"""A request from its first word to the letter, with the whole cast."""

from __future__ import annotations

import pytest

from pendapa.architecture import actions as register
from pendapa.clearance import actions, ports, queries
from pendapa.clearance.models import ClearanceFacts, ClearanceRequest
from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.tenancy.models import Assignment
from pendapa.organisation import actions as organisation
from tests.architecture.scene import make
from tests.cast import WHO, Cast
from tests.clearance.scene import RISK, begun, decided, filled, headless, recommended, submitted

pytestmark = pytest.mark.django_db
READERS = {"operator", "head", "diskominfo", "sekda", "verifier"}


def live(cast: Cast, row: ClearanceRequest, who: str = "diskominfo") -> dict[str, str]:
    return {one.key: one.outcome for one in queries.live(cast.actor(who), row)}


# ---- writing


def test_a_request_begins_with_a_title_and_is_nobody_elses_to_write(cast: Cast) -> None:
    row = begun(cast)
    assert (row.state, row.title, row.year, row.reference) == ("draft", "Antrean Puskesmas", 2027, "")
    for who in WHO:
        if who not in ("operator", "head"):
            with pytest.raises(NotFound):
                actions.begin(cast.actor(who), cast.institution, cast.unit, title="Lain", year=2027)
            with pytest.raises(NotFound):
                actions.save(cast.actor(who), row, row.version, {"judul": "Lain"})


@pytest.mark.parametrize(
    ("title", "year", "fault"), [("", 2027, "judul"), ("x" * 301, 2027, "judul"), ("Baik", 27, "year")]
)
def test_a_bad_beginning_is_refused_and_leaves_nothing(cast: Cast, title: str, year: int, fault: str) -> None:
    with pytest.raises(actions.Refused) as told:
        actions.begin(cast.actor("operator"), cast.institution, cast.unit, title=title, year=year)
    assert set(told.value.faults) == {fault}
    assert not ClearanceRequest.objects.exists()


def test_what_two_people_write_at_once_is_merged_by_question(cast: Cast) -> None:
    row = begun(cast)
    actions.save(cast.actor("operator"), row, row.version, {"maksud_tujuan": "Tujuan"})
    after = actions.save(
        cast.actor("head"), row, row.version, {"ruang_lingkup": "Lingkup", "maksud_tujuan": ""}
    )
    assert after.answers["maksud_tujuan"] == "Tujuan"
    assert after.answers["ruang_lingkup"] == "Lingkup"


def test_the_same_question_written_twice_is_told_and_overwrites_nothing(cast: Cast) -> None:
    row = begun(cast)
    actions.save(cast.actor("operator"), row, row.version, {"maksud_tujuan": "Punya operator"})
    with pytest.raises(actions.Stale) as told:
        actions.save(cast.actor("head"), row, row.version, {"maksud_tujuan": "Punya kepala"})
    assert told.value.theirs == {"maksud_tujuan": "Punya operator"}
    row.refresh_from_db()
    assert row.answers["maksud_tujuan"] == "Punya operator"


def test_one_wrong_answer_keeps_the_others_from_being_half_saved(cast: Cast) -> None:
    row = begun(cast)
    with pytest.raises(actions.Refused) as told:
        actions.save(
            cast.actor("operator"),
            row,
            row.version,
            {"maksud_tujuan": "kata " * 2001, "ruang_lingkup": "Lingkup"},
        )
    assert "2001" in told.value.faults["maksud_tujuan"]
    row.refresh_from_db()
    assert "ruang_lingkup" not in row.answers


def test_what_one_may_not_see_cannot_be_named(cast: Cast) -> None:
    hidden = make(cast.other_unit, "Proses rahasia", "processes", classification="restricted")
    row = begun(cast)
    with pytest.raises(actions.Refused) as told:
        actions.save(cast.actor("operator"), row, row.version, {"proses_bisnis": [str(hidden.uid)]})
    absent = told.value.faults["proses_bisnis"]
    with pytest.raises(actions.Refused) as told:
        actions.save(cast.actor("operator"), row, row.version, {"proses_bisnis": [str(cast.unit.uid)]})
    assert told.value.faults["proses_bisnis"] == absent


def test_saving_the_same_again_writes_nothing(cast: Cast) -> None:
    row = filled(cast)
    before = row.version
    again = actions.save(
        cast.actor("operator"), row, row.version, {"ruang_lingkup": row.answers["ruang_lingkup"]}
    )
    assert again.version == before
    assert actions.save_risks(cast.actor("operator"), again, again.version, [RISK, {}]).version == before


# ---- on its way


def test_an_operator_hands_it_to_the_head_who_submits_it(cast: Cast) -> None:
    row = filled(cast)
    with pytest.raises(actions.Refused):
        actions.move(cast.actor("operator"), row, "submit", row.version)
    row = actions.move(cast.actor("operator"), row, "hand_in", row.version)
    assert row.state == "at_head"
    row = actions.move(cast.actor("head"), row, "submit", row.version)
    assert row.state == "submitted"
    assert row.number == 1


def test_without_a_head_the_operator_submits(cast: Cast) -> None:
    headless(cast)
    row = filled(cast)
    assert actions.move(cast.actor("operator"), row, "submit", row.version).state == "submitted"


def test_it_is_not_handed_in_before_everything_required_is_there(cast: Cast) -> None:
    row = begun(cast)
    with pytest.raises(actions.Incomplete) as told:
        actions.move(cast.actor("head"), row, "submit", row.version)
    required = {field.key for field in queries.pack().fields if field.required} - {"judul"}
    assert {field.key for field in told.value.missing} == required
    assert told.value.risks
    row.refresh_from_db()
    assert row.state == "draft"


def test_numbers_run_within_the_year_and_stay(cast: Cast) -> None:
    one, two = submitted(cast, "Satu"), submitted(cast, "Dua")
    assert (one.number, two.number) == (1, 2)
    back = actions.move(cast.actor("diskominfo"), one, "return", one.version, "Lengkapi KAK.")
    again = actions.move(cast.actor("head"), back, "submit", back.version)
    assert again.number == 1


def test_returning_needs_a_word_and_the_text_is_open_again(cast: Cast) -> None:
    row = submitted(cast)
    with pytest.raises(actions.Refused):
        actions.save(cast.actor("operator"), row, row.version, {"ruang_lingkup": "Baru"})
    with pytest.raises(actions.Refused):
        actions.move(cast.actor("diskominfo"), row, "return", row.version, "  ")
    row = actions.move(cast.actor("diskominfo"), row, "return", row.version, "Jelaskan biayanya.")
    assert row.state == "returned"
    assert next(step.comment for step in queries.trail(row)) == "Jelaskan biayanya."
    assert (
        actions.save(cast.actor("operator"), row, row.version, {"ruang_lingkup": "Baru"}).answers[
            "ruang_lingkup"
        ]
        == "Baru"
    )


def test_a_stale_page_moves_nothing(cast: Cast) -> None:
    row = submitted(cast)
    with pytest.raises(Conflict):
        actions.move(cast.actor("diskominfo"), row, "return", row.version - 1, "Lengkapi.")


def test_withdrawn_it_can_be_taken_up_again(cast: Cast) -> None:
    row = submitted(cast)
    row = actions.move(cast.actor("head"), row, "withdraw", row.version)
    assert row.state == "withdrawn"
    assert actions.move(cast.actor("operator"), row, "reopen", row.version).state == "draft"


@pytest.mark.parametrize("who", ["other_operator", "verifier", "assessor", "stranger", "foreigner", "public"])
def test_nobody_else_moves_it(cast: Cast, who: str) -> None:
    row = recommended(cast)
    for verb in ("return", "withdraw", "submit"):
        with pytest.raises(NotFound):
            actions.move(cast.actor(who), row, verb, row.version, "Kata")
    with pytest.raises(NotFound):
        actions.recommend(cast.actor(who), row, row.version, "go", "Ya")
    with pytest.raises(NotFound):
        actions.decide(cast.actor(who), row, row.version, "go", "Ya")
    with pytest.raises(NotFound):
        actions.justify(cast.actor(who), row, row.version, "Ya")


# ---- the national application


def test_a_national_application_stops_the_recommendation_until_the_leader_writes_why(cast: Cast) -> None:
    row = submitted(cast, "E-Arsip Dinas", bidang_umum="records")
    assert live(cast, row)["national_application"] == "failed"
    secretariat, sekda = cast.actor("diskominfo"), cast.actor("sekda")
    for verdict in ("go", "conditions"):
        with pytest.raises(actions.Refused) as told:
            actions.recommend(secretariat, row, row.version, verdict, "Boleh.")
        assert "SRIKANDI" in told.value.faults["verdict"]
    with pytest.raises(NotFound):
        actions.justify(secretariat, row, row.version, "Saya sendiri menulisnya.")
    row = actions.justify(sekda, row, row.version, "Arsip statis tidak dilayani aplikasi nasional.")
    row = actions.recommend(secretariat, row, row.version, "go", "Boleh, lihat pertimbangan.")
    assert row.state == "recommended"
    with pytest.raises(actions.Refused):
        actions.justify(sekda, row, row.version, "")
    row = actions.decide(sekda, row, row.version, "conditions", "Terhubung dengan SRIKANDI.")
    assert (row.decision, row.state) == ("conditions", "decided")


def test_not_to_recommend_needs_no_justification(cast: Cast) -> None:
    row = submitted(cast, "E-Arsip Dinas", bidang_umum="records")
    row = actions.recommend(cast.actor("diskominfo"), row, row.version, "not", "Pakai SRIKANDI.")
    with pytest.raises(actions.Refused):
        actions.decide(
            cast.actor("diskominfo"), row, row.version, "go", "Tetap jalan.", justification="Coba-coba"
        )
    row = actions.decide(cast.actor("diskominfo"), row, row.version, "not", "Pakai SRIKANDI.")
    assert row.decision == "not"


def test_the_title_tells_the_field_although_the_answer_denies_it(cast: Cast) -> None:
    row = submitted(cast, "Sistem Kearsipan Dinas Kesehatan", bidang_umum="bukan")
    told = {one.key: one for one in queries.live(cast.actor("diskominfo"), row)}["national_application"]
    assert told.blocks
    assert "SRIKANDI" in told.reason


# ---- deciding


def test_who_asked_does_not_decide(cast: Cast) -> None:
    Assignment.objects.create(user=cast.users["head"], institution=cast.institution, role="sekda")
    row = recommended(cast)
    with pytest.raises(actions.Refused) as told:
        actions.decide(cast.actor("head"), row, row.version, "go", "Saya setuju.")
    assert told.value.faults
    assert actions.decide(cast.actor("sekda"), row, row.version, "go", "Setuju.").state == "decided"


def test_a_decided_request_stays_as_it_is(cast: Cast) -> None:
    row = decided(cast)
    for who, verb in (("head", "withdraw"), ("diskominfo", "return"), ("operator", "reopen")):
        with pytest.raises(actions.Refused):
            actions.move(cast.actor(who), row, verb, row.version, "Kata")
    with pytest.raises(actions.Refused):
        actions.decide(cast.actor("sekda"), row, row.version, "not", "Berubah pikiran.")


def test_what_was_known_is_kept_at_submission_and_at_decision(cast: Cast) -> None:
    row = recommended(cast)
    make(cast.other_unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"})
    row = actions.decide(cast.actor("sekda"), row, row.version, "go", "Silakan.")
    told = {
        one.moment: {check.key: check.outcome for check in one.checks}
        for one in queries.kept(cast.actor("sekda"), row)
    }
    assert told["submitted"]["twin"] == "passed"
    assert told["decided"]["twin"] == "failed"
    assert ClearanceFacts.objects.count() == 2


def test_every_step_is_in_the_history(cast: Cast) -> None:
    row = decided(cast)
    written = Revision.objects.filter(target_uid=row.uid).order_by("version")
    states = [one.snapshot["state"] for one in written]
    assert states == ["draft", "draft", "draft", "submitted", "recommended", "decided"]
    assert [one.verb for one in row.steps.order_by("pk")] == ["begin", "submit", "recommend", "decide"]


# ---- twins


def test_a_twin_is_told_with_its_reasons_to_who_may_see_it(cast: Cast) -> None:
    twin = make(
        cast.other_unit,
        "Antrean Puskesmas Online",
        attributes={"fungsi": "Mengatur antrean pasien puskesmas"},
    )
    row = submitted(cast, fungsi="Mengatur antrean pasien puskesmas secara daring")
    told = {one.key: one for one in queries.live(cast.actor("operator"), row)}["twin"]
    assert told.outcome == "failed"
    assert told.evidence[0].url.endswith(f"/{twin.uid}/")
    assert told.evidence[0].reasons


def test_a_hidden_twin_is_said_as_nothing(cast: Cast) -> None:
    make(cast.other_unit, "Antrean Puskesmas Rahasia", classification="restricted",
         attributes={"fungsi": "Mengatur antrean pasien puskesmas"})  # fmt: skip
    row = decided(cast, fungsi="Mengatur antrean pasien puskesmas secara daring")
    assert live(cast, row, "operator")["twin"] == "passed"
    assert live(cast, row, "diskominfo")["twin"] == "failed"
    kept = {one.moment: one for one in queries.kept(cast.actor("operator"), row)}["decided"]
    assert "Rahasia" not in repr(kept)


def test_an_application_of_the_own_agency_counts_as_well(cast: Cast) -> None:
    make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Mengatur antrean pasien puskesmas"})
    row = submitted(cast, fungsi="Mengatur antrean pasien puskesmas")
    assert live(cast, row)["twin"] == "failed"


# ---- who reads


@pytest.mark.parametrize("who", WHO)
def test_an_agency_reads_its_own_and_assessors_what_is_decided(cast: Cast, who: str) -> None:
    open_one, done = submitted(cast, "Satu"), decided(cast, "Dua")
    foreign = filled(cast, "other_operator", "Tiga")
    seen = set(queries.visible(cast.actor(who), cast.institution).values_list("title", flat=True))
    whole = {"diskominfo", "sekda", "verifier"}
    own = {
        "operator": {"Satu", "Dua"},
        "head": {"Satu", "Dua"},
        "other_operator": {"Tiga"},
        "assessor": {"Dua"},
    }
    assert seen == ({"Satu", "Dua", "Tiga"} if who in whole else own.get(who, set()))
    for row in (open_one, done, foreign):
        if row.title not in seen:
            with pytest.raises(NotFound):
                queries.request(cast.actor(who), cast.institution, row.uid)


# ---- taking back


def undo_last(cast: Cast, row: ClearanceRequest, who: str) -> undoing.Undone:
    last = ChangeSet.objects.filter(revisions__target_uid=row.uid).order_by("-pk").first()
    assert last is not None
    return undoing.undo(cast.actor(who), last)


def test_a_change_of_a_draft_can_be_taken_back(cast: Cast) -> None:
    row = filled(cast)
    row = actions.save(cast.actor("operator"), row, row.version, {"ruang_lingkup": "Salah"})
    assert undo_last(cast, row, "operator").count == 1
    row.refresh_from_db()
    assert row.answers["ruang_lingkup"] != "Salah"


@pytest.mark.parametrize("make_it", [submitted, recommended, decided])
def test_a_step_on_the_way_is_not_taken_back_from_the_history(cast: Cast, make_it: object) -> None:
    row = make_it(cast)  # type: ignore[operator]
    with pytest.raises(undoing.Refused):
        undo_last(cast, row, "diskominfo")
    before = row.state
    row.refresh_from_db()
    assert row.state == before


def test_texts_that_are_hostile_stay_texts(cast: Cast) -> None:
    nasty = "<script>alert(1)</script> {{ 7*7 }} {names} %s #set page() \x00\u202e"
    row = filled(cast, title="Aplikasi {names} <b>", ruang_lingkup=nasty)
    assert "\x00" not in row.answers["ruang_lingkup"]
    assert "{{ 7*7 }}" in row.answers["ruang_lingkup"]
    assert live(cast, row)


def test_what_was_compared_is_compared_again_when_an_application_changes(cast: Cast) -> None:
    row = submitted(cast, fungsi="Mengatur antrean pasien puskesmas")
    assert live(cast, row)["twin"] == "passed"
    twin = make(cast.other_unit, "Antrean Puskesmas", attributes={"fungsi": "Mengatur antrean pasien"})
    assert live(cast, row)["twin"] == "failed"
    register.change_element(
        system(), twin, version=twin.version, name="Sewa gedung", attributes={"fungsi": "Sewa gedung"}
    )
    assert live(cast, row)["twin"] == "passed"


def test_a_roadmap_answers_where_a_room_offers_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        ports, "_roadmap", []
    )  # what the room of the roadmap offers is there again afterwards
    row = submitted(cast)
    assert live(cast, row)["roadmap"] == "unknown"
    ports.offer_roadmap(
        lambda _institution, _unit, year, _title: [ports.Line("Antrean terpadu")] if year == 2027 else None
    )
    told = {one.key: one for one in queries.live(cast.actor("operator"), row)}["roadmap"]
    assert (told.outcome, told.evidence[0].name) == ("passed", "Antrean terpadu")
    ports.offer_roadmap(lambda *_asked: [])
    assert live(cast, row)["roadmap"] == "failed"
    ports.withdraw_roadmap()
    assert live(cast, row)["roadmap"] == "unknown"


def test_requests_go_along_when_units_are_merged_and_come_back(cast: Cast) -> None:
    row = submitted(cast)
    done = organisation.merge(cast.actor("diskominfo"), cast.institution, [cast.unit], cast.other_unit)
    row.refresh_from_db()
    assert (row.unit_id, row.state) == (cast.other_unit.pk, "submitted")
    assert done.change_set is not None
    undoing.undo(cast.actor("diskominfo"), done.change_set)
    row.refresh_from_db()
    assert row.unit_id == cast.unit.pk
