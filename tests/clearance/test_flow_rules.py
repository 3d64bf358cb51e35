"""The way of a request, as a machine of states: whatever people do, it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.clearance.rules import flow

VERBS = sorted({move.verb for move in flow.MOVES})
offices = st.sets(st.sampled_from(flow.OFFICES))
walks = st.lists(st.tuples(st.sampled_from(VERBS), offices, st.booleans()), max_size=40)


def walk(steps: list[tuple[str, set[str], bool]]) -> list[tuple[str, str, set[str], bool]]:
    """What came of it: state after, verb, offices, headed; what is impossible changes nothing."""
    state, told = flow.DRAFT, []
    for verb, held, headed in steps:
        try:
            state = flow.after(state, verb, held, headed=headed)
        except flow.Impossible:
            continue
        told.append((state, verb, held, headed))
    return told


@given(walks)
def test_nothing_is_decided_that_nobody_recommended(steps: list[tuple[str, set[str], bool]]) -> None:
    told = walk(steps)
    for index, (state, verb, held, _headed) in enumerate(told):
        if state == flow.DECIDED:
            assert verb == "decide"
            assert flow.DECIDER in held
            assert told[index - 1][0] == flow.RECOMMENDED


@given(walks)
def test_nothing_happens_after_the_decision(steps: list[tuple[str, set[str], bool]]) -> None:
    states = [state for state, *_rest in walk(steps)]
    assert flow.DECIDED not in states[:-1]


@given(walks)
def test_the_secretariat_gets_nothing_past_a_head(steps: list[tuple[str, set[str], bool]]) -> None:
    for state, verb, held, headed in walk(steps):
        if verb == "submit":
            assert state == flow.SUBMITTED
            assert flow.HEAD in held or (flow.WRITER in held and not headed)


@given(st.sampled_from(flow.STATES), offices, st.booleans())
def test_what_is_offered_can_be_done_and_nothing_else(state: str, held: set[str], headed: bool) -> None:
    for verb in VERBS:
        if verb in flow.verbs(state, held, headed=headed):
            assert flow.after(state, verb, held, headed=headed) in flow.STATES
        else:
            with pytest.raises(flow.Impossible):
                flow.after(state, verb, held, headed=headed)


@pytest.mark.parametrize("headed", [True, False])
@pytest.mark.parametrize("state", [state for state in flow.STATES if state != flow.DECIDED])
def test_from_everywhere_a_decision_can_be_reached(state: str, headed: bool) -> None:
    reached, waiting = {state}, [state]
    while waiting:
        here = waiting.pop()
        for move in flow.moves(here, flow.OFFICES, headed=headed):
            if move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    assert flow.DECIDED in reached


@given(st.sampled_from(flow.VERDICTS), st.lists(st.text(), max_size=2), st.text())
def test_only_a_written_reason_opens_what_a_check_blocks(verdict: str, blocking: list[str], why: str) -> None:
    stopped = flow.stopped(verdict, blocking, why)
    assert stopped == (verdict != flow.NOT and len(blocking) > 0 and why.strip() == "")


def test_who_asked_keeps_the_offices_of_an_asker_alone() -> None:
    assert flow.judging(flow.OFFICES, asked=True) == {flow.WRITER, flow.HEAD}
    assert flow.judging(flow.OFFICES, asked=False) == set(flow.OFFICES)
