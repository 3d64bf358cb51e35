"""What stands in a box of the landscape, and how warm it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules import landscape as rules
from pendapa.analysis.rules.landscape import Thing
from pendapa.analysis.rules.landscape_svg import Picture, Rectangle, svg, wrapped
from pendapa.regulations import packs

TODAY = date(2026, 11, 22)
TREE = packs.references().tree("RAB")
KEYS = [node.key for node in TREE]


@st.composite
def mappings(draw: st.DrawFn) -> tuple[dict[str, set[int]], dict[int, set[int]]]:
    """Elements 0–9 mapped to some nodes, each leading to some of 10–19 and those to some of 20–29."""
    mapped = draw(st.dictionaries(st.sampled_from(KEYS), st.sets(st.integers(0, 9)), max_size=8))
    leads = draw(st.dictionaries(st.integers(0, 9), st.sets(st.integers(10, 19), max_size=3), max_size=8))
    more = draw(st.dictionaries(st.integers(10, 19), st.sets(st.integers(20, 29), max_size=3), max_size=8))
    return mapped, leads | more


@given(mappings())
def test_a_box_holds_what_is_mapped_to_it_or_below_with_what_that_leads_to(
    given_map: tuple[dict[str, set[int]], dict[int, set[int]]],
) -> None:
    mapped, leads = given_map
    boxes = [one for top in rules.boxes(TREE, mapped, leads) for one in top.each()]
    assert [box.node.key for box in boxes if box.node.level == 1] == [n.key for n in TREE if n.level == 1]
    assert {box.node.key for box in boxes} == set(KEYS)
    for box in boxes:
        start = {
            one for key, some in mapped.items() if key == box.node.key or key.startswith(f"{box.node.key}.")
            for one in some
        }  # fmt: skip
        first = {other for one in start for other in leads.get(one, ())}
        second = {other for one in first for other in leads.get(one, ())}
        assert box.things == start | first | second


@given(mappings())
def test_nothing_mapped_is_lost_on_the_way_up(
    given_map: tuple[dict[str, set[int]], dict[int, set[int]]],
) -> None:
    mapped, leads = given_map
    tops = rules.boxes(TREE, mapped, leads)
    assert sum(box.mapped for box in tops) == sum(len(some) for some in mapped.values())


def test_what_is_mapped_below_level_three_counts_in_the_box_above() -> None:
    from dataclasses import replace

    above = next(node for node in TREE if node.level == 3)
    below = replace(above, key=f"{above.code}.01", code=f"{above.code}.01", level=4, parent=above.code)
    tops = rules.boxes((*TREE, below), {below.key: {1}}, {})
    (box,) = [one for top in tops for one in top.each() if one.node.key == above.key]
    assert (box.things, box.inside) == (frozenset({1}), ())


def test_what_leads_in_a_circle_comes_to_an_end() -> None:
    assert rules.reach({1}, {1: {2}, 2: {3}, 3: {1}}) == {1, 2, 3}


FULL = Thing(1, "applications", 80, 2016, Fraction(100), Fraction(7), risk=4, satisfaction=None, gaps=2)


@pytest.mark.parametrize(
    ("measure", "value", "known", "step"),
    [
        ("completeness", 60, 2, 4), ("age", 10, 1, 5), ("cost", 100, 1, 1), ("contract", 7, 1, 1), ("risk", 4, 1, 5),
        ("gaps", 2, 2, 2),
    ],
)  # fmt: skip
def test_a_measure_speaks_for_what_is_known(measure: str, value: int, known: int, step: int) -> None:
    found = rules.read(measure, [FULL, Thing(2, "applications", 40)], TODAY)
    assert (found.value, found.known, found.asked) == (value, known, 2)
    assert rules.step(measure, found.value) == step


@pytest.mark.parametrize("measure", ["age", "cost", "contract", "risk", "satisfaction"])
def test_what_nobody_knows_is_not_known_and_never_nought(measure: str) -> None:
    found = rules.read(measure, [Thing(1, "applications", 50), Thing(2, "services", 50)], TODAY)
    assert (found.value, found.known, found.asked) == (None, 0, 1)
    assert rules.step(measure, None) == 0


def test_satisfaction_asks_services_alone_and_money_applications_alone() -> None:
    things = [FULL, Thing(2, "services", satisfaction=Fraction(90), cost=Fraction(5))]
    assert rules.read("satisfaction", things, TODAY).value == 90
    assert rules.read("cost", things, TODAY).value == 100
    assert rules.read("gaps", [], TODAY).value is None


@given(st.sampled_from(rules.MEASURES), st.fractions(0, 10**12), st.fractions(0, 10**12))
def test_the_tone_rises_with_the_value(measure: str, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert 1 <= rules.step(measure, low) <= rules.step(measure, high) <= 5


@given(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans()))
def test_whatever_stands_in_a_field_is_a_value_or_not_known(value: object) -> None:
    year = rules.year([value], TODAY)
    assert year is None or 1950 <= year <= 2026
    assert (rules.money(value) or 0) >= 0
    skm = rules.satisfaction(value)
    assert skm is None or 25 <= skm <= 100
    assert rules.risk(value) in (None, 1, 2, 3, 4)


def test_values_are_read_as_people_and_files_write_them() -> None:
    assert rules.year(["2019", 2021, None, "2031", "2O20"], TODAY) == 2021
    assert rules.money("148500000") == 148_500_000
    assert rules.money("1e400") is None
    assert (rules.risk("Sangat tinggi"), rules.risk("rendah"), rules.risk("entah")) == (4, 1, None)
    assert rules.satisfaction("3.2") is None


@pytest.mark.parametrize(
    ("measure", "name"), [("completeness", "low"), ("age", "high"), ("satisfaction", "low")]
)
def test_the_worst_box_is_the_lowest_or_the_highest(measure: str, name: str) -> None:
    boxes = rules.boxes(TREE, {}, {})[:3]
    readings = [rules.Reading(Fraction(n), 1, 1) if n else rules.Reading(None, 0, 0) for n in (9, 0, 4)]
    found = rules.worst(measure, list(zip(boxes, readings, strict=True)))
    assert found is not None
    assert found[1].value == (4 if name == "low" else 9)
    assert rules.worst(measure, []) is None


@given(st.text(max_size=80), st.integers(1, 30))
def test_wrapping_loses_no_letter(text: str, letters: int) -> None:
    lines = wrapped(text, letters)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= letters for line in lines)


@given(st.text(max_size=60), st.text(max_size=30))
def test_the_drawing_is_sound_whatever_the_names_are(name: str, figure: str) -> None:
    inner = Rectangle(name, "RAB.01.01.01", figure, "", 0, False)
    box = Rectangle(name, "RAB.01.01", figure, name, 3, False, (inner,))
    top = Rectangle(name, "RAB.01", figure, "", 5, False, tuple([box] * 12))
    drawing = ElementTree.fromstring(svg(Picture(name, figure, ((1, name), (-1, "none")), (top,))))
    assert float(drawing.attrib["height"]) >= 1123
    for one in drawing.iter("{http://www.w3.org/2000/svg}rect"):
        if "x" in one.attrib:
            assert float(one.attrib["x"]) + float(one.attrib["width"]) <= float(drawing.attrib["width"])
