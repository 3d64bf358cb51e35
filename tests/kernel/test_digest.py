"""One digest a person and day: to the right people, once a rung, and nothing on days off."""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import of, system
from pendapa.kernel.calendars import actions as calendars
from pendapa.kernel.notices import actions, choices, ports, rules, words
from pendapa.kernel.notices.actions import Digest
from pendapa.kernel.notices.models import Notice, Told
from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.kernel.waiting import ports as waiting
from tests.cast import Cast, make_unit
from tests.kernel.reminding import DUE, Room, moment, room

__all__ = ["room"]
pytestmark = pytest.mark.django_db
H_PLUS_1 = DUE + timedelta(days=1)


def remind(cast: Cast, day: date = H_PLUS_1, **more: Any) -> dict[str, Digest]:
    made = actions.remind(cast.institution, day, now=moment(day), **more)
    return {one.user.username.partition("@")[0]: one for one in made}


def rungs(digest: Digest) -> list[tuple[str, str, str]]:
    return [(item["key"], item["rung"], item["why"]) for item in digest.items]


def hold_office(cast: Cast, who: str, role: str, unit: Unit | None = None, **more: Any) -> Assignment:
    return Assignment.objects.create(
        user=cast.users[who], institution=cast.institution, role=role, unit=unit, **more
    )


def test_all_that_is_due_comes_in_one_message_and_is_told_once(cast: Cast, room: Room) -> None:
    room.add(cast, 1)
    room.add(cast, 2, due=H_PLUS_1 + timedelta(days=1))
    made = remind(cast)
    assert set(made) == {"operator"}
    assert rungs(made["operator"]) == [("task:1", "after_1", ""), ("task:2", "before_1", "")]
    assert re.fullmatch(r"2 \w+, 1 \w+ \(19 Nov 2026\)", made["operator"].subject)
    assert remind(cast) == {}
    notice = Notice.objects.get()
    assert (notice.channel, notice.state, notice.user) == ("page", "sent", cast.users["operator"])
    assert Told.objects.count() == 2


def test_a_dry_run_says_the_same_and_keeps_nothing(cast: Cast, room: Room) -> None:
    room.add(cast)
    shown = remind(cast, dry_run=True)
    assert not Notice.objects.exists() and not Told.objects.exists()
    assert rungs(shown["operator"]) == rungs(remind(cast)["operator"])


def test_a_storm_after_a_week_offline_is_one_digest_with_each_thing_once(cast: Cast, room: Room) -> None:
    for number in range(30):
        room.add(cast, number, due=DUE + timedelta(days=number % 5))
    day = date(2026, 12, 3)
    made = remind(cast, day)
    assert set(made) == {"operator", "head", "sekda"}
    for who, rung in (("operator", "after_1"), ("head", "after_3"), ("sekda", "after_7")):
        assert len(made[who].items) == 30 and {item["rung"] for item in made[who].items} == {rung}
    assert Notice.objects.count() == 3
    for later in range(1, 8):
        assert remind(cast, day + timedelta(days=later)) == {}


def test_a_holiday_added_afterwards_moves_the_rungs_and_tells_nothing_twice(cast: Cast, room: Room) -> None:
    room.add(cast)
    assert rungs(remind(cast)["operator"]) == [("task:1", "after_1", "")]
    for day in (19, 20, 23):
        calendars.add(
            system(), cast.institution, calendars.Values(date(2026, 11, day), "Libur bersama daerah")
        )
    told = {day: remind(cast, date(2026, 11, day)) for day in range(19, 31)}
    assert [day for day, made in told.items() if made] == [26], "H+3 moved from 23 to 26 November"
    assert rungs(told[26]["head"]) == [("task:1", "after_3", "")]


def test_nobody_is_reminded_on_a_day_off(cast: Cast, room: Room) -> None:
    room.add(cast)
    assert remind(cast, date(2026, 11, 21)) == {}
    assert remind(cast, date(2026, 12, 25)) == {}
    assert not Told.objects.exists()
    assert remind(cast, date(2026, 11, 23))


def test_what_was_put_off_climbs_the_ladder_anew(cast: Cast, room: Room) -> None:
    room.add(cast)
    room.add(cast, 2)
    remind(cast)
    room.dues.clear()
    room.add(cast, due=date(2026, 12, 8))
    room.add(cast, 2)
    assert rungs(remind(cast, date(2026, 12, 7))["operator"]) == [("task:1", "before_1", "")]


def test_what_nobody_is_to_do_goes_to_the_head_at_once_and_says_so(cast: Cast, room: Room) -> None:
    room.add(cast, who=None, due=date(2026, 12, 15))
    made = remind(cast)
    assert set(made) == {"head"} and rungs(made["head"]) == [("task:1", "nobody", "nobody")]
    page = cast.client("head").get(f"/di/uji/pengingat/ringkasan/{Notice.objects.get().uid}/")
    assert _("Nobody is to do it yet: give it to somebody.") in page.content.decode()


def test_an_owner_who_left_is_named_and_the_head_is_told(cast: Cast, room: Room) -> None:
    room.add(cast)
    Assignment.objects.filter(user=cast.users["operator"]).update(valid_to=DUE - timedelta(days=1))
    made = remind(cast)
    assert set(made) == {"head"} and rungs(made["head"]) == [("task:1", "after_1", "left")]
    assert made["head"].items[0]["who"] == "Operator"


@pytest.mark.parametrize("how", ["account closed", "may not read it any more", "no account", "not accepted"])
def test_who_cannot_do_it_any_more_counts_as_gone(cast: Cast, room: Room, how: str) -> None:
    operator = cast.users["operator"]
    room.add(cast, who=None if how == "no account" else "operator", person_name="Operator")
    if how == "account closed":
        operator.is_active = False
        operator.save()
    if how == "may not read it any more":
        room.hidden.add((operator.pk, "task:1"))
    if how == "not accepted":
        operator.assignments.update(accepted_at=None)
    made = remind(cast)
    assert set(made) == {"head"} and rungs(made["head"]) == [("task:1", "after_1", "left")]


def test_an_acting_head_counts_from_and_until_the_day(cast: Cast, room: Room) -> None:
    Assignment.objects.filter(user=cast.users["head"]).update(valid_to=date(2026, 11, 20))
    acting = {"acting": True, "valid_from": date(2026, 11, 23), "valid_to": date(2026, 12, 31)}
    hold_office(cast, "other_operator", "head", cast.unit, **acting)
    room.add(cast)
    assert set(remind(cast, date(2026, 11, 23))) == {"operator", "other_operator"}
    room.add(cast, 2, due=date(2026, 12, 31))
    assert "other_operator" not in remind(cast, date(2027, 1, 7))


def test_a_unit_without_a_head_goes_up_and_in_the_end_to_the_leader(cast: Cast, room: Room) -> None:
    room.add(cast, 1, who=None, unit=cast.subunit)
    room.add(cast, 2, who=None, unit=cast.other_unit)
    room.add(cast, 3, who=None, unit=None)
    made = remind(cast)
    assert rungs(made["head"]) == [("task:1", "after_1", "nobody")]
    assert rungs(made["sekda"]) == [("task:2", "after_1", "nobody")]
    assert rungs(made["diskominfo"]) == [("task:3", "after_1", "nobody")]


def test_what_is_the_heads_own_goes_to_the_head_of_the_day_and_nobody_is_missing(
    cast: Cast, room: Room
) -> None:
    room.add(cast, who=None, of_head=True)
    assert remind(cast, date(2026, 10, 12)) == {}
    assert rungs(remind(cast)["head"]) == [("task:1", "after_1", "")]


def test_a_unit_moved_under_another_finds_the_head_of_the_new_place(cast: Cast, room: Room) -> None:
    section = make_unit(cast.institution, "9.01", "Bidang Aplikasi", cast.unit)
    room.add(cast, who=None, unit=section)
    assert set(remind(cast)) == {"head"}


def test_the_other_institution_hears_nothing(cast: Cast, room: Room) -> None:
    room.add(cast)
    assert actions.remind(cast.other_institution, H_PLUS_1, now=moment(H_PLUS_1)) == []


def test_a_room_that_fails_harms_no_other(cast: Cast, room: Room, caplog: Any) -> None:
    def broken(institution: Any, day: date) -> list[ports.Due]:
        raise ZeroDivisionError

    ports.offer("broken", broken)
    room.add(cast)
    assert set(remind(cast)) == {"operator"}
    assert "could not be asked of broken" in caplog.text


def test_the_digest_waits_in_the_inbox_until_it_is_read(cast: Cast, room: Room) -> None:
    room.add(cast)
    remind(cast)
    operator = cast.actor("operator")
    (group,) = [g for g in waiting.groups(operator, cast.institution) if g.key == "reminders"]
    urgency, row = group.rows[0]
    assert urgency == "late" and "Susun SOP 1" in row.detail
    client = cast.client("operator")
    assert "Susun SOP 1" in client.get(row.url).content.decode()
    assert cast.client("head").get(row.url).status_code == 404
    assert cast.client("head").post(row.read_url).status_code == 404
    assert client.post(row.read_url, {"next": "/di/uji/kotak-masuk/"})["Location"] == "/di/uji/kotak-masuk/"
    assert client.post(row.read_url, {"next": "//evil.example/"})["Location"] == "/di/uji/pengingat/"
    assert not [g for g in waiting.groups(operator, cast.institution) if g.key == "reminders"]
    assert Notice.objects.get().state == "read"


def test_a_rung_is_told_only_where_what_it_says_is_so(cast: Cast, room: Room) -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    wide = choices.usual()
    kept = dataclasses.replace(wide, steps=(rules.Step(-3, "person"), rules.Step(0, "person")))
    actions.set_choices(cast.actor("diskominfo"), cast.institution, kept, wide.mark)
    room.add(cast, 1, due=friday)
    room.add(cast, 2, due=sunday)
    told = {line.title: line.rung for line in words.lines(remind(cast, friday)["operator"].items, friday)}
    assert told == {"Susun SOP 1": _("due today"), "Susun SOP 2": ""}, "on Sunday nobody works"
    room.add(cast, 3, due=DUE)
    (late,) = remind(cast, friday + timedelta(days=3))["operator"].items
    (line,) = words.lines([late], friday + timedelta(days=3))
    assert late["rung"] == "due_day" and line.late and line.rung == ""
    before = {**late, "rung": "before_3"}
    assert words.lines([before], DUE - timedelta(days=1))[0].rung == words.rung("before_3")
    assert words.lines([before], DUE)[0].rung == ""


def test_quiet_hours_hold_the_messages_and_not_the_page(
    cast: Cast, room: Room, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("PENDAPA_EMAIL_FOLDER", str(tmp_path))
    room.add(cast)
    (made,) = actions.remind(cast.institution, H_PLUS_1, now=moment(H_PLUS_1, 20))
    assert made.channels == ("page", "email")
    page, mail = Notice.objects.get(channel="page"), Notice.objects.get(channel="email")
    assert page.state == "sent" and mail.state == "waiting"
    assert timezone.localtime(mail.send_after) == moment(date(2026, 11, 20), 7)


def test_the_number_of_questions_does_not_grow_with_what_is_due(cast: Cast, room: Room) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as seen:
            remind(cast, dry_run=True)
        return len(seen)

    room.add(cast, 0)
    few = questions()
    for number in range(1, 400):
        room.add(
            cast, number, who=None if number % 7 == 0 else "operator", due=DUE + timedelta(days=number % 30)
        )
    assert questions() == few
    assert of(cast.users["operator"], DUE).belongs(cast.institution)
