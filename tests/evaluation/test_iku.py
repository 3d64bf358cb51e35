"""The index as IKU of the strategy map: target and realisation beside it, written with the rights of the architecture."""

from __future__ import annotations

import re

import pytest

from pendapa.architecture import actions as architecture
from pendapa.architecture.models import Element
from pendapa.evaluation.actions import assessments
from pendapa.evaluation.actions import iku as actions
from pendapa.evaluation.models import IkuLink
from pendapa.evaluation.queries import iku as queries
from pendapa.kernel.access import actor as actors
from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.history.actions import Conflict
from pendapa.regulations import packs
from tests.cast import WHO, Cast, cast  # noqa: F401

PAGE = "/di/uji/penilaian/iku/"
NUMBERS = [one.number for one in packs.instrument("spbe-2020").indicators]


@pytest.fixture
def element(cast: Cast) -> Element:  # noqa: F811
    made = architecture.create_element(
        actors.system(), cast.institution, "strategy", name="Indeks SPBE", kind="iku", unit=cast.unit,
        attributes={"target_tahunan": {"2025": "2.6", "2026": "3.2"}, "realisasi_tahunan": {"2024": "2.1"}},
    )  # fmt: skip
    return made.row


def measured(cast: Cast, year: int, level: str) -> None:  # noqa: F811
    row = assessments.open_assessment(actors.system(), cast.institution, year, "spbe-2020")
    assessments.set_levels(actors.system(), row, dict.fromkeys(NUMBERS, level), row.version)


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("who", WHO)
def test_officers_see_the_page_and_others_cannot_tell_that_it_exists(cast, element, who):  # noqa: F811
    answer = cast.client(who).get(PAGE)
    if who == "public":
        assert answer.status_code == 302
    else:
        assert answer.status_code == (404 if who in ("stranger", "foreigner") else 200)


@pytest.mark.parametrize("who", sorted(set(WHO) - {"diskominfo", "public"}))
def test_only_the_secretariat_chooses(cast, element, who):  # noqa: F811
    assert cast.client(who).post(PAGE + "pilih/", {"element": str(element.uid)}).status_code == 404
    assert not IkuLink.objects.exists()


def test_target_realisation_and_index_stand_in_one_line_and_unknown_is_no_zero(cast, element):  # noqa: F811
    measured(cast, 2026, "3")
    client = cast.client("diskominfo")
    client.post(PAGE + "pilih/", {"element": str(element.uid), "instrument": ""})
    found = {one.year: one for one in queries.iku(cast.actor("diskominfo"), cast.institution).years}
    assert (found[2026].target, found[2026].result, found[2026].written) == ("3.2", "", "3.00")
    assert found[2025].point is None and found[2024].result == "2.1"
    text = words(client.get(PAGE))
    assert "3,00" in text and "3,2" in text and "0,00" not in text


def test_one_button_writes_the_realisation_of_a_year_and_leaves_the_others(cast, element):  # noqa: F811
    measured(cast, 2026, "3")
    client = cast.client("diskominfo")
    client.post(PAGE + "pilih/", {"element": str(element.uid)})
    client.post(PAGE + "2026/tulis/", {"version": str(element.version)})
    element.refresh_from_db()
    kept = element.attributes["realisasi_tahunan"]
    assert kept["2024"] == "2.1" and kept["2026"].rstrip("0").rstrip(".") == "3"
    text = words(client.get(PAGE))
    assert "Tulis 3,00" not in text and "Write 3,00" not in text


def test_a_version_that_was_not_read_is_refused_and_nothing_is_lost(cast, element):  # noqa: F811
    measured(cast, 2026, "3")
    actions.choose(cast.actor("diskominfo"), cast.institution, str(element.uid))
    with pytest.raises(Conflict):
        actions.write_year(cast.actor("diskominfo"), cast.institution, 2026, element.version + 4)
    element.refresh_from_db()
    assert "2026" not in element.attributes["realisasi_tahunan"]


@pytest.mark.parametrize("who", ["sekda", "assessor", "other_operator"])
def test_who_may_not_write_the_element_may_not_write_its_realisation(cast, element, who):  # noqa: F811
    measured(cast, 2026, "3")
    actions.choose(cast.actor("diskominfo"), cast.institution, str(element.uid))
    answer = cast.client(who).post(PAGE + "2026/tulis/", {"version": str(element.version)})
    assert answer.status_code == 404 and "tulis/" not in cast.client(who).get(PAGE).content.decode()


def test_an_iku_that_is_not_to_be_seen_is_as_none_chosen(cast, element):  # noqa: F811
    before = words(cast.client("other_operator").get(PAGE))
    actions.choose(cast.actor("diskominfo"), cast.institution, str(element.uid))
    Element.objects.filter(pk=element.pk).update(classification="restricted")
    assert words(cast.client("other_operator").get(PAGE)) == before
    with pytest.raises(NotFound):
        actions.write_year(cast.actor("other_operator"), cast.institution, 2026, element.version)


def test_a_year_without_an_index_and_what_is_no_iku_are_refused_in_words(cast, element):  # noqa: F811
    who = cast.actor("diskominfo")
    actions.choose(who, cast.institution, str(element.uid))
    with pytest.raises(actions.Refused, match="2019"):
        actions.write_year(who, cast.institution, 2019, element.version)
    with pytest.raises(actions.Refused):
        actions.choose(who, cast.institution, "00000000-0000-0000-0000-000000000000")
    with pytest.raises(actions.Refused):
        actions.choose(who, cast.institution, str(element.uid), "spbe-1999")
    assert actions.choose(who, cast.institution, "") is None and queries.link_of(cast.institution) is None
