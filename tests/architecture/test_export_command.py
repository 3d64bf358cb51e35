"""``pendapa export`` and ``pendapa template`` as scripts use them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.kernel.sheets import APPLICATIONS, UNITS, csv_of, write_to
from tools.testing.homes import Home

pytestmark = [pytest.mark.slow, pytest.mark.once]


@pytest.fixture(scope="module")
def place(make_home: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An institution with a unit and two applications."""
    home = make_home(PENDAPA_LANGUAGE="id")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    folder = tmp_path_factory.mktemp("awal")
    units = write_to(folder / "opd.csv", csv_of(UNITS, ["1.02", "Dinas Kesehatan", ""]))
    home.json("import", units, "--institution", "UJI", "--yes")
    rows = [["A-1", "SIMPUS", "1.02", "=1+1", 2019], ["A-2", "Antrean", "1.02", "", ""]]
    home.json(
        "import", write_to(folder / "a.csv", csv_of(APPLICATIONS, *rows)), "--institution", "UJI", "--yes"
    )
    return home


@pytest.mark.parametrize(
    ("form", "more", "name"),
    [
        ("xlsx", [], "semua.xlsx"),
        ("json", [], "semua.json"),
        ("csv", ["--domain", "applications"], "aplikasi.csv"),
    ],
)
def test_an_export_is_read_back_and_changes_nothing(place: Home, tmp_path: Path, form, more, name) -> None:
    file = tmp_path / name
    place.run("export", "--institution", "UJI", "--format", form, *more, "-o", file)
    report = place.json("import", file, "--institution", "UJI", "--yes")
    assert report.get("kind") == "applications", report
    assert (report["rows"], report["same"], report["batch"]) == (2, 2, None)


def test_several_tables_as_csv_are_a_zip_and_that_is_said(place: Home, tmp_path: Path) -> None:
    file = tmp_path / "semua.csv"
    done = place.run("export", "--institution", "UJI", "--format", "csv", "-o", file)
    assert "zip" in done.stderr and "Tersimpan" in done.stderr and done.stdout == ""
    assert "applications.csv" in zipfile.ZipFile(file).namelist()


def test_a_dash_writes_to_standard_output(place: Home) -> None:
    done = place.run("export", "--institution", "UJI", "--format", "json", "-o", "-")
    document = json.loads(done.stdout)
    assert [one["code"] for one in document["elements"]] == ["A-2", "A-1"]
    assert document["institution"]["code"] == "UJI" and document["release"] is None


def test_the_names_of_the_ministry_s_application_claim_no_more(place: Home, tmp_path: Path) -> None:
    file = tmp_path / "sia.xlsx"
    place.run("export", "--institution", "UJI", "--format", "sia", "-o", file)
    book = openpyxl.load_workbook(file)
    told = " ".join(str(v) for row in book.worksheets[0].iter_rows(values_only=True) for v in row if v)
    assert "SIA-SPBE" in told
    headers = [cell.value for cell in book["Aplikasi"][1]]
    assert headers[:2] == ["ID", "Nama Aplikasi"] and "Luaran" in headers
    assert "Kategori" not in headers


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "--institution", "ANTAH", "--format", "json", "-o", "x"], "ANTAH"),
        (["export", "--institution", "UJI", "--format", "json", "--release", "R-9", "-o", "x"], "R-9"),
        (["export", "--institution", "UJI", "--format", "csv", "--domain", "antah", "-o", "x"], "antah"),
        (["export", "--institution", "UJI", "--format", "json", "-o", "tak/ada/x"], "tak/ada/x"),
        (["template", "--kind", "antah", "-o", "x"], "antah"),
        (["template", "--kind", "units", "-o", "x.csv"], ".xlsx"),
        (["history", "APL-1", "--institution", "UJI", "--domain", "aplikasi"], "applications"),
        (["template", "--kind", "units", "--language", "fr", "-o", "x"], "id"),
    ],
)
def test_what_cannot_be_is_said_on_stderr_and_writes_no_file(place: Home, tmp_path, arguments, said) -> None:
    done = place.run(*arguments, check=False, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["all", "applications", "units", "relations", "strategy"])
def test_a_template_of_the_command_is_read_as_empty(place: Home, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "templat.xlsx"
    place.run("template", "--kind", kind, "--institution", "UJI", "-o", file)
    report = place.json("import", file, "--institution", "UJI", "--dry-run")
    assert sum(one["rows"] for one in report.get("sheets", [report])) == 0


def test_a_damaged_or_foreign_json_is_refused_with_the_reason(place: Home, tmp_path: Path) -> None:
    for content, said in (
        (b'{"format": "lain"}', "Pendapa"),
        (b'{"format": "pendapa-architecture", "version": 99, "columns": {}}', "99"),
        (b'{"format": "pendapa-architecture", "version": 1,', "JSON"),
    ):
        done = place.run(
            "import", write_to(tmp_path / "a.json", content), "--institution", "UJI", check=False
        )
        assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_json_laid_out_anew_is_read_as_well(place: Home, tmp_path: Path) -> None:
    done = place.run("export", "--institution", "UJI", "--format", "json", "-o", "-")
    file = tmp_path / "rapi.json"
    file.write_text(json.dumps(json.loads(done.stdout), indent=2), encoding="utf-8")
    report = place.json("import", file, "--institution", "UJI", "--dry-run")
    assert (report["kind"], report["same"]) == ("applications", 2)
