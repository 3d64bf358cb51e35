"""``pendapa doctor`` finds what is ill and says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.kernel.homes import CAST, migrated, python
from tools.testing.homes import Home, free_port

KEEP = """
import io
from pendapa.kernel.files import store
file = store.keep(io.BytesIO(b"isi"), "daftar.csv", cast.institution, None, 100)
print(store.path(file))
"""


def examine(home: Home) -> tuple[int, dict[str, dict[str, Any]]]:
    import json

    done = home.run("doctor", "--format", "json", check=False)
    assert "Traceback" not in done.stderr
    found: dict[str, dict[str, Any]] = {}
    for finding in json.loads(done.stdout):
        if finding["check"] not in found or not finding["ok"]:
            found[finding["check"]] = finding
    return done.returncode, found


def test_a_fresh_home_is_well(home: Home) -> None:
    code, found = examine(home)
    assert (code, [name for name, f in found.items() if not f["ok"]]) == (0, [])
    assert {"database", "migrations", "storage", "packs", "files", "jobs"} <= set(found)
    assert "spbe-2020" in found["packs"]["finding"]


def test_a_home_in_use_is_well(home: Home) -> None:
    python(migrated(home), CAST)
    code, found = examine(home)
    assert (code, found["ledger"]["ok"]) == (0, True)


def test_a_missing_file_is_named(home: Home) -> None:
    Path(python(migrated(home), CAST + KEEP)).unlink()
    code, found = examine(home)
    assert (code, found["files"]["ok"]) == (1, False)
    assert "daftar.csv" in found["files"]["finding"] and "backup" in found["files"]["advice"]


def test_a_changed_history_is_named_with_its_place(home: Home) -> None:
    tamper = """
from pendapa.kernel.history.models import Revision
r = Revision.objects.filter(change_set__institution=cast.institution).order_by("pk").last()
r.snapshot["name"] = "Diganti"
r.save()
"""
    python(migrated(home), CAST + tamper)
    code, found = examine(home)
    assert (code, found["ledger"]["ok"]) == (1, False)
    assert "uji: entry 2" in found["ledger"]["finding"]


def test_missing_migrations_are_named_and_not_applied_behind_ones_back(home: Home) -> None:
    python(
        migrated(home),
        'from django.core.management import call_command\ncall_command("migrate", "architecture", "zero", verbosity=0)',
    )
    for _ in range(2):
        code, found = examine(home)
        assert (code, found["migrations"]["ok"]) == (1, False)
        assert "pendapa migrate" in found["migrations"]["advice"]


def test_jobs_that_nobody_runs_are_named(home: Home) -> None:
    late = """
from datetime import timedelta
from django.utils import timezone
from pendapa.kernel.jobs.models import Job
job = Job.objects.create(institution=cast.institution, name="x")
Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
"""
    python(migrated(home), CAST + late)
    code, found = examine(home)
    assert (code, found["jobs"]["ok"]) == (1, False)
    assert "pendapa serve" in found["jobs"]["advice"]


def test_a_database_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    code, found = examine(Home(tmp_path, f"postgres://nobody:x@127.0.0.1:{free_port()}/nothing"))
    assert (code, found["database"]["ok"]) == (1, False)
    assert "DATABASE_URL" in found["database"]["advice"]
    assert (found["storage"]["ok"], found["packs"]["ok"]) == (True, True)
