"""Explanations by fact + analysis, as pure rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules import answers as rules
from pendapa.evaluation.rules.answers import Fact
from pendapa.regulations import packs

SPBE = packs.instrument("spbe-2020")
ARCHITECTURE = {one.number: one.criterion.id for one in SPBE.indicator("11").levels}
POLICY = {one.number: one.criterion.id for one in SPBE.indicator("10").levels}
DECREE = Fact("Peraturan Bupati tentang Arsitektur SPBE", "41 Tahun 2025", "4", "12")
texts = st.text(max_size=40)
facts = st.builds(Fact, texts, texts, texts, texts)


def codes(found: list[rules.Hint]) -> set[str]:
    return {one.code for one in found}


def test_a_fact_reads_as_the_guideline_asks():
    told = "Peraturan Bupati tentang Arsitektur SPBE Nomor 41 Tahun 2025, Pasal 4, halaman 12"
    assert rules.fact_sentence(DECREE) == told
    assert rules.fact_sentence(Fact("Notula", "No. 7", "Bab II", "hlm. 3")) == "Notula No. 7, Bab II, hlm. 3"
    assert rules.fact_sentence(Fact()) == ""


def test_the_whole_explanation_has_facts_before_the_analysis():
    text = rules.explanation([DECREE, Fact("Notula reviu")], "Muatan enam domain lengkap.")
    assert text.startswith("Fakta: Peraturan Bupati") and "; Notula reviu." in text
    assert text.endswith("Analisis: Muatan enam domain lengkap.")
    assert rules.explanation([], "  ") == ""


def test_nothing_written_is_told_as_missing_facts_analysis_and_level():
    assert codes(rules.hints([], "", None, ARCHITECTURE)) == {"no_facts", "no_analysis", "no_level"}


def test_a_fact_without_a_place_is_told_with_its_row():
    found = rules.hints([DECREE, Fact("Notula reviu")], "x", 3, ARCHITECTURE)
    assert [one.rows for one in found if one.code == "no_place"] == [(2,)]


def test_an_analysis_that_does_not_name_the_criterion_is_told_with_its_words():
    found = rules.hints([DECREE], "Sudah baik sekali.", 3, ARCHITECTURE, [1, 2, 3])
    assert codes(found) == {"criterion"} and "domain" in found[0].words
    good = "Dokumen memuat seluruh muatan enam domain secara lengkap."
    assert rules.hints([DECREE], good, 3, ARCHITECTURE, [1, 2, 3]) == []


def test_lower_levels_without_word_or_piece_are_told():
    good = "Muatan enam domain lengkap."
    found = rules.hints([DECREE], good, 3, ARCHITECTURE, [2])
    assert [one.levels for one in found if one.code == "lower"] == [(1,)]
    assert rules.hints([DECREE], good + " Tingkat 1 terpenuhi.", 3, ARCHITECTURE, [2]) == []


def test_the_ladder_is_read_from_the_criteria():
    assert rules.ladder_below(ARCHITECTURE, 4) == [1, 2, 3]
    # A policy that is in force replaces its draft: level 2 does not build upon level 1.
    assert rules.ladder_below(POLICY, 4) == [2, 3]
    assert rules.ladder_below(POLICY, 2) == []
    plain = {1: "Disusun.", 2: "Sebagian.", 3: "Seluruhnya."}
    assert rules.ladder_below(plain, 3) == [1, 2]


def test_words_of_one_family_count_as_the_same():
    assert rules.unnamed("Pengaturan tugas seluruh perangkat", "mengatur tugas seluruh perangkat") == ()


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ("text", "shape"), ([1], "shape"), ([{"page": 3}], "shape"), ([{"other": "x"}], "shape"),
        ([{"document": "x" * 301}], "long"), ([{"document": "x"}] * 31, "many"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_facts_is_refused_and_says_why(given, what):
    with pytest.raises(rules.BadFacts) as error:
        rules.read_facts(given)
    assert {fault[2] for fault in error.value.faults} == {what}


def test_empty_rows_are_left_out_and_spaces_tidied():
    kept = rules.read_facts([{"document": "  Perbup   41 "}, {}, {"page": " "}])
    assert kept == [dict.fromkeys(rules.FIELDS, "") | {"document": "Perbup 41"}]


@given(st.lists(facts, max_size=5), texts, st.integers(1, 5), st.sets(st.integers(0, 5)))
def test_hints_and_sentences_come_of_any_text(given_facts, analysis, level, proven):
    found = rules.hints(given_facts, analysis, level, ARCHITECTURE, proven)
    assert all(0 < row <= len(given_facts) for one in found for row in one.rows)
    assert not {n for one in found if one.code == "lower" for n in one.levels} & proven
    rules.explanation(given_facts, analysis)


@given(st.dictionaries(st.sampled_from("ab"), texts, min_size=2), st.data())
def test_merging_keeps_every_change_of_one_side_and_tells_those_of_both(base, data):
    theirs = {name: data.draw(st.one_of(st.just(value), texts)) for name, value in base.items()}
    mine = {name: data.draw(st.one_of(st.just(value), texts)) for name, value in base.items()}
    merged, clashes = rules.merge(base, theirs, mine)
    for name, value in base.items():
        changed = {one[name] for one in (theirs, mine)} - {value}
        assert (name in clashes) == (len(changed) == 2)
        if len(changed) == 1:
            assert merged[name] == changed.pop()
        if name in clashes:
            assert merged[name] == theirs[name]
