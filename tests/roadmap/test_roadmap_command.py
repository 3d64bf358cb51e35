"""``pendapa roadmap import`` and ``export`` as scripts use them: what is printed, what the exit tells, what is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kernel.sheets import UNITS, csv_of, write_to
from tools.testing.homes import Home

TABLE = csv_of(
    ["No", "Nama Rencana", "Target 2026", "Pagu 2026", "Tanggal Awal", "SKPD", "Program"],
    [
        1,
        "Menyusun arsitektur",
        "1 dokumen",
        "Rp 850.000.000",
        "12 Januari 2026",
        "Dinas Kesehatan",
        "2.16.03",
    ],
    [2, "Portal layanan", "50%", "1,2 M", "", "2.12", ""],
    ["", "JUMLAH", "", "Rp 2.000.000.000", "", "", ""],
)


@pytest.fixture(scope="module")
def place(make_home: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(PENDAPA_LANGUAGE="en")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    units = csv_of(UNITS, ["1.02", "Dinas Kesehatan", ""], ["2.12", "Dinas Sosial", ""])
    home.json(
        "import", write_to(tmp_path_factory.mktemp("u") / "opd.csv", units), "--institution", "UJI", "--yes"
    )
    return home


def test_a_table_goes_in_and_comes_out_and_is_the_same_again(place: Home, tmp_path: Path) -> None:
    file = write_to(tmp_path / "peta.csv", TABLE)
    dry = place.json("roadmap", "import", file, "--institution", "UJI", "--dry-run")
    assert (dry["kind"], dry["new"], dry["faulty"], dry["batch"]) == ("initiatives", 2, 0, None)
    told = " ".join(one["message"] for one in dry["warnings"])
    assert "Rp 2.000.000.000" in told and "Rp 2.050.000.000" in told

    done = place.json("roadmap", "import", file, "--institution", "UJI", "--yes")
    assert done["new"] == 2 and done["batch"]
    for form in ("xlsx", "csv", "json"):
        out = tmp_path / f"keluar.{form}"
        said = place.run("roadmap", "export", "--institution", "UJI", "--format", form, "-o", out)
        assert out.exists() and not said.stdout
        again = place.json("roadmap", "import", out, "--institution", "UJI")
        assert (again["kind"], again["same"], again["rows"]) == ("initiatives", 2, 2), form
    document = json.loads((tmp_path / "keluar.json").read_text())
    assert document["roadmap"]["first_year"] == 2026
    piped = place.run("roadmap", "export", "--institution", "UJI", "--format", "json", "-o", "-")
    assert json.loads(piped.stdout)["elements"] == document["elements"]


def test_an_export_needs_no_more_than_the_institution_and_writes_over_nothing(
    place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place.run("roadmap", "export", "--institution", "UJI", "--all")
    file = tmp_path / "peta-rencana-uji.xlsx"
    first = file.read_bytes()
    assert first.startswith(b"PK")
    again = place.run("roadmap", "export", "--institution", "UJI", "--all", check=False)
    assert again.returncode == 2 and file.name in again.stderr and "-o" in again.stderr
    assert file.read_bytes() == first
    place.run("roadmap", "export", "--institution", "UJI", "--all", "-o", "lain.csv")
    assert (tmp_path / "lain.csv").read_bytes()[:2] != b"PK"


def test_faults_have_their_exit_and_nothing_is_written(place: Home, tmp_path: Path) -> None:
    bad = csv_of(["Nama Rencana", "SKPD"], ["Sesuatu", "Dinas yang tidak ada"])
    code = place.run(
        "roadmap", "import", write_to(tmp_path / "a.csv", bad), "--institution", "UJI", "--yes", check=False
    )
    assert code.returncode == 1 and "Dinas yang tidak ada" in code.stdout and "Traceback" not in code.stderr
    none = place.run("roadmap", "import", tmp_path / "tidak-ada.csv", "--institution", "UJI", check=False)
    assert none.returncode == 2 and "Traceback" not in none.stderr
    out = tmp_path / "tidak" / "ada.csv"
    gone = place.run("roadmap", "export", "--institution", "UJI", "--format", "csv", "-o", out, check=False)
    assert gone.returncode == 2 and "Traceback" not in gone.stderr
    year = place.run(
        "roadmap",
        "export",
        "--institution",
        "UJI",
        "--format",
        "csv",
        "--year",
        "1999",
        "-o",
        "-",
        check=False,
    )
    assert year.returncode == 2 and "1999" in year.stderr and not year.stdout


def test_a_baseline_reads_down_a_terminal_and_says_that_no_ceiling_is_known(
    make_home: Callable[..., Home], tmp_path: Path
) -> None:
    home = make_home(PENDAPA_LANGUAGE="en")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    table = csv_of(["Nama Rencana", "SKPD"], ["Menyusun arsitektur", ""])
    home.run("roadmap", "import", write_to(tmp_path / "peta.csv", table), "--institution", "UJI", "--yes")
    command = ("roadmap", "baseline", "--institution", "UJI")
    assert home.json(*command, "--name", "Rapat")["ceiling"] is None
    told = home.run(*command, "--format", "table").stdout
    lines = [line.split("│")[1:3] for line in told.splitlines() if line.startswith("│")]
    rows = {name.strip(): value.strip() for name, value in lines}
    assert rows["baseline"] == "Rapat" and rows["ceiling"] == "—" and rows["initiatives"] == "1"


def test_a_table_of_another_room_is_refused_with_the_command_that_takes_it(
    place: Home, tmp_path: Path
) -> None:
    file = write_to(tmp_path / "opd.csv", csv_of(["Kode OPD", "Nama OPD"], ["9.99", "Dinas Baru"]))
    done = place.run("roadmap", "import", file, "--institution", "UJI", "--yes", check=False)
    assert done.returncode == 2 and "pendapa import" in done.stderr and not done.stdout, done.stderr
    assert place.json("import", file, "--institution", "UJI", "--dry-run")["new"] == 1


def test_a_dry_run_ends_as_saving_would_where_a_question_is_open(place: Home, tmp_path: Path) -> None:
    file = write_to(tmp_path / "peta.csv", csv_of(["Nama Rencana", "Pagu 2026"], ["Tanpa pemilik", "1000"]))
    for flag in ("--dry-run", "--yes"):
        done = place.run("roadmap", "import", file, "--institution", "UJI", flag, check=False)
        assert done.returncode == 1 and "--unit" in done.stderr, (flag, done.stderr)
