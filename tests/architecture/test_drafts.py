"""What an operator changes is a proposal until head and secretariat have agreed."""

from __future__ import annotations

from typing import Any

import pytest

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.models import ChangeSet, Revision
from pendapa.kernel.review import actions as review
from pendapa.kernel.review import queries as proposals
from tests.cast import Cast


@pytest.fixture
def reviewed(cast: Cast) -> Cast:
    """The cast in an institution where the head approves and the secretariat verifies."""
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    return cast


def add(cast: Cast, name: str, who: str = "operator", **more: Any) -> actions.Outcome:
    unit = cast.other_unit if who == "other_operator" else cast.unit
    return actions.create_element(
        cast.actor(who), cast.institution, more.pop("domain", "applications"), unit, name=name, **more
    )


def live(cast: Cast, name: str) -> Element | None:
    return Element.objects.filter(institution=cast.institution, name=name, deleted_at=None).first()


def through_all(cast: Cast, draft: ChangeSet) -> ChangeSet:
    review.submit(cast.actor("operator"), draft)
    review.agree(cast.actor("head"), draft)
    return review.agree(cast.actor("diskominfo"), draft)


def test_what_an_operator_adds_is_kept_in_a_draft_and_not_in_the_register(reviewed: Cast) -> None:
    done = add(reviewed, "SIMRS")
    assert done.draft is not None and done.draft.state == "draft" and done.change_set is None
    assert live(reviewed, "SIMRS") is None
    (item,) = done.draft.items.all()
    assert (item.verb, item.name, item.base_version) == ("add", "SIMRS", 0)
    assert item.patch["unit"] == {"uid": str(reviewed.unit.uid), "name": reviewed.unit.name}


def test_the_secretariat_writes_at_once(reviewed: Cast) -> None:
    done = add(reviewed, "Portal data", "diskominfo")
    assert done.draft is None and live(reviewed, "Portal data")


def test_without_steps_everybody_writes_at_once(cast: Cast) -> None:
    assert add(cast, "SIMRS").draft is None and live(cast, "SIMRS")


def test_several_changes_gather_in_one_draft_and_come_into_force_together(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    first = add(reviewed, "SIMRS").draft
    second = actions.change_element(reviewed.actor("operator"), old, version=1, name="Lama sekali").draft
    assert first == second
    through_all(reviewed, first)
    first.refresh_from_db()
    assert first.state == "applied" and not first.items.exists()
    assert live(reviewed, "SIMRS") and live(reviewed, "Lama sekali")
    written = Revision.objects.filter(change_set=first)
    assert {r.verb for r in written} == {"add", "change"}
    assert [r.verdict for r in first.reviews.order_by("pk")] == ["submitted", "agreed", "agreed", "applied"]


def test_a_draft_goes_on_from_what_it_already_says(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    actions.change_element(operator, old, version=1, attributes={"fungsi": "Mencatat"})
    with review.laid_over(operator, proposals.open_set(operator, reviewed.institution)):
        shown = queries.element(operator, reviewed.institution, old.uid)
        assert shown.version == 2 and shown.attributes["fungsi"] == "Mencatat"
    done = actions.change_element(operator, old, version=2, name="Baru")
    (item,) = done.draft.items.all()
    assert item.base_version == 1
    assert item.patch == {"name": "Baru", "attributes.fungsi": "Mencatat"}
    assert live(reviewed, "Lama").attributes.get("fungsi") is None


def test_a_link_to_what_is_only_proposed_comes_along(reviewed: Cast) -> None:
    operator = reviewed.actor("operator")
    service = add(reviewed, "Pendaftaran pasien", "diskominfo", domain="services").row
    draft = add(reviewed, "SIMRS").draft
    with review.laid_over(operator, draft):
        uid = queries.elements(operator, reviewed.institution, queries.Filters(query="SIMRS")).rows[0]["uid"]

    def work() -> actions.Outcome:
        source = queries.element(operator, reviewed.institution, uid)
        return actions.link(operator, source, "application_service", service)

    review.through(operator, reviewed.institution, work)
    assert draft.items.count() == 2 and not Relation.objects.exists()
    through_all(reviewed, draft)
    relation = Relation.objects.get()
    assert (relation.source.name, relation.target.name) == ("SIMRS", "Pendaftaran pasien")


def test_what_is_added_and_taken_away_again_leaves_nothing_in_the_draft(reviewed: Cast) -> None:
    operator = reviewed.actor("operator")
    draft = add(reviewed, "SIMRS").draft
    uid = draft.items.get().target_uid

    def work() -> None:
        actions.delete_element(operator, queries.element(operator, reviewed.institution, uid))

    review.through(operator, reviewed.institution, work)
    assert not draft.items.exists()


def test_nobody_agrees_to_the_own_change(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS", "head").draft
    review.submit(reviewed.actor("head"), draft)
    draft.refresh_from_db()
    # The head's own step falls away; the secretariat's does not.
    assert draft.step == "verify"
    assert [(r.verdict, r.step) for r in draft.reviews.order_by("pk")][-1] == ("skipped", "approve")
    with pytest.raises(NotFound):
        review.agree(reviewed.actor("head"), draft)


def test_the_secretariat_may_have_to_be_reviewed_too_but_never_by_the_same_person(reviewed: Cast) -> None:
    diskominfo = reviewed.actor("diskominfo")
    review.set_steps(diskominfo, reviewed.institution, ["verify"], secretariat=True)
    draft = add(reviewed, "Portal data", "diskominfo").draft
    review.submit(diskominfo, draft)
    with pytest.raises(review.Refused, match="Ini usulan Anda sendiri"):
        review.agree(diskominfo, draft)


def test_who_may_not_take_the_step_finds_nothing(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    for who in ("other_operator", "assessor", "stranger", "foreigner", "public"):
        assert not proposals.visible(reviewed.actor(who), reviewed.institution).exists(), who
    review.submit(reviewed.actor("operator"), draft)
    for who in ("operator", "other_operator", "diskominfo", "sekda", "assessor", "stranger"):
        with pytest.raises((NotFound, review.Refused)):
            review.agree(reviewed.actor(who), draft)
    assert proposals.waiting_for(reviewed.actor("head"), reviewed.institution).get() == draft
    assert not proposals.waiting_for(reviewed.actor("diskominfo"), reviewed.institution).exists()


def test_a_draft_shows_to_others_only_once_it_is_handed_in(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    seen = {w for w in ("head", "diskominfo", "sekda") if proposals.may_see(reviewed.actor(w), draft)}
    assert seen == {"head"}
    review.submit(reviewed.actor("operator"), draft)
    assert all(proposals.may_see(reviewed.actor(w), draft) for w in ("head", "diskominfo", "sekda"))


def test_a_returned_draft_is_mended_and_handed_in_again(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    review.submit(reviewed.actor("operator"), draft)
    with pytest.raises(review.Refused):
        review.give_back(reviewed.actor("head"), draft, comment="  ")
    review.give_back(reviewed.actor("head"), draft, comment="Nama belum lengkap")
    draft.refresh_from_db()
    assert draft.state == "returned"
    assert add(reviewed, "SIMPUS").draft == draft
    review.submit(reviewed.actor("operator"), draft)
    draft.refresh_from_db()
    assert (draft.state, draft.step, draft.items.count()) == ("submitted", "approve", 2)


def test_two_who_change_different_fields_do_not_meet(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    draft = actions.change_element(reviewed.actor("operator"), old, version=1, name="Baru").draft
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, attributes={"fungsi": "Mencatat"})
    through_all(reviewed, draft)
    now = live(reviewed, "Baru")
    assert now is not None and now.attributes["fungsi"] == "Mencatat"


def test_two_who_change_one_field_are_told_what_it_was_and_is_and_is_to_be(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.change_element(operator, old, version=1, name="Nama operator").draft
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    with pytest.raises(review.Refused) as refused:
        review.submit(operator, draft)
    (problem,) = refused.value.problems
    (clash,) = problem.clashes
    assert (clash.field, clash.base, clash.theirs, clash.mine) == (
        "name",
        "Lama",
        "Nama sekretariat",
        "Nama operator",
    )
    (line,), _next = proposals.lines(operator, draft)
    assert [(c.base, c.theirs, c.mine) for c in line.clashes] == [
        ("Lama", "Nama sekretariat", "Nama operator")
    ]


def test_a_clash_is_not_forgotten_when_something_else_is_added_to_the_draft(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    draft = actions.change_element(reviewed.actor("operator"), old, version=1, name="Nama operator").draft
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    add(reviewed, "SIMRS")
    assert [len(p.clashes) for p in proposals.problems(draft)] == [1]


@pytest.mark.parametrize(("whose", "name"), [("mine", "Nama operator"), ("theirs", "Nama sekretariat")])
def test_a_settled_clash_ends_as_it_was_settled(reviewed: Cast, whose: str, name: str) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.change_element(
        operator, old, version=1, name="Nama operator", attributes={"fungsi": "Mencatat"}
    ).draft
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    with pytest.raises(review.Refused):
        review.settle(operator, draft, old.uid, {})
    review.settle(operator, draft, old.uid, {"name": whose})
    through_all(reviewed, draft)
    assert live(reviewed, name).attributes["fungsi"] == "Mencatat"


def test_what_was_deleted_meanwhile_is_told_and_can_be_let_go(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.change_element(operator, old, version=1, name="Baru").draft
    add(reviewed, "SIMRS")
    actions.delete_element(reviewed.actor("diskominfo"), old)
    with pytest.raises(review.Refused):
        review.submit(operator, draft)
    review.settle(operator, draft, old.uid, {})
    through_all(reviewed, draft)
    assert live(reviewed, "SIMRS") and live(reviewed, "Baru") is None


def test_a_made_code_that_went_to_something_else_meanwhile_is_made_anew(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    code = draft.items.get().patch["code"]
    assert add(reviewed, "Portal data", "diskominfo").row.code == code
    through_all(reviewed, draft)
    assert live(reviewed, "SIMRS").code != code


def test_an_own_code_that_was_taken_meanwhile_keeps_the_set_from_going_on(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS", code="X-1").draft
    add(reviewed, "Portal data", "diskominfo", code="X-1")
    with pytest.raises(review.Refused) as refused:
        review.submit(reviewed.actor("operator"), draft)
    assert [p.item.name for p in refused.value.problems] == ["SIMRS"]
    assert draft.items.count() == 1


def test_a_deletion_waits_for_review_and_is_refused_when_the_thing_moved_on(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    draft = actions.delete_element(reviewed.actor("operator"), old).draft
    assert live(reviewed, "Lama")
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, attributes={"fungsi": "Mencatat"})
    with pytest.raises(review.Refused):
        review.submit(reviewed.actor("operator"), draft)


def test_the_approver_reads_differences_by_name_and_what_depends_on_them(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    service = add(reviewed, "Pendaftaran pasien", "diskominfo", domain="services").row
    actions.link(reviewed.actor("diskominfo"), old, "application_service", service)
    draft = actions.change_element(
        reviewed.actor("operator"), old, version=1, attributes={"fungsi": "Mencatat"}
    ).draft
    review.submit(reviewed.actor("operator"), draft)
    (line,), mark = proposals.lines(reviewed.actor("head"), draft)
    assert mark == 0 and line.name == "Lama" and line.dependents == ["Pendaftaran pasien"]
    assert [(d.label, d.before, d.after) for d in line.differences] == [("Fungsi Aplikasi", "", "Mencatat")]


def test_taking_a_set_back_is_a_proposal_of_its_own(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    applied = through_all(reviewed, draft)
    operator = reviewed.actor("operator")
    _done, proposal = review.undo(operator, applied)
    assert proposal is not None and proposal.kind == "undo" and live(reviewed, "SIMRS")
    applied.refresh_from_db()
    assert applied.state == "applied"
    through_all(reviewed, proposal)
    applied.refresh_from_db()
    assert applied.state == "undone" and live(reviewed, "SIMRS") is None


def test_what_is_agreed_for_a_later_day_waits_for_it(reviewed: Cast) -> None:
    from datetime import timedelta

    from django.utils import timezone

    draft = add(reviewed, "SIMRS").draft
    later = timezone.localdate() + timedelta(days=400)
    review.submit(reviewed.actor("operator"), draft, effective_on=later)
    review.agree(reviewed.actor("head"), draft)
    found = review.agree(reviewed.actor("diskominfo"), draft)
    assert (found.state, found.kind) == ("agreed", "plan") and live(reviewed, "SIMRS") is None
    with pytest.raises(NotFound):
        review.realise(reviewed.actor("operator"), found)
    review.realise(reviewed.actor("diskominfo"), found)
    assert live(reviewed, "SIMRS")


def test_where_an_opd_has_no_other_head_the_secretariat_goes_first_and_it_is_written_down(
    reviewed: Cast,
) -> None:
    draft = add(reviewed, "Adminduk", "other_operator").draft
    review.submit(reviewed.actor("other_operator"), draft)
    draft.refresh_from_db()
    assert draft.step == "verify"
    assert draft.reviews.filter(verdict="skipped", step="approve").exists()


def test_nothing_of_a_proposal_is_in_the_history_until_it_counts(reviewed: Cast) -> None:
    from pendapa.kernel.history import queries as past

    draft = add(reviewed, "SIMRS").draft
    before = len(past.page(reviewed.actor("diskominfo"), reviewed.institution).rows)
    through_all(reviewed, draft)
    assert len(past.page(reviewed.actor("diskominfo"), reviewed.institution).rows) == before + 1
