"""Two people close one action at the same moment, each on a connection of its own: one of them did, the other is told who."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from pendapa.kernel.history import actions as history
from pendapa.kernel.history.models import Revision
from pendapa.roadmap.models import Action
from tests.cast import Cast, make_cast
from tests.roadmap.plans import action, initiative

pytestmark = pytest.mark.django_db(transaction=True)
PAGES, API = "/di/uji/peta-rencana/aksi/", "/api/v1/institutions/uji/actions/"
TIMES = 3
"""Whoever comes first differs; so that both orders are likely to be seen."""


@pytest.fixture
def people() -> Cast:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, and tests keep it in memory")
    return make_cast()


def together(*work: Callable[[], Any]) -> list[Any]:
    """What each piece of work gave, all begun at once."""
    start, given = threading.Barrier(len(work)), [None] * len(work)

    def run(number: int) -> None:
        try:
            start.wait(10)
            given[number] = work[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def closed(row: Action) -> str:
    """Who closed it; it was closed once, and nothing of the other is in the history."""
    fresh = Action.objects.get(pk=row.pk)
    assert fresh.state == "done" and fresh.version == 2
    assert Revision.objects.filter(target_uid=row.uid).count() == 2
    return fresh.done_by


def test_of_two_who_press_finish_at_once_one_finishes_and_the_other_is_told_who_did(people: Cast) -> None:
    browsers = {"Head": people.client("head"), "Operator": people.client("operator")}
    under = initiative(people)
    for number in range(TIMES):
        row = action(people, under, f"Susun SOP {number}", repeats="monthly", due=under.starts_on)

        def press(name: str, row: Action = row) -> Any:
            sent = {"verb": "finish", "version": "1", "result": f"Oleh {name}"}
            return browsers[name].post(f"{PAGES}{row.uid}/kerja/", sent, follow=True)

        pages = dict(zip(browsers, together(lambda: press("Head"), lambda: press("Operator")), strict=True))
        first = closed(row)
        (second,) = set(browsers) - {first}
        assert [page.status_code for page in pages.values()] == [200, 200]
        # The contexts of pages that are drawn at once are mixed up by the test client: their texts are not.
        told = f"{first} menyelesaikan aksi ini"
        assert told in pages[second].content.decode() and told not in pages[first].content.decode()
        assert Action.objects.get(pk=row.pk).result == f"Oleh {first}"
        assert Action.objects.filter(title=row.title, state="todo").count() == 1, "the series goes on once"
    assert history.verify(people.institution) == []


def test_of_two_requests_at_once_one_finishes_and_the_other_gets_409_with_who_and_when(people: Cast) -> None:
    programs = {"Head": people.client("head"), "Operator": people.client("operator")}
    under = initiative(people)
    for number in range(TIMES):
        row = action(people, under, f"Susun SOP {number}")

        def send(name: str, row: Action = row) -> Any:
            return programs[name].patch(
                f"{API}{row.uid}",
                {"state": "done", "result": f"Oleh {name}"},
                content_type="application/json",
                headers={"If-Match": '"1"'},
            )

        answers = dict(zip(programs, together(lambda: send("Head"), lambda: send("Operator")), strict=True))
        first = closed(row)
        (second,) = set(programs) - {first}
        assert (answers[first].status_code, answers[second].status_code) == (200, 409)
        said = answers[second].json()
        assert said["who"] == first and re.match(r"\d{4}-\d{2}-\d{2}T", said["at"])


def test_closing_and_cancelling_at_once_leaves_the_one_that_came_first(people: Cast) -> None:
    browsers = {"done": people.client("head"), "cancelled": people.client("operator")}
    under = initiative(people)
    for number in range(TIMES):
        row = action(people, under, f"Susun SOP {number}")

        def press(verb: str, state: str, row: Action = row) -> Any:
            sent = {"verb": verb, "version": "1", "reason": "Sudah tidak perlu"}
            return browsers[state].post(f"{PAGES}{row.uid}/kerja/", sent, follow=True)

        pages = together(lambda: press("finish", "done"), lambda: press("cancel", "cancelled"))
        fresh = Action.objects.get(pk=row.pk)
        assert fresh.state in browsers and fresh.version == 2
        assert Revision.objects.filter(target_uid=row.uid).count() == 2
        assert [page.status_code for page in pages] == [200, 200]


def test_deleting_and_finishing_at_once_leaves_the_one_that_came_first_and_the_other_is_told(
    people: Cast,
) -> None:
    browsers = {"delete": people.client("head"), "finish": people.client("operator")}
    under = initiative(people)
    for number in range(TIMES):
        row = action(people, under, f"Susun SOP {number}")

        def press(verb: str, tail: str, row: Action = row) -> Any:
            return browsers[verb].post(
                f"{PAGES}{row.uid}/{tail}/", {"verb": verb, "version": "1"}, follow=True
            )

        deleting, finishing = together(lambda: press("delete", "hapus"), lambda: press("finish", "kerja"))
        fresh = Action.objects.get(pk=row.pk)
        assert fresh.version == 2 and (fresh.state == "done") == (fresh.deleted_at is None)
        assert finishing.status_code == 200 and deleting.status_code == (200 if fresh.deleted_at else 422)
        if fresh.deleted_at:
            assert finishing.redirect_chain[0][0] == PAGES and "Head" in finishing.content.decode()
    assert history.verify(people.institution) == []
