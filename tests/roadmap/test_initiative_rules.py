"""What an initiative must hold: years, money, levels, codes, and no circles. Properties of the pure rules."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import initiatives as rules
from pendapa.roadmap.rules.initiatives import BudgetRow, Facts, Lift, Line, Target, Values

NODES = [uuid.UUID(int=n) for n in range(1, 9)]
EDGE = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda one: one[0] != one[1])
MONEY = st.decimals(0, 10**12, places=2, allow_nan=False)
YEARS = range(2026, 2031)
SPBE = {("spbe-2020", "1"): (Decimal(1), Decimal(5), Decimal(1))}


def keys(values: Values, facts: Facts | None = None) -> set[tuple[str, str]]:
    return {(one.field, one.key) for one in rules.faults(values, facts or Facts())}


@given(st.lists(EDGE, max_size=20), st.lists(EDGE, min_size=1, max_size=4))
def test_a_circle_is_told_exactly_when_a_new_edge_closes_one(old, new):
    found = rules.circle(old, new)
    edges = set(old) | set(new)
    reach = {node: {node} for node in NODES}
    for _round in NODES:
        for one, on in edges:
            for ends in reach.values():
                if one in ends:
                    ends.add(on)
    assert (found is not None) == any(one in reach[on] for one, on in new)
    if found is not None:
        assert found[0] == found[-1] and len(found) > 2
        steps = list(pairwise(found))
        assert set(steps) <= edges and steps[0] in new


@given(st.permutations(NODES))
def test_a_chain_of_any_order_is_no_circle_until_its_end_waits_for_its_start(order):
    chain = list(pairwise(order))
    assert rules.circle(chain, chain[:1]) is None
    found = rules.circle(chain, [(order[-1], order[0])])
    assert found is not None and set(found) == set(NODES)


def test_a_long_chain_is_followed_without_recursion():
    many = [uuid.UUID(int=n) for n in range(1, 5001)]
    chain = list(pairwise(many))
    assert len(rules.circle(chain, [(many[-1], many[0])]) or []) == 5001


@given(st.dates(date(1990, 1, 1), date(2110, 1, 1)), st.dates(date(1990, 1, 1), date(2110, 1, 1)))
def test_days_outside_the_years_of_the_roadmap_are_faults_and_those_inside_are_none(start, end):
    found = keys(Values("Satu", starts_on=start, ends_on=end), Facts(years=YEARS))
    assert (("starts_on", "day_outside") in found) == (start.year not in YEARS)
    assert (("ends_on", "day_outside") in found) == (end.year not in YEARS)
    assert (("ends_on", "end_first") in found) == (end < start)


@given(st.lists(st.one_of(st.none(), MONEY), min_size=1, max_size=4), MONEY, MONEY)
def test_money_over_the_ceiling_of_its_line_is_told_once_with_what_others_take(sums, ceiling, others):
    rows = tuple(
        BudgetRow(2027, "2.16.03", source, planned=planned)
        for source, planned in zip(rules.SOURCES, sums, strict=False)
    )
    line = {(2027, "2.16.03"): Line(ceiling, planned=others)}
    found = [
        one
        for one in rules.faults(Values("Satu", budgets=rows), Facts(lines=line))
        if one.key == "over_ceiling"
    ]
    own = sum((one for one in sums if one is not None), Decimal(0))
    assert len(found) == (1 if own > 0 and own + others > ceiling else 0)
    stood = replace(Facts(lines=line), before=rows)
    assert rules.over_ceiling(rows, stood) == []


def test_without_a_known_ceiling_nothing_is_over_it():
    rows = (BudgetRow(2027, "2.16.03", planned=Decimal(10**12)),)
    assert rules.over_ceiling(rows, Facts(lines={(2027, "2.16.03"): Line(None)})) == []


@pytest.mark.parametrize(
    ("level", "good"),
    [
        ("1", True),
        ("5", True),
        ("0", False),
        ("6", False),
        ("2.5", False),
        ("x", False),
        ("-1", False),
        ("9" * 40, False),
    ],
)
def test_a_level_lies_on_the_scale_of_its_instrument(level, good):
    found = keys(Values("Satu", lifts=(Lift("spbe-2020", "1", "", level),)), Facts(scales=SPBE))
    assert (("lifts.0.level_to", "level_off") not in found) == good


def test_a_lift_goes_up_is_known_and_stands_once():
    same = Lift("spbe-2020", "1", "3", "3")
    assert ("lifts.0.level_to", "level_down") in keys(Values("S", lifts=(same,)), Facts(scales=SPBE))
    twice = (Lift("spbe-2020", "1", "1", "2"), Lift("spbe-2020", "1", "2", "3"))
    assert ("lifts.1.indicator", "indicator_twice") in keys(Values("S", lifts=twice), Facts(scales=SPBE))
    other = (Lift("spbe-2020", "99", "1", "2"),)
    assert ("lifts.0.indicator", "indicator_unknown") in keys(Values("S", lifts=other), Facts(scales=SPBE))


@pytest.mark.parametrize(
    "code", ["2.16.03", "2.16.03.2.02.0014", "2.16", "1.02.02.2.01", "2.16.03.2.02.000014"]
)
def test_a_code_of_the_nomenclature_has_its_shape(code):
    assert rules.is_code(code)


@pytest.mark.parametrize(
    "code", ["", "2", "2..16", "2.16.03.2.02.14x", "dua", "2.16.03.2.02.0014.1", "2.16\n", "٢.١٦"]
)
def test_what_is_no_code_is_refused(code):
    assert not rules.is_code(code)


def test_a_code_that_nobody_knows_is_a_doubt_and_no_fault():
    values = Values("Satu", budgets=(BudgetRow(2027, "9.99.99", planned=Decimal(5)),))
    assert keys(values) == set()
    assert [one.key for one in rules.doubts(values, Facts())] == ["code_unknown"]
    assert rules.doubts(values, Facts(codes=frozenset({"9.99.99"}))) == []


@pytest.mark.parametrize("sum_", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal(10**16)])
def test_money_below_zero_endless_or_absurd_is_refused(sum_):
    rows = (BudgetRow(2027, planned=sum_),)
    assert {field for field, _key in keys(Values("Satu", budgets=rows, cost=sum_))} == {
        "cost",
        "budgets.0.planned",
    }


def test_the_same_money_twice_too_many_rows_and_too_long_texts_are_told():
    row = BudgetRow(2027, "2.16.03")
    assert ("budgets.1.year", "budget_twice") in keys(Values("S", budgets=(row, row)))
    many = tuple(BudgetRow(2027, f"2.16.{n:02d}") for n in range(90))
    assert ("budgets", "rows") in keys(Values("S", budgets=many))
    assert ("title", "long") in keys(Values("x" * 301)) and ("title", "title_empty") in keys(Values(""))
    assert ("note", "long") in keys(Values("S", note="x" * 20_001))


def test_targets_and_money_of_years_outside_the_roadmap_are_told():
    values = Values("S", targets={2031: Target("selesai")}, budgets=(BudgetRow(2025),), year=2040)
    found = keys(values, Facts(years=YEARS))
    assert found == {
        ("targets.0.year", "year_outside"),
        ("budgets.0.year", "year_outside"),
        ("year", "year_outside"),
    }


def test_an_owner_that_ended_is_a_fault_from_the_day_after():
    left, values = date(2027, 6, 30), Values("S")
    assert keys(values, Facts(left=left, on=date(2027, 7, 1))) == {("unit", "owner_left")}
    assert keys(values, Facts(left=left, on=left)) == set()


@given(st.text(max_size=200))
def test_kept_words_hold_no_control_signs_and_stay_the_same_when_tidied_again(text):
    kept = rules.tidy(text)
    assert "\x00" not in kept and "\r" not in kept and rules.tidy(kept) == kept


@given(st.lists(st.integers(0, 10**8), max_size=20), st.integers(2000, 2100))
def test_the_next_code_was_never_given_before(numbers, year):
    used = [f"PR-{year}-{n:03d}" for n in numbers] + ["PR-2027-x", "lain", f"PR-{year}-²"]
    assert rules.next_code(year, used) not in used


def test_the_owner_reports_and_only_the_secretariat_plans():
    assert rules.may_go("doing", "done", as_owner=True) and not rules.may_go(
        "draft", "planned", as_owner=True
    )
    assert rules.may_go("draft", "planned") and not rules.may_go("draft", "done")
