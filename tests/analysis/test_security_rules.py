"""Ends of audits, standards and licences; coverage; personal data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.analysis.rules import security as rules
from pendapa.analysis.rules.security import (
    audit_end,
    coverage,
    licence_end,
    months_later,
    personal_state,
    state_of,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (date(2026, 11, 21), "expired"),
        (date(2026, 11, 22), "soon"),
        (date(2027, 2, 20), "soon"),
        (date(2027, 2, 21), "later"),
    ],
)
def test_ninety_days_are_soon_and_the_day_itself_still_holds(until: date, state: str) -> None:
    assert state_of(until, TODAY) == state


@pytest.mark.parametrize(
    ("held", "kelas", "state", "until"),
    [
        ("2025-11-21", "Umum", "expired", date(2026, 11, 21)),
        ("2025-11-21", "Khusus", "later", date(2027, 11, 21)),
        ("2024-12-01", "Khusus", "soon", date(2026, 12, 1)),
        ("2025-11-21", None, "unknown", date(2026, 11, 21)),
        ("2024-01-01", None, "expired", date(2026, 1, 1)),
        ("2026-10-01", "", "later", date(2027, 10, 1)),
    ],
)
def test_an_audit_holds_as_long_as_its_class_says(
    held: str, kelas: str | None, state: str, until: date
) -> None:
    end = audit_end(held, None, kelas, TODAY)
    assert (end.state, end.until) == (state, until)


def test_an_end_of_its_own_goes_before_the_interval() -> None:
    assert audit_end("2020-01-01", "2027-12-31", "Umum", TODAY).state == "later"


@pytest.mark.parametrize(("held", "why"), [(None, "no_date"), ("tahun lalu", "unreadable")])
def test_an_audit_without_a_day_is_not_known(held: str | None, why: str) -> None:
    end = audit_end(held, None, "Umum", TODAY)
    assert (end.state, end.why) == ("unknown", why)


@pytest.mark.parametrize(
    ("validity", "state", "until"),
    [
        ("Seumur hidup", "endless", None),
        ("Open Source", "endless", None),
        ("s.d. 31/12/2026", "soon", date(2026, 12, 31)),
        ("2025-01-31", "expired", date(2025, 1, 31)),
        ("berlaku sampai 5 Maret 2028", "later", date(2028, 3, 5)),
        ("Desember 2026", "soon", date(2026, 12, 31)),
        ("2027", "later", date(2027, 12, 31)),
        ("01-01-2024 s.d. 31-12-2027", "later", date(2027, 12, 31)),
        ("satu tahun", "unknown", None),
        ("31/02/2027", "unknown", None),
        ("", "unknown", None),
    ],
)
def test_the_validity_of_a_licence_is_read_from_its_words(
    validity: str, state: str, until: date | None
) -> None:
    end = licence_end(None, validity, None, TODAY)
    assert (end.state, end.until) == (state, until)


def test_words_that_are_not_read_are_told_as_they_are() -> None:
    assert licence_end(None, "satu tahun", None, TODAY).text == "satu tahun"
    assert licence_end(None, "satu tahun", None, TODAY).why == "unreadable"


def test_the_date_of_a_licence_goes_before_its_words() -> None:
    assert licence_end("2025-01-01", "seumur hidup", None, TODAY).state == "expired"


def test_an_open_licence_without_a_date_has_no_end() -> None:
    assert licence_end(None, None, "Sumber terbuka", TODAY).state == "endless"
    assert licence_end(None, None, "Proprietary", TODAY).state == "unknown"


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({"data_pribadi": "spesifik"}, "missing"),
        ({"data_pribadi": "umum", "catatan_pemrosesan": " - "}, "missing"),
        ({"data_pribadi": "umum", "catatan_pemrosesan": "ROPA-3"}, "recorded"),
        ({"data_pribadi": "tidak"}, "none"),
        ({}, "unknown"),
        ({"catatan_pemrosesan": "ROPA-3"}, "unknown"),
    ],
)
def test_what_is_not_said_of_personal_data_is_not_known(attributes: dict[str, str], state: str) -> None:
    assert personal_state(attributes) == state


_THINGS = st.lists(st.frozensets(st.sampled_from((*rules.KINDS, "lain"))), max_size=20)


@given(_THINGS)
def test_coverage_adds_up(things: list[frozenset[str]]) -> None:
    found = coverage(things)
    assert found.things == len(things)
    assert all(0 <= count <= len(things) - found.bare for count in found.covered)
    assert found.full <= min(found.covered, default=0)


@given(_THINGS, st.sampled_from(rules.KINDS))
def test_one_more_security_object_never_lowers_coverage(things: list[frozenset[str]], kind: str) -> None:
    before, after = coverage(things), coverage([*things[:-1], *(one | {kind} for one in things[-1:])])
    assert all(one <= other for one, other in zip(before.covered, after.covered, strict=True))
    assert after.bare <= before.bare


@given(st.dates(), st.integers(0, 60))
def test_months_later_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    later = months_later(day, months)
    assert later.day == day.day or (later + timedelta(days=1)).day == 1 or later.year == date.max.year


@given(st.text(max_size=40))
def test_any_words_are_taken(text: str) -> None:
    assert licence_end(text, text, text, TODAY).state in rules.STATES
    assert audit_end(text, text, text, TODAY).state in rules.STATES
