"""How readings become the suggestion of a level, and what the pack of signals may say."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules.signals import is_above, suggest
from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.schema import Provenance, Text
from pendapa.regulations.signals import (
    IndicatorSignal,
    Rung,
    Threshold,
    load_signals,
    signal_faults_against,
)


@dataclass(frozen=True)
class Told:
    value: Fraction | None


def entry(*rungs: tuple[int, dict[str, str]]) -> IndicatorSignal:
    made = tuple(
        Rung(level, tuple(Threshold(key, Fraction(least)) for key, least in needs.items()))
        for level, needs in rungs
    )
    return IndicatorSignal("1", made, Text("no higher"), Text(""), Provenance(False))


LADDER = entry((2, {"a": "1/4"}), (3, {"a": "1", "b": "6"}), (4, {"c": "1"}))


def level(**values: str | None) -> int | None:
    return suggest(LADDER, {key: Told(None if v is None else Fraction(v)) for key, v in values.items()}).level


def test_a_level_is_suggested_when_all_its_thresholds_and_those_below_are_reached():
    assert level(a="1/4", b="0", c="0") == 2
    assert level(a="1", b="6", c="0") == 3
    assert level(a="1", b="6", c="1") == 4
    assert level(a="1", b="5", c="1") == 2, "a gap in the ladder stops it"


def test_below_the_lowest_threshold_the_level_under_it_is_suggested():
    assert level(a="0", b="6", c="1") == 1


def test_what_is_not_known_never_counts_as_failed():
    assert level(a=None, b="6", c="1") is None
    assert level() is None
    assert level(a="1", b=None, c="1") == 2


def test_thirty_eight_of_forty_is_not_all():
    assert level(a="38/40", b="6", c="0") == 2
    told = suggest(LADDER, {"a": Told(Fraction(38, 40)), "b": Told(Fraction(6))})
    assert [part.need.measure for part in told.next.lacking] == ["a"]


def test_at_the_top_there_is_no_next_level():
    told = suggest(LADDER, {key: Told(Fraction(10)) for key in "abc"})
    assert (told.level, told.next, told.last.level) == (4, None, 4)


values = st.one_of(st.none(), st.fractions(min_value=0, max_value=10))
readings = st.fixed_dictionaries({"a": values, "b": values, "c": values})


@given(readings, st.sampled_from("abc"), st.fractions(min_value=0, max_value=5))
def test_a_better_reading_never_lowers_the_suggestion(known, key, more):
    before = suggest(LADDER, {name: Told(value) for name, value in known.items()}).level
    if known[key] is None:
        return
    better = known | {key: known[key] + more}
    after = suggest(LADDER, {name: Told(value) for name, value in better.items()}).level
    assert before is None or (after is not None and after >= before)


@given(readings)
def test_a_suggestion_lies_between_the_level_under_the_ladder_and_its_top(known):
    told = suggest(LADDER, {name: Told(value) for name, value in known.items()})
    assert told.level in (None, 1, 2, 3, 4)
    assert all(step.holds for step in told.steps if told.level is not None and step.level <= told.level)
    assert told.next is None or not told.next.holds


@pytest.mark.parametrize(("claimed", "suggested", "expected"), [
    ("3", 2, True), ("2", 2, False), ("1", 2, False), ("", 2, False), (None, 2, False), ("3", None, False),
    ("2.9", 2, False), ("3.1", 2, True), (Fraction(10, 3), 2, True),
])  # fmt: skip
def test_a_claim_is_above_when_its_whole_level_is(claimed, suggested, expected):
    assert is_above(claimed, suggested) is expected


# ---- the pack


def test_every_indicator_of_2020_and_2026_has_a_signal_or_a_reason():
    pack = packs.signals()
    for id in ("spbe-2020", "pemdi-2026"):
        for one in packs.instrument(id).indicators:
            found = pack.of(id, one.number)
            assert found is not None, (id, one.number)
            assert bool(found.rungs) != bool(found.none.id), (id, one.number)
            assert not found.rungs or (found.beyond.id and found.beyond.en)


def test_an_indicator_of_an_instrument_that_the_pack_does_not_know_gets_a_reason_as_well():
    assert packs.signals().why_none("buatan-sendiri", "1").id
    assert packs.signals().why_none("spbe-2018", "37").id
    assert packs.signals().why_none("spbe-2020", "11").id == ""


def test_nothing_in_the_pack_claims_to_be_verified():
    pack = packs.signals()
    assert not pack.verified
    assert not any(one.verified for some in pack.instruments.values() for one in some.values())


WRITTEN = """
id: uji
title: {id: Uji}
subjects: []
reasons: {teks: {id: Alasan, en: Reason}}
unknown: teks
instruments:
  - id: spbe-2020
    otherwise: teks
    indicators:
      - %s
"""


def written(tmp_path: Path, line: str) -> Path:
    file = tmp_path / "signals.yaml"
    file.write_text(WRITTEN % line, encoding="utf-8")
    return file


@pytest.mark.parametrize(("line", "said"), [
    ('{number: "1"}', "either “levels” or why there are none"),
    ('{number: "1", none: teks, levels: {2: [{measure: a, least: 1}]}, beyond: teks}', "either “levels”"),
    ('{number: "1", levels: {2: [{measure: a, least: 1}]}}', "beyond: is missing"),
    ('{number: "1", levels: {2: [{measure: a, least: 1}], 4: [{measure: a, least: 1}]}, beyond: teks}', "without gaps"),
    ('{number: "1", levels: {2: [{measure: a, least: 0}]}, beyond: teks}', "more than 0"),
    ('{number: "1", none: entah}', "unknown reason 'entah'"),
    ('{number: ["1", "1"], none: teks}', "is there twice"),
    ('{number: "1", levels: {dua: [{measure: a, least: 1}]}, beyond: teks}', "number of a level"),
])  # fmt: skip
def test_a_pack_with_a_fault_says_what_is_wrong(tmp_path, line, said):
    with pytest.raises(PackError, match=said):
        load_signals(written(tmp_path, line))


def test_a_pack_that_names_what_the_instrument_does_not_know_is_told(tmp_path):
    pack = load_signals(written(tmp_path, '{number: "99", none: teks}'))
    faults = [str(one) for one in signal_faults_against(pack, {"spbe-2020": packs.instrument("spbe-2020")})]
    assert any("unknown indicator 99" in one for one in faults)
    line = '{number: "1", levels: {6: [{measure: a, least: 1}]}, beyond: teks}'
    pack = load_signals(written(tmp_path, line))
    faults = [str(one) for one in signal_faults_against(pack, {"spbe-2020": packs.instrument("spbe-2020")})]
    assert any("unknown level 6" in one for one in faults)
