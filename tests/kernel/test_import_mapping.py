"""Headers that no pack knows are explained once, remembered for the institution, and forgotten again."""

from __future__ import annotations

import pytest

from pendapa.kernel.tables import actions, mapping
from pendapa.kernel.tables.models import HeaderMemory
from tests.cast import Cast
from tests.kernel.sheets import csv_of, hand_in, row_of, verdicts, xlsx_of

pytestmark = pytest.mark.django_db
ODD = ["Nama Aplikasi", "OPD", "Guna bagi kita", "Guna bagi kita", "Catatan intern"]
ROWS = [
    ["SIMPUS", "Dinas Kesehatan", "Melayani", "Dua", "rahasia dapur"],
    ["SIPD", "Dinas Kesehatan", "", "", ""],
]


def columns_of(batch, sheet: int = 0) -> dict[str, str | None]:
    return dict(map(tuple, batch.sheets[sheet]["columns"]))


def test_a_chosen_column_is_read_again_and_remembered_for_the_next_file(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    assert columns_of(batch)["Guna bagi kita"] is None
    batch = mapping.choose(
        cast.actor("diskominfo"), batch, 0, {"Guna bagi kita": "fungsi", "Catatan intern": ""}
    )
    assert row_of(batch, 2).data["values"]["fungsi"] == "Melayani"
    later = hand_in(cast, csv_of(ODD, *ROWS), "operator")
    assert columns_of(later) == {
        "Nama Aplikasi": "nama",
        "OPD": "opd",
        "Guna bagi kita": "fungsi",
        "Guna bagi kita (2)": None,
        "Catatan intern": None,
    }
    assert later.sheets[0]["remembered"] == {"Guna bagi kita": "fungsi", "Catatan intern": ""}


def test_of_two_headers_with_one_text_the_second_can_be_meant(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    batch = mapping.choose(cast.actor("diskominfo"), batch, 0, {"Guna bagi kita (2)": "fungsi"})
    assert row_of(batch, 2).data["values"]["fungsi"] == "Dua"


def test_a_repair_stays_when_a_header_is_explained(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, ["SIMPUS", "Dinas Ksehatann", "x", "", ""]))
    actions.repair(cast.actor("diskominfo"), batch, 0, 2, {1: "Dinas Kesehatan"})
    mapping.choose(cast.actor("diskominfo"), batch, 0, {"Guna bagi kita": "fungsi"})
    assert verdicts(batch) == {2: "new"}


def test_what_was_explained_can_be_forgotten(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    mapping.choose(cast.actor("diskominfo"), batch, 0, {"Guna bagi kita": "fungsi"})
    batch = mapping.forget(cast.actor("diskominfo"), batch, 0, "Guna bagi kita")
    assert not HeaderMemory.objects.exists() and "fungsi" not in row_of(batch, 2).data["values"]


def test_two_headers_cannot_be_one_column_and_a_column_must_exist(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    for choices in (
        {"Guna bagi kita": "fungsi", "Catatan intern": "fungsi"},
        {"Guna bagi kita": "bukan_kolom"},
    ):
        with pytest.raises(actions.Refused):
            mapping.choose(cast.actor("diskominfo"), batch, 0, choices)
    assert not HeaderMemory.objects.exists()


def test_another_institution_does_not_share_the_memory(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    mapping.choose(cast.actor("diskominfo"), batch, 0, {"Guna bagi kita": "fungsi"})
    away = actions.receive(
        cast.actor("foreigner"), cast.other_institution, __import__("io").BytesIO(csv_of(ODD, *ROWS)), "a.csv"
    )
    assert columns_of(away)["Guna bagi kita"] is None


def test_the_page_offers_the_columns_and_shows_what_is_remembered(cast: Cast) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS))
    client, base = cast.client("diskominfo"), f"/di/uji/impor/{batch.uid}/"
    assert "Guna bagi kita" in client.get(base).content.decode()
    client.post(f"{base}kolom/0/", {"h2": "fungsi", "h4": "-"})
    page = client.get(base).content.decode()
    assert 'name="forget" value="2"' in page and 'value="fungsi" selected' in page
    assert HeaderMemory.objects.count() == 2
    client.post(f"{base}kolom/0/", {"forget": "2"})
    assert HeaderMemory.objects.count() == 1


def test_a_sheet_that_nobody_knows_is_read_when_its_table_is_told(cast: Cast) -> None:
    content = csv_of(["Sebutan", "Instansi kita"], ["SIMPUS", "Dinas Kesehatan"])
    batch = hand_in(cast, content)
    assert batch.state == "unreadable"
    client, base = cast.client("diskominfo"), f"/di/uji/impor/{batch.uid}/"
    assert f"{base}lembar/0/" in client.get(base).content.decode()
    assert "Sebutan" in client.get(f"{base}lembar/0/?kind=applications").content.decode()
    refused = client.post(f"{base}lembar/0/", {"kind": "applications", "h1": "opd"})
    assert refused.status_code == 422
    client.post(f"{base}lembar/0/", {"kind": "applications", "h0": "nama", "h1": "opd"})
    batch.refresh_from_db()
    assert batch.state == "preview" and verdicts(batch) == {2: "new"}
    assert verdicts(hand_in(cast, content)) == {2: "new"}


def test_an_unknown_sheet_of_a_workbook_is_named_and_can_be_told(cast: Cast) -> None:
    book = xlsx_of(
        Aplikasi=[["Nama Aplikasi", "OPD"], ["SIMPUS", "Dinas Kesehatan"]],
        Lain=[["Sebutan", "Instansi kita"], ["Rawat jalan", "Dinas Kesehatan"]],
    )
    batch = hand_in(cast, book, name="b.xlsx")
    assert [one["sheet"] for one in batch.problem["unknown"]] == ["Lain"]
    client, base = cast.client("diskominfo"), f"/di/uji/impor/{batch.uid}/"
    assert "Lain" in client.get(base).content.decode()
    client.post(f"{base}lembar/0/", {"kind": "services", "h0": "nama", "h1": "opd"})
    batch.refresh_from_db()
    assert sorted(facts["kind"] for facts in batch.sheets) == ["applications", "services"]


@pytest.mark.parametrize("who", ["stranger", "foreigner", "other_operator"])
def test_who_may_not_open_the_import_may_not_explain_it(cast: Cast, who: str) -> None:
    batch = hand_in(cast, csv_of(ODD, *ROWS), "operator")
    client = cast.client(who)
    assert client.post(f"/di/uji/impor/{batch.uid}/kolom/0/", {"h2": "fungsi"}).status_code == 404
    assert client.get(f"/di/uji/impor/{batch.uid}/lembar/0/").status_code == 404
    assert not HeaderMemory.objects.exists()
