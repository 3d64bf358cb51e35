"""Kill −9 in the middle of a confirmation: afterwards everything is there or nothing, and a new import works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.kernel.homes import ROOT, START, environment, python
from tests.kernel.sheets import APPLICATIONS, UNITS, csv_of, write_to
from tools.testing.homes import Home

pytestmark = pytest.mark.fault
ROWS = 6000
# The process itself tells when it has written a piece: from outside nothing of a transaction is seen before it is over. Then it
# waits to be told to go on: however busy the machine, it is killed where it stands, not some rows or a whole commit later.
TELLING = """
import importlib, sys
module = importlib.import_module(place)
real = getattr(module, name)
def telling(*arguments, **options):
    result = real(*arguments, **options)
    sys.stderr.write("WRITTEN\\n"); sys.stderr.flush()
    sys.stdin.readline()
    return result
setattr(module, name, telling)
from pendapa.cli import main
sys.argv = ["pendapa", *arguments]
main()
"""
COUNT = """
from pendapa.architecture.models import Element
from pendapa.kernel.history.actions import verify
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.search.models import SearchEntry
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Institution
sets = ChangeSet.objects.filter(kind="import", reason="besar.csv")
print(Element.objects.count(), Revision.objects.filter(change_set__in=sets).count(),
      SearchEntry.objects.filter(target_type="element").count(),
      sets.count(), ImportBatch.objects.filter(state="saved", file_name="besar.csv").count(), verify(Institution.objects.get()))
"""


def killed(home: Home, arguments: list[str], place: str, name: str, times: int) -> None:
    """Run the command and kill it right after it called a function for the so manieth time."""
    given = f"arguments, place, name = {arguments!r}, {place!r}, {name!r}\n"
    process = subprocess.Popen(
        [sys.executable, "-c", START + given + TELLING],
        env=environment(home), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stdin=subprocess.PIPE, text=True, start_new_session=True, bufsize=1,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stdin is not None
    with process.stderr, process.stdin:
        for n in range(times):
            assert process.stderr.readline() == "WRITTEN\n"
            if n < times - 1:
                process.stdin.write("go on\n")
        os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture
def command(home: Home, tmp_path) -> list[str]:
    """An institution with a unit, and the import of many rows into it."""
    home.run("institution", "create", "UJI", "Kabupaten Uji")
    units = write_to(tmp_path / "opd.csv", csv_of(UNITS, ["1.02", "Dinas Kesehatan", ""]))
    home.run("import", units, "--institution", "UJI", "--yes")
    rows = ([f"K-{n}", f"Aplikasi {n}", "1.02", "Fungsi", 2020] for n in range(ROWS))
    file = write_to(tmp_path / "besar.csv", csv_of(APPLICATIONS, *rows))
    return ["import", str(file), "--institution", "UJI", "--yes"]


def goes_on(home: Home, command: list[str]) -> None:
    """The same import works now, once."""
    report = home.json(*command)
    assert (report["new"], report["faulty"]) == (ROWS, 0)
    assert python(home, COUNT) == f"{ROWS} {ROWS} {ROWS} 1 1 []"
    assert home.json(*command)["same"] == ROWS


@pytest.mark.parametrize("pieces", [1, 3])
def test_kill_9_in_the_middle_of_a_confirmation(home: Home, command, pieces):
    killed(home, command, "pendapa.kernel.history.actions", "insert", pieces)
    assert python(home, COUNT) == "0 0 0 0 0 []"
    goes_on(home, command)


def test_kill_9_while_the_file_is_read(home: Home, command):
    killed(home, command, "pendapa.kernel.tables.staging", "store", 2)
    assert python(home, COUNT) == "0 0 0 0 0 []"
    goes_on(home, command)
