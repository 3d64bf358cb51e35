"""The league of OPD: fair by size, whatever is counted and in which units."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pendapa.cockpit.rules.league import (
    COMPLETENESS,
    MEASURES,
    SHARING,
    TIMELINESS,
    Count,
    Entrant,
    Weight,
    counted,
    league,
    weights,
)

COUNTS = st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
FIELDS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=12)


def entrants(rows: list[tuple[tuple[int, int], ...]], times: int = 1) -> list[Entrant]:
    return [
        Entrant(
            f"{place:02}", f"Dinas {place:02}",
            {name: Count(Fraction(good * times), of * times) for name, (good, of) in zip(MEASURES, row, strict=True) if of},
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip


def of(good: int, all_of_it: int) -> Count:
    return Count(Fraction(good), all_of_it)


@given(FIELDS, st.integers(2, 9))
def test_counting_in_other_units_changes_neither_order_nor_score(
    rows: list[tuple[tuple[int, int], ...]], times: int
) -> None:
    plain = [(one.entrant.key, one.score, one.place) for one in league(entrants(rows))]
    assert [(one.entrant.key, one.score, one.place) for one in league(entrants(rows, times))] == plain


@given(FIELDS)
def test_a_counted_share_lies_between_the_share_and_the_mean(
    rows: list[tuple[tuple[int, int], ...]],
) -> None:
    every = entrants(rows)
    known = weights(every)
    for one in every:
        for name, weight in known.items():
            share = one.count(name).share
            value = counted(one.count(name), weight)
            low, high = sorted([weight.mean, weight.mean if share is None else share])
            assert low <= value <= high


@given(st.integers(1, 40), st.integers(1, 40), st.fractions(0, 1), st.fractions(0, 1), st.integers(1, 40))
def test_of_two_equal_shares_that_of_more_things_lies_farther_from_the_mean(
    few: int, more: int, share: Fraction, mean: Fraction, middle: int
) -> None:
    few, more = sorted([few, few + more])
    weight = Weight(mean, Fraction(middle))
    near, far = (counted(Count(share * n, n), weight) for n in (few, more))
    assert abs(far - mean) >= abs(near - mean)


@given(FIELDS)
def test_everybody_is_in_it_once_and_places_follow_the_score(
    rows: list[tuple[tuple[int, int], ...]],
) -> None:
    found = league(entrants(rows))
    assert sorted(one.entrant.key for one in found) == [f"{n:02}" for n in range(len(rows))]
    placed = [one for one in found if one.place]
    scores = [one.score for one in placed if one.score is not None]
    assert len(scores) == len(placed) and scores == sorted(scores, reverse=True)
    places = [1 + sum(other > score for other in scores) for score in scores]
    assert [one.place for one in placed] == places
    assert all((one.score is None) == (len(one.unknown) > 1) for one in found)


def small_and_large(small_good: int) -> dict[str, int]:
    """Places of a small OPD with two due actions beside large ones that differ little from each other."""
    large = [(30, 40), (27, 40), (24, 40), (32, 40)]
    rows = [
        Entrant(f"besar {n}", f"besar {n}", {COMPLETENESS: of(80, 100), TIMELINESS: of(good, all_of_it)})
        for n, (good, all_of_it) in enumerate(large)
    ]
    rows.append(Entrant("kecil", "kecil", {COMPLETENESS: of(80, 100), TIMELINESS: of(small_good, 2)}))
    return {one.entrant.key: one.place for one in league(rows)}


def test_an_opd_with_two_actions_is_neither_first_by_luck_nor_last_by_mischance() -> None:
    lucky, unlucky = small_and_large(2), small_and_large(0)
    assert lucky["kecil"] > 1 and lucky["besar 3"] == 1
    assert unlucky["kecil"] < 5 and unlucky["besar 2"] == 5


def test_the_formula_gives_what_its_page_says() -> None:
    found = league([Entrant("a", "A", {COMPLETENESS: of(9, 10), TIMELINESS: of(1, 2)}), Entrant("b", "B", {COMPLETENESS: of(3, 10), TIMELINESS: of(2, 4)})])  # fmt: skip
    # Completeness: mean 12/20, middle 10; on time: mean 3/6, middle 3. Nobody shares data, so that counts for nobody.
    assert [(one.entrant.key, one.score) for one in found] == [
        ("a", 100 * (Fraction(15, 20) + Fraction(1, 2)) / 2),
        ("b", 100 * (Fraction(9, 20) + Fraction(1, 2)) / 2),
    ]


def test_of_whom_little_is_known_stands_last_without_a_place() -> None:
    full = {name: of(5, 10) for name in MEASURES}
    found = league([Entrant("x", "A", {}), Entrant("y", "B", {SHARING: of(1, 1)}), Entrant("z", "C", full)])
    assert [(one.entrant.key, one.place, one.score) for one in found[1:]] == [("x", 0, None), ("y", 0, None)]
    assert found[0].entrant.key == "z" and league([]) == []
