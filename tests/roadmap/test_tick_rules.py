"""Headings of a calendar as periods, and ticks as a text that the reader of spans understands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import spans, ticks
from pendapa.roadmap.rules.ticks import Period

KINDS = {1: 12, 3: 4, 6: 2, 12: 1}
PERIODS = st.sampled_from(sorted(KINDS)).flatmap(
    lambda length: st.builds(
        lambda year, n: Period(year, n * length + 1, (n + 1) * length),
        st.integers(2018, 2040),
        st.integers(0, KINDS[length] - 1),
    )
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026 Triwulan 1", "TW I 2026"), ("Jadwal Tahun 2026 TW I", "TW I 2026"), ("Triwulan ke-2 2027", "TW II 2027"),
        ("Q1", "TW I"), ("TWIV", "TW IV"), ("Tri Wulan II", "TW II"), ("Semester II 2026", "Semester II 2026"),
        ("Jan-26", "Januari 2026"), ("Peb", "Februari"), ("Tahun Anggaran 2026 Agt", "Agustus 2026"), ("Bulan Maret", "Maret"),
        ("Tahun 2026", "2026"),
    ],
)  # fmt: skip
def test_a_heading_names_its_period_with_words_around_it(text, label):
    found = ticks.period(text)
    assert found is not None and found.label == label


@pytest.mark.parametrize(
    "text", ["Target TW I", "Realisasi 2026 TW I", "2026-2030", "SKPD", "No", "", "TW V", "Pagu 2026", "Capaian (%) TW I"]
)  # fmt: skip
def test_a_heading_of_something_else_names_none(text):
    assert ticks.period(text) is None


@given(PERIODS)
def test_the_label_of_a_period_is_read_as_that_period(one):
    assert ticks.period(one.label) == one


@given(st.lists(PERIODS, min_size=1, max_size=30))
def test_ticks_as_a_text_are_read_as_first_to_last_and_every_hole(found):
    text = ticks.told((one, "v") for one in found)
    span = spans.read(text).value
    assert span is not None, text
    months = {one.year * 12 + month for one in found for month in range(one.first, one.last + 1)}
    assert span.first.year * 12 + span.first.month == min(months)
    assert span.last.year * 12 + span.last.month == max(months)
    missing = {
        month
        for start, end in span.gaps
        for month in range(start.year * 12 + start.month, end.year * 12 + end.month + 1)
    }
    assert missing == set(range(min(months), max(months) + 1)) - months


def test_months_that_begin_anew_without_a_year_have_none():
    found = ticks.dated(ticks.periods([], ["Jan-26", "Des", "Jan"]), 2026)
    assert [one.label for one in found.values()] == ["Januari 2026", "Desember 2026", "Januari"]
