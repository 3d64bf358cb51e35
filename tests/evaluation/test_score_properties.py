"""What holds for every possible assessment."""

from decimal import Decimal
from fractions import Fraction
from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules.scoring import bounds, display, distance, exact, score
from pendapa.regulations import packs


def a_level(instrument):
    scale = instrument.scale
    if scale.step is not None:
        return st.integers(int(scale.min), int(scale.max))
    return st.decimals(int(scale.min), int(scale.max), places=2)


@st.composite
def assessments(draw):
    instrument = draw(st.sampled_from(packs.instruments()))
    values = draw(
        st.lists(
            a_level(instrument), min_size=len(instrument.indicators), max_size=len(instrument.indicators)
        )
    )
    return instrument, dict(zip((one.number for one in instrument.indicators), values, strict=True))


def recomputed(instrument, levels):
    """The index again, as integers alone: numerator and denominator of sum(level x weight) / 100, level by level."""
    top, bottom = 0, 1
    for indicator in instrument.indicators:
        level = Decimal(levels[indicator.number])
        hundredths = int(level * 100)
        part_top, part_bottom = hundredths * indicator.weight.numerator, 10_000 * indicator.weight.denominator
        top, bottom = top * part_bottom + part_top * bottom, bottom * part_bottom
        common = gcd(top, bottom)
        top, bottom = top // common, bottom // common
    return top, bottom


@given(assessments())
def test_the_index_equals_an_independent_recomputation_exactly(assessment):
    index = score(assessment[0], levels=assessment[1]).index
    assert (index.numerator, index.denominator) == recomputed(*assessment)


@given(assessments())
def test_the_index_and_all_parts_lie_between_the_lowest_and_the_highest_level(assessment):
    instrument, levels = assessment
    result = score(instrument, levels=levels)
    low, high = Fraction(min(levels.values())), Fraction(max(levels.values()))
    for value in (result.index, *result.domains.values(), *result.aspects.values()):
        assert low <= value <= high


@given(assessments(), st.data())
def test_raising_a_level_never_lowers_anything_and_raises_the_index_by_its_weight(assessment, data):
    instrument, levels = assessment
    number = data.draw(st.sampled_from(sorted(levels)))
    raised = levels | {number: min(levels[number] + 1, int(instrument.scale.max))}
    before, after = score(instrument, levels=levels), score(instrument, levels=raised)
    gain = Fraction(raised[number] - levels[number]) * instrument.indicator(number).weight / 100
    assert after.index - before.index == gain
    assert all(after.aspects[key] >= value for key, value in before.aspects.items())
    assert all(after.domains[key] >= value for key, value in before.domains.items())


@given(assessments())
def test_what_goes_out_at_full_precision_comes_back_in_within_its_interval(assessment):
    instrument, levels = assessment
    result = score(instrument, levels=levels)
    again = score(instrument, aspects={key: exact(value) for key, value in result.aspects.items()})
    low, high = (again.interval.low, again.interval.high)
    assert low <= result.index <= high and high - low <= 1


@given(assessments())
def test_printed_aspects_allow_an_interval_that_holds_the_true_index(assessment):
    instrument, levels = assessment
    result = score(instrument, levels=levels)
    again = score(instrument, aspects={key: display(value) for key, value in result.aspects.items()})
    assert again.interval.low <= result.index <= again.interval.high
    assert again.interval.high - again.interval.low <= Fraction(1, 100)


@given(assessments(), st.data())
def test_the_bounds_of_an_unfinished_assessment_hold_the_finished_one(assessment, data):
    instrument, levels = assessment
    kept = data.draw(st.sets(st.sampled_from(sorted(levels))))
    found = bounds(instrument, {number: level for number, level in levels.items() if number in kept})
    assert found.low <= score(instrument, levels=levels).index <= found.high


@given(assessments())
def test_climbing_every_step_of_the_distance_reaches_the_end_of_the_scale(assessment):
    instrument, levels = assessment
    found = distance(instrument, levels, instrument.scale.max)
    assert found.index + sum(step.room for step in found.steps) == instrument.scale.max
    assert found.missing == instrument.scale.max - found.index


@given(st.fractions(0, 5))
def test_the_display_is_never_further_off_than_half_a_hundredth(value):
    assert abs(Fraction(display(value)) - value) <= Fraction(1, 200)
