"""The past of a round: reasons of other units' indicators do not come out through the history."""

from __future__ import annotations

from pendapa.evaluation.actions import assessments as sheets
from pendapa.evaluation.actions import cycles as actions
from pendapa.kernel.history import actions as history
from pendapa.kernel.history import queries as past
from tests.cast import WHO, cast  # noqa: F401
from tests.evaluation.test_cycle_steps import ALL, begun, give, make_team, sheet  # noqa: F401


def test_a_reason_is_told_by_the_history_only_to_who_may_read_it(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ALL[:40])
    give(cast, begun, ALL[40:], cast.other_unit)
    row = actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    own = sheet(row)
    sheets.set_levels(cast.actor("operator"), own, {"1": "3"}, own.version, reasons={"1": "Rahasia satu"})
    snapshot = history.snapshot(sheet(row))
    able = {
        who
        for who in WHO
        if history.registered("assessment").then(cast.actor(who), cast.institution)(snapshot)
    }
    assert able == {"operator", "head", "diskominfo", "assessor", "sekda", "verifier"}
    for who, shown in (("operator", True), ("diskominfo", True), ("other_operator", False)):
        entries = past.of_target(cast.actor(who), cast.institution, own.uid)
        assert ("Rahasia satu" in str(entries)) is shown, who
