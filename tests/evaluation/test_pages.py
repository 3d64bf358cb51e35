"""Pages of assessments, with the whole cast."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.models import Assessment, PublishedResult
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
LIST = "/di/uji/penilaian/"
PAGE = LIST + "2026/spbe-2020/self/"
LIVE = {"HTTP_HX_REQUEST": "true"}
FULL = {one.number: "3" for one in SPBE.indicators}
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture
def opened(cast: Cast) -> Assessment:  # noqa: F811
    return actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")


def fill(cast: Cast, row: Assessment, levels: dict[str, str]) -> Assessment:  # noqa: F811
    return actions.set_levels(cast.actor("diskominfo"), row, levels, row.version)


def form_of(html: str) -> dict[str, str]:
    """What a browser would send from the form of the levels."""
    form = html[html.index('<form id="levels"') : html.index("</form>", html.index('<form id="levels"'))]
    sent = {"version": re.search(r'id="version" value="(\d+)"', form).group(1)}
    return sent | dict(re.findall(r'name="(level_[\d.]+)"[^>]*value="(\d*)" checked', form))


@pytest.mark.parametrize("who", WHO)
def test_officers_see_the_pages_and_others_cannot_tell_that_they_exist(cast, opened, who):  # noqa: F811
    for address in (LIST, PAGE):
        answer = cast.client(who).get(address)
        if who == "public":
            assert answer.status_code == 302 and "/masuk/" in answer["Location"]
        else:
            assert answer.status_code == (200 if who in OFFICERS else 404)


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "assessor", "public"}))
def test_who_may_not_set_levels_gets_no_form_and_no_answer(cast, opened, who):  # noqa: F811
    client = cast.client(who)
    if who in OFFICERS:
        assert 'type="radio"' not in client.get(PAGE).content.decode()
    answers = [
        client.post(PAGE + part, {"version": "1", "level_1": "3", "target": "3"})
        for part in ("tingkat/", "target/")
    ]
    answers.append(client.post(LIST + "buka/", {"year": "2025", "instrument": "spbe-2020", "stage": "self"}))
    answers.append(client.post(LIST + "terbitan/", {"index": "2", "source": "x"}))
    assert [a.status_code for a in answers] == [404] * 4
    assert Assessment.objects.get().version == 1 and not PublishedResult.objects.exists()


def test_every_indicator_has_its_ladder(cast, opened):  # noqa: F811
    html = cast.client("diskominfo").get(PAGE).content.decode()
    for one in SPBE.indicators:
        values = re.findall(rf'type="radio"[^>]*name="level_{one.number}"[^>]*value="(\d*)"', html)
        assert values == ["", "1", "2", "3", "4", "5"], one.number
    assert html.count('role="radiogroup"') == 47


def test_an_instrument_with_decimals_asks_for_a_number(cast):  # noqa: F811
    actions.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "pemdi-2026")
    html = cast.client("diskominfo").get(LIST + "2026/pemdi-2026/self/").content.decode()
    assert html.count('inputmode="decimal" autocomplete="off" name="level_') == 20
    assert "Tidak semuanya pasti." in html  # nothing of that pack is verified


def test_choosing_a_level_saves_it_and_answers_with_the_moved_index(cast, opened):  # noqa: F811
    fill(cast, opened, FULL | {"11": "2"})
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    answer = client.post(PAGE + "tingkat/", sent | {"only": "11", "level_11": "3"}, **LIVE)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Tersimpan" in html and "3,00" in html
    assert Assessment.objects.get().levels == FULL


def test_a_level_off_the_scale_is_refused_beside_its_indicator(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    answer = client.post(PAGE + "tingkat/", {"only": "11", "level_11": "7", "version": "1"}, **LIVE)
    assert answer.status_code == 422 and "“7”" in answer.content.decode()
    assert Assessment.objects.get().levels == {}


def test_without_scripts_one_button_saves_all(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode()) | {f"level_{n}": v for n, v in FULL.items()}
    answer = client.post(PAGE + "tingkat/", sent, follow=True)
    assert "47 tingkat disimpan." in answer.content.decode()
    assert Assessment.objects.get().levels == FULL


def test_an_old_form_does_not_take_back_what_others_set_meanwhile(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    actions.set_levels(cast.actor("assessor"), opened, {"20": "4"}, opened.version)
    client.post(PAGE + "tingkat/", sent | {"level_21": "2"})
    assert Assessment.objects.get().levels == {"20": "4", "21": "2"}


def test_the_same_indicator_set_by_two_is_told_and_nothing_is_lost(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    sent = form_of(client.get(PAGE).content.decode())
    actions.set_levels(cast.actor("assessor"), opened, {"20": "4"}, opened.version)
    answer = client.post(PAGE + "tingkat/", sent | {"level_20": "2", "level_21": "5"})
    html = answer.content.decode()
    assert answer.status_code == 409 and "Assessor mengubahnya menjadi 4" in html
    assert Assessment.objects.get().levels == {"20": "4"}
    again = form_of(html)
    assert again["level_20"] == "4" and again["level_21"] == "5"  # theirs shown, one's own still chosen
    assert client.post(PAGE + "tingkat/", again).status_code == 302
    assert Assessment.objects.get().levels == {"20": "4", "21": "5"}


def test_a_live_conflict_shows_their_level_and_choosing_again_wins(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    actions.set_levels(cast.actor("assessor"), opened, {"20": "4", "22": "1"}, opened.version)
    answer = client.post(PAGE + "tingkat/", {"only": "20", "level_20": "2", "version": "1"}, **LIVE)
    html = answer.content.decode()
    assert answer.status_code == 409 and 'id="l-20"' in html and 'id="l-22"' in html
    version = re.search(r'id="version" value="(\d+)"', html).group(1)
    client.post(PAGE + "tingkat/", {"only": "20", "level_20": "2", "version": version}, **LIVE)
    assert Assessment.objects.get().levels == {"20": "2", "22": "1"}


def test_the_number_of_queries_does_not_depend_on_how_much_is_filled_in(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    client.get(LIST)  # the number beside the inbox is kept from here on
    counts = []
    for levels in ({}, FULL):
        fill(cast, Assessment.objects.get(), levels)
        for address in (PAGE, LIST):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


def test_the_page_tells_what_is_missing_and_where_the_index_will_lie(cast, opened):  # noqa: F811
    fill(cast, opened, {"1": "5"})
    html = cast.client("operator").get(PAGE).content.decode()
    assert "1 dari 47" in html and "1,05 – 5,00" in html
    only = cast.client("operator").get(PAGE + "?tampil=belum").content.decode()
    assert 'id="i-1"' not in only and 'id="i-2"' in only


def test_target_publishing_and_history_work_through_the_pages(cast, opened):  # noqa: F811
    fill(cast, opened, FULL)
    client = cast.client("diskominfo")
    assert client.post(PAGE + "target/", {"target": "9", "version": "2"}).status_code == 422
    assert client.post(PAGE + "target/", {"target": "3,5", "version": "2"}).status_code == 302
    html = client.get(PAGE).content.decode()
    assert "<b>0,50</b> lagi ke target 3,50" in html
    assert client.post(PAGE + "terbit/", {"public": "1", "version": "3"}).status_code == 302
    assert Assessment.objects.get().is_public
    client.post(LIST + "terbitan/", {"index": "1,7", "source": "Laporan", "is_public": "on"})
    listed = client.get(LIST).content.decode()
    assert "sebelumnya" in listed and "1,70" in listed and "Laporan" in listed


def test_beginning_twice_leads_to_the_same_assessment(cast, opened):  # noqa: F811
    sent = {"year": "2026", "instrument": "spbe-2020", "stage": "self"}
    answer = cast.client("assessor").post(LIST + "buka/", sent)
    assert answer.status_code == 302 and answer["Location"].endswith(PAGE)
    assert cast.client("assessor").post(LIST + "buka/", sent | {"year": "x"}).status_code == 422
    assert Assessment.objects.count() == 1


def test_the_english_page_is_english(cast, opened):  # noqa: F811
    fill(cast, opened, FULL)
    row = Assessment.objects.get()
    actions.set_target(cast.actor("diskominfo"), row, "4", row.version)
    client = cast.client("diskominfo")
    for address in (LIST, PAGE):
        html = client.get("/en" + address).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        # Words of the packs without a translation are marked as Indonesian; all others are ours.
        main = re.sub(r'<(\w+)[^>]*\blang="id"[^>]*>.*?</\1>', "", main, flags=re.S)
        words = set(re.findall(r"[a-z]{3,}", re.sub(r"<[^>]+>", " ", main).lower()))
        leftovers = words & {
            "penilaian", "tingkat", "belum", "indikator", "domain", "sasaran", "simpan", "disimpan", "dari", "aspek",
            "kriteria", "bukti", "bobot", "terbit", "sebelumnya", "semua", "tahun", "indeks", "baik", "cukup",
        } - {"domain"}  # fmt: skip
        assert not leftovers
    assert "Good" in main and "3.00" in main
