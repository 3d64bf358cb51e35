"""Verbs of assessments: levels, target, publishing, published figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.evaluation.queries import assessments as queries
from pendapa.evaluation.rules import scoring as rules
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.events import bus
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
FULL = {one.number: str(1 + order % 5) for order, one in enumerate(SPBE.indicators)}


@pytest.fixture
def opened(cast: Cast) -> Assessment:  # noqa: F811
    return actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")


def test_entering_all_47_levels_gives_exactly_the_index_of_the_pure_score(cast, opened):  # noqa: F811
    row = opened
    for number, level in FULL.items():
        row = actions.set_levels(cast.actor("diskominfo"), row, {number: level}, row.version)
    pure = rules.score(SPBE, levels=FULL)
    found = queries.result(Assessment.objects.get())
    assert found.index == pure.index
    assert {part.number: part.value for part in found.aspects} == dict(pure.aspects)
    assert {part.number: part.value for part in found.domains} == dict(pure.domains)
    assert (found.low, found.high) == (pure.index, pure.index)


@pytest.mark.parametrize("instrument", packs.instrument_ids())
def test_every_instrument_can_be_filled_in(cast, instrument):  # noqa: F811
    pack = packs.instrument(instrument)
    row = actions.open_assessment(cast.actor("assessor"), cast.institution, 2026, instrument)
    levels = {one.number: "2,5" if pack.scale.step is None else "2" for one in pack.indicators}
    row = actions.set_levels(cast.actor("assessor"), row, levels, row.version)
    assert queries.result(row).index == (Fraction(5, 2) if pack.scale.step is None else 2)


def test_while_levels_are_missing_there_is_no_index_but_where_it_will_lie(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("diskominfo"), opened, {"1": "5"}, opened.version)
    found = queries.result(row)
    assert found.index is None and found.display == "" and found.predicate == ""
    assert found.filled == 1 and len(found.missing) == 46
    weight = SPBE.indicator("1").weight / 100
    assert found.low == 1 + 4 * weight and found.high == 5


def test_levels_off_the_scale_are_refused_each_by_its_name_and_nothing_is_saved(cast, opened):  # noqa: F811
    given = {"1": "3", "11": "6", "12": "2,5", "13": "x", "99": "1"}
    with pytest.raises(actions.Refused) as refused:
        actions.set_levels(cast.actor("diskominfo"), opened, given, opened.version)
    assert set(refused.value.faults) == {"11", "12", "13", "99"}
    assert "Arsitektur" in refused.value.faults["11"] and "6" in refused.value.faults["11"]
    assert Assessment.objects.get().levels == {}


def test_no_text_disguised_as_a_number_gets_in(cast, opened):  # noqa: F811
    for bad in ("nan", "inf", "1e0", "10/3", "1_0", "", " ", "=1+2", "3" * 500, "\x00"):
        if not bad.strip():
            continue
        with pytest.raises(actions.Refused):
            actions.set_levels(cast.actor("diskominfo"), opened, {"1": bad}, opened.version)
        with pytest.raises(actions.Refused):
            actions.set_target(cast.actor("diskominfo"), opened, bad, opened.version)


def test_a_level_can_be_cleared_again(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("diskominfo"), opened, {"1": "3", "2": "4"}, opened.version)
    row = actions.set_levels(cast.actor("diskominfo"), row, {"1": None}, row.version)
    assert row.levels == {"2": "4"}


def test_saving_what_is_there_already_writes_nothing(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("diskominfo"), opened, {"1": "3"}, opened.version)
    sets = ChangeSet.objects.count()
    again = actions.set_levels(cast.actor("diskominfo"), row, {"1": "3"}, row.version)
    assert again.version == row.version and ChangeSet.objects.count() == sets


def test_a_stale_version_is_refused_by_name_and_nothing_is_lost(cast, opened):  # noqa: F811
    actions.set_levels(cast.actor("assessor"), opened, {"11": "2", "12": "2"}, opened.version)
    with pytest.raises(actions.LevelsChanged) as changed:
        actions.set_levels(cast.actor("diskominfo"), opened, {"11": "4", "13": "3"}, opened.version)
    assert changed.value.theirs == {"11": "2"}
    assert changed.value.who == {"11": "Assessor"}
    assert "Arsitektur" in changed.value.names[0]
    assert Assessment.objects.get().levels == {"11": "2", "12": "2"}


def test_two_people_may_fill_in_different_indicators_at_the_same_time(cast, opened):  # noqa: F811
    actions.set_levels(cast.actor("assessor"), opened, {"11": "2"}, opened.version)
    actions.set_levels(cast.actor("diskominfo"), opened, {"12": "4"}, opened.version)
    assert Assessment.objects.get().levels == {"11": "2", "12": "4"}


def test_quick_changes_of_one_person_do_not_stand_in_each_others_way(cast, opened):  # noqa: F811
    for level in ("3", "4", "2"):
        actions.set_levels(cast.actor("diskominfo"), opened, {"11": level}, opened.version)
    assert Assessment.objects.get().levels == {"11": "2"}


def test_an_unknown_version_counts_as_stale(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("assessor"), opened, {"11": "2"}, opened.version)
    for version in (0, row.version + 1):
        with pytest.raises(history.Conflict):
            actions.set_levels(cast.actor("diskominfo"), row, {"11": "4"}, version)


def test_undo_puts_the_levels_back(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("diskominfo"), opened, {"1": "3"}, opened.version)
    actions.set_levels(cast.actor("diskominfo"), row, {"1": "5", "2": "5"}, row.version)
    last = ChangeSet.objects.order_by("-pk").first()
    undone = undoing.undo(cast.actor("diskominfo"), last)
    assert (undone.count, undone.kept) == (1, [])
    assert Assessment.objects.get().levels == {"1": "3"}
    assert history.verify(cast.institution) == []


def test_saving_tells_the_other_rooms(cast, opened, django_capture_on_commit_callbacks):  # noqa: F811
    heard = []

    def listen(**facts):
        heard.append(facts)

    bus.on("evaluation.levels_changed")(listen)
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_levels(cast.actor("diskominfo"), opened, {"1": "3"}, opened.version)
    bus._listeners["evaluation.levels_changed"].remove(listen)
    assert heard[0]["levels"] == {"1": "3"} and heard[0]["year"] == 2026


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "assessor"}))
def test_only_the_secretariat_and_assessors_set_levels(cast, opened, who):  # noqa: F811
    with pytest.raises(NotFound):
        actions.set_levels(cast.actor(who), opened, {"1": "3"}, opened.version)
    with pytest.raises(NotFound):
        actions.open_assessment(cast.actor(who), cast.institution, 2025, "spbe-2020")
    with pytest.raises(NotFound):
        actions.set_target(cast.actor(who), opened, "3.5", opened.version)


def test_an_assessment_is_opened_once(cast, opened):  # noqa: F811
    with pytest.raises(actions.AlreadyOpen) as again:
        actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    assert again.value.assessment == opened
    with pytest.raises(actions.Refused) as refused:
        actions.open_assessment(cast.actor("diskominfo"), cast.institution, 1, "spbe-1999", "dream")
    assert set(refused.value.faults) == {"year", "instrument", "stage"}


def test_the_distance_to_the_target_is_exact_and_the_largest_rises_come_first(cast, opened):  # noqa: F811
    row = actions.set_levels(cast.actor("diskominfo"), opened, FULL, opened.version)
    row = actions.set_target(cast.actor("diskominfo"), row, "3,5", row.version)
    way = queries.towards(row)
    index = rules.score(SPBE, levels=FULL).index
    assert way.missing == Fraction(7, 2) - index and not way.reached
    gains = [rise.gain for rise in way.rises]
    assert gains == sorted(gains, reverse=True)
    largest = sorted((one.weight / 100, int(5 - int(FULL[one.number]))) for one in SPBE.indicators)[::-1]
    single = [gain for gain, room in largest for _ in range(room)]
    needed = next(n for n in range(len(single) + 1) if sum(single[:n]) >= way.missing)
    assert way.steps == needed


def test_a_reached_target_says_so_and_an_incomplete_assessment_says_nothing(cast, opened):  # noqa: F811
    row = actions.set_target(cast.actor("diskominfo"), opened, "1", opened.version)
    assert queries.towards(row).missing is None
    row = actions.set_levels(cast.actor("diskominfo"), row, FULL, row.version)
    assert queries.towards(row).reached and queries.towards(row).steps is None


def test_a_target_is_not_overwritten_unseen_but_levels_do_not_disturb_it(cast, opened):  # noqa: F811
    actions.set_levels(cast.actor("assessor"), opened, {"1": "2"}, opened.version)
    actions.set_target(cast.actor("diskominfo"), opened, "3.5", opened.version)
    with pytest.raises(history.Conflict):
        actions.set_target(cast.actor("assessor"), opened, "4", opened.version)
    assert Assessment.objects.get().target == "3.5"


def test_only_a_complete_assessment_goes_public_and_only_by_those_who_may(cast, opened):  # noqa: F811
    with pytest.raises(actions.Refused):
        actions.publish(cast.actor("diskominfo"), opened, opened.version)
    row = actions.set_levels(cast.actor("diskominfo"), opened, FULL, opened.version)
    for who in set(WHO) - {"diskominfo", "sekda"}:
        with pytest.raises(NotFound):
            actions.publish(cast.actor(who), row, row.version)
    row = actions.publish(cast.actor("sekda"), row, row.version)
    assert row.is_public
    assert not actions.unpublish(cast.actor("sekda"), row, row.version).is_public


def test_a_published_figure_is_kept_once_as_printed(cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    facts = {"instrument": "spbe-2018", "source": "KepmenPANRB"}
    first = actions.record_published(boss, cast.institution, None, "1,7", **facts)
    assert actions.record_published(boss, cast.institution, None, "1.7", **facts) == first
    second = actions.record_published(boss, cast.institution, 2021, "3.20", **facts, target="4,0")
    assert (first.order, second.order) == (0, 1) and second.predicate == "Baik" and second.target == "4.0"
    with pytest.raises(actions.Refused) as refused:
        actions.record_published(boss, cast.institution, 3000, "9", instrument="x", source=" ", target="?")
    assert set(refused.value.faults) == {"year", "index", "instrument", "source", "target"}
    assert PublishedResult.objects.count() == 2


def test_an_assessor_records_figures_but_does_not_publish_them(cast):  # noqa: F811
    with pytest.raises(NotFound):
        actions.record_published(cast.actor("assessor"), cast.institution, 2019, "2.1", source="x")
    kept = actions.record_published(
        cast.actor("assessor"), cast.institution, 2019, "2.1", source="x", is_public=False
    )
    assert queries.public_history(cast.institution).points == () and not kept.is_public
