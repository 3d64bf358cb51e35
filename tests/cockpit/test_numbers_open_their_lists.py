"""Each number of the cockpit opens its list, and the list holds what was counted: nothing less, nothing more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse

from pendapa.cockpit.queries import leader
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.roadmap.models import Action, Commitment
from tests.cast import Cast, cast
from tests.cockpit.scene import (
    add_action,
    add_budget,
    add_commitment,
    add_initiative,
    add_roadmap,
    ago,
    moment,
    today,
)
from tests.cockpit.test_leader import PAGE, words

__all__ = ["cast"]
YEAR = today().year
ROADMAP = "/di/uji/peta-rencana/"


def found(cast: Cast, who: str = "sekda") -> Cockpit:
    return leader.cockpit(cast.actor(who), cast.institution)


def screen(cast: Cast, who: str = "sekda") -> HttpResponse:
    answer = cast.client(who).get(PAGE)
    assert answer.status_code == 200
    return answer


def opened(cast: Cast, who: str, url: str) -> Any:
    """What stands in the context of the page behind a number."""
    answer = cast.client(who).get(url)
    assert answer.status_code == 200, url
    return answer.context


def figures(cast: Cast, who: str) -> list[dict[str, Any]]:
    """The row of numbers, in its order: milestones late, commitments without evidence, actions late (for a head)."""
    return screen(cast, who).context["figures"]


def lines(context: Any) -> list[Any]:
    return [one["line"] for _group, drawn in context["groups"] for one in drawn]


def head_of_two(cast: Cast) -> Unit:
    """A third OPD beside the two of which one is led by an acting head."""
    Assignment.objects.create(
        user=cast.users["head"], institution=cast.institution, role="head", unit=cast.other_unit, acting=True
    )
    return Unit.objects.get(institution=cast.institution, code="2.16")


# ---- money


@pytest.fixture
def paid(cast: Cast) -> Cast:
    """Two initiatives with money in this year that do not run in it by their days, and one that runs in it without money."""
    roadmap = add_roadmap(cast.institution)
    begun = add_initiative(cast.unit, roadmap, "Tanpa akhir", year=YEAR - 1, starts_on=None, ends_on=None)
    over = add_initiative(
        cast.other_unit, roadmap, "Sudah lewat", year=YEAR - 1, starts_on=ago(700), ends_on=ago(400)
    )
    add_budget(begun, "1000", "1000", "10", YEAR)
    add_budget(over, "500", "500", "20", YEAR)
    add_initiative(cast.unit, roadmap, "Tanpa uang", year=YEAR, starts_on=ago(5), ends_on=None)
    return cast


def test_the_budget_of_the_year_opens_every_initiative_with_money_in_it(paid: Cast) -> None:
    known = found(paid).budget
    assert (known.initiatives, known.planned) == (2, 1500)
    page = opened(paid, "sekda", screen(paid).context["doors"]["money"])
    money = page["money"]
    assert (money.sums.count, money.planned, money.budgeted, money.spent) == (2, 1500, 1500, 30)
    assert len(page["shown"].items) == 2
    (of_year,) = page["by_year"]
    rows = opened(paid, "sekda", of_year["url"])
    assert of_year["sums"].count == rows["count"] == len(rows["rows"]) == 2


def test_a_year_of_all_years_opens_as_many_initiatives_as_it_counts(paid: Cast) -> None:
    page = opened(paid, "sekda", f"{ROADMAP}anggaran/")
    (of_year,) = page["by_year"]
    rows = opened(paid, "sekda", of_year["url"])
    assert of_year["sums"].count == rows["count"] == 2 and rows["sums"] == of_year["amounts"]
    assert page["money"].sums.count == 3


def test_the_money_of_a_year_is_the_same_through_the_api(paid: Cast) -> None:
    told = paid.client("sekda").get(f"/api/v1/institutions/uji/roadmap-money?year={YEAR}").json()
    assert (told["total"]["initiatives"], told["total"]["planned"]) == (2, "1500")
    assert told["by_year"][0]["initiatives"] == 2


def test_a_year_of_the_other_views_still_shows_what_runs_in_it(paid: Cast) -> None:
    shown = opened(paid, "sekda", f"{ROADMAP}?tahun={YEAR}")["shown"]
    assert [one.title for one in shown.items] == ["Tanpa uang"]


# ---- actions


def test_a_late_action_of_nobody_in_an_own_initiative_stands_in_the_list_of_the_head(cast: Cast) -> None:
    own = add_initiative(cast.unit)
    late = add_action(own, ago(10))
    Action.objects.filter(pk=late.pk).update(unit=None)
    add_action(add_initiative(cast.other_unit), ago(10))
    number = figures(cast, "head")[2]
    assert number["value"] == 1
    page = opened(cast, "head", number["url"])
    assert [one["row"].pk for one in page["lines"]] == [late.pk] and page["tally"].late == 1


# ---- commitments


def test_what_a_unit_below_committed_to_is_told_with_its_opd(cast: Cast) -> None:
    add_commitment(cast.subunit, "Milik UPT", [(ago(9), None)])
    add_commitment(cast.unit, "Milik dinas", [(ago(3), None)])
    add_commitment(cast.other_unit, "Milik lain", [(ago(30), None)])
    known = found(cast).commitments
    assert [(one.unit, one.late, one.longest, one.without_evidence) for one in known.rows] == [
        ("Dinas Kesehatan", 2, 9, 2),
        (cast.other_unit.name, 1, 30, 1),
    ]
    row = next(one for one in screen(cast).context["late"] if one["row"].unit_uid == cast.unit.uid)
    page = opened(cast, "sekda", row["url"])
    assert (page["told"].late, page["told"].unproven) == (2, 2)
    listed = opened(cast, "sekda", f"{ROADMAP}komitmen/?opd={cast.unit.uid}")
    assert {one.row.title for one in lines(listed)} == {"Milik UPT", "Milik dinas"}


def test_where_only_a_unit_below_is_late_its_opd_can_be_reminded(cast: Cast) -> None:
    add_commitment(cast.subunit, "Milik UPT", [(ago(9), None)])
    (row,) = screen(cast).context["late"]
    assert row["row"].unit_uid == cast.unit.uid and not row["told"]
    answer = cast.client("sekda").post(f"{PAGE}ingatkan/{cast.unit.uid}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    (row,) = screen(cast).context["late"]
    assert row["told"]


def test_the_head_of_a_unit_below_is_told_of_that_unit(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.users["head"]).update(unit=cast.subunit)
    add_commitment(cast.subunit, "Milik UPT", [(ago(9), None)])
    add_commitment(cast.unit, "Milik dinas", [(ago(3), None)], public=True)
    (row,) = found(cast, "head").commitments.rows
    assert (row.unit_uid, row.late) == (cast.subunit.uid, 1)


def test_all_commitments_are_as_many_as_the_list_that_they_open(cast: Cast) -> None:
    for state in ("draft", "proposed", "approved", "ended", "withdrawn"):
        add_commitment(cast.unit, f"Komitmen {state}", state=state)
    add_commitment(cast.other_unit, "Komitmen lain")
    for who, count in (("sekda", 3), ("head", 2)):
        assert found(cast, who).commitments.committed == count
        page = opened(cast, who, screen(cast, who).context["doors"]["commitments"])
        assert {one.row.state for one in lines(page)} == {"approved", "ended"}
        assert len(lines(page)) == page["count"] == count, who


def test_where_nothing_is_committed_to_the_door_leads_to_what_is_prepared(cast: Cast) -> None:
    add_commitment(cast.unit, "Masih draf", state="draft")
    assert opened(cast, "head", screen(cast, "head").context["doors"]["commitments"])["count"] == 1


def test_a_commitment_that_ended_is_judged_and_counts_no_longer_as_late(cast: Cast) -> None:
    row = add_commitment(cast.unit, "Sudah berakhir", [(ago(90), None), (ago(80), ago(85))], public=True)
    assert found(cast).commitments.late == 1
    Commitment.objects.filter(pk=row.pk).update(state="ended", completion="limited", assessed_on=today())
    known = found(cast).commitments
    assert (known.committed, known.late, known.without_evidence, known.rows) == (1, 0, 0, ())
    for about in ("late", "unproven"):
        assert opened(cast, "sekda", f"{ROADMAP}komitmen/?perihal={about}")["count"] == 0
    page = opened(cast, "sekda", f"{ROADMAP}komitmen/opd/{cast.unit.uid}/")
    assert (page["told"].late, page["told"].longest, page["told"].unproven, page["late"]) == (0, 0, 0, [])
    assert cast.client("sekda").get("/api/v1/institutions/uji/commitments/late").json() == []


def test_what_an_ended_commitment_did_not_reach_is_said_as_not_reached_and_not_as_late_for_ever(
    cast: Cast,
) -> None:
    row = add_commitment(
        cast.unit, "Sudah berakhir", [(ago(90), None), (ago(80), ago(85))], "ended", public=True
    )
    Commitment.objects.filter(pk=row.pk).update(approved_at=moment(ago(300)))
    known = opened(cast, "sekda", f"{ROADMAP}komitmen/{row.uid}/")["steps"]
    assert [(one["late"], one["missed"]) for one in known] == [(0, True), (0, False)]
    (_key, _label, (one,)) = opened(cast, "sekda", f"{ROADMAP}komitmen/opd/{cast.unit.uid}/")["groups"][0]
    assert one["marks"] == ["late", "bare"] and [step["late"] for step in one["steps"]] == [0, 0]
    for name, arg in (("", row.uid), ("opd/", cast.unit.uid)):
        page = cast.client("public").get(f"/en/publik/uji/komitmen/{name}{arg}/")
        said = words(page.content.decode())
        assert "1 of 2 milestones reached" in said and re.search("1 (milestone )?late", said), name
    page = cast.client("public").get(f"/publik/uji/komitmen/{row.uid}/")
    assert [late for _step, late in page.context["steps"]] == [True, False]


# ---- the acting head of two


def test_the_numbers_of_who_heads_two_opd_open_lists_of_both_and_of_no_other(cast: Cast) -> None:
    third = head_of_two(cast)
    roadmap = add_roadmap(cast.institution)
    for unit in (cast.unit, cast.other_unit, third):
        one = add_initiative(unit, roadmap, f"Inisiatif {unit.code}", year=YEAR)
        add_budget(one, "1000", "800", "200", YEAR)
        add_action(one, ago(4))
        add_commitment(unit, f"Komitmen {unit.code}", [(ago(9), None)], public=True)
    known, doors = found(cast, "head"), screen(cast, "head").context["doors"]
    late, bare, actions = figures(cast, "head")[:3]
    assert (late["value"], bare["value"], actions["value"], known.budget.initiatives) == (2, 2, 2, 2)
    assert sum(one.late for one in lines(opened(cast, "head", late["url"]))) == 2
    assert len(lines(opened(cast, "head", bare["url"]))) == 2
    assert len(opened(cast, "head", actions["url"])["lines"]) == 2
    assert opened(cast, "head", doors["commitments"])["count"] == 2
    money = opened(cast, "head", doors["money"])["money"]
    assert (money.sums.count, money.planned) == (2, 2000)
    assert len(opened(cast, "head", doors["roadmap"])["shown"].items) == 2


def test_a_list_of_two_opd_says_so_and_keeps_both_when_another_filter_is_changed(cast: Cast) -> None:
    head_of_two(cast)
    roadmap = add_roadmap(cast.institution)
    for unit in (cast.unit, cast.other_unit):
        add_action(add_initiative(unit, roadmap, year=YEAR), ago(4))
        add_commitment(unit, steps=[(ago(9), None)])
    both = f"opd={cast.unit.uid}&opd={cast.other_unit.uid}"
    option = f'<option value="{cast.unit.uid},{cast.other_unit.uid}" selected>2 OPD: Dinas '
    for page in ("komitmen/?", "aksi/?milik=semua&", "anggaran/?", "?"):
        text = cast.client("head").get(f"{ROADMAP}{page}{both}").content.decode()
        assert option in text, page
    again = opened(
        cast, "head", f"{ROADMAP}komitmen/?opd={cast.unit.uid},{cast.other_unit.uid}&keadaan=draft"
    )
    assert again["count"] == 0 and not again["groups"]
    again = opened(cast, "head", f"{ROADMAP}komitmen/?opd={cast.unit.uid}%2C{cast.other_unit.uid}")
    assert again["count"] == 2
