"""The cockpit of the head of an OPD: the same screen with the own things alone, and nothing of others through any door."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pptx import Presentation
from pypdf import PdfReader

from pendapa.architecture.queries.gaps import Asked, figures
from pendapa.clearance.models import ClearanceRequest
from pendapa.cockpit import ports, telling
from pendapa.cockpit.ports import OWN
from pendapa.cockpit.queries import leader
from pendapa.cockpit.queries.extent import Extent
from pendapa.cockpit.queries.leader import Cockpit
from pendapa.cockpit.rules import league as rules
from pendapa.kernel.access.actor import Actor, NotFound
from pendapa.kernel.notices.models import Notice
from pendapa.kernel.tenancy.models import Assignment, Institution, Unit
from pendapa.roadmap.models import Initiative
from pendapa.roadmap.queries import reach
from tests.cast import Cast, cast, make_unit
from tests.cockpit.scene import (
    add_action,
    add_budget,
    add_commitment,
    add_iku,
    add_initiative,
    add_plan,
    add_roadmap,
    ago,
    today,
)
from tests.cockpit.test_leader import PAGE, page, words
from tests.portal.things import add_assessment, add_element

__all__ = ["cast"]
API = "/api/v1/institutions/uji/cockpit"
SECRET = "RAHASIA"
"""Stands in every name that belongs to another OPD."""
QUERIES = 75


def found(cast: Cast, who: str = "head") -> Cockpit:
    return leader.cockpit(cast.actor(who), cast.institution)


def told(cast: Cast, who: str = "head") -> dict[str, Any]:
    return telling.as_json(found(cast, who))


def things_of(unit: Unit, roadmap: Any, name: str, times: int = 1) -> None:
    """Of everything that a cockpit tells one or more, each with ``name`` in it."""
    year = today().year
    days = {"year": year, "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    for number in range(times):
        one = add_initiative(unit, roadmap, f"{name} inisiatif {number}", **days)
        add_budget(one, "1000", "800", "200", year)
        add_action(one, ago(20), ago(25))
        late = add_action(one, ago(10 + number), person_name=f"{name} petugas")
        late.title = f"{name} aksi {number}"
        type(late).objects.filter(pk=late.pk).update(title=late.title)
        add_commitment(unit, f"{name} komitmen {number}", [(ago(18), None)], public=True)
        add_commitment(unit, f"{name} usulan {number}", state="proposed")
        add_iku(unit, f"{name} IKU {number}", {str(today().year): "90"}, {str(today().year): "83"})
        add_element(unit, f"{name} aplikasi {number}", domain="applications")
        add_element(unit, f"{name} data {number}", domain="data")


@pytest.fixture
def both(cast: Cast) -> Cast:
    """Two OPD with the same kinds of things; the roadmap is set by decree, so that initiatives of both can be read by both."""
    sheet = add_assessment(cast.institution, today().year, "2", target="3.5")
    add_plan(sheet, today().year, ["2.6", "3.5"], [])
    roadmap = add_roadmap(cast.institution)
    Unit.objects.filter(pk=cast.other_unit.pk).update(name=f"Dinas {SECRET}")
    things_of(cast.unit, roadmap, "Milik")
    things_of(cast.other_unit, roadmap, SECRET, 3)
    return cast


def test_a_head_opens_the_same_address_and_finds_the_own_things_alone(both: Cast) -> None:
    text = words(page(both, "head", f"/en{PAGE}"))
    assert "Cockpit of Dinas Kesehatan" in text and SECRET not in text
    for own in ("Milik aksi 0", "Milik usulan 0", "Milik IKU 0"):
        assert own in text, own
    assert f'href="{PAGE}"' in page(both, "head", "/di/uji/beranda/")


def test_every_number_of_a_head_counts_the_own_things_alone(both: Cast) -> None:
    known = told(both)
    assert set(known) == set(OWN)
    assert (known["commitments"]["committed"], known["commitments"]["late"]) == (1, 1)
    assert [one["unit"] for one in known["commitments"]["units"]] == ["Dinas Kesehatan"]
    assert (known["budget"]["initiatives"], known["budget"]["planned"]) == (1, "1000")
    assert [one["name"] for one in known["iku"]["rows"]] == ["Milik IKU 0"]
    assert [one["title"] for one in known["decisions"]["rows"]] == ["Milik usulan 0"]
    actions = known["units"]["late_actions"]
    assert actions["count"] == 1 and actions["rows"][0]["title"] == "Milik aksi 0"
    own = figures(both.actor("head"), both.institution, Asked(unit=str(both.unit.uid)))
    everything = told(both, "sekda")["gaps"]["open"]
    assert known["gaps"]["open"] == own.open and 0 < own.open < everything


def test_the_index_stands_there_and_the_plan_that_a_head_may_not_open_does_not(both: Cast) -> None:
    known = told(both)
    assert (known["index"]["value"], known["index"]["target"]) == ("2", "3.5")
    assert (
        known["path"]["plan"] is None and known["path"]["points"] == [] and known["path"]["expected"] is None
    )
    assert "2,60" not in words(page(both, "head"))
    assert "Hitung rencana" not in words(page(both, "head"))


def test_nothing_of_another_opd_comes_through_any_door(both: Cast) -> None:
    client = both.client("head")
    for address in (PAGE, f"{PAGE}liga/", f"{PAGE}belum-lapor/", f"/en{PAGE}"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code == 200 and SECRET not in answer.content.decode(), address
    assert SECRET not in json.dumps(client.get(API).json())
    paper = PdfReader(io.BytesIO(client.get(f"{PAGE}rapat.pdf").content))
    assert len(paper.pages) == 1 and SECRET not in paper.pages[0].extract_text()
    slides = Presentation(io.BytesIO(client.get(f"{PAGE}slide.pptx").content))
    for shape in (one for slide in slides.slides for one in slide.shapes):
        assert not shape.has_text_frame or SECRET not in shape.text_frame.text
        if shape.has_table:
            assert not any(SECRET in cell.text for cell in shape.table.iter_cells())
    said = paper.pages[0].extract_text()
    assert "Dinas Kesehatan" in said and "Milik aksi 0" in said and "Peringkat di antara" in said
    tables = [
        [cell.text for cell in one.table.iter_cells()]
        for slide in slides.slides
        for one in slide.shapes
        if one.has_table
    ]
    assert any("Milik aksi 0" in cells for cells in tables)


def test_who_has_no_cockpit_has_none(both: Cast) -> None:
    for who in ("operator", "other_operator", "assessor", "stranger", "foreigner"):
        assert both.client(who).get(PAGE).status_code == 404, who
        with pytest.raises(NotFound):
            found(both, who)


def test_the_place_of_a_head_is_that_of_the_leaders_and_others_are_not_named(both: Cast) -> None:
    all_of_them = {one["unit"]: one for one in told(both, "sekda")["units"]["league"]}
    units = told(both)["units"]
    assert [one["unit"] for one in units["league"]] == ["Dinas Kesehatan"]
    assert units["league"][0] == all_of_them["Dinas Kesehatan"]
    assert units["compared"] == sum(one["place"] is not None for one in all_of_them.values())
    assert units["count"] == 1 and units["own"] == [{"uid": str(both.unit.uid), "unit": "Dinas Kesehatan"}]


def test_the_middle_of_all_is_told_only_where_it_names_no_single_other(both: Cast) -> None:
    assert told(both)["units"]["median"] is None and told(both)["units"]["weights"] == {}
    for number in range(rules.TOLD):
        unit = make_unit(both.institution, f"9.{number}", f"Badan Nomor {number}")
        add_element(unit, f"App {number}", domain="applications")
        add_action(add_initiative(unit, None, f"Inisiatif {number}"), ago(20), ago(25))
    known, whole = told(both)["units"], told(both, "sekda")["units"]
    assert known["compared"] >= rules.TOLD
    assert known["median"] == whole["median"] is not None and known["weights"] == whole["weights"]
    assert 0 < Fraction(known["median"]) < 100


def test_the_formula_is_worked_out_with_numbers_of_the_page(both: Cast) -> None:
    text = words(page(both, "sekda", f"/en{PAGE}liga/"))
    # Of the own OPD one of three was done by its day, of the other three of nine; the middle of three and nine is six.
    worked = re.search(
        r"Example, On time of (.+?): (\d+) of (\d+) due actions and milestones, that is 33%", text
    )
    assert worked is not None, text
    good, of = int(worked[2]), int(worked[3])
    assert f"({good} + 6 × 33.3%) ÷ ({of} + 6) = 33.3%" in text
    assert "Example, " not in words(page(both, "head", f"/en{PAGE}liga/"))


def test_the_own_opd_has_reported_or_not_as_the_leaders_read_it(both: Cast) -> None:
    units, whole = told(both)["units"], told(both, "sekda")["units"]
    assert units["expected"] == 1 < whole["expected"]
    own = str(both.unit.uid)
    assert [one["uid"] for one in units["silent"]] == [
        one["uid"] for one in whole["silent"] if one["uid"] == own
    ]


def test_what_waits_for_the_head_stands_first_and_is_theirs(both: Cast) -> None:
    ClearanceRequest.objects.create(
        institution=both.institution, unit=both.unit, title="Sewa server", state="at_head", year=today().year, created_at=timezone.now(), moved_at=timezone.now(),
    )  # fmt: skip
    ClearanceRequest.objects.create(
        institution=both.institution, unit=both.other_unit, title=f"Sewa {SECRET}", state="at_head", year=today().year, created_at=timezone.now(), moved_at=timezone.now(),
    )  # fmt: skip
    rows = told(both)["decisions"]["rows"]
    assert {one["title"]: one["mine"] for one in rows} == {"Sewa server": True, "Milik usulan 0": True}
    assert all(
        not one["mine"] for one in told(both, "sekda")["decisions"]["rows"] if one["kind"] == "commitment"
    )
    assert "Sewa server" not in json.dumps(told(both, "sekda")["decisions"])


def test_a_head_of_two_opd_sees_both_and_the_head_of_a_part_only_the_part(both: Cast) -> None:
    Assignment.objects.create(
        user=both.users["head"], institution=both.institution, unit=both.other_unit, role="head"
    )
    known = told(both)
    assert known["commitments"]["committed"] == 4 and known["budget"]["initiatives"] == 4
    assert len(known["units"]["league"]) == 2 and known["gaps"]["open"] == told(both, "sekda")["gaps"]["open"]
    Assignment.objects.filter(user=both.users["head"]).exclude(unit=both.other_unit).delete()
    Assignment.objects.filter(user=both.users["head"]).update(unit=both.subunit)
    part = told(both)
    assert part["commitments"]["committed"] == 0 and part["units"]["league"] == []
    assert "Cockpit of UPT Puskesmas Uji" in words(page(both, "head", f"/en{PAGE}"))
    assert both.client("head").get(f"{PAGE}rapat.pdf").status_code == 200


def test_two_offices_one_below_the_other_count_nothing_twice(both: Cast) -> None:
    once = told(both)
    Assignment.objects.create(
        user=both.users["head"], institution=both.institution, unit=both.subunit, role="head"
    )
    assert told(both) == once


def test_a_head_reminds_the_own_people_and_nobody_of_another_opd(both: Cast) -> None:
    # A public commitment of another OPD can be read by everybody; to remind of it is not the head's.
    assert both.client("head").post(f"{PAGE}ingatkan/{both.other_unit.uid}/").status_code == 404
    assert not Notice.objects.exists()
    answer = both.client("head").post(f"{PAGE}ingatkan/{both.unit.uid}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and SECRET not in answer.content.decode()


def test_a_number_of_a_head_opens_a_list_that_is_there(both: Cast) -> None:
    text = page(both, "head").partition("<main")[2].partition("</main>")[0]
    for address in sorted(set(re.findall(r'href="(/di/uji/[^"#]*)', text))):
        if not address.endswith((".pdf", ".pptx")):
            assert both.client("head").get(html.unescape(address)).status_code == 200, address


def test_the_number_of_queries_does_not_grow_for_a_head(both: Cast) -> None:
    def count() -> int:
        cache.clear()
        client = both.client("head")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    count()
    one = count()
    things_of(both.unit, found(both).budget.roadmap, "Lagi", 6)
    add_action(add_initiative(both.unit, None, "Lain", ends_on=today() + timedelta(days=3)), ago(2))
    count()
    assert count() == one <= QUERIES, one


# ---- rooms that come later


def a_room(rows: Any) -> ports.Part:
    """Of a later room: how many there are, and each by its name. What it counts here every head may read: it was decreed."""
    names = [one.title for one in rows]
    return ports.Part(
        len(names), "Aduan terbuka", rows=[ports.Row(name) for name in names], data={"names": names}
    )


def of_all(actor: Actor, institution: Institution, day: date) -> ports.Part:
    return a_room(reach.initiatives(actor, institution))


def of_own(actor: Actor, institution: Institution, day: date, own: Extent) -> ports.Part:
    return a_room(reach.initiatives(actor, institution).filter(own.filter()))


@pytest.fixture
def later_room() -> Iterator[None]:
    yield
    ports.withdraw("complaints")


def test_a_later_room_tells_a_head_of_the_own_opd_alone(both: Cast, later_room: None) -> None:
    ports.offer("complaints", "Aduan", of_all, narrowed=of_own)
    assert reach.initiatives(both.actor("head"), both.institution).count() == Initiative.objects.count() == 4
    assert told(both)["complaints"] == {"value": 1, "label": "Aduan terbuka", "names": ["Milik inisiatif 0"]}
    assert told(both, "sekda")["complaints"]["value"] == 4
    shown = words(page(both, "head"))
    assert "Aduan terbuka" in shown and "Milik inisiatif 0" in shown and SECRET not in shown
    assert SECRET in words(page(both, "sekda"))
    answer = both.client("head").get(API)
    assert answer.json()["complaints"]["value"] == 1 and SECRET not in answer.content.decode()


def test_who_heads_two_opd_is_told_of_both(both: Cast, later_room: None) -> None:
    ports.offer("complaints", "Aduan", of_all, narrowed=of_own)
    Assignment.objects.create(
        user=both.users["head"], institution=both.institution, role="head", unit=both.other_unit, acting=True
    )
    assert told(both)["complaints"]["value"] == 4


def test_a_room_that_does_not_say_that_it_can_narrow_is_not_asked_for_a_head(
    both: Cast, later_room: None
) -> None:
    asked: list[str] = []

    def of_whoever(actor: Actor, institution: Institution, day: date) -> ports.Part:
        asked.append(actor.name)
        return of_all(actor, institution, day)

    ports.offer("complaints", "Aduan", of_whoever)
    assert set(told(both)) == set(OWN) and "Aduan" not in words(page(both, "head"))
    assert asked == []
    assert told(both, "sekda")["complaints"]["value"] == 4 and asked == ["Sekda"]


def test_a_later_room_that_fails_for_a_head_harms_no_other(both: Cast, later_room: None) -> None:
    def broken(actor: Actor, institution: Institution, day: date, own: Extent) -> ports.Part:
        raise RuntimeError("rusak")

    ports.offer("complaints", "Aduan", of_all, narrowed=broken)
    assert told(both)["complaints"] == {"value": None}
    assert SECRET not in words(page(both, "head"))
