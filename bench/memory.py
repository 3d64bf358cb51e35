"""Peak memory of one import or export, in a process of its own: ``python -m bench.memory WHAT ROWS FILE``, prints KiB.

Counted is what the process has for itself (``RssAnon``): the database maps up to 128 MiB of its own file into the process, which
the kernel can take back at any time and which grows with the file on disk. The thread that looks is as often there as the
interpreter lets it.

``WHAT``: ``import`` reads, checks, saves; ``preview`` reads and checks; ``reader`` only walks through the sheets of the file;
``start`` only starts; ``export`` writes the register as FILE's ending says (of ROWS elements that are put there first).
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path


class Peak:
    """The most memory that was this process's own, in KiB, looked at every 10 ms."""

    def __init__(self) -> None:
        self._most = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.look()
            time.sleep(0.01)

    def look(self) -> int:
        status = Path("/proc/self/status").read_text()
        own = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
        self._most = max(self._most, int(own.split()[1]))
        return self._most


def main(what: str, rows: int, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="pendapa-memory-") as home:
        os.environ.update(PENDAPA_HOME=home, DJANGO_SETTINGS_MODULE="pendapa.web.settings")
        os.environ.pop("DATABASE_URL", None)
        from bench import scene

        place, _units = scene.institution()
        print(run(what, rows, file, place))


def run(what: str, rows: int, file: Path, place: object) -> int:
    from pendapa.kernel.access.actor import system
    from pendapa.kernel.tables import actions
    from pendapa.kernel.tables.reading import read

    if what == "export":
        _fill_apart(rows)
    peak = Peak()
    if what == "reader":
        for grid in read(file):
            for _line in grid.rows:
                pass
    elif what in ("import", "preview"):
        batch = actions.read_file(system(), place, file, kind="auto")  # type: ignore[arg-type]
        if what == "import":
            actions.confirm(system(), batch)
    elif what == "export":
        from pendapa.architecture import exporting

        form = file.suffix.lstrip(".")
        with file.open("wb") as out:
            exporting.export(system(), place, form, out=out)  # type: ignore[arg-type]
    return peak.look()


def _fill_apart(rows: int) -> None:
    """In a process of its own: what puts the rows there must not count."""
    child = os.fork()
    if child == 0:
        _fill(rows)
        os._exit(0)
    os.waitpid(child, 0)


def _fill(rows: int) -> None:
    from django.db import connection

    from bench import scene
    from pendapa.architecture.models import Element

    connection.close()
    for start in range(0, rows, 5000):
        made = scene.made(min(5000, rows - start), f"M{start}")
        Element.objects.bulk_create(made)
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
