"""What of the action plan waits for a person, is told to an OPD, and is reminded of."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.notices import actions as reminding
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.waiting import duties, ports
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action, Initiative, InitiativePartner
from tests.cast import WHO, cast  # noqa: F401
from tests.roadmap.plans import action, initiative


def day(days: int):
    return timezone.localdate() + timedelta(days=days)


def waiting(cast, who):  # noqa: F811
    found = [one for one in ports.groups(cast.actor(who), cast.institution) if one.key == "actions"]
    return [(urgency, row.title) for one in found for urgency, row in one.rows]


def test_the_own_actions_that_are_late_or_due_soon_wait(cast):  # noqa: F811
    under, me = initiative(cast), cast.users["operator"].pk
    action(cast, under, "Terlambat", person=me, due=day(-1))
    action(cast, under, "Segera", person=me, due=day(7))
    action(cast, under, "Nanti", person=me, due=day(8))
    action(cast, under, "Tanpa tanggal", person=me)
    action(cast, under, "Milik kepala", person=cast.users["head"].pk, due=day(1))
    assert waiting(cast, "operator") == [("late", "Terlambat"), ("soon", "Segera")]
    assert waiting(cast, "head") == [("soon", "Milik kepala")]
    for who in set(WHO) - {"operator", "head", "public"}:
        assert waiting(cast, who) == []
    late = Action.objects.get(title="Terlambat")
    actions.finish(cast.actor("operator"), late, 1)
    assert waiting(cast, "operator") == [("soon", "Segera")]


def test_an_agency_is_told_what_it_has_to_do(cast):  # noqa: F811
    under = initiative(cast)
    action(cast, under, "Terlambat", unit=cast.subunit, person_name="Bu Rina", due=day(-1))
    action(cast, under, "Tanpa orang")
    told = {one.text: one.count for one in duties.of(cast.actor("sekda"), cast.institution, cast.unit)}
    assert sorted(told.values()) == [1, 1, 2]
    seen = duties.of(cast.actor("other_operator"), cast.institution, cast.unit)
    assert not [one for one in seen if "/aksi/" in one.url]


def test_reminders_are_told_of_open_actions_with_a_due_day(cast):  # noqa: F811
    under = initiative(cast)
    Initiative.objects.update(ends_on=None)
    row = action(cast, under, "Susun SOP", person=cast.users["operator"].pk, due=day(1))
    action(cast, under, "Tanpa tanggal")
    (told,) = [one for one in notices.dues(cast.institution, day(0)) if one.key.startswith("action:")]
    assert (told.key, told.person, told.unit, told.detail) == (
        f"action:{row.uid}", cast.users["operator"], cast.unit, "Satu pintu layanan",
    )  # fmt: skip
    assert notices.find(cast.institution, [told.key], day(0)) == {told.key: told}
    offer = notices.of(told.key)
    keys = [told.key, "action:x", f"action:{uuid.uuid4()}"]
    assert offer.visible(cast.actor("head"), cast.institution, keys) == {told.key}
    assert offer.visible(cast.actor("other_operator"), cast.institution, keys) == set()
    assert notices.find(cast.institution, ["action:x"], day(0)) == {}
    actions.finish(cast.actor("operator"), row, 1)
    assert notices.find(cast.institution, [told.key], day(0)) == {}


def test_an_action_without_day_and_person_is_asked_for_by_the_end_of_its_initiative(cast):  # noqa: F811
    row = action(cast, initiative(cast), "Tanpa siapa dan kapan")
    Initiative.objects.update(starts_on=None, ends_on=day(-3))
    (told,) = [one for one in notices.dues(cast.institution, day(0)) if one.key.startswith("action:")]
    assert (told.key, told.due, told.person) == (f"action:{row.uid}", day(-3), None)
    assert notices.find(cast.institution, [told.key], day(0)) == {told.key: told}


def test_reminding_of_many_actions_asks_no_more_than_of_two(cast):  # noqa: F811
    under, asked = initiative(cast), []
    keys = [f"action:{action(cast, under, f'Aksi {n}', due=day(-n)).uid}" for n in range(1, 23)]
    for some in (keys[:2], keys[2:]):
        with CaptureQueriesContext(connection) as told:
            reminding.remind_many(cast.actor("sekda"), cast.institution, some)
        asked.append(len(told))
    assert asked[1] <= asked[0]


@pytest.mark.parametrize("takes_part", [True, False])
def test_the_name_of_an_initiative_goes_with_its_action_to_those_who_take_part_alone(cast, takes_part):  # noqa: F811
    under = initiative(cast, title="Inisiatif rahasia", partners=[cast.other_unit])
    row = action(cast, under, "Padankan NIK", who="other_operator", unit=cast.other_unit,
                 person=cast.users["other_operator"].pk, due=day(1))  # fmt: skip
    if not takes_part:
        InitiativePartner.objects.update(deleted_at=timezone.now())
    told = cast.client("other_operator").get(f"/di/uji/peta-rencana/aksi/{row.uid}/").content.decode()
    listed = cast.client("other_operator").get("/di/uji/peta-rencana/aksi/").content.decode()
    rows = [
        row for one in ports.groups(cast.actor("other_operator"), cast.institution) for _u, row in one.rows
    ]
    (due,) = [one for one in notices.dues(cast.institution, day(0)) if one.key == f"action:{row.uid}"]
    seen = ["Inisiatif rahasia" in text for text in (told, listed, str(rows), due.detail)]
    assert "Padankan NIK" in told and seen == [takes_part] * 4
