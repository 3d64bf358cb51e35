"""What people fill in, cleaned and measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.clearance.rules import form
from pendapa.regulations import packs

PACK = packs.clearance()
TEXT, MONEY, YES = PACK.field("ruang_lingkup"), PACK.field("pagu"), PACK.field("data_pribadi")


def test_two_thousand_words_are_taken_and_one_more_is_not() -> None:
    assert form.words(str(form.clean(TEXT, "kata " * 2000, 2000))) == 2000
    with pytest.raises(form.Faulty) as told:
        form.clean(TEXT, "kata " * 2001, 2000)
    assert (told.value.why, told.value.most, told.value.got) == ("words", 2000, 2001)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1250000000", "1250000000"),
        ("Rp 1.250.000.000", "1250000000"),
        ("Rp. 850.000.000,00", "850000000"),
        ("rp500.000,-", "500000"),
        ("0", "0"),
        ("", ""),
    ],
)
def test_money_is_read_as_people_write_it(written: str, kept: str) -> None:
    assert form.clean(MONEY, written, 2000) == kept


@pytest.mark.parametrize("written", ["satu juta", "1.2.3", "-5", "1,5", "9" * 16, "1.25.000", "٣٤"])
def test_what_is_no_money_is_refused(written: str) -> None:
    with pytest.raises(form.Faulty):
        form.clean(MONEY, written, 2000)


@given(st.text())
def test_any_text_is_kept_whole_or_refused_with_a_reason(written: str) -> None:
    try:
        kept = form.clean(TEXT, written, 2000)
    except form.Faulty as fault:
        assert fault.got > fault.most
        return
    assert "\x00" not in kept
    assert form.clean(TEXT, kept, 2000) == kept


def test_an_answer_that_is_not_offered_is_refused() -> None:
    with pytest.raises(form.Faulty):
        form.clean(YES, "mungkin", 2000)


def test_a_risk_is_complete_with_its_required_columns_and_has_a_size() -> None:
    row, faults = form.risk(
        PACK.risks.columns, {"uraian_kejadian": "Bocor", "level_kemungkinan": "5", "level_dampak": "5"}, 2000
    )
    assert not faults
    assert not form.complete(PACK.risks.columns, row)
    assert form.size(row) == 25
    assert form.size({}) is None


@pytest.mark.parametrize("level", ["0", "6", "dua", "²"])
def test_a_level_is_one_to_five(level: str) -> None:
    _row, faults = form.risk(PACK.risks.columns, {"level_dampak": level}, 2000)
    assert "level_dampak" in faults


def test_a_list_is_no_answer_to_a_question_that_takes_one() -> None:
    with pytest.raises(form.Faulty):
        form.clean(TEXT, ["satu", "dua"], 2000)
