"""The public result: its parts on the page and an Atom feed, only with consent and only of a public sheet."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from pendapa.evaluation.actions import assessments
from pendapa.evaluation.models import Cycle
from pendapa.kernel.access import actor as actors
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

FEED, PAGE = "/publik/uji/indeks.atom", "/publik/uji/"
NUMBERS = [one.number for one in packs.instrument("spbe-2020").indicators]
ATOM = "{http://www.w3.org/2005/Atom}"
PART = "Kebijakan Internal Tata Kelola SPBE"


def sheet(cast, year=2026, *, consent=True, public=True, stage="self", level="3"):  # noqa: F811
    who = actors.system()
    row = assessments.open_assessment(who, cast.institution, year, "spbe-2020", stage)
    row = assessments.set_levels(who, row, dict.fromkeys(NUMBERS, level), row.version)
    Cycle.objects.filter(pk=row.cycle_id).update(consent=consent)
    return assessments.publish(who, row, row.version) if public else row


def test_the_feed_is_atom_with_index_and_parts(cast):  # noqa: F811
    sheet(cast, 2025, level="2")
    row = sheet(cast, 2026)
    answer = Client().get(FEED)
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert len(titles) == 2 and "2026: 3,00" in titles[0] and "2025: 2,00" in titles[1]
    assert entries[0].findtext(f"{ATOM}id") == f"urn:uuid:{row.uid}"
    assert "3,00" in entries[0].findtext(f"{ATOM}content")
    for place in (feed, *entries):
        assert place.findtext(f"{ATOM}updated").endswith("Z") and place.findtext(f"{ATOM}id")


def test_the_page_shows_the_parts_and_names_the_feed(cast):  # noqa: F811
    sheet(cast)
    html = Client().get(PAGE).content.decode()
    assert PART in html and FEED in html


@pytest.mark.parametrize(
    ("consent", "public"),
    [(None, True), (False, True), (True, False)],
    ids=["not said", "refused", "not public"],
)
def test_without_consent_or_publication_there_is_neither_feed_nor_parts(cast, consent, public):  # noqa: F811
    sheet(cast, consent=consent, public=public)
    assert Client().get(FEED).content == Client().get("/publik/tidak-ada/indeks.atom").content
    assert Client().get(FEED).status_code == 404
    assert PART not in Client().get(PAGE).content.decode()


@pytest.mark.parametrize("who", WHO)
def test_everybody_reads_the_same_feed(cast, who):  # noqa: F811
    sheet(cast)
    sheet(cast, 2024, consent=None)
    feed = etree.fromstring(cast.client(who).get(FEED).content)
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_of_several_public_sheets_the_last_stage_counts(cast):  # noqa: F811
    sheet(cast, level="4")
    sheet(cast, stage="external", level="2")
    text = Client().get(FEED).content.decode()
    assert "2,00" in text and "4,00" not in text


def test_names_do_not_break_the_feed(cast):  # noqa: F811
    cast.institution.name = 'Kab. <Uji> & "Coba"'
    cast.institution.save()
    sheet(cast)
    assert (
        etree.fromstring(Client().get(FEED).content).find(f"{ATOM}author/{ATOM}name").text
        == 'Kab. <Uji> & "Coba"'
    )


def test_many_years_ask_no_more_than_one(cast):  # noqa: F811
    sheet(cast)
    with CaptureQueriesContext(connection) as few:
        Client().get(FEED)
    for year in range(2015, 2024):
        sheet(cast, year)
    with CaptureQueriesContext(connection) as many:
        Client().get(FEED)
    assert len(many) == len(few)
