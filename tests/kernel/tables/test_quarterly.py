"""A value a quarter: how people write it, how it is kept, what is told of it, and that what goes out comes back in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.kernel.tables.cells import Cell, Lookups, parse
from pendapa.kernel.tables.columns import Column
from pendapa.kernel.tables.periods import ROMAN, label, periods_text, quarter_key, quarterly, yearly
from pendapa.kernel.tables.writing import text_of

COLUMN = Column("target_triwulan", {"id": "Target per triwulan"}, "quarterly")
BOTH = {"2026-TW1": "20", "2026-TW3": "75.5"}


@pytest.mark.parametrize(
    "spelling",
    [
        "2026-TW3", "2026 TW3", "2026/TW 3", "2026TW3", "2026-TW III", "2026 Q3", "2026-Q3", "2026Q3", "TW III 2026",
        "TW 3 2026", "tw3/2026", "TW-III/2026", "TW. III 2026", "TW 03 2026", "Triwulan 3/2026", "Triwulan III Tahun 2026", "TRIWULAN KE-3 2026",
        "Trw III 2026", "Kuartal 3 2026", "Q3 2026", "Q3-2026", "III/2026", "iii / 2026", "III-2026", "III 2026", "2026/III",
        "2026 - III", "TW III THN 2026",
    ],
)  # fmt: skip
def test_every_usual_spelling_of_a_quarter_is_read(spelling: str) -> None:
    assert quarterly(f"{spelling}: 75,5") == ({"2026-TW3": "75.5"}, None)


@pytest.mark.parametrize(
    "text",
    [
        "TW I 2026: 20; TW III 2026: 75,5",
        "2026 Q3 = 75.5\nTriwulan 1/2026 = 20",
        "I/2026: 20, III/2026: 75,5",
        "TW1 2026: 20 | TW3 2026: 75,5",
        "TW I 2026 20\nTW III 2026 75,5",
        " (TW I 2026 : 20 ;\n TW III 2026 : 75,5) ; ",
    ],
)
def test_the_usual_ways_to_part_quarters_are_read(text: str) -> None:
    assert quarterly(text) == (BOTH, None)


@pytest.mark.parametrize(
    "spelling", ["2026-TW5", "TW V 2026", "V/2026", "2026 Q0", "TW 12 2026", "TW IIII 2026", "2026-TW9"]
)
def test_a_fifth_quarter_is_told_and_the_text_kept(spelling: str) -> None:
    text = f"TW I 2026: 20; {spelling}: 70"
    value, remark = quarterly(text)
    assert value == text and remark is not None
    assert "TW I to TW IV" in str(remark.message) and spelling in str(remark.message)


@pytest.mark.parametrize(
    "text",
    ["70", "kira-kira 70", "target TW I 2026: 20", "TW I 2026:", "2026: 70", "TW I: 20; TW II: 45", "3/2026: 70", "TW I 2026: 20; TW II: 45"],
)  # fmt: skip
def test_what_names_no_quarter_is_kept_and_says_what_is_expected(text: str) -> None:
    value, remark = quarterly(text)
    assert value == text and remark is not None
    assert "TW I 2026: 20; TW II 2026: 45" in str(remark.message)


def test_two_values_for_one_quarter_are_told_with_both() -> None:
    text = "TW III 2026: 70; 2026 Q3: 71"
    value, remark = quarterly(text)
    assert value == text and remark is not None
    assert "TW III 2026 has more than one value (70; 71)" in str(remark.message)


def test_an_unlikely_year_and_a_word_for_a_number_are_told() -> None:
    value, remark = quarterly("TW I 1026: 70")
    assert value == "TW I 1026: 70" and remark is not None and "1026" in str(remark.message)
    value, remark = quarterly("TW I 2026: BB; TW II 2026: 80")
    assert value == {"2026-TW1": "BB", "2026-TW2": "80"}
    assert remark is not None and str(remark.message).startswith("TW I 2026: BB is not a number")


def test_a_part_without_a_period_is_not_swallowed_by_the_value_before_it() -> None:
    value, remark = yearly("2025: 70; 31: 90")
    assert value == "2025: 70; 31: 90" and remark is not None and str(remark.message).startswith("31: 90 ")


def test_a_cell_holds_quarters_or_nothing_and_goes_out_in_words() -> None:
    assert parse(COLUMN, "2026-TW1: 20; 2026-TW3: 75,5", Lookups()) == Cell(BOTH)
    assert parse(COLUMN, "-", Lookups()) == Cell(None)
    assert text_of({"2026-TW3": "75.5", "2026-TW1": "20"}) == "TW I 2026: 20; TW III 2026: 75,5"


keys = st.builds(quarter_key, st.integers(1945, 2100), st.integers(1, 4))
numbers = st.decimals(-10_000_000, 10_000_000, places=3).map(lambda d: format(d.normalize(), "f"))
words = st.sampled_from(["WTP", "BB", "A-", "Sangat baik"])
gaps = st.sampled_from(["", " ", "-", "/", "  ", " - ", "."])
heads = st.sampled_from(["TW", "tw", "Triwulan", "triwulan", "Trw", "Kuartal", "Q", "TW."])


@given(st.dictionaries(keys, numbers | words, min_size=1, max_size=12))
def test_what_goes_out_comes_back_in(kept: dict[str, str]) -> None:
    assert quarterly(periods_text(kept))[0] == kept


@given(st.integers(1945, 2100), st.integers(1, 4), st.booleans(), st.booleans(), heads, gaps, gaps)
def test_a_quarter_is_the_same_however_it_is_spelled(
    year: int, number: int, roman: bool, year_first: bool, head: str, first: str, second: str
) -> None:
    quarter = ROMAN[number - 1] if roman else str(number)
    # "TW32026" could be read twice; people part what ends and begins with a figure.
    second = second or " "
    spelled = (
        f"{year}{first}{head}{second}{quarter}" if year_first else f"{head}{first}{quarter}{second}{year}"
    )
    assert quarterly(f"{spelled}: 7")[0] == {quarter_key(year, number): "7"}
    assert quarterly(f"{label(quarter_key(year, number))}: 7")[0] == {quarter_key(year, number): "7"}


@given(
    st.text(alphabet=st.sampled_from("0123456789 :;=-/TWQIVX\n|(),.tahun"), max_size=80)
    | st.text(max_size=80)
)
def test_any_text_is_either_quarters_or_kept_with_a_remark(text: str) -> None:
    value, remark = quarterly(text)
    assert isinstance(value, dict) or (value == text and remark is not None)
    if isinstance(value, dict):
        assert quarterly(periods_text(value))[0] == value
