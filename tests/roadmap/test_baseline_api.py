"""Baselines and drift through the API and on the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from pendapa.kernel.commands import Fault
from pendapa.roadmap.actions import baselines
from pendapa.roadmap.cli import app
from pendapa.roadmap.models import Baseline
from pendapa.roadmap.queries import baselines as queries
from tests.cast import WHO, Cast, cast
from tests.roadmap.frozen import changed, decreed, initiative, roadmap

__all__ = ["cast"]
URL = "/api/v1/institutions/uji/roadmaps"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def moved(cast: Cast):
    row = roadmap(cast)
    made = initiative(cast, row)
    row = decreed(cast, row)
    changed(cast, made, later=61, money=150_000_000)
    return row


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", ["baselines", "drift"])
def test_who_reads_the_roadmap_reads_its_baselines(cast: Cast, moved, who: str, what: str) -> None:
    status = cast.client(who).get(f"{URL}/{moved.uid}/{what}").status_code
    assert status == (200 if who in OFFICERS else status) and (who in OFFICERS or status in (401, 404))


def test_drift_travels_in_days_and_exact_rupiah(cast: Cast, moved) -> None:
    told = cast.client("operator").get(f"{URL}/{moved.uid}/drift").json()
    assert (told["later"], told["money"], told["intact"], told["next"]) == (1, "50000000", True, "")
    one = told["items"][0]
    assert (one["end_days"], one["money"], one["changed"]) == (
        61,
        "50000000",
        ["starts_on", "ends_on", "money"],
    )
    frozen = cast.client("operator").get(f"{URL}/{moved.uid}/baselines").json()["items"]
    assert frozen[0]["digest"] == told["baseline"]["digest"] and frozen[0]["ceiling"] == "100000000.00"


def test_an_older_baseline_is_named_and_what_is_none_is_absent(cast: Cast, moved) -> None:
    first = queries.measure(moved)
    baselines.freeze(cast.actor("sekda"), moved, "Kini", "Perbup 9/2026", moved.decree_on)
    client = cast.client("sekda")
    assert client.get(f"{URL}/{moved.uid}/drift").json()["items"] == []
    assert client.get(f"{URL}/{moved.uid}/drift?baseline={first.uid}").json()["later"] == 1
    nothing = "11111111-1111-4111-8111-111111111111"
    assert client.get(f"{URL}/{moved.uid}/drift?baseline={nothing}").status_code == 404
    assert client.get(f"{URL}/{nothing}/drift").status_code == 404


def test_a_roadmap_that_was_never_frozen_has_no_drift(cast: Cast) -> None:
    row = roadmap(cast)
    assert cast.client("sekda").get(f"{URL}/{row.uid}/drift").status_code == 404
    assert cast.client("operator").get(f"{URL}/{row.uid}/baselines").status_code == 404  # a draft


def run(*words: str):
    return CliRunner().invoke(app, ["baseline", "--institution", "UJI", *words])


def test_the_command_freezes_and_tells_what_moved(cast: Cast, moved) -> None:
    told = json.loads(run("--format", "json").stdout)
    assert (told["later"], told["money"], told["intact"]) == (1, "50000000", True)
    given = ("--name", "Perubahan", "--decree-number", "Perbup 9/2026", "--decree-on", "2026-08-14")
    fresh = json.loads(run(*given, "--format", "json").stdout)
    assert (fresh["baseline"], fresh["decree_on"], fresh["later"]) == ("Perubahan", "2026-08-14", 0)


@pytest.mark.parametrize(
    "words",
    [
        ("--decree-number", "9"),
        ("--name", "x", "--decree-on", "kemarin"),
        ("--name", "x", "--decree-number", "9"),
        ("--year", "1999"),
    ],
)
def test_the_command_says_what_is_wrong_and_freezes_nothing(
    cast: Cast, moved, words: tuple[str, ...]
) -> None:
    before = Baseline.objects.count()
    assert isinstance(run(*words).exception, Fault)
    assert Baseline.objects.count() == before


def test_the_command_ends_with_one_where_a_baseline_was_tampered_with(cast: Cast, moved) -> None:
    queries.measure(moved).items.update(snapshot={"title": "Diganti"})
    assert run("--format", "json").exit_code == 1
