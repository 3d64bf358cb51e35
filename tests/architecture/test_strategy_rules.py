"""The strategy map as a tree, and indicators against their targets."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.architecture.rules.strategy import (
    TALL,
    Branch,
    bars,
    branch_of,
    depth_for,
    forest,
    size,
    standings,
    verdict,
)

TARGETS = {"2025": "70", "2026": "75.5", "2027": "80"}


def shape(branches: list[Branch]) -> list[object]:
    return [(branch.key, shape(branch.below)) if branch.below else branch.key for branch in branches]


def test_what_hangs_under_something_stands_there_and_the_rest_are_roots() -> None:
    assert shape(forest([1, 2, 3, 4, 9], [(2, 1), (3, 1), (4, 3)])) == [(1, [2, (3, [4])]), 9]


def test_children_stand_in_the_order_of_the_keys() -> None:
    assert shape(forest([1, 4, 3, 2], [(2, 1), (3, 1), (4, 1)])) == [(1, [4, 3, 2])]


def test_who_has_two_parents_stands_under_both() -> None:
    assert shape(forest([1, 2, 3], [(3, 1), (3, 2)])) == [(1, [3]), (2, [3])]


def test_a_parent_that_is_not_there_makes_a_root() -> None:
    assert shape(forest([2, 3], [(2, 1), (3, 2)])) == [(2, [3])]


keys = st.integers(0, 7)


@given(st.lists(st.tuples(keys, keys), max_size=14))
def test_nothing_is_lost_and_nothing_endless_even_in_circles(parents: list[tuple[int, int]]) -> None:
    found: set[int] = set()

    def walk(branches: list[Branch], way: tuple[int, ...]) -> None:
        for branch in branches:
            assert branch.key not in way
            found.add(branch.key)
            walk(branch.below, (*way, branch.key))

    walk(forest(list(range(8)), parents), ())
    assert found == set(range(8))


@pytest.mark.parametrize(
    ("target", "result", "direction", "told"),
    [
        ("70", "70", "naik", "met"),
        ("70", "69.9", "naik", "missed"),
        ("12", "11", "turun", "met"),
        ("12", "13", "turun", "missed"),
        ("5", "5.0", "tetap", "met"),
        ("5", "6", "tetap", "missed"),
        ("5", "6", "", ""),
        ("5", "6", "ke samping", ""),
    ],
)
def test_a_result_is_judged_by_its_direction(target: str, result: str, direction: str, told: str) -> None:
    assert verdict(Decimal(target), Decimal(result), direction) == told


def test_years_stand_in_order_and_what_is_missing_or_no_number_is_not_judged() -> None:
    found = standings(TARGETS, {"2026": "BB", "2025": "71", "2024": "60"}, "naik")
    assert [(y.period, y.target, y.result, y.verdict) for y in found] == [
        ("2024", "", "60", ""),
        ("2025", "70", "71", "met"),
        ("2026", "75.5", "BB", ""),
        ("2027", "80", "", ""),
    ]


def test_a_text_that_was_never_understood_has_no_standings() -> None:
    assert standings("kira-kira 70", None, "naik") == []


def test_bars_begin_at_nought_on_one_scale() -> None:
    first, second = bars(standings({"2025": "50", "2026": "100"}, {"2025": "25"}, "naik"))
    assert (first.result_height, first.target_y) == (f"{TALL / 4:.1f}", f"{TALL / 2:.1f}")
    assert second.has_target and not second.has_result and second.target_y == "0.0"


@pytest.mark.parametrize("targets", [{"2025": "-3", "2026": "4"}, {"2025": "BB"}, {"2025": "0"}, {}])
def test_where_bars_would_mislead_there_are_none(targets: dict[str, str]) -> None:
    assert bars(standings(targets, {}, "naik")) == []


def test_a_large_map_is_cut_at_a_whole_level_and_a_small_one_is_not() -> None:
    trees = forest(list(range(1, 14)), [(2, 1), (3, 1), *((n, 2) for n in range(4, 14))])
    assert [depth_for(trees, most) for most in (0, 1, 3, 12, 13)] == [1, 1, 2, 2, 3]
    assert depth_for([], 5) == 0 and size(trees[0]) == 13


def test_a_branch_is_found_wherever_it_stands() -> None:
    trees = forest([1, 2, 3, 9], [(2, 1), (3, 2)])
    found = branch_of(trees, 2)
    assert found is not None and shape([found]) == [(2, [3])]
    assert branch_of(trees, 7) is None
