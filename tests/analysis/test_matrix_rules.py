"""Ways between two domains, and what relations make of one: compared with trying out everything."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules import matrix as rules
from pendapa.analysis.rules.matrix import Side
from pendapa.regulations import packs

MODEL = packs.metamodel()
DOMAINS = [domain.key for domain in (*MODEL.domains, MODEL.strategy)]
SIDES = [Side(domain) for domain in DOMAINS] + [
    Side(domain.key, kind.key)
    for domain in (*MODEL.domains, MODEL.strategy)
    if len(domain.kinds) > 1
    for kind in domain.kinds
]


def paths(rows: str, columns: str) -> list[str]:
    one, other = (Side(*text.split(".")) for text in (rows, columns))
    return [path.key for path in rules.paths(MODEL.relations, DOMAINS, one, other)]


def test_processes_reach_applications_directly_first_then_through_one_domain() -> None:
    found = paths("processes", "applications")
    assert found[:4] == ["direct", "services", "data", "infrastructure"]
    assert "services,data" in found[4:]


def test_what_needs_all_kinds_comes_before_what_leaves_some_out() -> None:
    assert (
        paths("processes", "applications").index("infrastructure") == 3
    )  # of all kinds servers alone lead to processes
    assert paths("processes", "infrastructure")[:3] == ["direct", "applications", "data"]


def test_a_kind_has_only_the_ways_that_its_kind_has() -> None:
    assert paths("applications", "infrastructure.server")[0] == "direct"
    assert "direct" not in paths("applications", "infrastructure.periferal")
    assert paths("strategy.iku", "processes")[0] == "direct"
    assert paths("strategy.visi", "applications") == []


def test_one_domain_is_set_against_itself() -> None:
    assert paths("applications", "applications")[:3] == ["direct", "processes", "services"]


@given(st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_every_way_holds_together_and_the_shortest_come_first(rows: Side, columns: Side) -> None:
    found = rules.paths(MODEL.relations, DOMAINS, rows, columns)
    assert [len(path.through) for path in found] == sorted(len(path.through) for path in found)
    assert len({path.key for path in found}) == len(found)
    for path in found:
        assert len({*path.through, rows.domain, columns.domain}) == len(path.through) + len(
            {rows.domain, columns.domain}
        )
        sides = [rows, *map(Side, path.through), columns]
        for (near, far), step in zip(pairwise(sides), path.steps, strict=True):
            for hop in step:
                start, end = (far, near) if hop.backward else (near, far)
                assert _may(hop.type, start, end)


def _may(type_: str, source: Side, target: Side) -> bool:
    """Whether the metamodel lets some kinds of the two stand in the relation."""
    relation = MODEL.relation(type_)
    kinds = [
        [side.kind] if side.kind else [kind.key for kind in MODEL.domain(side.domain).kinds]
        for side in (source, target)
    ]
    return any(
        relation.allows((source.domain, one), (target.domain, other)) for one, other in product(*kinds)
    )


@given(st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_the_ways_back_are_the_ways_there_turned(rows: Side, columns: Side) -> None:
    there = {path.through for path in rules.paths(MODEL.relations, DOMAINS, rows, columns)}
    back = {path.through[::-1] for path in rules.paths(MODEL.relations, DOMAINS, columns, rows)}
    assert there == back


def test_what_only_foreign_files_bring_is_no_way() -> None:
    hops = {
        hop.type
        for one, other in product(map(Side, DOMAINS), repeat=2)
        for path in rules.paths(MODEL.relations, DOMAINS, one, other)
        for step in path.steps
        for hop in step
    }
    assert "foreign_relation" not in hops


# -------------------------------------------------------------------------------------------------------------- folding

PATHS = rules.paths(MODEL.relations, DOMAINS, Side("processes"), Side("applications"))
IDS = {"processes": range(5), "services": range(10, 14), "data": range(20, 24), "applications": range(30, 35)}
TYPES = {
    ("processes", "applications"): ("application_process", True),
    ("processes", "services"): ("service_process", True),
    ("services", "applications"): ("application_service", True),
    ("services", "data"): ("data_service", True),
    ("data", "applications"): ("application_data", True),
    ("applications", "applications"): ("application_flow", False),
}


@st.composite
def webs(draw: st.DrawFn) -> tuple[list[rules.Edge], str]:
    """Some relations between four small domains, and one of the ways from processes to applications."""
    edges = []
    for (near, far), (type_, backward) in TYPES.items():
        for one, other in draw(st.sets(st.sampled_from(list(product(IDS[near], IDS[far]))), max_size=9)):
            if one != other:
                source, target = ((other, far), (one, near)) if backward else ((one, near), (other, far))
                edges.append((type_, *source, *target))
    return edges, draw(st.sampled_from(["direct", "services", "services,data", "data"]))


def laid(edges: list[rules.Edge], way: str, rows: set[int], columns: set[int]) -> tuple[rules.Step, ...]:
    one, other = Side("processes"), Side("applications")
    path = next(p for p in PATHS if p.key == way)
    return rules.laid(path, one, other, edges, rows, columns)


def tried(edges: list[rules.Edge], way: str, row: int, column: int) -> set[tuple[int, ...]]:
    """All ways from a row to a column, by trying out all elements in between."""
    domains = ["processes", *(way.split(",") if way != "direct" else ()), "applications"]
    types = {TYPES[pair][0] for pair in pairwise(domains) if pair in TYPES}
    types |= {"data_process"} if way == "data" else set()
    near = {frozenset((edge[1], edge[3])) for edge in edges if edge[0] in types}
    between = product(*(IDS[domain] for domain in domains[1:-1]))
    return {
        some for some in between if all(frozenset(pair) in near for pair in pairwise((row, *some, column)))
    }


@given(webs())
def test_counts_and_ways_are_those_found_by_trying_everything(
    given_web: tuple[list[rules.Edge], str],
) -> None:
    edges, way = given_web
    rows, columns = set(IDS["processes"]), set(IDS["applications"])
    steps = laid(edges, way, rows, columns)
    for row in rows:
        counts = rules.reached(steps, row)
        for column in columns:
            expected = tried(edges, way, row, column)
            assert set(rules.ways(steps, row, column)) == expected
            assert counts.get(column, 0) == len(expected)


@given(webs())
def test_linked_are_those_with_at_least_one_way(given_web: tuple[list[rules.Edge], str]) -> None:
    edges, way = given_web
    rows, columns = set(IDS["processes"]), set(IDS["applications"])
    steps = laid(edges, way, rows, columns)
    pairs = {place for place in product(rows, columns) if tried(edges, way, *place)}
    assert rules.linked(steps) == {row for row, _column in pairs}
    assert rules.linked(rules.turned(steps)) == {column for _row, column in pairs}


@given(webs(), st.sets(st.sampled_from(IDS["processes"])), st.sets(st.sampled_from(IDS["applications"])))
def test_a_part_of_the_table_says_what_the_whole_says_of_it(
    given_web: tuple[list[rules.Edge], str], some_rows: set[int], some_columns: set[int]
) -> None:
    edges, way = given_web
    steps = laid(edges, way, set(IDS["processes"]), set(IDS["applications"]))
    part = rules.narrowed(steps, some_rows, some_columns)
    for row in some_rows:
        whole = rules.reached(steps, row)
        assert rules.reached(part, row) == {
            column: n for column, n in whole.items() if column in some_columns
        }


@given(webs(), st.sets(st.sampled_from(IDS["processes"])), st.sets(st.sampled_from(IDS["applications"])))
def test_a_row_without_a_mark_in_the_table_of_a_unit_has_none_anywhere(
    given_web: tuple[list[rules.Edge], str], own_rows: set[int], own_columns: set[int]
) -> None:
    edges, way = given_web
    steps = laid(edges, way, set(IDS["processes"]), set(IDS["applications"]))
    rows, columns = rules.own([steps], own_rows, own_columns)
    assert rows >= own_rows
    assert columns >= own_columns
    for row in rows:
        assert bool(set(rules.reached(steps, row)) & columns) == (row in rules.linked(steps))


@given(webs())
def test_what_is_linked_with_itself_alone_is_linked_with_nothing(
    given_web: tuple[list[rules.Edge], str],
) -> None:
    edges, _way = given_web
    side, ids = Side("applications"), set(IDS["applications"])
    for path in rules.paths(MODEL.relations, DOMAINS, side, side):
        steps = rules.laid(path, side, side, edges, ids, ids)
        assert rules.linked(steps) == {one for one in ids if rules.reached(steps, one)}
        assert all(one not in rules.reached(steps, one) for one in ids)


@pytest.mark.parametrize("direction", ["out", "in"])
def test_a_flow_is_seen_from_both_of_its_ends(direction: str) -> None:
    side, ids = Side("applications"), {1, 2}
    path = rules.paths(MODEL.relations, DOMAINS, side, side)[0]
    edge = (1, 2) if direction == "out" else (2, 1)
    steps = rules.laid(
        path, side, side, [("application_flow", edge[0], "applications", edge[1], "applications")], ids, ids
    )
    assert rules.reached(steps, 1) == {2: 1}
    assert rules.reached(steps, 2) == {1: 1}
