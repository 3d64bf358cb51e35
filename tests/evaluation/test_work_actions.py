"""Verbs of the work on indicators: dividing, explaining, checking, setting a level with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Answer, Cycle, Duty
from pendapa.evaluation.queries import work as queries
from pendapa.evaluation.queries.work import Share
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.refusing import Refused
from tests.cast import WHO, Cast, cast  # noqa: F401

FACT = {"document": "Perbup Arsitektur", "number": "41 Tahun 2025", "article": "4", "page": "12"}


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    sheet = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    actions.divide(
        cast.actor("diskominfo"), sheet.cycle,
        {"11": Share(cast.unit.pk, (), date(2026, 8, 1)), "12": Share(cast.other_unit.pk)},
    )  # fmt: skip
    return sheet.cycle


def write(cast: Cast, cycle: Cycle, analysis: str, version: int = 0, who: str = "operator") -> Answer:  # noqa: F811
    return actions.write_answer(cast.actor(who), cycle, "11", [FACT], analysis, version)


# ---- dividing


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo"}))
def test_only_the_secretariat_divides(cast, cycle, who):  # noqa: F811
    with pytest.raises(NotFound):
        actions.divide(cast.actor(who), cycle, {"13": Share(cast.unit.pk)})
    assert not Duty.objects.filter(indicator="13").exists()


def test_lead_and_helper_can_change_places_in_one_set(cast, cycle):  # noqa: F811
    secretariat = cast.actor("diskominfo")
    actions.divide(secretariat, cycle, {"11": Share(cast.unit.pk, (cast.other_unit.pk,))})
    before = ChangeSet.objects.count()
    wanted = Share(cast.other_unit.pk, (cast.unit.pk,), date(2026, 9, 1))
    assert actions.divide(secretariat, cycle, {"11": wanted}) == 1
    assert queries.shares(queries.duty_rows(secretariat, cycle))["11"] == wanted
    assert ChangeSet.objects.count() == before + 1
    assert actions.divide(secretariat, cycle, {"11": Share()}) == 1
    assert "11" not in queries.shares(queries.duty_rows(secretariat, cycle))


def test_what_others_divided_meanwhile_is_told_and_nothing_is_written(cast, cycle):  # noqa: F811
    seen = {"11": Share(cast.unit.pk), "13": Share()}  # the due date came since
    with pytest.raises(actions.SharesChanged) as error:
        actions.divide(
            cast.actor("diskominfo"), cycle,
            {"11": Share(cast.other_unit.pk), "13": Share(cast.unit.pk)}, seen,
        )  # fmt: skip
    assert error.value.theirs == {"11": Share(cast.unit.pk, (), date(2026, 8, 1))}
    assert not Duty.objects.filter(indicator="13").exists()


def test_a_strange_unit_an_unknown_indicator_and_helpers_without_lead_are_refused_together(cast, cycle):  # noqa: F811
    with pytest.raises(Refused) as error:
        actions.divide(
            cast.actor("diskominfo"), cycle,
            {"13": Share(cast.foreign_unit.pk), "99": Share(cast.unit.pk), "14": Share(None, (cast.unit.pk,))},
        )  # fmt: skip
    assert set(error.value.faults) == {"13", "99", "14"}


# ---- explanations


@pytest.mark.parametrize("who", sorted(set(WHO) - {"operator", "head", "diskominfo"}))
def test_who_has_no_duty_writes_nothing(cast, cycle, who):  # noqa: F811
    with pytest.raises(NotFound):
        write(cast, cycle, "x", who=who)
    assert not Answer.objects.exists()


def test_an_explanation_goes_from_draft_through_return_to_valid(cast, cycle):  # noqa: F811
    unit, assessor = cast.actor("operator"), cast.actor("assessor")
    row = write(cast, cycle, "Muatan enam domain lengkap.")
    row = actions.hand_in(unit, cycle, "11", row.version)
    with pytest.raises(Refused):
        write(cast, cycle, "later", row.version)
    with pytest.raises(Refused):
        actions.send_back(assessor, cycle, "11", " ", row.version)
    row = actions.send_back(assessor, cycle, "11", "Sebut halaman.", row.version)
    assert (row.state, row.remark) == ("returned", "Sebut halaman.")
    row = write(cast, cycle, "Muatan enam domain lengkap, halaman 12.", row.version)
    row = actions.hand_in(unit, cycle, "11", row.version)
    row = actions.validate(assessor, cycle, "11", row.version)
    assert (row.state, row.remark) == ("valid", "")
    with pytest.raises(Refused):
        actions.take_back(unit, cycle, "11", row.version)


def test_the_unit_takes_back_what_nobody_validated(cast, cycle):  # noqa: F811
    row = write(cast, cycle, "x")
    row = actions.hand_in(cast.actor("operator"), cycle, "11", row.version)
    assert actions.take_back(cast.actor("head"), cycle, "11", row.version).state == "draft"


def test_the_writers_do_not_check_themselves(cast, cycle):  # noqa: F811
    row = write(cast, cycle, "x")
    row = actions.hand_in(cast.actor("operator"), cycle, "11", row.version)
    for verb in (lambda: actions.validate(cast.actor("head"), cycle, "11", row.version),
                 lambda: actions.send_back(cast.actor("operator"), cycle, "11", "x", row.version)):  # fmt: skip
        with pytest.raises(NotFound):
            verb()


def test_an_empty_explanation_is_not_handed_in_and_not_kept(cast, cycle):  # noqa: F811
    row = actions.write_answer(cast.actor("operator"), cycle, "11", [], "  ", 0)
    assert row.pk is None and not Answer.objects.exists()
    with pytest.raises(Refused):
        actions.hand_in(cast.actor("operator"), cycle, "11", 0)


def test_two_people_at_different_fields_are_merged(cast, cycle):  # noqa: F811
    first = write(cast, cycle, "dasar")
    version = first.version
    actions.write_answer(cast.actor("head"), cycle, "11", [FACT], "dari kepala", version)
    row = actions.write_answer(
        cast.actor("operator"), cycle, "11", [FACT, {"document": "Notula"}], "dasar", version
    )
    assert row.analysis == "dari kepala" and [fact["document"] for fact in row.facts][1] == "Notula"


def test_two_people_at_one_field_see_base_theirs_and_mine(cast, cycle):  # noqa: F811
    version = write(cast, cycle, "dasar").version
    actions.write_answer(cast.actor("head"), cycle, "11", [FACT], "dari kepala", version)
    with pytest.raises(actions.AnswerChanged) as error:
        write(cast, cycle, "dari operator", version)
    clash = error.value
    assert (clash.base, clash.theirs, clash.mine) == (
        {"analysis": "dasar"}, {"analysis": "dari kepala"}, {"analysis": "dari operator"},
    )  # fmt: skip
    assert clash.who == "Head" and Answer.objects.get().analysis == "dari kepala"


def test_typing_on_in_one_window_never_clashes_with_itself(cast, cycle):  # noqa: F811
    version = write(cast, cycle, "satu").version
    write(cast, cycle, "satu dua", version)
    assert write(cast, cycle, "satu dua tiga", version).analysis == "satu dua tiga"


def test_a_fact_cannot_point_to_a_piece_of_another_indicator(cast, cycle):  # noqa: F811
    strange = FACT | {"evidence": "00000000-0000-0000-0000-000000000000"}
    with pytest.raises(Refused) as error:
        actions.write_answer(cast.actor("operator"), cycle, "11", [strange], "", 0)
    assert "facts" in error.value.faults


def test_facts_of_no_shape_and_an_endless_analysis_are_refused(cast, cycle):  # noqa: F811
    for facts, analysis, field in (("x", "", "facts"), ([], "x" * 10_001, "analysis")):
        with pytest.raises(Refused) as error:
            actions.write_answer(cast.actor("operator"), cycle, "11", facts, analysis, 0)
        assert list(error.value.faults) == [field]


# ---- levels


@pytest.mark.parametrize(
    ("who", "number", "may"),
    [("operator", "11", True), ("head", "11", True), ("operator", "12", False), ("other_operator", "11", False),
     ("sekda", "11", False), ("stranger", "11", False)],
)  # fmt: skip
def test_the_level_is_claimed_by_the_unit_that_answers(cast, cycle, who, number, may):  # noqa: F811
    def claim() -> dict[str, str]:
        return actions.set_level(cast.actor(who), cycle, "self", number, "3", "lengkap", 1).levels

    if may:
        assert claim() == {number: "3"}
    else:
        with pytest.raises(NotFound):
            claim()


def test_an_assessor_gives_level_and_reason_beside_the_claim(cast, cycle):  # noqa: F811
    actions.set_level(cast.actor("operator"), cycle, "self", "11", "3", "", 1)
    with pytest.raises(Refused) as error:
        actions.set_level(cast.actor("assessor"), cycle, "internal", "11", "2", " ", 0)
    assert "note" in error.value.faults
    actions.set_level(cast.actor("assessor"), cycle, "internal", "11", "2", "Belum enam domain.", 0)
    known = queries.sheets(cast.actor("sekda"), cycle)
    assert (known["self"].levels, known["internal"].levels) == ({"11": "3"}, {"11": "2"})
    assert known["internal"].notes == {"11": "Belum enam domain."}
    told = queries.moves(known, "11", reasons=True)
    assert {(one.stage, one.after, one.note) for one in told} >= {
        ("internal", "2", "Belum enam domain."), ("self", "3", ""),
    }  # fmt: skip


def test_two_assessors_on_one_indicator_at_once_lose_nothing(cast, cycle):  # noqa: F811
    row = actions.set_level(cast.actor("assessor"), cycle, "internal", "11", "2", "satu", 0)
    with pytest.raises(assessments.LevelsChanged) as error:
        actions.set_level(cast.actor("diskominfo"), cycle, "internal", "11", "4", "dua", 1)
    assert error.value.theirs == {"11": "2"}
    with pytest.raises(assessments.LevelsChanged):
        actions.set_level(cast.actor("diskominfo"), cycle, "internal", "11", "2", "dua", 1)
    row = queries.sheets(cast.actor("sekda"), cycle)["internal"]
    assert (row.levels, row.notes) == ({"11": "2"}, {"11": "satu"})


def test_a_level_taken_away_takes_its_reason_along(cast, cycle):  # noqa: F811
    row = actions.set_level(cast.actor("assessor"), cycle, "internal", "11", "2", "satu", 0)
    row = actions.set_level(cast.actor("assessor"), cycle, "internal", "11", None, "", row.version)
    assert (row.levels, row.notes) == ({}, {})
