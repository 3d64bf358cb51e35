"""The line of an index: every value is told, nothing is invented."""

from decimal import Decimal

from django.template import Context, Template
from django.utils.translation import override

from pendapa.kernel.ui import chart

TRENGGALEK = [
    {"year": 2021, "value": Decimal("3.2")},
    {"year": None, "value": Decimal("1.7")},
    {"year": None, "value": Decimal("2.6")},
]


def drawn(points, target=None, language="id", **more):
    with override(language):
        page = Template("{% load ui %}{% index_chart points target title='Indeks SPBE' places=places %}")
        return page.render(Context({"points": points, "target": target, "places": more.get("places", 2)}))


def plain(points, target=None, width=640):
    return chart.draw(
        chart.points_of(points, target), chart.SPBE_BANDS, str, str, lambda p: str(p.year), width
    )


def test_values_without_a_year_stand_before_the_dated_and_are_called_earlier():
    html = drawn(TRENGGALEK, places=1)
    assert 'aria-label="Indeks SPBE: sebelumnya 1,7; sebelumnya 2,6; 2021 3,2"' in html
    assert "earlier 1.7; earlier 2.6; 2021 3.2" in drawn(TRENGGALEK, language="en", places=1)
    assert "2020" not in html and "2019" not in html


def test_every_value_stands_in_the_table_as_well():
    html = drawn([{"year": 2019, "value": Decimal("1.55")}], Decimal(4))
    assert '<td>2019</td><td class="num">1,55</td><td>terukur</td>' in html
    assert '<td>target</td><td class="num">4,00</td><td>target</td>' in html


def test_a_target_without_a_plan_has_no_line_towards_it():
    done_only = plain([{"year": 2019, "value": "1.55"}], 4)
    assert done_only.plan_line == ""
    assert [mark.what for mark in done_only.marks] == ["done", "target"]


def test_a_plan_starts_at_the_last_measured_value_and_ends_at_the_target():
    planned = plain(
        [
            {"year": 2026, "value": "2.61"},
            {"year": 2027, "value": "2.81", "plan": True},
            {"year": 2029, "value": "3.4", "plan": True},
        ],
        {"year": 2029, "value": "3.5"},
    )
    assert [mark.what for mark in planned.marks] == ["done", "plan", "target"]
    assert len(planned.plan_line.split()) == 3
    assert planned.done_line.split() == planned.plan_line.split()[:1]


def test_years_keep_their_distance():
    years = plain([{"year": year, "value": "2"} for year in (2018, 2019, 2023)])
    first, second, third = (float(mark.x) for mark in years.marks)
    assert round((third - second) / (second - first), 1) == 4.0


def test_the_newest_value_and_the_target_keep_their_words_on_a_phone():
    points = [{"year": year, "value": "2"} for year in range(2010, 2027)]
    narrow = plain(points, {"year": 2027, "value": "3"}, width=346)
    assert [mark.labelled for mark in narrow.marks][-2:] == [True, True]
    assert not all(mark.labelled for mark in narrow.marks)


def test_a_target_without_a_year_does_not_write_over_the_last_year_on_a_phone():
    points = [{"year": year, "value": "2"} for year in range(2021, 2026)]
    assert [mark.labelled for mark in plain(points, "3.5", width=346).marks][-2:] == [True, False]
    assert [mark.labelled for mark in plain(points[:2], "3.5", width=346).marks] == [True, True, True]


def test_bands_carry_the_names_of_the_predicates():
    html = drawn(TRENGGALEK)
    assert ">Cukup</text>" in html and ">Baik</text>" in html
    assert ">Memuaskan</text>" not in html  # far above all values


def test_no_value_at_all_draws_an_empty_scale():
    assert plain([]).marks == []


def test_coordinates_have_points_not_commas_in_indonesian():
    html = drawn(TRENGGALEK)
    assert 'viewBox="0 0 640 236"' in html
    assert 'cx="58.0"' in html
