"""What goes along from one round to the next: the pure rule, and the verb."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from pendapa.evaluation.actions import assessments, carrying
from pendapa.evaluation.models import Answer, Assessment, Cycle, Duty, Evidence, EvidenceUse
from pendapa.evaluation.rules import carrying as rules
from pendapa.evaluation.rules.carrying import Charge, Explanation, Material, Use
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import ChangeSet
from pendapa.regulations import packs
from pendapa.regulations.crosswalk import one_to_one
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE, PEMDI = packs.instrument("spbe-2020"), packs.instrument("pemdi-2026")
SAME = one_to_one(SPBE)
AWAY = packs.crosswalk().way("spbe-2020", "pemdi-2026")
NUMBERS = [one.number for one in SPBE.indicators]
PEMDI_NUMBERS = {one.number for one in PEMDI.indicators}


def arrived(plan: rules.Plan, there: Material = Material()) -> Material:  # noqa: B008 - it is frozen
    """What the target holds after the plan."""
    return Material(
        there.uses + tuple(one for _origin, one in plan.uses),
        there.explanations + tuple(one for _sources, one in plan.explanations),
        there.charges + plan.charges,
    )


number = st.sampled_from(NUMBERS)
words = st.text("abc \n", max_size=6)
uses = st.builds(
    Use, key=st.integers(1, 99), indicator=number, evidence=st.integers(1, 5), level=st.integers(0, 5),
    item=st.sampled_from(["", "I1-L2-02"]), page=words, note=words, state=st.sampled_from(["waiting", "accepted", "revise"]),
)  # fmt: skip
facts = st.lists(st.fixed_dictionaries({"document": words, "evidence": words}), max_size=2).map(tuple)
materials = st.builds(
    Material,
    uses=st.lists(uses, max_size=12, unique_by=lambda one: one.place).map(tuple),
    explanations=st.lists(
        st.builds(Explanation, indicator=number, facts=facts, analysis=words), max_size=6, unique_by=lambda one: one.indicator
    ).map(tuple),
    charges=st.lists(
        st.builds(Charge, indicator=number, unit=st.integers(1, 4), lead=st.just(False)), max_size=8,
        unique_by=lambda one: (one.indicator, one.unit),
    ).map(tuple),
    )  # fmt: skip


def plain(material: Material) -> tuple[set, set, set]:
    return (
        {(use.place, use.page, use.note) for use in material.uses},
        {(one.indicator, repr(one.facts), one.analysis) for one in material.explanations if one},
        {(one.indicator, one.unit, one.lead) for one in material.charges},
    )


@settings(deadline=None)
@given(materials)
def test_to_the_same_instrument_and_back_nothing_is_lost(material):
    there = arrived(rules.plan(SAME, material, Material(), NUMBERS))
    assert plain(there) == plain(material)
    assert all(use.state == "waiting" for use in there.uses)
    back = arrived(rules.plan(SAME, there, Material(), NUMBERS))
    assert plain(back) == plain(material)


@settings(deadline=None)
@given(materials, st.sampled_from([(SAME, NUMBERS), (AWAY, PEMDI_NUMBERS)]))
def test_done_again_nothing_is_doubled(material, way):
    there = arrived(rules.plan(way[0], material, Material(), way[1]))
    again = rules.plan(way[0], material, there, way[1])
    assert again.is_empty
    places = [use.place for use in there.uses]
    assert len(places) == len(set(places))


@settings(deadline=None)
@given(materials)
def test_over_the_crosswalk_each_thing_goes_to_every_target_or_is_named_with_its_reason(material):
    plan = rules.plan(AWAY, material, Material(), PEMDI_NUMBERS)
    told = {(one.kind, one.indicator) for one in plan.left}
    there = {(use.evidence, use.indicator) for _origin, use in plan.uses}
    for use in material.uses:
        targets = AWAY.entries[use.indicator].targets
        assert all((use.evidence, target) in there for target in targets)
        assert targets or ("use", use.indicator) in told
    for one in filter(None, material.explanations):
        for target in AWAY.entries[one.indicator].targets:
            made = next(made for sources, made in plan.explanations if made.indicator == target)
            assert one.analysis.strip() in made.analysis and all(fact in made.facts for fact in one.facts)
    assert all(one.why.id for one in plan.left if one.reason == "none")


def test_into_another_instrument_a_piece_hangs_on_the_indicator_as_a_whole_and_once():
    source = Material(
        uses=(
            Use(1, "11", 7, level=2, page="3", note="a", state="accepted", title="Perbup"),
            Use(2, "12", 7, level=3, page="9", note="b", state="accepted", title="Perbup"),
        ),
        charges=(Charge("11", 1), Charge("12", 2)),
    )
    plan = rules.plan(AWAY, source, Material(), PEMDI_NUMBERS)
    ((origin, use),) = plan.uses
    assert (origin.key, use.indicator, use.level, use.page, use.note) == (1, "1", 0, "3; 9", "a\nb")
    assert [(one.unit, one.lead) for one in plan.charges] == [(1, True), (2, False)]


def test_a_rejected_piece_stays_behind_with_its_reason_unless_it_is_asked_for():
    source = Material(uses=(Use(1, "11", 7, state="rejected", reason="salah objek", title="Perbup"),))
    plan = rules.plan(SAME, source, Material(), NUMBERS)
    assert plan.is_empty and plan.left[0].reason == "rejected" and plan.left[0].why.id == "salah objek"
    assert rules.plan(SAME, source, Material(), NUMBERS, rejected=True).uses[0][1].state == "waiting"


def test_what_was_written_anew_is_not_written_over():
    source = Material(explanations=(Explanation("11", analysis="lama"),))
    there = Material(explanations=(Explanation("11", analysis="baru"),))
    plan = rules.plan(SAME, source, there, NUMBERS)
    assert plan.is_empty and plan.left[0].reason == "written"


def test_levels_are_suggested_within_one_instrument_only_and_where_there_is_none():
    assert rules.suggested(SAME, {"1": "3", "2": "4"}, {"2": "1"}) == {"1": "3"}
    assert rules.suggested(AWAY, {"1": "3"}, {}) == {}


# ---- the verb


@pytest.fixture
def rounds(cast: Cast) -> tuple[Cycle, Cycle, Cycle]:  # noqa: F811
    """2024 and 2025 under SPBE, 2026 under Pemdi; 2024 holds evidence, an explanation, duties and levels."""
    boss = cast.actor("diskominfo")
    opened = [
        assessments.open_assessment(boss, cast.institution, year, instrument)
        for year, instrument in ((2024, "spbe-2020"), (2025, "spbe-2020"), (2026, "pemdi-2026"))
    ]
    old = opened[0].cycle
    assessments.set_levels(boss, opened[0], {"11": "3", "12": "2"}, opened[0].version)
    piece = Evidence(
        institution=cast.institution, title="Perbup Arsitektur", source="link", url="https://x.example",
        created_at=timezone.now(),
    )  # fmt: skip
    put(cast, piece)
    for indicator, level, state in (("11", 3, "accepted"), ("12", 2, "revise"), ("32", 1, "accepted")):
        put(
            cast,
            EvidenceUse(institution=cast.institution, cycle=old, evidence=piece, indicator=indicator, level=level,
                        state=state, reason="x", judged_by="Asesor", page="2"),
        )  # fmt: skip
    put(
        cast,
        Answer(institution=cast.institution, cycle=old, indicator="11", facts=[{"document": "Perbup 1"}],
               analysis="lengkap", state="valid", remark="baik"),
        Duty(institution=cast.institution, cycle=old, indicator="11", unit=cast.unit, due="2024-06-01"),
        Duty(institution=cast.institution, cycle=old, indicator="12", unit=cast.other_unit, due="2024-06-01"),
    )  # fmt: skip
    return tuple(row.cycle for row in opened)


def put(cast: Cast, *rows):  # noqa: F811
    history.write(cast.actor("diskominfo"), cast.institution, "edit", history.Writes(add=list(rows)))


def uses_of(cycle):
    found = EvidenceUse.objects.filter(cycle=cycle).order_by("indicator")
    return [(one.indicator, one.level, one.state, one.reason, one.judged_by, one.page) for one in found]


def test_a_new_round_takes_over_everything_as_waiting_drafts_without_dates(cast, rounds):  # noqa: F811
    old, new, _pemdi = rounds
    carrying.carry(cast.actor("diskominfo"), old, new)
    assert uses_of(new) == [
        ("11", 3, "waiting", "", "", "2"),
        ("12", 2, "waiting", "", "", "2"),
        ("32", 1, "waiting", "", "", "2"),
    ]
    pairs = EvidenceUse.objects.filter(cycle=new).values_list(
        "carried_from__indicator", "carried_from__cycle"
    )
    assert set(pairs) == {("11", old.pk), ("12", old.pk), ("32", old.pk)}
    answer = Answer.objects.get(cycle=new)
    assert (answer.facts, answer.analysis, answer.state, answer.remark) == (
        [{"document": "Perbup 1"}], "lengkap", "draft", "",
    )  # fmt: skip
    assert set(Duty.objects.filter(cycle=new).values_list("indicator", "unit", "lead", "due")) == {
        ("11", cast.unit.pk, True, None),
        ("12", cast.other_unit.pk, True, None),
    }
    assert Assessment.objects.get(cycle=new).levels == {}
    assert Cycle.objects.get(pk=new.pk).previous_id == old.pk


def test_into_the_next_instrument_it_goes_over_the_crosswalk_and_says_what_stays(cast, rounds):  # noqa: F811
    old, _new, pemdi = rounds
    plan = carrying.carry(cast.actor("diskominfo"), old, pemdi)
    assert uses_of(pemdi) == [("1", 0, "waiting", "", "", "2")]
    assert Answer.objects.get(cycle=pemdi).indicator == "1"
    assert set(Duty.objects.filter(cycle=pemdi).values_list("indicator", "unit", "lead")) == {
        ("1", cast.unit.pk, True),
        ("1", cast.other_unit.pk, False),
    }
    (left,) = plan.left
    assert (left.kind, left.indicator, left.what, left.reason) == ("use", "32", "Perbup Arsitektur", "none")
    assert "administrasi" in left.why.id


def test_done_again_nothing_is_written(cast, rounds):  # noqa: F811
    old, new, _pemdi = rounds
    boss = cast.actor("diskominfo")
    carrying.carry(boss, old, new)
    sets = ChangeSet.objects.count()
    again = carrying.carry(boss, old, Cycle.objects.get(pk=new.pk))
    assert again.is_empty and ChangeSet.objects.count() == sets
    assert EvidenceUse.objects.filter(cycle=new).count() == 3


def test_levels_come_along_only_where_asked_and_never_over_a_level(cast, rounds):  # noqa: F811
    old, new, _pemdi = rounds
    boss = cast.actor("diskominfo")
    row = Assessment.objects.get(cycle=new)
    assessments.set_levels(boss, row, {"12": "4"}, row.version)
    carrying.carry(boss, old, new, levels=True)
    assert Assessment.objects.get(cycle=new).levels == {"11": "3", "12": "4"}


def test_a_piece_that_was_deleted_and_a_unit_that_ended_stay_behind(cast, rounds):  # noqa: F811
    old, new, _pemdi = rounds
    boss = cast.actor("diskominfo")
    uses = list(EvidenceUse.objects.filter(cycle=old, indicator="32"))
    history.write(boss, cast.institution, "edit", history.Writes(delete=uses))
    cast.other_unit.refresh_from_db()
    cast.other_unit.valid_to = "2020-01-01"
    history.write(boss, cast.institution, "edit", history.Writes(change=[cast.other_unit]))
    plan = carrying.carry(boss, old, new)
    assert [one[0] for one in uses_of(new)] == ["11", "12"]
    assert list(Duty.objects.filter(cycle=new).values_list("indicator", flat=True)) == ["11"]
    assert [(one.kind, one.reason) for one in plan.left] == [("duty", "gone")]


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo"}))
def test_only_who_runs_the_round_may_take_things_over(cast, rounds, who):  # noqa: F811
    with pytest.raises(NotFound):
        carrying.carry(cast.actor(who), rounds[0], rounds[1])
    assert EvidenceUse.objects.exclude(cycle=rounds[0]).count() == 0


def test_neither_into_itself_nor_into_a_round_that_is_over_nor_where_no_way_leads(cast, rounds):  # noqa: F811
    old, new, _pemdi = rounds
    boss = cast.actor("diskominfo")
    with pytest.raises(carrying.Refused, match=r"itself|itu sendiri"):
        carrying.carry(boss, new, new)
    very_old = assessments.open_assessment(boss, cast.institution, 2019, "spbe-2018").cycle
    with pytest.raises(carrying.Refused, match="spbe-2018"):
        carrying.carry(boss, old, very_old)
    over = Cycle.objects.get(pk=new.pk)
    over.step = packs.cycle().steps[-1].key
    history.write(boss, cast.institution, "edit", history.Writes(change=[over]))
    with pytest.raises(carrying.Refused):
        carrying.carry(boss, old, new)
    assert EvidenceUse.objects.filter(cycle=new).count() == 0


def test_a_round_of_another_institution_is_no_source(cast, rounds):  # noqa: F811
    old = replace_institution(rounds[0], cast.other_institution)
    with pytest.raises(NotFound):
        carrying.carry(cast.actor("diskominfo"), old, rounds[1])


def replace_institution(cycle, institution):
    cycle.institution = institution
    return cycle


def test_the_plan_of_a_material_is_the_same_whoever_counts():
    material = Material(uses=(Use(1, "11", 7),))
    assert rules.plan(SAME, material, Material(), NUMBERS) == rules.plan(
        SAME, replace(material), Material(), NUMBERS
    )
