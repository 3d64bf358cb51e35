"""The strategy map as people meet it: the tree, the form with a table of years, the list, the sheet that goes out and in."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pendapa.architecture import actions, queries
from pendapa.architecture.models import Element, Relation
from pendapa.kernel.access.actor import system
from pendapa.kernel.tenancy.models import Unit
from tests.architecture.scene import join, make
from tests.architecture.test_edit_pages import BASE, filled
from tests.architecture.test_export_elements import fetched
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, numbers, saved

pytestmark = pytest.mark.django_db
MAP = BASE + "strategi/"
YEARS = {
    "target_tahunan": {"2025": "70", "2026": "75.5"},
    "realisasi_tahunan": {"2025": "71"},
    "arah": "naik",
}


def part(unit: Unit, kind: str, name: str, above: Element | None = None, **attributes: Any) -> Element:
    element = make(unit, name, "strategy", kind=kind, attributes=attributes)
    if above is not None:
        join(element, "strategy_parent", above)
    return element


def whole(unit: Unit) -> list[Element]:
    """One of each, under one another, with a supporting process."""
    vision = part(unit, "visi", "Denpasar maju")
    mission = part(unit, "misi", "Layanan yang baik", vision)
    aim = part(unit, "tujuan", "Masyarakat puas", mission)
    goal = part(unit, "sasaran_strategis", "Mutu layanan naik", aim)
    indicator = part(unit, "iku", "Indeks kepuasan", goal, satuan_iku="indeks", **YEARS)
    join(indicator, "indicator_process", make(unit, "Pelayanan pasien", "processes"))
    return [vision, mission, aim, goal, indicator]


def test_the_map_shows_the_tree_with_years_verdicts_and_processes(cast: Cast) -> None:
    whole(cast.unit)
    page = cast.client("assessor").get(MAP)
    (tree,) = page.context["trees"]
    depth, node = 0, tree
    while node["below"]:
        (node,) = node["below"]
        depth += 1
    assert depth == 4 and node["element"]["name"] == "Indeks kepuasan"
    assert [(y["period"], y["target"], y["result"], y["verdict"]) for y in node["years"]] == [
        ("2025", "70", "71", "met"),
        ("2026", "75,5", "", ""),
    ]
    assert "Pelayanan pasien" in page.content.decode() and "PS-005" in page.content.decode()


def test_an_empty_map_says_how_to_begin(cast: Cast) -> None:
    page = cast.client("operator").get(MAP)
    assert page.status_code == 200 and f"{BASE}baru/?domain=strategy&amp;kind=visi" in page.content.decode()
    assert "impor/templat/strategy.xlsx" in page.content.decode()


def test_who_may_not_see_a_part_meets_neither_it_nor_its_place(cast: Cast) -> None:
    hidden = make(cast.other_unit, "Visi rahasia", "strategy", kind="visi", classification="restricted")
    part(cast.unit, "misi", "Layanan yang baik", hidden)
    page = cast.client("operator").get(MAP)
    assert "rahasia" not in page.content.decode()
    assert [tree["element"]["name"] for tree in page.context["trees"]] == ["Layanan yang baik"]
    assert cast.client("foreigner").get(MAP).status_code == 404


def test_a_unit_sees_its_own_parts_and_what_stands_above_them(cast: Cast) -> None:
    vision = part(cast.other_unit, "visi", "Denpasar maju")
    part(cast.unit, "misi", "Layanan yang baik", vision)
    part(cast.other_unit, "misi", "Infrastruktur yang baik", vision)
    page = cast.client("diskominfo").get(MAP, {"unit": str(cast.unit.uid)})
    (tree,) = page.context["trees"]
    assert [below["element"]["name"] for below in tree["below"]] == ["Layanan yang baik"]


def test_the_map_takes_as_many_queries_for_many_parts_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _turn in range(4):
        whole(cast.unit)
    with django_assert_max_num_queries(4):
        found = queries.strategy_map(cast.actor("operator"), cast.institution)
    assert len(found.elements) == 20


def sent(client: Client, address: str, **more: object) -> Any:
    return client.post(address, filled(client, address) | more, follow=True)


def test_a_part_is_added_under_another_from_the_map(cast: Cast) -> None:
    vision = part(cast.unit, "visi", "Denpasar maju")
    client = cast.client("diskominfo")
    address = f"{BASE}baru/?domain=strategy&kind=misi&under={vision.uid}"
    assert address.replace("&", "&amp;") in client.get(MAP).content.decode()
    sent(client, address, name="Layanan yang baik", unit=str(cast.unit.uid))
    relation = Relation.objects.get()
    assert (relation.type, relation.source.name, relation.target) == (
        "strategy_parent",
        "Layanan yang baik",
        vision,
    )


def test_a_part_that_cannot_hang_there_is_added_alone_and_it_is_told(cast: Cast) -> None:
    vision = part(cast.unit, "visi", "Denpasar maju")
    address = f"{BASE}baru/?domain=strategy&kind=iku&under={vision.uid}"
    page = sent(cast.client("diskominfo"), address, name="Indeks", unit=str(cast.unit.uid))
    assert not Relation.objects.exists() and Element.objects.filter(name="Indeks").exists()
    assert any("Sasaran strategis" in str(message) for message in page.context["messages"])


def test_the_form_shows_a_small_table_of_years_and_takes_one_more(cast: Cast) -> None:
    indicator = part(cast.unit, "iku", "Indeks kepuasan", **YEARS)
    client, address = cast.client("diskominfo"), f"{BASE}{indicator.uid}/ubah/"
    page = client.get(address).content.decode()
    this = timezone.localdate().year
    assert (
        'name="a_target_tahunan_2026" value="75,5"' in page and f'name="a_target_tahunan_{this + 4}"' in page
    )
    data = {k: v for k, v in filled(client, address).items() if k != "a_target_tahunan"}
    data |= {"a_target_tahunan_2025": "70", "a_target_tahunan_2026": "76,5"}
    client.post(address, data | {"a_target_tahunan_year": "2031", "a_target_tahunan_value": "90"})
    indicator.refresh_from_db()
    assert indicator.attributes["target_tahunan"] == {"2025": "70", "2026": "76.5", "2031": "90"}
    assert indicator.attributes["realisasi_tahunan"] == {"2025": "71"}


@pytest.mark.parametrize(("year", "value"), [("31", "90"), ("2031", ""), ("", "90")])
def test_a_year_without_a_value_or_a_value_without_a_year_is_told_and_kept(
    cast: Cast, year: str, value: str
) -> None:
    indicator = part(cast.unit, "iku", "Indeks kepuasan", **YEARS)
    client, address = cast.client("diskominfo"), f"{BASE}{indicator.uid}/ubah/"
    data = {k: v for k, v in filled(client, address).items() if k != "a_target_tahunan"}
    answer = client.post(address, data | {"a_target_tahunan_year": year, "a_target_tahunan_value": value})
    assert answer.status_code == 422 and "2025: 70; 2026: 75,5" in answer.content.decode()
    indicator.refresh_from_db()
    assert indicator.attributes["target_tahunan"] == YEARS["target_tahunan"]


def test_saving_the_form_untouched_changes_nothing(cast: Cast) -> None:
    indicator = part(cast.unit, "iku", "Indeks kepuasan", realisasi_tahunan="belum ada angka", arah="naik")
    sent(cast.client("diskominfo"), f"{BASE}{indicator.uid}/ubah/")
    indicator.refresh_from_db()
    assert indicator.version == 1 and indicator.attributes["realisasi_tahunan"] == "belum ada angka"


def test_an_action_takes_years_as_a_mapping_or_a_text_and_doubts_what_is_no_number(cast: Cast) -> None:
    for value in ({"2025": 70, "2026": "75.5"}, "2025: 70; 2026: 75,5"):
        indicator = part(cast.unit, "iku", "Indeks", target_tahunan=value)
        assert indicator.attributes["target_tahunan"] == {"2025": "70", "2026": "75.5"}
    done = actions.create_element(
        system(), cast.institution, "strategy", cast.unit, name="Opini", kind="iku", attributes={"target_tahunan": {"2025": "WTP"}}
    )  # fmt: skip
    assert "2025" in done.warnings[0] and done.row.attributes["target_tahunan"] == {"2025": "WTP"}
    with pytest.raises(actions.Refused):
        part(cast.unit, "iku", "Salah", target_tahunan={"tahun ini": "70"})


def test_parts_are_listed_found_and_have_a_page_like_every_element(cast: Cast) -> None:
    *_rest, indicator = whole(cast.unit)
    client = cast.client("operator")
    assert "Denpasar maju" in client.get(BASE, {"domain": "strategy"}).content.decode()
    assert "Indeks kepuasan" in client.get(BASE, {"q": "kepuasan"}).content.decode()
    page = client.get(f"{BASE}{indicator.uid}/").content.decode()
    assert "2025: 70; 2026: 75,5" in page and "Mutu layanan naik" in page


HEADER = [
    "Kode",
    "Unsur Strategi",
    "Nama",
    "Induk",
    "OPD",
    "Satuan",
    "Arah",
    "Target Tahunan",
    "Realisasi Tahunan",
]


def test_a_sheet_of_the_map_comes_in_with_its_parents_and_years(cast: Cast) -> None:
    saved(
        cast,
        csv_of(
            HEADER,
            [
                "IK-1",
                "IKU",
                "Indeks kepuasan",
                "SS-1",
                "Dinas Kesehatan",
                "indeks",
                "maksimal",
                '"2025: 70\n2026: 75,5"',
                "",
            ],
            ["SS-1", "Sasaran", "Mutu layanan naik", "", "Dinas Kesehatan", "", "", "", ""],
        ),
    )
    indicator = Element.objects.get(code="IK-1")
    assert (indicator.domain, indicator.kind) == ("strategy", "iku")
    assert indicator.attributes["target_tahunan"] == {"2025": "70", "2026": "75.5"}
    assert indicator.attributes["arah"] == "naik"
    assert [(r.type, r.source.code, r.target.code) for r in Relation.objects.all()] == [
        ("strategy_parent", "IK-1", "SS-1")
    ]


def test_what_goes_out_of_the_map_comes_back_as_the_same(cast: Cast) -> None:
    whole(cast.unit)
    content = fetched(cast.client("diskominfo"), "domain=strategy&format=csv")
    counted = numbers(hand_in(cast, content))
    assert (counted["rows"], counted["same"]) == (5, 5)


def test_what_lies_outside_is_kept_listed_and_comes_back_as_the_same(cast: Cast) -> None:
    make(cast.unit, "Tekanan anggaran", "outside", attributes={"tipe_asal": "Driver", "sifat_asal": "a=1"})
    client = cast.client("diskominfo")
    assert "Tekanan anggaran" in client.get(BASE, {"domain": "outside"}).content.decode()
    counted = numbers(hand_in(cast, fetched(client, "domain=outside&format=csv")))
    assert (counted["same"], counted["new"]) == (1, 0)


def test_of_a_large_map_the_lower_levels_are_a_click_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    vision, mission, *_rest = whole(cast.unit)
    monkeypatch.setattr(sys.modules["pendapa.architecture.views.strategy"], "AT_ONCE", 2)
    client = cast.client("assessor")
    (tree,) = client.get(MAP).context["trees"]
    (node,) = tree["below"]
    assert (node["element"]["name"], node["more"], node["below"]) == (mission.name, 3, [])
    (tree,) = client.get(MAP, {"dari": str(mission.uid)}).context["trees"]
    assert tree["element"]["name"] == mission.name and not tree["orphan"]
    assert client.get(MAP, {"dari": "bukan uid"}).context["trees"][0]["element"]["name"] == vision.name
