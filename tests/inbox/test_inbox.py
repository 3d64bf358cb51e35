"""One page for what waits for a person, whichever room it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.inbox import queries
from pendapa.kernel.comments import actions as comments
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.waiting import ports
from pendapa.kernel.waiting.ports import Waiting
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ADDRESS = "/di/uji/kotak-masuk/"


@pytest.fixture
def offered() -> Iterator[None]:
    """A room with three things for the head: one late, one due soon, one whenever."""
    today = timezone.localdate()
    rows = [
        Waiting("Kapan saja", since=timezone.now() - timedelta(days=90)),
        Waiting("Segera", due=today + timedelta(days=2)),
        Waiting("Terlambat", due=today - timedelta(days=3), url="/di/uji/", detail="<b>tiga hari</b>"),
    ]
    ports.offer("uji", "Untuk kepala", lambda actor, place: rows if "Head" in actor.name else [], order=1)
    yield
    ports.withdraw("uji")


def job(cast: Cast, state: str, name: str = "uji", who: str = "operator", days: int = 0) -> Job:
    at: datetime = timezone.now() - timedelta(days=days)
    made = Job.objects.create(
        institution=cast.institution, user=cast.users[who], name=name, state=state, error="Gagal membaca."
    )
    Job.objects.filter(pk=made.pk).update(finished_at=at, created_at=at - timedelta(minutes=1))
    return made


def batch(cast: Cast, state: str, who: str = "operator") -> ImportBatch:
    return ImportBatch.objects.create(
        institution=cast.institution, user=cast.users[who], file_name=f"berkas {state}.xlsx", state=state
    )


def titles(cast: Cast, who: str) -> list[str]:
    found = queries.inbox(cast.actor(who), cast.institution)
    return [row.title for group in found.groups for _urgency, row in group.rows]


def test_who_has_nothing_to_do_is_told_so_kindly(cast: Cast) -> None:
    page = cast.client("sekda").get(ADDRESS).content.decode()
    assert "Tidak ada yang menunggu Anda" in page or "Nothing waits for you" in page


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_who_holds_no_role_here_finds_no_inbox(cast: Cast, who: str) -> None:
    assert cast.client(who).get(ADDRESS).status_code == 404


def test_the_public_is_asked_to_sign_in(cast: Cast) -> None:
    assert cast.client("public").get(ADDRESS).status_code == 302


def test_late_things_stand_first_and_then_what_is_due_and_what_waits_longest(
    cast: Cast, offered: None
) -> None:
    assert titles(cast, "head") == ["Terlambat", "Segera", "Kapan saja"]
    found = queries.inbox(cast.actor("head"), cast.institution)
    assert (found.count, found.late) == (3, 1)


def test_what_a_room_says_is_escaped(cast: Cast, offered: None) -> None:
    page = cast.client("head").get(ADDRESS).content.decode()
    assert "&lt;b&gt;tiga hari" in page and "<b>tiga hari" not in page


def test_each_sees_only_what_waits_for_that_person(cast: Cast, offered: None) -> None:
    job(cast, "failed")
    batch(cast, "preview")
    assert titles(cast, "operator") and not titles(cast, "other_operator") and not titles(cast, "diskominfo")


def test_a_room_that_fails_leaves_the_others_whole(cast: Cast, offered: None) -> None:
    def broken(actor: object, place: object) -> list[Waiting]:
        raise RuntimeError("rusak")

    ports.offer("rusak", "Ruang yang rusak", broken)
    try:
        page = cast.client("head").get(ADDRESS)
        home = cast.client("head").get("/di/uji/arsitektur/")
    finally:
        ports.withdraw("rusak")
    assert page.status_code == home.status_code == 200
    assert "Terlambat" in page.content.decode() and "Ruang yang rusak" in page.content.decode()


def test_own_imports_wait_while_they_are_neither_saved_nor_discarded(cast: Cast) -> None:
    for state in ("reading", "preview", "saved", "discarded"):
        batch(cast, state)
    batch(cast, "preview", "other_operator")
    assert titles(cast, "operator") == ["berkas preview.xlsx"]


def test_own_failed_work_waits_a_week_or_until_it_is_done_again(cast: Cast) -> None:
    job(cast, "failed", "satu", days=1)
    job(cast, "failed", "lama", days=8)
    job(cast, "failed", "diulang", days=2)
    job(cast, "done", "diulang", days=1)
    job(cast, "failed", "orang lain", who="other_operator")
    found = queries.inbox(cast.actor("operator"), cast.institution)
    assert [group.key for group in found.groups] == ["failures"]
    assert found.count == 1 and found.groups[0].rows[0][1].detail == "Gagal membaca."


def test_the_number_in_the_navigation_is_what_the_inbox_counts(cast: Cast, offered: None) -> None:
    actor = cast.actor("head")
    assert ports.badge(actor, cast.institution) == 3
    page = cast.client("head").get("/di/uji/arsitektur/").content.decode()
    assert "<b>3<span" in page
    assert ports.badge(cast.actor("sekda"), cast.institution) is None


def test_pages_do_not_count_again_what_was_counted_a_moment_ago(cast: Cast) -> None:
    client, address = cast.client("operator"), "/di/uji/riwayat/"
    client.get(address)
    with CaptureQueriesContext(connection) as warm:
        client.get(address)
    asked = " ".join(query["sql"] for query in warm)
    assert "kernel_mention" not in asked and "kernel_importbatch" not in asked


def test_a_call_shows_in_the_navigation_at_once(cast: Cast) -> None:
    element = make(cast.unit, "Aplikasi Uji")
    assert ports.badge(cast.actor("head"), cast.institution) is None
    comments.say(cast.actor("operator"), cast.institution, "element", element.uid, "@Head tolong periksa")
    assert ports.badge(cast.actor("head"), cast.institution) == 1


def test_a_call_on_what_one_may_no_longer_see_is_gone_from_inbox_and_number(cast: Cast) -> None:
    element = make(cast.unit, "Aplikasi Rahasia Dinas")
    comments.say(
        cast.actor("operator"), cast.institution, "element", element.uid, "@Other Operator kata sandinya tiga"
    )
    assert titles(cast, "other_operator")
    type(element).objects.filter(pk=element.pk).update(classification="restricted")
    assert titles(cast, "other_operator") == []
    assert ports.total(cast.actor("other_operator"), cast.institution) == 0
    page = cast.client("other_operator").get(ADDRESS).content.decode()
    assert "kata sandinya" not in page and "Rahasia Dinas" not in page


def test_a_call_leaves_the_inbox_when_it_is_marked_as_read(cast: Cast) -> None:
    element = make(cast.unit, "Aplikasi Uji")
    comments.say(cast.actor("operator"), cast.institution, "element", element.uid, "@Head tolong periksa")
    client = cast.client("head")
    assert "tolong periksa" in client.get(ADDRESS).content.decode()
    done = client.post(f"/di/uji/komentar/element/{element.uid}/baca/", {"next": ADDRESS})
    assert done.headers["Location"] == ADDRESS
    assert "tolong periksa" not in client.get(ADDRESS).content.decode()


def test_after_reading_nobody_is_led_to_another_site(cast: Cast) -> None:
    element = make(cast.unit, "Aplikasi Uji")
    for bad in ("https://jahat.example/", "//jahat.example/", "/\\jahat.example"):
        done = cast.client("head").post(f"/di/uji/komentar/element/{element.uid}/baca/", {"next": bad})
        assert "jahat" not in done.headers["Location"]
