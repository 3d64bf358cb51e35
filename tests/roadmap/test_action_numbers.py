"""Numbers of actions agree: on the table, on the page of an initiative, on the page of an OPD and in the lists they open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.kernel.waiting import duties
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import action_plan_due, items
from tests.cast import Cast, cast  # noqa: F401
from tests.roadmap.plans import action, initiative

LIST = "/di/uji/peta-rencana/aksi/"


def day(days: int):
    return timezone.localdate() + timedelta(days=days)


def of_nobody(cast: Cast, title: str, **more) -> Action:  # noqa: F811
    """An action that was given to no unit, in an initiative of the operator's OPD."""
    return action(cast, initiative(cast), title, who="diskominfo", unit=None, **more)


def titles(cast: Cast, who: str, url: str) -> list[str]:  # noqa: F811
    answer = cast.client(who).get(url)
    assert answer.status_code == 200, url
    return sorted(one["row"].title for one in answer.context["lines"])


# ---- the table and the page of an initiative


def test_an_action_with_others_below_it_is_counted_nowhere_beside_them(cast):  # noqa: F811
    under = initiative(cast)
    top = action(cast, under, "Induk", due=day(-3))
    actions.finish(cast.actor("operator"), action(cast, under, "Anak satu", parent=top, due=day(-9)), 1)
    action(cast, under, "Anak dua", parent=top, due=day(-5))
    (item,) = items.items(cast.actor("operator"), cast.institution)
    told = queries.counts(cast.actor("operator"), cast.institution, [under.pk])[under.pk]
    assert (told.done, told.open, told.late) == (item.actions_done, item.actions_open, item.actions_late)
    assert (told.done, told.total, told.late) == (1, 2, 1) and item.progress == 50


def test_an_action_of_which_all_below_was_cancelled_counts_itself(cast):  # noqa: F811
    under = initiative(cast)
    top = action(cast, under, "Induk")
    below = action(cast, under, "Anak", parent=top)
    actions.cancel(cast.actor("operator"), below, 1, "Tidak perlu lagi")
    told = queries.counts(cast.actor("operator"), cast.institution)[under.pk]
    assert (told.done, told.open) == (0, 1)


# ---- the page of an OPD


def test_each_duty_of_an_opd_opens_as_many_actions_as_it_counts(cast):  # noqa: F811
    under = initiative(cast)
    action(cast, under, "UPT terlambat", unit=cast.subunit, person_name="Bu Rina", due=day(-1))
    action(cast, under, "Dinas tanpa orang")
    of_nobody(cast, "Tanpa unit", due=day(-2))
    for who in ("sekda", "operator"):
        told = [one for one in duties.of(cast.actor(who), cast.institution, cast.unit) if "/aksi/" in one.url]
        assert sorted(one.count for one in told) == [2, 2, 3]
        for one in told:
            assert len(titles(cast, who, one.url)) == one.count, one.url


def test_a_unit_below_an_opd_has_no_part_in_what_the_opd_was_given(cast):  # noqa: F811
    action(cast, initiative(cast), "Milik dinas", due=day(-1))
    assert titles(cast, "sekda", f"{LIST}?milik=semua&opd={cast.unit.uid}") == ["Milik dinas"]
    assert titles(cast, "sekda", f"{LIST}?milik=semua&opd={cast.subunit.uid}") == []


@pytest.mark.parametrize("asked", ["bukan-uid", "00000000-0000-4000-8000-000000000000", ",", "-"])
def test_an_opd_that_is_not_there_has_no_actions(cast, asked):  # noqa: F811
    action(cast, initiative(cast), "Milik dinas")
    assert titles(cast, "sekda", f"{LIST}?milik=semua&opd={asked}") == []


# ---- what was given to no unit


def test_what_was_given_to_no_unit_is_for_the_owner_of_its_initiative_to_do(cast):  # noqa: F811
    row = of_nobody(cast, "Tanpa unit", due=day(-2))
    assert titles(cast, "operator", f"{LIST}?milik=opd") == ["Tanpa unit"]
    assert titles(cast, "sekda", f"{LIST}?milik=semua&opd={cast.unit.uid}") == ["Tanpa unit"]
    assert queries.units_of(cast.actor("sekda"), cast.institution) == [cast.unit]
    entries = action_plan_due.calendar(cast.actor("operator"), cast.institution, cast.unit, day(-30))
    assert [one.uid for one in entries] == [f"action-{row.uid}"]
    other = action_plan_due.calendar(
        cast.actor("other_operator"), cast.institution, cast.other_unit, day(-30)
    )
    assert other == []


def test_what_was_given_to_a_partner_is_not_for_the_owner_to_do(cast):  # noqa: F811
    under = initiative(cast, partners=[cast.other_unit])
    action(cast, under, "Milik mitra", who="other_operator", unit=cast.other_unit)
    assert titles(cast, "operator", f"{LIST}?milik=opd") == []
    assert titles(cast, "other_operator", f"{LIST}?milik=opd") == ["Milik mitra"]
