"""Which indicators of one instrument continue which of another."""

from __future__ import annotations

import pytest

from pendapa.regulations import packs
from pendapa.regulations.crosswalk import load_crosswalk, one_to_one
from pendapa.regulations.errors import PackError

PAIRS = [("spbe-2018", "spbe-2020"), ("spbe-2020", "pemdi-2026"), ("pemdi-2026", "spbe-2020")]
KNOWN = {one.id: one for one in packs.instruments()}.get


def numbers(id):
    return [one.number for one in packs.instrument(id).indicators]


def test_every_pack_is_sound_also_against_the_others():
    assert [str(fault) for check in packs.check_all() for fault in check.faults] == []
    assert "crosswalk" in {check.name for check in packs.check_all()}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_indicator_is_named_once_with_its_targets_or_with_none_and_why(source, target):
    pair = packs.crosswalk().pair(source, target)
    assert list(pair.entries) == numbers(source)
    for entry in pair.entries.values():
        assert set(entry.targets) <= set(numbers(target))
        assert entry.targets or (entry.why.id and entry.why.en)


def test_nothing_of_the_crosswalk_counts_as_verified_and_each_entry_says_where_it_comes_from():
    entries = [entry for pair in packs.crosswalk().pairs for entry in pair.entries.values()]
    assert not any(entry.verified for entry in entries)
    assert all(entry.source for entry in entries)
    assert "tidak ada peraturan" in packs.crosswalk().note


def test_the_way_back_from_2026_names_exactly_what_leads_there():
    there, back = packs.crosswalk().pair(*PAIRS[1]), packs.crosswalk().pair(*PAIRS[2])
    for number, entry in back.entries.items():
        assert entry.targets == there.coming_to(number)


def test_from_2018_one_comes_to_2026_over_2020():
    way = packs.crosswalk().way("spbe-2018", "pemdi-2026")
    assert way.over == ("spbe-2020",)
    assert way.entries["35.2"].targets == ("17",)
    assert way.entries["22"].targets == ("14",)
    lost = way.entries["26"]
    assert lost.targets == () and "administrasi" in lost.why.id and not lost.verified


def test_where_no_pair_leads_there_is_no_way():
    assert packs.crosswalk().way("spbe-2020", "spbe-2018") is None
    assert packs.crosswalk().pair("spbe-2018", "pemdi-2026") is None


def test_an_instrument_leads_to_itself_one_to_one():
    same = one_to_one(packs.instrument("spbe-2020"))
    assert all(entry.targets == (number,) for number, entry in same.entries.items())


SMALL = """
id: crosswalk
pairs:
  - from: {source}
    to: pemdi-2026
    entries:
{entries}
"""


def refused(tmp_path, entries, source="spbe-2020"):
    file = tmp_path / "crosswalk.yaml"
    file.write_text(SMALL.format(source=source, entries=entries), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_crosswalk(file, KNOWN)
    return [f"{fault.path}: {fault.reason}" for fault in caught.value.faults]


def test_an_indicator_left_out_a_foreign_one_and_a_target_that_is_not_there_are_told_by_place(tmp_path):
    found = refused(
        tmp_path, '      - {from: "1", to: ["1", "21"]}\n      - {from: "48", to: [], why: {id: x}}\n'
    )
    assert "spbe-2020 → pemdi-2026: indicator 1: its target 21 is not in pemdi-2026" in found
    assert "spbe-2020 → pemdi-2026: indicator 48: is not in spbe-2020" in found
    assert sum("is missing" in one for one in found) == 46


def test_an_indicator_named_twice_or_without_target_and_reason_is_refused(tmp_path):
    found = refused(tmp_path, '      - {from: "1", to: ["1"]}\n      - {from: "1", to: []}\n')
    assert "pairs[0].entries[1].from: indicator 1 is there twice" in found
    assert "pairs[0].entries[1].why: must say why there is no target" in found


def test_an_instrument_that_nobody_knows_is_refused(tmp_path):
    found = refused(tmp_path, '      - {from: "1", to: ["1"]}\n', source="spbe-2030")
    assert found == ["spbe-2030 → pemdi-2026: unknown instrument 'spbe-2030'"]
