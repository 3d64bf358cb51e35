"""Saving many rows tells how far it is while it is one transaction, and can be stopped with nothing left behind."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from pendapa.architecture.models import Element
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs import signs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables import actions
from tests.cast import Cast, make_cast
from tests.kernel.sheets import APPLICATIONS, csv_of, hand_in


@pytest.fixture
def waiting(transactional_db, monkeypatch):
    monkeypatch.setattr(actions, "SAVE_CHUNK", 10)
    cast: Cast = make_cast()
    rows = [["", f"Aplikasi {n}", "1.02", "", ""] for n in range(60)]
    batch = hand_in(cast, csv_of(APPLICATIONS, *rows))
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    batch = actions.confirm_by_size(cast.actor("diskominfo"), batch, skip_errors=False)
    assert batch.state == "saving"
    return cast, batch


def seen_from_elsewhere(job: Job) -> tuple[int, int]:
    """How far the job is as another connection sees it."""
    found: list[tuple[int, int]] = []

    def look() -> None:
        other = signs.freshen(Job.objects.get(pk=job.pk))
        found.append((other.done, other.total))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def told(monkeypatch, job: Job, at: int, then) -> list[tuple[int, int]]:
    """Run the job; between its chunks others look, and ``then`` is called once ``at`` rows are written."""
    looked = []
    real = jobs.Progress.aside

    def aside(self, done, total, step=""):
        self._last = 0.0
        if done == at:
            then()
        real(self, done, total, step)
        looked.append(seen_from_elsewhere(job))

    monkeypatch.setattr(jobs.Progress, "aside", aside)
    jobs.run(Job.objects.get(pk=job.pk))
    return looked


def test_others_see_how_far_the_saving_is_before_it_ends(waiting, monkeypatch) -> None:
    _cast, batch = waiting
    looked = told(monkeypatch, batch.job, -1, lambda: None)
    assert looked == [(0, 60), (10, 60), (20, 60), (30, 60), (40, 60), (50, 60), (60, 60)]
    assert Element.objects.count() == 60
    batch.refresh_from_db()
    assert batch.state == "saved" and not signs.stop_asked(batch.job) and not signs.is_inside(batch.job)


def test_stopped_in_the_middle_nothing_stays_and_the_preview_is_there_again(waiting, monkeypatch) -> None:
    cast, batch = waiting
    sets = ChangeSet.objects.count()

    def stop() -> None:
        def act() -> None:
            actions.stop(cast.actor("diskominfo"), batch)
            connection.close()

        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    looked = told(monkeypatch, batch.job, 30, stop)
    assert looked == [(0, 60), (10, 60), (20, 60)]
    batch.refresh_from_db()
    batch.job.refresh_from_db()
    assert (batch.state, batch.job.state) == ("preview", "cancelled")
    assert not Element.objects.exists() and ChangeSet.objects.count() == sets
    page = cast.client("diskominfo").get(f"/en/di/uji/impor/{batch.uid}/")
    assert "Nothing was saved" in page.content.decode()
    actions.confirm(cast.actor("diskominfo"), batch)
    assert Element.objects.count() == 60


def test_the_page_shows_how_far_it_is_and_offers_to_stop(waiting) -> None:
    cast, batch = waiting
    Job.objects.filter(pk=batch.job.pk).update(state="running", done=30, total=60)
    page = cast.client("diskominfo").get(f"/en/di/uji/impor/{batch.uid}/").content.decode()
    assert "30 of 60 rows written (50" in page and "hentikan/" in page
    assert cast.client("stranger").post(f"/di/uji/impor/{batch.uid}/hentikan/").status_code == 404
