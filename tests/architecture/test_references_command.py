"""``pendapa references`` as scripts call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pendapa.architecture.models import Element
from pendapa.cli.app import app
from pendapa.kernel.commands import Fault
from pendapa.kernel.overlays import trees
from pendapa.regulations import packs
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
runner = CliRunner()


def table(folder: Path, *leave_out: str) -> str:
    lines = ["kode;nama"]
    lines += [
        f"{n.code};{n.name}" for n in packs.references().tree("RAB") if n.code and n.code not in leave_out
    ]
    file = folder / "rab.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def test_the_list_tells_version_nodes_and_what_is_verified(cast: Cast) -> None:
    done = runner.invoke(app, ["references", "list"])
    rows = {row["tree"]: row for row in json.loads(done.stdout)}
    assert list(rows) == ["RAB", "RAL", "RAD", "RAA", "RAI", "RAK"]
    assert (rows["RAA"]["version"], rows["RAA"]["nodes"], rows["RAA"]["verified"]) == (0, 6, 6)


def test_a_dry_run_tells_what_would_change_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    make(cast.unit, "Satu", "processes", attributes={"rab": "RAB.08.02"})
    file = table(tmp_path, "RAB.08.02")
    done = runner.invoke(app, ["references", "import", "rab", file, "--label", "Perpres 9/2027", "--dry-run"])
    told = json.loads(done.stdout)
    assert (told["gone"], told["marked"], "version" in told) == (["RAB.08.02 Kebudayaan"], 1, False)
    assert trees.versions("RAB")[0].number == 0


def test_a_newer_tree_is_brought_once_somebody_said_yes_to_what_vanishes(cast: Cast, tmp_path: Path) -> None:
    make(cast.unit, "Satu", "processes", attributes={"rab": "RAB.08.02"})
    file = table(tmp_path, "RAB.08.02")
    told = runner.invoke(app, ["references", "import", "RAB", file, "--label", "Perpres 9/2027"])
    assert told.exit_code == 1 and "--yes" in str(told.exception) and trees.versions("RAB")[0].number == 0
    done = runner.invoke(app, ["references", "import", "RAB", file, "--label", "Perpres 9/2027", "--yes"])
    assert done.exit_code == 0 and json.loads(done.stdout)["version"] == 1
    assert Element.objects.get().remap and trees.versions("RAB")[0].label == "Perpres 9/2027"


@pytest.mark.parametrize(
    ("tree", "label", "said"),
    [("RAX", "x", "RAB, RAL"), ("RAB", " ", "120"), ("RAB", "x" * 121, "120")],
)
def test_what_cannot_be_is_refused_in_words(
    cast: Cast, tmp_path: Path, tree: str, label: str, said: str
) -> None:
    with pytest.raises(Fault, match=said):
        runner.invoke(
            app, ["references", "import", tree, table(tmp_path), "--label", label], catch_exceptions=False
        )


def test_a_file_with_faults_tells_them_all_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("kode,nama\nRAB.01,A\nRAB.01,B\nRAB.09.01,C\n", encoding="utf-8")
    done = runner.invoke(app, ["references", "import", "RAB", str(file), "--label", "x"])
    assert done.exit_code == 1 and isinstance(done.exception, Fault)
    assert "3" in done.stderr and "4" in done.stderr and "RAB.09" in done.stderr
    assert trees.versions("RAB")[0].number == 0
    missing = runner.invoke(app, ["references", "import", "RAB", str(tmp_path / "no.csv"), "--label", "x"])
    assert isinstance(missing.exception, Fault)
