"""Completeness by OPD and domain: counted of what one may see, empty where there is nothing, counted anew with the model."""

from __future__ import annotations

import csv
import io

import pytest

from pendapa.architecture import modelling, queries
from pendapa.architecture.models import Element
from pendapa.architecture.queries.completeness import completeness
from pendapa.kernel.access.actor import system
from pendapa.kernel.jobs import actions as jobs
from pendapa.kernel.jobs.models import Job
from pendapa.regulations.overlay import put
from tests.architecture.scene import make
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = "/di/uji/arsitektur/kelengkapan/"


def full(element: Element, percent: int) -> Element:
    Element.objects.filter(pk=element.pk).update(completeness=percent)
    return element


def of(cast: Cast, who: str, unit: str) -> dict[str, tuple[int, int | None]]:
    found = completeness(cast.actor(who), cast.institution)
    row = next(one for one in found.units if one.name == unit)
    return {key: (cell.count, cell.completeness) for key, cell in zip(found.domains, row.cells, strict=True)}


def test_an_opd_counts_with_all_below_it(cast: Cast) -> None:
    full(make(cast.unit, "Satu"), 40)
    full(make(cast.subunit, "Dua"), 80)
    assert of(cast, "diskominfo", "Dinas Kesehatan")["applications"] == (2, 60)


def test_an_opd_without_elements_is_there_and_empty(cast: Cast) -> None:
    make(cast.unit, "Satu")
    assert set(of(cast, "diskominfo", cast.other_unit.name).values()) == {(0, None)}
    assert "belum ada" in cast.client("diskominfo").get(PAGE).content.decode()


def test_the_last_line_weighs_elements_not_opd(cast: Cast) -> None:
    for name, percent in (("A", 0), ("B", 0), ("C", 0)):
        full(make(cast.unit, name), percent)
    full(make(cast.other_unit, "D"), 100)
    found = completeness(cast.actor("diskominfo"), cast.institution)
    assert (found.total.count, found.total.completeness) == (4, 25)


def test_restricted_elements_of_others_do_not_count(cast: Cast) -> None:
    full(make(cast.unit, "Terbuka"), 50)
    full(make(cast.unit, "Terbatas", classification="restricted"), 100)
    assert of(cast, "diskominfo", "Dinas Kesehatan")["applications"] == (2, 75)
    assert of(cast, "other_operator", "Dinas Kesehatan")["applications"] == (1, 50)


def test_another_institution_does_not_count(cast: Cast) -> None:
    make(cast.foreign_unit, "Asing")
    assert completeness(cast.actor("diskominfo"), cast.institution).total.count == 0


def test_numbers_lead_to_their_list(cast: Cast) -> None:
    full(make(cast.unit, "SIMPUS"), 30)
    client = cast.client("operator")
    page = client.get(PAGE).content.decode()
    link = f"/di/uji/arsitektur/?domain=applications&amp;unit={cast.unit.uid}"
    assert link in page and "<b>30\u00a0%</b>" in page
    assert "SIMPUS" in client.get(link.replace("&amp;", "&")).content.decode()


def test_the_table_goes_out_as_csv_with_empty_cells(cast: Cast) -> None:
    full(make(cast.unit, "SIMPUS"), 30)
    sent = cast.client("operator").get(f"{PAGE}?format=csv")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(text), csv.Sniffer().sniff(text.splitlines()[0]))}
    assert rows["Dinas Kesehatan"][-2:] == ["30", "1"]
    assert rows[cast.other_unit.name][-2:] == ["", "0"]


@pytest.mark.parametrize("who", ["stranger", "foreigner"])
def test_who_does_not_belong_here_finds_nothing(cast: Cast, who: str) -> None:
    assert cast.client(who).get(PAGE).status_code == 404


# -- with the model ---------------------------------------------------------------------------------------------------

ASKED = put(
    {},
    "applications",
    "columns",
    {"key": "narahubung", "label": {"id": "Narahubung"}, "type": "string", "required": True},
)


def test_completeness_is_counted_anew_with_a_new_version(cast: Cast) -> None:
    element = make(cast.unit, "SIMPUS", attributes={"uraian": "Puskesmas"})
    before = Element.objects.get().completeness
    assert queries.numbers(system(), cast.institution)[3]["completeness"] == before
    modelling.keep(cast.actor("diskominfo"), cast.institution, ASKED, version=0, reason="Diminta")
    after = Element.objects.get().completeness
    assert after < before
    assert queries.numbers(system(), cast.institution)[3]["completeness"] == after
    assert of(cast, "diskominfo", "Dinas Kesehatan")["applications"] == (1, after)
    modelling.keep(cast.actor("diskominfo"), cast.institution, {}, version=1, reason="Kembali")
    element.refresh_from_db()
    assert element.completeness == before


def test_of_many_elements_a_job_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelling, "AT_ONCE", 1)
    monkeypatch.setattr(modelling, "CHUNK", 2)
    for number in range(5):
        make(cast.unit, f"Aplikasi {number}", attributes={"uraian": "x"})
    before = Element.objects.first().completeness
    modelling.keep(cast.actor("diskominfo"), cast.institution, ASKED, version=0, reason="Diminta")
    assert set(Element.objects.values_list("completeness", flat=True)) == {before}
    job = Job.objects.get(name=modelling.JOB)
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"changed": 5})
    assert max(Element.objects.values_list("completeness", flat=True)) < before


def test_a_version_that_asks_for_nothing_else_counts_nothing(cast: Cast) -> None:
    make(cast.unit, "SIMPUS")
    content = put(
        {}, "applications", "columns", {"key": "catatan", "label": {"id": "Catatan"}, "type": "text"}
    )
    modelling.keep(cast.actor("diskominfo"), cast.institution, content, version=0, reason="Diminta")
    cast.institution.refresh_from_db()
    assert "completeness_counted" not in cast.institution.settings
