"""Start, run, watch and cancel background work.

A room registers a function ``run(job, progress)`` under a name with :func:`register`; :func:`start` queues it after
the transaction commits; the worker calls it. ``progress`` raises :class:`Cancelled` at the next call after somebody
asked to stop, so that a job ends at a point where nothing is half done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from pendapa.kernel.access.actor import Actor
from pendapa.kernel.events import stream
from pendapa.kernel.jobs import signs, workers
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tenancy.models import Institution

log = logging.getLogger(__name__)
STOPPED = gettext_noop("The server stopped while this was running. Start it again.")
RESTORED = gettext_noop("A backup was restored before this had ended. Start it again.")


class Cancelled(Exception):
    """Somebody asked this job to stop."""


class ForPeople(Exception):
    """A failure whose text is meant for the person who started the job."""


class Progress:
    """Handle given to a running job: ``progress(done, total, step)``. Writes at most twice a second."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last = 0.0

    def __call__(self, done: int, total: int, step: str = "", *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._last < 0.5 and done < total:
            return
        self._last = now
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists() or signs.stop_asked(self.job):
            raise Cancelled
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total, step=step)
        stream.publish(self.job.institution_id, "job")

    def aside(self, done: int, total: int, step: str = "") -> None:
        """The same from inside a transaction: others see it all the same, and :class:`Cancelled` takes back all of it."""
        now = time.monotonic()
        if now - self._last < 0.5 and done < total:
            return
        self._last = now
        if signs.stop_asked(self.job):
            raise Cancelled
        signs.tell(self.job, done, total, step)


Runner = Callable[[Job, Progress], Any]
_runners: dict[str, Runner] = {}
_titles: dict[str, Any] = {}


def register(name: str, title: Any = "") -> Callable[[Runner], Runner]:
    """Decorator: the function that does the work called ``name``; ``title`` (lazily translated) is what people read."""

    def keep(function: Runner) -> Runner:
        _runners[name], _titles[name] = function, title
        return function

    return keep


def title(job: Job) -> str:
    """What people read as the name of the work; empty where its room gives none."""
    return str(_titles.get(job.name, ""))


def start(name: str, institution: Institution, actor: Actor, *, queue: bool = True, **arguments: Any) -> Job:
    """Queue work; the job row is there at once, the worker sees it when the transaction has committed.

    Without ``queue`` no worker takes it: whoever starts it calls :func:`run`.
    """
    job = Job.objects.create(institution=institution, user=actor.user, name=name, arguments=arguments)
    if queue:
        transaction.on_commit(lambda: run_job.enqueue(str(job.uid)))
    return job


@task()
def run_job(uid: str) -> None:
    """The worker's entry."""
    run(Job.objects.select_related("institution", "user").get(uid=uid))


def run(job: Job) -> None:
    """Run ``job`` here and now, keeping its state; never raises for the job's own failure."""
    if job.cancel_asked:
        return _finish(job, "cancelled")
    Job.objects.filter(pk=job.pk).update(state="running", started_at=timezone.now(), worker=workers.me())
    stream.publish(job.institution_id, "job", {"state": "running"})
    try:
        job.result = _runners[job.name](job, Progress(job))
    except Cancelled:
        _finish(job, "cancelled")
    except Exception as error:
        log.exception("Job %s (%s) failed", job.uid, job.name)
        job.error = str(error) if isinstance(error, ForPeople) else type(error).__name__
        _finish(job, "failed")
    else:
        _finish(job, "done")


def cancel(job: Job) -> None:
    """Ask a waiting or running job to stop."""
    signs.ask_to_stop(job)
    if signs.is_inside(job):  # the job finds the wish; a row could be written only after its end
        return
    Job.objects.filter(pk=job.pk, state__in=["waiting", "running"]).update(cancel_asked=True)


def recover() -> int:
    """After a crash: jobs that claim to run although their worker is gone are marked failed; nothing they did was half
    saved. What another living worker runs is left alone."""
    found = Job.objects.filter(state="running").values_list("pk", "worker", "started_at")
    gone = [pk for pk, worker, since in found if workers.is_gone(worker, since)]
    return _fail(Job.objects.filter(pk__in=gone, state="running"), STOPPED)


def forget_queue() -> int:
    """After a restore, whose backup holds no queue: what waited or ran when it was taken has to be started again."""
    return _fail(Job.objects.filter(state__in=["waiting", "running"]), RESTORED)


def _fail(jobs: QuerySet[Job], error: str) -> int:
    return jobs.update(state="failed", error=error, finished_at=timezone.now())


def _finish(job: Job, state: str) -> None:
    signs.clear(job)
    Job.objects.filter(pk=job.pk).update(
        state=state, result=job.result, error=job.error, finished_at=timezone.now()
    )
    stream.publish(job.institution_id, "job", {"state": state})
