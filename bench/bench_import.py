"""Import of a spreadsheet, whole way: read, check, preview, confirm with change set, revisions, ledger and search index."""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import scene
from bench.harness import Result, compare

MOST = 4 << 30
"""Bytes of address space that a measured process may take (the database maps its file into it)."""


def _file(rows: int) -> Path:
    path = Path(tempfile.mkdtemp(prefix="bench-")) / "aplikasi.csv"
    header = "Kode,Nama Aplikasi,OPD,Fungsi Aplikasi,Basis Aplikasi,Link,Tahun Pembuatan,Status,Basis Data,Bahasa Pemrograman,Luaran"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header.split(","))
        for element in scene.made(rows, "I"):
            a = element.attributes
            writer.writerow(
                [
                    *(element.code, element.name, element.unit.name, a["fungsi"], "Web", a["url"]),
                    *(a["tahun_pembuatan"], "aktif", "MySQL", "PHP", a["luaran"]),
                ]
            )
    return path


def bench_import_csv(quick: bool) -> Result:
    """10,000 rows against bare ``bulk_create`` of the same rows in one transaction: at most 8 times."""
    place, _units = scene.institution()
    from django.db import connection, transaction

    from pendapa.architecture.models import Element
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.search.models import SearchEntry
    from pendapa.kernel.tables import actions, queries
    from pendapa.kernel.tables.models import ImportBatch

    count = 4_000 if quick else 10_000
    path, rows = _file(count), scene.made(count, "F")

    def empty() -> None:
        ImportBatch.objects.all().delete()
        SearchEntry.objects.filter(
            target__in=Element.objects.filter(code__regex="^[IF]-").values("pk")
        ).delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM architecture_element WHERE code LIKE 'I-%' OR code LIKE 'F-%'")
        for row in rows:
            row.pk = None
            row._state.adding = True

    def floor() -> None:
        with transaction.atomic():
            Element.objects.bulk_create(rows)

    def ours() -> None:
        batch = actions.confirm(system(), actions.read_file(system(), place, path, kind="auto"))
        found = queries.counts(batch)[0]
        if found["new"] != count or found["faulty"]:
            raise RuntimeError(f"The import did something else than it should: {found}")

    rounds = 3 if quick else 5
    name = f"import of {count} rows / bulk_create"
    try:
        return compare(name, floor=floor, ours=ours, limit=8, rounds=rounds, before=empty)
    finally:
        empty()


def bench_import_memory(quick: bool) -> list[Result]:
    """Peak memory, each in a process of its own: a csv of many rows against one of few (at most 1.25 times), a workbook
    against its reader alone (at most 1.5 times)."""
    scene.institution()
    few, many = (10_000, 20_000) if quick else (10_000, 200_000)
    # Under 20,000 rows the modules that an import loads weigh more than the rows.
    small, large, book = _file(few), _file(many), _workbook(many if quick else 50_000)
    return [
        _memory(f"memory of csv, {many} rows / {few} rows", ("import", small), ("import", large), 1.25),
        _memory("memory of xlsx import / its reader alone", ("reader", book), ("import", book), 1.5),
    ]


def bench_export_memory(quick: bool) -> Result:
    """Peak memory of an xlsx export of many elements against that of few: rows pass in chunks."""
    few, many = (500, 5_000) if quick else (2_000, 60_000)
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    least = _peak("export", folder / "sedikit.xlsx", few)
    own = _peak("export", folder / "banyak.xlsx", many)
    return Result(
        f"memory of export, {many} / {few} elements",
        own / least,
        1.25,
        0,
        0,
        f"{least >> 10} MiB, {own >> 10} MiB",
    )


def _memory(name: str, floor: tuple[str, Path], ours: tuple[str, Path], limit: float) -> Result:
    least, own = _peak(*floor), _peak(*ours)
    return Result(name, own / least, limit, 0, 0, f"{least >> 10} MiB, {own >> 10} MiB")


def _peak(what: str, file: Path, rows: int = 0) -> int:
    """Peak memory in KiB, as the child itself measures it; it is stopped where it would take more than ``MOST``."""
    command = [sys.executable, "-m", "bench.memory", what, str(rows), str(file)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_limited,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-500:]}")
    return int(done.stdout.split()[-1])


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))


def _workbook(rows: int) -> Path:
    import xlsxwriter

    path = _file(rows).with_suffix(".xlsx")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("Aplikasi")
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as source:
        for number, row in enumerate(csv.reader(source)):
            for index, text in enumerate(row):
                page.write_string(number, index, text)
    book.close()
    return path
