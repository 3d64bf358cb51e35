"""Import of a spreadsheet, whole way: read, check, preview, confirm with change set, revisions, ledger and search index."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from bench import scene
from bench.harness import Result, compare


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
