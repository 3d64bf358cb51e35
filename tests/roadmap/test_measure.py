"""The measure: which baseline tells the drift, what of an initiative counts, and one ceiling in every view."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pendapa.cockpit.queries import leader
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.roadmap.actions import baselines, roadmaps
from pendapa.roadmap.models import Baseline, Initiative, Roadmap
from pendapa.roadmap.queries import baselines as queries
from pendapa.roadmap.queries import items as sources
from pendapa.roadmap.queries import money as sums_of_money
from tests.cast import Cast, cast
from tests.roadmap.frozen import FIRST, changed, decreed, initiative, roadmap
from tests.roadmap.initiatives_scene import an_action

__all__ = ["cast"]
BASE = "/di/uji/peta-rencana/"
TODAY = timezone.localdate()
WORKING = "Kerja sementara"


def words(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode().replace("\xa0", " ")))


def of(cast: Cast, row: Initiative, who: str = "sekda") -> sources.Item:
    found = sources.items(cast.actor(who), cast.institution, row.roadmap)
    return next(one for one in found if one.uid == row.uid)


def public(cast: Cast, row: Roadmap) -> dict:
    row.refresh_from_db()
    if not row.public:
        row.public = True
        history.write(system(), cast.institution, "edit", history.Writes(change=[row]))
    return json.loads(Client().get("/publik/uji/peta-rencana/data.json").content)


@pytest.fixture
def late(cast: Cast) -> Initiative:
    """Set by decree and then two months later."""
    row = roadmap(cast)
    made = initiative(cast, row)
    decreed(cast, row)
    return changed(cast, made, later=61)


# ---- which baseline


def test_a_working_baseline_does_not_take_the_place_of_the_decreed_one_in_any_view(
    cast: Cast, late: Initiative
) -> None:
    baselines.freeze(cast.actor("diskominfo"), late.roadmap, WORKING)
    assert of(cast, late).drift.end_days == 61
    client = cast.client("sekda")
    for path in ("", "linimasa/", "papan/", f"{late.uid}/"):
        assert "mundur 2 bln" in words(client.get(BASE + path).content), path
    told = client.get(f"/api/v1/institutions/uji/roadmaps/{late.roadmap.uid}/drift").json()
    assert (told["baseline"]["decree_number"], told["later"]) == ("Perbup 52/2026", 1)
    outside = public(cast, late.roadmap)
    assert "2 bulan" in outside["initiatives"][0]["moved"]
    assert outside["measured_against"] == {"decree": "Perbup 52/2026", "decree_on": TODAY.isoformat()}
    page = words(Client().get("/publik/uji/peta-rencana/").content)
    assert page.count("Perbup 52/2026") == 2 and WORKING not in page


def test_a_newer_decree_becomes_the_measure(cast: Cast, late: Initiative) -> None:
    baselines.freeze(cast.actor("diskominfo"), late.roadmap, "Perubahan", "Perbup 9/2027", TODAY)
    assert of(cast, late).drift.end_days == 0
    outside = public(cast, late.roadmap)
    assert outside["initiatives"][0]["moved"] is None
    assert outside["measured_against"]["decree"] == "Perbup 9/2027"


def test_without_any_decree_the_newest_measures_inside_and_none_outside(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    for name in ("Pertama", "Kedua"):
        baselines.freeze(cast.actor("diskominfo"), row, name)
        changed(cast, made, later=30)
    made.refresh_from_db()
    assert of(cast, made).drift.end_days == 30
    row.refresh_from_db()
    row.state = "set"  # as a roadmap that was set before anybody kept baselines
    history.write(system(), cast.institution, "edit", history.Writes(change=[row]))
    outside = public(cast, row)
    assert (outside["initiatives"][0]["moved"], outside["measured_against"]) == (None, None)


@pytest.mark.parametrize("path", ["", "linimasa/", "papan/", "menurut-opd/"])
def test_each_view_names_the_baseline_that_it_measures_against(
    cast: Cast, late: Initiative, path: str
) -> None:
    baselines.freeze(cast.actor("diskominfo"), late.roadmap, WORKING)
    told = words(cast.client("operator").get(BASE + path).content)
    known = Baseline.objects.exclude(decree_number="").get()
    assert f"“{known.name}”" in told and "Perbup 52/2026" in told and WORKING not in told


def test_the_page_of_baselines_shows_every_one_and_says_which_is_the_measure(
    cast: Cast, late: Initiative
) -> None:
    baselines.freeze(cast.actor("diskominfo"), late.roadmap, WORKING)
    url = f"{BASE}dokumen/{late.roadmap.uid}/baku/"
    answer = cast.client("sekda").get(url)
    rows = re.findall(r"<tr>.*?</tr>", answer.content.decode().split("<tbody>")[1], re.S)
    chips = [bool(re.search(r"> *(acuan|measure) *<", row)) for row in rows[:2]]
    assert ([WORKING in row for row in rows[:2]], chips) == ([True, False], [False, True])
    assert "1 mundur" in words(answer.content)


# ---- a decree that comes after the freezing


def test_a_decree_is_recorded_once_on_what_was_frozen_before_it(cast: Cast, late: Initiative) -> None:
    actor, client = cast.actor("diskominfo"), cast.client("diskominfo")
    frozen = baselines.freeze(actor, late.roadmap, "Naskah perubahan")
    before = (frozen.digest, queries.snapshots(frozen))
    changed(cast, late, later=10)
    url = f"{BASE}dokumen/{late.roadmap.uid}/baku/{frozen.uid}/keputusan/"
    given = {"decree_number": "Perbup 9/2027", "decree_on": TODAY.isoformat(), "version": "1"}
    assert client.post(url, {**given, "decree_on": ""}).status_code == 422
    assert client.post(url, {**given, "version": "7"}).status_code == 409
    assert client.post(url, given).status_code == 302
    frozen.refresh_from_db()
    assert (frozen.decree_number, frozen.digest, queries.snapshots(frozen)) == ("Perbup 9/2027", *before)
    assert queries.verify(frozen)
    late.refresh_from_db()
    assert of(cast, late).drift.end_days == 10
    assert client.post(url, {**given, "decree_number": "Perbup 10/2027", "version": "2"}).status_code == 422
    frozen.refresh_from_db()
    assert frozen.decree_number == "Perbup 9/2027"


@pytest.mark.parametrize("who", ["operator", "head", "verifier", "assessor", "stranger", "foreigner"])
def test_only_who_freezes_records_a_decree(cast: Cast, late: Initiative, who: str) -> None:
    frozen = baselines.freeze(cast.actor("diskominfo"), late.roadmap, WORKING)
    url = f"{BASE}dokumen/{late.roadmap.uid}/baku/{frozen.uid}/keputusan/"
    given = {"decree_number": "9", "decree_on": TODAY.isoformat(), "version": "1"}
    assert cast.client(who).post(url, given).status_code == 404
    frozen.refresh_from_db()
    assert frozen.decree_number == ""


# ---- what of an initiative counts


def finished(cast: Cast, row: Initiative, state: str = "done") -> Initiative:
    row.refresh_from_db()
    row.state = state
    history.write(system(), cast.institution, "edit", history.Writes(change=[row]))
    return row


@pytest.mark.parametrize(("day", "days"), [(-10, -10), (0, 0), (25, 25)])
def test_what_is_done_is_measured_by_the_day_on_which_it_was(cast: Cast, day: int, days: int) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    decreed(cast, row)
    made = changed(cast, made, later=61)
    an_action(made, "done", done_on=date(FIRST, 2, 1))
    an_action(made, "done", done_on=date(FIRST + 1, 9, 30) + timedelta(days=day))
    an_action(made, "cancelled")
    told = of(cast, finished(cast, made)).drift
    assert (told.end_days, told.start_days) == (days, None)
    known = queries.measure(made.roadmap)
    sums = queries.since(cast.actor("sekda"), known).sums
    assert (sums.later, sums.sooner) == (int(days > 0), int(days < 0))


def test_of_what_is_done_nobody_knows_when_nothing_is_told_of_its_time(cast: Cast, late: Initiative) -> None:
    told = of(cast, finished(cast, late)).drift
    assert (told.end_days, told.start_days, told.way) == (None, None, "")
    assert "mundur" not in words(cast.client("sekda").get(BASE).content)


def test_what_is_cancelled_has_no_drift_and_its_ceiling_has_gone(cast: Cast, late: Initiative) -> None:
    told = of(cast, finished(cast, late, "cancelled")).drift
    assert (told.end_days, told.money, told.way) == (None, None, "")
    sums = queries.since(cast.actor("sekda"), queries.measure(late.roadmap)).sums
    assert (sums.later, sums.shelved, sums.money) == (0, 1, Decimal(-100_000_000))


# ---- the head of one initiative


def test_the_head_of_an_initiative_tells_days_and_money_against_the_measure(
    cast: Cast, late: Initiative
) -> None:
    changed(cast, late, money=150_000_000)
    told = words(cast.client("operator").get(f"{BASE}{late.uid}/").content)
    head = told.split("Apa dan untuk apa")[0]
    assert "mundur 2 bln" in head and "pagu naik Rp 50 jt" in head and "Perbup 52/2026" in head


def test_the_head_tells_of_no_drift_from_a_roadmap_that_one_may_not_see(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    baselines.freeze(cast.actor("diskominfo"), row, WORKING)
    changed(cast, made, later=61)
    assert WORKING in cast.client("sekda").get(f"{BASE}{made.uid}/").content.decode()
    assert WORKING not in cast.client("operator").get(f"{BASE}{made.uid}/").content.decode()


def test_the_head_of_an_initiative_without_drift_stays_short(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row)
    decreed(cast, row)
    assert "Perbup 52/2026" not in words(cast.client("operator").get(f"{BASE}{made.uid}/").content)


# ---- one ceiling


@pytest.fixture
def mixed(cast: Cast) -> Roadmap:
    """A ceiling of 730 million; beside it an estimate, a cancelled ceiling and a draft."""
    row = roadmap(cast)
    initiative(cast, row, "Berpagu", money=730_000_000, cost=Decimal(900_000_000))
    initiative(cast, row, "Perkiraan", budgets=(), cost=Decimal(60_000_000))
    gone = initiative(cast, row, "Batal", unit=cast.other_unit, money=5_000_000, cost=Decimal(1))
    finished(cast, gone, "cancelled")
    return row


def test_the_ceiling_is_the_same_in_every_view_and_in_what_was_frozen(cast: Cast, mixed: Roadmap) -> None:
    decreed(cast, mixed)
    actor, planned = cast.actor("sekda"), Decimal(730_000_000)
    rows = sources.items(actor, cast.institution, mixed)
    assert sources.totals(rows).money.planned == planned
    told = sums_of_money.summary(actor, cast.institution, mixed)
    assert (told.planned, sum(one.sums.planned or 0 for one in told.by_unit)) == (planned, planned)
    client = cast.client("sekda")
    pages = {path: client.get(BASE + path) for path in ("", "linimasa/", "menurut-opd/", "anggaran/")}
    for path, answer in pages.items():
        assert "Rp 730 jt" in words(answer.content) and "Rp 735" not in words(answer.content), path
    by_unit = [row["totals"].money.planned or 0 for row in pages["menurut-opd/"].context["rows"]]
    assert sum(by_unit) == planned
    mixed.refresh_from_db()
    assert leader.cockpit(actor, cast.institution, date(FIRST + 1, 6, 1)).budget.planned == planned
    frozen = words(client.get(f"{BASE}dokumen/{mixed.uid}/baku/").content)
    assert "Rp 730 jt" in frozen and "perkiraan Rp 60 jt" in frozen and "Rp 79" not in frozen


def test_sums_that_were_frozen_with_estimates_among_them_are_added_up_anew(
    cast: Cast, mixed: Roadmap
) -> None:
    known = baselines.freeze(cast.actor("sekda"), mixed, "Lama")
    assert known.counts == {"initiatives": 3, "ceiling": "730000000.00", "estimate": "60000000.00"}
    Baseline.objects.filter(pk=known.pk).update(counts={"initiatives": 3, "ceiling": "795000000.00"})
    client = cast.client("sekda")
    assert "Rp 730 jt" in words(client.get(f"{BASE}dokumen/{mixed.uid}/baku/").content)
    told = client.get(f"/api/v1/institutions/uji/roadmaps/{mixed.uid}/baselines").json()
    assert told["items"][0]["ceiling"] == "730000000.00"


def test_an_estimate_that_changes_is_no_drift_of_the_ceiling_but_is_told(cast: Cast) -> None:
    row = roadmap(cast)
    made = initiative(cast, row, budgets=(), cost=Decimal(60))
    known = baselines.freeze(cast.actor("sekda"), row, "Baku")
    changed(cast, made, cost=Decimal(70))
    one = queries.since(cast.actor("sekda"), known).moved[0]
    assert (one.drift.money, one.drift.changed) == (None, ("cost",))


# ---- the way back of what is done


def test_what_is_done_is_opened_again_and_does_not_begin(cast: Cast, late: Initiative) -> None:
    finished(cast, late)
    client = cast.client("diskominfo")
    page = client.get(f"{BASE}{late.uid}/").content.decode()
    assert re.findall(r'<button[^>]*value="doing"[^>]*>(.*?)</button>', page) == ["Buka kembali"]


def test_the_views_ask_a_fixed_number_of_questions_of_many_baselines(cast: Cast) -> None:
    row = roadmaps.create(cast.actor("diskominfo"), cast.institution, title="Peta", first_year=FIRST)
    initiative(cast, row)
    url = f"{BASE}dokumen/{row.uid}/baku/"

    def asked() -> int:
        client = cast.client("sekda")
        client.get(url)
        with CaptureQueriesContext(connection) as told:
            client.get(url)
        return len(told)

    baselines.freeze(cast.actor("sekda"), row, "Satu")
    few = asked()
    for n in range(4):
        baselines.freeze(cast.actor("sekda"), row, f"Lagi {n}")
    assert asked() == few
