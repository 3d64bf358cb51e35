"""Instruments as files, and what is laid over them."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from pendapa.regulations import instrument_files as files
from pendapa.regulations import instrument_overlay as overlays
from pendapa.regulations import packs
from pendapa.regulations.errors import PackError
from pendapa.regulations.instruments import digest_of, instrument_from

SPBE = packs.instrument_content("spbe-2020")


def faults(call, *args):
    with pytest.raises(PackError) as caught:
        call(*args)
    return [f"{fault.path}: {fault.reason}" for fault in caught.value.faults]


@pytest.mark.parametrize("id", packs.instrument_ids())
@pytest.mark.parametrize("write", [files.written, lambda content: json.dumps(content, ensure_ascii=False)])
def test_a_shipped_instrument_comes_back_from_its_file_as_it_was(id, write):
    content = packs.instrument_content(id)
    again = files.read(write(content).encode(), f"{id}.yaml")
    assert digest_of(again) == digest_of(content)
    assert files.checked(again, id, lambda id: None).indicators == packs.instrument(id).indicators


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ": is empty"),
        (b"  \n", ": is empty"),
        (b"[1, 2]", ": must be a mapping with id, title, … in the shape of the packs"),
        (b"{", "line 1, column 2: Expecting property name enclosed in double quotes"),
        (b'{"id": "a", "id": "b"}', ": key 'id' is written twice"),
        (b"\xff\xfe\x00", ": is not UTF-8 text"),
        (b"a: [1, 2", "line 2, column 1: did not find expected ',' or ']'"),
        (b"a: &x [1]\nb: [*x, *x]", "line 2: uses a YAML alias (*\u2026); write the words out"),
        (b"[" * 100_000, ": is nested too deeply: no instrument"),
        (b"{" * 100_000, "line 1, column 2: Expecting property name enclosed in double quotes"),
        (b'{"a":' * 100_000, ": is nested too deeply: no instrument"),
        (b"x" * (files.MOST_BYTES + 1), ": is larger than 1000 KB: no instrument"),
    ],
)
def test_a_file_that_is_no_instrument_is_refused_with_its_place_and_without_a_crash(data, told):
    assert faults(files.read, data, "x.yaml") == [told]


def test_every_fault_of_a_content_is_told_by_its_place():
    content = deepcopy(SPBE) | {"id": "Spbe 2027"}
    content["domains"][0]["aspects"][0]["indicators"][0]["weight"] = "1.4"
    content["predicates"][2]["min"] = "2.7"
    found = faults(files.checked, content, "x.yaml", lambda id: None)
    assert found[0].startswith("aspect 1: weights of its indicators add up to 13.1, not 13")
    assert any(one.startswith("predicate Baik: begins at 2.7") for one in found)
    content = deepcopy(SPBE) | {"id": "Spbe 2027"}
    content["domains"][0]["aspects"][0]["indicators"][0]["number"] = "1/2"
    found = faults(files.checked, content, "x.yaml", lambda id: None)
    assert [one.partition(":")[0] for one in found] == ["id", "indicator 1/2"]


def test_an_instrument_may_bring_the_way_to_it_and_is_checked_against_it():
    pemdi = packs.instrument_content("pemdi-2026")
    own = deepcopy(pemdi) | {"id": "pemdi-2027"}
    own["crosswalk"] = [
        {"from": "pemdi-2026", "entries": [{"from": str(n), "to": [str(n)]} for n in range(1, 20)]}
    ]
    found = faults(files.checked, own, "x.yaml", packs.instrument)
    assert found == ["pemdi-2026 → pemdi-2027: indicator 20: is missing: give its targets, or none and why"]


def test_an_overlay_holds_only_what_differs():
    now = overlays._entries(SPBE, "indicators")[10]
    change = {
        "indicators": {"11": {"levels": {**now["levels"], "3": "Baru."}, "evidence": now["evidence"], "name": now["name"]}},
        "predicates": {"Baik": {"min": "2.6", "max": "3.5"}},
    }  # fmt: skip
    assert overlays.put(SPBE, {}, change) == {"indicators": {"11": {"levels": {"3": "Baru."}}}}


def test_putting_the_old_words_back_leaves_nothing_in_the_overlay():
    was = overlays._entries(SPBE, "indicators")[10]["levels"]["3"]
    first = overlays.put(SPBE, {}, {"indicators": {"11": {"levels": {"3": "Baru."}}}})
    assert overlays.put(SPBE, first, {"indicators": {"11": {"levels": {"3": was}}}}) == {}


def test_what_an_institution_changed_counts_as_unverified_unless_it_names_its_source():
    plain = overlays.lay(SPBE, {"indicators": {"11": {"levels": {"3": "Baru."}}}})
    told = overlays.lay(
        SPBE, {"indicators": {"11": {"weight": "2.5", "levels": {"3": "Baru."},
                                     "from": {"verified": True, "source": "Surat 1/2027"}}}},
    )  # fmt: skip
    first, second = (instrument_from(one, None).indicator("11") for one in (plain, told))
    assert not first.provenance_of("criteria").verified
    assert first.provenance_of("criteria").source == overlays.SOURCE
    assert first.provenance_of("evidence").verified and first.provenance_of("weights").verified
    assert second.provenance_of("criteria").verified
    assert second.provenance_of("criteria").source == "Surat 1/2027"
    assert second.levels[2].criterion.id == "Baru."
    assert second.levels[3].criterion == packs.instrument("spbe-2020").indicator("11").levels[3].criterion


def test_weights_that_do_not_add_up_and_things_that_are_not_there_are_refused():
    assert faults(overlays.lay, SPBE, {"indicators": {"11": {"weight": "3"}}}) == [
        "aspect 2: weights of its indicators add up to 10.5, not 10"
    ]
    assert faults(overlays.lay, SPBE, {"indicators": {"99": {"weight": "1"}, "1": {"number": "2"}}}) == [
        "indicators.99: is not in this instrument",
        "indicators.1.number: cannot be changed; known are name, short_name, weight, levels, evidence, from",
    ]


def test_the_difference_of_two_contents_lays_the_one_over_the_other():
    overlay = overlays.put(
        SPBE, {},
        {"indicators": {"11": {"levels": {"3": "Baru."}, "weight": "2"}, "12": {"weight": "3"}},
         "predicates": {"Baik": {"min": "2.5"}, "Cukup": {"max": "2.5"}}, "notes": [{"about": "2027", "text": "Surat."}]},
    )  # fmt: skip
    laid = overlays.lay(SPBE, overlay)
    assert overlays.difference(SPBE, laid) == overlay
    places = {(group, number, word) for group, number, word, _old, _new in overlays.changes(SPBE, laid)}
    assert places == {
        ("indicators", "11", "levels.3"), ("indicators", "11", "weight"), ("indicators", "12", "weight"),
        ("predicates", "Baik", "min"), ("predicates", "Cukup", "max"), ("notes", "", ""),
    }  # fmt: skip


def test_what_no_overlay_can_make_needs_an_id_of_its_own():
    other = deepcopy(SPBE)
    other["domains"][0]["aspects"][0]["indicators"][0]["number"] = "1a"
    (told,) = faults(overlays.difference, SPBE, other)
    assert told.startswith("id: changes more than criteria")
