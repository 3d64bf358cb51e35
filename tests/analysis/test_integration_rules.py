"""Scores that rise with shared data, data that is typed again, flows between OPD."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules.integration import WAYS, Flow, Score, Use, matrix, scores, typed_again, writers

HEALTH, CIVIL = 1, 2
DATA = {10: HEALTH, 11: HEALTH, 12: CIVIL}
APPS = {20: HEALTH, 21: HEALTH, 22: CIVIL}


def test_the_score_is_the_mean_of_both_shares() -> None:
    found = scores(DATA, APPS, [Use(22, 10, "read")], [Flow(20, 22, "API")])
    assert found[HEALTH] == Score(data=2, shared=1, applications=2, connected=1, known=True)
    assert found[HEALTH].value == 50
    assert found[CIVIL] == Score(data=1, shared=0, applications=1, connected=1, known=True)


def test_own_use_files_and_typing_share_nothing() -> None:
    found = scores(
        DATA, APPS, [Use(20, 10, "write")], [Flow(20, 22, "berkas"), Flow(21, 22, "manual"), Flow(20, 21)]
    )
    assert found[HEALTH].value == 0


def test_an_application_on_the_service_bus_is_connected() -> None:
    assert scores({}, APPS, [], [], {20})[HEALTH].value == 50


def test_who_has_nothing_to_share_has_no_score() -> None:
    assert Score().value is None
    assert HEALTH not in scores({12: CIVIL}, {22: CIVIL}, [], [])


def test_where_nothing_is_recorded_the_score_is_not_known_instead_of_nought() -> None:
    assert scores(DATA, APPS, [], [])[HEALTH].value is None
    assert scores(DATA, APPS, [Use(20, 10)], [])[HEALTH].value == 0
    assert scores(DATA, APPS, [], [Flow(20, 22, "manual")])[HEALTH].value == 0


@dataclass(frozen=True)
class World:
    data: dict[int, int]
    applications: dict[int, int]
    uses: list[Use]
    flows: list[Flow]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    opd = st.integers(1, 4)
    data = draw(st.dictionaries(st.integers(10, 16), opd, min_size=1))
    applications = draw(st.dictionaries(st.integers(20, 26), opd, min_size=2))
    some_app, some_data = st.sampled_from(sorted(applications)), st.sampled_from(sorted(data))
    access = st.sampled_from(["", "read", "write", "read-write"])
    uses = draw(st.lists(st.builds(Use, some_app, some_data, access), max_size=10))
    flows = draw(st.lists(st.builds(Flow, some_app, some_app, st.sampled_from(["", *WAYS])), max_size=10))
    return World(data, applications, uses, flows)


@given(worlds(), st.data())
def test_one_more_shared_use_or_exchange_never_lowers_a_score(world: World, more: st.DataObject) -> None:
    before = scores(world.data, world.applications, world.uses, world.flows)
    app, other = (more.draw(st.sampled_from(sorted(world.applications))) for _one in range(2))
    use = Use(app, more.draw(st.sampled_from(sorted(world.data))), "read")
    flow = Flow(app, other, more.draw(st.sampled_from(["", *WAYS])))
    for after in (
        scores(world.data, world.applications, [*world.uses, use], world.flows),
        scores(world.data, world.applications, world.uses, [*world.flows, flow]),
    ):
        assert after.keys() == before.keys()
        assert all((after[opd].value or 0) >= (before[opd].value or 0) for opd in before)


@given(worlds())
def test_scores_lie_between_nothing_and_all(world: World) -> None:
    for score in scores(world.data, world.applications, world.uses, world.flows).values():
        assert score.value is None or 0 <= score.value <= 100
        assert score.shared <= score.data
        assert score.connected <= score.applications


def test_data_that_two_applications_write_without_a_flow_is_typed_again() -> None:
    written = writers(
        [Use(20, 10, "write"), Use(22, 10, "read-write"), Use(21, 10, "read"), Use(20, 11, "write")]
    )
    assert written == {10: [20, 22], 11: [20]}
    assert typed_again(written, []) == {10: [[20], [22]]}
    assert typed_again(written, [Flow(22, 20, "API")]) == {}


def test_a_flow_through_an_application_that_does_not_write_joins_nothing() -> None:
    assert typed_again({10: [20, 22]}, [Flow(20, 21), Flow(21, 22)]) == {10: [[20], [22]]}
    assert typed_again({10: [20, 21, 22]}, [Flow(20, 21), Flow(21, 22)]) == {}
    assert typed_again({10: [20, 21, 22]}, [Flow(20, 22)]) == {10: [[20, 22], [21]]}


@given(worlds())
def test_more_flows_never_make_more_typing(world: World) -> None:
    written = writers(world.uses)
    assert typed_again(written, world.flows).keys() <= typed_again(written, []).keys()


@given(worlds())
def test_the_matrix_counts_each_flow_once(world: World) -> None:
    assert sum(matrix(world.flows, world.applications).values()) == len(world.flows)
