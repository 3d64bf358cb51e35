"""How far a job is while it is inside one long transaction, and whether it is to stop: told beside that transaction.

What a transaction writes nobody sees before it ends. PostgreSQL takes a second connection for that; SQLite lets one write at
a time, so there a small file in the home folder does it (one machine reads and writes it, like the database itself).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from pendapa.kernel.jobs.models import Job


def tell(job: Job, done: int, total: int, step: str = "") -> None:
    """Let others see how far the job is."""
    if connection.vendor == "sqlite":
        _write(_file(job), {"done": done, "total": total, "step": step[:120]})
    else:
        _aside(
            "UPDATE kernel_job SET done = %s, total = %s, step = %s WHERE id = %s",
            [done, total, step[:120], job.pk],
        )


def freshen(job: Job) -> Job:
    """Put into ``job`` how far it is by its last sign; nothing of it is saved."""
    facts = _read(_file(job)) if connection.vendor == "sqlite" and not job.is_over else None
    if facts:
        job.done, job.total, job.step = facts["done"], facts["total"], facts["step"]
        job.cancel_asked = job.cancel_asked or _stop(job).exists()
    return job


def is_inside(job: Job) -> bool:
    """Whether the job holds the only place to write, so that a row about it would have to wait for its end."""
    return connection.vendor == "sqlite" and _file(job).exists()


def ask_to_stop(job: Job) -> None:
    """Leave the wish to stop where a job finds it that is inside a transaction."""
    if connection.vendor == "sqlite":
        _write(_stop(job), {})


def stop_asked(job: Job) -> bool:
    """Whether somebody left that wish."""
    if connection.vendor == "sqlite":
        return _stop(job).exists()
    return bool(_aside("SELECT cancel_asked FROM kernel_job WHERE id = %s", [job.pk], read=True))


def clear(job: Job) -> None:
    """Take the signs of a job away."""
    if connection.vendor == "sqlite":
        for file in (_file(job), _stop(job)):
            file.unlink(missing_ok=True)


def _file(job: Job) -> Path:
    return Path(settings.HOME) / "run" / f"{job.uid}.json"


def _stop(job: Job) -> Path:
    return _file(job).with_suffix(".stop")


def _write(file: Path, facts: dict[str, Any]) -> None:
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(f"{file.suffix}.new")
    fresh.write_text(json.dumps(facts), encoding="utf-8")
    fresh.replace(file)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts


def _aside(sql: str, values: list[Any], *, read: bool = False) -> Any:
    """One statement over a connection of its own, outside the transaction of this one."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(sql, values)
            row = cursor.fetchone() if read else None
            return row[0] if row else None
    finally:
        other.close()
