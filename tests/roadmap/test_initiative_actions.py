"""Initiatives are begun, changed, reported, moved and put into a roadmap: by whom, with what, and what is refused."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pendapa.kernel.access.actor import NotFound, system
from pendapa.kernel.history import undoing
from pendapa.kernel.history.actions import Conflict
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.roadmap.actions import initiatives as actions
from pendapa.roadmap.models import (
    Budget,
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
    Roadmap,
)
from pendapa.roadmap.queries import initiatives as queries
from pendapa.roadmap.rules.initiatives import BudgetRow, Lift, Target, Values
from tests.cast import WHO, cast  # noqa: F401
from tests.roadmap.initiatives import CODE, end_unit, make, make_action, make_element, make_line, make_roadmap

pytestmark = pytest.mark.django_db


def refused(work, field):
    with pytest.raises(actions.Refused) as told:
        work()
    assert field in told.value.faults, told.value.faults
    return told.value.faults[field]


def test_an_initiative_keeps_all_that_was_set(cast):  # noqa: F811
    roadmap, line = make_roadmap(cast), make_line(cast, "900000000")
    goal = make_element(cast, "Indeks SPBE", domain="strategy", kind="iku")
    app, first = make_element(cast, "SIMPEG"), make(cast, "Yang lebih dulu", year=2026)
    row = make(
        cast, content="applications", description="Uraian", output="Aplikasi", goal_uid=goal.uid,
        lifts=(Lift("spbe-2020", "1", "2", "3"),), partners=(cast.other_unit.uid,), starts_on=date(2027, 1, 1),
        ends_on=date(2028, 12, 31), targets={2027: Target("50%")}, cost=Decimal("850000000"), days=Decimal("22.5"),
        note="Catatan", roadmap=roadmap.uid, elements=((app.uid, "change"),), waits_for=(first.uid,),
        budgets=(BudgetRow(2027, CODE, "apbd", Decimal("850000000"), None, None),),
    )  # fmt: skip
    row = queries.initiative(cast.actor("diskominfo"), cast.institution, row.uid)
    kept = queries.values_of(row)
    assert row.code == "PR-2027-001" and first.code != row.code and row.year == 2027
    assert kept.goal_uid == goal.uid and kept.lifts == (Lift("spbe-2020", "1", "2", "3"),)
    assert kept.partners == (cast.other_unit.uid,) and kept.elements == ((app.uid, "change"),)
    assert kept.waits_for == (first.uid,) and kept.targets == {2027: Target("50%")}
    assert kept.budgets == (BudgetRow(2027, CODE, "apbd", Decimal("850000000"), None, None),)
    assert Budget.objects.get(initiative=row).programme_id == line.pk


@pytest.mark.parametrize("who", WHO)
def test_an_opd_begins_drafts_of_its_own_and_the_secretariat_all(cast, who):  # noqa: F811
    def begin(unit, state="draft"):
        return actions.create(cast.actor(who), cast.institution, Values("Satu", unit=unit.uid, state=state))

    if who not in ("operator", "other_operator", "head", "diskominfo"):
        with pytest.raises(NotFound):
            begin(cast.unit)
        return
    own, others = (cast.other_unit, cast.unit) if who == "other_operator" else (cast.unit, cast.other_unit)
    assert begin(own).state == "draft"
    if who == "diskominfo":
        assert begin(others, "planned").state == "planned"
    else:
        refused(lambda: begin(others), "unit")
        refused(lambda: begin(own, "planned"), "state")
    assert Initiative.objects.count() == (2 if who == "diskominfo" else 1)


def test_an_opd_changes_its_draft_and_nothing_once_it_is_planned(cast):  # noqa: F811
    row = make(cast, who="operator")
    values = queries.values_of(row)
    row = actions.change(cast.actor("operator"), row, row.version, replace(values, title="Lebih baik"))
    assert row.title == "Lebih baik"
    with pytest.raises(NotFound):
        actions.change(cast.actor("other_operator"), row, row.version, values)
    row = actions.move(cast.actor("diskominfo"), row, row.version, "planned")
    for who in ("operator", "head", "sekda"):
        with pytest.raises(NotFound):
            actions.change(cast.actor(who), row, row.version, values)


def test_two_people_who_change_one_initiative_are_told_what_the_other_changed(cast):  # noqa: F811
    row = make(cast, budgets=(BudgetRow(2027, "", "apbd", Decimal(10)),))
    read, values = row.version, queries.values_of(row)
    mine = replace(values, title="Judul saya")
    theirs = replace(values, ends_on=date(2027, 5, 5), budgets=(BudgetRow(2027, "", "apbd", Decimal(20)),))
    actions.change(cast.actor("operator"), row, read, theirs)
    with pytest.raises(actions.Stale) as told:
        actions.change(cast.actor("diskominfo"), row, read, mine)
    assert set(told.value.fields) == {"ends_on", "budgets"} and told.value.who == "Operator"
    row.refresh_from_db()
    assert row.title != "Judul saya" and Budget.objects.get(deleted_at=None).planned == 20


def test_nothing_changed_writes_nothing(cast):  # noqa: F811
    row = make(
        cast,
        budgets=(BudgetRow(2027, CODE, "apbd", Decimal(10)),),
        targets={2027: Target("x")},
        days=Decimal("1.5"),
    )
    before = Revision.objects.count()
    row = queries.initiative(cast.actor("diskominfo"), cast.institution, row.uid)
    actions.change(cast.actor("diskominfo"), row, row.version, queries.values_of(row))
    assert Revision.objects.count() == before


def test_parts_are_added_changed_and_taken_away(cast):  # noqa: F811
    one, two = make_element(cast, "Satu"), make_element(cast, "Dua")
    row = make(
        cast, partners=(cast.other_unit.uid,), elements=((one.uid, "use"),),
        budgets=(BudgetRow(2027, CODE, "apbd", Decimal(5)), BudgetRow(2028, CODE, "apbd", Decimal(6))),
    )  # fmt: skip
    wanted = replace(
        queries.values_of(row), partners=(), elements=((one.uid, "change"), (two.uid, "new")),
        budgets=(BudgetRow(2027, CODE, "apbd", Decimal(7)),),
    )  # fmt: skip
    actions.change(cast.actor("diskominfo"), row, row.version, wanted)
    assert queries.values_of(Initiative.objects.get()).elements == ((two.uid, "new"), (one.uid, "change"))
    assert not InitiativePartner.objects.filter(deleted_at=None).exists()
    assert [(one.year, one.planned) for one in Budget.objects.filter(deleted_at=None)] == [(2027, 7)]


def test_a_dependency_circle_is_refused_by_name(cast):  # noqa: F811
    first = make(cast, "Pertama")
    second = make(cast, "Kedua", waits_for=(first.uid,))
    third = make(cast, "Ketiga", waits_for=(second.uid,))
    wanted = replace(queries.values_of(first), waits_for=(third.uid,))
    words = refused(
        lambda: actions.change(cast.actor("diskominfo"), first, first.version, wanted), "waits_for"
    )
    assert "“Pertama” → “Ketiga” → “Kedua” → “Pertama”" in words
    itself = replace(wanted, waits_for=(first.uid,))
    refused(lambda: actions.change(cast.actor("diskominfo"), first, first.version, itself), "waits_for")
    assert Dependency.objects.count() == 2


def test_a_circle_through_what_one_may_not_see_names_only_what_one_sees(cast):  # noqa: F811
    mine = make(cast, "Milik kami", who="operator")
    hidden = make(cast, "Rahasia orang lain", unit=cast.other_unit.uid, waits_for=(mine.uid,))
    shared = make(
        cast, "Bersama", unit=cast.other_unit.uid, partners=(cast.unit.uid,), waits_for=(hidden.uid,)
    )
    wanted = replace(queries.values_of(mine), waits_for=(shared.uid,))
    words = refused(lambda: actions.change(cast.actor("operator"), mine, mine.version, wanted), "waits_for")
    assert "Rahasia" not in words and "…" in words and "Bersama" in words


def test_a_parent_is_not_finished_with_open_children(cast):  # noqa: F811
    row = make(cast, state="doing")
    make_action(cast, row, "Pasang kabel")
    make_action(cast, row, "Sudah selesai", "done")
    words = refused(lambda: actions.move(cast.actor("operator"), row, row.version, "done"), "state")
    assert "Pasang kabel" in words and "Sudah selesai" not in words
    wanted = replace(queries.values_of(row), state="done")
    refused(lambda: actions.change(cast.actor("diskominfo"), row, row.version, wanted), "state")
    row.actions.update(state="cancelled")
    assert actions.move(cast.actor("operator"), row, row.version, "done").state == "done"


def test_days_outside_the_roadmap_are_refused_with_its_years(cast):  # noqa: F811
    roadmap = make_roadmap(cast)
    words = refused(lambda: make(cast, roadmap=roadmap.uid, ends_on=date(2031, 1, 1)), "ends_on")
    assert "2026" in words and "2030" in words
    refused(lambda: make(cast, starts_on=date(2027, 2, 2), ends_on=date(2027, 1, 1)), "ends_on")
    refused(lambda: make(cast, roadmap=roadmap.uid, targets={2025: Target("x")}), "targets.0.year")
    assert not Initiative.objects.exists()


def test_money_over_the_ceiling_is_refused_over_all_initiatives_of_that_line(cast):  # noqa: F811
    make_line(cast, "1000")
    first = make(cast, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(600)),))
    row = BudgetRow(2027, CODE, "apbn", Decimal(500))
    words = refused(lambda: make(cast, "Dua", budgets=(row,)), "budgets.0.planned")
    assert "1.000" in words and "600" in words and CODE in words
    make(
        cast,
        "Dua",
        budgets=(
            replace(row, planned=Decimal(400)),
            BudgetRow(2028, CODE, "apbd", Decimal(9999)),
        ),
    )
    first = actions.move(cast.actor("diskominfo"), first, first.version, "cancelled")
    make(cast, "Tiga", budgets=(replace(row, planned=Decimal(600)),))
    back = queries.values_of(first)
    assert back.budgets[0].planned == 600


def test_a_lower_ceiling_afterwards_does_not_stop_words_from_being_changed(cast):  # noqa: F811
    line = make_line(cast, "1000")
    row = make(cast, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(900)),))
    type(line).objects.update(ceiling=Decimal(100))
    row = actions.change(
        cast.actor("diskominfo"), row, row.version, replace(queries.values_of(row), note="Baru")
    )
    more = replace(queries.values_of(row), budgets=(BudgetRow(2027, CODE, "apbd", Decimal(901)),))
    refused(lambda: actions.change(cast.actor("diskominfo"), row, row.version, more), "budgets.0.planned")


def test_an_operator_is_not_told_what_others_take_of_a_ceiling(cast):  # noqa: F811
    make_line(cast, "1000")
    make(cast, "Orang lain", unit=cast.other_unit.uid, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(777)),))
    row = BudgetRow(2027, CODE, "apbd", Decimal(500))
    words = refused(lambda: make(cast, who="operator", budgets=(row,)), "budgets.0.planned")
    assert "777" not in words and "1.000" in words


def test_an_owner_that_left_is_refused_until_another_answers(cast):  # noqa: F811
    row = make(cast)
    end_unit(cast, cast.unit, date(2026, 6, 30))
    words = refused(lambda: make(cast, "Baru"), "unit")
    assert "30 Jun 2026" in words
    refused(
        lambda: actions.change(
            cast.actor("diskominfo"), row, row.version, replace(queries.values_of(row), note="x")
        ),
        "unit",
    )
    refused(lambda: actions.move(cast.actor("diskominfo"), row, row.version, "planned"), "unit")
    moved = replace(queries.values_of(row), unit=cast.other_unit.uid, note="x")
    assert actions.change(cast.actor("diskominfo"), row, row.version, moved).unit == cast.other_unit
    assert actions.move(cast.actor("diskominfo"), make_of(cast), 1, "cancelled").state == "cancelled"


def make_of(cast):  # noqa: F811
    row = make(cast, "Milik unit yang pergi", unit=cast.other_unit.uid)
    Initiative.objects.filter(pk=row.pk).update(unit=cast.unit)
    return row


def test_what_one_may_not_see_cannot_be_named_and_what_stood_there_stays(cast):  # noqa: F811
    secret = make_element(cast, "Rahasia", unit=cast.other_unit, classification="restricted")
    other = make(cast, "Draf orang lain", unit=cast.other_unit.uid)
    for field, value in (
        ("elements", ((secret.uid, "use"),)),
        ("waits_for", (other.uid,)),
        ("goal_uid", uuid.uuid4()),
    ):
        with pytest.raises(actions.Refused):
            make(cast, who="operator", **{field: value})
    row = make(cast, elements=((secret.uid, "use"),), waits_for=(other.uid,))
    bare = Values("Judul lain", unit=cast.unit.uid)
    row = actions.change(cast.actor("operator"), row, row.version, bare)
    kept = queries.values_of(row)
    assert (
        kept.elements == ((secret.uid, "use"),)
        and kept.waits_for == (other.uid,)
        and kept.title == "Judul lain"
    )
    seen = queries.detail(cast.actor("operator"), cast.institution, row.uid)
    assert seen.elements == [] and seen.waits_for == []


def test_the_owner_reports_what_was_spent_and_reached_and_cannot_change_the_plan(cast):  # noqa: F811
    make_line(cast, "1000")
    row = make(
        cast, state="doing", targets={2027: Target("50%")}, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(900)),),
    )  # fmt: skip
    key = (2027, CODE, "apbd")
    row = actions.report(
        cast.actor("operator"), row, row.version, spent={key: Decimal(450)}, done={2027: "40%"}
    )
    kept = queries.values_of(row)
    assert kept.budgets[0].spent == 450 and kept.targets == {2027: Target("50%", "40%")}
    refused(
        lambda: actions.report(cast.actor("operator"), row, row.version, spent={key: Decimal(1001)}),
        "budgets.0.spent",
    )
    refused(
        lambda: actions.report(cast.actor("operator"), row, row.version, spent={key: Decimal(-1)}),
        "budgets.0.spent",
    )
    refused(
        lambda: actions.report(cast.actor("operator"), row, row.version, spent={(2029, CODE, "apbd"): None}),
        "spent",
    )
    refused(lambda: actions.report(cast.actor("operator"), row, row.version, done={2029: "x"}), "done")
    for who in ("other_operator", "sekda", "assessor"):
        with pytest.raises(NotFound):
            actions.report(cast.actor(who), row, row.version, done={2027: "x"})
    with pytest.raises(actions.Stale):
        actions.report(cast.actor("operator"), row, 1, done={2027: "x"})


def test_a_draft_takes_no_report_and_moves_follow_their_order(cast):  # noqa: F811
    row = make(cast)
    with pytest.raises(NotFound):
        actions.report(cast.actor("operator"), row, row.version, done={})
    refused(lambda: actions.move(cast.actor("diskominfo"), row, row.version, "done"), "state")
    refused(lambda: actions.move(cast.actor("diskominfo"), row, row.version, "apa saja"), "state")
    with pytest.raises(NotFound):
        actions.move(cast.actor("operator"), row, row.version, "planned")
    row = actions.move(cast.actor("diskominfo"), row, row.version, "planned")
    row = actions.move(cast.actor("operator"), row, row.version, "doing")
    refused(lambda: actions.move(cast.actor("operator"), row, row.version, "cancelled"), "state")
    with pytest.raises(Conflict):
        actions.move(cast.actor("operator"), row, 1, "done")


@pytest.mark.parametrize("state", ["draft", "set"])
def test_only_the_secretariat_puts_a_draft_of_an_opd_into_a_roadmap(cast, state):  # noqa: F811
    roadmap = make_roadmap(cast)
    mine = make(cast, "Usul dinas", who="operator", year=2027)
    actions.put_in(cast.actor("diskominfo"), roadmap, [mine])
    Roadmap.objects.update(state=state)
    for who in ("operator", "head"):
        refused(lambda who=who: make(cast, who=who, year=2027, roadmap=roadmap.uid), "roadmap")
        assert make(cast, f"Tanpa peta {who}", who=who, year=2027).roadmap is None
    assert make(cast, "Dari sekretariat", year=2027, roadmap=roadmap.uid).roadmap_id == roadmap.pk
    mine.refresh_from_db()
    kept = replace(queries.values_of(mine), title="Usul dinas, dibetulkan")
    assert actions.change(cast.actor("operator"), mine, mine.version, kept).roadmap_id == roadmap.pk


def test_initiatives_are_put_into_a_roadmap_all_or_none(cast):  # noqa: F811
    roadmap = make_roadmap(cast)
    good, bad = make(cast, "Dalam", year=2027), make(cast, "Luar", starts_on=date(2031, 5, 5))
    words = refused(lambda: actions.put_in(cast.actor("diskominfo"), roadmap, [good, bad]), str(bad.uid))
    assert "Luar" in words and not Initiative.objects.exclude(roadmap=None).exists()
    with pytest.raises(NotFound):
        actions.put_in(cast.actor("operator"), roadmap, [good])
    assert actions.put_in(cast.actor("diskominfo"), roadmap, [good]) == 1
    good.refresh_from_db()
    assert good.roadmap == roadmap and actions.put_in(cast.actor("diskominfo"), roadmap, [good]) == 0


def test_a_code_is_given_once(cast):  # noqa: F811
    assert [make(cast, year=2027).code for _n in range(2)] == ["PR-2027-001", "PR-2027-002"]
    assert make(cast, code="A-1").code == "A-1"
    assert "A-1" in refused(lambda: make(cast, code="A-1"), "code")


def test_a_draft_goes_with_its_parts_and_comes_back_with_them(cast):  # noqa: F811
    app = make_element(cast, "SIMPEG")
    row = make(cast, elements=((app.uid, "use"),), budgets=(BudgetRow(2027, CODE, "apbd", Decimal(5)),))
    after = make(cast, "Sesudahnya", waits_for=(row.uid,))
    actions.delete(cast.actor("diskominfo"), row, row.version)
    assert (
        not InitiativeElement.objects.filter(deleted_at=None).exists()
        and queries.parts(after).waits_for == []
    )
    undoing.undo(system(), ChangeSet.objects.latest("pk"))
    row.refresh_from_db()
    assert row.deleted_at is None and queries.parts(row).elements and queries.parts(after).waits_for


def test_taking_back_makes_no_circle_and_leaves_what_something_hangs_on(cast):  # noqa: F811
    first = make(cast, "Pertama")
    second = make(cast, "Kedua", waits_for=(first.uid,))
    bare = replace(queries.values_of(second), waits_for=())
    second = actions.change(cast.actor("diskominfo"), second, second.version, bare)
    loosened = ChangeSet.objects.latest("pk")
    first = actions.change(
        cast.actor("diskominfo"),
        first,
        first.version,
        replace(queries.values_of(first), waits_for=(second.uid,)),
    )
    with pytest.raises(undoing.Refused):
        undoing.undo(system(), loosened)
    third = make(cast, "Ketiga")
    made = ChangeSet.objects.latest("pk")
    make_action(cast, third, "Aksinya")
    kept = undoing.undo(system(), made)
    third.refresh_from_db()
    assert third.deleted_at is None and kept.count == 0


def test_what_runs_or_has_actions_is_not_deleted(cast):  # noqa: F811
    row = make(cast, state="doing")
    refused(lambda: actions.delete(cast.actor("diskominfo"), row, row.version), "")
    draft = make(cast)
    make_action(cast, draft, "Ada aksi")
    refused(lambda: actions.delete(cast.actor("diskominfo"), draft, draft.version), "")


def test_nasty_texts_and_numbers_are_refused_or_cleaned(cast):  # noqa: F811
    assert make(cast, "Nol\x00di\x07 sini").title == "Noldi sini"
    refused(lambda: make(cast, note="x" * 10_000_000), "note")
    refused(lambda: make(cast, "y" * 10_000_000), "title")
    refused(lambda: make(cast, budgets=(BudgetRow(2027, CODE, "apbd", Decimal(-5)),)), "budgets.0.planned")
    refused(lambda: make(cast, budgets=(BudgetRow(2027, "'; DROP", "apbd"),)), "budgets.0.programme_code")
    refused(lambda: make(cast, content="lain"), "content")
    refused(lambda: make(cast, elements=((make_element(cast, "S").uid, "boom"),)), "elements.0.effect")
    refused(lambda: make(cast, "\x00 "), "title")
