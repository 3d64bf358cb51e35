"""Pages of instruments, their editions and the crosswalk, and of what a round takes over, with the whole cast."""

from __future__ import annotations

import html
import json
import re
from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import editions as actions
from pendapa.evaluation.models import Cycle, Edition, Evidence, EvidenceUse
from pendapa.kernel.history import actions as history
from pendapa.regulations import instrument_files, packs
from tests.cast import WHO, Cast, cast  # noqa: F401

BASE = "/di/uji/penilaian/"
LIST = BASE + "instrumen/"
SPBE = packs.instrument("spbe-2020")
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}
READ = (
    "instrumen/", "instrumen/spbe-2020/", "instrumen/padanan/spbe-2020/pemdi-2026/", "instrumen/spbe-2020/unduh/",
    "2026/spbe-2020/edisi/",
)  # fmt: skip
WRITE = (
    "instrumen/impor/",
    "instrumen/spbe-2020/ubah/",
    "instrumen/spbe-2020/ubah/11/",
    "2026/spbe-2020/bawa/",
)


@pytest.fixture
def opened(cast: Cast):  # noqa: F811
    boss = cast.actor("diskominfo")
    row = assessments.open_assessment(boss, cast.institution, 2026, "spbe-2020")
    return assessments.set_levels(boss, row, {one.number: "3" for one in SPBE.indicators}, row.version)


def own():
    return deepcopy(packs.instrument_content("pemdi-2026")) | {"id": "pemdi-2027"}


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def hidden(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


@pytest.mark.parametrize("who", WHO)
def test_officers_read_and_others_cannot_tell_that_it_exists(cast, opened, who):  # noqa: F811
    for address in READ:
        answer = cast.client(who).get(BASE + address)
        if who == "public":
            assert answer.status_code == 302
        else:
            assert answer.status_code == (200 if who in OFFICERS else 404), address


@pytest.mark.parametrize("who", sorted(set(WHO) - {"public"}))
def test_only_the_secretariat_gets_forms_and_answers_to_them(cast, opened, who):  # noqa: F811
    client = cast.client(who)
    expected = 200 if who == "diskominfo" else 404
    for address in WRITE:
        assert client.get(BASE + address).status_code == expected, address
    if who == "diskominfo":
        return
    for address in (*WRITE, "instrumen/spbe-2020/simpan/", "2026/spbe-2020/edisi/pakai/"):
        assert client.post(BASE + address, {"change": "{}", "number": "1"}).status_code == 404, address
    if who in OFFICERS:
        assert "/ubah/" not in text(client.get(LIST + "spbe-2020/"))
    assert Edition.objects.count() == 1


def test_what_is_not_there_answers_as_what_may_not_be_seen(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    for address in (
        "instrumen/spbe-2030/", "instrumen/spbe-2030/unduh/", "instrumen/spbe-2020/ubah/99/",
        "instrumen/padanan/spbe-2020/spbe-2018/", "instrumen/padanan/spbe-2020/x/", "2025/spbe-2020/edisi/",
        "2026/spbe-2020/bawa/?dari=2019/spbe-2018",
    ):  # fmt: skip
        assert client.get(BASE + address).status_code == 404, address


def test_the_list_says_of_each_instrument_what_is_unverified(cast, opened):  # noqa: F811
    page = text(cast.client("operator").get(LIST))
    for one in packs.instruments():
        assert one.id in page
    assert page.count("belum terverifikasi") + page.count("not verified") >= 3


def test_an_instrument_brought_in_by_one_institution_is_not_seen_by_another(cast, opened):  # noqa: F811
    actions.bring(cast.actor("diskominfo"), cast.institution, own(), "x.yaml")
    assert "pemdi-2027" in text(cast.client("operator").get(LIST))
    foreign = cast.client("foreigner")
    assert "pemdi-2027" not in text(foreign.get("/di/lain/penilaian/instrumen/"))
    assert foreign.get("/di/lain/penilaian/instrumen/pemdi-2027/").status_code == 404


def test_the_criteria_of_an_own_indicator_can_be_read_with_their_flag(cast, opened):  # noqa: F811
    change = {"indicators": {"11": {"levels": {"3": "Kriteria tahun 2027."}}}}
    actions.edit(cast.actor("diskominfo"), cast.institution, "spbe-2020", change, 1)
    page = text(cast.client("operator").get(LIST + "spbe-2020/"))
    assert "Kriteria tahun 2027." in page and "perubahan oleh instansi" in page
    # The sheet of the open round still shows its own words.
    sheet = text(cast.client("operator").get(BASE + "2026/spbe-2020/self/"))
    assert "Kriteria tahun 2027." not in sheet


def test_a_new_criterion_is_previewed_then_kept(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    form = text(client.get(LIST + "spbe-2020/ubah/11/"))
    assert SPBE.indicator("11").levels[2].criterion.id in form
    given = _fields_of("11") | {"level_3": "Kriteria tahun 2027.", "source": "Surat 1/2027", "verified": "on"}
    preview = client.post(LIST + "spbe-2020/ubah/11/", given).content.decode()
    assert "Kriteria tahun 2027." in preview and Edition.objects.count() == 1
    change = json.loads(hidden(preview, "change"))
    assert change == {
        "indicators": {
            "11": {
                "levels": {"3": "Kriteria tahun 2027."},
                "from": {"verified": True, "source": "Surat 1/2027"},
            }
        }
    }
    assert re.search(r"2026: (edisi|edition) 1", preview)
    done = client.post(
        LIST + "spbe-2020/simpan/",
        {"change": hidden(preview, "change"), "number": hidden(preview, "number"), "note": "tahun 2027"},
    )
    assert done.status_code == 302
    made = Edition.objects.get(number=2)
    assert made.overlay == change and made.note == "tahun 2027"
    assert Cycle.objects.get().edition.number == 1


def _fields_of(number: str) -> dict[str, str]:
    one = SPBE.indicator(number)
    levels = {f"level_{level.number}": level.criterion.id for level in one.levels}
    return levels | {"name": one.name.id, "evidence": "\r\n".join(one.evidence)}


def test_a_form_sent_back_unchanged_changes_nothing(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    assert client.post(LIST + "spbe-2020/ubah/11/", _fields_of("11")).status_code == 422
    page = client.get(LIST + "spbe-2020/ubah/").content.decode()
    fields = {
        html.unescape(n): html.unescape(v)
        for n, v in re.findall(r'name="([a-z]+:[^"]+)"[^>]*value="([^"]*)"', page)
    }
    assert len(fields) == 47 + 8 + 4 + 10
    assert client.post(LIST + "spbe-2020/ubah/", fields).status_code == 422
    assert Edition.objects.count() == 1


def test_weights_off_their_sum_are_told_by_place_with_all_that_was_typed(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    page = client.get(LIST + "spbe-2020/ubah/").content.decode()
    fields = dict(re.findall(r'name="([a-z]+:[^"]+)"[^>]*value="([^"]*)"', page))
    assert fields["indicators:11"] == "2,5"
    answer = client.post(LIST + "spbe-2020/ubah/", fields | {"indicators:11": "3,25", "min:Baik": "abc"})
    assert answer.status_code == 422
    assert 'value="3,25"' in answer.content.decode() and 'value="abc"' in answer.content.decode()
    assert "abc" in text(answer)
    answer = client.post(LIST + "spbe-2020/ubah/", fields | {"indicators:11": "3,25"})
    assert "10.75" in text(answer) and re.search("Aspe[kc]t? 2", text(answer))
    answer = client.post(
        LIST + "spbe-2020/ubah/", fields | {"indicators:11": "3", "indicators:12": "2", "notes": "Surat 7"}
    )
    assert answer.status_code == 200 and "Surat 7" in text(answer)


@pytest.mark.parametrize("change", ['"x"', "[]", "{", '{"indicators": "x"}', '{"indicators": {"11": "x"}}',
                                    '{"indicators": {"11": {"levels": "x"}}}', '{"predicates": {"Baik": {"min": []}}}',
                                    '{"notes": "x"}', '{"x": {}}', '{"indicators": {"11": {"evidence": {"a": 1}}}}',
                                    '{"indicators": {"11": {"number": "1"}}}', "[" * 5000])  # fmt: skip
def test_a_change_that_no_form_makes_is_refused_without_a_crash(cast, opened, change):  # noqa: F811
    client = cast.client("diskominfo")
    answer = client.post(LIST + "spbe-2020/simpan/", {"change": change, "number": "1"})
    assert answer.status_code in (302, 404)
    assert Edition.objects.count() == 1


def test_a_file_is_previewed_then_kept(cast):  # noqa: F811
    client = cast.client("diskominfo")
    data = instrument_files.written(own()).encode()
    preview = text(client.post(LIST + "impor/", {"file": SimpleUploadedFile("p.yaml", data), "note": "baru"}))
    assert "pemdi-2027" in preview and Edition.objects.count() == 0
    content = re.search(r"<textarea[^>]*hidden>(.*?)</textarea>", preview, re.DOTALL).group(1)
    done = client.post(
        LIST + "impor/", {"step": "keep", "name": "p.yaml", "note": "baru", "content": content}
    )
    assert done.status_code == 302 and Edition.objects.get().note == "baru"
    again = client.get(LIST + "pemdi-2027/unduh/").content
    assert packs.digest_of(instrument_files.read(again, "x.yaml")) == Edition.objects.get().digest


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\x00\xff", b"- 1", b"id: x", b"a: &b [1]\nc: *b", b"[" * 60_000]
)
def test_what_is_no_instrument_is_refused_on_the_page_and_nothing_is_kept(cast, data):  # noqa: F811
    answer = cast.client("diskominfo").post(LIST + "impor/", {"file": SimpleUploadedFile("p.yaml", data)})
    assert answer.status_code == 422 and 'role="alert"' in text(answer)
    assert cast.client("diskominfo").post(LIST + "impor/").status_code == 422
    assert Edition.objects.count() == 0


def test_a_round_is_moved_to_the_edition_in_force_on_its_page(cast, opened):  # noqa: F811
    client = cast.client("diskominfo")
    page = BASE + "2026/spbe-2020/edisi/"
    assert "edisi/pakai/" not in text(client.get(page))
    bounds = {"predicates": {"Baik": {"min": "3.2"}, "Cukup": {"max": "3.2"}}}
    actions.edit(cast.actor("diskominfo"), cast.institution, "spbe-2020", bounds, 1)
    shown = text(client.get(page))
    assert "edisi/pakai/" in shown and "Cukup" in shown and re.search("3[.,]2", shown)
    assert "edisi/pakai/" not in text(cast.client("operator").get(page))
    assert client.post(page + "pakai/").status_code == 302
    assert Cycle.objects.get().edition.number == 2
    assert client.post(page + "pakai/").status_code == 302


def test_the_plan_is_shown_before_anything_is_taken_over(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    new = assessments.open_assessment(boss, cast.institution, 2027, "pemdi-2026").cycle
    piece = Evidence(institution=cast.institution, title="Perbup <b>1</b>", source="link", url="https://x.example",
                     created_at=timezone.now())  # fmt: skip
    history.write(boss, cast.institution, "edit", history.Writes(add=[piece]))
    uses = [
        EvidenceUse(institution=cast.institution, cycle=opened.cycle, evidence=piece, indicator=n, level=2)
        for n in ("11", "32")
    ]
    history.write(boss, cast.institution, "edit", history.Writes(add=uses))
    client = cast.client("diskominfo")
    page = BASE + "2027/pemdi-2026/bawa/"
    raw = client.get(page).content.decode()
    shown = html.unescape(raw)
    assert "Perbup &lt;b&gt;1&lt;/b&gt;" in raw
    assert packs.crosswalk().pair("spbe-2020", "pemdi-2026").entries["32"].why.id in shown
    assert EvidenceUse.objects.filter(cycle=new).count() == 0
    assert client.post(page, {"dari": "2026/spbe-2020"}).status_code == 302
    assert list(EvidenceUse.objects.filter(cycle=new).values_list("indicator", "level")) == [("1", 0)]
    assert "Perbup" in text(client.get(page))  # what stays behind is still told


def test_last_years_levels_are_shown_and_taken_only_where_ticked(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    row = assessments.open_assessment(boss, cast.institution, 2027, "spbe-2020")
    client = cast.client("diskominfo")
    page = BASE + "2027/spbe-2020/bawa/"
    assert 'name="tingkat"' in text(client.get(page))
    client.post(page, {"dari": "2026/spbe-2020"})
    row.refresh_from_db()
    assert row.levels == {}
    client.post(page, {"dari": "2026/spbe-2020", "tingkat": "1"})
    row.refresh_from_db()
    assert len(row.levels) == 47


def queries_of(client, address):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_pages_ask_no_more_of_the_database_with_more_in_it(cast, opened):  # noqa: F811
    boss = cast.actor("diskominfo")
    new = assessments.open_assessment(boss, cast.institution, 2027, "spbe-2020").cycle
    client = cast.client("diskominfo")
    pages = (LIST, LIST + "spbe-2020/", BASE + "2027/spbe-2020/bawa/")
    client.get(LIST)
    before = [queries_of(client, page) for page in pages]
    pieces = [
        Evidence(institution=cast.institution, title=f"Bukti {n}", source="link", url="https://x.example",
                 created_at=timezone.now())
        for n in range(30)
    ]  # fmt: skip
    history.write(boss, cast.institution, "edit", history.Writes(add=pieces))
    uses = [
        EvidenceUse(institution=cast.institution, cycle=opened.cycle, evidence=piece, indicator=str(1 + n))
        for n, piece in enumerate(pieces)
    ]
    history.write(boss, cast.institution, "edit", history.Writes(add=uses))
    assert [queries_of(client, page) for page in pages] == before
    assert max(before) < 40, before
    assert new.pk
