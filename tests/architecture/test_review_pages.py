"""The pages on which a proposal is made, handed in, returned, mended, agreed to and settled."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from pendapa.architecture import actions
from pendapa.architecture.models import Element
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.review import actions as review
from tests.cast import Cast


@pytest.fixture
def reviewed(cast: Cast) -> Cast:
    review.set_steps(cast.actor("diskominfo"), cast.institution, ["approve", "verify"])
    return cast


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"review:{name}", args=[cast.institution.code, *args])


def the_draft() -> ChangeSet:
    return ChangeSet.objects.get(state__in=["draft", "returned", "submitted", "agreed"])


def add_by_form(cast: Cast, name: str) -> None:
    new = reverse("architecture:new", args=[cast.institution.code]) + "?domain=applications"
    body = {"name": name, "unit": str(cast.unit.uid), "classification": "internal"}
    answer = cast.client("operator").post(new, body, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:500]


def test_a_form_sent_by_an_operator_ends_in_the_proposal_and_shows_it(reviewed: Cast) -> None:
    add_by_form(reviewed, "SIMRS")
    assert not Element.objects.exists()
    client = reviewed.client("operator")
    page = client.get(address(reviewed, "set", the_draft().uid)).content.decode()
    assert "SIMRS" in page and "Ajukan" in page
    uid = the_draft().items.get().target_uid
    # What is only proposed can be looked at and worked on like everything else.
    detail = client.get(reverse("architecture:detail", args=[reviewed.institution.code, uid]))
    assert detail.status_code == 200 and "SIMRS" in detail.content.decode()
    # Its page says so, and does not ask for what a thing of the register alone has.
    shown = detail.content.decode()
    assert address(reviewed, "set", the_draft().uid) in shown
    assert f"/komentar/element/{uid}" not in shown and f"/{uid}/kembaran/" not in shown
    other = reviewed.client("other_operator")
    assert other.get(reverse("architecture:detail", args=[reviewed.institution.code, uid])).status_code == 404


def test_the_whole_way_by_the_buttons(reviewed: Cast) -> None:
    add_by_form(reviewed, "SIMRS")
    uid = the_draft().uid
    operator, head, office = (reviewed.client(who) for who in ("operator", "head", "diskominfo"))
    operator.post(address(reviewed, "submit", uid), {"comment": "Aplikasi rumah sakit"})
    page = head.get(address(reviewed, "list")).content.decode()
    assert "Menunggu Anda" in page and "SIMRS" in page
    head.post(address(reviewed, "decide", uid), {"verdict": "return", "comment": "Lengkapi uraian"})
    page = operator.get(address(reviewed, "set", uid)).content.decode()
    assert "Lengkapi uraian" in page and "Ajukan" in page
    operator.post(address(reviewed, "submit", uid))
    head.post(address(reviewed, "decide", uid), {"verdict": "agree"})
    last = office.post(address(reviewed, "decide", uid), {"verdict": "agree"})
    ((_level, words),) = [(one.level, str(one)) for one in get_messages(last.wsgi_request)]
    assert "bagian dari daftar" in words
    assert Element.objects.get().name == "SIMRS"
    # Afterwards its address leads to what it became.
    answer = operator.get(address(reviewed, "set", uid))
    assert answer.status_code == 302 and "riwayat" in answer["Location"]


def test_a_clash_is_settled_on_the_page(reviewed: Cast) -> None:
    made = actions.create_element(
        reviewed.actor("diskominfo"), reviewed.institution, "applications", reviewed.unit, name="Lama"
    ).row
    draft = actions.change_element(reviewed.actor("operator"), made, version=1, name="Usulan").draft
    actions.change_element(reviewed.actor("diskominfo"), made, version=1, name="Kini")
    client = reviewed.client("operator")
    page = client.get(address(reviewed, "set", draft.uid)).content.decode()
    assert all(name in page for name in ("Lama", "Kini", "Usulan"))
    client.post(address(reviewed, "settle", draft.uid, made.uid), {"field-name": "mine"})
    client.post(address(reviewed, "submit", draft.uid))
    draft.refresh_from_db()
    assert draft.state == "submitted"


@pytest.mark.parametrize("who", ["other_operator", "assessor", "stranger", "foreigner"])
def test_a_draft_of_another_opd_looks_like_none_at_every_door(reviewed: Cast, who: str) -> None:
    add_by_form(reviewed, "SIMRS rahasia")
    draft = the_draft()
    target = draft.items.get().target_uid
    client = reviewed.client(who)
    for name in ("set",):
        assert client.get(address(reviewed, name, draft.uid)).status_code == 404
    for name in ("submit", "decide", "withdraw", "discard", "realise"):
        assert client.post(address(reviewed, name, draft.uid), {"verdict": "agree"}).status_code == 404
    for name in ("drop", "settle"):
        assert client.post(address(reviewed, name, draft.uid, target)).status_code == 404
    listed = client.get(address(reviewed, "list"))
    assert "SIMRS rahasia" not in listed.content.decode()
    assert the_draft().state == "draft"


def test_an_import_of_an_operator_goes_into_the_proposal_and_twice_brings_nothing_twice(
    reviewed: Cast,
) -> None:
    from io import BytesIO

    from pendapa.kernel.tables import actions as imports

    text = f"Nama Aplikasi,SKPD\nSIMRS,{reviewed.unit.name}\nSIMPUS,{reviewed.unit.name}\n"
    operator = reviewed.actor("operator")
    for _time in range(2):
        batch = imports.receive(
            operator, reviewed.institution, BytesIO(text.encode()), "aplikasi.csv", kind="applications"
        )
        batch = imports.confirm(operator, batch)
        assert batch.state == "saved"
    draft = the_draft()
    assert sorted(draft.items.values_list("name", flat=True)) == ["SIMPUS", "SIMRS"]
    assert not Element.objects.exists()
    assert draft.title == "aplikasi.csv"


def test_the_secretariat_chooses_the_steps_and_others_do_not(cast: Cast) -> None:
    page = address(cast, "settings")
    assert cast.client("operator").get(page).status_code == 404
    client = cast.client("diskominfo")
    assert client.get(page).status_code == 200
    client.post(page, {"steps": ["verify", "approve", "nonsense"]})
    cast.institution.refresh_from_db()
    assert cast.institution.settings["review"]["steps"] == ["approve", "verify"]
