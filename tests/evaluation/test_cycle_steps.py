"""Rounds: begun, led step by step, sent back, closed; and who may do what at each step."""

from __future__ import annotations

from datetime import date

import pytest

from pendapa.evaluation.actions import assessments as sheets
from pendapa.evaluation.actions import cycles as actions
from pendapa.evaluation.actions import findings, rounds, work
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, Member
from pendapa.evaluation.queries import cycles as queries
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
ALL = [one.number for one in SPBE.indicators]
THREE = dict.fromkeys(ALL, "3")


@pytest.fixture
def begun(cast: Cast) -> Cycle:  # noqa: F811
    return actions.begin(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020", "evaluation")


def now(cycle: Cycle) -> Cycle:
    return Cycle.objects.select_related("institution", "edition").get(pk=cycle.pk)


def sheet(cycle: Cycle, stage: str = "self") -> Assessment:
    rows = Assessment.objects.select_related("institution", "cycle", "cycle__edition")
    return rows.get(cycle=cycle, stage=stage)


def give(cast: Cast, cycle: Cycle, numbers=ALL, unit=None) -> None:  # noqa: F811
    rows = [
        Duty(institution=cast.institution, cycle=cycle, indicator=one, unit=unit or cast.unit)
        for one in numbers
    ]
    history.write(cast.actor("diskominfo"), cast.institution, "edit", history.Writes(add=rows))


def answer(cast: Cast, cycle: Cycle, state: str = "ready", numbers=ALL) -> None:  # noqa: F811
    Answer.objects.filter(cycle=cycle, indicator__in=numbers).delete()
    rows = [Answer(institution=cast.institution, cycle=cycle, indicator=one, state=state) for one in numbers]
    history.write(cast.actor("diskominfo"), cast.institution, "edit", history.Writes(add=rows))


def make_team(cast: Cast, cycle: Cycle) -> None:  # noqa: F811
    boss, users = cast.actor("diskominfo"), cast.users
    rounds.add_member(boss, cycle, "coordinator", user=users["sekda"])
    rounds.add_member(boss, cycle, "responsible", user=users["diskominfo"])
    rounds.add_member(boss, cycle, "internal", user=users["assessor"], field="tik")


def lead(cast: Cast, cycle: Cycle, to: str) -> Cycle:  # noqa: F811
    """Lead a round on its usual way to a step, each step by who does it."""
    while (cycle := now(cycle)).step != to:
        step = cycle.step
        if step == "preparation":
            make_team(cast, cycle)
            give(cast, cycle)
        elif step == "self":
            row = sheet(cycle)
            sheets.set_levels(cast.actor("operator"), row, THREE, row.version)
            answer(cast, cycle)
        elif step in ("internal", "document"):
            row = sheet(cycle, "internal" if step == "internal" else "external")
            sheets.set_levels(cast.actor("assessor"), row, THREE, row.version)
        elif step == "interview":
            rounds.save_event(cast.actor("diskominfo"), cycle, "interview", date(2026, 9, 21))
        elif step == "visit":
            rounds.save_event(cast.actor("diskominfo"), cycle, "visit", date(2026, 10, 1))
        elif step == "result":
            findings.save(cast.actor("diskominfo"), cycle, "strength", "Sudah ada arsitektur.")
        if step == "agreement":
            actions.agree(cast.actor("sekda"), cycle, cycle.version, True)
        else:
            actions.pass_step(cast.actor("diskominfo"), cycle, cycle.version)
    return cycle


def test_a_round_begins_at_preparation_with_an_empty_self_assessment_and_its_edition(begun):
    assert (begun.step, begun.kind) == ("preparation", "evaluation")
    assert begun.edition.instrument == "spbe-2020"
    assert sheet(begun).levels == {} and queries.is_guided(begun)


def test_the_same_round_begins_only_once(cast, begun):  # noqa: F811
    with pytest.raises(actions.AlreadyBegun) as refused:
        actions.begin(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020", "monitoring")
    assert refused.value.cycle == begun


def test_a_round_of_an_unknown_kind_year_or_instrument_is_refused_with_every_fault(cast):  # noqa: F811
    with pytest.raises(Refused) as refused:
        actions.begin(cast.actor("diskominfo"), cast.institution, 1, "spbe-1999", "audit")
    assert set(refused.value.faults) == {"year", "instrument", "kind"}
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("who", [one for one in WHO if one != "diskominfo"])
def test_only_the_secretariat_begins_a_round_and_sets_its_deadlines(cast, begun, who):  # noqa: F811
    with pytest.raises(NotFound):
        actions.begin(cast.actor(who), cast.institution, 2027, "spbe-2020", "evaluation")
    with pytest.raises(NotFound):
        actions.set_deadlines(cast.actor(who), begun, {"self": date(2026, 8, 1)}, begun.version)


def test_a_round_starts_from_the_last_one_with_its_team_units_and_target(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ["1", "2"])
    Duty.objects.filter(indicator="1").update(due=date(2026, 8, 1))
    sheets.set_target(cast.actor("diskominfo"), sheet(begun), "3,5", 1)
    after = actions.begin(
        cast.actor("diskominfo"), cast.institution, 2027, "spbe-2020", "monitoring", previous=begun
    )
    assert after.previous == begun
    assert {one.name for one in Member.objects.filter(cycle=after)} == {"Sekda", "Diskominfo", "Assessor"}
    assert list(Duty.objects.filter(cycle=after).order_by("indicator").values_list("indicator", "due")) == [
        ("1", None),
        ("2", None),
    ]
    assert sheet(after).target == "3.5" and sheet(after).levels == {}


def test_under_another_instrument_only_the_team_is_taken_over(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ["1"])
    after = actions.begin(
        cast.actor("diskominfo"), cast.institution, 2027, "pemdi-2026", "evaluation", previous=begun
    )
    assert Member.objects.filter(cycle=after).count() == 3
    assert not Duty.objects.filter(cycle=after).exists()


def test_a_monitoring_has_no_interview_and_an_evaluation_has_a_visit_only_where_it_is_set(cast, begun):  # noqa: F811
    assert [one.key for one in queries.way(begun)][-4:] == ["document", "interview", "result", "closed"]
    row = actions.set_deadlines(cast.actor("diskominfo"), begun, {}, begun.version, visit=True)
    assert "visit" in [one.key for one in queries.way(row)]
    row.kind = "monitoring"
    assert not {"interview", "visit"} & {one.key for one in queries.way(row)}


def test_preparation_asks_for_the_team_and_a_unit_for_each_indicator(cast, begun):  # noqa: F811
    with pytest.raises(Refused) as refused:
        actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    assert set(refused.value.faults) == {"team", "duties"}
    assert "47" in refused.value.faults["duties"]
    assert now(begun).step == "preparation"


def test_the_self_assessment_is_passed_once_every_indicator_has_a_level_and_an_answer(cast, begun):  # noqa: F811
    row = lead(cast, begun, "self")
    sheets.set_levels(cast.actor("operator"), sheet(row), dict.fromkeys(ALL[1:], "2"), 1)
    answer(cast, row, numbers=ALL[2:])
    with pytest.raises(Refused) as refused:
        actions.pass_step(cast.actor("diskominfo"), row, row.version)
    assert set(refused.value.faults) == {"self_levels", "answers"}
    assert ALL[0] in refused.value.faults["self_levels"]


def test_a_whole_round_is_led_from_preparation_to_its_end(cast, begun):  # noqa: F811
    row = lead(cast, begun, "closed")
    assert queries.is_over(row)
    passed = [one["step"] for one in row.steps_done if not one.get("begun")]
    assert passed == [
        "preparation",
        "self",
        "internal",
        "validation",
        "agreement",
        "document",
        "interview",
        "result",
    ]
    assert row.consent is True
    said = [one.what for one in queries.trail(row)]
    assert len(said) == 9
    with pytest.raises(Refused):
        actions.pass_step(cast.actor("diskominfo"), row, row.version)


def test_validation_makes_what_was_handed_in_valid_and_sending_back_takes_it_again(cast, begun):  # noqa: F811
    row = lead(cast, begun, "agreement")
    assert set(Answer.objects.values_list("state", flat=True)) == {"valid"}
    actions.send_back(cast.actor("sekda"), row, row.version, "self", "Indikator 11 belum lengkap.")
    assert set(Answer.objects.values_list("state", flat=True)) == {"ready"}


PASSERS = {
    "preparation": {"diskominfo"},
    "self": {"diskominfo"},
    "internal": {"diskominfo", "assessor"},
    "validation": {"diskominfo"},
    "agreement": {"sekda"},
    "document": {"diskominfo"},
    "result": {"diskominfo"},
}


@pytest.mark.parametrize("step", PASSERS)
def test_a_step_is_passed_by_who_does_it_and_by_nobody_else(cast, begun, step):  # noqa: F811
    row = lead(cast, begun, step)
    for who in WHO:
        actor = cast.actor(who)
        assert queries.may_pass(actor, row) is (who in PASSERS[step]), who
        if who not in PASSERS[step]:
            with pytest.raises(NotFound):
                actions.pass_step(actor, row, row.version)
    assert now(row).step == step


@pytest.mark.parametrize("who", [one for one in WHO if one != "sekda"])
def test_only_the_coordinator_agrees(cast, begun, who):  # noqa: F811
    row = lead(cast, begun, "agreement")
    with pytest.raises(NotFound):
        actions.agree(cast.actor(who), row, row.version, True)


def test_the_coordinator_agrees_only_when_it_is_time(cast, begun):  # noqa: F811
    with pytest.raises(Refused):
        actions.agree(cast.actor("sekda"), begun, begun.version, True)


def test_sending_back_needs_a_reason_and_an_earlier_step(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    with pytest.raises(Refused) as refused:
        actions.send_back(cast.actor("assessor"), row, row.version, "validation", "  ")
    assert set(refused.value.faults) == {"to", "reason"}
    with pytest.raises(NotFound):
        actions.send_back(cast.actor("operator"), row, row.version, "self", "Tolong")
    back = actions.send_back(cast.actor("assessor"), row, row.version, "self", "Bukti 3 keliru.")
    assert back.step == "self"
    assert queries.trail(back)[0].back and queries.trail(back)[0].note == "Bukti 3 keliru."


def test_consent_falls_when_the_round_goes_back_before_it_and_nothing_public_may_be_left(cast, begun):  # noqa: F811
    row = lead(cast, begun, "closed")
    external = sheet(row, "external")
    sheets.publish(cast.actor("sekda"), external, external.version)
    with pytest.raises(Refused):
        actions.send_back(cast.actor("diskominfo"), row, row.version, "validation", "Keliru.")
    external.refresh_from_db()
    sheets.unpublish(cast.actor("sekda"), external, external.version)
    back = actions.send_back(cast.actor("diskominfo"), row, row.version, "validation", "Keliru.")
    assert back.consent is None
    with pytest.raises(Refused):
        sheets.publish(cast.actor("sekda"), external, sheet(row, "external").version)


def test_a_result_is_published_only_with_the_coordinators_consent(cast, begun):  # noqa: F811
    row = lead(cast, begun, "agreement")
    row = actions.agree(cast.actor("sekda"), row, row.version, False, "Tunggu hasil sanggah.")
    external = sheet(row, "external")
    external = sheets.set_levels(cast.actor("diskominfo"), external, THREE, external.version)
    with pytest.raises(Refused) as refused:
        sheets.publish(cast.actor("sekda"), external, external.version)
    assert "publish" in refused.value.faults


def test_two_people_at_one_step_are_told_and_it_is_passed_once(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    sheets.set_levels(cast.actor("assessor"), sheet(row, "internal"), THREE, 1)
    actions.pass_step(cast.actor("assessor"), row, row.version)
    with pytest.raises(history.Conflict):
        actions.pass_step(cast.actor("diskominfo"), row, row.version)
    assert now(row).step == "validation"


# ---- levels, by step and by role

OPEN = {
    "preparation": {},
    "self": {"self": {"operator", "head", "diskominfo"}},
    "internal": {"internal": {"assessor"}},
    "validation": {},
    "agreement": {},
    "document": {"external": {"diskominfo", "assessor"}},
    "closed": {},
}


@pytest.mark.parametrize("step", OPEN)
def test_at_each_step_levels_are_set_by_those_whose_sheet_is_open(cast, begun, step):  # noqa: F811
    row = lead(cast, begun, step)
    for stage in ("self", "internal", "external"):
        able = {who for who in WHO if actions.may_set(cast.actor(who), row, stage, "11")}
        assert able == OPEN[step].get(stage, set()), stage


def test_a_unit_sets_levels_of_its_own_indicators_only(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ALL[:40])
    give(cast, begun, ALL[40:], cast.other_unit)
    row = actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    own = sheet(row)
    sheets.set_levels(cast.actor("operator"), own, {"1": "3"}, own.version)
    with pytest.raises(Refused) as refused:
        sheets.set_levels(cast.actor("operator"), own, {"1": "4", "47": "4"}, own.version)
    assert set(refused.value.faults) == {"47"}
    assert actions.may_set(cast.actor("other_operator"), row, "self", "47")
    assert not actions.may_set(cast.actor("other_operator"), row, "self", "1")
    assert sheet(row).levels == {"1": "3"}


def test_a_sheet_whose_step_is_past_is_closed_with_a_word_on_where_the_round_stands(cast, begun):  # noqa: F811
    row = lead(cast, begun, "validation")
    with pytest.raises(Refused) as refused:
        sheets.set_levels(cast.actor("assessor"), sheet(row, "internal"), {"1": "5"}, 2)
    assert "Validasi" in refused.value.faults["sheet"]
    back = actions.send_back(cast.actor("diskominfo"), row, row.version, "internal", "Nilai ulang 1.")
    again = sheet(back, "internal")
    assert sheets.set_levels(cast.actor("assessor"), again, {"1": "5"}, again.version).levels["1"] == "5"


def test_what_was_returned_may_be_revised_while_the_assessors_are_at_work(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    Answer.objects.filter(cycle=row, indicator="11").update(state="returned")
    own = sheet(row)
    sheets.set_levels(
        cast.actor("operator"), own, {"11": "2"}, own.version, reasons={"11": "Belum ditetapkan."}
    )
    assert sheet(row).levels["11"] == "2" and sheet(row).notes == {"11": "Belum ditetapkan."}
    with pytest.raises(Refused):
        sheets.set_levels(cast.actor("operator"), sheet(row), {"12": "2"}, sheet(row).version)


def test_an_explanation_is_returned_only_while_its_unit_could_revise_it(cast, begun):  # noqa: F811
    assessor = cast.actor("assessor")
    row = lead(cast, begun, "document")
    known = Answer.objects.get(cycle=row, indicator="11")
    with pytest.raises(sheets.Refused):
        work.send_back(assessor, row, "11", "Sebut halaman.", known.version)
    known.refresh_from_db()
    assert known.state == "valid" and not work.may_return(assessor, row)
    back = actions.send_back(cast.actor("diskominfo"), row, row.version, "validation", "Bukti 11 keliru.")
    known.refresh_from_db()
    assert work.may_return(assessor, back)
    assert work.send_back(assessor, back, "11", "Sebut halaman.", known.version).state == "returned"


def test_two_assessors_on_one_indicator_at_once_are_told_and_nothing_is_lost(cast, begun):  # noqa: F811
    from pendapa.kernel.tenancy.models import Assignment, User

    second = User.objects.create_user("kedua@uji.example", "Asesor Kedua", "kata-sandi-uji")
    Assignment.objects.create(user=second, institution=cast.institution, role="assessor")
    cast.users["second"] = second
    row = lead(cast, begun, "internal")
    read = sheet(row, "internal")
    sheets.set_levels(cast.actor("assessor"), read, {"11": "3"}, read.version, reasons={"11": "Lengkap."})
    with pytest.raises(sheets.LevelsChanged) as changed:
        sheets.set_levels(
            cast.actor("second"), read, {"11": "2"}, read.version, reasons={"11": "Tanpa reviu."}
        )
    assert changed.value.theirs == {"11": "3"} and changed.value.who == {"11": "Assessor"}
    kept = sheet(row, "internal")
    assert kept.levels == {"11": "3"} and kept.notes == {"11": "Lengkap."}
    sheets.set_levels(cast.actor("second"), read, {"12": "2"}, read.version)
    assert sheet(row, "internal").levels == {"11": "3", "12": "2"}


def test_another_reason_for_the_same_level_is_told_as_well(cast, begun):  # noqa: F811
    row = lead(cast, begun, "self")
    read = sheet(row)
    sheets.set_levels(cast.actor("diskominfo"), read, {"1": "3"}, read.version, reasons={"1": "Perbup 41."})
    with pytest.raises(sheets.LevelsChanged):
        sheets.set_levels(cast.actor("operator"), read, {"1": "3"}, read.version, reasons={"1": "Perbup 12."})
    assert sheet(row).notes == {"1": "Perbup 41."}


def test_a_reason_that_is_too_long_or_of_no_indicator_is_refused(cast, begun):  # noqa: F811
    row = lead(cast, begun, "self")
    with pytest.raises(Refused) as refused:
        sheets.set_levels(cast.actor("diskominfo"), sheet(row), {}, 1, reasons={"1": "x" * 4001, "99": "?"})
    assert set(refused.value.faults) == {"1", "99"}


def test_sheets_opened_on_their_own_stay_open_and_the_round_stands_at_the_latest(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    own = sheets.open_assessment(boss, cast.institution, 2025, "spbe-2020", "self")
    assert (own.cycle.step, queries.is_guided(own.cycle)) == ("self", False)
    other = sheets.open_assessment(boss, cast.institution, 2025, "spbe-2020", "external")
    assert now(own.cycle).step == "document"
    for row in (own, other):
        sheets.set_levels(cast.actor("assessor"), row, {"1": "3"}, row.version)
    assert sheet(own.cycle).levels == sheet(own.cycle, "external").levels == {"1": "3"}


# ---- deadlines


def test_deadlines_are_data_of_the_year_and_must_follow_the_steps(cast, begun):  # noqa: F811
    boss = cast.actor("diskominfo")
    with pytest.raises(Refused) as refused:
        days = {"self": date(2026, 8, 31), "internal": date(2026, 8, 1), "party": date(2026, 1, 1)}
        actions.set_deadlines(boss, begun, days, begun.version)
    assert set(refused.value.faults) == {"internal", "party"}
    days = {"self": date(2026, 8, 31), "internal": None, "validation": date(2026, 9, 10)}
    row = actions.set_deadlines(boss, begun, days, begun.version)
    assert row.deadlines == {"self": "2026-08-31", "validation": "2026-09-10"}
    with pytest.raises(history.Conflict):
        actions.set_deadlines(boss, begun, {}, begun.version - 1)


def test_a_deadline_that_has_passed_closes_nothing(cast, begun):  # noqa: F811
    row = lead(cast, begun, "self")
    row = actions.set_deadlines(cast.actor("diskominfo"), row, {"self": date(2020, 1, 1)}, row.version)
    own = sheet(row)
    sheets.set_levels(cast.actor("operator"), own, {"1": "3"}, own.version)
    assert queries.standing(cast.actor("operator"), row).now.urgency == "late"


# ---- the team


def test_a_function_is_held_only_by_those_whose_role_fits_and_a_single_one_once(cast, begun):  # noqa: F811
    boss, users = cast.actor("diskominfo"), cast.users
    for function, user, field in (
        ("coordinator", "diskominfo", "user"),
        ("internal", "operator", "user"),
        ("internal", "stranger", "user"),
        ("external", "assessor", "user"),
        ("internal", "assessor", "field"),
    ):
        with pytest.raises(Refused) as refused:
            rounds.add_member(boss, begun, function, user=users[user])
        assert field in refused.value.faults, (function, user)
    rounds.add_member(boss, begun, "coordinator", user=users["sekda"])
    with pytest.raises(Refused):
        rounds.add_member(boss, begun, "coordinator", name="Orang Lain")
    rounds.add_member(boss, begun, "external", name="Dr. Uji", office_name="Universitas Uji")
    assert Member.objects.filter(deleted_at=None).count() == 2


@pytest.mark.parametrize("who", [one for one in WHO if one not in {"diskominfo", "sekda"}])
def test_only_the_secretariat_and_the_coordinator_change_the_team(cast, begun, who):  # noqa: F811
    with pytest.raises(NotFound):
        rounds.add_member(cast.actor(who), begun, "external", name="Dr. Uji")
    member = rounds.add_member(cast.actor("sekda"), begun, "external", name="Dr. Uji")
    with pytest.raises(NotFound):
        rounds.remove_member(cast.actor(who), begun, member.uid)
    assert Member.objects.get(deleted_at=None) == member


def test_no_deadline_stands_in_the_code_or_the_pack():
    assert "2026" not in packs.cycle().file.read_text().replace("8/2026", "").replace(
        "pemdi-2026", ""
    ).replace("permenpanrb-8-2026", "")


def test_pemdi_and_2018_say_that_their_own_rounds_were_not_read():
    pack = packs.cycle()
    assert pack.reserve("spbe-2020") is None
    for instrument in ("pemdi-2026", "spbe-2018"):
        assert not pack.reserve(instrument).verified
    assert len(pack.fields) == 15
