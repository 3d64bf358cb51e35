"""Many applications: compared by a job, remembered for every process, and then only what changes is compared."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from pendapa.analysis.queries import documents
from pendapa.architecture import actions, deciding_twins, queries
from pendapa.architecture.models import TwinMemory
from pendapa.architecture.queries import twin_memory
from pendapa.architecture.rules import twins_memory as rules
from pendapa.kernel.access.actor import system
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "/di/uji/arsitektur/kembaran/"


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pendapa.architecture.queries.twin_groups.AT_ONCE", 2)
    twin_memory._held.clear()
    return [
        make(cast.unit, "Antrean Puskesmas", attributes={"fungsi": "Antrean pasien puskesmas"}),
        make(cast.other_unit, "Antrean Kependudukan", attributes={"fungsi": "Antrean warga di loket"}),
        make(cast.unit, "Gudang Farmasi", attributes={"fungsi": "Stok obat"}),
    ]


def names(cast: Cast, who: str = "diskominfo") -> list[set[str]]:
    return [
        {m["name"] for m in group["members"]}
        for group in queries.twins(cast.actor(who), cast.institution, "all")
    ]


def test_nothing_is_compared_while_a_page_waits_and_a_job_does_it(cast: Cast, many) -> None:
    client = cast.client("diskominfo")
    page = client.get(f"/en{BASE}").content.decode()
    assert "Compare now" in page and "Antrean Kependudukan" not in page
    piece = client.get(f"/di/uji/arsitektur/{many[0].uid}/kembaran/", headers={"HX-Request": "true"})
    assert "Antrean Kependudukan" not in piece.content.decode()
    answer = client.post(f"{BASE}bandingkan/")
    job = Job.objects.get(name="architecture.twins")
    assert answer.status_code == 302 and str(job.uid) in answer["Location"]
    assert "being compared" in client.get(f"/en{BASE}").content.decode()
    client.post(f"{BASE}bandingkan/")
    assert Job.objects.filter(name="architecture.twins").count() == 1
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.total) == ("done", 6)
    assert "Antrean Kependudukan" in client.get(BASE).content.decode()


def test_the_api_says_when_to_ask_again(cast: Cast, many) -> None:
    answer = cast.client("operator").get("/api/v1/institutions/uji/twins")
    assert answer.status_code == 503 and answer["Retry-After"]
    jobs.run(Job.objects.get(name="architecture.twins"))
    assert len(cast.client("operator").get("/api/v1/institutions/uji/twins").json()) == 1


def test_a_book_compares_what_was_never_compared(cast: Cast, many) -> None:
    (group,) = documents.twins(cast.actor("operator"), cast.institution)
    assert {m["name"] for m in group["members"]} == {"Antrean Puskesmas", "Antrean Kependudukan"}


def test_the_numbers_of_gaps_follow_the_comparison(cast: Cast, many) -> None:
    assert queries.gap_numbers(system(), cast.institution)["twin_undecided"] == 0
    deciding_twins.compare(cast.institution)
    assert queries.gap_numbers(system(), cast.institution)["twin_undecided"] == 2
    assert sum(gap["rule"] == "twin_undecided" for gap in queries.gaps(system(), cast.institution)) == 2


def test_another_process_reads_what_the_job_left(cast: Cast, many) -> None:
    deciding_twins.compare(cast.institution)
    found = names(cast)
    cache.clear()
    twin_memory._held.clear()
    assert names(cast) == found == [{"Antrean Puskesmas", "Antrean Kependudukan"}]


def test_one_change_compares_only_what_it_touches(cast: Cast, many, monkeypatch: pytest.MonkeyPatch) -> None:
    deciding_twins.compare(cast.institution)
    names(cast)
    compared: list[str] = []
    true = rules.Memory._compare
    monkeypatch.setattr(
        rules.Memory, "_compare", lambda self, one, others: compared.append(one) or true(self, one, others)
    )
    fresh = make(cast.subunit, "Antrean Pustu", attributes={"fungsi": "Antrean pasien pustu"})
    assert names(cast) == [{"Antrean Puskesmas", "Antrean Kependudukan", "Antrean Pustu"}]
    assert compared == [str(fresh.pk)]
    actions.delete_element(system(), many[1])
    assert names(cast) == [{"Antrean Puskesmas", "Antrean Pustu"}]
    assert compared == [str(fresh.pk)]


def test_after_many_changes_what_did_not_change_stands_until_all_are_compared(
    cast: Cast, many, monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding_twins.compare(cast.institution)
    monkeypatch.setattr("pendapa.architecture.rules.twins_memory.MANY", 0)
    monkeypatch.setattr("pendapa.architecture.rules.twins_memory.PART", 0.1)
    make(cast.subunit, "Antrean Pustu", attributes={"fungsi": "Antrean pasien pustu"})
    assert names(cast) == [{"Antrean Puskesmas", "Antrean Kependudukan"}]
    page = cast.client("diskominfo").get(f"/en{BASE}").content.decode()
    assert "Much has changed" in page and "Compare now" in page
    deciding_twins.compare(cast.institution)
    assert len(names(cast)[0]) == 3


def test_who_may_not_see_all_gets_groups_without_what_is_hidden(cast: Cast, many) -> None:
    make(
        cast.other_unit,
        "Antrean Rahasia",
        classification="restricted",
        attributes={"fungsi": "Antrean pasien"},
    )
    deciding_twins.compare(cast.institution)
    assert len(names(cast)[0]) == 3
    assert names(cast, "operator") == [{"Antrean Puskesmas", "Antrean Kependudukan"}]
    assert len(names(cast)[0]) == 3


def test_what_is_remembered_may_be_thrown_away(cast: Cast, many) -> None:
    deciding_twins.compare(cast.institution)
    TwinMemory.objects.all().delete()
    cache.clear()
    with pytest.raises(queries.NotCompared):
        queries.twins(system(), cast.institution)
