"""Reminders by requests: one's own for everybody, those of all for who sets the ladder; reminding by hand, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pendapa.kernel.calendars import queries as calendars
from pendapa.kernel.notices import actions
from pendapa.kernel.notices.models import Notice, Told
from tests.api.programs import Program, program
from tests.cast import WHO, Cast
from tests.kernel.reminding import Room, moment, room

__all__ = ["room"]
pytestmark = pytest.mark.django_db
URL = "/api/v1/institutions/uji/reminders"
READ, OF_ALL, REMIND = "reminders.view", "reminders.settings", "test.remind"


@pytest.fixture
def day(cast: Cast) -> date:
    """The first day of work from today on."""
    known, today = calendars.calendar(cast.institution), timezone.localdate()
    return next(d for d in (today + timedelta(days=n) for n in range(30)) if known.workday(d))


def late(cast: Cast, room: Room, day: date, number: int = 1, **more: Any) -> None:
    room.add(cast, number, due=day - timedelta(days=1), **more)


def told(program: Program, day: date, more: str = "") -> dict[str, list[str]]:
    """Titles by the person who is told of them."""
    answer = program.get(f"{URL}?day={day}{more}")
    assert answer.status_code == 200, answer.content
    return {
        one["person"].partition("@")[0]: [i["title"] for i in one["items"]] for one in answer.json()["items"]
    }


def test_everybody_reads_the_own_reminders_and_the_secretariat_those_of_all(
    cast: Cast, room: Room, day: date
) -> None:
    late(cast, room, day)
    late(cast, room, day, 2, who="other_operator", unit=cast.other_unit)
    late(cast, room, day, 3, who=None)
    everybody = {
        "operator": ["Susun SOP 1"],
        "head": ["Susun SOP 3"],
        "other_operator": ["Susun SOP 2"],
    }
    for who in ("operator", "head", "other_operator", "sekda", "verifier"):
        expected = {who: everybody[who]} if who in everybody else {}
        assert told(program(cast, who, READ), day) == expected
    assert told(program(cast, "diskominfo", READ, OF_ALL), day) == everybody
    assert told(program(cast, "diskominfo", READ), day) == {}, "the key may read the own only"
    assert not Notice.objects.exists() and not Told.objects.exists()


def test_it_is_what_the_command_shows_and_then_tells(cast: Cast, room: Room, day: date) -> None:
    late(cast, room, day)
    asked = program(cast, "operator", READ)
    (shown,) = asked.get(f"{URL}?day={day}").json()["items"]
    (made,) = actions.remind(cast.institution, day, now=moment(day))
    assert (shown["subject"], shown["channels"], shown["late"]) == (made.subject, ["page"], 1)
    assert shown["items"][0]["rung"] == "after_1" and shown["items"][0]["key"] == "task:1"
    assert told(asked, day) == {}, "nobody is told twice"


def test_what_the_secretariat_may_not_read_is_left_out_and_not_counted(
    cast: Cast, room: Room, day: date
) -> None:
    late(cast, room, day)
    late(cast, room, day, 2)
    late(cast, room, day, 3, who="head")
    room.hidden |= {(cast.users["diskominfo"].pk, "task:2"), (cast.users["diskominfo"].pk, "task:3")}
    answer = program(cast, "diskominfo", READ, OF_ALL).get(f"{URL}?day={day}").json()
    (one,) = answer["items"]
    assert [i["key"] for i in one["items"]] == ["task:1"] and one["late"] == 1
    assert one["subject"].startswith("1 "), one["subject"]


def test_the_list_comes_in_pages(cast: Cast, room: Room, day: date) -> None:
    for number, who in enumerate(("operator", "head", "other_operator"), 1):
        late(cast, room, day, number, who=who)
    asked = program(cast, "diskominfo", READ, OF_ALL)
    first = asked.get(f"{URL}?day={day}&limit=2").json()
    assert len(first["items"]) == 2 and first["next"]
    rest = asked.get(f"{URL}?day={day}&limit=2&after={first['next']}").json()
    assert len(rest["items"]) == 1 and rest["next"] == ""


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "kemarin"])
def test_a_day_far_off_or_none_is_told_at_its_field(cast: Cast, room: Room, day: str) -> None:
    answer = program(cast, "operator", READ).get(f"{URL}?day={day}")
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "day"


def test_who_has_no_role_or_no_scope_gets_one_answer(cast: Cast, room: Room, day: date) -> None:
    late(cast, room, day)
    for who in WHO:
        if who in ("public", "stranger", "foreigner"):
            assert cast.client(who).get(URL).status_code == 404
    asked = program(cast, "operator", "architecture.view")
    assert asked.get(URL).status_code == 404
    assert asked.post(URL, {"key": "task:1"}).status_code == 404


def test_one_thing_is_reminded_of_once_a_day_by_who_may(cast: Cast, room: Room) -> None:
    late(cast, room, timezone.localdate())
    head = program(cast, "head", REMIND)
    assert program(cast, "operator", READ).post(URL, {"key": "task:1"}).status_code == 404
    for absent in ("task:9", "lain:1", "x"):
        assert head.post(URL, {"key": absent}).status_code == 404
    done = head.post(URL, {"key": "task:1"}, Idempotency_Key="sekali")
    assert (done.status_code, done.json()) == (200, {"reminded": ["Operator"]})
    assert Notice.objects.get().items[0]["by"] == "Head"
    again = head.post(URL, {"key": "task:1"}, Idempotency_Key="sekali")
    assert again.status_code == 200 and again["Idempotency-Replayed"] == "true"
    refused = head.post(URL, {"key": "task:1"})
    assert refused.status_code == 409 and refused.json()["errors"][0]["field"] == "key"
    assert Told.objects.get().by_hand == 1


def test_an_own_reminder_asks_nothing_of_what_others_do(
    cast: Cast, room: Room, day: date, django_assert_max_num_queries: Any
) -> None:
    asked = cast.client("operator")
    late(cast, room, day)
    with django_assert_max_num_queries(25) as few:
        asked.get(f"{URL}?day={day}")
    count = len(few.captured_queries)
    for number in range(2, 30):
        late(cast, room, day, number, who="other_operator" if number % 2 else "head")
    with django_assert_max_num_queries(count):
        asked.get(f"{URL}?day={day}")
