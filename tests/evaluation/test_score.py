"""Scoring against what was published, the worked examples of the regulation, and what must be refused."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pendapa.evaluation.rules.scoring import ScoreError, bounds, display, distance, exact, score
from pendapa.regulations import packs

CASES = Path(__file__).parents[3] / "shared" / "reference" / "instruments" / "cases"
needs_cases = pytest.mark.skipif(
    not CASES.exists(), reason="NOT TESTED: ../shared with the published cases is not beside the checkout"
)


def read(file):
    return json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)


def published_cases():
    if not CASES.exists():
        return []
    return [case for case in map(read, sorted(CASES.glob("*.json"))) if "published" in case]


def by_id(case):
    return case["id"]


COMPLETE = [case for case in published_cases() if case["complete"]]
PRINTED = [case for case in published_cases() if not case["complete"]]


def levels_of(instrument, level, **changed):
    return {indicator.number: level for indicator in instrument.indicators} | changed


@pytest.fixture
def spbe():
    return packs.instrument("spbe-2020")


@pytest.fixture
def pemdi():
    return packs.instrument("pemdi-2026")


@needs_cases
def test_the_published_cases_are_all_there():
    assert len(COMPLETE) == 3 and len(PRINTED) == 3


@needs_cases
@pytest.mark.parametrize("case", COMPLETE, ids=by_id)
def test_every_published_figure_of_a_complete_case_comes_out_as_printed(case):
    result, printed = score(packs.instrument(case["instrument"]), levels=case["levels"]), case["published"]
    assert Decimal(result.index_display) == printed["index"]
    assert result.predicate == printed["predicate"]
    for number, value in printed["domains"].items():
        assert Decimal(display(result.domains[number])) == value, f"domain {number}"
    for number, value in printed["aspects"].items():
        assert Decimal(display(result.aspects[number])) == value, f"aspect {number}"
    assert result.warnings == () and result.interval is None


@needs_cases
@pytest.mark.parametrize("case", PRINTED, ids=by_id)
def test_where_only_rounded_parts_are_printed_the_interval_holds_an_index_printed_as_published(case):
    instrument, printed = packs.instrument(case["instrument"]), case["published"]
    whole = (
        printed["aspects"]
        if printed["aspects"] and len(printed["aspects"]) == len(instrument.aspects)
        else None
    )
    result = score(instrument, aspects=whole, domains=printed["domains"])
    half = Fraction(1, 200)  # the published index is itself rounded
    assert result.interval.low - half <= Fraction(printed["index"]) <= result.interval.high + half
    assert result.predicate == printed["predicate"]
    assert any("their rounding allows an index from" in warning for warning in result.warnings)


@needs_cases
def test_the_worked_examples_of_the_regulation_come_out(spbe):
    examples = {
        one["type"]: one for one in read(CASES / "permenpanrb-59-2020-worked-examples.json")["examples"]
    }
    one = examples["aspect"]
    assert score(spbe, levels=levels_of(spbe, 1, **one["levels"])).aspects["2"] == Fraction(one["result"])
    one = examples["domain"]
    aspects = {aspect.number: 1 for aspect in spbe.aspects} | one["aspects"]
    assert score(spbe, aspects=aspects).domains["2"] == Fraction(one["result"])
    one = examples["index"]
    result = score(spbe, domains=one["domains"])
    assert Decimal(display(result.index)) == one["result"]


def test_a_third_stays_a_third():
    old = packs.instrument("spbe-2018")
    result = score(old, levels=levels_of(old, 0, **{"35.1": 1}))
    assert result.index == Fraction(1, 30)
    assert exact(result.index) == "0.033333333333"


def test_digital_government_takes_any_decimal_and_has_no_domains(pemdi):
    result = score(pemdi, levels=levels_of(pemdi, "1", **{"20": "3.333", "1": Decimal("1.05")}))
    assert result.index == 1 + Fraction("2.333") * 15 / 100 + Fraction("0.05") * 5 / 100
    assert result.domains == {}
    with pytest.raises(ScoreError, match="pemdi-2026 has no domains; levels or aspects accepted"):
        score(pemdi, domains={"1": 3})


def test_unverified_parts_of_a_pack_are_told_with_the_score(pemdi, spbe):
    warnings = score(pemdi, levels=levels_of(pemdi, 3)).warnings
    assert "pemdi-2026: predicate bounds are not verified against the original text" in warnings
    assert "pemdi-2026: weights are not verified against the original text" in warnings
    assert score(spbe, levels=levels_of(spbe, 3)).warnings == ()


def test_the_predicate_is_read_from_the_unrounded_index_and_the_difference_is_told(spbe):
    result = score(spbe, domains={"1": "2.30", "2": "1.70", "3": "1.00", "4": "3.75"})
    assert (result.predicate, result.index_display) == ("Cukup", "2.60")
    assert "the unrounded index 2.59525 is Cukup; the displayed 2.60 would be Baik" in result.warnings
    assert any(
        "from 2.59025 to 2.60025, and so a predicate from Cukup to Baik" in one for one in result.warnings
    )


def test_the_most_precise_value_of_a_table_tells_how_it_was_rounded(spbe):
    result = score(spbe, domains={"1": 3, "2": Decimal("3.3"), "3": Decimal("2.18"), "4": Decimal("3.55")})
    assert result.interval.high - result.interval.low == Fraction(1, 100)


def test_the_interval_does_not_leave_the_scale(spbe):
    result = score(spbe, domains=dict.fromkeys("1234", "5.00"))
    assert result.interval.high == 5


def test_levels_go_before_aspects_and_aspects_before_domains_and_disagreement_is_told(spbe):
    aspects = {aspect.number: "2.00" for aspect in spbe.aspects} | {"1": "2.10"}
    result = score(spbe, levels=levels_of(spbe, 2), aspects=aspects, domains={"1": 2})
    assert result.basis == "levels" and result.index == 2
    assert result.warnings == ("aspect 1: 2.1 given, but levels give 2",)
    assert score(spbe, aspects=aspects, domains={"1": "2.10", "2": "2.00"}).basis == "aspects"


def test_parts_that_agree_within_their_printing_are_not_complained_about(spbe):
    levels = levels_of(spbe, 1, **{"42": 2})
    assert score(spbe, levels=levels, aspects={"8": "1.17"}).warnings == ()


def test_levels_may_be_written_as_text_or_with_zero_decimals(spbe):
    assert (
        score(
            spbe, levels=levels_of(spbe, " 3 ", **{"1": "3.00", "2": Decimal("3.0"), "3": Fraction(3)})
        ).index
        == 3
    )


@pytest.mark.parametrize("given", [
    0, 6, -1, "2.5", Decimal("2.5"), True, 3.0, None, "tiga", "", "3,0", "1e1", "NaN", Decimal("NaN"), Decimal("Infinity"),
    Decimal("1e400"), Decimal("1e-400"), Decimal("1e999999999"), Decimal("3." + "0" * 30), pytest.param(10**5000, id="5001 digits"), [3], {"a": 1},
])  # fmt: skip
def test_a_level_off_the_scale_or_of_another_kind_is_refused_and_shown(spbe, given):
    with pytest.raises(ScoreError) as caught:
        score(spbe, levels=levels_of(spbe, 3, **{"7": given}))
    (fault,) = caught.value.faults
    assert fault.startswith("indicator 7: ") and fault.endswith(" given; a whole level from 1 to 5 accepted")
    assert len(fault) < 140


def test_a_level_of_zero_exists_in_2018_only(spbe):
    old = packs.instrument("spbe-2018")
    assert score(old, levels=levels_of(old, 0)).predicate == "Kurang"


def test_every_fault_is_told_at_once(spbe):
    levels = levels_of(spbe, 3, **{"1": 9, "99": 3, "01": 2})
    del levels["47"]
    with pytest.raises(ScoreError) as caught:
        score(spbe, levels=levels)
    faults = caught.value.faults
    assert len(faults) == 4
    assert 'indicator "01": unknown in spbe-2020; did you mean "1"?' in faults
    assert (
        faults[-1].startswith("indicator 47 (")
        and "missing; a whole level from 1 to 5 accepted" in faults[-1]
    )


def test_the_undivided_indicator_35_of_2018_is_refused_with_its_three_parts():
    old = packs.instrument("spbe-2018")
    with pytest.raises(
        ScoreError, match=r'indicator "35": unknown in spbe-2018; accepted instead: 35.1, 35.2, 35.3'
    ):
        score(old, levels=levels_of(old, 3, **{"35": 3}))


@pytest.mark.parametrize("given", [{}, {"levels": {}}, {"levels": None, "domains": {}}])
def test_nothing_given_is_refused_with_what_is_accepted(spbe, given):
    with pytest.raises(ScoreError, match="nothing to score: levels, aspects or domains needed"):
        score(spbe, **given)


def test_an_aspect_missing_among_aspects_is_refused(spbe):
    with pytest.raises(ScoreError, match=r"aspect 8 \(Layanan Publik Berbasis Elektronik\): missing"):
        score(spbe, aspects={aspect.number: 2 for aspect in spbe.aspects[:-1]})


def test_a_half_is_displayed_upwards():
    assert [display(Fraction(text)) for text in ("2.595", "2.5949999", "0", "5")] == [
        "2.60",
        "2.59",
        "0.00",
        "5.00",
    ]


def test_exact_numbers_have_all_their_digits_and_repeating_ones_twelve_places():
    given = [Fraction(25, 12), Fraction("2.64"), Fraction(3), Fraction(2, 3), Fraction(1, 1024)]
    assert [exact(value) for value in given] == [
        "2.083333333333",
        "2.64",
        "3",
        "0.666666666667",
        "0.0009765625",
    ]


def test_the_distance_to_a_target_is_exact_and_says_what_each_indicator_can_give(spbe):
    result = distance(spbe, levels_of(spbe, 2, **{"42": 5}), "2.6")
    assert result.missing == Fraction("2.6") - result.index == Fraction("0.51")
    steps = {step.number: step for step in result.steps}
    assert steps["32"].gain == Fraction("0.0275") and steps["32"].room == Fraction("0.0825")
    assert steps["42"].gain == steps["42"].room == 0
    assert distance(spbe, levels_of(spbe, 4), 3).missing == 0


@pytest.mark.parametrize("target", ["5.01", "0", "x", None, 2.6])
def test_a_target_off_the_scale_is_refused(spbe, target):
    with pytest.raises(ScoreError, match=r"^target: .* a number from 1 to 5 accepted$"):
        distance(spbe, levels_of(spbe, 3), target)


def test_missing_levels_leave_the_index_between_two_bounds(spbe):
    levels = levels_of(spbe, 3)
    del levels["42"]
    found = bounds(spbe, levels)
    assert (found.low, found.high) == (3 - Fraction("0.06"), 3 + Fraction("0.06"))
    assert (bounds(spbe, {}).low, bounds(spbe, {}).high) == (1, 5)
