"""The signals of an institution: what they say, who may be told, the page and the API."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from pendapa.architecture import releasing
from pendapa.clearance.models import ClearanceRequest
from pendapa.evaluation.actions import assessments
from pendapa.evaluation.models import Assessment, Decree
from pendapa.evaluation.queries import signals
from pendapa.kernel.access.actor import system
from pendapa.kernel.history import actions as history
from pendapa.kernel.measures import ports
from pendapa.kernel.tenancy.models import Assignment
from pendapa.regulations import packs
from tests.architecture.scene import make
from tests.cast import WHO, Cast, cast  # noqa: F401

pytestmark = pytest.mark.django_db
SPBE = packs.instrument("spbe-2020")
PAGE, API = "/di/uji/penilaian/sinyal/", "/api/v1/institutions/uji/signals"
OFFICERS = {"operator", "other_operator", "head", "diskominfo", "sekda", "verifier", "assessor"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def shown(cast: Cast, who: str = "diskominfo", query: str = "") -> str:  # noqa: F811
    """The text of the page: what a reader sees, without what differs each time."""
    body = cast.client(who).get(PAGE + query).content.decode()
    body = body[body.index("<main") : body.index("</main>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def decree(cast: Cast, number: str, title: str, **more: object) -> Decree:  # noqa: F811
    given = {"kind": "Perbup", "set_on": date(2025, 3, 1)} | more
    row = Decree(institution=cast.institution, number=number, title=title, **given)
    history.write(system(), cast.institution, "edit", history.Writes(add=[row]))
    return row


def requested(cast: Cast, number: int, state: str) -> None:  # noqa: F811
    now = timezone.now()
    ClearanceRequest.objects.create(
        institution=cast.institution, unit=cast.unit, year=now.year, title=f"Aplikasi {number}", state=state, number=number,
        number_year=now.year, decision="go" if state == "decided" else "", created_at=now, moved_at=now,
    )  # fmt: skip


# ---- what they say


def test_a_signal_tells_numbers_and_what_the_next_level_asks(cast: Cast):  # noqa: F811
    make(cast.unit, "SIMPUS")
    releasing.create_release(
        cast.actor("diskominfo"), cast.institution, code="2026", decree_number="Perbup 41/2025", decree_date=timezone.localdate()
    )  # fmt: skip
    told = signals.of(cast.institution, SPBE)["11"]
    assert told.level == 2 and not told.verified
    assert "1 of 3 OPD have a verified application list" in told.told
    assert "1 of 6 domains are filled" in told.told
    assert (
        told.next_told.startswith("Level 3 asks for:")
        and "OPD with a verified application list (all)" in told.next_told
    )
    assert cast.other_unit.name in told.missing
    assert "/di/uji/arsitektur/" in told.url
    assert [rung.level for rung in told.rungs] == [2, 3, 4, 5]


def test_where_records_say_nothing_no_level_is_suggested(cast: Cast):  # noqa: F811
    found = signals.of(cast.institution, SPBE)
    assert found["1"].level is None and found["32"].level is None
    assert found["12"].level is None and found["20"].level is None
    assert "19" not in found and "team" in signals.why_none("spbe-2020", "19")
    assert signals.why_none("spbe-2020", "11") == ""


def test_a_decree_in_force_that_names_the_subject_suggests_that_the_policy_is_set(cast: Cast):  # noqa: F811
    today = timezone.localdate()
    decree(cast, "1/2025", "Pajak daerah")
    decree(cast, "2/2025", "Arsitektur SPBE", valid_until=today.replace(year=today.year - 1))
    decree(cast, "3/2025", "Arsitektur SPBE", set_on=None)
    assert signals.of(cast.institution, SPBE)["1"].level is None
    decree(
        cast, "41/2025", "Penyelenggaraan SPBE", scope="Bab II: Arsitektur SPBE; Bab III: Peta Rencana SPBE"
    )
    found = signals.of(cast.institution, SPBE)
    assert (found["1"].level, found["2"].level, found["3"].level) == (2, 2, None)
    assert "Perbup 41/2025" in found["1"].told
    assert "read in its text" in found["1"].next_told, "why it goes no higher"


def test_words_inside_other_words_name_nothing(cast: Cast):  # noqa: F811
    decree(cast, "5/2025", "Audit statistik kepuasan")
    assert signals.of(cast.institution, SPBE)["9"].level is None
    decree(cast, "6/2025", "Pedoman audit TIK")
    assert signals.of(cast.institution, SPBE)["9"].level == 2


def test_a_signal_follows_the_records_at_once(cast: Cast):  # noqa: F811
    before = signals.of(cast.institution, SPBE)["14"]
    assert before.level is None
    make(cast.unit, "Melayani pasien", "processes")
    assert signals.of(cast.institution, SPBE)["14"].level == 1
    assert "0 of 1" in signals.of(cast.institution, SPBE)["14"].told


def test_what_moves_without_the_ledger_moves_the_signals_as_well(cast: Cast):  # noqa: F811
    key = "organisation.units_with_operator"
    before = signals.readings(cast.institution)[key].value
    Assignment.objects.filter(user=cast.users["operator"]).update(accepted_at=None)
    assert signals.readings(cast.institution)[key].value < before
    make(cast.unit, "SIMPUS")
    assert signals.readings(cast.institution)["architecture.release_decree"].value is None
    releasing.create_release(
        system(), cast.institution, code="r", decree_number="Perbup 1", decree_date=timezone.localdate()
    )
    assert signals.readings(cast.institution)["architecture.release_decree"].value == 1


def test_a_measure_that_could_not_be_read_is_asked_again(cast: Cast, monkeypatch):  # noqa: F811
    measure = ports.known()["organisation.units_with_operator"]

    def broken(institution: object) -> ports.Reading:
        raise RuntimeError("no disk")

    ports.register(measure.key, measure.title, measure.unit, measure.room, broken)
    try:
        assert signals.readings(cast.institution)[measure.key].value is None
    finally:
        ports.register(measure.key, measure.title, measure.unit, measure.room, measure.read)
    assert signals.readings(cast.institution)[measure.key].value is not None


def test_an_instrument_that_the_pack_does_not_know_has_no_signals(cast: Cast):  # noqa: F811
    assert signals.of(cast.institution, "buatan-sendiri") == {}
    assert signals.why_none("buatan-sendiri", "1")


def test_a_claim_above_the_signal_is_told(cast: Cast):  # noqa: F811
    make(cast.unit, "Melayani pasien", "processes")
    signal = signals.of(cast.institution, SPBE)["14"]
    assert signals.above(signal, "2") and not signals.above(signal, "1")
    assert not signals.above(None, "5")


# ---- who may be told


def test_requests_for_spending_are_told_to_who_reads_all_of_them(cast: Cast):  # noqa: F811
    requested(cast, 1, "decided")
    for who in ("diskominfo", "sekda", "verifier"):
        assert signals.of(cast.institution, SPBE, actor=cast.actor(who))["13"].level == 3, who
    for who in ("operator", "other_operator", "head", "assessor"):
        told = signals.of(cast.institution, SPBE, actor=cast.actor(who))["13"]
        assert told.level is None and "1" not in re.sub(r"\(.*?\)", "", told.told), who
    assert signals.of(cast.institution, SPBE)["13"].level is None, "without an actor nobody is meant"


def test_hidden_things_change_nothing_that_others_read(cast: Cast):  # noqa: F811
    make(cast.unit, "SIMPUS")
    before = shown(cast, "other_operator"), shown(cast, "assessor")
    make(cast.unit, "Sandi", classification="restricted")
    make(cast.unit, "Sandi", "data", classification="restricted")
    requested(cast, 1, "submitted")
    requested(cast, 2, "decided")
    assert (shown(cast, "other_operator"), shown(cast, "assessor")) == before


# ---- the page


@pytest.mark.parametrize("who", WHO)
def test_officers_see_the_signals_and_others_cannot_tell_that_they_exist(cast: Cast, who: str):  # noqa: F811
    page = cast.client(who).get(PAGE)
    if who == "public":
        assert page.status_code == 302 and "/masuk/" in page["Location"]
        assert cast.client(who).get(API).status_code in (401, 404)
        return
    assert page.status_code == (200 if who in OFFICERS else 404)
    assert cast.client(who).get(API).status_code == (200 if who in OFFICERS else 404)


def test_the_page_lists_every_indicator_with_its_signal_or_why_none(cast: Cast):  # noqa: F811
    body = cast.client("operator").get(PAGE).content.decode()
    assert len(re.findall(r'<li id="i-', body)) == 47
    body = cast.client("operator").get(PAGE + "?instrumen=pemdi-2026").content.decode()
    assert len(re.findall(r'<li id="i-', body)) == 20
    assert cast.client("operator").get(PAGE + "?instrumen=tak-ada").status_code == 404


def test_the_page_shows_claims_of_the_newest_round_above_their_signal(cast: Cast):  # noqa: F811
    make(cast.unit, "Melayani pasien", "processes")
    row = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    assessments.set_levels(cast.actor("diskominfo"), row, {"14": "4", "11": "1"}, row.version)
    body = cast.client("assessor").get(PAGE + "?tampil=klaim").content.decode()
    assert re.findall(r'<li id="i-([\d-]+)"', body) == ["14"]
    told = cast.client("assessor").get(API).json()
    by_number = {one["number"]: one for one in told["indicators"]}
    assert told["year"] == 2026 and by_number["14"]["above"] and by_number["14"]["claimed"] == "4"
    assert not by_number["11"]["above"] and by_number["19"]["why_none"]


def test_nothing_writes_a_level(cast: Cast):  # noqa: F811
    row = assessments.open_assessment(cast.actor("diskominfo"), cast.institution, 2026, "spbe-2020")
    shown(cast)
    assert Assessment.objects.get(pk=row.pk).levels == {} and Assessment.objects.get(pk=row.pk).version == 1


def test_the_page_takes_the_same_few_queries_once_the_signals_are_known(cast: Cast):  # noqa: F811
    client = cast.client("diskominfo")
    for n in range(3):
        make(cast.unit, f"Aplikasi {n}")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for n in range(6):
        make(cast.other_unit, f"Aplikasi lain {n}")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(few) == len(many)
    with CaptureQueriesContext(connection) as alone:
        signals.of(cast.institution, SPBE)
    assert len(alone) <= 4
