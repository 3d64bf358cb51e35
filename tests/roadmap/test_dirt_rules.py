"""Dirty cells of a roadmap: whatever stands there, it is a value or a reason, and nothing raises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import dirt
from pendapa.roadmap.rules.initiatives import MOST_MONEY

MONEYISH = st.text(alphabet="0123456789.,-+ RrPpMmjJtTuUaArRbBeE()±/\u2013\u00a0\uff10\u0661IDR", max_size=40)
DAYISH = st.text(alphabet="0123456789./- JanuriFebMtApilgsOkDTWQ IVsemtr\u2013", max_size=30)
ANYTHING = st.one_of(st.text(max_size=200), MONEYISH, DAYISH)


@given(st.one_of(MONEYISH, st.text(max_size=150)))
def test_an_amount_is_a_value_within_bounds_or_a_reason_or_nothing(text):
    found = dirt.rupiah(text)
    if found.value is None:
        assert found.key in ("", "no_money", "negative", "two_amounts", "two_ways", "too_much")
        assert bool(found.key) != dirt.is_nothing(text)
    else:
        assert found.value.is_finite() and 0 <= found.value < MOST_MONEY
        assert found.value == found.value.quantize(Decimal("0.01"))


@given(st.one_of(DAYISH, st.text(max_size=150)), st.booleans())
def test_a_day_is_a_day_of_this_age_or_a_reason_or_nothing(text, end):
    found = dirt.day(text, end)
    if found.value is None:
        assert found.key in ("", "no_day")
    else:
        assert 2000 <= found.value.year <= 2100
        assert dirt.day(text, False).value <= dirt.day(text, True).value


@given(ANYTHING)
def test_other_cells_never_raise(text):
    years = dirt.span(text)
    assert years is None or years[0] <= years[1]
    assert all(first <= last for first, last in dirt.by_year(text))
    assert dirt.programme(text).more >= 0
    assert all(one.number or one.name for one in dirt.indicators(text))
    assert all(dirt.several(text))
    assert dirt.is_total(text) in (True, False) and dirt.is_everybody(text) in (True, False)
    head = dirt.headline([(0, text)], 1, True)
    assert head is None or head.text


@given(st.integers(0, 10**15))
def test_an_amount_written_as_rupiah_is_read_back(number):
    dotted = f"{number:,}".replace(",", ".")
    for text in (f"Rp {dotted}", f"Rp{dotted},-", f"{dotted},00", str(number), f"IDR {number:,}.00"):
        assert dirt.rupiah(text) == dirt.Read(Decimal(number)), text


@given(
    st.integers(1, 999),
    st.integers(1, 99),
    st.sampled_from([("jt", 6), ("juta", 6), ("M", 9), ("miliar", 9), ("Milyar", 9)]),
)
def test_an_amount_in_words_is_understood_and_told(whole, part, scale):
    word, places = scale
    found = dirt.rupiah(f"Rp {whole},{part:02d} {word}")
    assert found.value == Decimal(f"{whole}.{part:02d}").scaleb(places) and found.key == "scaled"


@given(
    st.integers(2000, 2060),
    st.integers(0, 9),
    st.sampled_from(["-", "–", " s.d. ", " s/d ", " sampai ", "/"]),
)
def test_a_span_of_years_is_read_however_it_is_written(first, more, sign):
    assert dirt.span(f"{first}{sign}{first + more}") == (first, first + more)
    assert dirt.by_year(f"{first}-{first + more}: sesuatu; {first + 20} = lain") == {
        (first, first + more): "sesuatu", (first + 20, first + 20): "lain",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12 Januari 2026", date(2026, 1, 12), date(2026, 1, 12)),
        ("Senin, 12 Jan. 2026", date(2026, 1, 12), date(2026, 1, 12)),
        ("Pebruari 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("TW III 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("Semester I Tahun 2027", date(2027, 1, 1), date(2027, 6, 30)),
        ("2027–2028", date(2027, 1, 1), date(2028, 12, 31)),
        ("46023", date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_days_in_indonesian_are_read(text, start, end):
    assert (dirt.day(text).value, dirt.day(text, True).value) == (start, end)


@pytest.mark.parametrize(
    "text", ["1.250 M", "500-700 juta", "(5.000)", "-5", "lihat DPA", "850.000.00", "9" * 30, "1e99"]
)
def test_what_could_mean_two_things_is_not_guessed(text):
    assert dirt.rupiah(text).value is None and dirt.rupiah(text).key


@pytest.mark.parametrize(
    ("filled", "counted", "level"),
    [
        ([(0, "A"), (1, "Tata Kelola SPBE")], True, ""),
        ([(1, "Aspek 1: Kebijakan Internal")], False, "aspect"),
        ([(0, "I."), (1, "Indikator 11 Tingkat Kematangan")], False, "indicator"),
        ([(1, "Layanan SPBE")], True, ""),
    ],
)
def test_a_group_line_is_told_from_a_row(filled, counted, level):
    assert dirt.headline(filled, 1, counted) == dirt.Headline(filled[-1][1], level)


@pytest.mark.parametrize(
    ("filled", "counted"),
    [
        ([(0, "1"), (1, "Menyusun arsitektur")], True),
        ([(1, "Menyusun arsitektur")], False),
        ([(1, "Jumlah")], True),
        ([(1, "Satu"), (9, "Diskominfo")], True),
        ([(0, "1"), (1, "Satu"), (2, "x")], True),
    ],
)
def test_a_row_is_no_group_line(filled, counted):
    assert dirt.headline(filled, 1, counted) is None
