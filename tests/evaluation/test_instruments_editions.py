"""Editions of instruments: brought in, edited, kept by open rounds, adopted knowingly."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction

import pytest

from pendapa.evaluation.actions import assessments, carrying
from pendapa.evaluation.actions import editions as actions
from pendapa.evaluation.models import Cycle, Edition
from pendapa.evaluation.queries import assessments as queries
from pendapa.evaluation.queries import editions, instruments
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history import actions as history
from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from tests.cast import WHO, Cast, cast  # noqa: F401

CONTENT = packs.instrument_content("spbe-2020")
FULL = {one.number: "3" for one in packs.instrument("spbe-2020").indicators} | {"11": "5"}
BOUNDS = {"predicates": {"Baik": {"min": "3.1"}, "Cukup": {"max": "3.1"}}}
WEIGHTS = {"indicators": {"11": {"weight": "1.5"}, "12": {"weight": "3.5"}}}
NEW = {"indicators": {"11": {"levels": {"3": "Kriteria tahun 2027."}}, **WEIGHTS["indicators"]}} | BOUNDS
NEW["indicators"]["11"] = {"levels": {"3": "Kriteria tahun 2027."}, "weight": "1.5"}


@pytest.fixture
def opened(cast: Cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    row = assessments.open_assessment(boss, cast.institution, 2026, "spbe-2020")
    return assessments.set_levels(boss, row, FULL, row.version)


def result(cast):  # noqa: F811
    return queries.result(
        queries.assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020", "self")
    )


def own(id="pemdi-2027", **more):
    return deepcopy(packs.instrument_content("pemdi-2026")) | {"id": id} | more


def test_an_open_round_keeps_its_edition_when_the_instrument_is_edited(cast, opened):  # noqa: F811
    before = result(cast)
    actions.edit(cast.actor("diskominfo"), cast.institution, "spbe-2020", NEW, 1)
    after = result(cast)
    assert (after.index, after.display, after.predicate) == (before.index, before.display, before.predicate)
    assert after.instrument.indicator("11") == before.instrument.indicator("11")
    assert [part.value for part in after.aspects] == [part.value for part in before.aspects]


def test_a_round_that_begins_after_the_edit_takes_the_new_edition(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    made = actions.edit(boss, cast.institution, "spbe-2020", NEW, 1)
    row = assessments.open_assessment(boss, cast.institution, 2027, "spbe-2020")
    assert row.cycle.edition_id == made.pk and made.number == 2
    assert editions.of(row).indicator("11").levels[2].criterion.id == "Kriteria tahun 2027."
    assert editions.of(row).indicator("11").weight == Fraction(3, 2)


def test_an_edition_holds_in_its_overlay_only_what_differs(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.edit(boss, cast.institution, "spbe-2020", NEW, 1)
    made = actions.edit(
        boss, cast.institution, "spbe-2020", {"indicators": {"11": {"levels": {"4": "Empat."}}}}, 2
    )
    assert made.number == 3
    assert made.overlay["indicators"] == {
        "11": {"levels": {"3": "Kriteria tahun 2027.", "4": "Empat."}, "weight": "1.5"},
        "12": {"weight": "3.5"},
    }
    assert made.overlay["predicates"] == BOUNDS["predicates"]


def test_an_open_round_is_moved_knowingly_and_then_reads_the_new_edition(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    before = result(cast)
    made = actions.edit(boss, cast.institution, "spbe-2020", NEW, 1)
    cycle = Cycle.objects.get()
    told = instruments.moving(cycle)
    assert told.hindrances == ()
    assert len(told.changes) == 5
    (sheet,) = told.sheets
    assert (sheet.before, sheet.predicate_before) == (before.index, "Baik")
    assert sheet.predicate_after == "Cukup" and sheet.moves
    moved = actions.adopt(boss, cycle)
    after = result(cast)
    assert moved.edition_id == made.pk
    assert (after.index, after.predicate) == (sheet.after, "Cukup")
    assert after.index == before.index - Fraction(1, 100) * 2


def test_adopting_what_the_round_keeps_already_changes_nothing(cast, opened):  # noqa: F811
    cycle = Cycle.objects.get()
    assert actions.adopt(cast.actor("diskominfo"), cycle).version == cycle.version
    assert Edition.objects.count() == 1


def test_a_round_that_is_over_keeps_its_edition(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.edit(boss, cast.institution, "spbe-2020", NEW, 1)
    cycle = Cycle.objects.get()
    cycle.step = packs.cycle().steps[-1].key
    history.write(boss, cast.institution, "edit", history.Writes(change=[cycle]))
    with pytest.raises(actions.Refused):
        actions.adopt(boss, cycle)


def test_going_back_to_the_shipped_words_is_an_edition_like_any_other(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.edit(boss, cast.institution, "spbe-2020", BOUNDS, 1)
    back = {"predicates": {"Baik": {"min": "2.6"}, "Cukup": {"max": "2.6"}}}
    made = actions.edit(boss, cast.institution, "spbe-2020", back, 2)
    assert made.overlay == {} and made.digest == packs.instrument_digest("spbe-2020")
    assert editions.current(cast.institution, "spbe-2020") is packs.instrument("spbe-2020")


def test_two_who_edit_at_once_the_second_is_told_and_nothing_is_written(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.edit(boss, cast.institution, "spbe-2020", BOUNDS, 1)
    with pytest.raises(actions.Meanwhile):
        actions.edit(boss, cast.institution, "spbe-2020", WEIGHTS, 1)
    assert Edition.objects.count() == 2


def test_weights_that_do_not_add_up_are_refused_by_place_and_nothing_is_written(cast, opened):  # noqa: F811
    with pytest.raises(PackError) as caught:
        actions.edit(
            cast.actor("diskominfo"),
            cast.institution,
            "spbe-2020",
            {"indicators": {"11": {"weight": "3"}}},
            1,
        )
    assert caught.value.path == "aspect 2"
    with pytest.raises(actions.Refused):
        actions.edit(cast.actor("diskominfo"), cast.institution, "spbe-2020", {}, 1)
    assert Edition.objects.count() == 1


def test_an_instrument_of_ones_own_can_be_brought_in_and_begun_with(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    made = actions.bring(boss, cast.institution, own(), "pemdi-2027.yaml", note="dari surat")
    assert (made.number, made.overlay, made.note) == (1, {}, "dari surat")
    assert "pemdi-2027" in editions.known(cast.institution)
    assert "pemdi-2027" not in editions.known(cast.other_institution)
    row = assessments.open_assessment(boss, cast.institution, 2027, "pemdi-2027")
    row = assessments.set_levels(
        boss, row, {one.number: "2.5" for one in editions.of(row).indicators}, row.version
    )
    assert queries.result(row).index == Fraction(5, 2)


def test_the_same_file_twice_makes_one_edition(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    first = actions.bring(boss, cast.institution, own(), "a.yaml")
    assert actions.bring(boss, cast.institution, own(), "b.yaml").pk == first.pk
    assert Edition.objects.count() == 1


def test_the_file_of_an_edited_shipped_instrument_comes_in_as_an_overlay(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    made = actions.edit(boss, cast.institution, "spbe-2020", NEW, 0)
    other = actions.bring(
        cast_system(), cast.other_institution, instruments.content_of(cast.institution, "spbe-2020"), "x.yaml"
    )
    assert other.digest == made.digest
    assert set(other.overlay["indicators"]) == {"11", "12"}


def cast_system():
    from pendapa.kernel.access import actor

    return actor.system()


def test_a_shipped_id_with_another_structure_is_refused(cast):  # noqa: F811
    content = deepcopy(CONTENT)
    content["domains"][0]["aspects"][0]["indicators"][0]["number"] = "1a"
    with pytest.raises(PackError, match="id of its own"):
        actions.bring(cast.actor("diskominfo"), cast.institution, content, "x.yaml")
    assert Edition.objects.count() == 0


def test_a_later_import_without_an_indicator_that_a_round_uses_cannot_be_adopted(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    actions.bring(boss, cast.institution, own(), "x.yaml")
    row = assessments.open_assessment(boss, cast.institution, 2027, "pemdi-2027")
    assessments.set_levels(boss, row, {"2": "3"}, row.version)
    smaller = own()
    first, _second = smaller["aspects"][0]["indicators"]
    smaller["aspects"][0]["indicators"] = [first | {"weight": "10"}]
    actions.bring(boss, cast.institution, smaller, "x.yaml")
    with pytest.raises(actions.Refused, match="2"):
        actions.adopt(boss, Cycle.objects.get())
    assert Cycle.objects.get().edition.number == 1


def test_a_way_that_an_own_instrument_brings_carries_evidence_to_it(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    entries = [{"from": str(n), "to": [str(n)]} for n in range(1, 21)]
    actions.bring(
        boss, cast.institution, own(crosswalk=[{"from": "pemdi-2026", "entries": entries}]), "x.yaml"
    )
    old = assessments.open_assessment(boss, cast.institution, 2026, "pemdi-2026").cycle
    new = assessments.open_assessment(boss, cast.institution, 2027, "pemdi-2027").cycle
    assert carrying.carry(boss, old, new).is_empty
    way = instruments.crosswalk(cast.institution).way("spbe-2018", "pemdi-2027")
    assert way.over == ("spbe-2020", "pemdi-2026") and way.entries["22"].targets == ("14",)
    assert instruments.crosswalk(cast.other_institution).way("spbe-2018", "pemdi-2027") is None


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo"}))
def test_only_the_secretariat_brings_edits_and_adopts(cast, opened, who):  # noqa: F811
    someone = cast.actor(who)
    for attempt in (
        lambda: actions.bring(someone, cast.institution, own(), "x.yaml"),
        lambda: actions.edit(someone, cast.institution, "spbe-2020", BOUNDS, 1),
        lambda: actions.adopt(someone, opened.cycle),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert Edition.objects.count() == 1
