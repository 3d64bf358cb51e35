"""The table of a cycle and the page of one indicator, with the whole cast."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import work as actions
from pendapa.evaluation.models import Answer, Assessment, Cycle, Evidence, EvidenceUse
from pendapa.evaluation.queries.work import Share
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
TABLE = "/di/uji/penilaian/2026/spbe-2020/"
PAGE = TABLE + "indikator/11/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
READERS = OFFICERS - {"other_operator"}
LIVE = {"HTTP_HX_REQUEST": "true"}
SECRET = "Rahasia penjelasan"


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def hang(cycle: Cycle, cast: Cast, number: str, title: str, **more: object) -> EvidenceUse:  # noqa: F811
    piece = Evidence(
        institution=cycle.institution, title=title, source="link", url="https://contoh.example/", link_state="ok",
        unit=cast.unit, created_at=timezone.now(),
    )  # fmt: skip
    history.write(system(), cycle.institution, "edit", history.Writes(add=[piece]))
    use = EvidenceUse(institution=cycle.institution, cycle=cycle, indicator=number, evidence=piece, **more)
    history.write(system(), cycle.institution, "edit", history.Writes(add=[use]))
    return use


@pytest.fixture
def cycle(cast: Cast) -> Cycle:  # noqa: F811
    secretariat = cast.actor("diskominfo")
    sheet = assessments.open_assessment(secretariat, cast.institution, 2026, "spbe-2020")
    actions.divide(
        secretariat, sheet.cycle,
        {"11": Share(cast.unit.pk, (), date(2026, 1, 5)), "12": Share(cast.other_unit.pk, (), date(2026, 1, 5))},
    )  # fmt: skip
    actions.set_level(cast.actor("operator"), sheet.cycle, "self", "11", "3", "Alasan tertutup", 1)
    actions.write_answer(cast.actor("operator"), sheet.cycle, "11", [{"document": "Perbup 41"}], SECRET, 0)
    hang(sheet.cycle, cast, "11", "Bukti tertutup", level=2)
    return sheet.cycle


# ---- who sees what


@pytest.mark.parametrize("who", WHO)
def test_officers_see_the_pages_and_others_cannot_tell_that_they_exist(cast, cycle, who):  # noqa: F811
    for address in (TABLE, PAGE, PAGE + "singkat/"):
        answer = cast.client(who).get(address)
        if who == "public":
            assert answer.status_code == 302 and "/masuk/" in answer["Location"]
        else:
            assert answer.status_code == (200 if who in OFFICERS else 404)


@pytest.mark.parametrize("who", sorted(OFFICERS))
def test_explanation_evidence_and_reasons_are_told_to_readers_only(cast, cycle, who):  # noqa: F811
    html = main_of(cast.client(who).get(PAGE).content.decode())
    short = cast.client(who).get(PAGE + "singkat/").content.decode()
    for word in (SECRET, "Perbup 41", "Bukti tertutup", "Alasan tertutup"):
        assert (word in html) == (who in READERS), word
    assert ("Bukti tertutup" in short) == (who in READERS)
    assert _("Self-assessment") in html and ">3<" in html  # the level itself is everybody's


def test_what_another_opd_keeps_changes_no_word_for_who_may_not_read_it(cast, cycle):  # noqa: F811
    def seen() -> list[str]:
        client = cast.client("other_operator")
        pages = [main_of(client.get(one).content.decode()) for one in (TABLE, PAGE)]
        pages += [
            main_of(client.get(TABLE + f"?tampil={show}").content.decode()) for show in ("bukti", "terlambat")
        ]
        return [re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", one) for one in pages]

    before = seen()
    hang(cycle, cast, "11", "Bukti kedua", level=3, state="rejected")
    row = Answer.objects.get()
    actions.hand_in(cast.actor("operator"), cycle, "11", row.version)
    assert seen() == before


@pytest.mark.parametrize("who", sorted(set(WHO) - {"operator", "head", "diskominfo", "public"}))
def test_who_may_not_write_gets_404_at_every_door_of_the_explanation(cast, cycle, who):  # noqa: F811
    client = cast.client(who)
    sent = {"analysis": "diubah", "answer_version": "1"}
    assert client.post(PAGE + "penjelasan/", sent).status_code == 404
    assert client.post(PAGE + "penjelasan/langsung/", sent, **LIVE).status_code == 404
    assert Answer.objects.get().analysis == SECRET
    if who not in READERS:
        assert client.post(PAGE + "penjelasan/pratinjau/", sent, **LIVE).status_code == 404
        moved = client.post(PAGE + "penjelasan/pindah/", {"verb": "validate", "answer_version": "1"})
        assert moved.status_code == 404


def test_an_unknown_indicator_and_an_unknown_round_look_the_same(cast, cycle):  # noqa: F811
    client = cast.client("diskominfo")
    for address in (TABLE + "indikator/99/", TABLE + "indikator/x/", "/di/uji/penilaian/2031/spbe-2020/"):
        assert client.get(address).status_code == 404


# ---- the table


def test_every_indicator_stands_in_the_table_with_its_weight_and_unit(cast, cycle):  # noqa: F811
    html = cast.client("sekda").get(TABLE).content.decode()
    for one in SPBE.indicators:
        assert f'id="i-{one.number}"' in html and f'href="{TABLE}indikator/{one.number}/"' in html
    assert re.search(r"Dinas Kesehatan · bobot 2,5\s%", html)


def test_filters_keep_what_they_say(cast, cycle):  # noqa: F811
    client = cast.client("operator")

    def numbers(show: str) -> set[str]:
        html = client.get(f"{TABLE}?tampil={show}").content.decode()
        return set(re.findall(r'<tr id="i-([\d-]+)"', html))

    assert numbers("") == {one.number for one in SPBE.indicators}
    assert numbers("belum") == {one.number for one in SPBE.indicators} - {"11"}
    assert numbers("saya") == {"11"}
    assert numbers("terlambat") == {"11"}  # 12 is as late, but another OPD's matter
    assert numbers("bukti") == set()
    assert numbers("tidak-ada") == numbers("")


def test_the_running_index_takes_the_last_word_and_says_of_whom(cast, cycle):  # noqa: F811
    actions.set_level(cast.actor("assessor"), cycle, "internal", "11", "2", "Belum lengkap", 0)
    full = {one.number: "3" for one in SPBE.indicators}
    row = Assessment.objects.get(stage="self")
    assessments.set_levels(cast.actor("diskominfo"), row, full, row.version)
    html = cast.client("sekda").get(TABLE).content.decode()
    # 46 times 3, and 2 for an indicator of 2.5 points: 3 - 0.025
    assert _("%(n)s self-assessed") % {"n": 46} in html and _("%(n)s internal") % {"n": 1} in html
    assert "2,98" in html


@pytest.mark.parametrize("who", ["diskominfo", "operator"])
def test_47_indicators_with_their_evidence_take_a_fixed_number_of_queries(cast, cycle, who):  # noqa: F811
    client = cast.client(who)
    client.get(TABLE)
    client.get(PAGE)

    def count() -> list[int]:
        found = []
        for address in (TABLE, PAGE):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = count()
    for order, one in enumerate(SPBE.indicators):
        for level in (1, 2, 3):
            hang(cycle, cast, one.number, f"Bukti {order} {level}", level=level)
    wanted = {one.number: Share(cast.unit.pk, (cast.other_unit.pk,)) for one in SPBE.indicators}
    actions.divide(cast.actor("diskominfo"), cycle, wanted)
    client.get(TABLE)  # the number beside the inbox is kept from here on
    assert count() == before
    assert max(before) <= 30


def test_pemerintah_digital_is_shown_with_decimals_and_says_what_is_taken_from_other_indices(cast):  # noqa: F811
    secretariat = cast.actor("diskominfo")
    sheet = assessments.open_assessment(secretariat, cast.institution, 2026, "pemdi-2026")
    actions.set_level(secretariat, sheet.cycle, "self", "5", "2,75", "", 1)
    client = cast.client("diskominfo")
    html = client.get("/di/uji/penilaian/2026/pemdi-2026/").content.decode()
    assert "2,75" in html and html.count(_("taken from %(name)s") % {"name": ""}) >= 4
    page = client.get("/di/uji/penilaian/2026/pemdi-2026/indikator/5/").content.decode()
    assert _("Set by another index.") in page and 'inputmode="decimal"' in page
    assert _("Criteria not verified against the official text.") in page


# ---- writing


def test_a_draft_is_kept_as_one_types_and_answers_with_the_sentence(cast, cycle):  # noqa: F811
    sent = {
        "answer_version": "1", "fact-0-document": "Perbup Arsitektur", "fact-0-number": "41 Tahun 2025",
        "fact-0-article": "4", "fact-1-document": "", "analysis": "Muatan enam domain lengkap.",
    }  # fmt: skip
    answer = cast.client("operator").post(PAGE + "penjelasan/langsung/", sent, **LIVE)
    html = answer.content.decode()
    assert answer.status_code == 200 and _("Draft kept") in html
    assert "Perbup Arsitektur Nomor 41 Tahun 2025, Pasal 4" in html
    assert 'id="answer-version" value="2"' in html
    assert Answer.objects.get().facts[0]["article"] == "4"


def test_a_preview_keeps_nothing(cast, cycle):  # noqa: F811
    sent = {"answer_version": "1", "analysis": "Muatan enam domain lengkap."}
    html = cast.client("operator").post(PAGE + "penjelasan/pratinjau/", sent, **LIVE).content.decode()
    assert (
        "Muatan enam domain lengkap." in html
        and _("No fact yet: name the document that proves the level.") in html
    )
    assert Answer.objects.get().version == 1


def test_without_scripts_the_form_keeps_adds_a_row_and_hands_in(cast, cycle):  # noqa: F811
    client = cast.client("operator")
    sent = {"answer_version": "1", "fact-0-document": "Perbup 41", "analysis": "Enam domain lengkap"}
    html = client.post(PAGE + "penjelasan/", sent | {"more": "1"}).content.decode()
    assert 'name="fact-2-document"' in html
    version = re.search(r'id="answer-version" value="(\d+)"', html)[1]
    answer = client.post(PAGE + "penjelasan/", sent | {"answer_version": version, "hand_in": "1"})
    assert answer.status_code == 302 and Answer.objects.get().state == "ready"
    assert 'name="analysis"' not in client.get(PAGE).content.decode()


def test_a_conflict_shows_before_theirs_and_mine_and_keeps_what_was_typed(cast, cycle):  # noqa: F811
    actions.write_answer(cast.actor("head"), cycle, "11", [{"document": "Perbup 41"}], "Dari kepala", 1)
    client = cast.client("operator")
    sent = {"answer_version": "1", "fact-0-document": "Perbup 41", "analysis": "Dari operator"}
    answer = client.post(PAGE + "penjelasan/", sent)
    html = main_of(answer.content.decode())
    assert answer.status_code == 409
    assert SECRET in html and "Dari kepala" in html and ">Dari operator</textarea>" in html
    version = re.search(r'id="answer-version" value="(\d+)"', html)[1]
    assert client.post(PAGE + "penjelasan/", sent | {"answer_version": version}).status_code == 302
    assert Answer.objects.get().analysis == "Dari operator"


def test_an_assessor_returns_with_a_remark_that_the_unit_reads(cast, cycle):  # noqa: F811
    row = actions.hand_in(cast.actor("operator"), cycle, "11", 1)
    assessor = cast.client("assessor")
    sent = {"verb": "send_back", "remark": "", "answer_version": str(row.version)}
    assert assessor.post(PAGE + "penjelasan/pindah/", sent).status_code == 422
    assert assessor.post(PAGE + "penjelasan/pindah/", sent | {"remark": "Sebut halaman."}).status_code == 302
    assert "Sebut halaman." in cast.client("operator").get(PAGE).content.decode()
    stale = {"verb": "hand_in", "answer_version": str(row.version)}
    assert cast.client("operator").post(PAGE + "penjelasan/pindah/", stale).status_code == 409


def test_a_level_is_set_on_the_page_with_its_reason(cast, cycle):  # noqa: F811
    assessor = cast.client("assessor")
    wrong = assessor.post(PAGE + "tingkat/internal/", {"level": "2", "note": "", "version": "0"})
    assert (
        wrong.status_code == 422
        and _("Give the reason of the level: the unit must understand it.") in wrong.content.decode()
    )
    off = assessor.post(PAGE + "tingkat/internal/", {"level": "7", "note": "Ketikan saya", "version": "0"})
    assert off.status_code == 422 and "Ketikan saya" in off.content.decode()
    assert not Assessment.objects.filter(stage="internal").exists()
    done = assessor.post(PAGE + "tingkat/internal/", {"level": "2", "note": "Kurang", "version": "0"})
    assert done.status_code == 302 and Assessment.objects.get(stage="internal").notes == {"11": "Kurang"}
    late = cast.client("diskominfo").post(
        PAGE + "tingkat/internal/", {"level": "4", "note": "x", "version": "1"}
    )
    assert late.status_code == 409 and "Assessor" in late.content.decode()


@pytest.mark.parametrize(("who", "stage"), [("other_operator", "self"), ("operator", "internal"), ("operator", "external"), ("operator", "x")])  # fmt: skip
def test_no_other_sheet_is_open(cast, cycle, who, stage):  # noqa: F811
    sent = {"level": "5", "note": "x", "version": "1"}
    assert cast.client(who).post(PAGE + f"tingkat/{stage}/", sent).status_code == 404


def test_the_english_pages_are_english(cast, cycle):  # noqa: F811
    for address in (TABLE, PAGE, PAGE + "singkat/"):
        html = cast.client("diskominfo").get("/en" + address).content.decode()
        html = main_of(html) if "<main" in html else html
        html = re.sub(r'<(\w+)[^>]*\blang="id"[^>]*>.*?</\1>', "", html, flags=re.S)
        words = set(re.findall(r"[a-z]{4,}", re.sub(r"<[^>]+>", " ", html).lower()))
        assert not words & {
            "penilaian",
            "tingkat",
            "belum",
            "kriteria",
            "bobot",
            "simpan",
            "mandiri",
            "tenggat",
        }
