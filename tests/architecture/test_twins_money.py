"""What merging saves, and the TIME quadrant: never more than is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pendapa.architecture.rules.quadrant import QUADRANTS, quadrant
from pendapa.architecture.rules.twins_saving import Cost, Saving, saving

AMOUNTS = st.one_of(st.none(), st.integers(0, 10**12))
COSTS = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.builds(Cost, AMOUNTS, AMOUNTS), min_size=1)


def test_all_but_the_costliest_are_saved() -> None:
    assert saving({"a": Cost(100), "b": Cost(30), "c": Cost(20)}) == Saving(50, 0, 2, 0)


def test_all_but_the_kept_one_are_saved_where_one_is_chosen() -> None:
    assert saving({"a": Cost(100), "b": Cost(30)}, "b") == Saving(100, 0, 1, 0)


def test_a_contract_is_told_apart_from_a_yearly_cost() -> None:
    assert saving({"a": Cost(500), "b": Cost(None, 70), "c": Cost(30, 900)}) == Saving(30, 70, 2, 0)


def test_unknown_costs_make_it_the_least_and_none_known_makes_it_unknown() -> None:
    partly = saving({"a": Cost(100), "b": Cost(30), "c": Cost()})
    assert partly.at_least and partly.yearly == 30
    nothing = saving({"a": Cost(), "b": Cost()})
    assert not nothing.known and not nothing.at_least and nothing.unknown == 1


@given(COSTS)
def test_nothing_is_promised_beyond_what_is_known(costs: dict[str, Cost]) -> None:
    found = saving(costs)
    known = [cost.amount for cost in costs.values() if cost.known]
    assert found.yearly + found.contract <= max(sum(known) - max(known, default=0), 0)
    assert found.known + found.unknown == len(costs) - 1


def test_the_four_quadrants_from_the_threshold_up() -> None:
    assert quadrant(3, 3) == "invest"
    assert quadrant(4, 2) == "migrate"
    assert quadrant(2.5, 5) == "tolerate"
    assert quadrant(1, 1) == "eliminate"


def test_a_fit_that_is_unknown_or_off_the_scale_has_no_quadrant() -> None:
    assert quadrant(None, 3) == quadrant(3, None) == quadrant(0, 3) == quadrant(3, 80) == ""


@given(st.floats(1, 5), st.floats(1, 5))
def test_each_known_pair_has_just_one_quadrant(value: float, technical: float) -> None:
    assert quadrant(value, technical) in QUADRANTS
