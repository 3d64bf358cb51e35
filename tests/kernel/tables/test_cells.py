"""One cell: what it says, what is told about it. Only a text that is too long is an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.cells import Cell, Lookups, parse, parse_unit, parser, split_items
from pendapa.kernel.tables.cleaning import Number
from pendapa.kernel.tables.columns import Column
from pendapa.kernel.tables.names import UnitIndex
from pendapa.kernel.tables.references import ReferenceIndex
from tests.kernel.tables.kinds import APPLICATIONS, KINDS

RAB = ReferenceIndex(
    "RAB",
    [("RAB.06", "Pendidikan dan Tenaga Kerja"), ("RAB.06.01", "Pendidikan"), ("RAB.04.01", "Kesehatan"), ("RAB.04.02", "Sosial"),
     ("RAB.07", "Pemerintahan"), ("RAB.07.01", "Pemerintahan")],
)  # fmt: skip
UNITS = UnitIndex(
    [
        (1, "030701", "Dinas Perhubungan", "dishub", (), None),
        (2, "031501", "Dinas Koperasi, Usaha Kecil dan Menengah ", None, (), None),
        (3, "030201", "Dinas Kesehatan", None, (), None),
    ],
    ["Kota Denpasar"],
)
SERVERS = {"server a", "server b, cadangan"}
LOOKUPS = Lookups({"RAB": RAB}, UNITS, lambda column, text: text.lower() in SERVERS)


def cell(type_: str, text: str, **rest) -> Cell:
    return parse(Column("x", {"id": "X"}, type_, **rest), text, LOOKUPS)  # type: ignore[arg-type]


def value(type_: str, text: str, **rest):
    found = cell(type_, text, **rest)
    assert not found.errors
    assert not found.warnings
    return found.value


def doubted(type_: str, text: str, **rest) -> str | None:
    """The suggestion of the one warning; the text itself must be kept."""
    found = cell(type_, text, **rest)
    assert not found.errors
    assert found.value == text
    (warning,) = found.warnings
    return warning.suggestion


@pytest.mark.parametrize(
    "type_", ["text", "long", "code", "enum", "year", "number", "money", "url", "unit", "relation", "boolean"]
)
@pytest.mark.parametrize("text", ["", "-", "--", "–", ".", "n/a", "N/A", "null", "(kosong)", "_"])
def test_signs_for_nothing_are_empty_in_every_column(type_, text):
    assert cell(type_, text) == Cell(None)


def test_a_nought_is_empty_where_it_says_nothing():
    assert [cell(t, "0").value for t in ("text", "long", "year", "url", "date", "unit", "enum")] == [None] * 7
    assert [cell(t, "0").value for t in ("number", "money", "boolean", "code")] == ["0", "0", False, "0"]


def test_words_for_nothing_are_kept_in_texts_and_empty_elsewhere():
    assert [cell(t, "tidak ada").value for t in ("url", "year", "relation")] == [None] * 3
    assert cell("text", "Belum ada").value == "Belum ada"
    assert cell("boolean", "noada").value is False


MEDIA = {"values": APPLICATIONS.column("basis").values}


def test_a_value_of_a_list_is_found_without_case_spaces_and_punctuation():
    assert value("enum", "NON-Elektronik", values=("elektronik", "non elektronik")) == "non elektronik"
    assert value("enum", "Website", **MEDIA) == "web"
    assert value("enum", "C #", values=("C", "C#", "C++")) == "C#"


def test_a_value_outside_its_list_is_kept_as_written_with_the_nearest_one_suggested():
    assert doubted("enum", "Dekstop", **MEDIA) == "desktop"
    assert doubted("enum", "Kulkas", **MEDIA) is None


@pytest.mark.parametrize(
    "text",
    [
        "Website, Mobile",
        "- Website\n- Mobile",
        "1. website\n2. MOBILE",
        "web; mobile",
        "Website/Mobile",
        "web dan mobile",
        "web | mobile",
    ],
)
def test_several_values_of_a_list_are_split(text):
    assert value("enum_many", text, **MEDIA) == ["web", "mobile"]


def test_a_value_that_holds_a_separator_itself_stays_whole():
    languages = ("PHP", "JavaScript/TypeScript")
    assert value("enum_many", "JavaScript/TypeScript, PHP", values=languages) == [
        "JavaScript/TypeScript",
        "PHP",
    ]
    found = cell("enum_many", "PHP, Cobol", values=languages)
    assert (found.value, len(found.warnings)) == (["PHP", "Cobol"], 1)


def test_items_lose_their_bullets():
    assert split_items("- Surat masuk\n• Surat keluar\n1. Disposisi\n-\n2) Arsip;") == [
        "Surat masuk",
        "Surat keluar",
        "Disposisi",
        "Arsip",
    ]


def test_names_with_commas_are_split_only_when_all_parts_are_known():
    assert value("unit_many", "Dinas Perhubungan, Dinas Kesehatan") == [
        "Dinas Perhubungan",
        "Dinas Kesehatan",
    ]
    assert value("unit_many", "Dinas Koperasi, Usaha Kecil dan Menengah") == [
        "Dinas Koperasi, Usaha Kecil dan Menengah"
    ]
    assert value("relation", "Server A, Server B") == ["Server A, Server B"]
    assert value("relation", "Server A\nServer B, cadangan") == ["Server A", "Server B, cadangan"]


@pytest.mark.parametrize(
    "text",
    [
        "RAB.06.01 Pendidikan",
        "06.01 Pendidikan",
        "RAB.06.01",
        "Pendidikan",
        "rab 06.01",
        "RAB.6.1",
        "RAB.06.01 - PENDIDIKAN",
        "RAB-06-01: Pendidikan",
        "06.01",
    ],
)
def test_a_reference_is_known_by_code_by_name_and_by_both(text):
    assert value("reference", text, reference="RAB") == "RAB.06.01"


def test_an_unknown_reference_is_kept_as_written_and_told():
    assert doubted("reference", "RAB.99.01 Pendidikan", reference="RAB") == "RAB.06.01 Pendidikan"
    assert doubted("reference", "Pendidikn", reference="RAB") == "RAB.06.01 Pendidikan"
    assert doubted("reference", "RAL.06.01", reference="RAB") is None
    assert doubted("reference", "RAB.04.01 Pendidikan", reference="RAB") == "RAB.04.01 Kesehatan"


def test_the_level_of_the_header_decides_between_equal_names():
    column = Column("rab", {"id": "RAB"}, "reference", reference="RAB")
    assert [parse(column, "Pemerintahan", LOOKUPS, level=level).value for level in (1, 2)] == [
        "RAB.07",
        "RAB.07.01",
    ]
    assert doubted("reference", "Pemerintahan", reference="RAB") == "RAB.07"


def test_years_are_understood_and_doubtful_ones_kept():
    assert [value("year", text) for text in ("2019", "Tahun 2019", "th. 2019", "2019.0")] == ["2019"] * 4
    assert doubted("year", "2O19") == "2019"
    assert doubted("year", "2O l9") is None
    assert doubted("year", "2019-2020") is None
    assert doubted("year", "1019") is None
    assert doubted("year", "Juli 2018") == "2018"


def test_numbers_are_understood_with_decimal_commas():
    read = {
        "2,68": "2.68",
        "1.234,5": "1234.5",
        "1,234.5": "1234.5",
        "1.234.567": "1234567",
        "12": "12",
        "-3,5": "-3.5",
        "0.5": "0.5",
    }
    assert {text: value("number", text) for text in read} == read
    assert value("number", Number("1.234")) == "1.234"
    assert doubted("number", "1.234") == "1234"
    assert doubted("number", "85%") == "85"
    assert doubted("number", "sekitar 80") is None


def test_money_becomes_whole_rupiah():
    for text in (
        "Rp 850.000.000",
        "Rp. 850.000.000,00",
        "Rp850.000.000,-",
        "850000000",
        "850,000,000",
        "IDR 850.000.000",
    ):
        assert value("money", text) == "850000000"
    assert doubted("money", "1,5 Miliar") == "1500000000"
    assert doubted("money", "850 juta") == "850000000"
    assert doubted("money", "lihat DPA") is None


def test_dates_are_understood_day_first():
    for text in (
        "2021-01-12",
        "12 Januari 2021",
        "12/01/2021",
        "12-1-2021",
        "12 jan 2021",
        "Selasa, 12 Januari 2021",
        "2021-01-12 08:00:00",
    ):
        assert value("date", text) == "2021-01-12"
    assert doubted("date", "01/25/2021") == "2021-01-25"
    assert doubted("date", "12/01/21") == "2021-01-12"
    assert doubted("date", "31 Februari 2021") is None
    assert doubted("date", "Januari 2021") is None


def test_yes_and_no_are_understood_in_many_forms():
    assert {value("boolean", text) for text in ("Sudah", "ada", "YA", "aktif", "TRUE", "1", "✓")} == {True}
    assert {
        value("boolean", text)
        for text in ("belum", "noada", "tidak ada", "naktif", "Non-Aktif", "0", "FALSE")
    } == {False}
    assert doubted("boolean", "sebagian") is None


def test_addresses_are_kept_and_told_only_when_clearly_broken():
    for text in (
        "sidi.denpasarkota.go.id",
        "https://a.go.id/x?y=1",
        "www.a.go.id:8080",
        "http://localhost",
        "10.1.2.3/app",
    ):
        assert value("url", text) == text
    for text in ("Playstore", "javascript:alert(1)", "data:text/html,x", "a b.go.id x"):
        assert doubted("url", text) is None
    assert doubted("url", "a.go.id b.go.id") == "a.go.id"


def test_a_unit_that_is_not_found_is_told_with_the_nearest_ones():
    found = parse_unit("", "Dinas Perhubugan", UNITS)
    assert (found.value.id, found.value.text) == (None, "Dinas Perhubugan")
    assert found.warnings[0].suggestion == "Dinas Perhubungan"
    assert parse_unit("030701", "Dinas Perhubungan Kota Denpasar", UNITS).value.id == 1
    clash = parse_unit("030701", "Dinas Kesehatan", UNITS)
    assert clash.value.id is None
    assert "Dinas Perhubungan" in str(clash.warnings[0].message)


def test_equal_texts_are_parsed_once():
    read = parser(APPLICATIONS.column("basis"), APPLICATIONS, LOOKUPS)
    assert read("Website") is read("Website")


@given(st.sampled_from([column for kind in KINDS for column in kind.columns]), st.text(max_size=60))
def test_no_text_ever_fails_and_only_length_is_an_error(column, text):
    found = parse(column, text, LOOKUPS)
    assert not found.errors
    assert all(str(warning.message) for warning in found.warnings)


@given(
    st.sampled_from([column for kind in KINDS for column in kind.columns]),
    st.text("0123456789.,-/ RpabOkt", max_size=25),
)
def test_what_is_not_understood_is_kept_as_written(column, text):
    found = parse(column, text, LOOKUPS)
    if found.warnings and column.type not in ("enum_many", "unit_many", "relation"):
        assert found.value == text
