"""One book in a process of its own: ``python -m bench.book pdf 12000`` prints seconds, peak memory in KiB and pages.

The memory is the largest of this process and of the ones it starts, added up, as both live at the same time.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DOMAINS = ("processes", "services", "data", "applications", "infrastructure", "security")
KINDS = {"infrastructure": "server", "security": "audit_keamanan"}
LINKS = (
    ("service_process", 1, 0),
    ("application_service", 3, 1),
    ("application_data", 3, 2),
    ("application_process", 3, 0),
)
TOLD: dict[str, dict[str, Any]] = {
    "processes": {"rab": "RAB.06.01", "sasaran_strategis": "Pelayanan publik prima", "iku": "Indeks kepuasan", "iku_target": 85, "iku_satuan": "persen"},
    "services": {"tujuan": "Warga terlayani", "metode": ["daring"], "target": "Warga", "potensi_manfaat": "Waktu lebih singkat"},
    "data": {"sifat": "terbuka", "tujuan": "Dasar perencanaan", "validitas": "tahunan", "interoperabilitas": "API"},
    "applications": {"fungsi": "Mengelola permohonan", "basis": ["web"], "basis_data": "MySQL", "luaran": "Surat dan laporan"},
    "infrastructure": {"lokasi": "Ruang server", "kepemilikan": "Milik sendiri", "kapasitas_memori": "64 GB"},
    "security": {"jenis_audit": "Internal", "hasil_audit": "Baik", "tindak_lanjut": "Selesai"},
}  # fmt: skip


def fill(count: int) -> Any:
    """A release of ``count`` elements of all six domains and twice as many relations."""
    from bench import scene
    from pendapa.architecture import releasing
    from pendapa.architecture.models import Element, Relation
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history

    place, units = scene.institution()
    rows = scene.made(count, "B")
    by_domain: dict[str, list[Element]] = {domain: [] for domain in DOMAINS}
    for number, row in enumerate(rows):
        row.domain = DOMAINS[number % 6]
        row.kind = KINDS.get(row.domain, row.domain)
        row.attributes = {
            "uraian": f"Uraian singkat unsur nomor {number} milik perangkat daerah",
            **TOLD[row.domain],
        }
        row.unit = units[(number // 6) % len(units)]
        by_domain[row.domain].append(row)
    history.write(system(), place, "import", iter([history.Writes(add=list(rows))]))
    links = []
    for kind, source, target in LINKS:
        for step in (0, 7, 77):
            ends = by_domain[DOMAINS[target]]
            for number, row in enumerate(by_domain[DOMAINS[source]]):
                links.append(
                    Relation(
                        institution=place, type=kind, source=row, target=ends[(number + step) % len(ends)]
                    )
                )
    history.write(system(), place, "import", iter([history.Writes(add=list(links))]))
    return releasing.create_release(system(), place, code="buku", name="Arsitektur SPBE")


def _fill_apart(count: int) -> None:
    """In a process of its own: what puts the rows there must not count."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if child == 0:
        fill(count)
        os._exit(0)
    os.waitpid(child, 0)


def main(form: str, count: int) -> None:
    """Fill, then make, in a home of its own; only the making is measured."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        os.environ.update(PENDAPA_HOME=home, DJANGO_SETTINGS_MODULE="pendapa.web.settings")
        os.environ.pop("DATABASE_URL", None)
        from bench import scene

        scene.database()
        _fill_apart(count)
        from pendapa.analysis.documents import actions, pdf
        from pendapa.architecture.models import Release
        from pendapa.kernel.access.actor import system

        release = Release.objects.select_related("institution").get()
        file = Path(home) / f"buku.{form}"
        began = time.perf_counter()
        with file.open("wb") as out:
            actions.make(system(), release, form, out)
        seconds = time.perf_counter() - began
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        pages = pdf.pages(file.read_bytes()) if form == "pdf" else 0
        sys.stdout.write(f"{seconds:.2f} {own + child} {pages}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
