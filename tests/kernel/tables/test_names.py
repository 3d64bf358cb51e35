"""When two spellings are the same unit, and when they are only near."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.names import Ambiguous, Conflict, Found, NotFound, UnitIndex, unit_key, words_of
from tests.kernel.tables.kinds import needs_samples, sample

OWN = ("Kota Denpasar",)
UNITS = [
    (1, "030701", "Dinas Perhubungan", "dishub", ("DisHub Kota",), None),
    (2, "030801", "Dinas Komunikasi, Informatika dan Statistik", "DKIS", (), None),
    (3, "011201", "Bagian Hukum Setda Kota Denpasar", "Bag. Hukum", (), None),
    (4, "170001", "Kecamatan Denpasar Timur", None, (), None),
    (5, "300001", "PDAM Kota Denpasar", "PDAM", (), None),
    (6, "040801", "Badan Penanggulangan Bencana Daerah (BPBD)", "BPBD", (), None),
    (7, "0308010101", "Sub Bagian Umum", None, (), 2),
    (8, "1400180101", "Sub Bagian Umum", None, (), 1),
    (9, "20001", "Sekretariat DPRD", None, (), None),
    (10, "05", "Dinas Pekerjaan Umum & Penataan Ruang", None, (), None),
    (11, "200005", "Kelurahan Tonja", "Kel. Tonja", (), None),
]
INDEX = UnitIndex(UNITS, OWN)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("dinas perhubungan", 1), ("DINAS  PERHUBUNGAN ", 1), ("Din. Perhubungan", 1), ("Dinas Perhubungan Kota Denpasar", 1),
        ("Dinas Perhubungan Pemkot Denpasar", 1), ("Dinas Perhubungan Pemerintah Kota Denpasar", 1), ("DISHUB", 1),
        ("Dinas Perhubungan Denpasar", 1), ("dishub kota", 1), ("Dishub Kota Denpasar", 1), ("030701", 1),
        ("030701 Dinas Perhubungan", 1), ("030701 - Din. Perhubungan", 1), ("Dinas Perhubungan (030701)", 1),
        ("Dinas Perhubungan (Dishub)", 1), ("Dinas Komunikasi Informatika dan Statistik", 2),
        ("Dinas Komunikasi, Informatika & Statistik", 2), ("Dinas Komunikasi/Informatika dan Statistik", 2),
        ("Bagian Hukum", 3), ("Bag. Hukum", 3), ("Bag. Hukum Sekretariat Daerah", 3), ("Bagian Hukum Setda", 3),
        ("Kec. Denpasar Timur", 4), ("PDAM", 5), ("PDAM Kota Denpasar", 5), ("BPBD", 6), ("BPBD Kota Denpasar", 6),
        ("Badan Penanggulangan Bencana Daerah", 6), ("Bdn. Penanggulangan Bencana Daerah (BPBD)", 6), ("Sekr. DPRD", 9), ("Set. DPRD", 9),
        ("SETWAN", 9), ("Dinas Pekerjaan Umum dan Penataan Ruang", 10), ("Kel Tonja", 11),
    ],
)  # fmt: skip
def test_a_unit_is_found_when_only_the_spelling_differs(text, id_):
    found = INDEX.find(name=text)
    assert isinstance(found, Found)
    assert found.id == id_


@pytest.mark.parametrize(
    "text",
    ["Dinas Perhubugan", "Dinas Komunikasi dan Informatika", "Kecamatan Denpasar", "Dinas", "Kota Denpasar", "Denpasar", "Bagian",
     "Dinas Perhubungan Kabupaten Badung", "Kelurahan", "Dinas Perhubungan dan Kesehatan", "5", "170001 Dinas Perhubungan", "Dinas Perhubungan (Kesehatan)"],
)  # fmt: skip
def test_what_is_only_near_is_suggested_and_never_taken(text):
    found = INDEX.find(name=text)
    assert isinstance(found, NotFound)
    assert all(0 < s.percent < 100 for s in found.suggestions)
    assert len(found.suggestions) <= 3


def test_the_nearest_units_are_suggested_with_how_near_they_are():
    found = INDEX.find(name="Dinas Perhubugan")
    assert isinstance(found, NotFound)
    assert found.suggestions[0].name == "Dinas Perhubungan"
    assert found.suggestions[0].percent >= 90


@pytest.mark.parametrize("nickname", ["Dinkes PPKB", "dinkes", "DINKES"])
def test_a_nickname_suggests_the_office_and_never_takes_it(nickname):
    found = UnitIndex([(1, "1.02", "Dinas Kesehatan", "", [], None)]).find(name=nickname)
    assert isinstance(found, NotFound) and [one.name for one in found.suggestions] == ["Dinas Kesehatan"]


def test_a_code_keeps_its_noughts_and_without_them_is_only_suggested():
    found = INDEX.find(code="30701")
    assert isinstance(found, NotFound)
    assert found.suggestions[0].id == 1


def test_a_name_of_several_units_is_ambiguous_until_the_code_tells():
    found = INDEX.find(name="Subbag. Umum")
    assert isinstance(found, Ambiguous)
    assert found.candidates == (
        "Sub Bagian Umum (0308010101), Dinas Komunikasi, Informatika dan Statistik",
        "Sub Bagian Umum (1400180101), Dinas Perhubungan",
    )
    assert INDEX.find("0308010101", "Sub Bagian Umum") == Found(7, "Sub Bagian Umum")


def test_code_and_name_that_disagree_are_both_told():
    assert INDEX.find("030701", "PDAM") == Conflict("030701", "Dinas Perhubungan", "PDAM Kota Denpasar")


def test_where_one_of_code_and_name_is_unknown_the_other_decides_with_a_doubt():
    by_code = INDEX.find("030701", "Dinas Perhubugan")
    assert isinstance(by_code, Found)
    assert (by_code.id, bool(by_code.doubt)) == (1, True)
    by_name = INDEX.find("99", "Dinas Perhubungan")
    assert isinstance(by_name, Found)
    assert (by_name.id, bool(by_name.doubt)) == (1, True)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Dinas Kesehatan Kota Denpasar", "dinaskesehatan"),
        ("PDAM Kota Denpasar", "pdam"),
        ("Inspektorat Kota Denpasar", "inspektorat"),
        ("Inspektorat Denpasar", "inspektorat"),
        ("Kecamatan Denpasar Timur", "kecamatandenpasartimur"),
        ("Kota Denpasar", "kotadenpasar"),
        ("Pemerintah Kota Denpasar", "pemerintahkotadenpasar"),
        ("Dinas Kota Denpasar", "dinaskotadenpasar"),
        ("Kecamatan Denpasar", "kecamatandenpasar"),
        ("RSUD Denpasar", "rumahsakitumumdaerahdenpasar"),
    ],
)
def test_the_name_of_the_institution_is_left_off_but_never_everything(name, left):
    assert unit_key(name, OWN) == left


def test_the_name_of_a_regency_is_left_off_in_its_usual_forms():
    own = ("Kabupaten Trenggalek",)
    for end in (
        "Kab. Trenggalek",
        "Kabupaten Trenggalek",
        "Pemkab Trenggalek",
        "Pemerintah Kabupaten Trenggalek",
        "KAB TRENGGALEK",
    ):
        assert unit_key(f"Dinas Kesehatan {end}", own) == "dinaskesehatan"
    assert unit_key("Kecamatan Trenggalek", own) == "kecamatantrenggalek"
    assert unit_key("Dinas Kesehatan Kota Trenggalek", own) != "dinaskesehatan"


def test_a_full_name_comes_before_the_short_name_of_another():
    index = UnitIndex(
        [(1, "", "Kesra", None, (), None), (2, "", "Bagian Kesejahteraan Rakyat", "Kesra", (), None)]
    )
    assert index.find(name="kesra") == Found(1, "Kesra")


def test_nothing_finds_nothing():
    assert INDEX.find() == NotFound()
    assert INDEX.find(name="???") == NotFound()
    assert isinstance(UnitIndex([]).find(name="Dinas"), NotFound)


names = st.text("abcDIN. ,/&-'dansetkbgpue", min_size=1, max_size=40)


@given(names)
def test_case_spaces_and_punctuation_never_matter(name):
    other = re.sub(r"[ ,]+", " , ", name.swapcase())
    assert unit_key(other) == unit_key(name)


@given(st.text(min_size=1, max_size=40), st.lists(st.text(max_size=15), max_size=2))
def test_the_key_is_never_empty_for_a_name_with_letters(name, own):
    assert bool(unit_key(name, own)) == bool(words_of(name))


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_makes_the_search_fail(code, name):
    assert INDEX.find(code, name) == INDEX.find(code, name)


@needs_samples
def test_every_unit_of_a_real_list_finds_itself_by_code_and_by_name():
    with sample("denpasar_opd.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    index = UnitIndex(
        ((r["kode_opd"], r["kode_opd"], r["nama_opd"], r["nama_pendek"], (), None) for r in rows), OWN
    )
    for row in rows:
        assert index.find(code=row["kode_opd"], name=row["nama_opd"]) == Found(
            row["kode_opd"], row["nama_opd"].strip()
        )
        assert isinstance(
            index.find(name=row["nama_opd"]), Found if row["nama_opd"] != "Sub Bagian Umum" else Ambiguous
        )


@needs_samples
def test_every_unit_of_the_real_inventory_is_found_in_the_real_list():
    with sample("denpasar_opd.csv").open(encoding="utf-8", newline="") as file:
        units = list(csv.DictReader(file))
    index = UnitIndex(
        ((r["kode_opd"], r["kode_opd"], r["nama_opd"], r["nama_pendek"], (), None) for r in units), OWN
    )
    with sample("denpasar_aplikasi.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [index.find(row["unit_kode"], row["unit_nama"]) for row in rows]
    assert [result.id for result in found if isinstance(result, Found)] == [row["unit_kode"] for row in rows]
