"""Calendar feeds: a secret address, what a calendar program reads there, and when it holds no more."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.calendars import actions_feeds as actions
from pendapa.kernel.calendars import feeds
from pendapa.kernel.calendars.models import Feed
from pendapa.kernel.tenancy.models import Assignment
from pendapa.roadmap.actions import action_plan
from tests.cast import cast  # noqa: F401
from tests.roadmap.plans import action, initiative

DUE = date(2027, 3, 31)


@pytest.fixture(autouse=True)
def _no_earlier_readings():
    cache.clear()


def address(cast, who, unit=None):  # noqa: F811
    made = actions.make(cast.actor(who), cast.institution, unit.uid if unit else None)
    return f"/kalender/{made.secret}.ics"


def titles(client, where):
    answer = client.get(where)
    assert answer.status_code == 200
    return {str(one["summary"]) for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def strictly(body: bytes) -> list[str]:
    """The unfolded lines; fails where the bytes break RFC 5545: CRLF alone, 75 octets at most, names, balance."""
    assert (
        body.endswith(b"\r\n")
        and b"\n" not in body.replace(b"\r\n", b"")
        and b"\r" not in body.replace(b"\r\n", b"")
    )
    raw = body.split(b"\r\n")[:-1]
    assert all(0 < len(one) <= 75 for one in raw)
    for one in raw:
        one.decode()  # a fold never cuts a character
    lines: list[str] = []
    for one in raw:
        if one[:1] in (b" ", b"\t"):
            lines[-1] += one[1:].decode()
        else:
            lines.append(one.decode())
    open_ones = []
    for one in lines:
        assert re.fullmatch(r'[A-Z0-9-]+(;[A-Z0-9-]+=("[^"]*"|[^";:,]*))*:.*', one), one
        name, _colon, value = one.partition(":")
        assert not re.search(r"(?<!\\)(?:\\\\)*[\x00-\x08\x0a-\x1f\x7f]", value)
        if name == "BEGIN":
            open_ones.append(value)
        elif name == "END":
            assert open_ones.pop() == value
    assert open_ones == [] and lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert {"VERSION:2.0"} <= set(lines) and any(one.startswith("PRODID:") for one in lines)
    return lines


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=200)


@given(TEXT, TEXT, st.dates(date(2000, 1, 1), date(2100, 12, 30)))
def test_whatever_people_write_reads_back_as_it_was(title, detail, day):
    row = feeds.Entry(
        "action-1", title, day, detail, "/di/uji/", "open", 3, datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    body = feeds.write("Uji", "", [row], "https://pendapa.example")
    strictly(body)
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    told = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", re.sub(r"\r\n?", "\n", title))
    assert str(event["summary"]) == told
    assert event.decoded("dtstart") == day and event.decoded("dtend") == day + timedelta(days=1)
    assert event["sequence"] == 3 and str(event["url"]) == "https://pendapa.example/di/uji/"


def test_a_person_reads_what_is_due_for_it_alone(cast, client):  # noqa: F811
    under = initiative(cast)
    mine = action(
        cast, under, "Susun SOP; rapat, lalu kirim\\selesai", person=cast.users["operator"].pk, due=DUE
    )
    action(cast, under, "Milik kepala", person=cast.users["head"].pk, due=DUE)
    action(cast, under, "Tanpa tanggal", person=cast.users["operator"].pk)
    answer = client.get(address(cast, "operator"))
    assert answer["Content-Type"].startswith("text/calendar") and answer["Cache-Control"].startswith(
        "private"
    )
    lines = strictly(answer.content)
    assert f"UID:action-{mine.uid}@pendapa" in lines and "DTSTART;VALUE=DATE:20270331" in lines
    assert "SUMMARY:Susun SOP\\; rapat\\, lalu kirim\\\\selesai" in lines
    assert sum(one == "BEGIN:VEVENT" for one in lines) == 1
    assert any("Rencana aksi" in one or "Action plan" in one for one in lines)


def test_a_change_keeps_the_uid_and_what_is_unchanged_is_not_sent_again(cast, client):  # noqa: F811
    row = action(cast, initiative(cast), person=cast.users["operator"].pk, due=DUE)
    where = address(cast, "operator")
    first = client.get(where)
    assert client.get(where).content == first.content
    assert client.get(where, headers={"If-None-Match": first["ETag"]}).status_code == 304
    action_plan.finish(cast.actor("operator"), row, 1)
    second = client.get(where)
    (event,) = icalendar.Calendar.from_ical(second.content).walk("VEVENT")
    assert event["uid"] == f"action-{row.uid}@pendapa" and event["sequence"] == 2
    assert str(event["summary"]).startswith("✓ ") and second["ETag"] != first["ETag"]


def test_an_agency_feed_holds_what_the_agency_does(cast, client):  # noqa: F811
    under = initiative(cast)
    action(cast, under, "Dinas", due=DUE)
    action(cast, under, "Puskesmas", unit=cast.subunit, due=DUE)
    action(
        cast,
        initiative(cast, unit=cast.other_unit),
        "Dukcapil",
        who="other_operator",
        unit=cast.other_unit,
        due=DUE,
    )
    assert titles(client, address(cast, "head", cast.unit)) == {"Dinas", "Puskesmas"}
    assert titles(client, address(cast, "sekda", cast.other_unit)) == {"Dukcapil"}
    with pytest.raises(actions.Refused):
        actions.make(cast.actor("head"), cast.institution, cast.other_unit.uid)


def test_rights_are_those_of_the_moment_of_reading(cast, client):  # noqa: F811
    action(cast, initiative(cast), "Dinas", due=DUE)
    where = address(cast, "head", cast.unit)
    assert titles(client, where) == {"Dinas"}
    held = Assignment.objects.filter(user=cast.users["head"])
    held.update(unit=cast.other_unit)
    assert titles(client, where) == set()
    held.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get(where).status_code == 404


@pytest.mark.parametrize("ended", ["revoked", "switched off", "unit gone"])
def test_an_ended_feed_answers_as_if_it_had_never_been(cast, client, ended):  # noqa: F811
    where = address(cast, "head", cast.unit)
    if ended == "revoked":
        actions.revoke(cast.actor("head"), cast.institution, Feed.objects.get().pk)
    elif ended == "switched off":
        type(cast.users["head"]).objects.filter(pk=cast.users["head"].pk).update(is_active=False)
    else:
        type(cast.unit).objects.filter(pk=cast.unit.pk).update(deleted_at=timezone.now())
    never = client.get(f"/kalender/{feeds.new_secret()}.ics")
    gone = client.get(where)
    assert (gone.status_code, gone.content) == (404, never.content)


@pytest.mark.parametrize("text", ["x", "a" * 44, "ä" * 43, "'" * 43, "a" * 5000])
def test_what_is_no_secret_finds_nothing(db, client, text):
    assert client.get(f"/kalender/{text}.ics").status_code == 404


def test_the_secret_is_shown_once_and_kept_as_a_digest_alone(cast):  # noqa: F811
    client = cast.client("operator")
    told = client.post("/di/uji/kalender/", {"unit": ""}).content.decode()
    secret = re.search(r"/kalender/([A-Za-z0-9_-]{43})\.ics", told)[1]
    assert client.get(f"/kalender/{secret}.ics").status_code == 200
    again = client.get("/di/uji/kalender/").content.decode()
    assert secret not in again and Feed.objects.get().digest == feeds.digest_of(secret)
    client.post(f"/di/uji/kalender/{Feed.objects.get().pk}/cabut/")
    assert client.get(f"/kalender/{secret}.ics").status_code == 404


def test_nobody_revokes_or_makes_what_is_not_theirs(cast):  # noqa: F811
    actions.make(cast.actor("operator"), cast.institution)
    number = Feed.objects.get().pk
    assert cast.client("head").post(f"/di/uji/kalender/{number}/cabut/").status_code == 404
    assert cast.client("stranger").get("/di/uji/kalender/").status_code == 404
    for unit in (cast.other_unit.uid, "x"):
        assert cast.client("operator").post("/di/uji/kalender/", {"unit": str(unit)}).status_code == 422
    for _n in range(actions.MOST - 1):
        actions.make(cast.actor("operator"), cast.institution)
    with pytest.raises(actions.Refused):
        actions.make(cast.actor("operator"), cast.institution)


def test_a_program_that_asks_without_end_is_told_to_wait(cast, client):  # noqa: F811
    where = address(cast, "operator")
    codes = [client.get(where).status_code for _n in range(actions.AN_HOUR + 1)]
    assert codes[:-1] == [200] * actions.AN_HOUR and codes[-1] == 429


def test_a_provider_that_fails_leaves_the_others(cast, client):  # noqa: F811
    action(cast, initiative(cast), "Susun SOP", person=cast.users["operator"].pk, due=DUE)

    def broken(*given):
        raise RuntimeError

    feeds.offer("zz-broken", broken)
    try:
        assert titles(client, address(cast, "operator")) == {"Susun SOP"}
    finally:
        feeds._offers.pop("zz-broken")


def test_a_feed_asks_the_database_the_same_however_much_is_due(cast, client, django_assert_max_num_queries):  # noqa: F811
    where = address(cast, "head", cast.unit)
    for n in range(12):
        action(
            cast, initiative(cast, title=f"Inisiatif {n}"), f"Aksi {n}", due=DUE, person=cast.users["head"].pk
        )
    with django_assert_max_num_queries(9):
        client.get(where)
