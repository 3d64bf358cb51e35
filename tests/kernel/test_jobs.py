"""Background work: started with the transaction, watched, cancelled, failed and recovered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pendapa.kernel.events.models import StreamEvent
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs import workers
from pendapa.kernel.jobs.models import Job
from tests.cast import Cast, make_cast
from tests.kernel import runners
from tests.kernel.homes import CAST, START, environment, migrated, python
from tools.testing.homes import Home

assert runners
WORKER = START + "import tests.kernel.runners\nfrom pendapa.web.worker import main\nmain()"


def make(cast: Cast, name: str = "test.count", who: str = "operator", **arguments: object) -> Job:
    return Job.objects.create(
        institution=cast.institution, user=cast.users[who], name=name, arguments=arguments or {"total": 3}
    )


# ---- in this process


def test_a_job_runs_to_its_end_and_tells_each_step_to_the_stream(cast: Cast) -> None:
    job = make(cast)
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent, job.is_over) == ("done", 3, 3, 100, True)
    assert job.result == {"url": "/di/uji/riwayat/", "counted": 3}
    assert job.started_at and job.finished_at
    told = [e.payload.get("state") for e in StreamEvent.objects.filter(topic="job").order_by("pk")]
    assert (told[0], told[-1]) == ("running", "done")


def test_a_cancelled_job_stops_at_its_next_step(cast: Cast) -> None:
    job = make(cast, "test.count", total=1000, pause=0.01)
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 0)


def test_a_job_cancelled_while_it_waits_never_starts(cast: Cast) -> None:
    job = make(cast)
    jobs.cancel(job)
    job.refresh_from_db()
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.started_at) == ("cancelled", None)


def test_cancelling_what_is_over_changes_nothing(cast: Cast) -> None:
    job = make(cast)
    jobs.run(job)
    jobs.cancel(job)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == ("done", False)


@pytest.mark.parametrize(
    ("name", "error"),
    [("test.fail", "ZeroDivisionError"), ("test.refuse", "Berkasnya kosong."), ("test.nobody", "KeyError")],
)
def test_a_failure_is_kept_in_words_for_people(cast: Cast, name: str, error: str) -> None:
    job = make(cast, name)
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", error)
    text = cast.client("operator").get(f"/di/uji/pekerjaan/{job.uid}/").content.decode()
    assert error in text and "rahasia dalam" not in text


@pytest.mark.django_db(transaction=True)
def test_work_of_a_transaction_that_fails_is_never_queued() -> None:
    people = make_cast()
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.start("test.count", people.institution, people.actor("operator"), total=1)
        raise RuntimeError
    assert not Job.objects.exists()
    from django_tasks_db.models import DBTaskResult

    assert not DBTaskResult.objects.exists()
    jobs.start("test.count", people.institution, people.actor("operator"), total=1)
    assert DBTaskResult.objects.count() == 1


def test_only_jobs_whose_worker_is_gone_are_recovered(cast: Cast) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here, now = workers.me().split("/")[0], timezone.now()
    cases = [
        (workers.me(), now, "running"),
        (f"{here}/{ended.pid}/1", now, "failed"),
        (f"{here}/{os.getpid()}/1", now, "failed"),  # the number was given out again
        ("", now, "failed"),
        ("lain/1/1", now - workers.ELSEWHERE * 2, "failed"),
        ("lain/1/1", now, "failed" if connection.vendor == "sqlite" else "running"),
    ]
    made = [make(cast) for _case in cases]
    for job, (worker, since, _state) in zip(made, cases, strict=True):
        Job.objects.filter(pk=job.pk).update(state="running", worker=worker, started_at=since)
    jobs.recover()
    states = [Job.objects.get(pk=job.pk).state for job in made]
    assert states == [state for _worker, _since, state in cases]


# ---- pages


@pytest.mark.parametrize(
    ("who", "status"),
    [("operator", 200), ("diskominfo", 200), ("public", 302)]
    + [(who, 404) for who in ("other_operator", "head", "sekda", "assessor", "stranger", "foreigner")],
)
def test_a_job_shows_to_who_started_it_and_to_the_secretariat(cast: Cast, who: str, status: int) -> None:
    job = make(cast)
    client = cast.client(who)
    assert client.get(f"/di/uji/pekerjaan/{job.uid}/").status_code == status
    assert client.get(f"/di/uji/pekerjaan/{job.uid}/kemajuan/").status_code == status
    answer = client.post(f"/di/uji/pekerjaan/{job.uid}/hentikan/")
    job.refresh_from_db()
    assert job.cancel_asked is (status == 200)
    assert answer.status_code == (302 if status == 200 else status)


def test_the_fragment_asks_again_until_the_job_is_over(cast: Cast) -> None:
    job = make(cast)
    client, there = cast.client("operator"), f"/di/uji/pekerjaan/{job.uid}/kemajuan/"
    waiting = client.get(there).content.decode()
    assert "every 2s" in waiting and f'hx-get="{there}"' in waiting and "hentikan" in waiting
    Job.objects.filter(pk=job.pk).update(state="running", done=1, total=4, step="baris 1")
    running = client.get(there).content.decode()
    assert "baris 1" in running and 'value="25"' in running
    jobs.run(job)
    over = client.get(there)
    assert "every 2s" not in over.content.decode() and 'href="/di/uji/riwayat/"' in over.content.decode()
    assert "no-store" in over["Cache-Control"]


def test_a_result_never_leads_to_another_site(cast: Cast) -> None:
    job = make(cast)
    for url in ("https://jahat.example/", "//jahat.example/", "javascript:alert(1)"):
        Job.objects.filter(pk=job.pk).update(state="done", result={"url": url})
        assert (
            'href="' + url
            not in cast.client("operator").get(f"/di/uji/pekerjaan/{job.uid}/").content.decode()
        )


# ---- with a worker as its own process


@pytest.fixture
def worker(home: Home) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        running.append(
            subprocess.Popen([sys.executable, "-c", WORKER], env=environment(home), stdin=subprocess.DEVNULL)
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


STARTED = """
from pendapa.kernel.jobs import actions as jobs
job = jobs.start(name, cast.institution, cast.actor("operator"), **arguments)
print(job.uid)
"""
STATE = """
from pendapa.kernel.jobs.models import Job
job = Job.objects.get(uid=uid)
print(job.state, job.done, job.error)
"""


def started(home: Home, name: str = "test.count", **arguments: object) -> str:
    return python(home, CAST + STARTED, name=name, arguments=arguments)


def until(home: Home, uid: str, wanted: Callable[[str], bool], patience: float = 25) -> str:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if wanted(state := python(home, STATE, uid=uid)):
            return state
        time.sleep(
            0.2
        )  # another process works; it has no way to call back, so it is asked again until patience ends
    pytest.fail(f"the job is still: {state}")


def test_the_worker_runs_what_was_queued_before_it_started(home: Home, worker: Callable[[], object]) -> None:
    uid = started(migrated(home), total=2)
    worker()
    assert until(home, uid, lambda s: s.startswith(("done", "failed"))).startswith("done 2")


def test_a_running_job_shows_progress_and_stops_when_asked(home: Home, worker: Callable[[], object]) -> None:
    worker_starts_first = migrated(home)
    worker()
    uid = started(worker_starts_first, total=600, pause=0.05)
    until(home, uid, lambda s: s.startswith("running") and not s.startswith("running 0"))
    python(
        home,
        "from pendapa.kernel.jobs.models import Job\nfrom pendapa.kernel.jobs import actions\nactions.cancel(Job.objects.get(uid=uid))",
        uid=uid,
    )
    assert until(home, uid, lambda s: not s.startswith("running")).startswith("cancelled")


@pytest.mark.fault
def test_a_killed_worker_leaves_a_job_that_says_so(
    home: Home, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    migrated(home)
    process = worker()
    uid = started(home, total=600, pause=0.05)
    until(home, uid, lambda s: s.startswith("running"))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    worker()
    assert "Start it again" in until(home, uid, lambda s: s.startswith("failed"))
