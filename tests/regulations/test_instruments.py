"""The shipped evaluation instruments: their weights, their flags, their bounds."""

import subprocess
import sys
import time
from fractions import Fraction

import pytest

from pendapa.regulations import packs
from pendapa.regulations.instruments import GROUPS, load_instrument

IDS = ("spbe-2018", "spbe-2020", "pemdi-2026")


def test_the_three_instruments_are_shipped_in_the_order_of_their_regulations():
    assert packs.instrument_ids() == IDS


@pytest.mark.parametrize(("id", "domains", "aspects", "indicators"), [
    ("spbe-2018", 3, 7, 37), ("spbe-2020", 4, 8, 47), ("pemdi-2026", 0, 7, 20),
])  # fmt: skip
def test_each_instrument_has_the_parts_that_its_regulation_counts(id, domains, aspects, indicators):
    instrument = packs.instrument(id)
    assert (len(instrument.domains), len(instrument.aspects), len(instrument.indicators)) == (
        domains,
        aspects,
        indicators,
    )


@pytest.mark.parametrize("id", IDS)
def test_the_weights_of_all_indicators_add_up_to_exactly_one_hundred(id):
    assert sum(indicator.weight for indicator in packs.instrument(id).indicators) == 100


def test_a_weight_of_a_third_is_kept_exactly():
    assert packs.instrument("spbe-2018").indicator("35.3").weight == Fraction(10, 3)


def test_aspect_six_of_2018_weighs_35_as_the_published_results_prove_and_not_33_as_one_report_prints():
    instrument = packs.instrument("spbe-2018")
    assert (instrument.aspect("6").weight, instrument.aspect("7").weight) == (35, 20)
    assert any(note.about == "weights" and "33" in note.text for note in instrument.notes)


@pytest.mark.parametrize(("id", "index", "name"), [
    ("spbe-2020", "2.5999", "Cukup"), ("spbe-2020", "2.6", "Baik"), ("spbe-2020", "5", "Memuaskan"),
    ("spbe-2020", "1", "Kurang"), ("spbe-2018", "0", "Kurang"), ("pemdi-2026", "3.5", "Sangat Baik"),
    ("pemdi-2026", "3.4999", "Baik"), ("pemdi-2026", "4", "Memuaskan"),
])  # fmt: skip
def test_a_predicate_begins_at_its_lower_bound(id, index, name):
    assert packs.instrument(id).predicate_of(Fraction(index)).name == name


def test_an_index_off_the_scale_has_no_predicate():
    with pytest.raises(ValueError, match="outside the scale"):
        packs.instrument("spbe-2020").predicate_of(Fraction(51, 10))


@pytest.mark.parametrize("id", IDS)
def test_every_value_of_an_instrument_can_be_asked_for_its_source_and_flag(id):
    instrument = packs.instrument(id)
    things = [instrument, instrument.regulation, instrument.scale, *instrument.predicates]
    things += [*instrument.domains, *instrument.aspects, *instrument.indicators]
    for indicator in instrument.indicators:
        things += [*indicator.levels, *([indicator.external_index] if indicator.external_index else [])]
        things += [indicator.provenance_of(part) for part in ("names", "weights", "criteria", "evidence")]
    things += [instrument.provenance_of(group) for group in GROUPS]
    assert all(isinstance(thing.verified, bool) and thing.source for thing in things)


def test_what_no_source_settles_is_marked():
    pemdi, spbe = packs.instrument("pemdi-2026"), packs.instrument("spbe-2020")
    assert not any(pemdi.provenance_of(group).verified for group in GROUPS)
    assert spbe.predicates[0].verified
    assert not spbe.provenance_of("rounding").verified
    assert (
        not packs.instrument("spbe-2018").indicator("1").verified
    )  # the names come from a database, not the law


def test_an_indicator_may_differ_from_its_group():
    spbe = packs.instrument("spbe-2020")
    assert spbe.indicator("1").provenance_of("criteria").verified
    assert not spbe.indicator("3").provenance_of("criteria").verified
    old = packs.instrument("spbe-2018")
    assert old.indicator("1").provenance_of("evidence").verified
    assert not old.indicator("18").provenance_of("evidence").verified


def test_indicators_that_take_another_index_name_it_and_its_bounds():
    statistics = packs.instrument("pemdi-2026").indicator("7").external_index
    assert statistics.upper_bounds == tuple(map(Fraction, ("1.8", "2.6", "3.5", "4.2", "5")))
    assert not packs.instrument("pemdi-2026").indicator("11").external_index.verified


def test_words_are_there_in_indonesian_and_english():
    aspect = packs.instrument("spbe-2020").aspect("2")
    assert aspect.name.in_language("id") == "Perencanaan Strategis SPBE"
    assert aspect.name.in_language("en") == "Strategic planning of SPBE"
    for id in IDS:
        instrument = packs.instrument(id)
        for part in (*instrument.domains, *instrument.aspects, *instrument.indicators):
            assert part.name.en, part.number


def test_level_names_follow_the_capability_of_the_indicator():
    spbe = packs.instrument("spbe-2020")
    assert spbe.level_name(spbe.indicator("1"), 3).id == "Terdefinisi"
    assert spbe.level_name(spbe.indicator("32"), 3).id == "Transaksi"


def test_an_unknown_instrument_is_told_with_those_that_are_known():
    with pytest.raises(packs.UnknownPack, match="spbe-2018, spbe-2020, pemdi-2026"):
        packs.instrument("../metamodel")


def test_loading_an_instrument_is_quick_and_happens_once():
    began = time.perf_counter()
    load_instrument(packs.FOLDER / "instruments" / "spbe-2020.yaml")
    assert time.perf_counter() - began < 0.3
    assert packs.instrument("spbe-2020") is packs.instrument("spbe-2020")


def test_importing_the_door_loads_neither_django_nor_pydantic():
    code = "import sys, pendapa.regulations.packs as p; print(sorted({'django', 'pydantic', 'ninja'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_all_shipped_packs_are_sound_also_against_each_other():
    checks = packs.check_all()
    assert [str(fault) for check in checks for fault in check.faults] == []
    assert {check.name for check in checks} == {
        *IDS,
        "metamodel",
        "archimate",
        "clearance",
        "crosswalk",
        "cycle",
        "evidence",
        "gaps",
        "national_applications",
        "planning",
        "references",
        "reminders",
        "results",
        "roadmap",
        "signals",
    }
