"""Pages of the action plan."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from pendapa.roadmap.actions import action_plan as actions
from pendapa.roadmap.models import Action
from tests.cast import cast  # noqa: F401
from tests.roadmap.plans import action, initiative

ROOM = "/di/uji/peta-rencana/"
LIST = ROOM + "aksi/"


def page(cast, who, address):  # noqa: F811
    answer = cast.client(who).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_person_sees_what_is_given_to_it_first(cast):  # noqa: F811
    under = initiative(cast)
    action(cast, under, "Susun SOP", person=cast.users["operator"].pk, due=date(2027, 3, 1))
    action(cast, under, "Milik kepala", person=cast.users["head"].pk)
    told = page(cast, "operator", LIST)
    assert "Susun SOP" in told and "Milik kepala" not in told
    assert "Milik kepala" in page(cast, "operator", LIST + "?milik=opd")


@pytest.mark.parametrize("who", ["other_operator", "stranger", "foreigner"])
def test_others_find_nothing_where_an_action_is(cast, who):  # noqa: F811
    row = action(cast, initiative(cast), "Rahasia dinas")
    client = cast.client(who)
    assert client.get(f"{LIST}{row.uid}/").status_code == 404
    for tail in ("kerja/", "butir/", "bukti/", "usulan/", "ubah/"):
        assert client.post(f"{LIST}{row.uid}/{tail}", {"verb": "finish", "version": 1}).status_code == 404
    if who == "other_operator":
        assert "Rahasia dinas" not in page(cast, who, LIST + "?milik=semua&tampil=semua")


def test_leaders_read_and_do_not_write(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    told = page(cast, "sekda", f"{LIST}{row.uid}/")
    assert "kerja/" not in told and "ubah/" not in told
    assert (
        cast.client("sekda").post(f"{LIST}{row.uid}/kerja/", {"verb": "finish", "version": 1}).status_code
        == 404
    )


def test_late_ones_and_those_without_a_person_are_found(cast):  # noqa: F811
    under = initiative(cast)
    action(
        cast, under, "Terlambat sekali", due=timezone.localdate() - timedelta(days=3), person_name="Bu Rina"
    )
    action(cast, under, "Tanpa siapa pun")
    late = page(cast, "diskominfo", LIST + "?milik=semua&tampil=terlambat")
    assert "Terlambat sekali" in late and "Tanpa siapa pun" not in late
    lost = page(cast, "diskominfo", LIST + "?milik=semua&tampil=tanpa-orang")
    assert "Tanpa siapa pun" in lost and "Terlambat sekali" not in lost


def test_the_list_goes_on_by_due_day_and_those_without_one_come_last(cast):  # noqa: F811
    under = initiative(cast)
    for n in range(60):
        action(cast, under, f"Aksi {n:02}", due=date(2027, 1, 1) + timedelta(days=n // 2) if n < 50 else None)
    seen, address = [], LIST + "?milik=semua"
    while address:
        answer = cast.client("diskominfo").get(address)
        seen += [line["row"].title for line in answer.context["lines"]]
        address = answer.context["next_url"] and LIST + answer.context["next_url"]
    assert seen == [f"Aksi {n:02}" for n in range(60)]


def test_an_action_is_planned_on_a_page_and_wrong_days_are_told_and_kept(cast):  # noqa: F811
    under = initiative(cast)
    client = cast.client("operator")
    address = f"{ROOM}{under.uid}/aksi/baru/"
    assert client.get(address).status_code == 200
    typed = {"title": "Rapat", "unit": cast.unit.pk, "due": "2028-02-01", "checklist": "satu\n\n dua \nsatu"}
    bad = client.post(address, typed | {"title": " ", "starts_on": "2028-03-01"})
    assert bad.status_code == 422 and "satu" in bad.content.decode()
    told = client.post(address, typed, follow=True).content.decode()
    row = Action.objects.get()
    assert [one["text"] for one in row.checklist] == ["satu", "dua"] and row.due == date(2028, 2, 1)
    assert "Inisiatif" in told or "initiative" in told
    assert cast.client("other_operator").get(address).status_code == 404


def test_done_from_the_list_goes_back_to_the_list(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    answer = cast.client("operator").post(
        f"{LIST}{row.uid}/kerja/", {"verb": "finish", "version": 1, "next": LIST + "?milik=opd"}
    )
    assert answer.url == LIST + "?milik=opd" and Action.objects.get().state == "done"
    away = cast.client("operator").post(
        f"{LIST}{row.uid}/kerja/", {"verb": "reopen", "version": 2, "next": "//jahat.example/"}
    )
    assert away.url == f"{LIST}{row.uid}/"


def test_who_comes_second_is_told_who_finished_it(cast):  # noqa: F811
    row = action(cast, initiative(cast))
    actions.finish(cast.actor("head"), row, 1)
    told = cast.client("operator").post(
        f"{LIST}{row.uid}/kerja/", {"verb": "finish", "version": 1}, follow=True
    )
    assert "Head" in told.content.decode() and Action.objects.get().done_by == "Head"


def test_finishing_without_its_evidence_asks_for_it_and_keeps_what_was_typed(cast):  # noqa: F811
    row = action(cast, initiative(cast), evidence_asked="Notula rapat")
    answer = cast.client("operator").post(
        f"{LIST}{row.uid}/kerja/", {"verb": "finish", "version": 1, "result": "Sudah dirapatkan"}
    )
    told = answer.content.decode()
    assert answer.status_code == 422 and "Notula rapat" in told and "Sudah dirapatkan" in told


def test_finishing_comes_before_the_comments_and_is_the_one_filled_button(cast):  # noqa: F811
    row = action(cast, initiative(cast), evidence_asked="Berita acara")
    told = page(cast, "operator", f"{LIST}{row.uid}/")
    assert told.count("btn-primary") == 1
    assert told.index('id="bukti"') < told.index('value="finish"') < told.index('id="komentar"')


def test_what_is_done_does_not_lack_a_person_any_more(cast):  # noqa: F811
    row = action(cast, initiative(cast, title="Antrean satu pintu"))
    missing = "Belum ada penanggung jawab"
    told = page(cast, "operator", f"{LIST}{row.uid}/")
    assert missing in told and told.index("Antrean satu pintu") < told.index("<h1>")  # the way back to it
    actions.finish(cast.actor("operator"), row, row.version, "", "")
    assert missing not in page(cast, "operator", f"{LIST}{row.uid}/")


def test_a_tick_works_with_and_without_script(cast):  # noqa: F811
    row = action(cast, initiative(cast), checklist=("satu", "dua"))
    client, address = cast.client("operator"), f"{LIST}{row.uid}/butir/"
    plain = client.post(address, {"index": 0, "text": "satu", "done": "1"})
    assert plain.status_code == 302
    part = client.post(address, {"index": 1, "text": "dua", "done": "1"}, headers={"HX-Request": "true"})
    assert part.content.decode().count('aria-pressed="true"') == 2 and "<html" not in part.content.decode()


def test_evidence_is_handed_in_served_and_hidden_from_others(cast, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    row = action(cast, initiative(cast))
    client, address = cast.client("operator"), f"{LIST}{row.uid}/bukti/"
    empty = client.post(address, {})
    assert empty.status_code == 422
    client.post(address, {"file": SimpleUploadedFile("notula.pdf", b"%PDF-1.4 isi")})
    piece = row.evidence.get()
    served = client.get(f"{address}{piece.uid}/")
    assert b"".join(served.streaming_content) == b"%PDF-1.4 isi"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert cast.client("other_operator").get(f"{address}{piece.uid}/").status_code == 404
    assert client.post(address, {"file": SimpleUploadedFile("x.pdf", b"MZ")}).status_code == 422
    client.post(f"{address}{piece.uid}/hapus/", {"version": 1})
    assert not row.evidence.filter(deleted_at=None).exists()


def test_many_are_given_to_another_at_once(cast):  # noqa: F811
    under = initiative(cast)
    rows = [action(cast, under, f"Aksi {n}") for n in range(3)]
    cast.client("operator").post(
        LIST + "pindahkan/", {"aksi": [str(one.uid) for one in rows[:2]], "person": cast.users["head"].pk}
    )
    assert [one.person_name for one in Action.objects.order_by("pk")] == ["Head", "Head", ""]


def test_the_change_form_keeps_what_was_typed_where_two_changed_the_same(cast):  # noqa: F811
    row = action(cast, initiative(cast), due=date(2027, 1, 31))
    client, address = cast.client("operator"), f"{LIST}{row.uid}/ubah/"
    typed = {"title": "Judul saya", "unit": cast.unit.pk, "due": "2027-01-31", "version": 1}
    cast.client("head").post(address, typed | {"title": "Judul kepala"})
    answer = client.post(address, typed)
    assert answer.status_code == 422 and "Judul saya" in answer.content.decode()
    again = client.post(address, typed | {"version": answer.context["version"]})
    assert again.status_code == 302 and Action.objects.get().title == "Judul saya"


def piece_of(cast, who, under):  # noqa: F811
    request = RequestFactory().get("/")
    request.actor, request.institution = cast.actor(who), cast.institution
    template = engines["django"].get_template("roadmap/action_list.html")
    return template.render({"initiative": under, "institution": cast.institution}, request)


def test_the_initiative_shows_its_plan_to_owner_and_partners_alone(cast):  # noqa: F811
    under = initiative(cast, partners=[cast.other_unit])
    top = action(cast, under, "Susun SOP")
    action(cast, under, "Rapat kecil", parent=top)
    actions.finish(cast.actor("operator"), action(cast, under, "Selesai sudah"), 1)
    told = piece_of(cast, "other_operator", under)
    assert told.index("Susun SOP") < told.index("Rapat kecil") and "aksi/baru/" in told
    said = " ".join(re.sub(r"<[^>]+>", " ", told).split())
    assert re.search(r"\b1 \w+ 2\b", said), (
        "one of two is done: what has others below it is not counted beside them"
    )
    assert "aksi/baru/" not in piece_of(cast, "sekda", under)
    other = initiative(cast, unit=cast.unit, title="Lain")
    assert piece_of(cast, "other_operator", other).strip() == ""


@pytest.mark.parametrize("address", [LIST + "?milik=semua&tampil=semua", "one"])
def test_pages_ask_the_same_however_many_there_are(cast, address, django_assert_max_num_queries):  # noqa: F811
    under = initiative(cast)
    top = action(cast, under, checklist=("satu",))
    address = f"{LIST}{top.uid}/" if address == "one" else address
    client = cast.client("operator")
    client.get(address)
    for n in range(12):
        action(cast, initiative(cast, title=f"Inisiatif {n}"), f"Aksi {n}", person=cast.users["head"].pk)
        action(cast, under, f"Bawah {n}", parent=top, due=date(2027, 2, 1))
    with django_assert_max_num_queries(24):
        client.get(address)


def test_an_office_of_the_whole_institution_is_not_told_that_all_actions_are_of_its_own_opd(cast):  # noqa: F811
    action(cast, initiative(cast), "Susun SOP")
    for who in ("diskominfo", "sekda"):
        told = page(cast, who, LIST)
        assert "Susun SOP" in told and "?milik=opd" not in told
    assert "Susun SOP" in page(cast, "diskominfo", LIST + "?milik=opd"), "an old address shows all"
    assert "?milik=opd" in page(cast, "head", LIST)


@pytest.mark.parametrize(("verb", "field"), [("cancel", "reason"), ("finish", "result")])
def test_who_ends_an_action_that_changed_meanwhile_is_told_and_keeps_the_words(cast, verb, field):  # noqa: F811
    row = action(cast, initiative(cast))
    sent = {"verb": verb, "version": row.version - 1, field: "Digabung dengan SOP dinas"}
    told = cast.client("operator").post(f"{LIST}{row.uid}/kerja/", sent)
    assert told.status_code == 422 and "Digabung dengan SOP dinas" in told.content.decode()
    assert Action.objects.get(pk=row.pk).version == row.version
