"""Keys of programs: what they open, what they never open, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tokens import actions, keys, queries
from pendapa.kernel.tokens.models import ApiToken
from tests.api.programs import BASE, READ, RESTRICTED, WRITE, Program, program
from tests.architecture.scene import make
from tests.cast import Cast, cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def test_the_key_is_told_once_and_only_its_digest_is_kept(cast: Cast) -> None:
    made = actions.make(cast.actor("operator"), cast.institution, name="SIMPEG", permissions=[READ], days=30)
    assert keys.looks_right(made.key) and made.key.startswith("pdp_")
    kept = ApiToken.objects.values().get()
    assert made.key not in repr(kept) and made.key.startswith(kept["prefix"])
    assert Program(made.key).get("elements").status_code == 200


@pytest.mark.parametrize("days", [0, -1, 367, 10_000])
def test_a_key_ends_within_a_leap_year(cast: Cast, days: int) -> None:
    with pytest.raises(actions.Refused, match="366"):
        actions.make(cast.actor("operator"), cast.institution, name="x", permissions=[READ], days=days)


def test_nobody_hands_on_what_the_own_roles_do_not_hold(cast: Cast) -> None:
    with pytest.raises(actions.Refused):
        actions.make(cast.actor("assessor"), cast.institution, name="x", permissions=[READ, WRITE], days=1)
    with pytest.raises(NotFound):
        actions.make(cast.actor("foreigner"), cast.institution, name="x", permissions=[READ], days=1)
    with pytest.raises(NotFound):
        actions.make(cast.actor("stranger"), cast.institution, name="x", permissions=[READ], days=1)


def test_a_key_does_no_more_than_its_scopes(cast: Cast) -> None:
    hidden = make(cast.unit, "Rahasia", classification="restricted")
    make(cast.unit, "Terbuka")
    reader = program(cast, "operator", READ)
    assert [one["name"] for one in reader.get("elements").json()["items"]] == ["Terbuka"]
    assert reader.get(f"elements/{hidden.uid}").status_code == 404
    assert program(cast, "operator", READ, RESTRICTED).get(f"elements/{hidden.uid}").status_code == 200
    body = {"domain": "applications", "unit": "1.02", "name": "Baru"}
    assert reader.post("elements", body).status_code == 404
    assert program(cast, "operator", READ, WRITE).post("elements", body).status_code == 201


def test_a_key_does_no_more_than_its_owner_may_today(cast: Cast) -> None:
    theirs = program(cast, "operator", READ, WRITE)
    cast.users["operator"].assignments.update(valid_to=timezone.localdate() - timedelta(days=1))
    assert theirs.get("elements").status_code == 404


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(cast: Cast) -> None:
    expired, revoked, left = (program(cast, who, READ) for who in ("operator", "head", "sekda"))
    tokens = {one.user.username.partition("@")[0]: one for one in ApiToken.objects.select_related("user")}
    ApiToken.objects.filter(pk=tokens["operator"].pk).update(expires_at=timezone.now())
    actions.revoke(cast.actor("head"), tokens["head"].uid)
    cast.users["sekda"].is_active = False
    cast.users["sekda"].save()
    answers = [
        one.get("elements")
        for one in (expired, revoked, left, Program(keys.new()), Program("salah"), Program(""))
    ]
    answers.append(program(cast, "foreigner", READ).get("elements"))
    answers.append(program(cast, "foreigner", READ).get("/api/v1/institutions/tak-ada/elements"))
    assert {(one.status_code, one.content) for one in answers} == {(401, answers[0].content)}
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")


def test_a_key_opens_no_page(cast: Cast) -> None:
    made = actions.make(cast.actor("diskominfo"), cast.institution, name="x", permissions=[READ], days=1)
    answer = Client().get("/di/uji/arsitektur/", headers={"Authorization": f"Bearer {made.key}"})
    assert answer.status_code == 302 and answer.url.startswith("/masuk/")


def test_a_key_makes_no_other_key(cast: Cast) -> None:
    actor = cast.actor("operator")
    actor.scopes = frozenset({READ})
    with pytest.raises(NotFound):
        actions.make(actor, cast.institution, name="x", permissions=[READ], days=1)


def test_a_session_still_needs_its_csrf_token_where_a_key_needs_none(cast: Cast) -> None:
    body = {"domain": "applications", "unit": "1.02", "name": "Baru"}
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.users["operator"], backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(BASE + "elements", body, content_type="application/json")
    assert answer.status_code == 403 and "CSRF" in answer.json()["detail"]
    assert program(cast, "operator").post("elements", body).status_code == 201


def test_the_last_use_is_written_once_a_minute(cast: Cast) -> None:
    theirs = program(cast, "operator", READ)
    theirs.get("elements")
    first = ApiToken.objects.get().last_used_at
    theirs.get("elements")
    assert first is not None and ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    theirs.get("elements")
    assert ApiToken.objects.get().last_used_at > first - timedelta(minutes=1)


def test_who_tries_many_keys_waits_and_right_keys_still_open(cast: Cast) -> None:
    right = program(cast, "operator", READ)
    statuses = [Program(keys.new()).get("elements").status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    assert right.get("elements").status_code == 200


def test_one_revokes_only_the_own_keys(cast: Cast) -> None:
    program(cast, "head", READ)
    with pytest.raises(NotFound):
        actions.revoke(cast.actor("operator"), ApiToken.objects.get().uid)
    assert queries.own(cast.actor("operator")) == []


# ---- the page


def test_a_person_makes_a_key_on_the_page_and_sees_it_once(cast: Cast) -> None:
    client = cast.client("operator")
    form = client.get("/akun/kunci/baru/uji/").content.decode()
    assert "architecture.edit" in form and "evaluation.view" in form
    made = client.post("/akun/kunci/baru/uji/", {"name": "SIMPEG", "permissions": [READ], "days": "90"})
    key = next(word for word in made.content.decode().split() if "pdp_" in word)
    key = key[key.index("pdp_") :].split("<")[0]
    assert Program(key.strip('"')).get("elements").status_code == 200
    page = client.get("/akun/kunci/").content.decode()
    assert "SIMPEG" in page and key not in page


def test_the_page_refuses_what_one_does_not_hold(cast: Cast) -> None:
    client = cast.client("assessor")
    answer = client.post("/akun/kunci/baru/uji/", {"name": "x", "permissions": [WRITE], "days": "90"})
    assert answer.status_code == 422 and not ApiToken.objects.exists()
    assert cast.client("foreigner").get("/akun/kunci/baru/uji/").status_code == 404
    assert Client().get("/akun/kunci/").status_code == 302


def test_a_person_revokes_a_key_on_the_page(cast: Cast) -> None:
    theirs = program(cast, "operator", READ)
    uid = ApiToken.objects.get().uid
    assert cast.client("head").post(f"/akun/kunci/{uid}/cabut/").status_code == 404
    assert cast.client("operator").post(f"/akun/kunci/{uid}/cabut/").status_code == 302
    assert theirs.get("elements").status_code == 401
