"""The critical path: the longest chain of what waits for each other."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules.critical import days, path

NODES = range(6)
EDGES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12)
TAKES = st.lists(st.integers(0, 40), min_size=6, max_size=6)


def longest(takes: list[int], waits: set[tuple[int, int]]) -> int | None:
    """By trying every order of every length: the days of the longest chain, None without one."""
    sums = [
        sum(takes[one] for one in chain)
        for size in range(2, len(takes) + 1)
        for chain in permutations(range(len(takes)), size)
        if all((after, before) in waits for before, after in pairwise(chain))
    ]
    return max(sums, default=None)


@given(TAKES, EDGES)
def test_it_is_a_chain_and_none_is_longer(takes, edges):
    waits = {(max(pair), min(pair)) for pair in edges if pair[0] != pair[1]}  # later ones wait: no circle
    chain = path(dict(enumerate(takes)), waits)
    assert all((after, before) in waits for before, after in pairwise(chain))
    assert len(chain) != 1 and len(set(chain)) == len(chain)
    assert (sum(takes[one] for one in chain) if chain else None) == longest(takes, waits)


@given(TAKES, EDGES)
def test_circles_do_not_hang_it_and_what_it_finds_is_still_a_chain(takes, edges):
    chain = path(dict(enumerate(takes)), edges)
    assert all((after, before) in edges for before, after in pairwise(chain))
    assert len(set(chain)) == len(chain)


def test_a_chain_of_thousands_needs_no_deep_stack():
    takes = dict.fromkeys(range(20_000), 1)
    waits = [(n + 1, n) for n in range(19_999)]
    assert len(path(takes, waits)) == 20_000
    assert path(takes, [*waits, (0, 19_999)]) == []  # one circle: nothing in it comes first


def test_what_waits_for_nothing_is_no_path_however_long_it_takes():
    assert path({1: 90, 2: 30, 3: 900}, [(2, 1)]) == [1, 2]
    assert path({1: 5}, [(1, 7), (7, 1), (1, 1)]) == []
    assert path({}, []) == []


def test_of_chains_as_long_the_one_with_more_initiatives_is_told():
    assert path({1: 5, 2: 5, 3: 10, 4: 0}, [(2, 1), (4, 2), (4, 3)]) == [1, 2, 4]


def test_days_count_the_first_and_the_last_and_are_none_where_one_is_unknown():
    assert days(date(2027, 1, 1), date(2027, 1, 31)) == 31
    assert days(None, date(2027, 1, 31)) == days(date(2027, 1, 1), None) == 0
    assert days(date(2027, 2, 1), date(2027, 1, 1)) == 0
