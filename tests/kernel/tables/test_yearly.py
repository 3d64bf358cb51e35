"""A value a year: how people write it, how it is kept, and that what goes out comes back in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.cells import Cell, Lookups, parse
from pendapa.kernel.tables.columns import Column
from pendapa.kernel.tables.periods import periods_text, yearly
from pendapa.kernel.tables.writing import text_of

COLUMN = Column("target_tahunan", {"id": "Target per tahun"}, "yearly")
BOTH = {"2025": "70", "2026": "75.5"}


@pytest.mark.parametrize(
    "text",
    [
        "2025: 70; 2026: 75,5",
        "2025:70;2026:75.5",
        "2026 = 75,5\n2025 = 70",
        "2025: 70, 2026: 75,5",
        "2025: 70 | 2026: 75,5",
        "2025 70\n2026 75,5",
        " 2025 : 70 ;\n 2026 : 75,5 ; ",
    ],
)
def test_the_usual_ways_to_write_years_and_values_are_read(text: str) -> None:
    assert yearly(text) == (BOTH, None)


@pytest.mark.parametrize(
    "text", ["70", "kira-kira 70", "target 2025: 70", "2025:", "2025: 70; 2025: 71", "75,5%"]
)
def test_what_names_no_years_is_kept_and_says_what_is_expected(text: str) -> None:
    value, remark = yearly(text)
    assert value == text and remark is not None
    assert "2025: 70; 2026: 75,5" in str(remark.message)


def test_an_unlikely_year_is_told() -> None:
    value, remark = yearly("1025: 70")
    assert value == "1025: 70" and remark is not None and "1025" in str(remark.message)


def test_a_grade_is_kept_as_written_and_told_with_its_year() -> None:
    value, remark = yearly("2025: BB; 2026: 80")
    assert value == {"2025": "BB", "2026": "80"}
    assert remark is not None and str(remark.message).startswith("2025: BB is not a number")


def test_a_cell_holds_years_or_nothing() -> None:
    assert parse(COLUMN, "2025: 70; 2026: 75,5", Lookups()) == Cell(BOTH)
    assert parse(COLUMN, "-", Lookups()) == Cell(None)


def test_the_cell_of_an_export_names_years_in_order_and_decimals_with_a_comma() -> None:
    assert text_of({"2026": "75.5", "2025": "70"}) == "2025: 70; 2026: 75,5"


numbers = st.decimals(-10_000_000, 10_000_000, places=3).map(lambda d: format(d.normalize(), "f"))
words = st.sampled_from(["WTP", "BB", "A-", "Sangat baik"])


@given(st.dictionaries(st.integers(1945, 2100).map(str), numbers | words, min_size=1, max_size=12))
def test_what_goes_out_comes_back_in(kept: dict[str, str]) -> None:
    assert yearly(periods_text(kept))[0] == kept


@given(st.text(max_size=80))
def test_any_text_is_either_years_or_kept_with_a_remark(text: str) -> None:
    value, remark = yearly(text)
    assert isinstance(value, dict) or (value == text and remark is not None)
