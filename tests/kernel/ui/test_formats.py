"""Numbers, money and dates in both languages."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.ui import formats


@pytest.mark.parametrize(
    ("value", "places", "indonesian", "english"),
    [
        (Decimal("1234.56"), 2, "1.234,56", "1,234.56"),
        (Decimal("2.605"), 2, "2,61", "2.61"),
        (Fraction(10, 3), 2, "3,33", "3.33"),
        (Fraction(1, 2), 0, "1", "1"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (Decimal("-0.001"), 2, "0,00", "0.00"),
        (12450, None, "12.450", "12,450"),
        (Decimal("1.70"), None, "1,70", "1.70"),
        (0.1, None, "0,1", "0.1"),
    ],
)
def test_a_number_is_written_as_people_write_it(value, places, indonesian, english):
    assert formats.number(value, "id", places) == indonesian
    assert formats.number(value, "en", places) == english


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_the_two_languages_differ_only_in_their_signs(value):
    swapped = formats.number(value, "en", 2).translate(str.maketrans(",.", ".,"))
    assert formats.number(value, "id", 2) == swapped


def test_percent_keeps_its_sign_beside_the_number():
    assert formats.percent(83, "id") == "83\u00a0%"
    assert formats.percent(Decimal("83.25"), "en", 1) == "83.3%"


@pytest.mark.parametrize(
    ("value", "short", "indonesian", "english"),
    [
        (148_500_000, False, "Rp\u00a0148.500.000", "Rp\u00a0148,500,000"),
        (1_200_000_000, True, "Rp\u00a01,2\u00a0M", "Rp\u00a01.2\u00a0bn"),
        (2_245_000_000, True, "Rp\u00a02,25\u00a0M", "Rp\u00a02.25\u00a0bn"),
        (2_165_000_000, True, "Rp\u00a02,17\u00a0M", "Rp\u00a02.17\u00a0bn"),
        (16_440_000_000, True, "Rp\u00a016,4\u00a0M", "Rp\u00a016.4\u00a0bn"),
        (9_999_999_999, True, "Rp\u00a010\u00a0M", "Rp\u00a010\u00a0bn"),
        (520_000_000, True, "Rp\u00a0520\u00a0jt", "Rp\u00a0520\u00a0m"),
        (-520_000_000, True, "Rp\u00a0−520\u00a0jt", "Rp\u00a0−520\u00a0m"),
        (950, True, "Rp\u00a0950", "Rp\u00a0950"),
    ],
)
def test_money(value, short, indonesian, english):
    assert formats.rupiah(value, "id", short) == indonesian
    assert formats.rupiah(value, "en", short) == english


def test_dates():
    assert formats.day(date(2021, 12, 28), "id") == "28 Des 2021"
    assert formats.day(date(2021, 12, 28), "en") == "28 Dec 2021"
    assert formats.day(date(2026, 11, 27), "id", weekday=True) == "Jum, 27 Nov 2026"
    assert formats.clock(datetime(2026, 11, 27, 9, 12), "id") == "09.12"


@pytest.mark.parametrize(
    ("label", "inside"),
    [("Daftar OPD", "daftar OPD"), ("Aplikasi", "aplikasi"), ("List of OPD", "list of OPD")],
)
def test_a_label_inside_a_sentence_keeps_its_acronyms(label: str, inside: str) -> None:
    assert formats.in_sentence(label) == inside
