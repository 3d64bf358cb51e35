"""Quarters of an indicator through every door: the form, the pages, the map, the sheet, the API, the history."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils import timezone
from django.utils.translation import override

from pendapa.architecture import actions, metamodel
from pendapa.architecture.columns import kind_for
from pendapa.architecture.models import Element
from pendapa.architecture.rules.metamodel import asked
from pendapa.kernel.access.actor import system
from pendapa.kernel.history.models import ChangeSet
from pendapa.kernel.tables import actions as imports
from pendapa.kernel.tables import mapping
from pendapa.kernel.tables.columns import Kind
from tests.api.test_elements import program
from tests.architecture.test_edit_pages import BASE, filled
from tests.architecture.test_export_elements import fetched
from tests.architecture.test_strategy_pages import MAP, YEARS, part, sent
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, numbers, saved

pytestmark = pytest.mark.django_db
THIS = timezone.localdate().year
TARGET, RESULT = {f"{THIS}-TW1": "20", f"{THIS}-TW2": "45.5"}, {f"{THIS}-TW1": "21"}


def indicator(cast: Cast, **attributes: object) -> Element:
    told = {**YEARS, "target_triwulan": TARGET, "realisasi_triwulan": RESULT} | attributes
    return part(cast.unit, "iku", "Indeks kepuasan", **told)


def test_the_form_has_a_row_of_four_for_a_year_and_takes_another_year(cast: Cast) -> None:
    row = indicator(cast)
    client, address = cast.client("diskominfo"), f"{BASE}{row.uid}/ubah/"
    page = client.get(address).content.decode()
    assert f'name="a_target_triwulan_{THIS}-TW2" value="45,5"' in page and f"TW IV {THIS}" in page
    data = {k: v for k, v in filled(client, address).items() if k != "a_target_triwulan"}
    data |= {f"a_target_triwulan_{THIS}-TW{n}": value for n, value in enumerate(("20", "46,5", "", "90"), 1)}
    client.post(address, data | {"a_target_triwulan_year": "2031", "a_target_triwulan_value_3": "7"})
    row.refresh_from_db()
    wanted = {f"{THIS}-TW1": "20", f"{THIS}-TW2": "46.5", f"{THIS}-TW4": "90", "2031-TW3": "7"}
    assert row.attributes["target_triwulan"] == wanted
    assert row.attributes["realisasi_triwulan"] == RESULT


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"year": "2031"}, "TW I 2026: 20"),
        ({"value_2": "7"}, "TW I 2026: 20"),
        ({"year": "31", "value_1": "7"}, "TW I 2026: 20"),
        ({"year": str(THIS), "value_1": "7"}, f"TW I {THIS}"),
        ({"year": "1031", "value_1": "7"}, "1031"),
    ],
)
def test_a_quarter_that_cannot_be_is_told_and_nothing_is_kept(
    cast: Cast, more: dict[str, str], told: str
) -> None:
    row = indicator(cast)
    client, address = cast.client("diskominfo"), f"{BASE}{row.uid}/ubah/"
    data = {k: v for k, v in filled(client, address).items() if k != "a_target_triwulan"}
    data |= {f"a_target_triwulan_{THIS}-TW1": "20"}
    answer = client.post(address, data | {f"a_target_triwulan_{key}": value for key, value in more.items()})
    assert answer.status_code == 422 and told in answer.content.decode()
    row.refresh_from_db()
    assert row.version == 1 and row.attributes["target_triwulan"] == TARGET


def test_a_part_of_a_year_without_a_year_is_not_swallowed_by_the_year_before_it(cast: Cast) -> None:
    row = indicator(cast)
    client, address = cast.client("diskominfo"), f"{BASE}{row.uid}/ubah/"
    data = {k: v for k, v in filled(client, address).items() if k != "a_target_tahunan"}
    data |= {"a_target_tahunan_2026": "75,5", "a_target_tahunan_year": "31", "a_target_tahunan_value": "90"}
    answer = client.post(address, data)
    assert answer.status_code == 422 and "31: 90" in answer.content.decode()


def test_saving_the_form_untouched_keeps_a_text_that_was_never_understood(cast: Cast) -> None:
    row = indicator(cast, target_triwulan="belum ada angka")
    sent(cast.client("diskominfo"), f"{BASE}{row.uid}/ubah/")
    row.refresh_from_db()
    assert row.version == 1 and row.attributes["target_triwulan"] == "belum ada angka"


def test_the_map_tells_the_quarters_of_this_year_beside_the_years(cast: Cast) -> None:
    indicator(cast, target_triwulan={**TARGET, f"{THIS - 1}-TW4": "99"})
    page = cast.client("assessor").get(MAP)
    (node,) = page.context["trees"]
    assert [(q["short"], q["target"], q["result"], q["verdict"]) for q in node["quarters"]] == [
        ("TW I", "20", "21", "met"),
        ("TW II", "45,5", "", ""),
    ]
    assert "45,5" in page.content.decode() and "99" not in [q["target"] for q in node["quarters"]]


def test_its_page_and_its_history_tell_quarters_in_words(cast: Cast) -> None:
    row = indicator(cast)
    actions.change_element(
        system(), row, version=row.version, attributes={"realisasi_triwulan": "2026 Q3: 70,5"}
    )
    page = cast.client("operator").get(f"{BASE}{row.uid}/").content.decode()
    assert f"TW I {THIS}: 20; TW II {THIS}: 45,5" in page and "TW III 2026: 70,5" in page
    changed = ChangeSet.objects.order_by("pk").last()
    assert changed is not None
    past = cast.client("diskominfo").get(f"/di/uji/riwayat/{changed.uid}/").content.decode()
    assert f"TW I {THIS}: 21" in past and "TW III 2026: 70,5" in past


def test_quarters_are_no_part_of_completeness(cast: Cast) -> None:
    model = metamodel.of(cast.institution)
    assert not {"target_triwulan", "realisasi_triwulan"} & set(asked(model, "strategy", "iku"))
    with_them = indicator(cast)
    without = part(cast.unit, "iku", "Tanpa", **YEARS)
    assert with_them.completeness == without.completeness


HEADER = ["Kode", "Unsur Strategi", "Nama", "OPD", "Target Triwulan", "Realisasi Triwulan"]


def test_a_sheet_brings_quarters_as_dirty_as_they_come_and_what_goes_out_is_the_same(cast: Cast) -> None:
    line = [
        "IK-1",
        "IKU",
        "Indeks",
        "Dinas Kesehatan",
        '"TW III 2026: 70\nTriwulan 4/2026: 80,5"',
        "III/2026 = 69",
    ]
    wrong = ["IK-2", "IKU", "Salah", "Dinas Kesehatan", "2026-TW5: 70", '"TW I 2026: 1; 2026 Q1: 2"']
    saved(cast, csv_of(HEADER, line, wrong))
    good, bad = Element.objects.get(code="IK-1"), Element.objects.get(code="IK-2")
    assert good.attributes["target_triwulan"] == {"2026-TW3": "70", "2026-TW4": "80.5"}
    assert good.attributes["realisasi_triwulan"] == {"2026-TW3": "69"}
    assert bad.attributes["target_triwulan"] == "2026-TW5: 70"
    for form in ("csv", "json", "xlsx"):
        content = fetched(cast.client("diskominfo"), f"domain=strategy&format={form}")
        counted = numbers(hand_in(cast, content, name=f"peta.{form}"))
        assert (counted["rows"], counted["same"]) == (2, 2), form


SPREAD = [
    ["INDIKATOR KINERJA UTAMA TAHUN 2026"],
    [
        "Kode",
        "Jenis",
        "Nama",
        "OPD",
        "Target TW I",
        "Realisasi TW I",
        "TW II 2026 Realisasi",
        "Target Q1 2027",
    ],
]


def test_headings_a_quarter_are_laid_over_what_stands_and_the_same_again_changes_nothing(cast: Cast) -> None:
    line = ["IK-1", "IKU", "Indeks", "Dinas Kesehatan", "20", "21,5", "40", "25"]
    before = ["IK-1", "IKU", "Indeks", "Dinas Kesehatan", '"TW IV 2025: 9; TW I 2026: 1"', "TW II 2026: 40"]
    saved(cast, csv_of(HEADER, before))
    batch = hand_in(cast, csv_of(*SPREAD, line))
    page = cast.client("diskominfo").get(f"/di/uji/impor/{batch.uid}/?show=changed").content.decode()
    assert "TW IV 2025: 9; TW I 2026: 20; TW I 2027: 25" in page
    saved(cast, csv_of(*SPREAD, line))
    row = Element.objects.get(code="IK-1")
    assert row.attributes["target_triwulan"] == {"2025-TW4": "9", "2026-TW1": "20", "2027-TW1": "25"}
    assert row.attributes["realisasi_triwulan"] == {"2026-TW1": "21.5", "2026-TW2": "40"}
    assert numbers(hand_in(cast, csv_of(*SPREAD, line)))["same"] == 1
    new = saved(cast, csv_of(*SPREAD, ["IK-2", *line[1:2], "Lain", *line[3:]]))
    assert numbers(new)["new"] == 1
    assert Element.objects.get(code="IK-2").attributes["target_triwulan"] == {
        "2026-TW1": "20",
        "2027-TW1": "25",
    }
    for form in ("csv", "json", "xlsx"):
        content = fetched(cast.client("diskominfo"), f"domain=strategy&format={form}")
        assert numbers(hand_in(cast, content, name=f"peta.{form}"))["same"] == 2, form


def test_headings_that_say_only_the_quarter_can_be_explained_each_for_its_own(cast: Cast) -> None:
    heads = ["Kode", "Jenis", "Nama", "OPD", "TW I", "TW II"]
    line = ["IK-1", "IKU", "Indeks", "Dinas Kesehatan", "20", "45"]
    batch = hand_in(cast, csv_of(["IKU 2026"], heads, line))
    actor = cast.actor("diskominfo")
    assert dict(batch.sheets[0]["columns"])["TW I"] is None, "target or result: nobody can tell"
    batch = mapping.choose(actor, batch, 0, {"TW I": "target_triwulan", "TW II": "target_triwulan"})
    imports.confirm(actor, batch)
    assert Element.objects.get(code="IK-1").attributes["target_triwulan"] == {
        "2026-TW1": "20",
        "2026-TW2": "45",
    }
    with pytest.raises(imports.Refused):
        two = {"Q1 2026": "target_triwulan", "TW I 2026": "target_triwulan"}
        mapping.check(metamodel_kind(cast), two)


def metamodel_kind(cast: Cast) -> Kind:
    return kind_for(metamodel.of(cast.institution), "strategy")


def test_the_template_shows_how_a_quarter_is_written(cast: Cast) -> None:
    page = cast.client("diskominfo").get("/di/uji/impor/templat/strategy.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(page) if page.streaming else page.content))
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("TW I 2026: 20; TW II 2026: 45" in text for text in texts)


def test_the_api_takes_quarters_and_says_what_is_wrong_with_one(cast: Cast) -> None:
    theirs = program(cast, "operator")
    aim = {"domain": "strategy", "kind": "iku", "unit": "1.02", "name": "Layanan digital"}
    made = theirs.post(
        "elements", aim | {"attributes": {"target_triwulan": {"2026 Q3": 70, "TW IV 2026": "80,5"}}}
    )
    there = f"elements/{made.json()['uid']}"
    told = theirs.get(there).json()["attributes"]["target_triwulan"]
    assert told == {"2026-TW3": "70", "2026-TW4": "80.5"}
    again = theirs.patch(there, {"attributes": {"target_triwulan": told}}, If_Match="*")
    assert again.status_code == 200 and theirs.get(there).json()["version"] == 1
    for given, word in (
        ({"2026-TW5": "70"}, "2026-TW5"),
        ({"2026-TW3": "70", "III/2026": "71"}, "70; 71"),
        ({"2026": "70"}, "TW I 2026: 20"),
    ):
        wrong = theirs.patch(there, {"attributes": {"target_triwulan": given}}, If_Match="*")
        error = wrong.json()["errors"][0]
        assert (
            wrong.status_code == 422 and error["field"] == "target_triwulan" and word in error["message"]
        ), given
    doubtful = theirs.patch(there, {"attributes": {"target_triwulan": {"2026-TW3": "BB"}}}, If_Match="*")
    assert doubtful.status_code == 200
    with override("en"):
        done = actions.create_element(
            system(), cast.institution, "strategy", cast.unit, name="Opini", kind="iku",
            attributes={"target_triwulan": {"2026-TW3": "WTP"}},
        )  # fmt: skip
    assert "TW III 2026: WTP is not a number" in done.warnings[0]
