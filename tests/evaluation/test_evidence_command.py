"""`pendapa evidence check`: what other people's scripts rely on."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from pendapa.evaluation.actions import evidence as actions
from pendapa.evaluation.cli_evidence import evidence_app
from pendapa.kernel.commands import Fault
from tests.cast import Cast, cast  # noqa: F401
from tests.evaluation.proving import begin, hand_in


def run(*arguments: str):
    return CliRunner().invoke(evidence_app, ["check", *arguments, "--institution", "uji"])


def test_a_clean_round_ends_with_nothing_found(cast):  # noqa: F811
    cycle = begin(cast)
    actions.hang(cast.actor("operator"), cycle, "11", hand_in(cast, nature="policy"))
    told = run("2026/spbe-2020", "--format", "json")
    assert told.exit_code == 0 and json.loads(told.stdout) == []


def test_every_problem_is_a_line_and_the_exit_says_so(cast):  # noqa: F811
    cycle = begin(cast)
    row = hand_in(cast, nature="audit", dated=date(2020, 1, 1), pages=3)
    actions.hang(cast.actor("operator"), cycle, "11", row, level=2)
    told = run("2026/spbe-2020", "--format", "json")
    found = json.loads(told.stdout)
    assert told.exit_code == 3
    assert {one["problem"] for one in found} == {"too_old", "missing_lower", "missing_page"}
    assert [one["rejects"] for one in found] == [True, True, False]
    table = run("2026/spbe-2020", "--format", "table")
    assert table.exit_code == 3 and "missing_lower" in table.stdout


@pytest.mark.parametrize("name", ["2025/spbe-2020", "x", "2026/", "99999/spbe-2020"])
def test_a_round_that_is_not_there_is_told_with_those_that_are(cast, name):  # noqa: F811
    begin(cast)
    told = run(name)
    assert isinstance(told.exception, Fault) and told.exception.code == 2
    assert "2026/spbe-2020" in str(told.exception)
