"""Walking a graph of who depends on whom."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules.impact import BOTH, DOWN, UP, Graph, drawn, reach

SIZE = 12
links = st.lists(
    st.tuples(
        st.sampled_from(["serves", "runs_on"]),
        st.integers(0, SIZE - 1),
        st.integers(0, SIZE - 1),
        st.sampled_from(["from", "to", "none"]),
    ),
    max_size=40,
)


def graph(rows: list[tuple[str, int, int, str]], domains: list[str] | None = None) -> Graph:
    return Graph(list(range(SIZE)), domains or ["applications"] * SIZE, [1] * SIZE, {}, rows)


def distances(rows: list[tuple[str, int, int, str]], root: int, depth: int) -> dict[int, int]:
    """What depends on the root, by the plainest search there is."""
    found, queue = {root: 0}, deque([root])
    while queue:
        node = queue.popleft()
        for _kind, source, target, dependent in rows:
            base, other = (target, source) if dependent == "from" else (source, target)
            if dependent != "none" and base == node and other not in found and found[node] < depth:
                found[other] = found[node] + 1
                queue.append(other)
    return {node: distance for node, distance in found.items() if distance}


@given(links, st.integers(0, SIZE - 1), st.integers(1, 6))
def test_all_that_depends_on_the_root_is_found_at_its_distance(
    rows: list[tuple[str, int, int, str]], root: int, depth: int
) -> None:
    found = reach(graph(rows), root, DOWN, depth)
    assert {node: distance for _way, distance, node in found.part()} == distances(rows, root, depth)


@given(links, st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
def test_what_depends_on_one_rests_on_it_seen_from_there(
    rows: list[tuple[str, int, int, str]], one: int, other: int
) -> None:
    down = {node for _way, _distance, node in reach(graph(rows), one, DOWN, 6).part()}
    up = {node for _way, _distance, node in reach(graph(rows), other, UP, 6).part()}
    assert (other in down) == (one in up)


@given(links, st.integers(0, SIZE - 1), st.sampled_from([DOWN, UP, BOTH]))
def test_each_way_leads_from_the_root_in_as_many_steps_as_the_distance(
    rows: list[tuple[str, int, int, str]], root: int, direction: str
) -> None:
    one = graph(rows)
    found = reach(one, root, direction, 4)
    for way, distance, node in found.part():
        path = found.path(way, distance, node)
        assert (path[0], path[-1], len(path)) == (root, node, distance + 1)
        steps = one.steps(way)
        assert all(after in steps[before] for before, after in pairwise(path))


@given(links, st.integers(0, SIZE - 1), st.integers(0, 8), st.integers(1, 5))
def test_parts_one_after_the_other_are_the_whole(
    rows: list[tuple[str, int, int, str]], root: int, start: int, size: int
) -> None:
    found = reach(graph(rows), root, BOTH, 6)
    assert found.part(start, size) == found.part()[start : start + size]


@given(links, st.integers(0, SIZE - 1), st.integers(2, SIZE + 1))
def test_what_is_drawn_is_bounded_and_joined_to_the_root(
    rows: list[tuple[str, int, int, str]], root: int, most: int
) -> None:
    one = graph(rows)
    found = reach(one, root, DOWN, 4)
    nodes = drawn(found, most).nodes
    assert len(nodes) <= max(most, 1 + len({distance for _way, distance, _node in found.part()}))
    for node, (way, distance) in nodes.items():
        if node != root:
            assert any(node in one.steps(way)[other] for other, (_, d) in nodes.items() if d == distance - 1)


def test_what_is_not_drawn_is_counted_at_its_neighbour() -> None:
    rows = [("serves", 0, n, "to") for n in range(1, 6)]
    found = drawn(reach(graph(rows), 0), 3)
    assert len(found.nodes) == 3
    assert found.more == {0: 3}


def test_a_domain_narrows_what_is_counted_but_not_the_way() -> None:
    domains = ["infrastructure", "applications", "services", *["applications"] * (SIZE - 3)]
    rows = [("runs_on", 1, 0, "from"), ("serves", 1, 2, "to")]
    found = reach(graph(rows, domains), 0, domains=frozenset({"services"}))
    assert found.part() == [(DOWN, 2, 2)]
    assert set(drawn(found, 10).nodes) == {0, 1, 2}


def test_users_that_are_not_known_are_counted_apart() -> None:
    rows = [("serves", 0, 1, "to"), ("serves", 0, 2, "to"), ("serves", 0, 3, "to")]
    domains = ["applications", *["services"] * 3]
    one = Graph(list(range(4)), domains, [1, 1, 2, 2], {1: 100, 2: None, 3: 0}, rows)
    sums = reach(one, 0).sums
    assert (sums.total, sums.services, sums.users, sums.unknown) == (3, 3, 100, 1)
    assert sums.units == {1: 1, 2: 2}
