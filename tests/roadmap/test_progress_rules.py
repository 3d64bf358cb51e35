"""How far an initiative is, and whether it is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.models import Initiative
from pendapa.roadmap.rules.progress import late, percent

STATES = [key for key, _label in Initiative.STATES]


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_hundred_percent_is_told_only_when_all_is_done(done, counted):
    done = min(done, counted)
    share = percent("doing", done, counted)
    assert share is not None and 0 <= share <= 100
    assert (share == 100) == (done == counted)


@pytest.mark.parametrize(
    ("state", "told"),
    [("draft", 0), ("planned", 0), ("doing", None), ("done", 100), ("postponed", None), ("cancelled", None)],
)
def test_without_actions_the_state_tells_as_far_as_it_can(state, told):
    assert percent(state) == told


@given(st.sampled_from(STATES), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_nothing_is_late_on_its_last_day_or_without_one(state, day):
    assert not late(state, day, day)
    assert not late(state, None, day)
    assert late(state, day, day + timedelta(days=1)) == (state in ("planned", "doing"))
