"""``pendapa gaps`` and ``pendapa twins`` as scripts call them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from pendapa.cli.app import app
from tests.architecture.scene import make
from tests.cast import Cast

runner = CliRunner()


def said(*arguments: str) -> list[dict]:
    done = runner.invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.django_db
def test_gaps_tells_exactly_the_contract(cast: Cast) -> None:
    make(
        cast.unit,
        "SIMPUS",
        attributes={"operator": "Budi", "lokasi_server": "Diskominfo"},
        classification="restricted",
    )
    found = said("gaps", "--institution", "UJI")
    first = ["rule", "code", "name", "kind", "unit", "message"]
    more = ["severity", "opened_on", "decision", "decided_unit", "owner", "due", "reason", "late"]
    assert all(list(gap) == [*first, *more] for gap in found)
    assert {key: found[0][key] for key in first} == {
        "rule": "application_without_process",
        "code": "DAA-001",
        "name": "SIMPUS",
        "kind": "applications",
        "unit": "Dinas Kesehatan",
        "message": "Aplikasi tanpa proses bisnis",
    }
    assert found[0]["severity"] == "high" and found[0]["decision"] is None and found[0]["late"] is False


@pytest.mark.django_db
def test_twins_tells_exactly_the_contract(cast: Cast) -> None:
    make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien"})
    make(cast.other_unit, "Antrean Kependudukan", attributes={"fungsi": "Antrean warga"})
    (group,) = said("twins", "--institution", "uji", "--format", "json")
    assert list(group)[:4] == ["id", "score", "reasons", "members"]
    assert (group["state"], group["open_pairs"], group["saving"]["known"]) == ("open", 1, 0)
    assert [list(member)[:3] for member in group["members"]] == [["code", "name", "unit"]] * 2
    assert isinstance(group["score"], float) and group["reasons"] and isinstance(group["id"], str)


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["gaps", "twins"])
def test_an_empty_register_answers_an_empty_list(cast: Cast, command: str) -> None:
    assert said(command, "--institution", "uji") == []


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["gaps", "twins"])
def test_a_table_is_for_people(cast: Cast, command: str) -> None:
    make(cast.unit, "Antrean [Puskesmas]")
    make(cast.other_unit, "Antrean Kependudukan")
    done = runner.invoke(app, [command, "--institution", "uji", "--format", "table"])
    assert done.exit_code == 0 and "[Puskesmas]" in done.stdout.replace("\n", "")


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["gaps", "twins"])
def test_an_unknown_institution_is_a_fault_that_names_those_there_are(cast: Cast, command: str) -> None:
    done = runner.invoke(app, [command, "--institution", "tiada"])
    assert done.exit_code != 0 and "uji" in str(done.exception)


@pytest.mark.parametrize("arguments", [["gaps", "--help"], ["twins", "--help"]])
def test_naming_the_commands_loads_no_django(arguments: list[str]) -> None:
    script = f"import sys; sys.argv = ['pendapa', *{arguments!r}]\nimport pendapa.architecture.cli\nassert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_both_commands_work_on_an_empty_home(home) -> None:
    home.run("institution", "create", "KAB-UJI", "Kabupaten Uji")
    assert home.json("gaps", "--institution", "KAB-UJI") == []
    done = home.run("twins", "--institution", "TIADA", check=False)
    assert (
        done.returncode == 2
        and done.stdout == ""
        and "KAB-UJI" in done.stderr
        and "Traceback" not in done.stderr
    )
