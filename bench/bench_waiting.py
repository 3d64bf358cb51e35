"""How long others wait to write on SQLite, where one writes at a time, while somebody brings very much."""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import Any

from bench import register, scene
from bench.bench_import import _file
from bench.harness import Result

LIMIT = 2
"""Seconds."""


def bench_waiting(quick: bool) -> list[Result]:
    """The worst wait of a small write from another process: while a file is read and saved, and while bulk calls run."""
    register.filled(register.size(quick))
    count = 4_000 if quick else 50_000
    # Reading and saving in one figure: a write that begins at the end of the one may wait for the other.
    results = [
        _result(f"wait while {count} rows are {said}", list(chain.from_iterable(_waits(what, file).values())))
        for what, said, file in (
            ("import", "read and saved", _file(count)),
            ("bulk", "brought by bulk calls", _rows(count)),
        )
    ]
    scene.clear("I", "B")
    return results


def _result(name: str, waits: list[float]) -> Result:
    worst = max(waits)
    usual = sorted(waits)[len(waits) // 2]
    return Result(name, worst, LIMIT, usual * 1000, worst * 1000, f"seconds; {len(waits)} small writes")


def _rows(count: int) -> Path:
    import orjson

    path = Path(tempfile.mkdtemp(prefix="bench-")) / "rows.json"
    rows = [
        {
            "domain": e.domain,
            "code": f"B-{e.code}",
            "name": e.name,
            "unit": e.unit.code,
            "attributes": e.attributes,
        }
        for e in scene.made(count, "W")
    ]
    path.write_bytes(orjson.dumps(rows))
    return path


def _waits(what: str, file: Path) -> dict[str, list[float]]:
    """Seconds of each small write, by what the other process was doing when it began."""
    write, found = _small_write(), {}
    command = [sys.executable, "-m", "bench.heavy", what, str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parent.parent
    ) as child:
        assert child.stdout is not None
        doing = child.stdout.readline().strip()
        while doing not in ("done", ""):
            began = time.perf_counter()
            write()
            found.setdefault(doing, []).append(time.perf_counter() - began)
            if select.select([child.stdout], [], [], 0.02)[0]:
                doing = child.stdout.readline().strip()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return found


def _small_write() -> Any:
    """Give a unit of another institution another name, as a person would; an answer that the database is busy counts too."""
    from django.db import OperationalError

    from pendapa.kernel.access.actor import system
    from pendapa.kernel.history import actions as history
    from pendapa.kernel.tenancy.models import Institution, Unit

    place, _made = Institution.objects.get_or_create(
        code="other", defaults={"name": "Kota Lain", "kind": "kota"}
    )
    unit = Unit.objects.filter(institution=place).first()
    if unit is None:
        unit = Unit(institution=place, code="1", name="Dinas")
        unit.derive()
        history.write(system(), place, "edit", history.Writes(add=[unit]))
    key = unit.pk

    def write() -> None:
        try:
            row = Unit.objects.get(pk=key)
            row.name = f"Dinas {row.version}"
            row.derive()
            history.write(system(), place, "edit", history.Writes(change=[row]))
        except OperationalError:
            pass  # refused after twenty seconds: the wait is measured

    return write
