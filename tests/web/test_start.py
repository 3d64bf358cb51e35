"""After signing in: the own institution, the choice, whom to ask, how to begin."""

from __future__ import annotations

from django.test import Client

from pendapa.kernel.tenancy.models import Assignment, Institution, User
from tests.cast import Cast, cast

__all__ = ["cast"]


def admin(cast: Cast) -> Client:
    cast.users["admin"] = User.objects.create_user("admin@uji.example", "Admin", "x", is_platform_admin=True)
    return cast.client("admin")


def test_a_person_of_one_institution_goes_straight_to_its_home(cast: Cast) -> None:
    answer = cast.client("operator").get("/mulai/")
    assert answer.status_code == 302 and answer["Location"] == "/di/uji/beranda/"


def test_a_person_of_several_institutions_chooses(cast: Cast) -> None:
    Assignment.objects.create(user=cast.users["sekda"], institution=cast.other_institution, role="sekda")
    text = cast.client("sekda").get("/mulai/").content.decode()
    assert "Kabupaten Uji" in text and "/di/lain/beranda/" in text and "Di mana Anda ingin bekerja?" in text


def test_a_person_without_a_role_reads_whom_to_ask_and_sees_no_institution(cast: Cast) -> None:
    answer = cast.client("stranger").get("/mulai/")
    text = answer.content.decode()
    assert answer.status_code == 200 and "belum punya peran" in text and "stranger@uji.example" in text
    assert "Kabupaten Uji" not in text and "Kota Lain" not in text


def test_the_public_signs_in_first(db: None) -> None:
    assert Client().get("/mulai/")["Location"].startswith("/masuk/")
    assert Client().post("/mulai/uji/")["Location"].startswith("/masuk/")


def test_an_administrator_begins_where_nobody_leads_and_only_there(cast: Cast) -> None:
    client = admin(cast)
    text = client.get("/mulai/").content.decode()
    assert "Mulai dengan Kota Lain" in text and "Kabupaten Uji" not in text
    assert client.post("/mulai/uji/").status_code == 404
    assert client.post("/mulai/lain/")["Location"] == "/di/lain/beranda/"
    assert client.get("/di/lain/beranda/").status_code == 200
    assert client.post("/mulai/lain/").status_code == 404
    assert client.get("/di/uji/beranda/").status_code == 404


def test_a_role_that_is_over_or_of_a_closed_account_does_not_lead(cast: Cast) -> None:
    cast.users["diskominfo"].is_active = False
    cast.users["diskominfo"].save()
    assert "Mulai dengan Kabupaten Uji" in admin(cast).get("/mulai/").content.decode()


def test_nobody_else_can_take_charge(cast: Cast) -> None:
    for who in ("operator", "sekda", "stranger", "foreigner"):
        assert cast.client(who).post("/mulai/lain/").status_code == 404
    assert not Assignment.objects.filter(institution=cast.other_institution, role="diskominfo").exists()


def test_an_administrator_of_an_empty_installation_reads_the_command(db: None) -> None:
    user = User.objects.create_user("admin@uji.example", "Admin", "x", is_platform_admin=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "pendapa institution create" in client.get("/mulai/").content.decode()
    assert not Institution.objects.exists()


def test_an_administrator_is_not_told_to_make_an_institution_that_is_there(cast: Cast) -> None:
    Assignment.objects.create(user=cast.users["sekda"], institution=cast.other_institution, role="diskominfo")
    text = admin(cast).get("/mulai/").content.decode()
    assert "pendapa institution create" not in text
    assert "tidak membaca data" in text


def test_help_and_privacy_are_open_to_all_in_both_languages(db: None) -> None:
    for path, id_words, en_words in (
        ("privasi/", "Halaman publik tidak memasang kuki", "set no cookie"),
        ("bantuan/", "dalam tiga langkah", "in three steps"),
    ):
        assert id_words in Client().get(f"/{path}").content.decode()
        assert en_words in Client().get(f"/en/{path}").content.decode()


def test_who_signs_in_wrongly_is_told_in_the_words_of_the_page(cast: Cast) -> None:
    page = Client().post("/masuk/", {"username": "orang.asing", "password": "salah"}).content.decode()
    assert "Surel atau nama pengguna dan kata sandi tidak cocok." in page and "username dan" not in page
