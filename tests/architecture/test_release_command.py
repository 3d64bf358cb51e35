"""``pendapa release`` and ``pendapa history`` as scripts call them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from pendapa.architecture import actions
from pendapa.cli.app import app
from pendapa.kernel.commands import Fault
from tests.architecture.scene import make
from tests.cast import Cast

runner = CliRunner()
pytestmark = pytest.mark.django_db


def said(*arguments: str) -> Any:
    done = runner.invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(*arguments: str) -> str:
    done = runner.invoke(app, arguments)
    assert isinstance(done.exception, Fault), done.output
    return str(done.exception)


def test_a_release_is_frozen_listed_and_compared(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    made = said(
        "release", "create", "--institution", "UJI", "--code", "2026", "--name", "Arsitektur 2026",
        "--decree", "Perbup 12/2026", "--decree-date", "2026-02-02",
    )  # fmt: skip
    assert (made["code"], made["decree_date"], made["sound"]) == ("2026", "2026-02-02", True)
    assert made["counts"] == {"applications": 1, "relations": 0}
    actions.change_element(cast.actor("diskominfo"), element, version=1, attributes={"fungsi": "Mencatat"})
    assert [one["code"] for one in said("release", "list", "--institution", "uji")] == ["2026"]
    found = said("release", "compare", "2026", "--institution", "uji")
    assert list(found) == ["before", "after", "counts", "entries"]
    (entry,) = found["entries"]
    assert list(entry) == ["verb", "type", "code", "name", "domain", "unit", "differences"]
    assert entry["differences"] == [
        {"field": "attributes.fungsi", "label": "Fungsi Aplikasi", "before": "", "after": "Mencatat"}
    ]


def test_what_is_no_state_and_no_release_is_told_with_what_there_is(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    said("release", "create", "--institution", "uji", "--code", "2026")
    assert "2026" in refused("release", "compare", "1999", "--institution", "uji")
    assert "rencana-2027" in refused("release", "compare", "x" * 50, "--institution", "uji")
    assert "2026" in refused("release", "create", "--institution", "uji", "--code", "2026")


def test_the_history_of_an_element_goes_by_its_code(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS")
    actions.change_element(cast.actor("diskominfo"), element, version=1, attributes={"fungsi": "Mencatat"})
    newest, oldest = said("history", element.code, "--institution", "uji")
    assert (newest["verb"], oldest["verb"]) == ("change", "add")
    assert newest["changes"] == [{"field": "Fungsi Aplikasi", "before": "", "after": "Mencatat"}]
    assert "X-9" in refused("history", "X-9", "--institution", "uji")
