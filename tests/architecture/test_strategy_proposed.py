"""The strategy map and relations of whose changes are reviewed: all of it gathers in one proposal, and can be worked on there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pendapa.architecture import actions
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import actions as review
from tests.architecture.scene import join, make
from tests.architecture.test_edit_pages import BASE
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MAP = BASE + "strategi/"


@pytest.fixture
def reviewed(cast: Cast) -> Cast:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve"])
    return cast


def body(cast: Cast, name: str) -> dict[str, str]:
    return {"name": name, "unit": str(cast.unit.uid), "classification": "internal"}


def test_a_part_added_under_another_is_proposed_with_its_place_and_comes_in_with_it(reviewed: Cast) -> None:
    vision = make(reviewed.unit, "Denpasar maju", "strategy", kind="visi")
    client = reviewed.client("operator")
    client.post(
        f"{BASE}baru/?domain=strategy&kind=misi&under={vision.uid}", body(reviewed, "Layanan yang baik")
    )
    assert Element.objects.count() == 1 and not Relation.objects.exists()
    draft = ChangeSet.objects.get(state="draft")
    assert sorted(draft.items.values_list("target_type", flat=True)) == ["element", "relation"]
    (tree,) = client.get(MAP).context["trees"]
    assert [node["element"]["name"] for node in tree["below"]] == ["Layanan yang baik"]
    assert reviewed.client("other_operator").get(MAP).context["trees"][0]["below"] == []
    # Also under what is only proposed.
    uid = tree["below"][0]["element"]["uid"]
    client.post(f"{BASE}baru/?domain=strategy&kind=tujuan&under={uid}", body(reviewed, "Masyarakat puas"))
    review.submit(reviewed.actor("operator"), draft)
    draft.refresh_from_db()
    review.agree(reviewed.actor("head"), draft)
    ways = {(r.source.name, r.target.name) for r in Relation.objects.filter(deleted_at=None)}
    assert ways == {("Layanan yang baik", "Denpasar maju"), ("Masyarakat puas", "Layanan yang baik")}


def test_a_relation_is_changed_in_the_proposal_and_stands_as_before_until_agreed(reviewed: Cast) -> None:
    mine, theirs = make(reviewed.unit, "SIMPUS"), make(reviewed.other_unit, "Data penduduk", "data")
    relation = join(mine, "application_data", theirs)
    client, address = reviewed.client("operator"), f"{BASE}{mine.uid}/relasi/{relation.uid}/"
    sent = {"version": 1, "a_akses": "read", "valid_from": "", "valid_to": ""}
    assert client.post(address, sent).status_code == 302
    relation.refresh_from_db()
    assert relation.attributes == {}
    assert "Akses: Baca" in client.get(f"{BASE}{mine.uid}/").content.decode()
    assert "Akses: Baca" not in reviewed.client("head").get(f"{BASE}{mine.uid}/").content.decode()


def test_what_a_proposed_link_tells_is_asked_next_and_goes_into_the_proposal(reviewed: Cast) -> None:
    mine, theirs = make(reviewed.unit, "SIMPUS"), make(reviewed.unit, "Data penduduk", "data")
    client = reviewed.client("operator")
    answer = client.post(
        f"{BASE}{mine.uid}/hubungkan/", {"type": "out:application_data", "other": str(theirs.uid)}
    )
    form = client.get(answer["Location"])
    assert form.status_code == 200 and not Relation.objects.exists()
    version = form.context["form"]["version"].value()
    sent = {"version": version, "a_akses": "write", "valid_from": "", "valid_to": ""}
    assert client.post(answer["Location"], sent).status_code == 302
    assert "Akses: Tulis" in client.get(f"{BASE}{mine.uid}/").content.decode()


@pytest.mark.parametrize(("domain", "kind"), [("strategy", "visi"), ("outside", "")])
def test_what_lies_beside_the_six_domains_shows_in_proposal_history_plan_and_comparison(
    reviewed: Cast, domain: str, kind: str
) -> None:
    operator, code = reviewed.actor("operator"), reviewed.institution.code
    draft = actions.create_element(
        operator, reviewed.institution, domain, reviewed.unit, name="Denpasar maju", kind=kind
    ).draft
    client = reviewed.client("operator")
    pages = [reverse("review:set", args=[code, draft.uid])]
    assert "Denpasar maju" in client.get(pages[0]).content.decode()
    review.submit(operator, draft)
    review.agree(reviewed.actor("head"), draft)
    pages = [
        reverse("history:set", args=[code, draft.uid]),
        f"{BASE}?domain={domain}&pada=rencana-2030",
        f"{BASE}bandingkan/?sebelum=2020-01-01&sesudah=sekarang",
    ]
    for page in pages:
        assert "Denpasar maju" in client.get(page).content.decode(), page
