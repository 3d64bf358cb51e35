"""The pages of merging, splitting, handing over: first what would happen, then the yes; the unit page tells what became."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pendapa.architecture import actions as architecture
from pendapa.kernel.tenancy.models import Assignment, Unit
from pendapa.organisation.models import Succession
from tests.cast import Cast, cast

__all__ = ["cast"]
TODAY = timezone.localdate()


def address(name: str, *args: object) -> str:
    return reverse(f"organisation:{name}", args=["uji", *args])


def carried(page: str) -> dict[str, str]:
    """The hidden fields of a page, to be sent on."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_merge_is_shown_before_it_is_done_and_told_on_both_pages(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    architecture.create_element(actor, cast.institution, "applications", cast.unit, name="SIMPUS")
    client, url = cast.client("diskominfo"), address("unit_merge", cast.unit.uid)
    assert client.get(url).status_code == 200
    sent = {"target": str(cast.other_unit.uid), "decree": "Perda 3/2026", "step": "preview"}
    page = client.post(url, sent).content.decode()
    assert "SIMPUS" in page and "UPT Puskesmas Uji" in page and "Operator" in page
    assert not Succession.objects.exists()
    answer = client.post(url, {**carried(page), "step": "save"})
    assert answer.status_code == 302
    old = client.get(address("unit", cast.unit.uid)).content.decode()
    new = client.get(address("unit", cast.other_unit.uid)).content.decode()
    assert f'href="{address("unit", cast.other_unit.uid)}"' in old and "Perda 3/2026" in old
    assert f'href="{address("unit", cast.unit.uid)}"' in new
    undo = address("change_undo", cast.unit.uid, Succession.objects.get().uid)
    assert undo in old
    assert client.post(undo).status_code == 302
    cast.unit.refresh_from_db()
    assert cast.unit.valid_to is None
    assert client.post(undo).status_code == 404


def test_what_is_wrong_comes_back_with_what_was_typed(cast: Cast) -> None:
    client, url = cast.client("diskominfo"), address("unit_merge", cast.unit.uid)
    answer = client.post(url, {"step": "preview", "decree": "Perda 3/2026"})
    assert answer.status_code == 422 and "Perda 3/2026" in answer.content.decode()
    taken = client.post(url, {"step": "preview", "name": "Dinas Baru", "code": "2.12"})
    assert taken.status_code == 200 and "2.12" in taken.content.decode()
    assert 'value="save"' not in taken.content.decode()
    forced = client.post(url, {"step": "save", "name": "Dinas Baru", "code": "2.12"})
    assert forced.status_code == 422 and not Unit.objects.filter(name="Dinas Baru").exists()


def test_a_split_asks_what_goes_where(cast: Cast) -> None:
    actor = cast.actor("diskominfo")
    app = architecture.create_element(actor, cast.institution, "applications", cast.unit, name="SIMPUS").row
    client, url = cast.client("diskominfo"), address("unit_split", cast.unit.uid)
    one = client.post(url, {"closes": "1", "name1": "Dinas A", "code1": "7.1", "step": "parts"})
    assert one.status_code == 422
    sent = {"closes": "1", "name1": "Dinas A", "code1": "7.1", "name2": "Dinas B", "code2": "7.2"}
    hand = client.post(url, {**sent, "step": "parts"}).content.decode()
    assert f'name="t-{app.uid}"' in hand and f'name="u-{cast.subunit.uid}"' in hand
    told = {**carried(hand), f"t-{app.uid}": "2", f"u-{cast.subunit.uid}": "2"}
    page = client.post(url, {**told, "step": "preview"}).content.decode()
    assert "SIMPUS" in page and "Dinas B" in page
    again = client.post(url, {**carried(page), "step": "change"}).content.decode()
    assert 'value="Dinas B"' in again
    assert client.post(url, {**carried(page), "step": "save"}).status_code == 302
    app.refresh_from_db()
    cast.subunit.refresh_from_db()
    assert (app.unit.name, cast.subunit.parent.name) == ("Dinas B", "Dinas B")
    assert Assignment.objects.get(user=cast.users["operator"], valid_to=None).unit.name == "Dinas A"


@pytest.mark.parametrize("broken", ["t-keine-uid", "p-99999", "u-00000000-0000-0000-0000-000000000000"])
def test_what_does_not_hang_on_the_unit_cannot_be_handed_over(cast: Cast, broken: str) -> None:
    url = address("unit_split", cast.unit.uid)
    sent = {"closes": "1", "name1": "Dinas A", "name2": "Dinas B", broken: "1", "step": "save"}
    assert cast.client("diskominfo").post(url, sent).status_code == 404
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    "who", ["operator", "head", "sekda", "verifier", "assessor", "stranger", "foreigner"]
)
@pytest.mark.parametrize("name", ["unit_merge", "unit_split"])
def test_others_do_not_find_these_pages(cast: Cast, who: str, name: str) -> None:
    client = cast.client(who)
    assert client.get(address(name, cast.unit.uid)).status_code == 404
    assert client.post(address(name, cast.unit.uid), {"step": "save"}).status_code == 404


def test_an_office_is_handed_over_from_the_list_of_people(cast: Cast) -> None:
    client = cast.client("diskominfo")
    held = Assignment.objects.get(user=cast.users["head"])
    url = address("hand_over", held.pk)
    assert url in client.get(address("people")).content.decode()
    empty = client.post(url, {"name": "", "username": ""})
    assert empty.status_code == 422
    end = TODAY + timedelta(days=20)
    answer = client.post(
        url, {"to": str(cast.users["operator"].pk), "until": end.isoformat(), "acting": "on"}
    )
    assert answer.status_code == 302
    office = client.get(answer.url).content.decode()
    assert "Operator" in office and "Head" in office
    people = client.get(address("people")).content.decode()
    new = Assignment.objects.get(user=cast.users["operator"], role="head")
    assert address("office", new.pk) in people and ", 20 " in people
    assert client.post(address("take_duties", new.pk)).status_code == 302


def test_a_new_person_gets_a_link_with_the_office(cast: Cast) -> None:
    held = Assignment.objects.get(user=cast.users["head"])
    sent = {"name": "dr. Ratna", "username": "198001012005011001"}
    answer = cast.client("head").post(address("hand_over", held.pk), sent)
    assert answer.status_code == 200 and "/akun/" in answer.content.decode()


@pytest.mark.parametrize("who", ["other_operator", "assessor", "verifier", "stranger", "foreigner"])
def test_the_holders_of_an_office_are_not_for_everybody(cast: Cast, who: str) -> None:
    held = Assignment.objects.get(user=cast.users["head"])
    client = cast.client(who)
    assert client.get(address("office", held.pk)).status_code == 404
    assert client.get(address("hand_over", held.pk)).status_code == 404
    assert client.post(address("take_duties", held.pk)).status_code == 404
