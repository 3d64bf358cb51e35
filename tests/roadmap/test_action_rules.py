"""Rules of the action plan: the series of days, ticks, warnings and counts."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.roadmap.rules import action_plan as rules

DAYS = st.dates(date(2001, 1, 1), date(2080, 12, 31))
REPEATS = st.sampled_from(sorted(rules.MONTHS))


@pytest.mark.parametrize(
    ("first", "repeats", "after", "expected"),
    [
        ("2027-01-31", "monthly", "2027-01-31", "2027-02-28"),
        ("2027-01-31", "monthly", "2027-02-28", "2027-03-31"),
        ("2028-01-31", "monthly", "2028-01-31", "2028-02-29"),
        ("2027-11-30", "quarterly", "2027-11-30", "2028-02-29"),
        ("2027-11-30", "quarterly", "2028-02-29", "2028-05-30"),
        ("2028-02-29", "yearly", "2028-02-29", "2029-02-28"),
        ("2028-02-29", "yearly", "2031-02-28", "2032-02-29"),
        ("2027-01-15", "monthly", "2027-03-20", "2027-04-15"),
    ],
)
def test_the_next_day_keeps_the_end_of_the_month(first, repeats, after, expected):
    day = rules.following(date.fromisoformat(first), repeats, date.fromisoformat(after))
    assert day.isoformat() == expected


@given(DAYS, REPEATS, st.integers(1, 40))
def test_a_series_never_stands_still_and_leaves_no_period_out(first, repeats, steps):
    days = [first]
    for _step in range(steps):
        days.append(rules.following(first, repeats, days[-1]))
    months = [day.year * 12 + day.month for day in days]
    assert {after - before for before, after in itertools.pairwise(months)} == {rules.MONTHS[repeats]}
    for day in days:
        last = (day + timedelta(days=1)).month != day.month
        assert day.day == first.day or (last and day.day < first.day)


@given(DAYS, REPEATS, DAYS)
def test_the_next_day_is_later_than_the_one_before(first, repeats, after):
    assert rules.following(first, repeats, after) > after


def test_a_series_ends_on_its_day_or_else_with_the_initiative():
    first = date(2027, 1, 31)
    assert rules.next_of(first, "monthly", first, date(2027, 2, 28), None) == date(2027, 2, 28)
    assert rules.next_of(first, "monthly", first, date(2027, 2, 27), date(2030, 1, 1)) is None
    assert rules.next_of(first, "monthly", first, None, date(2027, 2, 1)) is None
    assert rules.next_of(first, "monthly", first, None, None) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("given_values", "field", "why"),
    [
        ({"title": " "}, "title", "title_missing"),
        ({"title": "x" * 301}, "title", "title_long"),
        ({"starts_on": date(2027, 5, 2), "due": date(2027, 5, 1)}, "due", "due_before_start"),
        ({"due": date(202, 5, 1)}, "due", "year"),
        ({"repeats": "monthly"}, "due", "repeats_without_due"),
        ({"repeats": "daily", "due": date(2027, 5, 1)}, "repeats", "repeats_unknown"),
        (
            {"repeats": "monthly", "due": date(2027, 5, 1), "repeats_until": date(2027, 4, 1)},
            "repeats_until",
            "until_before_due",
        ),
        ({"checklist": tuple(str(n) for n in range(101))}, "checklist", "items_many"),
        ({"checklist": ("y" * 301,)}, "checklist", "item_long"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(given_values, field, why):
    values = rules.Values(**{"title": "Susun SOP", **given_values})
    assert rules.faults(rules.tidy(values))[field] == why


def test_days_outside_the_initiative_are_told_and_kept():
    frame = rules.Frame(date(2027, 1, 1), date(2027, 12, 31), date(2027, 6, 30))
    late = rules.Values("x", starts_on=date(2026, 12, 1), due=date(2028, 1, 1))
    assert rules.warnings(late, frame) == {"starts_on": "before_initiative", "due": "after_initiative"}
    assert rules.warnings(rules.Values("x", due=date(2027, 7, 1)), frame) == {"due": "after_parent"}
    assert rules.warnings(rules.Values("x"), frame) == {}
    assert rules.faults(late) == {}


def test_a_tick_finds_its_item_after_the_list_was_changed():
    items = rules.fresh(["baru", "satu", "dua"])
    assert rules.texts([one for one in rules.ticked(items, 0, "satu", True) if one["done"]]) == ("satu",)
    assert rules.ticked(items, 0, "hilang", True) is None


@given(st.lists(st.text(min_size=1), unique=True, min_size=1), st.data())
def test_a_tick_changes_one_item_alone(texts, data):
    items = rules.fresh(texts)
    at = data.draw(st.integers(0, len(texts) - 1))
    ticked = rules.ticked(items, at, texts[at], True)
    assert [n for n, one in enumerate(ticked) if one["done"]] == [at]
    assert rules.texts(ticked) == tuple(texts)


def test_a_rewritten_list_keeps_the_ticks_of_what_stays():
    items = rules.ticked(rules.fresh(["satu", "dua"]), 0, "satu", True)
    assert rules.rewritten(items, ["dua", "tiga", "satu"]) == [
        {"text": "dua", "done": False}, {"text": "tiga", "done": False}, {"text": "satu", "done": True},
    ]  # fmt: skip


def test_progress_is_unknown_without_actions_and_never_rounded_up():
    assert rules.Counts().progress is None
    assert rules.Counts(2, 1).progress == 66
    assert rules.Counts(0, 3).progress == 0
