"""The one-time link and one's own account."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client
from django.urls import reverse

from pendapa.kernel.tenancy.models import User
from pendapa.organisation import actions
from tests.cast import PASSWORD, Cast, cast

__all__ = ["cast"]
NEW = "kalimat pendek yang mudah"


def invited(cast: Cast) -> tuple[User, str]:
    made = actions.invite(
        cast.actor("diskominfo"),
        cast.institution,
        username="baru@uji.example",
        name="Orang Baru",
        role="operator",
        unit=cast.unit,
    )
    return made.user, made.link


def test_the_link_sets_the_password_and_signs_in_once_only(cast: Cast) -> None:
    user, link = invited(cast)
    client = Client()
    first = client.get(link)
    assert first.status_code == 302 and link.rstrip("/").rpartition("/")[2] not in first.url
    page = client.get(first.url)
    assert page.status_code == 200 and "Orang Baru" in page.content.decode()
    done = client.post(first.url, {"new_password1": NEW, "new_password2": NEW})
    assert done.status_code == 302 and done.url == reverse("start")
    user.refresh_from_db()
    assert user.check_password(NEW) and client.get(reverse("account")).status_code == 200
    again = Client().get(link)
    assert again.status_code == 410 and "tidak lagi membuka" in again.content.decode()
    assert (
        Client()
        .post(first.url, {"new_password1": "lain lagi sekali", "new_password2": "lain lagi sekali"})
        .status_code
        == 410
    )


def test_an_older_link_closes_when_a_newer_one_was_used(cast: Cast) -> None:
    user, older = invited(cast)
    newer = actions.renew_link(cast.actor("diskominfo"), cast.institution, user)
    client = Client()
    client.post(client.get(newer).url, {"new_password1": NEW, "new_password2": NEW})
    assert Client().get(older).status_code == 410


def test_an_expired_link_says_so_clearly(cast: Cast) -> None:
    _user, link = invited(cast)
    later = datetime.now() + timedelta(days=8)
    with mock.patch.object(PasswordResetTokenGenerator, "_now", lambda self: later):
        page = Client().get(link)
    text = page.content.decode()
    assert page.status_code == 410 and "7 hari" in text and "Tidak ada yang diubah" in text


@pytest.mark.parametrize(
    "link",
    ["/akun/tautan/x/y/", "/akun/tautan/OTk5OTk/abc-def/", "/akun/tautan/MQ/baru/"],
)
def test_a_made_up_link_opens_nothing(cast: Cast, link: str) -> None:
    assert Client().get(link).status_code == 410


def test_the_link_of_a_closed_account_opens_nothing(cast: Cast) -> None:
    user, link = invited(cast)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().get(link).status_code == 410


def test_a_weak_password_is_refused_and_the_link_stays_good(cast: Cast) -> None:
    user, link = invited(cast)
    client = Client()
    url = client.get(link).url
    assert client.post(url, {"new_password1": "12345", "new_password2": "12345"}).status_code == 422
    assert client.post(url, {"new_password1": NEW, "new_password2": NEW}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_the_account_page_shows_name_and_roles(cast: Cast) -> None:
    text = cast.client("operator").get(reverse("account")).content.decode()
    assert "operator@uji.example" in text and "Dinas Kesehatan" in text and "Kabupaten Uji" in text
    assert cast.client("stranger").get(reverse("account")).status_code == 200
    assert cast.client("operator").post(reverse("account")).status_code == 405
    assert cast.client("public").get(reverse("account")).url.startswith(reverse("login"))


def test_the_password_is_changed_with_the_old_one_as_proof(cast: Cast) -> None:
    client, url = cast.client("operator"), reverse("password_change")
    other = cast.client("operator")
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"old_password": "salah", "new_password1": NEW, "new_password2": NEW})
    assert wrong.status_code == 422
    right = client.post(url, {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert right.status_code == 302 and client.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302
    assert cast.client("public").get(url).url.startswith(reverse("login"))
