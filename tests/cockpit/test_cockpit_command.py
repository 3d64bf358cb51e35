"""`pendapa cockpit` and the API answer the same as the page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pptx import Presentation
from pypdf import PdfReader
from typer.testing import CliRunner

from pendapa.cockpit.permissions import LEADER
from pendapa.cockpit.ports import OWN
from pendapa.kernel.access.actor import Actor
from tests.cast import Cast, cast
from tests.cockpit.test_leader import full

__all__ = ["cast"]


def run(*arguments: str) -> Any:
    from pendapa.cli.app import app

    return CliRunner().invoke(app, ["cockpit", *arguments])


def test_the_command_answers_in_json_with_exactly_its_keys(cast: Cast) -> None:
    full(cast)
    answer = run("--institution", "uji", "--format", "json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert list(told) == list(OWN)
    assert told["index"]["value"] == "2" and told["commitments"]["late"] == 2


def test_the_command_writes_the_page_and_the_slides(cast: Cast, tmp_path: Path) -> None:
    for form in ("pdf", "pptx"):
        file = tmp_path / f"kokpit.{form}"
        answer = run("--institution", "uji", "--format", form, "-o", str(file))
        assert answer.exit_code == 0, answer.output
    assert len(PdfReader(tmp_path / "kokpit.pdf").pages) == 1
    assert len(Presentation(str(tmp_path / "kokpit.pptx")).slides) == 7


def test_the_page_can_go_down_a_pipe(cast: Cast) -> None:
    answer = run("--institution", "uji", "--format", "pdf")
    assert answer.exit_code == 0
    assert len(PdfReader(io.BytesIO(answer.stdout_bytes)).pages) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--institution", "tidak-ada"), "tidak-ada"),
        (("--institution", "uji", "-o", "/tidak/ada/kokpit.json"), "/tidak/ada/kokpit.json"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(cast: Cast, arguments: tuple[str, ...], said: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code != 0
    assert said in str(answer.exception) or said in answer.output


def test_the_api_answers_as_the_command_does_and_only_to_leaders(cast: Cast) -> None:
    full(cast)
    address = "/api/v1/institutions/uji/cockpit"
    ours = json.loads(run("--institution", "uji").stdout)
    answer = cast.client("sekda").get(address)
    assert answer.status_code == 200
    told = answer.json()
    for key in ("index", "path", "commitments", "iku", "budget", "gaps", "units"):
        assert told[key] == ours[key], key
    for who in ("operator", "assessor", "stranger", "foreigner"):
        assert cast.client(who).get(address).status_code == 404, who
    assert Client().get(address).status_code in (401, 404)


def test_a_key_needs_the_scope_of_the_cockpit(cast: Cast) -> None:
    held = cast.actor("sekda").assignments
    narrow = Actor(user=cast.users["sekda"], assignments=held, scopes=frozenset({"architecture.view"}))
    wide = Actor(user=cast.users["sekda"], assignments=held, scopes=frozenset({LEADER}))
    assert not narrow.may(LEADER, cast.institution) and wide.may(LEADER, cast.institution)
