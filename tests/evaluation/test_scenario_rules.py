"""Levels as they might be: written into an address, read from it, and scored exactly."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules import scenarios as rules
from pendapa.evaluation.rules import scoring
from pendapa.regulations import packs

SPBE, PEMDI = packs.instrument("spbe-2020"), packs.instrument("pemdi-2026")
NUMBERS = [one.number for one in SPBE.indicators]
some_levels = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from("12345"))
all_levels = st.fixed_dictionaries({number: st.sampled_from("12345") for number in NUMBERS})


@given(some_levels)
def test_what_an_address_carries_is_read_back_unchanged(levels):
    assert rules.read(SPBE, rules.write(SPBE, levels)) == (levels, [])


@given(all_levels)
def test_the_outcome_is_the_score(levels):
    outcome, score = rules.outcome(SPBE, levels), scoring.score(SPBE, levels)
    assert (outcome.index, outcome.predicate) == (score.index, score.predicate)
    assert {one.number: one.value for one in outcome.aspects} == dict(score.aspects)
    assert {one.number: one.value for one in outcome.domains} == dict(score.domains)


@given(all_levels, all_levels)
def test_the_gains_of_the_moves_add_up_to_the_difference_of_the_index(base, levels):
    gains = sum((one.gain for one in rules.moves(SPBE, base, levels)), Fraction(0))
    assert gains == rules.outcome(SPBE, levels).index - rules.outcome(SPBE, base).index


def test_while_levels_are_missing_the_index_has_bounds_and_no_value():
    outcome = rules.outcome(SPBE, {"1": "5"})
    assert outcome.index is None and outcome.predicate is None
    assert outcome.low < outcome.high and (outcome.filled, outcome.total) == (1, 47)


def test_a_level_off_the_scale_is_left_out_and_told():
    text = rules.write(SPBE, dict.fromkeys(NUMBERS, "3")).replace("3", "9", 1)
    levels, wrong = rules.read(SPBE, text)
    assert wrong == ["1"] and len(levels) == 46


def test_levels_of_another_instrument_are_not_taken_for_ones_own():
    assert rules.read(SPBE, rules.write(PEMDI, {"1": "2.5"})) == ({}, NUMBERS)


def test_decimals_are_kept_as_typed_with_a_comma():
    assert rules.accepted(PEMDI, "2,50") == "2.5"
    assert rules.accepted(SPBE, "2,5") is None
