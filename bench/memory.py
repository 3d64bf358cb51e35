"""Peak memory of one import or export, in a process of its own: ``python -m bench.memory WHAT ROWS FILE``, prints KiB.

``WHAT``: ``import`` reads, checks, saves; ``preview`` reads and checks; ``reader`` only walks through the sheets of the file;
``start`` only starts; ``export`` writes the register as FILE's ending says (of ROWS elements that are put there first).
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path


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

    if what == "reader":
        for grid in read(file):
            for _line in grid.rows:
                pass
    elif what in ("import", "preview"):
        batch = actions.read_file(system(), place, file, kind="auto")  # type: ignore[arg-type]
        if what == "import":
            actions.confirm(system(), batch)
    elif what == "export":
        child = os.fork()  # what puts the rows there must not count
        if child == 0:
            _fill(rows)
            os._exit(0)
        os.waitpid(child, 0)
        from pendapa.architecture import exporting

        form = file.suffix.lstrip(".")
        with file.open("wb") as out:
            exporting.export(system(), place, form, out=out)  # type: ignore[arg-type]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


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
