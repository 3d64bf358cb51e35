"""What people say about a thing: who may, whom it calls, what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pendapa.architecture.models import Element
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.comments import actions, queries, rules
from pendapa.kernel.comments.models import Comment, Mention
from pendapa.kernel.tenancy.models import Assignment
from tests.cast import Cast
from tests.kernel.things import SYSTEM, element, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing(cast: Cast) -> Element:
    row = element(cast.unit, "A01", "Sistem Rujukan")
    write(SYSTEM, cast.unit, add=[row])
    return row


@pytest.fixture
def secret(cast: Cast) -> Element:
    row = element(cast.unit, "A02", "Sistem Rahasia", classification="restricted")
    write(SYSTEM, cast.unit, add=[row])
    return row


def say(cast: Cast, who: str, row: Element, text: str, picked: tuple[int, ...] = ()) -> Comment:
    return actions.say(cast.actor(who), cast.institution, "element", row.uid, text, picked)


def address(row: Element, more: str = "", kind: str = "element") -> str:
    return f"/di/uji/komentar/{kind}/{row.uid}/{more}"


def called(comment: Comment) -> set[str]:
    return set(comment.mentions.values_list("user__name", flat=True))


# ---- who may


@pytest.mark.parametrize("who", ["operator", "other_operator", "head", "diskominfo", "sekda", "assessor"])
def test_whoever_sees_a_thing_may_speak_about_it(cast: Cast, thing: Element, who: str) -> None:
    say(cast, who, thing, "Sudah diperiksa.")
    page = cast.client("operator").get(f"/di/uji/arsitektur/{thing.uid}/").content.decode()
    assert "Sudah diperiksa." in page


@pytest.mark.parametrize("who", ["stranger", "foreigner", "public"])
def test_others_may_neither_speak_nor_listen(cast: Cast, thing: Element, who: str) -> None:
    with pytest.raises(NotFound):
        say(cast, who, thing, "Halo")
    client = cast.client(who)
    for answer in (client.get(address(thing)), client.post(address(thing), {"text": "Halo"})):
        assert answer.status_code == (302 if who == "public" else 404)
    assert not Comment.objects.exists()


def test_what_one_may_not_see_and_what_is_not_there_answer_alike(
    cast: Cast, thing: Element, secret: Element
) -> None:
    client = cast.client("other_operator")
    nowhere = "00000000-0000-4000-8000-000000000000"
    say(cast, "operator", secret, "Kunci ada di bawah pot.")
    for more in ("", "orang/"):
        hidden = client.get(address(secret, more))
        absent = client.get(address(secret, more).replace(str(secret.uid), nowhere))
        odd = client.get(address(secret, more, "sembarang"))
        assert hidden.status_code == absent.status_code == odd.status_code == 404
        assert hidden.content == absent.content == odd.content
    assert client.post(address(secret), {"text": "Halo"}).status_code == 404
    assert client.post(address(secret, "baca/")).status_code == 404


def test_what_was_deleted_is_not_spoken_of(cast: Cast, thing: Element) -> None:
    write(SYSTEM, cast.unit, delete=[thing])
    with pytest.raises(NotFound):
        say(cast, "operator", thing, "Halo")


def test_units_can_be_spoken_of_too_and_only_at_home(cast: Cast) -> None:
    assert actions.say(cast.actor("sekda"), cast.institution, "unit", cast.unit.uid, "Rapikan.").pk
    with pytest.raises(NotFound):
        actions.say(cast.actor("sekda"), cast.institution, "unit", cast.foreign_unit.uid, "Rapikan.")


# ---- calls


def test_a_full_name_after_an_at_calls_that_person(cast: Cast, thing: Element) -> None:
    assert called(say(cast, "operator", thing, "@Other Operator dan @Head: lihat ini")) == {
        "Other Operator",
        "Head",
    }


def test_a_beginning_that_fits_one_name_is_written_out(cast: Cast, thing: Element) -> None:
    comment = say(cast, "operator", thing, "tolong @disk.")
    assert comment.text == "tolong @Diskominfo." and called(comment) == {"Diskominfo"}


def test_a_beginning_that_fits_several_calls_nobody_unless_one_is_picked(cast: Cast, thing: Element) -> None:
    assert called(say(cast, "head", thing, "hai @op")) == set()
    picked = cast.users["other_operator"].pk
    comment = say(cast, "head", thing, "hai @op", (picked,))
    assert comment.text == "hai @Other Operator" and called(comment) == {"Other Operator"}


def test_a_mail_address_calls_nobody(cast: Cast, thing: Element) -> None:
    comment = say(cast, "operator", thing, "kirim ke x@head.example, atau https://x.example/@head")
    assert called(comment) == set()


def test_who_may_not_see_the_thing_is_not_called_and_nothing_is_lost(cast: Cast, secret: Element) -> None:
    with pytest.raises(actions.Refused, match="Other Operator"):
        say(cast, "operator", secret, "@Other Operator lihat")
    page = cast.client("operator").post(address(secret), {"text": "@Other Operator lihat"})
    assert page.status_code == 422 and "@Other Operator lihat" in page.content.decode()
    assert not Comment.objects.exists() and not Mention.objects.exists()


def test_people_of_elsewhere_cannot_be_picked(cast: Cast, thing: Element) -> None:
    picked = (cast.users["foreigner"].pk, cast.users["stranger"].pk, 10**17)
    comment = say(cast, "operator", thing, "halo @Foreigner @Stranger", picked)
    assert called(comment) == set() and comment.text == "halo @Foreigner @Stranger"


def test_only_those_who_may_see_the_thing_are_offered(cast: Cast, secret: Element, thing: Element) -> None:
    def offered(row: Element, who: str, text: str) -> str:
        return cast.client(who).get(address(row, "orang/"), {"text": text}).content.decode()

    assert "Head" in offered(secret, "operator", "hai @he")
    assert "Other Operator" not in offered(secret, "operator", "hai @oth")
    assert "Other Operator" in offered(thing, "operator", "hai @oth")
    assert "Foreigner" not in offered(thing, "operator", "hai @fo")
    assert "checkbox" not in offered(thing, "operator", "hai")


def test_a_role_that_is_over_calls_nobody(cast: Cast, thing: Element) -> None:
    Assignment.objects.filter(user=cast.users["head"]).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert called(say(cast, "operator", thing, "@Head tolong")) == set()


def test_to_answer_is_to_have_read(cast: Cast, thing: Element) -> None:
    say(cast, "operator", thing, "@Head tolong")
    assert queries.calls_count(cast.actor("head"), cast.institution) == 1
    say(cast, "head", thing, "Sudah.")
    assert queries.calls_count(cast.actor("head"), cast.institution) == 0


def test_one_does_not_call_oneself(cast: Cast, thing: Element) -> None:
    assert called(say(cast, "head", thing, "catatan @Head")) == set()


# ---- own words


def test_one_edits_and_deletes_only_the_own_words(cast: Cast, thing: Element) -> None:
    comment = say(cast, "operator", thing, "Pertama")
    for who in ("other_operator", "diskominfo", "stranger"):
        for verb in ("ubah", "hapus"):
            answer = cast.client(who).post(f"/di/uji/komentar/{comment.uid}/{verb}/", {"text": "Dipalsukan"})
            assert answer.status_code == 404
    actions.edit(cast.actor("operator"), cast.institution, comment.uid, "Kedua")
    comment.refresh_from_db()
    assert comment.text == "Kedua" and comment.edited_at


def test_an_edit_calls_the_new_ones_and_leaves_who_has_read(cast: Cast, thing: Element) -> None:
    comment = say(cast, "operator", thing, "@Head lihat")
    actions.read(cast.actor("head"), cast.institution, "element", thing.uid)
    actions.edit(cast.actor("operator"), cast.institution, comment.uid, "@Head @Sekda lihat")
    assert queries.calls_count(cast.actor("head"), cast.institution) == 0
    assert queries.calls_count(cast.actor("sekda"), cast.institution) == 1
    actions.edit(cast.actor("operator"), cast.institution, comment.uid, "tidak jadi")
    assert queries.calls_count(cast.actor("sekda"), cast.institution) == 0


def test_a_deleted_comment_leaves_its_place_and_nothing_of_its_text(cast: Cast, thing: Element) -> None:
    comment = say(cast, "operator", thing, "@Head Salah kirim rahasia")
    cast.client("operator").post(f"/di/uji/komentar/{comment.uid}/hapus/")
    page = cast.client("head").get(address(thing)).content.decode()
    assert str(comment.uid) in page and "Salah kirim" not in page
    comment.refresh_from_db()
    assert comment.text == "" and queries.calls_count(cast.actor("head"), cast.institution) == 0
    assert cast.client("operator").post(f"/di/uji/komentar/{comment.uid}/hapus/").status_code == 404


# ---- texts


@pytest.mark.parametrize("text", ["", "   \n ", "\x00"])
def test_nothing_is_not_a_comment(cast: Cast, thing: Element, text: str) -> None:
    assert cast.client("operator").post(address(thing), {"text": text}).status_code in (400, 422)
    assert not Comment.objects.exists()


def test_a_comment_has_a_length(cast: Cast, thing: Element) -> None:
    say(cast, "operator", thing, "x" * rules.LIMIT)
    with pytest.raises(actions.Refused):
        say(cast, "operator", thing, "x" * (rules.LIMIT + 1))


def test_many_comments_in_a_minute_are_stopped(cast: Cast, thing: Element) -> None:
    for number in range(rules.A_MINUTE):
        say(cast, "operator", thing, f"Komentar {number}")
    with pytest.raises(actions.Refused):
        say(cast, "operator", thing, "Satu lagi")
    say(cast, "head", thing, "Orang lain boleh")
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    say(cast, "operator", thing, "Nanti boleh lagi")


def test_markup_is_shown_as_text_and_addresses_become_links(cast: Cast, thing: Element) -> None:
    nasty = (
        '<script>alert(1)</script> https://contoh.go.id/a?b=1&c="><img src=x> javascript:alert(1)\nbaris dua'
    )
    say(cast, "operator", thing, nasty)
    page = cast.client("head").get(address(thing)).content.decode()
    assert "<script>alert" not in page and "<img src=x>" not in page and 'href="javascript' not in page
    assert 'href="https://contoh.go.id/a?b=1' in page and 'rel="nofollow"' in page and "<br>baris dua" in page


def test_a_call_inside_an_address_leaves_the_address_whole(cast: Cast, thing: Element) -> None:
    say(cast, "operator", thing, "@Head lihat https://contoh.go.id/@Head/2")
    page = cast.client("sekda").get(address(thing)).content.decode()
    assert ">@Head</b> lihat" in page and 'href="https://contoh.go.id/@Head/2"' in page


def test_a_long_thread_shows_its_end_and_the_rest_on_demand(cast: Cast, thing: Element) -> None:
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(
            institution=cast.institution, target_type="element", target_uid=thing.uid, author=cast.users["head"],
            author_name="Head", text=f"Nomor {n:03}.", created_at=now + timedelta(seconds=n),
        )
        for n in range(45)
    )  # fmt: skip
    client = cast.client("operator")
    page = client.get(address(thing)).content.decode()
    assert "Nomor 044." in page and "Nomor 014." not in page and "15 " in page
    assert "Nomor 000." in client.get(address(thing) + "?semua=1").content.decode()


def test_a_piece_is_given_to_htmx_and_a_page_to_others(cast: Cast, thing: Element) -> None:
    client = cast.client("operator")
    piece = client.post(address(thing), {"text": "Satu"}, headers={"HX-Request": "true"})
    assert piece.status_code == 200 and "<html" not in piece.content.decode()
    plain = client.post(address(thing), {"text": "Dua"})
    assert plain.status_code == 302 and plain.headers["Location"].startswith(
        f"/di/uji/arsitektur/{thing.uid}/#komentar-"
    )
