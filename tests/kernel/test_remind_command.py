"""``pendapa remind``, and the worker that asks by itself once a working day."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pendapa.cli.app import app
from pendapa.kernel.commands import Fault
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.notices import actions, cli, clock
from pendapa.kernel.notices.models import Notice, Told
from tests.cast import Cast
from tests.kernel.reminding import DUE, Room, moment, room

__all__ = ["room"]
pytestmark = pytest.mark.django_db
DAY = DUE + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_today", lambda: DAY)


def run(*more: str) -> Any:
    return CliRunner().invoke(app, ["remind", "--day", DAY.isoformat(), *more])


def test_a_dry_run_shows_who_would_be_told_and_writes_nothing(cast: Cast, room: Room) -> None:
    room.add(cast)
    done = run("--institution", "UJI", "--dry-run", "--format", "json")
    assert done.exit_code == 0
    (one,) = json.loads(done.stdout)
    assert (one["institution"], one["person"], one["channels"], one["late"]) == (
        "uji",
        "operator@uji.example",
        ["page"],
        1,
    )
    assert one["items"] == [
        {
            "key": "task:1",
            "title": "Susun SOP 1",
            "due": "2026-11-18",
            "rung": "after_1",
            "why": "",
            "who": "",
        }
    ]
    assert not Notice.objects.exists() and not Told.objects.exists()


def test_without_an_institution_all_are_asked_and_told_once(cast: Cast, room: Room) -> None:
    room.add(cast)
    table = run("--format", "table")
    assert table.exit_code == 0 and "Operator" in table.stdout
    assert Notice.objects.count() == 1
    assert json.loads(run("--format", "json").stdout) == []


@pytest.mark.parametrize(("days", "more"), [(1, []), (-367, []), (367, ["--dry-run"])])
def test_the_digests_of_a_day_to_come_or_of_another_year_are_not_made(
    cast: Cast, room: Room, days: int, more: list[str]
) -> None:
    room.add(cast)
    asked = (DAY + timedelta(days=days)).isoformat()
    done = CliRunner().invoke(app, ["remind", "--day", asked, *more])
    assert isinstance(done.exception, Fault) and asked in str(done.exception)
    assert not Notice.objects.exists() and not Told.objects.exists()


def test_the_digests_of_tomorrow_can_be_looked_at(cast: Cast, room: Room) -> None:
    room.add(cast)
    asked = (DAY + timedelta(days=1)).isoformat()
    done = CliRunner().invoke(app, ["remind", "--day", asked, "--dry-run", "--format", "json"])
    assert done.exit_code == 0 and json.loads(done.stdout)[0]["day"] == asked


def test_an_unknown_institution_and_a_day_that_is_none_are_refused_in_words(cast: Cast) -> None:
    for arguments, said in ((["--institution", "tidak-ada"], "tidak-ada"), (["--day", "besok"], "besok")):
        done = CliRunner().invoke(app, ["remind", *arguments])
        assert isinstance(done.exception, Fault) and said in str(done.exception)


def started(hour: int, day: Any = DAY) -> list[Job]:
    return clock.tick(moment(day, hour))


def test_the_worker_makes_the_digests_once_a_working_day_after_the_quiet_hours(
    cast: Cast, room: Room
) -> None:
    room.add(cast)
    assert started(3) == []
    begun = started(8)
    assert {job.institution.code for job in begun} == {"uji", "lain"} and {job.name for job in begun} == {
        clock.REMIND
    }
    assert started(8) == [], "they wait already"
    for job in begun:
        jobs.run(job)
        job.refresh_from_db()
        assert job.state == "done"
    assert Notice.objects.get().day == DAY
    assert started(9) == [] and started(17) == []
    assert started(9, DAY + timedelta(days=2)) == [], "a Saturday"
    assert len(started(9, DAY + timedelta(days=4))) == 2


def test_a_failed_morning_is_tried_again_a_few_times(cast: Cast, room: Room) -> None:
    for _try in range(clock.TRIES):
        assert len(started(9)) == 2
        Job.objects.filter(name=clock.REMIND, state="waiting").update(state="failed")
    assert started(9) == []


def test_what_waited_through_the_quiet_hours_is_sent_by_the_worker(
    cast: Cast, room: Room, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("PENDAPA_EMAIL_FOLDER", str(tmp_path))
    room.add(cast)
    actions.remind(cast.institution, DAY, now=moment(DAY, 19))
    next_day = DAY + timedelta(days=1)
    assert started(20) == []
    begun = [job for job in started(8, next_day) if job.institution == cast.institution]
    assert [job.name for job in begun] == [clock.REMIND], "the digests of the day carry the others along"
    Job.objects.filter(name=clock.REMIND).update(state="done")
    assert [job.name for job in started(8, next_day)] == [clock.SEND]
    assert started(8, next_day) == [], "one at a time"
