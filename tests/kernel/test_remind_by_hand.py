"""Reminding by one tap: who may, once a day, into the one digest of the day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import gettext as _

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.notices import actions, sending
from pendapa.kernel.notices.models import Notice, Told
from pendapa.kernel.refusing import Refused
from tests.cast import Cast
from tests.kernel.reminding import DUE, Room, moment, room

__all__ = ["room"]
pytestmark = pytest.mark.django_db
NEXT = DUE + timedelta(days=1)


def tap(cast: Cast, who: str, key: str = "task:1", day: Any = DUE) -> str:
    return actions.remind_now(cast.actor(who), cast.institution, key, day=day, now=moment(day))


def test_a_tap_reminds_who_is_to_do_it_and_says_whom(cast: Cast, room: Room) -> None:
    room.add(cast)
    assert tap(cast, "sekda") == "Operator"
    notice = Notice.objects.get()
    assert notice.user == cast.users["operator"] and notice.items[0]["by"] == "Sekda"


def test_the_same_thing_goes_to_the_same_person_once_a_day_whoever_taps(cast: Cast, room: Room) -> None:
    room.add(cast)
    tap(cast, "sekda")
    for who in ("sekda", "head", "diskominfo"):
        with pytest.raises(Refused):
            tap(cast, who)
    assert tap(cast, "head", day=NEXT) == "Operator"
    assert Told.objects.get(rung="hand").by_hand == 2


def test_what_has_nobody_goes_to_the_head_and_a_head_does_not_remind_itself(cast: Cast, room: Room) -> None:
    room.add(cast, who=None)
    assert tap(cast, "sekda") == "Head"
    assert Notice.objects.get().items[0]["why"] == "nobody"
    with pytest.raises(Refused):
        tap(cast, "head", day=NEXT)


def test_who_may_not_or_sees_nothing_there_gets_one_answer(cast: Cast, room: Room) -> None:
    room.add(cast)
    room.add(cast, 2, unit=cast.other_unit)
    room.hidden.add((cast.users["sekda"].pk, "task:1"))
    for who, key in (
        ("operator", "task:1"), ("verifier", "task:1"), ("foreigner", "task:1"), ("stranger", "task:1"), ("head", "task:2"),
        ("sekda", "task:1"), ("diskominfo", "task:9"), ("diskominfo", "other:1"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            tap(cast, who, key)
    room.offer(permission="")
    with pytest.raises(NotFound):
        tap(cast, "diskominfo")
    assert not Notice.objects.exists() and not Told.objects.exists()


def test_one_of_several_that_may_not_be_reminded_of_sends_nothing(cast: Cast, room: Room) -> None:
    room.add(cast)
    room.add(cast, 2, unit=cast.other_unit)
    with pytest.raises(NotFound):
        actions.remind_many(cast.actor("head"), cast.institution, ["task:1", "task:2"], day=DUE)
    assert not Notice.objects.exists()
    done = actions.remind_many(cast.actor("sekda"), cast.institution, ["task:1", "task:2", "task:1"], day=DUE)
    assert done.names == ("Operator",) and done.skipped == 0
    assert len(Notice.objects.get().items) == 2


def test_a_tap_joins_the_digest_of_the_day_and_only_what_is_new_goes_out(
    cast: Cast, room: Room, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("PENDAPA_EMAIL_FOLDER", str(tmp_path))
    room.add(cast, 1)
    actions.remind(cast.institution, NEXT, now=moment(NEXT))
    assert sending.send_due(cast.institution, moment(NEXT)) == {"sent": 1, "failed": 0, "later": 0}
    room.add(cast, 2)
    page = Notice.objects.get(channel="page")
    actions.read(cast.actor("operator"), cast.institution, page.uid)
    tap(cast, "sekda", "task:2", NEXT)
    page.refresh_from_db()
    assert page.read_at is None and [item["key"] for item in page.items] == ["task:1", "task:2"]
    assert sending.send_due(cast.institution, moment(NEXT))["sent"] == 1
    assert Notice.objects.count() == 2, "one digest a day and way"
    # Two messages of one second may stand in one file.
    written = "".join(file.read_text() for file in tmp_path.iterdir()).split("-" * 79)
    first, second = sorted((m for m in written if "Subject:" in m), key=lambda text: "SOP 2" in text)
    assert "SOP 1" in first and "SOP 1" not in second and "SOP 2" in second


def test_the_digest_joins_what_was_reminded_by_hand_earlier_that_day(cast: Cast, room: Room) -> None:
    room.add(cast, 1)
    room.add(cast, 2)
    tap(cast, "sekda", "task:1", NEXT)
    (made,) = actions.remind(cast.institution, NEXT, now=moment(NEXT))
    assert len(made.items) == 2
    assert [item["rung"] for item in Notice.objects.get().items] == ["after_1", "after_1"], "each thing once"
    assert actions.remind(cast.institution, NEXT, now=moment(NEXT)) == []


def test_a_tap_stops_no_rung_of_the_ladder(cast: Cast, room: Room) -> None:
    room.add(cast)
    tap(cast, "sekda")
    assert [one.user.name for one in actions.remind(cast.institution, NEXT, now=moment(NEXT))] == ["Operator"]


def test_the_button_answers_with_and_without_a_script(cast: Cast, room: Room) -> None:
    room.add(cast)
    room.add(cast, 2)
    client = cast.client("head")
    address = "/di/uji/pengingat/ingatkan/"
    plain = client.post(address, {"key": "task:1", "next": "/di/uji/beranda/"}, follow=True)
    assert (
        plain.redirect_chain[0][0] == "/di/uji/beranda/"
        and _("Reminded: %(names)s.") % {"names": "Operator"} in plain.content.decode()
    )
    live = client.post(address, {"key": "task:2"}, headers={"HX-Request": "true"})
    assert (
        _("reminded: %(names)s") % {"names": "Operator"} in live.content.decode()
        and "<html" not in live.content.decode()
    )
    again = client.post(address, {"key": "task:2"}, headers={"HX-Request": "true"})
    assert (
        again.status_code == 200
        and _("nobody to remind, or reminded today already") in again.content.decode()
    )
    assert cast.client("operator").post(address, {"key": "task:1"}).status_code == 404
    assert client.post(address, {"key": "\x00"}).status_code in (400, 404)
    assert client.get(address).status_code == 405
