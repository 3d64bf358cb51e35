"""Who may still read what is theirs to do is asked of many people at once: the same answer as asking each alone, and no dearer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.kernel.access import actor as access
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.notices import actions, ports, queries
from pendapa.kernel.tenancy.models import Assignment, Unit, User
from pendapa.organisation import actions as organisation
from pendapa.roadmap.models import Action, Initiative
from pendapa.roadmap.queries import reach
from tests.cast import WHO, Cast, make_unit
from tests.kernel.reminding import DUE, moment
from tests.roadmap.plans import action, initiative

pytestmark = pytest.mark.django_db
DAY = DUE + timedelta(days=1)
PEOPLE = [who for who in WHO if who != "public"]


def write(cast: Cast, **rows: Any) -> None:
    history.write(system(), cast.institution, "edit", history.Writes(**rows))


def planned(cast: Cast, under: Initiative, title: str, unit: Unit | None) -> Action:
    """As it may stand after years: what was given to a unit stays there when the partners change."""
    return Action(
        institution=cast.institution, initiative=under, title=title, unit=unit, due=DUE, created_at=timezone.now()
    )  # fmt: skip


@pytest.fixture
def plans(cast: Cast) -> list[Action]:
    """Actions of every kind of nearness: of the own initiative, below it, given by others, as a partner, of nobody, and gone."""
    own = initiative(cast)
    below = initiative(cast, cast.subunit, "Antrean puskesmas")
    foreign = initiative(cast, cast.other_unit, "Kartu keluarga daring")
    shared = initiative(cast, cast.other_unit, "Data bersama", partners=(cast.subunit,))
    gone = initiative(cast, title="Batal")
    made = [
        planned(cast, under, f"Aksi {number}", unit)
        for number, (under, unit) in enumerate(
            product((own, below, foreign, shared, gone), (None, cast.unit, cast.subunit, cast.other_unit))
        )
    ]
    deleted = planned(cast, own, "Terhapus", cast.unit)
    write(cast, add=[*made, deleted])
    write(cast, delete=[deleted, gone])
    return [*made, deleted]


def nothing_more(cast: Cast) -> None:
    pass


def lost_a_role(cast: Cast) -> None:
    cast.users["operator"].assignments.update(valid_to=DAY - timedelta(days=1))


def has_not_accepted_or_not_begun(cast: Cast) -> None:
    cast.users["operator"].assignments.update(accepted_at=None)
    cast.users["other_operator"].assignments.update(valid_from=DAY + timedelta(days=1))


def left(cast: Cast) -> None:
    User.objects.filter(pk__in=[cast.users["operator"].pk, cast.users["sekda"].pk]).update(is_active=False)


def holds_two_roles(cast: Cast) -> None:
    for who, role, unit in (("operator", "operator", cast.other_unit), ("other_operator", "verifier", None)):
        Assignment.objects.create(
            user=cast.users[who], institution=cast.institution, unit=unit, role=role, acting=True
        )
    Assignment.objects.create(
        user=cast.users["stranger"],
        institution=cast.other_institution,
        unit=cast.foreign_unit,
        role="head",
    )


def opd_was_merged(cast: Cast) -> None:
    organisation.merge(cast.actor("diskominfo"), cast.institution, [cast.unit], cast.other_unit)


def unit_moved(cast: Cast) -> None:
    section = make_unit(cast.institution, "9.01", "Bidang Aplikasi", cast.other_unit)
    Unit.objects.filter(pk=cast.subunit.pk).update(path=f"{section.path}{cast.subunit.pk}/")


HAPPENED = [
    nothing_more, lost_a_role, has_not_accepted_or_not_begun, left, holds_two_roles, opd_was_merged, unit_moved,
]  # fmt: skip


@pytest.mark.parametrize("happened", HAPPENED)
def test_many_at_once_may_read_what_each_alone_may(
    cast: Cast, plans: list[Action], happened: Callable[[Cast], None]
) -> None:
    happened(cast)
    keys = [f"action:{row.uid}" for row in plans] + [
        "action:x",
        "action:00000000-0000-0000-0000-000000000000",
    ]
    offered = ports.of("action:")
    assert offered is not None and offered.visible is not None and offered.visible_to_many is not None
    actors = [access.of(User.objects.get(pk=cast.users[who].pk), DAY) for who in PEOPLE]
    alone = {
        (actor.user.pk, key)
        for actor in actors
        if actor.user
        for key in offered.visible(actor, cast.institution, keys)
    }
    assert offered.visible_to_many(cast.institution, [(actor, keys) for actor in actors]) == alone
    by_the_day = {one.user.pk: one for one in actors if one.user and one.user.is_active}
    staff = queries.staff(cast.institution, DAY)
    assert set(staff.actors) == {pk for pk, one in by_the_day.items() if one.belongs(cast.institution)}
    for pk, one in staff.actors.items():
        assert one.assignments == by_the_day[pk].roles(cast.institution)


def test_each_person_is_asked_of_the_own_things_only(cast: Cast, plans: list[Action]) -> None:
    both = [(cast.actor(who), {plans[at].uid}) for at, who in enumerate(("operator", "diskominfo"))]
    assert reach.actions_of_many(cast.institution, both) == {
        (cast.users["operator"].pk, plans[0].uid),
        (cast.users["diskominfo"].pk, plans[1].uid),
    }


@pytest.mark.parametrize("happened", HAPPENED)
def test_the_digests_are_those_of_asking_each_alone(
    cast: Cast, plans: list[Action], happened: Callable[[Cast], None], monkeypatch: Any
) -> None:
    for number, row in enumerate(plans):
        Action.objects.filter(pk=row.pk).update(person=cast.users[PEOPLE[number % len(PEOPLE)]])
    happened(cast)

    def told() -> dict[str, list[tuple[str, str]]]:
        made = actions.remind(cast.institution, DAY, True, now=moment(DAY))
        return {one.user.username: [(item["key"], item["why"]) for item in one.items] for one in made}

    at_once = told()
    offered = ports._offers["action"]
    monkeypatch.setitem(
        ports._offers,
        "action",
        ports.Offer("action", offered.provider, offered.some, offered.visible, None, offered.permission),
    )
    assert told() == at_once and any(why == "left" for rows in at_once.values() for _key, why in rows)


def test_more_actions_than_one_question_names_are_all_answered_for(cast: Cast, monkeypatch: Any) -> None:
    under = initiative(cast)
    rows = [planned(cast, under, f"Aksi {number}", cast.unit) for number in range(12)]
    write(cast, add=rows)
    monkeypatch.setattr(reach, "CHUNK", 10)
    asked = [
        (cast.actor("operator"), [row.uid for row in rows]),
        (cast.actor("other_operator"), [rows[0].uid]),
    ]
    seen = reach.actions_of_many(cast.institution, asked)
    assert seen == {(cast.users["operator"].pk, row.uid) for row in rows}


def test_the_number_of_questions_does_not_grow_with_people(cast: Cast) -> None:
    under = initiative(cast, partners=(cast.other_unit, cast.subunit))
    day, client = _workday(cast), cast.client("diskominfo")
    address = f"/api/v1/institutions/uji/reminders?day={day}&limit=200"

    def people(first: int, last: int) -> None:
        for number in range(first, last):
            user = User.objects.create_user(f"orang{number}@uji.example", f"Orang {number}")
            unit = (cast.unit, cast.other_unit, cast.subunit)[number % 3]
            Assignment.objects.create(user=user, institution=cast.institution, role="operator", unit=unit)
            row = action(cast, under, f"Aksi {number}", "diskominfo", due=day - timedelta(days=1))
            Action.objects.filter(pk=row.pk).update(person=user)

    def questions() -> tuple[int, int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        with CaptureQueriesContext(connection) as planned:
            actions.remind(cast.institution, day, True, now=moment(day))
        return len(answer.json()["items"]), len(asked), len(planned)

    people(0, 3)
    client.get(address)
    few, asked, planned = questions()
    people(3, 30)
    assert questions() == (few + 27, asked, planned)


def _workday(cast: Cast) -> Any:
    from pendapa.kernel.calendars import queries as calendars

    known, today = calendars.calendar(cast.institution), timezone.localdate()
    return next(d for d in (today + timedelta(days=n) for n in range(30)) if known.workday(d))
