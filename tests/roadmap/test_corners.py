"""Corners of the roadmap where two parts meet: what was done and opens again, work that rests, one code in two OPD."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.kernel.history import undoing
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.notices import ports as notices
from pendapa.kernel.waiting import duties
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.actions import initiatives as verbs
from pendapa.roadmap.actions import money as lines
from pendapa.roadmap.models import Action, Initiative, Programme
from pendapa.roadmap.queries import action_plan as queries
from pendapa.roadmap.queries import action_plan_due as due
from pendapa.roadmap.queries import items
from pendapa.roadmap.queries import money as measured_money
from pendapa.roadmap.rules.initiatives import BudgetRow, Values
from tests.cast import Cast, cast
from tests.roadmap.frozen import FIRST, decreed, roadmap
from tests.roadmap.plans import action, initiative
from tests.roadmap.test_signals import now, value

__all__ = ["cast"]
pytestmark = pytest.mark.django_db
M = Decimal(1_000_000)
CODE = "2.16.03"


def last_set() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


def to(cast: Cast, row: Initiative, *states: str) -> Initiative:
    for state in states:
        row = verbs.move(cast.actor("diskominfo"), row, Initiative.objects.get(pk=row.pk).version, state)
    return row


# ---- what is done has nothing open below it, by whichever way


def test_a_finish_below_a_finished_action_is_not_taken_back(cast: Cast) -> None:
    parent = action(cast, initiative(cast), "Siapkan")
    child = action(cast, parent.initiative, "Susun", parent=parent)
    actions.finish(cast.actor("operator"), child, 1)
    finished = last_set()
    actions.finish(cast.actor("operator"), parent, 1)
    with pytest.raises(undoing.Refused, match=_("The action above it is closed. Reopen that one first.")):
        undoing.undo(cast.actor("diskominfo"), finished)
    assert set(Action.objects.values_list("state", flat=True)) == {"done"}


def test_an_action_of_a_finished_initiative_neither_opens_again_nor_is_taken_back(cast: Cast) -> None:
    under = initiative(cast)
    row = action(cast, under, "Susun")
    actions.finish(cast.actor("operator"), row, 1)
    finished = last_set()
    to(cast, under, "doing", "done")
    with pytest.raises(undoing.Refused, match=under.title):
        undoing.undo(cast.actor("diskominfo"), finished)
    with pytest.raises(actions.Refused, match=under.title):
        actions.reopen(cast.actor("operator"), row, 2)
    with pytest.raises(actions.Refused, match=under.title):
        action(cast, under, "Tambahan")
    to(cast, under, "doing")
    assert actions.reopen(cast.actor("operator"), row, 2).state == "doing"


def test_an_action_is_not_done_again_over_what_is_open_below_it(cast: Cast) -> None:
    parent = action(cast, initiative(cast), "Siapkan")
    actions.finish(cast.actor("operator"), parent, 1)
    actions.reopen(cast.actor("operator"), parent, 2)
    opened = last_set()
    child = action(cast, parent.initiative, "Susun", parent=parent)
    still = _("Something below this action is still open. Ask the owner of the initiative.")
    with pytest.raises(undoing.Refused, match=still):
        undoing.undo(cast.actor("diskominfo"), opened)
    actions.cancel(cast.actor("operator"), child, 1, "Tidak perlu")
    assert undoing.undo(cast.actor("diskominfo"), opened).count == 1
    assert Action.objects.get(pk=parent.pk).state == "done"


def test_an_initiative_is_not_done_again_over_open_actions_by_taking_its_opening_back(cast: Cast) -> None:
    under = to(cast, initiative(cast), "doing", "done", "doing")
    opened = last_set()
    row = action(cast, under, "Susun")
    with pytest.raises(undoing.Refused, match="Susun"):
        undoing.undo(cast.actor("diskominfo"), opened)
    actions.finish(cast.actor("operator"), row, 1)
    assert undoing.undo(cast.actor("diskominfo"), opened).count == 1
    assert Initiative.objects.get(pk=under.pk).state == "done"


# ---- work that rests


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_nobody_is_reminded_of_the_actions_of_an_initiative_that_rests(cast: Cast, state: str) -> None:
    today = timezone.localdate()
    under = initiative(cast)
    row = action(cast, under, "Susun", person=cast.users["operator"].pk, due=today - timedelta(days=3))

    def told() -> tuple[int, int, int, int, int | None]:
        who = cast.actor("operator")
        late = queries.Filters(whose="all", shown="late")
        return (
            sum(one.key == f"action:{row.uid}" for one in notices.dues(cast.institution, today)),
            due.count(who, cast.institution),
            sum(one.count for one in duties.of(who, cast.institution, cast.unit) if "terlambat" in one.url),
            queries.narrowed(who, cast.institution, late).count(),
            items.items(who, cast.institution)[0].actions_late,
        )

    def marked() -> bool:
        page = cast.client("operator").get(f"/di/uji/peta-rencana/aksi/{row.uid}/").content.decode()
        return ">terlambat<" in page.partition("<h1>")[2].partition("</p>")[0]

    assert told() == (1, 1, 1, 1, 1) and marked()
    to(cast, under, state)
    assert told() == (0, 0, 0, 0, 0) and not marked()
    assert notices.find(cast.institution, [f"action:{row.uid}"], today) == {}
    to(cast, under, "planned")
    assert told() == (1, 1, 1, 1, 1), "it goes on where it was"


def test_a_key_that_names_nothing_reminds_of_nothing(cast: Cast) -> None:
    client = cast.client("sekda")
    for key in ("milestone:x", "action:x", "milestone:", "x"):
        assert client.post("/di/uji/pengingat/ingatkan/", {"key": key}).status_code == 404, key
        offered = notices.of(key)
        if offered is not None and offered.visible is not None:
            assert offered.visible(cast.actor("sekda"), cast.institution, [key]) == set()


# ---- one code of the budget in two OPD


def line(cast: Cast, unit: Any, ceiling: Decimal = 100 * M) -> Programme:
    told = lines.Line(2027, CODE, "Aplikasi Informatika", unit=unit, ceiling=ceiling)
    return lines.create(cast.actor("diskominfo"), cast.institution, told)


def asks(cast: Cast, title: str, unit: Any, planned: Decimal) -> Initiative:
    given = Values(title=title, unit=unit.uid, state="planned", year=2027,
                   budgets=(BudgetRow(2027, CODE, planned=planned),))  # fmt: skip
    return verbs.create(cast.actor("diskominfo"), cast.institution, given)


def test_what_one_opd_asks_under_a_code_does_not_fill_the_line_of_another(cast: Cast) -> None:
    own, other = line(cast, cast.unit), line(cast, cast.other_unit)
    asks(cast, "Satu", cast.unit, 80 * M)
    asks(cast, "Dua", cast.other_unit, 70 * M)
    who = cast.actor("diskominfo")
    found = {one.row.pk: one for one in measured_money.lines(who, cast.institution)}
    assert [found[row.pk].sums.planned for row in (own, other)] == [80 * M, 70 * M]
    assert not any(one.is_over for one in found.values())
    assert measured_money.line_of(who, cast.institution, own).sums.planned == 80 * M
    assert measured_money.summary(who, cast.institution).over == []


def test_a_line_that_is_over_is_told_although_another_opd_has_room_under_its_code(cast: Cast) -> None:
    own, _other = line(cast, cast.unit), line(cast, cast.other_unit)
    asks(cast, "Satu", cast.unit, 90 * M)
    asks(cast, "Dua", cast.other_unit, 10 * M)
    lines.change(cast.actor("diskominfo"), own, own.version,
                 lines.Line(2027, CODE, "Aplikasi Informatika", unit=cast.unit, ceiling=60 * M))  # fmt: skip
    (over,) = measured_money.summary(cast.actor("diskominfo"), cast.institution).over
    assert (over.code, over.year, over.ceiling, over.taken) == (CODE, 2027, 60 * M, 90 * M)


def test_a_line_of_which_another_opd_of_the_same_code_is_used_is_without_initiative(cast: Cast) -> None:
    line(cast, cast.unit)
    other = line(cast, cast.other_unit)
    asks(cast, "Satu", cast.unit, 80 * M)
    found = measured_money.summary(cast.actor("diskominfo"), cast.institution)
    assert [one.pk for one in found.programmes_without_initiative] == [other.pk]


# ---- signals


def test_money_that_was_planned_before_the_budget_had_its_line_is_aligned_with_it(cast: Cast) -> None:
    row = roadmap(cast)
    now(cast, row, budgets=(BudgetRow(FIRST, CODE, planned=Decimal(5)),))
    decreed(cast, row)
    assert value(cast, "aligned") in (None, 0)
    given = lines.Line(FIRST, CODE, "Aplikasi Informatika", unit=cast.unit, ceiling=M)
    known = lines.create(cast.actor("diskominfo"), cast.institution, given)
    assert value(cast, "aligned") == 1
    lines.delete(cast.actor("diskominfo"), known, known.version)
    assert value(cast, "aligned") in (None, 0)


def test_what_runs_and_what_of_it_has_actions_is_counted_of_the_same_initiatives(cast: Cast) -> None:
    row = roadmap(cast)
    old = now(cast, row, "Dari tahun lalu", starts_on=None, ends_on=date(FIRST + 1, 6, 30), year=FIRST)
    ended = now(cast, row, "Tanpa mulai", starts_on=None, ends_on=None, year=FIRST + 1)
    decreed(cast, row)
    for one in (old, ended):
        Action.objects.create(
            institution=cast.institution, initiative=one, title="A", created_at=timezone.now()
        )
    assert value(cast, "with_actions") == Fraction(1, 1)
    Initiative.objects.filter(pk=old.pk).update(year=FIRST - 1)
    assert value(cast, "with_actions") == Fraction(1, 1), "it runs over this year"
