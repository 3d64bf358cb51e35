"""What is wrong with a piece of evidence: age, level, page, object, instrument."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendapa.evaluation.rules import evidence as rules
from pendapa.evaluation.rules.evidence import Facts
from pendapa.regulations import packs

PACK = packs.evidence()
ASKED = packs.instrument("spbe-2020").indicator("1").evidence
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
LEVELS = st.integers(0, 5)
FACTS = st.builds(
    Facts,
    nature=st.sampled_from(["policy", "review", "audit", "report", "screen", "other"]),
    dated=st.none() | DAYS,
    level=LEVELS,
    page=st.sampled_from(["", "3", "hlm. 2–9", "Pasal 4", "lampiran"]),
    pages=st.none() | st.integers(1, 40),
    state=st.sampled_from(rules.STATES),
    valid_until=st.none() | DAYS,
    gone=st.booleans(),
)


def keys(piece: Facts, *others: Facts, day: date = date(2026, 11, 22), instrument: str = "spbe-2020"):
    return {one.key for one in rules.problems(piece, [piece, *others], (), PACK, day, instrument)}


def test_a_review_counts_until_the_day_before_it_is_two_years_old():
    piece = Facts(nature="review", dated=date(2024, 11, 22))
    assert "too_old" not in keys(piece, day=date(2026, 11, 21))
    assert "too_old" in keys(piece, day=date(2026, 11, 22))


def test_an_audit_still_counts_on_the_very_day_it_is_two_years_old():
    piece = Facts(nature="audit", dated=date(2024, 11, 22))
    assert keys(piece, day=date(2026, 11, 22)) == {"lapses"}
    assert "too_old" in keys(piece, day=date(2026, 11, 23))


def test_it_warns_before_a_piece_lapses_and_not_long_before():
    piece = Facts(nature="review", dated=date(2024, 11, 22))
    assert keys(piece, day=date(2026, 9, 22)) == {"lapses"}
    assert keys(piece, day=date(2026, 9, 21)) == set()


def test_what_ages_without_a_day_says_so():
    assert keys(Facts(nature="audit")) == {"no_date"}
    assert keys(Facts(nature="screen")) == set()


def test_a_new_policy_comes_within_a_year_of_its_review():
    review = Facts(nature="review", dated=date(2025, 3, 1), level=4)
    below = [Facts(nature="policy", level=n) for n in (1, 2, 3)]
    on_time = Facts(nature="policy", dated=date(2026, 3, 1), level=5)
    late = Facts(nature="policy", dated=date(2026, 3, 2), level=5)
    assert keys(on_time, review, *below) == set()
    assert keys(late, review, *below) == {"followed_late"}


def test_a_level_without_the_levels_below_it_is_missing_them():
    piece = Facts(level=4)
    found = rules.problems(piece, [piece, Facts(level=2)], (), PACK, date(2026, 1, 1), "spbe-2020")
    assert [one.facts["levels"] for one in found if one.key == "missing_lower"] == [[1, 3]]
    assert keys(piece, Facts(level=0)) == set()
    assert keys(piece, instrument="spbe-2018") == set()


@pytest.mark.parametrize(
    ("page", "count", "wanted"),
    [
        ("", 12, {"missing_page"}),
        ("", 1, set()),
        ("", None, set()),
        ("hlm. 12", 12, set()),
        ("Pasal 40, hlm. 3", 12, set()),
        ("hlm. 11–13", 12, {"no_such_page"}),
        ("13", 12, {"no_such_page"}),
        ("halaman 2 dan 14", 12, {"no_such_page"}),
        ("lampiran", 12, set()),
    ],
)
def test_pages_are_compared_with_those_of_the_file(page, count, wanted):
    assert keys(Facts(page=page, pages=count)) == wanted


@pytest.mark.parametrize(
    ("text", "instrument", "wanted"),
    [
        ("Laporan evaluasi menurut PermenPANRB 5 Tahun 2018", "spbe-2020", True),
        ("LHE PermenPANRB 59/2020.pdf", "pemdi-2026", True),
        ("LHE PermenPANRB 59/2020.pdf", "spbe-2020", False),
        ("Perbup 5 Tahun 2018 tentang SPBE", "spbe-2020", False),
        ("PermenPANRB 15 Tahun 2018", "spbe-2020", False),
    ],
)
def test_a_document_that_goes_by_a_replaced_instrument_is_told(text, instrument, wanted):
    assert ("old_instrument" in keys(Facts(texts=(text,)), instrument=instrument)) is wanted


def test_the_words_of_the_instrument_say_which_document_a_level_asks_for():
    assert rules.asked_natures(ASKED, 4, PACK) == {"review", "report"}
    assert rules.asked_natures(ASKED, 3, PACK) == {"policy"}
    screen = Facts(nature="screen", level=3)
    found = rules.problems(screen, [screen, Facts(level=0)], ASKED, PACK, date(2026, 1, 1), "spbe-2020")
    assert [one.key for one in found] == ["wrong_object"]
    assert rules.asked_natures((), 3, PACK) == frozenset()


def test_a_decree_that_expired_and_a_link_that_is_down_are_told():
    assert keys(Facts(valid_until=date(2026, 11, 21))) == {"expired"}
    assert keys(Facts(valid_until=date(2026, 11, 22))) == {"lapses"}
    assert keys(Facts(link_down="x", gone=True, replaced_by="Perbup 2")) == {"link_down", "gone", "replaced"}


@given(FACTS, st.lists(FACTS, max_size=6), DAYS, st.sampled_from(["spbe-2018", "spbe-2020", "pemdi-2026"]))
def test_whatever_a_piece_is_its_problems_are_known_reasons_worst_first(piece, others, day, instrument):
    found = rules.problems(piece, [piece, *others], ASKED, PACK, day, instrument)
    assert all(one.rejects == (PACK.reasons[one.key].effect == "rejects") for one in found)
    assert [one.rejects for one in found] == sorted((one.rejects for one in found), reverse=True)


@given(DAYS, DAYS, st.sampled_from(["review", "audit"]), st.integers(0, 4000))
def test_a_newer_document_never_lapses_before_an_older_one_and_time_never_heals(one, two, nature, days):
    first, second = sorted([one, two])
    ends = [rules.last_day(nature, day, PACK) for day in (first, second)]
    assert ends[0] <= ends[1]
    piece, later = Facts(nature=nature, dated=first), first + timedelta(days=days)
    if "too_old" in keys(piece, day=later):
        assert "too_old" in keys(piece, day=later + timedelta(days=1))


@given(FACTS, st.lists(FACTS, max_size=6))
def test_missing_levels_lie_below_and_more_evidence_never_makes_more_missing(piece, others):
    missing = rules.missing_levels(piece, others)
    assert all(1 <= level < piece.level for level in missing)
    more = [*others, Facts(level=1, state="accepted")]
    assert set(rules.missing_levels(piece, more)) <= set(missing)


@given(st.text(max_size=60))
def test_any_text_of_pages_is_read_without_a_fault(text):
    assert all(isinstance(number, int) for number in rules.named_pages(text))
