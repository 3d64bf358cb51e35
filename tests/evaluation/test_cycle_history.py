"""The past of a round: reasons of other units' indicators do not come out through the history."""

from __future__ import annotations

from pendapa.evaluation.actions import assessments as sheets
from pendapa.evaluation.actions import cycles as actions
from pendapa.kernel.history import queries as past
from tests.cast import cast  # noqa: F401
from tests.evaluation.test_cycle_steps import ALL, begun, give, make_team, sheet  # noqa: F401


def test_a_reason_is_told_by_the_history_only_to_who_may_read_it(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ALL[:40])
    give(cast, begun, ALL[40:], cast.other_unit)
    row = actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    own = sheet(row)
    sheets.set_levels(cast.actor("operator"), own, {"1": "3"}, own.version, reasons={"1": "Rahasia satu"})
    told = {}
    for who in ("operator", "head", "other_operator", "diskominfo", "assessor", "sekda", "verifier"):
        entries = past.of_target(cast.actor(who), cast.institution, own.uid)
        told[who] = "Rahasia satu" in str(entries)
    assert {who for who, shown in told.items() if not shown} == {"other_operator"}
