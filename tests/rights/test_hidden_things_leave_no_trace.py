"""What the walk through every door found, each by itself: places that told of hidden things without naming them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.architecture import actions, queries, releasing
from pendapa.architecture.models import Element
from pendapa.architecture.queries import comparing, moments
from pendapa.architecture.rules.moments import NOW, Moment
from pendapa.kernel.events.models import StreamEvent
from pendapa.kernel.history import queries as past
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import actions as review
from pendapa.kernel.tenancy.models import Assignment, User
from tests.architecture.scene import join, make
from tests.cast import Cast, cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


def test_hidden_changes_take_no_place_in_the_history(cast: Cast) -> None:
    service = make(cast.unit, "Pendaftaran", "services")
    first = make(cast.unit, "Yang pertama")
    # Links belong to the unit of their source; whoever may not see the other end sees nothing of them.
    for number in range(7):
        hidden = make(cast.other_unit, f"Sandi {number}", "data", classification="restricted")
        join(first, "application_data", hidden)
    operator = cast.actor("operator")
    shown = past.page(operator, cast.institution, size=2)
    assert [names for one in shown.rows for names in one.names] == ["Yang pertama", "Pendaftaran"]
    assert shown.next == "" and len(past.recent(operator, cast.institution, 1)) == 1
    assert len(past.of_unit(operator, cast.institution, cast.unit, 2)) == 2
    one = past.page(operator, cast.institution, size=1)
    two = past.page(operator, cast.institution, after=one.next, size=1)
    back = past.page(operator, cast.institution, before=two.previous, size=1)
    assert [p.rows[0].names[0] for p in (one, two, back)] == ["Yang pertama", "Pendaftaran", "Yang pertama"]
    assert service.pk and past.page(cast.actor("diskominfo"), cast.institution).rows[0].names != []


def test_a_release_counts_what_one_may_see(cast: Cast) -> None:
    shown, hidden = (
        make(cast.unit, "Terbuka"),
        make(cast.other_unit, "Sandi", "data", classification="restricted"),
    )
    join(shown, "application_data", hidden)
    release = releasing.create_release(cast.actor("diskominfo"), cast.institution, code="2026")
    told = {
        who: moments.release_counts(cast.actor(who), cast.institution, release)
        for who in ("operator", "diskominfo", "other_operator")
    }
    assert told["operator"] == {"applications": 1, "relations": 0}
    assert told["diskominfo"] == told["other_operator"] == {"applications": 1, "data": 1, "relations": 1}
    listed = cast.client("operator").get("/api/v1/institutions/uji/releases").json()
    assert listed[0]["counts"] == told["operator"]


def test_an_element_that_is_to_be_restricted_stays_as_it_is_for_others(cast: Cast) -> None:
    chief = User.objects.create_user("kepala.lain@uji.example", "Kepala Lain", "kata-sandi-uji")
    Assignment.objects.create(user=chief, institution=cast.institution, unit=cast.other_unit, role="head")
    cast.users["other_head"] = chief
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    known = Element.objects.get(pk=make(cast.other_unit, "Terbuka").pk)
    draft = actions.change_element(
        cast.actor("other_operator"), known, version=1, name="Sandi", classification="restricted"
    ).draft
    assert draft is not None
    later = timezone.localdate() + timedelta(days=400)
    review.submit(cast.actor("other_operator"), draft, effective_on=later)
    review.agree(cast.actor("other_head"), draft)
    review.agree(cast.actor("diskominfo"), draft)
    plan = Moment("planned", year=later.year)
    told = {}
    for who in ("operator", "other_operator"):
        actor = cast.actor(who)
        found = moments.elements_at(actor, cast.institution, plan, queries.Filters())
        changed = comparing.compare(actor, cast.institution, NOW, plan).counts["changed"]
        told[who] = [row.name for row in found.rows], changed
    assert told == {"operator": (["Terbuka"], {}), "other_operator": (["Sandi"], {"element": 1})}


def test_the_signs_of_the_live_stream_name_nothing(cast: Cast) -> None:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    make(cast.other_unit, "Sandi", classification="restricted")
    made = actions.create_element(
        cast.actor("other_operator"), cast.institution, "applications", cast.other_unit, name="Rancangan"
    )
    assert made.draft is not None
    assert StreamEvent.objects.exists() and set(
        map(str, StreamEvent.objects.values_list("payload", flat=True))
    ) == {"{}"}


@pytest.mark.django_db
def test_the_history_of_what_was_opened_keeps_what_was_restricted(cast: Cast) -> None:
    """A set of the own unit changed something of another OPD while it was restricted; now that thing is open."""
    office = cast.actor("diskominfo")
    made = actions.create_element(
        office, cast.institution, "applications", cast.other_unit, name="Kelak terbuka",
        classification="restricted", attributes={"fungsi": "rahasia dapur"},
    ).row  # fmt: skip
    for change in ({"attributes": {"fungsi": "masakan umum"}}, {"classification": "internal"}):
        row = Element.objects.get(pk=made.pk)
        actions.change_element(office, row, version=row.version, **change)
    ChangeSet.objects.filter(author=cast.users["diskominfo"]).update(unit=cast.unit)
    told = str(past.of_target(cast.actor("operator"), cast.institution, made.uid))
    assert "masakan umum" in told and "rahasia dapur" not in told
    assert "rahasia dapur" in str(past.of_target(office, cast.institution, made.uid))
