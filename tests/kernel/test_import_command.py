"""``pendapa import`` and ``pendapa undo`` as scripts use them: what is printed, what the exit tells, what is saved."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pendapa import kernel
from tests.kernel.sheets import APPLICATIONS, UNITS, csv_of, write_to, xlsx_of
from tools.testing.homes import Home

KEYS = [
    "kind",
    "sheet",
    "header_row",
    "columns",
    "rows",
    "new",
    "changed",
    "same",
    "faulty",
    "errors",
    "warnings",
    "batch",
]
GOOD = csv_of(
    APPLICATIONS,
    ["K-1", "SIMPUS", "Dinas Kesehatan", "Mencatat", 2019],
    ["K-2", "Antrean", "1.02", "", "2O20"],
)
DIRTY = csv_of(
    APPLICATIONS,
    ["K-3", "Rujukan", "1.02", "", ""],
    ["", "", "1.02", "", ""],
    ["K-4", "Gizi", "Dinas Kesehatann", "", ""],
)


@pytest.fixture(scope="module")
def place(make_home: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An institution with two units; what a test saves it takes back."""
    home = make_home(PENDAPA_LANGUAGE="en")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    units = write_to(
        tmp_path_factory.mktemp("units") / "opd.csv",
        csv_of(UNITS, ["1.02", "Dinas Kesehatan", ""], ["2.12", "Dinas Sosial", ""]),
    )
    report = home.json("import", units, "--institution", "UJI", "--yes")
    assert (report["kind"], report["new"], bool(report["batch"])) == ("units", 2, True)
    return home


def run(home: Home, file: Path, *more: object) -> tuple[int, Any, str]:
    """Exit status, the JSON of stdout (``None`` when it is empty), stderr."""
    done = home.run("import", file, "--institution", "UJI", *more, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def elements(home: Home) -> int:
    return int(home.json("institutions")[0]["elements"])


def test_the_report_has_exactly_the_keys_of_the_contract(place: Home, tmp_path):
    code, report, said = run(place, write_to(tmp_path / "a.csv", DIRTY))
    assert code == 1
    assert list(report) == KEYS
    assert (report["kind"], report["sheet"], report["header_row"], report["batch"]) == (
        "applications",
        None,
        1,
        None,
    )
    assert (report["rows"], report["new"], report["changed"], report["same"], report["faulty"]) == (
        3,
        1,
        0,
        0,
        2,
    )
    assert report["columns"] == dict(
        zip(APPLICATIONS, ["id", "nama", "opd", "fungsi", "tahun_pembuatan"], strict=True)
    )
    assert {tuple(sorted(one)) for one in report["errors"]} == {("column", "message", "row", "value")}
    assert [(one["row"], one["column"], one["value"]) for one in report["errors"]] == [
        (3, "Nama Aplikasi", ""),
        (4, "OPD", "Dinas Kesehatann"),
    ]
    assert len(said.strip().splitlines()) == 1


def test_a_doubt_is_no_error_and_carries_what_may_be_meant(place: Home, tmp_path):
    code, report, said = run(place, write_to(tmp_path / "a.csv", GOOD), "--dry-run")
    assert (code, report["errors"], said) == (0, [], "")
    assert list(report["warnings"][0]) == ["row", "column", "value", "message", "suggestion"]
    assert report["warnings"][0] | {"message": ""} == {
        "row": 3, "column": "Tahun pembuatan", "value": "2O20", "message": "", "suggestion": "2020",
    }  # fmt: skip


def test_off_a_terminal_without_yes_it_is_a_dry_run(place: Home, tmp_path):
    before = elements(place)
    code, report, _said = run(place, write_to(tmp_path / "a.csv", GOOD))
    assert (code, report["new"], report["batch"], elements(place)) == (0, 2, None, before)


def test_dry_run_wins_over_yes(place: Home, tmp_path):
    before = elements(place)
    code, report, _said = run(place, write_to(tmp_path / "a.csv", GOOD), "--dry-run", "--yes")
    assert (code, report["batch"], elements(place)) == (0, None, before)


def test_yes_saves_and_undo_takes_it_back(place: Home, tmp_path):
    before = elements(place)
    file = write_to(tmp_path / "a.csv", GOOD)
    code, report, _said = run(place, file, "--yes")
    assert (code, elements(place)) == (0, before + 2)
    code, again, _said = run(place, file, "--yes")
    assert (code, again["same"], again["new"], again["batch"]) == (0, 2, 0, None)
    done = place.run("undo", report["batch"])
    assert json.loads(done.stdout) == {"undone": 2, "kept": []}
    assert elements(place) == before


def test_faulty_rows_hold_all_back_and_with_skip_errors_only_themselves(place: Home, tmp_path):
    before = elements(place)
    file = write_to(tmp_path / "a.csv", DIRTY)
    code, report, said = run(place, file, "--yes")
    assert (code, report["batch"], elements(place)) == (1, None, before)
    assert "nothing was saved" in said
    code, report, said = run(place, file, "--yes", "--skip-errors")
    assert (code, report["new"], report["faulty"], elements(place)) == (1, 1, 2, before + 1)
    assert "the good rows are saved" in said
    place.run("undo", report["batch"])


def test_undo_of_what_was_edited_since_names_it_and_ends_with_one(place: Home, tmp_path):
    rows = ["E-1", "Disimpan", "1.02", "", 2019], ["E-2", "Dilepas", "1.02", "", 2019]
    _code, report, _said = run(place, write_to(tmp_path / "a.csv", csv_of(APPLICATIONS, *rows)), "--yes")
    later = csv_of(APPLICATIONS, ["E-1", "Disimpan", "1.02", "Disunting", 2019])
    run(place, write_to(tmp_path / "b.csv", later), "--yes")
    done = place.run("undo", report["batch"], check=False)
    result = json.loads(done.stdout)
    assert (done.returncode, result["undone"]) == (1, 1)
    assert [list(one) for one in result["kept"]] == [["code", "reason"]]
    assert result["kept"][0]["code"] == "E-1"
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("batch", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_undo_of_a_batch_that_is_not_there(place: Home, batch):
    done = place.run("undo", batch, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert batch in done.stderr
    assert "Traceback" not in done.stderr


def test_a_workbook_with_several_known_sheets_has_sheets_and_one_batch(place: Home, tmp_path):
    content = xlsx_of(
        Layanan=[["Nama Layanan", "OPD"], ["Akta", "2.12"]],
        Aplikasi=[["DAFTAR APLIKASI"], [], ["Nama Aplikasi", "OPD"], ["SIAK", "2.12"]],
        Petunjuk=[["Bacalah ini"]],
    )
    file = write_to(tmp_path / "a.xlsx", content)
    code, report, _said = run(place, file, "--yes")
    assert (code, list(report), [list(one) for one in report["sheets"]]) == (
        0,
        ["sheets", "batch"],
        [KEYS, KEYS],
    )
    assert [(one["kind"], one["sheet"], one["header_row"]) for one in report["sheets"]] == [
        ("services", "Layanan", 1),
        ("applications", "Aplikasi", 3),
    ]
    assert {one["batch"] for one in report["sheets"]} == {report["batch"]}
    assert json.loads(place.run("undo", report["batch"]).stdout)["undone"] == 2
    code, report, _said = run(place, file, "--sheet", "Aplikasi")
    assert (code, list(report), report["sheet"]) == (0, KEYS, "Aplikasi")
    code, report, _said = run(place, file, "--kind", "services")
    assert (list(report), report["sheet"]) == (KEYS, "Layanan")


def test_a_csv_never_has_sheets(place: Home, tmp_path):
    for separator in ";,\t":
        content = csv_of(["Nama Aplikasi", "OPD"], ["A", "1.02"], separator=separator)
        _code, report, _said = run(place, write_to(tmp_path / "a.csv", content))
        assert ("sheets" in report, report["sheet"], report["new"]) == (False, None, 1)


def test_a_header_with_no_known_column(place: Home, tmp_path):
    code, report, said = run(
        place, write_to(tmp_path / "a.csv", csv_of(["Warna", "Rasa"], ["merah", "asin"]))
    )
    assert (code, report) == (2, None)
    assert "Warna, Rasa" in said
    assert "Nama" in said


def test_rows_without_a_unit_take_that_of_the_command(place: Home, tmp_path):
    file = write_to(tmp_path / "a.csv", csv_of(["Nama Aplikasi"], ["A"]))
    code, report, _said = run(place, file)
    assert (code, report["faulty"]) == (1, 1)
    code, report, _said = run(place, file, "--unit", "din. sosial")
    assert (code, report["new"]) == (0, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--unit", "Dinas Sosiall"], "Nearest: Dinas Sosial"),
        (["--unit", "zzz"], "No unit “zzz” in Kabupaten Uji. Write its name or code"),
        (["--kind", "hewan"], "hewan"),
        (["--sheet", "Tidak ada"], "Tidak ada"),
        (["--institution", "TIDAKADA"], "No institution “TIDAKADA” (there are: UJI)"),
    ],
)
def test_what_is_not_known_is_said_with_what_there_is(place: Home, tmp_path, more, said):
    file = write_to(tmp_path / "a.xlsx", xlsx_of(Aplikasi=[["Nama Aplikasi", "OPD"], ["A", "1.02"]]))
    done = place.run("import", file, "--institution", "UJI", *more, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_or_is_a_folder(place: Home, tmp_path):
    for file in (tmp_path / "tidak-ada.xlsx", tmp_path):
        code, report, said = run(place, file)
        assert (code, report, file.name in said) == (2, None, True)


def test_a_table_is_for_people(place: Home, tmp_path):
    done = place.run(
        "import",
        write_to(tmp_path / "a.csv", DIRTY),
        "--institution",
        "UJI",
        "--format",
        "table",
        check=False,
    )
    assert done.returncode == 1
    assert "Dinas Kesehatann" in done.stdout
    assert not done.stdout.lstrip().startswith("{")


def test_it_works_on_an_empty_home_in_indonesian(home: Home, tmp_path):
    file = write_to(tmp_path / "a.csv", GOOD)
    done = home.run("import", file, "--institution", "UJI", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pendapa institution create" in done.stderr
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    code, report, _said = run(home, file)
    assert (code, report["faulty"]) == (1, 2)


def test_nothing_of_a_dry_run_stays_in_the_database(place: Home, tmp_path):
    from tests.kernel.homes import python

    run(place, write_to(tmp_path / "a.csv", DIRTY))
    run(place, write_to(tmp_path / "a.csv", DIRTY), "--yes")
    run(place, write_to(tmp_path / "b.csv", b"%PDF"))
    left = "from pendapa.kernel.tables.models import *; print(ImportBatch.objects.exclude(state='saved').count())"
    assert python(place, left) == "0"


def test_a_fresh_process_knows_the_jobs_of_the_import(place: Home):
    from tests.kernel.homes import python

    known = "from pendapa.kernel.jobs.actions import _runners; print({'import.read', 'import.save'} <= set(_runners))"
    assert python(place, known) == "True"


@pytest.mark.slow
def test_every_header_layout_of_real_templates_is_known(place: Home, shared, tmp_path):
    """Each organisation's sheets as a workbook with the two merged header rows that its export writes."""
    import csv
    import itertools

    import openpyxl

    with (shared / "samples/template_headers.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    for (organisation, name), group in itertools.groupby(
        cells, lambda one: (one["organisasi"], one["sheet"])
    ):
        layout = list(group)
        headers = [one["header"] for one in layout]
        book = openpyxl.Workbook()
        page = book.active
        page.title = name[:31]
        page.append(headers)
        if "merged" in layout[0]["layout"]:
            page.append([])
            for index in range(1, len(headers) + 1):
                page.merge_cells(start_row=1, end_row=2, start_column=index, end_column=index)
        page.append(["1" if "no" in text.lower().strip(".") else "Isi" for text in headers])
        path = tmp_path / "layout.xlsx"
        book.save(path)
        code, report, said = run(place, path)
        assert code in (0, 1), f"{organisation} {name}: {said}"
        for one in report.get("sheets", [report]):
            assert one["rows"] == 1, (organisation, name)
            assert (one["kind"] == "initiatives") == name.startswith("Peta"), (organisation, name)


def test_no_sentence_stands_where_it_is_not_collected_for_translation() -> None:
    told = {"_", "gettext", "ngettext", "gettext_lazy", "pgettext"}
    hidden = [
        f"{file.name}: {call.args[0].value}"
        for file in Path(kernel.__file__).parent.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in told and isinstance(call.args[0], ast.Constant)
    ]  # fmt: skip
    assert hidden == []
