"""Patterns of codes: what they give, what is refused, and that a code leads back to its number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.architecture.rules.codes import LONGEST, BadPattern, digits_of, parse, standard

LITERALS = st.text(alphabet="ABCxyz-./ _", min_size=1, max_size=6).filter(lambda text: text == text.strip())
REFS = st.lists(st.integers(1, 99), min_size=1, max_size=4).map(lambda n: ".".join(f"{one:02d}" for one in n))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """Patterns that are right: fields with something between them."""
    width = draw(st.sampled_from(["{n}", "{n:1}", "{n:2}", "{n:5}"]))
    fields = draw(st.permutations([width, *draw(st.sets(st.sampled_from(["{ref}", "{unit}"])))]))
    pieces = [draw(LITERALS)]
    for field in fields:
        pieces += [field, draw(LITERALS)]
    return "".join(pieces)


@pytest.mark.parametrize(("pattern", "ref", "unit", "code"), [
    ("DAA-{n:3}", "", "", "DAA-007"), ("DAA-{n}", "", "", "DAA-7"), ("{n}", "", "", "7"),
    ("GSK-DAB {ref}.{n:2}", "04.01.01", "", "GSK-DAB 04.01.01.07"), ("{unit}/{ref}/{n:4}", "02", "1.02", "1.02/02/0007"),
    ("APP {n} {unit}", "", " 1.02  a ", "APP 7 1.02 a"),
])  # fmt: skip
def test_a_pattern_gives_the_code_it_shows(pattern: str, ref: str, unit: str, code: str) -> None:
    series = parse(pattern).series(ref, unit)
    assert series is not None and series.code(7) == code


@pytest.mark.parametrize(("pattern", "why", "place"), [
    ("", "empty", 0), ("  ", "empty", 0), ("DAA-", "no number", 0), ("{ref}-x", "no number", 0), ("{n", "brace", 1),
    ("DAA-{n}}", "brace", 8), ("DAA-{m}", "field", 5), ("DAA-{ref:2}.{n}", "field", 5), ("{n:0}", "width", 1),
    ("{n:12}", "width", 1), ("{n:}", "width", 1), ("{n}-{n:2}", "twice", 5), ("{ref}{n}", "touching", 6),
    ("A1{n}", "touching", 1), ("{n}2", "touching", 1), (" A{n}", "edge", 1), ("A{n} ", "edge", 5), ("A" * 50 + "{n}", "long", 0),
])  # fmt: skip
def test_a_pattern_that_cannot_be_used_says_what_is_wrong_and_where(
    pattern: str, why: str, place: int
) -> None:
    with pytest.raises(BadPattern) as refused:
        parse(pattern)
    assert (refused.value.why, refused.value.place) == (why, place)


@given(patterns(), st.integers(1, 10**7), REFS, st.sampled_from(["1.02", "2.12.01", "DISKES"]))
def test_a_code_leads_back_to_its_number(text: str, number: int, ref: str, unit: str) -> None:
    pattern = parse(text)
    series = pattern.series(ref, unit)
    assert series is not None
    assert series.number(series.code(number)) == number
    assert pattern.matches(series.code(number)) and series.code(number).startswith(pattern.head)
    # "01.1.1.02" with a dotted unit can be read in two ways; either gives the same code again.
    found = pattern.split(series.code(number))
    assert found is not None and found[0].code(found[1]) == series.code(number)


@given(patterns(), st.lists(st.integers(1, 10**6), max_size=20), st.integers(1, 10**6))
def test_the_number_after_the_last_is_new(text: str, used: list[int], other: int) -> None:
    series = parse(text).series("04.01", "1.02")
    assert series is not None
    codes = [series.code(number) for number in used]
    assert series.code(series.last(codes) + 1) not in codes
    assert series.last(codes) == max(used, default=0)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_codes_never_grow_too_long(text: str) -> None:
    try:
        pattern = parse(text)
    except BadPattern:
        return
    series = pattern.series("04.01.01", "1.02")
    assert series is None or len(series.code(999_999)) <= LONGEST


def test_what_lacks_the_reference_or_the_unit_has_no_series() -> None:
    assert parse("A {ref}.{n}").series("", "1.02") is None and parse("A {unit}.{n}").series("01", " ") is None
    assert parse("A {unit}.{n}").series("", "1" * 58) is None


def test_digits_of_other_writing_systems_and_endless_numbers_are_no_numbers() -> None:
    series = parse("DAA-{n:3}").series()
    assert series is not None
    assert series.last(["DAA-²", "DAA-٣", "DAA-" + "9" * 30, "DAA-", "DAA-x", "XDAA-4", "DAA-005"]) == 5


def test_only_codes_of_nodes_have_digits() -> None:
    assert digits_of("RAB.04.01.01") == "04.01.01"
    assert [digits_of(text) for text in ("Pendidikan", "RAB", "04.01", "RAL.02/Akuntabilitas", "")] == [
        ""
    ] * 5
    assert parse(standard("DAA")).series()
