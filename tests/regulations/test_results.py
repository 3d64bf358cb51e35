"""Published results, as facts with their doubts."""

from fractions import Fraction

import pytest

from pendapa.regulations import packs


def test_trenggalek_has_two_results_without_a_year_and_none_is_invented():
    series = packs.results().institution("trenggalek")
    assert [(result.year, result.printed) for result in series.results] == [
        (None, "1.7"),
        (None, "2.6"),
        (2021, "3.2"),
    ]
    assert [result.label.in_language("en") for result in series.results] == ["earlier", "earlier", "2021"]
    assert [result.order for result in series.results] == [0, 1, 2]


def test_mojokerto_has_its_start_and_its_target():
    series = packs.results().institution("mojokerto")
    assert (series.results[0].year, series.results[0].index, series.target) == (2019, Fraction("1.55"), 4)


def test_what_no_published_source_backs_is_marked():
    for key in ("trenggalek", "mojokerto"):
        assert not any(result.verified for result in packs.results().institution(key).results)


def test_averages_with_a_known_fault_say_so():
    results = packs.results()
    faulty = [
        (series.key, result.year)
        for series in results.averages
        for result in series.results
        if not result.consistent
    ]
    assert faulty == [("kementerian", 2023), ("provinsi", 2020), ("kota", 2023)]
    assert all(
        result.note for series in results.averages for result in series.results if not result.consistent
    )


@pytest.mark.parametrize(
    ("category", "year"), [("nasional", 2021), ("kabupaten", 2023), ("lpnk", 2022), ("kota", 2020)]
)
def test_the_printed_aspects_of_a_sound_row_give_its_printed_index(category, year):
    result = next(one for one in packs.results().average(category).results if one.year == year)
    instrument = packs.instrument(result.instrument)
    index = sum(value * instrument.aspect(number).weight for number, value in result.aspects.items()) / 100
    assert abs(index - result.index) <= Fraction(1, 100)


def test_every_result_has_source_and_flag():
    results = packs.results()
    for series in (*results.institutions, *results.averages):
        for result in series.results:
            assert isinstance(result.verified, bool) and result.source, (series.key, result.year)
