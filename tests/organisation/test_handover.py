"""An official moves: the office goes to another person with its open work, and acting roles that end are told in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables.models import ImportBatch
from pendapa.kernel.tenancy.models import Assignment, User
from pendapa.kernel.waiting import ports
from pendapa.organisation import actions, queries
from pendapa.organisation.actions import NewHolder, Refused
from tests.cast import Cast, cast

__all__ = ["cast"]
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def held(cast: Cast, who: str) -> Assignment:
    return Assignment.objects.get(user=cast.users[who], institution=cast.institution)


def draft(cast: Cast, who: str, **more: Any) -> ChangeSet:
    values = {"state": "draft", "unit": cast.unit, **more}
    return ChangeSet.objects.create(
        institution=cast.institution,
        kind="edit",
        author=cast.users[who],
        author_name=who,
        created_at=timezone.now(),
        **values,
    )


def test_the_old_role_ends_the_day_before_the_new_one_begins(cast: Cast) -> None:
    old = held(cast, "head")
    done = actions.hand_over(
        cast.actor("diskominfo"),
        old,
        NewHolder("198001012005011001", "dr. Ratna"),
        TODAY,
        until=TODAY + 90 * DAY,
        acting=True,
    )
    old.refresh_from_db()
    assert old.valid_to == TODAY - DAY
    assert (done.begun.valid_from, done.begun.valid_to, done.begun.acting) == (TODAY, TODAY + 90 * DAY, True)
    assert done.begun.taken_over_from == old and done.link
    assert not cast.actor("head").belongs(cast.institution)
    new = access.of(done.begun.user)
    new.here = cast.institution
    with translation.override("en"):
        assert new.role_label == "Acting OPD head, Dinas Kesehatan"


def test_open_work_of_the_office_goes_along_and_no_other(cast: Cast) -> None:
    mine, returned, elsewhere = draft(cast, "operator"), draft(cast, "operator", state="returned"), None
    elsewhere = draft(cast, "operator", unit=cast.other_unit)
    applied = draft(cast, "operator", state="applied")
    batch = ImportBatch.objects.create(
        institution=cast.institution,
        user=cast.users["operator"],
        unit=cast.subunit,
        file_name="a.csv",
        state="preview",
    )
    Assignment.objects.create(
        user=cast.users["operator"], institution=cast.institution, unit=cast.other_unit, role="operator"
    )
    old = Assignment.objects.get(user=cast.users["operator"], unit=cast.unit)
    done = actions.hand_over(cast.actor("head"), old, cast.users["other_operator"])
    for row in (mine, returned, elsewhere, applied, batch):
        row.refresh_from_db()
    taker = cast.users["other_operator"]
    assert (mine.author, returned.author, batch.user) == (taker, taker, taker)
    assert (elsewhere.author, applied.author) == (cast.users["operator"], cast.users["operator"])
    assert [count for _title, count in done.moved] == [2, 1]


def test_a_handover_of_a_day_to_come_leaves_the_work_until_then(cast: Cast) -> None:
    mine = draft(cast, "operator")
    old = held(cast, "operator")
    done = actions.hand_over(cast.actor("diskominfo"), old, cast.users["head"], TODAY + DAY)
    mine.refresh_from_db()
    assert done.later and mine.author == cast.users["operator"]
    assert cast.actor("operator").belongs(cast.institution)
    with pytest.raises(Refused):
        actions.take_duties(cast.actor("diskominfo"), done.begun)
    Assignment.objects.filter(pk=done.begun.pk).update(valid_from=TODAY)
    done.begun.refresh_from_db()
    actions.take_duties(cast.actor("diskominfo"), done.begun)
    mine.refresh_from_db()
    assert mine.author == cast.users["head"]


@pytest.mark.parametrize(
    "who", ["operator", "other_operator", "sekda", "verifier", "assessor", "stranger", "foreigner"]
)
def test_only_who_manages_the_people_hands_over(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        actions.hand_over(cast.actor(who), held(cast, "head"), cast.users["operator"])


def test_a_head_hands_over_in_the_own_opd_only(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.hand_over(cast.actor("head"), held(cast, "other_operator"), cast.users["operator"])
    with pytest.raises(NotFound):
        actions.hand_over(cast.actor("head"), held(cast, "sekda"), cast.users["operator"])


def test_what_cannot_be_handed_over_is_refused_and_nothing_is_half_done(cast: Cast) -> None:
    by, old = cast.actor("diskominfo"), held(cast, "operator")
    with pytest.raises(Refused):
        actions.hand_over(by, old, cast.users["operator"])
    with pytest.raises(Refused):
        actions.hand_over(by, old, cast.users["head"], TODAY, until=TODAY - DAY)
    with pytest.raises(NotFound):
        actions.hand_over(by, old, cast.users["stranger"])
    with pytest.raises(Refused):
        actions.hand_over(by, old, NewHolder("123", "Pendek"))
    Assignment.objects.filter(pk=old.pk).update(valid_from=TODAY)
    with pytest.raises(Refused):
        actions.hand_over(by, old, cast.users["head"], TODAY)
    assert Assignment.objects.filter(institution=cast.institution, unit=cast.unit).count() == 2
    assert not User.objects.filter(username="123").exists()


def test_the_last_of_the_secretariat_stays_until_the_successor_accepts(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.hand_over(
            cast.actor("diskominfo"),
            held(cast, "diskominfo"),
            NewHolder("foreigner@uji.example", "Orang Lain"),
        )
    assert held(cast, "diskominfo").valid_to is None


def test_the_history_of_an_office_names_all_who_held_it(cast: Cast) -> None:
    done = actions.hand_over(cast.actor("diskominfo"), held(cast, "head"), cast.users["operator"])
    told = queries.office(cast.actor("diskominfo"), cast.institution, done.begun)
    assert [(one.name, one.state) for one in told] == [("Operator", "now"), ("Head", "over")]
    with pytest.raises(NotFound):
        queries.office(cast.actor("other_operator"), cast.institution, done.begun)


def test_acting_roles_that_end_are_told_to_who_looks_after_them(cast: Cast) -> None:
    head = held(cast, "head")
    by = cast.actor("diskominfo")
    for end, told in ((9, [9]), (60, []), (-3, [-3]), (-60, []), (None, [None])):
        Assignment.objects.filter(pk=head.pk).update(
            acting=True, valid_to=None if end is None else TODAY + end * DAY
        )
        assert [one.days for one in queries.acting(by, cast.institution)] == told, end
    assert not queries.acting(cast.actor("other_operator"), cast.institution)
    Assignment.objects.filter(pk=head.pk).update(valid_to=TODAY - DAY)
    Assignment.objects.create(
        user=cast.users["operator"], institution=cast.institution, unit=cast.unit, role="head"
    )
    assert not queries.acting(by, cast.institution)


def test_they_wait_in_the_inbox_with_their_day(cast: Cast) -> None:
    Assignment.objects.filter(pk=held(cast, "head").pk).update(acting=True, valid_to=TODAY + 3 * DAY)
    groups = [g for g in ports.groups(cast.actor("diskominfo"), cast.institution) if g.key == "acting"]
    assert [(urgency, row.due) for _u, row in groups[0].rows for urgency in (_u,)] == [
        ("soon", TODAY + 3 * DAY)
    ]
    assert not [g for g in ports.groups(cast.actor("operator"), cast.institution) if g.key == "acting"]
