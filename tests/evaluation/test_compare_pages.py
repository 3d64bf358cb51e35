"""The page that compares, with the whole cast: what stands beside what, and what never does."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pendapa.evaluation.actions import assessments as actions
from pendapa.evaluation.models import PeerResult
from pendapa.kernel.access import actor
from pendapa.kernel.history import actions as history
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

SPBE = packs.instrument("spbe-2020")
PAGE = "/di/uji/penilaian/banding/"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


def measured(cast, year, level, instrument="spbe-2020", who="diskominfo", institution=None):  # noqa: F811
    place = institution or cast.institution
    writer = actor.system() if institution else cast.actor(who)
    row = actions.open_assessment(writer, place, year, instrument)
    levels = {one.number: level for one in packs.instrument(instrument).indicators}
    return actions.set_levels(writer, row, levels, row.version)


def peer(cast, name, aspects, year=2024, instrument="spbe-2020", index="3", kind="kabupaten"):  # noqa: F811
    row = PeerResult(
        institution=cast.institution, name=name, kind=kind, year=year, instrument=instrument, aspects=aspects,
        index=index, basis="aspects" if aspects else "printed", source="Laporan", verified=True,
    )  # fmt: skip
    history.write(actor.system(), cast.institution, "edit", history.Writes(add=[row]))
    return row


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("who", WHO)
def test_officers_compare_and_others_cannot_tell_that_the_page_exists(cast, who):  # noqa: F811
    for address in (PAGE, PAGE + "instansi/", PAGE + "instansi/templat.xlsx"):
        answer = cast.client(who).get(address)
        if who == "public":
            assert answer.status_code == 302 and "/masuk/" in answer["Location"]
        else:
            assert answer.status_code == (200 if who in OFFICERS else 404)


def test_an_empty_house_is_told_the_averages_and_what_to_do(cast):  # noqa: F811
    text = words(cast.client("sekda").get(PAGE))
    assert "Belum ada hasil lengkap" in text or "no complete result of your own" in text


def test_two_years_move_and_each_value_stands_in_a_table(cast):  # noqa: F811
    measured(cast, 2025, "2")
    measured(cast, 2026, "3")
    html = cast.client("operator").get(PAGE).content.decode()
    assert 'class="chart chart-slope"' in html and 'class="chart chart-heat"' in html
    assert html.count("+1,00") >= 8
    assert ">2025<" in html and ">2026<" in html


def test_another_instrument_is_told_and_never_drawn_in_one_line(cast):  # noqa: F811
    measured(cast, 2020, "2", "spbe-2018")
    measured(cast, 2026, "3")
    answer = cast.client("sekda").get(PAGE)
    assert 'class="chart chart-slope"' not in answer.content.decode()
    assert "2020 (" in words(answer)
    other = cast.client("sekda").get(PAGE + "?instrumen=spbe-2018").content.decode()
    assert "2020" in other and "Rata-rata nasional" in other


def test_a_published_average_that_is_faulty_at_its_source_says_so(cast):  # noqa: F811
    measured(cast, 2023, "3")
    text = words(cast.client("sekda").get(PAGE + "?jenis=all"))
    assert "hitung ulang 3.6192" in text


def test_the_nearest_neighbour_by_aspects_stands_first(cast):  # noqa: F811
    measured(cast, 2024, "3")
    near = {aspect.number: "3.1" for aspect in SPBE.aspects}
    far = {aspect.number: "1.5" for aspect in SPBE.aspects}
    peer(cast, "Kabupaten Jauh", far, index="1.5")
    peer(cast, "Kabupaten Dekat", near, index="3.1")
    html = cast.client("head").get(PAGE).content.decode()
    table = html[html.rindex("tbl compact", 0, html.index("A1:")) :]
    assert table.index("Kabupaten Dekat") < table.index("Kabupaten Jauh")
    assert "+0,10" in table


def test_another_institution_of_the_house_shows_only_what_is_public(cast):  # noqa: F811
    measured(cast, 2026, "3")
    row = measured(cast, 2026, "4", institution=cast.other_institution)
    hidden = words(cast.client("sekda").get(PAGE + "?jenis=all"))
    assert "Kota Lain" not in hidden
    row = actions.publish(actor.system(), row, row.version)
    assert "Kota Lain" in words(cast.client("sekda").get(PAGE + "?jenis=all"))
    actions.unpublish(actor.system(), row, row.version)
    assert words(cast.client("sekda").get(PAGE + "?jenis=all")) == hidden


def test_many_others_ask_no_more_than_few(cast):  # noqa: F811
    measured(cast, 2026, "3")
    client = cast.client("sekda")
    aspects = {aspect.number: "2.5" for aspect in SPBE.aspects}
    peer(cast, "Kabupaten 0", aspects)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(1, 40):
        peer(cast, f"Kabupaten {number}", aspects)
    measured(cast, 2025, "2")
    with CaptureQueriesContext(connection) as many:
        answer = client.get(PAGE)
    assert len(many) == len(few)
    assert len(answer.content) < 250_000


def test_addresses_typed_by_hand_fall_back_to_what_there_is(cast):  # noqa: F811
    measured(cast, 2026, "3")
    answer = cast.client("sekda").get(PAGE + "?instrumen=x&tahun=abc&dengan=9&jenis=zz")
    assert answer.status_code == 200 and "2026" in words(answer)
