"""What ``pendapa doctor`` looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

Finding = dict[str, Any]


def examine() -> list[Finding]:
    """All findings: ``[{"check", "ok", "finding", "advice"}]``. Never raises."""
    findings: list[Finding] = []
    for check in (_database, _migrations, _storage, _packs, _files, _jobs, _ledger):
        if findings and not findings[0]["ok"] and check not in (_storage, _packs):
            continue  # without a database the rest cannot be asked
        findings.extend(_safely(check))
    return findings


def _safely(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as error:
        name = check.__name__.strip("_")
        return [
            _finding(name, False, f"{type(error).__name__}: {error}", "Run pendapa migrate, then look again.")
        ]


def _finding(check: str, ok: bool, finding: str, advice: str = "") -> Finding:
    return {"check": check, "ok": ok, "finding": finding, "advice": "" if ok else advice}


def _database() -> Iterator[Finding]:
    name = settings.DATABASES["default"]["NAME"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield _finding("database", True, f"{connection.vendor}: {name}")
    except DatabaseError as error:
        yield _finding("database", False, str(error).strip(), "Check DATABASE_URL and that the server runs.")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    text = f"{len(missing)} migrations are missing" if missing else "up to date"
    yield _finding("migrations", not missing, text, "Run: pendapa migrate")


def _storage() -> Iterator[Finding]:
    home = Path(settings.HOME)
    probe = home / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield _finding(
            "storage", False, f"{home}: {error.strerror}", "Give this user the right to write there."
        )
        return
    space = os.statvfs(home)
    free = space.f_bavail * space.f_frsize // 1024**2
    yield _finding("storage", free > 200, f"{home}: {free} MB free", "Free some space or move PENDAPA_HOME.")


def _files() -> Iterator[Finding]:
    from pendapa.kernel.files.models import StoredFile
    from pendapa.kernel.files.store import path

    lost = [file.name for file in StoredFile.objects.iterator() if not path(file).exists()]
    text = (
        f"{len(lost)} stored files are gone: {', '.join(lost[:5])}" if lost else "every stored file is there"
    )
    yield _finding("files", not lost, text, "Put them back from a backup.")


def _packs() -> Iterator[Finding]:
    from pendapa.regulations import packs

    checks = packs.check_all()
    faults = [str(fault) for check in checks for fault in check.faults]
    text = "; ".join(faults[:5]) or ", ".join(check.name for check in checks)
    yield _finding("packs", not faults, text, "Reinstall Pendapa: shipped packs are read-only.")


def _jobs() -> Iterator[Finding]:
    from pendapa.kernel.jobs.models import Job

    late = Job.objects.filter(state="waiting", created_at__lt=timezone.now() - timedelta(minutes=10)).count()
    failed = Job.objects.filter(state="failed", created_at__gt=timezone.now() - timedelta(days=7)).count()
    text = f"{late} wait for more than 10 minutes, {failed} failed this week"
    yield _finding("jobs", not late, text, "Is pendapa serve running? It runs the worker.")


def _ledger() -> Iterator[Finding]:
    from pendapa.kernel.history.actions import verify
    from pendapa.kernel.tenancy.models import Institution

    for institution in Institution.objects.order_by("code"):
        broken = verify(institution)
        text = f"{institution.code}: " + (
            f"entry {broken[0].seq}: {broken[0].why}" if broken else "chain holds"
        )
        yield _finding(
            "ledger",
            not broken,
            text,
            "Somebody changed history behind the application; compare with a backup.",
        )
