"""docs/signals.md says what the pack and the registered measures say."""

from __future__ import annotations

from pathlib import Path

from pendapa.evaluation.signals_doc import document
from pendapa.kernel.measures import ports
from pendapa.regulations import packs

PAGE = Path(__file__).parents[2] / "docs" / "signals.md"


def test_every_measure_that_the_pack_asks_is_registered_by_a_room():
    assert packs.signals().measures <= ports.known().keys()


def test_the_page_is_what_pack_and_code_say():
    told = "Write it anew: python -m pendapa.evaluation.signals_doc > docs/signals.md"
    assert PAGE.read_text(encoding="utf-8") == document(), told


def test_the_page_lists_all_indicators_of_both_instruments():
    text = PAGE.read_text(encoding="utf-8")
    for id, number in (("spbe-2020", 47), ("pemdi-2026", 20)):
        rows = [
            one for one in text.splitlines() if one.startswith("| ") and one.split("|")[1].strip().isdigit()
        ]
        assert packs.instrument(id).indicators[-1].number == str(number)
    assert len(rows) == 47 + 20


def test_a_threshold_of_a_share_lies_between_none_and_all_and_that_of_a_flag_is_one():
    known = ports.known()
    for some in packs.signals().instruments.values():
        for one in some.values():
            for rung in one.rungs:
                for need in rung.needs:
                    unit = known[need.measure].unit
                    assert need.least <= 1 if unit != "count" else need.least.denominator == 1, need
                    assert unit != "flag" or need.least == 1


def test_what_only_some_may_read_is_named_with_the_permission_it_takes() -> None:
    lines = {line.split("`")[1]: line for line in document().splitlines() if line.startswith("| `")}
    kept = {key: one.needs for key, one in ports.known().items() if one.needs}
    assert {key.partition(".")[0] for key in kept} == {"clearance", "roadmap"}
    assert all(f"`{needs}`" in lines[key] for key, needs in kept.items())
    assert "all who read signals" in lines["roadmap.set"]
