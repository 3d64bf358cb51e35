"""Pages and API of a round: everybody's view, forms that are refused, what waits, what is late and with whom."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.evaluation.actions import cycles as actions
from pendapa.evaluation.actions import findings, rounds
from pendapa.evaluation.actions import papers as paper_actions
from pendapa.evaluation.models import Cycle, CycleEvent, Duty, Finding, Member, SignedPaper
from pendapa.evaluation.queries import cycle_waiting
from pendapa.evaluation.queries import cycles as queries
from pendapa.evaluation.queries import papers as paper_queries
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.files import store
from pendapa.kernel.files.models import StoredFile
from pendapa.kernel.history import actions as history
from pendapa.kernel.refusing import Refused
from tests.cast import WHO, Cast, cast  # noqa: F401
from tests.evaluation import papers
from tests.evaluation.test_cycle_steps import ALL, answer, begun, give, lead, make_team, now, sheet  # noqa: F401

BASE = "/di/uji/penilaian/2026/spbe-2020/"
ROUND = BASE + "putaran/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
READS_ALL = {"diskominfo", "sekda", "verifier", "assessor"}


def text(response) -> str:
    return " ".join(response.content.decode().split())


# ---- who sees what


@pytest.mark.parametrize("path", ["putaran/", "temuan/"])
def test_every_officer_sees_a_round_and_nobody_else(cast, begun, path):  # noqa: F811
    for who in WHO:
        status = cast.client(who).get(BASE + path).status_code
        assert status == (200 if who in OFFICERS else 302 if who == "public" else 404), who


def test_meetings_and_papers_are_shown_to_those_who_read_all_of_a_round(cast, begun):  # noqa: F811
    rounds.save_event(
        cast.actor("diskominfo"), begun, "meeting", date(2026, 7, 1), minutes="Rahasia Dinas Kependudukan"
    )
    for who in OFFICERS:
        shown = text(cast.client(who).get(ROUND))
        assert ("Rahasia Dinas Kependudukan" in shown) is (who in READS_ALL), who
        assert ('id="papers"' in shown) is (who in READS_ALL), who


def test_buttons_stand_only_where_one_may_press_them(cast, begun):  # noqa: F811
    for who in OFFICERS:
        shown = text(cast.client(who).get(ROUND))
        assert ('value="pass"' in shown) is (who == "diskominfo"), who
        assert ('action="' + ROUND + 'tenggat/"' in shown) is (who == "diskominfo"), who
        assert ('action="' + ROUND + 'tim/"' in shown) is (who in {"diskominfo", "sekda"}), who
        assert ('action="' + ROUND + 'kegiatan/"' in shown) is (who in {"diskominfo", "assessor"}), who


@pytest.mark.parametrize("who", sorted(OFFICERS - {"diskominfo"}))
def test_what_one_may_not_do_answers_as_what_is_not_there(cast, begun, who):  # noqa: F811
    client = cast.client(who)
    posts = {"langkah/": {"verb": "pass", "version": begun.version}, "tenggat/": {"version": begun.version}}
    if who != "sekda":
        posts |= {"tim/": {"function": "external", "name": "X"}, "naskah/": {}}
    if who != "assessor":
        posts |= {"kegiatan/": {"kind": "meeting", "held_on": "2026-01-01"}}
    for path, data in posts.items():
        assert client.post(ROUND + path, data).status_code == 404, path
    assert client.get("/di/uji/penilaian/mulai/").status_code == 404
    assert now(begun).step == "preparation" and not Member.objects.exists()


def test_the_restricted_work_of_another_unit_changes_no_word_of_an_operators_page(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ALL[:5])
    give(cast, begun, ALL[5:], cast.other_unit)
    row = actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    before = text(cast.client("operator").get(ROUND))
    answer(cast, row, "ready", ALL[5:20])
    answer(cast, row, "returned", ALL[20:30])
    rounds.save_event(cast.actor("diskominfo"), row, "interview", date(2026, 7, 1), minutes="x")
    after = text(cast.client("operator").get(ROUND))

    def plain(shown: str) -> str:
        return re.sub(r'"[A-Za-z0-9]{64}"', "", shown)  # tokens against forged requests

    assert plain(before) == plain(after)
    assert cast.other_unit.name not in after


# ---- forms


def test_a_round_is_begun_from_the_page_and_a_second_time_only_shown(cast):  # noqa: F811
    client = cast.client("diskominfo")
    assert client.get("/di/uji/penilaian/mulai/").status_code == 200
    data = {"year": "2026", "instrument": "spbe-2020", "kind": "monitoring", "previous": ""}
    answered = client.post("/di/uji/penilaian/mulai/", data)
    assert answered.url == ROUND and Cycle.objects.get().kind == "monitoring"
    assert client.post("/di/uji/penilaian/mulai/", data).url == ROUND
    wrong = client.post("/di/uji/penilaian/mulai/", data | {"year": "tahun depan", "kind": "audit"})
    assert wrong.status_code == 422 and "tahun depan" in text(wrong)
    assert Cycle.objects.count() == 1


def test_a_step_that_lacks_something_is_refused_with_what_it_lacks(cast, begun):  # noqa: F811
    client = cast.client("diskominfo")
    answered = client.post(ROUND + "langkah/", {"verb": "pass", "version": begun.version})
    assert answered.status_code == 422 and "47" in text(answered)
    make_team(cast, begun)
    give(cast, begun)
    assert client.post(ROUND + "langkah/", {"verb": "pass", "version": begun.version}).status_code == 302
    assert now(begun).step == "self"
    stale = client.post(ROUND + "langkah/", {"verb": "pass", "version": begun.version})
    assert stale.status_code == 409 and now(begun).step == "self"


def test_the_coordinator_agrees_on_the_page_and_must_speak_on_publication(cast, begun):  # noqa: F811
    row = lead(cast, begun, "agreement")
    client = cast.client("sekda")
    data = {"verb": "agree", "version": row.version, "note": "Setuju."}
    assert client.post(ROUND + "langkah/", data).status_code == 422
    assert client.post(ROUND + "langkah/", data | {"consent": "no"}).status_code == 302
    assert now(row).consent is False and now(row).consent_text == "Setuju."


def test_sending_back_without_a_reason_keeps_what_was_chosen(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    client = cast.client("assessor")
    data = {"verb": "back", "version": row.version, "to": "self", "reason": ""}
    answered = client.post(ROUND + "langkah/", data)
    assert answered.status_code == 422 and now(row).step == "internal"
    assert client.post(ROUND + "langkah/", data | {"reason": "Ulangi."}).status_code == 302
    assert now(row).step == "self"


def test_deadlines_that_do_not_follow_are_refused_and_stay_typed(cast, begun):  # noqa: F811
    client = cast.client("diskominfo")
    data = {"version": begun.version, "step_self": "2026-09-15", "step_internal": "2026-08-01"}
    answered = client.post(ROUND + "tenggat/", data)
    assert answered.status_code == 422 and 'value="2026-08-01"' in text(answered)
    data["step_internal"] = "2026-09-20"
    assert client.post(ROUND + "tenggat/", data | {"visit": "on"}).status_code == 302
    assert now(begun).deadlines == {"self": "2026-09-15", "internal": "2026-09-20"} and now(begun).visit
    data |= {"version": now(begun).version, "step_self": "kemarin"}
    assert client.post(ROUND + "tenggat/", data).status_code == 422


def test_people_are_taken_into_the_team_and_out_of_it(cast, begun):  # noqa: F811
    client = cast.client("diskominfo")
    data = {"function": "internal", "user": cast.users["assessor"].pk, "name": "", "office": "", "field": ""}
    assert client.post(ROUND + "tim/", data).status_code == 422
    assert client.post(ROUND + "tim/", data | {"field": "keamanan"}).status_code == 302
    member = Member.objects.get()
    assert "Keamanan informasi" in text(client.get(ROUND))
    assert client.post(f"{ROUND}tim/{member.uid}/").status_code == 302
    assert not Member.objects.filter(deleted_at=None).exists()
    assert client.post(f"{ROUND}tim/{member.uid}/").status_code == 404


def test_an_interview_is_recorded_with_clarifications_corrected_and_taken_away(cast, begun):  # noqa: F811
    client = cast.client("assessor")
    data = {
        "kind": "interview", "held_on": "2026-09-21", "place": "Aula", "present": "", "minutes": "Risalah",
        "clarifications": "11: Perbup sudah direviu\nbulan Mei\n99: tidak ada",
    }  # fmt: skip
    assert client.post(ROUND + "kegiatan/", data).status_code == 422
    data["clarifications"] = "11: Perbup sudah direviu\nbulan Mei"
    assert client.post(ROUND + "kegiatan/", data).status_code == 302
    event = CycleEvent.objects.get()
    assert event.clarifications == {"11": "Perbup sudah direviu\nbulan Mei"}
    url = f"{ROUND}kegiatan/{event.uid}/"
    assert "11: Perbup sudah direviu" in text(client.get(url))
    assert client.post(url, data | {"version": event.version, "place": "Daring"}).status_code == 302
    assert client.post(url, data | {"version": event.version, "place": "Lain"}).status_code == 409
    assert CycleEvent.objects.get().place == "Daring"
    assert client.post(url, {"verb": "remove"}).status_code == 302
    assert not CycleEvent.objects.filter(deleted_at=None).exists()


def test_a_day_that_is_none_and_a_function_that_is_none_are_refused_without_a_traceback(cast, begun):  # noqa: F811
    client = cast.client("diskominfo")
    assert client.post(ROUND + "kegiatan/", {"kind": "party", "held_on": "31-02"}).status_code == 422
    assert client.post(ROUND + "tim/", {"function": "king", "user": "x"}).status_code == 422
    assert client.post(ROUND + "langkah/", {"verb": "pass", "version": "x"}).status_code == 409
    assert client.post(BASE + "temuan/tambah/", {"kind": "x", "text": "", "due": "?"}).status_code == 422


# ---- the old sheets beside it


def test_a_closed_sheet_shows_no_levels_to_choose_and_says_where_the_round_stands(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    client = cast.client("diskominfo")
    shown = text(client.get(BASE + "self/"))
    assert 'name="level_11"' not in shown and ROUND in shown
    answered = client.post(BASE + "self/tingkat/", {"version": sheet(row).version, "level_11": "5"})
    assert answered.status_code == 422 and sheet(row).levels["11"] == "3"
    assert 'name="level_11"' in text(cast.client("assessor").get(BASE + "internal/"))


# ---- papers


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path


def upload(client, content: bytes, kind: str = "minutes", name: str = "berita acara.pdf"):
    return client.post(ROUND + "naskah/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_a_signed_paper_is_kept_with_what_was_found_and_says_that_no_root_was_given(cast, begun, home):  # noqa: F811
    signed = papers.signed(papers.page(), papers.signer(), home)
    assert upload(cast.client("sekda"), signed).status_code == 302
    paper = SignedPaper.objects.get()
    assert paper.signatures[0]["signer"] == "Sekretaris Daerah Uji" and paper.checked_at
    shown = text(cast.client("assessor").get(ROUND))
    assert "Sekretaris Daerah Uji" in shown and "BSrE" in shown
    url = f"{ROUND}naskah/{paper.uid}/"
    file = cast.client("verifier").get(url)
    assert b"".join(file.streaming_content) == signed and "attachment" in file["Content-Disposition"]
    for who in ("operator", "head", "stranger", "foreigner"):
        assert cast.client(who).get(url).status_code == 404, who
    assert cast.client("assessor").post(url + "ubah/", {"verb": "remove"}).status_code == 404


def test_with_a_root_of_the_institution_a_paper_is_checked_again_and_trusted(cast, begun, home):  # noqa: F811
    person = papers.signer()
    upload(cast.client("sekda"), papers.signed(papers.page(), person, home))
    folder = paper_queries.roots_folder(cast.institution)
    folder.mkdir(parents=True)
    (folder / "akar.pem").write_bytes(person.root)
    paper = SignedPaper.objects.get()
    url = f"{ROUND}naskah/{paper.uid}/ubah/"
    assert cast.client("diskominfo").post(url, {"verb": "check"}).status_code == 302
    paper.refresh_from_db()
    assert paper.signatures[0]["trusted"] is True and paper_queries.told(paper).tone == "ok"


def test_a_paper_changed_after_signing_is_kept_and_told_as_such(cast, begun, home):  # noqa: F811
    upload(cast.client("sekda"), papers.changed(papers.signed(papers.page(), papers.signer(), home)))
    told = paper_queries.told(SignedPaper.objects.get())
    assert told.tone == "bad" and not SignedPaper.objects.get().signatures[0]["intact"]


def test_an_unsigned_paper_is_kept_and_says_so(cast, begun, home):  # noqa: F811
    assert upload(cast.client("diskominfo"), papers.page()).status_code == 302
    told = paper_queries.told(SignedPaper.objects.get())
    assert told.tone == "warn" and not told.signatures


@pytest.mark.parametrize("content", [b"", b"MZ program", b"%PDF-1.7\nrusak", papers.page()[:150]])
def test_what_is_no_readable_pdf_is_refused_and_nothing_is_kept(
    cast,  # noqa: F811
    begun,  # noqa: F811
    home,
    content,
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(cast.client("diskominfo"), content).status_code == 422
    assert not SignedPaper.objects.exists() and not StoredFile.objects.exists()
    assert not [one for one in (home / "files").rglob("*") if one.is_file()]


def test_a_paper_over_the_limit_is_refused(cast, begun, home, monkeypatch):  # noqa: F811
    monkeypatch.setattr(paper_actions, "LARGEST", 300)
    assert upload(cast.client("diskominfo"), papers.page()).status_code == 422
    assert not StoredFile.objects.exists()


def test_a_paper_whose_file_is_gone_is_told_when_it_is_checked_again(cast, begun, home):  # noqa: F811
    upload(cast.client("diskominfo"), papers.page())
    paper = SignedPaper.objects.select_related("file").get()
    store.path(paper.file).unlink()
    with pytest.raises(Refused):
        paper_actions.check_again(cast.actor("diskominfo"), begun, paper.uid)
    assert cast.client("diskominfo").get(f"{ROUND}naskah/{paper.uid}/").status_code == 404
    with pytest.raises(NotFound):
        paper_actions.add(cast.actor("assessor"), begun, "minutes", "x.pdf", None)  # type: ignore[arg-type]


# ---- findings


def recommend(cast, row, unit, due=None) -> Finding:  # noqa: F811
    return findings.save(
        cast.actor("diskominfo"),
        row,
        "recommendation",
        "Reviu arsitektur.",
        indicator="11",
        unit=unit,
        due=due,
    )


def test_a_recommendation_is_followed_up_by_its_own_unit_and_the_secretariat_only(cast, begun):  # noqa: F811
    finding = recommend(cast, begun, cast.unit)
    url = f"{BASE}temuan/{finding.uid}/"
    data = {"verb": "follow", "version": finding.version, "state": "doing", "follow_up": "Rapat 3 Juni."}
    for who in WHO:
        if who not in {"operator", "head", "diskominfo", "public"}:
            assert cast.client(who).post(url, data).status_code == 404, who
    assert cast.client("operator").post(url, data).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.follow_up) == ("doing", "Rapat 3 Juni.")
    assert cast.client("head").post(url, data).status_code == 409
    done = data | {"version": finding.version, "state": "done", "follow_up": ""}
    assert cast.client("head").post(url, done).status_code == 422
    assert cast.client("diskominfo").post(url, done | {"follow_up": "Selesai."}).status_code == 302
    assert "Selesai." in text(cast.client("other_operator").get(BASE + "temuan/"))


def test_findings_are_entered_changed_and_taken_away_by_the_secretariat_and_the_assessors(cast, begun):  # noqa: F811
    data = {
        "kind": "weakness",
        "indicator": "2",
        "text": "Belum ada manajemen risiko.",
        "unit": "",
        "due": "",
    }
    for who in WHO:
        if who not in {"diskominfo", "assessor", "public"}:
            assert cast.client(who).post(BASE + "temuan/tambah/", data).status_code == 404, who
    client = cast.client("assessor")
    assert client.post(BASE + "temuan/tambah/", data).status_code == 302
    finding = Finding.objects.get()
    url = f"{BASE}temuan/{finding.uid}/"
    changed = data | {"verb": "save", "version": finding.version, "kind": "recommendation", "unit": "1.02"}
    assert client.post(url, changed).status_code == 302
    finding.refresh_from_db()
    assert (finding.kind, finding.unit) == ("recommendation", cast.unit)
    wrong = client.post(url, changed | {"version": finding.version, "kind": "strength"})
    assert wrong.status_code == 422
    assert client.post(url, {"verb": "remove"}).status_code == 302
    assert client.post(url, {"verb": "remove"}).status_code == 404
    assert Finding.objects.filter(deleted_at=None).count() == 0


# ---- what waits, what is late


def waits(cast, who: str) -> list:  # noqa: F811
    actor = cast.actor(who)
    rows = cycle_waiting.waiting(actor, cast.institution)
    assert cycle_waiting.count(actor, cast.institution) == sum(one.count for one in rows)
    return rows


def test_units_are_reminded_of_their_own_open_indicators_until_their_day(cast, begun):  # noqa: F811
    make_team(cast, begun)
    give(cast, begun, ALL[:45])
    give(cast, begun, ALL[45:], cast.other_unit)
    today = timezone.localdate()
    row = actions.pass_step(cast.actor("diskominfo"), begun, begun.version)
    row = actions.set_deadlines(
        cast.actor("diskominfo"), row, {"self": today - timedelta(days=1)}, row.version
    )
    Duty.objects.filter(unit=cast.other_unit).update(due=today + timedelta(days=3))
    (mine,), (theirs,) = waits(cast, "operator"), waits(cast, "other_operator")
    assert (mine.count, mine.urgent_on(today)) == (45, "late")
    assert (theirs.count, theirs.urgent_on(today)) == (2, "soon")
    assert waits(cast, "head")[0].count == 45
    (boss,) = waits(cast, "diskominfo")
    assert "Dinas Kesehatan" in boss.detail and boss.urgent_on(today) == "late"
    for who in ("sekda", "assessor", "verifier", "stranger", "foreigner", "public"):
        assert waits(cast, who) == [], who
    told = queries.standing(cast.actor("diskominfo"), row)
    assert [(one.unit.name, len(one.open), one.urgency) for one in told.units] == [
        ("Dinas Kesehatan", 45, "late"),
        ("Dinas Kependudukan dan Pencatatan Sipil", 2, "soon"),
    ]
    assert [one.unit for one in queries.standing(cast.actor("operator"), row).units] == [cast.unit]


def test_assessors_and_the_coordinator_are_reminded_when_it_is_their_turn(cast, begun):  # noqa: F811
    row = lead(cast, begun, "internal")
    (one,) = waits(cast, "assessor")
    assert one.count == 47 and waits(cast, "sekda") == [] and waits(cast, "operator") == []
    row = lead(cast, row, "agreement")
    assert waits(cast, "assessor") == [] and len(waits(cast, "sekda")) == 1
    lead(cast, row, "closed")
    assert all(waits(cast, who) == [] for who in WHO)


def test_a_recommendation_waits_for_its_unit_also_after_the_round(cast, begun):  # noqa: F811
    recommend(cast, begun, cast.unit, timezone.localdate() - timedelta(days=2))
    (one,) = [row for row in waits(cast, "operator") if row.kind == "finding"]
    assert one.urgent_on(timezone.localdate()) == "late"
    assert not [row for row in waits(cast, "other_operator") if row.kind == "finding"]
    duties = cycle_waiting.duties(cast.actor("operator"), cast.institution, cast.unit)
    assert [duty.count for duty in duties] == [1]


def queries_of(work) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        work()
    return len(found)


def test_the_pages_and_what_waits_ask_a_fixed_number_of_queries(cast, begun):  # noqa: F811
    row = lead(cast, begun, "self")
    for path in ("putaran/", "temuan/"):
        client = cast.client("diskominfo")
        client.get(BASE + path)
        few = queries_of(lambda path=path, client=client: client.get(BASE + path))
        for number in range(6):
            recommend(cast, row, cast.unit if number % 2 else cast.other_unit)
            rounds.save_event(cast.actor("diskominfo"), row, "meeting", date(2026, 5, 1 + number))
            rounds.add_member(cast.actor("diskominfo"), row, "external", name=f"Asesor {number}")
        many = queries_of(lambda path=path, client=client: client.get(BASE + path))
        assert many <= few, path
    actor = cast.actor("operator")
    few = queries_of(lambda: cycle_waiting.waiting(actor, cast.institution))
    for year in (2027, 2028):
        again = actions.begin(cast.actor("diskominfo"), cast.institution, year, "spbe-2020", "evaluation")
        lead(cast, again, "self")
    many = queries_of(lambda: cycle_waiting.waiting(actor, cast.institution))
    assert many <= few


# ---- API


def ask(cast, who, path="", body=None, match="*"):  # noqa: F811
    url = "/api/v1/institutions/uji/cycles" + path
    client = cast.client(who)
    if body is None:
        answered = client.get(url)
    else:
        answered = client.post(
            url, json.dumps(body), content_type="application/json", headers={"If-Match": match}
        )
    return answered.status_code, json.loads(answered.content) if answered.content else None


def test_rounds_are_read_by_programs_as_far_as_their_person_may(cast, begun):  # noqa: F811
    finding = recommend(cast, begun, cast.unit)
    one = "/2026/spbe-2020"
    for who in WHO:
        expected = 200 if who in OFFICERS else 404
        for path in ("", one, one + "/findings"):
            assert ask(cast, who, path)[0] == expected, (who, path)
    assert ask(cast, "diskominfo", "")[1][0]["step"] == "preparation"
    told = ask(cast, "diskominfo", one)[1]
    assert len(told["missing"]) == 2 and told["verified"] and told["steps"][0]["state"] == "now"
    assert ask(cast, "operator", one + "/findings")[1][0]["uid"] == str(finding.uid)
    assert ask(cast, "diskominfo", "/2027/spbe-2020")[0] == 404


def test_a_program_passes_a_step_only_for_who_does_it_and_at_the_version_it_read(cast, begun):  # noqa: F811
    path = "/2026/spbe-2020/pass"
    assert ask(cast, "diskominfo", path, {})[0] == 422
    make_team(cast, begun)
    give(cast, begun)
    for who in WHO:
        if who != "diskominfo":
            assert ask(cast, who, path, {})[0] in ((401, 404) if who == "public" else (404,)), who
    assert ask(cast, "diskominfo", path, {}, '"99"')[0] == 412
    status, told = ask(cast, "diskominfo", path, {"note": "Tim lengkap."}, f'"{begun.version}"')
    assert status == 200 and told["step"] == "self"


def test_the_past_of_meetings_and_papers_is_open_only_to_who_reads_all(cast, begun):  # noqa: F811
    event = rounds.save_event(cast.actor("diskominfo"), begun, "meeting", date(2026, 7, 1))
    seen = history.registered("cycle_event").visible
    able = {who for who in WHO if seen(cast.actor(who), cast.institution, [event.uid])}
    assert able == READS_ALL


def test_no_two_things_on_the_page_of_a_round_bear_the_same_id(cast, begun):  # noqa: F811
    found = re.findall(r'\sid="([^"]+)"', text(cast.client("diskominfo").get(ROUND)))
    assert len(found) > 20 and [one for one in found if found.count(one) > 1] == []
