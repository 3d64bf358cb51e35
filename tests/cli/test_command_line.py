"""What holds for every command: formats, exit codes, one plain line for a fault, nothing that commands the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.testing.homes import Home


def commands() -> dict[str, list[str]]:
    """Every command and the options it takes."""
    import typer.main

    from pendapa.cli.app import app

    found: dict[str, list[str]] = {}

    def walk(command: object, path: tuple[str, ...]) -> None:
        for name, one in getattr(command, "commands", {}).items():
            walk(one, (*path, name))
        if not getattr(command, "commands", None):
            found[" ".join(path)] = [option for p in command.params for option in p.opts]  # type: ignore[attr-defined]

    walk(typer.main.get_command(app), ())
    return found


# A template or a document is a file, and the way to say where: its answer is the file.
# What answers with a file, or never.
WRITERS = {"serve", "template", "document architecture", "instruments export"}


@pytest.mark.parametrize("command", sorted(set(commands()) - WRITERS))
def test_every_command_that_answers_speaks_table_and_json(command: str) -> None:
    assert "--format" in commands()[command]


def test_the_help_names_every_command() -> None:
    from pendapa.cli.app import app

    text = CliRunner().invoke(app, ["--help"]).output
    assert all(command.split()[0] in text for command in commands())


@pytest.mark.database
def test_migrating_tells_how_many_in_json(home: Home) -> None:
    assert home.json("migrate")["applied"] > 0
    assert home.json("migrate") == {"applied": 0}


@pytest.mark.database
def test_a_backup_and_its_restoring_answer_in_json(home: Home, make_home: Callable[..., Home]) -> None:
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    archive = home.path / "semua.zip"
    assert home.json("backup", archive)["rows"] > 0
    assert make_home().json("restore", archive)["rows"] > 0


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "foo://x"}, "postgres://user:password@host:port/name"),
        ({"PENDAPA_HOME": "/proc/nope"}, "folder that this user may write in"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line_with_what_is_accepted(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    done = Home(tmp_path, **environment).run("institutions", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr and done.stderr.count("\n") == 1


def test_an_administrator_off_a_terminal_needs_the_password_named(home: Home) -> None:
    done = home.run("createadmin", "pengelola@uji.example", check=False)
    assert done.returncode == 2 and "PENDAPA_ADMIN_PASSWORD" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.database
def test_control_characters_of_a_file_never_reach_the_terminal(home: Home) -> None:
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    sheet = home.path / "nakal.csv"
    sheet.write_bytes(b"Nama Aplikasi,OPD\nA\x00\x1b[31mB,Dinas \x1b]0;judul\x07Kesehatan\n")
    for form in ("table", "json"):
        done = home.run("import", sheet, "--institution", "UJI", "--format", form, check=False)
        assert done.returncode == 1, done.stderr
        assert not re.search(r"[\x00\x07\x1b]", done.stdout + done.stderr)


def test_another_instrument_than_the_files_is_told(home: Home) -> None:
    levels = {str(n): 3 for n in range(1, 48)}
    document = json.dumps({"instrument": "spbe-2018", "levels": levels})
    told = json.loads(home.run("score", "-", "--instrument", "spbe-2020", input=document).stdout)
    assert told["instrument"] == "spbe-2020" and "spbe-2018" in told["warnings"][0]
