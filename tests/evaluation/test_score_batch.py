"""Many assessments at once: the same as one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules.scoring import Brief, ScoreError, batch, score
from pendapa.regulations import packs
from tests.evaluation.test_score_properties import assessments


@given(assessments(), st.sampled_from([lambda v: v, str, lambda v: f" {v}.0 " if isinstance(v, int) else v]))
def test_a_batch_gives_what_the_score_gives(assessment, written):
    instrument, levels = assessment
    row = {number: written(value) for number, value in levels.items()}
    one = score(instrument, levels=levels)
    assert batch(instrument, [levels, row]) == [Brief(one.index, one.predicate)] * 2


def all_at(id, level, **changed):
    return {indicator.number: level for indicator in packs.instrument(id).indicators} | changed


def test_thirds_of_a_level_stay_exact_in_a_batch():
    instrument = packs.instrument("pemdi-2026")
    from fractions import Fraction

    row = all_at("pemdi-2026", Fraction(7, 3))
    assert batch(instrument, [row])[0].index == Fraction(7, 3)


@pytest.mark.parametrize("level", [True, 6, 0, 2.0, None, "tiga", "1.5", [3]])
def test_what_the_score_refuses_a_batch_refuses_and_names_the_row(level):
    instrument = packs.instrument("spbe-2020")
    with pytest.raises(ScoreError) as caught:
        batch(instrument, [all_at("spbe-2020", 3), all_at("spbe-2020", 3, **{"12": level})])
    assert len(caught.value.faults) == 1 and caught.value.faults[0].startswith("row 2: indicator 12: ")


def test_missing_and_unknown_indicators_of_every_row_are_told_at_once():
    instrument = packs.instrument("spbe-2020")
    short = all_at("spbe-2020", 3)
    del short["47"]
    with pytest.raises(ScoreError) as caught:
        batch(instrument, [short, all_at("spbe-2020", 3, **{"99": 1})])
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["row 1", "row 2"]


def test_no_rows_give_no_answers():
    assert batch(packs.instrument("spbe-2020"), []) == []
