"""What an action makes of the register: its proposal goes on once it is done, and is not lost where somebody was quicker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.review import actions as review
from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.actions import action_plan_review as proposals
from pendapa.roadmap.models import Action, InitiativeElement
from pendapa.roadmap.queries import action_plan_review as queries
from tests.cast import cast  # noqa: F401
from tests.roadmap.plans import action, initiative

LIST = "/di/uji/peta-rencana/aksi/"


@pytest.fixture
def reviewed(cast):  # noqa: F811
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    return cast


def element(cast, name="SIMRS", unit=None):  # noqa: F811
    made = architecture.create_element(
        cast.actor("diskominfo"), cast.institution, "applications", unit or cast.unit, name=name
    )
    return Element.objects.get(pk=made.row.pk)


def drafted(cast, row, name="SIMRS terpadu"):  # noqa: F811
    return architecture.change_element(cast.actor("operator"), row, version=row.version, name=name).draft


def agreed(cast, draft):  # noqa: F811
    review.submit(cast.actor("operator"), draft, effective_on=timezone.localdate() + timedelta(days=400))
    review.agree(cast.actor("head"), draft)
    return review.agree(cast.actor("diskominfo"), draft)


def test_a_finished_action_hands_its_draft_in(reviewed):
    draft = drafted(reviewed, element(reviewed))
    row, who = action(reviewed, initiative(reviewed)), reviewed.actor("operator")
    proposals.link(who, row, draft.uid)
    with pytest.raises(actions.Refused):
        proposals.hand_in(who, row)
    done = actions.finish(who, row, 2).action
    told = reviewed.client("operator").get(f"{LIST}{row.uid}/").content.decode()
    assert 'value="hand_in"' in told
    assert proposals.hand_in(who, done).state == "submitted"
    review.agree(reviewed.actor("head"), draft)
    review.agree(reviewed.actor("diskominfo"), draft)
    assert Element.objects.get().name == "SIMRS terpadu"
    assert queries.linked(who, Action.objects.get()).in_force


def test_what_was_agreed_for_later_comes_into_force_by_who_may(reviewed):
    found = element(reviewed)
    under = initiative(reviewed, unit=reviewed.other_unit, partners=[reviewed.unit])
    InitiativeElement.objects.create(institution=reviewed.institution, initiative=under, element=found)
    plan = agreed(reviewed, drafted(reviewed, found))
    row = action(reviewed, under)
    assert [one.pk for one in queries.linkable(reviewed.actor("operator"), row)] == [plan.pk]
    proposals.link(reviewed.actor("operator"), row, plan.uid)
    done = actions.finish(reviewed.actor("operator"), row, 2).action
    with pytest.raises(NotFound):
        proposals.realise(reviewed.actor("operator"), done)
    assert (
        reviewed.client("diskominfo").post(f"{LIST}{row.uid}/usulan/", {"verb": "realise"}).status_code == 302
    )
    assert Element.objects.get().name == "SIMRS terpadu"


def test_an_element_changed_by_somebody_else_meanwhile_shows_the_conflict_and_loses_nothing(reviewed):
    found = element(reviewed)
    plan = agreed(reviewed, drafted(reviewed, found))
    row = action(reviewed, initiative(reviewed))
    proposals.link(reviewed.actor("operator"), row, plan.uid)
    actions.finish(reviewed.actor("operator"), row, 2, "Sudah diuji")
    architecture.change_element(reviewed.actor("diskominfo"), found, version=1, name="SIMRS provinsi")
    answer = reviewed.client("diskominfo").post(f"{LIST}{row.uid}/usulan/", {"verb": "realise"})
    told = answer.content.decode()
    assert answer.status_code == 422 and f"/di/uji/usulan/{plan.uid}/" in told and "SIMRS" in told
    now = Action.objects.get()
    assert (now.state, now.result, now.change_set_id) == ("done", "Sudah diuji", plan.pk)
    plan.refresh_from_db()
    assert plan.state == "agreed" and Element.objects.get().name == "SIMRS provinsi"
    review.withdraw(reviewed.actor("operator"), plan)
    review.settle(reviewed.actor("operator"), plan, found.uid, {"name": "mine"})
    proposals.hand_in(reviewed.actor("operator"), now)
    review.agree(reviewed.actor("head"), plan)
    review.agree(reviewed.actor("diskominfo"), plan)
    plan.refresh_from_db()
    if plan.state == "agreed":
        proposals.realise(reviewed.actor("diskominfo"), now)
    assert Element.objects.get().name == "SIMRS terpadu"


def test_nobody_links_or_sees_a_proposal_of_others(reviewed):
    strange = element(reviewed, "Adminduk", reviewed.other_unit)
    draft = architecture.change_element(
        reviewed.actor("other_operator"), strange, version=1, name="Rahasia lain"
    ).draft
    row = action(reviewed, initiative(reviewed))
    with pytest.raises(actions.Refused):
        proposals.link(reviewed.actor("operator"), row, draft.uid)
    Action.objects.filter(pk=row.pk).update(change_set=draft)
    now = Action.objects.get()
    assert queries.linked(reviewed.actor("operator"), now) is None
    assert "Rahasia lain" not in reviewed.client("operator").get(f"{LIST}{row.uid}/").content.decode()
    bad = reviewed.client("operator").post(f"{LIST}{row.uid}/usulan/", {"verb": "link", "set": "x"})
    assert bad.status_code == 302
