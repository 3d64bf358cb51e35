"""Bad files through the command: a clear message, no traceback, nothing saved, memory bounded. One test a case."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.kernel.sheets import APPLICATIONS, UNITS, csv_of, write_to, xlsx_of
from tools.testing.homes import PENDAPA, Home

MEMORY = 700 * 1024 * 1024
"""Address space that the command may take; Python with Django alone takes about a third of it."""
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def place(make_home: Callable[..., Home], tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(PENDAPA_LANGUAGE="en")
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    units = write_to(
        tmp_path_factory.mktemp("units") / "opd.csv", csv_of(UNITS, ["1.02", "Dinas Kesehatan", ""])
    )
    home.run("import", units, "--institution", "UJI", "--yes")
    return home


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def told(home: Home, file: Path, *more: object, saves: int = 0):
    """What the command says of a file within bounded memory; afterwards ``saves`` elements are there."""
    done = home.run("import", file, "--institution", "UJI", "--yes", *more, check=False, preexec_fn=bounded)
    assert "Traceback" not in done.stderr + done.stdout
    assert home.json("institutions")[0]["elements"] == saves
    return done


def refused(home: Home, file: Path, *words: str) -> None:
    done = told(home, file)
    assert (done.returncode, done.stdout) == (2, "")
    assert file.name in done.stderr
    assert any(word in done.stderr for word in words), done.stderr
    assert len(done.stderr) < 2000


def with_parts(path: Path, **parts: bytes) -> Path:
    """A small workbook with one part put in place of the sheet."""
    write_to(path, xlsx_of(Aplikasi=[["Nama Aplikasi", "OPD"], ["A", "1.02"]]))
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    content |= {SHEET: parts["sheet"]}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in content.items():
            new.writestr(name, part)
    return path


def test_an_empty_file(place: Home, tmp_path):
    refused(place, write_to(tmp_path / "kosong.csv", b""), "empty")
    refused(place, write_to(tmp_path / "kosong.xlsx", b""), "empty")
    refused(place, write_to(tmp_path / "baris.csv", b"\n;;\n  \n"), "empty")


def test_a_pdf_renamed_xlsx(place: Home, tmp_path):
    refused(place, write_to(tmp_path / "daftar.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"), "PDF")


def test_a_password_protected_workbook(place: Home, tmp_path):
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    locked = (
        start.ljust(512, b"\0")
        + "EncryptionInfo".encode("utf-16-le")
        + "EncryptedPackage".encode("utf-16-le")
    )
    refused(place, write_to(tmp_path / "terkunci.xlsx", locked.ljust(4096, b"\0")), "password")


def test_a_broken_workbook(place: Home, tmp_path):
    whole = xlsx_of(Aplikasi=[["Nama Aplikasi", "OPD"], *[[f"A {n}", "1.02"] for n in range(200)]])
    refused(place, write_to(tmp_path / "potong.xlsx", whole[: len(whole) // 2]), "damaged", "broken")
    flipped = bytearray(whole)
    for at in range(300, len(flipped) - 300, 61):
        flipped[at] ^= 0x5A
    refused(place, write_to(tmp_path / "rusak.xlsx", bytes(flipped)), "damaged", "broken", "empty", "unpacks")
    refused(
        place, with_parts(tmp_path / "sampah.xlsx", sheet=b"<a><b></a>\x00\xff"), "damaged", "broken", "empty"
    )


@pytest.mark.hostile
def test_200_mb(place: Home, tmp_path):
    for name, start in (("besar.xlsx", b"PK\x03\x04"), ("besar.csv", b"Nama Aplikasi;OPD\n")):
        path = write_to(tmp_path / name, start)
        with path.open("r+b") as file:
            file.truncate(200 << 20)
        refused(place, path, "MB", "damaged", "not a table", "empty")
    with (tmp_path / "panjang.csv").open("wb") as file:
        file.write(b"Nama Aplikasi;OPD;Fungsi Aplikasi\n")
        line = b"x;1.02;" + b"y" * 1000 + b"\n"
        for _n in range(200):
            file.write(line * 1040)
    refused(place, tmp_path / "panjang.csv", "MB")


def test_formula_cells(place: Home, tmp_path):
    path = tmp_path / "rumus.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Aplikasi")
    page.write_row(0, 0, ["Nama Aplikasi", "OPD", "Tahun pembuatan"])
    page.write_row(1, 0, ["Rumus", "1.02"])
    page.write_formula(1, 2, "=2000+19", None, 2019)
    page.write_formula(2, 0, "=A2", None, "Hasil rumus")
    page.write_string(2, 1, "1.02")
    book.close()
    report = json.loads(told(place, path, "--dry-run").stdout)
    assert (report["new"], report["errors"]) == (2, [])


@pytest.mark.hostile
def test_a_million_empty_rows(place: Home, tmp_path):
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nama Aplikasi</t></is></c><c r="B1" t="inlineStr"><is><t>OPD</t></is></c></row>'
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>Terakhir</t></is></c><c r="B{0}" t="inlineStr"><is><t>1.02</t></is></c></row>'
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 1_000_001))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<worksheet xmlns="{space}"><sheetData>{head}{empty}{row.format(1_000_001)}</sheetData></worksheet>'
    )
    report = json.loads(
        told(place, with_parts(tmp_path / "kosong.xlsx", sheet=xml.encode()), "--dry-run").stdout
    )
    assert (report["rows"], report["new"]) == (1, 1)
    lines = b"Nama Aplikasi;OPD\n" + b";\n" * 1_000_000 + b"Terakhir;1.02\n"
    report = json.loads(told(place, write_to(tmp_path / "kosong.csv", lines), "--dry-run").stdout)
    assert (report["rows"], report["new"]) == (1, 1)


@pytest.mark.hostile
def test_a_zip_bomb(place: Home, tmp_path):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    path = with_parts(
        tmp_path / "bom.xlsx", sheet=f'<worksheet xmlns="{space}"><sheetData>'.encode() + b" " * (1 << 30)
    )
    assert path.stat().st_size < 3 << 20
    refused(place, path, "MB", "unpack", "large", "big")


def test_cells_that_start_like_a_formula_are_text(place: Home, tmp_path):
    names = ["=1+1", "+62 811", "-5 layanan", "@kota", "=HYPERLINK(0)"]
    done = told(
        place,
        write_to(tmp_path / "a.csv", csv_of(["Nama Aplikasi", "OPD"], *([n, "1.02"] for n in names))),
        saves=5,
    )
    report = json.loads(done.stdout)
    assert (report["new"], report["errors"]) == (5, [])
    place.run("undo", report["batch"])


def test_10_000_character_names(place: Home, tmp_path):
    content = csv_of(
        APPLICATIONS,
        ["", "N" * 10_000, "1.02", "", ""],
        ["C" * 10_000, "B", "1.02", "", ""],
        ["", "D", "O" * 10_000, "", ""],
    )
    done = told(place, write_to(tmp_path / "a.csv", content))
    report = json.loads(done.stdout)
    assert (done.returncode, report["faulty"]) == (1, 3)
    assert "10000 characters" in report["errors"][0]["message"]
    assert all(len(one["value"]) <= 500 for one in report["errors"])
    long_unit = csv_of(UNITS, ["U" * 10_000, "N" * 10_000, "I" * 10_000], ["9.9", "Din. " * 59 + "Dinas", ""])
    done = told(place, write_to(tmp_path / "b.csv", long_unit), "--kind", "units", "--dry-run")
    assert json.loads(done.stdout)["faulty"] == 1


def test_control_characters(place: Home, tmp_path):
    content = csv_of(
        ["Nama Aplikasi", "OPD", "Fungsi Aplikasi"], ["A\x00B\x07\x1b[31m", "1.02", "x\x0by\u202e\ufeff"]
    )
    done = told(place, write_to(tmp_path / "a.csv", content), saves=1)
    assert done.returncode == 0
    assert not any(sign in done.stdout for sign in "\x00\x07\x1b")
    place.run("undo", json.loads(done.stdout)["batch"])


def test_a_header_with_no_known_column(place: Home, tmp_path):
    refused(place, write_to(tmp_path / "a.csv", csv_of(["Warna", "Rasa"], ["merah", "asin"])), "Warna")


def test_the_same_name_twice_in_one_file(place: Home, tmp_path):
    content = csv_of(["Nama Aplikasi", "OPD"], ["SIMPUS", "1.02"], ["Simpus ", "1.02"])
    done = told(place, write_to(tmp_path / "a.csv", content), "--skip-errors", saves=1)
    report = json.loads(done.stdout)
    assert (done.returncode, report["new"], report["faulty"]) == (1, 1, 1)
    assert report["errors"][0]["message"] == "The same name in the same unit as row 2."
    place.run("undo", report["batch"])


def test_a_code_that_is_used_twice_in_one_file(place: Home, tmp_path):
    content = csv_of(["Kode", "Nama Aplikasi", "OPD"], ["K", "A", "1.02"], ["k", "B", "1.02"])
    report = json.loads(told(place, write_to(tmp_path / "a.csv", content), "--dry-run").stdout)
    assert report["errors"] == [
        {"row": 3, "column": "Kode", "value": "k", "message": "The same code as row 2."}
    ]


@pytest.mark.hostile
@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(place: Home, tmp_path):
    """The most memory that reading takes, of 10,000 and of 40,000 rows; both stay well within what is allowed."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )

    def peak(rows: int) -> int:
        content = csv_of(
            APPLICATIONS,
            *([f"K-{n}", f"Aplikasi nomor {n}", "1.02", "Fungsi " * 9, 2020] for n in range(rows)),
        )
        file = write_to(tmp_path / f"{rows}.csv", content)
        command = [
            sys.executable,
            "-c",
            code,
            PENDAPA,
            "import",
            str(file),
            "--institution",
            "UJI",
            "--dry-run",
        ]
        done = subprocess.run(
            command, env=place.env, capture_output=True, text=True, timeout=280, check=False
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    few, many = peak(10_000), peak(40_000)
    print(f"{few // 1024} MB for 10,000 rows, {many // 1024} MB for 40,000")
    assert many - few < 60 * 1024
