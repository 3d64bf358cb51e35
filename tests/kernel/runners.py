"""Kinds of work for the tests of jobs."""

from __future__ import annotations

import time
from typing import Any

from pendapa.kernel.jobs.actions import ForPeople, Progress, register
from pendapa.kernel.jobs.models import Job


@register("test.count", title="Menghitung")
def count(job: Job, progress: Progress) -> dict[str, Any]:
    total = job.arguments["total"]
    for done in range(total):
        progress(done, total, f"baris {done}")
        time.sleep(
            job.arguments.get("pause", 0)
        )  # the work itself: a job that takes long, to be killed or cancelled
    progress(total, total, "selesai")
    return {"url": "/di/uji/riwayat/", "counted": total}


@register("test.fail")
def fail(job: Job, progress: Progress) -> None:
    raise ZeroDivisionError("rahasia dalam")


@register("test.refuse")
def refuse(job: Job, progress: Progress) -> None:
    raise ForPeople("Berkasnya kosong.")
