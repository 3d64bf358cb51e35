"""A whole span of time in one cell: however it is written out, it reads back; what is not clear is not guessed."""

from __future__ import annotations

import calendar
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import spans

MONTHS = [
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember",
]  # fmt: skip
SIGNS = st.sampled_from(
    [" - ", "-", " – ", "–", " s.d. ", " s/d ", " sd ", " sampai dengan ", " hingga ", " sampai "]
)
YEARS = st.integers(2000, 2099)


def month_of(year: int, number: int) -> tuple[date, date]:
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


@st.composite
def things(draw: st.DrawFn) -> tuple[tuple[date, date], str, str]:
    """One thing that has a first and a last day, how it is written, and how without its year (empty: it cannot be)."""
    year, month = draw(YEARS), draw(st.integers(1, 12))
    sort = draw(st.sampled_from(["year", "quarter", "half", "month", "day", "slashed", "iso"]))
    if sort == "year":
        return (date(year, 1, 1), date(year, 12, 31)), draw(st.sampled_from([f"{year}", f"Tahun {year}"])), ""
    if sort == "quarter":
        number = (month - 1) // 3 + 1
        word = draw(st.sampled_from(["TW {}", "Triwulan {}", "Triwulan ke-{}", "TW-{}", "Q{}", "tw. {}"]))
        bare = word.format(draw(st.sampled_from([str(number), ["I", "II", "III", "IV"][number - 1]])))
        days = month_of(year, number * 3 - 2)[0], month_of(year, number * 3)[1]
    elif sort == "half":
        number = (month - 1) // 6 + 1
        word = draw(st.sampled_from(["Semester {}", "Smt. {}", "Sem {}"]))
        bare = word.format(draw(st.sampled_from([str(number), "I" * number])))
        days = month_of(year, number * 6 - 5)[0], month_of(year, number * 6)[1]
    elif sort == "month":
        name = MONTHS[month - 1]
        bare, days = draw(st.sampled_from([name, name[:3], f"Bulan {name}"])), month_of(year, month)
    else:
        day = date(year, month, draw(st.integers(1, 28)))
        if sort == "slashed":
            return (day, day), f"{day.day}/{month}/{year}", ""
        if sort == "iso":
            return (day, day), day.isoformat(), ""
        bare, days = f"{day.day} {MONTHS[month - 1]}", (day, day)
    return days, f"{bare} {year}", bare


@given(things())
def test_one_thing_is_read_from_its_first_to_its_last_day(thing):
    days, text, _bare = thing
    found = spans.read(text).value
    assert found is not None and (found.first, found.last) == days, text


@given(things(), things(), SIGNS)
def test_any_span_that_is_written_out_reads_back(one, other, sign):
    (first, text, bare), (last, end, _bare) = sorted((one, other), key=lambda thing: thing[0])
    if first[0] > last[0] or first[0] > last[1] or (first == last and text.isdigit()):
        return
    if sign in "-–" and re.search(r"\d-\d", f"{text} {end}"):
        sign = f" {sign} "  # between days that hold dashes themselves only a dash apart says where one ends
    found = spans.read(f"{text}{sign}{end}")
    assert found.value is not None, (f"{text}{sign}{end}", found)
    assert (found.value.first, found.value.last) == (first[0], last[1]), f"{text}{sign}{end}"
    names_more_than_its_year = not end.removeprefix("Tahun ").isdigit()
    if bare and names_more_than_its_year and first[0].year == last[1].year:
        short = spans.read(f"{bare}{sign}{end}")
        assert short == found, f"{bare}{sign}{end}"


@given(st.text(alphabet="0123456789./- JanuriFebMtApilgsOkDTWQIVsemdhtr\u2013,&", max_size=40))
def test_whatever_stands_there_it_is_a_span_in_order_or_a_reason_or_nothing(text):
    found = spans.read(text)
    if found.value is None:
        assert found.key in ("", "no_span", "backwards", "two_spans")
    else:
        assert found.value.first <= found.value.first_until <= found.value.last
        assert found.value.first <= found.value.last_from <= found.value.last


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-2028", date(2026, 1, 1), date(2028, 12, 31)),
        ("2026 – 2028", date(2026, 1, 1), date(2028, 12, 31)),
        ("Tahun 2026 s.d. Tahun 2028", date(2026, 1, 1), date(2028, 12, 31)),
        ("2027/28", date(2027, 1, 1), date(2028, 12, 31)),
        ("2026, 2027, 2028", date(2026, 1, 1), date(2028, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("TW III 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("TW I - TW III 2027", date(2027, 1, 1), date(2027, 9, 30)),
        ("TW I-III 2027", date(2027, 1, 1), date(2027, 9, 30)),
        ("TW I 2026 - TW II", date(2026, 1, 1), date(2026, 6, 30)),
        ("Semester II 2026", date(2026, 7, 1), date(2026, 12, 31)),
        ("Semester I s.d. II 2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("Maret 2027 s.d. Juni 2028", date(2027, 3, 1), date(2028, 6, 30)),
        ("Januari-Desember Tahun 2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("Jan-Mar 2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("1/3/2027 s/d 30/6/2027", date(2027, 3, 1), date(2027, 6, 30)),
        ("01-03-2027 - 30-06-2027", date(2027, 3, 1), date(2027, 6, 30)),
        ("1 - 31 Maret 2027", date(2027, 3, 1), date(2027, 3, 31)),
        ("1 Maret - 30 Juni 2027", date(2027, 3, 1), date(2027, 6, 30)),
        ("46023", date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_spans_as_printed_tables_write_them_are_read(text, first, last):
    found = spans.read(text).value
    assert found is not None and (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("menyusul", "no_span"), ("Januari - Maret", "no_span"), ("TW V 2026", "no_span"), ("6 bulan", "no_span"),
        ("2026, 2028", "no_span"), ("31/2/2027 - 3/3/2027", "no_span"), ("2026 - selesai", "no_span"), ("v", "no_span"),
        ("Nov - Jan 2027", "backwards"), ("2028 - 2026", "backwards"),
        ("1-3/2027", "two_spans"), ("-", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_is_no_span_is_not_guessed(text, key):
    assert spans.read(text) == spans.dirt.Read(None, key)


def test_a_start_and_an_end_agree_with_what_is_named_first_and_last():
    found = spans.read("TW I - TW III 2027").value
    assert found.begins(date(2027, 3, 31)) and not found.begins(date(2027, 4, 1))
    assert found.ends(date(2027, 7, 1)) and not found.ends(date(2027, 6, 30))
